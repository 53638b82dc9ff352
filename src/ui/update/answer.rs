//! Answers coming in, and questions going out.

use super::{command, live, panes};
use crate::answer::event::{AnswerEvent, Found, Outcome, Timings};
use crate::domain::{Need, QuestionKind};
use crate::text;
use crate::ui::effect::Effect;
use crate::ui::msg::Look;
use crate::ui::state::{Focus, Loaded, QueryId, Side, State, TurnId};
use crate::ui::turn::{Phase, Turn};
use ratatui_textarea::TextArea;

/// How many products the comparison pane takes by itself from a list of results.
const COMPARED_BY_DEFAULT: usize = 4;

/// Puts a question; one that is being answered is cancelled for it.
pub fn ask(state: &mut State, question: &str) -> Vec<Effect> {
    let question = question.trim().to_owned();
    if question.is_empty() {
        return Vec::new();
    }
    let (mut effects, turn) = begin(state, question.clone());
    effects.push(Effect::Ask { turn, question });
    effects
}

/// Narrows the latest result down by one of its filters: a turn of its own, so that the wider result stays above it.
pub fn narrow(state: &mut State, chosen: usize) -> Vec<Effect> {
    let Some(turn) = state.turns.last() else { return Vec::new() };
    let (Some(need), Some((facet, value))) = (&turn.need, turn.filters().into_iter().nth(chosen)) else {
        return Vec::new();
    };
    let question = format!("{} · {}", turn.question, text::line(&facet.told(value)));
    let must = need.must.narrowed(&value.narrowing);
    let need = Need { question: question.clone(), kind: QuestionKind::Search, must, ..need.clone() };
    let (mut effects, turn) = begin(state, question);
    effects.push(Effect::Narrow { turn, need: Box::new(need) });
    effects
}

/// A new turn at the top of the chat pane; an answer under way is cancelled for it.
fn begin(state: &mut State, question: String) -> (Vec<Effect>, TurnId) {
    let effects = cancel(state);
    let id = TurnId(state.fresh_id());
    state.turns.push(Turn::new(id, question, state.now));
    state.input = TextArea::default();
    live::close(state);
    state.recalled = None;
    state.focus = Focus::Input;
    state.selected = 0;
    command::show_turn(state, state.turns.len() - 1);
    (effects, id)
}

/// Cancels the answer under way, if there is one: the turn ends at once, later events of it are ignored.
pub fn cancel(state: &mut State) -> Vec<Effect> {
    match state.turns.last_mut() {
        Some(turn) if turn.is_asking() => {
            turn.end(Phase::Done { outcome: Outcome::Cancelled, timings: Timings::default() });
            vec![Effect::Cancel { turn: turn.id }]
        }
        _ => Vec::new(),
    }
}

fn current(state: &mut State, turn: TurnId) -> Option<&mut Turn> {
    state.turns.last_mut().filter(|t| t.id == turn && t.is_asking())
}

/// Takes an event of an answer in.
pub fn take(state: &mut State, turn: TurnId, event: AnswerEvent) -> Vec<Effect> {
    let Some(turn) = current(state, turn) else {
        return Vec::new();
    };
    let found = match &event {
        AnswerEvent::Found { found } => Some(found.clone()),
        _ => None,
    };
    turn.take(event);
    found.map_or_else(Vec::new, |found| show(state, found))
}

/// Ends a turn that could not be answered.
pub fn fail(state: &mut State, turn: TurnId, error: String) {
    if let Some(turn) = current(state, turn) {
        turn.end(Phase::Failed(error));
    }
}

/// Facts go to their panes too.
fn show(state: &mut State, found: Found) -> Vec<Effect> {
    let mut effects = Vec::new();
    match found {
        Found::Results { rows, .. } => {
            let products: Vec<_> = rows.iter().take(COMPARED_BY_DEFAULT).map(|r| r.product.id).collect();
            if products.len() > 1 && state.marked.len() < 2 {
                effects.append(&mut panes::compare(state, products));
            }
            state.side = Side::History;
        }
        Found::Comparison(comparison) => {
            // Whatever was asked for before this is out of date.
            state.compare.query = QueryId(state.fresh_id());
            state.compare.data = Loaded::Ready(comparison);
            state.compare.top = 0;
            state.compare.left = 0;
            state.side = Side::Compare;
        }
        Found::History { product, history, summary, .. } => {
            state.history.wanted = None;
            state.history.data =
                Loaded::Ready(Box::new(Look { product, offers: Vec::new(), history, summary: summary.map(|s| *s) }));
            state.side = Side::History;
        }
        Found::Reviews(_)
        | Found::Fact { .. }
        | Found::Advice { .. }
        | Found::Ambiguous { .. }
        | Found::Nothing { .. } => {}
    }
    effects.append(&mut panes::follow_selection(state));
    effects
}
