//! Need -> ranked, filtered, deduplicated candidates, and question text -> need by rules.
//!
//! Applies every hard constraint in code. Takes the query vector as an argument; never calls a model.

mod diversity;
mod facets;
mod filters;
mod fits;
mod fold;
mod fusion;
mod ideas;
mod index;
mod kinds;
mod lexical;
mod lexicon;
mod mentions;
mod money_words;
mod naming;
mod outline;
mod rank;
mod reading;
mod resolve;
mod search;
mod spelling;
#[cfg(test)]
mod testing;
mod shared;
mod tokens;
mod typing;
mod understand;
mod uses;
mod vectors;
mod vocabulary;

pub use diversity::{Differ, Variants, shown};
pub use facets::{Question, best_question, facets};
pub use filters::{applicable, broken};
pub use fits::{Place, place};
pub use fold::{fold, name_key};
pub use ideas::Ideas;
pub use kinds::Kind;
pub use lexicon::{is_thing, named_thing};
pub use mentions::{mentions, states_free};
pub use naming::names;
pub use resolve::resolve_product;
pub use search::{search, search_with};
pub use shared::SharedVocabulary;
pub use typing::{Completer, as_typed};
pub use understand::{
    PlainWord, asked_words, aspect_name, is_stop_word, plain_words, sold_free_of, understand, understand_with,
    use_words,
};
pub use uses::{Uses, use_phrases};
pub use vectors::VectorIndex;
pub use vocabulary::{Parts, Vocabulary};

use crate::domain::units;
use crate::domain::*;

/// A product with the offers that meet every hard constraint, best offer first.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Hit {
    pub product: Product,
    /// Never empty in [`SearchResult::hits`] when the need constrains price, stock or shop.
    pub offers: Vec<Offer>,
    pub score: f64,
    /// Why it is there, one short phrase per signal.
    pub why: Vec<String>,
    /// Others of its kind that fit too and are not among the hits.
    pub variants: Variants,
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
    /// Whether the thing asked for is here by name: `false` where no product has its word and the other words stand in
    /// descriptions only.
    pub named: bool,
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

/// What words, an id, an address or a GTIN name.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    One(ProductId),
    /// Several fit equally well, best first.
    Several(Vec<ProductId>),
    None,
}
