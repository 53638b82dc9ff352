//! Sets within a total: of every kind of thing one, chosen by the exact optimiser, each with a reason, and the sum.
//!
//! Where not even the cheapest of each fit, it says what a complete set costs at least and shows that one.

use super::advice::part_need;
use super::search::{self, leading_category};
use super::turn::{Emit, Facts, Result, Turn, direct, with_direct};
use super::{coverage, suggest};
use crate::answer::bundle::{self, Item};
use crate::answer::event::{Found, Outcome, ResultRow, SetTotal};
use crate::answer::evidence::{self, CardFacts};
use crate::answer::{clean, pick, rows};
use crate::domain::*;
use crate::retrieval::{Hit, SearchResult};
use std::collections::{BTreeMap, BTreeSet};

/// Things of one kind that are chosen among.
const CANDIDATES: usize = 60;
const MOST_PARTS: usize = 10;
/// Utilities become whole numbers of this many parts.
const SCALE: f64 = 1000.0;

/// A kind of thing with what can be bought of it.
struct Kind {
    name: String,
    need: Need,
    hits: Vec<Hit>,
    items: Vec<Item>,
}

/// A set for `limit` as a whole.
pub fn set(turn: &Turn, limit: PriceLimit, emit: Emit) -> Result {
    let mut covered = coverage::start(turn, &SearchResult::default())?;
    let rates = turn.reader.rates(turn.now)?;
    let (mut kinds, mut missing, mut taken) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut currency = limit.currency;
    for part in turn.need.parts.iter().take(MOST_PARTS) {
        let name = clean::line(part, 60);
        let mut need = part_need(turn.need, part);
        // The limit is one on the sum; what a thing of its kind is must not depend on it.
        need.must.max_price = None;
        let result = search::run(turn, &need, CANDIDATES)?;
        covered.search.clone_from(&result.method);
        covered.products_considered += u32::try_from(result.considered).unwrap_or(0);
        let hits = buyable(leading_category(result.hits), &taken);
        currency = currency.or_else(|| hits.iter().find_map(|h| h.offers.first()?.price.map(|p| p.currency)));
        let Some(kind) = currency.and_then(|c| candidates(name.clone(), need, hits, c, &rates)) else {
            missing.push(name);
            continue;
        };
        taken.extend(kind.hits.iter().map(|h| h.product.id));
        kinds.push(kind);
    }
    let Some(currency) = currency.filter(|_| !kinds.is_empty()) else {
        let reason = format!("not in the data: {}", missing.join(", "));
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(Facts { coverage: covered, outcome: Outcome::Nothing, ..Facts::default() });
    };
    let limit = crate::answer::claims::limit_money(limit, currency).unwrap_or(Money::new(i64::MAX, currency));
    let items: Vec<Vec<Item>> = kinds.iter().map(|k| k.items.clone()).collect();
    let fitting = bundle::best(&items, limit.minor);
    let fits = fitting.is_some();
    let Some(chosen) = fitting.or_else(|| bundle::cheapest(&items)) else {
        return Ok(Facts { coverage: covered, outcome: Outcome::Nothing, ..Facts::default() });
    };
    let parts = shown(&kinds, &chosen.chosen);
    let all: Vec<ResultRow> = parts.iter().flat_map(|(_, rows)| rows.clone()).collect();
    coverage::add_rows(turn, &mut covered, &all);
    let total = Money::new(chosen.cost, currency);
    let converted = all.iter().any(|r| r.offer.as_ref().and_then(|o| o.price).is_some_and(|p| p.currency != currency));
    emit(Found::Advice {
        parts: parts.clone(),
        missing: missing.clone(),
        set: Some(SetTotal { total, limit, fits, converted }),
    });
    let cards = search::cards(turn, &all)?;
    let mut lead = told(&parts, &cards);
    let sum = sum_sentence(total, limit, fits, converted, parts.len(), missing.len());
    // First what it comes to: the rest may be cut.
    let numbers = all.iter().map(|r| r.number).collect();
    lead.insert(0, Claim { cards: numbers, ..direct(ClaimKind::Price, "price", 1, sum) });
    if let Some(claim) = without(&kinds, limit).filter(|_| !fits) {
        lead.insert(1, claim);
    }
    if !missing.is_empty() {
        let text = format!("Not in the data: {}.", missing.join(", "));
        lead.push(Claim { cards: Vec::new(), ..direct(ClaimKind::Missing, "parts", 0, text) });
    }
    let count = lead.len();
    let claims = with_direct(lead, turn.claims(&cards));
    Ok(Facts {
        suggested: suggest::after_advice(turn.need, &cards),
        lead: claims.iter().take(count).cloned().collect(),
        rows: all,
        cards,
        claims,
        coverage: covered,
        outcome: if fits { Outcome::Answered } else { Outcome::Nothing },
        ..Facts::default()
    })
}

/// What can be bought now at a known price and is no other kind's candidate already.
fn buyable(hits: Vec<Hit>, taken: &BTreeSet<ProductId>) -> Vec<Hit> {
    let sold = |h: &Hit| h.offers.first().is_some_and(|o| o.price.is_some() && o.availability.buyable() != Some(false));
    let mut hits: Vec<Hit> = hits.into_iter().filter(|h| sold(h) && !taken.contains(&h.product.id)).collect();
    hits.sort_by_key(|h| h.product.id);
    hits
}

/// Hits with costs in one currency and utilities; `None` where none is left.
fn candidates(name: String, need: Need, hits: Vec<Hit>, currency: Currency, rates: &rate::Rates) -> Option<Kind> {
    let cards: Vec<Card> = hits
        .iter()
        .zip(1..)
        .map(|(h, n)| evidence::card(n, CardKind::Offer, &evidence::clean_product(h.product.clone()), h.offers.first()))
        .collect();
    let scores: BTreeMap<ProductId, f64> = hits.iter().map(|h| (h.product.id, h.score)).collect();
    let ranking = pick::choose(&cards, &need, &|id| scores.get(&id).copied().unwrap_or(0.0)).ranking;
    let utility: BTreeMap<ProductId, f64> = ranking.iter().map(|s| (s.product, s.utility)).collect();
    let mut kind = Kind { name, need, hits: Vec::new(), items: Vec::new() };
    for hit in hits {
        let Some(offer) = hit.offers.first() else { continue };
        let seen = offer.observed_at.unwrap_or(Timestamp::UNIX_EPOCH);
        let Some(price) = offer.price.and_then(|p| rates.comparable(p, currency, seen)) else { continue };
        let share = utility.get(&hit.product.id).copied().unwrap_or(0.0).clamp(0.0, 1.0);
        kind.items.push(Item { cost: price.minor, utility: (share * SCALE).round() as u32 });
        kind.hits.push(hit);
    }
    (!kind.hits.is_empty()).then_some(kind)
}

fn shown(kinds: &[Kind], chosen: &[usize]) -> Vec<(String, Vec<ResultRow>)> {
    let row = |(n, (kind, at)): (u32, (&Kind, &usize))| {
        let hit = kind.hits.get(*at)?.clone();
        let mut row = rows::of_hit(n, hit, &kind.need);
        row.why = vec![reason(kind, *at, &evidence::row_card(&row, CardKind::Offer))];
        Some((kind.name.clone(), vec![row]))
    };
    (1..).zip(kinds.iter().zip(chosen)).filter_map(row).collect()
}

/// One sentence for each thing: what it costs and why it is this one.
fn told(parts: &[(String, Vec<ResultRow>)], cards: &[Card]) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (name, rows) in parts {
        let Some(row) = rows.first() else { continue };
        let Some(card) = cards.iter().find(|c| c.number == row.number) else { continue };
        let (Some(price), Some(shop)) = (card.money("price"), card.fact("shop")) else { continue };
        let why = row.why.join(", ");
        let text = format!("For {name}: {} at {price} from {}, {why}.", card.name(), shop.text);
        claims.push(direct(ClaimKind::Fit, name, card.number, text));
    }
    claims
}

/// Why it is this one of its kind, true whatever the others are.
fn reason(kind: &Kind, at: usize, card: &Card) -> String {
    let Some(own) = kind.items.get(at) else { return "the only one".to_owned() };
    let others = kind.items.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, item)| item);
    if kind.items.len() == 1 {
        return "the only one in the data".to_owned();
    }
    if others.clone().all(|i| i.utility < own.utility) {
        return "which serves best of its kind".to_owned();
    }
    let rated = || Some((card.fact("rating")?.text.clone(), card.count("ratings")?));
    if others.clone().all(|i| i.cost > own.cost) {
        return "the cheapest of its kind".to_owned();
    }
    let within = others.filter(|i| i.cost <= own.cost).all(|i| i.utility <= own.utility);
    match rated() {
        _ if within => "which serves best of those that cost no more".to_owned(),
        Some((stars, count)) => format!("rated {stars} in {count} rating{}", if count == 1 { "" } else { "s" }),
        None => "which leaves most for the rest".to_owned(),
    }
}

fn sum_sentence(total: Money, limit: Money, fits: bool, converted: bool, count: usize, missing: usize) -> String {
    let about = if converted { "about " } else { "" };
    let rest = if missing > 0 { " of what is in the data" } else { "" };
    match fits {
        true if count == 1 => format!("It comes to {about}{total}, within your {limit}."),
        true => format!("Together they come to {about}{total}, within your {limit}."),
        false => {
            format!("It does not fit: the cheapest complete set{rest} comes to {about}{total}, over your {limit}.")
        }
    }
}

/// `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}

/// What would fit: the kinds needed least are left out until the cheapest of the others do.
fn without(kinds: &[Kind], limit: Money) -> Option<Claim> {
    for kept in (1..kinds.len()).rev() {
        let items: Vec<Vec<Item>> = kinds.iter().take(kept).map(|k| k.items.clone()).collect();
        let Some(set) = bundle::cheapest(&items).filter(|s| s.cost <= limit.minor) else { continue };
        let left: Vec<&str> = kinds.iter().skip(kept).map(|k| k.name.as_str()).collect();
        let total = Money::new(set.cost, limit.currency);
        let text = format!("Without {} the cheapest set comes to {total}.", listed(&left));
        let cards = (1..=u32::try_from(kept).unwrap_or(1)).collect();
        return Some(Claim { cards, ..direct(ClaimKind::Price, "price", 1, text) });
    }
    None
}
