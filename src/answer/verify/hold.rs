//! Holds a figure of a sentence against the cards it speaks of: a fact of theirs, or simple arithmetic over facts.
//!
//! Unknown means unsupported. Never rounds in the sentence's favour.

use super::bounds::{self, Bound};
use super::figures::{Figure, FigureKind};
use super::money::{self, Cues};
use super::scene::Place;
use super::tokens::Token;
use super::units;
use super::{Gate, Scene};
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
    if super::scope::denied(tokens, figure) {
        return false;
    }
    match &place {
        Place { subject, object } if subject.is_empty() && object.is_empty() => false,
        Place { subject, object } if object.is_empty() => all(subject),
        Place { subject, object } => all(subject) || all(object),
    }
}

fn one(gate: &Gate, tokens: &[Token], scene: &Scene, figure: &Figure, card: &Card) -> bool {
    let others: Vec<&Card> = scene.named.iter().filter(|n| **n != card.number).filter_map(|n| gate.card(*n)).collect();
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
        FigureKind::Percent(value) => percent(tokens, figure, card, &others, *value),
        FigureKind::Date { year, month, day } => date(tokens, figure, card, *year, *month, *day),
        FigureKind::Quantity { value, unit, word } => {
            quantity(gate, tokens, figure, card, &others, *value, unit) || days(tokens, figure, card, *value, word)
        }
        FigureKind::Stars(value) => stars(gate, tokens, figure, card, &others, *value),
        FigureKind::Count { value, noun } => {
            count(tokens, figure, card, *value, noun) || fewer(tokens, figure, card, &others, *value)
        }
        FigureKind::Ratio(value) => ratio(gate, tokens, figure, card, &others, *value),
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

/// Words that name a field: its label and its aspect's words.
fn field_distance(tokens: &[Token], figure: &Figure, field: &str) -> Option<usize> {
    let label = aspect::label(field).to_lowercase();
    let mut words: Vec<&str> = label.split(' ').collect();
    let aspect = aspect::of(field);
    if let Some(aspect) = aspect {
        words.extend(aspect.words.iter().map(String::as_str));
    }
    let distance = |i: usize| if i < figure.start { figure.start - i } else { i + 1 - figure.end };
    let inside = |i: usize| (figure.start..figure.end).contains(&i);
    // "They last": the verb of several.
    let names =
        |t: &Token| t.is_word(&words) || words.iter().any(|w| w.strip_suffix('s').is_some_and(|w| t.is_word(&[w])));
    (0..tokens.len()).filter(|i| !inside(*i) && names(&tokens[*i])).map(distance).min()
}

fn quantity(
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
    let allowed = nearest_fields(gate, tokens, figure, &unit.dimension);
    // A time has to be of something: "2 years" are not those of the warranty unless the sentence says so.
    let time = matches!(unit.dimension.as_str(), "clock" | "calendar");
    let fits = |field: &String| allowed.is_empty() && !time || allowed.iter().any(|a| aspect::same(a, field));
    let own = measured(card);
    let apart = super::scope::apart(tokens, figure);
    let beside = super::scope::named_beside(gate, tokens, figure);
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
    let compared = super::relations::compares(tokens) && super::scope::difference(tokens, figure);
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
pub(super) fn measured_as_said(
    gate: &Gate,
    tokens: &[Token],
    figure: &Figure,
    card: &Card,
    unit: &units::Unit,
) -> Vec<f64> {
    let allowed = nearest_fields(gate, tokens, figure, &unit.dimension);
    let fits = |field: &str| allowed.is_empty() || allowed.iter().any(|a| aspect::same(a, field));
    measured(card, unit).into_iter().filter(|(f, _)| fits(f)).map(|(_, v)| v).collect()
}

/// The fields of that dimension that the sentence names nearest to the figure; empty where it names none.
fn nearest_fields(gate: &Gate, tokens: &[Token], figure: &Figure, dimension: &str) -> Vec<String> {
    let mut named: Vec<(usize, String)> = Vec::new();
    for fact in gate.cards.iter().flat_map(|c| &c.facts) {
        let FactValue::Number { unit, .. } = &fact.value else { continue };
        if units::of_fact(unit).dimension != dimension || named.iter().any(|(_, f)| *f == fact.field) {
            continue;
        }
        if let Some(distance) = field_distance(tokens, figure, &fact.field) {
            named.push((distance, fact.field.clone()));
        }
    }
    let least = named.iter().map(|(d, _)| *d).min();
    named.into_iter().filter(|(d, _)| Some(*d) == least).map(|(_, f)| f).collect()
}

fn days(tokens: &[Token], figure: &Figure, card: &Card, value: f64, word: &str) -> bool {
    if !matches!(word, "day" | "days") {
        return false;
    }
    let equals = |field: &str| card.count(field).is_some_and(|n| units::equal(n as f64, value));
    let priced = has(near(tokens, figure, 5), &["priced", "prices", "price"]) && has(tokens, &["with", "on"]);
    let observed = has(tokens, &["observed", "seen", "history", "observation", "observations", "window"]);
    observed && equals("days observed") || (priced && equals("days with a price"))
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

fn count(tokens: &[Token], figure: &Figure, card: &Card, value: f64, noun: &[String]) -> bool {
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
    if super::money::pieces(tokens) == Some(value) && priced_pieces(tokens) {
        return true;
    }
    if matches!(word, "review" | "reviews" | "people" | "buyers" | "customers" | "shoppers" | "reviewers") {
        return false;
    }
    let before = figure.start.checked_sub(1).map(|i| &tokens[i]);
    let at = noun.first().is_none_or(|n| n == "against")
        && before.is_some_and(|t| t.is_word(&["at", "against"]) || t.kind == super::Kind::Punct('('));
    // A bare number that an attribute states: "14 place settings", "sleeps 4", "the most pieces, at 52".
    card.facts.iter().any(|f| match &f.value {
        FactValue::Number { value: v, unit } => {
            let known = unit.is_empty() || noun.iter().any(|n| n == unit || *n == format!("{unit}s"));
            known && units::equal(*v, value) && field_distance(tokens, figure, &f.field).is_some_and(|d| at || d <= 3)
        }
        _ => false,
    })
}

/// "18 fewer pieces than B": a difference of bare numbers with its direction, in a field that the sentence names.
fn fewer(tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card], value: f64) -> bool {
    let apart = match tokens.get(figure.end) {
        Some(t) if t.is_word(&["more"]) => value,
        Some(t) if t.is_word(&["fewer", "less"]) => -value,
        _ => return false,
    };
    card.facts.iter().any(|f| match &f.value {
        FactValue::Number { value: own, unit } => others.iter().any(|o| {
            let other = o.number(&f.field).filter(|(_, u)| u == unit);
            let named = field_distance(tokens, figure, &f.field).is_some();
            named && other.is_some_and(|(v, _)| units::equal(own - v, apart))
        }),
        _ => false,
    })
}

/// Whether what the pieces cost is said, so that the amount is held against them.
fn priced_pieces(tokens: &[Token]) -> bool {
    let figures = super::figures::figures(tokens);
    has(tokens, &["cost", "costs", "for"]) && figures.iter().any(|f| matches!(f.kind, FigureKind::Money { .. }))
}

/// "12 of 48 reviews mention noise: 9 complain": by the nearest verb and the aspect named.
fn review_count(tokens: &[Token], figure: &Figure, card: &Card, value: f64) -> bool {
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
    let aspect_named = |aspect: &str| super::phrase_at(tokens, aspect).is_some();
    card.facts.iter().any(|f| match (&f.value, f.field.strip_prefix(verb)) {
        (FactValue::Count(n), Some(aspect)) => units::equal(*n as f64, value) && aspect_named(aspect),
        _ => false,
    })
}

fn percent(tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card], value: f64) -> bool {
    let slack = if value.fract() == 0.0 { 0.5 } else { 0.05 };
    let is = |share: f64| (share * 100.0 - value).abs() <= slack;
    let stated = |f: &Fact| {
        matches!(f.value, FactValue::Percent(p) if units::equal(p, value))
            && field_distance(tokens, figure, &f.field).is_some()
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
            FactValue::Count(n) => review_count(tokens, figure, card, n as f64) && is(n as f64 / total as f64),
            _ => false,
        };
        if card.facts.iter().any(share) {
            return true;
        }
    }
    let per = (0..tokens.len()).any(|at| money::is_per(tokens, at));
    super::relations::fields_beside(tokens, figure).into_iter().any(|field| {
        let field = if per && field == "price" { "unit price" } else { field };
        let Some((own, unit)) = card.number(field) else { return false };
        let other = |o: &&Card| o.number(field).filter(|(v, u)| *u == unit && *v != 0.0).map(|(v, _)| v);
        others.iter().filter_map(other).any(|v| is((own - v).abs() / v))
    })
}

fn ratio(gate: &Gate, tokens: &[Token], figure: &Figure, card: &Card, others: &[&Card], value: f64) -> bool {
    let reviews = has(tokens, &["reviews", "reviewers", "buyers", "people"]);
    let bound = bounds::before(tokens, figure).map(|(bound, _)| bound);
    if reviews && let Some(total) = card.count("reviews").filter(|n| *n > 0) {
        let share = |f: &Fact| match f.value {
            FactValue::Count(n) if review_count(tokens, figure, card, n as f64) => {
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
    let per = (0..tokens.len()).any(|at| money::is_per(tokens, at));
    let comparable = |f: &&Fact| match f.value {
        FactValue::Money(_) => f.field == if per { "unit price" } else { "price" },
        FactValue::Number { .. } | FactValue::Percent(_) => true,
        _ => false,
    };
    let fields = card.facts.iter().filter(comparable).map(|f| f.field.as_str());
    let named: Vec<(usize, &str)> =
        fields.filter_map(|field| field_distance(tokens, figure, field).map(|d| (d, field))).collect();
    let least = named.iter().map(|(d, _)| *d).min();
    named.iter().filter(|(d, _)| Some(*d) == least).any(|(_, field)| {
        let Some((own, unit)) = units::based(card.number(field)) else { return false };
        let others: Vec<&Card> = if others.is_empty() && gate.cards.len() == 2 {
            gate.cards.iter().filter(|c| c.number != card.number).collect()
        } else {
            others.to_vec()
        };
        let other = |o: &&Card| units::based(o.number(field)).filter(|(v, u)| *u == unit && *v != 0.0).map(|(v, _)| v);
        others.iter().filter_map(other).any(|v| (own / v - value).abs() <= 0.02 * value)
    })
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
