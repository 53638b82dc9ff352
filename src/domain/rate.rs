//! Exchange rates of a day, and amounts converted by them with the rate and its date beside.
//!
//! Rates are units of a currency for one euro, as the European Central Bank publishes them; two other currencies are
//! compared through the euro, which is said. Exact integers until the one rounding, half up, at the end.

use super::{Currency, Money, MoneyError, Timestamp};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

/// A rate older than this many days is told as old: markets close for a long weekend, not for longer.
pub const STALE_DAYS: i64 = 7;
/// Decimals kept of a rate; no published one has more.
const SCALE: u32 = 10;
const ONE: i128 = 10_i128.pow(SCALE);

/// A positive decimal number: units of a currency for one euro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// In units of 10 to the minus [`SCALE`].
    scaled: i128,
    text: String,
}

impl FromStr for Rate {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Amount(text.to_owned());
        let trimmed = text.trim();
        let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let fits = !whole.is_empty() && whole.len() <= 12 && fraction.len() <= SCALE as usize;
        if !fits || !digits(whole) || !digits(fraction) {
            return Err(wrong());
        }
        let padded: String = fraction.chars().chain(std::iter::repeat('0')).take(SCALE as usize).collect();
        let scaled = format!("{whole}{padded}").parse::<i128>().map_err(|_| wrong())?;
        if scaled == 0 {
            return Err(wrong());
        }
        Ok(Self { scaled, text: trimmed.to_owned() })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A rate as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedRate {
    pub currency: Currency,
    pub day: Date,
    pub rate: Rate,
}

/// The newest rates of a moment, by currency.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    known: HashMap<Currency, DatedRate>,
}

/// An amount in another currency, never without what it was made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Converted {
    pub money: Money,
    pub from: Money,
    /// Units for one euro, by currency, of the currencies that are not the euro.
    pub rates: BTreeMap<String, String>,
    /// The older of the days that the rates are of.
    pub day: Date,
    /// Days from then to the moment asked for, where that is too many.
    pub stale_days: Option<i64>,
}

impl Rates {
    /// Of several rates of one currency the newest counts.
    pub fn new(rates: impl IntoIterator<Item = DatedRate>) -> Self {
        let mut known: HashMap<Currency, DatedRate> = HashMap::new();
        for rate in rates {
            match known.get(&rate.currency) {
                Some(held) if held.day >= rate.day => {}
                _ => drop(known.insert(rate.currency, rate)),
            }
        }
        Self { known }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The amount in currency `to` as of `now`; `None` where a rate is missing or the amount overflows. An amount that
    /// is in that currency already is none that was converted.
    pub fn convert(&self, from: Money, to: Currency, now: Timestamp) -> Option<Converted> {
        if from.currency == to {
            return None;
        }
        let one = |currency: Currency| -> Option<(i128, Option<&DatedRate>)> {
            if currency == Currency::EUR {
                return Some((ONE, None));
            }
            self.known.get(&currency).map(|rate| (rate.rate.scaled, Some(rate)))
        };
        let (source, source_rate) = one(from.currency)?;
        let (target, target_rate) = one(to)?;
        // minor / 10^e1 / source * target * 10^e2, with the division last.
        let up = i128::from(from.minor).checked_mul(target)?.checked_mul(10_i128.pow(to.exponent()))?;
        let down = source.checked_mul(10_i128.pow(from.currency.exponent()))?;
        let twice = up.checked_mul(2)?.checked_add(down)?;
        let minor = twice.div_euclid(down.checked_mul(2)?);
        let used = [source_rate, target_rate];
        let day = used.iter().flatten().map(|rate| rate.day).min()?;
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let age = i64::from(day.until(today).map(|span| span.get_days()).unwrap_or(0));
        Some(Converted {
            money: Money::new(i64::try_from(minor).ok()?, to),
            from,
            rates: used.iter().flatten().map(|r| (r.currency.code().to_owned(), r.rate.to_string())).collect(),
            day,
            stale_days: (age > STALE_DAYS).then_some(age),
        })
    }

    /// The amount in currency `to` for comparing: itself where it is in that currency already.
    pub fn comparable(&self, from: Money, to: Currency, now: Timestamp) -> Option<Money> {
        if from.currency == to { Some(from) } else { self.convert(from, to, now).map(|c| c.money) }
    }
}

impl Converted {
    /// `at 1.0712 USD of 2026-11-20`; through the euro: `at 1.0712 USD and 0.8533 GBP for €1 of 2026-11-20`.
    pub fn basis(&self) -> String {
        let rates: Vec<String> = self.rates.iter().map(|(code, rate)| format!("{rate} {code}")).collect();
        let through = if rates.len() > 1 { " for €1" } else { "" };
        let old = self.stale_days.map(|days| format!(", {days} days old")).unwrap_or_default();
        format!("at {}{through} of {}{old}", rates.join(" and "), self.day)
    }
}

/// `≈ €45.20 at 1.0712 USD of 2026-11-20`.
impl fmt::Display for Converted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "≈ {} {}", self.money, self.basis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(list: &[(&str, &str)]) -> Rates {
        Rates::new(list.iter().map(|(code, rate)| DatedRate {
            currency: code.parse().unwrap(),
            day: "2026-11-20".parse().unwrap(),
            rate: rate.parse().unwrap(),
        }))
    }

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_rate_and_its_day_stand_beside_what_it_made() {
        let rates = rates(&[("USD", "1.0712"), ("JPY", "163.05"), ("GBP", "0.85")]);
        let usd = Money::new(4842, Currency::USD);
        let told = rates.convert(usd, Currency::EUR, now()).unwrap();
        assert_eq!(told.to_string(), "≈ €45.20 at 1.0712 USD of 2026-11-20");
        let through = rates.convert(usd, Currency::GBP, now()).unwrap();
        assert_eq!(through.to_string(), "≈ £38.42 at 0.85 GBP and 1.0712 USD for €1 of 2026-11-20");
        let yen = rates.convert(Money::new(100, Currency::EUR), "JPY".parse().unwrap(), now()).unwrap();
        assert_eq!(yen.money.minor, 163, "yen have no decimals; half up");
        assert_eq!(rates.convert(usd, Currency::ZAR, now()), None);
        assert_eq!(rates.convert(usd, Currency::USD, now()), None);
    }

    #[test]
    fn an_old_rate_says_so() {
        let late = "2026-12-20T10:00:00Z".parse().unwrap();
        let told = rates(&[("USD", "1.1")]).convert(Money::new(110, Currency::USD), Currency::EUR, late).unwrap();
        assert_eq!(told.to_string(), "≈ €1.00 at 1.1 USD of 2026-11-20, 30 days old");
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "0", "-1.2", "1,2", "N/A", "1.2.3", "1e3", "0.00000000001"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn there_and_back_is_within_a_minor_unit(minor in 0_i64..10_000_000, rate in 1_u32..30_000) {
            let rates = rates(&[("USD", &format!("{}.{:04}", rate / 10_000 + 1, rate % 10_000))]);
            let there = rates.convert(Money::new(minor, Currency::EUR), Currency::USD, now()).unwrap().money;
            let back = rates.convert(there, Currency::EUR, now()).unwrap().money;
            proptest::prop_assert!((back.minor - minor).abs() <= 1);
        }
    }
}
