//! Dates and spans as a person reads them, in the time zone that the program was started in.
//!
//! Never reads a clock: "now" is handed in.

use crate::domain::Timestamp;
use jiff::tz::TimeZone;

/// `12 Mar 2026`.
pub fn date(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %b %Y").to_string()
}

/// `12 Mar`.
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %b").to_string()
}

/// `14:05` today, `12 Mar` in the same year, else the whole date. Does not age, so nothing need be redrawn for it.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    if then.date() == today.date() {
        then.strftime("%H:%M").to_string()
    } else if then.year() == today.year() {
        day(at, zone)
    } else {
        date(at, zone)
    }
}

/// `€1,249.00`-like grouping for plain counts: `61,471`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `1 gap`, `3 gaps`.
pub fn plural(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {many}", count(n)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_name_only_what_is_needed() {
        let now: Timestamp = "2026-11-22T23:00:00Z".parse().unwrap();
        let said = |text: &str| moment(text.parse().unwrap(), now, &TimeZone::UTC);
        assert_eq!(said("2026-11-22T14:05:00Z"), "14:05");
        assert_eq!(said("2026-03-02T14:05:00Z"), "2 Mar");
        assert_eq!(said("2025-03-02T14:05:00Z"), "2 Mar 2025");
        assert_eq!(
            (count(61_471), plural(1, "gap", "gaps"), plural(0, "gap", "gaps")),
            ("61,471".into(), "1 gap".into(), "0 gaps".into())
        );
    }
}
