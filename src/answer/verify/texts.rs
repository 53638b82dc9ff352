//! Words of texts held together: what is said in one breath has to stand in one field, and of what that field is of.
//!
//! "Navy USB-C" is no material where cotton is navy and the plug is USB-C. Whether a single word is stated at all is
//! held elsewhere.

use super::tokens::{Kind, Token};
use super::{Gate, Scene, fields, words};
use crate::answer::aspect;
use crate::domain::*;
use std::collections::BTreeSet;

/// Where words of a card may come from together.
struct Source {
    label: Vec<String>,
    words: BTreeSet<String>,
    text: bool,
    material: bool,
}

/// The texts of one card, and the words for the kind of thing it is.
struct Texts {
    sources: Vec<Source>,
    title: BTreeSet<String>,
    kind: BTreeSet<String>,
}

fn texts(card: &Card) -> Texts {
    let mut texts = Texts { sources: Vec::new(), title: words::asked(&card.title), kind: BTreeSet::new() };
    for fact in &card.facts {
        let label: Vec<String> = words::asked_in_order(&aspect::label(&fact.field));
        let text = matches!(fact.value, FactValue::Text(_));
        let mut all: BTreeSet<String> = label.iter().cloned().collect();
        all.extend(words::asked(&fact.text));
        match fact.field.as_str() {
            "name" | "brand" | "shop" => texts.title.extend(all),
            "category" => texts.kind.extend(all),
            _ => texts.sources.push(Source { label, words: all, text, material: fields::is_material(&fact.field) }),
        }
    }
    texts.kind.extend(texts.title.iter().cloned());
    texts
}

/// Content words that follow each other, and how a sentence ties them to a field.
struct Run {
    at: Vec<usize>,
}

/// Fails where words of two fields are put together, or a field's words are said of another.
pub fn check(gate: &Gate, tokens: &[Token], scene: &Scene, skip: &[bool]) -> Result<(), String> {
    let content = |at: usize| {
        let token = &tokens[at];
        token.kind == Kind::Word && !skip[at] && !words::is_plain(&token.lower) && !fields::is_neutral(&token.lower)
    };
    for run in runs(tokens, &content) {
        let place = &scene.places[run.at[0]];
        let whose = if place.subject.is_empty() { &place.object } else { &place.subject };
        for card in whose.iter().filter_map(|n| gate.card(*n)) {
            one(&texts(card), tokens, &run, &content)?;
        }
    }
    Ok(())
}

fn runs(tokens: &[Token], content: &dyn Fn(usize) -> bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for at in (0..tokens.len()).filter(|i| content(*i)) {
        match runs.last_mut() {
            Some(run) if run.at.last() == Some(&(at.wrapping_sub(1))) => run.at.push(at),
            _ => runs.push(Run { at: vec![at] }),
        }
    }
    runs
}

fn one(texts: &Texts, tokens: &[Token], run: &Run, content: &dyn Fn(usize) -> bool) -> Result<(), String> {
    let said: Vec<&str> = run.at.iter().map(|i| tokens[*i].lower.as_str()).collect();
    if said.iter().all(|w| w.chars().count() < 2) {
        return Ok(());
    }
    let (Some(first), Some(head)) = (run.at.first(), said.last()) else { return Ok(()) };
    let in_set = |set: &BTreeSet<String>, word: &str| words::holds(set, word);
    let raw = || run.at.iter().map(|i| tokens[*i].raw.as_str()).collect::<Vec<_>>().join(" ");
    // What no text has is judged word by word elsewhere.
    let known = |w: &&str| texts.sources.iter().any(|s| in_set(&s.words, w)) || in_set(&texts.kind, w);
    if !said.iter().any(known) {
        return Ok(());
    }
    if let Some(of) = label_before(texts, tokens, *first) {
        return match said.iter().all(|w| in_set(&of.words, w)) {
            true => Ok(()),
            false => Err(format!("\"{}\": not what the data says of its {}", raw(), of.label.join(" "))),
        };
    }
    if made_of(tokens, *first, content) {
        if of_part(tokens, *first) {
            return Err(format!("\"{}\": the data does not say what its part is made of", raw()));
        }
        let elsewhere = |w: &str| texts.sources.iter().any(|s| s.text && !s.material && in_set(&s.words, w));
        let of_title = |w: &str| in_set(&texts.title, w) && !elsewhere(w);
        let whole = texts.sources.iter().filter(|s| s.material).any(|s| said.iter().all(|w| in_set(&s.words, w)));
        return match whole || said.iter().all(|w| of_title(w)) {
            true => Ok(()),
            false => Err(format!("\"{}\": the data does not say that it is made of that", raw())),
        };
    }
    // "Comfort temperature": the name of an aspect, whatever the cards call it.
    if aspect::all().iter().any(|a| said.iter().all(|w| a.name.split(' ').any(|n| n == *w))) {
        return Ok(());
    }
    let together = |set: &BTreeSet<String>| said.iter().all(|w| in_set(set, w));
    let whole = said.len() < 2 || in_set(&texts.kind, head);
    if whole || texts.sources.iter().any(|s| together(&s.words)) {
        return Ok(());
    }
    Err(format!("\"{}\": words of two fields put together", raw()))
}

/// "The hood of A is made of": a part that is known as yes or no only.
fn of_part(tokens: &[Token], first: usize) -> bool {
    let name = (0..first).rev().find(|i| matches!(tokens[*i].kind, Kind::Name(_)));
    let of = name.and_then(|i| i.checked_sub(1)).filter(|i| tokens[*i].is_word(&["of"]));
    of.and_then(|i| i.checked_sub(1)).is_some_and(|i| matches!(tokens[i].kind, Kind::Field(_)))
}

/// The field whose label is the subject of "is" before a run: "the lining of A is grey".
fn label_before<'t>(texts: &'t Texts, tokens: &[Token], first: usize) -> Option<&'t Source> {
    const LEADS: [&str; 12] = ["made", "of", "from", "in", "a", "an", "the", "also", "given", "as", "stated", "called"];
    let mut at = first;
    while at > 0 && tokens[at - 1].is_word(&LEADS) {
        at -= 1;
    }
    let verb = at
        .checked_sub(1)
        .filter(|i| tokens[*i].is_word(&["is", "are", "was", "were"]) || matches!(tokens[*i].kind, Kind::Punct(':')))?;
    let mut end = verb;
    if end > 0 && matches!(tokens[end - 1].kind, Kind::Name(_)) {
        end -= 1;
        end -= usize::from(end > 0 && tokens[end - 1].is_word(&["the"]));
        end = end.checked_sub(1).filter(|i| tokens[*i].is_word(&["of", "for", "on"]))?;
    }
    let ends = |source: &&Source| {
        let words = &source.label;
        let from = end.checked_sub(words.len());
        let span = from.and_then(|from| tokens.get(from..end));
        !words.is_empty() && span.is_some_and(|t| t.iter().zip(words).all(|(t, w)| t.is_word(&[w])))
    };
    texts.sources.iter().filter(ends).max_by_key(|s| s.label.len())
}

/// "Made of navy cotton and wool": whether a run is what something is made of.
fn made_of(tokens: &[Token], first: usize, content: &dyn Fn(usize) -> bool) -> bool {
    let mut at = first;
    while at > 0 {
        let token = &tokens[at - 1];
        if token.is_word(&["of", "from"]) {
            return at > 1 && (tokens[at - 2].is_word(&["made"]) || tokens[at - 2].is_word(&["out"]));
        }
        let links = token.is_word(&["and", "or", "with", "a", "an", "the", "some"]) || token.kind == Kind::Punct(',');
        if !links && !content(at - 1) {
            return false;
        }
        at -= 1;
    }
    false
}
