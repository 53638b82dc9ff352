//! Several things asked for by name: "kettle and toaster for under 100", "a desk, a chair and a lamp for 500".
//!
//! Only reads the form. A limit is one on the sum unless it is said to hold for each.

use super::kind::Form;
use super::mention::{find_any, is_mark};
use super::set::EACH;
use crate::domain::QuestionKind;
use crate::retrieval::{PlainWord, Vocabulary, is_stop_word};

/// Longest name of a kind in words.
const LONGEST: usize = 3;

/// Words before a first thing that make it what another is for, or with.
const BESIDE: [&str; 8] = ["for", "with", "without", "in", "on", "of", "from", "between"];

/// The things of a list, where there are two or more that the catalogue has.
pub(super) fn list(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let joins = |w: &PlainWord| ["and", "plus", "&", "+"].contains(&w.text.as_str());
    let at = words.iter().position(joins)?;
    let (from, first) = ending(words, at, vocabulary)?;
    let basket = find_any(words, &["gift basket", "hamper", "basket"]).is_some();
    let beside = from.checked_sub(1).is_some_and(|i| BESIDE.contains(&words[i].text.as_str()));
    if beside && !basket {
        return None;
    }
    let mut parts = vec![first];
    // What stands before a comma belongs to the list too.
    let mut head = from;
    while let Some(comma) = head.checked_sub(1).map(|i| i.saturating_sub(usize::from(!is_mark(&words[i])))) {
        if words.get(comma).is_none_or(|w| w.text != ",") {
            break;
        }
        let Some((before, name)) = ending(words, comma, vocabulary) else { break };
        parts.insert(0, name);
        head = before;
    }
    let mut next = at + 1;
    while let Some((to, name)) = beginning(words, next, vocabulary) {
        parts.push(name);
        match words.get(to) {
            Some(w) if joins(w) || w.text == "," => next = to + 1,
            _ => break,
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    parts.retain(|part| seen.insert(part.clone()));
    let total = find_any(words, &EACH).is_none();
    let form = Form { kind: QuestionKind::OpenAdvice, parts, total, sure: 0.85, ..Form::default() };
    (form.parts.len() > 1).then_some(form)
}

/// The longest name of a kind that ends right before `to`, and where it begins, its article aside.
fn ending(words: &[PlainWord], to: usize, vocabulary: &Vocabulary) -> Option<(usize, String)> {
    (1..=LONGEST.min(to)).rev().find_map(|n| {
        let from = to - n;
        let name = named(words.get(from..to)?, vocabulary)?;
        let article = from.checked_sub(1).is_some_and(|i| is_small(&words[i]));
        Some((from - usize::from(article), name))
    })
}

/// The longest name of a kind that begins at `from`, small words aside, and where it ends.
fn beginning(words: &[PlainWord], from: usize, vocabulary: &Vocabulary) -> Option<(usize, String)> {
    let from = from + words.get(from..)?.iter().take_while(|w| is_small(w)).count();
    (1..=LONGEST).rev().find_map(|n| Some((from + n, named(words.get(from..from + n)?, vocabulary)?)))
}

fn is_small(word: &PlainWord) -> bool {
    ["a", "an", "the", "some", "one", "my"].contains(&word.text.as_str())
}

/// The kind that a phrase names: by a category of that name, or a word that one category alone has.
fn named(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<String> {
    if words.iter().any(|w| is_mark(w) || is_stop_word(&w.text)) {
        return None;
    }
    let phrase = super::mention::text(words);
    vocabulary.kind_named(&phrase)
}
