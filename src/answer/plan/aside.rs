//! Questions that are asked as things to buy seldom are: "who won the election?", "will it rain tomorrow?"
//!
//! Only marks them, so that what shares a word with them is no answer. The openings are data, `assets/lexicon/asides.txt`.

use super::kind::names_a_kind;
use super::mention::{find, is_mark};
use crate::domain::Need;
use crate::retrieval::{PlainWord, Vocabulary, named_thing};

/// Whether a question read as a search opens like none, names no kind of thing, and wishes for nothing.
pub(super) fn is_aside(need: &Need, words: &[PlainWord], vocabulary: &Vocabulary) -> bool {
    let must = &need.must;
    let bound = must.max_price.is_some() || must.min_stars.is_some() || !must.attributes.is_empty();
    if must.category.is_some() || bound || need.deals || !need.products.is_empty() || !need.wants.is_empty() {
        return false;
    }
    let from = words.iter().position(|w| !is_mark(w)).unwrap_or(0);
    let listed = include_str!("../../../assets/lexicon/asides.txt").lines().filter(|line| !line.starts_with('#'));
    let opens = listed.map(str::trim).any(|opening| find(&words[from..], opening).is_some_and(|(at, _)| at == 0));
    let thing = || need.words.first().is_some_and(|thing| named_thing(thing).is_some());
    opens && !thing() && !names_a_kind(words, vocabulary)
}
