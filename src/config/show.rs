//! The settings in force as a config file with the origin of each, and the commented default file. Shows no secret.

use super::{Config, Loaded, duration, keys};

/// The default config file with comments: what `assets/config.toml` holds.
pub const DEFAULT_FILE: &str = include_str!("../../assets/config.toml");

/// One setting in force: path, value as TOML (`None`: not set), origin in words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    pub key: &'static str,
    pub value: Option<String>,
    pub from: String,
}

/// Every setting in the order of the file. A key of an endpoint is only said to be set.
pub fn entries(loaded: &Loaded) -> Vec<Entry> {
    let entry = |key: &keys::Key| Entry {
        key: key.path,
        value: value_of(&loaded.config, key.path),
        from: loaded.origins.get(key.path).map_or_else(|| "default".to_owned(), ToString::to_string),
    };
    keys::KEYS.iter().map(entry).collect()
}

/// The entries as the text of a config file.
pub fn render(loaded: &Loaded) -> String {
    let mut text = String::new();
    let mut table = "";
    for entry in entries(loaded) {
        let (head, name) = entry.key.rsplit_once('.').unwrap_or(("", entry.key));
        if head != table {
            text.push_str(&format!("\n[{head}]\n"));
            table = head;
        }
        let secret = keys::is_secret(entry.key);
        match entry.value {
            Some(value) if !secret => text.push_str(&format!("{name} = {value}  # {}\n", entry.from)),
            Some(_) => text.push_str(&format!("# {name} is set, not shown  # {}\n", entry.from)),
            None => text.push_str(&format!("# {name} is not set\n")),
        }
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn value_of(config: &Config, path: &str) -> Option<String> {
    let endpoint = config.model.endpoint.as_ref();
    Some(match path {
        "database" => quoted(&config.database.to_string_lossy()),
        "log_file" => quoted(&config.log_file.to_string_lossy()),
        "offline" => config.offline.to_string(),
        "color" => quoted(config.color.word()),
        "currency" => quoted(config.currency?.code()),
        "model.chat" => quoted(config.model.chat.as_ref()?),
        "model.embedding" => quoted(config.model.embedding.as_ref()?),
        "model.directory" => quoted(&config.model.directory.to_string_lossy()),
        "model.threads" => config.model.threads?.to_string(),
        "model.context_tokens" => config.model.context_tokens.to_string(),
        "model.draft_tokens" => config.model.draft_tokens.to_string(),
        "model.batch" => config.model.batch?.to_string(),
        "model.flash_attention" => config.model.flash_attention?.to_string(),
        "model.kv_type" => quoted(config.model.kv_type.word()),
        "model.unload_after" => quoted(&duration::format(config.model.unload_after?)),
        "model.read_ahead" => config.model.read_ahead.to_string(),
        "model.gpu_layers" => config.model.gpu_layers.to_string(),
        "model.endpoint.base_url" => quoted(&endpoint?.base_url),
        "model.endpoint.model" => quoted(&endpoint?.model),
        "model.endpoint.key" => endpoint?.key.as_ref().map(|_| "set, not shown".to_owned())?,
        "model.endpoint.context_tokens" => endpoint?.context_tokens.to_string(),
        "model.endpoint.level" => endpoint?.level.to_string(),
        "http.contact" => quoted(config.http.contact.as_ref()?),
        "http.timeout" => quoted(&duration::format(config.http.timeout)),
        "http.max_body_bytes" => config.http.max_body_bytes.to_string(),
        "http.host_delay" => quoted(&duration::format(config.http.host_delay)),
        "http.host_connections" => config.http.host_connections.to_string(),
        "refresh.enabled" => config.refresh.enabled.to_string(),
        "refresh.interval" => quoted(&duration::format(config.refresh.interval)),
        "refresh.pages_per_shop" => config.refresh.pages_per_shop.to_string(),
        "refresh.daily_requests_per_host" => config.http.daily_requests.to_string(),
        "refresh.stale_after" => quoted(&duration::format(config.refresh.stale_after)),
        path if path.starts_with("keys.") => config.keys.get(path).map(|_| "set, not shown".to_owned())?,
        "watch.desktop" => config.refresh.watch.desktop.to_string(),
        "watch.hook" => {
            let words = config.refresh.watch.hook.as_ref()?.iter().map(|w| quoted(w)).collect::<Vec<_>>();
            format!("[{}]", words.join(", "))
        }
        "watch.webhook" => config.refresh.watch.webhook.as_ref().map(|_| "set, not shown".to_owned())?,
        "ui.theme" => quoted(&config.ui.theme),
        "ui.rtl" => quoted(config.ui.rtl.word()),
        "ui.mouse" => config.ui.mouse.to_string(),
        _ => return None,
    })
}
