//! The local engine: llama.cpp on a thread of its own that owns model and context, fed by a channel.
//!
//! Loading starts at once in the background. Nothing here blocks longer than a poll once a caller cancels.

mod context;
mod lookup;
mod pace;
mod prefix;
mod prompt;
mod sample;
mod worker;
mod write;

use super::{ChatModel, ChatRequest, Finish, Generation, ModelError, ModelInfo, State};
use crate::config::KvType;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often a waiting caller looks at its cancel token.
const POLL: Duration = Duration::from_millis(10);
/// How long a cancelled caller waits for the engine's own account before it returns without it.
const GRACE: Duration = Duration::from_millis(90);

/// Tokens computed at once on the CPU. The abort callback is asked between the nodes of the graph; a node over 128
/// tokens takes some 30 ms for a model of 1.5 billion weights on two cores, and reading is as fast as with 512.
pub const USUAL_BATCH: usize = 128;

/// What to load and how to run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineOptions {
    pub path: PathBuf,
    pub name: String,
    /// SHA-256 of the file.
    pub identity: String,
    pub level: u8,
    /// Most tokens of context; the model's own limit if that is less.
    pub context_tokens: usize,
    /// `None`: physical cores.
    pub threads: Option<usize>,
    pub gpu_layers: u32,
    /// Template where the file has none: a name that llama.cpp knows, or the template itself.
    pub chat_template: Option<String>,
    /// Text that every answer begins with unseen, such as an empty thought.
    pub reply_prefix: String,
    /// Prompt tokens computed at once; `None`: what suits the CPU or the GPU.
    pub batch: Option<usize>,
    /// `None`: llama.cpp decides.
    pub flash_attention: Option<bool>,
    pub kv_type: KvType,
    /// Most tokens copied from the prompt and checked in one batch; 0: one token after the other.
    pub draft_tokens: usize,
    /// Whether text that a grammar forces is taken without asking the model.
    pub jump: bool,
    /// Without a job for so long the weights are let go; the next one loads them again. `None`: never.
    pub unload_after: Option<Duration>,
    /// Where KV states of system prompts are kept; `None`: nowhere.
    pub cache: Option<PathBuf>,
}

impl EngineOptions {
    /// Whether layers lie on a GPU, which this build can use or not.
    fn on_gpu(&self) -> bool {
        cfg!(any(feature = "cuda", feature = "metal", feature = "vulkan")) && self.gpu_layers > 0
    }
}

pub(super) enum Job {
    Generate(Box<GenerateJob>),
    ReadAhead {
        requests: Vec<ChatRequest>,
        /// Which call it was: a newer one takes its place.
        call: usize,
    },
}

pub(super) struct GenerateJob {
    request: ChatRequest,
    cancel: CancellationToken,
    /// Set by the caller when it wants no more text.
    stop: Arc<AtomicBool>,
    asked: Instant,
    out: mpsc::Sender<Event>,
}

pub(super) enum Event {
    Text(String),
    Done(Result<Generation, ModelError>),
}

/// What caller and thread both see.
pub(super) struct Shared {
    state: Mutex<State>,
    /// Generations asked for and not yet begun: reading ahead gives way to them.
    waiting: AtomicUsize,
    /// Generations begun, ever.
    begun: AtomicUsize,
    /// How often the weights were let go for want of questions.
    let_go: AtomicUsize,
    /// Calls to read ahead, and those of them that are over.
    ahead: AtomicUsize,
    ahead_over: AtomicUsize,
    shutdown: CancellationToken,
}

impl Shared {
    /// Whether what was to be read ahead by this call is not wanted now.
    fn superseded(&self, call: usize) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0 || self.ahead.load(Ordering::SeqCst) != call
    }

    fn set_state(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Handle of the engine's thread; dropping it ends the thread, whatever it is doing.
pub struct Engine {
    info: ModelInfo,
    /// Prompts are read by the processor.
    slow: bool,
    shared: Arc<Shared>,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the thread, which starts to load at once.
    ///
    /// # Errors
    /// A file that is no whole GGUF file, or no thread to be had. What goes wrong later is the next call's error.
    pub fn open(options: EngineOptions) -> Result<Self, ModelError> {
        let load_error = |detail: String| ModelError::Load { path: options.path.display().to_string(), detail };
        let header = super::gguf::inspect(&options.path).map_err(|error| load_error(error.to_string()))?;
        if header.embeds {
            return Err(load_error(format!("a {} model makes embeddings, it cannot chat", header.architecture)));
        }
        let trained = header.context.and_then(|tokens| usize::try_from(tokens).ok()).unwrap_or(usize::MAX);
        let context_tokens = options.context_tokens.clamp(1, trained);
        let info = ModelInfo {
            name: options.name.clone(),
            identity: options.identity.clone(),
            context_tokens,
            level: options.level,
        };
        let slow = !options.on_gpu();
        let shared = Arc::new(Shared {
            state: Mutex::new(State::Loading(0)),
            waiting: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            let_go: AtomicUsize::new(0),
            ahead: AtomicUsize::new(0),
            ahead_over: AtomicUsize::new(0),
            shutdown: CancellationToken::new(),
        });
        let (jobs, queue) = mpsc::channel();
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("model".to_owned())
            .spawn(move || worker::run(&EngineOptions { context_tokens, ..options }, &for_thread, &queue))
            .map_err(|error| ModelError::Engine(format!("no thread for the model: {error}")))?;
        Ok(Self { info, slow, shared, jobs: Some(jobs), thread: Some(thread) })
    }

    /// Waits until the model is loaded, at most `limit`.
    ///
    /// # Errors
    /// When loading failed, or is not done in time.
    pub fn wait_ready(&self, limit: Duration) -> Result<(), ModelError> {
        let until = Instant::now() + limit;
        loop {
            match self.state() {
                State::Ready => return Ok(()),
                State::Failed(detail) => return Err(ModelError::Engine(detail)),
                State::Loading(_) if Instant::now() >= until => {
                    return Err(ModelError::Engine(format!("the model was not loaded within {limit:?}")));
                }
                State::Loading(_) => std::thread::sleep(POLL),
            }
        }
    }

    /// Whether all that was to be read ahead is read, or given up.
    pub fn has_read_ahead(&self) -> bool {
        self.shared.ahead_over.load(Ordering::SeqCst) >= self.shared.ahead.load(Ordering::SeqCst)
    }

    fn send(&self, job: Job) -> Result<(), ModelError> {
        self.jobs.as_ref().ok_or(ModelError::Gone)?.send(job).map_err(|_| ModelError::Gone)
    }
}

impl ChatModel for Engine {
    fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    fn state(&self) -> State {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
        let asked = Instant::now();
        let stop = Arc::new(AtomicBool::new(false));
        let (out, events) = mpsc::channel();
        self.shared.waiting.fetch_add(1, Ordering::SeqCst);
        let job = GenerateJob { request: request.clone(), cancel: cancel.clone(), stop: Arc::clone(&stop), asked, out };
        self.send(Job::Generate(Box::new(job)))?;
        let mut heard = Heard { text: String::new(), stopped: false, first: None, asked };
        let mut cancelled_at = None;
        loop {
            match events.recv_timeout(POLL) {
                Ok(Event::Text(piece)) if !heard.stopped && !cancel.is_cancelled() => {
                    heard.first.get_or_insert_with(|| asked.elapsed());
                    heard.text.push_str(&piece);
                    if on_text(&piece).is_break() {
                        heard.stopped = true;
                        stop.store(true, Ordering::SeqCst);
                    }
                }
                Ok(Event::Text(_)) => {}
                Ok(Event::Done(result)) => return result.map(|generation| heard.complete(generation)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(ModelError::Gone),
            }
            // The engine answers a cancellation soon by itself; while it is loading, the caller need not wait for it.
            if cancel.is_cancelled() && cancelled_at.get_or_insert_with(Instant::now).elapsed() > GRACE {
                return Ok(heard.abandoned());
            }
        }
    }

    fn read_ahead(&self, requests: &[ChatRequest]) {
        let call = self.shared.ahead.fetch_add(1, Ordering::SeqCst) + 1;
        if self.send(Job::ReadAhead { requests: requests.to_vec(), call }).is_err() {
            tracing::debug!("the model's thread has stopped: nothing is read ahead");
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shared.shutdown.cancel();
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the model's thread panicked");
        }
    }
}

/// What one caller has been given so far.
struct Heard {
    text: String,
    stopped: bool,
    first: Option<Duration>,
    asked: Instant,
}

impl Heard {
    /// The engine's account, with the text that the caller really got.
    fn complete(self, generation: Generation) -> Generation {
        let finish = if self.stopped { Finish::Stop } else { generation.finish };
        Generation { text: self.text, finish, ..generation }
    }

    /// The account of a caller that did not wait for the engine's.
    fn abandoned(self) -> Generation {
        let (total, first) = (self.asked.elapsed(), self.first.unwrap_or_else(|| self.asked.elapsed()));
        Generation {
            text: self.text,
            prompt_tokens: 0,
            cached_tokens: 0,
            generated_tokens: 0,
            drafted_tokens: 0,
            accepted_tokens: 0,
            forced_tokens: 0,
            prompt_seconds: first.as_secs_f64(),
            generate_seconds: total.saturating_sub(first).as_secs_f64(),
            dropped: 0,
            finish: Finish::Cancelled,
        }
    }
}

#[cfg(test)]
mod tests;
