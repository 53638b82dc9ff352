//! KV states of system prompts on disk, so that even the first turn of a run need not read them.
//!
//! A state is keyed by model, build and tokens, and used only if its checksum holds; anything odd means "not there".

use super::context::Context;
use llama_cpp_2::token::LlamaToken;
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Changes whenever states of an older build must not be read: the llama.cpp binding's version, and the layout here.
const BUILD: &str = "llama-cpp-2 0.1.160, layout 1";
/// Shorter heads are read as fast as they are loaded.
const LEAST_TOKENS: usize = 32;
/// Longer heads hold more than instructions, so they hardly come again.
const MOST_TOKENS: usize = 1024;
/// States kept, newest use first; some 10 MB each.
const MOST_STATES: usize = 8;

pub(super) struct PrefixStore {
    folder: Option<PathBuf>,
    model: String,
}

impl PrefixStore {
    pub fn new(folder: Option<&Path>, identity: &str) -> Self {
        let folder = folder.map(Path::to_path_buf).filter(|folder| match fs::create_dir_all(folder) {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(%error, folder = %folder.display(), "no states of prompts are kept");
                false
            }
        });
        Self { folder, model: identity.to_owned() }
    }

    fn path(&self, head: &[LlamaToken]) -> Option<PathBuf> {
        let folder = self.folder.as_ref().filter(|_| (LEAST_TOKENS..=MOST_TOKENS).contains(&head.len()))?;
        let mut hash = Sha256::new();
        for part in [self.model.as_str(), BUILD] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        head.iter().for_each(|token| hash.update(token.0.to_le_bytes()));
        Some(folder.join(format!("{}.kv", &hex(&hash.finalize())[..32])))
    }

    /// Whether a state of `head` is there.
    pub fn holds(&self, head: &[LlamaToken]) -> bool {
        self.path(head).is_some_and(|path| path.exists())
    }

    /// Fills the empty `sequence` with the state of `head`. On failure the sequence is empty.
    pub fn load(&self, context: &mut Context<'_>, sequence: i32, head: &[LlamaToken]) -> bool {
        let Some(path) = self.path(head).filter(|path| path.exists()) else { return false };
        if !checksum_holds(&path) {
            tracing::warn!(path = %path.display(), "the kept state of a prompt is damaged and was removed");
            remove(&path);
            return false;
        }
        if !context.load(&path, sequence, head) {
            context.forget(sequence, 0);
            remove(&path);
            return false;
        }
        // The time of use decides what is removed first.
        if let Err(error) = fs::File::open(&path).and_then(|file| file.set_modified(SystemTime::now())) {
            tracing::debug!(%error, "time of use not noted");
        }
        true
    }

    /// Keeps the state of `sequence`, which holds exactly `head`.
    pub fn save(&self, context: &mut Context<'_>, sequence: i32, head: &[LlamaToken]) {
        let Some(path) = self.path(head) else { return };
        let part = path.with_extension(format!("{}.part", std::process::id()));
        let kept = context.save(&part, sequence, head)
            && hash_file(&part)
                .and_then(|sum| fs::write(path.with_extension("sum"), sum))
                .and_then(|()| fs::rename(&part, &path))
                .is_ok();
        if !kept {
            tracing::debug!(path = %path.display(), "the state of a prompt could not be kept");
            remove(&part);
            return;
        }
        self.prune();
    }

    fn prune(&self) {
        let Some(Ok(entries)) = self.folder.as_ref().map(fs::read_dir) else { return };
        let mut states: Vec<(SystemTime, PathBuf)> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "kv"))
            .filter_map(|path| Some((fs::metadata(&path).and_then(|data| data.modified()).ok()?, path)))
            .collect();
        states.sort_by(|a, b| b.cmp(a));
        states.iter().skip(MOST_STATES).for_each(|(_, path)| remove(path));
    }
}

fn remove(path: &Path) {
    for path in [path.to_path_buf(), path.with_extension("sum")] {
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::debug!(%error, path = %path.display(), "could not be removed");
        }
    }
}

fn checksum_holds(path: &Path) -> bool {
    let sum = fs::read_to_string(path.with_extension("sum"));
    matches!((sum, hash_file(path)), (Ok(sum), Ok(actual)) if sum == actual)
}

fn hash_file(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut fs::File::open(path)?, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
