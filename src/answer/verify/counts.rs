//! Counts without a unit: ratings, reviews that mention, praise or complain, pieces, and bare numbers of attributes.
//!
//! A count is held against the one that its noun and verb mean; "of 48" never stands for "48 mention".

use super::fields::Reader;
use super::figures::{self, Figure, FigureKind};
use super::hold::has;
use super::tokens::{Kind, Token};
use super::{Gate, money, phrase_at, units};
use crate::answer::evidence::CardFacts;
use crate::domain::*;

pub fn count(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, value: f64, noun: &[String]) -> bool {
    let equals = |n: u64| units::equal(n as f64, value);
    let word = noun.first().map_or("", String::as_str);
    let field = |name: &str| card.count(name).is_some_and(equals);
    let of = figure.start > 0 && tokens[figure.start - 1].is_word(&["of"]);
    match word {
        "review" | "reviews" | "reviewers" if of => return field("reviews"),
        "gap" | "gaps" => return field("gaps"),
        "rating" | "ratings" | "votes" => return field("ratings"),
        "observation" | "observations" => return field("observations"),
        "people" | "buyers" | "customers" | "shoppers" if field("ratings") => return true,
        "review" | "reviews" if field("reviews") => return true,
        _ => {}
    }
    if review_count(tokens, figure, card, value) {
        return true;
    }
    if money::pieces(tokens) == Some(value) && priced_pieces(tokens) {
        return true;
    }
    if matches!(word, "review" | "reviews" | "people" | "buyers" | "customers" | "shoppers" | "reviewers") {
        return false;
    }
    let reader = Reader::new(gate, tokens, figure);
    let before = figure.start.checked_sub(1).map(|i| &tokens[i]);
    let at = noun.first().is_none_or(|n| n == "against")
        && before.is_some_and(|t| t.is_word(&["at", "against"]) || t.kind == Kind::Punct('('));
    // "The shelves of A are 4".
    let reach = if before.is_some_and(|t| t.is_word(&["is", "are"])) { 4 } else { 3 };
    // A bare number that an attribute states: "14 place settings", "sleeps 4", "the most pieces, at 52".
    card.facts.iter().any(|f| match &f.value {
        FactValue::Number { value: v, unit } => {
            let known = unit.is_empty() || noun.iter().any(|n| n == unit || *n == format!("{unit}s"));
            known && units::equal(*v, value) && reader.named_at(&f.field).is_some_and(|d| at || d <= reach)
        }
        _ => false,
    })
}

/// "18 fewer pieces than B": a difference of bare numbers with its direction, in a field that the sentence names.
pub fn fewer(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card], value: f64) -> bool {
    let apart = match tokens.get(figure.end) {
        Some(t) if t.is_word(&["more"]) => value,
        Some(t) if t.is_word(&["fewer", "less"]) => -value,
        _ => return false,
    };
    let reader = Reader::new(gate, tokens, figure);
    card.facts.iter().any(|f| match &f.value {
        FactValue::Number { value: own, unit } => others.iter().any(|o| {
            let other = o.number(&f.field).filter(|(_, u)| u == unit);
            let named = reader.named_at(&f.field).is_some();
            named && other.is_some_and(|(v, _)| units::equal(own - v, apart))
        }),
        _ => false,
    })
}

/// Whether what the pieces cost is said, so that the amount is held against them.
fn priced_pieces(tokens: &[Token]) -> bool {
    let figures = figures::figures(tokens);
    has(tokens, &["cost", "costs", "for"]) && figures.iter().any(|f| matches!(f.kind, FigureKind::Money { .. }))
}

/// "12 of 48 reviews mention noise: 9 complain": by the nearest verb and the aspect named.
pub fn review_count(tokens: &[Token], figure: &Figure, card: &Card, value: f64) -> bool {
    if !has(tokens, &["review", "reviews", "reviewer", "reviewers", "buyers", "people", "customers"]) {
        return false;
    }
    let verb = tokens[figure.end..].iter().find_map(|t| match t.lower.as_str() {
        "mention" | "mentions" | "mentioned" | "mentioning" => Some("mentions of "),
        "praise" | "praises" | "praised" | "like" | "likes" | "liked" => Some("praise of "),
        "complain" | "complains" | "complained" | "complaint" | "complaints" | "dislike" => Some("complaints about "),
        _ => None,
    });
    let Some(verb) = verb else { return false };
    let aspect_named = |aspect: &str| phrase_at(tokens, aspect).is_some();
    card.facts.iter().any(|f| match (&f.value, f.field.strip_prefix(verb)) {
        (FactValue::Count(n), Some(aspect)) => units::equal(*n as f64, value) && aspect_named(aspect),
        _ => false,
    })
}
