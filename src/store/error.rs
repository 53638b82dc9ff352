//! What can go wrong with the database, told so that the user knows what to do next.
//!
//! Maps SQLite's codes to kinds; never hides the cause.

use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// Why the database cannot be used. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path}: made by a newer emptor (schema {found}, this one knows {known}); update emptor")]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{path}: not a readable emptor database ({detail}); restore a copy, or move it away to start afresh")]
    Corrupt { path: PathBuf, detail: String },
    #[error("{path}: the database is read-only; give write access or name another with --db")]
    ReadOnly { path: PathBuf },
    #[error("{path}: no space left on the disk; free some and try again, nothing was lost")]
    DiskFull { path: PathBuf },
    #[error("{path}: another emptor is writing and did not finish in time; try again")]
    Busy { path: PathBuf },
    #[error("{path}: {detail}")]
    Io { path: PathBuf, detail: String },
    #[error("database: {0}")]
    Sql(String),
    #[error("the database's writer has stopped")]
    WriterGone,
}

pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// The error that a SQLite failure on `path` means.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt { path, detail },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::PermissionDenied) => {
                Self::Io { path, detail }
            }
            _ => Self::Sql(detail),
        }
    }
}
