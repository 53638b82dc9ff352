//! Search while typing: what each change of the input box asks for, what comes back, and what can be done with it.
//!
//! Only a reply newer than what is shown counts. Never asks a question: that is Enter's.

use crate::domain::ProductId;
use crate::ui::effect::Effect;
use crate::ui::msg::Typed;
use crate::ui::state::{Loaded, QueryId, State};

/// The text in the input box may have changed.
pub fn changed(state: &mut State) -> Vec<Effect> {
    let text = state.typed();
    let known = if state.live.open { text == state.live.text } else { text.is_empty() };
    if known || state.is_bare() {
        return Vec::new();
    }
    let query = QueryId(state.fresh_id());
    state.live.open = true;
    state.live.asked = query;
    state.live.chosen = None;
    state.live.text.clone_from(&text);
    vec![Effect::Type { query, text }]
}

/// Takes a reply in. What was asked for before the one that is shown is out of date.
pub fn take(state: &mut State, query: QueryId, result: Result<Typed, String>) {
    if !state.live.open || query <= state.live.shown {
        return;
    }
    state.live.shown = query;
    match result {
        Ok(typed) => state.live.data = Loaded::Ready(typed),
        Err(error) => state.notice = Some(error),
    }
    let rows = rows(state);
    state.live.chosen = state.live.chosen.filter(|chosen| *chosen < rows);
}

/// Stops looking things up until the next key; whether anything was shown. Replies on their way are ignored.
pub fn close(state: &mut State) -> bool {
    let shown = state.live().is_some();
    state.live.open = false;
    state.live.shown = state.live.asked;
    state.live.text.clear();
    state.live.data = Loaded::Nothing;
    state.live.chosen = None;
    shown
}

/// Whether a list is shown that is a key behind.
pub fn is_pending(state: &State) -> bool {
    state.live().is_some() && state.live.shown < state.live.asked
}

/// Puts the rest of the word behind the text; `None` where there is none.
pub fn complete(state: &mut State) -> Option<Vec<Effect>> {
    let rest = state.rest()?.to_owned();
    state.input.insert_str(rest);
    state.recalled = None;
    Some(changed(state))
}

/// Moves the choice; above the first row is none, so that Enter asks again.
pub fn step(state: &mut State, by: isize) {
    let rows = rows(state);
    let next = match state.live.chosen {
        None => (by > 0).then_some(0),
        Some(at) => at.checked_add_signed(by),
    };
    state.live.chosen = next.map(|at| at.min(rows.saturating_sub(1))).filter(|_| rows > 0);
}

/// The product that Enter opens.
pub fn chosen(state: &State) -> Option<ProductId> {
    let chosen = state.live.chosen?;
    state.live()?.rows.get(chosen).map(|row| row.product.id)
}

fn rows(state: &State) -> usize {
    state.live().map_or(0, |live| live.rows.len())
}
