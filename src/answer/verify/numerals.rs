//! Numbers in words: "one hundred and ninety-nine", "four and a half", "four point five".
//!
//! The words are data in `assets/lexicon/number_words.txt`. Judges nothing.

use super::tokens::{Kind, Token};
use std::collections::HashMap;
use std::sync::LazyLock;

static WORDS: LazyLock<HashMap<&str, f64>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/lexicon/number_words.txt").lines().filter(|l| !l.starts_with('#'));
    lines.filter_map(|l| l.split_once(' ')).filter_map(|(word, n)| Some((word, n.parse().ok()?))).collect()
});

/// The value of one number word.
pub fn value(word: &str) -> Option<f64> {
    WORDS.get(word).copied()
}

fn value_at(tokens: &[Token], at: usize) -> Option<f64> {
    tokens.get(at).filter(|t| t.kind == Kind::Word).and_then(|t| value(&t.lower))
}

/// A number of one word or several at `at`, with the index after it.
pub fn read(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let word = |i: usize, list: &[&str]| tokens.get(i).is_some_and(|t| t.is_word(list));
    let (mut total, mut current, mut end) = (0.0, value_at(tokens, at)?, at + 1);
    loop {
        let and = usize::from(word(end, &["and"]) && current + total >= 100.0);
        let Some(next) = value_at(tokens, end + and) else { break };
        let scale = word(end + and, &["dozen", "hundred", "thousand"]);
        if scale && and == 0 && next >= 1000.0 && total == 0.0 {
            total = current * next;
            current = 0.0;
        } else if scale && and == 0 && current > 0.0 && current < 100.0 {
            current *= next;
        } else if !scale && fits_after(current, total, next) {
            current += next;
        } else {
            break;
        }
        end += and + 1;
    }
    let mut sum = total + current;
    let mut place = 0.1;
    while (place < 0.1 || word(end, &["point"]))
        && value_at(tokens, end + usize::from(place == 0.1)).is_some_and(|n| n < 10.0)
    {
        let at = end + usize::from(place == 0.1);
        sum += value_at(tokens, at)? * place;
        place /= 10.0;
        end = at + 1;
    }
    match and_a_half(tokens, end) {
        Some(end) => Some((sum + 0.5, end)),
        None => Some((sum, end)),
    }
}

/// Whether a smaller number word may follow: "ninety nine", "hundred (and) nine", "thousand five".
fn fits_after(current: f64, total: f64, next: f64) -> bool {
    let tens = current % 100.0;
    let unit = (20.0..100.0).contains(&tens) && tens % 10.0 == 0.0 && (1.0..10.0).contains(&next);
    unit || (1.0..100.0).contains(&next) && (current >= 100.0 && tens == 0.0 || current == 0.0 && total > 0.0)
}

/// The index after "and a half".
pub fn and_a_half(tokens: &[Token], at: usize) -> Option<usize> {
    let half = tokens.get(at..at + 3)?;
    (half[0].is_word(&["and"]) && half[1].is_word(&["a"]) && half[2].is_word(&["half"])).then_some(at + 3)
}

/// Whether "one" at `at` begins a longer number.
pub fn goes_on(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|t| t.is_word(&["hundred", "thousand", "dozen", "point"]))
        || and_a_half(tokens, at + 1).is_some()
}

/// "First" is 1, "second" is 2: the place that an ordinal means.
pub fn ordinal(word: &str) -> Option<usize> {
    const ORDINALS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    ORDINALS.iter().position(|o| *o == word).map(|n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{Names, tokens};

    #[test]
    fn number_words_are_read_as_far_as_they_go() {
        let read = |text: &str| super::read(&tokens(text, &Names::default()), 0);
        assert_eq!(read("one hundred and ninety-nine dollars"), Some((199.0, 5)));
        assert_eq!(read("two thousand five hundred"), Some((2500.0, 4)));
        assert_eq!(read("four and a half stars"), Some((4.5, 4)));
        assert_eq!(read("four point five stars"), Some((4.5, 3)));
        assert_eq!(read("two and three"), Some((2.0, 1)));
        assert_eq!(read("forty hours"), Some((40.0, 1)));
        assert_eq!(read("hours"), None);
    }
}
