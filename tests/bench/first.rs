//! Time to the first token of answers to real questions over the demo catalogue, same model and threads in one run:
//! llama.cpp keeping the prefix that a prompt shares with the one before (what its server does), the engine asked at
//! once with the same prompt, the engine asked at once as `--ask` asks, for a first sentence on the first claim, and the
//! engine that could read ahead what was typed.

use crate::Setting;
use crate::engine::Plain;
use crate::measure::{line, quantile, time};
use crate::recorded::{open, requests, weights};
use emptor::model::engine::Engine;
use emptor::model::{ChatModel, ChatRequest};
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    for file in &weights(setting)? {
        println!("{}:", file.file_name().unwrap_or_default().to_string_lossy());
        for (level, what) in [(1, "claims to word"), (2, "cards and claims")] {
            let [whole, _] = requests(setting, level, false)?;
            let [first, _] = requests(setting, level, true)?;
            anyhow::ensure!(whole.len() == first.len(), "each answer begins with a request of its own");
            let answers: Vec<_> = whole.into_iter().zip(first).collect();
            measure(file, what, answers.get(..3).filter(|_| setting.quick).unwrap_or(&answers))?;
        }
    }
    Ok(())
}

/// One request after another, whole and in its first step, each to all by turns.
fn measure(file: &Path, what: &str, requests: &[(ChatRequest, ChatRequest)]) -> anyhow::Result<()> {
    let model = LlamaModel::load_from_file(emptor::model::backend()?, file, &LlamaModelParams::default())?;
    let mut plain = Server {
        plain: Plain::new(emptor::model::backend()?, &model, emptor::model::physical_cores())?,
        held: Vec::new(),
    };
    let (at_once, stepwise, ahead) = (open(file, 8, true)?, open(file, 8, true)?, open(file, 8, true)?);
    let mut times: [Vec<Duration>; 4] = Default::default();
    let mut tokens: [Vec<usize>; 2] = Default::default();
    for (round, (request, first)) in requests.iter().enumerate() {
        let prompt = plain.plain.tokens(request);
        tokens[0].push(prompt.len());
        tokens[1].push(plain.plain.tokens(first).len());
        ahead.read_ahead(std::slice::from_ref(request));
        while !ahead.has_read_ahead() {
            std::thread::sleep(Duration::from_millis(5));
        }
        // The order turns, so that a busy moment of the machine hits each of them.
        for turn in 0..times.len() {
            let way = (round + turn) % times.len();
            let took = match way {
                0 => plain.first_token(&prompt)?,
                1 => first_token(&at_once, request)?,
                2 => first_token(&stepwise, first)?,
                _ => first_token(&ahead, request)?,
            };
            times[way].push(took);
        }
    }
    let [whole, step] = tokens.map(|mut lengths| {
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied().unwrap_or_default()
    });
    let base = quantile(&mut times[0], 0.5).as_secs_f64();
    let ways = [
        ("llama.cpp, shared prefix kept", whole),
        ("asked at once, one request", whole),
        ("asked at once, the first of two requests", step),
        ("read ahead while typed", whole),
    ];
    for ((way, length), times) in ways.into_iter().zip(&mut times) {
        let ratio = quantile(times, 0.5).as_secs_f64() / base;
        line(&format!("  {what}: {way}"), times, &format!("ratio {ratio:.3}; prompts of {length} tokens (median)"));
    }
    Ok(())
}

fn first_token(engine: &Engine, request: &ChatRequest) -> anyhow::Result<Duration> {
    let asked = Instant::now();
    let mut first = None;
    engine.generate(request, &CancellationToken::new(), &mut |_| {
        first.get_or_insert_with(|| asked.elapsed());
        ControlFlow::Break(())
    })?;
    Ok(first.unwrap_or_else(|| asked.elapsed()))
}

/// llama.cpp with one slot whose beginning is used again as far as the next prompt shares it.
struct Server<'model> {
    plain: Plain<'model>,
    held: Vec<LlamaToken>,
}

impl Server<'_> {
    fn first_token(&mut self, prompt: &[LlamaToken]) -> anyhow::Result<Duration> {
        let (done, took) = time(|| self.read(prompt));
        done.map(|()| took)
    }

    fn read(&mut self, prompt: &[LlamaToken]) -> anyhow::Result<()> {
        let shared = self.held.iter().zip(prompt).take_while(|(a, b)| a == b).count().min(prompt.len() - 1);
        self.plain.context.clear_kv_cache_seq(Some(0), Some(shared as u32), None)?;
        let mut batch = LlamaBatch::new(prompt.len(), 1);
        for (at, token) in prompt.iter().enumerate().skip(shared) {
            batch.add(*token, at as i32, &[0], at + 1 == prompt.len())?;
        }
        self.plain.context.decode(&mut batch)?;
        let token = LlamaSampler::greedy().sample(&self.plain.context, -1);
        std::hint::black_box(self.plain.model.vocab().token_to_piece(token, false, None));
        self.held = prompt.to_vec();
        Ok(())
    }
}
