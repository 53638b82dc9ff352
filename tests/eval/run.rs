//! Asks the evaluation questions and judges the answers from outside: the plan, the products, the figures.
//!
//! Shares no code with the parts it judges: constraints and figures are checked again from the rows of the store.

mod constraints;
mod expected;
mod figures;
mod parts;
mod question;
mod table;

#[allow(unused_imports)] // Each program that takes this in uses its part of it.
pub use self::{
    question::{Question, kept, questions},
    table::{Shares, report},
};

use emptor::answer::{AskOptions, Session};
use emptor::sources::demo;
use emptor::store::Store;
use parts::Answer;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// When the questions are asked.
pub const NOW: &str = "2026-11-22T20:00:00Z";

/// The demo catalogue in a fresh database.
pub fn store(folder: &Path) -> Store {
    let store = Store::open(&folder.join("eval.db")).expect("a fresh database");
    store.writer().ingest(demo::observations(NOW.parse().expect("a time"))).expect("the demo is stored");
    store
}

/// What was found wrong with one answer. Empty lists: nothing.
#[derive(Debug, Default)]
pub struct Verdict {
    pub id: String,
    pub tags: Vec<String>,
    /// The answer may only be that there is nothing, or not enough, to say.
    pub to_refuse: bool,
    /// Fields of the plan that are not as expected.
    pub plan: Vec<String>,
    /// Products named as fitting that miss a hard constraint.
    pub constraints: Vec<String>,
    /// Figures in sentences that trace to no fact.
    pub figures: Vec<String>,
    /// Struck sentences whose figures all trace.
    pub struck_though_traced: Vec<String>,
    /// Expected products, facts or outcome that are missing.
    pub expected: Vec<String>,
    pub figures_seen: usize,
    pub products_seen: usize,
    /// Discounted cumulative gain of the rows shown against the relevant titles (binary, ten rows).
    pub ndcg: Option<f64>,
    pub sentences: usize,
    pub fell_back: usize,
    pub struck: usize,
    /// Whether it ended in one of the ways expected.
    pub ended_right: bool,
    /// Tokens read (not from the KV cache) and written by the model.
    pub tokens: (usize, usize),
    /// Seconds.
    pub facts_after: f64,
    pub first_word_after: Option<f64>,
    pub total: f64,
}

/// Asks one question in a conversation of its own and judges the answer; `verbose` prints it.
pub fn ask(session: &mut Session, store: &Store, question: &Question, no_model: bool, verbose: bool) -> Verdict {
    let options = AskOptions { no_model, now: Some(NOW.parse().expect("a time")), ..AskOptions::default() };
    let mut events = Vec::new();
    let asked = session.ask(&question.ask, &options, &CancellationToken::new(), &mut |e| events.push(e));
    let mut verdict = Verdict {
        id: question.id.clone(),
        tags: question.tags.clone(),
        to_refuse: question.is_to_refuse(),
        ..Verdict::default()
    };
    if let Err(error) = asked {
        verdict.expected.push(format!("no answer: {error}"));
        verdict.plan.push("no plan".to_owned());
        return verdict;
    }
    let answer = Answer::of(&events);
    if verbose {
        println!("{}\n{}", question.ask, serde_json::to_string(&answer.need).expect("a need serialises"));
        answer.rows.iter().for_each(|r| println!("  row {}: {:?}", r.product.facts.title, r.why));
        answer.near.iter().for_each(|r| println!("  near {}", r.product.facts.title));
        answer.claims.iter().for_each(|c| println!("  claim {}: {}", c.id, c.text));
        answer.sentences.iter().for_each(|s| println!("  prose {s:?}"));
    }
    let reader = store.reader().expect("a reader");
    expected::judge_plan(&question.plan, &answer, &mut verdict);
    constraints::judge_constraints(question, &answer, &reader, &mut verdict);
    figures::judge_figures(question, &answer, &mut verdict);
    expected::judge_expected(question, &answer, &events, &mut verdict);
    verdict
}
