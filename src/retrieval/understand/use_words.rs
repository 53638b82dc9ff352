//! The part of a question that tells what the thing is for: its words without the thing and without what rules have read.
//!
//! Text for an embedding model, nothing more. Never reads a condition or a wish.

use super::{Reading, is_filler, is_preposition};
use crate::retrieval::fold::{name_key, singular};

impl Reading<'_> {
    pub(super) fn use_words(&self) -> Option<String> {
        let mut named: Vec<String> = self.thing_words().unwrap_or_default();
        let brands = self.need.must.brands.iter().chain(&self.need.must.not_brands);
        named.extend(brands.flat_map(|brand| name_key(brand).split(' ').map(str::to_owned).collect::<Vec<_>>()));
        let open = self.tokens.iter().zip(&self.cut).filter(|(token, cut)| token.is_word() && !**cut);
        let words: Vec<&str> =
            open.map(|(token, _)| token.text.as_str()).filter(|word| !named.contains(&singular(word))).collect();
        let tells = words.iter().any(|word| !is_filler(word) && !is_preposition(word));
        tells.then(|| words.join(" "))
    }
}
