//! Places that a thing has to fit under or into: "a 90 cm counter", "a 60 cm gap". A length beside one is a bound.
//!
//! Only reads its word list, `assets/lexicon/fits.txt`; which side the length bounds is decided where it is read.

use super::fold::singular;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How a thing stands to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Its height counts.
    Under,
    /// Its width counts.
    Into,
}

static PLACES: LazyLock<HashMap<&'static str, Place>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/lexicon/fits.txt").lines().filter(|line| !line.starts_with('#'));
    let named = lines.filter_map(|line| line.split_once('='));
    let place = |right: &str| if right.trim() == "under" { Place::Under } else { Place::Into };
    named.flat_map(|(left, right)| left.split('|').map(move |word| (word.trim(), place(right)))).collect()
});

/// The place that a word in English names.
pub fn place(word: &str) -> Option<Place> {
    PLACES.get(singular(word).as_str()).copied()
}
