//! One look at a document that is read as one: a feed or a table, on the web or on disk.
//!
//! A document on the web is downloaded to a temporary file first, so that a slow reader never holds the shop's
//! connection and a broken download is told from a broken feed. Never delists after a document that was cut short.

use super::source::{Looked, Looker, State, blocking};
use crate::domain::*;
use crate::sources::feed::{self, FeedError, FeedOptions, FeedRead};
use crate::sources::http::{Downloaded, Validators, parse_address};
use crate::sources::import;
use crate::sources::listing::Ask;
use crate::store::{Delisted, Ingested, StoreError};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

impl Looker {
    /// Reads a feed or table from its place.
    pub(super) async fn look_at_document(
        &self,
        source: &mut Source,
        state: &State,
        now: Timestamp,
    ) -> Result<Looked, StoreError> {
        let mut looked = Looked { pages: 1, ..Looked::default() };
        let mut observations = 0;
        if source.is_remote() {
            let folder = match tempfile::tempdir() {
                Ok(folder) => folder,
                Err(error) => {
                    looked.outcome = Outcome::Error;
                    looked.detail = Some(format!("no temporary folder to download into: {error}"));
                    self.note_attempt(source.id, &looked, 0, now).await?;
                    return Ok(looked);
                }
            };
            let file = folder.path().join("document");
            if self.download(source, &file, &mut looked).await {
                observations = self.read_document(source, state, file, now, &mut looked).await?;
            }
        } else {
            let file = PathBuf::from(&source.location);
            observations = self.read_document(source, state, file, now, &mut looked).await?;
        }
        self.note_attempt(source.id, &looked, observations, now).await?;
        Ok(looked)
    }

    /// Whether there is a new document in `file`.
    pub(super) async fn download(&self, source: &mut Source, file: &Path, looked: &mut Looked) -> bool {
        self.client.allow(&source.location);
        let validators = Validators { etag: source.etag.clone(), last_modified: source.last_modified.clone() };
        match self.client.download(&Ask::get(&source.location), &validators, file).await {
            Downloaded::File(validators) => {
                source.etag = validators.etag;
                source.last_modified = validators.last_modified;
                true
            }
            Downloaded::NotModified => {
                looked.outcome = Outcome::NotModified;
                false
            }
            Downloaded::Failed(failure) => {
                looked.failed = 1;
                looked.outcome = failure.outcome;
                looked.detail = Some(failure.detail);
                looked.retry_after = failure.retry_after;
                false
            }
        }
    }

    /// Stores what a document on disk says; how many observations that were. Only what changed since makes new rows.
    async fn read_document(
        &self,
        source: &Source,
        state: &State,
        file: PathBuf,
        now: Timestamp,
        looked: &mut Looked,
    ) -> Result<u64, StoreError> {
        if matches!(source.kind, SourceKind::Merchant | SourceKind::Acp) {
            return self.read_feed(source, file, now, looked).await;
        }
        let (store, kind, mapping) = (self.store.clone(), source.kind, state.mapping.clone());
        let host = parse_address(&source.location).ok().and_then(|u| u.host_str().map(str::to_owned));
        let shop = host.map(|host| host.trim_start_matches("www.").to_owned());
        let shop = shop.map(|host| ShopRef { domain: Some(host.clone()), name: host, invented: false });
        // What a feed lists and then no more is gone; a table of history says nothing of what is offered now.
        let listing = matches!(kind, SourceKind::Merchant | SourceKind::Acp).then_some(source.id);
        let (read, done) = blocking(move || {
            let writer = store.writer();
            let mut done = Ingested::default();
            let mut failed = None;
            let read = import::read_again(&file, kind, mapping.as_ref(), shop.as_ref(), now, &mut |batch| {
                let stored = match listing {
                    Some(source) => writer.ingest_listed(source, batch),
                    None => writer.ingest(batch),
                };
                match stored {
                    Ok(more) => done += more,
                    Err(error) => failed = Some(error),
                }
                failed.is_none()
            });
            failed.map_or(Ok((read, done)), Err)
        })
        .await?;
        looked.snapshots += done.snapshots_new;
        looked.changed_prices += done.prices_changed;
        Ok(match read {
            Ok(imported) => {
                let mut told: Vec<String> = Vec::new();
                if let Some(source) = listing.filter(|_| imported.complete) {
                    let store = self.store.clone();
                    let delisted = blocking(move || store.writer().close_listing(source, now, now)).await?;
                    looked.snapshots += delisted.gone;
                    if delisted.held_back > 0 {
                        let missing = delisted.held_back;
                        told.push(format!("{missing} known offers are missing at once: none was taken off"));
                    }
                }
                told.extend(imported.cut.map(|why| format!("not read to its end: {why}")));
                if imported.broken_rows > 0 {
                    told.push(format!("{} of {} rows could not be read", imported.broken_rows, imported.rows));
                }
                looked.detail = (!told.is_empty()).then(|| told.join("; "));
                imported.observations
            }
            Err(why) => {
                looked.outcome = Outcome::Error;
                looked.detail = Some(why);
                0
            }
        })
    }

    /// Stores what a product feed says, and delists what it lacks where it was read to its end.
    async fn read_feed(
        &self,
        source: &Source,
        file: PathBuf,
        now: Timestamp,
        looked: &mut Looked,
    ) -> Result<u64, StoreError> {
        let (store, id, kind, shop) = (self.store.clone(), source.id, source.kind, shop_of(source));
        let (read, done, delisted) = blocking(move || {
            let writer = store.writer();
            let mut done = Ingested::default();
            let mut failed = None;
            let options = FeedOptions { whole: true, ..FeedOptions::new(shop, now) };
            let opened = File::open(&file).map_err(FeedError::from);
            let read = opened.and_then(|file| {
                feed::read(kind, BufReader::new(file), &options, &mut |batch| {
                    match writer.ingest_listed(id, batch) {
                        Ok(more) => done += more,
                        Err(error) => failed = Some(error),
                    }
                    failed.is_none()
                })
            });
            if let Some(error) = failed {
                return Err(error);
            }
            let complete = read.as_ref().is_ok_and(|read| read.complete);
            let delisted = if complete { writer.close_listing(id, now, now)? } else { Delisted::default() };
            Ok((read, done, delisted))
        })
        .await?;
        looked.snapshots += done.snapshots_new + delisted.gone;
        looked.changed_prices += done.prices_changed;
        match read {
            Ok(read) => {
                looked.detail = told(&read, delisted);
                Ok(read.observations)
            }
            Err(error) => {
                looked.outcome = Outcome::Error;
                looked.detail = Some(error.to_string());
                Ok(0)
            }
        }
    }
}

/// What a user should know of a feed that was read.
fn told(read: &FeedRead, delisted: Delisted) -> Option<String> {
    let mut notes = Vec::new();
    if delisted.held_back > 0 {
        notes.push(format!("{} known offers are missing at once: none was taken off", delisted.held_back));
    }
    notes.extend(read.cut.iter().map(|why| format!("the feed broke off: {why}")));
    if let Some(first) = read.broken.first() {
        let count = read.broken_items;
        notes
            .push(format!("{count} of {} items could not be read (line {}: {})", read.items, first.line, first.reason));
    }
    notes.extend(read.notes.iter().map(|(note, count)| format!("{count} items: {note}")));
    (!notes.is_empty()).then(|| super::listing::told(&notes))
}

/// The shop that a feed belongs to: the host of its address, or the name of the source.
fn shop_of(source: &Source) -> ShopRef {
    let url = parse_address(&source.location).ok().filter(|_| source.is_remote());
    let named = url.and_then(|url| Some(ShopRef::at(url.host_str()?, url.port())));
    named.unwrap_or_else(|| ShopRef { name: source.name.clone(), domain: None, invented: false })
}
