//! Deals: "good deals on monitors", "which kettle is on sale?", "headphones that cost less than usual".
//!
//! Only reads the form, and cuts it out so that the kind of thing is left to be read.

use super::mention::{find, is_mark};
use crate::retrieval::PlainWord;

/// What asks for deals, the longest first where they begin together.
const DEALS: [&str; 30] = [
    "with a real discount",
    "with a good discount",
    "with a big discount",
    "with a discount",
    "with real discount",
    "with discount",
    "good deals on",
    "good deal on",
    "great deals on",
    "best deals on",
    "best deal on",
    "any deals on",
    "deals on",
    "deal on",
    "good deals",
    "best deals",
    "special offers on",
    "special offers",
    "price drops on",
    "bargains on",
    "bargains",
    "discounts on",
    "discounts",
    "on sale",
    "on offer",
    "on special offer",
    "marked down",
    "discounted",
    "for less than usual",
    "reduced in price",
];
/// Words that hold a price against what it was.
const USUAL: [&str; 4] = ["usual", "usually", "normally", "normal"];
const LESS: [&str; 3] = ["less", "cheaper", "below"];
/// What stands around them and names nothing.
const AROUND: [&str; 24] = [
    "cost",
    "costs",
    "clearly",
    "much",
    "less",
    "now",
    "than",
    "they",
    "it",
    "usually",
    "usual",
    "normally",
    "normal",
    "do",
    "does",
    "cheaper",
    "right",
    "currently",
    "today",
    "that",
    "are",
    "is",
    "below",
    "price",
];
/// Words about the moment.
const NOW: [&str; 4] = ["right now", "at the moment", "today", "currently"];

/// The question without what asks for deals; `None` where it asks for none.
pub(super) fn asked(words: &[PlainWord]) -> Option<Vec<PlainWord>> {
    let has = |list: &[&str]| words.iter().position(|w| list.contains(&w.text.as_str()));
    let found = DEALS.iter().filter_map(|p| find(words, p)).min_by_key(|(from, to)| (*from, std::cmp::Reverse(*to)));
    let mut rest: Vec<PlainWord> = match (found, has(&USUAL), has(&LESS)) {
        (Some((from, to)), ..) => words[..from].iter().chain(&words[to..]).cloned().collect(),
        (None, Some(_), Some(_)) => words.iter().filter(|w| !AROUND.contains(&w.text.as_str())).cloned().collect(),
        _ => return None,
    };
    for phrase in NOW {
        if let Some((from, to)) = find(&rest, phrase) {
            rest.drain(from..to);
        }
    }
    rest.iter().any(|w| !is_mark(w)).then_some(rest)
}
