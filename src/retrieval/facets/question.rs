//! Which facet is worth asking the shopper about, if any.
//!
//! Decides from the counts alone. Never words the question.

use crate::domain::{Aspect, Facet, FacetValue};

/// Bits of entropy over the products that state it below which a facet does not really split.
const LEAST_SCORE: f64 = 0.8;

/// Answers offered.
const MOST_ANSWERS: usize = 4;

/// An answer that fewer of all products fit than one in so many is not worth offering.
const ONE_IN: usize = 12;

/// A facet to ask about, with the answers that most products fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<'a> {
    pub facet: &'a Facet,
    /// Two to four, in the facet's order.
    pub answers: Vec<&'a FacetValue>,
}

/// The facet to ask about. `None` where nothing splits the result well, where the need has settled it, or where the
/// order stands whatever is answered: at least two of the leading products must make way at any answer.
pub fn best_question(facets: &[Facet]) -> Option<Question<'_>> {
    let mut askable: Vec<&Facet> = facets.iter().filter(|facet| worth_asking(facet)).collect();
    // Anybody can say what kind of thing and how much; the rest goes by how well it splits.
    askable.sort_by_key(|facet| match facet.aspect {
        Aspect::Category => 0,
        Aspect::Price => 1,
        _ => 2,
    });
    askable.into_iter().find_map(|facet| {
        let mut answers: Vec<(usize, &FacetValue)> =
            facet.values.iter().enumerate().filter(|(_, value)| value.count * ONE_IN >= facet.of).collect();
        answers.sort_by_key(|(at, value)| (std::cmp::Reverse(value.count), *at));
        answers.truncate(MOST_ANSWERS);
        answers.sort_by_key(|(at, _)| *at);
        (answers.len() >= 2).then(|| Question { facet, answers: answers.into_iter().map(|(_, value)| value).collect() })
    })
}

fn worth_asking(facet: &Facet) -> bool {
    // Nobody wants the worse rated or what cannot be had; a shop is no property of the thing.
    let askable = !matches!(facet.aspect, Aspect::Rating | Aspect::Availability | Aspect::Shop);
    let silent = facet.unstated + facet.foreign.values().sum::<usize>();
    askable
        && !facet.settled
        && facet.of > Facet::LEADING
        && facet.score >= LEAST_SCORE
        && silent * 2 <= facet.of
        && facet.values.iter().all(|value| value.leading + 2 <= Facet::LEADING)
}
