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
    let whole = |n: &u32| gate.card(*n).is_some_and(|c| stated_whole(gate, tokens, figure, c));
    if !place.subject.is_empty() && place.subject.iter().all(whole) {
        return true;
    }
    match &place {
        Place { subject, object } if subject.is_empty() && object.is_empty() => false,
        Place { subject, object } if object.is_empty() => all(subject),
        Place { subject, object } => all(subject) || all(object),
    }
}

/// "The resolution is 3840 x 2160": a figure within a text that the sentence gives in full with its label.
fn stated_whole(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card) -> bool {
    let inside = |text: &str| {
        let words = super::tokens::tokens(text, &gate.names);
        let same = |at: usize| {
            tokens.get(at..at + words.len()).is_some_and(|t| t.iter().zip(&words).all(|(a, b)| a.lower == b.lower))
        };
        let first = (figure.end).saturating_sub(words.len());
        words.len() > 1 && (first..=figure.start).any(|at| figure.end <= at + words.len() && same(at))
    };
    let held = |f: &Fact| matches!(f.value, FactValue::Text(_)) && super::phrase_at(tokens, &f.field).is_some();
    card.facts.iter().any(|f| held(f) && inside(&f.text))
}

fn one(gate: &Gate, tokens: &[Token], scene: &Scene, figure: &Figure, card: &Card) -> bool {
    match compared_with(gate, tokens, scene, figure, card) {
        // "More than B and C": than each of them.
        Some(objects) => objects.iter().all(|other| held(gate, tokens, figure, card, std::slice::from_ref(other))),
        None => {
            let named = scene.named.iter().filter(|n| **n != card.number);
            let others: Vec<&Card> = named.filter_map(|n| gate.card(*n)).collect();
            held(gate, tokens, figure, card, &others)
        }
    }
}

fn held(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card]) -> bool {
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
            money::supported(gate, card, others, *major, *currency, &cues)
        }
        FigureKind::Percent(value) => shares::percent(gate, tokens, figure, card, others, *value),
        FigureKind::Date { year, month, day } => date(tokens, figure, card, *year, *month, *day),
        FigureKind::Quantity { value, unit, word } => {
            quantities::quantity(gate, tokens, figure, card, others, *value, unit)
                || quantities::days(tokens, figure, card, *value, word)
        }
        FigureKind::Stars(value) => stars(gate, tokens, figure, card, others, *value),
        FigureKind::Count { value, noun } => {
            let noun = if noun.is_empty() { &carried_noun(tokens, figure) } else { noun };
            counts::count(gate, tokens, figure, card, *value, noun)
                || counts::fewer(gate, tokens, figure, card, others, *value)
        }
        FigureKind::Ratio(value) => shares::ratio(gate, tokens, figure, card, others, *value),
    }
}

/// "A has 640 ratings and B has 150": the noun of the count before, where only a name and its verb stand between.
fn carried_noun(tokens: &[Token], figure: &Figure) -> Vec<String> {
    let all = figures(tokens);
    let before = all.iter().rev().find(|f| f.end <= figure.start);
    let Some((FigureKind::Count { noun, .. }, end)) = before.map(|f| (&f.kind, f.end)) else { return Vec::new() };
    let Some(word) = noun.first().filter(|w| matches!(w.as_str(), "ratings" | "reviews")) else { return Vec::new() };
    let between = &tokens[(end + 1).min(figure.start)..figure.start];
    let plain = |t: &Token| {
        matches!(t.kind, Kind::Name(_) | Kind::Punct(',')) || t.is_word(&["and", "while", "but", "has", "the", "only"])
    };
    let named = between.iter().any(|t| matches!(t.kind, Kind::Name(_)));
    if named && between.iter().all(plain) { vec![word.clone()] } else { Vec::new() }
}

/// The cards that a difference is to, where "than" and their names stand before the next figure.
fn compared_with<'a>(
    gate: &'a Gate,
    tokens: &[Token],
    scene: &Scene,
    figure: &Figure,
    card: &Card,
) -> Option<Vec<&'a Card>> {
    let next = figures(tokens).iter().map(|f| f.start).find(|s| *s >= figure.end).unwrap_or(tokens.len());
    let than = (figure.end..next).find(|i| tokens[*i].is_word(&["than", "over"]));
    let named = than.and_then(|than| (than..next).find(|i| matches!(tokens[*i].kind, Kind::Name(_))));
    let of = |numbers: &[u32]| {
        numbers.iter().filter(|n| **n != card.number).filter_map(|n| gate.card(*n)).collect::<Vec<_>>()
    };
    let last = super::scene::list_end(tokens, named?);
    Some(of(&scene.places[last].object)).filter(|objects| !objects.is_empty())
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
    // A price is known of a day, not of all days since.
    let spans = figure.start > 0 && tokens[figure.start - 1].is_word(&["since", "until"]);
    if spans && money::amount_of(tokens, figure).is_some() {
        return false;
    }
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
