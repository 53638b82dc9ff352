//! Text -> folded characters and the numerals in it. Drops what cannot be an amount: dates, percentages, parts of
//! words, clock times, sizes. Never judges what an amount is for.

use super::currency;
use super::number::is_currency_mark;

/// Longer texts are cut: nothing that people write as a price is longer.
const MOST_CHARS: usize = 2_000;

/// A numeral: `chars[start..end]`, trailing `,-` and the like included in `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numeral {
    pub start: usize,
    pub end: usize,
    /// Where its last digit ends.
    pub digits_end: usize,
}

/// The text with other digits, spaces, dashes and apostrophes folded to ASCII and invisible characters dropped.
pub fn fold(text: &str) -> Vec<char> {
    text.chars().filter_map(fold_char).take(MOST_CHARS).collect()
}

fn fold_char(c: char) -> Option<char> {
    // First digits of the decimal digit blocks met on shop pages.
    const ZEROS: [u32; 11] = [0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xC66, 0xE50, 0x17E0, 0xFF10];
    let code = c as u32;
    if let Some(zero) = ZEROS.iter().find(|z| (**z..**z + 10).contains(&code)) {
        return char::from_digit(code - zero, 10);
    }
    Some(match c {
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => {
            return None;
        }
        '\u{066B}' | '\u{FF0E}' => '.',
        '\u{066C}' | '\u{FF0C}' | '\u{060C}' => ',',
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{00B4}' | '`' | '\u{2032}' | '\u{FF07}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{2E3A}' => '-',
        '\u{FF05}' | '\u{066A}' => '%',
        '\u{FF0F}' => '/',
        '\u{FF04}' | '\u{FE69}' => '$',
        '\u{FFE1}' => '£',
        '\u{FFE5}' => '¥',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    })
}

/// All numerals that could be amounts, in order.
pub fn numerals(text: &[char]) -> Vec<Numeral> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let leading_mark = matches!(text[at], '.' | ',') && digit(text, at + 1) && opens(&text[..at]);
        if !digit(text, at) && !leading_mark {
            at += 1;
            continue;
        }
        let numeral = read(text, at);
        if could_be_amount(text, numeral) {
            found.push(numeral);
        }
        at = numeral.end.max(at + 1);
    }
    found
}

/// Whether a mark after this may start an amount: ".75" and "$..75" do, "v.75" and "...75" do not.
fn opens(before: &[char]) -> bool {
    match before {
        [.., sign, '.'] => is_currency_mark(*sign),
        [.., last] => !last.is_alphanumeric() && !matches!(last, '.' | ','),
        [] => true,
    }
}

fn digit(text: &[char], at: usize) -> bool {
    text.get(at).is_some_and(char::is_ascii_digit)
}

fn run(text: &[char], from: usize) -> usize {
    text[from..].iter().take_while(|c| c.is_ascii_digit()).count()
}

fn read(text: &[char], start: usize) -> Numeral {
    let mut at = if digit(text, start) { start } else { start + 1 };
    let mut group = run(text, at);
    at += group;
    let mut marked = at - group != start;
    // "X200 150": what hangs on a word is no group of a number, unless the word is a currency.
    let tied = start > 0 && text[start - 1].is_alphabetic() && currency::longest(&text[..start], false).is_none();
    loop {
        match text.get(at) {
            Some('.' | ',' | '\'') if digit(text, at + 1) => {
                marked |= text[at] != '\'';
                group = run(text, at + 1);
                at += 1 + group;
            }
            // "119. 95": a slip of the keyboard, only before exactly two digits.
            Some('.' | ',') if text.get(at + 1) == Some(&' ') && run_is(text, at + 2, 2) => {
                marked = true;
                group = 2;
                at += 4;
            }
            Some(' ') if !marked && !tied && group <= 3 && run_is(text, at + 1, 3) => {
                group = 3;
                at += 4;
            }
            Some(c) if is_currency_mark(*c) && !marked => match decimals_after_sign(text, at + 1) {
                Some(end) => {
                    return Numeral { start, end, digits_end: end };
                }
                None => break,
            },
            _ => break,
        }
    }
    let digits_end = at;
    Numeral { start, end: trailing(text, at), digits_end }
}

fn run_is(text: &[char], from: usize, length: usize) -> bool {
    from <= text.len()
        && run(text, from) == length
        && !text.get(from + length).is_some_and(|c| c.is_alphabetic() && *c == 'x')
}

/// "12€50" and "12€ 50": the end of the decimals, where nothing after them says that they are another amount.
fn decimals_after_sign(text: &[char], from: usize) -> Option<usize> {
    let spaced = text.get(from) == Some(&' ');
    let first = from + usize::from(spaced);
    let length = if first <= text.len() { run(text, first) } else { 0 };
    let fits = if spaced { length == 2 } else { length == 2 || length == 3 };
    let end = first + length;
    let next = text[end.min(text.len())..].iter().find(|c| **c != ' ');
    let alone =
        next.is_none_or(|c| !matches!(c, '.' | ',' | '%' | '/' | '-') && !c.is_alphanumeric() && !is_currency_mark(*c));
    (fits && alone).then_some(end)
}

/// ",-" ".-" ",--" ". -" "," "." after the digits belong to the numeral.
fn trailing(text: &[char], at: usize) -> usize {
    let swedish = text.get(at) == Some(&':') && text.get(at + 1) == Some(&'-');
    if !swedish && !matches!(text.get(at), Some('.' | ',')) {
        return at;
    }
    let mut end = at + 1;
    let spaced = usize::from(text.get(end) == Some(&' '));
    let dashes = text.get(end + spaced..).map_or(0, |rest| rest.iter().take_while(|c| **c == '-').count());
    if dashes > 0
        && !text
            .get(end + spaced + dashes..)
            .is_some_and(|r| r.iter().find(|c| **c != ' ').is_some_and(char::is_ascii_digit))
    {
        end += spaced + dashes;
    }
    end
}

fn could_be_amount(text: &[char], n: Numeral) -> bool {
    let before = n.start.checked_sub(1).and_then(|i| text.get(i)).copied();
    let next = text.get(n.digits_end).copied();
    let after_space = text[n.end..].iter().find(|c| **c != ' ').copied();
    if after_space == Some('%')
        || matches!(next, Some(':')) && digit(text, n.digits_end + 1)
        || before == Some(':') && n.start >= 2 && digit(text, n.start - 2)
    {
        return false;
    }
    // "1e3": a float that a shop printed; its first digit is not the price.
    let exponent = n.digits_end + 1 + usize::from(matches!(text.get(n.digits_end + 1), Some('+' | '-')));
    if matches!(next, Some('e' | 'E')) && digit(text, exponent) {
        return false;
    }
    if before == Some('#') || before == Some('_') || next == Some('_') {
        return false;
    }
    !in_date(text, n)
}

/// "25-09", "2004-07-15", "15/08/2017" and "July, 2004".
fn in_date(text: &[char], n: Numeral) -> bool {
    let joined = |at: usize| matches!(text.get(at), Some('-' | '/')) && digit(text, at + 1) && run(text, at + 1) <= 4;
    let leading_zero = |at: usize| text.get(at) == Some(&'0') && digit(text, at + 1);
    if joined(n.end)
        && (leading_zero(n.end + 1) || {
            let next = n.end + 1;
            joined(next + run(text, next))
        })
    {
        return true;
    }
    let tied = n.start >= 2 && matches!(text[n.start - 1], '-' | '/') && digit(text, n.start - 2);
    if tied && (leading_zero(n.start) || joined(n.end)) {
        return true;
    }
    if tied {
        let earlier = text[..n.start - 1]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '/'))
            .collect::<Vec<_>>();
        if earlier.iter().any(|c| matches!(c, '-' | '/')) {
            return true;
        }
    }
    let bare_year = n.digits_end - n.start == 4 && matches!(text[n.start], '1' | '2');
    bare_year && month_before(&text[..n.start])
}

fn month_before(text: &[char]) -> bool {
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec mär mai okt dez janv févr avr juin juil août déc ene abr ago dic";
    let word: Vec<char> = text
        .iter()
        .rev()
        .skip_while(|c| matches!(c, ' ' | ',' | '.'))
        .take_while(|c| c.is_alphabetic())
        .copied()
        .collect();
    let word: String = word.into_iter().rev().collect::<String>().to_lowercase();
    word.chars().count() >= 3 && MONTHS.split(' ').any(|m| word.starts_with(m))
}
