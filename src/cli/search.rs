//! `emptor search`: words to products, one query or a batch. Ranking and filters are retrieval's.

use super::args::SearchArgs;
use super::context::{Context, NO_DATA};
use super::exit::{Exit, Failure};
use super::output::Role;
use super::render;
use super::semantic::{self, Semantic};
use crate::answer::event::Phrases;
use crate::domain::{Aspect, Facet, Language, Need, Offer, ProductId};
use crate::retrieval::{self, Hit, SearchOptions, SearchResult, Vocabulary};
use crate::store::Reader;
use crate::text;
use serde::Serialize;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Longest query of a batch line, in characters.
const MOST_CHARS: usize = super::usage::MOST_CHARS;

/// Hits where no limit is given: what a person reads, and what a measurement wants.
const LIMIT: u16 = 10;
const BATCH_LIMIT: u16 = 100;

/// Products that facets are counted over, and how many facets are printed beside brand and price.
const FACETED: usize = 200;
const FACETS: usize = 6;

#[derive(Serialize)]
struct BatchHit<'a> {
    product: ProductId,
    sku: Option<&'a str>,
    score: f64,
    title: &'a str,
}

/// Runs the command.
pub fn run(context: &mut Context, args: &SearchArgs) -> Result<Exit, Failure> {
    if let Some(file) = &args.batch {
        return batch(context, args, file);
    }
    let words = args.words.join(" ");
    if words.trim().is_empty() {
        return Err(Failure::usage("no words to look for; say what, such as emptor search \"rain jacket\""));
    }
    if words.chars().count() > MOST_CHARS {
        return Err(Failure::usage(format!("the words are more than {MOST_CHARS} characters; a few are enough")));
    }
    let reader = context.filled()?;
    let (vocabulary, semantic) = semantic::load(context, &reader, args.no_model, false)?;
    let (mut need, unknown) = need_of(&words, args, &vocabulary);
    for limit in [&mut need.must.max_price, &mut need.must.min_price].into_iter().flatten() {
        limit.currency = limit.currency.or(context.config.currency);
    }
    let options = SearchOptions { limit: usize::from(args.limit.unwrap_or(LIMIT)), as_of: None };
    let near = semantic.as_ref().and_then(|semantic| semantic.vector(context, &need));
    let near = near.as_ref().map(|(vector, index)| (vector.as_slice(), *index));
    let mut result = retrieval::search(&reader, &vocabulary, &need, near, options)?;
    result.notes.splice(0..0, unknown.iter().map(|brand| format!("nothing here is made by {brand}")));
    let facets = if args.facets { Some(facets(context, &reader, &vocabulary, &need, options)?) } else { None };
    let exit = if result.hits.is_empty() { Exit::Nothing } else { Exit::Ok };
    if context.out.json {
        let rates = reader.rates(context.now)?;
        let converted: Vec<serde_json::Value> = result
            .hits
            .iter()
            .flat_map(|hit| &hit.offers)
            .filter_map(|offer| Some((offer.id, rates.convert(offer.price?, context.config.currency?, context.now)?)))
            .map(|(offer, converted)| serde_json::json!({ "offer": offer, "converted": converted }))
            .collect();
        let mut body = serde_json::json!({ "query": words, "need": need, "result": result, "converted": converted });
        if let (Some(facets), Some(body)) = (facets, body.as_object_mut()) {
            body.insert("most_telling".to_owned(), serde_json::json!(telling(&facets)));
            body.insert("facets".to_owned(), serde_json::json!(facets));
        }
        context.out.object("search", body)?;
        return Ok(exit);
    }
    print(context, &words, &result)?;
    if args.explain {
        explain(context, &result)?;
    }
    print_facets(context, &facets.unwrap_or_default())?;
    Ok(exit)
}

/// Facets of more products than are listed; the list itself stays what it is without them.
fn facets(
    context: &Context,
    reader: &Reader,
    vocabulary: &Vocabulary,
    need: &Need,
    options: SearchOptions,
) -> Result<Vec<Facet>, Failure> {
    let options = SearchOptions { limit: options.limit.max(FACETED), ..options };
    let candidates = retrieval::search(reader, vocabulary, need, None, options)?.hits;
    Ok(retrieval::facets(&candidates, need, &reader.rates(context.now)?))
}

/// Why each hit is there: what of the words was found where, what it states of the wishes, its score.
fn explain(context: &mut Context, result: &SearchResult) -> Result<(), Failure> {
    if result.hits.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    let found = format!("Why, of {} looked at, {}:", result.considered, by(&result.method));
    context.out.say(Role::Dim, &found)?;
    for hit in &result.hits {
        let why = if hit.why.is_empty() { "popular".to_owned() } else { hit.why.join("; ") };
        let first = format!("  {:>5.2}  [{}]  ", hit.score, hit.product.id.0);
        context.out.item(Role::Text, &first, &why)?;
    }
    Ok(())
}

/// The aspect whose answer would narrow the result down best, where one does, as it is called.
fn telling(facets: &[Facet]) -> Option<&str> {
    retrieval::best_question(facets).map(|question| question.facet.label.as_str())
}

fn print_facets(context: &mut Context, facets: &[Facet]) -> Result<(), Failure> {
    let Some(first) = facets.first() else { return Ok(()) };
    context.out.line("")?;
    context.out.say(Role::Dim, &format!("What {} products differ in:", first.of))?;
    let expected = |facet: &Facet| matches!(facet.aspect, Aspect::Brand | Aspect::Price);
    let shown: Vec<&Facet> = (0..).zip(facets).filter(|(at, f)| *at < FACETS || expected(f)).map(|(_, f)| f).collect();
    let labels: Vec<String> = shown.iter().map(|facet| context.out.clean(&facet.label)).collect();
    let widest = labels.iter().map(|label| text::width(label)).max().unwrap_or(0);
    for (facet, label) in shown.iter().zip(&labels) {
        let mut parts: Vec<String> =
            facet.values.iter().map(|value| format!("{} ({})", value.label, value.count)).collect();
        parts.extend(facet.foreign.iter().map(|(currency, count)| format!("in {currency} ({count})")));
        let rest = [("other", facet.other), ("not stated", facet.unstated)];
        parts.extend(rest.iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{word} ({count})")));
        let gap = " ".repeat(widest - text::width(label) + 2);
        context.out.item(Role::Text, &format!("  {label}{gap}"), &parts.join(", "))?;
    }
    if let Some(label) = telling(facets) {
        let told = format!("Most telling: {}", context.out.clean(label));
        context.out.say(Role::Accent, &told)?;
    }
    Ok(())
}

/// What the words and flags ask for, and the brands among the words that nothing here is of: a list shows what comes
/// nearest all the same, an answer (`--ask`) does not.
fn need_of(words: &str, args: &SearchArgs, vocabulary: &Vocabulary) -> (Need, Vec<String>) {
    let mut need = retrieval::understand(words, vocabulary);
    let (here, unknown) = need.must.brands.drain(..).partition(|brand| vocabulary.mentions_brand(brand));
    need.must.brands = here;
    if need.words.is_empty() {
        need.words.extend(unknown.iter().map(|brand| retrieval::fold(brand)));
    }
    if args.max_price.is_some() {
        // The flag bounds one piece.
        (need.must.max_price, need.pieces) = (args.max_price, None);
    }
    if !args.brand.is_empty() {
        need.must.brands.clone_from(&args.brand);
    }
    (need, unknown)
}

fn print(context: &mut Context, words: &str, result: &SearchResult) -> Result<(), Failure> {
    for note in &result.notes {
        context.out.note(note);
    }
    if result.hits.is_empty() {
        let near = result.near_misses.len();
        context.out.note(&format!("nothing found for \"{words}\"; try fewer or other words, or a looser limit"));
        if near > 0 {
            let first = &result.near_misses[0];
            context.out.note(&format!("closest: {} ({})", first.product.facts.title, first.misses));
        }
        return Ok(());
    }
    let table = render::hits(&context.out, &result.hits);
    for line in table.lines(&context.out) {
        context.out.line(&line)?;
    }
    let best: Vec<Offer> = result.hits.iter().filter_map(|hit| hit.offers.first().cloned()).collect();
    let rates = context.store()?.reader()?.rates(context.now)?;
    for line in render::conversions(&best, context.config.currency, &rates, context.now) {
        context.out.prose(Role::Dim, 2, &line)?;
    }
    if result.hits.iter().any(|hit| hit.product.invented) {
        context.out.say(Role::Warn, render::INVENTED)?;
    }
    Ok(())
}

/// One JSON line for each line `id<TAB>query`; a bad line is told and passed over.
fn batch(context: &mut Context, args: &SearchArgs, file: &Path) -> Result<Exit, Failure> {
    let lines: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        let opened = std::fs::File::open(file).map_err(|error| Failure::reading(file, &error))?;
        Box::new(BufReader::new(opened))
    };
    let reader = context.store()?.reader()?;
    let empty = reader.product_ids(None, 1)?.is_empty();
    let (vocabulary, semantic) = semantic::load(context, &reader, args.no_model, true)?;
    let (mut found, mut asked, mut bad) = (0_u64, 0_u64, 0_u64);
    for (number, line) in lines.split(b'\n').enumerate() {
        if context.cancel.is_cancelled() {
            return Ok(Exit::Interrupted);
        }
        let line = line.map_err(|error| Failure::reading(file, &error))?;
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if line.is_empty() {
            continue;
        }
        // Bytes that are no UTF-8 spoil their own word only.
        let line = String::from_utf8_lossy(line);
        let pair = line.split_once('\t');
        let Some((id, query)) = pair.filter(|(_, query)| query.chars().count() <= MOST_CHARS) else {
            bad += 1;
            context.out.note(&format!("{}:{}: not a line `id<TAB>query`; passed over", file.display(), number + 1));
            continue;
        };
        asked += 1;
        let hits = query_hits(context, &reader, (&vocabulary, semantic.as_ref()), args, query)?;
        found += u64::from(!hits.is_empty());
        let hits: Vec<BatchHit<'_>> = hits.iter().map(batch_hit).collect();
        context.out.json_line(&serde_json::json!({ "id": id, "hits": hits }))?;
    }
    match (asked, bad) {
        (0, 0) => Err(Failure::usage(format!("{}: no line to search for; give lines `id<TAB>query`", file.display()))),
        (0, _) => Err(Failure::usage(format!("{}: no line is `id<TAB>query`", file.display()))),
        _ if empty => Err(Failure::Told { exit: Exit::NotEnough, message: NO_DATA.to_owned() }),
        _ => Ok(if found == 0 { Exit::Nothing } else { Exit::Ok }),
    }
}

fn query_hits(
    context: &Context,
    reader: &Reader,
    (vocabulary, semantic): (&Vocabulary, Option<&Semantic>),
    args: &SearchArgs,
    query: &str,
) -> Result<Vec<Hit>, Failure> {
    let (need, _) = need_of(query, args, vocabulary);
    let near = semantic.and_then(|semantic| semantic.vector(context, &need));
    let near = near.as_ref().map(|(vector, index)| (vector.as_slice(), *index));
    let options = SearchOptions { limit: usize::from(args.limit.unwrap_or(BATCH_LIMIT)), as_of: None };
    Ok(retrieval::search(reader, vocabulary, &need, near, options)?.hits)
}

fn batch_hit(hit: &Hit) -> BatchHit<'_> {
    BatchHit {
        product: hit.product.id,
        sku: hit.offers.iter().find_map(|offer| offer.sku.as_deref()),
        score: hit.score,
        title: &hit.product.facts.title,
    }
}

/// How a search was done, in plain words.
fn by(method: &str) -> String {
    Phrases::of(Language::En).cell(method)
}
