//! A scripted model for tests of everything above: answers, fails, overflows or drips until cancelled, as told.
//!
//! Never used by the program itself.

use super::{ChatModel, ChatRequest, Embedder, Finish, Generation, ModelError, ModelInfo};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What the model does when asked once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Streams this text, word by word.
    Say(String),
    /// Fails as the engine would.
    Fail(String),
    /// Refuses the prompt as too long.
    TooLong,
    /// Streams this text, then gives nothing more until cancelled.
    Hang(String),
    /// Streams this text and reports so many droppable messages left out.
    Dropped(String, usize),
}

/// Plays its steps in order, then repeats the last one; remembers every request.
#[derive(Debug)]
pub struct FakeModel {
    info: ModelInfo,
    slow: bool,
    steps: Mutex<VecDeque<Step>>,
    requests: Mutex<Vec<ChatRequest>>,
    ahead: Mutex<Vec<Vec<ChatRequest>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeModel {
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::with_level(1, steps)
    }

    /// A model of this level of wording, see [`ModelInfo`].
    pub fn with_level(level: u8, steps: impl IntoIterator<Item = Step>) -> Self {
        let info = ModelInfo { name: "fake".to_owned(), identity: "fake".to_owned(), context_tokens: 4096, level };
        Self {
            info,
            slow: false,
            steps: Mutex::new(steps.into_iter().collect()),
            requests: Mutex::default(),
            ahead: Mutex::default(),
        }
    }

    /// A model that always says this.
    pub fn saying(text: &str) -> Self {
        Self::new([Step::Say(text.to_owned())])
    }

    /// A model that reads slowly.
    #[must_use]
    pub fn slow(self) -> Self {
        Self { slow: true, ..self }
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<ChatRequest> {
        lock(&self.requests).clone()
    }

    /// What it was told to read ahead each time, in order.
    pub fn read_ahead_of(&self) -> Vec<Vec<ChatRequest>> {
        lock(&self.ahead).clone()
    }

    fn next(&self) -> Option<Step> {
        let mut steps = lock(&self.steps);
        if steps.len() > 1 { steps.pop_front() } else { steps.front().cloned() }
    }
}

impl ChatModel for FakeModel {
    fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    fn reads_slowly(&self) -> bool {
        self.slow
    }

    fn generate(
        &self,
        request: &ChatRequest,
        cancel: &CancellationToken,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        lock(&self.requests).push(request.clone());
        let started = Instant::now();
        let (text, hang, dropped) = match self.next() {
            None => return Err(ModelError::Engine("the script of the fake model is empty".to_owned())),
            Some(Step::Fail(detail)) => return Err(ModelError::Engine(detail)),
            Some(Step::TooLong) => {
                return Err(ModelError::TooLong {
                    needed: self.info.context_tokens + 1,
                    context: self.info.context_tokens,
                });
            }
            Some(Step::Say(text)) => (text, false, 0),
            Some(Step::Hang(text)) => (text, true, 0),
            Some(Step::Dropped(text, dropped)) => (text, false, dropped),
        };
        let mut said = String::new();
        let mut words = 0;
        let mut finish = Finish::Stop;
        for word in text.split_inclusive(char::is_whitespace) {
            if cancel.is_cancelled() {
                finish = Finish::Cancelled;
                break;
            }
            if words == request.max_tokens {
                finish = Finish::Length;
                break;
            }
            said.push_str(word);
            words += 1;
            if on_text(word).is_break() {
                break;
            }
        }
        if hang && finish == Finish::Stop {
            while !cancel.is_cancelled() {
                std::thread::sleep(Duration::from_millis(2));
            }
            finish = Finish::Cancelled;
        }
        Ok(Generation {
            text: said,
            prompt_tokens: request.messages.iter().map(|m| m.text.split_whitespace().count()).sum(),
            cached_tokens: 0,
            generated_tokens: words,
            drafted_tokens: 0,
            accepted_tokens: 0,
            forced_tokens: 0,
            prompt_seconds: 0.0,
            generate_seconds: started.elapsed().as_secs_f64(),
            dropped,
            finish,
        })
    }

    fn read_ahead(&self, requests: &[ChatRequest]) {
        lock(&self.ahead).push(requests.to_vec());
    }
}

/// Embeds a text as its hashed words, so that texts that share words are near each other.
#[derive(Debug, Default)]
pub struct FakeEmbedder;

const FAKE_DIMENSIONS: usize = 64;

impl Embedder for FakeEmbedder {
    fn id(&self) -> &str {
        "fake-64"
    }

    fn dimensions(&self) -> usize {
        FAKE_DIMENSIONS
    }

    fn embed(&self, texts: &[&str], cancel: &CancellationToken) -> Result<Vec<Vec<f32>>, ModelError> {
        if cancel.is_cancelled() {
            return Err(ModelError::Cancelled);
        }
        Ok(texts.iter().map(|text| hashed_words(text)).collect())
    }
}

fn hashed_words(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0f32; FAKE_DIMENSIONS];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if let Some(slot) = vector.get_mut((crate::domain::fnv1a(word) % FAKE_DIMENSIONS as u64) as usize) {
            *slot += 1.0;
        }
    }
    super::unit_length(&mut vector);
    vector
}

#[cfg(test)]
mod tests;
