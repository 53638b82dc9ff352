//! The evaluation with a model: `cargo run --example eval -- --model smollm2-135m [--only ID] [--verbose]`; without `--model`, level 0.
//!
//! An example and not a bench target, so that it shares the one profile and llama.cpp is not built again.

#[path = "../tests/eval/run.rs"]
mod run;

use emptor::answer::Session;
use emptor::config::Config;
use emptor::model;
use std::path::PathBuf;

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
        model::open(&config).expect("the model opens").expect("the model is here")
    });
    let only = value("--only");
    let verbose = arguments.iter().any(|a| a == "--verbose");
    let mut verdicts = Vec::new();
    for question in run::questions() {
        if only.as_ref().is_some_and(|id| *id != question.id) {
            continue;
        }
        let mut session = Session::new(store.clone(), model.clone(), None);
        verdicts.push(run::ask(&mut session, &store, &question, model.is_none(), verbose));
    }
    run::report(name.as_deref().unwrap_or("no model"), &verdicts);
}
