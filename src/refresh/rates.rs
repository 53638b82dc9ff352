//! One look at a source of exchange rates: a small document that is read whole.
//!
//! Keeps nothing of a document that cannot be read to its end.

use super::source::{Looked, Looker, blocking};
use crate::domain::{Outcome, Source, Timestamp};
use crate::sources::rates;
use crate::store::StoreError;
use std::path::PathBuf;

/// The bank's whole history since 1999 is under a tenth of this.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

impl Looker {
    /// Reads the rates from their place.
    pub(super) async fn look_at_rates(&self, source: &mut Source, now: Timestamp) -> Result<Looked, StoreError> {
        let mut looked = Looked { pages: 1, ..Looked::default() };
        let mut kept = 0;
        let folder = tempfile::tempdir();
        let file = match (&folder, source.is_remote()) {
            (_, false) => Some(PathBuf::from(&source.location)),
            (Ok(folder), true) => {
                let file = folder.path().join("rates");
                self.download(source, &file, &mut looked).await.then_some(file)
            }
            (Err(error), true) => {
                looked.outcome = Outcome::Error;
                looked.detail = Some(format!("no temporary folder to download into: {error}"));
                None
            }
        };
        if let Some(file) = file {
            let store = self.store.clone();
            let read = blocking(move || {
                let size = std::fs::metadata(&file).map(|m| m.len()).map_err(|e| e.to_string());
                let bytes = size.and_then(|size| match size > MOST_BYTES {
                    true => Err(format!("{size} bytes are too many for rates")),
                    false => std::fs::read(&file).map_err(|e| e.to_string()),
                });
                match bytes.and_then(|bytes| rates::read(&bytes).map_err(|e| e.to_string())) {
                    Ok(found) => store.writer().put_rates(found).map(Ok),
                    Err(why) => Ok(Err(why)),
                }
            })
            .await?;
            match read {
                Ok(new) => kept = new,
                Err(why) => {
                    looked.failed = 1;
                    looked.outcome = Outcome::Error;
                    looked.detail = Some(why);
                }
            }
        }
        self.note_attempt(source.id, &looked, kept, now).await?;
        Ok(looked)
    }
}
