//! Reading a file of the user's: what it is, then each row or page as observations, in batches.
//!
//! A broken row is reported and the rest read on. Never writes to the store: the caller takes the batches.

use super::mapping::{Mapping, Pair};
use super::selectors::Selectors;
use super::{jsonl, page, shop, table};
use crate::domain::{Observation, ShopRef, SourceKind, Timestamp};
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Observations handed over at a time.
pub(super) const BATCH: usize = 4_000;
/// Broken rows that are told one by one; the rest are counted.
const MOST_TOLD: usize = 20;
/// A file is read whole: this is more than any price history that a person keeps.
const MOST_BYTES: u64 = 1 << 30;

/// Why a file cannot be imported. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{path}: {detail}")]
    Io { path: PathBuf, detail: String },
    #[error("{path}: not a text file; emptor reads CSV, JSON lines and saved product pages")]
    Binary { path: PathBuf },
    #[error("{path}: the file is empty")]
    Empty { path: PathBuf },
    #[error("{path}: larger than {} MiB; split it and import the parts", MOST_BYTES >> 20)]
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
    #[error("{path}: the page names no product; save the product's own page, scripts included")]
    NoProduct { path: PathBuf },
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
    pub now: Timestamp,
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
}

impl Imported {
    pub(super) fn new(kind: SourceKind) -> Self {
        Self { kind, mapping: Vec::new(), rows: 0, observations: 0, broken: Vec::new(), broken_rows: 0 }
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
    let bytes = read(path)?;
    let text = decode(path, &bytes)?;
    match options.kind.unwrap_or_else(|| kind_of(path, &text)) {
        SourceKind::Jsonl => Ok(jsonl::read(&text, &named_shop(path), options, on_batch)),
        SourceKind::Page | SourceKind::Shop => saved_page(path, &text, options, on_batch),
        SourceKind::Csv => table::read(&text, &named_shop(path), options, on_batch),
        kind => Err(ImportError::NotAFile { kind: kind.word() }),
    }
}

/// Reads a CSV or JSONL source again with the mapping it was added with; a reason in words where that fails.
pub fn read_again(
    path: &Path,
    kind: SourceKind,
    mapping: Option<&serde_json::Value>,
    now: Timestamp,
    on_batch: OnBatch<'_>,
) -> Result<Imported, String> {
    let pairs: Vec<Pair> = mapping.and_then(|m| serde_json::from_value(m.clone()).ok()).unwrap_or_default();
    let pairs: Vec<(String, String)> = pairs.into_iter().map(|p| (p.field, p.from)).collect();
    let map = (!pairs.is_empty()).then_some(pairs.as_slice());
    let options = ImportOptions { kind: Some(kind), map, url: None, selectors: None, now };
    import_file(path, &options, on_batch).map_err(|e| e.to_string())
}

fn read(path: &Path) -> Result<Vec<u8>, ImportError> {
    let io = |e: std::io::Error| ImportError::Io { path: path.to_path_buf(), detail: e.to_string() };
    let mut bytes = Vec::new();
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(io)?)
    };
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(ImportError::TooLarge { path: path.to_path_buf() });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ImportError::Empty { path: path.to_path_buf() });
    }
    Ok(bytes)
}

/// UTF-8 or UTF-16 by byte-order mark, UTF-8 where it is valid, else Windows-1252 (what spreadsheets save).
fn decode(path: &Path, bytes: &[u8]) -> Result<String, ImportError> {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
        },
    };
    let head: Vec<char> = text.chars().take(8192).collect();
    let odd = head.iter().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')).count();
    if head.contains(&'\0') || odd * 50 > head.len() {
        return Err(ImportError::Binary { path: path.to_path_buf() });
    }
    Ok(text)
}

/// By the name's ending, else by how the content begins.
fn kind_of(path: &Path, text: &str) -> SourceKind {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    let start = text.trim_start();
    match ending.as_str() {
        "csv" | "tsv" => SourceKind::Csv,
        "jsonl" | "ndjson" | "json" => SourceKind::Jsonl,
        "html" | "htm" | "xhtml" | "mhtml" => SourceKind::Page,
        _ if start.starts_with('<') => SourceKind::Page,
        _ if start.starts_with('{') || start.starts_with('[') => SourceKind::Jsonl,
        _ => SourceKind::Csv,
    }
}

/// Rows that name no shop belong to one called as the file.
fn named_shop(path: &Path) -> ShopRef {
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
        named_shop(path).name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
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

/// The mapping of a table file, for `source add` to remember: given or guessed from its header.
///
/// # Errors
/// As [`import_file`].
pub fn table_mapping(path: &Path, map: Option<&[(String, String)]>) -> Result<Vec<Pair>, ImportError> {
    let bytes = read(path)?;
    let text = decode(path, &bytes)?;
    let header = table::header(&text);
    let mapping = match map {
        Some(pairs) => Mapping::given(pairs, &header)?,
        None => Mapping::guess(&header)?,
    };
    Ok(mapping.pairs().to_vec())
}
