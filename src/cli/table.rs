//! Aligned columns of plain text: widths in terminal cells, the flexible column cut where the terminal is narrow.
//!
//! Pure layout: takes cleaned text, gives lines. Never prints.

use super::output::{Out, Role};
use crate::text;

/// A cell with the role of its text.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    pub text: String,
    pub role: Role,
}

/// A cell of a role.
pub fn cell(role: Role, text: impl Into<String>) -> Cell {
    Cell { text: text.into(), role }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

#[derive(Debug, Clone)]
struct Column {
    title: String,
    align: Align,
    /// May be cut down to this many cells; `None`: never.
    least: Option<usize>,
    /// Goes on lines of its own under the row where it does not fit whole.
    roomy: bool,
}

/// Rows under titled columns.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

const GAP: &str = "  ";
/// Cells of the dot between what stands on a line under its row.
const DOT: usize = 3;
/// Cells of a column that may be cut with which it is still read at ease.
const ENOUGH: usize = 40;
/// A first column up to so many cells is a number or an id, under whose right what follows is lined up.
const NARROW: usize = 5;

impl Table {
    pub fn new() -> Self {
        Self::default()
    }

    /// A column aligned left.
    pub fn left(mut self, title: &str) -> Self {
        self.columns.push(Column { title: title.to_owned(), align: Align::Left, least: None, roomy: false });
        self
    }

    /// A column aligned right: figures.
    pub fn right(mut self, title: &str) -> Self {
        self.columns.push(Column { title: title.to_owned(), align: Align::Right, least: None, roomy: false });
        self
    }

    /// A column aligned left that gives way, down to `least` cells.
    pub fn flexible(mut self, title: &str, least: usize) -> Self {
        self.columns.push(Column { title: title.to_owned(), align: Align::Left, least: Some(least), roomy: false });
        self
    }

    /// A column aligned left that must not be cut: where room is short, it goes on lines under its row, the last first.
    /// Such columns stand at the end.
    pub fn roomy(mut self, title: &str) -> Self {
        self.columns.push(Column { title: title.to_owned(), align: Align::Left, least: None, roomy: true });
        self
    }

    /// Adds a row; missing cells are empty.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines, titles first unless all are empty; columns without any text are left out.
    pub fn lines(&self, out: &Out) -> Vec<String> {
        let beside = self.beside(out.table_cells());
        let shown = Self { columns: self.columns[..beside].to_vec(), rows: self.rows.clone() };
        let widths = shown.widths(out.table_cells());
        let titles = shown.columns.iter().map(|c| cell(Role::Dim, c.title.clone())).collect();
        let head: Option<Vec<Cell>> = shown.columns.iter().any(|c| !c.title.is_empty()).then_some(titles);
        let mut lines: Vec<String> = head.iter().map(|row| shown.line(row, &widths, out)).collect();
        for row in &self.rows {
            lines.push(shown.line(row, &widths, out));
            lines.extend(self.under(row, beside, &widths, out));
        }
        lines
    }

    /// Columns that stand beside each other; the roomy ones after them go under their rows.
    fn beside(&self, room: Option<usize>) -> usize {
        let Some(room) = room else { return self.columns.len() };
        let widths = self.widths(None);
        let wanted = |index: usize| match self.columns[index].least {
            Some(least) => widths[index].min(least.max(ENOUGH)),
            None => widths[index],
        };
        let fits = |count: usize| {
            let used = (0..count).filter(|i| widths[*i] > 0);
            used.clone().map(wanted).sum::<usize>() + GAP.len() * used.count().saturating_sub(1) <= room
        };
        let mut count = self.columns.len();
        while count > 0 && self.columns[count - 1].roomy && !fits(count) {
            count -= 1;
        }
        // Better whole below than broken by the terminal.
        let cut = |count: usize| Self { columns: self.columns[..count].to_vec(), rows: self.rows.clone() };
        let cells = |count: usize| {
            let widths = cut(count).widths(Some(room));
            widths.iter().sum::<usize>() + GAP.len() * widths.iter().filter(|w| **w > 0).count().saturating_sub(1)
        };
        while count > 2 && cells(count) > room {
            count -= 1;
        }
        count
    }

    fn line(&self, row: &[Cell], widths: &[usize], out: &Out) -> String {
        let empty = Cell::default();
        let last = widths.iter().rposition(|w| *w > 0).unwrap_or(0);
        let mut line = String::new();
        for (index, (column, width)) in self.columns.iter().zip(widths).enumerate() {
            if *width == 0 {
                continue;
            }
            let cell = row.get(index).unwrap_or(&empty);
            let shown = text::truncate(&cell.text, *width);
            let pad = " ".repeat(width.saturating_sub(text::width(&shown)));
            let painted = out.paint(cell.role, &shown);
            if !line.is_empty() {
                line.push_str(GAP);
            }
            match column.align {
                Align::Right => line.extend([pad.as_str(), painted.as_str()]),
                Align::Left if index == last => line.push_str(&painted),
                Align::Left => line.extend([painted.as_str(), pad.as_str()]),
            }
        }
        line.trim_end().to_owned()
    }

    /// The cells from a column on, on lines of their own under what stands in the second column.
    fn under(&self, row: &[Cell], from: usize, widths: &[usize], out: &Out) -> Vec<String> {
        let first = widths.first().copied().unwrap_or(0);
        let indent = if first <= NARROW { first + GAP.len() } else { 2 * GAP.len() };
        let room = out.table_cells().unwrap_or(usize::MAX).saturating_sub(indent);
        let filled = self.columns.iter().zip(row).skip(from).filter(|(_, cell)| !cell.text.is_empty());
        let mut lines: Vec<(usize, String)> = Vec::new();
        for (column, cell) in filled {
            // What does not say itself what it is keeps its title.
            let said = match column.roomy {
                true => cell.text.clone(),
                false => format!("{} {}", column.title.to_lowercase(), cell.text).trim_start().to_owned(),
            };
            let wide = text::width(&said);
            if let Some((used, line)) = lines.last_mut().filter(|(used, _)| *used + DOT + wide <= room) {
                line.push_str(&format!(" · {}", out.paint(cell.role, &said)));
                *used += DOT + wide;
                continue;
            }
            for range in text::wrap(&said, room, room) {
                let piece = said.get(range).unwrap_or_default();
                lines.push((text::width(piece), out.paint(cell.role, piece)));
            }
        }
        lines.into_iter().map(|(_, line)| format!("{:indent$}{line}", "")).collect()
    }

    fn widths(&self, room: Option<usize>) -> Vec<usize> {
        let wide = |index: usize| {
            self.rows.iter().filter_map(|row| row.get(index)).map(|c| text::width(&c.text)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..self.columns.len()).map(wide).collect();
        for (width, column) in widths.iter_mut().zip(&self.columns) {
            if *width > 0 {
                *width = (*width).max(text::width(&column.title));
            }
        }
        let Some(room) = room else { return widths };
        let gaps = GAP.len() * widths.iter().filter(|w| **w > 0).count().saturating_sub(1);
        loop {
            let over = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
            let widest = (0..widths.len())
                .filter(|i| self.columns[*i].least.is_some_and(|least| widths[*i] > least))
                .max_by_key(|i| widths[*i]);
            let (Some(index), true) = (widest, over > 0) else { return widths };
            let least = self.columns[index].least.unwrap_or(0);
            // Step by step, so that two flexible columns end up alike.
            let step = if over > 16 { 8 } else { 1 };
            widths[index] = widths[index].saturating_sub(step).max(least);
        }
    }
}
