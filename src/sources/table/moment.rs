//! Moments as tables write them: ISO 8601, day and month in either order, seconds, milliseconds, Keepa's minutes.
//!
//! Never guesses between day and month: the whole column decides, or the user.

use crate::domain::Timestamp;
use crate::sources::mapping::Dates;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// Seconds since 1970 of a count of Keepa's minutes.
pub fn keepa_seconds(minutes: i64) -> Option<i64> {
    minutes.checked_add(21_564_000)?.checked_mul(60)
}

/// What the cells of a column say of the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    pub day_first: bool,
    pub month_first: bool,
    /// Some cell reads differently in the two orders.
    pub differs: bool,
}

impl Order {
    /// Takes one cell into account.
    pub fn see(&mut self, text: &str) {
        let Some((first, second, _)) = parts(text.trim()).filter(|(first, _, _)| *first <= 31) else { return };
        self.day_first |= first > 12 && second <= 12;
        self.month_first |= second > 12 && first <= 12;
        self.differs |= first != second && first <= 12 && second <= 12;
    }

    /// The order, where the column decides it or it makes no difference.
    pub fn decided(&self) -> Option<Dates> {
        match (self.day_first, self.month_first) {
            (true, false) => Some(Dates::DayFirst),
            (false, true) => Some(Dates::MonthFirst),
            (false, false) if !self.differs => Some(Dates::DayFirst),
            _ => None,
        }
    }
}

/// Day, month and year parted by slashes or dashes with the year last: which of the first two is the day is open.
fn parts(text: &str) -> Option<(i16, i16, i16)> {
    let date = text.split([' ', 'T']).next()?;
    let mark = ['/', '-'].into_iter().find(|m| date.contains(*m))?;
    three(date, mark).filter(|(first, _, third)| *first <= 31 && (*third > 31 || *third < 100))
}

fn three(date: &str, mark: char) -> Option<(i16, i16, i16)> {
    let numbers: Vec<i16> = date.split(mark).map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    match numbers[..] {
        [first, second, third] => Some((first, second, third)),
        _ => None,
    }
}

/// A moment; without a zone it is read as UTC.
pub fn read(text: &str, dates: Dates) -> Option<Timestamp> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && text.len() != 8 {
        return number(text.parse().ok()?, dates);
    }
    if let Some(at) = crate::sources::feed::moment(text) {
        return Some(at);
    }
    if let Ok(date) = text.parse::<Date>() {
        return utc(date.to_datetime(Time::midnight()));
    }
    let (date, clock) = text.split_once([' ', 'T']).map_or((text, ""), |(date, clock)| (date, clock.trim()));
    let mark = ['.', '/', '-'].into_iter().find(|m| date.contains(*m))?;
    let (first, second, third) = three(date.trim_end_matches(mark), mark)?;
    let (year, month, day) = match (mark, dates) {
        _ if first > 31 => (first, second, third),
        ('/' | '-', Dates::MonthFirst) => (third, first, second),
        _ => (third, second, first),
    };
    let year = if (0..100).contains(&year) { year + 2000 } else { year };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    utc(date.to_datetime(if clock.is_empty() { Time::midnight() } else { time(clock)? }))
}

/// `14:05`, `14:05:09`, `2:05 PM`.
fn time(clock: &str) -> Option<Time> {
    let lower = clock.to_ascii_lowercase();
    let (clock, afternoon) = match (lower.strip_suffix("pm"), lower.strip_suffix("am")) {
        (Some(rest), _) => (rest.trim(), Some(true)),
        (_, Some(rest)) => (rest.trim(), Some(false)),
        _ => (lower.trim(), None),
    };
    let mut numbers = clock.trim_end_matches('z').split(':').map(|p| p.parse::<i8>().ok());
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().unwrap_or(Some(0))?;
    let hour = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

fn number(number: i64, dates: Dates) -> Option<Timestamp> {
    match number {
        n if dates == Dates::KeepaMinutes => Timestamp::from_second(keepa_seconds(n)?).ok(),
        // Seconds from 1973 to 5138, milliseconds from 1973 on.
        100_000_000..=99_999_999_999 => Timestamp::from_second(number).ok(),
        100_000_000_000..=99_999_999_999_999 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

fn utc(moment: DateTime) -> Option<Timestamp> {
    moment.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_moment() {
        for (text, dates, wanted) in [
            ("2026-01-31", Dates::DayFirst, Some("2026-01-31T00:00:00Z")),
            ("20260131", Dates::DayFirst, Some("2026-01-31T00:00:00Z")),
            ("2026/01/31 14:05", Dates::DayFirst, Some("2026-01-31T14:05:00Z")),
            ("2026-01-31 14:05:09", Dates::DayFirst, Some("2026-01-31T14:05:09Z")),
            ("2026-01-31T14:05:09+02:00", Dates::DayFirst, Some("2026-01-31T12:05:09Z")),
            ("31.01.2026", Dates::MonthFirst, Some("2026-01-31T00:00:00Z")),
            ("31.1.26 9:05", Dates::DayFirst, Some("2026-01-31T09:05:00Z")),
            ("03/04/2026", Dates::DayFirst, Some("2026-04-03T00:00:00Z")),
            ("03/04/2026 2:05 PM", Dates::MonthFirst, Some("2026-03-04T14:05:00Z")),
            ("1767840000", Dates::DayFirst, Some("2026-01-08T02:40:00Z")),
            ("1767840000000", Dates::DayFirst, Some("2026-01-08T02:40:00Z")),
            ("7900000", Dates::KeepaMinutes, Some("2026-01-08T02:40:00Z")),
            ("7900000", Dates::DayFirst, None),
            ("31/31/2026", Dates::DayFirst, None),
            ("99999999999999999999", Dates::KeepaMinutes, None),
            ("yesterday", Dates::DayFirst, None),
        ] {
            assert_eq!(read(text, dates).map(|t| t.to_string()).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn the_whole_column_decides_the_order_or_none_does() {
        let decided = |cells: &[&str]| {
            let mut order = Order::default();
            cells.iter().for_each(|cell| order.see(cell));
            order.decided()
        };
        assert_eq!(decided(&["03/04/2026", "28/03/2026"]), Some(Dates::DayFirst));
        assert_eq!(decided(&["03/04/2026", "03-28-2026 14:00"]), Some(Dates::MonthFirst));
        assert_eq!(decided(&["03/04/2026", "05/06/2026"]), None);
        assert_eq!(decided(&["28/03/2026", "03/28/2026"]), None);
        assert_eq!(decided(&["2026-03-04", "04.03.2026", "05/05/2026"]), Some(Dates::DayFirst));
    }
}
