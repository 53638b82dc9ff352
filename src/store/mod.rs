//! SQLite behind two handles: a [`Writer`] to the one writing thread and cheap read-only [`Reader`]s.
//!
//! Owns schema, migrations, identity of products and offers, full-text search and vectors. Never ranks, never fetches.

use crate::domain::*;
use std::path::{Path, PathBuf};

/// Why the database cannot be used. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path}: made by a newer emptor (schema {found}, this one knows {known}); update emptor")]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{path}: not a readable emptor database ({detail}); restore a copy, or move it away to start afresh")]
    Corrupt { path: PathBuf, detail: String },
    #[error("{path}: the database is read-only; give write access or name another with --db")]
    ReadOnly { path: PathBuf },
    #[error("{path}: no space left on the disk; free some and try again, nothing was lost")]
    DiskFull { path: PathBuf },
    #[error("{path}: another emptor is writing and did not finish in time; try again")]
    Busy { path: PathBuf },
    #[error("{path}: {detail}")]
    Io { path: PathBuf, detail: String },
    #[error("database: {0}")]
    Sql(String),
    #[error("the database's writer has stopped")]
    WriterGone,
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// The database. Clones share the writer thread; the last one dropped flushes and joins it.
#[derive(Clone)]
pub struct Store {}

/// How an observation batch changed the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Ingested {
    pub products_new: u64,
    pub offers_new: u64,
    /// Snapshot rows added.
    pub snapshots_new: u64,
    /// Observations that were there already.
    pub duplicates: u64,
    pub reviews_new: u64,
    pub questions_new: u64,
}

/// Counts for `doctor` and the status line.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Stats {
    pub products: u64,
    pub offers: u64,
    pub snapshots: u64,
    pub reviews: u64,
    pub shops: u64,
    pub sources: u64,
    pub watches: u64,
    pub vectors: u64,
    /// Products of the invented demo catalogue among `products`.
    pub invented: u64,
    pub newest_observation: Option<Timestamp>,
    pub size_bytes: u64,
    pub schema: i64,
}

/// A hit of the full-text index: BM25 as SQLite gives it, negated so that higher is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextHit {
    pub product: ProductId,
    pub score: f64,
}

/// A stored transcript line of the chat.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ChatTurn {
    pub id: i64,
    pub asked_at: Timestamp,
    pub question: String,
    pub answer: String,
    /// Evidence, claims and model id as JSON.
    pub record: serde_json::Value,
}

/// What a new source is added with.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSource {
    pub name: String,
    pub kind: SourceKind,
    pub location: String,
    pub added_at: Timestamp,
    pub next_due_at: Option<Timestamp>,
    pub state: serde_json::Value,
}

impl Store {
    /// Opens or creates the database (file mode 0600, WAL) and runs missing migrations.
    ///
    /// # Errors
    /// A newer schema and a corrupt file are refused and left untouched byte for byte. A database on a read-only
    /// medium opens for reading; writes then fail with [`StoreError::ReadOnly`].
    pub fn open(_path: &Path) -> Result<Self> {
        todo!()
    }

    /// A fresh read-only connection, for one thread.
    pub fn reader(&self) -> Result<Reader> {
        todo!()
    }

    /// Handle to the writing thread.
    pub fn writer(&self) -> Writer {
        todo!()
    }

    pub fn path(&self) -> &Path {
        todo!()
    }
}

/// Sends writes to the one writing thread; each call returns when its transaction is committed.
#[derive(Clone)]
pub struct Writer {}

#[expect(clippy::unused_self, reason = "bodies land with the store")]
impl Writer {
    /// Stores observations in one transaction: products and offers are found or made (GTIN, then brand + model,
    /// then the shop's key), every attempt becomes a snapshot, a failed one never overwrites the last good price,
    /// the same look twice adds nothing.
    pub fn ingest(&self, _observations: Vec<Observation>) -> Result<Ingested> {
        todo!()
    }
    pub fn add_watch(&self, _product: ProductId, _below: Money, _at: Timestamp) -> Result<Watch> {
        todo!()
    }
    /// Whether there was one of that id.
    pub fn remove_watch(&self, _id: WatchId) -> Result<bool> {
        todo!()
    }
    /// Marks a watch crossed at `at`, or armed again with `None`.
    pub fn mark_watch(&self, _id: WatchId, _crossed_at: Option<Timestamp>) -> Result<()> {
        todo!()
    }
    pub fn add_source(&self, _source: NewSource) -> Result<Source> {
        todo!()
    }
    /// Saves schedule, validators and state of a source after an attempt.
    pub fn update_source(&self, _source: Source) -> Result<()> {
        todo!()
    }
    pub fn remove_source(&self, _id: SourceId) -> Result<bool> {
        todo!()
    }
    pub fn add_chat(
        &self,
        _asked_at: Timestamp,
        _question: String,
        _answer: String,
        _record: serde_json::Value,
    ) -> Result<i64> {
        todo!()
    }
    /// Stores vectors made by one embedder (its id with each row); replaces older ones of the product.
    pub fn put_vectors(&self, _embedder: String, _vectors: Vec<(ProductId, Vec<f32>)>) -> Result<()> {
        todo!()
    }
}

/// A read-only connection. Every list is ordered, so that equal databases give equal answers.
pub struct Reader {}

#[expect(clippy::unused_self, reason = "bodies land with the store")]
impl Reader {
    pub fn stats(&self) -> Result<Stats> {
        todo!()
    }
    pub fn product(&self, _id: ProductId) -> Result<Option<Product>> {
        todo!()
    }
    /// In the order of `ids`, missing ones left out.
    pub fn products(&self, _ids: &[ProductId]) -> Result<Vec<Product>> {
        todo!()
    }
    pub fn product_by_gtin(&self, _gtin: &str) -> Result<Option<ProductId>> {
        todo!()
    }
    /// Products with an offer at this address or with this SKU.
    pub fn products_by_key(&self, _url_or_sku: &str) -> Result<Vec<ProductId>> {
        todo!()
    }
    pub fn offers(&self, _product: ProductId) -> Result<Vec<Offer>> {
        todo!()
    }
    /// Offers of many products in one query, grouped in the order of `ids`.
    pub fn offers_of(&self, _ids: &[ProductId]) -> Result<Vec<Offer>> {
        todo!()
    }
    pub fn history(&self, _product: ProductId, _since: Option<Timestamp>) -> Result<PriceHistory> {
        todo!()
    }
    pub fn candidates(&self, _product: ProductId) -> Result<Vec<(OfferId, Timestamp, PriceCandidate)>> {
        todo!()
    }
    pub fn reviews(&self, _product: ProductId, _limit: usize) -> Result<Vec<Review>> {
        todo!()
    }
    pub fn review_count(&self, _product: ProductId) -> Result<u64> {
        todo!()
    }
    pub fn questions(&self, _product: ProductId) -> Result<Vec<Question>> {
        todo!()
    }
    /// Runs an FTS5 MATCH expression (already escaped by the caller) with BM25 column weights over
    /// title, brand, category, attributes, description.
    pub fn match_text(&self, _expression: &str, _weights: [f64; 5], _limit: usize) -> Result<Vec<TextHit>> {
        todo!()
    }
    /// Every word of the full-text index with the number of products that use it.
    pub fn vocabulary(&self) -> Result<Vec<(String, u64)>> {
        todo!()
    }
    /// Distinct brands with product counts.
    pub fn brands(&self) -> Result<Vec<(String, u64)>> {
        todo!()
    }
    /// Distinct category paths with product counts.
    pub fn categories(&self) -> Result<Vec<(String, u64)>> {
        todo!()
    }
    /// Names and units of numeric attributes, names of flags (unit `"flag"`), with counts.
    pub fn attribute_names(&self) -> Result<Vec<(String, String, u64)>> {
        todo!()
    }
    /// Changes whenever products change: a cache key for vocabulary, brands and vectors.
    pub fn catalogue_version(&self) -> Result<i64> {
        todo!()
    }
    pub fn shops(&self) -> Result<Vec<Shop>> {
        todo!()
    }
    pub fn watches(&self) -> Result<Vec<Watch>> {
        todo!()
    }
    pub fn sources(&self) -> Result<Vec<Source>> {
        todo!()
    }
    pub fn source_by_name(&self, _name: &str) -> Result<Option<Source>> {
        todo!()
    }
    pub fn chats(&self, _limit: usize) -> Result<Vec<ChatTurn>> {
        todo!()
    }
    /// All vectors of an embedder, by product id.
    pub fn vectors(&self, _embedder: &str) -> Result<Vec<(ProductId, Vec<f32>)>> {
        todo!()
    }
    /// Products without a vector of this embedder, oldest first.
    pub fn products_without_vector(&self, _embedder: &str, _limit: usize) -> Result<Vec<Product>> {
        todo!()
    }
    /// Product ids in order, from after `after`; for listings and export.
    pub fn product_ids(&self, _after: Option<ProductId>, _limit: usize) -> Result<Vec<ProductId>> {
        todo!()
    }
    /// Products whose current price is below their list price or below the median of their history, best first.
    pub fn deals(&self, _limit: usize) -> Result<Vec<ProductId>> {
        todo!()
    }
}
