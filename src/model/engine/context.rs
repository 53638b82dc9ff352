//! A llama.cpp context that can be interrupted in the middle of a batch. Calls llama.cpp past its Rust face.
//!
//! llama-cpp-2 cannot set llama.cpp's abort callback and keeps its pointers to itself, so the context is made through
//! llama-cpp-sys-2; model, vocabulary, templates and samplers stay with llama-cpp-2.

use super::pace::Pace;
use crate::config::KvType;
use crate::model::ModelError;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_sys_2 as sys;
use std::ffi::{CString, c_void};
use std::marker::PhantomData;
use std::path::Path;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// How to make a context.
#[derive(Debug, Clone, Copy)]
pub(super) struct ContextOptions {
    pub context_tokens: u32,
    /// Tokens in one call.
    pub batch: u32,
    /// Tokens computed at once: what an abort may have to redo, and how long one step of the graph takes.
    pub micro_batch: u32,
    pub threads: usize,
    /// Whether fewer threads compute while others hold the cores.
    pub adapt: bool,
    pub sequences: u32,
    /// `None`: llama.cpp decides.
    pub flash_attention: Option<bool>,
    pub kv_type: KvType,
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoded {
    Done,
    /// Interrupted; what was computed before stays in the sequence.
    Aborted,
    /// Interrupted likewise, to be begun again with fewer threads: others hold the cores.
    Starved,
}

/// What the abort callback reads.
struct Abort {
    shutdown: CancellationToken,
    cancel: Mutex<Option<CancellationToken>>,
    /// `None`: the number of threads is fixed.
    pace: Option<Mutex<Pace>>,
    starved: AtomicBool,
}

impl Abort {
    fn asked(&self) -> bool {
        let cancel = self.cancel.lock().unwrap_or_else(PoisonError::into_inner);
        self.shutdown.is_cancelled() || cancel.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    fn with_pace<T>(&self, act: impl FnOnce(&mut Pace) -> T) -> Option<T> {
        self.pace.as_ref().map(|pace| act(&mut pace.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Remembers that it was so.
    fn starved(&self) -> bool {
        let starved = self.with_pace(|pace| pace.starved()).unwrap_or(false);
        self.starved.fetch_or(starved, Ordering::Relaxed);
        starved
    }
}

/// Called by llama.cpp between the nodes of its graph.
unsafe extern "C" fn should_abort(data: *mut c_void) -> bool {
    // SAFETY: `data` is the `Abort` that `Context` owns in a box and frees only after the context; it is only ever
    // shared, and `Abort` is Sync.
    let abort = unsafe { &*data.cast::<Abort>() };
    abort.asked() || abort.starved()
}

/// A context over a borrowed model.
pub(super) struct Context<'model> {
    raw: NonNull<sys::llama_context>,
    abort: NonNull<Abort>,
    vocabulary: usize,
    batch: Batch,
    sequences: u32,
    model: PhantomData<&'model LlamaModel>,
}

/// The arrays behind a `llama_batch`, all of one length.
#[derive(Default)]
struct Batch {
    tokens: Vec<sys::llama_token>,
    positions: Vec<sys::llama_pos>,
    sequence_counts: Vec<i32>,
    sequence_ids: Vec<*mut sys::llama_seq_id>,
    outputs: Vec<i8>,
}

/// `LlamaModel` has one field, a non-null pointer to llama.cpp's model. While its size is that of a pointer, that
/// field lies at offset 0. The version of llama-cpp-2 is pinned exactly; this stops the build if the layout changes.
const _: () = assert!(size_of::<LlamaModel>() == size_of::<*mut sys::llama_model>());

fn raw_model(model: &LlamaModel) -> *mut sys::llama_model {
    // SAFETY: see the assertion above: the single field `Ptr<llama_model>` is `repr(transparent)` over `NonNull` and
    // fills the whole struct, so reading the struct as one pointer reads that field.
    unsafe { std::ptr::from_ref(model).cast::<*mut sys::llama_model>().read() }
}

/// Whether single tokens can be taken back from what the model has read: not from a recurrent state.
pub(super) fn takes_back(model: &LlamaModel) -> bool {
    let raw = raw_model(model);
    // SAFETY: the model is alive; both only read its architecture.
    unsafe { !sys::llama_model_is_recurrent(raw) && !sys::llama_model_is_hybrid(raw) }
}

impl<'model> Context<'model> {
    /// A context with an abort callback that looks at `shutdown` and at the token of [`Context::interruptible`].
    pub fn new(
        model: &'model LlamaModel,
        options: ContextOptions,
        shutdown: CancellationToken,
    ) -> Result<Self, ModelError> {
        let threads = i32::try_from(options.threads).unwrap_or(i32::MAX);
        let pace = options.adapt.then(|| Mutex::new(Pace::new(options.threads)));
        let abort = Abort { shutdown, cancel: Mutex::new(None), pace, starved: AtomicBool::new(false) };
        let abort = Box::into_raw(Box::new(abort));
        // SAFETY: no preconditions; returns a plain struct.
        let mut params = unsafe { sys::llama_context_default_params() };
        params.n_ctx = options.context_tokens;
        params.n_batch = options.batch;
        params.n_ubatch = options.micro_batch;
        params.n_seq_max = options.sequences;
        params.n_threads = threads;
        params.n_threads_batch = threads;
        params.kv_unified = true;
        params.flash_attn_type = match options.flash_attention {
            None => sys::LLAMA_FLASH_ATTN_TYPE_AUTO,
            Some(true) => sys::LLAMA_FLASH_ATTN_TYPE_ENABLED,
            Some(false) => sys::LLAMA_FLASH_ATTN_TYPE_DISABLED,
        };
        let kv_type = match options.kv_type {
            KvType::F16 => sys::GGML_TYPE_F16,
            KvType::Q8_0 => sys::GGML_TYPE_Q8_0,
        };
        (params.type_k, params.type_v) = (kv_type, kv_type);
        params.no_perf = true;
        params.abort_callback = Some(should_abort);
        params.abort_callback_data = abort.cast();
        // SAFETY: the model is alive for 'model, no other context is made of it at the same time (the worker owns it
        // and makes one), and the callback's data outlives the context (see `drop`).
        let raw = unsafe { sys::llama_init_from_model(raw_model(model), params) };
        let (Some(raw), Some(abort_data)) = (NonNull::new(raw), NonNull::new(abort)) else {
            // SAFETY: no context holds the box that was just made.
            drop(unsafe { Box::from_raw(abort) });
            let detail = format!("no context of {} tokens could be made: not enough memory?", options.context_tokens);
            return Err(ModelError::Engine(detail));
        };
        let vocabulary = usize::try_from(model.vocab().n_tokens()).unwrap_or(0);
        let sequences = options.sequences;
        Ok(Self { raw, abort: abort_data, vocabulary, batch: Batch::default(), sequences, model: PhantomData })
    }

    fn abort(&self) -> &Abort {
        // SAFETY: the box lives as long as self, and is only ever shared.
        unsafe { self.abort.as_ref() }
    }

    /// Until the next call, `cancel` interrupts a batch; `None`: only the shutdown does.
    pub fn interruptible(&mut self, cancel: Option<CancellationToken>) {
        *self.abort().cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel;
    }

    /// Computes `tokens` at `position` of `sequence`; the logits after the last `outputs` of them can be read.
    pub fn decode(
        &mut self,
        tokens: &[LlamaToken],
        position: usize,
        sequence: i32,
        outputs: usize,
    ) -> Result<Decoded, ModelError> {
        debug_assert!(u32::try_from(sequence).is_ok_and(|s| s < self.sequences), "sequence out of range");
        let Some(count) = i32::try_from(tokens.len()).ok().filter(|count| *count > 0) else {
            return Ok(Decoded::Done);
        };
        let mut sequence = sequence;
        let batch = &mut self.batch;
        batch.tokens.clear();
        batch.tokens.extend(tokens.iter().map(|token| token.0));
        batch.positions.clear();
        batch.positions.extend((position..).take(tokens.len()).map(|at| i32::try_from(at).unwrap_or(i32::MAX)));
        batch.sequence_counts.clear();
        batch.sequence_counts.resize(tokens.len(), 1);
        batch.sequence_ids.clear();
        batch.sequence_ids.resize(tokens.len(), &raw mut sequence);
        batch.outputs.clear();
        batch.outputs.resize(tokens.len(), 0);
        let silent = tokens.len().saturating_sub(outputs);
        batch.outputs.iter_mut().skip(silent).for_each(|output| *output = 1);
        let raw = sys::llama_batch {
            n_tokens: count,
            token: batch.tokens.as_mut_ptr(),
            embd: null_mut(),
            pos: batch.positions.as_mut_ptr(),
            n_seq_id: batch.sequence_counts.as_mut_ptr(),
            seq_id: batch.sequence_ids.as_mut_ptr(),
            logits: batch.outputs.as_mut_ptr(),
        };
        if let Some(threads) = self.abort().with_pace(Pace::begin).and_then(|threads| i32::try_from(threads).ok()) {
            // SAFETY: the context is alive and computes nothing now.
            unsafe { sys::llama_set_n_threads(self.raw.as_ptr(), threads, threads) };
        }
        // SAFETY: every array has `count` entries and outlives the call, each sequence id points at a live integer,
        // and llama.cpp checks tokens and positions itself.
        let status = unsafe { sys::llama_decode(self.raw.as_ptr(), raw) };
        self.batch.sequence_ids.clear();
        self.abort().with_pace(Pace::end);
        let starved = self.abort().starved.swap(false, Ordering::Relaxed) && !self.abort().asked();
        match status {
            0 => Ok(Decoded::Done),
            2 if starved => Ok(Decoded::Starved),
            2 => Ok(Decoded::Aborted),
            1 => Err(ModelError::Engine("no room in the KV cache".to_owned())),
            status => Err(ModelError::Engine(format!("llama.cpp could not compute a batch (status {status})"))),
        }
    }

    /// Logits after the token at `row` of the last batch, one per word of the vocabulary; -1 is its last token.
    pub fn logits(&mut self, row: i32) -> Result<&[f32], ModelError> {
        // SAFETY: waits for the computation and returns null where that token had no output.
        let logits = unsafe { sys::llama_get_logits_ith(self.raw.as_ptr(), row) };
        if logits.is_null() {
            return Err(ModelError::Engine("llama.cpp gave no logits".to_owned()));
        }
        // SAFETY: one float per word of the vocabulary, valid until the next call that needs `&mut self`.
        Ok(unsafe { std::slice::from_raw_parts(logits, self.vocabulary) })
    }

    /// Tokens that `sequence` holds, counted from position 0.
    pub fn held(&self, sequence: i32) -> usize {
        // SAFETY: the context is alive; -1 for an empty sequence.
        let last = unsafe { sys::llama_memory_seq_pos_max(sys::llama_get_memory(self.raw.as_ptr()), sequence) };
        usize::try_from(last + 1).unwrap_or(0)
    }

    /// Forgets everything of `sequence` from position `from` on. `false` where this kind of model can only forget all.
    pub fn forget(&mut self, sequence: i32, from: usize) -> bool {
        let from = i32::try_from(from).unwrap_or(i32::MAX);
        // SAFETY: the context is alive; llama.cpp checks the range.
        unsafe { sys::llama_memory_seq_rm(sys::llama_get_memory(self.raw.as_ptr()), sequence, from, -1) }
    }

    /// Lets the empty sequence `to` begin with the first `count` tokens of `from`, without copying what they hold.
    /// `false` where this kind of model cannot, and then `to` is empty.
    pub fn copy(&mut self, from: i32, to: i32, count: usize) -> bool {
        let end = i32::try_from(count).unwrap_or(i32::MAX);
        // SAFETY: the context is alive and both sequences are below its number of them; llama.cpp checks the range.
        unsafe { sys::llama_memory_seq_cp(sys::llama_get_memory(self.raw.as_ptr()), from, to, 0, end) };
        let copied = self.held(to) == count;
        if !copied {
            self.forget(to, 0);
        }
        copied
    }

    /// Writes the state of `sequence`, which holds `tokens`, to a file.
    pub fn save(&mut self, path: &Path, sequence: i32, tokens: &[LlamaToken]) -> bool {
        let Some(path) = path.to_str().and_then(|path| CString::new(path).ok()) else { return false };
        let tokens: Vec<sys::llama_token> = tokens.iter().map(|token| token.0).collect();
        // SAFETY: path and tokens outlive the call; llama.cpp reads `tokens.len()` tokens.
        let written = unsafe {
            sys::llama_state_seq_save_file(self.raw.as_ptr(), path.as_ptr(), sequence, tokens.as_ptr(), tokens.len())
        };
        written > 0
    }

    /// Reads a state that [`Context::save`] wrote into `sequence`, if it holds exactly `expected`.
    pub fn load(&mut self, path: &Path, sequence: i32, expected: &[LlamaToken]) -> bool {
        let Some(path) = path.to_str().and_then(|path| CString::new(path).ok()) else { return false };
        let mut tokens: Vec<sys::llama_token> = vec![0; expected.len()];
        let mut count = 0;
        // SAFETY: llama.cpp writes at most `tokens.len()` tokens and fails where the file holds more.
        let read = unsafe {
            let (tokens, room) = (tokens.as_mut_ptr(), tokens.len());
            sys::llama_state_seq_load_file(self.raw.as_ptr(), path.as_ptr(), sequence, tokens, room, &raw mut count)
        };
        read > 0 && count == expected.len() && tokens.iter().zip(expected).all(|(read, want)| *read == want.0)
    }
}

impl Drop for Context<'_> {
    fn drop(&mut self) {
        // SAFETY: both were made by `new` and are freed once, the callback's data after its only user.
        unsafe {
            sys::llama_free(self.raw.as_ptr());
            drop(Box::from_raw(self.abort.as_ptr()));
        }
    }
}
