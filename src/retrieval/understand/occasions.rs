//! What a use calls for: "for a long flight" -> battery, "the baby sleeps next door" -> noise.
//!
//! Adds soft wants behind those that are said, by the table of occasions. Never a condition, and never an aspect that
//! the catalogue does not state; the words stay what they are for the search.

use super::Reading;
use crate::domain::{Direction, Want};
use crate::retrieval::fold::{name_key, singular};
use crate::retrieval::lexicon::lexicon;

/// How much a want counts that was not said but follows from the use; said ones count 1.
const FOLLOWS: f64 = 0.6;

/// Occasions that are taken from one question: the third says little of what matters.
const MOST_OCCASIONS: usize = 2;

/// What stands for any number in a cue.
const ANY_NUMBER: &str = "#";

/// What stands for any word of negation in a cue.
const NOT: &str = "not";

const NEGATIONS: [&str; 8] = ["no", "not", "without", "never", "nobody", "nothing", "cannot", "dont"];

/// Words that tell a use only where a thing is asked for, not where somebody tells of themselves.
const TOLD_IN_PASSING: [&str; 8] = ["last", "everything", "month", "year", "week", "day", "every", "next"];

impl Reading<'_> {
    pub(super) fn occasions(&mut self) {
        // Where no thing is looked for ("I am going to the beach") the occasion is the plan's, not an aspect's.
        if self.need.words.is_empty() && self.need.must.category.is_none() {
            return;
        }
        let (all, open) = self.said_words();
        let things = self.thing_words().unwrap_or_else(|| all.clone());
        let mut taken = 0;
        for occasion in &lexicon().occasions {
            if !occasion.things.is_empty() && !occasion.things.iter().any(|thing| all_in(thing, &things)) {
                continue;
            }
            let fits = |cue: &&Vec<String>| all_in(cue, if cue.iter().any(|word| word == NOT) { &all } else { &open });
            let Some(cue) = occasion.cues.iter().find(fits) else { continue };
            if self.follow(&occasion.aspects, &cue.join(" ")) {
                taken += 1;
                self.no_condition(cue);
            }
            if taken == MOST_OCCASIONS {
                return;
            }
        }
    }

    /// The question's words in the singular: all of them, and those that no bound or negation has read.
    fn said_words(&self) -> (Vec<String>, Vec<String>) {
        let (mut all, mut open) = (Vec::new(), Vec::new());
        let read = self.tokens.iter().zip(&self.cut).enumerate().filter(|(_, (t, _))| t.is_word() || t.is_number());
        for (i, (token, cut)) in read {
            // "a 4 year old": no span of time.
            let aged = self.need.must.attributes.iter().any(|filter| filter.name.contains("age"));
            if token.is_number() && (aged || self.tokens.get(i + 2).is_some_and(|t| t.is("old"))) {
                continue;
            }
            // "Last month my kettle died": when it was tells no use.
            if self.told[i] && TOLD_IN_PASSING.contains(&singular(&token.text).as_str()) {
                continue;
            }
            let negates = NEGATIONS.contains(&token.text.as_str()) || token.text.ends_with("n't");
            let word = match () {
                () if token.is_number() => ANY_NUMBER.to_owned(),
                () if negates => NOT.to_owned(),
                () => singular(&token.text),
            };
            if !cut {
                open.push(word.clone());
            }
            all.push(word);
        }
        (all, open)
    }

    /// Words of the thing looked for, where its category is known: the cabin of an aeroplane is no place to stay.
    pub(super) fn thing_words(&self) -> Option<Vec<String>> {
        let category = self.need.must.category.as_ref()?;
        let named = self.need.words.first().into_iter().chain([category]);
        Some(named.flat_map(|name| name_key(name).split(' ').map(str::to_owned).collect::<Vec<_>>()).collect())
    }

    /// "Will not wake the baby" is a use, not something to be left out.
    fn no_condition(&mut self, cue: &[String]) {
        if let Some(told) = cue.iter().find(|word| *word != NOT).filter(|_| cue.iter().any(|word| word == NOT)) {
            self.need.must.without.retain(|left_out| !name_key(left_out).split(' ').any(|word| word == told));
        }
    }

    /// Adds the first aspect that the catalogue states; whether there is one.
    fn follow(&mut self, aspects: &[(String, Direction)], said: &str) -> bool {
        let stated = |name: &str| matches!(name, "price" | "rating") || self.vocabulary.has_attribute(name);
        let Some((aspect, direction)) = aspects.iter().find(|(name, _)| stated(name)) else { return false };
        if !self.need.wants.iter().any(|want| want.aspect == *aspect) {
            let want = Want { aspect: aspect.clone(), direction: *direction, said: said.to_owned(), weight: FOLLOWS };
            self.need.wants.push(want);
        }
        true
    }
}

/// Whether every word of a phrase is among the words.
fn all_in(phrase: &[String], words: &[String]) -> bool {
    phrase.iter().all(|word| words.contains(word))
}
