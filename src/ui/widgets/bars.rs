//! The lines around the panes: header with tabs, the rule over the input, the input box, the status line.

use crate::text;
use crate::ui::keys::{self, Command};
use crate::ui::layout::{PROMPT, Panes};
use crate::ui::paint::Piece;
use crate::ui::state::{Demo, Focus, ModelState, Refreshing, State};
use crate::ui::update::mode;
use crate::ui::when;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

/// Pieces from the left edge of `area` on, as many as fit; returns the column after the last.
fn put(buffer: &mut Buffer, area: Rect, pieces: &[Piece]) -> u16 {
    let mut x = area.x;
    for (piece, style) in pieces {
        let room = usize::from(area.right().saturating_sub(x));
        (x, _) = buffer.set_stringn(x, area.y, piece, room, *style);
    }
    x
}

/// Name and panes to the left, what is in the catalogue to the right.
pub fn header(state: &State, area: Rect, buffer: &mut Buffer) {
    if area.height == 0 {
        return;
    }
    let theme = state.painter.theme;
    let mut pieces = vec![(" emptor ".to_owned(), theme.accent.add_modifier(Modifier::BOLD))];
    let tabs = [
        ("Chat", true, matches!(state.focus, Focus::Input | Focus::Results)),
        ("History", !state.history.data.is_nothing(), state.focus == Focus::History),
        ("Compare", !state.compare.data.is_nothing(), state.focus == Focus::Compare),
    ];
    if tabs[1].1 || tabs[2].1 {
        for (name, _, active) in tabs.iter().filter(|(_, there, _)| *there) {
            let style = if *active { theme.strong().add_modifier(Modifier::UNDERLINED) } else { theme.dim };
            pieces.push(("  ".to_owned(), theme.text));
            pieces.push(((*name).to_owned(), style));
        }
    }
    let end = put(buffer, area, &pieces);
    let Some(counts) = state.counts.filter(|c| c.products > 0) else {
        return;
    };
    let products = when::plural(counts.products, "product", "products");
    let forms = if counts.invented == counts.products {
        [
            format!("demo catalogue, invented · {products}"),
            format!("invented demo · {products}"),
            "invented demo".to_owned(),
        ]
    } else if counts.invented > 0 {
        let some = format!("{} invented", when::count(counts.invented));
        [format!("{products}, {some} for the demo"), format!("{products}, {some}"), some]
    } else {
        [products.clone(), products, String::new()]
    };
    let room = usize::from(area.right().saturating_sub(end + 3));
    if let Some(words) = forms.iter().find(|f| text::width(f) <= room) {
        let x = area.right() - text::width(words) as u16 - 1;
        buffer.set_string(x, area.y, words, theme.dim);
    }
}

/// The line over the input: a notice to the left, what lies below the visible part of the chat to the right.
pub fn rule(state: &State, area: Rect, buffer: &mut Buffer, hidden_below: usize) {
    if area.height == 0 {
        return;
    }
    let theme = state.painter.theme;
    buffer.set_string(area.x, area.y, "─".repeat(area.width.into()), theme.dim);
    let mut right = area.right();
    if hidden_below > 0 {
        let more = format!(" ↓ {} more, PgDn ", when::plural(hidden_below as u64, "line", "lines"));
        let cells = text::width(&more) as u16;
        if cells + 4 < area.width {
            right = area.right() - cells - 2;
            buffer.set_string(right, area.y, more, theme.dim);
        }
    }
    if let Some(notice) = &state.notice {
        let room = usize::from(right.saturating_sub(area.x + 5));
        let notice = format!(" {} ", state.painter.short(notice, room.saturating_sub(2)));
        buffer.set_string(area.x + 2, area.y, notice, theme.accent);
    }
}

/// The input box, the terminal's own cursor in it where typing goes there.
pub fn input(state: &State, area: Rect, frame: &mut Frame<'_>) {
    if area.height == 0 || area.width <= PROMPT + 1 {
        return;
    }
    let theme = state.painter.theme;
    let focused = state.focus == Focus::Input && state.overlays.is_empty();
    let buffer = frame.buffer_mut();
    let prompt = if focused { theme.accent } else { theme.dim };
    buffer.set_string(area.x + 1, area.y, "›", prompt.add_modifier(Modifier::BOLD));
    let room = usize::from(area.width - PROMPT - 1);
    let x = area.x + PROMPT;
    if state.input.is_empty() {
        let hint =
            if state.turns.is_empty() { "What are you looking for?" } else { "Ask more, or look for something else" };
        buffer.set_stringn(x, area.y, hint, room, theme.dim);
        if focused {
            frame.set_cursor_position(Position::new(x, area.y));
        }
        return;
    }
    let typed = state.typed();
    let cursor = cursor_byte(state, &typed);
    let lines = text::wrap(&format!("{typed}."), room, room);
    let at = lines.iter().rposition(|l| l.start <= cursor).unwrap_or(0);
    let first = (at + 1).saturating_sub(area.height.into());
    let right = state.painter.reorder && text::is_rtl(&typed);
    for (row, range) in lines.iter().skip(first).take(area.height.into()).enumerate() {
        let range = range.start..range.end.min(typed.len());
        let used = text::width(&typed[range.clone()]);
        let pad = if right { room.saturating_sub(used) } else { 0 };
        let y = area.y + row as u16;
        let mut column = x + pad as u16;
        let mut here = None;
        let glyphs = if state.painter.reorder {
            text::visual_order(&typed, range.clone())
        } else {
            text::bidi::logical_order(&typed, range.clone())
        };
        for glyph in glyphs {
            if glyph.range.contains(&cursor) {
                here = Some(column);
            }
            (column, _) = buffer.set_stringn(column, y, &glyph.text, room, theme.text);
        }
        if focused && first + row == at && !right {
            ghost(state, (column, y), area, buffer);
        }
        if focused && first + row == at {
            let blanks = typed.get(range.end..cursor.max(range.end)).map_or(0, text::width) as u16;
            let end = if right { (x + pad as u16).saturating_sub(1 + blanks) } else { column + blanks };
            frame.set_cursor_position(Position::new(here.unwrap_or(end).clamp(x, area.right() - 1), y));
            rest_of_input(state, area, frame.buffer_mut(), &lines, &typed, first + row + 1, y + 1);
            return;
        }
    }
}

/// How the text may go on, behind it and dimmed, as far as there is room.
fn ghost(state: &State, (x, y): (u16, u16), area: Rect, buffer: &mut Buffer) {
    if let Some(rest) = state.rest() {
        let room = usize::from(area.right().saturating_sub(x));
        buffer.set_stringn(x, y, state.painter.short(rest, room), room, state.painter.theme.dim);
    }
}

/// Paints the lines after the cursor's.
fn rest_of_input(
    state: &State,
    area: Rect,
    buffer: &mut Buffer,
    lines: &[std::ops::Range<usize>],
    typed: &str,
    from: usize,
    y: u16,
) {
    for (row, range) in lines.iter().skip(from).take(usize::from(area.bottom().saturating_sub(y))).enumerate() {
        let shown = &typed[range.start..range.end.min(typed.len())];
        let room = usize::from(area.width - PROMPT);
        let shown = state.painter.short(shown, room);
        buffer.set_stringn(area.x + PROMPT, y + row as u16, shown, room, state.painter.theme.text);
    }
}

fn cursor_byte(state: &State, typed: &str) -> usize {
    let at = state.input.cursor();
    typed.char_indices().nth(at.1).map_or(typed.len(), |(byte, _)| byte)
}

/// What works in the background to the left, the keys to the right.
pub fn footer(state: &State, panes: &Panes, buffer: &mut Buffer) {
    let area = panes.footer;
    if area.height == 0 {
        return;
    }
    let theme = state.painter.theme;
    let hints = hint_pieces(state, usize::from(area.width) * 2 / 5);
    let wide: usize = hints.iter().map(|(t, _)| text::width(t)).sum();
    let start = area.right().saturating_sub(wide as u16 + 1);
    put(buffer, Rect { x: start, width: area.right().saturating_sub(start), ..area }, &hints);
    let room = usize::from(start.saturating_sub(area.x + 3));
    let mut used = 1;
    for (i, (part, style)) in status(state).into_iter().enumerate() {
        let part = state.painter.short(&part, 40);
        let gap = if i == 0 { 0 } else { 3 };
        let cells = text::width(&part);
        if used + gap + cells > room {
            continue;
        }
        if gap > 0 {
            buffer.set_string(area.x + used as u16, area.y, " · ", theme.dim);
        }
        buffer.set_string(area.x + (used + gap) as u16, area.y, part, style);
        used += gap + cells;
    }
}

/// Words for the status line, the more important first.
fn status(state: &State) -> Vec<Piece> {
    let theme = state.painter.theme;
    let status = &state.status;
    let mut parts = vec![match &status.model {
        ModelState::Off => ("facts only, no model".to_owned(), theme.dim),
        ModelState::Loading(name) => (format!("◌ {name} loading"), theme.warn),
        ModelState::Ready(name) => (format!("● {name}"), theme.good),
        ModelState::Failed(reason) => (format!("✗ no model: {reason}"), theme.bad),
    }];
    if status.offline {
        parts.push(("offline".to_owned(), theme.warn));
    }
    if status.failing > 0 {
        parts.push((
            format!("{} of {} failing", status.failing, when::plural(status.sources.into(), "source", "sources")),
            theme.bad,
        ));
    }
    if let Some(text) = refreshing(state) {
        parts.push((text, theme.dim));
    }
    if let Some((done, total)) = status.embedding {
        parts.push((format!("indexing {}/{}", when::count(done), when::count(total)), theme.dim));
    }
    if let Demo::Loading { done, total } = state.demo {
        parts.push((format!("loading demo {}%", done * 100 / total.max(1)), theme.dim));
    }
    parts
}

/// What is being looked at and how far that is, or when the last look was and the next will be.
fn refreshing(state: &State) -> Option<String> {
    let status = &state.status;
    let moment = |at| when::moment(at, state.now, &state.zone);
    let mut looking = status.refreshing.values();
    match (looking.next(), looking.next()) {
        (Some(Refreshing { name, done, total: Some(total) }), None) if *total > 1 => {
            Some(format!("refreshing {name} {}/{}", when::count(u64::from(*done)), when::count(u64::from(*total))))
        }
        (Some(one), None) => Some(format!("refreshing {}", one.name)),
        (Some(_), Some(_)) => {
            let done: u64 = status.refreshing.values().map(|one| u64::from(one.done)).sum();
            let sources = status.refreshing.len() as u64;
            Some(format!("refreshing {}, {} done", when::plural(sources, "source", "sources"), when::count(done)))
        }
        (None, _) => {
            let last = format!("refreshed {}", moment(status.refreshed_at?));
            let next = status.next_refresh_at.filter(|at| *at > state.now);
            Some(next.map_or(last.clone(), |at| format!("{last}, next {}", moment(at))))
        }
    }
}

fn hint_pieces(state: &State, room: usize) -> Vec<Piece> {
    let theme = state.painter.theme;
    let mut all: Vec<(String, &str)> = Vec::new();
    if state.asking().is_some() {
        all.push(("Esc".to_owned(), "stop"));
    } else if !state.overlays.is_empty() {
        all.push(("Esc".to_owned(), "close"));
    }
    let possible = |command| match command {
        Command::Open => !state.items().is_empty(),
        Command::Complete => state.rest().is_some(),
        Command::Down => state.live().is_some_and(|live| !live.rows.is_empty()),
        Command::LoadDemo => state.is_bare() && !matches!(state.demo, Demo::Loading { .. }),
        Command::NextPane => !state.turns.is_empty(),
        Command::ClearMarks => !state.marked.is_empty(),
        Command::Evidence => state.turns.last().is_some_and(|turn| turn.pick.is_some() || !turn.sentences.is_empty()),
        Command::Filter => state.turns.last().is_some_and(|turn| !turn.filters().is_empty()),
        _ => true,
    };
    let rows = keys::hints(mode(state)).filter(|row| possible(row.command));
    all.extend(rows.filter_map(|row| Some((row.keys.first()?.name(), row.hint))));
    // Help stands last and always; the others as far as they fit.
    let help = all.iter().position(|(_, word)| *word == "help").map(|i| all.remove(i));
    let cells = |(key, word): &(String, &str)| text::width(key) + 1 + text::width(word);
    let mut used = help.as_ref().map_or(0, cells);
    let mut chosen: Vec<(String, &str)> = Vec::new();
    for hint in all {
        if used + 2 + cells(&hint) > room {
            break;
        }
        used += 2 + cells(&hint);
        chosen.push(hint);
    }
    chosen.extend(help);
    let mut pieces = Vec::new();
    for (i, (key, word)) in chosen.into_iter().enumerate() {
        pieces.push((format!("{}{key}", if i > 0 { "  " } else { "" }), theme.accent));
        pieces.push((format!(" {word}"), theme.dim));
    }
    pieces
}

/// A vertical line between panes.
pub fn separator(state: &State, x: u16, area: Rect, buffer: &mut Buffer) {
    for y in area.top()..area.bottom() {
        buffer.set_string(x, y, "│", state.painter.theme.dim);
    }
}

/// The line over the lower one of two panes.
pub fn divider(state: &State, below: Rect, buffer: &mut Buffer) {
    let y = below.y.saturating_sub(1);
    buffer.set_string(below.x.saturating_sub(1), y, "├", state.painter.theme.dim);
    buffer.set_string(below.x, y, "─".repeat(below.width.into()), state.painter.theme.dim);
}

/// A pane's title, the rest of its line ruled.
pub fn title(state: &State, area: Rect, words: &str, after: &str, active: bool, buffer: &mut Buffer) {
    let theme = state.painter.theme;
    let style = if active { theme.accent.add_modifier(Modifier::BOLD) } else { theme.strong() };
    let room = usize::from(area.width.saturating_sub(2));
    let words = state.painter.short(words, room);
    let left = room.saturating_sub(text::width(&words));
    let mut spans = vec![Span::raw(" "), Span::styled(words, style)];
    if !after.is_empty() && left > text::width(after) + 3 {
        spans.push(Span::styled(format!(" · {after}"), theme.dim));
    }
    buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
}
