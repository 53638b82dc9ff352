//! Reads the values of arguments: prices, dates, mappings. Pure; every error is one line saying what is allowed.

use crate::domain::{Currency, Percent, PriceLimit, Timestamp};
use jiff::civil;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// A bound of a watch: an amount as a plain decimal, with a currency where one was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    pub decimal: String,
    pub currency: Option<Currency>,
}

/// A positive plain decimal with up to three decimals, in thousandths of a major unit.
pub fn price_limit(text: &str) -> Result<PriceLimit, String> {
    let milli = positive_milli(text)?;
    Ok(PriceLimit { milli, currency: None })
}

fn positive_milli(text: &str) -> Result<i64, String> {
    let wrong = || "a price above 0, such as 600 or 599.99".to_owned();
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || fraction.len() > 3 || !digits(whole) || !digits(fraction) {
        return Err(wrong());
    }
    let milli = format!("{whole}{fraction:0<3}").parse::<i64>().map_err(|_| wrong())?;
    if milli > 0 { Ok(milli) } else { Err(wrong()) }
}

/// `450`, `449.99`, `450 EUR`.
pub fn bound(text: &str) -> Result<Bound, String> {
    let text = text.trim();
    let (amount, code) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => (text[..at].trim(), Some(text[at..].trim())),
        None => (text, None),
    };
    let currency = code.map(|c| c.parse::<Currency>().map_err(|e| e.to_string())).transpose()?;
    positive_milli(amount)?;
    Ok(Bound { decimal: amount.to_owned(), currency })
}

/// A currency by its code.
pub fn currency(text: &str) -> Result<Currency, String> {
    text.parse().map_err(|error: crate::domain::MoneyError| error.to_string())
}

/// A drop of 1 to 99 percent, with up to two decimals.
pub fn drop_percent(text: &str) -> Result<Percent, String> {
    percent(text, 99)
}

/// A rise of 1 to 1000 percent, with up to two decimals.
pub fn rise_percent(text: &str) -> Result<Percent, String> {
    percent(text, 1000)
}

fn percent(text: &str, most: u32) -> Result<Percent, String> {
    let wrong = || format!("a percentage from 1 to {most}, such as 10 or 12.5");
    let number = text.trim().trim_end_matches('%').trim_end();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 || fraction.len() > 2 || !digits(whole) || !digits(fraction) {
        return Err(wrong());
    }
    let hundredths = format!("{whole}{fraction:0<2}").parse::<u32>().map_err(|_| wrong())?;
    if (100..=most * 100).contains(&hundredths) { Ok(Percent(hundredths)) } else { Err(wrong()) }
}

const DATE: &str = "a date such as 2026-06-01, a time such as 2026-06-01T12:00:00Z, or a time back such as 90d";

/// The beginning of what was named: a day at midnight UTC, a moment, or so many days before `now`.
pub fn since(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    moment(text, now, civil::Time::midnight())
}

/// The end of what was named: the last second of a day, or a moment.
pub fn as_of(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    moment(text, now, civil::time(23, 59, 59, 0))
}

fn moment(text: &str, now: Timestamp, time: civil::Time) -> Result<Timestamp, String> {
    let wrong = || DATE.to_owned();
    let text = text.trim();
    if let Ok(date) = text.parse::<civil::Date>()
        && !text.contains(['T', 't', ' '])
    {
        return Ok(date.to_datetime(time).to_zoned(TimeZone::UTC).map_err(|_| wrong())?.timestamp());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let days = text.strip_suffix('d').and_then(|n| n.parse::<i64>().ok()).filter(|n| (1..=36_500).contains(n));
    let back = jiff::SignedDuration::from_hours(24 * days.ok_or_else(wrong)?);
    now.checked_sub(back).map_err(|_| wrong())
}

/// `title=Name,price=Price`: pairs of a known field and a column (or, for `currency`, a code), in the order given.
pub fn mapping(text: &str) -> Result<Arc<[(String, String)]>, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in text.split(',') {
        let (field, column) = part.split_once('=').ok_or_else(|| format!("field=column pairs, not \"{part}\""))?;
        let (field, column) = (field.trim().to_ascii_lowercase(), column.trim().to_owned());
        if field.is_empty() || column.is_empty() {
            return Err(format!("field=column pairs, not \"{part}\""));
        }
        if pairs.iter().any(|(known, _)| *known == field) {
            return Err(format!("each field once; {field} stands twice"));
        }
        pairs.push((field, column));
    }
    Ok(pairs.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact_and_above_zero() {
        assert_eq!(price_limit("599.99").unwrap().milli, 599_990);
        assert_eq!(price_limit("600").unwrap().milli, 600_000);
        assert_eq!(price_limit("0.5").unwrap().milli, 500);
        for wrong in ["", "0", "0.000", "-5", "1e3", "NaN", "inf", "12,50", "1.2345", "9999999999999", "€5", "."] {
            assert!(price_limit(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_bound_may_name_its_currency() {
        assert_eq!(bound("450").unwrap(), Bound { decimal: "450".into(), currency: None });
        assert_eq!(bound("449.99 eur").unwrap().currency, Some(Currency::EUR));
        assert_eq!(bound("12EUR").unwrap().decimal, "12");
        for wrong in ["EUR", "x", "-1", "0", "5 euros", "1 2"] {
            assert!(bound(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn percentages_have_bounds_and_two_decimals() {
        assert_eq!(drop_percent("10"), Ok(Percent(1000)));
        assert_eq!(drop_percent("12.5 %"), Ok(Percent(1250)));
        assert_eq!(rise_percent("1000%"), Ok(Percent(100_000)));
        for wrong in ["", "0", "0.5", "-5", "100", "12.345", "ten", "1e1", "."] {
            assert!(drop_percent(wrong).is_err(), "{wrong}");
        }
        assert!(rise_percent("1000.01").is_err());
    }

    #[test]
    fn dates_days_and_moments() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(since("2026-06-01", now), Ok(at("2026-06-01T00:00:00Z")));
        assert_eq!(as_of("2026-06-01", now), Ok(at("2026-06-01T23:59:59Z")));
        assert_eq!(since("2026-06-01T10:00:00+02:00", now), Ok(at("2026-06-01T08:00:00Z")));
        assert_eq!(since("2d", now), Ok(at("2026-11-20T12:00:00Z")));
        for wrong in ["", "yesterday", "2026-13-01", "2026-02-30", "-3d", "0d", "99999999d", "01/02/2026"] {
            assert!(since(wrong, now).is_err(), "{wrong}");
        }
    }

    #[test]
    fn mappings_keep_their_order_and_refuse_doubt() {
        let pairs = mapping("title=Name, Price=now price,currency=ZAR").unwrap();
        assert_eq!(pairs[1], ("price".to_owned(), "now price".to_owned()));
        for wrong in ["", "title", "title=", "=x", "a=1,a=2", "a=1,"] {
            assert!(mapping(wrong).is_err(), "{wrong}");
        }
    }
}
