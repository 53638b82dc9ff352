//! What an occasion calls for, from the curated table in `assets/advice.txt`.
//!
//! Only names kinds of thing; whether the catalogue has them is for the search to say.

use crate::domain::Need;
use crate::retrieval::{Vocabulary, is_stop_word};
use std::sync::LazyLock;

/// Most kinds of thing for one occasion.
const MOST_PARTS: usize = 10;
/// Kinds that one word of an unknown occasion may stand for.
const MOST_OF_A_WORD: usize = 3;

struct Occasion {
    /// Each key as its words in the singular.
    keys: Vec<Vec<String>>,
    parts: Vec<String>,
    sort: Sort,
}

/// What a line of the table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Occasion,
    /// Adds to another occasion.
    Adds,
    /// A trouble that is told without asking what one needs.
    Trouble,
}

static OCCASIONS: LazyLock<Vec<Occasion>> = LazyLock::new(|| parse(include_str!("../../../assets/advice.txt")));

fn parse(text: &str) -> Vec<Occasion> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let occasion = |line: &str| {
        let (sort, line) = match (line.strip_prefix('+'), line.strip_prefix('~')) {
            (Some(rest), _) => (Sort::Adds, rest),
            (_, Some(rest)) => (Sort::Trouble, rest),
            _ => (Sort::Occasion, line),
        };
        let (keys, parts) = line.split_once('=')?;
        Some(Occasion {
            keys: keys.split('|').map(|key| key.split_whitespace().map(one).collect()).collect(),
            parts: parts.split(',').map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect(),
            sort,
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
    let found = parts_of(occasion, Sort::Occasion, true);
    if found.is_empty() { parts_of(occasion, Sort::Trouble, true) } else { found }
}

/// The same for a gift: what an occasion adds is for those who go along.
pub(super) fn given(interest: &[String]) -> Vec<String> {
    parts_of(interest, Sort::Occasion, false)
}

fn parts_of(occasion: &[String], sort: Sort, adds: bool) -> Vec<String> {
    let words: Vec<String> = occasion.iter().map(|w| one(w)).collect();
    let fit = |o: &&Occasion| {
        let keys = o.keys.iter().filter(|key| key.iter().all(|w| words.contains(w)));
        keys.map(Vec::len).max().unwrap_or(0)
    };
    let best = OCCASIONS.iter().filter(|o| o.sort == sort).map(|o| (fit(&o), o)).filter(|(n, _)| *n > 0);
    // The first of the longest: the table stands in order of preference.
    let best = best.reduce(|held, next| if next.0 > held.0 { next } else { held });
    let Some((_, best)) = best else { return Vec::new() };
    let mut all = best.parts.clone();
    for more in OCCASIONS.iter().filter(|o| adds && o.sort == Sort::Adds && fit(o) > 0).flat_map(|o| &o.parts) {
        if !all.contains(more) {
            all.push(more.clone());
        }
    }
    all.truncate(MOST_PARTS);
    all
}

/// The kinds of this catalogue that words name or stand in the name of: "espresso" -> "espresso machine".
pub(super) fn kinds(words: &[String], vocabulary: &Vocabulary) -> Vec<String> {
    let content: Vec<&String> = words.iter().filter(|w| !is_stop_word(w)).collect();
    let mut found: Vec<String> = Vec::new();
    for word in content {
        for kind in vocabulary.kinds_with(&one(word)).into_iter().take(MOST_OF_A_WORD) {
            if !found.iter().any(|known| known == kind) {
                found.push(kind.to_owned());
            }
        }
    }
    found.truncate(MOST_PARTS);
    found
}

/// What stands for a trouble that is told ("I cannot sleep in the heat"), where the table knows it.
pub(super) fn trouble(words: &[String]) -> Vec<String> {
    let told = |word: &&str| words.iter().any(|w| w == word);
    let own = ["i", "my", "we", "our", "me", "recommend", "help", "helps", "against"].iter().any(told);
    if own { parts_of(words, Sort::Trouble, true) } else { Vec::new() }
}

/// For an occasion that nobody knows: the kinds that its words name; else its words that the catalogue uses, each a
/// small search.
pub(super) fn known_words(need: &Need, vocabulary: &Vocabulary) -> Vec<String> {
    let words: Vec<String> = need.words.iter().flat_map(|p| p.split(' ')).map(str::to_owned).collect();
    let kinds = kinds(&words, vocabulary);
    if !kinds.is_empty() {
        return kinds;
    }
    let known = |phrase: &String| {
        let words: Vec<&str> = phrase.split(' ').filter(|w| !is_stop_word(w) && vocabulary.knows(w)).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    need.words.iter().filter_map(known).take(MOST_PARTS).collect()
}
