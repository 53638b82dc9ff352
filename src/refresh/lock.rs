//! One refresher for one database: a lock on a file beside it.
//!
//! The lock goes with the process, however it ends; the file stays.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Why the lock cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another emptor{} refreshes this database already", .0.as_ref().map(|id| format!(" (process {id})")).unwrap_or_default())]
    Held(Option<String>),
    #[error("{path}: {detail}")]
    Io { path: PathBuf, detail: String },
}

/// Held as long as it lives.
#[derive(Debug)]
pub struct RefreshLock {
    _file: File,
}

impl RefreshLock {
    /// Takes the lock for the database, without waiting.
    ///
    /// # Errors
    /// Where another process holds it, or the file beside the database cannot be written.
    pub fn take(database: &Path) -> Result<Self, LockError> {
        let mut name = database.as_os_str().to_owned();
        name.push(".refresh");
        let path = PathBuf::from(name);
        let io = |e: std::io::Error| LockError::Io { path: path.clone(), detail: e.to_string() };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Whoever holds it may just be writing its number: then it goes untold.
                let _ = file.read_to_string(&mut holder);
                let holder = Some(holder.trim().to_owned()).filter(|id| id.parse::<u32>().is_ok());
                return Err(LockError::Held(holder));
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_the_next_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("e.db");
        let held = RefreshLock::take(&database).unwrap();
        let told = RefreshLock::take(&database).unwrap_err().to_string();
        assert!(told.contains(&std::process::id().to_string()), "{told}");
        drop(held);
        RefreshLock::take(&database).unwrap();
    }
}
