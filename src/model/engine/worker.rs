//! The engine's thread: loads the model, then serves one job after another, keeping what it has read in the KV cache.
//!
//! Everything of llama.cpp lives on this thread's stack; callers only send jobs and hear events.

use super::context::{Context, ContextOptions, Decoded, takes_back};
use super::prefix::PrefixStore;
use super::prompt::{Prompt, Prompter};
use super::sample::{Probes, Sampler};
use super::{EngineOptions, Event, GenerateJob, Job, Shared, USUAL_BATCH};
use crate::model::backend::{backend, physical_cores};
use crate::model::{ChatRequest, Finish, Generation, ModelError, Role, State};
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, mpsc};
use std::time::Instant;

/// Prompts kept side by side: the plan's, the wording's, and those that were read ahead.
const SLOTS: u32 = 6;
/// Tokens handed to llama.cpp at once.
const BATCH: u32 = 512;
/// Tokens read ahead before a look whether somebody waits.
const AHEAD_CHUNK: usize = 32;

/// Runs until the channel closes.
pub(super) fn run(options: &EngineOptions, shared: &Arc<Shared>, queue: &Receiver<Job>) {
    let mut woken_by = None;
    loop {
        match serve_until_idle(options, shared, queue, &mut woken_by) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return refuse_all(options, error, shared, woken_by, queue),
        }
        shared.let_go.fetch_add(1, Ordering::SeqCst);
        tracing::info!(path = %options.path.display(), "idle: the weights were let go");
        match queue.recv() {
            Ok(job) if !shared.shutdown.is_cancelled() => woken_by = Some(job),
            _ => return,
        }
    }
}

/// Loads the model and serves; whether it ended because nobody asked for long. The model is gone when it returns.
fn serve_until_idle(
    options: &EngineOptions,
    shared: &Arc<Shared>,
    queue: &Receiver<Job>,
    woken_by: &mut Option<Job>,
) -> Result<bool, ModelError> {
    let model = load(options, shared)?;
    let mut worker = Worker::new(&model, options, shared)?;
    shared.set_state(State::Ready);
    if let Some(job) = woken_by.take() {
        worker.serve(job);
    }
    while !shared.shutdown.is_cancelled() {
        let job = match options.unload_after {
            Some(limit) => queue.recv_timeout(limit),
            None => queue.recv().map_err(RecvTimeoutError::from),
        };
        match job {
            Ok(job) => worker.serve(job),
            Err(RecvTimeoutError::Timeout) => return Ok(true),
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
        }
    }
    Ok(false)
}

/// What cannot be loaded answers every job with why.
fn refuse_all(
    options: &EngineOptions,
    error: ModelError,
    shared: &Shared,
    woken_by: Option<Job>,
    queue: &Receiver<Job>,
) {
    let path = options.path.display().to_string();
    let detail = match error {
        ModelError::Load { detail, .. } | ModelError::Engine(detail) => detail,
        other => other.to_string(),
    };
    tracing::error!(path, detail, "the model could not be loaded");
    shared.set_state(State::Failed(format!("{path}: {detail}")));
    for job in woken_by.into_iter().chain(queue.iter()) {
        if let Job::Generate(job) = job {
            shared.waiting.fetch_sub(1, Ordering::SeqCst);
            say(&job.out, Event::Done(Err(ModelError::Load { path: path.clone(), detail: detail.clone() })));
        }
    }
}

fn load(options: &EngineOptions, shared: &Arc<Shared>) -> Result<LlamaModel, ModelError> {
    let started = Instant::now();
    let for_progress = Arc::clone(shared);
    let params =
        LlamaModelParams::default().with_n_gpu_layers(options.gpu_layers).with_progress_callback(move |done| {
            // A share of 0 to 1.
            for_progress.set_state(State::Loading((done * 100.0) as u8));
            !for_progress.shutdown.is_cancelled()
        });
    let model = LlamaModel::load_from_file(backend()?, &options.path, &params).map_err(|_| ModelError::Load {
        path: options.path.display().to_string(),
        detail: "llama.cpp cannot load this model: of a kind unknown to it, damaged, or too large for the memory"
            .to_owned(),
    })?;
    tracing::info!(seconds = started.elapsed().as_secs_f64(), path = %options.path.display(), "model loaded");
    Ok(model)
}

fn say(out: &mpsc::Sender<Event>, event: Event) {
    if out.send(event).is_err() {
        tracing::debug!("nobody waits for this answer any more");
    }
}

/// What one sequence of the KV cache holds.
#[derive(Default)]
struct Slot {
    tokens: Vec<LlamaToken>,
    last_used: u64,
}

pub(super) struct Worker<'model> {
    pub(super) model: &'model LlamaModel,
    pub(super) context: Context<'model>,
    pub(super) context_tokens: usize,
    /// Most tokens drafted at once; 0: none, also where the model cannot take tokens back.
    pub(super) draft_tokens: usize,
    /// Whether text that a grammar forces is taken without asking the model.
    pub(super) jump: bool,
    pub(super) probes: Probes,
    prompter: Prompter<'model>,
    prefixes: PrefixStore,
    slots: Vec<Slot>,
    uses: u64,
    shared: Arc<Shared>,
}

/// How reading a prompt ended.
struct Read {
    slot: usize,
    cached: usize,
    /// All of it was read and the logits of its last token are there.
    complete: bool,
}

impl<'model> Worker<'model> {
    fn new(model: &'model LlamaModel, options: &EngineOptions, shared: &Arc<Shared>) -> Result<Self, ModelError> {
        let threads = options.threads.unwrap_or_else(physical_cores).max(1);
        let usual = if options.on_gpu() { BATCH as usize } else { USUAL_BATCH };
        let context = ContextOptions {
            context_tokens: u32::try_from(options.context_tokens).unwrap_or(u32::MAX),
            batch: BATCH,
            micro_batch: u32::try_from(options.batch.unwrap_or(usual)).unwrap_or(BATCH).min(BATCH),
            flash_attention: options.flash_attention,
            kv_type: options.kv_type,
            threads,
            // A GPU computes while its threads wait.
            adapt: !options.on_gpu(),
            sequences: SLOTS,
        };
        Ok(Self {
            model,
            context: Context::new(model, context, shared.shutdown.clone())?,
            context_tokens: options.context_tokens,
            draft_tokens: if takes_back(model) { options.draft_tokens } else { 0 },
            jump: options.jump,
            probes: Probes::new(model),
            prompter: Prompter::new(model, options.chat_template.as_deref(), &options.reply_prefix)?,
            prefixes: PrefixStore::new(options.cache.as_deref(), &state_key(options)),
            slots: (0..SLOTS).map(|_| Slot::default()).collect(),
            uses: 0,
            shared: Arc::clone(shared),
        })
    }

    fn serve(&mut self, job: Job) {
        match job {
            Job::ReadAhead { requests, call } => {
                for request in &requests {
                    if let Err(error) = self.read_ahead(request, call) {
                        tracing::debug!(%error, "a prompt could not be read ahead");
                    }
                }
                self.shared.ahead_over.fetch_add(1, Ordering::SeqCst);
            }
            Job::Generate(job) => {
                self.shared.waiting.fetch_sub(1, Ordering::SeqCst);
                self.shared.begun.fetch_add(1, Ordering::SeqCst);
                let result = self.generate(&job);
                say(&job.out, Event::Done(result));
            }
        }
    }

    fn generate(&mut self, job: &GenerateJob) -> Result<Generation, ModelError> {
        let request = &job.request;
        let (prompt, opening, mut sampler) = self.prepare(request)?;
        let asked = prompt.tokens.len() - opening.len();
        self.context.interruptible(Some(job.cancel.clone()));
        let read = self.read(&prompt, request.max_tokens, BATCH as usize, |_| job.cancel.is_cancelled())?;
        let mut account = Generation {
            text: String::new(),
            prompt_tokens: asked,
            cached_tokens: read.cached.min(asked),
            generated_tokens: 0,
            drafted_tokens: 0,
            accepted_tokens: 0,
            forced_tokens: 0,
            prompt_seconds: job.asked.elapsed().as_secs_f64(),
            generate_seconds: 0.0,
            dropped: prompt.dropped,
            finish: Finish::Cancelled,
        };
        if read.complete {
            self.write(job, read.slot, &opening, &mut sampler, &mut account)?;
        }
        Ok(account)
    }

    /// A request's prompt with the opening of its answer, that opening, and what will choose the tokens after it.
    fn prepare(&self, request: &ChatRequest) -> Result<(Prompt, Vec<LlamaToken>, Sampler), ModelError> {
        let sampler = Sampler::new(self.model, request.grammar.as_deref(), request.temperature, request.seed)?;
        let reserve = request.max_tokens.clamp(1, (self.context_tokens / 2).max(1));
        let mut prompt = self.prompter.fit(&request.messages, self.context_tokens, reserve)?;
        // How the answer must begin is read with the prompt.
        let opening = self.opening(&sampler, request.max_tokens);
        prompt.tokens.extend(&opening);
        Ok((prompt, opening, sampler))
    }

    fn read_ahead(&mut self, request: &ChatRequest, call: usize) -> Result<(), ModelError> {
        if self.shared.superseded(call) {
            return Ok(());
        }
        let whole = request.messages.last().is_some_and(|message| message.role == Role::User);
        let prompt = if whole { self.prepare(request)?.0 } else { self.prompter.beginning(&request.messages)? };
        if prompt.tokens.len() >= self.context_tokens {
            return Ok(());
        }
        self.context.interruptible(None);
        // With room for the answer, so that none need be made when the question comes.
        self.read(&prompt, request.max_tokens, AHEAD_CHUNK, |shared| shared.superseded(call))?;
        Ok(())
    }

    /// Reads a prompt into a slot, taking from the cache or the disk what is there, `chunk` tokens at a time.
    fn read(
        &mut self,
        prompt: &Prompt,
        answer: usize,
        chunk: usize,
        give_up: impl Fn(&Shared) -> bool,
    ) -> Result<Read, ModelError> {
        let index = self.choose_slot(prompt);
        self.make_room(index, (prompt.tokens.len() + answer).min(self.context_tokens));
        let cached = self.reuse(index, prompt);
        let shared = Arc::clone(&self.shared);
        let mut at = cached;
        while at < prompt.tokens.len() {
            if give_up(&shared) {
                return Ok(Read { slot: index, cached, complete: false });
            }
            // Stop at the end of the head, so that its state can be kept.
            let end = (at + chunk).min(prompt.tokens.len());
            let end = if at < prompt.head { end.min(prompt.head) } else { end };
            let tokens = prompt.tokens.get(at..end).unwrap_or_default();
            if self.append(index, tokens, usize::from(end == prompt.tokens.len()))? == Decoded::Aborted {
                return Ok(Read { slot: index, cached, complete: false });
            }
            at = end;
            if at == prompt.head {
                let sequence = sequence(index);
                self.prefixes.save(&mut self.context, sequence, prompt.tokens.get(..at).unwrap_or_default());
            }
        }
        Ok(Read { slot: index, cached, complete: true })
    }

    /// What a slot holds.
    pub(super) fn held(&self, index: usize) -> &[LlamaToken] {
        self.slots.get(index).map_or(&[], |slot| &slot.tokens)
    }

    /// Computes tokens at the end of a slot, the logits after the last `outputs` of them kept; after an abort or error the slot is what llama.cpp says it is.
    pub(super) fn append(
        &mut self,
        index: usize,
        tokens: &[LlamaToken],
        outputs: usize,
    ) -> Result<Decoded, ModelError> {
        let Some(slot) = self.slots.get_mut(index) else {
            return Err(ModelError::Engine("no such slot".to_owned()));
        };
        let end = slot.tokens.len() + tokens.len();
        loop {
            let left = tokens.get(tokens.len().saturating_sub(end - slot.tokens.len())..).unwrap_or_default();
            let result = self.context.decode(left, slot.tokens.len(), sequence(index), outputs);
            slot.tokens.extend_from_slice(left);
            if !matches!(result, Ok(Decoded::Done)) {
                slot.tokens.truncate(self.context.held(sequence(index)));
            }
            if !matches!(result, Ok(Decoded::Starved)) {
                return result;
            }
            // Logits are only there for the last call: what they are wanted for is computed in it.
            if slot.tokens.len() > end - outputs && self.context.forget(sequence(index), end - outputs) {
                slot.tokens.truncate(end - outputs);
            }
        }
    }

    /// The slot to read the prompt into. One that holds most of it, or nothing else, goes on; where little more than the
    /// head is shared, the slot that was used longest ago takes a copy of it, so that what follows the head elsewhere stays.
    fn choose_slot(&mut self, prompt: &Prompt) -> usize {
        let shared = |slot: &Slot| common(&slot.tokens, &prompt.tokens);
        let best = self.slots.iter().enumerate().max_by_key(|(_, slot)| (shared(slot), slot.last_used));
        let (best, common, held) = best.map_or((0, 0, 0), |(index, slot)| (index, shared(slot), slot.tokens.len()));
        let beyond = |tokens: usize| tokens.saturating_sub(prompt.head);
        let goes_on = common > 0 && (common == held || beyond(common) * 2 >= beyond(prompt.tokens.len().max(held)));
        let others = self.slots.iter().enumerate().filter(|(index, _)| *index != best || common == 0);
        let oldest = others.min_by_key(|(_, slot)| (!slot.tokens.is_empty(), slot.last_used));
        let index = oldest.map_or(best, |(index, _)| index);
        let index = if goes_on { best } else { index };
        if index != best && common > 0 && common >= prompt.head {
            self.copy(best, index, common);
        }
        self.uses += 1;
        if let Some(slot) = self.slots.get_mut(index) {
            slot.last_used = self.uses;
        }
        index
    }

    /// Lets one slot begin with the first `count` tokens of another, in the place of what it held; they share the
    /// memory.
    fn copy(&mut self, from: usize, to: usize, count: usize) {
        self.cut(to, 0);
        let begun = self.held(from).get(..count).unwrap_or_default().to_vec();
        if self.context.copy(sequence(from), sequence(to), count)
            && let Some(slot) = self.slots.get_mut(to)
        {
            slot.tokens = begun;
        }
    }

    /// Empties other slots, longest unused first, until `needed` tokens fit beside them.
    fn make_room(&mut self, index: usize, needed: usize) {
        loop {
            let others =
                || self.slots.iter().enumerate().filter(|(other, slot)| *other != index && !slot.tokens.is_empty());
            let held: usize = others().map(|(_, slot)| slot.tokens.len()).sum();
            let oldest = others().min_by_key(|(_, slot)| slot.last_used).map(|(other, _)| other);
            match oldest {
                Some(other) if held + needed > self.context_tokens => self.cut(other, 0),
                _ => return,
            }
        }
    }

    /// Cuts the slot down to what it shares with the prompt, or loads more from the disk. Returns the tokens kept.
    fn reuse(&mut self, index: usize, prompt: &Prompt) -> usize {
        let shared = self.slots.get(index).map_or(0, |slot| common(&slot.tokens, &prompt.tokens));
        // The last token is always computed: its logits are needed.
        let shared = shared.min(prompt.tokens.len().saturating_sub(1));
        let head = prompt.tokens.get(..prompt.head).unwrap_or_default();
        if shared < head.len() && head.len() < prompt.tokens.len() && self.prefixes.holds(head) {
            self.cut(index, 0);
            if self.prefixes.load(&mut self.context, sequence(index), head) {
                if let Some(slot) = self.slots.get_mut(index) {
                    slot.tokens.extend_from_slice(head);
                }
                return head.len();
            }
            return 0;
        }
        self.cut(index, shared);
        self.slots.get(index).map_or(0, |slot| slot.tokens.len())
    }

    /// Forgets what a slot holds from `keep` on; everything, where the model can only forget everything.
    pub(super) fn cut(&mut self, index: usize, keep: usize) {
        let Some(slot) = self.slots.get_mut(index) else { return };
        if slot.tokens.len() <= keep {
            return;
        }
        if self.context.forget(sequence(index), keep) {
            slot.tokens.truncate(keep);
        } else {
            self.context.forget(sequence(index), 0);
            slot.tokens.clear();
        }
    }
}

/// States of one of these are of no use to another.
fn state_key(options: &EngineOptions) -> String {
    format!("{} {} {:?}", options.identity, options.kv_type.word(), options.flash_attention)
}

fn sequence(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(0)
}

fn common(a: &[LlamaToken], b: &[LlamaToken]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
