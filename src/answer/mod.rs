//! Question -> checked answer: plan, evidence, claims, wording, number gate.
//!
//! The model only words what code computed. Never fetches, never draws.

pub mod as_of;
pub mod aspect;
pub mod bundle;
pub mod claims;
pub mod clean;
pub mod compare;
pub mod compose;
pub mod event;
pub mod evidence;
pub mod history;
pub mod phrases;
pub mod pick;
pub mod plan;
pub mod property;
pub mod replay;
pub mod reviews;
pub mod rows;
pub mod session;
pub mod stability;
pub mod uses;
pub mod verify;
#[cfg(test)]
mod testing;

use crate::store::StoreError;

pub use session::Session;

/// Knobs of one question.
#[derive(Debug, Clone, Default)]
pub struct AskOptions {
    /// Facts and claims only (level 0).
    pub no_model: bool,
    /// Answer from what was known then.
    pub as_of: Option<jiff::Timestamp>,
    /// The clock, passed in so that answers are reproducible.
    pub now: Option<jiff::Timestamp>,
    /// An observation older than this is called stale; zero: the usual seven days.
    pub stale_after: std::time::Duration,
    /// Whether to count what a result differs in, for filters.
    pub facets: bool,
    /// More than the usual two to five sentences.
    pub long: bool,
    /// How often to choose again among reshuffled cards with neutral names; 0: not at all.
    pub flip: u32,
    /// The question went through [`Session::foresee`], so the model had time to read what it is asked for.
    pub read_ahead: bool,
}

/// Why a question could not be answered at all.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("the question is empty; say what you are looking for")]
    Empty,
    #[error("the question is {0} characters long; {1} is the most")]
    TooLong(usize, usize),
    #[error("there is nothing in the catalogue yet; run `emptor import demo` to try it, or `emptor source add URL`")]
    NoData,
    #[error(transparent)]
    Store(#[from] StoreError),
}
