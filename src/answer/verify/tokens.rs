//! A sentence as tokens: names of products and shops and labels of attributes first, then numbers and words.
//!
//! Names are found before numbers, so that the 45 of "NordWash 45" is never taken for a figure. Judges nothing.

use super::super::evidence::CardFacts;
use super::figures::FigureKind;
use crate::domain::*;

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Word,
    Number(f64),
    /// `2026-07-14`.
    Day(i16, i8, i8),
    Punct(char),
    /// Card numbers that the name may mean.
    Name(Vec<u32>),
    Shop(String),
    /// Label of a yes-or-no or text attribute: field.
    Field(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub kind: Kind,
    /// Lower case.
    pub lower: String,
    pub raw: String,
}

/// Whether the token at a place is one of these words.
pub fn word_at(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.get(at).is_some_and(|t| t.is_word(words))
}

impl Token {
    /// A word as code says it, in lower case.
    pub fn word(lower: &str) -> Self {
        Self { kind: Kind::Word, lower: lower.to_owned(), raw: lower.to_owned() }
    }

    pub fn is_word(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.contains(&self.lower.as_str())
    }
}

/// The names that a sentence may use, longest first.
#[derive(Debug, Clone, Default)]
pub struct Names {
    known: Vec<(Vec<char>, Kind)>,
}

impl Names {
    pub fn of(cards: &[Card]) -> Self {
        let mut names: Vec<(String, Kind)> = Vec::new();
        let mut add = |text: &str, kind: Kind| {
            let text = text.trim().to_lowercase();
            if text.chars().count() < 2 {
                return;
            }
            match names.iter_mut().find(|(known, _)| *known == text) {
                Some((_, Kind::Name(cards))) => {
                    if let Kind::Name(more) = kind {
                        cards.extend(more.into_iter().filter(|n| !cards.contains(n)).collect::<Vec<_>>());
                    }
                }
                Some(_) => {}
                None => names.push((text, kind)),
            }
        };
        for card in cards {
            let own = || Kind::Name(vec![card.number]);
            add(&card.title, own());
            add(card.name(), own());
            let brand = card.facts.iter().find(|f| f.field == "brand").map(|f| f.text.as_str());
            if let Some(brand) = brand {
                add(brand, own());
                if let Some(model) = card.name().strip_prefix(brand).map(str::trim) {
                    let telling = model.chars().any(char::is_alphabetic) && model.chars().count() >= 4;
                    if telling && model.contains(|c: char| c.is_ascii_digit()) {
                        add(model, own());
                    }
                }
            }
        }
        for card in cards {
            for fact in &card.facts {
                if let Some(shop) = fact.shop.as_ref().filter(|shop| is_label(shop)) {
                    add(shop, Kind::Shop(shop.clone()));
                }
                let label =
                    matches!(fact.value, FactValue::Flag(_)) && fact.field != "in stock" && is_label(&fact.field);
                if label {
                    add(&fact.field, Kind::Field(fact.field.clone()));
                }
            }
        }
        let mut known: Vec<(Vec<char>, Kind)> = names.into_iter().map(|(n, k)| (n.chars().collect(), k)).collect();
        known.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Self { known }
    }

    /// What a whole text names.
    pub fn kind_of(&self, text: &str) -> Option<Kind> {
        let chars: Vec<char> = text.chars().collect();
        self.at(&chars, 0).filter(|(end, _)| *end == chars.len()).map(|(_, kind)| kind)
    }

    fn at(&self, text: &[char], from: usize) -> Option<(usize, Kind)> {
        let open = from == 0 || !text[from - 1].is_alphanumeric();
        if !open {
            return None;
        }
        self.known.iter().find_map(|(name, kind)| {
            let end = from + name.len();
            let fits = text.get(from..end)? == name.as_slice();
            let closed = text.get(end).is_none_or(|c| !c.is_alphanumeric());
            (fits && closed).then(|| (end, kind.clone()))
        })
    }
}

/// Whether a name from outside is only a name: one that holds a figure, a comparison or praise would carry it past the gate.
pub fn is_label(text: &str) -> bool {
    let tokens = tokens(text, &Names::default());
    // "Half load" and "2 racks" are names of things.
    let harmless = |kind: &FigureKind| matches!(kind, FigureKind::Count { .. } | FigureKind::Ratio(_));
    let figure = super::figures::figures(&tokens).iter().any(|f| !harmless(&f.kind));
    !figure && !super::relations::speaks(&tokens) && !super::words::speaks(&tokens)
}

/// Cuts a sentence (citations removed before) into tokens.
pub fn tokens(sentence: &str, names: &Names) -> Vec<Token> {
    let raw: Vec<char> = sentence.chars().map(|c| if c == '’' { '\'' } else { c }).collect();
    let lower: Vec<char> = raw.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    let push = |out: &mut Vec<Token>, kind: Kind, from: usize, to: usize| {
        out.push(Token { kind, lower: lower[from..to].iter().collect(), raw: raw[from..to].iter().collect() });
    };
    while at < raw.len() {
        let c = raw[at];
        if c.is_whitespace() {
            at += 1;
        } else if let Some((end, kind)) = names.at(&lower, at) {
            push(&mut out, kind, at, end);
            at = end;
            if lower.get(at) == Some(&'\'') {
                at += if lower.get(at + 1) == Some(&'s') { 2 } else { 1 };
            }
        } else if c.is_ascii_digit() {
            let end = number_end(&raw, at);
            // "-$5" is as much below nothing as "$-5".
            let symbol = |c: char| matches!(c, '€' | '$' | '£' | '₪' | '¥');
            let money = at > 0 && symbol(raw[at - 1]);
            let sign = at - usize::from(money && at > 1 && matches!(raw[at - 2], '-' | '−'));
            let minus = sign > 0
                && matches!(raw[sign - 1], '-' | '−')
                && (sign < 2 || raw[sign - 2].is_whitespace() || raw[sign - 2] == '(' || symbol(raw[sign - 2]));
            let thousands = money && matches!(raw.get(end), Some('k' | 'K'));
            let text: String = raw[at..end].iter().collect();
            let factor = if minus { -1.0 } else { 1.0 } * if thousands { 1000.0 } else { 1.0 };
            let kind = day(&text).unwrap_or_else(|| Kind::Number(value(&text) * factor));
            push(&mut out, kind, at, end);
            at = end;
        } else if c.is_alphabetic() || c == '°' {
            let mut end = at + 1;
            while end < raw.len()
                && (raw[end].is_alphabetic()
                    || matches!(raw[end], '²' | '³')
                    || (raw[end] == '\'' && raw.get(end + 1).is_some_and(|c| c.is_alphabetic())))
            {
                end += 1;
            }
            push(&mut out, Kind::Word, at, end);
            if let Some(token) = out.last_mut()
                && let Some(stem) = token.lower.strip_suffix("'s")
            {
                token.lower = stem.to_owned();
            }
            at = end;
        } else {
            if !matches!(c, '-' | '−' | '"' | '“' | '”' | '\'') {
                push(&mut out, Kind::Punct(c), at, at + 1);
            }
            at += 1;
        }
    }
    out
}

fn number_end(text: &[char], from: usize) -> usize {
    let digit = |i: usize| text.get(i).is_some_and(char::is_ascii_digit);
    let mut end = from;
    // "1 299 €": a space before three digits parts the thousands of an amount.
    let spaced = |i: usize| {
        let gap = text.get(i).is_some_and(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'));
        gap && digit(i + 1) && digit(i + 2) && digit(i + 3) && !digit(i + 4)
    };
    let first = (from..from + 4).take_while(|i| digit(*i)).count();
    if (1..=3).contains(&first) && spaced(from + first) && is_amount(text, from, from + first + 4) {
        end = from + first + 4;
    }
    while digit(end) || (text.get(end).is_some_and(|c| matches!(c, '.' | ',')) && digit(end + 1)) {
        end += 1;
    }
    let iso = |i: usize, n: usize| text.get(i) == Some(&'-') && (1..=n).all(|k| digit(i + k)) && !digit(i + n + 1);
    if end - from == 4 && iso(end, 2) && iso(end + 3, 2) { end + 6 } else { end }
}

/// Whether a currency stands beside the number, cents left out.
fn is_amount(text: &[char], from: usize, end: usize) -> bool {
    let sign = |c: &&char| matches!(c, '€' | '$' | '£' | '₪' | '₹' | '¥');
    let skipped = |c: &&char| !(c.is_whitespace() || c.is_ascii_digit() || matches!(c, ',' | '.'));
    let mut after = text[end..].iter().take(5).filter(skipped);
    let mut before = text[..from].iter().rev().take(2).filter(|c| !c.is_whitespace());
    after.next().as_ref().is_some_and(sign) || before.next().as_ref().is_some_and(sign)
}

fn day(text: &str) -> Option<Kind> {
    let mut parts = text.split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Kind::Day(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?))
}

/// `1,299.00`, `12.50`, `12,50`, `1299`: a comma with two digits after it is a decimal comma.
fn value(text: &str) -> f64 {
    let text = &text.replace([' ', '\u{a0}', '\u{202f}'], "");
    let plain = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(dot)) if comma > dot => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (Some(comma), None) if text.len() - comma == 4 => text.replace(',', ""),
        (Some(_), None) => text.replace(',', "."),
        _ => text.to_owned(),
    };
    plain.parse().unwrap_or(f64::NAN)
}
