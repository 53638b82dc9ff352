//! Changes settings of `[model]` in the user's config file, every other byte left as it is. Used by `emptor model use`
//! and `emptor model tune`.

use super::error::ConfigError;
use super::layers::plain_io;
use super::raw::RawConfig;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Sets `model.chat` in the file at `path`, which is made where it is missing.
///
/// # Errors
/// Those of [`save_model_settings`].
pub fn save_chat_model(path: &Path, chat: &str) -> Result<(), ConfigError> {
    save_model_settings(path, &[("chat", toml::Value::String(chat.to_owned()))])
}

/// Sets keys of `[model]` in the file at `path`, which is made where it is missing: all of them or none.
///
/// # Errors
/// The file is wrong already, cannot be written, or holds `model` in a form that cannot be edited by lines.
pub fn save_model_settings(path: &Path, settings: &[(&str, toml::Value)]) -> Result<(), ConfigError> {
    let failed = |error: std::io::Error| ConfigError::Write { path: path.to_path_buf(), detail: plain_io(&error) };
    let mut text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    RawConfig::parse(&text, path)?;
    // A new key comes first in its table, so the last one set stands on top.
    for (key, value) in settings.iter().rev() {
        let cannot = || ConfigError::CannotEdit { path: path.to_path_buf(), key: format!("model.{key}") };
        text = with_setting(&text, key, value).ok_or_else(cannot)?;
        RawConfig::parse(&text, path).map_err(|_| cannot())?;
        let reread = text.parse::<toml::Table>().map_err(|_| cannot())?;
        if reread.get("model").and_then(|model| model.get(key)) != Some(value) {
            return Err(cannot());
        }
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    // The file itself may be a link into someone's dotfiles: write what it points to.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut beside = target.clone().into_os_string();
    beside.push(".new");
    if let Ok(metadata) = std::fs::metadata(&target) {
        std::fs::write(&beside, "").map_err(failed)?;
        std::fs::set_permissions(&beside, metadata.permissions()).map_err(failed)?;
    }
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, &target).map_err(failed)
}

fn with_setting(old: &str, key: &str, value: &toml::Value) -> Option<String> {
    let table = DeTable::parse(old).ok()?;
    let Some((_, model)) = table.get_ref().iter().find(|(name, _)| name.get_ref() == "model") else {
        let gap = if old.is_empty() || old.ends_with("\n\n") { "" } else { "\n" };
        let end = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
        return Some(format!("{old}{end}{gap}[model]\n{key} = {value}\n"));
    };
    let DeValue::Table(inner) = model.get_ref() else { return None };
    if let Some((_, old_value)) = inner.iter().find(|(name, _)| name.get_ref() == key) {
        let span = old_value.span();
        return Some(format!("{}{value}{}", old.get(..span.start)?, old.get(span.end..)?));
    }
    let mut at = 0;
    for line in old.split_inclusive('\n') {
        at += line.len();
        if line.split('#').next().is_some_and(|head| head.trim() == "[model]") {
            let end = if line.ends_with('\n') { "" } else { "\n" };
            return Some(format!("{}{end}{key} = {value}\n{}", old.get(..at)?, old.get(at..)?));
        }
    }
    None
}
