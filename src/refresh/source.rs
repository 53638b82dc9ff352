//! One look at one source: what its kind asks for, then its schedule.
//!
//! Never decides when: that is `due`. A failed page never stops the rest of its source.

use super::due;
use super::tally::Tally;
use crate::config::RefreshConfig;
use crate::domain::source::Reading;
use crate::domain::*;
use crate::sources::http::Client;
use crate::sources::listing::Keys;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a source keeps between looks besides its schedule; `Source::state`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Column mapping of a CSV file, as the importer writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapping: Option<serde_json::Value>,
    /// What a listing's reader wants to know next time.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub listing: serde_json::Value,
    /// Pages as the first version kept them; moved to their own rows at the next look.
    #[serde(skip_serializing)]
    pages: Vec<OldPage>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct OldPage {
    url: String,
}

impl State {
    /// The state of a table file that is read with this mapping.
    pub fn with_mapping(mapping: serde_json::Value) -> Self {
        Self { mapping: Some(mapping), ..Self::default() }
    }
}

/// What a look brought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Looked {
    pub outcome: Outcome,
    pub detail: Option<String>,
    /// Pages or requests made.
    pub pages: u32,
    pub failed: u32,
    /// Pages that were due and not asked for: their host rests, or its budget of the day is spent.
    pub postponed: u32,
    pub snapshots: u64,
    pub changed_prices: u64,
    pub retry_after: Option<Duration>,
    /// What a listing held.
    pub listed: Option<Tally>,
}

/// The parts that a look needs.
#[derive(Clone)]
pub struct Looker {
    pub store: Store,
    pub client: Client,
    pub config: RefreshConfig,
    pub keys: Keys,
}

/// How far a look has come: pages done, pages in all where that is known.
pub type OnProgress<'a> = &'a (dyn Fn(u32, Option<u32>) + Send + Sync);

impl Looker {
    /// The parts put together.
    pub fn new(store: Store, client: Client, config: RefreshConfig, keys: Keys) -> Self {
        Self { store, client, config, keys }
    }

    /// Looks at a source now and saves its schedule. Returns what came of it and the source as saved. `all`: also at
    /// pages that are not due.
    ///
    /// # Errors
    /// Only the database's: a source that fails is an outcome.
    pub async fn look(
        &self,
        mut source: Source,
        now: Timestamp,
        all: bool,
        progress: OnProgress<'_>,
    ) -> Result<(Looked, Source), StoreError> {
        let mut state: State = serde_json::from_value(source.state.clone()).unwrap_or_default();
        let store = self.store.clone();
        // What earlier runs, or another process, asked today counts too.
        for (server, requests) in blocking(move || store.reader()?.request_counts(now)).await? {
            self.client.hosts().count_earlier(&server, requests);
        }
        if source.is_remote() {
            self.client.allow(&source.location);
        }
        let old = std::mem::take(&mut state.pages).into_iter().map(|page| (page.url, None)).collect::<Vec<_>>();
        if !old.is_empty() {
            let (store, id) = (self.store.clone(), source.id);
            blocking(move || store.writer().add_pages(id, old, usize::MAX, now)).await?;
        }
        let looked = match source.kind.reading() {
            Reading::Pages => self.look_at_pages(&source, now, all, progress).await?,
            Reading::Listing => self.look_at_listing(&source, &mut state, now, progress).await?,
            Reading::Document => self.look_at_document(&mut source, &state, now).await?,
            Reading::Rates => self.look_at_rates(&mut source, now).await?,
            Reading::Invented => Looked {
                outcome: Outcome::Error,
                detail: Some("invented data is not fetched".to_owned()),
                ..Looked::default()
            },
        };
        source.last_attempt_at = Some(now);
        source.last_outcome = Some(looked.outcome);
        source.last_detail.clone_from(&looked.detail);
        source.failures = if looked.outcome.is_good() { 0 } else { source.failures.saturating_add(1) };
        source.next_due_at = Some(self.next_due(&source, &looked, now)?);
        source.state = serde_json::to_value(&state).unwrap_or_default();
        let (store, saved, counts) = (self.store.clone(), source.clone(), self.client.hosts().counts());
        blocking(move || {
            store.writer().keep_request_counts(counts, now)?;
            store.writer().update_source(saved)
        })
        .await?;
        Ok((looked, source))
    }

    /// The usual time of the source, or that of its first page where it comes sooner.
    fn next_due(&self, source: &Source, looked: &Looked, now: Timestamp) -> Result<Timestamp, StoreError> {
        let (outcome, failures, interval) = (looked.outcome, source.failures, self.config.interval);
        let usual = due::next_due(source.id, outcome, failures, false, looked.retry_after, now, interval);
        if source.kind.reading() != Reading::Pages || !outcome.is_good() {
            return Ok(usual);
        }
        let counts = self.store.reader()?.page_counts(source.id, now)?;
        let rest = looked.retry_after.and_then(|rest| now.checked_add(due::signed(rest)).ok()).unwrap_or(now);
        Ok(counts.next_due_at.map_or(usual, |page| page.min(usual)).max(rest))
    }
}

/// Runs database work off the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::WriterGone)?
}
