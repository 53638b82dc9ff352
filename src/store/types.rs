//! What the store takes and returns besides the nouns of `domain`: counts, hits, chat lines, new sources.
//!
//! Plain data.

use crate::domain::*;

/// How an observation batch changed the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Ingested {
    pub products_new: u64,
    pub offers_new: u64,
    /// Snapshot rows added.
    pub snapshots_new: u64,
    /// Observations that were there already.
    pub duplicates: u64,
    /// Looks that saw another price than the offer had.
    pub prices_changed: u64,
    /// Failed looks at offers never seen, which name no product to keep them under.
    pub unnamed: u64,
    pub reviews_new: u64,
    pub questions_new: u64,
}

impl std::ops::AddAssign for Ingested {
    fn add_assign(&mut self, more: Self) {
        self.products_new += more.products_new;
        self.offers_new += more.offers_new;
        self.snapshots_new += more.snapshots_new;
        self.duplicates += more.duplicates;
        self.prices_changed += more.prices_changed;
        self.unnamed += more.unnamed;
        self.reviews_new += more.reviews_new;
        self.questions_new += more.questions_new;
    }
}

/// What a complete listing no longer named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Delisted {
    /// Offers told gone.
    pub gone: u64,
    /// Offers missing that were left as they are, because too many were missing at once.
    pub held_back: u64,
}

/// One attempt on a source that is read as one: a listing, a feed, a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SourceAttempt {
    pub at: Timestamp,
    pub outcome: Outcome,
    pub detail: Option<String>,
    pub requests: u32,
    pub observations: u64,
}

/// A page of a source, with what is needed to ask for it again and when.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct SourcePage {
    pub url: String,
    /// Validators of the last answer, verbatim.
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Addresses that the page's offers are stored under.
    pub offers: Vec<String>,
    pub last_attempt_at: Option<Timestamp>,
    pub last_outcome: Option<Outcome>,
    pub last_detail: Option<String>,
    /// Attempts in a row that brought nothing good.
    pub failures: u32,
    /// Good looks, and those that saw another price than before.
    pub looks: u32,
    pub changes: u32,
    pub next_due_at: Option<Timestamp>,
}

/// How the pages of a source stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct PageCounts {
    pub pages: u32,
    pub failing: u32,
    pub due: u32,
    pub next_due_at: Option<Timestamp>,
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
