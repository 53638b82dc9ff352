//! From Enter to the first facts and to the first word of prose: cold and warm, with the default model.

use crate::Setting;
use crate::measure::{line, ms, time, value};
use crate::search::{demo, emptor};
use anyhow::ensure;
use emptor::answer::event::AnswerEvent;
use emptor::answer::{AskOptions, Session};
use emptor::config::Config;
use emptor::store::Store;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const QUESTIONS: [&str; 6] = [
    "quiet dishwasher for a small kitchen, at most 600 euros, 4 stars or better",
    "wireless headphones with long battery life under 200",
    "a light tent for two people",
    "good coffee grinder, not too expensive",
    "board game for four players under 40 euros",
    "quiet cordless drill for home use",
];

/// Facts, first word and end of one answer, from Enter.
struct Seen {
    facts: Option<Duration>,
    first_word: Option<Duration>,
    end: Duration,
}

fn ask(session: &mut Session, question: &str, no_model: bool, start: Instant) -> anyhow::Result<Seen> {
    let options = AskOptions { no_model, ..AskOptions::default() };
    let mut seen = Seen { facts: None, first_word: None, end: Duration::ZERO };
    session.ask(question, &options, &CancellationToken::new(), &mut |event| match event {
        AnswerEvent::Found { .. } => _ = seen.facts.get_or_insert(start.elapsed()),
        AnswerEvent::Prose { .. } => _ = seen.first_word.get_or_insert(start.elapsed()),
        _ => {}
    })?;
    seen.end = start.elapsed();
    Ok(seen)
}

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let database = demo(setting)?;
    facts_of_a_process(setting, &database)?;
    let mut config = Config::under(setting.folder.path());
    config.database = database;
    facts_alone(&config)?;
    let start = Instant::now();
    let Some(model) = emptor::model::open(&config)? else {
        value("first word of prose", "not run", "no model is here; emptor model pull");
        return Ok(());
    };
    let name = model.info().name;
    let embedder = emptor::model::open_embedder(&config)?;
    let mut session = Session::new(Store::open(&config.database)?, Some(model), embedder);
    let cold = ask(&mut session, QUESTIONS[0], false, start)?;
    let shown = |time: Option<Duration>| time.map_or_else(|| "none".to_owned(), ms);
    let beside = "program start, model load and an empty prompt cache included";
    value(&format!("Enter to facts, cold, {name}"), &shown(cold.facts), beside);
    value(&format!("Enter to first sentence checked, cold, {name}"), &shown(cold.first_word), beside);
    value("Enter to the end, cold", &ms(cold.end), "");
    let (mut facts, mut words, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for question in &QUESTIONS[1..] {
        let warm = ask(&mut session, question, false, Instant::now())?;
        facts.extend(warm.facts);
        words.extend(warm.first_word);
        ends.push(warm.end);
    }
    line("Enter to facts, warm", &mut facts, "");
    line("Enter to first sentence checked, warm", &mut words, "");
    line("Enter to the end, warm", &mut ends, "");
    Ok(())
}

/// Facts and claims without a model, in one session.
fn facts_alone(config: &Config) -> anyhow::Result<()> {
    let mut session = Session::new(Store::open(&config.database)?, None, None);
    let mut times = Vec::new();
    for round in 0..5 {
        for question in QUESTIONS {
            let seen = ask(&mut session, question, true, Instant::now())?;
            if round > 0 {
                times.extend(seen.facts);
            }
        }
    }
    line("Enter to facts, no model, warm", &mut times, "");
    Ok(())
}

/// From the start of `emptor --ask` to the first byte on its stdout.
fn facts_of_a_process(setting: &Setting, database: &std::path::Path) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for question in QUESTIONS.iter().cycle().take(18) {
        let mut command = emptor(setting, database, &["--ask", question, "--no-model"]);
        let (read, took) = time(|| -> anyhow::Result<_> {
            let mut child = command.stdout(Stdio::piped()).spawn()?;
            let mut byte = [0_u8; 1];
            let read = child.stdout.as_mut().map_or(Ok(0), |stdout| stdout.read(&mut byte))?;
            Ok((read, child))
        });
        let (read, mut child) = read?;
        ensure!(read == 1, "no answer to {question}");
        drop(child.stdout.take());
        child.wait()?;
        times.push(took);
    }
    line("emptor --ask as a process to its first line", &mut times, "");
    Ok(())
}
