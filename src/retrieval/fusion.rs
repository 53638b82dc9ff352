//! What meaning adds to the score by words.
//!
//! Pure: similarities in, gains out. Words that are all found leave meaning little to say; the more of them no product
//! has, the more it says.

use crate::domain::ProductId;
use std::collections::HashMap;

/// How many of the nearest products take part; the last of them gains nothing.
pub const NEAREST: usize = 200;
/// What the nearest product gains, as a share of a full match by words: where words find all that was asked, and how
/// much more where they find nothing. Set on one half of the judged queries of `sh tests/bench/run fusion`, where
/// everything from 0.1 to 0.3 and from 1 to 2 is as good within the intervals.
const COVERED: f64 = 0.2;
const UNCOVERED: f64 = 1.5;
/// How far the nearest stands above the last of those that take part where meaning is quite sure.
const STANDS_OUT: f64 = 0.2;
/// Similarity below which nothing is alike, however few are more so.
pub const LEAST_SIMILARITY: f64 = 0.25;

/// Candidates by words that meaning orders where words suffice.
pub const ORDERED: usize = 100;
/// The share of a full match from which on words suffice.
const SUFFICIENT: f64 = 0.9;

/// Whether a best score by words, as a share of a full match, leaves nothing for meaning to find: then it orders what
/// words found, and the scan of all vectors, the longest part of a search in a large catalogue, is not needed.
pub fn words_suffice(covered: f64) -> bool {
    covered >= SUFFICIENT
}

/// What each of the nearest products gains, as a share of a full match by words: in proportion to how far it stands
/// above the last of them. `covered` is the best score by words as such a share; `nearest` are cosine similarities.
pub fn gains(covered: f64, nearest: &[(ProductId, f32)]) -> HashMap<ProductId, f64> {
    let near = || nearest.iter().map(|(id, near)| (*id, f64::from(*near))).filter(|(_, near)| near.is_finite());
    let (least, most) = near().fold((f64::MAX, f64::MIN), |(least, most), (_, x)| (least.min(x), most.max(x)));
    let span = most - least;
    if span <= 0.0 {
        return HashMap::new();
    }
    let weight = (COVERED + UNCOVERED * (1.0 - covered).clamp(0.0, 1.0)) * (span / STANDS_OUT).min(1.0);
    let alike = near().filter(|(_, near)| *near >= LEAST_SIMILARITY && *near > least);
    alike.map(|(id, near)| (id, weight * ((near - least) / span))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(similarities: &[f32]) -> Vec<(ProductId, f32)> {
        similarities.iter().enumerate().map(|(at, near)| (ProductId(at as i64), *near)).collect()
    }

    #[test]
    fn the_less_words_find_the_more_meaning_says() {
        let gain = |covered| gains(covered, &near(&[0.8, 0.5, 0.4]))[&ProductId(0)];
        assert!(gain(1.0) < gain(0.6) && gain(0.6) < gain(0.0), "{} {} {}", gain(1.0), gain(0.6), gain(0.0));
        assert_eq!((gain(1.0), gain(1.2)), (COVERED, COVERED));
        assert!(gain(0.0) > 1.0, "more than words that find nothing can");
    }

    #[test]
    fn the_nearer_gain_more_and_the_last_nothing() {
        let gains = gains(0.9, &near(&[0.8, 0.6, 0.4]));
        assert!((gains[&ProductId(0)] - 2.0 * gains[&ProductId(1)]).abs() < 1e-6);
        assert!(!gains.contains_key(&ProductId(2)));
    }

    #[test]
    fn what_is_told_apart_by_little_or_like_nothing_gains_little_or_nothing() {
        let flat = gains(0.5, &near(&[0.52, 0.5, 0.5]))[&ProductId(0)];
        assert!(flat < gains(0.5, &near(&[0.9, 0.5, 0.5]))[&ProductId(0)] / 5.0);
        assert!(gains(0.0, &near(&[0.2, 0.1, 0.0])).is_empty(), "nothing is alike");
        assert!(gains(0.0, &near(&[0.5, 0.5])).is_empty() && gains(0.0, &[]).is_empty());
        let odd = [(ProductId(1), f32::NAN), (ProductId(2), 0.9), (ProductId(3), 0.3)];
        assert_eq!(gains(0.0, &odd).into_keys().collect::<Vec<_>>(), [ProductId(2)]);
    }

    proptest! {
        #[test]
        fn gains_are_bounded_whatever_comes(
            covered in -1.0_f64..2.0,
            similarities in proptest::collection::vec(-1.0_f32..1.0, 0..50),
        ) {
            for gain in gains(covered, &near(&similarities)).into_values() {
                prop_assert!(gain > 0.0 && gain <= COVERED + UNCOVERED);
            }
        }
    }
}
