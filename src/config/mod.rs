//! Settings: defaults < file < environment < flags, validated into one [`Config`].
//!
//! Never opens the database, never fetches.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// When to colour output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// Who reorders right-to-left text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rtl {
    #[default]
    Auto,
    /// emptor reorders at paint time.
    App,
    /// The terminal does.
    Terminal,
    Off,
}

/// An OpenAI-compatible endpoint instead of the local engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Up to and including `/v1`.
    pub base_url: String,
    pub model: String,
    /// Never logged, never shown.
    pub key: Option<String>,
    pub context_tokens: usize,
    /// Level of wording, see `model::ModelInfo`.
    pub level: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelConfig {
    /// Name in the manifest or path of a GGUF file; `None`: the best one that is here.
    pub chat: Option<String>,
    pub embedding: Option<String>,
    /// `None`: physical cores.
    pub threads: Option<usize>,
    pub context_tokens: usize,
    /// Layers to put on a GPU where the build has one.
    pub gpu_layers: u32,
    pub endpoint: Option<Endpoint>,
    /// Where weights lie.
    pub directory: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// Address or e-mail named in the user agent, so that a shop can reach whoever runs this.
    pub contact: Option<String>,
    pub timeout: Duration,
    pub max_body_bytes: u64,
    /// Least time between two requests to one host.
    pub host_delay: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshConfig {
    pub enabled: bool,
    /// Usual time between two looks at a source.
    pub interval: Duration,
    /// An observation older than this is called stale.
    pub stale_after: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiConfig {
    pub theme: String,
    pub rtl: Rtl,
    pub mouse: bool,
}

/// Everything settable, validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file the settings came from, where there is one.
    pub file: Option<PathBuf>,
    pub database: PathBuf,
    pub log_file: PathBuf,
    pub state_directory: PathBuf,
    pub offline: bool,
    pub color: ColorChoice,
    /// 0: warnings only.
    pub verbosity: u8,
    pub model: ModelConfig,
    pub http: HttpConfig,
    pub refresh: RefreshConfig,
    pub ui: UiConfig,
}
