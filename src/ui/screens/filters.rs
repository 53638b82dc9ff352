//! The filters overlay: what the latest result differs in, value by value with counts, one of them chosen.
//!
//! Draws only; what a value leaves out is not known here.

use crate::domain::{Facet, FacetValue};
use crate::text;
use crate::ui::layout;
use crate::ui::state::State;
use crate::ui::turn::Turn;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

const WIDTH: u16 = 58;

/// Most cells for the names of facets.
const NAMES: usize = 18;

/// Draws the overlay over the panes, the chosen value always in sight.
pub fn draw(state: &State, chosen: usize, buffer: &mut Buffer) {
    let Some(turn) = state.turns.last() else { return };
    let filters = turn.filters();
    let chosen = chosen.min(filters.len().saturating_sub(1));
    let body = layout::panes(state).body;
    let width = body.width.min(WIDTH);
    let height = body.height.min(u16::try_from(filters.len()).unwrap_or(u16::MAX).saturating_add(2));
    let area = Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    let theme = state.painter.theme;
    let shown = usize::from(height.saturating_sub(2));
    let top = (chosen + 1 + shown / 2).min(filters.len()).saturating_sub(shown);
    let below = filters.len().saturating_sub(top + shown);
    let foot = if below > 0 { format!(" ↓ {below} more ") } else { String::new() };
    let of = filters.first().map_or(0, |(facet, _)| facet.of);
    Clear.render(area, buffer);
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.dim)
        .title(Span::styled(format!(" Narrow {of} products down "), theme.strong()))
        .title_bottom(Line::from(Span::styled(telling(state, turn), theme.accent)))
        .title_bottom(Line::from(Span::styled(foot, theme.dim)).right_aligned())
        .render(area, buffer);
    let room = usize::from(width.saturating_sub(4));
    let names = filters.iter().map(|(facet, _)| text::width(&facet.label)).max().unwrap_or(0).min(NAMES);
    let mut named = None;
    for (row, (at, (facet, value))) in filters.iter().enumerate().skip(top).take(shown).enumerate() {
        let y = area.y + 1 + row as u16;
        // A facet says its name once, and again at the top of what is in sight.
        let first = named.replace(&facet.aspect) != Some(&facet.aspect);
        let line = line(state, (facet, value), first, at == chosen, (names, room));
        buffer.set_line(area.x + 2, y, &line, width.saturating_sub(4));
        if at == chosen {
            buffer.set_string(area.x + 1, y, "▌", theme.accent);
        }
    }
}

/// What splits the result best, in words; nothing where nothing does.
fn telling(state: &State, turn: &Turn) -> String {
    let facet = turn.facets.iter().find(|facet| Some(&facet.aspect) == turn.telling.as_ref());
    facet.map_or_else(String::new, |facet| format!(" Most telling: {} ", state.painter.short(&facet.label, NAMES)))
}

/// Name, value and count of one filter.
fn line(
    state: &State,
    (facet, value): (&Facet, &FacetValue),
    named: bool,
    chosen: bool,
    (names, room): (usize, usize),
) -> Line<'static> {
    let (painter, theme) = (&state.painter, state.painter.theme);
    let count = value.count.to_string();
    let cells = room.saturating_sub(names + 2 + text::width(&count) + 1);
    let style = if chosen { theme.accent.add_modifier(Modifier::BOLD) } else { theme.text };
    Line::from(vec![
        Span::styled(painter.cell(if named { &facet.label } else { "" }, names), theme.dim),
        Span::raw("  "),
        Span::styled(painter.cell(&value.label, cells), style),
        Span::raw(" "),
        Span::styled(count, theme.dim),
    ])
}
