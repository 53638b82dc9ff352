//! Open advice: every kind of thing that is needed is a small search; the best of each is shown, the rest said to be missing.

use super::search;
use super::turn::{Emit, Facts, Result, Turn, direct, with_direct};
use super::{coverage, suggest};
use crate::answer::event::{Found, Outcome, ResultRow};
use crate::answer::evidence::CardFacts;
use crate::answer::phrases::Phrases;
use crate::answer::{clean, pick, rows};
use crate::domain::*;
use crate::retrieval::SearchResult;
use std::collections::{BTreeMap, BTreeSet};

/// Products shown for one part.
const PER_PART: usize = 2;
const MOST_PARTS: usize = 10;

pub fn advice(turn: &Turn, emit: Emit) -> Result {
    if turn.need.parts.is_empty() {
        return search::search(turn, emit);
    }
    if let Some(limit) = turn.need.total {
        return super::set::set(turn, limit, emit);
    }
    let mut covered = coverage::start(turn, &SearchResult::default())?;
    let mut parts: Vec<(String, Vec<ResultRow>)> = Vec::new();
    let mut missing = Vec::new();
    let mut number = 1;
    let mut shown: BTreeSet<ProductId> = BTreeSet::new();
    for part in turn.need.parts.iter().take(MOST_PARTS) {
        let need = part_need(turn.need, part);
        let result = search::run(turn, &need, 12)?;
        covered.search.clone_from(&result.method);
        covered.products_considered += u32::try_from(result.considered).unwrap_or(0);
        let rows = best(result, &need, &mut number, &mut shown);
        let name = clean::line(part, 60);
        if rows.is_empty() { missing.push(name) } else { parts.push((name, rows)) }
    }
    let all: Vec<ResultRow> = parts.iter().flat_map(|(_, rows)| rows.clone()).collect();
    coverage::add_rows(turn, &mut covered, &all);
    if all.is_empty() {
        let reason = format!("not in the data: {}", missing.join(", "));
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(Facts { coverage: covered, outcome: Outcome::Nothing, ..Facts::default() });
    }
    emit(Found::Advice { parts: parts.clone(), missing: missing.clone(), set: None });
    let cards = search::cards(turn, &all)?;
    let first = told(Phrases::of(turn.need.language), &parts, &missing, &cards);
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

/// The need of one part: its words, and of the conditions those that hold for any kind of thing.
pub fn part_need(need: &Need, part: &str) -> Need {
    Need {
        kind: QuestionKind::Search,
        question: part.to_owned(),
        words: vec![part.to_owned()],
        must: Constraints { category: None, attributes: Vec::new(), ..need.must.clone() },
        parts: Vec::new(),
        products: Vec::new(),
        ..need.clone()
    }
}

fn best(result: SearchResult, need: &Need, number: &mut u32, shown: &mut BTreeSet<ProductId>) -> Vec<ResultRow> {
    let scores: BTreeMap<ProductId, f64> = result.hits.iter().map(|h| (h.product.id, h.score)).collect();
    let hits: Vec<_> = result.hits.into_iter().filter(|h| !shown.contains(&h.product.id)).collect();
    let mut rows: Vec<ResultRow> = hits.into_iter().zip(1..).map(|(h, n)| rows::of_hit(n, h, need)).collect();
    let cards: Vec<Card> = rows.iter().map(|r| crate::answer::evidence::row_card(r, CardKind::Offer)).collect();
    let ranking = pick::choose(&cards, need, &|id| scores.get(&id).copied().unwrap_or(0.0) * 3.0).ranking;
    let place = |id: ProductId| ranking.iter().position(|s| s.product == id).unwrap_or(usize::MAX);
    rows.sort_by_key(|r| place(r.product.id));
    rows.truncate(PER_PART);
    for row in &mut rows {
        row.number = *number;
        *number += 1;
        shown.insert(row.product.id);
    }
    rows
}

/// One sentence for each part, what the first of each come to together, and what is not in the data.
fn told(phrases: &Phrases, parts: &[(String, Vec<ResultRow>)], missing: &[String], cards: &[Card]) -> Vec<Claim> {
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
                phrases.say("part", &[("part", part), ("name", card.name()), ("price", &price), ("shop", shop)])
            }
            _ => {
                comparable = false;
                phrases.say("part_unpriced", &[("part", part), ("name", card.name())])
            }
        };
        claims.push(direct(ClaimKind::Fit, part, card.number, text));
    }
    if let (Some(total), true, true) = (total, comparable, numbers.len() > 1) {
        let text = phrases.say("together", &[("price", &total.to_string())]);
        let claim = direct(ClaimKind::Price, "price", numbers[0], text);
        claims.push(Claim { cards: numbers, ..claim });
    }
    if !missing.is_empty() {
        let text = phrases.say("parts_missing", &[("parts", &missing.join(", "))]);
        claims.push(Claim { cards: Vec::new(), ..direct(ClaimKind::Missing, "parts", 0, text) });
    }
    claims
}
