//! Claims on how one card fits the need: price against the limit, rating, conditions and wishes on attributes,
//! and what was asked for and is not stated.

use super::super::aspect;
use super::super::evidence::{CardFacts, number_text};
use super::words::label;
use super::{Builder, Lang, value_text};
use crate::domain::*;

pub fn add(b: &mut Builder, card: &Card) {
    price(b, card);
    rating(b, card);
    conditions(b, card);
    wishes(b, card);
    attributes(b, card);
    stock(b, card);
}

fn price(b: &mut Builder, card: &Card) {
    let (name, lang, own) = (card.name(), b.lang, [card.number]);
    let (Some(price), Some(shop)) = (card.money("price"), value_text(card, "shop")) else {
        if card.kind == CardKind::Offer {
            b.say(ClaimKind::Missing, "price", &own, 0.8, lang.missing(name, "price"));
        }
        return;
    };
    let text = price.to_string();
    let limit = b.need.must.max_price.filter(|l| l.currency.is_none_or(|c| c == price.currency));
    let Some(limit) = limit.and_then(|l| limit_money(l, price.currency)) else {
        b.say(ClaimKind::Price, "price", &own, 0.8, lang.price(name, &text, &shop));
        return;
    };
    match limit.checked_sub(&price) {
        Some(spare) if spare.minor > 0 => {
            let sentence = lang.under_limit(name, &text, &shop, &spare.to_string(), &limit.to_string());
            b.say(ClaimKind::Fit, "price", &own, 1.0, sentence);
        }
        Some(spare) if spare.minor == 0 => {
            b.say(ClaimKind::Fit, "price", &own, 1.0, lang.at_limit(name, &text, &shop));
        }
        _ => b.say(ClaimKind::Price, "price", &own, 0.8, lang.price(name, &text, &shop)),
    }
}

/// A price limit in minor units of a currency; `None` where it has more decimals than the currency.
pub fn limit_money(limit: PriceLimit, currency: Currency) -> Option<Money> {
    let scaled = i128::from(limit.milli) * 10_i128.pow(currency.exponent());
    (scaled % 1000 == 0).then(|| i64::try_from(scaled / 1000).ok().map(|minor| Money::new(minor, currency)))?
}

fn rating(b: &mut Builder, card: &Card) {
    let (name, lang, own) = (card.name(), b.lang, [card.number]);
    let asked = b.need.must.min_stars;
    let Some(stars) = value_text(card, "rating") else {
        if asked.is_some() || b.need.wants.iter().any(|w| aspect::same(&w.aspect, "rating")) {
            b.say(ClaimKind::Missing, "rating", &own, 0.8, lang.no_rating(name));
        }
        return;
    };
    let count = card.count("ratings").filter(|n| *n > 0).map(|n| n.to_string());
    let good = card.number("rating").is_some_and(|(value, _)| asked.is_none_or(|least| value >= least));
    match asked {
        Some(least) if good => {
            let least = number_text(least, "");
            let sentence = lang.rated_enough(name, &stars, count.as_deref(), &least);
            b.say(ClaimKind::Fit, "rating", &own, 0.9, sentence);
        }
        _ => {
            // A low rating is no reason to buy: it is said as what speaks against the product.
            let low = card.number("rating").is_some_and(|(value, _)| value < 3.5);
            let kind = if low { ClaimKind::Drawback } else { ClaimKind::Attribute };
            b.say(kind, "rating", &own, 0.7, lang.rated(name, &stars, count.as_deref()));
        }
    }
}

fn conditions(b: &mut Builder, card: &Card) {
    for filter in &b.need.must.attributes {
        let Some((value, unit)) = card.number(&filter.name) else {
            let sentence = b.lang.missing(card.name(), &filter.name);
            b.say(ClaimKind::Missing, &filter.name, &[card.number], 1.0, sentence);
            continue;
        };
        if unit != filter.unit || !filter.op.holds(value, filter.value) {
            continue;
        }
        let bound = number_text(filter.value, &filter.unit);
        let bound = match (b.lang, filter.op) {
            (Lang::En, Op::AtMost) => format!("at most {bound}"),
            (Lang::En, Op::AtLeast) => format!("at least {bound}"),
            (Lang::En, Op::Below) => format!("less than {bound}"),
            (Lang::En, Op::Above) => format!("more than {bound}"),
            (Lang::He, Op::AtMost | Op::Below) => format!("עד {bound}"),
            (Lang::He, Op::AtLeast | Op::Above) => format!("לפחות {bound}"),
            (_, Op::Equal) => bound,
        };
        let shown = value_text(card, &filter.name).unwrap_or_default();
        let sentence = b.lang.meets(card.name(), &filter.name, &shown, &bound);
        b.say(ClaimKind::Fit, &filter.name, &[card.number], 1.0, sentence);
    }
}

fn wishes(b: &mut Builder, card: &Card) {
    for want in &b.need.wants {
        if aspect::same(&want.aspect, "price") || aspect::same(&want.aspect, "rating") {
            continue;
        }
        let own = [card.number];
        match card.fact(&want.aspect).map(|f| f.value.clone()) {
            None => {
                let sentence = b.lang.missing(card.name(), &want.aspect);
                b.say(ClaimKind::Missing, &want.aspect, &own, 0.9, sentence);
            }
            Some(FactValue::Flag(yes)) => {
                let kind = if yes == (want.direction == Direction::Yes) { ClaimKind::Fit } else { ClaimKind::Drawback };
                b.say(kind, &want.aspect, &own, 1.0, flag_text(card.name(), &want.aspect, yes));
            }
            Some(_) => {
                let shown = value_text(card, &want.aspect).unwrap_or_default();
                let sentence = b.lang.states(card.name(), &want.aspect, &shown);
                b.say(ClaimKind::Attribute, &want.aspect, &own, 0.6, sentence);
            }
        }
    }
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
                let sentence = b.lang.states(card.name(), &fact.field, &fact.text);
                b.say(ClaimKind::Attribute, &fact.field, &[card.number], 0.6, sentence);
            }
            FactValue::Flag(yes) => {
                let sentence = flag_text(card.name(), &fact.field, *yes);
                b.say(ClaimKind::Attribute, &fact.field, &[card.number], 0.5, sentence);
            }
            FactValue::Text(text) if text.chars().count() <= 40 => {
                let sentence = format!("The {} of {} is {text}.", label(&fact.field), card.name());
                b.say(ClaimKind::Attribute, &fact.field, &[card.number], 0.4, sentence);
            }
            _ => {}
        }
    }
}

/// "dishwasher safe: yes" as a sentence that reads for any flag.
pub fn flag_text(name: &str, field: &str, yes: bool) -> String {
    let label = aspect::label(field);
    let adjective = [
        "safe",
        "free",
        "proof",
        "able",
        "ible",
        "less",
        "ing",
        "resistant",
        "friendly",
        "vegan",
        "vegetarian",
        "kosher",
        "ic",
        "ed",
    ]
    .iter()
    .any(|end| label.ends_with(end));
    match (adjective, yes) {
        (true, true) => format!("{name} is {label}."),
        (true, false) => format!("{name} is not {label}."),
        (false, true) => format!("{name} has {label}."),
        (false, false) => format!("{name} has no {label}."),
    }
}

fn stock(b: &mut Builder, card: &Card) {
    let Some(fact) = card.fact("in stock") else { return };
    let shop = fact.shop.clone().unwrap_or_default();
    let name = card.name();
    match fact.value {
        FactValue::Flag(false) => {
            b.say(ClaimKind::Drawback, "in stock", &[card.number], 4.0, format!("{name} is {} at {shop}.", fact.text));
        }
        FactValue::Flag(true) => {
            let state = if fact.text == "few left" { "in stock (few left)" } else { fact.text.as_str() };
            b.say(ClaimKind::Attribute, "in stock", &[card.number], 0.5, format!("{name} is {state} at {shop}."));
        }
        _ => {}
    }
}
