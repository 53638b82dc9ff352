//! The age of who it is for: "my 5 year old niece", "ages 4 and up".
//!
//! Becomes a bound on the least age only for gifts and toys, of which catalogues state it. Never guesses an age.

use super::words::PERSONS;
use super::{Reading, is_filler, is_preposition};
use crate::domain::{AttributeFilter, Language, Op};
use crate::retrieval::fold::singular;
use crate::retrieval::money_words::is_currency_word;
use crate::retrieval::tokens::Kind;
use crate::retrieval::units::{self, Dimension};

/// Attributes that state the least age, likeliest first.
const LEAST_AGE: [&str; 4] = ["age_from", "min_age", "minimum_age", "age"];

/// What is made or given for an age, in the singular.
const FOR_AN_AGE: [&str; 12] =
    ["gift", "present", "toy", "game", "puzzle", "doll", "book", "lego", "block", "plaything", "kit", "set"];

/// Words before a number that make an age of it. A son or daughter with a number is the Hebrew way to say it.
const AGED: [&str; 5] = ["aged", "age", "ages", "son", "daughter"];

/// Verbs between who it is for and the age, and who that may be beside persons.
const BECOMES: [&str; 5] = ["is", "turns", "turning", "turned", "becomes"];
const WHO: [&str; 5] = ["youngest", "oldest", "eldest", "he", "she"];

/// Up to this age, in years, toys are told apart by age.
const OLDEST_CHILD: f64 = 12.0;

impl Reading<'_> {
    /// Reads the first age that is stated.
    pub(super) fn ages(&mut self) {
        for at in 0..self.tokens.len() {
            let Some((value, unit, first, last)) = self.age(at) else { continue };
            if let Some(filter) = self.least_age(value, unit) {
                self.need.must.attributes.push(filter);
                for i in first..=last {
                    self.tokens[i].used = true;
                }
            } else if self.tokens[last].is("old") || self.tokens[last].is("olds") {
                self.tokens[last].used = true;
            }
            return;
        }
    }

    /// The age whose number stands at `at`, with its unit and the tokens it takes.
    fn age(&self, at: usize) -> Option<(f64, &'static str, usize, usize)> {
        let value: f64 = self.tokens.get(at).filter(|t| t.is_number())?.text.parse().ok()?;
        let unit = self.free_word(at + 1).and_then(units::symbol);
        let in_years = unit.filter(|u| units::dimension(u) == Some(Dimension::Age));
        let end = at + usize::from(in_years.is_some());
        if let Some(unit) = in_years
            && self.free_word(end + 1).is_some_and(|w| w == "old" || w == "olds")
        {
            return Some((value, unit, at, end + 1));
        }
        let money =
            self.tokens.get(at + 1).is_some_and(|t| matches!(t.kind, Kind::Money(_)) || is_currency_word(&t.text));
        // "ma nièce de 5 ans".
        let of = |n: usize| at.checked_sub(n).is_some_and(|i| self.tokens[i].is("of"));
        let whose = at.checked_sub(if of(1) { 2 } else { 1 }).and_then(|i| self.free_word(i));
        if let (Some(unit), Some(_)) = (in_years, whose.filter(|w| PERSONS.contains(&singular(w).as_str()))) {
            return Some((value, unit, at, end));
        }
        // "a board game from 8 years": the least age of who plays, unless a warranty or the like is spoken of.
        if let Some(unit) = in_years
            && let Some(from) = self.opens_an_age(at)
            && self.aspect_at(end + 1).is_none()
            && self.aspect_before(from).is_none()
        {
            return Some((value, unit, from, end));
        }
        if (unit.is_none() || in_years.is_some()) && !money && self.turns(at) && !self.counts(end + 1) {
            return Some((value, in_years.unwrap_or("years"), at, end));
        }
        let aged = at.checked_sub(1).filter(|b| self.free_word(*b).is_some_and(|w| AGED.contains(&w)));
        let (Some(before), false) = (aged, money || unit.is_some() && in_years.is_none()) else { return None };
        let hebrew = self.language == Language::He;
        let named = hebrew || ["aged", "age", "ages"].iter().any(|w| self.tokens[before].is(w));
        let up = |n: usize, word: &str| self.free_word(end + n) == Some(word);
        let behind = match (self.tokens.get(end + 1).is_some_and(|t| t.is_mark('+')), up(1, "and") || up(1, "or")) {
            (true, _) => 1,
            (false, true) if ["up", "over", "older", "above"].iter().any(|w| up(2, w)) => 2,
            _ => 0,
        };
        Some((value, in_years.unwrap_or("years"), if named { before } else { at }, end + behind))
    }

    /// "My nephew turns 6", "the youngest is 9".
    fn turns(&self, at: usize) -> bool {
        let before = |n: usize| at.checked_sub(n).and_then(|i| self.tokens.get(i)).filter(|t| t.is_word());
        let becomes = before(1).is_some_and(|t| BECOMES.contains(&t.text.as_str()));
        let who = |word: &str| PERSONS.contains(&singular(word).as_str()) || WHO.contains(&word);
        becomes && (2..=3).any(|n| before(n).is_some_and(|t| who(&t.text)))
    }

    /// Whether a word that a number could count stands there.
    pub(super) fn counts(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_word() && !is_filler(&t.text) && !is_preposition(&t.text))
    }

    /// Where "from" or "at least" begins that stands right before a number.
    fn opens_an_age(&self, at: usize) -> Option<usize> {
        let is = |n: usize, word: &str| at.checked_sub(n).is_some_and(|i| self.free_word(i) == Some(word));
        match (is(1, "from"), is(2, "at") && is(1, "least")) {
            (true, _) => Some(at - 1),
            (_, true) => Some(at - 2),
            _ => None,
        }
    }

    /// The filter for products that suit a child of that age.
    fn least_age(&self, value: f64, unit: &str) -> Option<AttributeFilter> {
        let suits = self.tokens.iter().any(|t| t.is_word() && FOR_AN_AGE.contains(&singular(&t.text).as_str()));
        let years = units::convert(value, unit, "years")?;
        if !suits || !(0.0..=OLDEST_CHILD).contains(&years) {
            return None;
        }
        LEAST_AGE.iter().find_map(|name| {
            let own = self.vocabulary.attribute_units(name)?;
            let own = own.iter().find(|(u, _)| units::dimension(u) == Some(Dimension::Age))?.0.clone();
            let value = units::convert(value, unit, &own)?;
            Some(AttributeFilter { name: (*name).to_owned(), op: Op::AtMost, value, unit: own })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{tests::vocabulary, understand};

    #[test]
    fn whoever_turns_or_is_of_an_age_bounds_what_is_given_and_played() {
        let least = |question: &str| {
            let attributes = understand(question, &vocabulary()).must.attributes;
            attributes.iter().find(|filter| filter.name == "age_from").map(|filter| filter.value)
        };
        assert_eq!(least("a board game for game night, the youngest is 9"), Some(9.0));
        assert_eq!(least("my nephew turns 6 on Saturday, I need a present"), Some(6.0));
        assert_eq!(least("a gift for my daughter, she is 7"), Some(7.0));
        assert_eq!(least("a toy for my nephew, he is 12 km away"), None);
        assert_eq!(least("a toy, my budget is 9"), None);
        assert_eq!(least("my old kettle is 9, I need another"), None);
    }
}
