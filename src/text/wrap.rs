//! Breaks text into lines of a given width: at blanks, between wide characters, within words only where a word alone
//! is too long.
//!
//! Returns byte ranges, so that styles and direction stay with the caller.

use super::width::{grapheme_width, graphemes};
use std::ops::Range;

/// Narrowest line: a wide character takes two cells.
const LEAST: usize = 2;

/// Lines of `text` as byte ranges, blanks at their ends left out: the first at most `first` cells wide, the others `rest`.
/// Line feeds end a line. A width under 2 is taken as 2. Empty text is one empty line.
pub fn wrap(text: &str, first: usize, rest: usize) -> Vec<Range<usize>> {
    let mut wrapper = Wrapper { first: first.max(LEAST), rest: rest.max(LEAST), lines: Vec::new(), open: Open::at(0) };
    let mut start = 0;
    for part in text.split('\n') {
        wrapper.paragraph(part, start);
        start += part.len() + 1;
    }
    wrapper.lines
}

/// Whether a blank parts a currency from its figure: `R 300.00`, `CHF 5`.
fn is_within_amount(text: &str, at: usize, len: usize) -> bool {
    let (before, after) = (&text[..at], &text[at + len..]);
    let mark = before.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(['(', '"']);
    let currency = |c: char| c.is_ascii_uppercase() || "€$£¥₪₹".contains(c);
    after.starts_with(|c: char| c.is_ascii_digit())
        && (1..=3).contains(&mark.chars().count())
        && mark.chars().all(currency)
}

struct Wrapper {
    first: usize,
    rest: usize,
    lines: Vec<Range<usize>>,
    open: Open,
}

/// The line being filled.
struct Open {
    start: usize,
    /// End of the last character that is no blank.
    end: usize,
    used: usize,
    /// End of the last possible line, start of the next, cells used up to there.
    chance: Option<(usize, usize, usize)>,
}

impl Open {
    fn at(offset: usize) -> Self {
        Self { start: offset, end: offset, used: 0, chance: None }
    }
}

impl Wrapper {
    fn room(&self) -> usize {
        if self.lines.is_empty() { self.first } else { self.rest }
    }

    fn paragraph(&mut self, part: &str, offset: usize) {
        self.open = Open::at(offset);
        let before = self.lines.len();
        let narrowest = self.first.min(self.rest);
        for (at, piece, wide) in graphemes(part).flat_map(|g| split_oversized(g, narrowest)) {
            let amount = is_within_amount(part, at, piece.len());
            let at = offset + at;
            if piece.chars().all(char::is_whitespace) && !amount {
                self.blank(at, piece.len(), wide, self.lines.len() > before);
            } else {
                self.piece(at, piece.len(), wide);
            }
        }
        if self.open.end > self.open.start || self.lines.len() == before {
            self.lines.push(self.open.start..self.open.end);
        }
    }

    fn blank(&mut self, at: usize, len: usize, wide: usize, wrapped: bool) {
        if self.open.used == 0 && wrapped {
            // Blanks at the start of a wrapped line belong to the break.
            self.open = Open::at(at + len);
            return;
        }
        self.open.chance = Some((self.open.end, at + len, self.open.used + wide));
        self.open.used += wide;
    }

    fn piece(&mut self, at: usize, len: usize, wide: usize) {
        if wide == 2 && self.open.used > 0 && self.open.end == at {
            self.open.chance = Some((self.open.end, at, self.open.used));
        }
        // Twice at most: what a break carries over may still leave no room.
        for _ in 0..2 {
            if self.open.used > 0 && self.open.used + wide > self.room() {
                self.break_line(at);
            }
        }
        self.open.used += wide;
        self.open.end = at + len;
    }

    fn break_line(&mut self, at: usize) {
        match self.open.chance.take() {
            // A word that the next line cannot hold either is broken here instead of being carried over.
            Some((end, next, used)) if end > self.open.start && self.open.used - used <= self.rest => {
                self.lines.push(self.open.start..end);
                self.open =
                    Open { start: next, end: self.open.end.max(next), used: self.open.used - used, chance: None };
            }
            _ => {
                self.lines.push(self.open.start..self.open.end);
                self.open = Open::at(at);
            }
        }
    }
}

/// A cluster wider than a whole line (some scripts join long ones) is taken apart into its characters.
fn split_oversized(grapheme: (usize, &str, usize), room: usize) -> Vec<(usize, &str, usize)> {
    let (at, text, wide) = grapheme;
    if wide <= room {
        return vec![grapheme];
    }
    text.char_indices()
        .map(|(i, c)| {
            let piece = &text[i..i + c.len_utf8()];
            (at + i, piece, grapheme_width(piece))
        })
        .collect()
}
