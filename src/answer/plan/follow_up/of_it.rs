//! A property alone, asked of the product in talk: "energy class?", "and the weight?", in the question's language.
//!
//! Knows a property by the lists, by the catalogue, or because a product in talk or one shown beside it states it.

use super::{Reading, key};
use crate::answer::phrases::Phrases;
use crate::answer::plan::mention::{is_mark, text};
use crate::answer::plan::{about, fact};
use crate::domain::*;
use crate::retrieval::{PlainWord, is_stop_word, name_key};

impl Reading<'_> {
    /// "energy class?", "and waterproof?" behind a question on one product asks it of the same one.
    pub(super) fn asks_of_it(&self, need: &mut Need) -> bool {
        let single = matches!(
            self.previous.kind,
            QuestionKind::ProductFact | QuestionKind::PriceHistory | QuestionKind::Reviews
        );
        let asks = self.words.last().is_some_and(|w| w.text == "?");
        let Some(row) = self.previous.focus.first().filter(|_| single && asks && self.count() <= 4) else {
            return false;
        };
        if need.must.category.is_some() || !need.must.brands.is_empty() || need.must.max_price.is_some() {
            return false;
        }
        let known = |phrase: &str| fact::fact_name(phrase, self.vocabulary).or_else(|| self.stated(phrase));
        let Some((fact, (from, to))) = about::property(self.words, &known) else { return false };
        let around = |w: &PlainWord| is_mark(w) || is_stop_word(&w.text) || ["how", "and"].contains(&w.text.as_str());
        if !self.words[..from].iter().chain(&self.words[to..]).all(around) {
            return false;
        }
        let said = text(&self.words[from..to]);
        if let (Language::En, Some((language, _))) = (need.language, Phrases::aspect_named(&said)) {
            // A word alone tells its language by this table only.
            need.language = language;
        }
        need.kind = QuestionKind::ProductFact;
        need.fact = Some(fact);
        need.products = vec![key(row)];
        need.must = Constraints::default();
        need.sure = 0.8;
        true
    }

    /// The attribute of a product in talk, or of one shown beside it, that a phrase names in any language.
    fn stated(&self, phrase: &str) -> Option<String> {
        let named = |name: &str| name_key(&name.replace(['_', '-'], " "));
        let english = Phrases::aspect_named(phrase).map(|(_, label)| named(label));
        let keys = [Some(named(phrase)), english];
        let mut names = self.previous.focus.iter().chain(&self.previous.rows).flat_map(|row| &row.stated);
        names.find(|name| keys.contains(&Some(named(name)))).map(|name| name.replace('_', " "))
    }
}
