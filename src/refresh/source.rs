//! One look at one source: fetch what it names, read it, store every attempt with its outcome.
//!
//! Never decides when: that is `due`. A failed page never stops the rest of its source.

use super::due;
use crate::config::RefreshConfig;
use crate::domain::source::Reading;
use crate::domain::*;
use crate::sources::http::{Client, Failure, Fetched, Page, Validators, parse_address};
use crate::sources::listing::Keys;
use crate::sources::selectors::Selectors;
use crate::sources::shop;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A source's pages with what is needed to ask for them again; kept in `Source::state`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub pages: Vec<PageState>,
    /// Column mapping of a CSV file, as the importer writes it.
    pub mapping: Option<serde_json::Value>,
    /// What a listing's reader wants to know next time.
    pub listing: serde_json::Value,
}

/// One page of a source.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PageState {
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Addresses that the page's offers are stored under.
    pub offers: Vec<String>,
    /// When the shop's sitemap says that it was changed last.
    pub changed: Option<Timestamp>,
}

/// What a look brought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Looked {
    pub outcome: Outcome,
    pub detail: Option<String>,
    pub pages: u32,
    pub failed: u32,
    pub snapshots: u64,
    pub changed_prices: u64,
    pub retry_after: Option<Duration>,
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
    /// Looks at a source now and saves its schedule. Returns what came of it and the source as saved.
    ///
    /// # Errors
    /// Only the database's: a source that fails is an outcome.
    pub async fn look(
        &self,
        mut source: Source,
        now: Timestamp,
        progress: OnProgress<'_>,
    ) -> Result<(Looked, Source), StoreError> {
        let mut state: State = serde_json::from_value(source.state.clone()).unwrap_or_default();
        let looked = match source.kind.reading() {
            Reading::Pages => self.look_at_pages(&source, &mut state, now, progress).await?,
            Reading::Listing => self.look_at_listing(&source, &mut state, now, progress).await?,
            Reading::Document => self.look_at_document(&mut source, &state, now).await?,
            Reading::Rates | Reading::Invented => Looked {
                outcome: Outcome::Error,
                detail: Some(format!("a {} source is not fetched", source.kind.word())),
                ..Looked::default()
            },
        };
        source.last_attempt_at = Some(now);
        source.last_outcome = Some(looked.outcome);
        source.last_detail.clone_from(&looked.detail);
        source.failures = if looked.outcome.is_good() { 0 } else { source.failures.saturating_add(1) };
        let watched = self.is_watched(&state)?;
        let (outcome, failures) = (looked.outcome, source.failures);
        let next = due::next_due(source.id, outcome, failures, watched, looked.retry_after, now, self.config.interval);
        source.next_due_at = Some(next);
        source.state = serde_json::to_value(&state).unwrap_or_default();
        let (store, saved) = (self.store.clone(), source.clone());
        blocking(move || store.writer().update_source(saved)).await?;
        Ok((looked, source))
    }

    fn is_watched(&self, state: &State) -> Result<bool, StoreError> {
        let reader = self.store.reader()?;
        let watched: Vec<ProductId> = reader.watches()?.into_iter().map(|w| w.product).collect();
        if watched.is_empty() {
            return Ok(false);
        }
        for url in state.pages.iter().flat_map(|p| p.offers.iter()) {
            if reader.products_by_key(url)?.iter().any(|id| watched.contains(id)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn look_at_pages(
        &self,
        source: &Source,
        state: &mut State,
        now: Timestamp,
        progress: OnProgress<'_>,
    ) -> Result<Looked, StoreError> {
        self.client.allow(&source.location);
        let mut looked = Looked::default();
        if matches!(source.kind, SourceKind::Shop | SourceKind::Sitemap) {
            self.discover(source, state, &mut looked).await;
        } else if state.pages.is_empty() {
            state.pages.push(PageState { url: source.location.clone(), ..PageState::default() });
        }
        let total = u32::try_from(state.pages.len()).unwrap_or(u32::MAX);
        let mut worst: Option<Failure> = None;
        let mut good = 0_u32;
        for page in &mut state.pages {
            progress(looked.pages, Some(total));
            looked.pages += 1;
            match self.look_at_page(page, now, &mut looked).await? {
                None => good += 1,
                Some(failure) => {
                    looked.failed += 1;
                    looked.retry_after = looked.retry_after.max(failure.retry_after);
                    worst.get_or_insert(failure);
                }
            }
        }
        progress(looked.pages, Some(total));
        match worst {
            Some(failure) if good == 0 => {
                looked.outcome = failure.outcome;
                looked.detail = Some(failure.detail);
            }
            Some(failure) => {
                looked.detail = Some(format!("{} of {} pages failed: {}", looked.failed, looked.pages, failure.detail));
            }
            None if total == 0 && looked.detail.is_none() => {
                looked.outcome = Outcome::NoPrice;
                looked.detail = Some("no product page was found".to_owned());
            }
            None => {}
        }
        Ok(looked)
    }

    /// One page: `None` where it was read or confirmed, else why not. Either way an attempt is stored.
    async fn look_at_page(
        &self,
        page: &mut PageState,
        now: Timestamp,
        looked: &mut Looked,
    ) -> Result<Option<Failure>, StoreError> {
        let validators = Validators { etag: page.etag.clone(), last_modified: page.last_modified.clone() };
        match self.client.get(&page.url, &validators).await {
            Fetched::Page(fetched) => self.store_page(page, &fetched, now, looked).await,
            Fetched::NotModified => {
                looked.snapshots += self.attempt(page, Outcome::NotModified, None, now).await?;
                Ok(None)
            }
            Fetched::Failed(failure) => {
                looked.snapshots += self.attempt(page, failure.outcome, Some(&failure.detail), now).await?;
                Ok(Some(failure))
            }
        }
    }

    async fn store_page(
        &self,
        page: &mut PageState,
        fetched: &Page,
        now: Timestamp,
        looked: &mut Looked,
    ) -> Result<Option<Failure>, StoreError> {
        page.etag.clone_from(&fetched.validators.etag);
        page.last_modified.clone_from(&fetched.validators.last_modified);
        let (selectors, _) = Selectors::read_folder(&self.config.selectors);
        let mut observations = shop::page_observations(&fetched.text(), &fetched.url, &selectors, now);
        if observations.is_empty() {
            let failure = Failure {
                outcome: Outcome::NoPrice,
                detail: "the page names no product".to_owned(),
                retry_after: None,
            };
            looked.snapshots += self.attempt(page, failure.outcome, Some(&failure.detail), now).await?;
            return Ok(Some(failure));
        }
        for observation in &mut observations {
            observation.url.get_or_insert_with(|| page.url.clone());
        }
        page.offers = observations.iter().filter_map(|o| o.url.clone()).collect();
        page.offers.dedup();
        let unpriced = observations.iter().all(|o| !o.outcome.is_good());
        let why = observations.iter().find_map(|o| (!o.outcome.is_good()).then(|| (o.outcome, o.detail.clone())));
        let store = self.store.clone();
        let done = blocking(move || store.writer().ingest(observations)).await?;
        looked.snapshots += done.snapshots_new;
        looked.changed_prices += done.prices_changed;
        let failure = |(outcome, detail): (Outcome, Option<String>)| Failure {
            outcome,
            detail: detail.unwrap_or_else(|| "the page names no price".to_owned()),
            retry_after: None,
        };
        Ok(why.filter(|_| unpriced).map(failure))
    }

    async fn attempt(
        &self,
        page: &PageState,
        outcome: Outcome,
        detail: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut urls = page.offers.clone();
        if urls.is_empty() {
            urls.push(page.url.clone());
        }
        let (store, detail) = (self.store.clone(), detail.map(str::to_owned));
        blocking(move || {
            let writer = store.writer();
            urls.into_iter().map(|url| writer.attempt(url, outcome, detail.clone(), now)).sum()
        })
        .await
    }
}

/// Runs database work off the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::WriterGone)?
}
