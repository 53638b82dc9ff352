//! Need -> ranked, filtered, deduplicated candidates, and question text -> need by rules.
//!
//! Applies every hard constraint in code. Takes the query vector as an argument; never calls a model.

mod fold;
mod lexicon;
mod money_words;
mod spelling;
mod tokens;
mod understand;
mod units;
mod vocabulary;

pub use understand::understand;
pub use vocabulary::{Parts, Vocabulary};

use crate::domain::*;
use crate::store::{self, Reader};

/// A product with the offers that meet every hard constraint, best offer first.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Hit {
    pub product: Product,
    /// Never empty in [`SearchResult::hits`] when the need constrains price, stock or shop.
    pub offers: Vec<Offer>,
    pub score: f64,
    /// Why it is there, one short phrase per signal.
    pub why: Vec<String>,
}

/// A product left out by one hard constraint only, with the constraint in words.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct NearMiss {
    pub product: Product,
    pub offer: Option<Offer>,
    pub misses: String,
}

/// What a search brought.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct SearchResult {
    pub hits: Vec<Hit>,
    pub near_misses: Vec<NearMiss>,
    /// Candidates looked at before constraints.
    pub considered: usize,
    /// `lexical`, or `lexical and semantic`.
    pub method: String,
    /// Plain sentences: "read 'dishwaser' as 'dishwasher'".
    pub notes: Vec<String>,
}

/// Knobs of one search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchOptions {
    pub limit: usize,
    /// Only what was known at this moment.
    pub as_of: Option<Timestamp>,
}

/// Vectors of the catalogue, kept in memory between searches.
#[derive(Debug, Clone, Default)]
pub struct VectorIndex {}

impl VectorIndex {
    /// Loads the vectors of one embedder.
    pub fn load(_reader: &Reader, _embedder: &str) -> store::Result<Self> {
        todo!()
    }
}

/// Searches. `query_vector` with `vectors` adds the semantic side; without, search is lexical and says so.
pub fn search(
    _reader: &Reader,
    _vocabulary: &Vocabulary,
    _need: &Need,
    _query_vector: Option<(&[f32], &VectorIndex)>,
    _options: SearchOptions,
) -> store::Result<SearchResult> {
    todo!()
}

/// What words, an id, an address or a GTIN name.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    One(ProductId),
    /// Several fit equally well, best first.
    Several(Vec<ProductId>),
    None,
}

/// Finds the one product that `text` names.
pub fn resolve_product(_reader: &Reader, _vocabulary: &Vocabulary, _text: &str) -> store::Result<Named> {
    todo!()
}
