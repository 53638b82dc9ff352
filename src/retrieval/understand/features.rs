//! Properties that are asked for by name: "with a sauna", "bagless", "Hebrew layout" -> yes-or-no attributes.
//!
//! Only attributes that the catalogue states as yes or no. Leaves the words for the search.

use super::{Reading, is_filler};
use crate::domain::Direction;
use crate::retrieval::lexicon::lexicon;

/// Most words of a property's name.
const LONGEST: usize = 4;

impl Reading<'_> {
    pub(super) fn features(&mut self) {
        let mut i = 0;
        while i < self.tokens.len() {
            let Some((n, names)) = self.longest(i, LONGEST, |phrase| self.feature(phrase)) else {
                i += 1;
                continue;
            };
            if !self.need.must.features.contains(&names) {
                self.need.must.features.push(names);
            }
            i += n;
        }
    }

    /// The yes-or-no attributes that a phrase asks for: by their own name, or by the table of wishes where the words of
    /// the wish name a property and not only a leaning ("folding", but not "for a small car").
    fn feature(&self, phrase: &str) -> Option<Vec<String>> {
        let flag =
            |name: &str| self.vocabulary.attribute_units(name).is_some_and(|u| u.iter().any(|(u, _)| u == "flag"));
        if let Some(entry) = lexicon().wants.get(phrase) {
            let asked = entry.aspects.iter().filter(|(name, way)| entry.keep && *way == Direction::Yes && flag(name));
            let names: Vec<String> = asked.map(|(name, _)| name.clone()).collect();
            return (!names.is_empty()).then_some(names);
        }
        let words: Vec<&str> = phrase.split(' ').filter(|w| !["is", "are"].contains(w)).collect();
        let named = words.iter().all(|w| !is_filler(w)) && flag(&words.join("_"));
        named.then(|| vec![words.join("_")])
    }
}
