//! Price history of a product and the statistics that may honestly be said of it.
//!
//! Pure arithmetic over observations: a window is never claimed to be longer than it was observed.

use super::{Money, OfferId, Outcome, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

/// One attempt on one offer. `price` is set where the outcome is good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PricePoint {
    pub offer: OfferId,
    pub shop: String,
    pub at: Timestamp,
    pub outcome: Outcome,
    pub price: Option<Money>,
    pub list_price: Option<Money>,
    /// Whether `price` has shipping in it; `None` where it is not known.
    pub shipping_included: Option<bool>,
}

/// All attempts on a product's offers in time order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceHistory {
    pub product: ProductId,
    pub points: Vec<PricePoint>,
}

/// A gap is a stretch without a good observation that is longer than this many times the usual (median) spacing.
pub const GAP_FACTOR: f64 = 2.5;

/// What can be said of the prices observed in one currency. Amounts are over all offers included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceSummary {
    /// Lowest price among the offers' latest observations.
    pub current: Money,
    pub current_shop: String,
    pub lowest: Money,
    pub lowest_at: Timestamp,
    pub lowest_shop: String,
    pub highest: Money,
    pub highest_at: Timestamp,
    /// Median over days of the day's lowest price.
    pub median: Money,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// Whole days from the first to the last good observation, both counted.
    pub days_observed: u32,
    /// Days with at least one good observation.
    pub days_with_price: u32,
    /// Stretches without a good observation, much longer than usual.
    pub gaps: u32,
    /// Good observations.
    pub observations: u32,
    /// Attempts that brought no price.
    pub failures: u32,
}

impl PriceHistory {
    /// Statistics over the points at or after `since` and at or before `until`, in the currency of the latest
    /// good one; `None` where no price was observed.
    pub fn summary(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Option<PriceSummary> {
        let inside = |p: &&PricePoint| since.is_none_or(|s| p.at >= s) && until.is_none_or(|u| p.at <= u);
        let points: Vec<&PricePoint> = self.points.iter().filter(inside).collect();
        let good: Vec<(&PricePoint, Money)> =
            points.iter().filter(|p| p.outcome.is_good()).filter_map(|p| Some((*p, p.price?))).collect();
        let currency = good.iter().max_by_key(|(p, _)| p.at)?.1.currency;
        let good: Vec<(&PricePoint, Money)> = good.into_iter().filter(|(_, m)| m.currency == currency).collect();
        let (lowest_point, lowest) = good.iter().min_by_key(|(p, m)| (m.minor, p.at))?;
        let (highest_point, highest) = good.iter().max_by_key(|(p, m)| (m.minor, std::cmp::Reverse(p.at)))?;
        let first_at = good.iter().map(|(p, _)| p.at).min()?;
        let last_at = good.iter().map(|(p, _)| p.at).max()?;
        let mut latest: std::collections::BTreeMap<OfferId, (&PricePoint, Money)> = std::collections::BTreeMap::new();
        let mut by_day: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
        for (point, money) in &good {
            let held = latest.entry(point.offer).or_insert((point, *money));
            if point.at >= held.0.at {
                *held = (point, *money);
            }
            let low = by_day.entry(day_of(point.at)).or_insert(money.minor);
            *low = (*low).min(money.minor);
        }
        let (current_point, current) = latest.values().min_by_key(|(_, m)| m.minor)?;
        let mut lows: Vec<i64> = by_day.values().copied().collect();
        lows.sort_unstable();
        let days: Vec<i64> = by_day.keys().copied().collect();
        Some(PriceSummary {
            current: *current,
            current_shop: current_point.shop.clone(),
            lowest: *lowest,
            lowest_at: lowest_point.at,
            lowest_shop: lowest_point.shop.clone(),
            highest: *highest,
            highest_at: highest_point.at,
            median: Money::new(lows[lows.len() / 2], currency),
            first_at,
            last_at,
            days_observed: u32::try_from(day_of(last_at) - day_of(first_at) + 1).unwrap_or(u32::MAX),
            days_with_price: u32::try_from(days.len()).unwrap_or(u32::MAX),
            gaps: count_gaps(&days),
            observations: u32::try_from(good.len()).unwrap_or(u32::MAX),
            failures: u32::try_from(points.iter().filter(|p| !p.outcome.is_good()).count()).unwrap_or(u32::MAX),
        })
    }
}

fn day_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

fn count_gaps(days: &[i64]) -> u32 {
    let mut steps: Vec<i64> = days.windows(2).map(|w| w[1] - w[0]).collect();
    if steps.is_empty() {
        return 0;
    }
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    let usual = sorted[sorted.len() / 2] as f64;
    steps.retain(|step| *step as f64 > usual * GAP_FACTOR);
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn point(offer: i64, day: i64, minor: Option<i64>) -> PricePoint {
        PricePoint {
            offer: OfferId(offer),
            shop: format!("shop {offer}"),
            at: Timestamp::from_second(day * 86_400).unwrap(),
            outcome: if minor.is_some() { Outcome::Ok } else { Outcome::Error },
            price: minor.map(|m| Money::new(m, Currency::EUR)),
            list_price: None,
            shipping_included: None,
        }
    }

    #[test]
    fn current_is_the_best_of_each_offers_latest_and_never_an_older_low() {
        let history = PriceHistory {
            product: ProductId(1),
            points: vec![point(1, 0, Some(500)), point(2, 1, Some(900)), point(1, 2, Some(1000)), point(1, 3, None)],
        };
        let summary = history.summary(None, None).unwrap();
        assert_eq!(summary.current.minor, 900);
        assert_eq!((summary.lowest.minor, summary.lowest_at), (500, Timestamp::from_second(0).unwrap()));
        assert_eq!((summary.days_observed, summary.observations, summary.failures), (3, 3, 1));
    }

    #[test]
    fn a_long_silence_is_a_gap() {
        let mut points: Vec<PricePoint> = (0..5).map(|d| point(1, d * 7, Some(100))).collect();
        points.push(point(1, 28 + 21, Some(100)));
        let history = PriceHistory { product: ProductId(1), points };
        assert_eq!(history.summary(None, None).unwrap().gaps, 1);
    }

    #[test]
    fn nothing_observed_says_nothing() {
        let history = PriceHistory { product: ProductId(1), points: vec![point(1, 0, None)] };
        assert_eq!(history.summary(None, None), None);
    }
}
