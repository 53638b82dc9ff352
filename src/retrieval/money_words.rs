//! Words for currencies and exact reading of amounts as people type them.
//!
//! Never converts between currencies.

use crate::domain::{Currency, Language};

/// Whether a folded word names a currency.
pub fn is_currency_word(word: &str) -> bool {
    currency_of(word).is_some()
}

/// The currency that a folded word names.
pub fn currency_of(word: &str) -> Option<Currency> {
    let code = match word {
        "eur" | "euro" | "euros" => "EUR",
        "usd" | "dollar" | "dollars" | "dolar" | "dolares" | "buck" | "bucks" => "USD",
        "gbp" | "pound" | "pounds" | "quid" => "GBP",
        "ils" | "nis" | "shekel" | "shekels" | "schekel" => "ILS",
        "zar" | "rand" | "rands" => "ZAR",
        "chf" | "franken" => "CHF",
        "jpy" | "yen" => "JPY",
        "inr" | "rupee" | "rupees" => "INR",
        _ => return None,
    };
    code.parse().ok()
}

/// An amount in thousandths. A separator before exactly three last digits groups thousands, since no price has
/// three decimals; `2k` is two thousand. `None` where it is no amount or too large.
pub fn milli(text: &str) -> Option<i64> {
    let (text, scale) = match text.strip_suffix('k') {
        Some(rest) => (rest, 1000),
        None => (text, 1),
    };
    decimal_milli(&plain_amount(text, |_| true)?)?.checked_mul(scale)
}

/// A measure as a number. Where `.` or `,` stands before exactly three last digits the language decides.
pub fn measure(text: &str, language: Language) -> Option<f64> {
    if let Some((whole, part)) = text.split_once('-') {
        return Some(whole.parse::<f64>().ok()? + measure(part, language)?);
    }
    if let Some((a, b)) = text.split_once('/') {
        let (a, b) = (a.parse::<f64>().ok()?, b.parse::<f64>().ok()?);
        return (b != 0.0).then(|| a / b);
    }
    let continental = matches!(language, Language::De | Language::Fr | Language::Es);
    plain_amount(text, |separator| (separator == '.') == continental)?.parse().ok()
}

/// Digits with at most one `.`; `groups` says whether a lone separator before three digits groups thousands.
fn plain_amount(text: &str, groups: impl Fn(char) -> bool) -> Option<String> {
    let separators: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let digits = |t: &str| t.chars().filter(char::is_ascii_digit).collect::<String>();
    if separators.iter().any(|(_, c)| !matches!(c, '.' | ',' | '\u{2019}')) {
        return None;
    }
    let Some(&(at, last)) = separators.last() else {
        return (!text.is_empty()).then(|| text.to_owned());
    };
    let (whole, rest) = text.split_at(at);
    let fraction = digits(rest);
    let repeated = separators.iter().filter(|(_, c)| *c == last).count() > 1;
    let grouping = last == '\u{2019}' || repeated || (separators.len() == 1 && fraction.len() == 3 && groups(last));
    Some(if grouping { digits(text) } else { format!("{}.{}", digits(whole), fraction) })
}

fn decimal_milli(plain: &str) -> Option<i64> {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    whole.checked_mul(1000)?.checked_add(padded.parse().ok()?)
}

/// Small numbers spelled out, as in "four stars".
pub fn number_word(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 36] = [
        ("one", "1"),
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("nine", "9"),
        ("ten", "10"),
        ("eleven", "11"),
        ("twelve", "12"),
        ("thirteen", "13"),
        ("fourteen", "14"),
        ("fifteen", "15"),
        ("sixteen", "16"),
        ("seventeen", "17"),
        ("eighteen", "18"),
        ("nineteen", "19"),
        ("twenty", "20"),
        ("thirty", "30"),
        ("forty", "40"),
        ("fifty", "50"),
        ("sixty", "60"),
        ("seventy", "70"),
        ("eighty", "80"),
        ("ninety", "90"),
        ("hundred", "100"),
        ("thousand", "1000"),
        ("drei", "3"),
        ("vier", "4"),
        ("funf", "5"),
        ("trois", "3"),
        ("quatre", "4"),
        ("tres", "3"),
        ("cuatro", "4"),
    ];
    WORDS.iter().find(|(name, _)| *name == word).map(|(_, digits)| *digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_typed() {
        for (text, expected) in [
            ("600", 600_000),
            ("1.200", 1_200_000),
            ("1,200.50", 1_200_500),
            ("1.200,50", 1_200_500),
            ("12,5", 12_500),
            ("1.5k", 1_500_000),
            ("1.234.567", 1_234_567_000),
            ("19.99", 19_990),
        ] {
            assert_eq!(milli(text), Some(expected), "{text}");
        }
        assert_eq!(milli("99999999999999999999"), None);
    }

    #[test]
    fn measures_follow_the_language() {
        assert_eq!(measure("1.250", Language::En), Some(1.25));
        assert_eq!(measure("1.250", Language::De), Some(1250.0));
        assert_eq!(measure("1,5", Language::De), Some(1.5));
        assert_eq!(measure("1/2", Language::En), Some(0.5));
        assert_eq!(measure("1-1/4", Language::En), Some(1.25));
        assert_eq!(measure("1/0", Language::En), None);
    }
}
