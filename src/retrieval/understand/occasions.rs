//! What a use calls for: "for a long flight" -> battery, "the baby sleeps next door" -> noise.
//!
//! Adds soft wants behind those that are said, by the table of occasions. Never a condition, and never an aspect that
//! the catalogue does not state; the words stay what they are for the search.

use super::Reading;
use crate::domain::Want;
use crate::retrieval::fold::singular;
use crate::retrieval::lexicon::lexicon;

/// How much a want counts that was not said but follows from the use; said ones count 1.
const FOLLOWS: f64 = 0.6;

/// Occasions that are taken from one question: the third says little of what matters.
const MOST_OCCASIONS: usize = 2;

/// What stands for any number in a cue.
const ANY_NUMBER: &str = "#";

impl Reading<'_> {
    pub(super) fn occasions(&mut self) {
        // Where no thing is looked for ("I am going to the beach") the occasion is the plan's, not an aspect's.
        if self.need.words.is_empty() && self.need.must.category.is_none() {
            return;
        }
        let words: Vec<String> = self
            .tokens
            .iter()
            .enumerate()
            .filter(|(i, token)| !self.cut[*i] && (token.is_word() || token.is_number()))
            .map(|(_, token)| if token.is_number() { ANY_NUMBER.to_owned() } else { singular(&token.text) })
            .collect();
        let has = |phrase: &Vec<String>| phrase.iter().all(|word| words.contains(word));
        let mut taken = 0;
        for occasion in &lexicon().occasions {
            if !occasion.things.is_empty() && !occasion.things.iter().any(has) {
                continue;
            }
            let Some(cue) = occasion.cues.iter().find(|cue| has(cue)) else { continue };
            let said = cue.join(" ");
            if self.follow(&occasion.aspects, &said) {
                taken += 1;
            }
            if taken == MOST_OCCASIONS {
                return;
            }
        }
    }

    /// Adds the first aspect that the catalogue states; whether there is one.
    fn follow(&mut self, aspects: &[(String, crate::domain::Direction)], said: &str) -> bool {
        let stated = |name: &str| matches!(name, "price" | "rating") || self.vocabulary.has_attribute(name);
        let Some((aspect, direction)) = aspects.iter().find(|(name, _)| stated(name)) else { return false };
        if !self.need.wants.iter().any(|want| want.aspect == *aspect) {
            let want = Want { aspect: aspect.clone(), direction: *direction, said: said.to_owned(), weight: FOLLOWS };
            self.need.wants.push(want);
        }
        true
    }
}
