//! Claims with their names and figures as slots, and sentences of a model with the slots filled in again.
//!
//! `{A}` is a product, `{1a}` the first figure of the first claim. The model never writes a digit or a name.

use crate::answer::evidence::CardFacts;
use crate::domain::*;
use regex::Regex;
use std::sync::LazyLock;

/// An amount, a date, stars, a number with its unit or a bare number.
static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x) (?:[€$£₪₹¥]|\b(?:R|[A-Z]{3})\s)? -? \b\d+(?:[.,]\d+)*(?:-\d\d-\d\d)?
          (?:\s?% | \s(?:of\s5|d[Bb]A?|mm|cm|m|km|mg|kg|g|ml|cl|l|kWh|Wh|kW|W|h|min|s|lm|V|mAh|Hz|rpm|kPa|Pa|bar|Nm|GB|TB|MB
          |kcal|years?|months?|days?|stars?)\b )?",
    )
    .expect("the figure pattern compiles, see the tests")
});

/// The slots of one answer.
pub struct Slotted {
    /// Claims with slots, in the order of the lead.
    pub texts: Vec<String>,
    /// Slot and what it stands for; the claim it belongs to, none for names.
    values: Vec<(String, String, Option<usize>)>,
}

impl Slotted {
    pub fn new(lead: &[Claim], cards: &[Card]) -> Self {
        let mut values: Vec<(String, String, Option<usize>)> = Vec::new();
        let mut named: Vec<&Card> = Vec::new();
        for number in lead.iter().flat_map(|c| &c.cards) {
            let card = cards.iter().find(|c| c.number == *number);
            if let Some(card) = card.filter(|c| !named.iter().any(|n| n.number == c.number)) {
                named.push(card);
            }
        }
        let names: Vec<(String, String)> = named
            .iter()
            .zip('A'..='Z')
            .map(|(card, letter)| (format!("{{{letter}}}"), card.name().to_owned()))
            .collect();
        values.extend(names.iter().map(|(slot, name)| (slot.clone(), name.clone(), None)));
        let mut longest = names;
        longest.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
        let texts =
            lead.iter().enumerate().map(|(at, claim)| slotted(at, &claim.text, &longest, &mut values)).collect();
        Self { texts, values }
    }

    /// The sentence with its slots filled, and the claims that its figures are from.
    pub fn fill(&self, said: &str) -> (String, Vec<usize>) {
        let mut text = said.to_owned();
        let mut used: Vec<usize> = Vec::new();
        for (slot, value, claim) in &self.values {
            if text.contains(slot.as_str()) {
                text = text.replace(slot.as_str(), value);
                if let Some(at) = claim.filter(|at| !used.contains(at)) {
                    used.push(at);
                }
            }
        }
        used.sort_unstable();
        (text, used)
    }

    /// The slots of some claims with the names in them, for the grammar.
    pub fn slots(&self, claims: &[usize]) -> Vec<&str> {
        let inside = |slot: &str| claims.iter().any(|at| self.texts[*at].contains(slot));
        self.values.iter().map(|(slot, _, _)| slot.as_str()).filter(|slot| inside(slot)).collect()
    }
}

fn slotted(
    at: usize,
    text: &str,
    names: &[(String, String)],
    values: &mut Vec<(String, String, Option<usize>)>,
) -> String {
    let mut parts = vec![(text.to_owned(), false)];
    for (slot, name) in names {
        parts = parts
            .into_iter()
            .flat_map(|(part, done)| {
                if done {
                    return vec![(part, true)];
                }
                let mut split = Vec::new();
                for (i, piece) in part.split(name.as_str()).enumerate() {
                    if i > 0 {
                        split.push((slot.clone(), true));
                    }
                    split.push((piece.to_owned(), false));
                }
                split
            })
            .collect();
    }
    let mut letter = b'a';
    let mut out = String::new();
    for (part, done) in parts {
        if done {
            out.push_str(&part);
            continue;
        }
        let mut last = 0;
        for found in FIGURE.find_iter(&part) {
            out.push_str(&part[last..found.start()]);
            let slot = format!("{{{}{}}}", at + 1, char::from(letter));
            letter = letter.saturating_add(1).min(b'z');
            out.push_str(&slot);
            values.push((slot, found.as_str().to_owned(), Some(at)));
            last = found.end();
        }
        out.push_str(&part[last..]);
    }
    out
}
