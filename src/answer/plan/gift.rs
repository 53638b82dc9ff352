//! Gifts: "gift for a coffee lover under 80", "present for my dad who likes hiking", "something nice for a girl of 6".
//!
//! Only reads the form; what goes with an interest stands in the table of occasions and in the catalogue's own kinds.
//! Of what is found one is wanted, and a limit holds for each.

use super::advice;
use super::kind::Form;
use super::mention::{find, find_any, is_mark};
use crate::domain::QuestionKind;
use crate::retrieval::{PlainWord, Vocabulary, is_stop_word};

const GIFTS: [&str; 15] = [
    "gift",
    "gifts",
    "present",
    "presents",
    "birthday gift",
    "stocking filler",
    "something nice",
    "what can i give",
    "what should i give",
    "what could i give",
    "what can we give",
    "what to give",
    "to give my",
    "to give to",
    "surprise for",
];
/// What is given as one names the thing itself: "a board game as a present".
const GIVEN: [&str; 6] = ["as gift", "as a gift", "as present", "as a present", "as a birthday", "gift wrapped"];
/// Words with an interest behind them, and words with one in front.
const LIKES: [&str; 24] = [
    "who likes",
    "who loves",
    "who enjoys",
    "who is into",
    "that likes",
    "that loves",
    "who is fond of",
    "likes to",
    "loves to",
    "likes",
    "loves",
    "like",
    "love",
    "enjoys",
    "into",
    "interested in",
    "crazy about",
    "mad about",
    "who does",
    "who goes",
    "passionate about",
    "gladly",
    "interests",
    "hobby",
];
const FANS: [&str; 11] =
    ["lover", "lovers", "fan", "fans", "enthusiast", "enthusiasts", "nerd", "geek", "addict", "owner", "owners"];
/// Words behind an interest that are no part of it.
const ENDS: [&str; 12] =
    ["under", "below", "for", "at", "up", "with", "around", "about", "budget", "max", "between", "not"];

/// Those who play.
const CHILDREN: [&str; 24] = [
    "kid",
    "kids",
    "child",
    "children",
    "boy",
    "girl",
    "boys",
    "girls",
    "niece",
    "nephew",
    "grandson",
    "granddaughter",
    "grandchild",
    "grandchildren",
    "godson",
    "goddaughter",
    "godchild",
    "schoolchild",
    "son",
    "daughter",
    "preschooler",
    "years",
    "year",
    "months",
];
const BABIES: [&str; 8] = ["baby", "newborn", "toddler", "infant", "babies", "toddlers", "pregnant", "birth"];
/// From this many years on nobody is given toys for it.
const GROWN: u32 = 14;

/// The things that go with what is told of the one who is given something.
pub(super) fn gift(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    find_any(words, &GIFTS).filter(|_| find_any(words, &GIVEN).is_none())?;
    let mut parts = Vec::new();
    if let Some(interest) = behind(words).or_else(|| in_front(words)) {
        parts = advice::given(&interest);
        parts.extend(advice::kinds(&interest, vocabulary));
    }
    let told: Vec<String> = words.iter().filter(|w| !is_mark(w)).map(|w| w.text.clone()).collect();
    if parts.is_empty() {
        parts = advice::given(&told);
    }
    let has = |list: &[&str]| told.iter().any(|w| list.contains(&w.as_str()));
    let age = years(words);
    let table = |key: &str| advice::given(&[key.to_owned(), "gift".to_owned()]);
    if has(&BABIES) || age.is_some_and(|years| years < 2) {
        parts.extend(table("baby"));
    }
    if age.map_or(has(&CHILDREN) && !has(&BABIES), |years| (1..GROWN).contains(&years)) {
        parts.extend(table("child"));
    }
    if parts.is_empty() {
        parts = table("any");
    }
    let mut seen = std::collections::BTreeSet::new();
    parts.retain(|part| seen.insert(part.clone()));
    Some(Form { kind: QuestionKind::OpenAdvice, parts, either: true, sure: 0.8, ..Form::default() })
}

/// The years that are said with "year" behind them.
fn years(words: &[PlainWord]) -> Option<u32> {
    let at = words.iter().position(|w| ["year", "years"].contains(&w.text.as_str()))?;
    words.get(at.checked_sub(1)?)?.text.parse().ok()
}

fn behind(words: &[PlainWord]) -> Option<Vec<String>> {
    let (_, to) = find_any(words, &LIKES).filter(|(from, _)| {
        // "something like", "would like", "I like": nothing of somebody else.
        let before = from.checked_sub(1).and_then(|i| words.get(i)).map_or("", |w| w.text.as_str());
        !["something", "would", "i", "d", "anything"].contains(&before)
    })?;
    let ends = |w: &&PlainWord| is_mark(w) || ENDS.contains(&w.text.as_str());
    let interest: Vec<String> = words.get(to..)?.iter().take_while(|w| !ends(w)).map(|w| w.text.clone()).collect();
    interest.iter().any(|w| !is_stop_word(w)).then_some(interest)
}

fn in_front(words: &[PlainWord]) -> Option<Vec<String>> {
    let (at, _) = find_any(words, &FANS).filter(|_| find(words, "fan heater").is_none())?;
    let word = at.checked_sub(1).and_then(|i| words.get(i)).filter(|w| !is_stop_word(&w.text))?;
    Some(vec![word.text.clone()])
}
