//! Price history of a product and the statistics that may honestly be said of it.
//!
//! Pure arithmetic over observations: a window is never claimed to be longer than it was observed.

use super::{Availability, ListingChange, Money, OfferId, Outcome, ProductId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// `None` where the attempt could not tell.
    pub availability: Option<Availability>,
}

/// All attempts on a product's offers in time order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceHistory {
    pub product: ProductId,
    pub points: Vec<PricePoint>,
    /// Changes of pack size: what an offer cost before one was the price of something else.
    pub repacked: Vec<ListingChange>,
}

/// What the price now rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurrentState {
    /// It can be had, as far as is known.
    #[default]
    Available,
    /// No offer can be had now; the price is the last one seen.
    OutOfStock,
    /// Looks have failed for long; the price is the last one seen.
    Stale,
}

/// An offer whose looks have all failed for longer than this, while others were seen, no longer says the price now.
const STALE_DAYS: i64 = 14;

/// A gap is a stretch without a good observation that is longer than this many times the usual (median) spacing.
pub const GAP_FACTOR: f64 = 2.5;

/// What can be said of the prices observed in one currency. Amounts are over all offers included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceSummary {
    /// Lowest price among the latest observations of offers that can be had; where none can, the last price seen, as
    /// `current_state` tells.
    pub current: Money,
    pub current_shop: String,
    /// When that price was observed.
    pub current_at: Timestamp,
    #[serde(default)]
    pub current_state: CurrentState,
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
    /// Whether a point's price is one of what the offer sells at `until`: the same pack, shipping meant the same way.
    fn is_comparable(&self, point: &PricePoint, until: Option<Timestamp>) -> bool {
        let within = |at: Timestamp| until.is_none_or(|until| at <= until);
        let repacked = self.repacked.iter().any(|c| c.offer == point.offer && c.at > point.at && within(c.at));
        let series = self.points.iter().rev().filter(|p| p.offer == point.offer && within(p.at));
        let meant = series.filter(|p| p.price.is_some()).find_map(|p| p.shipping_included);
        !repacked && (point.shipping_included.is_none() || point.shipping_included == meant)
    }

    /// Statistics over the points at or after `since` and at or before `until`, in the currency of the latest
    /// good one; `None` where no price was observed. An offer's prices before its pack changed, or before its series
    /// began or ceased to include shipping, are prices of something else and left out.
    pub fn summary(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Option<PriceSummary> {
        let inside = |p: &&PricePoint| since.is_none_or(|s| p.at >= s) && until.is_none_or(|u| p.at <= u);
        let points: Vec<&PricePoint> = self.points.iter().filter(inside).collect();
        let good: Vec<(&PricePoint, Money)> =
            points.iter().filter(|p| p.outcome.is_good()).filter_map(|p| Some((*p, p.price?))).collect();
        let currency = good.iter().max_by_key(|(p, _)| p.at)?.1.currency;
        let comparable = |(p, m): &(&PricePoint, Money)| m.currency == currency && self.is_comparable(p, until);
        let good: Vec<(&PricePoint, Money)> = good.into_iter().filter(comparable).collect();
        let (lowest_point, lowest) = good.iter().min_by_key(|(p, m)| (m.minor, p.at))?;
        let (highest_point, highest) = good.iter().max_by_key(|(p, m)| (m.minor, std::cmp::Reverse(p.at)))?;
        let first_at = good.iter().map(|(p, _)| p.at).min()?;
        let last_at = good.iter().map(|(p, _)| p.at).max()?;
        let mut latest: BTreeMap<OfferId, (&PricePoint, Money)> = BTreeMap::new();
        let mut by_day: BTreeMap<i64, i64> = BTreeMap::new();
        for (point, money) in &good {
            let held = latest.entry(point.offer).or_insert((point, *money));
            if point.at >= held.0.at {
                *held = (point, *money);
            }
            let low = by_day.entry(day_of(point.at)).or_insert(money.minor);
            *low = (*low).min(money.minor);
        }
        let newest = points.iter().map(|p| p.at).max()?;
        let (current_state, current_point, current) = current(&points, &latest, newest)?;
        let mut lows: Vec<i64> = by_day.values().copied().collect();
        lows.sort_unstable();
        let days: Vec<i64> = by_day.keys().copied().collect();
        Some(PriceSummary {
            current,
            current_shop: current_point.shop.clone(),
            current_at: current_point.at,
            current_state,
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

/// The price now: the lowest of the offers that can be had; else of those out of stock; else of those not seen for
/// long, in each case by what was seen last.
fn current<'p>(
    points: &[&'p PricePoint],
    latest: &BTreeMap<OfferId, (&'p PricePoint, Money)>,
    newest: Timestamp,
) -> Option<(CurrentState, &'p PricePoint, Money)> {
    let state = |point: &PricePoint| {
        let own = || points.iter().rev().filter(|p| p.offer == point.offer);
        let gone = own().find(|p| p.outcome.is_good() || p.outcome == Outcome::Gone).map(|p| p.outcome);
        let stock = own().find_map(|p| p.availability).and_then(Availability::buyable);
        // Only attempts made in vain make a price stale: nobody having looked is another matter.
        let tried = own().next().map_or(newest, |p| p.at);
        if gone == Some(Outcome::Gone) || stock == Some(false) {
            CurrentState::OutOfStock
        } else if day_of(tried) - day_of(point.at) > STALE_DAYS {
            CurrentState::Stale
        } else {
            CurrentState::Available
        }
    };
    let mut told: Vec<(CurrentState, &PricePoint, Money)> =
        latest.values().map(|(point, money)| (state(point), *point, *money)).collect();
    told.sort_by_key(|(state, point, money)| match state {
        CurrentState::Available => (0, money.minor, point.offer),
        CurrentState::OutOfStock => (1, -point.at.as_second(), point.offer),
        CurrentState::Stale => (2, -point.at.as_second(), point.offer),
    });
    told.into_iter().next()
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
            availability: None,
        }
    }

    #[test]
    fn current_is_the_best_of_each_offers_latest_and_never_an_older_low() {
        let history = PriceHistory {
            product: ProductId(1),
            points: vec![point(1, 0, Some(500)), point(2, 1, Some(900)), point(1, 2, Some(1000)), point(1, 3, None)],
            repacked: Vec::new(),
        };
        let summary = history.summary(None, None).unwrap();
        assert_eq!(summary.current.minor, 900);
        assert_eq!((summary.lowest.minor, summary.lowest_at), (500, Timestamp::from_second(0).unwrap()));
        assert_eq!((summary.days_observed, summary.observations, summary.failures), (3, 3, 1));
    }

    #[test]
    fn what_cannot_be_had_is_not_the_price_now() {
        let mut points = vec![point(1, 0, Some(500)), point(2, 1, Some(900)), point(1, 2, Some(450))];
        points[2].availability = Some(Availability::OutOfStock);
        let mut history = PriceHistory { product: ProductId(1), points, repacked: Vec::new() };
        let summary = history.summary(None, None).unwrap();
        assert_eq!((summary.current.minor, summary.current_state), (900, CurrentState::Available));
        history.points.push(PricePoint { outcome: Outcome::Gone, ..point(2, 3, None) });
        let summary = history.summary(None, None).unwrap();
        assert_eq!((summary.current.minor, summary.current_state), (450, CurrentState::OutOfStock));
    }

    #[test]
    fn a_price_whose_looks_have_failed_for_long_is_told_as_the_last_one() {
        let points = vec![point(1, 0, Some(500)), point(1, 5, None), point(1, 30, None)];
        let history = PriceHistory { product: ProductId(1), points, repacked: Vec::new() };
        assert_eq!(history.summary(None, None).unwrap().current_state, CurrentState::Stale);
    }

    #[test]
    fn a_step_in_what_the_series_means_is_no_step_in_the_price() {
        let series =
            |day, minor, included| PricePoint { shipping_included: Some(included), ..point(1, day, Some(minor)) };
        let points = vec![series(0, 500, false), series(1, 520, false), series(2, 900, true), series(3, 910, true)];
        let history = PriceHistory { product: ProductId(1), points, repacked: Vec::new() };
        let summary = history.summary(None, None).unwrap();
        assert_eq!((summary.lowest.minor, summary.observations), (900, 2));
        let before = history.summary(None, Some(Timestamp::from_second(86_400).unwrap())).unwrap();
        assert_eq!((before.lowest.minor, before.observations), (500, 2), "as it was told then");
    }

    #[test]
    fn what_a_bigger_pack_cost_is_not_compared_with_a_smaller_one() {
        let change = ListingChange {
            offer: OfferId(1),
            shop: "shop 1".into(),
            at: Timestamp::from_second(2 * 86_400).unwrap(),
            field: crate::domain::ChangedField::Content,
            before: Some("500 g".into()),
            after: Some("300 g".into()),
            price_before: None,
            price_after: None,
        };
        let points =
            vec![point(1, 0, Some(500)), point(1, 1, Some(500)), point(1, 2, Some(400)), point(1, 3, Some(410))];
        let history = PriceHistory { product: ProductId(1), points, repacked: vec![change] };
        assert_eq!(history.summary(None, None).unwrap().median.minor, 410);
    }

    #[test]
    fn another_currency_is_no_fall_of_the_price() {
        let mut points = vec![point(1, 0, Some(5000)), point(1, 1, Some(45))];
        points[1].price = Some(Money::new(45, Currency::USD));
        let history = PriceHistory { product: ProductId(1), points, repacked: Vec::new() };
        let summary = history.summary(None, None).unwrap();
        assert_eq!((summary.lowest, summary.highest), (summary.current, summary.current));
    }

    #[test]
    fn a_long_silence_is_a_gap() {
        let mut points: Vec<PricePoint> = (0..5).map(|d| point(1, d * 7, Some(100))).collect();
        points.push(point(1, 28 + 21, Some(100)));
        let history = PriceHistory { product: ProductId(1), points, repacked: Vec::new() };
        assert_eq!(history.summary(None, None).unwrap().gaps, 1);
    }

    #[test]
    fn nothing_observed_says_nothing() {
        let history = PriceHistory { product: ProductId(1), points: vec![point(1, 0, None)], repacked: Vec::new() };
        assert_eq!(history.summary(None, None), None);
    }
}
