//! The chat pane: turns one under the other, the chosen and the marked shown in the gutter, a mark of progress at the end.

use crate::ui::screens::welcome;
use crate::ui::state::{Focus, State};
use crate::ui::transcript;
use crate::ui::turn::{Item, Turn};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

const SPINNER: [&str; 4] = ["◐", "◓", "◑", "◒"];

/// Draws the pane; returns how many lines lie below it.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer) -> usize {
    let Some(last) = state.turns.last() else {
        welcome::draw(state, area, buffer);
        return 0;
    };
    let starts = transcript::starts(state, area.width);
    let total = starts.last().copied().unwrap_or(0);
    let bottom = state.top + usize::from(area.height);
    for (turn, start) in state.turns.iter().zip(&starts) {
        let laid = transcript::laid(state, turn, area.width);
        if start + laid.lines.len() <= state.top || *start >= bottom {
            continue;
        }
        for (i, line) in laid.lines.iter().enumerate().skip(state.top.saturating_sub(*start)) {
            if start + i >= bottom {
                break;
            }
            buffer.set_line(area.x, area.y + (start + i - state.top) as u16, line, area.width);
        }
    }
    let last_start = starts.get(state.turns.len() - 1).copied().unwrap_or(0);
    gutter(state, last, last_start, area, buffer);
    let mut end = total;
    if last.is_asking() {
        if total >= state.top && total < bottom {
            progress(state, last, Rect { y: area.y + (total - state.top) as u16, height: 1, ..area }, buffer);
        }
        end += 1;
    }
    end.saturating_sub(bottom)
}

/// Bars beside the chosen item, dots beside marked ones.
fn gutter(state: &State, turn: &Turn, start: usize, area: Rect, buffer: &mut Buffer) {
    let theme = state.painter.theme;
    let laid = transcript::laid(state, turn, area.width);
    let items = turn.items();
    for (index, range) in laid.items.iter().enumerate() {
        let chosen = index == state.selected && state.focus == Focus::Results;
        let marked = matches!(items.get(index), Some(Item::Product(id)) if state.marked.contains(id));
        for line in range.clone() {
            let at = start + line;
            if at < state.top || at >= state.top + usize::from(area.height) {
                continue;
            }
            let y = area.y + (at - state.top) as u16;
            if chosen {
                buffer.set_string(area.x, y, "▌", theme.accent);
            }
            if marked && line == range.start {
                let style = theme.good.add_modifier(Modifier::BOLD);
                buffer.set_string(area.x + 1, y, "●", style);
            }
        }
    }
}

/// What the answer is waiting for, with the seconds since the question.
fn progress(state: &State, turn: &Turn, area: Rect, buffer: &mut Buffer) {
    let theme = state.painter.theme;
    let elapsed = state.now.as_millisecond().saturating_sub(turn.asked_at.as_millisecond()).max(0);
    let doing = match (turn.found.is_empty(), turn.drafting) {
        (true, _) => "looking",
        (false, None | Some(0)) => "reading the facts",
        (false, Some(_)) => "writing",
    };
    let spinner = SPINNER[(elapsed / 250) as usize % SPINNER.len()];
    let seconds = if elapsed >= 1000 { format!(" {} s", elapsed / 1000) } else { String::new() };
    buffer.set_string(area.x + 2, area.y, spinner, theme.accent);
    buffer.set_stringn(
        area.x + 4,
        area.y,
        format!("{doing}{seconds}"),
        usize::from(area.width.saturating_sub(4)),
        theme.dim,
    );
}
