//! Percentages and ratios: a share of the reviews, what is off the list price, how one value stands to another.
//!
//! Each is worked out from the cards' own values; none is taken for near enough beyond its last digit.

use super::counts;
use super::fields::Reader;
use super::figures::Figure;
use super::hold::has;
use super::tokens::Token;
use super::{Gate, bounds, money, relations, units};
use crate::answer::evidence::CardFacts;
use crate::domain::*;

pub fn percent(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card], value: f64) -> bool {
    let slack = if value.fract() == 0.0 { 0.5 } else { 0.05 };
    let is = |share: f64| (share * 100.0 - value).abs() <= slack;
    let reader = Reader::new(gate, tokens, figure);
    let stated = |f: &Fact| {
        matches!(f.value, FactValue::Percent(p) if units::equal(p, value)) && reader.named_at(&f.field).is_some()
    };
    if card.facts.iter().any(stated) {
        return true;
    }
    if has(tokens, &["off", "reduced", "reduction", "discount", "list"])
        && let (Some(price), Some(list)) = (card.money("price"), card.money("list price"))
        && list.minor > 0
        && is((list.minor - price.minor) as f64 / list.minor as f64)
    {
        return true;
    }
    if has(tokens, &["review", "reviews", "reviewers", "buyers", "complain", "complaints", "praise", "mention"])
        && let Some(total) = card.count("reviews").filter(|n| *n > 0)
    {
        let share = |f: &Fact| match f.value {
            FactValue::Count(n) => counts::review_count(tokens, figure, card, n as f64) && is(n as f64 / total as f64),
            _ => false,
        };
        if card.facts.iter().any(share) {
            return true;
        }
    }
    let per = (0..tokens.len()).any(|at| money::is_per(tokens, at));
    relations::fields_beside(tokens, figure).into_iter().any(|field| {
        let field = if per && field == "price" { "unit price" } else { field };
        let Some((own, unit)) = card.number(field) else { return false };
        let other = |o: &&Card| o.number(field).filter(|(v, u)| *u == unit && *v != 0.0).map(|(v, _)| v);
        others.iter().filter_map(other).any(|v| is((own - v).abs() / v))
    })
}

pub fn ratio(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card], value: f64) -> bool {
    let reviews = has(tokens, &["reviews", "reviewers", "buyers", "people"]);
    let bound = bounds::before(tokens, figure).map(|(bound, _)| bound);
    if reviews && let Some(total) = card.count("reviews").filter(|n| *n > 0) {
        let share = |f: &Fact| match f.value {
            FactValue::Count(n) if counts::review_count(tokens, figure, card, n as f64) => {
                let share = n as f64 / total as f64;
                bound.map_or((share - value).abs() < 0.005, |b| b.holds(share, value))
            }
            _ => false,
        };
        return card.facts.iter().any(share);
    }
    if bound.is_some() {
        return false;
    }
    // "A quarter off its list price".
    if tokens.get(figure.end).is_some_and(|t| t.is_word(&["off"])) {
        let prices = card.money("price").zip(card.money("list price")).filter(|(_, list)| list.minor > 0);
        let off = prices.map(|(price, list)| (list.minor - price.minor) as f64 / list.minor as f64);
        return off.is_some_and(|off| (off - value).abs() < 0.005);
    }
    // "Twice as light" is no number of anything; "twice as fast" is half the time.
    let by = tokens.get(figure.end + 1).filter(|_| tokens.get(figure.end).is_some_and(|t| t.is_word(&["as"])));
    if by.is_some_and(|t| t.is_word(&["light", "quiet", "cheap", "short", "narrow", "thin", "slim", "small", "low"])) {
        return false;
    }
    let fast = by.is_some_and(|t| t.is_word(&["fast", "quick", "quickly"]));
    let per = (0..tokens.len()).any(|at| money::is_per(tokens, at));
    let comparable = |f: &&Fact| match f.value {
        FactValue::Money(_) => f.field == if per { "unit price" } else { "price" },
        FactValue::Number { .. } | FactValue::Percent(_) => true,
        _ => false,
    };
    let reader = Reader::new(gate, tokens, figure);
    let fields = card.facts.iter().filter(comparable).map(|f| f.field.as_str());
    let named: Vec<(usize, &str)> = fields.filter_map(|field| reader.named_at(field).map(|d| (d, field))).collect();
    let least = named.iter().map(|(d, _)| *d).min();
    named.iter().filter(|(d, _)| Some(*d) == least).any(|(_, field)| {
        let Some((own, unit)) = units::based(card.number(field)) else { return false };
        let others: Vec<&Card> = if others.is_empty() && gate.cards.len() == 2 {
            gate.cards.iter().filter(|c| c.number != card.number).collect()
        } else {
            others.to_vec()
        };
        let other = |o: &&Card| units::based(o.number(field)).filter(|(v, u)| *u == unit && *v != 0.0).map(|(v, _)| v);
        let said = if fast && unit == "clock" { 1.0 / value } else { value };
        others.iter().filter_map(other).any(|v| (own / v - said).abs() <= 0.02 * said)
    })
}
