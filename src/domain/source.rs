//! A place that offers come from, as the user added it. Never fetches.

use super::{Outcome, Timestamp};
use serde::{Deserialize, Serialize};

/// Row id of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub i64);

/// What a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// One product page with structured data.
    Page,
    /// A shop's listing or home page whose product links are followed.
    Shop,
    Csv,
    Jsonl,
    Demo,
}

impl SourceKind {
    /// The stable word used on the command line and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Shop => "shop",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Demo => "demo",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Page, Self::Shop, Self::Csv, Self::Jsonl, Self::Demo].into_iter().find(|kind| kind.word() == word)
    }
}

/// A source with the state of its schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub id: SourceId,
    /// Short name the user can type; the host or file name unless given.
    pub name: String,
    pub kind: SourceKind,
    /// Address or file path.
    pub location: String,
    pub added_at: Timestamp,
    pub last_attempt_at: Option<Timestamp>,
    pub last_outcome: Option<Outcome>,
    pub last_detail: Option<String>,
    /// Attempts in a row that brought nothing good.
    pub failures: u32,
    pub next_due_at: Option<Timestamp>,
    /// Conditional GET validators of `location`, verbatim.
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Kind-specific state as JSON: a column mapping, discovered pages with their validators.
    pub state: serde_json::Value,
}
