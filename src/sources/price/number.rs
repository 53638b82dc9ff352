//! Numerals as people write them -> plain decimals: which mark groups and which one starts the decimals.
//!
//! Works on ASCII digits only (`scan` folds the others). Never rounds, never a float.

/// What is known from outside about the decimals of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decimals {
    /// The mark that the locale uses for decimals.
    pub mark: Option<char>,
    /// The currency counts in thousandths (dinars), so that three digits after a point are decimals.
    pub three: bool,
}

/// The plain decimal that a numeral stands for: digits, at most one point, at least one digit before it.
///
/// `None` where the marks fit neither grouping nor decimals (a date, a version number).
pub fn normalise(numeral: &str, known: Decimals) -> Option<String> {
    let compact: Vec<char> = numeral.chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
    let mut compact: &[char] = &compact;
    while let [rest @ .., last] = compact
        && !last.is_ascii_digit()
    {
        compact = rest;
    }
    let marks_at = |c: &[char]| (0..c.len()).filter(|i| !c[*i].is_ascii_digit()).collect::<Vec<usize>>();
    let mut marks = marks_at(compact);
    // ".750.30": a leading mark says nothing where another one follows.
    while marks.first() == Some(&0) && marks.len() > 1 {
        compact = &compact[1..];
        marks = marks_at(compact);
    }
    let Some(&last) = marks.last() else {
        return finish(compact, None);
    };
    if compact[last].is_alphabetic() || is_currency_mark(compact[last]) {
        return finish(compact, Some(last));
    }
    let tail = compact.len() - last - 1;
    let kinds: std::collections::BTreeSet<char> = marks.iter().map(|i| compact[*i]).collect();
    let decimal = if marks.len() == 1 {
        let three_digits_are_decimals = known.mark == Some(compact[last])
            || (known.three && known.mark.is_none() && compact[last] == '.')
            || last == 0
            || compact[..last].iter().all(|c| *c == '0')
            || last > 3;
        tail != 3 || three_digits_are_decimals
    } else {
        kinds.len() > 1 && !(tail == 3 && is_first_again(compact, &marks))
    };
    if decimal {
        let groups = &marks[..marks.len() - 1];
        if !groups.iter().all(|i| compact[*i] != compact[last]) && kinds.len() == 1 {
            return None;
        }
        return fits_grouping(&compact[..last]).then(|| finish(compact, Some(last))).flatten();
    }
    fits_grouping(compact).then(|| finish(compact, None)).flatten()
}

/// "1.234.567" ends with its grouping mark; "1,234.567" does not.
fn is_first_again(text: &[char], marks: &[usize]) -> bool {
    match marks {
        [first, .., last] => text[*first] == text[*last],
        _ => false,
    }
}

/// Groups of two or three digits after the first, the last of three: 1,234,567 and 1,23,456.
fn fits_grouping(whole: &[char]) -> bool {
    let groups: Vec<usize> = whole.split(|c| !c.is_ascii_digit()).map(<[char]>::len).collect();
    match groups.as_slice() {
        [] | [_] => true,
        [_, middle @ .., last] => *last == 3 && middle.iter().all(|n| *n == 2 || *n == 3),
    }
}

fn finish(text: &[char], decimal: Option<usize>) -> Option<String> {
    let (whole, fraction) = match decimal {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    let digits = |part: &[char]| part.iter().filter(|c| c.is_ascii_digit()).collect::<String>();
    let (whole, fraction) = (digits(whole), digits(fraction));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// Signs that stand between whole and decimals: 12€50.
pub fn is_currency_mark(c: char) -> bool {
    matches!(c, '€' | '£' | '$')
}
