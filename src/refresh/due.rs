//! When a source is to be looked at next. Pure: takes the clock as an argument, keeps no state.
//!
//! Never fetches. A clock that jumps makes a source due now at worst, never overdue for ever.

use crate::domain::{Outcome, Source, SourceId, Timestamp};
use crate::store::SourcePage;
use jiff::SignedDuration;
use std::time::Duration;

/// Back-off never grows beyond this many usual intervals.
const MOST_INTERVALS: u32 = 16;
/// `Retry-After` is honoured up to a day, however short the interval is.
const LONGEST_REST: Duration = Duration::from_secs(86_400);
const CLOCK_SLACK: Duration = Duration::from_secs(300);
/// Watched products are looked at this much oftener.
const WATCHED_FACTOR: u32 = 4;

/// Sources that are due, the longest waiting first.
pub fn due(sources: &[Source], now: Timestamp, interval: Duration) -> Vec<SourceId> {
    let mut waiting: Vec<(Timestamp, SourceId)> =
        sources.iter().filter(|s| is_due(s, now, interval)).map(|s| (due_at(s), s.id)).collect();
    waiting.sort();
    waiting.into_iter().map(|(_, id)| id).collect()
}

fn due_at(source: &Source) -> Timestamp {
    source.next_due_at.unwrap_or(source.added_at)
}

fn is_due(source: &Source, now: Timestamp, interval: Duration) -> bool {
    let at = due_at(source);
    // Written by a clock that ran ahead: nothing is planned that late, and no look lies in the future.
    let farthest = (interval * (MOST_INTERVALS * 2)).max(LONGEST_REST * 2);
    let latest = now.checked_add(signed(farthest)).unwrap_or(Timestamp::MAX);
    at <= now || at > latest || source.last_attempt_at.is_some_and(|looked| looked > latest_look(now))
}

/// A page that is due by then is taken along, so that a source is not begun anew for every page of it.
pub fn taken_along(now: Timestamp, interval: Duration) -> Timestamp {
    now.checked_add(signed(interval / 10)).unwrap_or(Timestamp::MAX)
}

/// A look dated later than this was dated by a clock that ran ahead.
pub fn latest_look(now: Timestamp) -> Timestamp {
    now.checked_add(signed(CLOCK_SLACK)).unwrap_or(Timestamp::MAX)
}

/// The moment at which the next source becomes due; `None` without sources.
pub fn next_wake(sources: &[Source], now: Timestamp, interval: Duration) -> Option<Timestamp> {
    sources.iter().map(|s| if is_due(s, now, interval) { now } else { due_at(s) }).min()
}

/// When to look again after an attempt: the usual interval (a quarter of it where a product is watched), doubled
/// with each failure in a row, not before the server's `retry_after`, spread by a tenth either way so that sources
/// added together do not stay together.
pub fn next_due(
    source: SourceId,
    outcome: Outcome,
    failures: u32,
    watched: bool,
    retry_after: Option<Duration>,
    now: Timestamp,
    interval: Duration,
) -> Timestamp {
    let usual = if watched { interval / WATCHED_FACTOR } else { interval };
    let factor = match outcome {
        Outcome::Gone => MOST_INTERVALS,
        _ => 2_u32.saturating_pow(failures).min(MOST_INTERVALS),
    };
    let wait = spread(usual * factor, source.0 ^ now.as_second()).max(retry_after.unwrap_or_default());
    now.checked_add(signed(wait)).unwrap_or(Timestamp::MAX)
}

/// Looks after which a page's own rate of change is believed.
const TRUSTED_LOOKS: u32 = 4;
/// A page whose price moves in this share of its looks is looked at in the usual interval.
const USUAL_RATE: f64 = 0.2;
/// How far a page's own interval goes from the usual one: volatile prices sooner, stable ones later.
const SOONEST: f64 = 0.25;
const LATEST: f64 = 6.0;

/// When to look at a page again: the usual interval by how often its price was seen to move (with a prior of one move
/// in eight looks), a quarter of it where a product is watched, doubled with each failure in a row, not before the
/// server's `retry_after`, spread by a tenth either way.
pub fn page_due(
    page: &SourcePage,
    watched: bool,
    retry_after: Option<Duration>,
    now: Timestamp,
    interval: Duration,
) -> Timestamp {
    let rate = (f64::from(page.changes) + 1.0) / (f64::from(page.looks) + 8.0);
    let own = if page.looks < TRUSTED_LOOKS { 1.0 } else { (USUAL_RATE / rate).clamp(SOONEST, LATEST) };
    let own = if watched { own.min(1.0 / f64::from(WATCHED_FACTOR)) } else { own };
    let factor = match page.last_outcome {
        Some(Outcome::Gone) => f64::from(MOST_INTERVALS),
        _ if page.failures > 0 => f64::from(2_u32.saturating_pow(page.failures).min(MOST_INTERVALS)),
        _ => own,
    };
    let salt = page.url.bytes().fold(now.as_second(), |h, b| h.wrapping_mul(31).wrapping_add(i64::from(b)));
    let wait = spread(interval.mul_f64(factor), salt).max(retry_after.unwrap_or_default());
    now.checked_add(signed(wait)).unwrap_or(Timestamp::MAX)
}

/// Between nine tenths and eleven tenths of `wait`, by a hash of `salt` (SplitMix64's finaliser, Steele et al. 2014).
fn spread(wait: Duration, salt: i64) -> Duration {
    let mut z = salt.cast_unsigned().wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let share = f64::from(u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0)) / f64::from(u32::MAX);
    wait.mul_f64(0.9 + 0.2 * share)
}

pub(super) fn signed(wait: Duration) -> SignedDuration {
    SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests;
