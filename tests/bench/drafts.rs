//! Writing several tokens at once against one after the other: the same engine, the same requests, by turns in one run.
//! The requests are those that real questions over the demo catalogue make: answers to word and plans to draw up.

use crate::Setting;
use crate::measure::value;
use crate::search::demo;
use emptor::answer::{AskOptions, Session};
use emptor::model::engine::{Engine, EngineOptions};
use emptor::model::{ChatModel, ChatRequest, Finish, Generation, ModelError, ModelInfo};
use emptor::store::Store;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const QUESTIONS: [&str; 12] = [
    "quiet dishwasher for a small kitchen, at most 600 euros, 4 stars or better",
    "wireless headphones with long battery life under 200",
    "a light tent for two people",
    "good coffee grinder, not too expensive",
    "quiet cordless drill for home use",
    "is now a good time to buy the Norrvik Plates 45 slim dishwasher?",
    "a quiet week by the sea in the north in summer",
    "something to keep my soup hot at work",
    "we are painting the living room on Sunday",
    "my nephew starts school in autumn",
    "I cannot sleep because of the street",
    "our guests stay for three days and love to hike",
];

/// Keeps what it is asked and says nothing.
#[derive(Default)]
struct Recorder(Mutex<Vec<ChatRequest>>);

impl ChatModel for Recorder {
    fn info(&self) -> ModelInfo {
        ModelInfo { name: "none".to_owned(), identity: "none".to_owned(), context_tokens: 4096, level: 1 }
    }

    fn generate(
        &self,
        request: &ChatRequest,
        _: &CancellationToken,
        _: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        Err(ModelError::Gone)
    }
}

/// The requests that the questions make: those for wording, those for plans.
fn requests(setting: &Setting) -> anyhow::Result<[Vec<ChatRequest>; 2]> {
    let recorder = Arc::new(Recorder::default());
    let mut session = Session::new(Store::open(&demo(setting)?)?, Some(recorder.clone() as Arc<dyn ChatModel>), None);
    for question in QUESTIONS {
        session.ask(question, &AskOptions::default(), &CancellationToken::new(), &mut |_| ())?;
    }
    let all = std::mem::take(&mut *recorder.0.lock().unwrap_or_else(PoisonError::into_inner));
    let plans = |request: &ChatRequest| request.grammar.as_ref().is_some_and(|grammar| grammar.contains("kind"));
    let (plans, answers): (Vec<_>, Vec<_>) = all.into_iter().partition(plans);
    Ok([answers, plans])
}

fn open(file: &Path, draft_tokens: usize, jump: bool) -> anyhow::Result<Engine> {
    let engine = Engine::open(EngineOptions {
        path: file.to_path_buf(),
        name: "bench".to_owned(),
        identity: "bench".to_owned(),
        level: 1,
        context_tokens: 4096,
        threads: None,
        gpu_layers: 0,
        draft_tokens,
        jump,
        chat_template: None,
        reply_prefix: String::new(),
        cache: None,
    })?;
    engine.wait_ready(Duration::from_secs(600))?;
    Ok(engine)
}

#[derive(Default)]
struct Sum {
    seconds: f64,
    written: usize,
    drafted: usize,
    accepted: usize,
    forced: usize,
    same: usize,
}

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let names = ["qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "SmolLM2-135M-Instruct.Q4_1.gguf"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let mut files: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).filter(|file| file.exists()).collect();
    if !setting.models.is_empty() {
        files.clone_from(&setting.models);
    }
    anyhow::ensure!(!files.is_empty(), "no weights are here: run `sh setup`");
    let requests = requests(setting)?;
    for file in &files {
        println!("{}:", file.file_name().unwrap_or_default().to_string_lossy());
        let ways =
            [("one after the other", 0, false), ("drafts of up to 8", 8, false), ("drafts and forced text", 8, true)];
        let engines = ways.iter().map(|(_, drafts, jump)| open(file, *drafts, *jump)).collect::<Result<Vec<_>, _>>()?;
        for (what, requests) in ["answers", "plans"].into_iter().zip(&requests) {
            let requests = requests.get(..if setting.quick { 3.min(requests.len()) } else { requests.len() });
            compare(what, requests.unwrap_or_default(), &ways, &engines)?;
        }
    }
    Ok(())
}

fn compare(
    what: &str,
    requests: &[ChatRequest],
    ways: &[(&str, usize, bool)],
    engines: &[Engine],
) -> anyhow::Result<()> {
    let mut sums: Vec<Sum> = ways.iter().map(|_| Sum::default()).collect();
    for request in requests {
        let mut first: Option<String> = None;
        for (engine, sum) in engines.iter().zip(&mut sums) {
            let said = engine.generate(request, &CancellationToken::new(), &mut |_| ControlFlow::Continue(()))?;
            anyhow::ensure!(said.finish != Finish::Cancelled, "an answer was cut off");
            sum.seconds += said.generate_seconds;
            sum.written += said.text.len();
            sum.drafted += said.drafted_tokens;
            sum.accepted += said.accepted_tokens;
            sum.forced += said.forced_tokens;
            sum.same += usize::from(*first.get_or_insert_with(|| said.text.clone()) == said.text);
        }
    }
    let rate = |sum: &Sum| sum.written as f64 / sum.seconds.max(f64::MIN_POSITIVE);
    for ((way, ..), sum) in ways.iter().zip(&sums) {
        let beside = format!(
            "{:.2} times; {}/{} the same text; drafted {}, right {}, forced {}",
            rate(sum) / rate(&sums[0]),
            sum.same,
            requests.len(),
            sum.drafted,
            sum.accepted,
            sum.forced
        );
        value(&format!("  {what}, {way}"), &format!("{:.0} bytes/s", rate(sum)), &beside);
    }
    Ok(())
}
