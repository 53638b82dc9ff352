//! The text of a question before it is split: bounded in length, shorthand signs spelled out.
//!
//! Knows signs only (`w/o`, `4'x8'`, `★4`). Never knows a language.

/// Longest question that is read, in characters; the rest is ignored.
pub(super) const MOST_CHARS: usize = 6000;

/// The part of a question that is read, with shorthand written out.
pub(super) fn written_out(question: &str) -> String {
    let chars: Vec<char> = question.chars().take(MOST_CHARS).collect();
    let mut text = String::with_capacity(question.len().min(4 * MOST_CHARS));
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at += match c {
            'w' | 'W' => slash_word(&chars, at, &mut text),
            'x' | 'X' | '\u{d7}' if between_feet(&chars, at) => {
                text.push_str(" x ");
                1
            }
            '★' | '⭐' => leading_star(&chars, at, &mut text),
            _ => {
                text.push(c);
                1
            }
        };
    }
    text
}

/// `w/o`, `w/out` and `w/` as words of their own; how many characters they took.
fn slash_word(chars: &[char], at: usize, text: &mut String) -> usize {
    let letter = |i: usize| chars.get(i).is_some_and(|c| c.is_alphanumeric());
    let alone = at.checked_sub(1).is_none_or(|before| !letter(before));
    let slash = chars.get(at + 1) == Some(&'/');
    for without in ["o", "out"] {
        let length = 2 + without.len();
        let said = chars.iter().skip(at + 2).take(without.len()).map(char::to_ascii_lowercase);
        if alone && slash && said.eq(without.chars()) && !letter(at + length) {
            text.push_str("without ");
            return length;
        }
    }
    if alone && slash && !chars.get(at + 2).is_some_and(char::is_ascii_digit) {
        text.push_str("with ");
        return 2;
    }
    text.extend(chars.get(at));
    1
}

/// Whether an x stands between feet or inches and a digit: `4'x8'`.
fn between_feet(chars: &[char], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).and_then(|i| chars.get(i));
    let mark = matches!(before(1), Some('\'' | '"' | '\u{2032}' | '\u{2033}'));
    mark && before(2).is_some_and(char::is_ascii_digit) && chars.get(at + 1).is_some_and(char::is_ascii_digit)
}

/// `★4.5` -> `4.5 stars`; how many characters it took.
fn leading_star(chars: &[char], at: usize, text: &mut String) -> usize {
    let rated = text.trim_end().ends_with(|c: char| c.is_ascii_digit() || matches!(c, '★' | '⭐' | '\u{FE0F}'));
    let start = (at + 1..at + 3).find(|i| !matches!(chars.get(*i), Some(' ' | '\u{FE0F}'))).unwrap_or(at + 1);
    let number: String =
        chars[start.min(chars.len())..].iter().take(4).take_while(|c| c.is_ascii_digit() || **c == '.').collect();
    if rated || !number.starts_with(|c: char| c.is_ascii_digit()) {
        text.extend(chars.get(at));
        return 1;
    }
    let number = number.trim_end_matches('.');
    text.push_str(&format!(" {number} stars "));
    start - at + number.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorthand_is_written_out() {
        for (typed, expected) in [
            ("pasta w/o eggs", "pasta without  eggs"),
            ("pasta w/out eggs", "pasta without  eggs"),
            ("tea w/ milk", "tea with  milk"),
            ("4'x8' plywood", "4' x 8' plywood"),
            ("kettle ★4+", "kettle  4 stars +"),
            ("kettle 4★", "kettle 4★"),
            ("★★★★ kettle", "★★★★ kettle"),
            ("60w/2", "60w/2"),
            ("★", "★"),
        ] {
            assert_eq!(written_out(typed), expected);
        }
        assert_eq!(written_out(&"x".repeat(20_000)).len(), MOST_CHARS);
    }
}
