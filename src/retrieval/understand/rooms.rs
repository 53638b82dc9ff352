//! Room that a thing has to fit in: "under a 90 cm counter", "into a gap of 60 cm", "under a worktop 85 cm high".
//!
//! Reads a length and the place that it is of, on either side of it. What it bounds stands in `cues`.

use super::Reading;
use super::amounts::Amount;
use super::cues::{self, Cue};
use crate::retrieval::fits::{Place, place};
use crate::retrieval::units::{self, Dimension};

/// Words that say that a thing goes beneath; "at most" is what some tables make of them.
const BENEATH: [&str; 5] = ["under", "below", "beneath", "underneath", "most"];
/// Words between a place and its length.
const BETWEEN: [&str; 14] =
    ["of", "with", "a", "an", "the", "at", "is", "in", "only", "just", "my", "our", "about", "that"];
/// How far apart they may be.
const REACH: usize = 4;

impl Reading<'_> {
    /// The bound that a length beside a place is, with the tokens it takes.
    pub(super) fn room(&self, amount: &Amount) -> Option<(Cue, usize, usize)> {
        amount.unit.filter(|unit| units::dimension(unit) == Some(Dimension::Length))?;
        let (at, side) = self.place_behind(amount).or_else(|| self.place_before(amount))?;
        let place = place(&self.tokens[at].text)?;
        let from = amount.first.min(at);
        let beneath = (from.saturating_sub(REACH)..from).rev().find(|i| BENEATH.iter().any(|w| self.tokens[*i].is(w)));
        let first = match (place, beneath) {
            (Place::Under, None) => return None,
            // "at most" is two words.
            (Place::Under, Some(i)) => i.saturating_sub(usize::from(self.tokens[i].is("most"))),
            (Place::Into, _) => from,
        };
        Some((cues::room(place, side), first, amount.last.max(at)))
    }

    /// "90 cm counter", "90 cm high kitchen counter".
    fn place_behind(&self, amount: &Amount) -> Option<(usize, Option<&'static str>)> {
        let mut side = None;
        for at in amount.last + 1..=amount.last + REACH {
            let word = self.free_word(at)?;
            if place(word).is_some() {
                return Some((at, side));
            }
            side = side.or(named_side(word));
        }
        None
    }

    /// "counter of 90 cm", "niche with a width of 60 cm", "worktop only 85 cm high".
    fn place_before(&self, amount: &Amount) -> Option<(usize, Option<&'static str>)> {
        let mut side = self.free_word(amount.last + 1).and_then(named_side);
        for at in (amount.first.saturating_sub(REACH)..amount.first).rev() {
            let word = self.free_word(at)?;
            if place(word).is_some() {
                return Some((at, side));
            }
            if !BETWEEN.contains(&word) && named_side(word).is_none() {
                return None;
            }
            side = side.or(named_side(word));
        }
        None
    }
}

/// The side that a word names.
fn named_side(word: &str) -> Option<&'static str> {
    match word {
        "high" | "tall" | "height" => Some("height"),
        "wide" | "width" | "broad" => Some("width"),
        "deep" | "depth" => Some("depth"),
        _ => None,
    }
}
