//! What is due for a fetch (pure) and the tokio task that fetches it through `sources` into `store`.
//!
//! Never draws, never answers; one sick source never delays another.

pub mod deliver;
mod discover;
mod document;
pub mod due;
pub mod event;
mod listing;
pub mod lock;
mod pages;
mod rates;
pub mod source;
pub mod tally;
pub mod watches;
pub mod worker;
