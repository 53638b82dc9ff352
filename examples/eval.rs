//! The evaluation with a model: `cargo run --example eval -- --model smollm2-135m [--level N] [--only ID] [--first N] [--verbose]`; without `--model`, level 0.
//!
//! An example and not a bench target, so that it shares the one profile and llama.cpp is not built again.

#[path = "../tests/eval/run.rs"]
mod run;

use emptor::answer::Session;
use emptor::config::Config;
use emptor::model::{self, ChatModel, ChatRequest, Generation, Message, ModelError, ModelInfo, State};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// A model that is asked to word at another level than it has earned: this is how it earns one.
struct AtLevel(Arc<dyn ChatModel>, u8);

impl ChatModel for AtLevel {
    fn info(&self) -> ModelInfo {
        ModelInfo { level: self.1, ..self.0.info() }
    }

    fn state(&self) -> State {
        self.0.state()
    }

    fn generate(
        &self,
        request: &ChatRequest,
        cancel: &CancellationToken,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        self.0.generate(request, cancel, on_text)
    }

    fn warm(&self, messages: &[Message]) {
        self.0.warm(messages);
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1)).cloned();
    let folder = tempfile::tempdir().expect("a folder for the database");
    let store = run::store(folder.path());
    let name = value("--model");
    let model = name.as_ref().map(|chat| {
        let mut config = Config::under(folder.path());
        config.model.chat = Some(chat.clone());
        config.model.directory = PathBuf::from(value("--models").unwrap_or_else(|| "models".to_owned()));
        let model = model::open(&config).expect("the model opens").expect("the model is here");
        match value("--level").and_then(|level| level.parse().ok()) {
            Some(level) => Arc::new(AtLevel(model, level)) as Arc<dyn ChatModel>,
            None => model,
        }
    });
    let only = value("--only");
    let verbose = arguments.iter().any(|a| a == "--verbose");
    let mut verdicts = Vec::new();
    let first = value("--first").and_then(|n| n.parse().ok()).unwrap_or(usize::MAX);
    for question in run::questions().into_iter().take(first) {
        if only.as_ref().is_some_and(|id| *id != question.id) {
            continue;
        }
        let mut session = Session::new(store.clone(), model.clone(), None);
        verdicts.push(run::ask(&mut session, &store, &question, model.is_none(), verbose));
    }
    run::report(name.as_deref().unwrap_or("no model"), &verdicts);
}
