//! The transcript line of an answer: question, words, evidence, claims and the model, kept for `chats` and replay.
//!
//! Best effort: a database that cannot be written never costs an answer.

use super::turn::Facts;
use crate::answer::AskOptions;
use crate::answer::event::Sentence;
use crate::domain::*;
use crate::model::ModelInfo;
use crate::store::Store;

/// Keeps the answer.
pub fn keep(
    store: &Store,
    need: &Need,
    facts: &Facts,
    prose: &[Sentence],
    model: Option<ModelInfo>,
    options: &AskOptions,
    now: Timestamp,
) {
    let record = serde_json::json!({
        "need": need,
        "cards": facts.cards,
        "claims": facts.claims,
        "pick": facts.pick,
        "prose": prose,
        "coverage": facts.coverage,
        "lead": facts.lead,
        "suggested": facts.suggested,
        "outcome": facts.outcome,
        "as_of": options.as_of,
        "long": options.long,
        "read_ahead": options.read_ahead,
        "model": model,
    });
    let answer = text(facts, prose);
    if let Err(error) = store.writer().add_chat(now, need.question.clone(), answer, record) {
        tracing::debug!(%error, "the answer was not kept");
    }
}

fn text(facts: &Facts, prose: &[Sentence]) -> String {
    let told: Vec<String> = prose
        .iter()
        .filter_map(|s| match s {
            Sentence::Verified { text } | Sentence::FellBack { text, .. } => Some(text.clone()),
            Sentence::Struck { .. } => None,
        })
        .collect();
    if told.is_empty() {
        return facts.lead.iter().map(|c| super::compose::cited(&c.text, &c.cards)).collect::<Vec<_>>().join(" ");
    }
    told.join(" ")
}
