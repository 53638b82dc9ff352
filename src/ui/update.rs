//! The one place where the state changes: a message in, effects out.
//!
//! No input or output, no clock, no randomness; replies to anything but the latest request are ignored.

mod answer;
mod command;
mod live;
mod panes;
#[cfg(test)]
mod tests;

pub use command::mode;

use super::effect::Effect;
use super::msg::Msg;
use super::state::{Demo, Focus, Refreshing, State};
use crate::domain::Outcome;
use crate::refresh::event::RefreshEvent;
use crate::text;
use crate::ui::when::plural;

/// Takes one message in.
pub fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => command::press(state, key),
        Msg::Paste(pasted) => {
            paste(state, &pasted);
            live::changed(state)
        }
        Msg::Wheel { lines, column } => command::wheel(state, lines, column),
        Msg::Resize { columns, rows } => {
            resize(state, columns, rows);
            Vec::new()
        }
        Msg::Tick(now) => {
            state.now = now;
            Vec::new()
        }
        Msg::Answer { turn, event } => answer::take(state, turn, event),
        Msg::AnswerFailed { turn, error } => {
            answer::fail(state, turn, error);
            Vec::new()
        }
        Msg::Looked { query, result } => {
            panes::looked(state, query, result);
            Vec::new()
        }
        Msg::Compared { query, result } => {
            panes::compared(state, query, result);
            Vec::new()
        }
        Msg::Typed { query, result } => {
            live::take(state, query, result);
            Vec::new()
        }
        Msg::Terminate => vec![Effect::Quit],
        Msg::Refresh(event) => {
            let changed = matches!(&event, RefreshEvent::Finished { snapshots, .. } if *snapshots > 0);
            refreshed(state, event);
            if changed { panes::look_again(state) } else { Vec::new() }
        }
        other => {
            background(state, other);
            Vec::new()
        }
    }
}

/// News that concern status line and notices only.
fn background(state: &mut State, msg: Msg) {
    match msg {
        Msg::Catalogue(counts) => state.counts = Some(counts),
        Msg::Model(model) => state.status.model = model,
        Msg::DemoProgress { done, total } => {
            if matches!(state.demo, Demo::Loading { .. }) {
                state.demo = Demo::Loading { done, total };
            }
        }
        Msg::DemoDone(Ok(counts)) => {
            state.demo = Demo::Idle;
            state.counts = Some(counts);
            state.notice =
                Some(format!("{} loaded; ask away", plural(counts.invented, "invented product", "invented products")));
        }
        Msg::DemoDone(Err(error)) => state.demo = Demo::Failed(error),
        Msg::Embedding(progress) => state.status.embedding = progress,
        Msg::Notice(notice) => state.notice = Some(notice),
        _ => {}
    }
}

fn refreshed(state: &mut State, event: RefreshEvent) {
    let status = &mut state.status;
    match event {
        RefreshEvent::Started { source, name } => {
            status.refreshing.insert(source, Refreshing { name, done: 0, total: None });
        }
        RefreshEvent::Progress { source, done, total } => {
            if let Some(looking) = status.refreshing.get_mut(&source) {
                (looking.done, looking.total) = (done, total);
            }
        }
        RefreshEvent::Finished { source, name, outcome, detail, changed_prices, at, .. } => {
            status.refreshing.remove(&source);
            if outcome.is_good() {
                status.refreshed_at = Some(at);
            }
            state.notice = match outcome {
                _ if changed_prices > 0 => {
                    Some(format!("{name}: {}", plural(changed_prices, "price changed", "prices changed")))
                }
                Outcome::Ok | Outcome::NotModified => state.notice.take(),
                _ => Some(format!("{name}: {}", detail.unwrap_or_else(|| outcome.word().replace('_', " ")))),
            };
        }
        RefreshEvent::WatchFired { text, .. } | RefreshEvent::DeliveryFailed { text, .. } => state.notice = Some(text),
        RefreshEvent::Status { total, failing, last_good_at, next_due_at } => {
            status.next_refresh_at = next_due_at;
            status.sources = total;
            status.failing = failing;
            status.refreshed_at = last_good_at.or(status.refreshed_at);
        }
    }
}

/// Pasted text is one question, whatever line ends it has.
fn paste(state: &mut State, pasted: &str) {
    if state.overlays.is_empty() {
        state.focus = Focus::Input;
        state.input.insert_str(text::line(pasted));
    }
}

/// Keeps the same turn in view: lines are counted anew at another width.
fn resize(state: &mut State, columns: u16, rows: u16) {
    let turn = command::turn_at_top(state);
    state.columns = columns;
    state.rows = rows;
    command::show_turn(state, turn);
}
