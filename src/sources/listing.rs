//! What every reader of a shop's interface gives: the next thing to ask for, and what the answer to it says.
//!
//! A reader is a small state machine without sockets: `refresh` asks politely and hands it the answers, so each can
//! be tested on bytes alone. Never writes, never decides when.

use crate::config::ApiKeys;
use crate::domain::{Observation, Outcome, SourceKind, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// A request that a listing wants made.
#[derive(Clone, PartialEq, Default)]
pub struct Ask {
    pub url: String,
    /// Sent as a JSON body by POST; `None`: GET.
    pub post: Option<Value>,
    /// Sent as a form by POST, for interfaces that take no JSON; empty: not a form.
    pub form: Vec<(&'static str, String)>,
    /// Further headers. Secrets stand here or in `secret_query` and nowhere else: both are never logged.
    pub headers: Vec<(String, String)>,
    /// Added to the address when the request is made, for interfaces that take a key in no other way.
    pub secret_query: Vec<(String, String)>,
    /// A web page is wanted; otherwise one that comes instead of data is a wall.
    pub page: bool,
}

impl Ask {
    /// A plain GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }

    /// A GET for a web page.
    pub fn page(url: impl Into<String>) -> Self {
        Self { page: true, ..Self::get(url) }
    }

    /// Whether it is sent by POST.
    pub fn is_post(&self) -> bool {
        self.post.is_some() || !self.form.is_empty()
    }
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        let secret: Vec<&str> = self.secret_query.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "Ask {{ {}, post {}, headers {names:?}, secret {secret:?} }}", self.url, self.is_post())
    }
}

/// What one answer said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    pub observations: Vec<Observation>,
    /// What a user should know: items left out and why.
    pub notes: Vec<String>,
    /// The interface asks for a rest before the next request.
    pub rest: Option<Duration>,
}

/// Why a listing cannot be read. Each message says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    #[error("{location}: {detail}")]
    Address { location: String, detail: String },
    #[error("a key is needed: set {name} under [keys] in the settings or EMPTOR_KEY_{upper}", upper = name.to_uppercase())]
    KeyMissing { name: &'static str },
    /// HTML where data was asked for: a password page or a robot check.
    #[error("the shop did not answer with its data: {0}")]
    Blocked(String),
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    #[error("{0}")]
    Refused(String),
    #[error("{} is not read as a listing", .0.word())]
    NotAListing(SourceKind),
}

/// Secrets of the user's, by name: `ebay_id`, `keepa`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, String>);

impl Keys {
    /// Keys from name and secret pairs.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The secret of that name, where the user has given one.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The secret of that name.
    ///
    /// # Errors
    /// Where the user has given none.
    pub fn get(&self, name: &'static str) -> Result<&str, ListingError> {
        self.0.get(name).map(String::as_str).ok_or(ListingError::KeyMissing { name })
    }
}

impl From<&ApiKeys> for Keys {
    fn from(keys: &ApiKeys) -> Self {
        Self::new(keys.iter().map(|(name, secret)| (name.to_owned(), secret.to_owned())))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({:?}, secrets not shown)", self.0.keys().collect::<Vec<_>>())
    }
}

/// A listing that is being read.
pub trait Listing: Send {
    /// What to ask for next; `None`: it was read to its end, or cannot go on.
    fn next(&mut self) -> Option<Ask>;

    /// Takes the answer to the last [`Ask`].
    ///
    /// # Errors
    /// Where the answer is not what was asked for; the listing ends there, incomplete.
    fn read(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError>;

    /// The last [`Ask`] brought no answer, with this outcome: whether the listing goes on without it.
    fn goes_on_without(&mut self, _outcome: Outcome) -> bool {
        false
    }

    /// Whether everything the shop lists was read, so that what is missing is gone.
    fn complete(&self) -> bool;

    /// What the next look wants to know, kept with the source.
    fn state(&self) -> Value {
        Value::Null
    }
}

/// The reader for a source of this kind.
///
/// # Errors
/// Where the kind is no listing, the address cannot be one, or a key is missing.
pub fn open(kind: SourceKind, location: &str, state: &Value, keys: &Keys) -> Result<Box<dyn Listing>, ListingError> {
    super::api::open(kind, location, state, keys)
}
