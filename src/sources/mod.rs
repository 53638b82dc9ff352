//! The outside world as observations: one file per format, one polite HTTP client.
//!
//! Never writes to the store, never decides what is due, never wins an argument between two prices silently:
//! every amount seen stays with its kind and place.

pub mod api;
pub mod attribute;
pub mod charset;
pub mod demo;
pub mod feed;
pub mod http;
pub mod import;
pub mod jsonl;
pub mod listing;
pub mod mapping;
pub mod page;
pub mod price;
pub mod recognise;
pub mod remembered;
pub mod rates;
pub mod rows;
pub mod selectors;
pub mod shop;
pub mod sitemap;
pub mod stream;
pub mod table;

pub use crate::domain::gtin;
