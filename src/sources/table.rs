//! CSV and TSV with a header: delimiter told from the header, rows to observations through a column mapping.
//!
//! Rows that name the same thing at the same time with different prices are one ambiguous look with every price
//! kept: the file does not say which is meant, and neither do we.

use super::gtin;
use super::import::{BATCH, ImportError, ImportOptions, Imported, OnBatch};
use super::mapping::Mapping;
use super::page;
use super::price::{self, Hint};
use crate::domain::*;
use std::collections::HashMap;

/// Looks held back at most while rows of the same moment may still come.
const MOST_HELD: usize = 50_000;

/// How a file writes dates with slashes; told from its first rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slashes {
    DayFirst,
    MonthFirst,
}

/// Reads a table; see [`super::import::import_file`].
pub(super) fn read(
    text: &str,
    shop: &ShopRef,
    options: &ImportOptions<'_>,
    on_batch: OnBatch<'_>,
) -> Result<Imported, ImportError> {
    let delimiter = delimiter(text);
    let header = header(text);
    let mapping = match options.map {
        Some(pairs) => Mapping::given(pairs, &header)?,
        None => Mapping::guess(&header)?,
    };
    let mut imported = Imported::new(SourceKind::Csv);
    imported.mapping = mapping.pairs().to_vec();
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let slashes = slashes(text, delimiter, &mapping);
    let mut held = Held::default();
    for record in rows.records() {
        imported.rows += 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(imported.rows + 1, csv::Position::line);
                imported.broken(line, error.to_string());
                continue;
            }
        };
        let line = record.position().map_or(imported.rows + 1, csv::Position::line);
        let row: Vec<String> = record.iter().map(str::to_owned).collect();
        if row.len() != header.len() {
            imported.broken(line, format!("has {} columns where the header has {}", row.len(), header.len()));
            continue;
        }
        match observe(&row, &mapping, shop, slashes, options.now) {
            Ok(look) => {
                if held.is_full_before(&look) && !hand_over(&mut held, &mut imported, on_batch) {
                    return Ok(imported);
                }
                held.add(look);
            }
            Err(reason) => imported.broken(line, reason),
        }
    }
    hand_over(&mut held, &mut imported, on_batch);
    Ok(imported)
}

fn hand_over(held: &mut Held, imported: &mut Imported, on_batch: OnBatch<'_>) -> bool {
    let looks = held.take();
    if looks.is_empty() {
        return true;
    }
    imported.observations += looks.len() as u64;
    on_batch(looks)
}

/// Looks in the order of the file; a second row for the same key and moment joins the first.
#[derive(Default)]
struct Held {
    looks: Vec<Observation>,
    places: HashMap<(String, String, i64), usize>,
}

impl Held {
    fn is_full_before(&self, next: &Observation) -> bool {
        let moved_on = self.looks.last().is_some_and(|last| last.observed_at != next.observed_at);
        (self.looks.len() >= BATCH && moved_on) || self.looks.len() >= MOST_HELD
    }

    fn add(&mut self, look: Observation) {
        let key = (look.shop.name.clone(), look.shop_key.clone(), look.observed_at.as_second());
        match self.places.get(&key).and_then(|place| self.looks.get_mut(*place)) {
            Some(first) => join(first, look),
            None => {
                self.places.insert(key, self.looks.len());
                self.looks.push(look);
            }
        }
    }

    fn take(&mut self) -> Vec<Observation> {
        self.places.clear();
        std::mem::take(&mut self.looks)
    }
}

/// Two rows of one thing at one moment: the same price is one look, another price makes it ambiguous.
fn join(first: &mut Observation, second: Observation) {
    for candidate in second.candidates {
        if !first.candidates.iter().any(|c| c.money == candidate.money && c.kind == candidate.kind) {
            first.candidates.push(candidate);
        }
    }
    let differs = second.price.is_some() && first.price != second.price && first.outcome != Outcome::NoPrice;
    if differs || first.outcome == Outcome::Ambiguous {
        first.price = None;
        first.list_price = None;
        first.outcome = Outcome::Ambiguous;
        first.detail = Some("several rows of this name and time name different prices".to_owned());
    } else if first.outcome == Outcome::NoPrice && second.price.is_some() {
        (first.price, first.list_price) = (second.price, second.list_price);
        (first.outcome, first.detail) = (Outcome::Ok, None);
    }
}

/// One row as an observation, or why it cannot be.
pub(super) fn observe_row(
    row: &[String],
    mapping: &Mapping,
    shop: &ShopRef,
    now: Timestamp,
) -> Result<Observation, String> {
    observe(row, mapping, shop, Slashes::DayFirst, now)
}

fn observe(
    row: &[String],
    mapping: &Mapping,
    shop: &ShopRef,
    slashes: Slashes,
    now: Timestamp,
) -> Result<Observation, String> {
    let field = |name: &str| mapping.get(name, row);
    let owned = |name: &str| field(name).map(str::to_owned);
    let title = owned("title").ok_or("has no title")?;
    let at = match field("date") {
        Some(text) => time_of(text, slashes).ok_or_else(|| format!("\"{text}\" is no date"))?,
        None => now,
    };
    let facts = ProductFacts {
        title,
        brand: owned("brand"),
        model: owned("model"),
        gtin: field("gtin").and_then(gtin::normalise),
        group: None,
        variant: None,
        category: owned("category"),
        description: owned("description"),
        attributes: Vec::new(),
        images: owned("image").into_iter().collect(),
        rating: rating(field("rating"), field("ratings")),
    };
    let shop = field("shop").map_or_else(|| shop.clone(), |name| ShopRef { name: name.to_owned(), ..shop.clone() });
    let variant = owned("variant");
    let titled = match &variant {
        Some(variant) => format!("{} ({variant})", facts.title),
        None => facts.title.clone(),
    };
    let key = owned("sku").or_else(|| owned("url")).or_else(|| facts.gtin.clone()).unwrap_or(titled);
    let mut look = Observation::new(shop, key, facts, at);
    look.variant = variant;
    look.sku = owned("sku");
    look.url = owned("url");
    look.condition = field("condition").map(page::condition).unwrap_or_default();
    look.availability = field("availability").map(page::availability).unwrap_or_default();
    prices(&mut look, mapping, row)?;
    Ok(look)
}

fn prices(look: &mut Observation, mapping: &Mapping, row: &[String]) -> Result<(), String> {
    let currency = mapping.get("currency", row).map(|text| {
        text.parse::<Currency>().ok().or_else(|| price::parse(&format!("1 {text}"), &Hint::default()).currency)
    });
    let hint = match currency {
        Some(None) => return Err(format!("\"{}\" is no currency", mapping.get("currency", row).unwrap_or_default())),
        Some(known) => Hint::currency(known),
        None => Hint::default(),
    };
    let Some(text) = mapping.get("price", row) else {
        look.outcome = Outcome::NoPrice;
        look.detail = Some("the row names no price".to_owned());
        return Ok(());
    };
    let reading = price::parse(text, &hint);
    if text.trim_start().starts_with('-') {
        return Err(format!("\"{text}\" is below zero"));
    }
    if reading.amount.is_some() && reading.currency.is_none() {
        return Err(format!("\"{text}\" names no currency; give one with --map currency=EUR"));
    }
    look.candidates = reading.candidates("column price");
    look.price = reading.asked();
    if look.price.is_none() {
        return Err(format!("\"{text}\" is no price"));
    }
    if let Some(list) = mapping.get("list", row).map(|text| price::parse(text, &hint)) {
        look.list_price = list.money;
        let of_list = list.candidates("column list").into_iter();
        look.candidates.extend(of_list.map(|c| PriceCandidate { kind: PriceKind::List, ..c }));
    }
    if let Some(promotion) = mapping.get("promotion", row) {
        let seen = price::parse(promotion, &hint).candidates("column promotion").into_iter();
        look.candidates.extend(seen.map(|c| PriceCandidate {
            kind: PriceKind::Promotion,
            raw: promotion.to_owned(),
            ..c
        }));
    }
    Ok(())
}

fn rating(stars: Option<&str>, count: Option<&str>) -> Option<Rating> {
    let stars: f64 = stars?.split('/').next()?.trim().replace(',', ".").parse().ok()?;
    let count =
        count.and_then(|c| c.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()).unwrap_or(0);
    ((0.0..=5.0).contains(&stars)).then_some(Rating { stars, count })
}

/// The header's cells.
pub(super) fn header(text: &str) -> Vec<String> {
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).from_reader(text.as_bytes());
    rows.headers().map(|h| h.iter().map(|c| c.trim().to_owned()).collect()).unwrap_or_default()
}

/// The one of `, ; tab |` that the first line uses most, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; 4];
    let marks = [',', ';', '\t', '|'];
    for c in text.chars().take_while(|c| *c != '\n') {
        quoted ^= c == '"';
        if let Some(n) = marks.iter().position(|m| *m == c && !quoted) {
            counts[n] += 1;
        }
    }
    let best =
        counts.iter().enumerate().max_by_key(|(n, count)| (**count, std::cmp::Reverse(*n))).map_or(0, |(n, _)| n);
    marks[best] as u8
}

/// Month first where a second number is above twelve in the first rows, else day first.
fn slashes(text: &str, delimiter: u8, mapping: &Mapping) -> Slashes {
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let month_first = rows.records().take(500).flatten().any(|record| {
        let row: Vec<String> = record.iter().map(str::to_owned).collect();
        let second =
            mapping.get("date", &row).and_then(|d| d.split('/').nth(1)).and_then(|p| p.trim().parse::<u32>().ok());
        second.is_some_and(|n| n > 12)
    });
    if month_first { Slashes::MonthFirst } else { Slashes::DayFirst }
}

/// A moment: RFC 3339, a plain date or date and time (read as UTC), `31.12.2026`, `31/12/2026`, or Unix seconds.
fn time_of(text: &str, slashes: Slashes) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let utc = |date: jiff::civil::DateTime| date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp());
    if let Ok(moment) = text.replacen(' ', "T", 1).parse::<jiff::civil::DateTime>() {
        return utc(moment);
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        return utc(date.to_datetime(jiff::civil::Time::midnight()));
    }
    if text.len() >= 9 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Timestamp::from_second(text.parse().ok()?).ok();
    }
    let mark = ['.', '/'].into_iter().find(|m| text.contains(*m))?;
    let parts: Vec<i16> = text.split(mark).map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    let [first, second, third] = parts[..] else { return None };
    let (year, month, day) = match (mark, slashes) {
        _ if first > 31 => (first, second, third),
        ('/', Slashes::MonthFirst) => (third, first, second),
        _ => (third, second, first),
    };
    let year = if year < 100 { year + 2000 } else { year };
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    utc(date.to_datetime(jiff::civil::Time::midnight()))
}

#[cfg(test)]
mod tests;
