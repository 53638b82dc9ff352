//! The config file as written: every setting optional, unknown names refused, each value with its place.
//!
//! Turns the parser's complaints into one line with file, line, key and what is allowed. Never validates ranges.

use super::error::ConfigError;
use super::keys;
use serde::Deserialize;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawConfig {
    pub database: Option<Spanned<String>>,
    pub log_file: Option<Spanned<String>>,
    pub offline: Option<Spanned<bool>>,
    pub color: Option<Spanned<String>>,
    pub currency: Option<Spanned<String>>,
    pub model: RawModel,
    pub http: RawHttp,
    pub refresh: RawRefresh,
    pub keys: RawKeys,
    pub watch: RawWatch,
    pub ui: RawUi,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawModel {
    pub chat: Option<Spanned<String>>,
    pub embedding: Option<Spanned<String>>,
    pub directory: Option<Spanned<String>>,
    pub threads: Option<Spanned<i64>>,
    pub context_tokens: Option<Spanned<i64>>,
    pub draft_tokens: Option<Spanned<i64>>,
    pub batch: Option<Spanned<i64>>,
    pub flash_attention: Option<Spanned<bool>>,
    pub kv_type: Option<Spanned<String>>,
    pub unload_after: Option<Spanned<String>>,
    pub read_ahead: Option<Spanned<bool>>,
    pub gpu_layers: Option<Spanned<i64>>,
    pub endpoint: RawEndpoint,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawEndpoint {
    pub base_url: Option<Spanned<String>>,
    pub model: Option<Spanned<String>>,
    pub key: Option<Spanned<String>>,
    pub context_tokens: Option<Spanned<i64>>,
    pub level: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawHttp {
    pub contact: Option<Spanned<String>>,
    pub timeout: Option<Spanned<String>>,
    pub max_body_bytes: Option<Spanned<i64>>,
    pub host_delay: Option<Spanned<String>>,
    pub host_connections: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawRefresh {
    pub enabled: Option<Spanned<bool>>,
    pub interval: Option<Spanned<String>>,
    pub stale_after: Option<Spanned<String>>,
    pub pages_per_shop: Option<Spanned<i64>>,
    pub daily_requests_per_host: Option<Spanned<i64>>,
}

/// Secrets: this has no `Debug`, so that they cannot be printed by accident.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawKeys {
    pub keepa: Option<Spanned<String>>,
    pub ebay_id: Option<Spanned<String>>,
    pub ebay_secret: Option<Spanned<String>>,
    pub vendure_channel: Option<Spanned<String>>,
    pub medusa: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawWatch {
    pub desktop: Option<Spanned<bool>>,
    pub hook: Option<Spanned<Vec<String>>>,
    pub webhook: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawUi {
    pub theme: Option<Spanned<String>>,
    pub rtl: Option<Spanned<String>>,
    pub mouse: Option<Spanned<bool>>,
}

impl RawConfig {
    /// Parses the text of a config file; `path` only names it in errors.
    ///
    /// # Errors
    /// Not TOML, an unknown name, or a value of the wrong type: see [`ConfigError`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let at = |span: Option<Range<usize>>| place(path, text, span.map_or(0, |s| s.start));
        let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
            place: at(error.span()),
            detail: error.message().lines().collect::<Vec<_>>().join("; "),
        })?;
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            explain(&error, &locate(table.get_ref(), start), text, path)
        })
    }
}

/// `FILE:LINE`.
pub fn place(path: &Path, text: &str, offset: usize) -> String {
    let line = text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1;
    format!("{}:{line}", path.display())
}

/// The path of names that leads to the byte at `offset`, with the text span of the value where one holds it.
fn locate(table: &DeTable<'_>, offset: usize) -> (String, Option<Range<usize>>) {
    for (name, value) in table {
        let span = value.span();
        if name.span().contains(&offset) {
            return (name.get_ref().to_string(), Some(span));
        }
        if let DeValue::Table(inner) = value.get_ref() {
            let (rest, found) = locate(inner, offset);
            if !rest.is_empty() {
                return (format!("{}.{rest}", name.get_ref()), found);
            }
        }
        if span.contains(&offset) {
            return (name.get_ref().to_string(), Some(span));
        }
    }
    (String::new(), None)
}

fn explain(
    error: &toml::de::Error,
    (key, value): &(String, Option<Range<usize>>),
    text: &str,
    path: &Path,
) -> ConfigError {
    let place = place(path, text, error.span().map_or(0, |span| span.start));
    let table = key.rsplit_once('.').map_or("", |(table, _)| table);
    if error.message().starts_with("unknown field") {
        return ConfigError::UnknownKey { place, key: key.clone(), allowed: keys::names_in(table).join(", ") };
    }
    let allowed = match keys::find(key) {
        Some(known) => known.allowed.to_owned(),
        None => format!("a table with {}", keys::names_in(key).join(", ")),
    };
    let found = value.clone().and_then(|span| text.get(span)).and_then(|v| v.lines().next()).unwrap_or_default();
    ConfigError::Value { place, key: key.clone(), found: shorten(key, found), allowed }
}

/// A value as an error shows it: never a secret, never long.
pub fn shorten(key: &str, found: &str) -> String {
    if keys::is_secret(key) {
        return "of a form that cannot be used (not shown here)".to_owned();
    }
    let found: String = found.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    if found.chars().count() > 60 { found.chars().take(57).chain("...".chars()).collect() } else { found }
}
