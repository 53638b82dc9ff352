//! The evaluation with a model: `cargo run --example eval -- --model smollm2-135m [--level N] [--only ID] [--first N] [--every N] [--kept] [--verbose] [--ask QUESTION]`; without `--model`, level 0.
//!
//! An example and not a bench target, so that it shares the one profile and llama.cpp is not built again.

#[allow(dead_code)]
#[path = "../tests/eval/run.rs"]
mod run;

use emptor::answer::Session;
use emptor::config::Config;
use emptor::model::{self, ChatModel, ChatRequest, Generation, ModelError, ModelInfo, State};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// A model whose tokens are counted, and that may be asked to word at another level than it has earned: this is how
/// it earns one.
struct Counted {
    model: Arc<dyn ChatModel>,
    level: Option<u8>,
    /// Tokens read and written since they were last taken.
    tokens: Mutex<(usize, usize)>,
}

impl ChatModel for Counted {
    fn info(&self) -> ModelInfo {
        let info = self.model.info();
        ModelInfo { level: self.level.unwrap_or(info.level), ..info }
    }

    fn state(&self) -> State {
        self.model.state()
    }

    fn reads_slowly(&self) -> bool {
        self.model.reads_slowly()
    }

    fn generate(
        &self,
        request: &ChatRequest,
        cancel: &CancellationToken,
        on_text: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        let made = self.model.generate(request, cancel, on_text)?;
        let mut tokens = self.tokens.lock().expect("nobody panics while counting");
        tokens.0 += made.prompt_tokens - made.cached_tokens.min(made.prompt_tokens);
        tokens.1 += made.generated_tokens;
        Ok(made)
    }

    fn read_ahead(&self, requests: &[ChatRequest]) {
        self.model.read_ahead(requests);
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
        let level = value("--level").and_then(|level| level.parse().ok());
        Arc::new(Counted { model, level, tokens: Mutex::default() })
    });
    let only = value("--only");
    let verbose = arguments.iter().any(|a| a == "--verbose");
    let mut verdicts = Vec::new();
    if let Some(asked) = value("--ask") {
        // Any question over the evaluation's catalogue on its day.
        let question = run::Question::asked(&asked);
        run::ask(&mut Session::new(store.clone(), None, None), &store, &question, true, true);
        return;
    }
    let number = |name: &str| value(name).and_then(|n| n.parse().ok());
    let (first, every) = (number("--first").unwrap_or(usize::MAX), number("--every").unwrap_or(1).max(1));
    let questions = if arguments.iter().any(|a| a == "--kept") { run::kept() } else { run::questions() };
    for question in questions.into_iter().step_by(every).take(first) {
        if only.as_ref().is_some_and(|id| *id != question.id) {
            continue;
        }
        let chat = model.clone().map(|m| m as Arc<dyn ChatModel>);
        let mut session = Session::new(store.clone(), chat, None);
        let mut verdict = run::ask(&mut session, &store, &question, model.is_none(), verbose);
        if let Some(model) = &model {
            verdict.tokens = std::mem::take(&mut *model.tokens.lock().expect("nobody panics while counting"));
        }
        verdicts.push(verdict);
    }
    run::report(name.as_deref().unwrap_or("no model"), &verdicts, true);
}
