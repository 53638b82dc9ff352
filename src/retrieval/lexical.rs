//! A need's words -> what the text index is asked for: each word repaired, split and in its other names.
//!
//! A shopper's text is only ever words: there is no operator that it could be read as. Never ranks.

use super::fold::{fold, irregular, is_hebrew, name_key};
use super::index::{Asked, BRAND_PARTS, CATEGORY_PARTS, Required, Wanted, Way};
use super::lexicon::other_names;
use super::spelling::split_compound;
use super::units;
use super::vocabulary::{Vocabulary, in_words};
use crate::domain::measure::measures;
use crate::domain::{Need, ProductId};

/// Most words that are looked for.
const MOST_TERMS: usize = 12;
/// What another name of a thing counts beside the one that was typed.
const OTHER_NAME: f32 = 0.85;

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
    /// What every product must have: category and brands.
    required: Vec<Required>,
    /// "read 'dishwaser' as 'dishwasher'".
    pub notes: Vec<String>,
}

/// A candidate by words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub product: ProductId,
    /// How many words of the thing it lacks.
    pub stage: usize,
    /// BM25.
    pub score: f64,
    /// A bit for each word that it has anywhere: those of the thing first, then what stands beside it.
    pub met: u32,
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
            query.required.push(Required { phrases: vec![in_words(category)], parts: CATEGORY_PARTS });
        }
        if !need.must.brands.is_empty() {
            let phrases = need.must.brands.iter().map(|brand| in_words(brand)).collect();
            query.required.push(Required { phrases, parts: BRAND_PARTS });
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
            let repaired = vocabulary.repair(word);
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
            // Unfinished, as it is while it is being typed.
            others.extend(vocabulary.beginning(&text));
        }
        Term::new(text, spellings, others)
    }

    /// Whether there is nothing to look for by words or names.
    pub fn is_empty(&self) -> bool {
        self.core.is_empty() && self.required.is_empty()
    }

    /// What the index is asked for, word by word.
    fn wanted(terms: &[Term]) -> Vec<Wanted> {
        let way = |phrase: &String, worth: f32| Way { words: in_words(phrase), worth };
        let of_term = |term: &Term| {
            // A measure's own index word stands for all spellings of it.
            let phrases = term.spellings.iter().filter(|phrase| !(term.is_measure() && phrase.contains(' ')));
            let ways = phrases.map(|phrase| way(phrase, 1.0));
            Wanted { ways: ways.chain(term.others.iter().map(|phrase| way(phrase, OTHER_NAME))).collect() }
        };
        terms.iter().map(of_term).collect()
    }

    /// The best candidates by words, at most `most`; whether there may be more.
    pub fn candidates(&self, vocabulary: &Vocabulary, most: usize) -> (Vec<Candidate>, bool) {
        let (wanted, noted) = (Self::wanted(&self.core), Self::wanted(&self.beside));
        let found = vocabulary.index.top(Asked { wanted: &wanted, noted: &noted, required: &self.required, most });
        let more = found.len() >= most;
        let candidate = |f: super::index::Found| Candidate {
            product: f.product,
            stage: f.missing(wanted.len()),
            score: f64::from(f.score),
            met: f.met,
        };
        (found.into_iter().map(candidate).collect(), more)
    }
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
            let words: Vec<String> = Query::wanted(&query(&[hostile]).core)
                .into_iter()
                .flat_map(|w| w.ways)
                .flat_map(|way| way.words)
                .collect();
            assert!(words.iter().all(|word| word.chars().all(char::is_alphanumeric)), "{words:?}");
        }
    }

    #[test]
    fn typos_compounds_and_measures_are_read_and_repairs_are_told() {
        let q = query(&["dishwaser"]);
        assert!(query(&["quiet weed eater"]).core[1].others.contains(&"string trimmer".to_owned()));
        assert_eq!((q.core[0].text.as_str(), q.notes.len()), ("dishwasher", 1));
        assert!(query(&["dogfood"]).core[0].spellings.contains(&"dog food".to_owned()));
        assert_eq!(query(&["500ml"]).core[0].spellings[0], query(&["0.5l"]).core[0].spellings[0]);
        assert!(query(&["quiet"]).notes.is_empty());
        assert!(query(&["dishw"]).core[0].others.contains(&"dishwasher".to_owned()));
        assert!(query(&["d"]).core[0].others.is_empty());
    }
}
