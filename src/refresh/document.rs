//! One look at a document that is read as one: a feed or a table, on the web or on disk.
//!
//! A document on the web is downloaded to a temporary file first, so that a slow reader never holds the shop's
//! connection and a broken download is told from a broken feed. Never delists after a document that was cut short.

use super::source::{Looked, Looker, State, blocking};
use crate::domain::*;
use crate::sources::http::{Downloaded, Validators};
use crate::sources::import;
use crate::sources::listing::Ask;
use crate::store::{Ingested, StoreError};
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
    async fn download(&self, source: &mut Source, file: &Path, looked: &mut Looked) -> bool {
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
        let (store, kind, mapping) = (self.store.clone(), source.kind, state.mapping.clone());
        let (read, done) = blocking(move || {
            let writer = store.writer();
            let mut done = Ingested::default();
            let mut failed = None;
            let read = import::read_again(&file, kind, mapping.as_ref(), now, &mut |batch| {
                let stored = writer.ingest(batch);
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
                if imported.broken_rows > 0 {
                    looked.detail =
                        Some(format!("{} of {} rows could not be read", imported.broken_rows, imported.rows));
                }
                imported.observations
            }
            Err(why) => {
                looked.outcome = Outcome::Error;
                looked.detail = Some(why);
                0
            }
        })
    }
}
