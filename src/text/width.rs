//! How many cells text takes, and text cut or padded to a number of cells. Counts as ratatui paints.
//!
//! Never cuts within a grapheme.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands for what was cut off; one cell wide.
pub const ELLIPSIS: &str = "…";

/// Cells that one grapheme takes. Control characters take none: they are not painted.
pub fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.len() == 1 {
        return usize::from(!grapheme.as_bytes()[0].is_ascii_control());
    }
    if grapheme.contains(char::is_control) {
        return 0;
    }
    // Half-width katakana voice marks combine by the book but take a cell of their own in terminals.
    grapheme.width() + grapheme.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count()
}

/// Cells that `text` takes on one line.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return text.len();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// Graphemes with their byte offset and width in cells.
pub fn graphemes(text: &str) -> impl Iterator<Item = (usize, &str, usize)> {
    text.grapheme_indices(true).map(|(at, grapheme)| (at, grapheme, grapheme_width(grapheme)))
}

/// The longest beginning of `text` that fits into `cells`, as a byte offset with its width.
fn cut(text: &str, cells: usize) -> (usize, usize) {
    let mut used = 0;
    for (at, _, wide) in graphemes(text) {
        if used + wide > cells {
            return (at, used);
        }
        used += wide;
    }
    (text.len(), used)
}

/// `text` in at most `cells` cells; what does not fit is replaced by an ellipsis.
pub fn truncate(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    if cells == 0 {
        return String::new();
    }
    let (end, _) = cut(text, cells - 1);
    format!("{}{ELLIPSIS}", text[..end].trim_end())
}

/// `text` in exactly `cells` cells, to the left, truncated or padded with blanks.
pub fn fit(text: &str, cells: usize) -> String {
    let mut out = truncate(text, cells);
    let used = width(&out);
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    out
}

/// `text` in exactly `cells` cells, to the right: for columns of amounts.
pub fn fit_right(text: &str, cells: usize) -> String {
    let short = truncate(text, cells);
    let mut out = " ".repeat(cells.saturating_sub(width(&short)));
    out.push_str(&short);
    out
}
