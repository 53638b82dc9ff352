//! Amounts in feeds: `15.00 GBP` at once, everything else through the parser of price strings; prices per unit.
//!
//! Never a float; never a currency that neither the text nor the feed names.

use crate::domain::{Currency, Money, UnitPrice};
use crate::sources::price::{self, Hint};

/// The amount that a text states, whatever its kind; `None` where it states none, several, or no currency.
pub fn read(text: &str, currency: Option<Currency>) -> Option<Money> {
    let text = text.trim();
    plain(text).or_else(|| {
        if text.len() > 100 || text.starts_with(['-', '\u{2212}']) {
            return None;
        }
        let reading = price::parse(text, &Hint::currency(currency));
        reading.money.filter(|_| reading.amounts.len() <= 1)
    })
}

/// `15.00 GBP`, as the format wants it: digits, a point, a code.
fn plain(text: &str) -> Option<Money> {
    let (amount, code) = text.split_once(' ')?;
    if code.len() != 3 || !amount.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let currency: Currency = code.parse().ok()?;
    // Three decimals after a point are thousands in some feeds: the parser of price strings decides.
    let thousands = amount.split_once('.').is_some_and(|(_, f)| f.len() == 3) && currency.exponent() != 3;
    if thousands { None } else { Money::from_decimal(amount, currency).ok() }
}

/// An amount with its unit, as `value / 10^scale`: `1.5kg` is 15, 1, kg.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Measure {
    value: i128,
    scale: u32,
    unit: &'static str,
}

/// Unit -> the unit that it counts as, and how many thousandths of that it is.
const UNITS: [(&str, &str, i128); 25] = [
    ("mg", "kg", 1),
    ("g", "kg", 1_000),
    ("kg", "kg", 1_000_000),
    ("ml", "l", 1_000),
    ("cl", "l", 10_000),
    ("l", "l", 1_000_000),
    ("cbm", "l", 1_000_000_000),
    ("cm", "m", 10_000),
    ("m", "m", 1_000_000),
    ("sqm", "m2", 1_000_000),
    ("m2", "m2", 1_000_000),
    ("ct", "piece", 1_000_000),
    ("pc", "piece", 1_000_000),
    ("pcs", "piece", 1_000_000),
    ("piece", "piece", 1_000_000),
    ("oz", "oz", 1_000_000),
    ("lb", "oz", 16_000_000),
    ("floz", "floz", 1_000_000),
    ("pt", "floz", 16_000_000),
    ("qt", "floz", 32_000_000),
    ("gal", "floz", 128_000_000),
    ("in", "in", 1_000_000),
    ("ft", "in", 12_000_000),
    ("yd", "in", 36_000_000),
    ("sqft", "sqft", 1_000_000),
];

fn measure(text: &str) -> Option<Measure> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let split = compact.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(compact.len());
    let (number, unit) = compact.split_at(split);
    let number = number.replace(',', ".");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    if whole.len() + fraction.len() > 12 || fraction.contains('.') {
        return None;
    }
    let value: i128 = format!("{whole}{fraction}").parse().ok()?;
    let unit = UNITS.iter().find(|(name, _, _)| *name == unit.trim_end_matches('.'))?.0;
    (value > 0).then_some(Measure { value, scale: u32::try_from(fraction.len()).ok()?, unit })
}

/// The price per base measure: price times base over measure, rounded half up. Without a base: per kg, l, m, piece.
pub fn per_unit(price: Money, measured: &str, base: Option<&str>) -> Option<UnitPrice> {
    let measured = measure(measured)?;
    let of = |m: &Measure| UNITS.iter().find(|(name, _, _)| *name == m.unit).map(|(_, family, size)| (*family, *size));
    let (family, size) = of(&measured)?;
    let base = match base {
        Some(text) => measure(text)?,
        None => Measure { value: 1, scale: 0, unit: UNITS.iter().find(|(name, _, _)| *name == family)?.0 },
    };
    let (base_family, base_size) = of(&base)?;
    if base_family != family {
        return None;
    }
    let top = i128::from(price.minor)
        .checked_mul(base.value)?
        .checked_mul(base_size)?
        .checked_mul(10_i128.pow(measured.scale))?;
    let bottom = measured.value.checked_mul(size)?.checked_mul(10_i128.pow(base.scale))?;
    let minor = i64::try_from((top + bottom / 2) / bottom).ok()?;
    // The amount is a label to be read, not money: a float holds such small numbers well.
    let per = base.value as f64 / 10_f64.powi(i32::try_from(base.scale).ok()?);
    Some(UnitPrice { money: Money::new(minor, price.currency), per, unit: base.unit.replace("ct", "piece") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_feeds_write_them() {
        let eur = |minor| Some(Money::new(minor, Currency::EUR));
        for (text, wanted) in [
            ("15.00 EUR", eur(1500)),
            ("EUR 15", eur(1500)),
            ("15,00 EUR", eur(1500)),
            ("1.299,00 EUR", eur(129_900)),
            ("1.299 EUR", eur(129_900)),
            ("15", None),
            ("-3.00 EUR", None),
            ("from", None),
            ("1200 JPY", Some(Money::new(1200, "JPY".parse().unwrap()))),
        ] {
            assert_eq!(read(text, None), wanted, "{text}");
        }
        assert_eq!(read("15", Some(Currency::EUR)), eur(1500));
    }

    #[test]
    fn the_price_per_base_measure_is_exact() {
        let per = |minor, measure: &str, base: Option<&str>| {
            per_unit(Money::new(minor, Currency::EUR), measure, base).map(|u| (u.money.minor, u.per, u.unit))
        };
        assert_eq!(per(490, "80g", Some("100g")), Some((613, 100.0, "g".into())));
        assert_eq!(per(300, "1.5kg", None), Some((200, 1.0, "kg".into())));
        assert_eq!(per(900, "750 ml", Some("1l")), Some((1200, 1.0, "l".into())));
        assert_eq!(per(900, "6ct", Some("1 ct")), Some((150, 1.0, "piece".into())));
        assert_eq!(per(900, "6ct", Some("100g")), None);
        assert_eq!(per(900, "0g", None), None);
    }
}
