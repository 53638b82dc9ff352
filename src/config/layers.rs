//! Lays file, environment and flags over the defaults and validates each setting once, remembering where it came from.
//!
//! The environment comes in as a function, so that tests need not change the process.

use super::error::ConfigError;
use super::places::Places;
use super::raw::{self, RawConfig};
use super::*;
use super::{duration, keys};
use crate::domain::Currency;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use toml::Spanned;

/// What the command line says about settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    pub config_file: Option<PathBuf>,
    pub database: Option<PathBuf>,
    pub offline: bool,
    pub color: Option<ColorChoice>,
    pub currency: Option<Currency>,
    pub verbosity: u8,
}

/// Where a setting's value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `FILE:LINE`.
    File(String),
    Env(&'static str),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(place) => f.write_str(place),
            Self::Env(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// The settings with the origin of each one that is not a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    pub config: Config,
    pub origins: BTreeMap<&'static str, Origin>,
}

/// Between the words of a hook while they are one text: the unit separator, which no argument holds.
const HOOK_WORDS: &str = "\u{1f}";

type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The config file that would be read: flag, then `EMPTOR_CONFIG`, then the default place. True: it must exist.
pub fn config_path(flags: &Overrides, env: Env<'_>, places: &Places) -> (PathBuf, bool) {
    let from_env = || env("EMPTOR_CONFIG").filter(|v| !v.is_empty()).map(|v| places.expand(&v));
    match flags.config_file.clone().or_else(from_env) {
        Some(path) => (path, true),
        None => (places.config_file.clone(), false),
    }
}

/// Loads the settings.
///
/// # Errors
/// An unreadable or wrong file, a wrong environment variable: one line each, see [`ConfigError`].
pub fn load(flags: &Overrides, env: Env<'_>, places: &Places) -> Result<Loaded, ConfigError> {
    let (path, required) = config_path(flags, env, places);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => None,
        Err(error) => return Err(ConfigError::Read { path, detail: plain_io(&error) }),
    };
    let raw = match &text {
        Some(text) => RawConfig::parse(text, &path)?,
        None => RawConfig::default(),
    };
    let mut layers =
        Layers { path: &path, text: text.as_deref().unwrap_or_default(), env, origins: BTreeMap::new(), places };
    let mut config = layers.build(raw, flags)?;
    config.file = text.is_some().then(|| path.clone());
    config.refresh.selectors = selectors_beside(&path);
    Ok(Loaded { config, origins: layers.origins })
}

/// An I/O error in plain words, without the operating system's number.
pub fn plain_io(error: &std::io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

struct Layers<'a> {
    path: &'a Path,
    text: &'a str,
    env: Env<'a>,
    origins: BTreeMap<&'static str, Origin>,
    places: &'a Places,
}

impl Layers<'_> {
    fn build(&mut self, raw: RawConfig, flags: &Overrides) -> Result<Config, ConfigError> {
        let mut config = Config::at(self.places);
        if let Some(path) = self.path_of("database", raw.database)? {
            config.database = path;
        }
        if let Some(path) = &flags.database {
            config.database.clone_from(path);
            self.origins.insert("database", Origin::Flag("--db"));
        }
        if let Some(path) = self.path_of("log_file", raw.log_file)? {
            config.log_file = path;
        }
        if let Some(offline) = self.switch("offline", raw.offline)? {
            config.offline = offline;
        }
        if flags.offline {
            config.offline = true;
            self.origins.insert("offline", Origin::Flag("--offline"));
        }
        if let Some(color) = self.word("color", raw.color, ColorChoice::from_word)? {
            config.color = color;
        }
        if let Some(color) = flags.color {
            config.color = color;
            self.origins.insert("color", Origin::Flag("--color"));
        }
        if let Some(currency) = self.word("currency", raw.currency, |text| text.parse().ok())? {
            config.currency = Some(currency);
        }
        if let Some(currency) = flags.currency {
            config.currency = Some(currency);
            self.origins.insert("currency", Origin::Flag("--currency"));
        }
        config.verbosity = flags.verbosity;
        self.model(&mut config.model, raw.model)?;
        self.http(&mut config.http, raw.http)?;
        self.refresh(&mut config, raw.refresh)?;
        self.keys(&mut config.keys, raw.keys)?;
        self.watch(&mut config.refresh.watch, raw.watch)?;
        let theme = |text: &str| {
            let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '_');
            plain.then(|| text.to_owned())
        };
        if let Some(theme) = self.word("ui.theme", raw.ui.theme, theme)? {
            config.ui.theme = theme;
        }
        if let Some(rtl) = self.word("ui.rtl", raw.ui.rtl, Rtl::from_word)? {
            config.ui.rtl = rtl;
        }
        if let Some(mouse) = self.switch("ui.mouse", raw.ui.mouse)? {
            config.ui.mouse = mouse;
        }
        Ok(config)
    }

    fn refresh(&mut self, config: &mut Config, raw: raw::RawRefresh) -> Result<(), ConfigError> {
        if let Some(enabled) = self.switch("refresh.enabled", raw.enabled)? {
            config.refresh.enabled = enabled;
        }
        let least = Duration::from_secs(60);
        self.time("refresh.interval", raw.interval, least, &mut config.refresh.interval)?;
        self.time("refresh.stale_after", raw.stale_after, least, &mut config.refresh.stale_after)?;
        if let Some(pages) = self.number("refresh.pages_per_shop", raw.pages_per_shop, 1..=1_000_000)? {
            config.refresh.pages_per_shop = usize::try_from(pages).unwrap_or(config.refresh.pages_per_shop);
        }
        let path = "refresh.daily_requests_per_host";
        if let Some(requests) = self.number(path, raw.daily_requests_per_host, 1..=10_000_000)? {
            config.http.daily_requests = u32::try_from(requests).unwrap_or(config.http.daily_requests);
        }
        Ok(())
    }

    fn model(&mut self, config: &mut ModelConfig, raw: raw::RawModel) -> Result<(), ConfigError> {
        let places = self.places;
        let name = |text: &str| (!text.is_empty()).then(|| places.expand(text).display().to_string());
        if let Some(chat) = self.word("model.chat", raw.chat, name)? {
            config.chat = Some(chat);
        }
        if let Some(embedding) = self.word("model.embedding", raw.embedding, name)? {
            config.embedding = Some(embedding);
        }
        if let Some(directory) = self.path_of("model.directory", raw.directory)? {
            config.directory = directory;
        }
        if let Some(threads) = self.number("model.threads", raw.threads, 1..=1024)? {
            config.threads = usize::try_from(threads).ok();
        }
        if let Some(tokens) = self.number("model.context_tokens", raw.context_tokens, 512..=1_048_576)? {
            config.context_tokens = usize::try_from(tokens).unwrap_or(config.context_tokens);
        }
        if let Some(tokens) = self.number("model.draft_tokens", raw.draft_tokens, 0..=32)? {
            config.draft_tokens = usize::try_from(tokens).unwrap_or(config.draft_tokens);
        }
        if let Some(tokens) = self.number("model.batch", raw.batch, 16..=512)? {
            config.batch = usize::try_from(tokens).ok();
        }
        config.flash_attention = self.switch("model.flash_attention", raw.flash_attention)?;
        if let Some(kind) = self.word("model.kv_type", raw.kv_type, KvType::from_word)? {
            config.kv_type = kind;
        }
        let long = |text: &str| duration::parse(text).filter(|limit| *limit >= Duration::from_secs(60));
        config.unload_after = self.word("model.unload_after", raw.unload_after, long)?;
        if let Some(ahead) = self.switch("model.read_ahead", raw.read_ahead)? {
            config.read_ahead = ahead;
        }
        if let Some(layers) = self.number("model.gpu_layers", raw.gpu_layers, 0..=9999)? {
            config.gpu_layers = u32::try_from(layers).unwrap_or(config.gpu_layers);
        }
        config.endpoint = self.endpoint(raw.endpoint)?;
        Ok(())
    }

    fn endpoint(&mut self, raw: raw::RawEndpoint) -> Result<Option<Endpoint>, ConfigError> {
        let base_url = self.word("model.endpoint.base_url", raw.base_url, valid_base)?;
        let model = self.word("model.endpoint.model", raw.model, not_empty)?;
        let key = self.word("model.endpoint.key", raw.key, valid_key)?;
        let context = self.number("model.endpoint.context_tokens", raw.context_tokens, 512..=1_048_576)?;
        let level = self.number("model.endpoint.level", raw.level, 0..=2)?;
        let Some(first) = self.origins.iter().find(|(k, _)| k.starts_with("model.endpoint.")).map(|(_, o)| o.clone())
        else {
            return Ok(None);
        };
        let missing = |missing, env| ConfigError::Endpoint { place: first.to_string(), missing, env };
        Ok(Some(Endpoint {
            base_url: base_url.ok_or_else(|| missing("base_url", "EMPTOR_ENDPOINT"))?,
            model: model.ok_or_else(|| missing("model", "EMPTOR_ENDPOINT_MODEL"))?,
            key,
            context_tokens: context.and_then(|n| usize::try_from(n).ok()).unwrap_or(8192),
            level: level.and_then(|n| u8::try_from(n).ok()).unwrap_or(1),
        }))
    }

    fn http(&mut self, config: &mut HttpConfig, raw: raw::RawHttp) -> Result<(), ConfigError> {
        let contact = |text: &str| {
            let fits = !text.is_empty() && text.len() <= 200 && text.chars().all(|c| c.is_ascii() && !c.is_control());
            fits.then(|| text.to_owned())
        };
        if let Some(contact) = self.word("http.contact", raw.contact, contact)? {
            config.contact = Some(contact);
        }
        self.time("http.timeout", raw.timeout, Duration::from_secs(1), &mut config.timeout)?;
        self.time("http.host_delay", raw.host_delay, Duration::ZERO, &mut config.host_delay)?;
        if let Some(bytes) = self.number("http.max_body_bytes", raw.max_body_bytes, 1024..=1_073_741_824)? {
            config.max_body_bytes = bytes.unsigned_abs();
        }
        if let Some(connections) = self.number("http.host_connections", raw.host_connections, 1..=64)? {
            config.host_connections = usize::try_from(connections).unwrap_or(config.host_connections);
        }
        Ok(())
    }

    fn keys(&mut self, config: &mut ApiKeys, raw: raw::RawKeys) -> Result<(), ConfigError> {
        let given = [
            ("keys.keepa", raw.keepa),
            ("keys.ebay_id", raw.ebay_id),
            ("keys.ebay_secret", raw.ebay_secret),
            ("keys.vendure_channel", raw.vendure_channel),
            ("keys.medusa", raw.medusa),
        ];
        for (path, file) in given {
            let secret = self.word(path, file, |text| valid_key(text).filter(|key| !key.is_empty()))?;
            if let (Some(secret), Some(name)) = (secret, path.strip_prefix("keys.")) {
                config.0.insert(name, secret);
            }
        }
        Ok(())
    }

    fn watch(&mut self, config: &mut WatchConfig, raw: raw::RawWatch) -> Result<(), ConfigError> {
        if let Some(desktop) = self.switch("watch.desktop", raw.desktop)? {
            config.desktop = desktop;
        }
        let places = self.places;
        if let Some((text, origin)) = self.pick("watch.hook", raw.hook, |words| words.join(HOOK_WORDS)) {
            let mut words: Vec<String> = text.split(HOOK_WORDS).map(str::to_owned).collect();
            let program = words.first_mut().filter(|program| !program.trim().is_empty() && !text.contains('\0'));
            let Some(program) = program else { return Err(wrong("watch.hook", "empty", &origin)) };
            *program = places.expand(program).to_string_lossy().into_owned();
            config.hook = Some(words);
        }
        if let Some(address) = self.word("watch.webhook", raw.webhook, valid_address)? {
            config.webhook = Some(address);
        }
        Ok(())
    }

    /// The environment's text for a key, or the file's value as `text` puts it; notes the origin.
    fn pick<T>(
        &mut self,
        path: &'static str,
        file: Option<Spanned<T>>,
        text: impl Fn(&T) -> String,
    ) -> Option<(String, Origin)> {
        let env = keys::find(path).and_then(|key| key.env);
        let found = match env.and_then(|name| Some((name, (self.env)(name).filter(|v| !v.is_empty())?))) {
            Some((name, value)) => (value, Origin::Env(name)),
            None => {
                let value = file?;
                (text(value.get_ref()), Origin::File(raw::place(self.path, self.text, value.span().start)))
            }
        };
        self.origins.insert(path, found.1.clone());
        Some(found)
    }

    fn word<T>(
        &mut self,
        path: &'static str,
        file: Option<Spanned<String>>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some((text, origin)) = self.pick(path, file, String::clone) else { return Ok(None) };
        read(&text).map(Some).ok_or_else(|| wrong(path, &format!("\"{text}\""), &origin))
    }

    fn path_of(&mut self, path: &'static str, file: Option<Spanned<String>>) -> Result<Option<PathBuf>, ConfigError> {
        let places = self.places;
        self.word(path, file, |text| (!text.is_empty()).then(|| places.expand(text)))
    }

    fn switch(&mut self, path: &'static str, file: Option<Spanned<bool>>) -> Result<Option<bool>, ConfigError> {
        let Some((text, origin)) = self.pick(path, file, bool::to_string) else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Some(true)),
            "false" | "0" | "no" | "off" => Ok(Some(false)),
            _ => Err(wrong(path, &format!("\"{text}\""), &origin)),
        }
    }

    fn number(
        &mut self,
        path: &'static str,
        file: Option<Spanned<i64>>,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, ConfigError> {
        let Some((text, origin)) = self.pick(path, file, i64::to_string) else { return Ok(None) };
        match text.trim().parse::<i64>() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(wrong(path, &text, &origin)),
        }
    }

    fn time(
        &mut self,
        path: &'static str,
        file: Option<Spanned<String>>,
        least: Duration,
        into: &mut Duration,
    ) -> Result<(), ConfigError> {
        if let Some(time) = self.word(path, file, |text| duration::parse(text).filter(|time| *time >= least))? {
            *into = time;
        }
        Ok(())
    }
}

fn wrong(path: &str, found: &str, origin: &Origin) -> ConfigError {
    let allowed = keys::find(path).map_or("", |key| key.allowed).to_owned();
    ConfigError::Value { place: origin.to_string(), key: path.to_owned(), found: raw::shorten(path, found), allowed }
}

fn not_empty(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// A key goes into a header: printable ASCII only.
fn valid_key(text: &str) -> Option<String> {
    text.bytes().all(|b| b.is_ascii_graphic()).then(|| text.to_owned())
}

/// An http address with a host.
fn valid_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| text.trim().to_owned())
}

/// An http address with a host and without a user name; trailing slashes are dropped.
fn valid_base(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none();
    fits.then(|| text.trim().trim_end_matches('/').to_owned())
}
