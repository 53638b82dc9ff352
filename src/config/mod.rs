//! Settings: defaults < file < environment < flags, validated into one [`Config`].
//!
//! Never opens the database, never fetches.

mod duration;
mod edit;
mod error;
pub mod keys;
mod layers;
mod places;
mod raw;
mod show;

pub use edit::{save_chat_model, save_model_settings};
pub use error::ConfigError;
pub use layers::{Loaded, Origin, Overrides, config_path, load, plain_io};
pub use places::Places;
pub use show::{DEFAULT_FILE, entries, render};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
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

impl ColorChoice {
    /// The stable word on the command line and in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    /// The choice of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Auto, Self::Always, Self::Never].into_iter().find(|choice| choice.word() == word)
    }
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

impl Rtl {
    /// The stable word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::App => "app",
            Self::Terminal => "terminal",
            Self::Off => "off",
        }
    }

    /// The choice of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Auto, Self::App, Self::Terminal, Self::Off].into_iter().find(|choice| choice.word() == word)
    }
}

/// An OpenAI-compatible endpoint instead of the local engine.
#[derive(Clone, PartialEq, Eq)]
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

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = self.key.as_ref().map(|_| "not shown");
        let Self { base_url, model, context_tokens, level, .. } = self;
        write!(f, "Endpoint {{ {base_url}, model {model}, key {key:?}, context {context_tokens}, level {level} }}")
    }
}

/// How the numbers of the KV cache are kept, by llama.cpp's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KvType {
    #[default]
    F16,
    /// Half the memory; what a model says may change.
    Q8_0,
}

impl KvType {
    /// As the config file writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::Q8_0 => "q8_0",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::F16, Self::Q8_0].into_iter().find(|kind| kind.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelConfig {
    /// Name in the manifest or path of a GGUF file; `None`: the best one that is here.
    pub chat: Option<String>,
    pub embedding: Option<String>,
    /// `None`: physical cores.
    pub threads: Option<usize>,
    pub context_tokens: usize,
    /// Most tokens copied from the prompt and checked in one batch while writing; 0: one token after the other.
    pub draft_tokens: usize,
    /// Prompt tokens computed at once: more may read faster, and a cancellation is heard later. `None`: 128 on a CPU.
    pub batch: Option<usize>,
    /// `None`: llama.cpp decides.
    pub flash_attention: Option<bool>,
    pub kv_type: KvType,
    /// Without a question for so long the model's memory is given back; `None`: it stays loaded.
    pub unload_after: Option<Duration>,
    /// Whether the model reads what is being typed, and the follow-ups offered, before they are asked.
    pub read_ahead: bool,
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
    /// Requests at once to one host.
    pub host_connections: usize,
    /// Requests to one host on one day (UTC); set as `refresh.daily_requests_per_host`.
    pub daily_requests: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshConfig {
    pub enabled: bool,
    /// Usual time between two looks at a source.
    pub interval: Duration,
    /// An observation older than this is called stale.
    pub stale_after: Duration,
    /// Product pages followed of one shop or sitemap.
    pub pages_per_shop: usize,
    /// The folder of the selectors files that the user wrote.
    pub selectors: PathBuf,
    /// Where watches tell what happened.
    pub watch: WatchConfig,
}

/// How watches tell what happened, besides the interface. Everything is off unless it is set.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct WatchConfig {
    /// By a desktop notification.
    pub desktop: bool,
    /// A program and its arguments; `None`: none is run.
    pub hook: Option<Vec<String>>,
    /// An address that is sent a POST. Such addresses often hold a secret: never logged, never shown.
    pub webhook: Option<String>,
}

impl std::fmt::Debug for WatchConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let webhook = self.webhook.as_ref().map(|_| "not shown");
        write!(f, "WatchConfig {{ desktop {}, hook {:?}, webhook {webhook:?} }}", self.desktop, self.hook)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiConfig {
    pub theme: String,
    pub rtl: Rtl,
    pub mouse: bool,
}

/// Secrets for the interfaces of shops and price services, by the name that each has under `[keys]`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ApiKeys(BTreeMap<&'static str, String>);

impl ApiKeys {
    /// Name and secret of each key that is set.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, secret)| (*name, secret.as_str()))
    }

    /// The secret at that path: `keys.keepa`.
    fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path.strip_prefix("keys.")?).map(String::as_str)
    }
}

impl std::fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKeys({:?}, not shown)", self.0.keys().collect::<Vec<_>>())
    }
}

/// The folder of selectors files that belongs to a config file.
pub(crate) fn selectors_beside(config_file: &Path) -> PathBuf {
    config_file.parent().unwrap_or(Path::new("")).join("selectors")
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
    /// What prices in other currencies are compared in; `None`: each stays as it is.
    pub currency: Option<crate::domain::Currency>,
    /// 0: warnings only.
    pub verbosity: u8,
    pub model: ModelConfig,
    pub http: HttpConfig,
    pub refresh: RefreshConfig,
    pub keys: ApiKeys,
    pub ui: UiConfig,
}

impl Config {
    /// The defaults with everything under one folder: for tests and tools.
    pub fn under(root: &Path) -> Self {
        Self::at(&Places::under(root))
    }

    /// The defaults at the given places.
    pub fn at(places: &Places) -> Self {
        let hours = |n: u64| Duration::from_secs(n * 3600);
        Self {
            file: None,
            database: places.database.clone(),
            log_file: places.state.join("emptor.log"),
            state_directory: places.state.clone(),
            offline: false,
            color: ColorChoice::Auto,
            currency: None,
            verbosity: 0,
            model: ModelConfig {
                chat: None,
                embedding: None,
                threads: None,
                context_tokens: 4096,
                draft_tokens: 3,
                batch: None,
                flash_attention: None,
                kv_type: KvType::F16,
                unload_after: None,
                read_ahead: true,
                gpu_layers: 999,
                endpoint: None,
                directory: places.models.clone(),
            },
            http: HttpConfig {
                contact: None,
                timeout: Duration::from_secs(20),
                max_body_bytes: 10 * 1024 * 1024,
                host_delay: Duration::from_secs(2),
                host_connections: 1,
                daily_requests: 5_000,
            },
            refresh: RefreshConfig {
                enabled: true,
                interval: hours(6),
                stale_after: hours(72),
                pages_per_shop: 2000,
                selectors: selectors_beside(&places.config_file),
                watch: WatchConfig::default(),
            },
            keys: ApiKeys::default(),
            ui: UiConfig { theme: "default".to_owned(), rtl: Rtl::Auto, mouse: false },
        }
    }
}

#[cfg(test)]
mod tests;
