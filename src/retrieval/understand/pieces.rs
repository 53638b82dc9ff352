//! How many of a thing are wanted: "two sleeping bags under 150" is a limit on both together.
//!
//! A count right before the kind of thing, in the plural where the question is in English. Counts of people and sizes
//! ("a tent for two", "a 4-slice toaster") are none.

use super::{Reading, ends_phrase, is_filler, is_preposition};
use crate::domain::{Language, PriceLimit, variant};
use crate::retrieval::fold::singular;

/// More than so many are sold as a set more often than piece by piece: "6 wine glasses under 40" is a limit on the set.
const MOST: u32 = 4;
/// Words before a count that leave it one.
const OPENING: [&str; 16] = [
    "need", "want", "buy", "get", "order", "looking", "search", "find", "me", "us", "for", "and", "about", "only",
    "exactly", "purchase",
];
/// Words that say that a limit is on one.
const EACH: [&str; 10] = ["each", "apiece", "piece", "per", "je", "jeweils", "chacun", "chacune", "cada", "stuck"];
/// Words that may stand between a count and the thing.
const BETWEEN: usize = 2;
/// Words of the longest name of a kind.
const LONGEST: usize = 3;

impl Reading<'_> {
    pub(super) fn pieces(&mut self) {
        let found = (0..self.tokens.len()).find_map(|at| Some((at, self.pieces_at(at)?)));
        let Some((at, count)) = found else { return };
        self.tokens[at].used = true;
        if self.tokens.iter().any(|t| EACH.iter().any(|word| t.is(word))) {
            // What each may cost is what a search asks anyway.
            return;
        }
        self.need.pieces = Some(count);
        let must = &mut self.need.must;
        let shared = |limit: PriceLimit| PriceLimit { milli: limit.milli / i64::from(count), ..limit };
        (must.min_price, must.max_price) = (must.min_price.map(shared), must.max_price.map(shared));
    }

    fn pieces_at(&self, at: usize) -> Option<u32> {
        let count = self.count_at(at).filter(|n| (2..=MOST).contains(n) && !self.tokens[at].used)?;
        if let Some(before) = at.checked_sub(1).map(|i| &self.tokens[i]) {
            let sought = before.is("for") && at > 1 && self.tokens[at - 2].is("looking");
            let opens = OPENING.iter().any(|w| before.is(w)) && (!before.is("for") || sought);
            let free = is_filler(&before.text) && !is_preposition(&before.text);
            if !(opens || free || before.used || ends_phrase(before)) {
                return None;
            }
        }
        let mut from = at + 1;
        if self.tokens.get(from).is_some_and(|t| t.is("x") || t.is("×")) {
            from += 1;
        }
        for _ in 0..=BETWEEN {
            if self.tokens.get(from)?.joined && from > at + 1 {
                return None;
            }
            if let Some(phrase) = self.kind_at(from) {
                let last = phrase.rsplit(' ').next().unwrap_or_default();
                return (self.language != Language::En || singular(last) != last).then_some(count);
            }
            let word = self.tokens.get(from).filter(|t| t.is_word())?;
            let describes = self.wish[from] || word.used || variant::is_colour(&word.text) || is_filler(&word.text);
            if !describes {
                return None;
            }
            from += 1;
        }
        None
    }

    /// The name of a kind of thing that begins at a token.
    fn kind_at(&self, from: usize) -> Option<String> {
        (1..=LONGEST).rev().find_map(|n| {
            let words: Option<Vec<&str>> = (from..from + n).map(|i| self.free_word(i)).collect();
            let phrase = words?.join(" ");
            self.is_kind(&phrase).then_some(phrase)
        })
    }
}
