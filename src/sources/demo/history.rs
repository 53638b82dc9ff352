//! Prices over time: drift, seasonal sales, rises, raised reference prices, gaps and failed attempts.
//!
//! Every price is a function of seed, offer and calendar week, so that next week's catalogue continues this week's.

use super::random::Random;
use crate::domain::{Outcome, Timestamp};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
/// Monday, 2018-01-01: where every walk begins.
const EPOCH: i64 = 1_514_764_800;
/// How far back observations go: 18 months.
pub const WEEKS: i64 = 78;

/// The start (Monday, 00:00 UTC) of the week that `now` is in.
pub fn week_start(now: Timestamp) -> Timestamp {
    let since = now.as_second() - EPOCH;
    Timestamp::from_second(EPOCH + since.div_euclid(WEEK) * WEEK).unwrap_or(now)
}

/// How an offer's price behaves.
#[derive(Debug, Clone, Copy)]
pub struct Temper {
    /// Usual price in major units.
    pub base: f64,
    /// Chance of an attempt without a price.
    pub fails: f64,
    /// Raises the reference price three weeks before a sale.
    pub fakes: bool,
    /// Takes part in seasonal sales.
    pub sales: bool,
    /// Nights are dearer in summer.
    pub seasonal: bool,
    /// Weeks before the end at which it was first seen.
    pub first: i64,
    /// Set where the seller vanished some months ago: 0 to 29, which week that was.
    pub lost: Option<i64>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub at: Timestamp,
    pub outcome: Outcome,
    /// Minor units; `None` where the attempt failed.
    pub price: Option<i64>,
    /// Minor units; above `price`.
    pub list_price: Option<i64>,
}

/// All attempts on one offer up to `until`, oldest first. `until` is the start of a week.
pub fn looks(temper: &Temper, until: Timestamp, random: &mut Random) -> Vec<Look> {
    let last = (until.as_second() - EPOCH).div_euclid(WEEK);
    let first = last - temper.first.min(WEEKS);
    // Ten to forty weeks ago, the same calendar week from one Monday to the next.
    let lost = temper.lost.map(|phase| 10 + (last - phase).rem_euclid(30));
    // Where in the week this offer is looked at: the last six hours of it, so that the newest look is fresh.
    let offset = random.between(60.0, 6.0 * 3600.0) as i64;
    let mut factor = 1.0_f64;
    let mut blocked = 0_u32;
    let mut silent = 0_u32;
    let mut out = Vec::new();
    for week in 1..=last {
        // Drawn in every week, shown or not: the stream must not depend on where the window begins.
        let (step, jump, trouble, kind, skip, extra) =
            (random.normal(), random.unit(), random.unit(), random.unit(), random.unit(), random.unit());
        // Most weeks nothing happens; a move pulls back towards the usual price, so that years of it go nowhere.
        if step.abs() > 1.5 {
            factor = (1.0 + (factor - 1.0) * 0.8) * (1.0 + step * 0.012);
        }
        if jump < 0.012 {
            factor *= 1.0 + 0.04 + jump * 5.0;
        } else if jump > 0.985 {
            factor *= 0.93;
        }
        if blocked > 0 {
            blocked -= 1;
        } else if trouble < temper.fails * 0.06 {
            blocked = 3 + (kind * 4.0) as u32;
        }
        if silent > 0 {
            silent -= 1;
        } else if trouble > 0.9955 {
            silent = 4 + (kind * 5.0) as u32;
        }
        if week <= first || silent > 0 {
            continue;
        }
        let at = EPOCH + week * WEEK - offset;
        let age = last - week;
        if let Some(lost) = lost {
            if age < lost - 4 {
                continue;
            }
            if age < lost {
                out.extend(failed(at, if age <= lost - 3 { Outcome::Gone } else { Outcome::Blocked }));
                continue;
            }
        }
        // The older part every second, the oldest every fourth week, and now and then not at all.
        if (age > 26 && (week % 2 == 1 || skip < 0.06)) || (age > 60 && week % 4 != 0) {
            continue;
        }
        if blocked > 0 {
            out.extend(failed(at, Outcome::Blocked));
            continue;
        }
        if trouble < temper.fails {
            let outcome = if kind < 0.5 { Outcome::Error } else { Outcome::NoPrice };
            out.extend(failed(at, outcome));
            continue;
        }
        out.extend(seen(at, temper, factor, week, kind));
        if extra < 0.05 && age > 0 {
            let later = at + 2 * DAY + (kind * 2.0 * DAY as f64) as i64;
            out.extend(seen(later, temper, factor * (1.0 - 0.03 * kind), week, kind));
        }
    }
    out
}

fn failed(at: i64, outcome: Outcome) -> Option<Look> {
    Some(Look { at: Timestamp::from_second(at).ok()?, outcome, price: None, list_price: None })
}

fn seen(at: i64, temper: &Temper, factor: f64, week: i64, luck: f64) -> Option<Look> {
    let time = Timestamp::from_second(at).ok()?;
    let (month, day) = month_and_day(time);
    let mut usual = temper.base * factor;
    if temper.seasonal {
        usual *= match month {
            7 | 8 => 1.22,
            6 | 9 => 1.1,
            12..=12 | 1 | 2 => 0.88,
            _ => 1.0,
        };
    }
    let usual = ending(usual);
    let event = sale(month, day);
    // Which sale an offer takes part in changes from one sale to the next, not from week to week.
    let takes_part = temper.sales && !temper.seasonal && (week / 5 + (temper.base * 100.0) as i64) % 3 != 0;
    let (price, list) = match event {
        Event::Sale(depth) if temper.fakes => {
            // Reference price raised before; the "sale" is about the usual price.
            let raised = ending(temper.base * factor * 1.28);
            (usual.min(raised - 1), Some(raised).filter(|_| depth > 0.0))
        }
        Event::Before if temper.fakes => (ending(temper.base * factor * 1.28), None),
        Event::Sale(depth) if takes_part => {
            (ending(usual as f64 / 100.0 * (1.0 - depth * (0.6 + 0.6 * luck))), Some(usual))
        }
        // A reference price that is always there: the maker's recommendation.
        _ if temper.fakes && temper.base > 60.0 => (usual, Some(ending(temper.base * factor * 1.12))),
        _ => (usual, None),
    };
    let price = price.max(49);
    Some(Look { at: time, outcome: Outcome::Ok, price: Some(price), list_price: list.filter(|l| *l > price) })
}

enum Event {
    /// Depth of the reduction, 0 to 1.
    Sale(f64),
    /// The weeks in which reference prices are raised.
    Before,
    None,
}

fn sale(month: i8, day: i8) -> Event {
    match (month, day) {
        // Black Friday falls on 23 to 29 November; the week and the Monday after it.
        (11, 22..=30) | (12, 1) => Event::Sale(0.22),
        (1, 3..=24) => Event::Sale(0.18),
        (7, 1..=21) => Event::Sale(0.16),
        (11, 1..=21) | (6, 10..=30) | (12, 14..=31) => Event::Before,
        _ => Event::None,
    }
}

fn month_and_day(at: Timestamp) -> (i8, i8) {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    (date.month(), date.day())
}

/// Minor units with the endings that shops like.
fn ending(major: f64) -> i64 {
    if major < 12.0 {
        (major * 20.0).round() as i64 * 5 - 1
    } else if major < 100.0 {
        major.round() as i64 * 100 - 5
    } else {
        (major.round() as i64) * 100
    }
}
