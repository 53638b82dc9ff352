//! Cuts a review into sentences, clauses and words. Knows no opinions.

use crate::answer::reviews::lexicon::{Lexicon, Role};

/// Cuts a text into sentences: at full stops, exclamation and question marks, semicolons and line ends.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for (i, (at, c)) in chars.iter().enumerate() {
        let digit = |j: Option<&(usize, char)>| j.is_some_and(|(_, c)| c.is_ascii_digit());
        let decimal = *c == '.' && digit(i.checked_sub(1).and_then(|j| chars.get(j))) && digit(chars.get(i + 1));
        if matches!(c, '.' | '!' | '?' | ';' | '\n') && !decimal {
            let end = at + c.len_utf8();
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
            Some(last) if stem == "t" && last.chars().all(char::is_alphabetic) => last.push_str("'t"),
            _ if stem.is_empty() => {}
            _ => out.push(stem.to_owned()),
        }
    };
    for c in sentence.chars().map(|c| if c == '’' { '\'' } else { c }) {
        if c.is_alphanumeric() || matches!(c, '\'' | '&' | '״') && !word.is_empty() {
            word.extend(c.to_lowercase());
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

/// Stretches between words of contrast; what stands in brackets is a clause of its own.
pub fn clauses(lexicon: &Lexicon, words: Vec<String>) -> Vec<Vec<String>> {
    let mut done = Vec::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    for word in words {
        let Some(now) = open.last_mut() else { break };
        if word == "(" {
            open.push(Vec::new());
        } else if word == ")" {
            if open.len() > 1 {
                done.extend(open.pop());
            }
        } else if lexicon.is(Role::Contrast, &word) {
            done.push(std::mem::take(now));
        } else {
            now.push(word);
        }
    }
    done.extend(open);
    done.retain(|clause| !clause.is_empty());
    done
}
