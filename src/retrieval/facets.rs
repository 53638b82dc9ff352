//! Facets of a result: what its products differ in, counted, the best splitting first.
//!
//! One pass over the candidates for each facet; what a value counts is exactly what its narrowing leaves under
//! [`super::filters`]. Never ranks products, never asks anything.

mod attributes;
mod bands;
mod names;
mod prices;
mod question;

pub use question::{Question, best_question};

use super::Hit;
use crate::domain::rate::Rates;
use crate::domain::*;
use std::collections::BTreeMap;

/// Values shown of one facet; the rest is counted as other.
const MOST_VALUES: usize = 8;

/// Facets kept of one result, beside those that everybody looks for.
const MOST_FACETS: usize = 9;

/// What a facet counts that few choose by, beside one that splits as well.
const SELDOM: f64 = 0.4;

/// Attributes that tell products apart and that hardly anybody begins with.
const SELDOM_CHOSEN_BY: [&str; 12] = [
    "charging_time",
    "charge_time",
    "warranty",
    "warranty_years",
    "cable_length",
    "cord_length",
    "hose_length",
    "package_weight",
    "package_dimensions",
    "country_of_origin",
    "release_year",
    "standby_power",
];

/// Bounds on stars that people choose by.
const STARS: [f64; 4] = [4.5, 4.0, 3.5, 3.0];

/// The facets of a result, the best splitting first. `hits` are all candidates that meet `need.must`, in their order,
/// each with the offers that meet it; the prices of other currencies are compared through `rates`.
pub fn facets(hits: &[Hit], need: &Need, rates: &Rates) -> Vec<Facet> {
    let mut all: Vec<Facet> = Vec::new();
    all.extend(names::category(hits));
    all.extend(names::brand(hits));
    all.extend(prices::price(hits, &need.must, rates));
    all.push(rating(hits));
    all.push(availability(hits));
    all.push(names::shop(hits));
    all.extend(attributes::attributes(hits));
    for facet in &mut all {
        facet.values.retain(|value| value.count > 0);
        facet.score = score(facet) * if seldom_chosen_by(&facet.aspect) { SELDOM } else { 1.0 };
        facet.settled = settled(&facet.aspect, need);
    }
    // A facet with one value splits nothing.
    all.retain(|facet| !facet.values.is_empty() && facet.score > 0.0);
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.aspect.cmp(&b.aspect)));
    let mut kept = 0;
    all.retain(|facet| {
        kept += usize::from(!expected(&facet.aspect));
        expected(&facet.aspect) || kept <= MOST_FACETS
    });
    all
}

/// Whether every shopper knows to choose by it, however well it splits.
fn expected(aspect: &Aspect) -> bool {
    matches!(aspect, Aspect::Category | Aspect::Brand | Aspect::Price)
}

/// Whether few shoppers begin with it, however well it splits.
fn seldom_chosen_by(aspect: &Aspect) -> bool {
    matches!(aspect, Aspect::Attribute(name) if SELDOM_CHOSEN_BY.contains(&name.as_str()))
}

/// Products counted for one value.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    count: usize,
    leading: usize,
}

impl Tally {
    /// Counts the product that stands at `rank` of the result, from 0.
    fn add(&mut self, rank: usize) {
        self.count += 1;
        self.leading += usize::from(rank < Facet::LEADING);
    }

    fn value(self, label: impl Into<String>, narrowing: Narrowing) -> FacetValue {
        FacetValue { label: label.into(), count: self.count, leading: self.leading, narrowing }
    }
}

/// A facet that is still to be scored.
fn facet(aspect: Aspect, label: impl Into<String>, values: Vec<FacetValue>, of: usize) -> Facet {
    Facet {
        aspect,
        label: label.into(),
        values,
        other: 0,
        unstated: 0,
        foreign: BTreeMap::new(),
        of,
        score: 0.0,
        settled: false,
    }
}

fn rating(hits: &[Hit]) -> Facet {
    let stars: Vec<(usize, f64)> = hits
        .iter()
        .enumerate()
        .filter_map(|(rank, hit)| Some((rank, hit.product.facts.rating?.stars)))
        .filter(|(_, stars)| !stars.is_nan())
        .collect();
    let mut values: Vec<FacetValue> = Vec::new();
    let mut within = 0;
    for least in STARS {
        let mut tally = Tally::default();
        stars.iter().filter(|(_, stars)| *stars >= least).for_each(|(rank, _)| tally.add(*rank));
        // A bound that leaves no more than the one above it, or all, is no choice.
        if tally.count > within && tally.count < stars.len() {
            within = tally.count;
            values.push(tally.value(format!("{least} stars or better"), Narrowing::Stars { least }));
        }
    }
    let mut made = facet(Aspect::Rating, "rating", values, hits.len());
    made.other = stars.len() - within;
    made.unstated = hits.len() - stars.len();
    made
}

fn availability(hits: &[Hit]) -> Facet {
    let mut in_stock = Tally::default();
    let (mut other, mut unstated) = (0, 0);
    for (rank, hit) in hits.iter().enumerate() {
        let stock = || hit.offers.iter().map(|offer| offer.availability);
        if stock().any(|a| a.buyable() == Some(true)) {
            in_stock.add(rank);
        } else if stock().any(|a| a != Availability::Unknown) {
            other += 1;
        } else {
            unstated += 1;
        }
    }
    let mut made =
        facet(Aspect::Availability, "availability", vec![in_stock.value("in stock", Narrowing::InStock)], hits.len());
    (made.other, made.unstated) = (other, unstated);
    made
}

/// What the choice of a value tells in bits on average, times the share of products that state one. Where each product
/// has one value this is the Shannon entropy of the counts; a value that holds all that others hold tells less.
fn score(facet: &Facet) -> f64 {
    let silent = facet.unstated + facet.foreign.values().sum::<usize>();
    let stated = facet.of.saturating_sub(silent);
    let counts = || facet.values.iter().map(|value| value.count).chain([facet.other]).filter(|count| *count > 0);
    let total: usize = counts().sum();
    if total == 0 || stated == 0 {
        return 0.0;
    }
    let told = |count: usize| count as f64 / total as f64 * (stated as f64 / count as f64).log2().max(0.0);
    counts().map(told).sum::<f64>() * stated as f64 / facet.of as f64
}

/// Whether the need speaks of an aspect already, as a condition or as a wish.
fn settled(aspect: &Aspect, need: &Need) -> bool {
    let must = &need.must;
    let wished = |name: &str| need.wants.iter().any(|want| want.aspect == name);
    match aspect {
        // Going on to the next level is always new.
        Aspect::Category => false,
        Aspect::Brand => !must.brands.is_empty(),
        Aspect::Price => must.min_price.is_some() || must.max_price.is_some() || wished("price"),
        Aspect::Rating => must.min_stars.is_some() || wished("rating"),
        Aspect::Availability => must.in_stock,
        Aspect::Shop => !must.shops.is_empty(),
        Aspect::Attribute(name) => {
            must.attributes.iter().any(|filter| filter.name == *name)
                || must.stated.iter().any(|filter| filter.name == *name)
                || wished(name)
        }
    }
}

#[cfg(test)]
mod tests;
