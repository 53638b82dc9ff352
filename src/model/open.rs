//! From settings to a model behind its trait: an endpoint, the local engine, or none.
//!
//! The only place that knows all implementations.

use super::manifest::Kind;
use super::registry::{self, Choice};
use super::{ChatModel, Embedder, ModelError};
use crate::config::Config;
use std::sync::Arc;

/// Each has buffers of its own.
#[cfg(feature = "llama")]
const MOST_SIDE_BY_SIDE: usize = 8;

/// The chat model of the settings: the endpoint, else the named model, else the best that is here. `None`: no model.
/// A local model loads in the background; see [`ChatModel::state`].
///
/// # Errors
/// The settings name something that cannot be used.
pub fn open(config: &Config) -> Result<Option<Arc<dyn ChatModel>>, ModelError> {
    if let Some(endpoint) = &config.model.endpoint {
        if !config.offline || super::openai::is_local(&endpoint.base_url) {
            return Ok(Some(Arc::new(super::openai::OpenAi::new(endpoint)?)));
        }
        tracing::info!("the endpoint is not asked: emptor is set to work offline");
    }
    match registry::choose(Kind::Chat, &config.model)? {
        Some(choice) => local(&choice, config).map(Some),
        None => Ok(None),
    }
}

/// The embedding model of the settings, else the best that is here. `None`: search is lexical.
///
/// # Errors
/// The settings name something that cannot be used, or it cannot be loaded.
pub fn open_embedder(config: &Config) -> Result<Option<Arc<dyn Embedder>>, ModelError> {
    match registry::choose(Kind::Embedding, &config.model)? {
        Some(choice) => local_embedder(&choice, config).map(Some),
        None => Ok(None),
    }
}

/// [`open_embedder`] for many texts: several of the model side by side, as many as the settings say, else one for each
/// physical core; `leave_a_core` for whoever works at the machine.
///
/// # Errors
/// Those of [`open_embedder`].
pub fn open_embedders(config: &Config, leave_a_core: bool) -> Result<Option<Arc<dyn Embedder>>, ModelError> {
    match registry::choose(Kind::Embedding, &config.model)? {
        Some(choice) => local_embedders(&choice, config, leave_a_core).map(Some),
        None => Ok(None),
    }
}

/// How large the file of the embedding model is that [`open_embedder`] would load; `None` where there is none.
///
/// # Errors
/// The settings name something that cannot be used.
pub fn embedder_bytes(config: &Config) -> Result<Option<u64>, ModelError> {
    let choice = registry::choose(Kind::Embedding, &config.model)?;
    Ok(choice.and_then(|choice| std::fs::metadata(&choice.path).ok()).map(|file| file.len()))
}

#[cfg(feature = "llama")]
fn local(choice: &Choice, config: &Config) -> Result<Arc<dyn ChatModel>, ModelError> {
    Ok(Arc::new(super::engine::Engine::open(engine_options(choice, config)?)?))
}

/// How the settings want a model of this machine run.
#[cfg(feature = "llama")]
pub(super) fn engine_options(choice: &Choice, config: &Config) -> Result<super::engine::EngineOptions, ModelError> {
    Ok(super::engine::EngineOptions {
        path: choice.path.clone(),
        name: choice.name.clone(),
        identity: choice.identity()?,
        level: choice.level(),
        context_tokens: config.model.context_tokens,
        threads: config.model.threads,
        gpu_layers: config.model.gpu_layers,
        chat_template: choice.entry.and_then(|entry| entry.chat_template.clone()),
        batch: config.model.batch,
        flash_attention: config.model.flash_attention,
        kv_type: config.model.kv_type,
        draft_tokens: config.model.draft_tokens,
        jump: true,
        reply_prefix: choice.entry.map(|entry| entry.reply_prefix.clone()).unwrap_or_default(),
        unload_after: config.model.unload_after,
        cache: Some(config.state_directory.join("prompts")),
    })
}

#[cfg(feature = "llama")]
fn local_embedder(choice: &Choice, config: &Config) -> Result<Arc<dyn Embedder>, ModelError> {
    Ok(Arc::new(embedder(choice, config.model.threads)?))
}

#[cfg(feature = "llama")]
fn embedder(choice: &Choice, threads: Option<usize>) -> Result<super::embedder::LocalEmbedder, ModelError> {
    super::embedder::LocalEmbedder::open(super::embedder::EmbedderOptions {
        path: choice.path.clone(),
        name: choice.name.clone(),
        identity: choice.identity()?,
        threads,
    })
}

#[cfg(feature = "llama")]
fn local_embedders(choice: &Choice, config: &Config, leave_a_core: bool) -> Result<Arc<dyn Embedder>, ModelError> {
    let cores = super::physical_cores();
    let width = config.model.threads.unwrap_or(cores - usize::from(leave_a_core && cores > 1));
    let first = embedder(choice, Some(1))?;
    let others = (1..width.min(MOST_SIDE_BY_SIDE)).map(|_| embedder(choice, Some(1))).collect::<Result<_, _>>()?;
    Ok(Arc::new(super::pool::Pool::new(first, others)))
}

#[cfg(not(feature = "llama"))]
fn without_engine(choice: &Choice) -> ModelError {
    let detail = "this emptor was built without the local engine; build it with `--features llama`".to_owned();
    ModelError::Load { path: choice.path.display().to_string(), detail }
}

#[cfg(not(feature = "llama"))]
fn local(choice: &Choice, _: &Config) -> Result<Arc<dyn ChatModel>, ModelError> {
    Err(without_engine(choice))
}

#[cfg(not(feature = "llama"))]
fn local_embedders(choice: &Choice, _: &Config, _: bool) -> Result<Arc<dyn Embedder>, ModelError> {
    Err(without_engine(choice))
}

#[cfg(not(feature = "llama"))]
fn local_embedder(choice: &Choice, _: &Config) -> Result<Arc<dyn Embedder>, ModelError> {
    Err(without_engine(choice))
}

#[cfg(all(test, feature = "llama"))]
mod tests;
