//! Which models are here, which one is used, and what fits the memory of this machine.
//!
//! Looks into the models folder of the settings, then into the project's own. Loads nothing.

use super::manifest::{self, Entry, Kind};
use super::{ModelError, gguf, lock};
use crate::config::ModelConfig;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// The project's own models folder, for whoever runs emptor from where it was built.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models");

/// Level of wording of a file that the manifest does not know.
const LEVEL_OF_STRANGERS: u8 = 1;

/// A model that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub path: PathBuf,
    /// Name in the manifest, or of the file.
    pub name: String,
    /// `None` for a file of the user's own.
    pub entry: Option<&'static Entry>,
}

impl Choice {
    /// SHA-256 of the file; read once, then remembered in `models.lock`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn identity(&self) -> Result<String, ModelError> {
        lock::hash_of(&self.path).map_err(|error| ModelError::Load {
            path: self.path.display().to_string(),
            detail: crate::config::plain_io(&error),
        })
    }

    pub fn level(&self) -> u8 {
        self.entry.map_or(LEVEL_OF_STRANGERS, |entry| entry.level)
    }
}

/// One line of `emptor model list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub name: String,
    pub kind: Kind,
    /// Empty for a file of the user's own.
    pub licence: String,
    /// Bytes of the file; as well as known for one that is not here.
    pub bytes: Option<u64>,
    /// Bytes of memory that it needs.
    pub ram_needed: u64,
    /// `None` where the machine's memory is not known.
    pub fits: Option<bool>,
    pub path: Option<PathBuf>,
    /// Bytes of a download that is not finished.
    pub partial: Option<u64>,
    pub in_use: bool,
    /// Fetched by `emptor model pull` without a name.
    pub default: bool,
    pub untried: bool,
    pub level: u8,
}

/// Every model of the manifest, then every other GGUF file in the folders.
pub fn list(config: &ModelConfig) -> Vec<Row> {
    let memory = memory_bytes();
    // What cannot be chosen is nothing in use; why is said where it is opened.
    let used: Vec<PathBuf> = [Kind::Chat, Kind::Embedding]
        .into_iter()
        .filter_map(|kind| choose(kind, config).ok().flatten())
        .map(|choice| choice.path)
        .collect();
    let defaults = defaults();
    let known = manifest::entries().iter().map(|entry| {
        let path = locate(&entry.file, config);
        let partial = fs::metadata(config.directory.join(format!("{}.part", entry.file))).ok().map(|part| part.len());
        let on_disk = path.as_ref().and_then(|path| fs::metadata(path).ok()).map(|metadata| metadata.len());
        Row {
            name: entry.name.clone(),
            kind: entry.kind,
            licence: entry.licence.clone(),
            bytes: on_disk.or(entry.bytes()),
            ram_needed: entry.ram_needed,
            fits: memory.map(|memory| entry.ram_needed <= memory),
            in_use: path.as_ref().is_some_and(|path| used.contains(path)),
            default: defaults.iter().any(|other| other.name == entry.name),
            path,
            partial,
            untried: entry.untried,
            level: entry.level,
        }
    });
    known.chain(strangers(config).into_iter().filter_map(|path| stranger_row(path, memory, &used))).collect()
}

fn stranger_row(path: PathBuf, memory: Option<u64>, used: &[PathBuf]) -> Option<Row> {
    let header = gguf::inspect(&path).ok()?;
    let bytes = fs::metadata(&path).ok()?.len();
    let ram_needed = ram_for(bytes);
    Some(Row {
        name: file_stem(&path),
        kind: if header.embeds { Kind::Embedding } else { Kind::Chat },
        licence: String::new(),
        bytes: Some(bytes),
        ram_needed,
        fits: memory.map(|memory| ram_needed <= memory),
        in_use: used.contains(&path),
        path: Some(path),
        partial: None,
        default: false,
        untried: true,
        level: LEVEL_OF_STRANGERS,
    })
}

/// Weights plus about half a gigabyte for the context and the rest.
fn ram_for(bytes: u64) -> u64 {
    bytes.saturating_add(500_000_000)
}

/// The models that a newcomer gets: the best tried chat model that fits this machine, and the best embedding model.
pub fn defaults() -> Vec<&'static Entry> {
    let memory = memory_bytes().unwrap_or(u64::MAX);
    let best = |kind: Kind, for_tests: bool| {
        manifest::entries()
            .iter()
            .filter(|entry| entry.kind == kind && !entry.untried && (for_tests || !entry.for_tests))
            .filter(|entry| entry.ram_needed <= memory)
            .max_by_key(|entry| entry.rank)
    };
    // On a machine too small for any other, the smallest is better than none.
    let chat = best(Kind::Chat, false).or_else(|| best(Kind::Chat, true));
    chat.into_iter().chain(best(Kind::Embedding, true)).collect()
}

/// The models that the tests need.
pub fn for_tests() -> Vec<&'static Entry> {
    manifest::entries().iter().filter(|entry| entry.for_tests).collect()
}

/// The model of this kind to open: the one that the settings name, else the best that is here and fits.
///
/// # Errors
/// The settings name a model that is not here, or a file that is no whole model of this kind.
pub fn choose(kind: Kind, config: &ModelConfig) -> Result<Option<Choice>, ModelError> {
    let named = match kind {
        Kind::Chat => &config.chat,
        Kind::Embedding => &config.embedding,
    };
    if let Some(name) = named {
        return resolve(name, kind, config).map(Some);
    }
    let memory = memory_bytes().unwrap_or(u64::MAX);
    let here = manifest::entries().iter().filter(|entry| entry.kind == kind).filter_map(|entry| {
        let path = locate(&entry.file, config)?;
        Some(Choice { path, name: entry.name.clone(), entry: Some(entry) })
    });
    let rank = |choice: &Choice| choice.entry.map_or((false, 0), |entry| (entry.ram_needed <= memory, entry.rank));
    Ok(here.max_by_key(rank))
}

/// The model that `name` means: a name in the manifest, a file in the models folder, or a path. The file is looked at.
///
/// # Errors
/// No such model, it is not here, or the file is no whole model of this kind.
pub fn resolve(name: &str, kind: Kind, config: &ModelConfig) -> Result<Choice, ModelError> {
    let error = |detail: String| ModelError::Load { path: name.to_owned(), detail };
    let choice = match manifest::find(name) {
        Some(entry) => {
            let path = locate(&entry.file, config).ok_or_else(|| {
                error(format!("the model is not here yet; get it with `emptor model pull {}`", entry.name))
            })?;
            Choice { path, name: entry.name.clone(), entry: Some(entry) }
        }
        None => {
            let path = Some(PathBuf::from(name)).filter(|path| path.exists()).or_else(|| locate(name, config));
            let path = path.or_else(|| locate(&format!("{name}.gguf"), config));
            let path =
                path.ok_or_else(|| error("no such model and no such file; see `emptor model list`".to_owned()))?;
            Choice { name: file_stem(&path), path, entry: None }
        }
    };
    let header = gguf::inspect(&choice.path)
        .map_err(|cause| ModelError::Load { path: choice.path.display().to_string(), detail: cause.to_string() })?;
    match (kind, header.embeds) {
        (Kind::Chat, true) => Err(error("it makes embeddings, it cannot chat".to_owned())),
        (Kind::Embedding, false) => Err(error("it chats, it cannot make embeddings".to_owned())),
        _ => Ok(choice),
    }
}

/// Folders that may hold weights, the settings' one first.
fn folders(config: &ModelConfig) -> [&Path; 2] {
    [config.directory.as_path(), Path::new(PROJECT)]
}

fn locate(file: &str, config: &ModelConfig) -> Option<PathBuf> {
    folders(config).iter().map(|folder| folder.join(file)).find(|path| path.is_file())
}

/// GGUF files in the folders that the manifest does not know.
fn strangers(config: &ModelConfig) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = folders(config)
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "gguf") && path.is_file())
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|n| manifest::find(n).is_none()))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn file_stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// Bytes of memory of this machine, where it can be told.
pub fn memory_bytes() -> Option<u64> {
    if cfg!(target_os = "macos") {
        let output = std::process::Command::new("sysctl").args(["-n", "hw.memsize"]).output().ok()?;
        return String::from_utf8(output.stdout).ok()?.trim().parse().ok();
    }
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests;
