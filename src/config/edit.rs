//! Changes one setting in the user's config file, every other byte left as it is. Used by `emptor model use`.

use super::error::ConfigError;
use super::layers::plain_io;
use super::raw::RawConfig;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Sets `model.chat` in the file at `path`, which is made where it is missing.
///
/// # Errors
/// The file is wrong already, cannot be written, or holds `model` in a form that cannot be edited by lines.
pub fn save_chat_model(path: &Path, chat: &str) -> Result<(), ConfigError> {
    let failed = |error: std::io::Error| ConfigError::Write { path: path.to_path_buf(), detail: plain_io(&error) };
    let old = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    RawConfig::parse(&old, path)?;
    let cannot = || ConfigError::CannotEdit { path: path.to_path_buf(), key: "model.chat".to_owned() };
    let new = with_chat(&old, chat).ok_or_else(cannot)?;
    let reread = RawConfig::parse(&new, path).map_err(|_| cannot())?;
    if reread.model.chat.is_none_or(|value| value.get_ref() != chat) {
        return Err(cannot());
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
    std::fs::write(&beside, new).map_err(failed)?;
    std::fs::rename(&beside, &target).map_err(failed)
}

fn with_chat(old: &str, chat: &str) -> Option<String> {
    let value = toml::Value::String(chat.to_owned()).to_string();
    let table = DeTable::parse(old).ok()?;
    let Some((_, model)) = table.get_ref().iter().find(|(name, _)| name.get_ref() == "model") else {
        let gap = if old.is_empty() || old.ends_with("\n\n") { "" } else { "\n" };
        let end = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
        return Some(format!("{old}{end}{gap}[model]\nchat = {value}\n"));
    };
    let DeValue::Table(inner) = model.get_ref() else { return None };
    if let Some((_, chat)) = inner.iter().find(|(name, _)| name.get_ref() == "chat") {
        let span = chat.span();
        return Some(format!("{}{value}{}", old.get(..span.start)?, old.get(span.end..)?));
    }
    let mut at = 0;
    for line in old.split_inclusive('\n') {
        at += line.len();
        if line.split('#').next().is_some_and(|head| head.trim() == "[model]") {
            let end = if line.ends_with('\n') { "" } else { "\n" };
            return Some(format!("{}{end}chat = {value}\n{}", old.get(..at)?, old.get(at..)?));
        }
    }
    None
}
