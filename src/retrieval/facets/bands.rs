//! Bounds of bands that people would choose: multiples of 1-2-5 steps that leave roughly equal counts.
//!
//! Works on whole numbers of any small unit, so that money stays exact. Knows nothing of what is counted.

/// Bands at most, and how many values make one worth having.
const MOST_BANDS: usize = 5;
const VALUES_PER_BAND: usize = 4;

/// How far from its quantile a bound may go for a rounder number, as a share of a band's values.
const PLAY: f64 = 0.4;

/// A band with less than this share of an equal part is joined with its neighbour.
const LEAST_SHARE: f64 = 0.4;

/// The largest step tried is this power of ten; larger numbers have no bands.
const LARGEST: u32 = 30;

/// Inner bounds of bands, ascending: a band reaches from one bound, inclusive, to below the next. `sorted` ascends; a
/// bound is a multiple of `least`, a power of ten. Empty where nearly all values are the same.
pub fn bounds(sorted: &[i128], least: i128) -> Vec<i128> {
    let (Some(&first), Some(last)) = (sorted.first(), sorted.len().checked_sub(1)) else { return Vec::new() };
    let bands = (sorted.len() / VALUES_PER_BAND).clamp(2, MOST_BANDS);
    let at = |share: f64, round: fn(f64) -> f64| {
        // In bounds: the share is clamped, and a cast of a float saturates.
        sorted.get((round(share.clamp(0.0, 1.0) * last as f64) as usize).min(last)).copied().unwrap_or(first)
    };
    let fewest = ((sorted.len() as f64 / bands as f64 * LEAST_SHARE).ceil() as usize).max(1);
    let mut bounds: Vec<i128> = Vec::new();
    let mut below = 0;
    for band in 1..bands {
        let share = band as f64 / bands as f64;
        let play = PLAY / bands as f64;
        // Nothing lies below the first value, so no bound may.
        let (low, high) = (at(share - play, f64::floor).max(first.saturating_add(1)), at(share + play, f64::ceil));
        let Some(bound) = roundest(low, high, at(share, f64::round), least) else { continue };
        let under = sorted.partition_point(|value| *value < bound);
        if under >= below + fewest && sorted.len() - under >= fewest {
            bounds.push(bound);
            below = under;
        }
    }
    bounds
}

/// The multiple of the largest step 1, 2 or 5 times a power of ten that lies between `low` and `high`, both inclusive,
/// and of those the nearest to `wanted`.
fn roundest(low: i128, high: i128, wanted: i128, least: i128) -> Option<i128> {
    if low <= 0 && high >= 0 {
        return Some(0);
    }
    // Of a step with more digits than either end only zero is a multiple between them.
    let digits = low.unsigned_abs().max(high.unsigned_abs()).ilog10().min(LARGEST);
    let steps = (0..=digits).rev().flat_map(|power| [5, 2, 1].map(|digit| digit * 10_i128.pow(power)));
    for step in steps.filter(|step| *step >= least && step % least.max(1) == 0) {
        let down = |value: i128| value.div_euclid(step).checked_mul(step);
        let (first, last) = (down(low.checked_add(step - 1)?)?, down(high)?);
        if first <= last {
            return Some(down(wanted.checked_add(step / 2)?)?.clamp(first, last));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds_are_the_ones_people_choose() {
        let hundred: Vec<i128> = (1..=100).collect();
        assert_eq!(bounds(&hundred, 1), [20, 40, 60, 80]);
        // A long tail gets wider bands where it thins out.
        let tail: Vec<i128> = (0..50).map(|n| (1.17_f64.powi(n) * 10.0) as i128).collect();
        assert_eq!(bounds(&tail, 1), [50, 200, 2000, 10_000]);
        assert_eq!(bounds(&[39_900, 54_900, 68_900], 10), [50_000]);
    }

    #[test]
    fn what_does_not_differ_has_no_bands() {
        assert_eq!(bounds(&[], 1), []);
        assert_eq!(bounds(&[7, 7, 7], 1), []);
        let mostly: Vec<i128> = std::iter::repeat_n(100, 90).chain(101..=110).collect();
        assert_eq!(bounds(&mostly, 1), [], "nine in ten are the same");
        let half: Vec<i128> = std::iter::repeat_n(100, 50).chain(101..=150).collect();
        assert_eq!(bounds(&half, 1), [110, 130]);
    }

    proptest! {
        #[test]
        fn no_band_is_empty_and_every_bound_is_round(
            mut values in proptest::collection::vec(-1_000_000_i128..1_000_000, 0..300),
            power in 0_u32..3,
        ) {
            let least = 10_i128.pow(power);
            values.iter_mut().for_each(|value| *value -= value.rem_euclid(least));
            values.sort_unstable();
            let bounds = bounds(&values, least);
            prop_assert!(bounds.len() < MOST_BANDS);
            prop_assert!(bounds.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(bounds.iter().all(|bound| bound % least == 0));
            let mut below = 0;
            for bound in &bounds {
                let under = values.partition_point(|value| value < bound);
                prop_assert!(under > below && under < values.len());
                below = under;
            }
            let differ = values.first() != values.last();
            prop_assert!(differ || bounds.is_empty());
        }

        #[test]
        fn any_numbers_are_taken(mut values: Vec<i128>) {
            values.sort_unstable();
            let _ = bounds(&values, 1);
        }
    }
}
