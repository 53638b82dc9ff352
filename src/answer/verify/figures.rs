//! The figures of a sentence: amounts, percentages, dates, quantities with units, stars, counts, ratios; digits and words.
//!
//! Reads tokens only; whether a figure is true is held elsewhere.

use super::numerals;
use super::tokens::{Kind, Token};
use super::units::{self, Unit};
use crate::domain::Currency;

#[derive(Debug, Clone, PartialEq)]
pub enum FigureKind {
    Money {
        major: f64,
        currency: Currency,
    },
    Percent(f64),
    Date {
        year: Option<i16>,
        month: i8,
        day: Option<i8>,
    },
    Quantity {
        value: f64,
        unit: Unit,
        word: String,
    },
    Stars(f64),
    Count {
        value: f64,
        noun: Vec<String>,
    },
    /// Twice is 2, half is 0.5.
    Ratio(f64),
}

/// A figure and the tokens that it takes up.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub kind: FigureKind,
    pub start: usize,
    pub end: usize,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month's name.
pub fn month(word: &str) -> Option<i8> {
    MONTHS.iter().position(|m| *m == word).map(|n| n as i8 + 1)
}

/// All figures in order of their place.
pub fn figures(tokens: &[Token]) -> Vec<Figure> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match figure_at(tokens, at) {
            Some(figure) => {
                at = figure.end.max(at + 1);
                found.push(figure);
            }
            None => at += 1,
        }
    }
    found
}

fn figure_at(tokens: &[Token], at: usize) -> Option<Figure> {
    let token = tokens.get(at)?;
    let make = |kind, end| Some(Figure { kind, start: at, end });
    if let Kind::Day(y, m, d) = token.kind {
        return make(FigureKind::Date { year: Some(y), month: m, day: Some(d) }, at + 1);
    }
    if let Some(currency) = currency_before(token)
        && let Some((major, end)) = number(tokens, at + 1)
    {
        return make(FigureKind::Money { major, currency }, end);
    }
    if let Some(figure) = month_first(tokens, at) {
        return Some(figure);
    }
    if let Some((ratio, end)) = ratio(tokens, at) {
        return make(FigureKind::Ratio(ratio), end);
    }
    let (value, end) = number(tokens, at)?;
    let next = tokens.get(end);
    let word = |i: usize| tokens.get(i).filter(|t| t.kind == Kind::Word).map_or("", |t| t.lower.as_str());
    if let Some(currency) = next.and_then(currency_after) {
        return make(FigureKind::Money { major: value, currency }, end + 1);
    }
    if next.is_some_and(|t| t.kind == Kind::Punct('%')) || matches!(word(end), "percent" | "percentage") {
        let points = matches!(word(end + 1), "points" | "point");
        return make(FigureKind::Percent(value), end + 1 + usize::from(points));
    }
    if word(end) == "per" && word(end + 1) == "cent" {
        return make(FigureKind::Percent(value), end + 2);
    }
    let ordinal = matches!(word(end), "st" | "nd" | "rd" | "th");
    let month_at = end + usize::from(ordinal) + usize::from(ordinal && word(end + 1) == "of");
    if let Some(month) = MONTHS.iter().position(|m| *m == word(month_at)).filter(|_| (1.0..=31.0).contains(&value)) {
        let (year, end) = year(tokens, month_at + 1);
        return make(FigureKind::Date { year, month: month as i8 + 1, day: Some(value as i8) }, end);
    }
    if let Some(end) = stars_end(tokens, end, value) {
        return make(FigureKind::Stars(value), end);
    }
    let unit_word = match (next, word(end)) {
        (_, "km") if tokens.get(end + 1).is_some_and(|t| t.kind == Kind::Punct('/')) && word(end + 2) == "h" => "km/h",
        (_, "in") if !inches(tokens, end) => "",
        (_, word) => word,
    };
    if let Some(unit) = units::of(unit_word) {
        let end = end + if unit_word == "km/h" { 3 } else { 1 };
        return make(FigureKind::Quantity { value, unit, word: unit_word.to_owned() }, end);
    }
    if let Some(unit) = unit_after_and(tokens, at, end) {
        return make(FigureKind::Quantity { value, unit, word: String::new() }, end);
    }
    let noun = (end..end + 3).map(word).take_while(|w| !w.is_empty()).map(str::to_owned).collect();
    make(FigureKind::Count { value, noun }, end)
}

/// Whether the "in" at `at` is a unit: nothing that it could be in comes after it.
fn inches(tokens: &[Token], at: usize) -> bool {
    const AFTER: [&str; 12] = [
        "against", "wide", "deep", "high", "tall", "long", "screen", "display", "smaller", "larger", "bigger", "wider",
    ];
    tokens.get(at + 1).is_none_or(|t| t.is_word(&AFTER) || matches!(t.kind, Kind::Punct('.' | ')')))
}

/// "Between 50 and 60 cm": the unit of the second is that of the first.
fn unit_after_and(tokens: &[Token], at: usize, end: usize) -> Option<Unit> {
    let between = at > 0 && tokens[at - 1].is_word(&["between"]);
    let and = tokens.get(end).is_some_and(|t| t.is_word(&["and"]));
    let (_, after) = number(tokens, end + 1).filter(|_| between && and)?;
    tokens.get(after).filter(|t| t.kind == Kind::Word).and_then(|t| units::of(&t.lower))
}

/// A number in digits or words with the index after it; "one" only where it counts something.
fn number(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Number(value) => match numerals::and_a_half(tokens, at + 1) {
            Some(end) if value.fract() == 0.0 => Some((value + 0.5, end)),
            _ => Some((value, at + 1)),
        },
        Kind::Word => {
            if token.lower == "one" && !numerals::goes_on(tokens, at) {
                let next = tokens.get(at + 1).filter(|t| t.kind == Kind::Word);
                let counts = next.is_some_and(|t| {
                    matches!(t.lower.as_str(), "review" | "reviewer" | "buyer" | "person" | "star" | "gap" | "rating")
                        || units::of(&t.lower).is_some() && t.lower != "in"
                });
                return counts.then_some((1.0, at + 1));
            }
            numerals::read(tokens, at)
        }
        _ => None,
    }
}

/// "Half", "a third", "three quarters", "three times the", "one in four reviewers", with the index after it.
fn ratio(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let token = tokens.get(at)?;
    let word = |i: usize| tokens.get(i).filter(|t| t.kind == Kind::Word).map_or("", |t| t.lower.as_str());
    let article = at > 0 && tokens[at - 1].is_word(&["a", "one"]);
    let single = match word(at) {
        "half" | "halves" => Some(0.5),
        "twice" | "double" | "doubles" => Some(2.0),
        "triple" | "thrice" => Some(3.0),
        fraction if article && !fraction.ends_with('s') => part(fraction),
        _ => None,
    };
    if let Some(value) = single {
        return Some((value, at + 1));
    }
    let (value, end) = match token.kind {
        Kind::Number(value) => (value, at + 1),
        _ => numerals::read(tokens, at)?,
    };
    if let Some(share) = word(end).strip_suffix('s').and_then(part) {
        return Some((value * share, end + 1));
    }
    if word(end) == "times" && matches!(word(end + 1), "the" | "as") {
        return Some((value, end + 1));
    }
    let of = match (word(end), word(end + 1)) {
        ("in", _) => end + 1,
        ("out", "of") => end + 2,
        _ => return None,
    };
    let (all, after) = match tokens.get(of)?.kind {
        Kind::Number(all) => (all, of + 1),
        _ => numerals::read(tokens, of)?,
    };
    let counted = matches!(word(after), "reviews" | "reviewers" | "buyers" | "people" | "customers");
    (word(end) == "in" && counted && all > 0.0).then(|| (value / all, after))
}

fn part(word: &str) -> Option<f64> {
    match word {
        "third" => Some(1.0 / 3.0),
        "quarter" => Some(0.25),
        "fifth" => Some(0.2),
        "tenth" => Some(0.1),
        _ => None,
    }
}

fn currency_before(token: &Token) -> Option<Currency> {
    match token.kind {
        Kind::Punct('€') => Some(Currency::EUR),
        Kind::Punct('$') => Some(Currency::USD),
        Kind::Punct('£') => Some(Currency::GBP),
        Kind::Punct('₪') => Some(Currency::ILS),
        Kind::Punct('₹') => "INR".parse().ok(),
        Kind::Punct('¥') => "JPY".parse().ok(),
        Kind::Word if token.raw == "R" => Some(Currency::ZAR),
        Kind::Word if token.raw.len() == 3 && token.raw == token.raw.to_uppercase() => token.raw.parse().ok(),
        _ => None,
    }
}

fn currency_after(token: &Token) -> Option<Currency> {
    match token.kind {
        Kind::Punct(_) => currency_before(token),
        Kind::Word => match token.lower.as_str() {
            "euro" | "euros" => Some(Currency::EUR),
            "dollar" | "dollars" | "bucks" => Some(Currency::USD),
            "pound" | "pounds" | "quid" => Some(Currency::GBP),
            "shekel" | "shekels" => Some(Currency::ILS),
            "rand" => Some(Currency::ZAR),
            "eur" | "usd" | "gbp" | "ils" | "zar" | "chf" => token.lower.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// "July 14, 2026", "July 2026", "in July".
fn month_first(tokens: &[Token], at: usize) -> Option<Figure> {
    let token = tokens.get(at).filter(|t| t.kind == Kind::Word)?;
    let month = MONTHS.iter().position(|m| *m == token.lower)? as i8 + 1;
    let number_at = |i: usize| match tokens.get(i).map(|t| &t.kind) {
        Some(Kind::Number(n)) if n.fract() == 0.0 => Some(*n),
        _ => None,
    };
    let led = at > 0 && tokens[at - 1].is_word(&["in", "since", "until", "of", "by", "last", "from"]);
    let (day, end) = match number_at(at + 1) {
        Some(n) if (1.0..=31.0).contains(&n) => (Some(n as i8), at + 2),
        Some(_) => (None, at + 1),
        // "may" is a verb unless something makes it a month.
        None if token.lower == "may" && (!led || token.raw != "May") => return None,
        None => (None, at + 1),
    };
    let comma =
        usize::from(tokens.get(end).is_some_and(|t| t.kind == Kind::Punct(',')) && number_at(end + 1).is_some());
    let (year, after) = year(tokens, end + comma);
    let end = if year.is_some() { after } else { end };
    Some(Figure { kind: FigureKind::Date { year, month, day }, start: at, end })
}

fn year(tokens: &[Token], at: usize) -> (Option<i16>, usize) {
    match tokens.get(at).map(|t| &t.kind) {
        Some(Kind::Number(n)) if (1990.0..2200.0).contains(n) && n.fract() == 0.0 => (Some(*n as i16), at + 1),
        _ => (None, at),
    }
}

/// "4.4 stars", "4.4 of 5", "4.4 out of 5", "4.4/5"; not "3 of 5 reviews".
fn stars_end(tokens: &[Token], at: usize, value: f64) -> Option<usize> {
    let word = |i: usize, words: &[&str]| tokens.get(i).is_some_and(|t| t.is_word(words));
    if word(at, &["star", "stars"]) {
        return Some(at + 1);
    }
    let of = if word(at, &["of"]) || tokens.get(at).is_some_and(|t| t.kind == Kind::Punct('/')) {
        at + 1
    } else if word(at, &["out"]) && word(at + 1, &["of"]) {
        at + 2
    } else {
        return None;
    };
    let five = tokens.get(of).is_some_and(|t| t.kind == Kind::Number(5.0) || t.lower == "five");
    let counted = word(of + 1, &["reviews", "review", "reviewers", "people", "buyers", "shown", "ratings", "days"]);
    (five && value <= 5.0 && !counted).then_some(of + 1 + usize::from(word(of + 1, &["stars"])))
}
