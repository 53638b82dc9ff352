//! A property held against what the question says of it: "quieter than 45 dB?", "does it cost less than 700?"
//!
//! Yes or no only where every value asked about is stated; never leaves a product out.

use super::{Property, Said};
use crate::answer::aspect;
use crate::answer::event::{ResultRow, Verdict};
use crate::answer::evidence::{attribute_fact, stars_text};
use crate::domain::rate::Rates;
use crate::domain::*;

/// What the conditions of a question come to for one product; `None` where there are none of them.
pub fn judge(row: &ResultRow, must: &Constraints) -> Option<Property> {
    let mut held: Vec<(Option<bool>, Option<Fact>, String)> = Vec::new();
    for filter in &must.attributes {
        held.push(attribute(row, filter));
    }
    if must.max_price.is_some() || must.min_price.is_some() {
        held.push(price(row, must));
    }
    if let Some(least) = must.min_stars {
        let rating = row.product.facts.rating.filter(|r| r.count > 0);
        let fact = rating.map(|r| Fact {
            field: "rating".to_owned(),
            value: FactValue::Number { value: r.stars, unit: "stars".to_owned() },
            text: stars_text(r.stars),
            row: format!("product:{}", row.product.id),
            shop: None,
            observed_at: None,
        });
        held.push((rating.map(|r| r.stars >= least), fact, "rating".to_owned()));
    }
    held.extend(must.without.iter().map(|what| free_of(row, what)));
    let (_, _, label) = held.first()?;
    let label = label.clone();
    let verdict = if held.iter().any(|(holds, ..)| *holds == Some(false)) {
        Verdict::No
    } else if held.iter().all(|(holds, ..)| *holds == Some(true)) {
        Verdict::Yes
    } else {
        Verdict::NotStated
    };
    let deciding = held.iter().find(|(holds, ..)| *holds == Some(verdict == Verdict::Yes));
    let said = match (verdict, deciding.and_then(|(_, fact, _)| fact.as_ref())) {
        (Verdict::Yes | Verdict::No, Some(fact)) => Said::Held {
            label: fact.field.clone(),
            text: fact.text.clone(),
            shop: fact.shop.clone(),
            yes: verdict == Verdict::Yes,
        },
        _ => Said::Unstated { label },
    };
    Some(Property {
        verdict,
        facts: held.into_iter().filter_map(|(_, fact, _)| fact).collect(),
        said,
        near: Vec::new(),
    })
}

fn attribute(row: &ResultRow, filter: &AttributeFilter) -> (Option<bool>, Option<Fact>, String) {
    let own = row.product.facts.attributes.iter().find(|a| aspect::key(&a.name) == aspect::key(&filter.name));
    let own = own.or_else(|| row.product.facts.attributes.iter().find(|a| aspect::same(&a.name, &filter.name)));
    let held = own.and_then(|a| match &a.value {
        AttributeValue::Number { value, unit } => {
            let bound = units::convert(filter.value, &filter.unit, unit)?;
            Some(filter.op.holds(*value, bound))
        }
        _ => None,
    });
    let fact = own.map(|a| attribute_fact(a, &format!("product:{}", row.product.id)));
    (held, fact, aspect::label(&filter.name))
}

/// Whether it is free of something: a flag says so, or it is told to have it. What is not mentioned is not stated.
fn free_of(row: &ResultRow, what: &str) -> (Option<bool>, Option<Fact>, String) {
    let facts = &row.product.facts;
    let own = format!("product:{}", row.product.id);
    let must = Constraints { without: vec![what.to_owned()], ..Constraints::default() };
    let has = !crate::retrieval::broken(facts, &[], &must, &Rates::new([])).is_empty();
    let words = super::content_words(what);
    let speaks = |a: &&Attribute| words.is_subset(&super::content_words(&a.label()));
    let listed = |a: &&Attribute| match &a.value {
        AttributeValue::Text(text) => words.is_subset(&super::content_words(text)),
        _ => false,
    };
    let flag = facts.attributes.iter().find(|a| speaks(a) && matches!(a.value, AttributeValue::Flag(_)));
    let fact = flag.or_else(|| facts.attributes.iter().find(listed)).map(|a| attribute_fact(a, &own));
    let said = || {
        let text = super::holding(facts.description.as_deref()?, &words)?;
        Some(super::quote("description", text, own.clone(), None, None))
    };
    let fact = fact.or_else(|| if has { said() } else { None });
    let holds = if has { Some(false) } else { flag.map(|_| true) };
    (holds.filter(|_| fact.is_some() || flag.is_some()), fact, what.to_owned())
}

fn price(row: &ResultRow, must: &Constraints) -> (Option<bool>, Option<Fact>, String) {
    let offer = row.offer.as_ref();
    let price = offer.and_then(|o| o.price);
    let holds = price.and_then(|price| {
        let most = must.max_price.map_or(Some(true), |limit| limit.admits_at_most(&price))?;
        let least = must.min_price.map_or(Some(true), |limit| limit.admits_at_least(&price))?;
        Some(most && least)
    });
    let fact = offer.zip(price).map(|(offer, price)| Fact {
        field: "price".to_owned(),
        value: FactValue::Money(price),
        text: price.to_string(),
        row: format!("offer:{}", offer.id.0),
        shop: Some(offer.shop.name.clone()),
        observed_at: offer.observed_at,
    });
    (holds, fact, "price".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::rows;
    use crate::answer::testing::{NORDWASH, need, offer, product};

    fn judged(must: Constraints) -> Option<Property> {
        let row = rows::row(1, product(&NORDWASH), vec![offer(&NORDWASH)], &need(), Vec::new());
        judge(&row, &must)
    }

    fn filter(name: &str, op: Op, value: f64, unit: &str) -> Constraints {
        let filter = AttributeFilter { name: name.into(), op, value, unit: unit.into() };
        Constraints { attributes: vec![filter], ..Constraints::default() }
    }

    #[test]
    fn a_value_holds_or_not_or_is_not_stated() {
        let verdict = |must| judged(must).map(|p| p.verdict);
        assert_eq!(verdict(filter("noise", Op::Below, 45.0, "dB")), Some(Verdict::Yes));
        assert_eq!(verdict(filter("noise", Op::Below, 40.0, "dB")), Some(Verdict::No));
        assert_eq!(verdict(filter("width", Op::AtMost, 500.0, "mm")), Some(Verdict::Yes));
        assert_eq!(verdict(filter("depth", Op::AtMost, 60.0, "cm")), Some(Verdict::NotStated));
        assert_eq!(verdict(Constraints::default()), None);
        let limit = |milli| Constraints {
            max_price: Some(PriceLimit { milli, currency: Some(Currency::EUR) }),
            ..Constraints::default()
        };
        assert_eq!(verdict(limit(549_000)), Some(Verdict::Yes));
        assert_eq!(verdict(limit(548_990)), Some(Verdict::No));
        assert_eq!(verdict(Constraints { min_stars: Some(4.5), ..Constraints::default() }), Some(Verdict::No));
    }
}
