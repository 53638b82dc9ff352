//! Brands and shops of this catalogue, by longest match on word boundaries.
//!
//! As the catalogue spells it, in any case, number or accent; or one slip away from it where nothing else is meant.

use super::{Reading, is_filler, is_preposition};
use crate::retrieval::fold::name_key;
use crate::retrieval::lexicon::{lexicon, synonym};
use crate::retrieval::spelling::EDIT;
use crate::retrieval::units;

/// Words before the brand of something that is not looked for.
const OF_ANOTHER: [&str; 13] = [
    "like",
    "similar",
    "alternative",
    "alternatives",
    "instead",
    "than",
    "compatible",
    "for",
    "fits",
    "replace",
    "replaces",
    "with",
    "no",
];

/// Words before a shop's name.
const AT: [&str; 5] = ["at", "from", "in", "by", "of"];

impl Reading<'_> {
    pub(super) fn shops(&mut self) {
        let vocabulary = self.vocabulary;
        let mut i = 0;
        while i < self.tokens.len() {
            let Some((n, shop)) = self.longest(i, 5, |p| vocabulary.shop(&name_key(p)).map(str::to_owned)) else {
                i += 1;
                continue;
            };
            let at = i > 0 && self.free_word(i - 1).is_some_and(|w| AT.contains(&w));
            let also_brand = vocabulary.brand(&name_key(&self.phrase(i, n))).is_some();
            if at || (!also_brand && !vocabulary.knows(&self.tokens[i].text)) || (n > 1 && !also_brand) {
                if !self.need.must.shops.contains(&shop) {
                    self.need.must.shops.push(shop);
                }
                self.take(if at { i - 1 } else { i }, i + n - 1);
            }
            i += n;
        }
    }

    /// The shop named at `at`, with the tokens of its name; not where the name is an everyday word of the catalogue.
    pub(super) fn shop_at(&self, at: usize) -> Option<(usize, String)> {
        let (n, shop) = self.longest(at, 5, |p| self.vocabulary.shop(&name_key(p)).map(str::to_owned))?;
        (n > 1 || !self.vocabulary.knows(&self.tokens[at].text)).then_some((n, shop))
    }

    pub(super) fn brands(&mut self) {
        let vocabulary = self.vocabulary;
        let mut i = 0;
        while i < self.tokens.len() {
            let found = self.longest(i, 4, |p| vocabulary.brand(&name_key(p)).map(str::to_owned));
            let Some((n, brand)) = found.filter(|(n, _)| *n > 1 || self.may_be_a_brand(i)) else {
                // Not taken: the search repairs the word as well, and tells so.
                if let Some(brand) = self.misspelt_brand(i) {
                    self.ask_for(brand);
                }
                i += 1;
                continue;
            };
            self.ask_for(brand);
            self.tokens[i..i + n].iter_mut().for_each(|token| token.used = true);
            i += n;
        }
    }

    /// A brand that is known everywhere and that nothing here is of: asked for all the same, so that the answer says so.
    pub(super) fn foreign_brand(&mut self) {
        let known = |phrase: &str| {
            let key = name_key(phrase);
            lexicon().brands.get(&key).filter(|_| !self.vocabulary.mentions_brand(&key)).cloned()
        };
        let mut i = 0;
        while i < self.tokens.len() {
            let found = self.longest(i, 3, known).filter(|(_, (_, everyday))| !everyday || self.has_capital(i));
            // "1/2 hp pump" measures.
            let unit = i > 0 && self.tokens[i - 1].is_number() && units::symbol(&self.tokens[i].text).is_some();
            let Some((n, (brand, _))) = found.filter(|_| !unit && !self.is_for_another(i)) else {
                i += 1;
                continue;
            };
            self.ask_for(brand);
            self.tokens[i..i + n].iter_mut().for_each(|token| token.used = true);
            i += n;
        }
    }

    fn ask_for(&mut self, brand: String) {
        if !self.need.must.brands.contains(&brand) {
            self.need.must.brands.push(brand);
        }
    }

    fn has_capital(&self, i: usize) -> bool {
        i > 0 && self.tokens[i].raw.chars().next().is_some_and(char::is_uppercase)
    }

    /// "like a Dyson", "compatible with Bosch", "a case for my Nikon": the brand of something else.
    fn is_for_another(&self, i: usize) -> bool {
        let before = (i.saturating_sub(3)..i).map(|k| self.tokens[k].text.as_str());
        before.into_iter().any(|word| OF_ANOTHER.contains(&word))
    }

    /// The brand that an unknown word is one slip away from.
    fn misspelt_brand(&self, i: usize) -> Option<String> {
        const SHORTEST: usize = 5;
        let word = self.free_word(i).filter(|w| w.chars().count() >= SHORTEST && !is_filler(w))?;
        if lexicon().brands.contains_key(&name_key(word)) {
            return None;
        }
        if self.vocabulary.knows(word) || lexicon().wants.contains_key(word) || synonym(word).is_some() {
            return None;
        }
        let meant = self.vocabulary.meant(word).into_iter().next().filter(|meant| meant.cost <= EDIT)?;
        self.vocabulary.brand(&name_key(meant.word)).map(str::to_owned)
    }

    /// A brand that is also an everyday word counts only when typed with a capital.
    fn may_be_a_brand(&self, i: usize) -> bool {
        let token = &self.tokens[i];
        let capital = token.raw.chars().next().is_some_and(char::is_uppercase) && i > 0;
        let everyday = is_filler(&token.text)
            || is_preposition(&token.text)
            || self.vocabulary.in_category_name(&name_key(&token.text))
            || token.text.chars().count() < 2;
        !token.is_number() && (capital || !everyday)
    }

    fn phrase(&self, at: usize, n: usize) -> String {
        (at..at + n).map(|i| self.tokens[i].text.as_str()).collect::<Vec<_>>().join(" ")
    }
}
