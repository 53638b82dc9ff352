//! The language model behind one trait: the local engine, an OpenAI-compatible endpoint, a scripted fake.
//!
//! Owns prompts' tokens and the KV cache. Never sees the store, never decides a fact.

#[cfg(feature = "llama")]
mod backend;
#[cfg(feature = "llama")]
pub mod embedder;
#[cfg(feature = "llama")]
pub mod engine;
pub mod fake;
pub mod gguf;
mod lock;
pub mod manifest;
mod open;
pub mod openai;
pub mod pool;
pub mod pull;
pub mod registry;
mod stream;
pub mod tune;
#[cfg(test)]
mod testing;

#[cfg(feature = "llama")]
pub use backend::{backend, physical_cores};
pub use open::{embedder_bytes, open, open_embedder, open_embedders};

use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    System,
    User,
    Assistant,
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub text: String,
    /// May be left out, oldest first, where the prompt outgrows the context.
    pub droppable: bool,
}

/// What to generate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChatRequest {
    pub messages: Vec<Message>,
    /// GBNF grammar with the root rule `root`.
    pub grammar: Option<String>,
    pub max_tokens: usize,
    /// 0: greedy.
    pub temperature: f32,
    pub seed: u32,
    /// Generation ends before any of these.
    pub stop: Vec<String>,
}

/// Why generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    Stop,
    Length,
    Cancelled,
}

/// What was generated and how fast.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Generation {
    pub text: String,
    pub prompt_tokens: usize,
    /// Prompt tokens taken from the KV cache.
    pub cached_tokens: usize,
    pub generated_tokens: usize,
    /// Tokens foreseen from the prompt, and those of them that the model then chose itself.
    pub drafted_tokens: usize,
    pub accepted_tokens: usize,
    /// Tokens that were the only ones that the grammar allowed.
    pub forced_tokens: usize,
    /// Seconds until the first token.
    pub prompt_seconds: f64,
    pub generate_seconds: f64,
    /// Droppable messages left out.
    pub dropped: usize,
    pub finish: Finish,
}

impl Generation {
    /// The sum of this and a later request of the same answer, whose first token nobody waited for at the beginning.
    #[must_use]
    pub fn followed_by(self, later: &Self) -> Self {
        Self {
            text: self.text + &later.text,
            prompt_tokens: self.prompt_tokens + later.prompt_tokens,
            cached_tokens: self.cached_tokens + later.cached_tokens,
            generated_tokens: self.generated_tokens + later.generated_tokens,
            drafted_tokens: self.drafted_tokens + later.drafted_tokens,
            accepted_tokens: self.accepted_tokens + later.accepted_tokens,
            forced_tokens: self.forced_tokens + later.forced_tokens,
            prompt_seconds: self.prompt_seconds,
            generate_seconds: self.generate_seconds + later.prompt_seconds + later.generate_seconds,
            dropped: self.dropped + later.dropped,
            finish: later.finish,
        }
    }
}

/// What a model is, for status line, records and level of wording.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ModelInfo {
    /// Short name: `qwen2.5-coder-1.5b`.
    pub name: String,
    /// SHA-256 of the file, or the endpoint's address.
    pub identity: String,
    pub context_tokens: usize,
    /// 0 to 2, see the design: earned in the evaluation, kept in the manifest.
    pub level: u8,
}

/// Why a model could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("{path}: {detail}")]
    Load { path: String, detail: String },
    #[error("the prompt does not fit the model's context of {context} tokens ({needed} needed)")]
    TooLong { needed: usize, context: usize },
    #[error("{endpoint}: {detail}")]
    Endpoint { endpoint: String, detail: String },
    #[error("the grammar is not valid: {0}")]
    Grammar(String),
    #[error("the model failed: {0}")]
    Engine(String),
    #[error("the model's thread has stopped")]
    Gone,
    /// Only of an [`Embedder`]: a chat model says [`Finish::Cancelled`].
    #[error("cancelled")]
    Cancelled,
}

/// Whether a model can answer yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Percent done.
    Loading(u8),
    Ready,
    /// Why it never will, in one line.
    Failed(String),
}

/// A chat model. Calls block; run them off the async threads.
pub trait ChatModel: Send + Sync {
    fn info(&self) -> ModelInfo;

    /// Whether it can answer yet; asking earlier waits.
    fn state(&self) -> State {
        State::Ready
    }

    /// Generates, handing each piece of text to `on_text` as it comes; `Break` ends it like a stop word.
    ///
    /// # Errors
    /// Never for a cancellation: that is `Finish::Cancelled` with what came before.
    fn generate(
        &self,
        request: &ChatRequest,
        cancel: &CancellationToken,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError>;

    /// Whether a first word waits for the reading of the prompt, so that shorter prompts are worth more requests.
    fn reads_slowly(&self) -> bool {
        false
    }

    /// Reads what may be asked next into the KV cache, likeliest first, in the place of what was to be read ahead
    /// before. Returns at once; gives way to every answer; does nothing where that is not possible. Messages that do
    /// not end with the shopper's are taken as the beginning of a longer prompt.
    fn read_ahead(&self, _requests: &[ChatRequest]) {}
}

/// An embedding model: unit-length vectors.
pub trait Embedder: Send + Sync {
    /// Name and hash; vectors of different ids are never compared.
    fn id(&self) -> &str;
    fn dimensions(&self) -> usize;
    /// How many work side by side: that many times the usual number of texts keep them busy.
    fn width(&self) -> usize {
        1
    }
    /// One vector per text, in order.
    fn embed(&self, texts: &[&str], cancel: &CancellationToken) -> Result<Vec<Vec<f32>>, ModelError>;
}

/// Scales a vector to length 1; a vector of zeros stays as it is.
pub fn unit_length(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}
