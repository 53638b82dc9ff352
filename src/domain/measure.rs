//! Measures in a text as index words that are equal for equal measures: `5 ft`, `5'` and `60 in.` are one word.
//!
//! The same reading serves titles when they are indexed and questions when they are searched. Never reads money.

use super::units::{self, Dimension};

/// Units that convert into nothing else here, with their spellings: what is counted or rated in them differs by name.
const COUNTS: &[(&str, &[&str])] = &[
    ("pack", &["pack", "packs", "pk", "pks", "ct", "count"]),
    ("piece", &["piece", "pieces", "pc", "pcs", "pce"]),
    ("amp", &["amp", "amps", "ampere", "amperes"]),
    ("gauge", &["gauge", "ga"]),
    ("btu", &["btu", "btus"]),
    ("psi", &["psi"]),
    ("gpm", &["gpm", "gpf"]),
    ("grit", &["grit"]),
    ("light", &["light", "lights"]),
    ("panel", &["panel", "panels"]),
    ("shelf", &["shelf", "shelves"]),
    ("drawer", &["drawer", "drawers"]),
    ("tier", &["tier", "tiers"]),
    ("door", &["door", "doors"]),
    ("person", &["person", "people", "persons"]),
    ("speed", &["speed", "speeds"]),
    ("way", &["way", "ways"]),
    ("port", &["port", "ports"]),
    ("ply", &["ply"]),
    ("inchpound", &["ftlb", "ftlbs"]),
    ("megapixel", &["mp", "megapixel", "megapixels"]),
    ("rpm", &["rpm"]),
    ("cfm", &["cfm"]),
    ("sqft", &["sqft"]),
];

/// Spellings that only stand behind a number in trade: too short or too common elsewhere to be in [`units`].
fn trade_unit(word: &str) -> Option<&str> {
    Some(match word {
        "in" | "\"" | "''" | "\u{2033}" => "inch",
        "'" | "\u{2032}" => "ft",
        "pound" | "pounds" => "lb",
        "qt" | "quart" | "quarts" => "qt",
        _ => return None,
    })
}

/// A measure in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What stands in the index for it.
    pub word: String,
    /// Where it stands in the text, in bytes.
    pub first: usize,
    pub end: usize,
}

/// The index word of a number with its unit; `None` where the unit is unknown or the number out of bounds.
pub fn index_word(value: f64, unit: &str) -> Option<String> {
    if !value.is_finite() || value <= 0.0 || value > 1e9 {
        return None;
    }
    if let Some((name, _)) = COUNTS.iter().find(|(_, spellings)| spellings.contains(&unit)) {
        return Some(format!("q{name}{}", (value * 1000.0).round() as i64));
    }
    if unit == "qt" {
        return index_word(value * 0.946_352_946, "l");
    }
    let unit = trade_unit(unit).unwrap_or(unit);
    let (letter, base, scale) = match units::dimension(unit)? {
        Dimension::Mass => ("mass", "g", 1000.0),
        Dimension::Volume => ("vol", "ml", 1000.0),
        Dimension::Length => ("len", "mm", 1000.0),
        Dimension::Power => ("pow", "W", 1000.0),
        Dimension::Voltage => ("volt", "V", 1000.0),
        Dimension::Energy => ("en", "Wh", 1000.0),
        Dimension::Charge => ("ch", "mAh", 1000.0),
        Dimension::Data => ("data", "MB", 1.0),
        Dimension::Sound => ("snd", "dB", 1000.0),
        Dimension::Lumen => ("lum", "lm", 1000.0),
        Dimension::Time => ("time", "s", 1000.0),
        Dimension::Age => ("age", "months", 1000.0),
        _ => return None,
    };
    let exact = units::convert(value, unit, base)? * scale;
    // Four significant places: 0.95 l and a quart are one size on a shelf, 500 and 505 ml are not.
    let places = 10_f64.powi(exact.log10().floor() as i32 - 3);
    Some(format!("q{letter}{}", ((exact / places).round() * places).round() as i64))
}

/// A number as people write it: `12`, `1,500`, `0.5`, `1/2`, `1-1/4`, `1 1/4`.
pub fn number(text: &str) -> Option<f64> {
    let plain = |t: &str| -> Option<f64> {
        let grouped = t.split_once(',').is_some_and(|(_, tail)| tail.len() == 3);
        let t = if grouped { t.replace(',', "") } else { t.replace(',', ".") };
        t.parse::<f64>().ok()
    };
    let fraction = |t: &str| -> Option<f64> {
        let (a, b) = t.split_once('/')?;
        let (a, b) = (plain(a)?, plain(b)?);
        (b > 0.0).then(|| a / b)
    };
    match text.split_once(['-', ' ']) {
        Some((whole, part)) => Some(plain(whole)? + fraction(part)?),
        None => fraction(text).or_else(|| plain(text)),
    }
}

/// The measures of a text in its order; sizes such as `2x4` and `5 ft. x 8 ft.` also as a whole.
pub fn measures(text: &str) -> Vec<Measure> {
    let mut found: Vec<Measure> = Vec::new();
    // Numbers of a size so far, with where it began and where the last one ended.
    let mut size: Option<(Vec<String>, usize, usize)> = None;
    let mut at = 0;
    while at < text.len() {
        let Some((digits, end)) = number_at(text, at) else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let joins = size.as_ref().is_some_and(|(_, _, last)| is_by(&text[*last..at]));
        if !joins {
            close(&mut found, size.take());
        }
        let (unit, after) = unit_at(text, end).map_or((None, end), |(unit, after)| (Some(unit), after));
        if let Some(word) = unit.and_then(|unit| index_word(number(digits)?, &unit)) {
            found.push(Measure { word, first: at, end: after });
        }
        let written = digits.replace(',', "");
        match &mut size {
            Some((numbers, _, last)) => {
                numbers.push(written);
                *last = after;
            }
            None => size = Some((vec![written], at, after)),
        }
        at = after.max(end);
    }
    close(&mut found, size);
    found
}

/// A size of two or three numbers becomes a word of its own.
fn close(found: &mut Vec<Measure>, size: Option<(Vec<String>, usize, usize)>) {
    let Some((numbers, first, end)) = size else { return };
    if (2..=3).contains(&numbers.len()) {
        let name = |numbers: &[String]| {
            let parts: Vec<String> =
                numbers.iter().map(|n| n.replace(['/', '-', ' '], "f").replace('.', "p")).collect();
            format!("qdim{}", parts.join("x"))
        };
        found.push(Measure { word: name(&numbers), first, end });
        if numbers.len() == 3 {
            // A board of 2 x 4 x 8 is asked for as a 2x4, a sheet of 1/2 x 4 x 8 as a 4x8.
            found.push(Measure { word: name(&numbers[..2]), first, end });
            found.push(Measure { word: name(&numbers[1..]), first, end });
        }
    }
}

/// Whether the text between two numbers of a size says "by".
fn is_by(between: &str) -> bool {
    let plain = between.trim_matches([' ', '.', '-']);
    // "36 in. W x 80 in. H".
    let plain = plain.strip_prefix(['W', 'H', 'D', 'L', 'w', 'h', 'd', 'l']).map_or(plain, str::trim_start);
    matches!(plain, "x" | "X" | "\u{d7}" | "by")
}

/// A number that begins at `at` and does not continue a word or another number; where it ends.
fn number_at(text: &str, at: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let opens = digit(at) || (bytes.get(at) == Some(&b'.') && digit(at + 1));
    let before = text[..at].chars().next_back();
    // In "2x4" the x is no word; in "SC-141" and "M18" the digits are part of a name.
    let after_by = before.is_some_and(|c| matches!(c, 'x' | 'X' | '\u{d7}'))
        && text[..at].chars().rev().nth(1).is_some_and(|c| c.is_ascii_digit() || c == ' ' || c == '"' || c == '\'');
    if !opens || before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '#' | '.' | '$' | '/')) && !after_by {
        return None;
    }
    let mut end = run(bytes, at);
    // 1-1/4 and 1 1/4.
    if matches!(bytes.get(end), Some(b'-' | b' ')) && digit(end + 1) && !text[at..end].contains('/') {
        let part = run(bytes, end + 1);
        if text[end + 1..part].contains('/') {
            end = part;
        }
    }
    Some((&text[at..end], end))
}

/// The end of digits with single separators between them.
fn run(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b) = bytes.get(at) {
        let separator = matches!(b, b'.' | b',' | b'/') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !b.is_ascii_digit() && !separator {
            break;
        }
        at += 1;
    }
    at
}

/// The unit that stands at `at`, behind a space, a hyphen or nothing; where it ends.
fn unit_at(text: &str, at: usize) -> Option<(String, usize)> {
    let rest = &text[at..];
    let gap = rest.len() - rest.trim_start_matches([' ', '-']).len();
    if gap > 2 {
        return None;
    }
    let start = at + gap;
    let rest = &text[start..];
    if let Some(mark) = ["''", "\"", "'", "\u{2033}", "\u{2032}"].into_iter().find(|m| gap == 0 && rest.starts_with(m))
    {
        return Some((mark.to_owned(), start + mark.len()));
    }
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let word = rest[..length].to_lowercase();
    let mut end = start + length;
    let known = |w: &str| {
        trade_unit(w).is_some() || units::symbol(w).is_some() || COUNTS.iter().any(|(_, all)| all.contains(&w))
    };
    if word.is_empty() {
        return None;
    }
    for (first, second, name) in
        [("sq", "ft", "sqft"), ("fl", "oz", "floz"), ("ft", "lb", "ftlb"), ("ft", "lbs", "ftlb")]
    {
        let tail = text[end..].trim_start_matches([' ', '.']);
        if word == first && tail.len() < text.len() && tail.to_lowercase().starts_with(second) {
            return Some((name.to_owned(), text.len() - tail.len() + second.len()));
        }
    }
    // "3 in 1" is no length.
    let one_of_several = word == "in" && text[end..].trim_start().starts_with(|c: char| c.is_ascii_digit());
    if !known(&word) || one_of_several {
        return None;
    }
    if text[end..].starts_with('.') {
        end += 1;
    }
    Some((word, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        measures(text).into_iter().map(|m| m.word).collect()
    }

    #[test]
    fn one_measure_is_one_word_however_it_is_written() {
        for (a, b) in [
            ("5 ft", "60 in."),
            ("5'", "60\""),
            ("5-ft. pipe", "60 inches"),
            ("500ml", "0.5 l"),
            ("1/2 hp", "0.5 HP motor"),
            ("1-1/4 in.", "1 1/4\""),
            ("1-gal. paint", "1 gallon"),
            ("10,000 BTU", "10000btu"),
            ("(4-Pack)", "4 pk"),
            ("60-Watt", "60w"),
            ("16 oz", "1 lb"),
            ("18-Volt", "18v"),
            ("25 pound", "25 lbs"),
        ] {
            assert_eq!(words(a).len(), 1, "{a}: {:?}", words(a));
            assert_eq!(words(a), words(b), "{a} and {b}");
        }
    }

    #[test]
    fn sizes_are_words_of_their_own() {
        assert!(words("2x4 stud").contains(&"qdim2x4".to_owned()));
        assert!(words("2 in. x 4 in. x 8 ft. board").contains(&"qdim2x4".to_owned()));
        assert!(words("2 in. x 4 in. x 8 ft. board").contains(&"qdim2x4x8".to_owned()));
        assert_eq!(words("5 ft. x 8 ft. rug").last(), words("rug 5x8").last());
        assert_eq!(words("5 by 8 rug"), words("5 x 8"));
    }

    #[test]
    fn names_and_prices_are_no_measures() {
        for text in ["M18 drill", "#SC-141 Tugboat", "iphone 15", "$25 lbs", "A19 bulb", "3 in 1", "route 66"] {
            assert_eq!(words(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn any_text_is_read() {
        for text in [
            "",
            "1",
            "1/",
            "1/0 in",
            "9999999999999999 in",
            ".5 l",
            "½ in",
            "5'6\"",
            "1x",
            "x2",
            "\u{5d0}5",
            "7 in\u{301}",
        ] {
            words(text);
        }
    }
}
