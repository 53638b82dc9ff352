//! Order of characters at paint time for text that holds right-to-left scripts (Unicode bidirectional algorithm).
//!
//! Text is kept in logical order everywhere else. Whether to reorder at all is the caller's setting, since some
//! terminals do it themselves and a second time would undo it.

use super::width::graphemes;
use std::borrow::Cow;
use std::ops::Range;
use unicode_bidi::{BidiInfo, Level};

/// Whether anything in `text` is from a right-to-left script; without it the visual order is the logical one.
pub fn has_rtl(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c as u32, 0x0590..=0x08ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff)
    })
}

/// Whether a paragraph reads from right to left: by its first strong character.
pub fn is_rtl(paragraph: &str) -> bool {
    has_rtl(paragraph) && BidiInfo::new(paragraph, None).paragraphs.first().is_some_and(|p| p.level.is_rtl())
}

/// One cluster to paint: its bytes in the text, or what stands for it where a bracket is mirrored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// Where it stands in the logical text: what a style is looked up by.
    pub range: Range<usize>,
    pub text: Cow<'a, str>,
}

/// The clusters of the line `range` of `paragraph` as they are stored.
pub fn logical_order(paragraph: &str, range: Range<usize>) -> Vec<Glyph<'_>> {
    let start = range.start;
    graphemes(&paragraph[range])
        .map(|(at, text, _)| Glyph { range: start + at..start + at + text.len(), text: Cow::Borrowed(text) })
        .collect()
}

/// The clusters of the line `range` of `paragraph` from left to right as they are painted. Directions are resolved over
/// the whole paragraph, so a wrapped line keeps the order it has within it.
pub fn visual_order(paragraph: &str, range: Range<usize>) -> Vec<Glyph<'_>> {
    let logical = |range| logical_order(paragraph, range);
    if range.is_empty() || !has_rtl(paragraph) {
        return logical(range);
    }
    let info = BidiInfo::new(paragraph, None);
    let Some(inside) = info.paragraphs.iter().find(|p| p.range.contains(&range.start)) else {
        return logical(range);
    };
    let line = range.start..range.end.min(inside.range.end);
    let (levels, runs) = info.visual_runs(inside, line);
    let mut out = Vec::new();
    for run in runs {
        let level = levels.get(run.start).copied().unwrap_or_else(Level::ltr);
        let mut glyphs = logical(run);
        if level.is_rtl() {
            glyphs.reverse();
            for glyph in &mut glyphs {
                if let Some(mirrored) = mirror(&glyph.text) {
                    glyph.text = Cow::Borrowed(mirrored);
                }
            }
        }
        out.append(&mut glyphs);
    }
    out
}

/// The whole of one line in visual order.
pub fn reorder(text: &str) -> String {
    if !has_rtl(text) {
        return text.to_owned();
    }
    visual_order(text, 0..text.len()).iter().map(|glyph| glyph.text.as_ref()).collect()
}

/// Paired marks that face the other way in right-to-left text.
fn mirror(text: &str) -> Option<&'static str> {
    Some(match text {
        "(" => ")",
        ")" => "(",
        "[" => "]",
        "]" => "[",
        "{" => "}",
        "}" => "{",
        "<" => ">",
        ">" => "<",
        "«" => "»",
        "»" => "«",
        "‹" => "›",
        "›" => "‹",
        "≤" => "≥",
        "≥" => "≤",
        _ => return None,
    })
}
