//! Cuts a review into sentences, clauses and words. Knows no opinions.

use crate::answer::reviews::lexicon::{Role, Word};

/// Cuts a text into sentences: at full stops, exclamation and question marks, semicolons and line ends.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
        let decimal = || *byte == b'.' && digit(at.checked_sub(1)) && digit(Some(at + 1));
        if matches!(byte, b'.' | b'!' | b'?' | b';' | b'\n') && !decimal() {
            let end = at + 1;
            if text[start..end].chars().any(char::is_alphanumeric) {
                out.push(text[start..end].trim());
            }
            start = end;
        }
    }
    if text[start..].chars().any(char::is_alphanumeric) {
        out.push(text[start..].trim());
    }
    out
}

/// Words of a sentence in lower case with commas, colons and brackets; possessives lose their ending, denials that a
/// tokeniser has split ("can 't") are joined again.
pub fn words(sentence: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut Vec<String>| {
        let whole = std::mem::take(word);
        let stem = whole.trim_end_matches('\'');
        let stem = stem.strip_suffix("'s").unwrap_or(stem);
        match out.last_mut() {
            Some(last) if stem == "t" && denies(last) => last.push_str("'t"),
            Some(last) if stem == "n't" => match last.as_str() {
                "wo" => *last = "won't".to_owned(),
                _ => last.push_str("n't"),
            },
            _ if stem.is_empty() => {}
            _ => out.push(stem.to_owned()),
        }
    };
    // "t-mobile" and "e-mail" are one word, "clean-up" is two.
    let one_letter = |word: &str| word.len() == 1 && word != "a";
    for c in sentence.chars().map(|c| if c == '’' { '\'' } else { c }) {
        if c.is_alphanumeric() || matches!(c, '\'' | '&' | '״') && !word.is_empty() {
            match c.is_ascii() {
                true => word.push(c.to_ascii_lowercase()),
                false => word.extend(c.to_lowercase()),
            }
        } else if c == '-' && one_letter(&word) {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            if matches!(c, ',' | ':' | '(' | ')') {
                out.push(c.to_string());
            }
        }
    }
    flush(&mut word, &mut out);
    out
}

/// Whether a word is a denial that has lost its end: "don", "can".
fn denies(word: &str) -> bool {
    matches!(word, "can" | "won" | "don" | "doesn" | "didn" | "isn" | "aren" | "wasn" | "weren" | "couldn" | "wouldn")
        || matches!(word, "shouldn" | "haven" | "hasn" | "hadn" | "ain" | "mustn" | "needn")
}

/// Stretches between words of contrast; what stands in brackets is a clause of its own. What is said of rivals ("than
/// the old one", "unlike others") up to the next comma is left out.
pub fn clauses<'l>(words: Vec<Word<'l>>) -> Vec<Vec<Word<'l>>> {
    let mut done = Vec::new();
    let mut open: Vec<Vec<Word<'l>>> = vec![Vec::new()];
    let mut of_rivals = false;
    for word in words {
        let Some(now) = open.last_mut() else { break };
        if word.text == "(" {
            open.push(Vec::new());
        } else if word.text == ")" {
            if open.len() > 1 {
                done.extend(open.pop());
            }
        } else if word.is(Role::Contrast) && now.last().is_none_or(|w| w.text != "a") {
            of_rivals = false;
            done.push(std::mem::take(now));
        } else if word.is(Role::Rival) {
            of_rivals = true;
        } else if !of_rivals || word.text == "," {
            of_rivals = false;
            now.push(word);
        }
    }
    done.extend(open);
    done.retain(|clause| !clause.is_empty());
    done
}
