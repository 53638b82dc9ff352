//! Asks the model for a plan or for the parts of an occasion, under a grammar.
//!
//! Whatever goes wrong (no answer, cancelled, broken JSON) comes back as `None`: the rules' plan stands.

use super::Said;
use crate::model::{ChatModel, ChatRequest, Finish, Message, Role};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

const PLAN_PROMPT: &str = include_str!("../../../assets/prompts/plan.txt");
const PLAN_GRAMMAR: &str = include_str!("../../../assets/grammars/plan.gbnf");
const PARTS_PROMPT: &str = include_str!("../../../assets/prompts/parts.txt");
const PARTS_GRAMMAR: &str = include_str!("../../../assets/grammars/parts.gbnf");

/// Longest part of a question that a model is shown.
const MOST_CHARS: usize = 600;

/// The model's plan of a question.
pub(super) fn plan(question: &str, model: &dyn ChatModel, cancel: &CancellationToken) -> Option<Said> {
    serde_json::from_str(&ask(&plan_request(question), model, cancel)?).ok()
}

/// The kinds of thing that an occasion calls for.
pub(super) fn parts(question: &str, model: &dyn ChatModel, cancel: &CancellationToken) -> Option<Vec<String>> {
    let answer = ask(&parts_request(question), model, cancel)?;
    serde_json::from_str::<Vec<String>>(&answer).ok().filter(|parts| !parts.is_empty())
}

pub(super) fn plan_request(question: &str) -> ChatRequest {
    request(PLAN_PROMPT, "Question", question, PLAN_GRAMMAR, 96)
}

pub(super) fn parts_request(question: &str) -> ChatRequest {
    request(PARTS_PROMPT, "Occasion", question, PARTS_GRAMMAR, 80)
}

fn request(prompt: &str, label: &str, question: &str, grammar: &str, max_tokens: usize) -> ChatRequest {
    // One line, so that a question cannot look like an example of the prompt.
    let line: String = question.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_CHARS).collect();
    ChatRequest {
        messages: vec![
            Message { role: Role::System, text: prompt.trim().to_owned(), droppable: false },
            Message { role: Role::User, text: format!("{label}: {line}"), droppable: false },
        ],
        grammar: Some(grammar.to_owned()),
        max_tokens,
        temperature: 0.0,
        seed: 0,
        stop: Vec::new(),
    }
}

fn ask(request: &ChatRequest, model: &dyn ChatModel, cancel: &CancellationToken) -> Option<String> {
    match model.generate(request, cancel, &mut |_| ControlFlow::Continue(())) {
        Ok(generation) if generation.finish != Finish::Cancelled => Some(generation.text),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, "the model made no plan; the rules' plan stands");
            None
        }
    }
}
