//! Judges hard constraints: each product shown as fitting is looked up in the store and checked again.
//!
//! Shares no code with the filters it judges.

use super::Verdict;
use super::parts::Answer;
use super::question::Question;
use emptor::domain::*;
use emptor::store::Reader;
use std::collections::BTreeSet;

/// Every product shown as fitting, picked or named in a sentence is looked up in the store and held against what was
/// asked for (by the question file) and what was understood (by the plan).
pub fn judge_constraints(question: &Question, answer: &Answer<'_>, reader: &Reader, verdict: &mut Verdict) {
    verdict.products_seen = answer.rows.len() + answer.subjects.len();
    if !matches!(answer.need.kind, QuestionKind::Search | QuestionKind::OpenAdvice) {
        return;
    }
    for row in &answer.rows {
        let title = &row.product.facts.title;
        let Ok(Some(product)) = reader.product(row.product.id) else {
            verdict.constraints.push(format!("{title} is not in the store"));
            continue;
        };
        let offers = reader.offers(product.id).unwrap_or_default();
        for offer in row.offer.iter().chain(&row.other_offers) {
            match offers.iter().find(|o| o.id == offer.id) {
                Some(stored) if stored.price == offer.price && stored.availability == offer.availability => {}
                _ => verdict.constraints.push(format!("{title}: an offer that the store does not have")),
            }
            broken_by_offer(question, &answer.need, offer)
                .into_iter()
                .for_each(|why| verdict.constraints.push(format!("{title} at {}: {why}", offer.shop.name)));
        }
        let limited = question.plan.max_price.is_some() || answer.need.must.max_price.is_some();
        if row.offer.is_none() && limited {
            verdict.constraints.push(format!("{title}: no offer, with a limit on the price"));
        }
        broken_by_product(question, &answer.need, &product)
            .into_iter()
            .for_each(|why| verdict.constraints.push(format!("{title}: {why}")));
    }
    let shown: BTreeSet<&str> = answer.titles().into_iter().collect();
    let near: BTreeSet<&str> = answer.near.iter().map(|r| r.product.facts.title.as_str()).collect();
    if let Some(picked) = answer.picked
        && !answer.rows.iter().any(|r| r.product.id == picked)
    {
        verdict.constraints.push(format!("the pick {picked} is not among the rows"));
    }
    // Names in prose: only of what is shown, or said to be a near miss.
    let ids = reader.product_ids(None, 10_000).unwrap_or_default();
    for product in reader.products(&ids).unwrap_or_default() {
        let title = product.facts.title.as_str();
        if !shown.contains(title) && !near.contains(title) && answer.said().iter().any(|(s, _)| s.contains(title)) {
            verdict.constraints.push(format!("a sentence names {title}, which is not shown"));
        }
    }
}

fn broken_by_offer(question: &Question, need: &Need, offer: &Offer) -> Vec<String> {
    let mut broken = Vec::new();
    let limits = [question.plan.max_price.map(|m| m * 1000), need.must.max_price.map(|l| l.milli)];
    for limit in limits.into_iter().flatten() {
        if offer.price.is_none_or(|p| p.milli() > i128::from(limit)) {
            broken.push(format!("{:?} is over {}", offer.price.map(|p| p.to_string()), limit / 1000));
        }
    }
    if need.must.min_price.is_some_and(|l| offer.price.is_none_or(|p| p.milli() < i128::from(l.milli))) {
        broken.push("below the lower limit".to_owned());
    }
    let stock = need.must.in_stock || question.plan.in_stock == Some(true);
    if stock && offer.availability.buyable() != Some(true) {
        broken.push(offer.availability.label().to_owned());
    }
    broken
}

fn broken_by_product(question: &Question, need: &Need, product: &Product) -> Vec<String> {
    let facts = &product.facts;
    let mut broken = Vec::new();
    for stars in [question.plan.min_stars, need.must.min_stars].into_iter().flatten() {
        if facts.rating.is_none_or(|r| r.stars < stars) {
            broken.push(format!("{:?} stars, not {stars}", facts.rating.map(|r| r.stars)));
        }
    }
    let brand = facts.brand.as_deref().unwrap_or_default();
    for brands in [&question.plan.brands, &need.must.brands] {
        if !brands.is_empty() && !brands.iter().any(|b| b.eq_ignore_ascii_case(brand)) {
            broken.push(format!("brand {brand}"));
        }
    }
    if question.plan.not_brands.iter().chain(&need.must.not_brands).any(|b| b.eq_ignore_ascii_case(brand)) {
        broken.push(format!("brand {brand} was ruled out"));
    }
    for filter in &need.must.attributes {
        if !facts.number(&filter.name).is_some_and(|(value, _)| filter.op.holds(value, filter.value)) {
            broken.push(format!("{} {:?} {}", filter.name, filter.op, filter.value));
        }
    }
    for word in question.plan.without.iter().chain(&need.must.without) {
        // The demo states what is in a thing as a flag: `contains_nuts`.
        if facts.attribute(&format!("contains_{word}")) == Some(&AttributeValue::Flag(true)) {
            broken.push(format!("contains {word}"));
        }
    }
    broken
}
