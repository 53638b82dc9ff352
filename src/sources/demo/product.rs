//! Makes the products of a kind: names, numbers, attributes and descriptions, all driven by one hidden quality.
//!
//! Never decides a price over time; `history` does that from the base price given here.

use super::lists::{AttributeList, Kind, Lists, Size};
use super::random::Random;
use crate::domain::{Attribute, AttributeValue, ProductFacts};
use std::collections::{BTreeMap, HashSet};

/// A product with what only the generator knows of it.
pub struct Made<'a> {
    pub kind: &'a Kind,
    pub facts: ProductFacts,
    /// 0 to 1; never published: price, rating and reviews follow from it.
    pub quality: f64,
    /// How good it is in each aspect of its reviews, 0 to 1.
    pub aspects: BTreeMap<&'a str, f64>,
    /// Price in major units at a shop of factor 1.
    pub price: f64,
    pub colours: Vec<String>,
    /// Weeks before `until` at which it was first on sale.
    pub weeks_on_sale: i64,
}

/// All products, in a fixed order.
pub fn make_all(lists: &Lists, seed: u64) -> Vec<Made<'_>> {
    let mut made = Vec::new();
    for kind in &lists.kinds {
        let mut names = HashSet::new();
        for at in 0..kind.count {
            let mut random = Random::for_name(seed, &format!("{}#{at}", kind.category));
            let serial = made.len();
            made.push(make(lists, kind, at, serial, &mut names, &mut random));
        }
    }
    made
}

fn make<'a>(
    lists: &'a Lists,
    kind: &'a Kind,
    at: usize,
    serial: usize,
    names: &mut HashSet<String>,
    random: &mut Random,
) -> Made<'a> {
    // Spread over the kind's members so that each kind has good and poor ones, whatever the seed.
    let quality = ((at as f64 + 0.5) / kind.count as f64 * 0.9 + random.between(-0.05, 0.15)).clamp(0.02, 0.98);
    let size = kind.sizes.get((at * 7 + at / kind.sizes.len().max(1)) % kind.sizes.len().max(1));
    let (brand, series, title) = name(kind, size, at, names, random);
    let set_by_series = kind.series_set.get(&series);
    let mut attributes = Vec::new();
    let mut grades = BTreeMap::new();
    for (name, value) in size.iter().flat_map(|s| &s.set).chain(set_by_series.into_iter().flatten()) {
        attributes.push(Attribute::new(name, fixed(lists, name, value)));
    }
    for list in &kind.attributes {
        if attributes.iter().any(|a: &Attribute| a.name == list.name) {
            continue;
        }
        let (value, grade) = draw(lists, list, quality, random);
        if let Some(grade) = grade {
            grades.insert(list.name.as_str(), grade);
        }
        if random.chance(list.stated) {
            attributes.push(Attribute::new(&list.name, value));
        }
    }
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    let aspects = kind
        .aspects
        .iter()
        .map(|aspect| {
            let own = (quality + random.normal() * 0.2).clamp(0.03, 0.97);
            let base = match aspect.as_str() {
                "battery" => "battery_life",
                "quiet_nights" => "noise",
                "speed" => "boil_time",
                other => other,
            };
            (aspect.as_str(), grades.get(base).map_or(own, |g| (g * 0.8 + own * 0.2).clamp(0.03, 0.97)))
        })
        .collect();
    let price = (kind.price[0] + (kind.price[1] - kind.price[0]) * quality.powf(1.4))
        * size.map_or(1.0, |s| s.price)
        * random.between(0.9, 1.12);
    let colours = if random.chance(0.7) {
        random.some(&kind.colours, 1 + random.clone().below(3)).into_iter().cloned().collect()
    } else {
        Vec::new()
    };
    let description = describe(kind, size, &series, &attributes, random);
    let model = (!kind.code.is_empty() && !kind.brands.is_empty())
        .then(|| format!("{}-{}{:02}", kind.code, 10 + (quality * 80.0) as u32, serial % 100));
    let facts = ProductFacts {
        title,
        brand,
        model,
        // Stays too: nothing else would tell the four shops' offers of one house to be of one house.
        gtin: Some(gtin(serial)),
        group: None,
        variant: None,
        category: Some(kind.category.clone()),
        description: Some(description),
        attributes,
        images: Vec::new(),
        rating: None,
    };
    let weeks_on_sale = if random.chance(0.72) { 10_000 } else { random.between(6.0, 70.0) as i64 };
    Made { kind, facts, quality, aspects, price, colours, weeks_on_sale }
}

/// Brand, series and title; no two products of a kind share a title.
fn name(
    kind: &Kind,
    size: Option<&Size>,
    at: usize,
    names: &mut HashSet<String>,
    random: &mut Random,
) -> (Option<String>, String, String) {
    let noun = kind.title.as_deref().unwrap_or(&kind.noun);
    let label = size.map(|s| s.label.as_str());
    if kind.brands.is_empty() {
        let series = kind.series.get(at % kind.series.len().max(1)).cloned().unwrap_or_default();
        let title = match label {
            Some("desert") | None => format!("{series}, {noun}"),
            Some(label) => format!("{series}, {noun}, {label}"),
        };
        return (None, series, title);
    }
    let mut brand = random.word(&kind.brands).to_owned();
    let mut series = random.word(&kind.series).to_owned();
    for attempt in 0..200 {
        let mark = if attempt < 60 { "" } else { " II" };
        let full = match label {
            Some(label) => format!("{brand} {series}{mark} {label} {noun}"),
            None => format!("{brand} {series}{mark} {noun}"),
        };
        if names.insert(full.clone()) {
            return (Some(brand), series, full);
        }
        brand = random.word(&kind.brands).to_owned();
        series = random.word(&kind.series).to_owned();
    }
    let full = format!("{brand} {series} {noun} {}", at + 1);
    (Some(brand), series, full)
}

fn fixed(lists: &Lists, name: &str, value: &toml::Value) -> AttributeValue {
    match value {
        toml::Value::Boolean(flag) => AttributeValue::Flag(*flag),
        toml::Value::Integer(number) => number_of(lists, name, *number as f64),
        toml::Value::Float(number) => number_of(lists, name, *number),
        toml::Value::String(text) => AttributeValue::Text(text.clone()),
        other => AttributeValue::Text(other.to_string()),
    }
}

fn number_of(lists: &Lists, name: &str, value: f64) -> AttributeValue {
    AttributeValue::Number { value, unit: lists.units.get(name).cloned().unwrap_or_default() }
}

/// A value, and for graded ones how good it is, 0 to 1.
fn draw(lists: &Lists, list: &AttributeList, quality: f64, random: &mut Random) -> (AttributeValue, Option<f64>) {
    let near = (quality + random.normal() * 0.13).clamp(0.0, 1.0);
    let number = |value: f64| {
        // Multiples of the step, cleaned of binary noise: 0.30000000000000004 kg is nobody's weight.
        let stepped = (value / list.step).round() * list.step;
        number_of(lists, &list.name, (stepped * 1000.0).round() / 1000.0)
    };
    if let Some([worst, best]) = list.grade {
        return (number(worst + (best - worst) * near), Some(near));
    }
    if let Some([low, high]) = list.range {
        return (number(random.between(low, high)), None);
    }
    if !list.of.is_empty() {
        return (number(random.pick(&list.of).copied().unwrap_or_default()), None);
    }
    if let Some(chance) = list.flag {
        return (AttributeValue::Flag(random.chance((chance + (quality - 0.5) * 0.5).clamp(0.03, 0.97))), None);
    }
    if !list.ladder.is_empty() {
        let at = ((near * list.ladder.len() as f64) as usize).min(list.ladder.len() - 1);
        return (AttributeValue::Text(list.ladder[at].clone()), Some(near));
    }
    (AttributeValue::Text(random.word(&list.any).to_owned()), None)
}

fn describe(kind: &Kind, size: Option<&Size>, series: &str, attributes: &[Attribute], random: &mut Random) -> String {
    let mut sentences = vec![random.word(&kind.pitch).to_owned()];
    sentences.extend(kind.series_says.get(series).cloned());
    let of_size = size.map_or("", |s| random.word(&s.says));
    let mut told: Vec<&str> = Vec::new();
    for template in
        std::iter::once(of_size).chain(random.some(&kind.says, kind.says.len()).into_iter().map(String::as_str))
    {
        let names = names_in(template);
        // No value twice, and not everything: what is left out can still be asked.
        if sentences.len() >= 5 || names.iter().any(|n| told.contains(n)) {
            continue;
        }
        if let Some(text) = filled(template, attributes) {
            told.extend(names);
            sentences.push(text);
        }
    }
    sentences.retain(|s| !s.is_empty());
    sentences.join(" ")
}

/// The attributes that a template speaks of.
fn names_in(template: &str) -> Vec<&str> {
    let parts = template.split(['{', '[']).skip(1);
    parts.filter_map(|p| p.split(['}', ']']).next()).map(|n| n.trim_start_matches('!')).collect()
}

/// Fills `{name}` with the attribute's value and honours `[flag]` and `[!flag]` in front; `None` where one of the
/// attributes is not stated or the condition does not hold.
pub fn filled(template: &str, attributes: &[Attribute]) -> Option<String> {
    let value = |name: &str| attributes.iter().find(|a| a.name == name).map(|a| &a.value);
    let mut rest = template;
    if let Some((condition, after)) = template.strip_prefix('[').and_then(|t| t.split_once("] ")) {
        let (name, wanted) = condition.strip_prefix('!').map_or((condition, true), |n| (n, false));
        if *value(name)? != AttributeValue::Flag(wanted) {
            return None;
        }
        rest = after;
    }
    let mut out = String::with_capacity(rest.len() + 16);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&value(name)?.to_string());
        rest = after;
    }
    out.push_str(rest);
    // A sentence may start with a value: `{material}, {weight}`.
    let mut letters = out.chars();
    Some(letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect()))
}

/// A GTIN-13 padded to 14 digits, in the 952 range that GS1 keeps for demonstrations, with its check digit
/// (GS1 General Specifications, section 7.9: weights 3 and 1 from the right).
pub fn gtin(serial: usize) -> String {
    let body = format!("0952{:09}", serial * 7919 % 1_000_000_000);
    let sum: u32 = body.bytes().rev().zip([3, 1].into_iter().cycle()).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
