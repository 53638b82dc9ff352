//! Figures with a unit: held against the attribute that the words around them claim, or the difference of two.
//!
//! A figure of one attribute never stands for another; which is claimed is read in `fields`.

use super::figures::Figure;
use super::hold::{has, near};
use super::{Gate, fields, relations, scope, units};
use crate::answer::aspect;
use crate::answer::evidence::CardFacts;
use crate::answer::verify::tokens::Token;
use crate::domain::*;

pub fn quantity(
    gate: &Gate,
    tokens: &[Token],
    figure: &Figure,
    card: &Card,
    others: &[&Card],
    value: f64,
    unit: &units::Unit,
) -> bool {
    let base = value * unit.factor;
    // "€0.91 per 100 ml": the amount is held against what it is of.
    if figure.start > 0 && tokens[figure.start - 1].is_word(&["per"]) {
        let of =
            card.number("unit price").and_then(|(_, u)| u.split_once("per ").and_then(|(_, per)| units::amount(per)));
        return of.is_some_and(|of| of.dimension == unit.dimension && units::equal(of.factor, base));
    }
    let measured = |card: &Card| measured(card, unit);
    if fields::misplaced(tokens, figure, &unit.dimension) {
        return false;
    }
    let allowed = fields::claimed(gate, tokens, figure, &unit.dimension);
    // A time has to be of something: "2 years" are not those of the warranty unless the sentence says so.
    let time = matches!(unit.dimension.as_str(), "clock" | "calendar");
    let fits = |field: &String| allowed.is_empty() && !time || allowed.iter().any(|a| aspect::same(a, field));
    let part = fields::part_of(tokens, figure);
    let own: Vec<(String, f64)> = measured(card)
        .into_iter()
        .filter(|(f, _)| fields::fits_period(tokens, figure, f, card) && part.is_none_or(|p| fields::speaks_of(f, p)))
        .collect();
    let apart = scope::apart(tokens, figure);
    let beside = scope::named_beside(gate, tokens, figure);
    let named = |field: &String| beside.is_empty() || beside.iter().any(|b| aspect::same(b, field));
    if own.iter().any(|(f, v)| !apart && fits(f) && named(f) && units::equal(*v, base)) {
        return true;
    }
    let bound = gate.need.must.attributes.iter().any(|filter| {
        let known = units::of_fact(&filter.unit);
        known.dimension == unit.dimension
            && units::equal(filter.value * known.factor, base)
            && has(near(tokens, figure, 4), &["asked", "most", "least", "limit", "than", "need"])
    });
    if bound {
        return true;
    }
    let compared = relations::compares(tokens) && scope::difference(tokens, figure);
    compared
        && own.iter().filter(|(f, _)| fits(f) || allowed.is_empty()).any(|(field, v)| {
            others
                .iter()
                .any(|o| measured(o).iter().any(|(f, w)| aspect::same(f, field) && units::equal((v - w).abs(), base)))
        })
}

/// A card's numbers of a unit's dimension, in its base.
fn measured(card: &Card, unit: &units::Unit) -> Vec<(String, f64)> {
    let number = |f: &Fact| match &f.value {
        FactValue::Number { value, unit: u } => {
            let known = units::of_fact(u);
            (known.dimension == unit.dimension).then(|| (f.field.clone(), value * known.factor))
        }
        _ => None,
    };
    card.facts.iter().filter_map(number).collect()
}

/// The card's values that the words around a figure may mean, in the base of its unit.
pub fn measured_as_said(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, unit: &units::Unit) -> Vec<f64> {
    let allowed = fields::claimed(gate, tokens, figure, &unit.dimension);
    let fits = |field: &str| allowed.is_empty() || allowed.iter().any(|a| aspect::same(a, field));
    measured(card, unit).into_iter().filter(|(f, _)| fits(f)).map(|(_, v)| v).collect()
}

pub fn days(tokens: &[Token], figure: &Figure, card: &Card, value: f64, word: &str) -> bool {
    if !matches!(word, "day" | "days") {
        return false;
    }
    let equals = |field: &str| card.count(field).is_some_and(|n| units::equal(n as f64, value));
    let priced = has(near(tokens, figure, 5), &["priced", "prices", "price"]) && has(tokens, &["with", "on"]);
    let observed = has(tokens, &["observed", "seen", "history", "observation", "observations", "window"]);
    observed && equals("days observed") || (priced && equals("days with a price"))
}
