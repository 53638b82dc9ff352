//! Reviews that call for care: bursts of top marks within days, and texts that are near copies of each other.
//!
//! Counts by a stated rule; accuses nobody and leaves no review out.

use crate::answer::event::Suspicion;
use crate::domain::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A burst is looked for in stretches of this many days.
const DAYS: i64 = 3;
/// Five-star reviews that a stretch needs at least.
const LEAST: usize = 5;
/// How many times as many as an even spread over all days would give.
const TIMES: f64 = 5.0;
/// Share of three-word stretches in common from which two texts are near copies.
const ALIKE: f64 = 0.6;
/// Shorter texts ("Great!") are alike by chance.
const WORDS: usize = 8;
/// Smallest hashes of a text under which near copies are looked up.
const SKETCH: usize = 6;

/// What calls for care in the reviews of one product.
pub fn find(reviews: &[Review]) -> Vec<Suspicion> {
    bursts(reviews).into_iter().chain(copies(reviews)).collect()
}

const DAY: i64 = 86_400;

fn bursts(reviews: &[Review]) -> Vec<Suspicion> {
    let dated: Vec<i64> = reviews.iter().filter_map(|r| r.text.written_at).map(|at| at.as_second()).collect();
    let (Some(first), Some(last)) = (dated.iter().min(), dated.iter().max()) else { return Vec::new() };
    let days = ((last - first) / DAY + 1).max(1) as f64;
    let top = |r: &&Review| r.text.stars.is_some_and(|s| s >= 4.75);
    let mut times: Vec<i64> =
        reviews.iter().filter(top).filter_map(|r| r.text.written_at).map(|at| at.as_second()).collect();
    times.sort_unstable();
    let even = times.len() as f64 * DAYS as f64 / days;
    if days <= 2.0 * DAYS as f64 {
        // All reviews are of one week: there is no usual pace to be faster than.
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut from = 0;
    while from < times.len() {
        let count = times[from..].iter().take_while(|t| **t < times[from] + DAYS * DAY).count();
        if count < LEAST || (count as f64) < TIMES * even {
            from += 1;
            continue;
        }
        let at = |second: i64| Timestamp::from_second(second).ok();
        let (start, end) = (at(times[from]), at(times[from + count - 1]));
        let text = format!(
            "{count} of {} five-star reviews came within {DAYS} days; an even spread would give {even:.1}",
            times.len()
        );
        found.push(Suspicion { reviews: u32::try_from(count).unwrap_or(u32::MAX), from: start, until: end, text });
        from += count;
    }
    found
}

/// Hashes of the three-word stretches of a text; none of a short one.
fn stretches(text: &str) -> BTreeSet<u64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.len() < WORDS {
        return BTreeSet::new();
    }
    let hash = |span: &[&str]| {
        let mut hasher = DefaultHasher::new();
        span.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(3).map(hash).collect()
}

fn alike(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> bool {
    let common = a.intersection(b).count();
    common as f64 >= ALIKE * (a.len() + b.len() - common) as f64
}

fn copies(reviews: &[Review]) -> Vec<Suspicion> {
    let sets: Vec<BTreeSet<u64>> = reviews.iter().map(|r| stretches(&r.text.body)).collect();
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    // The first of its kind for every review that is a near copy of an earlier one.
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, set) in sets.iter().enumerate() {
        let mut seen: HashSet<usize> = HashSet::new();
        let earlier = set.iter().take(SKETCH).filter_map(|hash| by_hash.get(hash)).flatten();
        let origin = earlier.copied().filter(|i| seen.insert(*i)).find(|i| alike(&sets[*i], set));
        match origin {
            Some(first) => groups.entry(first).or_default().push(at),
            None => set.iter().take(SKETCH).for_each(|hash| by_hash.entry(*hash).or_default().push(at)),
        }
    }
    let group = |(first, rest): (usize, Vec<usize>)| {
        let all: Vec<&Review> = std::iter::once(first).chain(rest).map(|i| &reviews[i]).collect();
        let dates = || all.iter().filter_map(|r| r.text.written_at);
        let start: String = reviews[first].text.body.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
        let text = format!(
            "{} reviews share {:.0}% or more of their wording (\"{}…\")",
            all.len(),
            ALIKE * 100.0,
            crate::answer::clean::quoted(&start, 60)
        );
        let reviews = u32::try_from(all.len()).unwrap_or(u32::MAX);
        Suspicion { reviews, from: dates().min(), until: dates().max(), text }
    };
    groups.into_iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(id: i64, day: &str, stars: f64, body: &str) -> Review {
        let written_at = Some(format!("{day}T10:00:00Z").parse().unwrap());
        let text = NewReview { body: body.into(), stars: Some(stars), written_at, ..NewReview::default() };
        Review { id: ReviewId(id), product: ProductId(1), shop: "NordShop".into(), text }
    }

    fn spread() -> Vec<Review> {
        (1..=12).map(|m| review(m, &format!("2026-{m:02}-05"), if m % 3 == 0 { 5.0 } else { 3.0 }, "")).collect()
    }

    #[test]
    fn many_top_marks_within_days_are_marked_with_dates_and_rule() {
        assert_eq!(find(&spread()), []);
        let mut reviews = spread();
        reviews.extend((0..7).map(|i| review(50 + i, &format!("2026-04-{:02}", 10 + i / 3), 5.0, "")));
        let found = find(&reviews);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].reviews, 7);
        assert_eq!(found[0].from, Some("2026-04-10T10:00:00Z".parse().unwrap()));
        assert!(found[0].text.starts_with("7 of 11 five-star reviews came within 3 days"), "{}", found[0].text);
        // As many one-star reviews are no burst of praise, and as many over months none at all.
        let mut reviews = spread();
        reviews.extend((0..7).map(|i| review(50 + i, "2026-04-10", 1.0, "")));
        assert_eq!(find(&reviews), []);
        let mut reviews = spread();
        reviews.extend((1..8).map(|i| review(50 + i, &format!("2026-{:02}-20", i), 5.0, "")));
        assert_eq!(find(&reviews), []);
    }

    #[test]
    fn near_copies_are_found_and_short_texts_are_not() {
        let text = "This kettle changed my mornings completely and I tell all of my friends to get one right away";
        let near = text.replace("mornings", "evenings");
        let reviews = [
            review(1, "2026-01-01", 5.0, text),
            review(2, "2026-03-01", 5.0, &near),
            review(3, "2026-05-01", 5.0, &text.to_uppercase()),
            review(
                4,
                "2026-06-01",
                4.0,
                "The lid is stiff but it boils quickly and pours well without any dripping at all",
            ),
            review(5, "2026-07-01", 4.0, "Great!"),
            review(6, "2026-08-01", 4.0, "Great!"),
        ];
        let found = find(&reviews);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].reviews, 3);
        assert!(found[0].text.contains("3 reviews share 60%"), "{}", found[0].text);
    }
}
