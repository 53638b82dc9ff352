//! The stem under which spellings of a word meet: Porter's second English algorithm for Latin letters.
//!
//! Knows no meaning. Words of other scripts are their own stems.

use rust_stemmers::{Algorithm, Stemmer};

/// The stem of a folded word.
pub fn stem(word: &str) -> String {
    if !word.is_ascii() || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}
