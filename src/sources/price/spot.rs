//! Numerals and the currency tokens that touch them: which sign belongs to which amount.
//!
//! Leaves out sizes and parts of words. Never says what an amount is for.

use super::currency::{self, Token};
use super::number;
use super::role::unit;
use super::scan::{self, Numeral};

/// A numeral with the currency tokens that touch it.
pub struct Spotted {
    pub at: Numeral,
    pub token: Option<(String, Token)>,
    /// Numeral and token together.
    pub start: usize,
    pub end: usize,
}

/// The numerals of a text that may be amounts, each with the currency that is its own.
pub fn spot(chars: &[char]) -> Vec<Spotted> {
    let numerals = scan::numerals(chars);
    let mut spotted: Vec<Spotted> = Vec::with_capacity(numerals.len());
    for (index, numeral) in numerals.iter().enumerate() {
        let floor = spotted.last().map_or(0, |s| s.end);
        let ceiling = numerals.get(index + 1).map_or(chars.len(), |n| n.start);
        let inner = chars[numeral.start..numeral.digits_end].iter().find(|c| number::is_currency_mark(**c));
        let left = left_token(chars, floor.min(numeral.start), numeral.start);
        let right = right_token(chars, *numeral, ceiling.max(numeral.end), left.is_some());
        let word_before = numeral.start > 0 && chars[numeral.start - 1].is_alphabetic() && left.is_none();
        if word_before || right.is_none() && is_measure(&chars[numeral.digits_end..]) {
            continue;
        }
        let mut entry = Spotted { at: *numeral, token: None, start: numeral.start, end: numeral.end };
        if let Some(sign) = inner {
            entry.token = currency::lookup(&sign.to_string()).map(|token| (sign.to_string(), token));
        } else {
            if let Some((start, ..)) = &left {
                entry.start = *start;
            }
            if let Some((end, ..)) = &right {
                entry.end = *end;
            }
            entry.token = match (left, right) {
                (Some((_, a, left)), Some((_, b, right))) => {
                    Some(if !left.sure && right.sure && left.code != right.code { (b, right) } else { (a, left) })
                }
                (Some((_, text, token)), None) | (None, Some((_, text, token))) => Some((text, token)),
                (None, None) => None,
            };
        }
        spotted.push(entry);
    }
    share_in_ranges(chars, &mut spotted);
    spotted
}

/// "10-20 €" and "US$ 12 - 15" write the currency once. In "50 - $2" it belongs to the second alone.
fn share_in_ranges(chars: &[char], spotted: &mut [Spotted]) {
    for index in 1..spotted.len() {
        let (low, high) = (&spotted[index - 1], &spotted[index]);
        let between = chars.get(low.end..high.start).unwrap_or_default();
        let dash = between.contains(&'-') && between.iter().all(|c| matches!(c, '-' | ' '));
        if !dash {
            continue;
        }
        match (low.token.clone(), high.token.clone()) {
            (None, Some(token)) if high.start == high.at.start => spotted[index - 1].token = Some(token),
            (Some(token), None) if low.end == low.at.end => spotted[index].token = Some(token),
            _ => {}
        }
    }
}

/// The token that ends just before `end`, a code further left (`SGD$`, `$ SGD`) preferred over a shared sign.
fn left_token(chars: &[char], floor: usize, end: usize) -> Option<(usize, String, Token)> {
    let gap = |end: usize| {
        let stretch = &chars[floor..end];
        floor + stretch.len()
            - stretch.iter().rev().take_while(|c| matches!(c, ' ' | ':' | '-' | '+' | '=' | '(')).count()
    };
    let edge = gap(end);
    let (len, token) = currency::longest(&chars[floor..edge], false)?;
    let start = edge - len;
    let text = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
    if !token.sure {
        let edge = gap(start);
        if let Some((len, further)) = currency::longest(&chars[floor..edge], false)
            && further.sure
        {
            return Some((edge - len, text(edge - len, edge), further));
        }
    }
    Some((start, text(start, edge), token))
}

/// The token that starts just after `start`. One that touches the next numeral belongs to that one, where this
/// numeral has a token already.
fn right_token(chars: &[char], numeral: Numeral, ceiling: usize, has_left: bool) -> Option<(usize, String, Token)> {
    let start = numeral.end;
    let stretch = &chars[start..ceiling];
    let skip = stretch.iter().take_while(|c| matches!(c, ' ' | '*' | '\'')).count();
    let (len, token) = currency::longest(&stretch[skip..], true)?;
    let end = start + skip + len;
    let gap = chars[end..ceiling].iter().all(|c| *c == ' ');
    let whole = chars[numeral.start..numeral.digits_end].iter().all(char::is_ascii_digit);
    // "Size 42 €59": the sign leans on the amount it touches.
    let leans = whole && skip > 0 && end == ceiling;
    if ceiling < chars.len() && gap && (has_left || leans) {
        return None;
    }
    Some((end, chars[start + skip..end].iter().collect(), token))
}

/// A size and no price: "16 ft", "500g", "4K", "2 Litre".
fn is_measure(after: &[char]) -> bool {
    const SIZES: [&str; 22] = [
        "ft", "in", "inch", "mm", "cm", "km", "w", "kw", "v", "hz", "gb", "tb", "mb", "mah", "x", "st", "nd", "th",
        "pcs", "stars", "k", "d",
    ];
    let spaced = after.first() == Some(&' ');
    let word: String =
        after.iter().skip(usize::from(spaced)).take_while(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    !word.is_empty() && (SIZES.contains(&word.as_str()) || unit(&word).is_some())
}

/// A currency in the text that touches no numeral: a sign anywhere, letters only as the whole text.
pub fn stray_token(chars: &[char], spotted: &[Spotted]) -> Option<(String, Token)> {
    if let Some(owned) = spotted.iter().find_map(|s| s.token.clone()) {
        return Some(owned);
    }
    let whole: String = chars.iter().collect::<String>().trim().to_owned();
    if let Some(token) = currency::lookup(&whole) {
        return Some((whole, token));
    }
    signs_and_codes(chars, false)
}

/// The currency in a text that stands beside a price: the same, and codes in capitals as words of their own.
pub fn token_in_hint(text: &str) -> Option<(String, Token)> {
    let chars = scan::fold(text);
    let spotted = spot(&chars);
    stray_token(&chars, &spotted).or_else(|| signs_and_codes(&chars, true))
}

fn signs_and_codes(chars: &[char], codes: bool) -> Option<(String, Token)> {
    for at in 0..chars.len() {
        if at > 0 && chars[at - 1].is_alphabetic() && chars[at].is_alphabetic() {
            continue;
        }
        let Some((len, token)) = currency::longest(&chars[at..], true) else { continue };
        let word: String = chars[at..at + len].iter().collect();
        let code = codes && len == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
        if code || currency::is_sign(&word) {
            return Some((word, token));
        }
    }
    None
}
