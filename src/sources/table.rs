//! CSV and TSV with or without a header: rows to observations through a column mapping, in one stream.
//!
//! Rows that name the same thing at the same time with different prices are one ambiguous look with every price
//! kept: the file does not say which is meant, and neither do we. Wide files (a column for each series) become a look
//! for each series.

pub mod moment;
mod survey;

use super::gtin;
use super::import::{BATCH, ImportError, ImportOptions, Imported, OnBatch};
use super::mapping::{self, Dates, Mapping};
use super::page;
use super::price::{self, Hint};
use super::rows::{RawRow, Rows, delimiter_of};
use super::stream::{Charset, Opened};
use crate::domain::*;
use std::collections::HashMap;
use std::io;
use survey::Survey;

/// Looks held back at most while rows of the same moment may still come.
const MOST_HELD: usize = 50_000;
/// Rows looked at to tell a table without a header.
const SHAPE_ROWS: usize = 40;
/// Cells that say that there is no offer.
const NO_OFFER: [&str; 10] = ["-", "--", "–", "-1", "n/a", "na", "null", "none", "nan", "#n/a"];

/// A table that can be read more than once.
pub struct Source<'a> {
    /// Opens it at its beginning.
    pub open: &'a dyn Fn() -> io::Result<Opened<'static>>,
    /// Its length in bytes, an estimate where it is compressed.
    pub bytes: u64,
}

/// How the cells of one table are read.
struct Reading<'a> {
    mapping: &'a Mapping,
    shop: &'a ShopRef,
    dates: Dates,
    decimal_mark: Option<char>,
    now: Timestamp,
}

/// Where a table begins: its header, and whether the first line is one.
struct Head {
    delimiter: u8,
    header: Vec<String>,
    /// The first line is a row.
    bare: bool,
}

/// Reads a table; see [`super::import::import_file`].
///
/// # Errors
/// Where no mapping fits, or the order of day and month cannot be told.
pub fn read(
    source: &Source<'_>,
    shop: &ShopRef,
    options: &ImportOptions<'_>,
    on_batch: OnBatch<'_>,
) -> Result<Imported, ImportError> {
    let head = head(source, options.map)?;
    let mapping = mapping_of(source, &head, options)?;
    let mut imported = Imported::new(SourceKind::Csv);
    imported.mapping = mapping.pairs().to_vec();
    imported.header.clone_from(&head.header);
    let survey = survey(source, &head, &mapping)?;
    let dates = match mapping.dates() {
        Some(dates) => dates,
        None => survey.dates().map_err(|cell| ImportError::DateOrder { cell })?,
    };
    let reading = Reading { mapping: &mapping, shop, dates, decimal_mark: survey.decimal_mark(), now: options.now };
    let mut rows = rows(source, &head)?;
    let (mut held, mut suspects) = (Held::default(), Held::default());
    while let Some(row) = next(&mut rows, &mut imported)? {
        imported.rows += 1;
        let cells = match fitting(row.cells, head.header.len()) {
            Ok(cells) => cells,
            Err(reason) => {
                imported.broken(row.line, reason);
                continue;
            }
        };
        let keep = if survey.is_suspect(&cells, &mapping) { &mut suspects } else { &mut held };
        match reading.looks(&cells) {
            Ok(looks) => looks.into_iter().for_each(|look| keep.add(look)),
            Err(reason) => imported.broken(row.line, reason),
        }
        let full = held.looks.len() >= BATCH && !hand_over(&mut held, &mut imported, on_batch);
        if full || suspects.looks.len() >= MOST_HELD && !hand_over(&mut suspects, &mut imported, on_batch) {
            return Ok(imported);
        }
    }
    if hand_over(&mut held, &mut imported, on_batch) {
        hand_over(&mut suspects, &mut imported, on_batch);
    }
    imported.complete = imported.cut.is_none();
    Ok(imported)
}

/// The mapping of a table: given, or guessed from its header, or from its cells where it has none.
///
/// # Errors
/// Where none fits.
pub fn mapping(source: &Source<'_>, options: &ImportOptions<'_>) -> Result<(Mapping, Vec<String>), ImportError> {
    let head = head(source, options.map)?;
    Ok((mapping_of(source, &head, options)?, head.header))
}

fn mapping_of(source: &Source<'_>, head: &Head, options: &ImportOptions<'_>) -> Result<Mapping, ImportError> {
    if let Some(pairs) = options.map {
        return Mapping::given(pairs, &head.header);
    }
    if let Some(pairs) = options.remembered.and_then(|known| known.of(&head.header)) {
        return Mapping::given(&pairs, &head.header);
    }
    if !head.bare {
        return Mapping::guess(&head.header);
    }
    let mut shapes = vec![(0_usize, 0_usize, 0_usize); head.header.len()];
    let mut seen = 0;
    let mut rows = rows(source, head)?;
    while let Some(row) = rows.next_row().map_err(ImportError::reading)?.filter(|_| seen < SHAPE_ROWS) {
        let Ok(cells) = fitting(row.cells, head.header.len()) else { continue };
        seen += 1;
        for (shape, cell) in shapes.iter_mut().zip(&cells) {
            let is_moment =
                moment::read(cell, Dates::DayFirst).or_else(|| moment::read(cell, Dates::MonthFirst)).is_some();
            shape.0 += usize::from(is_moment);
            shape.1 += usize::from(is_amount(cell));
            shape.2 += cell.chars().count();
        }
    }
    let most = |count: usize| seen > 0 && count * 10 >= seen * 8;
    let shapes: Vec<(bool, bool, usize)> = shapes
        .into_iter()
        .map(|(moments, amounts, length)| (most(moments), most(amounts), length / seen.max(1)))
        .collect();
    Mapping::shaped(&shapes, &head.header)
}

/// The first line, and whether it is a header: words that columns are called by, or no amount and no moment in it.
fn head(source: &Source<'_>, map: Option<&[(String, String)]>) -> Result<Head, ImportError> {
    let opened = (source.open)().map_err(ImportError::reading)?;
    let delimiter = delimiter_of(&opened.start);
    let mut rows = Rows::new(opened.reader, delimiter, Charset::UNSAID);
    let first = rows.next_row().map_err(ImportError::reading)?.and_then(|row| row.cells.ok()).unwrap_or_default();
    let header: Vec<String> = first.iter().map(|cell| cell.trim().to_owned()).collect();
    let named = |name: &str| header.iter().any(|h| mapping::folded(h) == mapping::folded(name));
    let known =
        header.iter().any(|cell| mapping::is_known(cell)) || map.is_some_and(|m| m.iter().any(|(_, c)| named(c)));
    let value = |cell: &String| is_amount(cell) || moment::read(cell, Dates::DayFirst).is_some();
    let bare = !known && header.iter().any(value);
    let header = if bare { (1..=header.len()).map(|n| n.to_string()).collect() } else { header };
    Ok(Head { delimiter, header, bare })
}

/// A cell that is an amount and nothing else: digits with marks, perhaps a currency.
fn is_amount(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && letters <= 3 && cell.chars().count() <= 20 && price::parse(cell, &Hint::default()).amount.is_some()
}

fn rows(source: &Source<'_>, head: &Head) -> Result<Rows<Box<dyn io::BufRead>>, ImportError> {
    let opened = (source.open)().map_err(ImportError::reading)?;
    let mut rows = Rows::new(opened.reader, head.delimiter, Charset::UNSAID);
    rows.expect_cells(head.header.len());
    if !head.bare {
        rows.next_row().map_err(ImportError::reading)?;
    }
    Ok(rows)
}

/// The next row; a stream that breaks off (a gzip file cut short) ends the table, what was read stays.
fn next(rows: &mut Rows<Box<dyn io::BufRead>>, imported: &mut Imported) -> Result<Option<RawRow>, ImportError> {
    match rows.next_row() {
        Ok(row) => Ok(row),
        Err(error) if super::stream::is_bomb(&error) => Err(ImportError::reading(error)),
        Err(error) => {
            imported.cut = Some(format!("it breaks off: {error}"));
            Ok(None)
        }
    }
}

fn fitting(cells: Result<Vec<String>, String>, width: usize) -> Result<Vec<String>, String> {
    let cells = cells?;
    if cells.len() != width {
        return Err(format!("has {} columns where the header has {width}", cells.len()));
    }
    Ok(cells)
}

fn survey(source: &Source<'_>, head: &Head, mapping: &Mapping) -> Result<Survey, ImportError> {
    let mut survey = Survey::new(source.bytes);
    for pass in 0..survey.passes {
        let mut rows = rows(source, head)?;
        while let Ok(Some(row)) = rows.next_row() {
            if let Ok(cells) = fitting(row.cells, head.header.len()) {
                survey.see(&cells, mapping, pass);
            }
        }
        survey.end_pass();
    }
    Ok(survey)
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
    places: HashMap<(String, String, Condition, i64), usize>,
}

impl Held {
    fn add(&mut self, look: Observation) {
        let key = (look.shop.name.clone(), look.shop_key.clone(), look.condition, look.observed_at.as_millisecond());
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

/// One row of values whose names are a header's, as JSON lines bring them.
///
/// # Errors
/// Why it is no look.
pub(super) fn observe_row(
    row: &[String],
    mapping: &Mapping,
    shop: &ShopRef,
    now: Timestamp,
) -> Result<Vec<Observation>, String> {
    let dates = mapping.dates().unwrap_or(Dates::DayFirst);
    Reading { mapping, shop, dates, decimal_mark: None, now }.looks(row)
}

impl Reading<'_> {
    /// The looks of a row: one, or one for each series.
    fn looks(&self, row: &[String]) -> Result<Vec<Observation>, String> {
        let hint = self.hint(row)?;
        if self.mapping.series().is_empty() {
            let mut look = self.look(row)?;
            self.prices(&mut look, row, &hint)?;
            return Ok(vec![look]);
        }
        let mut looks = Vec::new();
        for (column, name) in self.mapping.series() {
            let Some(cell) = row.get(*column).map(|cell| cell.trim()) else { continue };
            let mut look = self.look(row)?;
            look.shop_key = format!("{} [{}]", look.shop_key, mapping::folded(name));
            look.seller = Some(name.clone());
            look.condition = condition_of(name).unwrap_or(look.condition);
            self.price(&mut look, cell, name, &hint)?;
            self.list(&mut look, row, &hint);
            looks.push(look);
        }
        Ok(looks)
    }

    fn look(&self, row: &[String]) -> Result<Observation, String> {
        let field = |name: &str| self.mapping.get(name, row);
        let owned = |name: &str| field(name).map(str::to_owned);
        let wide = !self.mapping.series().is_empty();
        let title = owned("title").or_else(|| wide.then(|| self.shop.name.clone())).ok_or("has no title")?;
        let at = match field("date") {
            Some(text) => moment::read(text, self.dates).ok_or_else(|| format!("\"{text}\" is no date"))?,
            None => self.now,
        };
        let facts = ProductFacts {
            title,
            brand: owned("brand"),
            model: owned("model"),
            gtin: field("gtin").and_then(gtin::normalise),
            category: owned("category"),
            description: owned("description"),
            images: owned("image").into_iter().collect(),
            rating: rating(field("rating"), field("ratings")),
            ..ProductFacts::default()
        };
        let shop = field("shop")
            .map_or_else(|| self.shop.clone(), |name| ShopRef { name: name.to_owned(), ..self.shop.clone() });
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
        Ok(look)
    }

    fn hint(&self, row: &[String]) -> Result<Hint<'static>, String> {
        let Some(text) = self.mapping.get("currency", row) else {
            return Ok(Hint { decimal_mark: self.decimal_mark, ..Hint::default() });
        };
        let known = text.parse().ok().or_else(|| price::parse(&format!("1 {text}"), &Hint::default()).currency);
        match known {
            Some(known) => Ok(Hint { decimal_mark: self.decimal_mark, ..Hint::currency(Some(known)) }),
            None => Err(format!("\"{text}\" is no currency")),
        }
    }

    fn prices(&self, look: &mut Observation, row: &[String], hint: &Hint<'_>) -> Result<(), String> {
        self.price(look, self.mapping.get("price", row).unwrap_or_default(), "price", hint)?;
        self.list(look, row, hint);
        if let Some(promotion) = self.mapping.get("promotion", row) {
            let seen = price::parse(promotion, hint).candidates("column promotion").into_iter();
            look.candidates.extend(seen.map(|c| PriceCandidate {
                kind: PriceKind::Promotion,
                raw: promotion.to_owned(),
                ..c
            }));
        }
        Ok(())
    }

    fn list(&self, look: &mut Observation, row: &[String], hint: &Hint<'_>) {
        let Some(text) = self.mapping.get("list", row).filter(|text| !is_no_offer(text)) else { return };
        let list = price::parse(text, hint);
        look.list_price = list.money.filter(|_| look.price.is_some());
        let of_list = list.candidates("column list").into_iter();
        look.candidates.extend(of_list.map(|c| PriceCandidate { kind: PriceKind::List, ..c }));
    }

    /// The price in a cell; an empty one, or a sign for "none", is a look that found no offer.
    fn price(&self, look: &mut Observation, text: &str, name: &str, hint: &Hint<'_>) -> Result<(), String> {
        if text.is_empty() || is_no_offer(text) {
            look.outcome = Outcome::NoPrice;
            look.detail =
                Some(if text.is_empty() { "the row names no price" } else { "the row says: no offer" }.to_owned());
            if !text.is_empty() && look.availability == Availability::Unknown {
                look.availability = Availability::OutOfStock;
            }
            return Ok(());
        }
        if text.starts_with(['-', '\u{2212}']) {
            return Err(format!("\"{text}\" is below zero"));
        }
        let reading = price::parse(text, hint);
        if reading.amount.is_some() && reading.currency.is_none() {
            return Err(format!("\"{text}\" names no currency; give one with --map currency=EUR"));
        }
        look.candidates = reading.candidates(&format!("column {name}"));
        look.price = reading.asked();
        if look.price.is_none() {
            return Err(format!("\"{text}\" is no price"));
        }
        Ok(())
    }
}

fn is_no_offer(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 5 && NO_OFFER.contains(&text.to_ascii_lowercase().as_str())
        || text
            .strip_prefix("-1.")
            .or_else(|| text.strip_prefix("-1,"))
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b == b'0'))
}

/// The condition that a series is about, by its name.
fn condition_of(name: &str) -> Option<Condition> {
    let name = mapping::folded(name);
    let has = |word: &str| name.split(' ').any(|w| w == word);
    if has("used") || has("warehouse") || has("collectible") {
        Some(Condition::Used)
    } else if has("refurbished") || has("renewed") {
        Some(Condition::Refurbished)
    } else {
        None
    }
}

fn rating(stars: Option<&str>, count: Option<&str>) -> Option<Rating> {
    let stars: f64 = stars?.split('/').next()?.trim().replace(',', ".").parse().ok()?;
    let count =
        count.and_then(|c| c.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()).unwrap_or(0);
    ((0.0..=5.0).contains(&stars)).then_some(Rating { stars, count })
}

#[cfg(test)]
mod tests;
