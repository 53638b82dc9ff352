//! Store, models and session put together: the same for the interface, the one-shot commands and the MCP server.
//!
//! Starts nothing that outlives what it returns.

use crate::answer::Session;
use crate::config::{self, Config};
use crate::model;
use crate::store::Store;
use anyhow::Context as _;

/// Opens the database of the settings, its folder made where it is missing.
///
/// # Errors
/// Those of the store ([`crate::store::StoreError`], to be had by downcasting), and a folder that cannot be made.
pub fn open_store(config: &Config) -> anyhow::Result<Store> {
    let path = &config.database;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| {
            let detail = config::plain_io(&error);
            anyhow::anyhow!("{}: {detail}; name another place for the database with --db", folder.display())
        })?;
    }
    Ok(Store::open(path)?)
}

/// A session over the database with the models of the settings; with `no_model` without a chat model. An embedding
/// model that cannot be used is no error: search is then lexical and says so.
///
/// # Errors
/// Those of [`open_store`]; settings that name a chat model which cannot be used.
pub fn open_session(config: &Config, no_model: bool) -> anyhow::Result<Session> {
    let store = open_store(config)?;
    let chat = if no_model { None } else { model::open(config).context("the chat model cannot be used")? };
    let embedder = model::open_embedder(config).unwrap_or_else(|error| {
        tracing::warn!(%error, "no embedding model: search is lexical");
        None
    });
    Ok(Session::new(store, chat, embedder))
}
