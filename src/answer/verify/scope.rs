//! How far a sentence reaches: all of them, only this one, "so does that one", and denied or relative figures.
//!
//! Strict: a reach that the cards cannot show is unsupported.

use super::figures::Figure;
use super::negation::negated;
use super::relations;
use super::scene::Scene;
use super::tokens::{Kind, Token};
use super::{Gate, phrase_at};
use crate::answer::aspect;
use crate::domain::*;

/// "All of them", "every product shown", "both": the sentence speaks of every card where it names none.
pub fn of_all(tokens: &[Token]) -> bool {
    let first = tokens.first().is_some_and(|t| t.is_word(&["all", "every", "each", "both", "everything", "any"]));
    first && !tokens.iter().any(|t| matches!(t.kind, Kind::Name(_)))
}

/// Whether a figure is a difference by the words after it: "€50.00 less than", "7 dB quieter".
pub fn apart(tokens: &[Token], figure: &Figure) -> bool {
    let per = super::money::per_unit(tokens, figure.end).is_some();
    let counted = matches!(tokens.get(figure.end + 1).map(|t| &t.kind), Some(Kind::Number(_)));
    let end = figure.end + if per { 2 + usize::from(counted) } else { 0 };
    let next = tokens.get(end);
    next.is_some_and(|t| t.is_word(&["more", "less", "fewer", "higher", "lower", "apart"]))
        || relations::starts_comparative(tokens, end)
}

/// Whether a figure may be a difference: by the words after it, by "by" before it, or where one is spoken of.
pub fn difference(tokens: &[Token], figure: &Figure) -> bool {
    let by = figure.start.checked_sub(1).is_some_and(|i| tokens[i].is_word(&["by"]));
    let spoken = ["difference", "apart", "save", "saves", "saving", "spare"];
    by || apart(tokens, figure) || tokens.iter().any(|t| t.is_word(&spoken))
}

/// The fields that the words right beside a figure name: "a 40 h warranty", "2 years of battery life".
pub fn named_beside(gate: &Gate, tokens: &[Token], figure: &Figure) -> Vec<String> {
    let of = tokens.get(figure.end).is_some_and(|t| t.is_word(&["of"]));
    let after = figure.end + usize::from(of);
    let linked = figure.start.checked_sub(1).filter(|i| tokens[*i].is_word(&["of", "is"])).unwrap_or(figure.start);
    let mut labels: Vec<&str> = gate.cards.iter().flat_map(|c| &c.facts).map(|f| f.field.as_str()).collect();
    labels.extend(aspect::all().iter().map(|a| a.name.as_str()));
    let says = |label: &&str| {
        let words = label.split([' ', '-', '_']).count();
        let here = |from: usize| tokens.get(from..from + words).is_some_and(|span| phrase_at(span, label) == Some(0));
        here(after) || linked.checked_sub(words).is_some_and(here)
    };
    let mut named: Vec<String> = labels.into_iter().filter(says).map(str::to_owned).collect();
    named.sort();
    named.dedup();
    named
}

/// Checks "only A", "so does B" and what a thing is said to be good for.
pub fn check(gate: &Gate, tokens: &[Token], scene: &Scene) -> Result<(), String> {
    only(gate, tokens, scene)?;
    echoes(tokens)?;
    purpose(gate, tokens)
}

/// "Only A has wifi": no other card may.
fn only(gate: &Gate, tokens: &[Token], scene: &Scene) -> Result<(), String> {
    let named = |i: usize| matches!(tokens.get(i).map(|t| &t.kind), Some(Kind::Name(_)));
    let at = (0..tokens.len()).find(|i| {
        let the = *i > 0 && tokens[i - 1].is_word(&["the"]);
        tokens[*i].is_word(&["only"]) && (the || named(i + 1) || named(i + 2) && tokens[i + 1].is_word(&["the"]))
    });
    let Some(at) = at else { return Ok(()) };
    let cannot = || Err("\"only\": the data cannot show that".to_owned());
    let fields: Vec<(usize, &String)> = tokens
        .iter()
        .enumerate()
        .filter_map(|(i, t)| if let Kind::Field(field) = &t.kind { Some((i, field)) } else { None })
        .collect();
    if fields.is_empty() {
        return cannot();
    }
    for (i, field) in fields {
        let own = &scene.places[i.max(at)].subject;
        let wanted = !negated(tokens, i);
        let differs = |card: &Card| {
            let fact = card.facts.iter().find(|f| f.field == *field).map(|f| &f.value);
            matches!(fact, Some(FactValue::Flag(yes)) if *yes != wanted)
        };
        if own.is_empty() || !gate.cards.iter().filter(|c| !own.contains(&c.number)).all(differs) {
            return cannot();
        }
    }
    Ok(())
}

/// "..., and so does B", "just like B": said of B without words of its own.
fn echoes(tokens: &[Token]) -> Result<(), String> {
    // "The data does not say how tall A is."
    let missing = super::missing::mask(tokens);
    for (at, token) in tokens.iter().enumerate() {
        if missing[at] || !matches!(token.kind, Kind::Name(_)) {
            continue;
        }
        let before = |n: usize| at.checked_sub(n).and_then(|i| tokens.get(i));
        let skip = usize::from(before(1).is_some_and(|t| t.is_word(&["the"])));
        let word = |n: usize, list: &[&str]| before(n + skip).is_some_and(|t| t.is_word(list));
        let echo = word(1, &["does", "do", "did", "like", "has", "have"]) && at > 2
            || word(1, &["is", "are"]) && word(2, &["so", "as", "nor", "neither"])
            || word(1, &["as"]) && word(2, &["well"])
            || word(1, &["with"]) && word(2, &["along", "together"]);
        let after = tokens.get(at + 1);
        let trails = after.is_some_and(|t| t.is_word(&["too", "also"]))
            || after.is_some_and(|t| t.is_word(&["does", "is", "has"]))
                && tokens.get(at + 2).is_none_or(|t| t.is_word(&["too", "also"]) || t.kind == Kind::Punct('.'))
            || after.is_none_or(|t| t.kind == Kind::Punct('.'))
                && (word(1, &["and"]) || before(1).is_some_and(|t| t.kind == Kind::Punct(',')))
                && !before(2 + skip).is_some_and(|t| matches!(t.kind, Kind::Name(_)));
        if echo || trails {
            return Err(format!("\"{}\": what is said of it is not said in full", token.raw));
        }
    }
    Ok(())
}

/// "Good for running": the use has to stand in the question or the evidence.
fn purpose(gate: &Gate, tokens: &[Token]) -> Result<(), String> {
    let fit =
        ["good", "great", "suits", "suitable", "suit", "fit", "fits", "right", "fine", "best", "ideal", "recommend"];
    let Some(at) = tokens.iter().position(|t| t.is_word(&fit)) else { return Ok(()) };
    let use_of = |t: &&Token| t.kind == Kind::Word && t.lower.len() > 5 && t.lower.ends_with("ing");
    let fors = tokens[at..].iter().position(|t| t.is_word(&["for", "when", "while"])).map(|n| n + at);
    let Some(said) = fors.and_then(|f| tokens[f..].iter().take(4).find(use_of)) else { return Ok(()) };
    let known = gate.asked.contains(&said.lower) || gate.vocabularies.values().any(|v| v.contains(&said.lower));
    if known { Ok(()) } else { Err(format!("\"{}\": nothing in the evidence says so", said.raw)) }
}
