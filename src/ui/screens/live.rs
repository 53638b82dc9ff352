//! What the words in the input box bring so far: a heading and products, the chosen one marked.
//!
//! Draws only; the products are those of the newest reply, which may be a key behind.

use crate::ui::msg::Typed;
use crate::ui::state::State;
use crate::ui::transcript::listed;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// From so many lines on each product has its details under it.
const ROOMY: u16 = 12;

/// Draws the list.
pub fn draw(state: &State, typed: &Typed, area: Rect, buffer: &mut Buffer) {
    let theme = state.painter.theme;
    let room = usize::from(area.width.saturating_sub(4));
    let words = heading(state, typed, room);
    let rule = "─".repeat(usize::from(area.width).saturating_sub(crate::text::width(&words) + 3));
    let line = if state.turns.is_empty() {
        Line::from(vec![Span::raw("  "), Span::styled(words, theme.dim)])
    } else {
        Line::from(vec![
            Span::styled("─ ", theme.dim),
            Span::styled(words, theme.dim),
            Span::styled(format!(" {rule}"), theme.dim),
        ])
    };
    buffer.set_line(area.x, area.y, &line, area.width);
    let laid = listed(state, &typed.rows, typed.language, area.width);
    let each = if area.height >= ROOMY { 2 } else { 1 };
    let first = area.y + 1 + u16::from(area.height >= ROOMY);
    let shown = usize::from(area.bottom().saturating_sub(first)) / each;
    let top = state.live.chosen.map_or(0, |chosen| (chosen + 1).saturating_sub(shown));
    for (row, (at, range)) in laid.items.iter().enumerate().skip(top).take(shown).enumerate() {
        let y = first + (row * each) as u16;
        for (nth, line) in laid.lines.get(range.clone()).unwrap_or_default().iter().take(each).enumerate() {
            buffer.set_line(area.x, y + nth as u16, line, area.width);
            if state.live.chosen == Some(at) {
                buffer.set_string(area.x, y + nth as u16, "▌", theme.accent);
            }
        }
    }
}

/// What the list is; what was read otherwise than typed.
fn heading(state: &State, typed: &Typed, room: usize) -> String {
    let said = match (typed.rows.is_empty(), typed.text.trim().is_empty()) {
        (true, _) => "nothing has these words; Enter asks all the same".to_owned(),
        (false, true) => "what most people rated".to_owned(),
        (false, false) => {
            std::iter::once("as you type").chain(typed.notes.iter().map(String::as_str)).collect::<Vec<_>>().join(" · ")
        }
    };
    state.painter.short(&said, room)
}
