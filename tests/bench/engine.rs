//! The engine against llama.cpp's own loop, same model, threads and prompt, by turns in one run; then what a shopper
//! feels: time to the first word with and without kept prompts, and how soon a cancellation is heard.
//!
//! Without `--models` the default and the small model, where they are here.

use crate::Setting;
use crate::measure::{line, time, value};
use emptor::config::KvType;
use emptor::model::engine::{Engine, EngineOptions};
use emptor::model::{ChatModel, ChatRequest, Finish, Generation, Message, Role};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const CONTEXT: usize = 2048;
const SYSTEM: &str = "You help a shopper to choose. You are given facts with numbers in brackets. Use only these facts, \
    name the number of each fact that you use, and never invent a price, a shop, a brand or a property. Say first which \
    product fits best and why, then its one drawback. Write at most three short sentences in plain words.";

struct Plan {
    rounds: usize,
    /// Facts in the prompt, some 20 tokens each.
    facts: usize,
    generated: usize,
    cancels: usize,
}

/// For each model: against the plain loop, first words, cancellations, and one thread less.
pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let plan = if setting.quick {
        Plan { rounds: 3, facts: 5, generated: 24, cancels: 6 }
    } else {
        Plan { rounds: 7, facts: 12, generated: 48, cancels: 20 }
    };
    let mut files = setting.models.clone();
    if files.is_empty() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let names = ["qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "SmolLM2-135M-Instruct.Q4_1.gguf"];
        files = names.iter().map(|name| models.join(name)).filter(|path| path.exists()).collect();
    }
    anyhow::ensure!(!files.is_empty(), "no weights are here: run `sh setup`");
    files.iter().try_for_each(|file| measure(file, &plan))
}

fn measure(file: &Path, plan: &Plan) -> anyhow::Result<()> {
    let threads = emptor::model::physical_cores();
    println!("{} with {threads} threads:", file.file_name().unwrap_or_default().to_string_lossy());
    let (engine, loading) = time(|| open(file, threads, None));
    let engine = engine?;
    line("  load", &mut [loading], "");
    against_plain_loop(file, &engine, threads, plan)?;
    first_words(file, &engine, threads)?;
    cancellations(&engine, plan)?;
    beside_others(file, &engine, threads)?;
    if threads > 1 {
        let engine = open(file, threads - 1, None)?;
        let said = ask(&engine, &request(0, plan.facts, plan.generated))?;
        let rates = format!("{:.1}, {:.1}", read_rate(&said), write_rate(&said));
        value("  with one thread less: reading, writing", &rates, "tokens/s");
    }
    Ok(())
}

fn open(file: &Path, threads: usize, cache: Option<PathBuf>) -> anyhow::Result<Engine> {
    let options = EngineOptions {
        path: file.to_path_buf(),
        name: "bench".to_owned(),
        identity: "bench".to_owned(),
        level: 1,
        context_tokens: CONTEXT,
        threads: Some(threads),
        gpu_layers: 0,
        batch: None,
        flash_attention: None,
        kv_type: KvType::F16,
        chat_template: None,
        reply_prefix: String::new(),
        unload_after: None,
        cache,
        draft_tokens: 0,
        jump: false,
    };
    let engine = Engine::open(options)?;
    engine.wait_ready(Duration::from_secs(600))?;
    Ok(engine)
}

/// A prompt whose system part differs from round to round, so that nothing of it is cached.
fn request(round: usize, facts: usize, generated: usize) -> ChatRequest {
    let fact = |n: usize| format!("[{n}] Dishwasher {n} is {} dB loud and costs {} euros.", 38 + n % 9, 400 + 7 * n);
    let facts: Vec<String> = (1..=facts).map(fact).collect();
    let message = |role, text: String| Message { role, text, droppable: false };
    ChatRequest {
        messages: vec![
            message(Role::System, format!("{round}. {SYSTEM}")),
            message(Role::User, format!("{}\nI need a quiet one for a small kitchen.", facts.join(" "))),
        ],
        grammar: None,
        max_tokens: generated,
        temperature: 0.0,
        seed: 1,
        stop: vec![],
    }
}

fn ask(engine: &Engine, request: &ChatRequest) -> anyhow::Result<Generation> {
    Ok(engine.generate(request, &CancellationToken::new(), &mut |_| ControlFlow::Continue(()))?)
}

fn read_rate(said: &Generation) -> f64 {
    (said.prompt_tokens - said.cached_tokens) as f64 / said.prompt_seconds
}

fn write_rate(said: &Generation) -> f64 {
    said.generated_tokens as f64 / said.generate_seconds
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// llama.cpp as its own examples use it: one batch for the prompt, then sample and decode.
pub struct Plain<'model> {
    pub model: &'model LlamaModel,
    pub context: LlamaContext<'model>,
}

impl<'model> Plain<'model> {
    pub fn new(backend: &LlamaBackend, model: &'model LlamaModel, threads: usize) -> anyhow::Result<Self> {
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(CONTEXT as u32))
            .with_n_batch(CONTEXT as u32)
            .with_n_ubatch(512)
            .with_n_threads(threads as i32)
            .with_n_threads_batch(threads as i32);
        Ok(Self { model, context: model.new_context(backend, params)? })
    }

    pub fn tokens(&self, request: &ChatRequest) -> Vec<LlamaToken> {
        let role = |role| match role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        // Both models speak ChatML.
        let turn = |m: &Message| format!("<|im_start|>{}\n{}<|im_end|>\n", role(m.role), m.text);
        let turns: String = request.messages.iter().map(turn).collect();
        self.model.vocab().tokenize(format!("{turns}<|im_start|>assistant\n").as_bytes(), true, true)
    }

    /// Text, tokens read per second, tokens written per second. `chunk`: prompt tokens per call.
    fn run(&mut self, tokens: &[LlamaToken], generated: usize, chunk: usize) -> anyhow::Result<(String, f64, f64)> {
        self.context.clear_kv_cache();
        let mut batch = LlamaBatch::new(tokens.len().max(1), 1);
        let started = Instant::now();
        for (at, piece) in tokens.chunks(chunk).enumerate() {
            batch.clear();
            for (offset, token) in piece.iter().enumerate() {
                let position = at * chunk + offset;
                batch.add(*token, position as i32, &[0], position + 1 == tokens.len())?;
            }
            self.context.decode(&mut batch)?;
        }
        let mut sampler = LlamaSampler::greedy();
        let mut bytes = Vec::new();
        let mut token = sampler.sample(&self.context, -1);
        let read = tokens.len() as f64 / started.elapsed().as_secs_f64();
        let started = Instant::now();
        let mut count = 0;
        while !self.model.vocab().is_eog(token) {
            bytes.extend(self.model.vocab().token_to_piece(token, false, None));
            count += 1;
            if count == generated {
                break;
            }
            batch.clear();
            batch.add(token, (tokens.len() + count - 1) as i32, &[0], true)?;
            self.context.decode(&mut batch)?;
            token = sampler.sample(&self.context, -1);
        }
        Ok((String::from_utf8_lossy(&bytes).into_owned(), read, count as f64 / started.elapsed().as_secs_f64()))
    }
}

fn against_plain_loop(file: &Path, engine: &Engine, threads: usize, plan: &Plan) -> anyhow::Result<()> {
    let backend = emptor::model::backend()?;
    let model = LlamaModel::load_from_file(backend, file, &LlamaModelParams::default())?;
    let mut plain = Plain::new(backend, &model, threads)?;
    let (mut ours, mut theirs) = (Rates::default(), Rates::default());
    let mut same = 0;
    for round in 0..plan.rounds {
        let request = request(round, plan.facts, plan.generated);
        let tokens = plain.tokens(&request);
        // By turns, the first one changing, so that a busy moment of the machine hits both.
        let first = (round % 2 == 0).then(|| plain.run(&tokens, plan.generated, CONTEXT)).transpose()?;
        let said = ask(engine, &request)?;
        let (text, read, write) = match first {
            Some(run) => run,
            None => plain.run(&tokens, plan.generated, CONTEXT)?,
        };
        let prompt = (said.prompt_tokens, said.cached_tokens);
        anyhow::ensure!(prompt == (tokens.len(), 0), "the prompts are not the same");
        ours.push(read_rate(&said), write_rate(&said));
        theirs.push(read, write);
        same += usize::from(text == said.text);
    }
    for (what, ours, theirs) in
        [("  writing", &mut ours.write, &mut theirs.write), ("  reading", &mut ours.read, &mut theirs.read)]
    {
        let (ours, theirs) = (median(ours), median(theirs));
        let beside = format!("llama.cpp's loop {theirs:.1}: ratio {:.3}", ours / theirs);
        value(what, &format!("{ours:.1} tok/s"), &beside);
    }
    value("  same text as llama.cpp's loop", &format!("{same}/{}", plan.rounds), "rounds");
    let tokens = plain.tokens(&request(0, plan.facts, 1));
    let whole = plain.run(&tokens, 1, CONTEXT)?.1;
    for chunk in [4, 16, 64, 128] {
        let rate = plain.run(&tokens, 1, chunk)?.1;
        let beside = format!("of reading at once: {:.2} (what cancelling by chunks would cost)", rate / whole);
        value(&format!("  llama.cpp reading {chunk} tokens at a time"), &format!("{rate:.1} tok/s"), &beside);
    }
    Ok(())
}

/// Programs that each hold a core until dropped.
struct Others(Vec<std::process::Child>);

impl Others {
    fn new(count: usize) -> anyhow::Result<Self> {
        let start = |_| std::process::Command::new("sh").args(["-c", "while :; do :; done"]).spawn();
        Ok(Self((0..count).map(start).collect::<Result<_, _>>()?))
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        for child in &mut self.0 {
            if let Err(error) = child.kill().and_then(|()| child.wait()) {
                eprintln!("a busy loop could not be ended: {error}");
            }
        }
    }
}

/// What is left of the speed while other programs hold cores: ours against llama.cpp's loop with its threads fixed.
fn beside_others(file: &Path, engine: &Engine, threads: usize) -> anyhow::Result<()> {
    let backend = emptor::model::backend()?;
    let model = LlamaModel::load_from_file(backend, file, &LlamaModelParams::default())?;
    let mut plain = Plain::new(backend, &model, threads)?;
    for count in [1, threads] {
        let others = Others::new(count)?;
        let request = request(4000 + count, 2, 12);
        let tokens = plain.tokens(&request);
        let said = ask(engine, &request)?;
        let (_, read, write) = plain.run(&tokens, 12, CONTEXT)?;
        drop(others);
        let (reading, writing) = (read_rate(&said), write_rate(&said));
        let beside =
            format!("llama.cpp's loop {write:.1}: ratio {:.1}; reading {:.1}", writing / write, reading / read);
        value(&format!("  writing beside {count} busy programs"), &format!("{writing:.1} tok/s"), &beside);
    }
    Ok(())
}

#[derive(Default)]
struct Rates {
    read: Vec<f64>,
    write: Vec<f64>,
}

impl Rates {
    fn push(&mut self, read: f64, write: f64) {
        self.read.push(read);
        self.write.push(write);
    }
}

fn first_words(file: &Path, engine: &Engine, threads: usize) -> anyhow::Result<()> {
    let with = |before: &str, after: &str| {
        let mut request = request(1000, 5, 1);
        if let Some(question) = request.messages.last_mut() {
            question.text = format!("{before}{}{after}", question.text);
        }
        request
    };
    let show = |what: &str, said: &Generation| {
        let beside = format!("{} of {} tokens cached", said.cached_tokens, said.prompt_tokens);
        line(what, &mut [Duration::from_secs_f64(said.prompt_seconds)], &beside);
    };
    show("  first word, cold", &ask(engine, &with("", ""))?);
    show("  first word, system prompt kept", &ask(engine, &with("Other facts. ", ""))?);
    show("  first word, facts kept too", &ask(engine, &with("Other facts. ", " And a cheap one."))?);
    let folder = tempfile::tempdir()?;
    let cache = || Some(folder.path().to_path_buf());
    ask(&open(file, threads, cache())?, &with("", ""))?;
    show("  first word, system prompt from disk", &ask(&open(file, threads, cache())?, &with("", ""))?);
    Ok(())
}

/// Cancels after a while and tells how long the caller then waits.
fn cancel_after(engine: &Engine, request: &ChatRequest, wait: Duration) -> anyhow::Result<(Generation, Duration)> {
    let cancel = CancellationToken::new();
    std::thread::scope(|scope| {
        let canceller = scope.spawn(|| {
            std::thread::sleep(wait);
            let at = Instant::now();
            cancel.cancel();
            at
        });
        let said = engine.generate(request, &cancel, &mut |_| ControlFlow::Continue(()));
        let returned = Instant::now();
        let at = canceller.join().map_err(|_| anyhow::anyhow!("the cancelling thread panicked"))?;
        Ok((said?, returned.saturating_duration_since(at)))
    })
}

fn cancellations(engine: &Engine, plan: &Plan) -> anyhow::Result<()> {
    let writing = request(3000, 2, 400);
    ask(engine, &ChatRequest { max_tokens: 1, ..writing.clone() })?;
    for reading in [true, false] {
        let mut waited = Vec::new();
        let mut heard = 0;
        for round in 0..plan.cancels {
            let request = if reading { request(2000 + round, 40, 8) } else { writing.clone() };
            let wait = Duration::from_millis(if reading { 40 } else { 300 } + 37 * round as u64 % 700);
            let (said, time) = cancel_after(engine, &request, wait)?;
            if said.finish == Finish::Cancelled {
                waited.push(time);
                // Only the engine's thread counts tokens: then it has stopped too, and is free.
                heard += usize::from(said.prompt_tokens > 0);
            }
        }
        let what = if reading { "  cancelling while reading" } else { "  cancelling while writing" };
        let beside = format!("engine idle by then: {heard}; to be below 150 ms");
        line(what, &mut waited, &beside);
    }
    Ok(())
}
