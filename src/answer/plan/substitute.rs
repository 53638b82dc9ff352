//! Things in place of another: "something like the Norrvik Plates but cheaper", "alternative to the Larkbone Cloister".
//!
//! Only reads which product is meant; what is like it is for the search to say.

use super::mention::{find_any, is_specific, name};
use crate::retrieval::{PlainWord, Vocabulary};

const LIKE: [&str; 17] = [
    "upgrade from",
    "upgrade for",
    "something like",
    "anything like",
    "similar to",
    "alternative to",
    "alternatives to",
    "alternative for",
    "alternatives for",
    "substitute for",
    "substitutes for",
    "replacement for",
    "instead of",
    "in place of",
    "comparable to",
    "something similar to",
    "one like",
];
/// Where the product ends and a wish begins.
const BUT: [&str; 7] = ["but", "only", "that is", "which is", "with", "under", "below"];

/// The product that another is wanted for; with `context` it may be one that was shown ("the second one").
pub(super) fn of(words: &[PlainWord], vocabulary: &Vocabulary, context: bool) -> Option<String> {
    let (_, from) = find_any(words, &LIKE)?;
    let rest = words.get(from..)?;
    let to = find_any(rest, &BUT).map_or(rest.len(), |(at, _)| at);
    let said = rest.get(..to)?;
    match name(said) {
        Some(product) if context || is_specific(&product, vocabulary) => Some(product),
        // "something like it": left to what was talked of.
        None if context && !said.is_empty() => Some(String::new()),
        _ => None,
    }
}
