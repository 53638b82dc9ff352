//! What an occasion calls for, from the curated table in `assets/advice.txt`.
//!
//! Only names kinds of thing; whether the catalogue has them is for the search to say.

use crate::domain::Need;
use crate::retrieval::{Vocabulary, is_stop_word};
use std::sync::LazyLock;

/// Most kinds of thing for one occasion.
const MOST_PARTS: usize = 10;

struct Occasion {
    /// Each key as its words in the singular.
    keys: Vec<Vec<String>>,
    parts: Vec<String>,
    /// Adds to another occasion.
    adds: bool,
}

static OCCASIONS: LazyLock<Vec<Occasion>> = LazyLock::new(|| parse(include_str!("../../../assets/advice.txt")));

fn parse(text: &str) -> Vec<Occasion> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let occasion = |line: &str| {
        let (adds, line) = line.strip_prefix('+').map_or((false, line), |rest| (true, rest));
        let (keys, parts) = line.split_once('=')?;
        Some(Occasion {
            keys: keys.split('|').map(|key| key.split_whitespace().map(one).collect()).collect(),
            parts: parts.split(',').map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect(),
            adds,
        })
    };
    lines.filter_map(occasion).collect()
}

/// A rough singular and base form, the same for the table and the question.
fn one(word: &str) -> String {
    let word = word.to_lowercase();
    if word.len() > 3 && !word.ends_with("ss") { word.trim_end_matches('s').to_owned() } else { word }
}

/// The kinds of thing for the words of an occasion; empty where the table knows none.
pub(super) fn parts(occasion: &[String]) -> Vec<String> {
    let words: Vec<String> = occasion.iter().map(|w| one(w)).collect();
    let fit = |o: &&Occasion| {
        let keys = o.keys.iter().filter(|key| key.iter().all(|w| words.contains(w)));
        keys.map(Vec::len).max().unwrap_or(0)
    };
    let best = OCCASIONS.iter().filter(|o| !o.adds).map(|o| (fit(&o), o)).filter(|(n, _)| *n > 0);
    // The first of the longest: the table stands in order of preference.
    let best = best.reduce(|held, next| if next.0 > held.0 { next } else { held });
    let Some((_, best)) = best else { return Vec::new() };
    let mut all = best.parts.clone();
    for more in OCCASIONS.iter().filter(|o| o.adds && fit(o) > 0).flat_map(|o| &o.parts) {
        if !all.contains(more) {
            all.push(more.clone());
        }
    }
    all.truncate(MOST_PARTS);
    all
}

/// For an occasion that nobody knows: its words that the catalogue uses, each a small search.
pub(super) fn known_words(need: &Need, vocabulary: &Vocabulary) -> Vec<String> {
    let known = |phrase: &String| {
        let words: Vec<&str> = phrase.split(' ').filter(|w| !is_stop_word(w) && vocabulary.knows(w)).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    need.words.iter().filter_map(known).take(MOST_PARTS).collect()
}
