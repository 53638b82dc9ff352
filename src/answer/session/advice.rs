//! Open advice: every kind of thing that is needed is a small search; the best of each is shown, the rest said to be missing.

use super::part::{self, Part};
use super::search;
use super::turn::{Emit, Facts, Result, Turn, direct, with_direct};
use super::{coverage, suggest};
use crate::answer::event::{Found, Outcome, ResultRow};
use crate::answer::evidence::CardFacts;
use crate::answer::phrases::Phrases;
use crate::answer::{pick, rows};
use crate::domain::*;
use crate::retrieval::{Hit, SearchResult};
use std::collections::{BTreeMap, BTreeSet};

/// Products shown for one part.
const PER_PART: usize = 2;
const MOST_PARTS: usize = 10;
/// Stars below which a thing is no gift.
const POOR: f64 = 3.2;

pub fn advice(turn: &Turn, emit: Emit) -> Result {
    if turn.need.parts.is_empty() {
        // Guessing at words would show washing machines for fishing.
        let reason = "what that calls for is not known here: ask for a kind of thing by name".to_owned();
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        let coverage = coverage::start(turn, &SearchResult::default())?;
        return Ok(Facts { coverage, outcome: Outcome::Nothing, ..Facts::default() });
    }
    if let Some(limit) = turn.need.total {
        return super::set::set(turn, limit, emit);
    }
    let mut covered = coverage::start(turn, &SearchResult::default())?;
    let mut found: Vec<(Part, Vec<ResultRow>)> = Vec::new();
    let (mut missing, mut unmet) = (Vec::new(), Vec::new());
    let mut shown: BTreeSet<ProductId> = BTreeSet::new();
    let mut categories: BTreeSet<String> = BTreeSet::new();
    for name in turn.need.parts.iter().take(MOST_PARTS) {
        let mut part = part::find(turn, name, false)?;
        covered.search.clone_from(&part.method);
        covered.products_considered += part.considered;
        // Two names of one kind are one part.
        if part.need.must.category.as_ref().is_some_and(|path| !categories.insert(path.clone())) {
            continue;
        }
        let found_some = !part.hits.is_empty();
        let rows = best(std::mem::take(&mut part.hits), &part.need, &mut shown);
        match part.unmet.take() {
            Some(miss) => unmet.push((part.name, miss)),
            None if rows.is_empty() && found_some && !turn.need.either => {}
            None if rows.is_empty() && found_some => {
                unmet.push((part.name, "those within them are poorly rated".to_owned()));
            }
            None if rows.is_empty() => missing.push(part.name),
            None => found.push((part, rows)),
        }
    }
    // What costs about what was said comes before what costs less.
    found.sort_by_key(|(part, _)| part.cheaper);
    let rows = found.iter_mut().flat_map(|(_, rows)| rows);
    rows.zip(1..).for_each(|(row, number)| row.number = number);
    let parts: Vec<(String, Vec<ResultRow>)> = found.into_iter().map(|(part, rows)| (part.name, rows)).collect();
    let all: Vec<ResultRow> = parts.iter().flat_map(|(_, rows)| rows.clone()).collect();
    coverage::add_rows(turn, &mut covered, &all);
    if all.is_empty() {
        let reason = nothing(&missing, &unmet);
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(Facts { coverage: covered, outcome: Outcome::Nothing, ..Facts::default() });
    }
    emit(Found::Advice { parts: parts.clone(), missing: missing.clone(), unmet: unmet.clone(), set: None });
    let cards = search::cards(turn, &all)?;
    let first = told(turn.need, &parts, &missing, &unmet, &cards);
    let lead = first.clone();
    let claims = with_direct(first, turn.claims(&cards));
    Ok(Facts {
        suggested: suggest::after_advice(turn.need, &cards),
        lead: claims.iter().take(lead.len()).cloned().collect(),
        rows: all,
        cards,
        claims,
        coverage: covered,
        outcome: Outcome::Answered,
        ..Facts::default()
    })
}

/// Why there is nothing to show.
pub fn nothing(missing: &[String], unmet: &[(String, String)]) -> String {
    let mut why: Vec<String> = Vec::new();
    if !missing.is_empty() {
        why.push(format!("not in the data: {}", missing.join(", ")));
    }
    why.extend(unmet.iter().map(|(name, miss)| format!("no {name} fits ({miss})")));
    why.join("; ")
}

fn best(hits: Vec<Hit>, need: &Need, shown: &mut BTreeSet<ProductId>) -> Vec<ResultRow> {
    let scores: BTreeMap<ProductId, f64> = hits.iter().map(|h| (h.product.id, h.score)).collect();
    let hits = hits.into_iter().filter(|h| !shown.contains(&h.product.id));
    let mut rows: Vec<ResultRow> = hits.zip(1..).map(|(h, n)| rows::of_hit(n, h, need)).collect();
    let cards: Vec<Card> = rows.iter().map(|r| crate::answer::evidence::row_card(r, CardKind::Offer)).collect();
    let ranking = pick::choose(&cards, need, &|id| scores.get(&id).copied().unwrap_or(0.0)).ranking;
    let place = |id: ProductId| ranking.iter().position(|s| s.product == id).unwrap_or(usize::MAX);
    rows.sort_by_key(|r| place(r.product.id));
    if need.either {
        // Nobody gives away what many were sorry for.
        rows.retain(|row| !is_poor(row.product.facts.rating));
    }
    rows.truncate(PER_PART);
    shown.extend(rows.iter().map(|row| row.product.id));
    rows
}

fn is_poor(rating: Option<Rating>) -> bool {
    rating.is_some_and(|r| pick::shrunk_stars(r.stars, u64::from(r.count)) < POOR)
}

/// One sentence for each part, what the first of each come to together, and what is not in the data.
fn told(
    need: &Need,
    parts: &[(String, Vec<ResultRow>)],
    missing: &[String],
    unmet: &[(String, String)],
    cards: &[Card],
) -> Vec<Claim> {
    let phrases = Phrases::of(need.language);
    let mut claims = Vec::new();
    let mut total: Option<Money> = None;
    let mut comparable = true;
    let mut numbers = Vec::new();
    for (part, rows) in parts {
        let Some(card) = rows.first().and_then(|r| cards.iter().find(|c| c.number == r.number)) else { continue };
        let text = match (card.money("price"), card.fact("shop")) {
            (Some(price), Some(shop)) => {
                total = match total {
                    None => Some(price),
                    Some(sum) => sum.checked_add(&price),
                };
                comparable &= total.is_some();
                numbers.push(card.number);
                let (price, shop) = (price.to_string(), shop.text.as_str());
                phrases.say(
                    "part",
                    &[("part", &phrases.part(part)), ("name", card.name()), ("price", &price), ("shop", shop)],
                )
            }
            _ => {
                comparable = false;
                phrases.say("part_unpriced", &[("part", &phrases.part(part)), ("name", card.name())])
            }
        };
        claims.push(direct(ClaimKind::Fit, part, card.number, text));
    }
    if let (Some(total), true, true) = (total, comparable && !need.either, numbers.len() > 1) {
        let text = phrases.say("together", &[("price", &total.to_string())]);
        let claim = direct(ClaimKind::Price, "price", numbers[0], text);
        claims.push(Claim { cards: numbers, ..claim });
    }
    claims.extend(absent(phrases, missing, unmet));
    claims
}

/// What of the kinds is not here, and what is here but not within the conditions.
pub fn absent(phrases: &Phrases, missing: &[String], unmet: &[(String, String)]) -> Vec<Claim> {
    let unmet: Vec<String> = unmet.iter().map(|(name, _)| phrases.part(name)).collect();
    let missing: Vec<String> = missing.iter().map(|name| phrases.part(name)).collect();
    let said = [("parts_unmet", unmet), ("parts_missing", missing)];
    let told = said.into_iter().filter(|(_, names)| !names.is_empty()).map(|(sentence, names)| {
        let text = phrases.say(sentence, &[("parts", &names.join(", "))]);
        Claim { cards: Vec::new(), ..direct(ClaimKind::Missing, "parts", 0, text) }
    });
    told.collect()
}
