//! Holds a figure of a sentence against the cards it speaks of: a fact of theirs, or simple arithmetic over facts.
//!
//! Unknown means unsupported. Never rounds in the sentence's favour.

use super::bounds::{self, Bound};
use super::figures::{Figure, FigureKind, figures};
use super::money::{self, Cues};
use super::scene::Place;
use super::tokens::{Kind, Token};
use super::{Gate, Scene};
use super::{counts, negation, quantities, shares, units};
use crate::answer::aspect;
use crate::answer::evidence::CardFacts;
use crate::domain::*;

/// Whether the figure is supported for whom it speaks of.
pub fn supported(gate: &Gate, tokens: &[Token], scene: &Scene, figure: &Figure) -> bool {
    let place = scene.places.get(figure.start).cloned().unwrap_or_default();
    let all = |group: &[u32]| {
        !group.is_empty() && group.iter().all(|n| gate.card(*n).is_some_and(|c| one(gate, tokens, scene, figure, c)))
    };
    if scope_count(gate, tokens, scene, figure) {
        return true;
    }
    if negation::denies_figure(tokens, figure) {
        return false;
    }
    match &place {
        Place { subject, object } if subject.is_empty() && object.is_empty() => false,
        Place { subject, object } if object.is_empty() => all(subject),
        Place { subject, object } => all(subject) || all(object),
    }
}

fn one(gate: &Gate, tokens: &[Token], scene: &Scene, figure: &Figure, card: &Card) -> bool {
    let others = compared_with(gate, tokens, scene, figure, card);
    if let Some((bound, _)) = bounds::before(tokens, figure)
        && !matches!(figure.kind, FigureKind::Ratio(_))
    {
        let strict = matches!(bound, Bound::Under | Bound::Over) && !limit_named(tokens, figure);
        if strict || bounds::holds(gate, tokens, figure, card, bound) {
            return bounds::holds(gate, tokens, figure, card, bound);
        }
    }
    match &figure.kind {
        FigureKind::Money { major, currency } => {
            let cues = Cues::read(tokens, figure);
            money::supported(gate, card, &others, *major, *currency, &cues)
        }
        FigureKind::Percent(value) => shares::percent(gate, tokens, figure, card, &others, *value),
        FigureKind::Date { year, month, day } => date(tokens, figure, card, *year, *month, *day),
        FigureKind::Quantity { value, unit, word } => {
            quantities::quantity(gate, tokens, figure, card, &others, *value, unit)
                || quantities::days(tokens, figure, card, *value, word)
        }
        FigureKind::Stars(value) => stars(gate, tokens, figure, card, &others, *value),
        FigureKind::Count { value, noun } => {
            counts::count(gate, tokens, figure, card, *value, noun)
                || counts::fewer(gate, tokens, figure, card, &others, *value)
        }
        FigureKind::Ratio(value) => shares::ratio(gate, tokens, figure, card, &others, *value),
    }
}

/// The cards that a difference is to: those named after "than" and before the next figure, else all that are named.
fn compared_with<'a>(gate: &'a Gate, tokens: &[Token], scene: &Scene, figure: &Figure, card: &Card) -> Vec<&'a Card> {
    let next = figures(tokens).iter().map(|f| f.start).find(|s| *s >= figure.end).unwrap_or(tokens.len());
    let than = (figure.end..next).find(|i| tokens[*i].is_word(&["than", "over"]));
    let named = than.and_then(|than| (than..next).find(|i| matches!(tokens[*i].kind, Kind::Name(_))));
    let of = |numbers: &[u32]| {
        numbers.iter().filter(|n| **n != card.number).filter_map(|n| gate.card(*n)).collect::<Vec<_>>()
    };
    match named.map(|at| of(&scene.places[at].object)) {
        Some(objects) if !objects.is_empty() => objects,
        _ => of(&scene.named),
    }
}

/// "Under your limit of", "over the 45 cm asked": the figure is the limit that was given.
fn limit_named(tokens: &[Token], figure: &Figure) -> bool {
    has(near(tokens, figure, 3), &["limit", "budget", "asked", "ceiling", "need"])
}

pub(super) fn has(tokens: &[Token], words: &[&str]) -> bool {
    tokens.iter().any(|t| t.is_word(words))
}

/// The tokens within `reach` of a figure.
pub(super) fn near<'t>(tokens: &'t [Token], figure: &Figure, reach: usize) -> &'t [Token] {
    let from = figure.start.saturating_sub(reach);
    let to = (figure.end + reach).min(tokens.len());
    &tokens[from..to]
}

/// "the 5 shown", "of the 4 that state it", "both": how many cards there are.
fn scope_count(gate: &Gate, tokens: &[Token], scene: &Scene, figure: &Figure) -> bool {
    let FigureKind::Count { value, noun } = &figure.kind else { return false };
    let n = *value as usize;
    if value.fract() != 0.0 {
        return false;
    }
    let word = noun.first().map_or("", String::as_str);
    let before = |k: usize| figure.start.checked_sub(k).and_then(|i| tokens.get(i));
    if word.is_empty()
        && before(1).is_some_and(|t| t.is_word(&["the"]))
        && before(2).is_some_and(|t| t.is_word(&["of"]))
    {
        return n == gate.cards.len();
    }
    match word {
        "shown" | "cards" | "options" | "candidates" | "compared" => n == gate.cards.len(),
        "products" | "models" | "items" => n == gate.cards.len() || (n > 1 && n == scene.named.len()),
        "that" => {
            let fields = named_aspects(tokens);
            fields.iter().any(|f| gate.cards.iter().filter(|c| c.fact(f).is_some()).count() == n)
        }
        _ => false,
    }
}

/// Aspects whose words or superlatives stand in the sentence.
fn named_aspects(tokens: &[Token]) -> Vec<&'static str> {
    let says = |phrase: &String| super::phrase_at(tokens, phrase).is_some();
    let by_phrase = |a: &&aspect::Aspect| {
        a.lowest.iter().chain(&a.highest).chain(&a.lower).chain(&a.higher).any(says) || a.words.iter().any(says)
    };
    aspect::all().iter().filter(by_phrase).map(|a| a.name.as_str()).collect()
}

fn stars(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card], value: f64) -> bool {
    let own = card.number("rating").map(|(v, _)| v);
    let shown = |v: f64| units::equal((v * 10.0).round() / 10.0, value);
    if own.is_some_and(shown) && !super::scope::apart(tokens, figure) {
        return true;
    }
    let asked = has(near(tokens, figure, 5), &["asked", "least", "better", "minimum", "more", "above"]);
    if asked && gate.need.must.min_stars.is_some_and(|least| units::equal(least, value)) {
        return own.is_some_and(|v| v >= value);
    }
    super::relations::compares(tokens)
        && super::scope::difference(tokens, figure)
        && others.iter().filter_map(|o| o.number("rating")).any(|(v, _)| own.is_some_and(|o| shown((o - v).abs())))
}

fn date(tokens: &[Token], figure: &Figure, card: &Card, year: Option<i16>, month: i8, day: Option<i8>) -> bool {
    let fits = |at: Timestamp| money::Day { year, month, day }.fits(at);
    let before = &tokens[..figure.start];
    let cue = before.iter().rev().find_map(|t| match t.lower.as_str() {
        "lowest" | "cheapest" | "low" => Some("lowest on"),
        "highest" | "dearest" | "peak" => Some("highest on"),
        "raised" => Some("list price raised on"),
        "first" => Some("first observed"),
        "last" => Some("last observed"),
        _ => None,
    });
    let on =
        |field: &str| card.facts.iter().any(|f| f.field == field && matches!(f.value, FactValue::Date(at) if fits(at)));
    if let Some(field) = cue {
        return on(field);
    }
    // An amount with a date: the price has to be of that day.
    let of_day = |price: &str, field: &str, amount: f64| {
        on(field) && card.money(price).is_some_and(|m| units::equal(m.minor as f64, amount))
    };
    let now = |amount: f64| {
        let of = |f: &Fact| matches!(f.value, FactValue::Money(m) if units::equal(m.minor as f64, amount));
        card.facts.iter().any(|f| f.field == "price" && of(f) && f.observed_at.is_some_and(fits))
    };
    if let Some(amount) = money::amount_of(tokens, figure) {
        return now(amount)
            || of_day("lowest price", "lowest on", amount)
            || of_day("highest price", "highest on", amount)
            || of_day("list price", "list price raised on", amount);
    }
    has(tokens, &["observed", "seen", "price", "priced"])
        && card.facts.iter().any(|f| f.field == "price" && f.observed_at.is_some_and(fits))
}
