//! `emptor model tune`: measures the engine's settings on answers as emptor asks them, and keeps the fastest.
//!
//! Asks over the demo catalogue in a folder of its own; touches the config file only once all is measured.

use super::context::{Context, environment};
use super::exit::{Exit, Failure};
use super::model::config_file;
use super::output::Role;
use super::table::{Table, cell};
use crate::answer::{AskOptions, Session};
use crate::config;
use crate::domain::Timestamp;
use crate::model::manifest::Kind;
use crate::model::registry::{self, Choice};
use crate::model::tune::{Knob, Settings, Trial, Tuned, Verdict};
use crate::model::{ChatModel, ChatRequest, Generation, ModelError, ModelInfo};
use crate::sources::demo;
use crate::store::Store;
use serde_json::json;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Asked over the demo catalogue: a list to word, and a single product.
const QUESTIONS: [&str; 2] = [
    "quiet dishwasher for a small kitchen, at most 600 euros",
    "is now a good time to buy the Norrvik Plates 45 slim dishwasher?",
];
/// Tokens written for each: enough to tell how fast, few enough for a minute.
const TOKENS: usize = 32;

/// Measures, tells, writes.
pub fn run(context: &mut Context, model: Option<&str>, seconds: u64, dry_run: bool) -> Result<Exit, Failure> {
    let told = |error: ModelError| Failure::usage(error.to_string());
    let choice = match model {
        Some(name) => registry::resolve(name, Kind::Chat, &context.config.model).map_err(told)?,
        None => registry::choose(Kind::Chat, &context.config.model)
            .map_err(told)?
            .ok_or_else(|| Failure::failed("there is no model to tune; get one with `emptor model pull`"))?,
    };
    context.out.note(&format!("measuring {} for about {seconds} s; Ctrl-C ends it and changes nothing", choice.name));
    let tuned = measure(context, &choice, Duration::from_secs(seconds))?;
    if tuned.interrupted {
        return Err(Failure::Told { exit: Exit::Interrupted, message: "interrupted; nothing was changed".to_owned() });
    }
    let changed: Vec<Knob> = Knob::changed(&tuned.before, &tuned.after);
    let written = if dry_run || changed.is_empty() { None } else { Some(write(context, &tuned.after, &changed)?) };
    if context.out.json {
        let body = json!({ "model": choice.name, "tuned": tuned, "config": written });
        context.out.object("model tune", body)?;
    } else {
        tell(context, &tuned, written, dry_run)?;
    }
    Ok(Exit::Ok)
}

#[cfg(feature = "llama")]
fn measure(context: &mut Context, choice: &Choice, budget: Duration) -> Result<Tuned, Failure> {
    use crate::model::tune::{Cores, Measure, Probe, tune};
    let failed = |error: ModelError| Failure::failed(error.to_string());
    let sample = sample(choice.level())?;
    let mut probe = Probe::new(choice, &context.config, sample, context.cancel.clone()).map_err(failed)?;
    let physical = crate::model::physical_cores();
    let logical = std::thread::available_parallelism().map_or(physical, usize::from);
    let start = probe.settings();
    let out = &mut context.out;
    let mut say = |trial: &Trial| {
        let what = format!("{} {}", trial.knob.key(), trial.knob.word(&trial.settings));
        out.note(&format!("{what}: {}", verdict(trial.verdict)));
    };
    match tune(start, Cores { physical, logical }, budget, &mut probe, &mut say) {
        Err(_) if probe.interrupted() => {
            Err(Failure::Told { exit: Exit::Interrupted, message: "interrupted; nothing was changed".to_owned() })
        }
        other => other.map_err(failed),
    }
}

#[cfg(not(feature = "llama"))]
fn measure(_: &mut Context, _: &Choice, _: Duration) -> Result<Tuned, Failure> {
    Err(Failure::failed("this emptor was built without the local engine; build it with `--features llama`"))
}

/// Keeps what it is to read ahead and says nothing.
struct Recorder {
    level: u8,
    asked: Mutex<Vec<ChatRequest>>,
}

impl ChatModel for Recorder {
    fn info(&self) -> ModelInfo {
        ModelInfo { name: "none".to_owned(), identity: "none".to_owned(), context_tokens: 4096, level: self.level }
    }

    fn generate(
        &self,
        _: &ChatRequest,
        _: &CancellationToken,
        _: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Generation, ModelError> {
        Err(ModelError::Gone)
    }

    fn read_ahead(&self, requests: &[ChatRequest]) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(requests);
    }
}

/// What emptor would ask a model of this level, cut to a few words of answer.
fn sample(level: u8) -> Result<Vec<ChatRequest>, Failure> {
    let failed = |detail: String| Failure::failed(format!("no sample to measure with: {detail}"));
    let folder = tempfile::tempdir().map_err(|error| failed(error.to_string()))?;
    let store = Store::open(&folder.path().join("sample.db")).map_err(|error| failed(error.to_string()))?;
    let now = Timestamp::now();
    store.writer().ingest(demo::observations(now)).map_err(|error| failed(error.to_string()))?;
    let recorder = Arc::new(Recorder { level: level.max(1), asked: Mutex::default() });
    let mut session = Session::new(store, Some(Arc::clone(&recorder) as Arc<dyn ChatModel>), None);
    session.foresee(&QUESTIONS, &AskOptions { now: Some(now), ..AskOptions::default() });
    let mut asked = std::mem::take(&mut *recorder.asked.lock().unwrap_or_else(PoisonError::into_inner));
    if asked.is_empty() {
        return Err(failed("the demo catalogue gave no question to a model".to_owned()));
    }
    asked.iter_mut().for_each(|request| request.max_tokens = request.max_tokens.min(TOKENS));
    Ok(asked)
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Taken => "faster, taken",
        Verdict::NoGain => "no clear gain",
        Verdict::OtherText => "faster, but the words change: not taken",
        Verdict::Failed => "does not run here",
    }
}

fn write(context: &mut Context, after: &Settings, changed: &[Knob]) -> Result<PathBuf, Failure> {
    let path = config_file(context)?;
    let settings: Vec<(&str, toml::Value)> =
        changed.iter().filter_map(|knob| Some((knob.key(), knob.value(after)?))).collect();
    config::save_model_settings(&path, &settings)?;
    for knob in changed {
        let variable = config::keys::find(&format!("model.{}", knob.key())).and_then(|key| key.env);
        if let Some(variable) = variable.filter(|name| environment(name).is_some_and(|value| !value.is_empty())) {
            context.out.note(&format!("{variable} is set and weighs more than the config file; unset it"));
        }
    }
    Ok(path)
}

fn tell(context: &mut Context, tuned: &Tuned, written: Option<PathBuf>, dry_run: bool) -> Result<(), Failure> {
    let out = &mut context.out;
    let mut table = Table::new().left("").right("Before").right("After");
    for knob in Knob::ALL {
        let (before, after) = (knob.word(&tuned.before), knob.word(&tuned.after));
        let role = if before == after { Role::Text } else { Role::Good };
        table.row(vec![cell(Role::Text, knob.key()), cell(Role::Text, before), cell(role, after)]);
    }
    let (before, after) = (&tuned.before_run, &tuned.after_run);
    for (what, before, after) in [
        ("tokens read a second", before.reading, after.reading),
        ("tokens written a second", before.writing, after.writing),
        ("seconds for the sample", before.seconds, after.seconds),
    ] {
        let figure = |value: f64| cell(Role::Text, format!("{value:.1}"));
        table.row(vec![cell(Role::Text, what), figure(before), figure(after)]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    if !tuned.untried.is_empty() {
        let left: Vec<String> =
            tuned.untried.iter().map(|(knob, s)| format!("{} {}", knob.key(), knob.word(s))).collect();
        out.say(Role::Dim, &format!("no time was left for {}; --seconds N gives more", left.join(", ")))?;
    }
    match written {
        Some(path) => out.say(Role::Good, &format!("written to {}", path.display()))?,
        None if tuned.before == tuned.after => out.say(Role::Dim, "the settings stay as they are")?,
        None if dry_run => out.say(Role::Dim, "nothing was written")?,
        None => {}
    }
    Ok(())
}
