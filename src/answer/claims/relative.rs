//! Claims that hold cards against each other: comparisons of two and superlatives among all cards shown.

use super::super::aspect::{self, Aspect};
use super::super::evidence::CardFacts;
use super::super::pick::Choice;
use super::{Builder, Stated, difference_text, value_text};
use crate::domain::*;
use std::collections::BTreeSet;

/// A difference below this share is no drawback.
const SLIGHT: f64 = 0.05;

pub fn add(b: &mut Builder, choice: Option<&Choice>) {
    let fields: BTreeSet<String> = b
        .cards
        .iter()
        .flat_map(|c| &c.facts)
        .filter(|f| matches!(f.value, FactValue::Number { .. } | FactValue::Money(_)))
        .filter_map(|f| aspect::of(&f.field))
        .map(|a| a.name.clone())
        .collect();
    for field in &fields {
        let Some(aspect) = aspect::of(field) else { continue };
        superlatives(b, aspect);
        comparisons(b, aspect, choice);
    }
}

/// Cards that state the aspect in the commonest unit, with their values.
fn stated<'a>(b: &Builder<'a>, aspect: &Aspect) -> (Vec<(&'a Card, f64)>, String) {
    let all: Vec<(&Card, f64, String)> =
        b.cards.iter().filter_map(|c| c.number(&aspect.name).map(|(v, u)| (c, v, u))).collect();
    let unit = |u: &String| (all.iter().filter(|(_, _, other)| other == u).count(), std::cmp::Reverse(u.clone()));
    let Some(unit) = all.iter().map(|(_, _, u)| u).max_by_key(|u| unit(u)).cloned() else {
        return (Vec::new(), String::new());
    };
    (all.into_iter().filter(|(_, _, u)| *u == unit).map(|(c, v, _)| (c, v)).collect(), unit)
}

fn superlatives(b: &mut Builder, aspect: &Aspect) {
    let (stated, _) = stated(b, aspect);
    if stated.len() < 3 {
        return;
    }
    let all = stated.len() == b.cards.len();
    for lowest in [true, false] {
        let order = |a: &f64, b: &f64| if lowest { a.total_cmp(b) } else { b.total_cmp(a) };
        let Some(best) = stated.iter().map(|(_, v)| *v).min_by(|a, b| order(a, b)) else { continue };
        let holders: Vec<&Card> = stated.iter().filter(|(_, v)| *v == best).map(|(c, _)| *c).collect();
        // Shared extremes are no superlative.
        let [card] = holders.as_slice() else { continue };
        let value = value_text(card, &aspect.name).unwrap_or_default();
        // Five votes and five hundred are not one thing.
        let votes = card.count("ratings").filter(|n| aspect.name == "rating" && *n > 1);
        let value = votes.map_or(value.clone(), |n| {
            b.phrases.say("rating_by", &[("stars", &b.phrases.value(&value)), ("count", &n.to_string())])
        });
        let extreme = Stated { name: card.name(), field: &aspect.name, value: &value };
        let text = b.phrases.extreme(lowest, extreme, stated.len(), all);
        // The utmost was asked for: that it is that comes first.
        let utmost = b.need.wants.iter().any(|w| w.is_superlative() && aspect::same(&w.aspect, &aspect.name));
        let most = if utmost { 1.2 } else { 1.0 };
        let (kind, strength) = match b.better(&aspect.name) {
            Some(Direction::Lower) => (if lowest { ClaimKind::Superlative } else { ClaimKind::Drawback }, most),
            Some(Direction::Higher) => (if lowest { ClaimKind::Drawback } else { ClaimKind::Superlative }, most),
            _ => (ClaimKind::Attribute, 0.65),
        };
        b.say(kind, &aspect.name, &[card.number], strength, text);
    }
}

fn comparisons(b: &mut Builder, aspect: &Aspect, choice: Option<&Choice>) {
    let (stated, unit) = stated(b, aspect);
    let asked = super::relevance(&aspect.name, b.need) >= 0.9;
    let leader = choice.and_then(Choice::pick).or_else(|| b.cards.first().map(|c| c.number));
    let second = choice.and_then(|c| c.ranking.get(1)).map(|s| s.number);
    for (card, value) in &stated {
        for (other, other_value) in &stated {
            let wanted = Some(card.number) == leader && (asked || Some(other.number) == second);
            if card.number == other.number || !wanted || value == other_value {
                continue;
            }
            let lower = value < other_value;
            let [shown, against] = [card, other].map(|c| value_text(c, &aspect.name).unwrap_or_default());
            let one = Stated { name: card.name(), field: &aspect.name, value: &shown };
            let other_stated = Stated { name: other.name(), value: &against, ..one };
            let text = b.phrases.compares(lower, one, other_stated, &difference_text(*value, *other_value, &unit));
            // A difference that hardly matters weighs less.
            let share = (value - other_value).abs() / value.abs().max(other_value.abs()).max(f64::MIN_POSITIVE);
            let weight = 0.55 + share.min(0.2) * 2.0;
            let wished = b.need.wants.iter().any(|w| aspect::same(&w.aspect, &aspect.name));
            // What was asked for is answered first, however small the difference; that it is the utmost says more.
            let weight = if wished { weight.clamp(0.92, 0.94) } else { weight };
            let (kind, strength) = match b.better(&aspect.name) {
                Some(direction) if lower == (direction == Direction::Lower) => (ClaimKind::Comparison, weight),
                // A little more of what nobody asked for speaks against nothing.
                Some(_) if share < SLIGHT && !wished => (ClaimKind::Attribute, 0.5),
                Some(_) => (ClaimKind::Drawback, weight),
                None => (ClaimKind::Attribute, 0.5),
            };
            let nearest = if Some(other.number) == second { 0.05 } else { 0.0 };
            b.say(kind, &aspect.name, &[card.number, other.number], strength + nearest, text);
        }
    }
}
