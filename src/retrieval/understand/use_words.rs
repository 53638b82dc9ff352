//! The part of a question that tells what the thing is for: its words without the thing and without what rules have read.
//!
//! Text for an embedding model, nothing more. Never reads a condition or a wish.

use super::{Reading, is_filler, is_preposition};
use crate::retrieval::fold::{name_key, singular};

/// Words that a use is told with; names of things ("night light", "laptop bag") come without.
const TELLS: [&str; 39] = [
    "for",
    "to",
    "that",
    "which",
    "who",
    "whose",
    "where",
    "while",
    "when",
    "during",
    "because",
    "so",
    "if",
    "from",
    "in",
    "into",
    "at",
    "on",
    "through",
    "near",
    "after",
    "before",
    "until",
    "as",
    "is",
    "are",
    "am",
    "i",
    "we",
    "my",
    "our",
    "it",
    "they",
    "he",
    "she",
    "everyone",
    "everybody",
    "nobody",
    "people",
];

/// Units and amounts that are left over where a measure was not understood.
const MEASURES: [&str; 16] = [
    "inch", "cm", "mm", "ft", "foot", "kg", "gram", "gb", "tb", "litre", "pack", "degree", "watt", "euro", "dollar",
    "shekel",
];

/// What makes a negation a clause: "that does not tire the legs" tells a use, "without cable" leaves something out.
const AUXILIARIES: [&str; 8] = ["do", "does", "did", "will", "would", "can", "must", "should"];

impl Reading<'_> {
    pub(super) fn use_words(&self) -> Option<String> {
        let named = self
            .thing_words()
            .unwrap_or_else(|| self.need.words.first().map(|thing| words_of(thing)).unwrap_or_default());
        let brands = self.need.must.brands.iter().chain(&self.need.must.not_brands).flat_map(|brand| words_of(brand));
        let named: Vec<String> = named.into_iter().chain(brands).collect();
        let clause = self.negated_clause().unwrap_or(self.tokens.len());
        let open = self.tokens.iter().zip(&self.cut).enumerate().filter(|(i, (_, cut))| !**cut || *i >= clause);
        let words: Vec<&str> = open
            .filter(|(_, (token, _))| token.is_word() && !named.contains(&singular(&token.text)))
            .map(|(_, (token, _))| token.text.as_str())
            .collect();
        let means = |word: &&str| {
            let grammar = is_filler(word) || is_preposition(word) || TELLS.contains(word);
            !grammar && !MEASURES.contains(&singular(word).as_str())
        };
        let told = words.iter().skip_while(|word| !TELLS.contains(word)).any(means);
        told.then(|| words.join(" "))
    }

    /// Where a negated clause begins that bounds no number.
    fn negated_clause(&self) -> Option<usize> {
        let begins = |i: usize| {
            let auxiliary = |i: usize| self.tokens.get(i).is_some_and(|t| AUXILIARIES.contains(&t.text.as_str()));
            let short = self.tokens.get(i).is_some_and(|token| token.text.ends_with("n't"));
            short || auxiliary(i) && self.tokens.get(i + 1).is_some_and(|next| next.is("not") || next.is("never"))
        };
        let at = (0..self.tokens.len()).find(|i| begins(*i))?;
        self.tokens.iter().skip(at).all(|token| !token.is_number()).then_some(at)
    }
}

/// The words of a name as they are compared.
fn words_of(name: &str) -> Vec<String> {
    name_key(name).split(' ').map(str::to_owned).collect()
}
