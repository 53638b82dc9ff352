//! Facets of attributes: numbers in bands or as they stand, in one unit; yes or no; words such as a colour.
//!
//! An attribute that one product states as a number and another in words goes by what most do. Never reads prices.

use super::names::Groups;
use super::{MOST_VALUES, Tally, bands, facet};
use crate::domain::*;
use crate::retrieval::Hit;
use crate::retrieval::filters::words_key;
use std::collections::BTreeMap;

/// Longest worded value that can be a choice, in characters.
const LONGEST: usize = 32;

/// An attribute that fewer products state than one in so many is no way to choose among them.
const ONE_IN: usize = 20;

/// Different values that are shown one by one however few products share each.
const ALWAYS: usize = 3;

/// Numbers are banded in millionths, up to this size.
const MILLIONTHS: f64 = 1e6;
const LARGEST: f64 = 1e18;

/// What the products state under one name, by rank.
#[derive(Default)]
struct Column<'a> {
    numbers: Vec<(usize, f64, &'a str)>,
    flags: Vec<(usize, bool)>,
    words: Vec<(usize, &'a str)>,
    last: Option<usize>,
}

/// A facet for each attribute.
pub fn attributes(hits: &[Hit]) -> Vec<Facet> {
    let mut columns: BTreeMap<&str, Column<'_>> = BTreeMap::new();
    for (rank, hit) in hits.iter().enumerate() {
        for attribute in hit.product.facts.attributes.iter().filter(|a| !a.name.is_empty()) {
            let column = columns.entry(&attribute.name).or_default();
            // Where a product states it twice the first counts, as everywhere.
            if column.last.replace(rank) == Some(rank) {
                continue;
            }
            match &attribute.value {
                AttributeValue::Number { value, .. } if value.is_nan() => {}
                AttributeValue::Number { value, unit } => column.numbers.push((rank, *value, unit)),
                AttributeValue::Flag(flag) => column.flags.push((rank, *flag)),
                AttributeValue::Text(text) => column.words.push((rank, text)),
            }
        }
    }
    let made = columns.into_iter().filter_map(|(name, column)| {
        let (numbers, flags, words) = (column.numbers.len(), column.flags.len(), column.words.len());
        if (numbers + flags + words) * ONE_IN < hits.len() {
            None
        } else if numbers >= flags.max(words) {
            of_numbers(name, &column.numbers, hits.len())
        } else if flags >= words {
            Some(of_flags(name, &column.flags, hits.len()))
        } else {
            of_words(name, &column.words, hits.len())
        }
    });
    made.collect()
}

fn start(name: &str, of: usize) -> Facet {
    facet(Aspect::Attribute(name.to_owned()), name.replace('_', " "), Vec::new(), of)
}

fn of_flags(name: &str, flags: &[(usize, bool)], of: usize) -> Facet {
    let mut made = start(name, of);
    made.unstated = of - flags.len();
    for (wanted, label) in [(true, "yes"), (false, "no")] {
        let mut tally = Tally::default();
        flags.iter().filter(|(_, flag)| *flag == wanted).for_each(|(rank, _)| tally.add(*rank));
        let narrowing = Narrowing::Stated { name: name.to_owned(), value: AttributeValue::Flag(wanted) };
        made.values.push(tally.value(label, narrowing));
    }
    made
}

/// `None` where nearly every product has a value of its own: a text, not a choice.
fn of_words(name: &str, words: &[(usize, &str)], of: usize) -> Option<Facet> {
    let mut made = start(name, of);
    let mut groups = Groups::default();
    let mut stated = 0;
    for (rank, text) in words {
        let key = words_key(text);
        stated += usize::from(!key.is_empty());
        if key.chars().count() > LONGEST {
            made.other += 1;
        } else if !key.is_empty() {
            groups.add(key, text, *rank);
        }
    }
    if groups.len() > ALWAYS.max(stated / 2) {
        return None;
    }
    let (mut shown, other) = groups.largest();
    // Where all values are steps of one scale, their order on it is the one to choose by.
    if let Some(steps) = scale(shown.iter().map(|(key, _, _)| key.as_str())) {
        shown.sort_by_key(|(key, _, _)| steps.iter().position(|step| step == key));
    }
    made.other += other;
    made.unstated = of - stated;
    let value = |(_, text, tally): (String, &str, Tally)| {
        let value = AttributeValue::Text(text.trim().to_owned());
        tally.value(text.trim(), Narrowing::Stated { name: name.to_owned(), value })
    };
    made.values = shown.into_iter().map(value).collect();
    Some(made)
}

/// Words that are steps of a scale, the best or the smallest first: energy classes of the European Union (before and
/// since 2021), sizes of clothes.
const SCALES: [&[&str]; 3] = [
    &["a+++", "a++", "a+", "a", "b", "c", "d", "e", "f", "g"],
    &["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
    &["xxs", "extra small", "small", "medium", "large", "extra large", "xxl"],
];

/// The scale that all these are steps of.
fn scale<'k>(mut keys: impl Iterator<Item = &'k str> + Clone) -> Option<&'static [&'static str]> {
    SCALES.into_iter().find(|steps| keys.clone().all(|key| steps.contains(&key))).filter(|_| keys.next().is_some())
}

fn of_numbers(name: &str, stated: &[(usize, f64, &str)], of: usize) -> Option<Facet> {
    let mut made = start(name, of);
    made.unstated = of - stated.len();
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    stated.iter().for_each(|(_, _, unit)| *used.entry(unit).or_default() += 1);
    let unit = used.into_iter().max_by_key(|(unit, count)| (*count, std::cmp::Reverse(*unit)))?.0;
    let converted = stated.iter().filter_map(|(rank, value, own)| {
        let value = if *own == unit { Some(*value) } else { units::convert(*value, own, unit) };
        Some((*rank, value.filter(|value| !value.is_nan())?))
    });
    let values: Vec<(usize, f64)> = converted.collect();
    made.other = stated.len() - values.len();
    let mut sorted: Vec<f64> = values.iter().map(|(_, value)| *value).collect();
    sorted.sort_by(f64::total_cmp);
    let mut distinct: Vec<f64> = Vec::new();
    for value in &sorted {
        if !distinct.last().is_some_and(|held| Op::Equal.holds(*value, *held)) {
            distinct.push(*value);
        }
    }
    let few = distinct.len() <= ALWAYS.max(MOST_VALUES.min(sorted.len() / 2));
    let counted = |holds: &dyn Fn(f64) -> bool| {
        let mut tally = Tally::default();
        values.iter().filter(|(_, value)| holds(*value)).for_each(|(rank, _)| tally.add(*rank));
        tally
    };
    if few && distinct.iter().all(|value| value.is_finite()) {
        let value = |value: f64| {
            let narrowing = Narrowing::Number { name: name.to_owned(), unit: unit.to_owned(), value };
            counted(&|own| Op::Equal.holds(own, value)).value(with_unit(value, unit), narrowing)
        };
        made.values = distinct.into_iter().map(value).collect();
        return Some(made);
    }
    let small: Vec<i128> =
        sorted.iter().map(|value| (value.clamp(-LARGEST, LARGEST) * MILLIONTHS).round() as i128).collect();
    let bounds: Vec<f64> = bands::bounds(&small, 1).into_iter().map(|bound| bound as f64 / MILLIONTHS).collect();
    if bounds.is_empty() {
        return None;
    }
    let from = std::iter::once(None).chain(bounds.iter().copied().map(Some));
    let below = bounds.iter().copied().map(Some).chain(std::iter::once(None));
    made.values = from
        .zip(below)
        .map(|(from, below)| {
            let holds = |own: f64| {
                from.is_none_or(|from| Op::AtLeast.holds(own, from))
                    && below.is_none_or(|below| Op::Below.holds(own, below))
            };
            let narrowing = Narrowing::Range { name: name.to_owned(), unit: unit.to_owned(), from, below };
            counted(&holds).value(label(from, below, unit), narrowing)
        })
        .collect();
    Some(made)
}

/// `under 40 dB`, `40 to 45 dB`, `60 cm or more`.
fn label(from: Option<f64>, below: Option<f64>, unit: &str) -> String {
    match (from, below) {
        (None, None) => "any".to_owned(),
        (None, Some(below)) => format!("under {}", with_unit(below, unit)),
        (Some(from), None) => format!("{} or more", with_unit(from, unit)),
        (Some(from), Some(below)) => format!("{from} to {}", with_unit(below, unit)),
    }
}

fn with_unit(value: f64, unit: &str) -> String {
    AttributeValue::Number { value, unit: unit.to_owned() }.to_string()
}
