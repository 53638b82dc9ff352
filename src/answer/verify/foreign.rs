//! Hebrew and German sentences as English tokens, word by word, so that one gate judges them all.
//!
//! Translates only what the list knows; what it does not know stays, and is supported only where the evidence has it.

use super::tokens::{Kind, Token};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Words of a phrase, and the English ones for it.
type Phrase = (Vec<String>, Vec<String>);

#[derive(Default)]
struct Lists {
    hebrew: HashMap<String, Vec<Phrase>>,
    german: HashMap<String, Vec<Phrase>>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| read(include_str!("../../../assets/lexicon/gate_words.txt")));

/// German words that no English sentence holds.
const GERMAN: [&str; 17] = [
    "ist",
    "kostet",
    "kosten",
    "ich",
    "sind",
    "wiegt",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "und",
    "als",
    "sterne",
    "sternen",
    "bewertungen",
    "der",
    "das",
];

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn read(text: &str) -> Lists {
    let mut lists = Lists::default();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let Some((left, english)) = line.split_once('=') else { continue };
        let Some((language, left)) = left.split_once(' ') else { continue };
        let mut add = |phrase: &str, english: &str| {
            let list = if language == "he" { &mut lists.hebrew } else { &mut lists.german };
            let phrase = words(phrase);
            if let Some(first) = phrase.first() {
                list.entry(first.clone()).or_default().push((phrase, words(english)));
            }
        };
        match left.strip_prefix("adj ") {
            None => add(left, english),
            Some(forms) => {
                let Some((more, most)) = english.trim().split_once(' ') else { continue };
                for form in forms.split_whitespace() {
                    add(&format!("{form} יותר"), more);
                    add(&format!("יותר {form}"), more);
                    add(&format!("{form} מ"), &format!("{more} than"));
                    add(&format!("{form} ב"), &format!("{more} by"));
                    add(&format!("ה{form} ביותר"), &format!("the {most}"));
                    add(&format!("הכי {form}"), &format!("the {most}"));
                }
            }
        }
    }
    lists
}

fn is_hebrew(token: &Token) -> bool {
    token.kind == Kind::Word && token.lower.starts_with(|c: char| ('\u{5d0}'..='\u{5ea}').contains(&c))
}

/// The tokens as English ones where the sentence is Hebrew or German; as they are otherwise.
pub fn english(tokens: Vec<Token>) -> Vec<Token> {
    if tokens.iter().any(is_hebrew) {
        return translated(&tokens, &LISTS.hebrew, false);
    }
    if tokens.iter().any(|t| t.is_word(&GERMAN)) { translated(&tokens, &LISTS.german, true) } else { tokens }
}

fn translated(tokens: &[Token], list: &HashMap<String, Vec<Phrase>>, german: bool) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let fits = |phrase: &&Phrase| {
            tokens
                .get(at..at + phrase.0.len())
                .is_some_and(|span| span.iter().zip(&phrase.0).all(|(t, w)| t.kind == Kind::Word && t.lower == *w))
        };
        let known = match token.kind {
            Kind::Word => list.get(&token.lower).and_then(|all| all.iter().filter(fits).max_by_key(|p| p.0.len())),
            _ => None,
        };
        match known {
            Some((phrase, english)) => {
                let word = |w: &String| Token { kind: Kind::Word, lower: w.to_lowercase(), raw: w.clone() };
                out.extend(english.iter().map(word));
                at += phrase.len();
            }
            None => {
                let mut token = token.clone();
                if let Kind::Number(value) = &mut token.kind
                    && german
                    && thousands(&token.raw)
                {
                    *value *= 1000.0;
                }
                out.push(token);
                at += 1;
            }
        }
    }
    out
}

/// `1.299`: in German a dot before three digits parts the thousands.
fn thousands(raw: &str) -> bool {
    raw.split_once('.').is_some_and(|(head, tail)| {
        (1..=3).contains(&head.len()) && tail.len() == 3 && tail.chars().all(|c| c.is_ascii_digit())
    })
}
