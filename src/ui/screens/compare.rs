//! The comparison pane: products side by side, differing rows first, the best cell marked. Scrolls both ways.

use crate::answer::event::{CompareRow, Comparison};
use crate::text;
use crate::ui::state::{Focus, Loaded, State};
use crate::ui::widgets::bars;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// A column narrower than this breaks words too often.
const LEAST_COLUMN: usize = 11;
const WIDEST_COLUMN: usize = 30;
const CELL_LINES: usize = 3;
const TITLE_LINES: usize = 3;

/// Draws the pane.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let theme = state.painter.theme;
    let active = state.focus == Focus::Compare;
    let say = |words: &str, style, buffer: &mut Buffer| {
        let room = usize::from(area.width.saturating_sub(2));
        for (i, line) in state.painter.paragraph(words, style, room).iter().enumerate() {
            buffer.set_line(area.x + 1, area.y + 2 + i as u16, line, area.width - 1);
        }
    };
    match &state.compare.data {
        Loaded::Ready(comparison) => table(state, comparison, area, active, buffer),
        Loaded::Pending => bars::title(state, area, "Comparison", "", active, buffer),
        Loaded::Failed(error) => {
            bars::title(state, area, "Comparison", "", active, buffer);
            say(error, theme.bad, buffer);
        }
        Loaded::Nothing => {}
    }
}

/// Columns of the table.
struct Columns {
    label: usize,
    column: usize,
    /// Products shown.
    from: usize,
    to: usize,
}

fn columns(comparison: &Comparison, left: usize, width: usize) -> Columns {
    let widest = comparison.rows.iter().map(|r| text::width(&r.label)).max().unwrap_or(0);
    let label = widest.min(18).min(width / 4).max(4);
    let products = comparison.products.len();
    let room = width.saturating_sub(label + 1);
    let fitting = (room / (LEAST_COLUMN + 2)).clamp(1, products.max(1));
    let from = left.min(products.saturating_sub(1));
    let column = (room / fitting).saturating_sub(2).min(WIDEST_COLUMN);
    Columns { label, column, from, to: (from + fitting).min(products) }
}

fn table(state: &State, comparison: &Comparison, area: Rect, active: bool, buffer: &mut Buffer) {
    let theme = state.painter.theme;
    let grid = columns(comparison, state.compare.left, usize::from(area.width).saturating_sub(2));
    let hidden = comparison.products.len() - (grid.to - grid.from);
    let after = match hidden {
        0 => String::new(),
        n => format!("{n} more, ← →"),
    };
    bars::title(state, area, "Comparison", &after, active, buffer);
    let mut lines = heads(state, comparison, &grid);
    let top = state.compare.top.min(comparison.rows.len().saturating_sub(1));
    let mut said_same = false;
    for row in comparison.rows.iter().skip(top) {
        if !row.differs && !said_same {
            said_same = true;
            lines.push(Line::from(Span::styled("the same for all", theme.dim)));
        }
        lines.append(&mut cells(state, row, &grid));
        if lines.len() >= usize::from(area.height) {
            break;
        }
    }
    for (i, line) in lines.iter().take(usize::from(area.height).saturating_sub(1)).enumerate() {
        buffer.set_line(area.x + 1, area.y + 1 + i as u16, line, area.width.saturating_sub(1));
    }
}

/// Numbers and titles over the columns.
fn heads(state: &State, comparison: &Comparison, grid: &Columns) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let shown = &comparison.products[grid.from..grid.to];
    let titles: Vec<Vec<Line<'static>>> = shown
        .iter()
        .map(|row| {
            let number = if row.number > 0 { format!("[{}] ", row.number) } else { String::new() };
            let pieces = [(number, theme.accent), (row.product.facts.title.clone(), theme.strong())];
            let mut lines = state.painter.flow(Vec::new(), &pieces, grid.column);
            lines.truncate(TITLE_LINES);
            if row.product.invented {
                lines.push(Line::from(Span::styled("invented", theme.dim)));
            }
            lines
        })
        .collect();
    let mut lines = beside(&titles, vec![Line::default()], grid);
    lines.push(Line::default());
    lines
}

fn cells(state: &State, row: &CompareRow, grid: &Columns) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let cells: Vec<Vec<Line<'static>>> = (grid.from..grid.to)
        .map(|i| {
            let best = row.best == Some(i);
            let (words, style) = match row.cells.get(i).and_then(Option::as_deref) {
                Some(words) if best => (format!("{words} ✓"), theme.good),
                Some(words) if row.differs => (words.to_owned(), theme.text),
                Some(words) => (words.to_owned(), theme.dim),
                None => ("–".to_owned(), theme.dim),
            };
            let mut lines = state.painter.paragraph(&words, style, grid.column);
            lines.truncate(CELL_LINES);
            lines
        })
        .collect();
    let label = state.painter.paragraph(&row.label, theme.dim, grid.label);
    beside(&cells, label, grid)
}

/// Puts a label and cells of several lines next to each other.
fn beside(cells: &[Vec<Line<'static>>], label: Vec<Line<'static>>, grid: &Columns) -> Vec<Line<'static>> {
    let tallest = cells.iter().map(Vec::len).max().unwrap_or(0).max(label.len());
    let used = |line: &Line<'_>| line.spans.iter().map(|s| text::width(&s.content)).sum::<usize>();
    (0..tallest)
        .map(|i| {
            let mut line = label.get(i).cloned().unwrap_or_default();
            let mut column = grid.label;
            for cell in cells {
                line.spans.push(Span::raw(" ".repeat((column + 2).saturating_sub(used(&line)))));
                column += 2;
                if let Some(part) = cell.get(i) {
                    line.spans.extend(part.spans.iter().cloned());
                }
                column += grid.column;
            }
            line
        })
        .collect()
}
