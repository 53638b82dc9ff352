//! One order of what was found by words and what was found by meaning.
//!
//! Pure: ids and scores in, ids in order out. Meaning moves only what words can hardly tell apart, and brings new
//! products in below the best by words: whatever words find among the first hundred stays among them.

use crate::domain::ProductId;
use std::collections::{HashMap, HashSet};

/// Hits by words that meaning may move.
pub const MOVED: usize = 100;
/// Share of the best score by words that the best similarity makes up for: where words are sure, where they are not.
const SURE: f64 = 0.04;
const UNSURE: f64 = 0.15;
/// How far, as a share of the best score, the tenth hit falls behind where words are quite sure.
const DECIDED: f64 = 0.3;
/// How far the best similarity stands above the middle one where meaning is quite sure.
const STANDS_OUT: f64 = 0.15;
/// Similarity below which meaning alone brings nothing in.
const LEAST_SIMILARITY: f64 = 0.30;

/// Orders `lexical` (best first, scores above zero) with the help of `dense` (cosine similarities in any order, of
/// lexical hits and of others). A dense side that tells nothing apart leaves the lexical order as it is. Every lexical
/// hit is in the result once.
pub fn fuse(lexical: &[(ProductId, f64)], dense: &[(ProductId, f32)]) -> Vec<ProductId> {
    let similar: HashMap<ProductId, f64> =
        dense.iter().filter(|(_, near)| near.is_finite()).map(|(id, near)| (*id, f64::from(*near))).collect();
    let (moved, rest) = lexical.split_at(lexical.len().min(MOVED));
    let weight = dense_sureness(&similar) * (UNSURE + (SURE - UNSURE) * lexical_sureness(moved));
    let (least, best) = range(similar.values().copied());
    let best_score = moved.first().map_or(1.0, |(_, score)| *score).max(f64::MIN_POSITIVE);
    let mut order: Vec<(ProductId, f64)> = moved
        .iter()
        .map(|(id, score)| {
            let near = similar.get(id).map_or(0.0, |near| (near - least) / (best - least).max(f64::MIN_POSITIVE));
            (*id, score / best_score + weight * near)
        })
        .collect();
    // Stable: equals stay in the order of words.
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let known: HashSet<ProductId> = lexical.iter().map(|(id, _)| *id).collect();
    let mut new: Vec<(ProductId, f64)> = similar
        .iter()
        .filter(|(id, near)| !known.contains(id) && **near >= LEAST_SIMILARITY)
        .map(|(id, near)| (*id, *near))
        .collect();
    new.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    order.iter().chain(&new).chain(rest).map(|(id, _)| *id).collect()
}

/// 0: ten hits with one score; 1: the tenth is far behind, or there are too few hits to be in doubt.
fn lexical_sureness(hits: &[(ProductId, f64)]) -> f64 {
    let (Some((_, first)), Some((_, tenth))) = (hits.first(), hits.get(9).or(hits.last())) else { return 1.0 };
    if *first <= 0.0 {
        return 0.0;
    }
    ((first - tenth) / first / DECIDED).clamp(0.0, 1.0)
}

/// 0: all equally near; 1: the best stands well above the middle.
fn dense_sureness(similar: &HashMap<ProductId, f64>) -> f64 {
    let mut all: Vec<f64> = similar.values().copied().collect();
    all.sort_by(f64::total_cmp);
    match (all.last(), all.get(all.len() / 2)) {
        (Some(best), Some(middle)) => ((best - middle) / STANDS_OUT).clamp(0.0, 1.0),
        _ => 0.0,
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, f64::MIN), |(least, most), value| (least.min(value), most.max(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(order: &[ProductId]) -> Vec<i64> {
        order.iter().map(|id| id.0).collect()
    }

    fn lexical(scores: &[f64]) -> Vec<(ProductId, f64)> {
        scores.iter().enumerate().map(|(at, score)| (ProductId(at as i64), *score)).collect()
    }

    #[test]
    fn meaning_orders_what_words_cannot_tell_apart() {
        let dense = [(ProductId(2), 0.8), (ProductId(0), 0.4), (ProductId(1), 0.3)];
        assert_eq!(ids(&fuse(&lexical(&[5.0, 5.0, 5.0]), &dense)), [2, 0, 1]);
    }

    #[test]
    fn meaning_does_not_overrule_words_that_are_sure() {
        let dense = [(ProductId(2), 0.9), (ProductId(0), 0.3), (ProductId(1), 0.3)];
        assert_eq!(ids(&fuse(&lexical(&[10.0, 6.0, 5.0]), &dense)), [0, 1, 2]);
    }

    #[test]
    fn nothing_by_meaning_or_nothing_told_apart_leaves_words_alone() {
        let words = lexical(&[3.0, 2.9, 2.9, 1.0]);
        assert_eq!(ids(&fuse(&words, &[])), [0, 1, 2, 3]);
        let flat: Vec<_> = (0..4).map(|id| (ProductId(id), 0.5)).collect();
        assert_eq!(ids(&fuse(&words, &flat)), [0, 1, 2, 3]);
        assert_eq!(ids(&fuse(&words, &[(ProductId(3), f32::NAN)])), [0, 1, 2, 3]);
    }

    #[test]
    fn what_only_meaning_finds_comes_below_the_first_hundred() {
        let words = lexical(&[1.0; 120]);
        let dense = [(ProductId(500), 0.9), (ProductId(501), 0.95), (ProductId(502), 0.1)];
        let order = ids(&fuse(&words, &dense));
        assert_eq!((order[100], order[101], order[102], order.len()), (501, 500, 100, 122));
        assert_eq!(ids(&fuse(&[], &dense)), [501, 500]);
    }

    proptest! {
        #[test]
        fn the_first_hundred_by_words_stay_the_first_hundred(
            scores in proptest::collection::vec(0.0_f64..20.0, 0..150),
            near in proptest::collection::vec((0_i64..300, -1.0_f32..1.0), 0..200),
        ) {
            let mut scores = scores;
            scores.sort_by(|a, b| b.total_cmp(a));
            let words = lexical(&scores);
            let dense: Vec<_> = near.into_iter().map(|(id, near)| (ProductId(id), near)).collect();
            let order = fuse(&words, &dense);
            let first = words.len().min(MOVED);
            let mut top = ids(&order[..first]);
            top.sort_unstable();
            prop_assert_eq!(top, (0..first as i64).collect::<Vec<_>>());
            let all: HashSet<ProductId> = order.iter().copied().collect();
            prop_assert_eq!(all.len(), order.len());
            prop_assert!(words.iter().all(|(id, _)| all.contains(id)));
        }
    }
}
