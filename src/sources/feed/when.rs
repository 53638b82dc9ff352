//! Moments and windows as feeds write them: with or without a zone, with or without its colon, a mere date.
//!
//! Never guesses: what is no moment is none. Without a zone it is read as UTC.

use crate::domain::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// From when to when; the end is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Window {
    /// `start/end` in ISO 8601; `None` where either cannot be read or the end comes before the start.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('/').or_else(|| text.split_once(','))?;
        Self::between(Some(from), Some(until))
    }

    /// The window of a start and an end of their own; a side that is not given is open.
    pub fn between(from: Option<&str>, until: Option<&str>) -> Option<Self> {
        let read = |text: Option<&str>| text.map_or(Some(None), |text| moment(text).map(Some));
        let window = Self { from: read(from)?, until: read(until)? };
        window.from.zip(window.until).is_none_or(|(from, until)| from <= until).then_some(window)
    }

    /// Whether a moment is in it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// A moment in ISO 8601: `2026-02-24T13:00-0800`, `2026-02-24T13:00:00Z`, `2026-02-24` (its midnight).
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let date: Date = date.parse().ok()?;
    let time = time.trim();
    let zone_at = time.find(['+', '-', 'Z', 'z']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    let clock = match clock.trim() {
        "" => Time::midnight(),
        "24:00" | "24:00:00" => return utc(date.tomorrow().ok()?.to_datetime(Time::midnight()), offset(zone)?),
        clock => clock.parse().ok()?,
    };
    utc(date.to_datetime(clock), offset(zone)?)
}

fn utc(moment: DateTime, seconds: i64) -> Option<Timestamp> {
    let at = moment.to_zoned(TimeZone::UTC).ok()?.timestamp();
    at.checked_sub(jiff::SignedDuration::from_secs(seconds)).ok()
}

/// Seconds east of Greenwich: ``, `Z`, `+0100`, `-08:00`, `+01`.
fn offset(zone: &str) -> Option<i64> {
    let zone = zone.trim();
    let (sign, digits) = match zone.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => return Some(0),
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        Some(_) => return None,
    };
    let digits = digits.replace(':', "");
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(2);
    let (hours, minutes): (i64, i64) =
        (hours.parse().ok()?, if minutes.is_empty() { 0 } else { minutes.parse().ok()? });
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_moment() {
        for (text, wanted) in [
            ("2026-02-24T13:00-0800", Some("2026-02-24T21:00:00Z")),
            ("2026-02-24T13:00:30+01:00", Some("2026-02-24T12:00:30Z")),
            ("2026-02-24T13:00Z", Some("2026-02-24T13:00:00Z")),
            ("2026-02-24 13:00", Some("2026-02-24T13:00:00Z")),
            ("2026-02-24T13:00+01", Some("2026-02-24T12:00:00Z")),
            ("2026-02-24", Some("2026-02-24T00:00:00Z")),
            ("2026-02-24T24:00Z", Some("2026-02-25T00:00:00Z")),
            ("2026-02-30", None),
            ("2026-02-24T13:00-08000", None),
            ("soon", None),
        ] {
            assert_eq!(moment(text).map(|t| t.to_string()).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn a_window_holds_its_start_and_not_its_end() {
        let window = Window::parse("2026-11-20T00:00+0100/2026-11-30T23:59+0100").unwrap();
        let at = |text: &str| window.holds(text.parse().unwrap());
        assert!(at("2026-11-19T23:00:00Z") && !at("2026-11-30T22:59:00Z") && !at("2026-11-19T22:59:59Z"));
        assert_eq!(Window::parse("2026-11-30/2026-11-20"), None);
        assert_eq!(Window::parse("tomorrow/2026-11-20"), None);
    }
}
