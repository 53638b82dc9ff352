//! The engine against llama.cpp's own loop, same model, threads and prompt, by turns in one run; then what a shopper
//! feels: time to the first word with and without kept prompts, and how soon a cancellation is heard.
//!
//! `cargo bench --profile dev --bench engine -- [--quick] [FILE.gguf ...]`; without files the default and the small model.

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
    generated: usize,
    cancels: usize,
}

fn main() {
    // `cargo bench` adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let plan = if quick {
        Plan { rounds: 3, generated: 24, cancels: 6 }
    } else {
        Plan { rounds: 7, generated: 48, cancels: 20 }
    };
    let mut files: Vec<PathBuf> = arguments.iter().filter(|a| !a.starts_with("--")).map(PathBuf::from).collect();
    if files.is_empty() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let names = ["qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "SmolLM2-135M-Instruct.Q4_1.gguf"];
        files = names.iter().map(|name| models.join(name)).filter(|path| path.exists()).collect();
        assert!(!files.is_empty(), "no weights are here: run `sh setup`");
    }
    for file in files {
        measure(&file, &plan);
    }
}

fn measure(file: &Path, plan: &Plan) {
    let threads = emptor::model::physical_cores();
    println!("\n{} with {threads} threads", file.file_name().unwrap_or_default().to_string_lossy());
    let opened = Instant::now();
    let engine = open(file, threads, None);
    println!("  load                                 {:>8.2} s", opened.elapsed().as_secs_f64());
    against_plain_loop(file, &engine, threads, plan);
    first_words(file, &engine, threads);
    cancellations(&engine, plan);
    for fewer in (1..threads).rev().take(1) {
        let engine = open(file, fewer, None);
        let said = ask(&engine, &request(0, 60, plan.generated));
        println!("  with {fewer} threads: reading {:.1} tokens/s, writing {:.1}", read_rate(&said), write_rate(&said));
    }
}

fn open(file: &Path, threads: usize, cache: Option<PathBuf>) -> Engine {
    let options = EngineOptions {
        path: file.to_path_buf(),
        name: "bench".to_owned(),
        identity: "bench".to_owned(),
        level: 1,
        context_tokens: CONTEXT,
        threads: Some(threads),
        gpu_layers: 0,
        chat_template: None,
        reply_prefix: String::new(),
        cache,
    };
    let engine = Engine::open(options).unwrap();
    engine.wait_ready(Duration::from_secs(600)).unwrap();
    engine
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

fn ask(engine: &Engine, request: &ChatRequest) -> Generation {
    engine.generate(request, &CancellationToken::new(), &mut |_| ControlFlow::Continue(())).unwrap()
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
struct Plain<'model> {
    model: &'model LlamaModel,
    context: LlamaContext<'model>,
}

impl<'model> Plain<'model> {
    fn new(backend: &LlamaBackend, model: &'model LlamaModel, threads: usize) -> Self {
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(CONTEXT as u32))
            .with_n_batch(CONTEXT as u32)
            .with_n_ubatch(512)
            .with_n_threads(threads as i32)
            .with_n_threads_batch(threads as i32);
        Self { model, context: model.new_context(backend, params).unwrap() }
    }

    fn tokens(&self, request: &ChatRequest) -> Vec<LlamaToken> {
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
    fn run(&mut self, tokens: &[LlamaToken], generated: usize, chunk: usize) -> (String, f64, f64) {
        self.context.clear_kv_cache();
        let mut batch = LlamaBatch::new(tokens.len().max(1), 1);
        let started = Instant::now();
        for (at, piece) in tokens.chunks(chunk).enumerate() {
            batch.clear();
            for (offset, token) in piece.iter().enumerate() {
                let position = at * chunk + offset;
                batch.add(*token, position as i32, &[0], position + 1 == tokens.len()).unwrap();
            }
            self.context.decode(&mut batch).unwrap();
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
            batch.add(token, (tokens.len() + count - 1) as i32, &[0], true).unwrap();
            self.context.decode(&mut batch).unwrap();
            token = sampler.sample(&self.context, -1);
        }
        (String::from_utf8_lossy(&bytes).into_owned(), read, count as f64 / started.elapsed().as_secs_f64())
    }
}

fn against_plain_loop(file: &Path, engine: &Engine, threads: usize, plan: &Plan) {
    let backend = emptor::model::backend().unwrap();
    let model = LlamaModel::load_from_file(backend, file, &LlamaModelParams::default()).unwrap();
    let mut plain = Plain::new(backend, &model, threads);
    let (mut ours, mut theirs) = (Rates::default(), Rates::default());
    let mut same = 0;
    for round in 0..plan.rounds {
        let request = request(round, 12, plan.generated);
        let tokens = plain.tokens(&request);
        // By turns, the first one changing, so that a busy moment of the machine hits both.
        let mut run_plain = |theirs: &mut Rates| {
            let (text, read, write) = plain.run(&tokens, plan.generated, CONTEXT);
            theirs.push(read, write);
            text
        };
        let text = if round % 2 == 0 { Some(run_plain(&mut theirs)) } else { None };
        let said = ask(engine, &request);
        assert_eq!((said.prompt_tokens, said.cached_tokens), (tokens.len(), 0), "the prompts are not the same");
        ours.push(read_rate(&said), write_rate(&said));
        let text = text.unwrap_or_else(|| run_plain(&mut theirs));
        same += usize::from(text == said.text);
    }
    let line = |what: &str, ours: f64, theirs: f64| {
        println!("  {what:<36} {ours:>8.1} tokens/s, llama.cpp's loop {theirs:.1}, ratio {:.3}", ours / theirs);
    };
    line("writing, median", median(&mut ours.write), median(&mut theirs.write));
    line("reading, median", median(&mut ours.read), median(&mut theirs.read));
    println!("  same text as llama.cpp's loop        {same:>8} of {} rounds", plan.rounds);
    let tokens = plain.tokens(&request(0, 12, 1));
    let whole = plain.run(&tokens, 1, CONTEXT).1;
    for chunk in [4, 16, 64, 128] {
        let rate = plain.run(&tokens, 1, chunk).1;
        println!("  llama.cpp reading in chunks of {chunk:<5} {rate:>8.1} tokens/s, {:.2} of whole", rate / whole);
    }
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

fn first_words(file: &Path, engine: &Engine, threads: usize) {
    let question = |text: &str| {
        let mut request = request(1000, 5, 1);
        request.messages[1].text.push_str(text);
        request
    };
    let line = |what: &str, said: &Generation| {
        let (seconds, cached) = (said.prompt_seconds, said.cached_tokens);
        println!("  {what:<36} {seconds:>8.2} s, {cached} of {} tokens cached", said.prompt_tokens);
    };
    line("first word, cold", &ask(engine, &question("")));
    let other_facts = ChatRequest { messages: question("").messages, ..request(1000, 4, 1) };
    let mut changed = other_facts.clone();
    changed.messages[1].text = format!("Other facts. {}", changed.messages[1].text);
    line("first word, system prompt kept", &ask(engine, &changed));
    line("first word, same facts, new question", &ask(engine, &question(" And a cheap one.")));
    let folder = tempfile::tempdir().unwrap();
    let cache = || Some(folder.path().to_path_buf());
    ask(&open(file, threads, cache()), &question(""));
    line("first word, system prompt from disk", &ask(&open(file, threads, cache()), &question("")));
}

/// Cancels after a while and tells how long the caller then waits.
fn cancel_after(engine: &Engine, request: &ChatRequest, wait: Duration) -> (Generation, f64) {
    let cancel = CancellationToken::new();
    std::thread::scope(|scope| {
        let canceller = scope.spawn(|| {
            std::thread::sleep(wait);
            let at = Instant::now();
            cancel.cancel();
            at
        });
        let said = engine.generate(request, &cancel, &mut |_| ControlFlow::Continue(())).unwrap();
        let returned = Instant::now();
        (said, (returned - canceller.join().unwrap()).as_secs_f64() * 1000.0)
    })
}

fn cancellations(engine: &Engine, plan: &Plan) {
    let show = |what: &str, request: &dyn Fn(usize) -> ChatRequest, waits: &dyn Fn(usize) -> u64| {
        let mut waited = Vec::new();
        let mut heard = 0;
        for round in 0..plan.cancels {
            let (said, milliseconds) = cancel_after(engine, &request(round), Duration::from_millis(waits(round)));
            if said.finish == Finish::Cancelled {
                waited.push(milliseconds);
                // Only the engine's thread counts tokens: it has heard, stopped and answered.
                heard += usize::from(said.prompt_tokens > 0);
            }
        }
        if waited.is_empty() {
            println!("  cancelling {what}: every answer was done before");
            return;
        }
        let middle = median(&mut waited);
        let (count, most) = (waited.len(), waited.last().copied().unwrap_or_default());
        println!(
            "  cancelling {what:<25} {middle:>8.1} ms median, {most:.1} ms at most, {count} times, engine idle in {heard}"
        );
    };
    show("while reading", &|round| request(2000 + round, 40, 8), &|round| 40 + 37 * round as u64 % 700);
    let writing = request(3000, 2, 400);
    ask(engine, &ChatRequest { max_tokens: 1, ..writing.clone() });
    show("while writing", &|_| writing.clone(), &|round| 300 + 41 * round as u64 % 500);
}
