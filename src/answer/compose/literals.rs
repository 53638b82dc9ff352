//! The names and figures that a small model may write: exactly those of the claims given, letter by letter.
//!
//! The grammar allows a digit only inside them, so no figure can be made up; the gate then holds who they are said of.

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

/// The names and figures of one answer's claims.
pub struct Literals {
    names: Vec<String>,
    /// Figures of every claim, in the order of the lead.
    figures: Vec<Vec<String>>,
    /// Words of every claim that has no figure.
    words: Vec<Vec<String>>,
}

impl Literals {
    pub fn new(lead: &[Claim], cards: &[Card]) -> Self {
        let mut names: Vec<String> = Vec::new();
        for number in lead.iter().flat_map(|c| &c.cards) {
            if let Some(card) = cards.iter().find(|c| c.number == *number)
                && !names.iter().any(|n| n == card.name())
            {
                names.push(card.name().to_owned());
            }
        }
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let figures: Vec<Vec<String>> = lead.iter().map(|claim| figures(&claim.text, &names)).collect();
        let words = lead.iter().map(|claim| words(&claim.text, &names)).collect();
        Self { names, figures, words }
    }

    /// The claims that a sentence tells: those with a figure that stands in it and in no other claim, and those
    /// without figures all of whose words stand in it.
    pub fn told_by(&self, sentence: &str) -> Vec<usize> {
        let said = figures(sentence, &self.names);
        let elsewhere = |figure: &String, own: usize| {
            self.figures.iter().enumerate().any(|(at, list)| at != own && list.contains(figure))
        };
        let said_words = words(sentence, &self.names);
        let tells = |at: &usize| match self.figures[*at].as_slice() {
            [] => self.words[*at].iter().all(|w| said_words.contains(w)),
            own => own.iter().any(|f| said.contains(f) && !elsewhere(f, *at)),
        };
        (0..self.figures.len()).filter(tells).collect()
    }

    /// What the grammar may let through for some of the claims.
    pub fn allowed(&self, claims: &[usize]) -> Vec<&str> {
        let mut all: Vec<&str> = self.names.iter().map(String::as_str).collect();
        for figure in claims.iter().filter_map(|at| self.figures.get(*at)).flatten() {
            if !all.contains(&figure.as_str()) {
                all.push(figure);
            }
        }
        all
    }
}

/// The words of a text outside the names in it, articles left out.
fn words(text: &str, names: &[String]) -> Vec<String> {
    let mut masked = text.to_lowercase();
    for name in names {
        masked = masked.replace(&name.to_lowercase(), " ");
    }
    let words = masked.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.filter(|w| !matches!(*w, "the" | "a" | "an" | "of" | "but")).map(str::to_owned).collect()
}

/// The figures of a text outside the names in it.
fn figures(text: &str, names: &[String]) -> Vec<String> {
    let mut masked = text.to_owned();
    for name in names {
        masked = masked.replace(name.as_str(), "·");
    }
    let mut found: Vec<String> = Vec::new();
    for figure in FIGURE.find_iter(&masked) {
        let figure = figure.as_str().trim();
        if !found.iter().any(|f| f == figure) {
            found.push(figure.to_owned());
        }
    }
    found
}
