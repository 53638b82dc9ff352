//! Claims on how one card fits the need: price against the limit, rating, conditions and wishes on attributes,
//! and what was asked for and is not stated.

use super::super::aspect;
use super::super::evidence::{CardFacts, number_text};
use super::{Builder, Stated, value_text};
use crate::domain::*;

pub fn add(b: &mut Builder, card: &Card) {
    price(b, card);
    rating(b, card);
    conditions(b, card);
    people(b, card);
    wishes(b, card);
    attributes(b, card);
    stock(b, card);
}

fn price(b: &mut Builder, card: &Card) {
    let (name, phrases, own) = (card.name(), b.phrases, [card.number]);
    let (Some(price), Some(shop)) = (card.money("price"), value_text(card, "shop")) else {
        if card.kind == CardKind::Offer {
            b.say(ClaimKind::Missing, "price", &own, 0.8, phrases.missing(name, "price"));
        }
        return;
    };
    if let Some(count) = b.need.pieces.filter(|_| price.minor > 0) {
        return pieces(b, card, price, count, &shop);
    }
    let text = price.to_string();
    let plain = || phrases.say("price", &[("name", name), ("price", &text), ("shop", &shop)]);
    let limit = b.need.must.max_price.filter(|l| l.currency.is_none_or(|c| c == price.currency));
    let Some(limit) = limit.and_then(|l| limit_money(l, price.currency)) else {
        b.say(ClaimKind::Price, "price", &own, 0.8, plain());
        return;
    };
    match limit.checked_sub(&price) {
        Some(spare) if spare.minor > 0 => {
            let (spare, limit) = (spare.to_string(), limit.to_string());
            let parts = [("name", name), ("price", &*text), ("shop", &*shop), ("spare", &*spare), ("limit", &*limit)];
            let sentence = phrases.say("under_limit", &parts);
            b.say(ClaimKind::Fit, "price", &own, 1.0, sentence);
        }
        Some(spare) if spare.minor == 0 => {
            let sentence = phrases.say("at_limit", &[("name", name), ("price", &text), ("shop", &shop)]);
            b.say(ClaimKind::Fit, "price", &own, 1.0, sentence);
        }
        _ => b.say(ClaimKind::Price, "price", &own, 0.8, plain()),
    }
}

/// What several pieces cost together, held against the limit on all of them.
fn pieces(b: &mut Builder, card: &Card, price: Money, count: u32, shop: &str) {
    let (name, own) = (card.name(), [card.number]);
    let Some(minor) = price.minor.checked_mul(i64::from(count)) else { return };
    let total = Money::new(minor, price.currency);
    let limit = b.need.must.max_price.filter(|l| l.currency.is_none_or(|c| c == price.currency));
    let limit = limit.and_then(|l| limit_money(b.need.of_all(l), price.currency));
    let spare = limit.and_then(|l| l.checked_sub(&total)).filter(|spare| spare.minor >= 0);
    let (each, count, total) = (price.to_string(), count.to_string(), total.to_string());
    let mut parts = vec![("name", name), ("each", &*each), ("count", &*count), ("price", &*total), ("shop", shop)];
    match spare.zip(limit) {
        Some((spare, limit)) => {
            let (spare, limit) = (spare.to_string(), limit.to_string());
            parts.extend([("spare", &*spare), ("limit", &*limit)]);
            b.say(ClaimKind::Fit, "price", &own, 1.6, b.phrases.say("pieces_under_limit", &parts));
        }
        None => b.say(ClaimKind::Price, "price", &own, 1.2, b.phrases.say("pieces", &parts)),
    }
}

/// A price limit in minor units of a currency; `None` where it has more decimals than the currency.
pub fn limit_money(limit: PriceLimit, currency: Currency) -> Option<Money> {
    let scaled = i128::from(limit.milli) * 10_i128.pow(currency.exponent());
    (scaled % 1000 == 0).then(|| i64::try_from(scaled / 1000).ok().map(|minor| Money::new(minor, currency)))?
}

fn rating(b: &mut Builder, card: &Card) {
    let (name, phrases, own) = (card.name(), b.phrases, [card.number]);
    let asked = b.need.must.min_stars;
    let Some(stars) = value_text(card, "rating") else {
        if asked.is_some() || b.need.wants.iter().any(|w| aspect::same(&w.aspect, "rating")) {
            b.say(ClaimKind::Missing, "rating", &own, 0.8, phrases.say("no_rating", &[("name", name)]));
        }
        return;
    };
    let count = card.count("ratings").filter(|n| *n > 0).map(|n| n.to_string());
    let good = card.number("rating").is_some_and(|(value, _)| asked.is_none_or(|least| value >= least));
    let (stars, by) = (phrases.value(&stars), count.as_deref().unwrap_or_default());
    match asked {
        Some(least) if good => {
            let least = number_text(least, "");
            let sentence = if count.is_some() { "rated_by_enough" } else { "rated_enough" };
            let parts = [("name", name), ("stars", &*stars), ("count", by), ("least", &*least)];
            b.say(ClaimKind::Fit, "rating", &own, 0.9, phrases.say(sentence, &parts));
        }
        _ => {
            // A low rating is no reason to buy: it is said as what speaks against the product.
            let low = card.number("rating").is_some_and(|(value, _)| value < 3.5);
            let kind = if low { ClaimKind::Drawback } else { ClaimKind::Attribute };
            let sentence = if count.is_some() { "rated_by" } else { "rated" };
            let sentence = phrases.say(sentence, &[("name", name), ("stars", &stars), ("count", by)]);
            b.say(kind, "rating", &own, 0.7, sentence);
        }
    }
}

fn conditions(b: &mut Builder, card: &Card) {
    for filter in &b.need.must.attributes {
        let Some((value, unit)) = card.number(&filter.name) else {
            let sentence = b.phrases.missing(card.name(), &filter.name);
            b.say(ClaimKind::Missing, &filter.name, &[card.number], 1.0, sentence);
            continue;
        };
        if unit != filter.unit || !filter.op.holds(value, filter.value) {
            continue;
        }
        let bound = match filter.op {
            Op::AtMost => "at_most",
            Op::AtLeast => "at_least",
            Op::Below => "less_than",
            Op::Above => "more_than",
            Op::Equal => "exactly",
        };
        let bound = b.phrases.say(bound, &[("value", &b.phrases.value(&number_text(filter.value, &filter.unit)))]);
        let shown = value_text(card, &filter.name).unwrap_or_default();
        let stated = Stated { name: card.name(), field: &filter.name, value: &shown };
        let sentence = b.phrases.meets(stated, &bound);
        b.say(ClaimKind::Fit, &filter.name, &[card.number], 1.0, sentence);
    }
}

/// How many people it is for, where that was said.
fn people(b: &mut Builder, card: &Card) {
    let Some(people) = b.need.must.people else { return };
    let Some(fact) = card.facts.iter().find(|f| states_people(&aspect::key(&f.field))) else { return };
    let bound = b.phrases.say("at_least", &[("value", &people.to_string())]);
    let stated = Stated { name: card.name(), field: &fact.field, value: &fact.text };
    if matches!(fact.value, FactValue::Number { value, .. } if value >= f64::from(people)) {
        let sentence = b.phrases.meets(stated, &bound);
        b.say(ClaimKind::Fit, &fact.field, &[card.number], 1.2, sentence);
    }
}

fn wishes(b: &mut Builder, card: &Card) {
    for want in &b.need.wants {
        if aspect::same(&want.aspect, "price") || aspect::same(&want.aspect, "rating") {
            continue;
        }
        let own = [card.number];
        match card.fact(&want.aspect).map(|f| f.value.clone()) {
            None if !is_missed(b, want) => {}
            None => {
                let sentence = b.phrases.missing(card.name(), &want.aspect);
                b.say(ClaimKind::Missing, &want.aspect, &own, 0.95, sentence);
            }
            Some(FactValue::Flag(yes)) => {
                let kind = if yes == (want.direction == Direction::Yes) { ClaimKind::Fit } else { ClaimKind::Drawback };
                b.say(kind, &want.aspect, &own, 1.0, b.phrases.flag(card.name(), &want.aspect, yes));
            }
            Some(_) => {
                let shown = value_text(card, &want.aspect).unwrap_or_default();
                let sentence = b.phrases.states(Stated { name: card.name(), field: &want.aspect, value: &shown });
                b.say(ClaimKind::Attribute, &want.aspect, &own, 0.6, sentence);
            }
        }
    }
}

/// Whether silence on a wish tells anything: not where it only follows from a use, nor where no card states this
/// reading of the word and another one is stated ("small" is the width, and of bags the length packed).
fn is_missed(b: &Builder, want: &Want) -> bool {
    let stated = |aspect: &str| b.cards.iter().any(|card| card.fact(aspect).is_some());
    let otherwise = || b.need.wants.iter().any(|w| w.said == want.said && stated(&w.aspect));
    want.weight >= 1.0 && (stated(&want.aspect) || !otherwise())
}

/// The other attributes stated, so that any of them may be cited.
fn attributes(b: &mut Builder, card: &Card) {
    for fact in &card.facts {
        if !fact.row.starts_with("product:") || b.need.wants.iter().any(|w| aspect::same(&w.aspect, &fact.field)) {
            continue;
        }
        if matches!(fact.field.as_str(), "name" | "brand" | "category" | "rating" | "ratings" | "reviews") {
            continue;
        }
        match &fact.value {
            FactValue::Number { .. } | FactValue::Percent(_) => {
                let sentence = b.phrases.states(Stated { name: card.name(), field: &fact.field, value: &fact.text });
                b.say(ClaimKind::Attribute, &fact.field, &[card.number], 0.6, sentence);
            }
            FactValue::Flag(yes) => {
                let sentence = b.phrases.flag(card.name(), &fact.field, *yes);
                b.say(ClaimKind::Attribute, &fact.field, &[card.number], 0.5, sentence);
            }
            FactValue::Text(text) if text.chars().count() <= 40 => {
                let sentence = b.phrases.states_text(Stated { name: card.name(), field: &fact.field, value: text });
                b.say(ClaimKind::Attribute, &fact.field, &[card.number], 0.4, sentence);
            }
            _ => {}
        }
    }
}

fn stock(b: &mut Builder, card: &Card) {
    let Some(fact) = card.fact("in stock") else { return };
    let shop = fact.shop.clone().unwrap_or_default();
    let name = card.name();
    let value = b.phrases.value(&fact.text);
    let text = b.phrases.say("stock", &[("name", name), ("value", &value), ("shop", &shop)]);
    match fact.value {
        FactValue::Flag(false) => b.say(ClaimKind::Drawback, "in stock", &[card.number], 4.0, text),
        FactValue::Flag(true) => b.say(ClaimKind::Attribute, "in stock", &[card.number], 0.5, text),
        _ => {}
    }
}
