//! SQLite behind two handles: a [`Writer`] to the one writing thread and cheap read-only [`Reader`]s.
//!
//! Owns schema, migrations, identity of products and offers, full-text search and vectors. Never ranks, never fetches.

mod attempt;
mod codec;
mod drift;
mod error;
mod group;
mod identity;
mod ingest;
mod join;
mod known;
mod listing;
mod merge;
mod open;
pub mod quantised;
mod rates;
mod reader;
mod reader_catalogue;
mod reader_history;
mod source_page;
mod suggest;
mod texts;
mod types;
mod upgrade;
mod vectors;
mod watch;
mod writer;

#[cfg(test)]
mod tests;

pub use error::{Result, StoreError};
pub use reader::Reader;
pub use reader_catalogue::Stated;
pub use reader_history::SnapshotRow;
pub use source_page::PageLook;
pub use suggest::Suggestion;
pub use types::{ChatTurn, Delisted, Ingested, NewSource, PageCounts, SourceAttempt, SourcePage, Stats};
pub use watch::{Delivery, NewDelivery, NewWatch};
pub use writer::Writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The database. Clones share the writer thread; the last one dropped finishes what is queued and joins it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    writer: Writer,
    thread: Option<std::thread::JoinHandle<()>>,
    how: open::How,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.writer.stop();
        if let Some(thread) = self.thread.take() {
            // A panic in the writer was already told to whoever waited for its reply.
            let _ = thread.join();
        }
    }
}

impl Store {
    /// Opens or creates the database (file mode 0600, WAL) and runs missing migrations.
    ///
    /// # Errors
    /// A newer schema, a foreign and a corrupt file are refused and left untouched. A database on a read-only
    /// medium opens for reading; writes then fail with [`StoreError::ReadOnly`].
    pub fn open(path: &Path) -> Result<Self> {
        let (connection, how) = open::open_for_writing(path)?;
        let (writer, thread) = Writer::start(connection, path.to_path_buf(), how)?;
        Ok(Self { inner: Arc::new(Inner { path: path.to_path_buf(), writer, thread: Some(thread), how }) })
    }

    /// A fresh read-only connection, for one thread.
    ///
    /// # Errors
    /// Where the file cannot be opened any more.
    pub fn reader(&self) -> Result<Reader> {
        Reader::open(&self.inner.path, self.inner.how)
    }

    /// Handle to the writing thread.
    pub fn writer(&self) -> Writer {
        self.inner.writer.clone()
    }

    /// Where the database lies.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Whether writes are refused because file or folder is read-only.
    pub fn is_read_only(&self) -> bool {
        self.inner.how != open::How::ReadWrite
    }
}
