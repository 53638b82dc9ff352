//! Downloads a document of any size to a file, streamed under caps. The file is whole or gone.

use super::answer::{refused, validators_of};
use super::body::{self, Caps};
use super::{Answer, Client, Failure, Validators};
use crate::domain::Outcome;
use crate::sources::listing::Ask;
use reqwest::StatusCode;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// A feed of a million products is about a gigabyte.
const MOST_FEED_BYTES: u64 = 8 << 30;
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(2 * 3600);

/// What came of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Downloaded {
    /// The file is whole.
    File(Validators),
    NotModified,
    Failed(Failure),
}

impl Client {
    /// Downloads a document to a file, of at most the size that feeds may have.
    pub async fn download(&self, ask: &Ask, validators: &Validators, to: &Path) -> Downloaded {
        match self.save(ask, validators, to).await {
            Ok(downloaded) => downloaded,
            Err(failure) => {
                // It may not have been made yet.
                let _ = tokio::fs::remove_file(to).await;
                Downloaded::Failed(failure)
            }
        }
    }

    async fn save(&self, ask: &Ask, validators: &Validators, to: &Path) -> Result<Downloaded, Failure> {
        let Answer { response, turn, .. } = self.follow(ask, validators, LONGEST_DOWNLOAD, false).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Downloaded::NotModified);
        }
        refused(&response)?;
        let found = validators_of(&response);
        let local = |e: std::io::Error| Failure::new(Outcome::Error, format!("{}: {e}", to.display()));
        let caps = Caps { most_bytes: MOST_FEED_BYTES, silence: self.inner.timeout };
        let mut body = body::begin(response, caps, turn)?;
        let mut file = tokio::fs::File::create(to).await.map_err(local)?;
        while let Some(piece) = body.piece().await? {
            file.write_all(&piece).await.map_err(local)?;
        }
        file.flush().await.map_err(local)?;
        Ok(Downloaded::File(found))
    }
}
