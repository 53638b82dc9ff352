//! Stretches of time that a question speaks of: "in June", "since March", "last month", "on 2026-09-01".
//!
//! Relative ones are told from a given moment, in UTC. Never reads a clock.

use super::Timestamp;
use jiff::civil::{Date, date};
use jiff::{ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// How a time is held against what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// "in June", "on the first of May"
    Within,
    /// "since June": from its first day on
    Since,
    /// "after June": from the day behind its last
    After,
    /// "before June"
    Before,
}

/// The time that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Time {
    Day {
        year: i16,
        month: i8,
        day: i8,
    },
    /// Without a year the latest one that has begun.
    Month {
        month: i8,
        year: Option<i16>,
    },
    /// From one month to another, the latest that have begun: "in summer", "between June and August".
    Months {
        first: i8,
        last: i8,
    },
    Year(i16),
    /// This many days before now.
    DaysAgo(u16),
    MonthsAgo(u16),
    YearsAgo(u16),
    /// From this many days before now until now.
    LastDays(u16),
    /// The calendar month or year so many before this one.
    CalendarMonth(u16),
    CalendarYear(u16),
}

/// A time with its reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub reach: Reach,
    pub time: Time,
}

/// First and last day, both counted, and whether one day was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub first: Date,
    pub last: Date,
    pub one_day: bool,
}

impl Time {
    /// The days named, told from `now`; `None` for a date that does not exist.
    pub fn days(self, now: Timestamp) -> Option<Days> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let day = |d: Date| Some(Days { first: d, last: d, one_day: true });
        let span = |first: Date, last: Date| Some(Days { first, last, one_day: false });
        let month = |first: Date| span(first, first.last_of_month());
        match self {
            Self::Day { year, month, day: d } => day(Date::new(year, month, d).ok()?),
            Self::Month { month: m, year } => {
                let year = year.unwrap_or(if m <= today.month() { today.year() } else { today.year() - 1 });
                month(Date::new(year, m, 1).ok()?)
            }
            Self::Months { first, last } => {
                let year = if first <= today.month() { today.year() } else { today.year() - 1 };
                let end = Date::new(if last < first { year + 1 } else { year }, last, 1).ok()?;
                span(Date::new(year, first, 1).ok()?, end.last_of_month())
            }
            Self::Year(year) => {
                let first = Date::new(year, 1, 1).ok()?;
                span(first, first.last_of_year())
            }
            Self::DaysAgo(n) => day(today.checked_sub(i64::from(n).days()).ok()?),
            Self::MonthsAgo(n) => day(today.checked_sub(i64::from(n).months()).ok()?),
            Self::YearsAgo(n) => day(today.checked_sub(i64::from(n).years()).ok()?),
            Self::LastDays(n) => span(today.checked_sub(i64::from(n).days()).ok()?, today),
            Self::CalendarMonth(n) => month(today.first_of_month().checked_sub(i64::from(n).months()).ok()?),
            Self::CalendarYear(n) => {
                let year = today.year().checked_sub(i16::try_from(n).ok()?)?;
                span(date(year, 1, 1), date(year, 12, 31))
            }
        }
    }
}

impl Days {
    /// From the first moment to the last.
    pub fn moments(&self) -> Option<(Timestamp, Timestamp)> {
        let at = |d: Date| d.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
        let behind = at(self.last.tomorrow().ok()?)?;
        Some((at(self.first)?, behind.checked_sub(1.second()).ok()?))
    }

    /// `2026-06` for a whole month, `2026` for a whole year, else the days as they are written.
    pub fn label(&self) -> String {
        let (first, last) = (self.first, self.last);
        if first == last {
            first.to_string()
        } else if first.day() == 1 && last == first.last_of_month() {
            format!("{}-{:02}", first.year(), first.month())
        } else if first.month() == 1 && first.day() == 1 && last == first.last_of_year() {
            first.year().to_string()
        } else {
            format!("{first} – {last}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(time: Time) -> String {
        time.days("2026-11-29T20:00:00Z".parse().unwrap()).map_or_else(String::new, |d| d.label())
    }

    #[test]
    fn times_are_told_from_now() {
        assert_eq!(label(Time::Month { month: 6, year: None }), "2026-06");
        assert_eq!(label(Time::Month { month: 12, year: None }), "2025-12");
        assert_eq!(label(Time::Month { month: 11, year: None }), "2026-11");
        assert_eq!(label(Time::CalendarMonth(1)), "2026-10");
        assert_eq!(label(Time::CalendarYear(1)), "2025");
        assert_eq!(label(Time::Months { first: 6, last: 8 }), "2026-06-01 – 2026-08-31");
        assert_eq!(label(Time::Months { first: 12, last: 2 }), "2025-12-01 – 2026-02-28");
        assert_eq!(label(Time::YearsAgo(1)), "2025-11-29");
        assert_eq!(label(Time::LastDays(30)), "2026-10-30 – 2026-11-29");
        assert_eq!(label(Time::Day { year: 2026, month: 2, day: 30 }), "");
    }

    #[test]
    fn a_month_ends_with_its_last_second() {
        let days = Time::Month { month: 2, year: Some(2028) }.days("2026-11-29T20:00:00Z".parse().unwrap()).unwrap();
        let (from, to) = days.moments().unwrap();
        assert_eq!((from.to_string(), to.to_string()), ("2028-02-01T00:00:00Z".into(), "2028-02-29T23:59:59Z".into()));
    }
}
