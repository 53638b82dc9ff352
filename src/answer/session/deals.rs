//! Deals: of a kind of thing what costs clearly less now than it usually did, the largest difference first.
//!
//! Usual is the median of what was observed, never a list price: that one may never have been charged.

use super::coverage;
use super::search::{self, SHOWN, cards, run};
use super::turn::{Emit, Facts, Result, Turn};
use crate::answer::claims::ENOUGH_DAYS;
use crate::answer::event::{Found, Outcome, ResultRow};
use crate::answer::{history, pick, rows};
use crate::domain::*;
use crate::store::StoreError;
use std::collections::BTreeMap;

/// Products of the kind whose prices are looked at.
const LOOKED_AT: usize = 200;
/// What is less than this below the usual price is no deal.
const CLEARLY: f64 = 0.05;
/// What a price at half of the usual one is worth beside a match of words.
const HALVED: f64 = 10.0;

pub fn deals(turn: &Turn, emit: Emit) -> Result {
    let mut result = run(turn, turn.need, LOOKED_AT)?;
    let mut covered = coverage::start(turn, &result)?;
    let mut below: BTreeMap<ProductId, f64> = BTreeMap::new();
    for hit in search::leading_category(result.hits.clone()) {
        if let Some(share) = below_usual(turn, &hit.product, hit.offers.first().and_then(|o| o.price))? {
            below.insert(hit.product.id, share);
        }
    }
    result.hits.retain(|hit| below.contains_key(&hit.product.id));
    let of = |id: ProductId| below.get(&id).copied().unwrap_or(0.0);
    result.hits.sort_by(|a, b| of(b.product.id).total_cmp(&of(a.product.id)).then(a.product.id.cmp(&b.product.id)));
    result.hits.truncate(SHOWN);
    let rows: Vec<ResultRow> = result.hits.into_iter().zip(1..).map(|(h, n)| rows::of_hit(n, h, turn.need)).collect();
    if rows.is_empty() {
        let reason = "nothing of that kind costs clearly less now than it usually did".to_owned();
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(Facts { outcome: Outcome::Nothing, coverage: covered, ..Facts::default() });
    }
    coverage::add_rows(turn, &mut covered, &rows);
    let mut notes = result.notes;
    notes.push("held against the median of the prices observed, not against list prices".to_owned());
    emit(Found::Results { rows: rows.clone(), near_misses: Vec::new(), notes });
    let cards = cards(turn, &rows)?;
    let relevance: BTreeMap<ProductId, f64> = below.iter().map(|(id, share)| (*id, share * HALVED)).collect();
    let choice = pick::choose(&cards, turn.need, &|id| relevance.get(&id).copied().unwrap_or(0.0));
    Ok(Facts { relevance, ..search::picked(turn, rows, cards, choice, covered) })
}

/// How far a price lies below the product's usual one, as a share of it; `None` where it does not, clearly, or where too
/// little was observed.
fn below_usual(turn: &Turn, product: &Product, now: Option<Money>) -> std::result::Result<Option<f64>, StoreError> {
    let (_, summary) = history::known(turn.reader, product.id, None, turn.as_of)?;
    let Some(summary) = summary.filter(|s| u64::from(s.days_observed) >= ENOUGH_DAYS) else { return Ok(None) };
    let Some(now) = now.filter(|now| now.currency == summary.median.currency) else { return Ok(None) };
    let share = 1.0 - now.minor as f64 / (summary.median.minor as f64).max(1.0);
    Ok((share >= CLEARLY).then_some(share))
}
