//! Hebrew, German, French and Spanish sentences as English tokens, word by word, so that one gate judges them all.
//!
//! Translates only what the list knows; what it does not know stays, and is supported only where the evidence has it.

use super::tokens::{Kind, Names, Token};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Words of a phrase, and the English ones for it.
type Phrase = (Vec<String>, Vec<String>);

/// One language: words that no English sentence holds, and its phrases by their first word.
#[derive(Default)]
struct Language {
    marks: Vec<String>,
    phrases: HashMap<String, Vec<Phrase>>,
}

type Lists = HashMap<String, Language>;

static LISTS: LazyLock<Lists> = LazyLock::new(|| read(include_str!("../../../assets/lexicon/gate_words.txt")));

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn read(text: &str) -> Lists {
    let mut lists = Lists::default();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let Some((left, english)) = line.split_once('=') else { continue };
        let Some((language, left)) = left.split_once(' ') else { continue };
        let list = lists.entry(language.to_owned()).or_default();
        if left.trim() == "marks" {
            list.marks.extend(words(english));
            continue;
        }
        let mut add = |phrase: &str, english: &str| {
            let phrase = words(phrase);
            if let Some(first) = phrase.first() {
                list.phrases.entry(first.clone()).or_default().push((phrase, words(english)));
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

/// The tokens as English ones where the sentence is of another language; as they are otherwise.
pub fn english(tokens: Vec<Token>, names: &Names) -> Vec<Token> {
    if tokens.iter().any(is_hebrew) {
        return LISTS.get("he").map_or(tokens.clone(), |hebrew| translated(&tokens, &hebrew.phrases, names, false));
    }
    let marks = |language: &Language| {
        let of = |t: &&Token| {
            language.marks.contains(&t.lower) || !t.lower.is_ascii() && language.phrases.contains_key(&t.lower)
        };
        tokens.iter().filter(|t| t.kind == Kind::Word).filter(of).count()
    };
    let most =
        LISTS.iter().filter(|(name, _)| *name != "he").max_by_key(|(name, l)| (marks(l), std::cmp::Reverse(*name)));
    match most.filter(|(_, language)| marks(language) > 0) {
        Some((_, language)) => translated(&tokens, &language.phrases, names, true),
        None => tokens,
    }
}

fn translated(tokens: &[Token], list: &HashMap<String, Vec<Phrase>>, names: &Names, dotted: bool) -> Vec<Token> {
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
                let whole = english.join(" ");
                // "Geräuschunterdrückung": the label of a yes-or-no attribute.
                match names.kind_of(&whole) {
                    Some(kind) => out.push(Token { kind, lower: whole.clone(), raw: whole }),
                    None => out.extend(english.iter().map(word)),
                }
                at += phrase.len();
            }
            // "ועולה": the "and" that Hebrew writes before a word.
            None if !dotted && joined(token).is_some_and(|rest| list.contains_key(rest)) => {
                out.push(Token::word("and"));
                let rest = joined(token).map(Token::word);
                out.extend(rest.into_iter().flat_map(|rest| translated(&[rest], list, names, dotted)));
                at += 1;
            }
            None => {
                let mut token = token.clone();
                if let Kind::Number(value) = &mut token.kind
                    && dotted
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

/// The word after a Hebrew "and" written with it.
fn joined(token: &Token) -> Option<&str> {
    token.lower.strip_prefix('ו').filter(|rest| token.kind == Kind::Word && rest.chars().count() > 2)
}

/// `1.299`: in these languages a dot before three digits parts the thousands.
fn thousands(raw: &str) -> bool {
    raw.split_once('.').is_some_and(|(head, tail)| {
        (1..=3).contains(&head.len()) && tail.len() == 3 && tail.chars().all(|c| c.is_ascii_digit())
    })
}
