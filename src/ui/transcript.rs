//! Turns laid out as lines for a width: question, facts, pick, prose, coverage. Kept per turn until it changes.
//!
//! A function of turn and width; what is chosen or marked is painted over it by the chat pane.

mod facts;
mod page;
mod prose;
mod results;

use super::layout::READING_WIDTH;
use super::state::State;
use super::turn::{Phase, Turn};
use crate::answer::event::{Found, Outcome, Phrases, ResultRow};
use crate::domain::Language;
pub use page::Laid;
use page::Page;
pub use results::unit_price_text;
use std::rc::Rc;

/// The turn laid out for a chat pane of that width.
pub fn laid(state: &State, turn: &Turn, width: u16) -> Rc<Laid> {
    turn.laid(width, |turn| lay(state, turn, usize::from(width.min(READING_WIDTH))))
}

/// First line of each turn in the transcript, and at the end the number of lines.
pub fn starts(state: &State, width: u16) -> Vec<usize> {
    let mut starts = vec![0];
    let mut total = 0;
    for turn in &state.turns {
        total += laid(state, turn, width).lines.len();
        starts.push(total);
    }
    starts
}

/// Products one under the other as in an answer, for a list of that width.
pub fn listed(state: &State, rows: &[ResultRow], language: Language, width: u16) -> Laid {
    let words = Phrases::of(language);
    let mut page = Page::new(state.painter, state.zone.clone(), words, usize::from(width.min(READING_WIDTH)));
    results::product_rows(&mut page, rows);
    page.finish()
}

fn lay(state: &State, turn: &Turn, width: usize) -> Laid {
    let words = Phrases::of(turn.need.as_ref().map_or_else(Language::default, |need| need.language));
    let mut page = Page::new(state.painter, state.zone.clone(), words, width);
    page.question(&turn.question);
    page.blank();
    for found in &turn.found {
        results::found(&mut page, found);
        page.blank();
    }
    if let Some(pick) = &turn.pick {
        prose::pick(&mut page, pick);
        page.blank();
    }
    if !turn.sentences.is_empty() {
        prose::sentences(&mut page, &turn.sentences);
        page.blank();
    }
    if let Some(reason) = &turn.model_failure {
        page.say(&format!("The model failed ({reason}); the facts stand."), page.theme().warn);
        page.blank();
    }
    for found in &turn.found {
        if let Found::Results { near_misses, .. } = found {
            results::near(&mut page, near_misses);
            page.blank();
        }
    }
    if !turn.suggested.is_empty() {
        prose::suggestions(&mut page, &turn.suggested);
        page.blank();
    }
    if let Some(coverage) = &turn.coverage {
        prose::coverage(&mut page, coverage);
        page.blank();
    }
    match &turn.phase {
        Phase::Failed(error) => {
            page.say(error, page.theme().bad);
            page.blank();
        }
        Phase::Done { outcome: Outcome::Cancelled, .. } => {
            page.say("stopped", page.theme().dim);
            page.blank();
        }
        Phase::Asking | Phase::Done { .. } => {}
    }
    page.finish()
}
