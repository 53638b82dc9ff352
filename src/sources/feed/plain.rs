//! Plain text of what feeds put into titles and descriptions: HTML, once or twice escaped.
//!
//! Cuts tags and reads entities; never renders, never runs anything.

use crate::text::clean;

/// Entities beyond XML's own that feeds use without declaring them.
const NAMED: [(&str, char); 34] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bull", '•'),
    ("middot", '·'),
    ("times", '×'),
    ("frac12", '½'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
];

/// One line of plain text, tags and entities resolved, at most `most` characters.
pub fn line(text: &str, most: usize) -> String {
    let line = if text.contains(['<', '&']) {
        clean::line(&untagged(&entities(&untagged(&entities(text)))))
    } else {
        clean::line(text)
    };
    if line.chars().count() <= most { line } else { line.chars().take(most).collect() }
}

/// Entities replaced; unknown ones stay as they are.
pub fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The character of an entity's name or number.
pub fn entity(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r'))
        }
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c),
    }
}

/// Tags cut out; a `<` that starts none stays.
fn untagged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        let opens = tag.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        match tag.find('>').filter(|_| opens) {
            Some(end) => {
                out.push(' ');
                rest = &tag[end + 1..];
            }
            None => {
                out.push('<');
                rest = tag;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_escaped_twice_becomes_plain_text() {
        assert_eq!(line("Tea &amp;amp; mint &lt;b&gt;fresh&lt;/b&gt; &nbsp;", 99), "Tea & mint fresh");
        assert_eq!(line("a < b &unknown; &#8364;5 &#x1F;", 99), "a < b &unknown; €5 &#x1F;");
        assert_eq!(line("<p>Quiet</p><p>Small</p>", 8), "Quiet Sm");
    }
}
