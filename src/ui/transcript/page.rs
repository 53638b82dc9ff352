//! The sheet that a turn is laid out on: lines behind a gutter, and which of them belong to something choosable.
//!
//! Knows nothing of answers.

use crate::answer::event::Phrases;
use crate::ui::paint::{Painter, Piece};
use crate::ui::theme::Theme;
use jiff::tz::TimeZone;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::ops::Range;

/// Cells to the left that are kept free for the marks of the chosen and the marked.
const GUTTER: usize = 2;

/// A turn as lines.
#[derive(Debug, Default)]
pub struct Laid {
    pub lines: Vec<Line<'static>>,
    /// Lines of each choosable item, in the order of `Turn::items`.
    pub items: Vec<Range<usize>>,
}

/// Collects lines.
pub struct Page {
    pub painter: Painter,
    pub zone: TimeZone,
    /// Of the question's language.
    pub words: &'static Phrases,
    /// Cells right of the gutter.
    pub width: usize,
    laid: Laid,
}

impl Page {
    pub fn new(painter: Painter, zone: TimeZone, words: &'static Phrases, width: usize) -> Self {
        Self { painter, zone, words, width: width.saturating_sub(GUTTER + 1).max(10), laid: Laid::default() }
    }

    pub fn theme(&self) -> Theme {
        self.painter.theme
    }

    pub fn finish(self) -> Laid {
        self.laid
    }

    pub fn blank(&mut self) {
        if self.laid.lines.last().is_some_and(|l| !l.spans.is_empty()) {
            self.laid.lines.push(Line::default());
        }
    }

    /// Adds a line behind the gutter.
    pub fn push(&mut self, mut line: Line<'static>) {
        line.spans.insert(0, Span::raw(" ".repeat(GUTTER)));
        self.laid.lines.push(line);
    }

    /// Adds a line of pieces that is known to fit.
    pub fn row(&mut self, pieces: Vec<Piece>) {
        self.push(Line::from(pieces.into_iter().map(|(t, s)| Span::styled(t, s)).collect::<Vec<_>>()));
    }

    /// Adds a paragraph, its following lines indented under the text after `lead`.
    pub fn flow(&mut self, lead: Vec<Piece>, pieces: &[Piece]) {
        for line in self.painter.flow(lead, pieces, self.width) {
            self.push(line);
        }
    }

    /// Adds a paragraph in one style.
    pub fn say(&mut self, text: &str, style: Style) {
        self.flow(Vec::new(), &[(text.to_owned(), style)]);
    }

    /// The question, its mark in the gutter.
    pub fn question(&mut self, question: &str) {
        let theme = self.theme();
        let pieces = [(question.to_owned(), theme.strong())];
        for (i, mut line) in self.painter.flow(Vec::new(), &pieces, self.width).into_iter().enumerate() {
            line.spans.insert(0, Span::styled(if i == 0 { "› " } else { "  " }, theme.accent));
            self.laid.lines.push(line);
        }
    }

    /// Lays out something that can be chosen.
    pub fn item(&mut self, lay: impl FnOnce(&mut Self)) {
        let start = self.laid.lines.len();
        lay(self);
        self.laid.items.push(start..self.laid.lines.len());
    }
}
