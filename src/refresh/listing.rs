//! One look at a shop's interface: ask as its reader wants, store each part, delist what a complete listing lacks.
//!
//! Never knows a format: `sources::listing` does. A listing that breaks off delists nothing.

use super::source::{Looked, Looker, OnProgress, State, blocking};
use super::tally::Tally;
use crate::domain::*;
use crate::sources::http::Fetched;
use crate::sources::listing::{self, Listing, ListingError, Part};
use crate::store::{SourceAttempt, StoreError};
use std::time::Duration;

/// A listing that asks for more than this is not coming to an end.
const MOST_REQUESTS: u32 = 20_000;
/// A longer rest than this ends the look; the source is due again when it is over.
const LONGEST_REST: Duration = Duration::from_secs(120);
/// Notes of a reader that are told; the rest are counted.
const MOST_NOTES: usize = 3;

/// How far a look at a listing has come.
struct Progress<'a> {
    looked: Looked,
    notes: Vec<String>,
    tally: Tally,
    tell: OnProgress<'a>,
}

impl Looker {
    /// Reads a listing from its first request on.
    pub(super) async fn look_at_listing(
        &self,
        source: &Source,
        state: &mut State,
        now: Timestamp,
        tell: OnProgress<'_>,
    ) -> Result<Looked, StoreError> {
        let mut run = Progress { looked: Looked::default(), notes: Vec::new(), tally: Tally::default(), tell };
        match listing::open(source.kind, &source.location, &state.listing, &self.keys) {
            Ok(mut listing) => {
                self.client.allow(&source.location);
                self.read_through(source.id, listing.as_mut(), now, &mut run).await?;
                if run.looked.outcome.is_good() {
                    state.listing = listing.state();
                }
                if run.looked.outcome.is_good() && listing.complete() {
                    self.close(source.id, now, &mut run).await?;
                }
            }
            Err(error) => failed(&mut run.looked, &error),
        }
        let Progress { mut looked, notes, tally, .. } = run;
        let observations = tally.offers;
        if looked.outcome.is_good() && observations == 0 {
            looked.outcome = Outcome::NoPrice;
            looked.detail = Some("the listing names no product".to_owned());
        }
        if looked.detail.is_none() && !notes.is_empty() {
            looked.detail = Some(told(&notes));
        }
        looked.listed = Some(tally).filter(|tally| tally.offers > 0);
        self.note_attempt(source.id, &looked, observations, now).await?;
        Ok(looked)
    }

    async fn read_through(
        &self,
        source: SourceId,
        listing: &mut dyn Listing,
        now: Timestamp,
        run: &mut Progress<'_>,
    ) -> Result<(), StoreError> {
        while let Some(ask) = listing.next() {
            if run.looked.pages == MOST_REQUESTS {
                run.looked.outcome = Outcome::Error;
                run.looked.detail = Some(format!("the listing did not end after {MOST_REQUESTS} requests"));
                return Ok(());
            }
            (run.tell)(run.looked.pages, None);
            run.looked.pages += 1;
            let part = match self.client.ask(&ask).await {
                Fetched::Page(page) => match listing.read(&page.body, now) {
                    Ok(part) => part,
                    Err(error) => {
                        failed(&mut run.looked, &error);
                        return Ok(());
                    }
                },
                Fetched::NotModified => Part::default(),
                // Whoever asks for a rest gets it: only a plain refusal can be done without.
                Fetched::Failed(failure)
                    if failure.retry_after.is_none() && listing.goes_on_without(failure.outcome) =>
                {
                    Part::default()
                }
                Fetched::Failed(failure) => {
                    run.looked.failed += 1;
                    run.looked.outcome = failure.outcome;
                    run.looked.detail = Some(failure.detail);
                    run.looked.retry_after = failure.retry_after;
                    return Ok(());
                }
            };
            run.notes.extend(part.notes);
            run.tally.add(&part.observations);
            let store = self.store.clone();
            let done = blocking(move || store.writer().ingest_listed(source, part.observations)).await?;
            run.looked.snapshots += done.snapshots_new;
            run.looked.changed_prices += done.prices_changed;
            match part.rest {
                Some(rest) if rest > LONGEST_REST => {
                    run.looked.outcome = Outcome::Blocked;
                    run.looked.detail = Some(format!("the interface asked for a rest of {} s", rest.as_secs()));
                    run.looked.retry_after = Some(rest);
                    return Ok(());
                }
                Some(rest) => tokio::time::sleep(rest).await,
                None => {}
            }
        }
        Ok(())
    }

    /// Delists what a complete listing lacks; says so where too much was missing to believe it.
    async fn close(&self, source: SourceId, now: Timestamp, run: &mut Progress<'_>) -> Result<(), StoreError> {
        let store = self.store.clone();
        let delisted = blocking(move || store.writer().close_listing(source, now, now)).await?;
        run.looked.snapshots += delisted.gone;
        if delisted.held_back > 0 {
            run.notes.insert(0, format!("{} known offers are missing at once: none was taken off", delisted.held_back));
        }
        Ok(())
    }

    /// Keeps the attempt on the source as a whole.
    pub(super) async fn note_attempt(
        &self,
        source: SourceId,
        looked: &Looked,
        observations: u64,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (store, outcome, detail) = (self.store.clone(), looked.outcome, looked.detail.clone());
        let attempt = SourceAttempt { at, outcome, detail, requests: looked.pages, observations };
        blocking(move || store.writer().add_source_attempt(source, attempt)).await
    }
}

fn failed(looked: &mut Looked, error: &ListingError) {
    looked.outcome = match error {
        ListingError::Blocked(_) => Outcome::Blocked,
        _ => Outcome::Error,
    };
    looked.detail = Some(error.to_string());
}

/// The first notes on one line.
pub(super) fn told(notes: &[String]) -> String {
    let mut line = notes.iter().take(MOST_NOTES).cloned().collect::<Vec<_>>().join("; ");
    if notes.len() > MOST_NOTES {
        line.push_str(&format!("; and {} more", notes.len() - MOST_NOTES));
    }
    line
}
