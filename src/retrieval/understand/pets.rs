//! Pets that come along: "a cabin in the mountains, we have a dog" wants a place that allows them.
//!
//! Only of places to stay, and only where the catalogue states what each allows. Goods for pets are the words' to name.

use super::Reading;
use crate::domain::{Direction, Language, Want};
use crate::retrieval::fold::singular;

/// Pets that travel, in the singular.
const PETS: [&str; 5] = ["dog", "cat", "pet", "puppy", "kitten"];
/// Somewhere within these many words before a pet, whose it is or that it comes.
const REACH: usize = 3;
const COMES: [&str; 13] =
    ["with", "have", "has", "bring", "bringing", "take", "taking", "and", "our", "my", "his", "her", "plus"];
/// Words of a stay beside those for where it is, in the singular.
const STAYS: [&str; 16] = [
    "stay",
    "hotel",
    "guesthouse",
    "hostel",
    "cottage",
    "cabin",
    "chalet",
    "villa",
    "apartment",
    "room",
    "weekend",
    "holiday",
    "vacation",
    "trip",
    "night",
    "getaway",
];
/// Attributes that state whether they may, likeliest first.
const ALLOWED: [&str; 3] = ["pets_allowed", "pet_friendly", "dogs_allowed"];

impl Reading<'_> {
    pub(super) fn pets(&mut self) {
        let is_flag = |name: &&str| {
            self.vocabulary.attribute_units(name).is_some_and(|units| units.iter().any(|(unit, _)| unit == "flag"))
        };
        let Some(name) = ALLOWED.iter().find(|name| is_flag(name)) else { return };
        let stays = |at: usize| {
            self.cue("places", at).is_some()
                || self.tokens[at].is_word() && STAYS.contains(&singular(&self.tokens[at].text).as_str())
        };
        let comes = |at: usize| {
            let near = at.saturating_sub(REACH)..at;
            self.free_word(at).is_some_and(|word| PETS.contains(&singular(word).as_str()))
                // "A dog bed"; elsewhere the thing stands first or is one word.
                && !(self.language == Language::En && self.counts(at + 1))
                && near.clone().any(|i| self.tokens[i].is_word() && COMES.contains(&self.tokens[i].text.as_str()))
        };
        let Some(pet) = (0..self.tokens.len()).find(|at| comes(*at)) else { return };
        if !(0..self.tokens.len()).any(stays) {
            return;
        }
        let names = vec![(*name).to_owned()];
        if !self.need.must.features.contains(&names) {
            self.need.must.features.push(names);
        }
        let said = format!("with {}", singular(&self.tokens[pet].text));
        self.need.wants.push(Want { aspect: (*name).to_owned(), direction: Direction::Yes, said, weight: 1.0 });
        self.tokens[pet].used = true;
    }
}

#[cfg(test)]
mod tests {
    use super::super::understand;
    use crate::retrieval::vocabulary::{Parts, Vocabulary};

    #[test]
    fn a_place_for_who_comes_with_a_pet_allows_it() {
        let attributes = vec![("pets_allowed".to_owned(), "flag".to_owned(), 9)];
        let vocabulary = Vocabulary::from_parts(Parts { attributes, ..Parts::default() });
        let asked = |question: &str| understand(question, &vocabulary).must.features;
        let allowed = [["pets_allowed"]];
        assert_eq!(asked("a quiet weekend in the desert with a dog"), allowed);
        assert_eq!(asked("we have a dog and want a week in the mountains"), allowed);
        assert_eq!(asked("a cabin by the sea for us and our two cats"), allowed);
        assert!(asked("a dog bed for our cabin in the mountains").is_empty());
        assert!(asked("a leash, my dog pulls").is_empty());
        assert!(asked("a hotel by the sea").is_empty());
    }
}
