//! The demo catalogue: invented shops, products, prices and reviews, made by a seeded program from word lists.
//!
//! Everything it makes is marked invented. Reads no clock and no file; the same seed and week give the same catalogue.

mod history;
mod lists;
mod offers;
mod product;
mod random;
mod reviews;

#[cfg(test)]
mod tests;

use crate::domain::{Observation, Timestamp};
use lists::Lists;
use random::Random;

/// The seed of the catalogue that `import demo` loads.
pub const SEED: u64 = 0x00e3_9709;

/// The demo catalogue as of `now`: it ends at the start of the current week (Monday, 00:00 UTC), so that loading it
/// twice adds nothing and loading it a week later adds that week.
pub fn observations(now: Timestamp) -> Vec<Observation> {
    generate(SEED, history::week_start(now))
}

/// A catalogue with 18 months of prices that end at `until`, oldest observation first.
///
/// Empty only where the embedded word lists do not parse, which the tests rule out.
pub fn generate(seed: u64, until: Timestamp) -> Vec<Observation> {
    let until = history::week_start(until);
    let lists = match Lists::load() {
        Ok(lists) => lists,
        Err(error) => {
            tracing::error!("demo catalogue: {error}");
            return Vec::new();
        }
    };
    let mut writer = reviews::Writer::new(&lists, until);
    let mut all = Vec::new();
    let mut made = product::make_all(&lists, seed);
    for (serial, made) in made.iter_mut().enumerate() {
        let mut random = Random::for_name(seed, &format!("offers of {}", made.facts.title));
        let count = review_count(made, &mut random);
        let mut reviews = writer.reviews(made, count, &format!("r{serial}"), &mut random);
        if serial % 190 == 37 {
            reviews.extend(writer.burst(made, &format!("r{serial}"), &mut random));
        }
        let questions = writer.questions(made, &mut random);
        made.facts.rating = offers::rating(made, &reviews, &mut random);
        all.extend(offers::observe(&lists, made, serial, until, (reviews, questions), &mut random));
    }
    all.sort_by_key(|o| o.observed_at);
    all
}

/// A few are talked about, most are not.
fn review_count(made: &product::Made<'_>, random: &mut Random) -> usize {
    let (fame, least) = match made.kind.category.as_str() {
        "kitchen > dishwashers" | "audio > headphones" | "travel > seaside stays" => (1.7, 4.5),
        _ => (0.92, 0.42),
    };
    (random.unit().powf(2.4) * 15.5 * fame + least) as usize
}
