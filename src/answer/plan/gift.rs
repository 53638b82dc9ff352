//! Gifts for somebody with an interest: "gift for a coffee lover under 80", "present for my dad who likes hiking".
//!
//! Only reads the form; what goes with an interest stands in the table of occasions. A limit holds for each thing.

use super::advice;
use super::kind::Form;
use super::mention::{find_any, is_mark};
use crate::domain::QuestionKind;
use crate::retrieval::{PlainWord, is_stop_word};

const GIFTS: [&str; 6] = ["gift", "gifts", "present", "presents", "birthday gift", "something nice"];
/// Words with an interest behind them, and words with one in front.
const LIKES: [&str; 16] = [
    "who likes",
    "who loves",
    "who enjoys",
    "who is into",
    "that likes",
    "that loves",
    "who is fond of",
    "likes",
    "loves",
    "enjoys",
    "into",
    "interested in",
    "crazy about",
    "who does",
    "who goes",
    "passionate about",
];
const FANS: [&str; 9] = ["lover", "lovers", "fan", "fans", "enthusiast", "enthusiasts", "nerd", "geek", "addict"];
/// Words behind an interest that are no part of it.
const ENDS: [&str; 10] = ["under", "below", "for", "at", "up", "with", "around", "about", "budget", "max"];

/// The things for an interest that the table knows.
pub(super) fn gift(words: &[PlainWord]) -> Option<Form> {
    find_any(words, &GIFTS)?;
    let interest = behind(words).or_else(|| in_front(words))?;
    let known = !advice::parts(&interest).is_empty();
    known.then(|| Form { kind: QuestionKind::OpenAdvice, occasion: interest, sure: 0.8, ..Form::default() })
}

fn behind(words: &[PlainWord]) -> Option<Vec<String>> {
    let (_, to) = find_any(words, &LIKES)?;
    let ends = |w: &&PlainWord| is_mark(w) || ENDS.contains(&w.text.as_str());
    let interest: Vec<String> = words.get(to..)?.iter().take_while(|w| !ends(w)).map(|w| w.text.clone()).collect();
    interest.iter().any(|w| !is_stop_word(w)).then_some(interest)
}

fn in_front(words: &[PlainWord]) -> Option<Vec<String>> {
    let (at, _) = find_any(words, &FANS)?;
    let word = at.checked_sub(1).and_then(|i| words.get(i)).filter(|w| !is_stop_word(&w.text))?;
    Some(vec![word.text.clone()])
}
