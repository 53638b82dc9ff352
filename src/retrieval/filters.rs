//! Hard constraints, applied in code: which offers of a product fit, and what the one missed condition is.
//!
//! A value that is not stated meets no condition. Never ranks.

use super::fold::{fold, name_key};
use super::mentions::mentions;
use super::units;
use super::vocabulary::Vocabulary;
use crate::domain::rate::Rates;
use crate::domain::*;

/// What became of a product under the constraints.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It fits, with these offers, best first.
    Fits(Vec<Offer>),
    /// It misses one condition only, said in words.
    Misses(Option<Box<Offer>>, String),
    Out,
}

/// A condition that is not met: in words, and whether near misses may be shown for it.
struct Miss {
    words: String,
    telling: bool,
}

/// Holds a product and its offers against the constraints. Filters on attributes that no product of the catalogue
/// states must have been taken out before (see [`applicable`]).
///
/// A price in another currency than the bound is compared through `rates`; without one it misses, and says so.
pub fn judge(facts: &ProductFacts, offers: Vec<Offer>, must: &Constraints, rates: &Rates) -> Verdict {
    let misses = product_misses(facts, must);
    let had_offers = !offers.is_empty();
    let mut fitting = Vec::new();
    let mut single: Option<(Offer, Miss)> = None;
    for offer in offers {
        let mut wrong = offer_misses(&offer, must, rates);
        match wrong.len() {
            0 => fitting.push(offer),
            1 => {
                let miss = wrong.remove(0);
                let better = single.as_ref().is_none_or(|(held, _)| by_appeal(&offer, held, rates).is_lt());
                if better {
                    single = Some((offer, miss));
                }
            }
            _ => {}
        }
    }
    fitting.sort_by(|a, b| by_appeal(a, b, rates));
    let needs_offer = wants_offer(must) || had_offers;
    match (misses.len(), fitting.is_empty() && needs_offer) {
        (0, false) => Verdict::Fits(fitting),
        (1, false) if misses[0].telling => {
            Verdict::Misses(fitting.into_iter().next().map(Box::new), misses[0].words.clone())
        }
        (0, true) => match single {
            Some((offer, miss)) if miss.telling => Verdict::Misses(Some(Box::new(offer)), miss.words),
            _ => Verdict::Out,
        },
        _ => Verdict::Out,
    }
}

/// Every condition that a product and the offer that misses the fewest do not meet, in words; empty where it fits.
pub fn broken(facts: &ProductFacts, offers: &[Offer], must: &Constraints, rates: &Rates) -> Vec<String> {
    let mut all: Vec<String> = product_misses(facts, must).into_iter().map(|m| m.words).collect();
    let fewest = offers
        .iter()
        .map(|o| (offer_misses(o, must, rates), o))
        .min_by(|(a, x), (b, y)| a.len().cmp(&b.len()).then_with(|| by_appeal(x, y, rates)));
    match fewest {
        Some((misses, _)) => all.extend(misses.into_iter().map(|m| m.words)),
        None if wants_offer(must) => all.push("no offer of it is known".to_owned()),
        None => {}
    }
    all
}

/// Constraints without the filters on attributes that the catalogue knows nothing of, and a note for each of those.
pub fn applicable(must: &Constraints, vocabulary: &Vocabulary) -> (Constraints, Vec<String>) {
    let mut kept = must.clone();
    let mut notes = Vec::new();
    kept.attributes.retain(|filter| {
        let known = vocabulary.has_attribute(&filter.name);
        if !known {
            notes
                .push(format!("no product here states its {}, so that condition was not applied", label(&filter.name)));
        }
        known
    });
    notes.dedup();
    (kept, notes)
}

/// Whether the constraints speak of offers at all.
fn wants_offer(must: &Constraints) -> bool {
    must.min_price.is_some()
        || must.max_price.is_some()
        || must.in_stock
        || !must.shops.is_empty()
        || !must.conditions.is_empty()
}

/// Offers that can be had now first, then by price, then by shop.
fn by_appeal(a: &Offer, b: &Offer, rates: &Rates) -> std::cmp::Ordering {
    let rank = |o: &Offer| (o.availability.buyable() == Some(false), o.price.is_none());
    // Of offers in several currencies those without a rate come last, by their own amount.
    let both = [a, b].map(|o| o.price.map(|p| p.currency));
    let price = |o: &Offer| match o.price {
        Some(p) if both[0] == both[1] => (false, p.milli()),
        Some(p) => {
            let euros = rates.comparable(p, Currency::EUR, o.observed_at.unwrap_or(Timestamp::UNIX_EPOCH));
            euros.map_or((true, p.milli()), |euros| (false, euros.milli()))
        }
        None => (true, i128::MAX),
    };
    rank(a).cmp(&rank(b)).then_with(|| price(a).cmp(&price(b))).then_with(|| a.id.cmp(&b.id))
}

fn label(name: &str) -> String {
    name.replace('_', " ")
}

fn product_misses(facts: &ProductFacts, must: &Constraints) -> Vec<Miss> {
    let mut all = Vec::new();
    let mut miss = |words: String, telling: bool| all.push(Miss { words, telling });
    if let Some(least) = must.min_stars {
        match facts.rating {
            Some(rating) if rating.stars >= least => {}
            Some(rating) => miss(format!("{:.1} stars, {least:.1} asked for", rating.stars), true),
            None => miss("no rating".to_owned(), true),
        }
    }
    if !must.brands.is_empty() && !must.brands.iter().any(|brand| is_brand(facts, brand)) {
        let by = facts.brand.as_deref().map_or("brand not stated".to_owned(), |b| format!("made by {b}"));
        miss(by, true);
    }
    if let Some(brand) = must.not_brands.iter().find(|brand| is_brand(facts, brand)) {
        miss(format!("made by {brand}"), false);
    }
    for phrase in must.without.iter().filter(|phrase| mentions(facts, phrase)) {
        miss(format!("mentions {phrase}"), false);
    }
    if let Some(category) = &must.category
        && !in_category(facts, category)
    {
        miss("another category".to_owned(), false);
    }
    for filter in &must.attributes {
        if let Some(words) = attribute_miss(facts, filter) {
            miss(words, true);
        }
    }
    if let Some(words) = must.people.and_then(|people| people_miss(facts, people)) {
        miss(words, true);
    }
    for filter in &must.stated {
        if let Some(words) = stated_miss(facts, filter) {
            miss(words, true);
        }
    }
    for name in must.features.iter().filter_map(|names| denied(facts, names)) {
        miss(format!("{}: no", label(name)), true);
    }
    all
}

/// The name under which a product states that it lacks a property; `None` where it states another of its names true.
fn denied<'n>(facts: &ProductFacts, names: &'n [String]) -> Option<&'n str> {
    let states = |name: &&String, flag: bool| facts.attribute(name) == Some(&AttributeValue::Flag(flag));
    let denied = names.iter().find(|name| states(name, false))?;
    (!names.iter().any(|name| states(&name, true))).then_some(denied)
}

/// Whether a product is of a brand: by its brand, or where none is stated by its title's words.
fn is_brand(facts: &ProductFacts, brand: &str) -> bool {
    let key = name_key(brand);
    match stated_brand(facts) {
        Some(own) => name_key(own) == key,
        None => names(&name_key(&facts.title), &key),
    }
}

/// The brand of a product, where one is stated.
pub(super) fn stated_brand(facts: &ProductFacts) -> Option<&str> {
    facts.brand.as_deref().filter(|b| !b.trim().is_empty())
}

/// Whether the key of a title holds the key of a brand in whole words.
pub(super) fn names(title_key: &str, brand_key: &str) -> bool {
    format!(" {title_key} ").contains(&format!(" {brand_key} "))
}

fn in_category(facts: &ProductFacts, category: &str) -> bool {
    let Some(own) = &facts.category else { return false };
    levels(own).starts_with(&levels(category))
}

/// The levels of a category path in the form that they are compared in.
pub(super) fn levels(path: &str) -> Vec<String> {
    path.split('>').map(|l| fold(l.trim())).collect()
}

fn attribute_miss(facts: &ProductFacts, filter: &AttributeFilter) -> Option<String> {
    let name = label(&filter.name);
    let Some((own, unit)) = facts.number(&filter.name) else {
        return Some(format!("{name} not stated"));
    };
    let Some(value) = (if unit == filter.unit { Some(own) } else { units::convert(own, unit, &filter.unit) }) else {
        return Some(format!("{name} stated in {unit}, asked for in {}", filter.unit));
    };
    if filter.op.holds(value, filter.value) {
        return None;
    }
    let asked = match filter.op {
        Op::AtMost => "at most",
        Op::Below => "below",
        Op::AtLeast => "at least",
        Op::Above => "above",
        Op::Equal => "exactly",
    };
    let shown = AttributeValue::Number { value: own, unit: unit.to_owned() };
    let bound = AttributeValue::Number { value: filter.value, unit: filter.unit.clone() };
    Some(format!("{name} {shown}, {asked} {bound} asked for"))
}

/// What a product states of the people that it is for, where that is too few.
fn people_miss(facts: &ProductFacts, people: u32) -> Option<String> {
    let stated = facts.attributes.iter().find(|attribute| states_people(&attribute.name))?;
    let AttributeValue::Number { value, .. } = stated.value else { return None };
    (value < f64::from(people)).then(|| format!("{} {}, for {people} asked for", label(&stated.name), stated.value))
}

fn stated_miss(facts: &ProductFacts, filter: &StatedFilter) -> Option<String> {
    let name = label(&filter.name);
    let Some(own) = facts.attribute(&filter.name) else {
        return Some(format!("{name} not stated"));
    };
    let same = match (own, &filter.value) {
        (AttributeValue::Text(own), AttributeValue::Text(asked)) => words_key(own) == words_key(asked),
        (own, asked) => own == asked,
    };
    (!same).then(|| format!("{name} {own}, {} asked for", filter.value))
}

/// The form that worded values are compared in.
pub(super) fn words_key(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn offer_misses(offer: &Offer, must: &Constraints, rates: &Rates) -> Vec<Miss> {
    let mut all = Vec::new();
    let mut miss = |words: String, telling: bool| all.push(Miss { words, telling });
    let condition_fits = if must.conditions.is_empty() {
        offer.condition == Condition::New
    } else {
        must.conditions.contains(&offer.condition)
    };
    if !condition_fits {
        let condition = match offer.condition {
            Condition::New => "new only",
            Condition::Used => "used only",
            Condition::Refurbished => "refurbished only",
            Condition::OpenBox => "open box only",
            Condition::Damaged => "damaged only",
        };
        miss(condition.to_owned(), true);
    }
    if let Some(words) = price_miss(offer, must, rates) {
        miss(words, true);
    }
    if must.in_stock && offer.availability.buyable() != Some(true) {
        let words =
            if offer.availability == Availability::Unknown { "stock not stated" } else { offer.availability.label() };
        miss(words.to_owned(), true);
    }
    if !must.shops.is_empty() && !must.shops.iter().any(|shop| name_key(shop) == name_key(&offer.shop.name)) {
        miss(format!("sold at {}", offer.shop.name), true);
    }
    if must.not_shops.iter().any(|shop| name_key(shop) == name_key(&offer.shop.name)) {
        miss(format!("sold at {}", offer.shop.name), false);
    }
    all
}

fn price_miss(offer: &Offer, must: &Constraints, rates: &Rates) -> Option<String> {
    if must.min_price.is_none() && must.max_price.is_none() {
        return None;
    }
    let Some(price) = offer.price else { return Some("no price known".to_owned()) };
    let currency = |limit: &PriceLimit| limit.currency.map_or(String::new(), |c| c.to_string());
    let foreign = |limit: &PriceLimit| {
        format!("{price}, not comparable: the limit is in {} and no rate is known", currency(limit))
    };
    let wanted = [&must.max_price, &must.min_price].into_iter().flatten().find_map(|limit| limit.currency);
    let seen = offer.observed_at.unwrap_or(Timestamp::UNIX_EPOCH);
    let price = wanted.and_then(|wanted| rates.comparable(price, wanted, seen)).unwrap_or(price);
    if let Some(limit) = &must.max_price {
        match limit.admits_at_most(&price) {
            Some(true) => {}
            Some(false) => return Some(format!("{price}, {} over the budget", between(&price, limit))),
            None => return Some(foreign(limit)),
        }
    }
    let limit = must.min_price.as_ref()?;
    match limit.admits_at_least(&price) {
        Some(true) => None,
        Some(false) => Some(format!("{price}, {} under the least price", between(&price, limit))),
        None => Some(foreign(limit)),
    }
}

/// The distance of a price from a limit, in the price's currency, rounded to its minor unit.
fn between(price: &Money, limit: &PriceLimit) -> Money {
    let milli = (price.milli() - i128::from(limit.milli)).abs();
    let minor = milli * 10_i128.pow(price.currency.exponent()) / 1000;
    Money::new(i64::try_from(minor).unwrap_or(i64::MAX), price.currency)
}

#[cfg(test)]
mod tests;
