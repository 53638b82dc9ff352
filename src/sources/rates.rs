//! Exchange rates from a document: the European Central Bank's XML (daily, 90 days, historic), its CSV with a column
//! per currency, or a CSV of date, currency, rate. All are units of a currency for one euro.
//!
//! Never fetches, never guesses a date or a base.

use crate::domain::rate::DatedRate;
use crate::domain::{Currency, MoneyError};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

/// Why a document brings no rates.
#[derive(Debug, thiserror::Error)]
pub enum RatesError {
    #[error("no rates: neither the ECB's XML or CSV nor a CSV with the columns date, currency, rate")]
    NoRates,
    #[error("line {line}: {detail}; write a date as 2026-11-20, a currency as USD, a rate as 1.0712")]
    Line { line: usize, detail: String },
    #[error("not text in UTF-8")]
    NotText,
}

/// Reads every rate of a document. "N/A" and blank cells are no rate of that day; the euro itself is left out.
///
/// # Errors
/// Where it holds no rate, or a row that cannot be read: half a table is worse than none.
pub fn read(bytes: &[u8]) -> Result<Vec<DatedRate>, RatesError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RatesError::NotText)?.trim_start_matches('\u{feff}');
    let rates = if text.trim_start().starts_with('<') { xml(text)? } else { csv(text)? };
    if rates.is_empty() { Err(RatesError::NoRates) } else { Ok(rates) }
}

static CUBE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"<(?:\w+:)?Cube\b([^<>]*)>").ok());
static ATTRIBUTE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\b(time|currency|rate)\s*=\s*(?:"([^"]*)"|'([^']*)')"#).ok());

/// A `Cube` with a time holds for the ones with a currency that follow it.
fn xml(text: &str) -> Result<Vec<DatedRate>, RatesError> {
    let (Some(cubes), Some(attributes)) = (CUBE.as_ref(), ATTRIBUTE.as_ref()) else { return Err(RatesError::NoRates) };
    let mut day: Option<Date> = None;
    let mut rates = Vec::new();
    for cube in cubes.captures_iter(text) {
        let all = cube.get(1).map_or("", |m| m.as_str());
        let line = || text.get(..cube.get(0).map_or(0, |m| m.start())).map_or(0, |t| t.lines().count());
        let (mut currency, mut rate) = (None, None);
        for found in attributes.captures_iter(all) {
            let value = found.get(2).or_else(|| found.get(3)).map_or("", |m| m.as_str());
            match found.get(1).map(|m| m.as_str()) {
                Some("time") => day = Some(date(value, line())?),
                Some("currency") => currency = Some(value),
                _ => rate = Some(value),
            }
        }
        if let (Some(currency), Some(rate)) = (currency, rate) {
            let day = day.ok_or_else(|| RatesError::Line { line: line(), detail: "a rate without a date".into() })?;
            rates.extend(dated(day, currency, rate, line())?);
        }
    }
    Ok(rates)
}

fn csv(text: &str) -> Result<Vec<DatedRate>, RatesError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let bad = |line: usize, error: &csv::Error| RatesError::Line { line, detail: error.to_string() };
    let header: Vec<String> = reader.headers().map_err(|e| bad(1, &e))?.iter().map(str::to_lowercase).collect();
    let column = |name: &str| header.iter().position(|h| h == name);
    let Some(date_at) = column("date") else { return Err(RatesError::NoRates) };
    let long = column("currency").zip(column("rate"));
    let mut rates = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let line = index + 2;
        let record = record.map_err(|e| bad(line, &e))?;
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let day = date(cell(date_at), line)?;
        match long {
            Some((currency, rate)) => rates.extend(dated(day, cell(currency), cell(rate), line)?),
            None => {
                for (at, name) in header.iter().enumerate().filter(|(at, name)| *at != date_at && !name.is_empty()) {
                    rates.extend(dated(day, name, cell(at), line)?);
                }
            }
        }
    }
    Ok(rates)
}

/// ISO dates, and the bank's own `20 November 2026` of its daily CSV.
fn date(text: &str, line: usize) -> Result<Date, RatesError> {
    text.parse::<Date>()
        .or_else(|_| Date::strptime("%d %B %Y", text))
        .map_err(|_| RatesError::Line { line, detail: format!("\"{text}\" is no date") })
}

fn dated(day: Date, currency: &str, rate: &str, line: usize) -> Result<Option<DatedRate>, RatesError> {
    if rate.is_empty() || rate.eq_ignore_ascii_case("n/a") {
        return Ok(None);
    }
    let wrong = |error: MoneyError| RatesError::Line { line, detail: error.to_string() };
    let currency: Currency = currency.parse().map_err(wrong)?;
    let rate = rate.parse().map_err(wrong)?;
    Ok((currency != Currency::EUR).then_some(DatedRate { currency, day, rate }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        read(text.as_bytes()).unwrap().iter().map(|r| format!("{} {} {}", r.day, r.currency, r.rate)).collect()
    }

    #[test]
    fn the_banks_xml_of_one_and_of_several_days() {
        let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
            <gesmes:Envelope xmlns:gesmes="http://example.org/a"><gesmes:subject>Reference rates</gesmes:subject>
            <Cube><Cube time='2026-11-20'><Cube currency='USD' rate='1.0712'/><Cube rate="163.05" currency="JPY"/></Cube>
            <Cube time="2026-11-19"><Cube currency="USD" rate="1.0700"/></Cube></Cube></gesmes:Envelope>"#;
        assert_eq!(told(xml), ["2026-11-20 USD 1.0712", "2026-11-20 JPY 163.05", "2026-11-19 USD 1.0700"]);
    }

    #[test]
    fn tables_long_and_wide() {
        assert_eq!(told("date,currency,rate\n2026-11-20,usd,1.0712\n"), ["2026-11-20 USD 1.0712"]);
        let wide = "Date, USD, BGN, \n20 November 2026, 1.0712, N/A, \n2026-11-19, 1.07, 1.9558, \n";
        assert_eq!(told(wide), ["2026-11-20 USD 1.0712", "2026-11-19 USD 1.07", "2026-11-19 BGN 1.9558"]);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let error = |text: &str| read(text.as_bytes()).unwrap_err().to_string();
        assert!(error("date,currency,rate\n2026-11-20,USD,-1\n").starts_with("line 2: "));
        assert!(error("date,currency,rate\nyesterday,USD,1\n").contains("yesterday"));
        assert!(error("<html><body>Sign in</body></html>").starts_with("no rates"));
        assert!(error("").starts_with("no rates"));
        assert!(error("<Cube currency='USD' rate='1.0'/>").contains("without a date"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }
}
