//! Figures that bound a value instead of stating it: "less than 45 cm", "at least 40 hours", "over 800 ratings".
//!
//! A bound holds only where the card states the one value that it is of.

use super::figures::{Figure, FigureKind, figures};
use super::tokens::Token;
use super::{Gate, money, negation, quantities, relations, units};
use crate::answer::evidence::CardFacts;
use crate::domain::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    Under,
    AtMost,
    Over,
    AtLeast,
}

impl Bound {
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Under => value < bound,
            Self::AtMost => value <= bound,
            Self::Over => value > bound,
            Self::AtLeast => value >= bound,
        }
    }

    /// The words for what is true where this is not.
    pub fn opposite(self) -> [&'static str; 2] {
        match self {
            Self::Under => ["at", "least"],
            Self::AtMost => ["more", "than"],
            Self::Over => ["at", "most"],
            Self::AtLeast => ["less", "than"],
        }
    }
}

/// The bound that the words right before a figure make of it, and where they start.
pub fn before(tokens: &[Token], figure: &Figure) -> Option<(Bound, usize)> {
    // "More than a third".
    let article = matches!(figure.kind, FigureKind::Ratio(_))
        && figure.start > 0
        && tokens[figure.start - 1].is_word(&["a", "one"]);
    let start = figure.start - usize::from(article);
    let word = |back: usize| {
        let token = start.checked_sub(back).and_then(|i| tokens.get(i));
        token.filter(|t| t.kind == super::Kind::Word).map_or("", |t| t.lower.as_str())
    };
    let found = |bound, back: usize| Some((bound, start - back));
    let denied = matches!(word(3), "no" | "not");
    // "Observed over 240 days" is a time, not a bound.
    let time = matches!(&figure.kind, FigureKind::Quantity { unit, .. } if unit.dimension == "clock" || unit.dimension == "calendar");
    match (word(2), word(1)) {
        ("less" | "fewer", "than") if denied => found(Bound::AtLeast, 3),
        ("more", "than") if denied => found(Bound::AtMost, 3),
        ("less" | "fewer", "than") => found(Bound::Under, 2),
        ("more", "than") => found(Bound::Over, 2),
        ("at", "least") => found(Bound::AtLeast, 2),
        ("at", "most") => found(Bound::AtMost, 2),
        (_, "than") => relations::ending_at(tokens, start.checked_sub(2)?).map(|(low, from, _)| {
            let denied = from.checked_sub(1).is_some_and(|i| negation::is_denial(&tokens[i]));
            (if low != denied { Bound::Under } else { Bound::Over }, from)
        }),
        (_, "between") if second_end(tokens, figure).is_some() => found(Bound::AtLeast, 1),
        (_, "and") if first_end(tokens, start - 1) => found(Bound::AtMost, 1),
        (_, "under" | "below") => found(Bound::Under, 1),
        (_, "over" | "above") if !time => found(Bound::Over, 1),
        _ => None,
    }
}

/// "Between 1 and 2": where the second figure starts after the first.
fn second_end(tokens: &[Token], first: &Figure) -> Option<usize> {
    let all = figures(tokens);
    let and = tokens.get(first.end).is_some_and(|t| t.is_word(&["and"]));
    all.iter().find(|f| and && f.start == first.end + 1 && same_kind(f, first)).map(|f| f.start)
}

/// Whether the "and" at `and` stands between the two figures of "between 1 and 2".
fn first_end(tokens: &[Token], and: usize) -> bool {
    let all = figures(tokens);
    let first = all.iter().find(|f| f.end == and && f.start > 0 && tokens[f.start - 1].is_word(&["between"]));
    first.is_some_and(|first| second_end(tokens, first).is_some())
}

fn same_kind(a: &Figure, b: &Figure) -> bool {
    match (&a.kind, &b.kind) {
        (FigureKind::Money { currency: a, .. }, FigureKind::Money { currency: b, .. }) => a == b,
        (FigureKind::Quantity { unit: a, .. }, FigureKind::Quantity { unit: b, .. }) => a.dimension == b.dimension,
        _ => false,
    }
}

/// Whether the card's value lies within the bound.
pub fn holds(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, bound: Bound) -> bool {
    match &figure.kind {
        FigureKind::Money { major, currency } => {
            let cues = money::Cues::read(tokens, figure);
            let price = card.money("price").filter(|p| p.currency == *currency && cues.of_price());
            price.is_some_and(|p| bound.holds(p.minor as f64, money::minor_units(*major, *currency).round()))
        }
        FigureKind::Quantity { value, unit, .. } => {
            let than = figure.start.checked_sub(2).and_then(|at| relations::ending_at(tokens, at));
            // "Wider than 130 cm": of what the comparative compares.
            if let Some((_, _, fields)) = than.filter(|_| tokens[figure.start - 1].is_word(&["than"])) {
                let own =
                    fields.iter().filter_map(|f| units::based(card.number(f))).find(|(_, d)| *d == unit.dimension);
                return own.is_some_and(|(own, _)| bound.holds(own, value * unit.factor));
            }
            let own = quantities::measured_as_said(gate, tokens, figure, card, unit);
            matches!(own.as_slice(), [one] if bound.holds(*one, value * unit.factor))
        }
        FigureKind::Stars(value) => card.number("rating").is_some_and(|(own, _)| bound.holds(own, *value)),
        FigureKind::Count { value, noun } => {
            let field = match noun.first().map_or("", String::as_str) {
                "rating" | "ratings" => "ratings",
                "review" | "reviews" => "reviews",
                _ => return false,
            };
            noun.len() < 2 && card.count(field).is_some_and(|n| bound.holds(n as f64, *value))
        }
        _ => false,
    }
}
