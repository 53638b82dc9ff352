//! What a model is really asked: the requests that questions over the demo catalogue make, and the engine to ask.

use crate::Setting;
use crate::search::demo;
use emptor::answer::{AskOptions, Session};
use emptor::config::KvType;
use emptor::model::engine::{Engine, EngineOptions};
use emptor::model::{ChatModel, ChatRequest, Generation, ModelError, ModelInfo};
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
struct Recorder {
    level: u8,
    slow: bool,
    asked: Mutex<Vec<ChatRequest>>,
}

impl ChatModel for Recorder {
    fn info(&self) -> ModelInfo {
        ModelInfo { name: "none".to_owned(), identity: "none".to_owned(), context_tokens: 4096, level: self.level }
    }

    fn reads_slowly(&self) -> bool {
        self.slow
    }

    fn generate(
        &self,
        request: &ChatRequest,
        _: &CancellationToken,
        _: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        Err(ModelError::Gone)
    }
}

/// The requests that the questions make of a model of this level: those for wording, those for plans. `slow`: only the
/// first of the two that words are asked for in.
pub fn requests(setting: &Setting, level: u8, slow: bool) -> anyhow::Result<[Vec<ChatRequest>; 2]> {
    let recorder = Arc::new(Recorder { level, slow, asked: Mutex::default() });
    let mut session = Session::new(Store::open(&demo(setting)?)?, Some(recorder.clone() as Arc<dyn ChatModel>), None);
    for question in QUESTIONS {
        session.ask(question, &AskOptions::default(), &CancellationToken::new(), &mut |_| ())?;
    }
    let all = std::mem::take(&mut *recorder.asked.lock().unwrap_or_else(PoisonError::into_inner));
    let plans = |request: &ChatRequest| request.grammar.as_ref().is_some_and(|grammar| grammar.contains("kind"));
    let (plans, answers): (Vec<_>, Vec<_>) = all.into_iter().partition(plans);
    Ok([answers, plans])
}

/// The weights to measure: those asked for, else those of the project that are here.
pub fn weights(setting: &Setting) -> anyhow::Result<Vec<PathBuf>> {
    let names = ["qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "SmolLM2-135M-Instruct.Q4_1.gguf"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let mut files: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).filter(|file| file.exists()).collect();
    if !setting.models.is_empty() {
        files.clone_from(&setting.models);
    }
    anyhow::ensure!(!files.is_empty(), "no weights are here: run `sh setup`");
    Ok(files)
}

/// An engine on all cores that is ready.
pub fn open(file: &Path, draft_tokens: usize, jump: bool) -> anyhow::Result<Engine> {
    let engine = Engine::open(EngineOptions {
        path: file.to_path_buf(),
        name: "bench".to_owned(),
        identity: "bench".to_owned(),
        level: 1,
        context_tokens: 4096,
        threads: None,
        gpu_layers: 0,
        batch: None,
        flash_attention: None,
        kv_type: KvType::F16,
        draft_tokens,
        jump,
        chat_template: None,
        reply_prefix: String::new(),
        unload_after: None,
        cache: None,
    })?;
    engine.wait_ready(Duration::from_secs(600))?;
    Ok(engine)
}
