//! A price history as lines to draw: one per offer, cut where nothing was seen for long, failed looks apart.
//!
//! Pure arithmetic; never bridges a gap.

use crate::domain::history::GAP_FACTOR;
use crate::domain::{Currency, OfferId, PriceHistory, PriceSummary};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;
/// A silence shorter than this is no gap, however often prices were looked at before.
const SHORTEST_GAP: i64 = 2 * DAY;

/// The prices of one offer over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub name: String,
    /// Stretches without a gap: second and minor units.
    pub runs: Vec<Vec<(i64, i64)>>,
    /// Seconds at which a look brought no price.
    pub failures: Vec<i64>,
}

impl Series {
    /// The latest price.
    pub fn last(&self) -> Option<i64> {
        self.runs.last()?.last().map(|(_, minor)| *minor)
    }
}

/// One series per offer in that currency, the now cheapest first. Offers of one shop are numbered.
pub fn series(history: &PriceHistory, currency: Currency) -> Vec<Series> {
    #[derive(Default)]
    struct Seen {
        shop: String,
        points: Vec<(i64, i64)>,
        failures: Vec<i64>,
    }
    let mut offers: BTreeMap<OfferId, Seen> = BTreeMap::new();
    for point in &history.points {
        let seen = offers.entry(point.offer).or_default();
        seen.shop.clone_from(&point.shop);
        match point.price.filter(|p| point.outcome.is_good() && p.currency == currency) {
            Some(price) => seen.points.push((point.at.as_second(), price.minor)),
            None if !point.outcome.is_good() => seen.failures.push(point.at.as_second()),
            None => {}
        }
    }
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut all: Vec<Series> = offers
        .into_values()
        .filter(|seen| !seen.points.is_empty())
        .map(|Seen { shop, mut points, failures }| {
            points.sort_by_key(|(at, _)| *at);
            let n = names.entry(shop.clone()).or_insert(0);
            *n += 1;
            let name = if *n == 1 { shop } else { format!("{shop} ({n})") };
            Series { name, runs: cut_at_gaps(&points), failures }
        })
        .collect();
    all.sort_by_key(|s| s.last().unwrap_or(i64::MAX));
    all
}

/// Longest usual silence between two looks, in the unit of `times`.
fn longest_silence(times: &[i64], least: i64) -> i64 {
    let mut steps: Vec<i64> = times.windows(2).map(|w| w[1] - w[0]).filter(|s| *s > 0).collect();
    steps.sort_unstable();
    let usual = steps.get(steps.len() / 2).copied().unwrap_or(least);
    ((usual as f64 * GAP_FACTOR) as i64).max(least)
}

fn cut_at_gaps(points: &[(i64, i64)]) -> Vec<Vec<(i64, i64)>> {
    let times: Vec<i64> = points.iter().map(|(at, _)| *at).collect();
    let limit = longest_silence(&times, SHORTEST_GAP);
    let mut runs: Vec<Vec<(i64, i64)>> = Vec::new();
    for point in points {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(at, _)| point.0 - at <= limit) => run.push(*point),
            _ => runs.push(vec![*point]),
        }
    }
    runs
}

/// The lowest price of each day from the first to the last one seen; a price holds until the next look, not over a gap.
pub fn daily_lows(history: &PriceHistory, summary: &PriceSummary) -> Vec<Option<i64>> {
    let day = |second: i64| second.div_euclid(DAY);
    let first = day(summary.first_at.as_second());
    let mut lows: BTreeMap<i64, i64> = BTreeMap::new();
    for point in history.points.iter().filter(|p| p.outcome.is_good()) {
        if let Some(price) = point.price.filter(|p| p.currency == summary.current.currency) {
            let low = lows.entry(day(point.at.as_second()) - first).or_insert(price.minor);
            *low = (*low).min(price.minor);
        }
    }
    let days: Vec<i64> = lows.keys().copied().collect();
    let limit = longest_silence(&days, 2);
    // At most as many days as a century has: a broken date must not ask for memory.
    let until = (day(summary.last_at.as_second()) - first).clamp(0, 36_525);
    (0..=until).map(|d| lows.range(..=d).next_back().filter(|(seen, _)| d - *seen <= limit).map(|(_, v)| *v)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Money, Outcome, PricePoint, ProductId, Timestamp};

    fn point(offer: i64, day: i64, minor: Option<i64>) -> PricePoint {
        PricePoint {
            offer: OfferId(offer),
            shop: "Shop".to_owned(),
            at: Timestamp::from_second(day * DAY).unwrap(),
            outcome: if minor.is_some() { Outcome::Ok } else { Outcome::Blocked },
            price: minor.map(|m| Money::new(m, Currency::EUR)),
            list_price: None,
            shipping_included: None,
            availability: None,
        }
    }

    #[test]
    fn a_gap_cuts_the_line_and_failures_stay_apart() {
        let mut points: Vec<PricePoint> = (0..4).map(|w| point(1, w * 7, Some(100 + w))).collect();
        points.push(point(1, 30, None));
        points.push(point(1, 60, Some(90)));
        points.push(point(2, 60, Some(80)));
        let all = series(&PriceHistory { product: ProductId(1), points, repacked: Vec::new() }, Currency::EUR);
        assert_eq!(all.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Shop (2)", "Shop"]);
        assert_eq!(all[1].runs.iter().map(Vec::len).collect::<Vec<_>>(), [4, 1]);
        assert_eq!(all[1].failures, [30 * DAY]);
    }

    #[test]
    fn a_day_repeats_the_last_price_but_not_over_a_gap() {
        let points = [0, 7, 14, 60].map(|d| point(1, d, Some(d + 1))).to_vec();
        let history = PriceHistory { product: ProductId(1), points, repacked: Vec::new() };
        let lows = daily_lows(&history, &history.summary(None, None).unwrap());
        assert_eq!((lows.len(), lows[6], lows[7], lows[40], lows[60]), (61, Some(1), Some(8), None, Some(61)));
    }
}
