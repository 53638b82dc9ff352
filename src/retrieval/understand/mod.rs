//! Question text -> [`Need`] by rules: bounds, ratings, names of this catalogue, negation, wants, what to look for.
//!
//! Every language is first turned into English tokens by phrase tables, so that one set of rules reads them all.
//! Never calls a model, never touches the store.

mod ages;
mod amounts;
mod attributes;
mod bounds;
mod clauses;
mod cues;
mod features;
mod free_of;
mod names;
mod negation;
mod numbers;
mod occasions;
mod party;
mod pets;
mod pieces;
mod rooms;
mod signs;
mod translate;
mod use_words;
mod wants;
mod words;

pub use free_of::sold_free_of;

use super::Ideas;
use super::lexicon::lexicon;
use super::tokens::{Kind, MOST_TOKENS, Token, tokenize};
use super::vocabulary::Vocabulary;
use crate::domain::*;

/// The question on its way to a need.
struct Reading<'v> {
    vocabulary: &'v Vocabulary,
    ideas: Ideas,
    language: Language,
    tokens: Vec<Token>,
    /// Tokens behind which a phrase cannot run on: what bounds and negation have read.
    cut: Vec<bool>,
    /// Tokens that were read as a wish; they may still describe a side phrase.
    wish: Vec<bool>,
    /// Tokens that are searched for beside the thing itself.
    side: Vec<bool>,
    /// Tokens that only tell of the shopper: they name nothing that is looked for.
    told: Vec<bool>,
    /// Of these, the tokens of clauses that ask nothing at all.
    aside: Vec<bool>,
    /// Verbs of the question itself, which name nothing either.
    verb: Vec<bool>,
    /// The thing that is asked for, where a clause tells it apart.
    thing: std::ops::Range<usize>,
    need: Need,
}

impl Reading<'_> {
    /// Marks tokens as read by a rule that ends phrases.
    fn take(&mut self, first: usize, last: usize) {
        for i in first..=last.min(self.tokens.len().saturating_sub(1)) {
            self.tokens[i].used = true;
            self.cut[i] = true;
        }
    }

    fn free_word(&self, i: usize) -> Option<&str> {
        self.tokens.get(i).filter(|t| t.is_word() && !t.used).map(|t| t.text.as_str())
    }

    /// The longest run of at most `most` free words from `at` on for which `known` says something.
    fn longest<T>(&self, at: usize, most: usize, known: impl Fn(&str) -> Option<T>) -> Option<(usize, T)> {
        let mut phrase = String::new();
        let mut best = None;
        for n in 0..most {
            let Some(word) = self.free_or_number(at + n) else { break };
            if n > 0 {
                phrase.push(' ');
            }
            phrase.push_str(word);
            if let Some(found) = known(&phrase) {
                best = Some((n + 1, found));
            }
        }
        best
    }

    fn free_or_number(&self, i: usize) -> Option<&str> {
        self.tokens.get(i).filter(|t| (t.is_word() || t.is_number()) && !t.used).map(|t| t.text.as_str())
    }
}

/// Reads a question by rules alone: constraints, wants, words, language. Kind is left at `Search`.
pub fn understand(question: &str, vocabulary: &Vocabulary) -> Need {
    understand_with(Ideas::default(), question, vocabulary)
}

/// [`understand`] with some ideas switched off, for measurements.
pub fn understand_with(ideas: Ideas, question: &str, vocabulary: &Vocabulary) -> Need {
    let need = read(ideas, question, vocabulary, true);
    // "no hub coupling" names a thing: what would leave nothing to look for is no condition.
    let nothing = need.words.is_empty() && need.must.brands.is_empty() && need.must.category.is_none();
    if nothing && !need.must.without.is_empty() { read(ideas, question, vocabulary, false) } else { need }
}

/// What a question says beside the thing itself and what no rule has read: "for a light sleeper", in English as far as
/// the tables reach; `None` where nothing of meaning is left.
pub fn use_words(question: &str, vocabulary: &Vocabulary) -> Option<String> {
    reading(Ideas::default(), question, vocabulary, true).use_words()
}

fn read(ideas: Ideas, question: &str, vocabulary: &Vocabulary, negations: bool) -> Need {
    reading(ideas, question, vocabulary, negations).need
}

fn reading<'v>(ideas: Ideas, question: &str, vocabulary: &'v Vocabulary, negations: bool) -> Reading<'v> {
    let (tokens, language) = english(question, vocabulary);
    let count = tokens.len();
    let need = Need { question: question.to_owned(), language, ..Need::default() };
    let [cut, wish, side, told, aside, verb] = [(); 6].map(|()| vec![false; count]);
    let mut reading =
        Reading { vocabulary, ideas, language, tokens, cut, wish, side, told, aside, verb, thing: 0..0, need };
    reading.stock_and_condition();
    reading.inches();
    reading.ages();
    reading.party();
    let clauses = reading.clauses();
    reading.without(&reading.paid(&clauses), Reading::bounds);
    reading.tell(&clauses);
    reading.free_from();
    if negations {
        reading.without(&reading.denied_of_life(&clauses), Reading::negations);
    }
    reading.of_what_is_asked(|reading| {
        reading.features();
        reading.shops();
    });
    reading.pets();
    reading.wants();
    reading.of_what_is_asked(|reading| {
        reading.brands();
        reading.foreign_brand();
        reading.pieces();
        reading.words();
    });
    reading.occasions();
    reading
}

/// The tokens of a question in English as far as the tables reach, and its language. Bounded whatever the question.
fn english(question: &str, vocabulary: &Vocabulary) -> (Vec<Token>, Language) {
    let text = signs::written_out(question);
    let language = translate::language_of(&text, vocabulary);
    let tokens = names_before_money(tokenize(&text), vocabulary);
    let mut tokens = numbers::numbers(translate::to_english(tokens, language, vocabulary));
    tokens.truncate(MOST_TOKENS);
    (tokens, language)
}

/// "R13" is a name where the catalogue has "R13" or "R-13", and thirteen rand elsewhere.
fn names_before_money(tokens: Vec<Token>, vocabulary: &Vocabulary) -> Vec<Token> {
    let mut all: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let rand = all.last().filter(|t| t.raw == "R" && matches!(t.kind, Kind::Money(_)) && token.joined);
        let name = format!("r{}", token.text);
        let called = vocabulary.knows(&name) || vocabulary.index.together("r", &token.text) > 0;
        if rand.is_some() && token.is_number() && called {
            let joined = all.pop().is_some_and(|t| t.joined);
            all.push(Token { joined, ..Token::word(&name, &format!("R{}", token.raw)) });
        } else {
            all.push(token);
        }
    }
    all
}

/// A word of a question in English as far as the tables reach; punctuation comes as one-character words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainWord {
    pub text: String,
    /// Joined to the word before by a hyphen or no space at all.
    pub joined: bool,
}

/// The question's words in English, for rules that look at its form rather than at what is wanted.
pub fn plain_words(question: &str, vocabulary: &Vocabulary) -> Vec<PlainWord> {
    let (tokens, _) = english(question, vocabulary);
    tokens.into_iter().map(|t| PlainWord { text: t.text, joined: t.joined }).collect()
}

/// [`plain_words`] without those of clauses that only tell of the shopper.
pub fn asked_words(question: &str, vocabulary: &Vocabulary) -> Vec<PlainWord> {
    let Reading { aside, .. } = reading(Ideas::default(), question, vocabulary, true);
    plain_words(question, vocabulary).into_iter().zip(aside).filter(|(_, aside)| !aside).map(|(word, _)| word).collect()
}

/// Names that measurable aspects and attributes go by: `noise level` -> noise; `None` where the phrase is none.
pub fn aspect_name(phrase: &str, vocabulary: &Vocabulary) -> Option<String> {
    let label = phrase.replace([' ', '-'], "_");
    if vocabulary.has_attribute(&label) {
        return Some(phrase.replace('-', " "));
    }
    let known = |name: &&String| vocabulary.has_attribute(name);
    if let Some(names) = lexicon().aspects.get(phrase) {
        return Some(names.iter().find(known).or(names.first())?.replace('_', " "));
    }
    let entry = lexicon().wants.get(phrase).or_else(|| lexicon().unwanted.get(phrase))?;
    let name = entry.aspects.iter().map(|(name, _)| name).find(|n| *n == "price" || *n == "rating" || known(n))?;
    Some(name.replace('_', " "))
}

/// Whether a folded English word is filler.
pub fn is_stop_word(word: &str) -> bool {
    is_filler(word) || is_preposition(word)
}

/// Phrases for "can be had now".
const STOCK: [&str; 8] = [
    "in stock",
    "available now",
    "available today",
    "ready to ship",
    "available immediately",
    "on stock",
    "must be available",
    "deliverable now",
];

/// Phrases for goods that are not new.
const CONDITIONS: [(&str, Condition); 14] = [
    ("second hand", Condition::Used),
    ("secondhand", Condition::Used),
    ("used", Condition::Used),
    ("pre owned", Condition::Used),
    ("preowned", Condition::Used),
    ("refurbished", Condition::Refurbished),
    ("preloved", Condition::Used),
    ("pre loved", Condition::Used),
    ("refurb", Condition::Refurbished),
    ("refurbed", Condition::Refurbished),
    ("ex display", Condition::OpenBox),
    ("renewed", Condition::Refurbished),
    ("reconditioned", Condition::Refurbished),
    ("open box", Condition::OpenBox),
];

/// Words behind "in" that make it a preposition even behind a number: "iphone 15 in blue", "size 10 in the sale".
const PLACES: [&str; 24] = [
    "the", "a", "an", "my", "our", "this", "stock", "total", "all", "size", "store", "black", "white", "red", "blue",
    "green", "grey", "gray", "brown", "pink", "silver", "gold", "sizes", "colour",
];

impl Reading<'_> {
    /// Reads "24 in vanity" as 24 inches: behind a number "in" is a unit, unless what follows says otherwise.
    fn inches(&mut self) {
        for i in 1..self.tokens.len() {
            let behind_number = self.tokens[i - 1].is_number() && self.tokens[i].is("in");
            let sized = i > 1 && (self.tokens[i - 2].is("size") || self.tokens[i - 2].is("top"));
            let place = self
                .tokens
                .get(i + 1)
                .is_some_and(|t| !t.is_word() && !t.is_mark(',') || PLACES.iter().any(|p| t.is(p)));
            if behind_number && !sized && !place {
                self.tokens[i].text = "inch".to_owned();
            }
        }
    }

    fn stock_and_condition(&mut self) {
        for i in 0..self.tokens.len() {
            let negated = i > 0 && ["not", "no", "without", "never"].iter().any(|w| self.tokens[i - 1].is(w));
            if let Some((n, ())) = self.longest(i, 3, |p| STOCK.contains(&p).then_some(())) {
                if !negated {
                    self.need.must.in_stock = true;
                    self.take(i, i + n - 1);
                }
                continue;
            }
            let known = |p: &str| CONDITIONS.iter().find(|(name, _)| *name == p).map(|(_, c)| *c);
            if let Some((n, condition)) = self.longest(i, 2, known) {
                // "used for hiking", "used to": a verb, not a condition.
                let verb = n == 1
                    && self.tokens[i].is("used")
                    && self.free_word(i + 1).is_none_or(|w| ["for", "to", "in", "as", "by", "with", "on"].contains(&w));
                self.tokens[i].used |= verb;
                if !verb {
                    if !negated && !self.need.must.conditions.contains(&condition) {
                        self.need.must.conditions.push(condition);
                    }
                    self.take(if negated { i - 1 } else { i }, i + n - 1);
                }
            }
        }
    }
}

/// Whether a token ends a phrase: punctuation other than a hyphen or plus.
fn ends_phrase(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark(c) if !matches!(c, '+' | '/'))
}

/// Words that begin a side phrase.
fn is_preposition(word: &str) -> bool {
    const LIST: [&str; 22] = [
        "for", "with", "in", "on", "at", "near", "to", "from", "that", "which", "who", "while", "inside", "into",
        "during", "by", "using", "between", "around", "after", "before", "when",
    ];
    LIST.contains(&word)
}

/// Whether a word carries no meaning for a search.
fn is_filler(word: &str) -> bool {
    lexicon().is_stop(word)
}

#[cfg(test)]
mod tests;
