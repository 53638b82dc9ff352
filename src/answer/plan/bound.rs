//! What a question on a property holds it against: "quieter than 45 dB", "under 800 euros", "an 8 kg cat".
//!
//! Conditions here leave nothing out: they are what is asked, and the answer is yes or no.

use crate::domain::*;

/// The conditions of a question that its answer has to judge.
pub(super) fn asked(said: &Constraints) -> Constraints {
    Constraints {
        min_price: said.min_price,
        max_price: said.max_price,
        min_stars: said.min_stars,
        attributes: said.attributes.clone(),
        without: said.without.clone(),
        shops: said.shops.clone(),
        ..Constraints::default()
    }
}
