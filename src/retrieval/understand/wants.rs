//! Soft wishes: "quiet", "near the sea", "long battery" -> aspects with the better direction.
//!
//! Kept only where the catalogue states such an aspect; otherwise the words are searched for beside the thing.

use super::{Reading, is_filler, is_preposition};
use crate::domain::Direction;
use crate::retrieval::lexicon::lexicon;

/// Colours and things that make a noun or shade of "light".
const LIGHT_THINGS: [&str; 12] =
    ["bulb", "bulbs", "blue", "green", "grey", "pink", "brown", "switch", "fixture", "strip", "source", "roast"];

/// Aspects that say how large something is.
const SIZES: [&str; 6] = ["width", "height", "depth", "capacity", "pack_size", "volume"];

impl Reading<'_> {
    pub(super) fn wants(&mut self) {
        let mut i = 0;
        while i < self.tokens.len() {
            let Some((n, entry)) = self.longest(i, 5, |p| lexicon().wants.get(p)) else {
                i += 1;
                continue;
            };
            if n == 1 && self.is_a_thing(i) {
                i += 1;
                continue;
            }
            let size = entry.aspects.iter().find(|(name, _)| SIZES.contains(&name.as_str()));
            if size.is_some_and(|(_, way)| self.is_of_another(i, *way == Direction::Lower)) {
                i += n;
                continue;
            }
            let said: Vec<String> = (i..i + n).map(|k| self.tokens[k].text.clone()).collect();
            let known = self.push_wants(&entry.aspects, &said.join(" "));
            // What no product states can only be told by titles: "large planter", "bright white paint".
            if !known && n == 1 && self.vocabulary.knows(&said[0]) {
                i += n;
                continue;
            }
            for k in i..i + n {
                let word = self.tokens[k].text.clone();
                self.wish[k] = true;
                let searched = (entry.keep || !known) && !is_filler(&word) && !is_preposition(&word);
                self.side[k] = searched;
                if !searched {
                    self.tokens[k].used = true;
                }
            }
            i += n;
        }
    }

    /// "night light", "light bulb": the word names or describes a thing and is no wish.
    fn is_a_thing(&self, i: usize) -> bool {
        if !self.tokens[i].is("light") {
            return false;
        }
        let next = self.free_word(i + 1);
        if next.is_some_and(|w| LIGHT_THINGS.contains(&w)) {
            return true;
        }
        let before = i.checked_sub(1).and_then(|b| self.free_word(b));
        let content = before.is_some_and(|w| !is_filler(w) && !is_preposition(w) && !lexicon().wants.contains_key(w));
        let ends = next.is_none_or(|w| is_preposition(w) || is_filler(w));
        content && ends && self.vocabulary.knows("light") && !super::words::noun_first(self.language)
    }
}
