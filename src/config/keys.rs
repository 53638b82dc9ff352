//! The one table of settings: path in the file, environment variable, what is allowed. Errors, `config show` and the
//! check of `assets/config.toml` all read it. Never holds a value.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Dotted path in the file: `refresh.interval`.
    pub path: &'static str,
    /// Environment variable that overrides the file.
    pub env: Option<&'static str>,
    /// What may stand there, in plain words.
    pub allowed: &'static str,
}

const fn key(path: &'static str, env: Option<&'static str>, allowed: &'static str) -> Key {
    Key { path, env, allowed }
}

const DURATION: &str = "a time from one minute up, such as \"30min\", \"6h\" or \"3d\"";
const SWITCH: &str = "true or false";
const COUNT: &str = "a whole number from 1 to 1024";
const SECRET: &str = "text in quotes without spaces";
const CONTEXT: &str = "a whole number of tokens from 512 to 1048576";

/// Every setting, in the order of the file.
pub const KEYS: &[Key] = &[
    key("database", Some("EMPTOR_DB"), "the path of a file"),
    key("log_file", Some("EMPTOR_LOG_FILE"), "the path of a file"),
    key("offline", Some("EMPTOR_OFFLINE"), SWITCH),
    key("color", Some("EMPTOR_COLOR"), "\"auto\", \"always\" or \"never\""),
    key("currency", Some("EMPTOR_CURRENCY"), "a three-letter currency code such as \"EUR\""),
    key("model.chat", Some("EMPTOR_MODEL"), "the name of a model or the path of a GGUF file"),
    key("model.embedding", Some("EMPTOR_EMBEDDING"), "the name of a model or the path of a GGUF file"),
    key("model.directory", Some("EMPTOR_MODELS_DIR"), "the path of a folder"),
    key("model.threads", Some("EMPTOR_THREADS"), COUNT),
    key("model.context_tokens", Some("EMPTOR_CONTEXT_TOKENS"), CONTEXT),
    key("model.draft_tokens", Some("EMPTOR_DRAFT_TOKENS"), "a whole number from 0 to 32"),
    key("model.batch", Some("EMPTOR_BATCH"), "a whole number of tokens from 16 to 512"),
    key("model.flash_attention", Some("EMPTOR_FLASH_ATTENTION"), SWITCH),
    key("model.kv_type", Some("EMPTOR_KV_TYPE"), "\"f16\" or \"q8_0\""),
    key("model.unload_after", Some("EMPTOR_UNLOAD_AFTER"), DURATION),
    key("model.read_ahead", Some("EMPTOR_READ_AHEAD"), SWITCH),
    key("model.gpu_layers", Some("EMPTOR_GPU_LAYERS"), "a whole number from 0 to 9999"),
    key("model.endpoint.base_url", Some("EMPTOR_ENDPOINT"), "an address such as \"http://127.0.0.1:8080/v1\""),
    key("model.endpoint.model", Some("EMPTOR_ENDPOINT_MODEL"), "the name of a model at the endpoint"),
    key("model.endpoint.key", Some("EMPTOR_ENDPOINT_KEY"), SECRET),
    key("model.endpoint.context_tokens", Some("EMPTOR_ENDPOINT_CONTEXT_TOKENS"), CONTEXT),
    key("model.endpoint.level", Some("EMPTOR_ENDPOINT_LEVEL"), "0, 1 or 2"),
    key("http.contact", Some("EMPTOR_CONTACT"), "an address or e-mail on one line, at most 200 characters"),
    key("http.timeout", None, "a time from one second up, such as \"20s\""),
    key("http.max_body_bytes", None, "a whole number of bytes from 1024 to 1073741824"),
    key("http.host_delay", None, "a time such as \"0s\", \"250ms\" or \"2s\""),
    key("http.host_connections", None, "a whole number from 1 to 64"),
    key("refresh.enabled", None, SWITCH),
    key("refresh.interval", None, DURATION),
    key("refresh.stale_after", None, DURATION),
    key("refresh.pages_per_shop", None, "a whole number from 1 to 1000000"),
    key("refresh.daily_requests_per_host", None, "a whole number from 1 to 10000000"),
    key("keys.keepa", Some("EMPTOR_KEY_KEEPA"), SECRET),
    key("keys.ebay_id", Some("EMPTOR_KEY_EBAY_ID"), SECRET),
    key("keys.ebay_secret", Some("EMPTOR_KEY_EBAY_SECRET"), SECRET),
    key("keys.vendure_channel", Some("EMPTOR_KEY_VENDURE_CHANNEL"), SECRET),
    key("keys.medusa", Some("EMPTOR_KEY_MEDUSA"), SECRET),
    key("watch.desktop", None, SWITCH),
    key("watch.hook", None, "a list of a program and its arguments, such as [\"notify\", \"--loud\"]"),
    key("watch.webhook", Some("EMPTOR_WATCH_WEBHOOK"), "an http or https address"),
    key("ui.theme", Some("EMPTOR_THEME"), "the name of a theme, in lower case"),
    key("ui.rtl", Some("EMPTOR_RTL"), "\"auto\", \"app\", \"terminal\" or \"off\""),
    key("ui.mouse", None, SWITCH),
];

/// Whether the value of that path is never shown.
pub fn is_secret(path: &str) -> bool {
    path.ends_with(".key") || path.starts_with("keys.") || path == "watch.webhook"
}

/// The setting of that path.
pub fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// The names that may stand in a table (`""`: the top), each once, in the order of the file.
pub fn names_in(table: &str) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for key in KEYS {
        let rest = if table.is_empty() {
            Some(key.path)
        } else {
            key.path.strip_prefix(table).and_then(|rest| rest.strip_prefix('.'))
        };
        let name = rest.and_then(|rest| rest.split('.').next());
        if let Some(name) = name
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}
