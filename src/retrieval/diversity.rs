//! One thing once: which hits are variants of one another, which of them stands for all, and how many others there are.
//!
//! Pure. Families go by the store's groups first and by names second. Never scores, never loses a hit.

use super::Hit;
use super::fold::name_key;
use crate::domain::measure::measures;
use crate::domain::{ProductFacts, variant};
use std::collections::{BTreeSet, HashMap, HashSet};

/// So many of the first hits are of different things, as far as there are as many: a screen. Behind them variants stand
/// where their score puts them.
const FIRST: usize = 10;

/// Colour words that titles differ by and that are not told from other words elsewhere.
const MORE_COLOURS: [&str; 1] = ["sand"];

/// What variants of one thing differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Differ {
    Colour,
    Size,
    #[default]
    Variant,
}

/// Variants of a hit that fit as well and are not listed themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Variants {
    /// Those met in the search; there may be more that it did not come to.
    pub count: usize,
    pub differ: Differ,
}

impl Variants {
    /// `+3 colours`; `None` where there are none.
    pub fn told(&self) -> Option<String> {
        let (one, many) = match self.differ {
            Differ::Colour => ("colour", "colours"),
            Differ::Size => ("size", "sizes"),
            Differ::Variant => ("variant", "variants"),
        };
        (self.count > 0).then(|| format!("+{} {}", self.count, if self.count == 1 { one } else { many }))
    }
}

/// What a product's family is known by, and the words of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kin {
    group: Option<String>,
    /// Brand and title without the words that variants differ in.
    name: Option<String>,
    words: BTreeSet<String>,
}

impl Kin {
    /// Reads it off a product.
    pub fn of(facts: &ProductFacts) -> Self {
        let mut words = words_of(&facts.title);
        words.extend(facts.variant.as_deref().map(words_of).unwrap_or_default());
        Self { group: facts.group.clone(), name: family_name(facts), words }
    }
}

/// Brand and title without the words that variants differ in; `None` where nothing is left.
fn family_name(facts: &ProductFacts) -> Option<String> {
    let key = name_key(&facts.title);
    let own: Vec<&str> = key.split(' ').filter(|word| !word.is_empty() && !is_variant_word(word)).collect();
    (!own.is_empty()).then(|| format!("{}|{}", facts.brand.as_deref().unwrap_or(""), own.join(" ")))
}

/// A text's words as variants are told apart by them: in the singular, colours and measures in one spelling.
pub fn words_of(text: &str) -> BTreeSet<String> {
    let measured = measures(text);
    let mut rest = String::new();
    let mut from = 0;
    for measure in &measured {
        rest.push_str(text.get(from..measure.first).unwrap_or_default());
        rest.push(' ');
        from = from.max(measure.end);
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    let key = name_key(&rest);
    let words = key.split(' ').filter(|word| !word.is_empty()).map(|word| variant::spelt(word).to_owned());
    words.chain(measured.iter().map(|measure| format!("{MEASURE}{}", measure.word))).collect()
}

/// Before the word of a measure, so that it is told from others.
const MEASURE: char = '=';

fn is_variant_word(word: &str) -> bool {
    is_colour(word) || variant::is_size(word)
}

fn is_colour(word: &str) -> bool {
    variant::is_colour(word) || MORE_COLOURS.contains(&word)
}

/// The family of each, by number: products share one where they share a group or a name, or a third shares with both.
pub fn families(kin: &[Kin]) -> Vec<usize> {
    let mut family: Vec<usize> = (0..kin.len()).collect();
    let mut known: HashMap<(bool, &str), usize> = HashMap::new();
    for (at, own) in kin.iter().enumerate() {
        let keys = [own.group.as_deref().map(|g| (true, g)), own.name.as_deref().map(|n| (false, n))];
        for key in keys.into_iter().flatten() {
            let other = *known.entry(key).or_insert(at);
            let (keep, lose) = (root(&family, other), root(&family, at));
            // The smaller number stays, so that a family is named by its first.
            family[keep.max(lose)] = keep.min(lose);
        }
    }
    (0..kin.len()).map(|at| root(&family, at)).collect()
}

fn root(family: &[usize], mut at: usize) -> usize {
    while family[at] != at {
        at = family[at];
    }
    at
}

/// The families met so far, as they come: a product that links two of them counts for neither.
#[derive(Debug, Default)]
pub struct Met(HashSet<String>);

impl Met {
    /// Whether a product is the first of its family.
    pub fn add(&mut self, facts: &ProductFacts) -> bool {
        let group = facts.group.as_ref().map(|group| self.0.insert(format!("group {group}")));
        let name = family_name(facts).map(|name| self.0.insert(format!("name {name}")));
        group.unwrap_or(true) && name.unwrap_or(true)
    }
}

/// A new order: the first `most` are of different families, as far as there are as many. A further one of a family
/// stands among them only where it has a word of the question that those of its family before it lack.
pub fn spread(kin: &[Kin], asked: &BTreeSet<String>, most: usize) -> Vec<usize> {
    let family = families(kin);
    let mut met: HashMap<usize, BTreeSet<&str>> = HashMap::new();
    let (mut first, mut later) = (Vec::with_capacity(kin.len()), Vec::new());
    for (at, own) in kin.iter().enumerate() {
        let asked_own = own.words.iter().filter(|word| asked.contains(*word)).map(String::as_str);
        let stands = first.len() < most
            && match met.get_mut(&family[at]) {
                None => {
                    met.insert(family[at], asked_own.collect());
                    true
                }
                Some(met) => {
                    let before = met.len();
                    met.extend(asked_own);
                    met.len() > before
                }
            };
        if stands { first.push(at) } else { later.push(at) }
    }
    first.append(&mut later);
    first
}

/// For each of the first `shown`: the others of its family that are not shown, told at the first of the family.
pub fn others(kin: &[Kin], shown: usize) -> Vec<Variants> {
    let family = families(kin);
    let mut told: Vec<Variants> = vec![Variants::default(); shown.min(kin.len())];
    let mut first: HashMap<usize, usize> = HashMap::new();
    for (at, family) in family.iter().enumerate() {
        let teller = *first.entry(*family).or_insert(at);
        if at < shown {
            continue;
        }
        if let Some(variants) = told.get_mut(teller) {
            let differ = differ(&kin[teller], &kin[at]);
            variants.differ = if variants.count == 0 || variants.differ == differ { differ } else { Differ::Variant };
            variants.count += 1;
        }
    }
    told
}

/// What two of a family differ in.
fn differ(one: &Kin, other: &Kin) -> Differ {
    let words = one.words.symmetric_difference(&other.words);
    let sized = |word: &String| variant::is_size(word) || word.starts_with(MEASURE);
    let words: Vec<&String> = words.collect();
    match words.first() {
        Some(_) if words.iter().all(|word| is_colour(word)) => Differ::Colour,
        Some(_) if words.iter().all(|word| sized(word)) => Differ::Size,
        _ => Differ::Variant,
    }
}

/// The best `most` hits of different things for a question's words, the others of each counted; expects the order by
/// score.
pub fn shown(hits: Vec<Hit>, words: &[String], most: usize) -> Vec<Hit> {
    let kin: Vec<Kin> = hits.iter().map(|hit| Kin::of(&hit.product.facts)).collect();
    let order = spread(&kin, &words_of(&words.join(" ")), most.min(FIRST));
    let kin: Vec<Kin> = order.iter().filter_map(|at| kin.get(*at).cloned()).collect();
    let mut hits: Vec<Option<Hit>> = hits.into_iter().map(Some).collect();
    let mut found: Vec<Hit> = order.iter().filter_map(|at| hits.get_mut(*at)?.take()).collect();
    found.truncate(most);
    for (hit, variants) in found.iter_mut().zip(others(&kin, most)) {
        hit.variants = variants;
    }
    found
}

#[cfg(test)]
mod tests;
