//! A need's words -> FTS5 expressions, tried from the strict to the loose.
//!
//! Every word is quoted, so that no text of a shopper is ever read as an operator. Runs no SQL of its own.

use super::fold::{fold, irregular, is_hebrew, name_key};
use super::lexicon::other_names;
use super::spelling::split_compound;
use super::units;
use super::vocabulary::Vocabulary;
use crate::domain::measure::measures;
use crate::domain::{Need, ProductId};
use crate::store::{self, Reader};
use std::collections::HashSet;

/// BM25 weights of title, brand, category, attributes, description.
const WEIGHTS: [f64; 5] = [10.0, 5.0, 6.0, 2.0, 1.0];

/// Most words that an expression is made of.
const MOST_TERMS: usize = 12;

/// One thing to match, in any of its spellings.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The word as looked for, repaired.
    pub text: String,
    /// Phrases, any of which is a match.
    pub spellings: Vec<String>,
    /// Other names of the thing: a match that counts a little less.
    pub others: Vec<String>,
    /// The spellings and the other names as [`name_key`]s between spaces, as they are looked for in a text.
    pub keys: Vec<String>,
    pub other_keys: Vec<String>,
}

/// What to look for, made ready for the index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// The thing itself.
    pub core: Vec<Term>,
    /// What stands beside it; tilts the ranking only.
    pub beside: Vec<Term>,
    /// Index of the head noun in `core`.
    pub head: Option<usize>,
    /// Conditions that every stage keeps: category and brands.
    required: Vec<String>,
    /// "read 'dishwaser' as 'dishwasher'".
    pub notes: Vec<String>,
}

/// A candidate with the stage it was found in (0: all words) and its BM25.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub product: ProductId,
    pub stage: usize,
    pub score: f64,
}

impl Term {
    /// A word or phrase with its spellings and the other names of what it names.
    pub fn new(text: impl Into<String>, spellings: Vec<String>, others: Vec<String>) -> Self {
        let keys = |phrases: &[String]| phrases.iter().map(|phrase| format!(" {} ", name_key(phrase))).collect();
        Self { text: text.into(), keys: keys(&spellings), other_keys: keys(&others), spellings, others }
    }

    /// Whether it is a number with its unit.
    pub fn is_measure(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit()) && self.spellings.len() > 1
    }
}

impl Query {
    /// Makes a need's words ready: repairs, splits, other spellings.
    pub fn new(need: &Need, vocabulary: &Vocabulary) -> Self {
        let mut query = Self::default();
        let mut phrases = need.words.iter();
        let first = phrases.next().map_or("", String::as_str);
        query.core = query.terms(first, vocabulary);
        for phrase in phrases {
            let more = query.terms(phrase, vocabulary);
            query.beside.extend(more);
        }
        query.core.truncate(MOST_TERMS);
        query.beside.truncate(MOST_TERMS);
        if query.core.is_empty() {
            query.core = std::mem::take(&mut query.beside);
        }
        let noun_first = !matches!(need.language, crate::domain::Language::En | crate::domain::Language::De);
        let noun = |term: &Term| !term.is_measure();
        query.head = if noun_first { query.core.iter().position(noun) } else { query.core.iter().rposition(noun) };
        if let Some(category) = &need.must.category {
            query.required.push(format!("{{category}} : {}", quoted(category)));
        }
        if !need.must.brands.is_empty() {
            let any: Vec<String> = need.must.brands.iter().map(|b| quoted(b)).collect();
            query.required.push(format!("{{title brand}} : ({})", any.join(" OR ")));
        }
        query
    }

    fn terms(&mut self, phrase: &str, vocabulary: &Vocabulary) -> Vec<Term> {
        let folded = |word: &str| fold(word).chars().take(64).collect::<String>();
        let words: Vec<String> = phrase
            .split_whitespace()
            .map(folded)
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .take(MOST_TERMS * 2)
            .collect();
        let mut terms = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let (term, taken) = match idiom(&words[at..]) {
                Some((term, taken)) => (term, taken),
                None => (self.term(&words[at], vocabulary), 1),
            };
            at += taken;
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms
    }

    fn term(&mut self, word: &str, vocabulary: &Vocabulary) -> Term {
        if let Some(measure) = measures(word).into_iter().find(|m| m.first == 0 && m.end == word.len()) {
            let mut spellings = vec![measure.word, word.to_owned()];
            spellings.extend(number_and_unit(word).map(|(number, unit)| format!("{number} {unit}")));
            return Term::new(word, spellings, Vec::new());
        }
        let mut spellings = vec![word.to_owned()];
        if word.contains('-') {
            spellings.extend([word.replace('-', ""), word.replace('-', " ")]);
            return Term::new(word, spellings, other_names(&name_key(word)).to_vec());
        }
        let mut text = word.to_owned();
        if !vocabulary.knows(word) {
            let split = split_compound(word, |w| vocabulary.frequency(w));
            let repaired = vocabulary.speller.repair(word);
            if let Some((head, tail)) = &split {
                spellings.push(format!("{head} {tail}"));
            } else if let Some(repaired) = repaired.filter(|_| !is_hebrew(word)) {
                self.notes.push(format!("read \"{word}\" as \"{repaired}\""));
                text = repaired.to_owned();
                spellings.push(text.clone());
            }
        }
        // The index stems; only what no stemmer knows is spelled out.
        spellings.extend(irregular(&text).map(str::to_owned));
        let mut others = other_names(&name_key(&text)).to_vec();
        if spellings.len() == 1 && !vocabulary.knows(&text) {
            others.extend(known_end(&text, vocabulary));
        }
        Term::new(text, spellings, others)
    }

    /// Whether there is nothing to look for by words or names.
    pub fn is_empty(&self) -> bool {
        self.core.is_empty() && self.required.is_empty()
    }

    /// Expressions from the strict to the loose.
    fn stages(&self) -> Vec<String> {
        let terms: Vec<String> = self.core.iter().map(any_spelling).collect();
        let mut stages = Vec::new();
        if !terms.is_empty() {
            stages.push(terms.join(" AND "));
        }
        if terms.len() > 2 {
            let without = |skip: usize| {
                let kept: Vec<&str> =
                    terms.iter().enumerate().filter(|(i, _)| *i != skip).map(|(_, t)| t.as_str()).collect();
                format!("({})", kept.join(" AND "))
            };
            let all: Vec<String> = (0..terms.len()).map(without).collect();
            stages.push(all.join(" OR "));
        }
        if terms.len() > 1 {
            stages.push(terms.join(" OR "));
        }
        if self.required.is_empty() {
            return stages;
        }
        let required = self.required.join(" AND ");
        let mut kept: Vec<String> = stages.iter().map(|stage| format!("{required} AND ({stage})")).collect();
        kept.push(required);
        kept
    }

    /// Candidates stage by stage until there are `most`; whether a stage may have had more.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn candidates(&self, reader: &Reader, most: usize) -> store::Result<(Vec<Candidate>, bool)> {
        let mut found: Vec<Candidate> = Vec::new();
        let mut seen = HashSet::new();
        let mut cut = false;
        for (stage, expression) in self.stages().iter().enumerate() {
            let hits = reader.match_text(expression, WEIGHTS, most)?;
            cut |= hits.len() >= most;
            for hit in hits {
                if seen.insert(hit.product) {
                    found.push(Candidate { product: hit.product, stage, score: hit.score });
                }
            }
            if found.len() >= most {
                break;
            }
        }
        found.truncate(most);
        Ok((found, cut))
    }
}

/// A phrase as an FTS5 string: whatever it holds, it is data. Control characters are dropped.
pub fn quoted(phrase: &str) -> String {
    let clean: String = phrase.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", clean.replace('"', "\"\""))
}

fn any_spelling(term: &Term) -> String {
    let all: Vec<String> = term.spellings.iter().chain(&term.others).map(|s| quoted(s)).collect();
    if all.len() == 1 { all.concat() } else { format!("({})", all.join(" OR ")) }
}

/// The longest known word that an unknown one ends in: `mediciencabinet` is some cabinet.
fn known_end(word: &str, vocabulary: &Vocabulary) -> Option<String> {
    let starts = word.char_indices().map(|(at, _)| at).skip(3);
    let tails = starts.map(|at| &word[at..]).take_while(|tail| tail.chars().count() >= 4);
    tails.into_iter().find(|tail| vocabulary.frequency(tail) >= 3).map(str::to_owned)
}

/// The name of several words that the words begin with, where such a name has others; how many words it takes.
fn idiom(words: &[String]) -> Option<(Term, usize)> {
    (2..=words.len().min(4)).rev().find_map(|count| {
        let phrase = words[..count].join(" ");
        let others = other_names(&name_key(&phrase));
        (!others.is_empty()).then(|| (Term::new(phrase.clone(), vec![phrase], others.to_vec()), count))
    })
}

/// `500ml` -> (`500`, `ml`).
fn number_and_unit(word: &str) -> Option<(&str, &str)> {
    let at = word.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = word.split_at(at);
    (number.starts_with(|c: char| c.is_ascii_digit()) && (units::symbol(unit).is_some() || unit == "in"))
        .then_some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::vocabulary::Parts;

    fn query(words: &[&str]) -> Query {
        let known = ["dishwasher", "quiet", "dog", "food", "water", "bottle"];
        let vocabulary = Vocabulary::from_parts(Parts {
            words: known.iter().map(|w| ((*w).to_owned(), 5)).collect(),
            ..Parts::default()
        });
        let need = Need { words: words.iter().map(|w| (*w).to_owned()).collect(), ..Need::default() };
        Query::new(&need, &vocabulary)
    }

    #[test]
    fn operators_and_quotes_are_only_text() {
        for hostile in
            ["NEAR(a, b)", "\"", "a\"b", "*", "title:", "^x", "-", "()", "a AND b OR NOT c", "\0x", "{a} : b"]
        {
            for stage in query(&[hostile]).stages() {
                let quotes = stage.matches('"').count();
                assert_eq!(quotes % 2, 0, "{stage}");
                let bare: String = stage.split('"').step_by(2).collect();
                let left = bare.replace("AND", "").replace("OR", "");
                assert!(left.chars().all(|c| matches!(c, ' ' | '(' | ')')), "{stage}");
            }
        }
    }

    #[test]
    fn stages_go_from_all_words_to_any() {
        let stages = query(&["dishwasher quiet water"]).stages();
        assert_eq!(stages.len(), 3);
        assert_eq!(stages[0].matches(" AND ").count(), 2);
        assert_eq!(stages[1].matches(" AND ").count(), 3);
        assert!(!stages[2].contains("AND"));
    }

    #[test]
    fn typos_compounds_and_measures_are_read_and_repairs_are_told() {
        let q = query(&["dishwaser"]);
        assert!(query(&["quiet weed eater"]).core[1].others.contains(&"string trimmer".to_owned()));
        assert_eq!((q.core[0].text.as_str(), q.notes.len()), ("dishwasher", 1));
        assert!(query(&["dogfood"]).core[0].spellings.contains(&"dog food".to_owned()));
        assert_eq!(query(&["500ml"]).core[0].spellings[0], query(&["0.5l"]).core[0].spellings[0]);
        assert!(query(&["quiet"]).notes.is_empty());
    }
}
