//! How many people a thing is for: "for 6 guests", "a family of five", "with two kids", "4-person tent".
//!
//! Becomes a condition that holds for whatever states how many it is for; the words stay for the search. A bound that is
//! said as one ("at least 4 people") is read elsewhere.

use super::Reading;
use crate::retrieval::fold::singular;
use crate::retrieval::money_words::number_word;

/// Words for people that are counted, in the singular, and how many each stands for.
const COUNTED: [(&str, u32); 26] = [
    ("person", 1),
    ("people", 1),
    ("guest", 1),
    ("adult", 1),
    ("player", 1),
    ("friend", 1),
    ("camper", 1),
    ("hiker", 1),
    ("sleeper", 1),
    ("traveller", 1),
    ("traveler", 1),
    ("man", 1),
    ("woman", 1),
    ("student", 1),
    ("colleague", 1),
    ("grandparent", 1),
    ("parent", 1),
    ("couple", 2),
    ("kid", 1),
    ("child", 1),
    ("baby", 1),
    ("toddler", 1),
    ("boy", 1),
    ("girl", 1),
    ("son", 1),
    ("daughter", 1),
];

/// Those who do not come alone.
const YOUNG: [&str; 8] = ["kid", "child", "baby", "toddler", "boy", "girl", "son", "daughter"];

/// Words before "of 5" that make people of the number.
const GROUPS: [&str; 7] = ["family", "group", "party", "team", "round", "household", "crew"];

/// Words before a count that make a bound or a part of it.
const BOUND: [&str; 10] = ["least", "most", "to", "than", "maximum", "minimum", "max", "min", "over", "under"];

/// The most people that anything is made for.
const MOST: u32 = 60;

impl Reading<'_> {
    pub(super) fn party(&mut self) {
        let group = (0..self.tokens.len()).find_map(|at| Some((at, self.group(at)?)));
        if let Some((at, _)) = group.filter(|(at, _)| self.is_of_us(*at)) {
            // "About ten of us" is no price.
            let about = at.checked_sub(1).is_some_and(|i| ["about", "around"].iter().any(|w| self.tokens[i].is(w)));
            self.take(at - usize::from(about), at + 2);
        }
        let group = group.map(|(_, count)| count);
        self.need.must.people = group.or_else(|| self.counted()).filter(|n| (1..=MOST).contains(n));
    }

    pub(super) fn count_at(&self, at: usize) -> Option<u32> {
        let token = self.tokens.get(at)?;
        let digits = if token.is_number() { token.text.as_str() } else { number_word(&token.text)? };
        digits.parse().ok()
    }

    /// "family of five", "for the five of us", "for two" at the end of what is said.
    fn group(&self, at: usize) -> Option<u32> {
        let count = self.count_at(at)?;
        let before = |n: usize| at.checked_sub(n).and_then(|i| self.tokens.get(i)).map_or("", |t| t.text.as_str());
        let ends = self.tokens.get(at + 1).is_none_or(|t| !t.is_word() && !t.is_number());
        let of_group = before(1) == "of" && GROUPS.contains(&before(2));
        // "for 400" is an amount.
        let alone = before(1) == "for" && ends && (2..=8).contains(&count);
        // "We are four and a dog", but not "we are 5 friends", who are counted with others.
        let we = before(2) == "we" && before(1) == "are" && !self.counts(at + 1);
        (self.is_of_us(at) || of_group || alone || we && count > 1).then_some(count)
    }

    /// A count before "of us".
    fn is_of_us(&self, at: usize) -> bool {
        let behind = |n: usize| self.tokens.get(at + n).map_or("", |t| t.text.as_str());
        behind(1) == "of" && ["us", "them", "you"].contains(&behind(2))
    }

    /// The people that are counted one kind after another: "2 adults and 3 kids".
    fn counted(&self) -> Option<u32> {
        let (mut all, mut grown) = (0_u32, false);
        let mut accompanied = false;
        for at in 0..self.tokens.len() {
            let Some(count) = self.count_at(at) else { continue };
            let bound = at.checked_sub(1).is_some_and(|i| BOUND.contains(&self.tokens[i].text.as_str()));
            let small = |word: &str| ["small", "little", "young", "other", "more", "of"].contains(&word);
            let next = if self.tokens.get(at + 1).is_some_and(|t| small(&t.text)) { at + 2 } else { at + 1 };
            let Some(word) = self.tokens.get(next).filter(|t| t.is_word()).map(|t| singular(&t.text)) else { continue };
            let Some((_, each)) = COUNTED.iter().find(|(name, _)| *name == word).filter(|_| !bound) else { continue };
            let young = YOUNG.contains(&word.as_str());
            grown |= !young;
            // "camping with two kids": somebody goes with them.
            accompanied |= young
                && at.checked_sub(1).is_some_and(|i| ["with", "and", "my", "our"].iter().any(|w| self.tokens[i].is(w)));
            all = all.saturating_add(count.saturating_mul(*each));
        }
        (all > 0).then(|| all + u32::from(accompanied && !grown))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{tests::vocabulary, understand};

    #[test]
    fn how_many_go_is_read_in_five_languages() {
        let cases = [
            ("we're four and a dog, looking for a tent", Some(4)),
            ("a tent, there are five of us", Some(5)),
            ("On part à quatre à la montagne, il nous faut une tente", Some(4)),
            ("nous sommes cinq, il nous faut une tente", Some(5)),
            ("Wir sind zu viert und suchen ein Zelt", Some(4)),
            ("Somos cinco y buscamos una tienda de campaña", Some(5)),
            ("אנחנו ארבעה ומחפשים אוהל", Some(4)),
            ("a tent, we are 3 hours away from the sea", None),
        ];
        for (question, people) in cases {
            assert_eq!(understand(question, &vocabulary()).must.people, people, "{question}");
        }
    }
}
