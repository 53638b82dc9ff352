//! Styled text to lines of a given width: cleaned, wrapped, cut, and reordered where a right-to-left script needs it.
//!
//! The one place where untrusted text enters what is drawn. Never decides a layout.

use super::theme::Theme;
use crate::text;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Text with its style.
pub type Piece = (String, Style);

/// How text is painted: roles and who reorders right-to-left text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Painter {
    pub theme: Theme,
    /// Reorder here; otherwise the terminal does it or nobody should.
    pub reorder: bool,
}

impl Painter {
    /// Text in exactly `cells` cells, to the left.
    pub fn cell(&self, text: &str, cells: usize) -> String {
        text::fit(&self.short(text, cells), cells)
    }

    /// Text in exactly `cells` cells, to the right: amounts.
    pub fn cell_right(&self, text: &str, cells: usize) -> String {
        text::fit_right(&self.short(text, cells), cells)
    }

    /// Text in at most `cells` cells, in the order in which it is painted.
    pub fn short(&self, text: &str, cells: usize) -> String {
        let short = text::truncate(&text::line(text), cells);
        if self.reorder { text::bidi::reorder(&short) } else { short }
    }

    /// Wraps styled pieces as one paragraph after `lead`, the following lines indented by the width of `lead`.
    pub fn flow(&self, lead: Vec<Piece>, pieces: &[Piece], cells: usize) -> Vec<Line<'static>> {
        let indent: usize = lead.iter().map(|(t, _)| text::width(t)).sum();
        let room = cells.saturating_sub(indent).max(2);
        let (whole, styles) = join(pieces);
        let right = self.reorder && text::is_rtl(&whole);
        let mut lines = Vec::new();
        for mut range in text::wrap(&whole, room, room) {
            // A separator at the end of a line separates nothing.
            if let Some(kept) = whole[range.clone()].strip_suffix(" ·") {
                range.end = range.start + kept.len();
            }
            let mut spans: Vec<Span<'static>> = if lines.is_empty() {
                lead.iter().map(|(t, s)| Span::styled(t.clone(), *s)).collect()
            } else {
                vec![Span::raw(" ".repeat(indent))]
            };
            if right {
                let used = text::width(&whole[range.clone()]);
                spans.push(Span::raw(" ".repeat(room.saturating_sub(used))));
            }
            spans.append(&mut self.spans(&whole, range, &styles));
            lines.push(Line::from(spans));
        }
        lines
    }

    /// One paragraph in one style.
    pub fn paragraph(&self, text: &str, style: Style, cells: usize) -> Vec<Line<'static>> {
        self.flow(Vec::new(), &[(text.to_owned(), style)], cells)
    }

    fn spans(&self, whole: &str, range: std::ops::Range<usize>, styles: &[(usize, Style)]) -> Vec<Span<'static>> {
        let style_at =
            |at: usize| styles.iter().take_while(|(start, _)| *start <= at).last().map_or(Style::new(), |(_, s)| *s);
        let mut spans: Vec<(String, Style)> = Vec::new();
        let mut push = |text: &str, style: Style| match spans.last_mut() {
            Some((held, last)) if *last == style => held.push_str(text),
            _ => spans.push((text.to_owned(), style)),
        };
        if self.reorder && text::has_rtl(whole) {
            for glyph in text::visual_order(whole, range) {
                push(&glyph.text, style_at(glyph.range.start));
            }
        } else {
            let ends = styles.iter().map(|(start, _)| *start).filter(|s| *s > range.start && *s < range.end);
            let mut from = range.start;
            for to in ends.chain(std::iter::once(range.end)) {
                push(&whole[from..to], style_at(from));
                from = to;
            }
        }
        spans.into_iter().map(|(text, style)| Span::styled(text, style)).collect()
    }
}

/// The pieces as one clean text with the byte offsets at which styles begin.
fn join(pieces: &[Piece]) -> (String, Vec<(usize, Style)>) {
    let mut whole = String::new();
    let mut styles = Vec::new();
    for (piece, style) in pieces {
        let clean = text::line(piece);
        if clean.is_empty() && !piece.contains(char::is_whitespace) {
            continue;
        }
        let glue = |edge: Option<char>| edge.is_some_and(char::is_whitespace);
        if glue(piece.chars().next()) && !whole.is_empty() && !whole.ends_with(' ') {
            whole.push(' ');
        }
        styles.push((whole.len(), *style));
        whole.push_str(&clean);
        if !clean.is_empty() && glue(piece.chars().last()) {
            whole.push(' ');
        }
    }
    (whole.trim_end().to_owned(), styles)
}

/// Text with citations (`[1]`) in a style of their own.
pub fn with_citations(text: &str, style: Style, citation: Style) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let after = &rest[open + 1..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || !after[digits..].starts_with(']') {
            pieces.push((rest[..=open].to_owned(), style));
            rest = after;
            continue;
        }
        let end = open + digits + 2;
        pieces.push((rest[..open].to_owned(), style));
        pieces.push((rest[open..end].to_owned(), citation));
        rest = &rest[end..];
    }
    pieces.push((rest.to_owned(), style));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painter() -> Painter {
        Painter { theme: Theme::named("default", true).unwrap(), reorder: true }
    }

    fn plain(lines: &[Line<'_>]) -> Vec<String> {
        lines.iter().map(|l| l.spans.iter().map(|s| s.content.as_ref()).collect()).collect()
    }

    #[test]
    fn pieces_join_with_their_blanks_and_hang_under_the_lead() {
        let bold = Style::new().bold();
        let pieces = [
            ("7 dB quieter ".to_owned(), Style::new()),
            ("than".to_owned(), bold),
            (" B [2]".to_owned(), Style::new()),
        ];
        let lines = painter().flow(vec![("+ ".to_owned(), bold)], &pieces, 16);
        assert_eq!(plain(&lines), ["+ 7 dB quieter", "  than B [2]"]);
        assert_eq!(lines[1].spans[1].style, bold);
    }

    #[test]
    fn hebrew_is_set_to_the_right_and_reordered() {
        let lines = painter().paragraph("מדיח 45", Style::new(), 10);
        assert_eq!(plain(&lines), ["   45 חידמ"]);
        let logical = Painter { reorder: false, ..painter() }.paragraph("מדיח 45", Style::new(), 10);
        assert_eq!(plain(&logical), ["מדיח 45"]);
    }

    #[test]
    fn citations_stand_out_and_other_brackets_do_not() {
        let (plain, cited) = (Style::new(), Style::new().bold());
        let pieces = with_citations("quiet [1][12], not [x]", plain, cited);
        let marked: Vec<&str> = pieces.iter().filter(|(_, s)| *s == cited).map(|(t, _)| t.as_str()).collect();
        assert_eq!(marked, ["[1]", "[12]"]);
        assert_eq!(pieces.iter().map(|(t, _)| t.as_str()).collect::<String>(), "quiet [1][12], not [x]");
    }
}
