//! The local embedding model: a BERT-type GGUF on a thread of its own, batches of texts, unit length.
//!
//! Never compares vectors; that is `retrieval`.

use super::backend::{backend, physical_cores};
use super::{Embedder, ModelError, gguf, unit_length};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Most texts computed together.
const BATCH_TEXTS: usize = 16;
/// Most tokens computed together; a longer text is cut to the model's own limit.
const BATCH_TOKENS: usize = 512;
/// Tokens up to which texts are put together: the attention of an encoder is computed between all tokens of a batch,
/// whosever they are, so that larger batches are slower (`sh tests/bench/run embedding`).
const TOGETHER: usize = 128;

/// What to load and how to run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedderOptions {
    pub path: PathBuf,
    pub name: String,
    /// SHA-256 of the file.
    pub identity: String,
    /// `None`: physical cores but one.
    pub threads: Option<usize>,
}

struct Job {
    texts: Vec<String>,
    cancel: CancellationToken,
    out: mpsc::Sender<Result<Vec<Vec<f32>>, ModelError>>,
}

/// Handle of the embedder's thread; dropping it ends the thread after the batch in hand.
pub struct LocalEmbedder {
    id: String,
    dimensions: usize,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    shutdown: CancellationToken,
}

impl LocalEmbedder {
    /// Loads the model (some 30 MB) and waits for it.
    ///
    /// # Errors
    /// A file that is no whole GGUF file or no embedding model.
    pub fn open(options: EmbedderOptions) -> Result<Self, ModelError> {
        let header = gguf::inspect(&options.path).map_err(|error| load_error(&options.path, error.to_string()))?;
        if !header.embeds {
            let detail = format!("a {} model without pooling is no embedding model", header.architecture);
            return Err(load_error(&options.path, detail));
        }
        let id = format!("{}@{}", options.name, options.identity);
        let (jobs, queue) = mpsc::channel();
        let (ready, loaded) = mpsc::channel();
        let shutdown = CancellationToken::new();
        let for_thread = shutdown.clone();
        let thread = std::thread::Builder::new()
            .name("embedder".to_owned())
            .spawn(move || run(&options, &ready, &queue, &for_thread))
            .map_err(|error| ModelError::Engine(format!("no thread for the embedding model: {error}")))?;
        let dimensions = loaded.recv().map_err(|_| ModelError::Gone)??;
        Ok(Self { id, dimensions, jobs: Some(jobs), thread: Some(thread), shutdown })
    }
}

impl Embedder for LocalEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed(&self, texts: &[&str], cancel: &CancellationToken) -> Result<Vec<Vec<f32>>, ModelError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let (out, answer) = mpsc::channel();
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let job = Job { texts, cancel: cancel.clone(), out };
        self.jobs.as_ref().ok_or(ModelError::Gone)?.send(job).map_err(|_| ModelError::Gone)?;
        answer.recv().map_err(|_| ModelError::Gone)?
    }
}

impl Drop for LocalEmbedder {
    fn drop(&mut self) {
        self.shutdown.cancel();
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the embedding model's thread panicked");
        }
    }
}

fn load_error(path: &Path, detail: String) -> ModelError {
    ModelError::Load { path: path.display().to_string(), detail }
}

fn run(
    options: &EmbedderOptions,
    ready: &mpsc::Sender<Result<usize, ModelError>>,
    queue: &Receiver<Job>,
    shutdown: &CancellationToken,
) {
    let result = load(options).and_then(|model| {
        let (mut context, limit) = context(&model, options)?;
        let dimensions = usize::try_from(model.n_embd_out()).unwrap_or(0);
        if ready.send(Ok(dimensions)).is_err() {
            return Ok(());
        }
        for job in queue.iter().take_while(|_| !shutdown.is_cancelled()) {
            let stop = || job.cancel.is_cancelled() || shutdown.is_cancelled();
            if job.out.send(embed_all(&model, &mut context, limit, &job.texts, stop)).is_err() {
                tracing::debug!("nobody waits for these vectors any more");
            }
        }
        Ok(())
    });
    if let Err(error) = result
        && ready.send(Err(error)).is_err()
    {
        tracing::debug!("nobody waits for the embedding model any more");
    }
}

fn load(options: &EmbedderOptions) -> Result<LlamaModel, ModelError> {
    LlamaModel::load_from_file(backend()?, &options.path, &LlamaModelParams::default())
        .map_err(|_| load_error(&options.path, "llama.cpp cannot load this embedding model".to_owned()))
}

/// A context, and the most tokens of one text.
fn context<'model>(
    model: &'model LlamaModel,
    options: &EmbedderOptions,
) -> Result<(LlamaContext<'model>, usize), ModelError> {
    let limit = usize::try_from(model.n_ctx_train()).unwrap_or(BATCH_TOKENS).clamp(8, BATCH_TOKENS);
    let threads = i32::try_from(options.threads.unwrap_or_else(all_but_one).max(1)).unwrap_or(i32::MAX);
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(BATCH_TOKENS as u32))
        .with_n_batch(BATCH_TOKENS as u32)
        // An encoder sees all tokens of a batch at once.
        .with_n_ubatch(BATCH_TOKENS as u32)
        .with_n_seq_max(BATCH_TEXTS as u32)
        .with_kv_unified(true)
        .with_n_threads(threads)
        .with_n_threads_batch(threads)
        // How to pool (mean, for MiniLM) is said by the file.
        .with_embeddings(true);
    let context = model
        .new_context(backend()?, params)
        .map_err(|error| load_error(&options.path, format!("no context could be made: {error}")))?;
    Ok((context, limit))
}

/// Vectors are made while someone works with the interface: a core is left to it.
fn all_but_one() -> usize {
    physical_cores().saturating_sub(1).max(1)
}

fn embed_all(
    model: &LlamaModel,
    context: &mut LlamaContext<'_>,
    limit: usize,
    texts: &[String],
    stop: impl Fn() -> bool,
) -> Result<Vec<Vec<f32>>, ModelError> {
    let tokens: Vec<Vec<LlamaToken>> = texts.iter().map(|text| tokenize(model, text, limit)).collect();
    let mut vectors = Vec::with_capacity(texts.len());
    let mut rest = tokens.as_slice();
    while !rest.is_empty() {
        if stop() {
            return Err(ModelError::Cancelled);
        }
        let (group, after) = rest.split_at(group_size(rest));
        vectors.extend(embed_group(context, group)?);
        rest = after;
    }
    Ok(vectors)
}

/// Texts from the front that are worth one batch; at least one.
fn group_size(texts: &[Vec<LlamaToken>]) -> usize {
    let mut total = 0;
    let fits = texts.iter().take(BATCH_TEXTS).take_while(|tokens| {
        total += tokens.len();
        total <= TOGETHER
    });
    fits.count().max(1)
}

/// Tokens between the model's begin and end marks; a text that is too long loses its end, not the end mark.
fn tokenize(model: &LlamaModel, text: &str, limit: usize) -> Vec<LlamaToken> {
    let mut tokens = model.vocab().tokenize(text.as_bytes(), true, false);
    if tokens.len() > limit
        && let Some(end) = tokens.pop()
    {
        tokens.truncate(limit - 1);
        tokens.push(end);
    }
    tokens
}

fn embed_group(context: &mut LlamaContext<'_>, group: &[Vec<LlamaToken>]) -> Result<Vec<Vec<f32>>, ModelError> {
    let failed = |detail: String| ModelError::Engine(format!("embedding: {detail}"));
    let total: usize = group.iter().map(Vec::len).sum();
    let mut batch = LlamaBatch::new(total.max(1), 1);
    for (sequence, tokens) in (0..).zip(group) {
        for (position, token) in (0..).zip(tokens) {
            batch.add(*token, position, &[sequence], true).map_err(|error| failed(error.to_string()))?;
        }
    }
    context.encode(&mut batch).map_err(|error| failed(error.to_string()))?;
    (0..)
        .zip(group)
        .map(|(sequence, _)| {
            let mut vector = context.embeddings_seq_ith(sequence).map_err(|error| failed(error.to_string()))?.to_vec();
            unit_length(&mut vector);
            Ok(vector)
        })
        .collect()
}

#[cfg(test)]
mod tests;
