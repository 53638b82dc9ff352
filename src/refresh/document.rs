//! One look at a document that is read as one: a feed or a table, on the web or on disk.
//!
//! A document on the web is downloaded to a temporary file first, so that a slow reader never holds the shop's
//! connection and a broken download is told from a broken feed. Never delists after a document that was cut short.

use super::listing::told;
use super::source::{Looked, Looker, State, blocking};
use crate::domain::*;
use crate::sources::http::{Downloaded, Validators, parse_address};
use crate::sources::listing::Ask;
use crate::sources::{feed, import};
use crate::store::{Store, StoreError};
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
    async fn download(&self, source: &mut Source, file: &Path, looked: &mut Looked) -> bool {
        if let Some(host) = parse_address(&source.location).ok().and_then(|u| u.host_str().map(str::to_owned)) {
            self.client.allow_host(&host);
        }
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
}
