//! Substitutes: of the kind of a product those most like it, itself left out; cheaper where that was wished for.
//!
//! Likeness is the share of attributes that agree. Hard constraints hold as in any search.

use super::coverage;
use super::products::{self, Resolved};
use super::search::{self, SHOWN, cards, run};
use super::turn::{Emit, Facts, Result, Turn};
use crate::answer::event::{Found, Outcome, ResultRow};
use crate::answer::evidence::day_text;
use crate::answer::{as_of, pick, rows};
use crate::domain::*;
use crate::retrieval;
use std::collections::BTreeMap;

/// What full likeness is worth beside a match of words.
const LIKENESS: f64 = 5.0;

/// Products of the kind that are looked at.
const CANDIDATES: usize = 60;

pub fn substitutes(turn: &Turn, emit: Emit) -> Result {
    let stop = |outcome, coverage| Facts { outcome, coverage, ..Facts::default() };
    let id = match products::named(turn, 1)? {
        Resolved::Products(ids) => ids.first().copied(),
        Resolved::Stop(found, outcome) => {
            emit(*found);
            return Ok(stop(outcome, coverage::empty(turn)?));
        }
    };
    let stored = match id {
        Some(id) => turn.reader.product(id)?,
        None => None,
    };
    let known = match stored {
        Some(product) => as_of::known(turn.reader, product, turn.as_of)?,
        None => None,
    };
    let Some(product) = known else {
        let reason = turn.as_of.map_or_else(
            || "the product is no longer in the data".to_owned(),
            |moment| format!("nothing was known of it by {}", day_text(moment)),
        );
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(stop(Outcome::Nothing, coverage::empty(turn)?));
    };
    let mut need = need_of(turn, &product)?;
    let mut notes = vec![format!("like {}, by the attributes that agree", product.facts.title)];
    let alike_to =
        |h: &retrieval::Hit| h.product.id != product.id && h.product.facts.category == product.facts.category;
    let mut result = run(turn, &need, CANDIDATES)?;
    result.hits.retain(alike_to);
    if result.hits.is_empty() && need.must.attributes != turn.need.must.attributes {
        need.must.attributes.clone_from(&turn.need.must.attributes);
        result = run(turn, &need, CANDIDATES)?;
        result.hits.retain(alike_to);
        notes.push("none of its kind does better in what was asked for".to_owned());
    }
    let mut covered = coverage::start(turn, &result)?;
    let likeness: BTreeMap<ProductId, f64> =
        result.hits.iter().map(|h| (h.product.id, LIKENESS * alike(&product.facts, &h.product.facts))).collect();
    let of = |id: ProductId| likeness.get(&id).copied().unwrap_or(0.0);
    result.hits.sort_by(|a, b| of(b.product.id).total_cmp(&of(a.product.id)).then(a.product.id.cmp(&b.product.id)));
    result.hits.truncate(SHOWN);
    let rows: Vec<ResultRow> = result.hits.into_iter().zip(1..).map(|(h, n)| rows::of_hit(n, h, &need)).collect();
    if rows.is_empty() {
        let reason = "nothing of its kind in the data meets every condition".to_owned();
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(stop(Outcome::Nothing, covered));
    }
    coverage::add_rows(turn, &mut covered, &rows);
    emit(Found::Results { rows: rows.clone(), near_misses: Vec::new(), notes });
    let cards = cards(turn, &rows)?;
    let choice = pick::choose(&cards, &need, &of);
    Ok(Facts { relevance: likeness.clone(), ..search::picked(turn, rows, cards, choice, covered) })
}

/// A search of the product's kind; "cheaper" is a limit below its best price, "with a longer battery life" one above
/// its own.
fn need_of(turn: &Turn, product: &Product) -> std::result::Result<Need, crate::store::StoreError> {
    let mut need = Need { products: Vec::new(), ..turn.need.clone() };
    let leaf = product.facts.category.as_deref().and_then(|c| c.rsplit('>').next()).map(|l| l.trim().to_owned());
    need.words = leaf.into_iter().collect();
    need.must.category.clone_from(&product.facts.category);
    let cheaper = need.wants.iter().any(|w| w.aspect == "price" && w.direction == Direction::Lower);
    let offers = rows::offers_at(turn.reader, product.id, turn.as_of)?;
    let best = offers.iter().filter_map(|o| o.price).min_by_key(Money::milli);
    if let Some(best) = best.filter(|_| cheaper && need.must.max_price.is_none()) {
        let milli = i64::try_from(best.milli() - 1).unwrap_or(i64::MAX);
        need.must.max_price = Some(PriceLimit { milli, currency: Some(best.currency) });
    }
    for want in need.wants.iter().filter(|want| want.is_comparative()) {
        let op = match want.direction {
            Direction::Higher => Op::Above,
            Direction::Lower => Op::Below,
            Direction::Yes => continue,
        };
        if let Some((value, unit)) = product.facts.number(&want.aspect) {
            let unit = unit.to_owned();
            need.must.attributes.push(AttributeFilter { name: want.aspect.clone(), op, value, unit });
        }
    }
    Ok(need)
}

/// 0 to 1: the mean likeness of the attributes that the first states; one that the other does not state is unlike.
fn alike(own: &ProductFacts, other: &ProductFacts) -> f64 {
    let like = |a: &Attribute| match (&a.value, other.attribute(&a.name)) {
        (AttributeValue::Number { value: x, .. }, Some(AttributeValue::Number { value: y, .. })) => {
            1.0 - ((x - y).abs() / x.abs().max(y.abs()).max(f64::MIN_POSITIVE)).min(1.0)
        }
        (value, Some(other)) => f64::from(u8::from(value == other)),
        (_, None) => 0.0,
    };
    let count = own.attributes.len().max(1) as f64;
    own.attributes.iter().map(like).sum::<f64>() / count
}
