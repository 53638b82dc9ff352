//! The number gate: every figure, name, comparison and yes-or-no statement of a sentence held against the cards.
//!
//! Strict: what the evidence does not say is unsupported. Never repairs a sentence, never asks a model.

mod bends;
mod bounds;
mod counts;
mod exceptions;
mod fields;
mod figures;
mod foreign;
mod hold;
mod lists;
mod missing;
mod money;
mod negation;
mod numerals;
mod quantities;
mod relations;
mod scene;
mod scope;
mod sets;
mod shares;
mod superlatives;
mod texts;
mod tokens;
mod units;
mod words;

use crate::answer::clean;
use crate::answer::evidence::CardFacts;
use crate::domain::*;
use scene::Scene;
use std::collections::{BTreeMap, BTreeSet};
pub use tokens::is_label;
use tokens::{Kind, Names, Token};

/// What the gate says of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Everything checkable holds; the cards it rests on.
    Supported { cards: Vec<u32> },
    /// There is nothing in it to check.
    Empty,
    /// Something in it has no support, with the reason in plain words.
    Unsupported { reason: String },
}

impl Verdict {
    pub fn is_supported(&self) -> bool {
        matches!(self, Self::Supported { .. })
    }
}

/// The evidence of one answer, prepared for checking.
pub struct Gate {
    cards: Vec<Card>,
    claims: BTreeMap<String, Vec<u32>>,
    need: Need,
    pick: Option<u32>,
    names: Names,
    vocabularies: BTreeMap<u32, BTreeSet<String>>,
    asked: BTreeSet<String>,
}

impl Gate {
    pub fn new(cards: &[Card], claims: &[Claim], need: &Need, pick: Option<u32>) -> Self {
        Self {
            names: Names::of(cards),
            vocabularies: cards.iter().map(|c| (c.number, words::vocabulary(c))).collect(),
            asked: words::asked(&need.question),
            claims: claims.iter().map(|c| (plain(&c.text), c.cards.clone())).collect(),
            cards: cards.to_vec(),
            need: need.clone(),
            pick,
        }
    }

    fn card(&self, number: u32) -> Option<&Card> {
        self.cards.iter().find(|c| c.number == number)
    }

    fn numbers(&self) -> Vec<u32> {
        self.cards.iter().map(|c| c.number).collect()
    }

    fn vocabulary(&self, number: u32) -> Option<&BTreeSet<String>> {
        self.vocabularies.get(&number)
    }

    /// Judges one sentence; `about` is the card that "it" means where the sentence names none.
    pub fn check(&self, sentence: &str, about: Option<u32>) -> Verdict {
        let unsupported = |reason: String| Verdict::Unsupported { reason };
        let plain_words: Vec<&str> = sentence.split_whitespace().collect();
        if sentence.chars().any(char::is_control) || clean::line(sentence, usize::MAX) != plain_words.join(" ") {
            return unsupported("control or invisible characters".to_owned());
        }
        let lower = sentence.to_lowercase();
        if ["http:", "https:", "www.", "://", ".com", "@"].iter().any(|mark| lower.contains(mark)) {
            return unsupported("a link or an address that is not of the evidence".to_owned());
        }
        let (text, cited) = strip_citations(sentence);
        if let Some(number) = cited.iter().find(|n| self.card(**n).is_none()) {
            return unsupported(format!("[{number}] is no card"));
        }
        if let Some(cards) = self.claims.get(&plain(&text)) {
            return Verdict::Supported { cards: cards.clone() };
        }
        let tokens = foreign::english(tokens::tokens(&text, &self.names), &self.names);
        let tokens = exceptions::places(self, tokens);
        if let Some(held) = sets::check(self, &tokens, about) {
            return match held {
                Err(reason) => unsupported(reason),
                Ok(cards) => cited_of(cards, &cited),
            };
        }
        if scope::of_all(&tokens) {
            return self.check_all(&tokens, &cited);
        }
        let scene = scene::read(&tokens, about);
        match self.judge(&tokens, &scene) {
            Err(reason) => unsupported(reason),
            Ok(0) => Verdict::Empty,
            Ok(_) => cited_of(rests_on(&scene), &cited),
        }
    }

    /// The cards that a sentence rests on where all of it holds.
    fn held(&self, tokens: &[Token], about: Option<u32>) -> Result<Vec<u32>, String> {
        let scene = scene::read(tokens, about);
        match self.judge(tokens, &scene)? {
            0 => Err("nothing in it to check".to_owned()),
            _ => Ok(rests_on(&scene)),
        }
    }

    /// A sentence of every card: it has to hold of each.
    fn check_all(&self, tokens: &[Token], cited: &[u32]) -> Verdict {
        if tokens.first().is_some_and(|t| t.is_word(&["both"])) && self.cards.len() != 2 {
            return Verdict::Unsupported { reason: "\"both\": it is not clear of which products".to_owned() };
        }
        let mut held = 0;
        for card in &self.cards {
            match self.judge(tokens, &scene::read(tokens, Some(card.number))) {
                Err(reason) => return Verdict::Unsupported { reason },
                Ok(n) => held += n,
            }
        }
        let all = self.numbers();
        match cited.iter().all(|n| all.contains(n)) && held > 0 {
            true => Verdict::Supported { cards: all },
            false => Verdict::Empty,
        }
    }

    fn judge(&self, tokens: &[Token], scene: &Scene) -> Result<usize, String> {
        let figures = figures::figures(tokens);
        let mut covered = vec![false; tokens.len()];
        let mut held = 0;
        for figure in &figures {
            if !hold::supported(self, tokens, scene, figure) {
                let said: Vec<&str> = tokens[figure.start..figure.end].iter().map(|t| t.raw.as_str()).collect();
                let about = scene.places[figure.start].subject.iter().filter_map(|n| self.card(*n)).next();
                let of = about.map_or_else(String::new, |c| format!(" of {}", c.name()));
                return Err(format!("\"{}\": no row says so{of}", said.join(" ")));
            }
            held += 1;
        }
        held += relations::check(self, tokens, scene, &figures, &mut covered)?;
        held += words::check(self, tokens, scene, &figures, &mut covered)?;
        scope::check(self, tokens, scene)?;
        Ok(held)
    }
}

fn rests_on(scene: &Scene) -> Vec<u32> {
    let mut cards = scene.named.clone();
    cards.extend(scene.places.iter().flat_map(|p| p.subject.iter().chain(&p.object)).copied());
    cards
}

fn cited_of(mut cards: Vec<u32>, cited: &[u32]) -> Verdict {
    let mut seen = BTreeSet::new();
    cards.retain(|n| seen.insert(*n));
    match cited.iter().find(|n| !cards.contains(n)) {
        Some(number) => Verdict::Unsupported { reason: format!("[{number}] is cited for what another card says") },
        None => Verdict::Supported { cards },
    }
}

/// Lower case without citations, outer spaces and the full stop.
fn plain(text: &str) -> String {
    let (text, _) = strip_citations(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').trim().to_lowercase()
}

/// The text without `[1]` marks, and the numbers they name.
pub fn strip_citations(text: &str) -> (String, Vec<u32>) {
    let mut out = String::with_capacity(text.len());
    let mut cited = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let inside = rest[open + 1..].split(']').next().unwrap_or_default();
        let closed = rest[open + 1..].len() > inside.len();
        match inside.parse::<u32>() {
            Ok(number) if closed => {
                out.push_str(rest[..open].trim_end_matches(' '));
                cited.push(number);
                rest = &rest[open + inside.len() + 2..];
            }
            _ => {
                out.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    out.push_str(rest);
    (out, cited)
}

/// Where a phrase of words stands in the tokens: index of its first word.
fn phrase_at(tokens: &[Token], phrase: &str) -> Option<usize> {
    let words: Vec<String> = phrase.to_lowercase().split([' ', '-', '_']).map(str::to_owned).collect();
    if words.iter().all(String::is_empty) {
        return None;
    }
    let whole = phrase.to_lowercase().replace('_', " ");
    let same = |token: &Token, word: &String| token.kind == Kind::Word && token.lower == *word;
    (0..tokens.len()).find(|at| {
        matches!(tokens[*at].kind, Kind::Field(_)) && tokens[*at].lower == whole
            || tokens.get(*at..at + words.len()).is_some_and(|span| span.iter().zip(&words).all(|(t, w)| same(t, w)))
    })
}

#[cfg(test)]
mod tests;
