//! How much a rating says: stars drawn towards the usual by few ratings, with a little for how many there are.
//!
//! A tie-break between what fits equally well, never more.

use super::Rating;

/// Stars that a product without ratings is taken to have, and how many ratings that opinion is worth.
const PRIOR_STARS: f64 = 3.8;
const PRIOR_COUNT: f64 = 15.0;

/// Average stars, 0 to 5, drawn towards the usual ones by few ratings (a Bayesian average).
pub fn shrunk_stars(rating: Option<Rating>) -> f64 {
    rating.filter(|r| r.stars.is_finite()).map_or(PRIOR_STARS, |r| {
        let count = f64::from(r.count);
        (r.stars.clamp(0.0, 5.0) * count + PRIOR_STARS * PRIOR_COUNT) / (count + PRIOR_COUNT)
    })
}

/// 0 to 1: four fifths stars, one fifth how many there are, on a logarithmic scale.
pub fn appeal(rating: Option<Rating>) -> f64 {
    let popularity = rating.map_or(0.0, |r| f64::from(r.count).ln_1p() / 15.0);
    0.8 * shrunk_stars(rating) / 5.0 + 0.2 * popularity.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rated(stars: f64, count: u32) -> Option<Rating> {
        Some(Rating { stars, count })
    }

    #[test]
    fn few_ratings_say_little_and_the_scale_is_kept() {
        assert!(shrunk_stars(rated(5.0, 1)) < shrunk_stars(rated(4.6, 300)));
        assert!(appeal(None) < appeal(rated(4.6, 300)));
        assert!(appeal(rated(1.0, 300)) < appeal(None));
        for rating in [None, rated(5.0, u32::MAX), rated(0.0, 0), rated(f64::NAN, 3), rated(-9.0, 9)] {
            assert!((0.0..=1.0).contains(&appeal(rating)), "{rating:?}");
        }
    }
}
