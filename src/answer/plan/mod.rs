//! Question -> plan: what sort of answer is wanted, of which products, within which conditions.
//!
//! Rules first; the model is asked only where they are unsure, and may then fill kind, words and parts, never a number,
//! a limit or a negation. Never searches.

mod about;
mod advice;
mod aside;
mod ask_model;
mod asked;
mod bound;
mod deals;
mod fact;
mod follow_up;
mod gift;
mod kind;
mod list;
mod mention;
mod orders;
mod period;
pub mod price;
mod set;
mod substitute;
mod why;

use crate::domain::*;
use crate::model::{ChatModel, ChatRequest};
use crate::retrieval::{PlainWord, Vocabulary, asked_words, is_thing, understand};
use tokio_util::sync::CancellationToken;

/// The most kinds that a group of things is opened up to.
const MOST_KINDS: usize = 8;

/// Below this the model is asked, where there is one.
pub const UNSURE: f64 = 0.5;

/// What the last answer was about: what "the second one" and "cheaper" refer to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Previous {
    /// The last search, which "cheaper" and "in blue" go on with.
    pub need: Need,
    /// The products of the last answer that showed a list, in order.
    pub rows: Vec<PreviousRow>,
    /// The products that were talked of after that list, the last one first: what "it" and "the other one" mean.
    pub focus: Vec<PreviousRow>,
    /// The kind of the last question and the property that it asked about, for "and the second one?".
    pub kind: QuestionKind,
    pub fact: Option<String>,
    /// The time that it spoke of.
    pub period: Option<Period>,
    /// What code picked of the list.
    pub pick: Option<ProductId>,
}

/// A product that the last answer showed.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviousRow {
    /// Its card number: what a shopper calls "the second" or "2".
    pub number: u32,
    pub product: ProductId,
    pub title: String,
    pub brand: Option<String>,
    /// Best fitting price shown.
    pub price: Option<Money>,
    /// Names of the attributes that it states.
    pub stated: Vec<String>,
}

/// Plans an answer to `question`.
pub fn plan(
    question: &str,
    vocabulary: &Vocabulary,
    previous: Option<&Previous>,
    model: Option<&dyn ChatModel>,
    cancel: &CancellationToken,
) -> Need {
    let mut need = by_rules(question, vocabulary, previous);
    let open = open_to_a_model(&need);
    if let Some((model, open)) = model.zip(open).filter(|_| !cancel.is_cancelled()) {
        if open == Open::Parts {
            if let Some(parts) = ask_model::parts(&need.question, model, cancel) {
                need.parts = allowed(parts, &need);
                need.planner = Planner::Model;
            }
        } else if let Some(said) = ask_model::plan(&need.question, model, cancel) {
            merge(&mut need, said, vocabulary);
        }
    }
    if need.kind == QuestionKind::OpenAdvice && need.parts.is_empty() {
        need.parts = advice::known_words(&need, vocabulary);
    }
    need
}

/// What rules leave to a model, where there is one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// What kind of question it is, and of what.
    Plan,
    /// What an occasion calls for.
    Parts,
}

fn open_to_a_model(need: &Need) -> Option<Open> {
    match need.kind {
        QuestionKind::OpenAdvice if need.parts.is_empty() => Some(Open::Parts),
        _ => (need.sure < UNSURE).then_some(Open::Plan),
    }
}

/// What a model will be asked before this plan of the rules stands; `None` where it will not be asked.
pub fn foreseen(by_rules: &Need) -> Option<ChatRequest> {
    open_to_a_model(by_rules).map(|open| match open {
        Open::Plan => ask_model::plan_request(&by_rules.question),
        Open::Parts => ask_model::parts_request(&by_rules.question),
    })
}

/// The plan that rules alone make.
pub fn by_rules(question: &str, vocabulary: &Vocabulary, previous: Option<&Previous>) -> Need {
    let need = read(&orders::without(question), vocabulary, previous);
    Need { question: question.to_owned(), ..need }
}

fn read(question: &str, vocabulary: &Vocabulary, previous: Option<&Previous>) -> Need {
    let all_words = asked_words(question, vocabulary);
    let previous = previous.filter(|p| !p.rows.is_empty() || !p.focus.is_empty() || !p.need.words.is_empty());
    let context = previous.is_some_and(|p| !p.rows.is_empty() || !p.focus.is_empty());
    let (corrects, words) = match previous {
        Some(_) => follow_up::opening::corrected(&all_words),
        None => (false, all_words.as_slice()),
    };
    let mut need = understand(question, vocabulary);
    if corrects {
        // Read without its opening: "no" would leave out what follows.
        let (whole, language) = (need.question, need.language);
        need = Need { question: whole, language, ..understand(&mention::text(words), vocabulary) };
    }
    let named = mention::with_names(words, vocabulary);
    let found = kind::kind_of(&named, vocabulary, context);
    need.kind = found.kind;
    match found.kind {
        QuestionKind::Search => {
            if let Some(rest) = deals::asked(words) {
                let (whole, language) = (need.question, need.language);
                need = Need { question: whole, language, deals: true, ..understand(&mention::text(&rest), vocabulary) };
            }
            let like = substitute::of(words, vocabulary, context);
            if let Some(product) = like.or_else(|| about::in_place_of(&named)) {
                // What it is like stands in place of what it is called.
                (need.must.brands, need.must.category, need.must.attributes) = (Vec::new(), None, Vec::new());
                need.products = vec![product];
            }
            add_asked(&mut need, words, vocabulary);
            name_whole(&mut need, vocabulary);
            open_up(&mut need, vocabulary);
            without_tiers(&mut need, words);
            if aside::is_aside(&need, words, vocabulary) {
                // A shop or a brand that it names bounds nothing that is looked for.
                (need.wholly, need.must) = (true, Constraints::default());
            }
        }
        QuestionKind::OpenAdvice => {
            need.parts = if found.parts.is_empty() { advice::parts(&found.occasion) } else { found.parts };
            need.either = found.either;
            if found.trouble {
                need.must.without.clear();
            }
            if need.either && is_about(&need.must) {
                need.about = need.must.min_price.take();
            }
            need.sure = if need.parts.is_empty() { 0.4 } else { 0.9 };
            // The occasion is no thing to look for, and no category of things.
            need.must.category = None;
            if found.total && need.must.max_price.is_none() {
                need.must.max_price = set::amount(words);
            }
            need.total = found.total.then_some(need.must.max_price).flatten();
        }
        QuestionKind::Compare if found.products.is_empty() => {
            need.sure = need.sure.min(0.8);
            add_asked(&mut need, words, vocabulary);
        }
        _ => {
            // Names stand in the place of conditions: "is X gluten free" leaves nothing out.
            let said = std::mem::take(&mut need.must);
            if found.kind == QuestionKind::ProductFact {
                need.must = bound::asked(&said, &named, found.fact.as_deref(), vocabulary);
            } else if found.kind == QuestionKind::PriceHistory && found.period.is_none() {
                let held = found.fact.as_deref() != Some("on sale");
                need.must.max_price = said.max_price.filter(|l| l.currency.is_some() && held);
            }
            need.products = found.products;
            need.fact = found.fact.map(|fact| bound::without_shops(&fact, &need.must.shops));
            need.period = found.period;
            need.sure = found.sure;
            if found.kind == QuestionKind::Compare {
                add_asked(&mut need, words, vocabulary);
            }
        }
    }
    if let (QuestionKind::Compare, Some(fact)) = (need.kind, &need.fact)
        && !need.wants.iter().any(|w| crate::answer::aspect::same(&w.aspect, fact))
    {
        need.wants.insert(0, about::wish(fact, words, vocabulary));
    }
    if let Some(previous) = previous {
        follow_up::resolve(&mut need, words, corrects, previous, vocabulary);
    }
    need
}

/// "Food for my cat" is cat food, and a "toy for a dog" no toy for children.
fn name_whole(need: &mut Need, vocabulary: &Vocabulary) {
    let [thing, beside @ ..] = need.words.as_slice() else { return };
    let whole = |side: &String| {
        let name = format!("{side} {thing}");
        (!side.contains(' ') && !thing.contains(' ') && is_thing(&name)).then_some(name)
    };
    let Some((at, name)) = beside.iter().zip(1..).find_map(|(side, at)| Some((at, whole(side)?))) else { return };
    need.must.category = crate::retrieval::Kind::new(&name, vocabulary).category().map(str::to_owned);
    need.words.remove(at);
    need.words[0] = name;
}

/// "Toys for a girl of 6" asks for no one kind of thing: of every kind the best is shown.
fn open_up(need: &mut Need, vocabulary: &Vocabulary) {
    let whole = need.must.category.as_deref().filter(|path| !path.contains('>') && need.products.is_empty());
    let kinds = whole.map_or_else(Vec::new, |path| vocabulary.kinds_below(path));
    if (2..=MOST_KINDS).contains(&kinds.len()) {
        need.kind = QuestionKind::OpenAdvice;
        (need.parts, need.either, need.must.category) = (kinds, true, None);
    }
}

/// Whether the limits are those of "about 50": a fifth less and a fifth more.
fn is_about(must: &Constraints) -> bool {
    let limits = must.min_price.zip(must.max_price);
    limits.is_some_and(|(low, high)| i128::from(low.milli) * 3 == i128::from(high.milli) * 2)
}

/// "Your pick, a budget pick and an upgrade" asks for what every answer gives and wishes for nothing.
fn without_tiers(need: &mut Need, words: &[PlainWord]) {
    const TIERS: [&str; 6] =
        ["budget pick", "budget option", "upgrade pick", "premium pick", "an upgrade", "your pick"];
    if mention::find_any(words, &TIERS).is_some() {
        need.wants.retain(|want| !["budget", "premium"].contains(&want.said.as_str()));
        need.words.retain(|word| !["pick", "upgrade", "option"].contains(&word.as_str()));
    }
}

/// Puts the aspect that is asked by before what else was wished for.
fn add_asked(need: &mut Need, words: &[PlainWord], vocabulary: &Vocabulary) {
    for want in asked::asked(words, vocabulary).into_iter().rev() {
        if !need.wants.iter().any(|held| held.aspect == want.aspect) {
            need.wants.insert(0, want);
        }
    }
}

/// What a model may say of a plan.
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(default)]
struct Said {
    kind: QuestionKind,
    words: Vec<String>,
    parts: Vec<String>,
}

/// Takes kind, words and parts of the model where the rules found none; everything else stays as the rules read it.
fn merge(need: &mut Need, said: Said, vocabulary: &Vocabulary) {
    let words = allowed(said.words, need);
    let parts = allowed(said.parts, need);
    let rules_found_none = need.words.iter().flat_map(|w| w.split([' ', '-'])).all(|w| !vocabulary.knows(w));
    if need.kind == QuestionKind::Search {
        match said.kind {
            QuestionKind::OpenAdvice if !parts.is_empty() => need.kind = QuestionKind::OpenAdvice,
            _ if rules_found_none && !words.is_empty() => {
                let read = understand(&words.join(" "), vocabulary);
                need.must.category = need.must.category.take().or(read.must.category);
                need.words = read.words;
            }
            _ => return,
        }
    }
    if need.kind == QuestionKind::OpenAdvice && need.parts.is_empty() {
        need.parts = parts;
    }
    need.planner = Planner::Model;
    need.sure = need.sure.max(UNSURE);
}

/// Short phrases without digits and without anything that the shopper does not want.
fn allowed(phrases: Vec<String>, need: &Need) -> Vec<String> {
    let unwanted: Vec<String> = need.must.without.iter().chain(&need.must.not_brands).map(|w| stem(w)).collect();
    let mut kept: Vec<String> = Vec::new();
    for phrase in phrases {
        let phrase = phrase.trim().to_lowercase();
        let short =
            !phrase.is_empty() && phrase.len() <= 40 && !phrase.chars().any(|c| c.is_control() || c.is_ascii_digit());
        let clean = !unwanted.iter().any(|w| stem(&phrase).contains(w.as_str()));
        if short && clean && !kept.contains(&phrase) {
            kept.push(phrase);
        }
    }
    kept.truncate(8);
    kept
}

fn stem(phrase: &str) -> String {
    phrase.to_lowercase().split_whitespace().map(|w| w.trim_end_matches('s')).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
