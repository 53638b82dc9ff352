//! A product as it was known at an earlier moment: whether at all, and rated by the reviews that were written by then.
//!
//! Names, descriptions and attributes are kept as they are now only; an answer says so. Never guesses a date.

use crate::domain::*;
use crate::store::{self, Reader};

/// Reviews read at most for one product.
const MOST_REVIEWS: usize = 20_000;

/// What an answer from an earlier moment says of itself.
pub const NOTE: &str =
    "ratings are of the dated reviews written by then; names and attributes are kept as they are now only";

/// The product as known at `as_of`; `None` where nothing of it had been seen by then. Without a moment: as it is.
///
/// # Errors
/// Those of the store.
pub fn known(reader: &Reader, mut product: Product, as_of: Option<Timestamp>) -> store::Result<Option<Product>> {
    let Some(moment) = as_of else { return Ok(Some(product)) };
    let stars = stars_by(reader, product.id, moment)?;
    let seen = match stars.is_empty() {
        false => true,
        true => reader.history(product.id, None)?.points.iter().any(|p| p.at <= moment && p.outcome.is_good()),
    };
    product.facts.rating = mean(&stars);
    Ok(seen.then_some(product))
}

/// The rating by the reviews of a product that were written by a moment; undated ones cannot be told to have been there.
///
/// # Errors
/// Those of the store.
pub fn rating(reader: &Reader, product: ProductId, moment: Timestamp) -> store::Result<Option<Rating>> {
    Ok(mean(&stars_by(reader, product, moment)?))
}

/// Whether a text of that date was there at a moment.
pub fn was_there(written: Option<Timestamp>, as_of: Option<Timestamp>) -> bool {
    as_of.is_none_or(|moment| written.is_some_and(|at| at <= moment))
}

/// Stars given by then. A review without stars still shows that the product was known: it counts as no stars.
fn stars_by(reader: &Reader, product: ProductId, moment: Timestamp) -> store::Result<Vec<Option<f64>>> {
    let reviews = reader.reviews(product, MOST_REVIEWS)?;
    Ok(reviews.iter().filter(|r| was_there(r.text.written_at, Some(moment))).map(|r| r.text.stars).collect())
}

fn mean(stars: &[Option<f64>]) -> Option<Rating> {
    let given: Vec<f64> = stars.iter().flatten().copied().filter(|s| s.is_finite()).collect();
    let count = u32::try_from(given.len()).ok().filter(|n| *n > 0)?;
    Some(Rating { stars: given.iter().sum::<f64>() / f64::from(count), count })
}
