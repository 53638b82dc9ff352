//! Superlatives of a sentence, held against all products shown and against the prices observed.
//!
//! "Second cheapest" is held by its place; where not every product states the value, none is supported.

use super::figures::{Figure, FigureKind};
use super::money::minor_units;
use super::negation::negated;
use super::relations::{Match, field_of, said};
use super::tokens::{Kind, Token};
use super::{Gate, Scene, numerals, phrase_at, units};
use crate::answer::evidence::CardFacts;
use crate::domain::*;

/// The place that the words before a superlative mean: "second cheapest" is 2.
fn rank(tokens: &[Token], at: usize) -> Option<usize> {
    let before = |back: usize| at.checked_sub(back).and_then(|i| tokens.get(i));
    let Some(last) = before(1) else { return Some(1) };
    let digits = before(2).and_then(|t| if let Kind::Number(n) = t.kind { Some(n) } else { None });
    match digits {
        Some(n) if last.is_word(&["st", "nd", "rd", "th"]) => (n >= 1.0).then_some(n as usize),
        _ if last.is_word(&["next", "last"]) => None,
        _ => Some(if last.kind == Kind::Word { numerals::ordinal(&last.lower).unwrap_or(1) } else { 1 }),
    }
}

pub(super) fn check(
    gate: &Gate,
    tokens: &[Token],
    scene: &Scene,
    figures: &[Figure],
    found: &Match,
) -> Result<(), String> {
    let at = found.tokens[0];
    let words = said(tokens, found);
    let fail = |why: &str| Err(format!("\"{words}\": {why}"));
    let [subject] = scene.places[at].subject.as_slice() else { return fail("it is not clear of which product") };
    let Some(card) = gate.card(*subject) else { return fail("it is not clear of which product") };
    let has = |list: &[&str]| tokens.iter().any(|t| t.is_word(list));
    let Some(rank) = rank(tokens, at) else { return fail("which place it means is not clear") };
    if rank > 1 && (has(&["seen", "observed"]) || rank > gate.cards.len()) {
        return fail("not that many values are known");
    }
    let price = found.aspects.iter().any(|a| a.name == "price");
    if price && let Some(beyond) = beyond(tokens, at) {
        return past_extreme(card, found.low, beyond)
            .then_some(())
            .ok_or_else(|| format!("\"{words}\": not what the prices observed say"));
    }
    if price && (has(&["seen", "observed", "history"]) || names_extreme(card, found.low, figures)) {
        return in_history(card, found.low, tokens, figures)
            .then_some(())
            .ok_or_else(|| format!("\"{words}\": not what the prices observed say"));
    }
    let shared = has(&["among", "joint", "equal"]) || phrase_at(tokens, "one of the").is_some();
    let partial = has(&["state", "stated", "states", "known"]);
    let mut judged = 0;
    for aspect in &found.aspects {
        let field = field_of(aspect, tokens);
        let Some((own, unit)) = units::based(card.number(field)) else { continue };
        let all: Vec<f64> = gate
            .cards
            .iter()
            .filter_map(|c| units::based(c.number(field)))
            .filter(|(_, u)| *u == unit)
            .map(|(v, _)| v)
            .collect();
        if all.len() < gate.cards.len() && !partial {
            return fail("not every product shown states it");
        }
        let beats = |v: f64| if found.low { v < own } else { v > own };
        let ahead = all.iter().filter(|v| beats(**v)).count();
        let best = ahead + 1 == rank && (shared || all.iter().filter(|v| **v == own).count() == 1);
        if best == negated(tokens, at) || all.len() < 2 {
            return fail("the values shown say otherwise");
        }
        judged += 1;
    }
    if judged == 0 { fail("the value is not stated") } else { Ok(()) }
}

/// "above the lowest price": whether the words right before say above (true) or below.
fn beyond(tokens: &[Token], at: usize) -> Option<bool> {
    let before = tokens[..at].iter().rev().find(|t| !t.is_word(&["the", "its"]))?;
    match before.lower.as_str() {
        "above" | "over" => Some(true),
        "below" | "under" => Some(false),
        _ => None,
    }
}

fn past_extreme(card: &Card, low: bool, above: bool) -> bool {
    let field = if low { "lowest price" } else { "highest price" };
    let now = card.money("price").or_else(|| card.money("current price"));
    let order = now.zip(card.money(field)).and_then(|(now, extreme)| now.compare(&extreme));
    order == Some(if above { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less })
}

fn in_history(card: &Card, low: bool, tokens: &[Token], figures: &[Figure]) -> bool {
    let field = if low { "lowest price" } else { "highest price" };
    let (Some(extreme), Some(current)) = (card.money(field), card.money("current price")) else { return false };
    let denied = tokens.iter().any(|t| t.is_word(&["not", "never"]));
    names_extreme(card, low, figures) || (current == extreme) != denied
}

/// Whether the sentence names the lowest (or highest) price seen as an amount.
fn names_extreme(card: &Card, low: bool, figures: &[Figure]) -> bool {
    let Some(extreme) = card.money(if low { "lowest price" } else { "highest price" }) else { return false };
    figures.iter().any(|f| match f.kind {
        FigureKind::Money { major, currency } => {
            currency == extreme.currency && (minor_units(major, currency) - extreme.minor as f64).abs() < 0.5
        }
        _ => false,
    })
}
