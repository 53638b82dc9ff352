//! Reading a file of the user's: what it is, then each row or page as observations, in batches.
//!
//! A broken row is reported and the rest read on. Never writes to the store: the caller takes the batches.

use super::api::keepa;
use super::feed::{self, FeedError, FeedOptions};
use super::mapping::Pair;
use super::remembered::Remembered;
use super::selectors::Selectors;
use super::stream::{self, Charset, Opened};
use super::{charset, jsonl, page, shop, table};
use crate::domain::{Observation, ShopRef, SourceKind, Timestamp};
use serde::Serialize;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// Observations handed over at a time.
pub(super) const BATCH: usize = 4_000;
/// Broken rows that are told one by one; the rest are counted.
const MOST_TOLD: usize = 20;
/// What is read whole may be so long: a saved page, or one JSON document. Tables, lines and feeds are streamed.
const MOST_WHOLE: u64 = 256 << 20;

/// Why a file cannot be imported. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{path}: {detail}")]
    Io { path: PathBuf, detail: String },
    #[error("{path}: not a text file; emptor reads CSV, JSON lines, product feeds and saved product pages")]
    Binary { path: PathBuf },
    #[error("{path}: the file is empty")]
    Empty { path: PathBuf },
    #[error("{path}: larger than {} MiB, which is too large for one page or JSON document; give a table or JSON lines", MOST_WHOLE >> 20)]
    TooLarge { path: PathBuf },
    #[error("no column can be told to hold the {field} (columns: {header}); name it with --map {field}=COLUMN")]
    Unmapped { field: &'static str, header: String },
    #[error("there is no column \"{column}\" (columns: {header})")]
    NoColumn { column: String, header: String },
    #[error("\"{field}\" is no field; these are: {known}")]
    UnknownField { field: String, known: String },
    #[error(
        "{kind} is not read from a file; import a csv, jsonl or saved page, or add the shop with `emptor source add`"
    )]
    NotAFile { kind: &'static str },
    #[error("\"{cell}\" can be read in two ways; say how dates are written with --map dates=dmy or --map dates=mdy")]
    DateOrder { cell: String },
    #[error("\"{word}\" says nothing of dates; give dates=dmy, dates=mdy or dates=keepa")]
    DatesWord { word: String },
    #[error("{0}")]
    Reading(String),
    #[error("{path}: the page names no product; save the product's own page, scripts included")]
    NoProduct { path: PathBuf },
}

impl ImportError {
    /// An error of the stream that a file is read as.
    pub(super) fn reading(error: impl std::fmt::Display) -> Self {
        Self::Reading(error.to_string())
    }
}

/// How to read a file.
#[derive(Debug, Clone, Copy)]
pub struct ImportOptions<'a> {
    /// Guessed from name and content where absent.
    pub kind: Option<SourceKind>,
    /// Field and column pairs; guessed from the header where absent.
    pub map: Option<&'a [(String, String)]>,
    /// Address that a saved page came from.
    pub url: Option<&'a str>,
    /// The rules that the user wrote for shops' pages.
    pub selectors: Option<&'a Selectors>,
    /// Mappings that worked before, by header.
    pub remembered: Option<&'a Remembered>,
    /// Whose offers they are, where the rows do not say; the file's name else.
    pub shop: Option<&'a ShopRef>,
    pub now: Timestamp,
}

impl ImportOptions<'_> {
    /// Everything is guessed.
    pub fn new(now: Timestamp) -> Self {
        Self { kind: None, map: None, url: None, selectors: None, remembered: None, shop: None, now }
    }
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenRow {
    /// 1-based line of the file.
    pub line: u64,
    pub reason: String,
}

/// What an import read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub kind: SourceKind,
    /// The column mapping used, for tables.
    pub mapping: Vec<Pair>,
    /// Rows or products read, broken ones included.
    pub rows: u64,
    pub observations: u64,
    /// The first broken rows.
    pub broken: Vec<BrokenRow>,
    pub broken_rows: u64,
    /// The names of a table's columns; their numbers where it has no header.
    pub header: Vec<String>,
    /// It was read to its end. A feed's offer that is missing is gone then.
    pub complete: bool,
    /// Why it was not.
    pub cut: Option<String>,
    /// What else is to be said about it.
    pub notes: Vec<String>,
}

impl Imported {
    pub(super) fn new(kind: SourceKind) -> Self {
        Self {
            kind,
            mapping: Vec::new(),
            rows: 0,
            observations: 0,
            broken: Vec::new(),
            broken_rows: 0,
            header: Vec::new(),
            complete: false,
            cut: None,
            notes: Vec::new(),
        }
    }

    pub(super) fn broken(&mut self, line: u64, reason: impl Into<String>) {
        self.broken_rows += 1;
        if self.broken.len() < MOST_TOLD {
            self.broken.push(BrokenRow { line, reason: reason.into() });
        }
    }
}

/// Takes a batch; `false` ends the import.
pub type OnBatch<'a> = &'a mut dyn FnMut(Vec<Observation>) -> bool;

/// Reads a file (`-`: standard input) and hands its observations over in batches.
///
/// # Errors
/// Where nothing of the file can be read. Single broken rows are in the result.
pub fn import_file(path: &Path, options: &ImportOptions<'_>, on_batch: OnBatch<'_>) -> Result<Imported, ImportError> {
    let place = Place::of(path)?;
    let start = place.start()?;
    let shop = options.shop.cloned().unwrap_or_else(|| named_shop(path, options.url));
    match options.kind.unwrap_or_else(|| kind_of(path, &start)) {
        SourceKind::Jsonl => jsonl::read(&place, &shop, options, on_batch),
        SourceKind::Page | SourceKind::Shop => saved_page(path, &place.whole()?, options, on_batch),
        SourceKind::Csv => place.with_table(|source| table::read(source, &shop, options, on_batch)),
        SourceKind::Keepa => keepa::import(&place.whole()?, on_batch),
        kind @ (SourceKind::Merchant | SourceKind::Acp | SourceKind::OpenPrices) => {
            let options = FeedOptions { whole: true, ..FeedOptions::new(shop, options.now) };
            let opened = place.file()?;
            feed::read(kind, opened, &options, on_batch).map(from_feed).map_err(|error| place.refused(error))
        }
        kind => Err(ImportError::NotAFile { kind: kind.word() }),
    }
}

/// Reads the document of a source again with the mapping it was added with; a reason in words where that fails.
///
/// # Errors
/// See [`import_file`].
pub fn read_again(
    path: &Path,
    kind: SourceKind,
    mapping: Option<&serde_json::Value>,
    shop: Option<&ShopRef>,
    now: Timestamp,
    on_batch: OnBatch<'_>,
) -> Result<Imported, String> {
    let pairs: Vec<Pair> = mapping.and_then(|m| serde_json::from_value(m.clone()).ok()).unwrap_or_default();
    let pairs: Vec<(String, String)> = pairs.into_iter().map(|p| (p.field, p.from)).collect();
    let map = (!pairs.is_empty()).then_some(pairs.as_slice());
    let options = ImportOptions { kind: Some(kind), map, shop, ..ImportOptions::new(now) };
    import_file(path, &options, on_batch).map_err(|e| e.to_string())
}

fn from_feed(read: feed::FeedRead) -> Imported {
    let mut imported = Imported::new(read.kind);
    imported.rows = read.items;
    imported.observations = read.observations;
    imported.broken = read.broken.into_iter().map(|b| BrokenRow { line: b.line, reason: b.reason }).collect();
    imported.broken_rows = read.broken_items;
    imported.complete = read.complete;
    imported.notes = read.notes.into_iter().map(|(note, count)| format!("{note} ({count})")).collect();
    if read.expired > 0 {
        imported.notes.push(format!("{} offers have ended by their own date and are left out", read.expired));
    }
    // A dump of past observations is no listing and has no end that matters.
    imported.cut = read.cut.filter(|_| read.kind != SourceKind::OpenPrices);
    imported
}

/// A file that can be read more than once; standard input is kept in a temporary one.
pub(super) struct Place {
    path: PathBuf,
    told: PathBuf,
    _kept: Option<tempfile::NamedTempFile>,
}

impl Place {
    fn of(path: &Path) -> Result<Self, ImportError> {
        let told = path.to_path_buf();
        if path != Path::new("-") {
            return Ok(Self { path: path.to_path_buf(), told, _kept: None });
        }
        let io = |e: io::Error| ImportError::Io { path: told.clone(), detail: e.to_string() };
        let mut kept = tempfile::NamedTempFile::new().map_err(io)?;
        io::copy(&mut io::stdin().lock(), kept.as_file_mut()).map_err(io)?;
        Ok(Self { path: kept.path().to_path_buf(), told, _kept: Some(kept) })
    }

    fn io(&self, error: &io::Error) -> ImportError {
        ImportError::Io { path: self.told.clone(), detail: error.to_string() }
    }

    fn file(&self) -> Result<BufReader<std::fs::File>, ImportError> {
        let file = std::fs::File::open(&self.path).map_err(|e| self.io(&e))?;
        if file.metadata().is_ok_and(|m| m.is_dir()) {
            return Err(ImportError::Io { path: self.told.clone(), detail: "is a folder".to_owned() });
        }
        Ok(BufReader::with_capacity(64 << 10, file))
    }

    /// Opens it at its beginning.
    pub(super) fn open(&self) -> io::Result<Opened<'static>> {
        stream::open(BufReader::with_capacity(64 << 10, std::fs::File::open(&self.path)?))
    }

    /// Its first characters; an error where it is empty or no text.
    fn start(&self) -> Result<String, ImportError> {
        self.file()?;
        let opened = self.open().map_err(|e| self.io(&e))?;
        if opened.start.iter().all(u8::is_ascii_whitespace) {
            return Err(ImportError::Empty { path: self.told.clone() });
        }
        let head: Vec<char> = Charset::UNSAID.decode(&opened.start).chars().take(8192).collect();
        let odd = head.iter().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')).count();
        if head.contains(&'\0') || odd * 50 > head.len() {
            return Err(ImportError::Binary { path: self.told.clone() });
        }
        Ok(head.into_iter().collect())
    }

    /// All of it as text.
    pub(super) fn whole(&self) -> Result<String, ImportError> {
        let mut bytes = Vec::new();
        let opened = self.open().map_err(|e| self.io(&e))?;
        opened.reader.take(MOST_WHOLE + 1).read_to_end(&mut bytes).map_err(|e| self.io(&e))?;
        if bytes.len() as u64 > MOST_WHOLE {
            return Err(ImportError::TooLarge { path: self.told.clone() });
        }
        Ok(charset::text(&bytes, None))
    }

    /// Calls `read` with it as a table.
    fn with_table<T>(&self, read: impl FnOnce(&table::Source<'_>) -> T) -> T {
        let length = std::fs::metadata(&self.path).map_or(0, |m| m.len());
        // Compressed tables are some ten times as long.
        let zipped = self.open().is_ok_and(|opened| opened.gzip);
        read(&table::Source { open: &|| self.open(), bytes: if zipped { length.saturating_mul(10) } else { length } })
    }

    fn refused(&self, error: FeedError) -> ImportError {
        ImportError::Io { path: self.told.clone(), detail: error.to_string() }
    }
}

/// By the name's ending, else by how the content begins.
fn kind_of(path: &Path, text: &str) -> SourceKind {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_owned());
    let start = text.trim_start();
    match ending.as_str() {
        "csv" | "tsv" => SourceKind::Csv,
        _ if start.starts_with('{') && start.contains("\"tokensLeft\"") => SourceKind::Keepa,
        _ if start.starts_with('{') && start.contains("\"feed_id\"") => SourceKind::Acp,
        "jsonl" | "ndjson" | "json" => SourceKind::Jsonl,
        _ if start.starts_with('<') && (start.contains("<rss") || start.contains("http://base.google.com/ns/1.0")) => {
            SourceKind::Merchant
        }
        "html" | "htm" | "xhtml" | "mhtml" => SourceKind::Page,
        _ if start.starts_with('<') => SourceKind::Page,
        _ if start.starts_with('{') || start.starts_with('[') => SourceKind::Jsonl,
        _ => SourceKind::Csv,
    }
}

/// Rows that name no shop belong to that of the address, or to one called as the file.
fn named_shop(path: &Path, url: Option<&str>) -> ShopRef {
    let host = url.and_then(|u| url::Url::parse(u).ok()).and_then(|u| u.host_str().map(str::to_owned));
    if let Some(host) = host {
        let name = host.trim_start_matches("www.").to_owned();
        return ShopRef { domain: Some(name.clone()), name, invented: false };
    }
    let name = path.file_stem().and_then(|s| s.to_str()).filter(|s| *s != "-").unwrap_or("imported");
    ShopRef { name: name.to_owned(), domain: None, invented: false }
}

fn saved_page(
    path: &Path,
    text: &str,
    options: &ImportOptions<'_>,
    on_batch: OnBatch<'_>,
) -> Result<Imported, ImportError> {
    let missing = || ImportError::NoProduct { path: path.to_path_buf() };
    let address = options.url.map(str::to_owned).or_else(|| page::parse(text, None).address);
    let fallback = format!(
        "http://{}.invalid/",
        named_shop(path, None).name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    );
    let url = address.as_deref().and_then(|a| url::Url::parse(a).ok()).or_else(|| url::Url::parse(&fallback).ok());
    let none = Selectors::default();
    let selectors = options.selectors.unwrap_or(&none);
    let observations = shop::page_observations(text, &url.ok_or_else(missing)?, selectors, options.now);
    if observations.is_empty() {
        return Err(missing());
    }
    let mut imported = Imported::new(SourceKind::Page);
    imported.rows = observations.len() as u64;
    imported.observations = imported.rows;
    on_batch(observations);
    Ok(imported)
}

/// The mapping of a table file, for `source add` to remember: given, remembered, or guessed; and the header.
///
/// # Errors
/// As [`import_file`].
pub fn table_mapping(path: &Path, options: &ImportOptions<'_>) -> Result<(Vec<Pair>, Vec<String>), ImportError> {
    let place = Place::of(path)?;
    place.start()?;
    let (mapping, header) = place.with_table(|source| table::mapping(source, options))?;
    Ok((mapping.pairs().to_vec(), header))
}
