//! The evidence overlay: what the latest answer says, statement by statement, and beneath each where its figures come
//! from: row, shop, time and page.
//!
//! Draws only; which fact stands behind a figure is told by `trace`.

use crate::ui::layout;
use crate::ui::state::State;
use crate::ui::trace::{Statement, Trace, statements};
use crate::ui::when;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

const WIDTH: u16 = 100;

/// Draws the overlay over the panes, the chosen statement always in sight.
pub fn draw(state: &State, chosen: usize, buffer: &mut Buffer) {
    let Some(turn) = state.turns.last() else { return };
    let statements = statements(turn);
    let chosen = chosen.min(statements.len().saturating_sub(1));
    let body = layout::panes(state).body;
    let width = body.width.min(WIDTH);
    let room = usize::from(width.saturating_sub(5));
    let parts: Vec<Vec<Line>> =
        statements.iter().enumerate().map(|(at, told)| told_lines(state, told, at == chosen, room)).collect();
    let lines: usize = parts.iter().map(Vec::len).sum();
    let height = body.height.min(u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2));
    let area = Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    let theme = state.painter.theme;
    let shown = usize::from(height.saturating_sub(2));
    let before: usize = parts.iter().take(chosen).map(Vec::len).sum();
    let own = parts.get(chosen).map_or(0, Vec::len);
    // The whole statement where it fits, its beginning where it does not.
    let top = (before + own).saturating_sub(shown).min(before);
    let below = lines.saturating_sub(top + shown);
    let foot =
        if below > 0 { format!(" ↓ {} more ", when::plural(below as u64, "line", "lines")) } else { String::new() };
    Clear.render(area, buffer);
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.dim)
        .title(Span::styled(" Where it comes from ", theme.strong()))
        .title_bottom(Line::from(Span::styled(foot, theme.dim)).right_aligned())
        .render(area, buffer);
    let numbered = parts.into_iter().enumerate().flat_map(|(at, lines)| lines.into_iter().map(move |line| (at, line)));
    for (row, (at, line)) in numbered.skip(top).take(shown).enumerate() {
        let y = area.y + 1 + row as u16;
        if at == chosen {
            buffer.set_string(area.x + 1, y, "▌", theme.accent);
        }
        buffer.set_line(area.x + 3, y, &line, width.saturating_sub(5));
    }
}

fn told_lines(state: &State, told: &Statement, chosen: bool, width: usize) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let style = if chosen { theme.text.add_modifier(Modifier::BOLD) } else { theme.text };
    let mut lines = state.painter.paragraph(&told.text, style, width);
    for trace in &told.traces {
        let pieces = [(trace.text.clone(), theme.accent), (format!(" · {}", source(state, trace)), theme.dim)];
        lines.append(&mut state.painter.flow(vec![("  ".to_owned(), theme.dim)], &pieces, width));
        if let Some(page) = trace.page.as_deref().filter(|_| chosen) {
            lines.append(&mut state.painter.flow(
                vec![("    ".to_owned(), theme.dim)],
                &[(page.to_owned(), theme.dim)],
                width,
            ));
        }
    }
    if told.computed {
        let said = match told.traces.is_empty() {
            true => "worked out, or from your question",
            false => "the rest is worked out from these, or from your question",
        };
        let lead = vec![("  ".to_owned(), theme.dim)];
        lines.append(&mut state.painter.flow(lead, &[(said.to_owned(), theme.dim)], width));
    }
    lines
}

/// "price · Halden · seen today 13:00 · offer 1".
fn source(state: &State, trace: &Trace) -> String {
    let mut parts = vec![trace.field.clone()];
    parts.extend(trace.shop.clone());
    parts.extend(trace.observed_at.map(|at| format!("seen {}", when::moment(at, state.now, &state.zone))));
    parts.push(trace.row.replace(':', " "));
    parts.join(" · ")
}
