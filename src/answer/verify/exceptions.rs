//! Sentences that set one product apart: "all except A fold", "A is the only one with more than 500 ratings",
//! "the first costs".
//!
//! What is said of the rest has to be known of every card; nothing is read into what a card does not state.

use super::tokens::{Kind, Token, word_at};
use super::{Gate, numerals, sets};

fn number(token: &Token) -> Option<f64> {
    match token.kind {
        Kind::Number(n) => Some(n),
        Kind::Word => numerals::value(&token.lower),
        _ => None,
    }
}

/// "All except A and B fold", "every one but A is in stock": true of all others and of none of these.
pub fn except(gate: &Gate, tokens: &[Token]) -> Option<Result<Vec<u32>, String>> {
    if !word_at(tokens, 0, &["all", "every", "everything", "each"]) {
        return None;
    }
    let at = tokens.iter().position(|t| t.is_word(&["except", "but", "save"]))?;
    let who = &tokens[1..at];
    let plain = |t: &Token| {
        let kind = t.kind == Kind::Word && t.lower.ends_with('s') || t.is_word(&["product", "model", "option", "card"]);
        number(t).is_some() || kind || t.is_word(&["of", "the", "them", "these", "shown", "one"])
    };
    if !who.iter().all(plain) {
        return None;
    }
    let mut end = at + 1;
    let mut apart: Vec<u32> = Vec::new();
    while let Some(token) = tokens.get(end) {
        match &token.kind {
            Kind::Name(cards) => apart.extend(cards),
            _ if token.is_word(&["for", "the", "and"]) || token.kind == Kind::Punct(',') => {}
            _ => break,
        }
        end += 1;
    }
    let rest = &tokens[end..];
    if apart.is_empty() || rest.iter().any(|t| matches!(t.kind, Kind::Name(_))) {
        return Some(Err("\"except\": it is not clear of which products".to_owned()));
    }
    if who.iter().find_map(number).is_some_and(|n| n != gate.cards.len() as f64) {
        return Some(Err("not so many products are shown".to_owned()));
    }
    Some(sets::split(gate, rest).and_then(|yes| {
        let so = gate.numbers().iter().all(|n| yes.contains(n) != apart.contains(n));
        if so { Ok(gate.numbers()) } else { Err("\"except\": the data says otherwise".to_owned()) }
    }))
}

/// "A is the only one of the three with more than 500 ratings": it holds of A and of no other.
pub fn sole(gate: &Gate, tokens: &[Token]) -> Option<Result<Vec<u32>, String>> {
    let Kind::Name(cards) = &tokens.first()?.kind else { return None };
    if !word_at(tokens, 1, &["is"]) || !word_at(tokens, 2, &["the"]) || !word_at(tokens, 3, &["only"]) {
        return None;
    }
    let link = tokens.iter().position(|t| t.is_word(&["with", "that", "which"]))?;
    let plain = |t: &Token| {
        let all = number(t).is_some_and(|n| n == gate.cards.len() as f64);
        all || t.is_word(&["one", "of", "the", "them", "these", "shown"])
    };
    // Without a figure the yes-or-no words are held by themselves.
    let figures = super::figures::figures(&tokens[link..]);
    if figures.is_empty() || !tokens.get(4..link)?.iter().all(plain) {
        return None;
    }
    let mut which = tokens[link..].to_vec();
    match which.first()?.is_word(&["with"]) {
        true => which[0] = Token::word("has"),
        false => drop(which.remove(0)),
    }
    if which.iter().any(|t| matches!(t.kind, Kind::Name(_))) {
        return None;
    }
    Some(sets::split(gate, &which).and_then(|yes| match yes == *cards {
        true => Ok(gate.numbers()),
        false => Err(format!("\"only\": it holds of {} of the {} shown", yes.len(), gate.cards.len())),
    }))
}

/// "The first costs": the product shown in that place, where a verb or "one" follows.
pub fn places(gate: &Gate, tokens: Vec<Token>) -> Vec<Token> {
    const VERBS: [&str; 12] =
        ["is", "has", "costs", "weighs", "lasts", "runs", "holds", "carries", "comes", "ships", "lacks", "charges"];
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let ordinal = tokens.get(at + 1).filter(|t| token.is_word(&["the"]) && t.kind == Kind::Word);
        let place = ordinal.and_then(|t| numerals::ordinal(&t.lower));
        let one = usize::from(word_at(&tokens, at + 2, &["one"]));
        let clause = at == 0
            || matches!(tokens[at - 1].kind, Kind::Punct(',' | ';'))
            || tokens[at - 1].is_word(&["while", "and", "but", "whereas"]);
        // "The first weighs 450 g, the second 225 g".
        let amount = out.iter().any(|t| matches!(t.kind, Kind::Name(_)))
            && tokens
                .get(at + 2 + one)
                .is_some_and(|t| matches!(t.kind, Kind::Number(_) | Kind::Punct('€' | '$' | '£')));
        let told = clause && (amount || word_at(&tokens, at + 2 + one, &VERBS));
        let card = place.and_then(|n| gate.cards.get(n - 1).filter(|c| told && c.number as usize == n));
        match card {
            Some(card) => {
                let raw = tokens[at..at + 2].iter().map(|t| t.raw.as_str()).collect::<Vec<_>>().join(" ");
                out.push(Token { kind: Kind::Name(vec![card.number]), lower: raw.to_lowercase(), raw });
                at += 2 + one;
            }
            None => {
                out.push(token.clone());
                at += 1;
            }
        }
    }
    out
}
