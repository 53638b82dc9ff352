//! Phrases of a question that name products: cutting them out of the words around them.
//!
//! Knows no catalogue beyond its brands and frequencies; resolving a name is retrieval's work.

use crate::domain::units;
use crate::retrieval::{PlainWord, Vocabulary, is_stop_word, names};

const MONEY: [&str; 8] = ["euro", "euros", "eur", "dollar", "dollars", "usd", "pounds", "shekels"];

/// Words that are no part of a name at its edges.
const EDGES: [&str; 62] = [
    "the",
    "a",
    "an",
    "of",
    "for",
    "on",
    "with",
    "my",
    "this",
    "that",
    "these",
    "those",
    "is",
    "are",
    "was",
    "were",
    "it",
    "its",
    "in",
    "at",
    "to",
    "and",
    "or",
    "please",
    "me",
    "now",
    "today",
    "currently",
    "about",
    "better",
    "best",
    "does",
    "do",
    "did",
    "has",
    "have",
    "had",
    "be",
    "been",
    "i",
    "you",
    "we",
    "should",
    "would",
    "could",
    "can",
    "will",
    "which",
    "what",
    "how",
    "one",
    "from",
    "by",
    "as",
    "so",
    "really",
    "actually",
    "still",
    "ever",
    "again",
    "then",
    "there",
];

/// Words that stand for a product named before.
pub(super) const PRONOUNS: [&str; 10] = ["it", "this", "that", "they", "them", "these", "those", "one", "both", "ones"];

/// The question with every name of a product as one word, so that no rule cuts one in two.
pub(super) fn with_names(words: &[PlainWord], vocabulary: &Vocabulary) -> Vec<PlainWord> {
    let mut all = Vec::with_capacity(words.len());
    let mut at = 0;
    for (from, to) in names(words, vocabulary) {
        all.extend_from_slice(&words[at..from]);
        let inside: Vec<PlainWord> = words[from..to].iter().filter(|w| !is_mark(w)).cloned().collect();
        all.push(PlainWord { text: text(&inside), joined: words[from].joined });
        at = to;
    }
    all.extend_from_slice(&words[at..]);
    all
}

/// Whether a word is a name that [`with_names`] made.
pub(super) fn is_name(word: &PlainWord) -> bool {
    word.text.contains(' ')
}

/// The names of a question, in order.
pub(super) fn named(words: &[PlainWord]) -> impl Iterator<Item = &str> {
    words.iter().filter(|w| is_name(w)).map(|w| w.text.as_str())
}

/// Whether a word is punctuation.
pub(super) fn is_mark(word: &PlainWord) -> bool {
    !word.text.chars().any(char::is_alphanumeric)
}

/// The place of a phrase (words parted by spaces) in a question.
pub(super) fn find(words: &[PlainWord], phrase: &str) -> Option<(usize, usize)> {
    let parts: Vec<&str> = phrase.split(' ').collect();
    let starts = 0..(words.len() + 1).saturating_sub(parts.len());
    starts
        .into_iter()
        .find(|at| parts.iter().zip(&words[*at..]).all(|(p, w)| w.text == *p))
        .map(|at| (at, at + parts.len()))
}

/// The first of several phrases that a question has, the longest first where they begin together.
pub(super) fn find_any(words: &[PlainWord], phrases: &[&str]) -> Option<(usize, usize)> {
    phrases.iter().filter_map(|p| find(words, p)).min_by_key(|(from, to)| (*from, std::cmp::Reverse(*to)))
}

/// Words as text, hyphens and glued parts kept.
pub(super) fn text(words: &[PlainWord]) -> String {
    let mut all = String::new();
    for word in words {
        if !all.is_empty() {
            all.push(if word.joined { '-' } else { ' ' });
        }
        all.push_str(&word.text);
    }
    all
}

/// A name without the small words and marks around it; `None` where nothing is left, or only a pronoun was there.
pub(super) fn name(words: &[PlainWord]) -> Option<String> {
    let edge = |w: &PlainWord| is_mark(w) || EDGES.contains(&w.text.as_str());
    let first = words.iter().position(|w| !edge(w))?;
    let last = words.iter().rposition(|w| !edge(w))?;
    let inside: Vec<PlainWord> = words[first..=last].iter().filter(|w| !is_mark(w)).cloned().collect();
    let name = text(&inside);
    (name.chars().count() > 1).then_some(name)
}

/// The name in what remains when some stretches are cut out: the longest run between cuts and sentence marks.
pub(super) fn name_outside(words: &[PlainWord], cuts: &[(usize, usize)]) -> Option<String> {
    let cut = |i: usize| {
        cuts.iter().any(|(from, to)| (*from..*to).contains(&i))
            || [",", "?", ".", ";", ":", "!"].contains(&words[i].text.as_str())
    };
    let mut names = Vec::new();
    let mut start = 0;
    for i in 0..=words.len() {
        if i == words.len() || cut(i) {
            names.extend(name(&words[start..i]));
            start = i + 1;
        }
    }
    names.into_iter().max_by_key(|n| n.split(' ').count())
}

/// Whether a phrase names one product rather than a kind of thing: a brand, a model number, or a rare word is in it.
pub(super) fn is_specific(name: &str, vocabulary: &Vocabulary) -> bool {
    let words: Vec<&str> = name.split([' ', '-']).filter(|w| !w.is_empty()).collect();
    let brand = (1..=words.len().min(3)).any(|n| words.windows(n).any(|w| vocabulary.has_brand(&w.join(" "))));
    let model = words.iter().any(|w| w.chars().any(|c| c.is_ascii_digit()) && w.len() > 1);
    let small = |w: &str| PRONOUNS.contains(&w) || is_stop_word(w);
    let rare = words.iter().any(|w| (1..=12).contains(&vocabulary.frequency(w)) && w.chars().count() > 3 && !small(w));
    // "350 euros" and "10 kg" are amounts.
    let amount = words.iter().all(|w| {
        w.chars().all(|c| c.is_ascii_digit() || ".,".contains(c)) || MONEY.contains(w) || units::dimension(w).is_some()
    });
    let kind = words.last().is_some_and(|w| !vocabulary.category_paths(&singular_key(w)).is_empty());
    brand || model && !amount || (rare && !(words.len() == 1 && kind))
}

fn singular_key(word: &str) -> String {
    word.strip_suffix('s').unwrap_or(word).to_owned()
}
