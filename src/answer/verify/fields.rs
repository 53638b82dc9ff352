//! Of which property a figure is: the words of the sentence that name it, nearest first, held apart from one another.
//!
//! The words are data in `assets/lexicon/gate_measures.txt` and the aspect table. Never looks at a value.

use super::figures::{self, Figure};
use super::tokens::{Kind, Token};
use super::{Gate, units, words};
use crate::answer::aspect;
use crate::domain::*;
use std::sync::LazyLock;

/// The properties that some words claim a figure of one dimension for.
struct Measure {
    dimension: &'static str,
    properties: Vec<String>,
    words: Vec<&'static str>,
}

#[derive(Default)]
struct Measures {
    all: Vec<Measure>,
    neutral: Vec<&'static str>,
    material: Vec<&'static str>,
    rigid: Vec<&'static str>,
    /// Words for one span of time or use each.
    periods: Vec<Vec<&'static str>>,
}

static MEASURES: LazyLock<Measures> = LazyLock::new(|| {
    let mut read = Measures::default();
    for line in include_str!("../../../assets/lexicon/gate_measures.txt").lines().filter(|l| !l.starts_with('#')) {
        let Some((name, rest)) = line.split_once(' ') else { continue };
        match (name, rest.split_once(" = ")) {
            (dimension, Some((properties, words))) => read.all.push(Measure {
                dimension,
                properties: properties.split(' ').map(aspect::label).collect(),
                words: words.split(' ').collect(),
            }),
            ("period", None) => read.periods.push(rest.split(' ').collect()),
            ("neutral", None) => read.neutral.extend(rest.split(' ')),
            ("material", None) => read.material.extend(rest.split(' ')),
            ("rigid", None) => read.rigid.extend(rest.split(' ')),
            _ => {}
        }
    }
    read
});

/// Whether a word of a label tells no thing apart: "max".
pub fn is_neutral(word: &str) -> bool {
    MEASURES.neutral.contains(&word)
}

/// "Minimum" has to stand on a card, and "maximum" not be the other end of one.
pub fn fits_bound(gate: &Gate, word: &str) -> bool {
    let says = |start: &str| {
        let labels = gate.cards.iter().flat_map(|c| &c.facts).map(|f| label(&f.field));
        labels.flatten().any(|w| w.starts_with(start))
    };
    match word {
        "min" | "minimum" => says("min"),
        "max" | "maximum" => !says("min") || says("max"),
        _ => true,
    }
}

/// Whether a field says what the whole product is made of.
pub fn is_material(field: &str) -> bool {
    label(field).iter().any(|w| MEASURES.material.contains(&w.as_str()))
}

/// The properties, stated or not, that a word names in any dimension.
pub fn properties_of(word: &str) -> impl Iterator<Item = &'static str> + '_ {
    let named = move |m: &&'static Measure| m.words.contains(&word);
    MEASURES.all.iter().filter(named).flat_map(|m| &m.properties).map(String::as_str)
}

/// Whether a word names a property that is measured.
pub fn is_measured(word: &str) -> bool {
    MEASURES.all.iter().any(|m| m.words.contains(&word))
}

fn label(field: &str) -> Vec<String> {
    aspect::label(field).to_lowercase().split([' ', '-']).map(str::to_owned).collect()
}

/// Where a label of several words stands in full, so that its "height" is not that of the whole product.
struct Span {
    from: usize,
    to: usize,
    field: String,
}

/// How far a word stands from a figure; a clause or a figure between them pushes it away.
fn distance(tokens: &[Token], all: &[Figure], figure: &Figure, at: usize) -> usize {
    const AWAY: usize = 6;
    let (from, to) = if at < figure.start { (at + 1, figure.start) } else { (figure.end, at) };
    let breaks = (from..to).filter(|i| is_break(&tokens[*i])).count();
    let others = all.iter().filter(|f| f.start >= from && f.end <= to).count();
    to - from + 1 + AWAY * (breaks + others)
}

fn is_break(token: &Token) -> bool {
    matches!(token.kind, Kind::Punct(',' | ';' | '(' | ')'))
        || token.is_word(&["and", "but", "while", "whereas", "though", "although", "or"])
}

fn says(token: &Token, word: &str) -> bool {
    match token.kind {
        Kind::Word => token.lower == word,
        // "Height adjustable up to 140 cm" speaks of a height.
        Kind::Field(_) => token.lower.split([' ', '-']).any(|w| w == word),
        _ => false,
    }
}

/// Whether a word names an aspect or a property of the list that a field is not of.
fn names_another(word: &str, field: &str) -> bool {
    let other = |name: &str| !aspect::same(name, field);
    aspect::all().iter().any(|a| other(&a.name) && (a.name == word || a.words.iter().any(|w| w == word)))
        || properties_of(word).any(other)
}

/// The words that name a field by themselves.
fn single_words(field: &str) -> Vec<String> {
    let mut words: Vec<String> =
        label(field).into_iter().filter(|w| !is_neutral(w) && !names_another(w, field)).collect();
    if let Some(aspect) = aspect::of(field) {
        words.extend(aspect.words.iter().cloned());
    }
    let mut properties = MEASURES.all.iter().filter(|m| m.properties.iter().any(|p| aspect::same(p, field)));
    if label(field).iter().filter(|w| !is_neutral(w)).count() < 2 || aspect::of(field).is_some() {
        words.extend(properties.by_ref().flat_map(|m| &m.words).map(|w| (*w).to_owned()));
    }
    words
}

/// A field that the sentence names, how far from the figure, and whether the words tell the part of the product too.
struct Named {
    distance: usize,
    telling: bool,
    field: String,
}

/// The sentence around one figure.
pub struct Reader<'t> {
    tokens: &'t [Token],
    figure: &'t Figure,
    all: Vec<Figure>,
    spans: Vec<Span>,
}

impl<'t> Reader<'t> {
    pub fn new(gate: &Gate, tokens: &'t [Token], figure: &'t Figure) -> Self {
        let mut spans = Vec::new();
        for fact in gate.cards.iter().flat_map(|c| &c.facts) {
            let words = label(&fact.field);
            let known = |s: &Span| s.field == fact.field;
            if words.len() < 2 || spans.iter().any(known) {
                continue;
            }
            let stands = |at: &usize| {
                tokens.get(*at..at + words.len()).is_some_and(|t| t.iter().zip(&words).all(|(t, w)| t.is_word(&[w])))
            };
            let found = (0..tokens.len()).filter(stands);
            spans.extend(found.map(|from| Span { from, to: from + words.len(), field: fact.field.clone() }));
        }
        Self { tokens, figure, all: figures::figures(tokens), spans }
    }

    fn outside(&self, at: usize) -> bool {
        !(self.figure.start..self.figure.end).contains(&at)
    }

    fn distance(&self, at: usize) -> usize {
        distance(self.tokens, &self.all, self.figure, at)
    }

    /// Whether the word at `at` is part of the full label of another field.
    fn taken(&self, at: usize, field: &str) -> bool {
        self.spans.iter().any(|s| (s.from..s.to).contains(&at) && !aspect::same(&s.field, field))
    }

    fn nearest(&self, field: &str, words: &[String]) -> Option<usize> {
        // "They last": the verb of several.
        let names =
            |t: &Token| words.iter().any(|w| says(t, w) || w.strip_suffix('s').is_some_and(|one| t.is_word(&[one])));
        let free = |i: &usize| self.outside(*i) && names(&self.tokens[*i]) && !self.taken(*i, field);
        (0..self.tokens.len()).filter(free).map(|i| self.distance(i)).min()
    }

    /// How the sentence names a field that a card states.
    fn named(&self, field: &str) -> Option<Named> {
        let named = |distance, telling| Named { distance, telling, field: field.to_owned() };
        let whole = self.spans.iter().filter(|s| s.field == field).map(|s| {
            let last = s.to - 1;
            self.distance(s.from).min(self.distance(last))
        });
        let whole = whole.min().map(|d| named(d, true));
        whole
            .or_else(|| self.of_part(field).map(|d| named(d, true)))
            .or_else(|| self.nearest(field, &single_words(field)).map(|d| named(d, false)))
    }

    /// How far from the figure the sentence names a field.
    pub fn named_at(&self, field: &str) -> Option<usize> {
        self.named(field).map(|n| n.distance)
    }

    /// "The seat is 65 cm high": the words of the seat height, apart from each other within one clause.
    fn of_part(&self, field: &str) -> Option<usize> {
        let words: Vec<String> = label(field).into_iter().filter(|w| !is_neutral(w)).collect();
        let (head, parts) = words.split_last()?;
        if parts.is_empty() || aspect::of(field).is_some() || !names_another(head, field) {
            return None;
        }
        let kin: Vec<&str> = properties_of(head).collect();
        let same = |word: &str| word == head || properties_of(word).any(|p| kin.contains(&p));
        let heads = (0..self.tokens.len())
            .filter(|i| self.outside(*i) && self.tokens[*i].kind == Kind::Word && same(&self.tokens[*i].lower));
        let beside = |at: usize, part: &String| {
            (0..self.tokens.len()).any(|i| {
                let (from, to) = if i < at { (i, at) } else { (at, i) };
                says(&self.tokens[i], part) && !self.tokens[from..to].iter().any(is_break)
            })
        };
        heads.filter(|at| parts.iter().all(|p| beside(*at, p))).map(|at| self.distance(at)).min()
    }
}

/// The fields that the sentence claims a figure of that dimension for, stated or not; empty where it names none.
pub fn claimed(gate: &Gate, tokens: &[Token], figure: &Figure, dimension: &str) -> Vec<String> {
    let reader = Reader::new(gate, tokens, figure);
    let mut named: Vec<Named> = Vec::new();
    for fact in gate.cards.iter().flat_map(|c| &c.facts) {
        let FactValue::Number { unit, .. } = &fact.value else { continue };
        if units::of_fact(unit).dimension == dimension && !named.iter().any(|n| n.field == fact.field) {
            named.extend(reader.named(&fact.field));
        }
    }
    for measure in MEASURES.all.iter().filter(|m| m.dimension == dimension) {
        let words: Vec<String> = measure.words.iter().map(|w| (*w).to_owned()).collect();
        for property in &measure.properties {
            let distance = reader.nearest(property, &words);
            named.extend(distance.map(|distance| Named { distance, telling: false, field: property.clone() }));
        }
    }
    let least = named.iter().map(|n| n.distance).min();
    named.retain(|n| Some(n.distance) == least);
    if named.iter().any(|n| n.telling) {
        named.retain(|n| n.telling);
    }
    named.into_iter().map(|n| n.field).collect()
}

/// "The cable of A is 15 cm long": the part that a figure is said of, where it is none of the product's measures.
pub fn part_of<'t>(tokens: &'t [Token], figure: &Figure) -> Option<&'t str> {
    let clause = (0..figure.start).rev().take_while(|i| !matches!(tokens[*i].kind, Kind::Punct(',' | ';' | ':')));
    let name = clause.into_iter().find(|i| matches!(tokens[*i].kind, Kind::Name(_)))?;
    let the = usize::from(name > 0 && tokens[name - 1].is_word(&["the"]));
    let of = name.checked_sub(1 + the).filter(|i| tokens[*i].is_word(&["of"]))?;
    let part = tokens.get(of.checked_sub(1)?)?;
    let named = match part.kind {
        Kind::Word => is_measured(&part.lower) || !words::is_plain(&part.lower),
        Kind::Field(_) => true,
        _ => false,
    };
    named.then_some(part.lower.as_str())
}

/// Whether a label has the word, or the word names what it is of.
pub fn speaks_of(field: &str, word: &str) -> bool {
    label(field).iter().any(|w| w == word) || single_words(field).iter().any(|w| w == word)
}

/// "180 kWh a month": a figure per month is one only where the field or its unit says so.
pub fn fits_period(tokens: &[Token], figure: &Figure, field: &str, card: &Card) -> bool {
    let next = |n: usize| tokens.get(figure.end + n);
    let per = next(0).is_some_and(|t| t.is_word(&["per", "a", "an", "each", "every"]) || t.kind == Kind::Punct('/'));
    let Some(word) = next(1).filter(|t| per && t.kind == Kind::Word) else { return true };
    let one = vec![word.lower.as_str()];
    let period = MEASURES.periods.iter().find(|p| p.contains(&word.lower.as_str()));
    let strict = next(0).is_some_and(|t| t.is_word(&["per"]) || t.kind == Kind::Punct('/'));
    let Some(period) = period.or(Some(&one).filter(|_| strict)) else { return true };
    let unit = card.facts.iter().find(|f| f.field == field).map_or("", |f| f.text.as_str()).to_lowercase();
    let says = |text: &str| text.split(|c: char| !c.is_alphabetic()).any(|w| period.contains(&w));
    says(&label(field).join(" ")) || says(&unit)
}

/// "Weighs 90 cm": whether the word right beside a figure takes figures of other dimensions only.
pub fn misplaced(tokens: &[Token], figure: &Figure, dimension: &str) -> bool {
    const BETWEEN: [&str; 14] =
        ["up", "to", "at", "least", "most", "of", "is", "a", "only", "just", "less", "more", "than", "exactly"];
    let before = tokens[..figure.start].iter().rev().find(|t| !t.is_word(&BETWEEN));
    let other = |token: &&Token| {
        let of: Vec<&str> =
            MEASURES.all.iter().filter(|m| m.words.iter().any(|w| token.is_word(&[w]))).map(|m| m.dimension).collect();
        !of.is_empty() && !of.contains(&dimension) && of.iter().all(|d| MEASURES.rigid.contains(d))
    };
    before.into_iter().chain(tokens.get(figure.end)).any(|t| other(&t))
}
