//! The help overlay: the key table as it is, so that it can never be out of date.

use crate::text;
use crate::ui::keys::{Mode, Row, TABLE};
use crate::ui::layout;
use crate::ui::state::State;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

const WIDTH: u16 = 78;

/// Draws the overlay over the panes.
pub fn draw(state: &State, top: usize, buffer: &mut Buffer) {
    let body = layout::panes(state).body;
    let lines = lines(state);
    let width = body.width.min(WIDTH);
    let height = body.height.min(lines.len() as u16 + 2);
    let area = Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    let theme = state.painter.theme;
    Clear.render(area, buffer);
    let shown = usize::from(height.saturating_sub(2));
    let top = top.min(lines.len().saturating_sub(shown));
    let below = lines.len().saturating_sub(top + shown);
    let foot = if below > 0 { format!(" ↓ {below} more ") } else { String::new() };
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.dim)
        .title(Span::styled(" Keys ", theme.strong()))
        .title_bottom(Line::from(Span::styled(foot, theme.dim)).right_aligned())
        .render(area, buffer);
    for (i, line) in lines.iter().skip(top).take(shown).enumerate() {
        buffer.set_line(area.x + 2, area.y + 1 + i as u16, line, width.saturating_sub(4));
    }
}

/// One line per row of the key table, wrapped where it is long.
pub fn lines(state: &State) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let width = usize::from(layout::panes(state).body.width.min(WIDTH)).saturating_sub(4);
    let keys = TABLE.iter().map(|row| text::width(&row.names())).max().unwrap_or(0);
    TABLE
        .iter()
        .flat_map(|row| {
            let lead = vec![(format!("{:<keys$}  ", row.names()), theme.accent)];
            let pieces = [(row.help.to_owned(), theme.text), (place(row), theme.dim)];
            state.painter.flow(lead, &pieces, width)
        })
        .collect()
}

/// Where a row applies, unless that is everywhere or goes without saying.
fn place(row: &Row) -> String {
    let names: Vec<&str> = row
        .modes
        .iter()
        .filter_map(|mode| match mode {
            Mode::Results => Some("results"),
            Mode::Compare => Some("comparison"),
            Mode::History => Some("history"),
            Mode::Detail => Some("product"),
            Mode::Filters => Some("filters"),
            Mode::Evidence => Some("evidence"),
            Mode::Help | Mode::Idle | Mode::Typing => None,
        })
        .collect();
    match names.as_slice() {
        [] => " · input".to_owned(),
        all if all.len() >= 3 => String::new(),
        some => format!(" · {}", some.join(", ")),
    }
}
