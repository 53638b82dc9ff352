//! Open search and comparison: rows, cards, the pick with its reasons.

use super::products::{self, Resolved};
use super::turn::{Emit, Facts, Result, Turn};
use super::{coverage, decide, named, suggest};
use crate::answer::event::{Found, Outcome, ResultRow};
use crate::answer::evidence::CardFacts;
use crate::answer::{as_of, claims, clean, compare as table, evidence, history, pick, reviews, rows};
use crate::domain::*;
use crate::retrieval::{self, Hit, SearchOptions, SearchResult};
use crate::store::StoreError;
use std::collections::BTreeMap;

/// Products shown and put on cards.
pub const SHOWN: usize = 5;
/// Hits that the pick is chosen among.
const CONSIDERED: usize = 24;
const NEAR_MISSES: usize = 3;
/// Hits that facets are counted over.
const FACETED: usize = 200;

pub fn search(turn: &Turn, emit: Emit) -> Result {
    if let Some(brands) = foreign(turn) {
        return others(turn, brands, emit);
    }
    let mut result = run(turn, turn.need, CONSIDERED)?;
    let mut covered = coverage::start(turn, &result)?;
    let whole = !turn.need.wholly || keeps_whole(turn.need, &mut result.hits);
    if !result.named || !whole || !keeps_the_kind(turn, turn.need, &mut result.hits) {
        // What only happens to be mentioned is no answer, and no near miss either.
        result.named = false;
        result.hits.clear();
        result.near_misses.clear();
    }
    if let Some(beyond) = named::beyond_the_price(turn, &result.hits)? {
        (result.hits, result.near_misses) = (Vec::new(), beyond);
    }
    if result.hits.is_empty() {
        return Ok(nothing(turn, result, covered, emit));
    }
    named::keep(turn.need, &mut result.hits);
    let relevance: BTreeMap<ProductId, f64> = result.hits.iter().map(|h| (h.product.id, h.score)).collect();
    let of = |id: ProductId| relevance.get(&id).copied().unwrap_or(0.0);
    let hits = best_hits(std::mem::take(&mut result.hits), turn.need, &of);
    let rows: Vec<ResultRow> =
        hits.into_iter().zip(1..).map(|(hit, number)| rows::of_hit(number, hit, turn.need)).collect();
    let near_misses = misses(turn, result.near_misses, rows.len());
    coverage::add_rows(turn, &mut covered, &rows);
    let notes = result.notes.into_iter().chain(free_of(turn.need, &rows)).collect();
    emit(Found::Results { rows: rows.clone(), near_misses, notes });
    let cards = cards(turn, &rows)?;
    let choice = pick::choose(&cards, turn.need, &of);
    let facets = if turn.facets { facets(turn)? } else { Vec::new() };
    Ok(Facts { facets, relevance: relevance.clone(), ..picked(turn, rows, cards, choice, covered) })
}

/// What all that fits differs in, not only what is shown.
fn facets(turn: &Turn) -> std::result::Result<Vec<Facet>, StoreError> {
    let hits = run(turn, turn.need, FACETED)?.hits;
    Ok(retrieval::facets(&hits, turn.need, &turn.reader.rates(turn.now)?))
}

/// Runs a search at the turn's moment.
pub fn run(turn: &Turn, need: &Need, limit: usize) -> std::result::Result<SearchResult, StoreError> {
    let options = SearchOptions { limit, as_of: turn.as_of };
    let Some(moment) = turn.as_of else {
        return retrieval::search(turn.reader, turn.vocabulary, need, turn.vectors, options);
    };
    // Ratings are kept as they are now: those of then take their place before they may count.
    let mut then = need.clone();
    let least = then.must.min_stars.take();
    let mut result = retrieval::search(turn.reader, turn.vocabulary, &then, turn.vectors, options)?;
    for hit in &mut result.hits {
        hit.product.facts.rating = as_of::rating(turn.reader, hit.product.id, moment)?;
    }
    for miss in &mut result.near_misses {
        miss.product.facts.rating = as_of::rating(turn.reader, miss.product.id, moment)?;
    }
    let fits = |p: &Product| least.is_none_or(|least| p.facts.rating.is_some_and(|r| r.stars >= least));
    result.hits.retain(|hit| fits(&hit.product));
    result.near_misses.retain(|miss| fits(&miss.product));
    Ok(result)
}

/// Keeps what has every word of the question; whether there is any. "Will it rain in Haifa?" is no search for a coat.
fn keeps_whole(need: &Need, hits: &mut Vec<Hit>) -> bool {
    let words: Vec<&str> = need.words.iter().flat_map(|w| w.split(' ')).collect();
    hits.retain(|hit| !words.is_empty() && words.iter().all(|w| retrieval::mentions(&hit.product.facts, w)));
    !hits.is_empty()
}

/// The brands asked for, where nothing here is of any of them.
fn foreign<'n>(turn: &Turn<'n>) -> Option<&'n [String]> {
    let brands = turn.need.must.brands.as_slice();
    let none = !brands.is_empty() && brands.iter().all(|brand| !turn.vocabulary.has_brand(brand));
    none.then_some(brands)
}

/// Nothing here is of the brand asked for: that first, and what others there are only as such.
fn others(turn: &Turn, brands: &[String], emit: Emit) -> Result {
    let need = Need { must: Constraints { brands: Vec::new(), ..turn.need.must.clone() }, ..turn.need.clone() };
    let mut result = if need.words.is_empty() { SearchResult::default() } else { run(turn, &need, CONSIDERED)? };
    let mut covered = coverage::start(turn, &result)?;
    if !result.named || !keeps_the_kind(turn, &need, &mut result.hits) {
        result.hits.clear();
    }
    let relevance: BTreeMap<ProductId, f64> = result.hits.iter().map(|h| (h.product.id, h.score)).collect();
    let hits = best_hits(result.hits, &need, &|id| relevance.get(&id).copied().unwrap_or(0.0));
    let rows = hits.into_iter().take(NEAR_MISSES).zip(1..).map(|(hit, number)| rows::of_hit(number, hit, &need));
    let made_by = |row: &ResultRow| format!("made by {}", row.product.facts.brand.as_deref().unwrap_or("another"));
    let near_misses: Vec<(ResultRow, String)> = rows.map(|row| (row.clone(), made_by(&row))).collect();
    let rows: Vec<ResultRow> = near_misses.iter().map(|(row, _)| row.clone()).collect();
    coverage::add_rows(turn, &mut covered, &rows);
    let end = if rows.is_empty() { "" } else { "; others of that kind:" };
    let reason = format!("nothing here is made by {}{end}", brands.join(", "));
    emit(Found::Nothing { reason, near_misses });
    Ok(Facts { rows, coverage: covered, outcome: Outcome::Nothing, ..Facts::default() })
}

/// Keeps of what was found what is of the kind asked for, where the lists know its name; whether there is any of it. A
/// dog bed called "Sofa Treaty" is no sofa.
fn keeps_the_kind(turn: &Turn, need: &Need, hits: &mut Vec<Hit>) -> bool {
    let thing = need.words.first().filter(|_| need.must.category.is_none() && need.must.brands.is_empty());
    let Some(noun) = thing.and_then(|thing| retrieval::named_thing(thing)) else { return true };
    let kind = retrieval::Kind::new(&noun, turn.vocabulary);
    let found = !hits.is_empty();
    hits.retain(|hit| kind.holds(&hit.product.facts));
    !found || !hits.is_empty()
}

/// What must not be in and is not mentioned may still be in: how many of those shown state that they are free of it.
fn free_of(need: &Need, rows: &[ResultRow]) -> Vec<String> {
    let told = |phrase: &String| {
        let stated = rows.iter().filter(|row| retrieval::states_free(&row.product.facts, phrase)).count();
        (retrieval::sold_free_of(phrase) && stated < rows.len()).then(|| match stated {
            0 => format!("none of those shown states that it is free of {phrase}: they only do not mention it"),
            _ => format!(
                "{stated} of {} shown state that they are free of {phrase}; the others only do not mention it",
                rows.len()
            ),
        })
    };
    need.must.without.iter().filter_map(told).collect()
}

/// Nothing fits: why, and what nearly did.
fn nothing(turn: &Turn, mut result: SearchResult, mut covered: Coverage, emit: Emit) -> Facts {
    if turn.need.words.is_empty() {
        // What is popular comes near nothing that was asked for.
        result.near_misses.clear();
    }
    let near_misses = misses(turn, result.near_misses, 0);
    let thing = turn.need.words.first().map(|thing| clean::line(thing, clean::TITLE));
    let reason = if turn.need.wholly {
        "the data hold products with their prices and reviews, and none of that answers this".to_owned()
    } else if let (false, Some(thing)) = (result.named, &thing) {
        format!("nothing in the data fits the question: nothing here is called \"{thing}\"")
    } else if near_misses.is_empty() {
        "nothing in the data fits the question".to_owned()
    } else {
        "nothing in the data meets every condition".to_owned()
    };
    let rows: Vec<ResultRow> = near_misses.iter().map(|(row, _)| row.clone()).collect();
    covered.notes.extend(result.notes);
    coverage::add_rows(turn, &mut covered, &rows);
    emit(Found::Nothing { reason, near_misses });
    Facts { rows, coverage: covered, outcome: Outcome::Nothing, ..Facts::default() }
}

fn misses(turn: &Turn, misses: Vec<retrieval::NearMiss>, shown: usize) -> Vec<(ResultRow, String)> {
    let first = u32::try_from(shown).unwrap_or(0) + 1;
    misses.into_iter().take(NEAR_MISSES).zip(first..).map(|(m, n)| rows::of_miss(n, m, turn.need)).collect()
}

/// Of the hits of the leading category those with the highest utility, best first.
fn best_hits(hits: Vec<Hit>, need: &Need, relevance: &dyn Fn(ProductId) -> f64) -> Vec<Hit> {
    // Twice: what is left is ranked among itself, so that the first shown is the pick.
    let mut hits = leading_category(hits);
    for most in [SHOWN, SHOWN] {
        hits = ranked(hits, need, relevance, most);
    }
    hits
}

fn ranked(hits: Vec<Hit>, need: &Need, relevance: &dyn Fn(ProductId) -> f64, most: usize) -> Vec<Hit> {
    let cards: Vec<Card> = hits
        .iter()
        .zip(1..)
        .map(|(h, n)| {
            let product = evidence::clean_product(h.product.clone());
            evidence::card(n, CardKind::Offer, &product, h.offers.first())
        })
        .collect();
    let ranking = pick::choose(&cards, need, relevance).ranking;
    let mut by_id: BTreeMap<ProductId, Hit> = hits.into_iter().map(|h| (h.product.id, h)).collect();
    // What serves best may be ten colours of one chair.
    retrieval::shown(ranking.iter().filter_map(|s| by_id.remove(&s.product)).collect(), &need.words, most)
}

/// Utility may only choose among things of one kind: the category that the best hits speak for, by reciprocal rank.
pub fn leading_category(hits: Vec<Hit>) -> Vec<Hit> {
    let mut weight: BTreeMap<Option<String>, f64> = BTreeMap::new();
    for (at, hit) in hits.iter().enumerate() {
        *weight.entry(hit.product.facts.category.clone()).or_default() += 1.0 / (at as f64 + 1.0);
    }
    let leading = weight
        .into_iter()
        .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
        .and_then(|(category, _)| category);
    match leading {
        Some(leading) => hits.into_iter().filter(|h| h.product.facts.category.as_ref() == Some(&leading)).collect(),
        None => hits,
    }
}

/// Cards of rows, with what the price history and the reviews add.
pub fn cards(turn: &Turn, rows: &[ResultRow]) -> std::result::Result<Vec<Card>, StoreError> {
    let mut cards = Vec::with_capacity(rows.len());
    for row in rows {
        let mut card = evidence::row_card(row, CardKind::Offer);
        card.facts.extend(turn.need.pieces.and_then(|pieces| together(&card, pieces)));
        let (points, summary) = history::known(turn.reader, row.product.id, None, turn.as_of)?;
        if let Some(summary) = summary.filter(|s| s.observations > 1) {
            history::onto(&mut card, &points, &summary);
        }
        let findings = reviews::findings(turn.reader, row.number, &row.product, turn.as_of)?;
        if findings.total > 0 {
            evidence::add_reviews(&mut card, &findings);
        }
        cards.push(card);
    }
    evidence::tell_apart(&mut cards);
    Ok(cards)
}

/// What several pieces cost together, so that it may be said.
fn together(card: &Card, pieces: u32) -> Option<Fact> {
    let price = card.fact("price")?;
    let FactValue::Money(each) = price.value else { return None };
    let total = Money::new(each.minor.checked_mul(i64::from(pieces))?, each.currency);
    let (field, text) = (format!("price of {pieces}"), total.to_string());
    Some(Fact { field, value: FactValue::Money(total), text, ..price.clone() })
}

/// Claims, pick, reasons and suggestions over cards that stand.
pub fn picked(turn: &Turn, rows: Vec<ResultRow>, cards: Vec<Card>, choice: pick::Choice, covered: Coverage) -> Facts {
    let claims = claims::build(&cards, turn.need, Some(&choice));
    let pick = pick::with_reasons(&choice, &cards, &claims, turn.need);
    let lead = pick.iter().flat_map(|p| p.reasons.iter().chain(&p.drawback)).cloned().collect();
    let suggested = suggest::after_search(turn.need, &cards);
    let (facets, outcome) = (Vec::new(), Outcome::Answered);
    let relevance = BTreeMap::new();
    Facts { rows, facets, cards, claims, pick, lead, coverage: covered, suggested, relevance, outcome, told_all: false }
}

pub fn compare(turn: &Turn, emit: Emit) -> Result {
    let ids = match products::named(turn, 2)? {
        Resolved::Products(ids) => ids,
        Resolved::Stop(found, outcome) => {
            emit(*found);
            return Ok(Facts { outcome, coverage: coverage::empty(turn)?, ..Facts::default() });
        }
    };
    if ids.len() < 2 {
        return search(turn, emit);
    }
    let comparison = table::compare(turn.reader, &ids, turn.need, turn.as_of)?;
    if comparison.products.len() < 2 {
        let reason = "of these, two were not known by then".to_owned();
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(Facts { outcome: Outcome::Nothing, coverage: coverage::empty(turn)?, ..Facts::default() });
    }
    let rows = comparison.products.clone();
    let mut covered = coverage::empty(turn)?;
    covered.products_considered = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    coverage::add_rows(turn, &mut covered, &rows);
    emit(Found::Comparison(comparison));
    let cards = cards(turn, &rows)?;
    let mut choice = pick::choose(&cards, turn.need, &|_| 1.0);
    let decided = turn.need.fact.as_deref().map(|aspect| decide::by(turn, &cards, aspect, &mut choice));
    let facts = picked(turn, rows, cards, choice, covered);
    Ok(match decided {
        Some(decided) => decide::told(turn, facts, decided),
        None => facts,
    })
}
