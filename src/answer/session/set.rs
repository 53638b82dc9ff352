//! Sets within a total: of every kind of thing one, chosen by the exact optimiser, each with a reason, and the sum.
//!
//! Where not even the cheapest of each fit, it says what a complete set costs at least and shows that one.

use super::advice::{absent, nothing};
use super::part::{self, Part};
use super::search;
use super::turn::{Emit, Facts, Result, Turn, direct, with_direct};
use super::{coverage, suggest};
use crate::answer::bundle::{self, Item};
use crate::answer::event::{Found, Outcome, ResultRow, SetTotal};
use crate::answer::evidence::{self, CardFacts};
use crate::answer::phrases::Phrases;
use crate::answer::{pick, rows};
use crate::domain::*;
use crate::retrieval::{Hit, SearchResult};
use std::collections::{BTreeMap, BTreeSet};

const MOST_PARTS: usize = 10;
/// Utilities become whole numbers of this many parts.
const SCALE: f64 = 1000.0;
/// What spending the whole limit on one thing takes off its utility: money left over is worth something too.
const SPENT: f64 = 0.3;

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
    let (mut kinds, mut missing, mut unmet, mut taken) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
    let mut currency = limit.currency;
    for name in turn.need.parts.iter().take(MOST_PARTS) {
        // The limit is one on the sum; what a thing of its kind is must not depend on it.
        let part = part::find(turn, name, true)?;
        covered.search.clone_from(&part.method);
        covered.products_considered += part.considered;
        let (name, miss, need, found) = (part.name.clone(), part.unmet.clone(), part.need.clone(), part.hits.len());
        let hits = buyable(part, &taken);
        currency = currency.or_else(|| hits.iter().find_map(|h| h.offers.first()?.price.map(|p| p.currency)));
        let kind = currency.and_then(|c| candidates(name.clone(), need, hits, (limit, c), &rates));
        match (kind, miss) {
            (Some(kind), _) => {
                taken.extend(kind.hits.iter().map(|h| h.product.id));
                kinds.push(kind);
            }
            (None, Some(miss)) => unmet.push((name, miss)),
            (None, None) if found > 0 => unmet.push((name, "none can be bought at a known price".to_owned())),
            (None, None) => missing.push(name),
        }
    }
    let Some(currency) = currency.filter(|_| !kinds.is_empty()) else {
        let reason = nothing(&missing, &unmet);
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
    let phrases = Phrases::of(turn.need.language);
    let parts = shown(phrases, &kinds, &chosen.chosen);
    let all: Vec<ResultRow> = parts.iter().flat_map(|(_, rows)| rows.clone()).collect();
    coverage::add_rows(turn, &mut covered, &all);
    let total = Money::new(chosen.cost, currency);
    let converted = all.iter().any(|r| r.offer.as_ref().and_then(|o| o.price).is_some_and(|p| p.currency != currency));
    emit(Found::Advice {
        parts: parts.clone(),
        missing: missing.clone(),
        unmet: unmet.clone(),
        set: Some(SetTotal { total, limit, fits, converted }),
    });
    let cards = search::cards(turn, &all)?;
    let mut lead = told(phrases, &parts, &cards);
    let whole = missing.is_empty() && unmet.is_empty();
    let sum = sum_sentence(phrases, (total, limit), (fits, converted, whole), parts.len());
    // First what it comes to: the rest may be cut.
    let numbers = all.iter().map(|r| r.number).collect();
    lead.insert(0, Claim { cards: numbers, ..direct(ClaimKind::Price, "price", 1, sum) });
    if let Some(claim) = without(phrases, &kinds, limit).filter(|_| !fits) {
        lead.insert(1, claim);
    }
    lead.extend(absent(phrases, &missing, &unmet));
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
fn buyable(part: Part, taken: &BTreeSet<ProductId>) -> Vec<Hit> {
    let sold = |h: &Hit| h.offers.first().is_some_and(|o| o.price.is_some() && o.availability.buyable() != Some(false));
    let mut hits: Vec<Hit> = part.hits.into_iter().filter(|h| sold(h) && !taken.contains(&h.product.id)).collect();
    hits.sort_by_key(|h| h.product.id);
    hits
}

/// Hits with costs in one currency and utilities; `None` where none is left.
fn candidates(
    name: String,
    need: Need,
    hits: Vec<Hit>,
    (limit, currency): (PriceLimit, Currency),
    rates: &rate::Rates,
) -> Option<Kind> {
    let cards: Vec<Card> = hits
        .iter()
        .zip(1..)
        .map(|(h, n)| evidence::card(n, CardKind::Offer, &evidence::clean_product(h.product.clone()), h.offers.first()))
        .collect();
    // All are of the kind, and what they cost is for the sum to weigh.
    let ranking = pick::choose(&cards, &need, &|_| 1.0).ranking;
    let utility: BTreeMap<ProductId, f64> = ranking.iter().map(|s| (s.product, s.quality())).collect();
    let mut kind = Kind { name, need, hits: Vec::new(), items: Vec::new() };
    for hit in hits {
        let Some(offer) = hit.offers.first() else { continue };
        let seen = offer.observed_at.unwrap_or(Timestamp::UNIX_EPOCH);
        let Some(price) = offer.price.and_then(|p| rates.comparable(p, currency, seen)) else { continue };
        let spent = price.milli() as f64 / limit.milli.max(1) as f64;
        let quality = utility.get(&hit.product.id).copied().unwrap_or(0.0);
        // One that costs more than all may cost is only there for the cheapest set.
        let share = (quality + SPENT * (1.0 - spent.min(1.0))) / (1.0 + SPENT);
        kind.items.push(Item { cost: price.minor, utility: (share.clamp(0.0, 1.0) * SCALE).round() as u32 });
        kind.hits.push(hit);
    }
    (!kind.hits.is_empty()).then_some(kind)
}

fn shown(phrases: &Phrases, kinds: &[Kind], chosen: &[usize]) -> Vec<(String, Vec<ResultRow>)> {
    let row = |(n, (kind, at)): (u32, (&Kind, &usize))| {
        let hit = kind.hits.get(*at)?.clone();
        let mut row = rows::of_hit(n, hit, &kind.need);
        row.why = vec![reason(phrases, kind, *at, &evidence::row_card(&row, CardKind::Offer))];
        Some((kind.name.clone(), vec![row]))
    };
    (1..).zip(kinds.iter().zip(chosen)).filter_map(row).collect()
}

/// One sentence for each thing: what it costs and why it is this one.
fn told(phrases: &Phrases, parts: &[(String, Vec<ResultRow>)], cards: &[Card]) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (name, rows) in parts {
        let Some(row) = rows.first() else { continue };
        let Some(card) = cards.iter().find(|c| c.number == row.number) else { continue };
        let (Some(price), Some(shop)) = (card.money("price"), card.fact("shop")) else { continue };
        let why = row.why.join(", ");
        let (part, price) = (phrases.part(name), price.to_string());
        let said = [("part", &*part), ("name", card.name()), ("price", &*price), ("shop", &*shop.text), ("why", &*why)];
        let text = phrases.say("set_part", &said);
        claims.push(direct(ClaimKind::Fit, name, card.number, text));
    }
    claims
}

/// Why it is this one of its kind, true whatever the others are.
fn reason(phrases: &Phrases, kind: &Kind, at: usize, card: &Card) -> String {
    let own = kind.items.get(at).map_or(0, |item| item.cost);
    let mut others = kind.items.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, item)| item);
    if kind.items.len() == 1 {
        return phrases.say("why_only", &[]);
    }
    if others.all(|item| item.cost > own) {
        return phrases.say("why_cheapest", &[]);
    }
    match (card.fact("rating"), card.count("ratings").filter(|n| *n > 0)) {
        (Some(stars), Some(count)) => phrases.counted("why_rated", count, &[("stars", &phrases.value(&stars.text))]),
        _ => phrases.say("why_rest", &[]),
    }
}

fn sum_sentence(
    phrases: &Phrases,
    (total, limit): (Money, Money),
    (fits, converted, whole): (bool, bool, bool),
    count: usize,
) -> String {
    let (total, limit) = (total.to_string(), limit.to_string());
    let total = if converted { phrases.say("about", &[("price", &total)]) } else { total };
    let sentence = match (fits, whole) {
        (true, _) if count == 1 => "set_one_within",
        (true, _) => "set_within",
        (false, true) => "set_over",
        (false, false) => "set_over_in_part",
    };
    phrases.say(sentence, &[("price", &total), ("limit", &limit)])
}

/// What would fit: the kinds needed least are left out until the cheapest of the others do.
fn without(phrases: &Phrases, kinds: &[Kind], limit: Money) -> Option<Claim> {
    for kept in (1..kinds.len()).rev() {
        let items: Vec<Vec<Item>> = kinds.iter().take(kept).map(|k| k.items.clone()).collect();
        let Some(set) = bundle::cheapest(&items).filter(|s| s.cost <= limit.minor) else { continue };
        let left: Vec<String> = kinds.iter().skip(kept).map(|k| phrases.part(&k.name)).collect();
        let total = Money::new(set.cost, limit.currency);
        let text = phrases.say("set_without", &[("parts", &left.join(", ")), ("price", &total.to_string())]);
        let cards = (1..=u32::try_from(kept).unwrap_or(1)).collect();
        return Some(Claim { cards, ..direct(ClaimKind::Price, "price", 1, text) });
    }
    None
}
