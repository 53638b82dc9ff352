//! Money as integer minor units with an ISO 4217 currency. Owns exact parsing, comparison and printing of amounts.
//!
//! Never a float, never a conversion between currencies, never a guess at a currency.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// What is wrong with an amount or a currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("\"{0}\" is not a three-letter currency code")]
    Currency(String),
    #[error("\"{0}\" is not a plain decimal amount")]
    Amount(String),
    #[error("\"{0}\" has more decimals than {1} allows")]
    Decimals(String, Currency),
    #[error("\"{0}\" is too large an amount")]
    Overflow(String),
}

/// An ISO 4217 alphabetic code, upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const EUR: Self = Self(*b"EUR");
    pub const USD: Self = Self(*b"USD");
    pub const GBP: Self = Self(*b"GBP");
    pub const ILS: Self = Self(*b"ILS");
    pub const ZAR: Self = Self(*b"ZAR");

    /// The code as text, for example `EUR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Number of decimals of the minor unit: ISO 4217 list one, published 2026-01-01.
    pub fn exponent(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }

    /// The sign that people know the currency by, where there is one that is not shared.
    pub fn symbol(&self) -> Option<&'static str> {
        Some(match &self.0 {
            b"EUR" => "€",
            b"GBP" => "£",
            b"ILS" => "₪",
            b"INR" => "₹",
            b"JPY" => "¥",
            b"USD" => "$",
            b"ZAR" => "R",
            _ => return None,
        })
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.trim().as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|x| x.is_ascii_alphabetic()) => {
                Ok(Self([a, b, c].map(u8::to_ascii_uppercase)))
            }
            _ => Err(MoneyError::Currency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in minor units (cents) of one currency. Serialises as `{"minor": 54900, "currency": "EUR"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a plain decimal (`12.99`, `-3`, `1299`) exactly.
    ///
    /// # Errors
    /// Where the text is no plain decimal, has non-zero digits beyond the currency's minor unit, or overflows.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Amount(text.to_owned());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if (whole.is_empty() && fraction.is_empty())
            || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
        {
            return Err(wrong());
        }
        let places = currency.exponent() as usize;
        if fraction.len() > places && fraction[places..].bytes().any(|b| b != b'0') {
            return Err(MoneyError::Decimals(text.to_owned(), currency));
        }
        let overflow = || MoneyError::Overflow(text.to_owned());
        let mut minor: i64 = 0;
        let padded = fraction.bytes().chain(std::iter::repeat(b'0')).take(places);
        for digit in whole.bytes().chain(padded) {
            minor = minor.checked_mul(10).and_then(|m| m.checked_add(i64::from(digit - b'0'))).ok_or_else(overflow)?;
        }
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The amount as a plain decimal with the currency's decimals: `549.00`, `1200` for yen.
    pub fn decimal(&self) -> String {
        let places = self.currency.exponent();
        let unit = 10_i64.pow(places);
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, fraction) = (self.minor.unsigned_abs() / unit as u64, self.minor.unsigned_abs() % unit as u64);
        if places == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction:0width$}", width = places as usize)
        }
    }

    /// Order of two amounts; `None` where the currencies differ.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }

    /// Sum; `None` where the currencies differ or the sum overflows.
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self::new(self.minor.checked_add(other.minor)?, self.currency))
    }

    /// Difference; `None` where the currencies differ or the difference overflows.
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        self.checked_add(&Self::new(other.minor.checked_neg()?, other.currency))
    }

    /// The amount in thousandths of a major unit, the scale of [`super::PriceLimit`].
    pub fn milli(&self) -> i128 {
        i128::from(self.minor) * 1000 / 10_i128.pow(self.currency.exponent())
    }
}

/// `€549.00`, `R 154.45`, `CHF 12.50`: sign or code first, plain decimal after.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.currency.symbol() {
            Some("R") => format!("R {}", self.decimal()),
            Some(symbol) => format!("{symbol}{}", self.decimal()),
            None => format!("{} {}", self.currency, self.decimal()),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests;
