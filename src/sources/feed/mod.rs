//! Product feeds as streams: Google Merchant (XML, tables), Agentic Commerce (JSON lines, tables), Open Prices dumps.
//!
//! Memory is bounded by one item and one batch, whatever the length. A feed that is cut off is never complete, so that
//! nothing is taken for gone. Never fetches, never stores.

mod acp;
pub mod item;
mod lines;
mod money;
mod plain;
mod row;
mod split;
mod table;
mod when;
mod xml;

pub use money::per_unit;
pub use when::{Window, moment};

use super::rows::{Rows, delimiter_of};
use super::stream::{self, Charset, Opened};
use crate::domain::{Currency, Observation, Outcome, ShopRef, SourceKind, Timestamp};
use row::Row;
use serde::Serialize;
use split::{SplitError, Splitter};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead};

/// Observations handed over at a time.
const BATCH: usize = 2_000;
/// Broken items that are told one by one; the rest are counted.
const MOST_TOLD: usize = 20;
/// Ids that are remembered to find those that stand twice.
const MOST_IDS: usize = 4_000_000;
/// Items without one that can be read: then it is no feed.
const MOST_IN_VAIN: u64 = 10_000;

/// How to read a feed.
#[derive(Debug, Clone)]
pub struct FeedOptions {
    /// Whose feed it is.
    pub shop: ShopRef,
    pub now: Timestamp,
    /// Currency of amounts that name none.
    pub currency: Option<Currency>,
    /// Where the buyer is, as ISO 3166 code: whose shipping counts.
    pub country: Option<String>,
    /// All bytes are known to be there (a file, a download of the announced length): the last line of a table is
    /// then trusted though no line end follows it.
    pub whole: bool,
}

impl FeedOptions {
    /// A feed of that shop, read now.
    pub fn new(shop: ShopRef, now: Timestamp) -> Self {
        Self { shop, now, currency: None, country: None, whole: false }
    }
}

/// Why a feed cannot be read at all. Each message says what it is instead or what to do.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("the feed cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Refused(String),
    #[error("it is no product feed: {0}")]
    NotAFeed(String),
    #[error("{} is not read as a feed", .0.word())]
    NotAKind(SourceKind),
}

/// An item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenItem {
    /// 1-based line that it starts on.
    pub line: u64,
    /// Byte offset in the document as UTF-8, where it is known.
    pub offset: Option<u64>,
    pub reason: String,
}

/// What a feed held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedRead {
    pub kind: SourceKind,
    /// Items met, broken ones included.
    pub items: u64,
    pub observations: u64,
    /// Items whose offer has ended by its own date.
    pub expired: u64,
    /// Items with an id that came before; the first counts.
    pub repeated: u64,
    /// The first broken items.
    pub broken: Vec<BrokenItem>,
    pub broken_items: u64,
    /// The feed was read to its end and every item is accounted for: what is missing is gone.
    pub complete: bool,
    /// Why it is not complete.
    pub cut: Option<String>,
    /// What is odd about items that were read, with how many.
    pub notes: Vec<(String, u64)>,
    /// Looks by outcome.
    pub without_price: u64,
}

/// Takes a batch; `false` ends the reading.
pub type OnBatch<'a> = &'a mut dyn FnMut(Vec<Observation>) -> bool;

/// Reads a feed and hands its offers over in batches.
///
/// # Errors
/// Where it is no feed, or is refused: a decompression bomb, declared entities. What was handed over before stays.
/// A feed that breaks off is no error: it is not complete.
pub fn read(
    kind: SourceKind,
    reader: impl BufRead,
    options: &FeedOptions,
    on_batch: OnBatch<'_>,
) -> Result<FeedRead, FeedError> {
    let opened = stream::open(reader)?;
    let mut sink = Sink::new(kind, options, on_batch);
    let begins = opened.start.trim_ascii_start();
    match kind {
        SourceKind::Merchant | SourceKind::Acp => {
            refuse_others(begins)?;
            match begins.first() {
                Some(b'<') => xml_feed(opened, &mut sink)?,
                Some(b'{' | b'[') => lines::products(opened, &mut sink)?,
                _ => table_feed(opened, &mut sink)?,
            }
        }
        SourceKind::OpenPrices => lines::open_prices(opened, &mut sink)?,
        other => return Err(FeedError::NotAKind(other)),
    }
    sink.finish()
}

/// What is no feed for certain.
fn refuse_others(begins: &[u8]) -> Result<(), FeedError> {
    let head: Vec<u8> = begins.iter().take(200).map(u8::to_ascii_lowercase).collect();
    let what = if begins.is_empty() {
        "it is empty"
    } else if head.starts_with(b"<!doctype html") || head.starts_with(b"<html") {
        "a web page stands there; the address may have moved or wants a login"
    } else if head.starts_with(b"pk\x03\x04") {
        "a zip archive; unpack it and give the file inside"
    } else if head.starts_with(b"par1") {
        "a parquet file; give its jsonl or csv form"
    } else if head.starts_with(&[0x1f, 0x8b]) {
        "it is compressed twice"
    } else if head.contains(&0) {
        "it is not text"
    } else {
        return Ok(());
    };
    Err(FeedError::NotAFeed(what.to_owned()))
}

/// Where observations gather on their way out, and what is to be said about the feed.
pub(super) struct Sink<'a> {
    options: &'a FeedOptions,
    on_batch: OnBatch<'a>,
    held: Vec<Observation>,
    read: FeedRead,
    seen: HashSet<u64>,
    hasher: RandomState,
    /// Items that are left out without its being known which offer they are.
    unidentified: u64,
    /// The taker wants no more.
    stopped: bool,
}

impl<'a> Sink<'a> {
    fn new(kind: SourceKind, options: &'a FeedOptions, on_batch: OnBatch<'a>) -> Self {
        let read = FeedRead {
            kind,
            items: 0,
            observations: 0,
            expired: 0,
            repeated: 0,
            broken: Vec::new(),
            broken_items: 0,
            complete: false,
            cut: None,
            notes: Vec::new(),
            without_price: 0,
        };
        Self {
            options,
            on_batch,
            held: Vec::new(),
            read,
            seen: HashSet::new(),
            hasher: RandomState::new(),
            unidentified: 0,
            stopped: false,
        }
    }

    fn broken(&mut self, line: u64, offset: Option<u64>, reason: impl Into<String>) {
        self.read.broken_items += 1;
        if self.read.broken.len() < MOST_TOLD {
            self.read.broken.push(BrokenItem { line, offset, reason: reason.into() });
        }
    }

    /// An item that cannot be read; with its id it is known not to be gone.
    fn unreadable(&mut self, line: u64, offset: Option<u64>, id: Option<&str>, reason: &str) {
        match id {
            Some(id) => self.push(line, offset, item::unreadable(id, reason, self.options)),
            None => self.unidentified += 1,
        }
        self.broken(line, offset, reason);
    }

    fn note(&mut self, text: &str) {
        match self.read.notes.iter_mut().find(|(known, _)| known == text) {
            Some((_, count)) => *count += 1,
            None => self.read.notes.push((text.to_owned(), 1)),
        }
    }

    fn row(&mut self, line: u64, offset: Option<u64>, row: &Row) {
        let mut notes = Vec::new();
        match item::read(row, self.options, &mut notes) {
            Ok(item::Read::Look(look)) => {
                if look.outcome == Outcome::Error {
                    self.broken(line, offset, look.detail.clone().unwrap_or_default());
                }
                self.push(line, offset, *look);
            }
            Ok(item::Read::Expired) => self.read.expired += 1,
            Err(reason) => self.unreadable(line, offset, None, &reason),
        }
        notes.into_iter().for_each(|note| self.note(note));
    }

    /// Takes one look, unless its offer came before.
    fn push(&mut self, line: u64, offset: Option<u64>, look: Observation) {
        let key = self.hasher.hash_one((&look.shop.name, &look.shop_key, look.condition, look.observed_at));
        if self.seen.len() < MOST_IDS && !self.seen.insert(key) {
            self.read.repeated += 1;
            if self.read.repeated == 1 {
                let place = offset.map_or_else(|| format!("line {line}"), |at| format!("byte {at}"));
                self.note(&format!(
                    "ids that stand twice, {} at {place} the first: only the first of each is read",
                    look.shop_key
                ));
            }
            return;
        }
        self.read.without_price += u64::from(look.outcome == Outcome::NoPrice);
        self.held.push(look);
        if self.held.len() >= BATCH {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        if self.held.is_empty() || self.stopped {
            return;
        }
        self.read.observations += self.held.len() as u64;
        self.stopped = !(self.on_batch)(std::mem::replace(&mut self.held, Vec::with_capacity(BATCH)));
    }

    fn cut(&mut self, reason: impl Into<String>) {
        self.read.cut.get_or_insert(reason.into());
    }

    /// An error of the reader: a bomb is refused, everything else ends the feed where it is.
    fn broke_off(&mut self, error: &io::Error) -> Result<(), FeedError> {
        if stream::is_bomb(error) {
            return Err(FeedError::Refused(error.to_string()));
        }
        self.cut(format!("it breaks off: {error}"));
        Ok(())
    }

    fn in_vain(&self) -> bool {
        self.read.observations == 0 && self.held.is_empty() && self.read.broken_items >= MOST_IN_VAIN
    }

    fn finish(mut self) -> Result<FeedRead, FeedError> {
        self.hand_over();
        if self.stopped {
            self.cut("the reading was ended");
        }
        if self.unidentified > 0 {
            let count = self.unidentified;
            self.cut(format!("{count} items could not be told from others, so that none counts as gone"));
        }
        self.read.complete = self.read.cut.is_none();
        Ok(self.read)
    }
}

fn xml_feed(opened: Opened<'_>, sink: &mut Sink<'_>) -> Result<(), FeedError> {
    let charset = declared(&opened.start);
    let mut splitter = Splitter::new(opened.reader);
    let mut spaces = None;
    loop {
        let piece = match splitter.next_item() {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(SplitError::Entities) => return Err(FeedError::Refused(SplitError::Entities.to_string())),
            Err(SplitError::Io(error)) => {
                sink.broke_off(&error)?;
                return Ok(());
            }
        };
        let spaces = spaces.get_or_insert_with(|| xml::Namespaces::of(splitter.head()));
        sink.read.items += 1;
        let place = Some(piece.offset);
        let text = charset.decode(&piece.bytes);
        if piece.too_large {
            let reason = format!("is larger than {} MiB", split::MOST_ITEM >> 20);
            sink.unreadable(piece.line, place, salvaged_id(&text), &reason);
        } else {
            match xml::read(&text, spaces) {
                Ok(row) => sink.row(piece.line, place, &row),
                Err(reason) => sink.unreadable(piece.line, place, salvaged_id(&text), &reason),
            }
        }
        if sink.stopped || sink.in_vain() {
            return Ok(());
        }
    }
    let root = splitter.root().map(|r| String::from_utf8_lossy(r).into_owned());
    let known =
        root.as_deref().is_some_and(|r| matches!(r.rsplit(':').next(), Some("rss" | "feed" | "RDF" | "channel")));
    if sink.read.items == 0 && !known {
        let name = root.unwrap_or_else(|| "no element".to_owned());
        return Err(FeedError::NotAFeed(format!("an XML document of <{}>", plain::line(&name, 40))));
    }
    if splitter.ends_in_item() {
        sink.cut("it breaks off inside an item");
    } else if !splitter.is_closed() {
        sink.cut("it breaks off before its end");
    }
    Ok(())
}

/// The charset of the XML declaration.
fn declared(start: &[u8]) -> Charset {
    let head = String::from_utf8_lossy(start.get(..start.len().min(200)).unwrap_or_default()).into_owned();
    let declaration = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let label = declaration.and_then(|d| d.split("encoding").nth(1)).and_then(|e| e.split(['"', '\'']).nth(1));
    label.map_or(Charset::UNSAID, Charset::labelled)
}

/// The id in an item that cannot be read.
fn salvaged_id(text: &str) -> Option<&str> {
    let at = text.find("id>").filter(|at| text[..*at].ends_with([':', '<']))?;
    let rest = &text[at + 3..];
    let id = rest[..rest.find('<')?].trim();
    (!id.is_empty() && id.len() < 200 && !id.contains('&')).then_some(id)
}

fn table_feed(opened: Opened<'_>, sink: &mut Sink<'_>) -> Result<(), FeedError> {
    let whole = sink.options.whole || opened.gzip;
    let mut rows = Rows::new(opened.reader, delimiter_of(&opened.start), Charset::UNSAID);
    let first = rows.next_row()?;
    if first.as_ref().is_some_and(|row| row.unended) && !whole {
        sink.cut("it breaks off in its first line");
    }
    let header = first.and_then(|row| row.cells.ok()).unwrap_or_default();
    let names = || plain::line(&header.join(", "), 120);
    let columns = table::Columns::of(&header).ok_or_else(|| {
        FeedError::NotAFeed(format!("its first line ({}) names no title with an id, link or gtin", names()))
    })?;
    rows.expect_cells(header.len());
    loop {
        let row = match rows.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(()),
            Err(error) => return sink.broke_off(&error),
        };
        sink.read.items += 1;
        if row.unended && !whole {
            sink.cut("its last line has no end and may be cut off");
            sink.broken(row.line, None, "has no line end and may be cut off");
            return Ok(());
        }
        match row.cells {
            Ok(mut cells) => {
                // Empty cells at the end of a line are often left away or added.
                while cells.len() > header.len() && cells.last().is_some_and(|c| c.trim().is_empty()) {
                    cells.pop();
                }
                if cells.len() > header.len() || cells.len() < header.len().min(2) {
                    let reason = format!("has {} columns where the header has {}", cells.len(), header.len());
                    let id = columns.row(cells.get(..1).unwrap_or_default()).get("id").map(str::to_owned);
                    sink.unreadable(row.line, None, id.as_deref(), &reason);
                } else {
                    sink.row(row.line, None, &columns.row(&cells));
                }
            }
            Err(reason) => sink.unreadable(row.line, None, None, &reason),
        }
        if sink.stopped || sink.in_vain() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
