//! One look at a source that is read page by page: the pages that are due, a few side by side, each stored by itself.
//!
//! A page whose host rests is left as it is, due; no attempt is recorded that was not made.

use super::due;
use super::source::{Looked, Looker, OnProgress, blocking};
use crate::domain::*;
use crate::sources::http::{Failure, Fetched, Page, Validators, parse_address, server};
use crate::sources::selectors::Selectors;
use crate::sources::shop;
use crate::store::{PageLook, SourcePage, StoreError};
use futures::StreamExt;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Pages of one source that are on their way at once. A host still gets one request at a time: the others wait for
/// their turn, are read or are stored.
const SIDE_BY_SIDE: usize = 4;

/// What a look at one page came to.
enum Seen {
    Good {
        snapshots: u64,
        changed: u64,
    },
    Failed {
        failure: Failure,
        snapshots: u64,
    },
    /// No request was made.
    Postponed(Option<Duration>),
}

/// What every page of a look shares.
struct Round {
    source: SourceId,
    now: Timestamp,
    started: Instant,
    selectors: Selectors,
    watched: BTreeSet<String>,
}

impl Round {
    /// The clock of the look: the time it was begun at and what has passed since.
    fn clock(&self) -> Timestamp {
        self.now.checked_add(due::signed(self.started.elapsed())).unwrap_or(self.now)
    }
}

impl Looker {
    /// Looks at the pages of a source that are due, or at all of them.
    pub(super) async fn look_at_pages(
        &self,
        source: &Source,
        now: Timestamp,
        all: bool,
        progress: OnProgress<'_>,
    ) -> Result<Looked, StoreError> {
        let mut looked = self.discover(source, now).await?;
        let (store, id) = (self.store.clone(), source.id);
        let by = (!all).then(|| due::taken_along(now, self.config.interval));
        let pages = blocking(move || store.reader()?.source_pages(id, by, due::latest_look(now))).await?;
        let total = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let (selectors, _) = Selectors::read_folder(&self.config.selectors);
        let watched = self.watched_addresses().await?;
        let round = Arc::new(Round { source: source.id, now, started: Instant::now(), selectors, watched });
        let mut seen = futures::stream::iter(pages)
            .map(|page| self.look_at_page(round.clone(), page))
            .buffer_unordered(SIDE_BY_SIDE);
        let (mut worst, mut good): (Option<Failure>, u32) = (None, 0);
        progress(0, Some(total));
        while let Some(page) = seen.next().await {
            match page? {
                Seen::Good { snapshots, changed } => {
                    good += 1;
                    looked.snapshots += snapshots;
                    looked.changed_prices += changed;
                    looked.pages += 1;
                }
                Seen::Failed { failure, snapshots } => {
                    looked.pages += 1;
                    looked.failed += 1;
                    looked.snapshots += snapshots;
                    looked.retry_after = looked.retry_after.max(failure.retry_after);
                    worst.get_or_insert(failure);
                }
                Seen::Postponed(rest) => {
                    looked.postponed += 1;
                    looked.retry_after = looked.retry_after.max(rest);
                }
            }
            progress(looked.pages + looked.postponed, Some(total));
        }
        conclude(&mut looked, worst, good, total);
        Ok(looked)
    }

    /// Addresses of offers that somebody watches.
    async fn watched_addresses(&self) -> Result<BTreeSet<String>, StoreError> {
        let store = self.store.clone();
        blocking(move || {
            let reader = store.reader()?;
            let products: BTreeSet<ProductId> = reader.watches()?.into_iter().map(|w| w.product).collect();
            let products: Vec<ProductId> = products.into_iter().collect();
            Ok(reader.offers_of(&products)?.into_iter().filter_map(|offer| offer.url).collect())
        })
        .await
    }

    /// One page: asked for, read, stored with its new schedule.
    async fn look_at_page(&self, round: Arc<Round>, page: SourcePage) -> Result<Seen, StoreError> {
        let validators = Validators { etag: page.etag.clone(), last_modified: page.last_modified.clone() };
        let fetched = self.client.get(&page.url, &validators).await;
        if let Fetched::Failed(failure) = &fetched
            && failure.not_asked
        {
            return Ok(Seen::Postponed(failure.retry_after));
        }
        let asked = parse_address(&page.url).ok().map(|url| server(&url));
        let asked = asked.map(|server| (self.client.hosts().spent(&server), server)).map(|(n, server)| (server, n));
        let (store, interval) = (self.store.clone(), self.config.interval);
        blocking(move || {
            let at = round.clock();
            let (look, failure) = judge(&round, page, fetched, asked, at, interval);
            let done = store.writer().look(look)?;
            Ok(match failure {
                None => Seen::Good { snapshots: done.snapshots_new, changed: done.prices_changed },
                Some(failure) => Seen::Failed { failure, snapshots: done.snapshots_new },
            })
        })
        .await
    }
}

/// Reads what came back and says how the page stands afterwards.
fn judge(
    round: &Round,
    mut page: SourcePage,
    fetched: Fetched,
    asked: Option<(String, u32)>,
    at: Timestamp,
    interval: Duration,
) -> (PageLook, Option<Failure>) {
    let mut observations = Vec::new();
    let mut attempt = None;
    let failure = match fetched {
        Fetched::NotModified => {
            attempt = Some((Outcome::NotModified, None));
            None
        }
        Fetched::Failed(failure) => Some(failure),
        Fetched::Page(fetched) => {
            observations = read(round, &mut page, &fetched, at);
            // A page with one good offer is a good page; one without says why.
            match observations.iter().find(|o| !o.outcome.is_good()) {
                None if observations.is_empty() => Some(no_price(Outcome::NoPrice, "the page names no product")),
                Some(bad) if observations.iter().all(|o| !o.outcome.is_good()) => {
                    Some(no_price(bad.outcome, bad.detail.as_deref().unwrap_or("the page names no price")))
                }
                _ => None,
            }
        }
    };
    if let Some(failure) = failure.as_ref().filter(|_| observations.is_empty()) {
        attempt = Some((failure.outcome, Some(failure.detail.clone())));
    }
    let outcome = match (&failure, &attempt) {
        (Some(failure), _) => failure.outcome,
        (None, Some((outcome, _))) => *outcome,
        (None, None) => Outcome::Ok,
    };
    page.last_attempt_at = Some(at);
    page.last_outcome = Some(outcome);
    page.last_detail = failure.as_ref().map(|failure| failure.detail.clone());
    page.failures = if outcome.is_good() { 0 } else { page.failures.saturating_add(1) };
    page.looks += u32::from(outcome.is_good());
    let watched = page.offers.iter().any(|url| round.watched.contains(url));
    let rest = failure.as_ref().and_then(|failure| failure.retry_after);
    page.next_due_at = Some(due::page_due(&page, watched, rest, at, interval));
    (PageLook { source: round.source, page, observations, attempt, asked, at }, failure)
}

fn read(round: &Round, page: &mut SourcePage, fetched: &Page, at: Timestamp) -> Vec<Observation> {
    let mut observations = shop::page_observations(&fetched.text(), &fetched.url, &round.selectors, at);
    if observations.is_empty() {
        return observations;
    }
    // Validators of a page that could not be read would hide it behind "not modified".
    page.etag.clone_from(&fetched.validators.etag);
    page.last_modified.clone_from(&fetched.validators.last_modified);
    for observation in &mut observations {
        observation.url.get_or_insert_with(|| page.url.clone());
    }
    page.offers = observations.iter().filter_map(|o| o.url.clone()).collect();
    page.offers.sort();
    page.offers.dedup();
    observations
}

fn no_price(outcome: Outcome, detail: &str) -> Failure {
    Failure { outcome, detail: detail.to_owned(), retry_after: None, not_asked: false }
}

/// The outcome of the whole from those of its pages.
fn conclude(looked: &mut Looked, worst: Option<Failure>, good: u32, total: u32) {
    match worst {
        Some(failure) if good == 0 => {
            looked.outcome = failure.outcome;
            looked.detail = Some(failure.detail);
        }
        Some(failure) => {
            looked.detail = Some(format!("{} of {} pages failed: {}", looked.failed, looked.pages, failure.detail));
        }
        None if looked.postponed > 0 => {
            looked.detail = Some(format!("{} of {total} pages wait: their host rests", looked.postponed));
        }
        None => {}
    }
}
