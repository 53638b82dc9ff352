//! Rows <-> nouns: times, words for enums, money columns.
//!
//! Never runs a statement of its own.

use crate::domain::*;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Milliseconds since 1970 for a column.
pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A time column back.
pub(super) fn time(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The stable word of a unit enum, as serde writes it.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The enum value of a word; the default for a word that this version does not know.
pub(super) fn from_word<T: DeserializeOwned + Default>(word: String) -> T {
    serde_json::from_value(serde_json::Value::String(word)).unwrap_or_default()
}

/// A JSON column.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// A JSON column back; `None` where it is absent or of another shape.
pub(super) fn from_json<T: DeserializeOwned>(text: Option<String>) -> Option<T> {
    serde_json::from_str(&text?).ok()
}

/// Minor units and code of two columns.
pub(super) fn money(minor: Option<i64>, currency: Option<&str>) -> Option<Money> {
    Some(Money::new(minor?, currency?.parse().ok()?))
}

pub(super) fn currency(index: usize, code: &str) -> rusqlite::Result<Currency> {
    code.parse().map_err(|e| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(e)))
}

/// A hash as 16 hex digits: names a review without a key by its text.
pub(super) fn text_key(parts: &[&str]) -> String {
    format!("{:016x}", hash(&parts.join("\u{1f}")))
}

/// [`fnv1a`] as SQLite keeps numbers.
pub(super) fn hash(text: &str) -> i64 {
    fnv1a(text).cast_signed()
}
