//! A kept answer worded again from the evidence kept with it: with the same model, the same bytes.
//!
//! Never searches again: prices and reviews that came since change nothing. Never stores.

use super::compose::{self, Composer};
use super::event::{AnswerEvent, Pick, Sentence};
use crate::domain::*;
use crate::model::ChatModel;
use crate::store::ChatTurn;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

/// The model that worded an answer, as it was kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptModel {
    pub name: String,
    /// SHA-256 of the file, or the endpoint's address.
    pub identity: String,
    #[serde(default)]
    pub level: u8,
}

/// What is kept of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub need: Need,
    pub cards: Vec<Card>,
    pub claims: Vec<Claim>,
    /// What the words were made of.
    pub lead: Vec<Claim>,
    pub pick: Option<Pick>,
    pub prose: Vec<Sentence>,
    pub coverage: Coverage,
    pub suggested: Vec<String>,
    pub outcome: super::event::Outcome,
    pub model: Option<KeptModel>,
    /// The moment that it was answered from, where one was named.
    pub as_of: Option<Timestamp>,
    pub long: bool,
    /// Worded from one request, as all answers were before there were two.
    #[serde(default = "as_before")]
    pub read_ahead: bool,
}

fn as_before() -> bool {
    true
}

/// How a replay compares with what was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Byte for byte.
    Same,
    /// The same model words it otherwise now.
    Differs,
    /// Another model is in use.
    OtherModel {
        kept: String,
        here: String,
    },
    /// The model that worded it cannot be used any more.
    NoModel {
        kept: String,
    },
    Failed {
        reason: String,
    },
}

/// Reads what was kept; `None` for answers of an emptor that kept too little.
pub fn read(turn: &ChatTurn) -> Option<Kept> {
    serde_json::from_value(turn.record.clone()).ok()
}

/// Words a kept answer again where its model is here; the sentences and how they compare.
pub fn again(kept: &Kept, model: Option<&dyn ChatModel>, cancel: &CancellationToken) -> (Vec<Sentence>, Match) {
    let model = match (&kept.model, model) {
        (None, _) => None,
        (Some(then), None) => return (Vec::new(), Match::NoModel { kept: then.name.clone() }),
        (Some(then), Some(here)) => {
            let info = here.info();
            if info.identity != then.identity || info.level != then.level {
                return (
                    Vec::new(),
                    Match::OtherModel {
                        kept: told(&then.name, &then.identity, then.level),
                        here: told(&info.name, &info.identity, info.level),
                    },
                );
            }
            Some(here)
        }
    };
    let mut sentences = Vec::new();
    let mut failure = None;
    if !kept.lead.is_empty() {
        let composer = Composer::new(&kept.need, &kept.cards, &kept.claims, &kept.lead, kept.pick.as_ref());
        let composer = composer.long(kept.long).read_ahead(kept.read_ahead);
        compose::compose(&composer, model, cancel, &mut |event| match event {
            AnswerEvent::Prose { sentence } => sentences.push(sentence),
            AnswerEvent::ModelFailed { reason } => failure = Some(reason),
            _ => {}
        });
    }
    let same = bytes(&sentences) == bytes(&kept.prose);
    let verdict = match failure {
        Some(reason) => Match::Failed { reason },
        None if same => Match::Same,
        None => Match::Differs,
    };
    (sentences, verdict)
}

/// `qwen2.5-coder-1.5b (cc324af070c2, level 1)`.
fn told(name: &str, identity: &str, level: u8) -> String {
    let short: String = identity.chars().take(12).collect();
    format!("{name} ({short}, level {level})")
}

fn bytes(sentences: &[Sentence]) -> Vec<u8> {
    serde_json::to_vec(sentences).unwrap_or_default()
}
