//! Question -> checked answer: plan, evidence, claims, wording, number gate.
//!
//! The model only words what code computed. Never fetches, never draws.

pub mod aspect;
pub mod claims;
pub mod clean;
pub mod event;
pub mod evidence;
pub mod pick;
#[cfg(test)]
mod testing;
pub mod verify;

use crate::model::{ChatModel, Embedder};
use crate::store::{Store, StoreError};
use event::AnswerEvent;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Knobs of one question.
#[derive(Debug, Clone, Default)]
pub struct AskOptions {
    /// Facts and claims only (level 0).
    pub no_model: bool,
    /// Answer from what was known then.
    pub as_of: Option<jiff::Timestamp>,
    /// The clock, passed in so that answers are reproducible.
    pub now: Option<jiff::Timestamp>,
}

/// Why a question could not be answered at all.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("the question is empty; say what you are looking for")]
    Empty,
    #[error("the question is {0} characters long; {1} is the most")]
    TooLong(usize, usize),
    #[error("there is nothing in the catalogue yet; run `emptor import demo` to try it, or `emptor source add URL`")]
    NoData,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A conversation: answers questions one after another, remembering what the last one showed.
/// The TUI, the one-shot command and the MCP server share it.
pub struct Session {}

impl Session {
    pub fn new(_store: Store, _model: Option<Arc<dyn ChatModel>>, _embedder: Option<Arc<dyn Embedder>>) -> Self {
        todo!()
    }

    /// Answers, sending events in order to `emit`; blocks until done. A cancelled answer ends with
    /// `AnswerEvent::Done` whose outcome is `Cancelled`. A model failure is an event, not an error: the facts stand.
    ///
    /// # Errors
    /// Only where nothing could be answered: see [`AnswerError`].
    pub fn ask(
        &mut self,
        _question: &str,
        _options: &AskOptions,
        _cancel: &CancellationToken,
        _emit: &mut dyn FnMut(AnswerEvent),
    ) -> Result<(), AnswerError> {
        todo!()
    }
}
