//! `models.lock` beside the weights: which file had which hash, and where it came from.
//!
//! Saves hashing a gigabyte at every start, and tells when a server offers another file under the same name.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::UNIX_EPOCH;

const NAME: &str = "models.lock";
const HEADER: &str =
    "# Written by emptor: hashes of the weights in this folder. A file that changes under its name is refused.\n";

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Locked {
    pub file: String,
    pub sha256: String,
    pub size: u64,
    /// Nanoseconds since 1970 at which the file was last written.
    pub modified: i64,
    /// Where it was got from; empty for a file that was found.
    #[serde(default)]
    pub source: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Lock {
    #[serde(default)]
    file: Vec<Locked>,
}

/// What is known about `file` in `folder`.
pub(super) fn find(folder: &Path, file: &str) -> Option<Locked> {
    read(folder).file.into_iter().find(|locked| locked.file == file)
}

fn read(folder: &Path) -> Lock {
    let path = folder.join(NAME);
    match fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(path = %path.display(), %error, "the lock file is damaged and is written anew");
            Lock::default()
        }),
        Err(_) => Lock::default(),
    }
}

/// Notes a file.
///
/// # Errors
/// The folder cannot be written.
pub(super) fn put(folder: &Path, locked: Locked) -> io::Result<()> {
    let mut lock = read(folder);
    lock.file.retain(|other| other.file != locked.file);
    lock.file.push(locked);
    lock.file.sort_by(|a, b| a.file.cmp(&b.file));
    let text = toml::to_string(&lock).map_err(io::Error::other)?;
    let part = folder.join(format!("{NAME}.{}.new", std::process::id()));
    fs::write(&part, format!("{HEADER}{text}"))?;
    fs::rename(&part, folder.join(NAME))
}

/// Size and time of writing, as the lock file has them.
pub(super) fn stamp(path: &Path) -> io::Result<(u64, i64)> {
    let metadata = fs::metadata(path)?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Ok((metadata.len(), i64::try_from(modified).unwrap_or(i64::MAX)))
}

/// SHA-256 of a file: from the lock where the file has not changed since, else computed and noted.
///
/// # Errors
/// The file cannot be read.
pub(super) fn hash_of(path: &Path) -> io::Result<String> {
    let (size, modified) = stamp(path)?;
    let place = path.parent().zip(path.file_name().and_then(|name| name.to_str()));
    if let Some((folder, file)) = place
        && let Some(locked) = find(folder, file)
        && (locked.size, locked.modified) == (size, modified)
    {
        return Ok(locked.sha256);
    }
    let sha256 = sha256(path, &mut |_| true)?.unwrap_or_default();
    if let Some((folder, file)) = place {
        note(folder, file, &sha256, size, modified);
    }
    Ok(sha256)
}

/// A folder that cannot be written only costs the time to hash again.
fn note(folder: &Path, file: &str, sha256: &str, size: u64, modified: i64) {
    let source = find(folder, file).filter(|old| old.sha256 == sha256).map(|old| old.source).unwrap_or_default();
    let locked = Locked { file: file.to_owned(), sha256: sha256.to_owned(), size, modified, source };
    if let Err(error) = put(folder, locked) {
        tracing::debug!(folder = %folder.display(), %error, "the lock file cannot be written");
    }
}

/// SHA-256 in lower-case hex; `go_on` hears the bytes so far and may end it, which gives `None`.
pub(super) fn sha256(path: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> io::Result<Option<String>> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hash.update(buffer.get(..count).unwrap_or_default());
        done += count as u64;
        if !go_on(done) {
            return Ok(None);
        }
    }
    Ok(Some(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

#[cfg(test)]
mod tests;
