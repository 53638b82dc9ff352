//! A need's words -> what the text index is asked for: each word in all the ways that it may be said.
//!
//! A shopper's text is only ever words: there is no operator that it could be read as. Never ranks.

use super::Ideas;
use super::fold::{fold, name_key};
use super::index::{Asked, BRAND_PARTS, CATEGORY_PARTS, Required, Wanted, Way};
use super::lexicon::{glued, other_names};
use super::reading::{WordReader, board, written};
use super::vocabulary::{Vocabulary, in_words};
use crate::domain::{Need, ProductId};

/// Most words that are looked for.
const MOST_TERMS: usize = 12;
/// What another name of a thing counts beside the one that was typed.
const OTHER_NAME: f32 = 1.0;
/// What the last word of a name of several counts without the others, and how many products with the whole name leave
/// no room for them: its list is long.
const HEAD: f32 = 0.3;
const MANY: u64 = 400;
/// What a word beside the thing counts among candidates.
const BESIDE: f32 = 0.5;

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
    /// The catalogue's other words of the same stem, as keys.
    pub stem_keys: Vec<String>,
    /// About how many products have it in one of its spellings.
    pub used: u64,
    /// The last word of a name of several: products that have only it are found too, behind the others.
    pub head: Option<String>,
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
    /// Which ideas are in use.
    pub ideas: Ideas,
    /// "read 'dishwaser' as 'dishwasher'".
    pub notes: Vec<String>,
    /// A word that is still being typed, folded.
    unfinished: Option<String>,
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

/// A phrase as it is looked for in a text.
fn key(phrase: &str) -> String {
    format!(" {} ", name_key(phrase))
}

impl Term {
    /// A word or phrase with its spellings and the other names of what it names.
    pub fn new(text: impl Into<String>, spellings: Vec<String>, others: Vec<String>) -> Self {
        let keys = |phrases: &[String]| phrases.iter().map(|phrase| key(phrase)).collect();
        let (keys, other_keys) = (keys(&spellings), keys(&others));
        Self { text: text.into(), keys, other_keys, spellings, others, stem_keys: Vec::new(), used: 0, head: None }
    }

    /// The same with what a catalogue knows of it: words of the same stem, how many products have it. Other names that
    /// the catalogue writes in two words are looked for in two words too.
    pub fn known(
        text: &str,
        spellings: Vec<String>,
        mut others: Vec<String>,
        vocabulary: &Vocabulary,
        ideas: Ideas,
    ) -> Self {
        if ideas.compounds {
            others = others.iter().flat_map(|name| written(name, vocabulary)).collect();
        }
        others.dedup();
        let mut term = Self::new(text, spellings, others);
        if ideas.stems {
            let single = term.spellings.iter().filter(|spelling| !spelling.contains([' ', '-']));
            let same = single.flat_map(|word| vocabulary.index.same_stem(word)).map(|word| key(&word));
            let mut same: Vec<String> = same.filter(|key| !term.keys.contains(key)).collect();
            same.sort_unstable();
            same.dedup();
            term.stem_keys = same;
        }
        let rarest = |phrase: &String| phrase.split(' ').map(|word| vocabulary.frequency(word)).min().unwrap_or(0);
        term.used = term.spellings.iter().map(rarest).max().unwrap_or(0);
        term
    }

    /// Whether it is a number with its unit.
    pub fn is_measure(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit()) && self.spellings.len() > 1
    }
}

impl Query {
    /// Makes a need's words ready: repairs, splits, other spellings.
    pub fn new(need: &Need, vocabulary: &Vocabulary, ideas: Ideas) -> Self {
        Self { ideas, ..Self::default() }.with(need, vocabulary)
    }

    /// The same where the words end in one that is still being typed, folded: any word that begins so will do.
    pub fn unfinished(need: &Need, vocabulary: &Vocabulary, word: &str) -> Self {
        Self { unfinished: Some(word.to_owned()), ..Self::default() }.with(need, vocabulary)
    }

    fn with(mut self, need: &Need, vocabulary: &Vocabulary) -> Self {
        let query = &mut self;
        let all: Vec<String> = need.words.iter().flat_map(|phrase| folded_words(phrase)).take(MOST_TERMS * 4).collect();
        let unfinished = query.unfinished.clone();
        let reader = WordReader { vocabulary, ideas: query.ideas, words: &all, unfinished: unfinished.as_deref() };
        let mut phrases = need.words.iter();
        let first = phrases.next().map_or("", String::as_str);
        query.core = query.terms(first, &reader);
        let name = |word: &str| {
            let mut typed = need.question.split(|c: char| !c.is_alphanumeric());
            typed.any(|w| w.starts_with(char::is_uppercase) && fold(w) == word)
        };
        let unheard = query.core.iter().filter(|term| query.core.len() > 1 && name(&term.text)).filter_map(unheard_of);
        query.notes.extend(unheard.collect::<Vec<_>>());
        for phrase in phrases {
            let more = query.terms(phrase, &reader);
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
        self
    }

    fn terms(&mut self, phrase: &str, reader: &WordReader<'_>) -> Vec<Term> {
        let ideas = reader.ideas;
        let words: Vec<String> = folded_words(phrase).take(MOST_TERMS * 2).collect();
        let mut terms = Vec::new();
        let mut at = 0;
        while at < words.len() {
            if let Some(both) = board(&words[at]).filter(|_| ideas.measures) {
                terms.extend(both);
                at += 1;
                continue;
            }
            let named = if ideas.synonyms { idiom(&words[at..], reader.vocabulary, ideas) } else { None };
            let (term, taken) = named.unwrap_or_else(|| {
                let (term, read_as) = reader.term(&words[at]);
                self.notes.extend(read_as.map(|other| format!("read \"{}\" as \"{other}\"", words[at])));
                (term, 1)
            });
            at += taken;
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms
    }

    /// Whether the last word is still being typed.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished.is_some()
    }

    /// How many words are looked for, those beside the thing included.
    pub fn asked(&self) -> usize {
        self.core.len() + self.beside.len()
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
            let others = term.others.iter().map(|phrase| way(phrase, OTHER_NAME));
            Wanted { ways: ways.chain(others).chain(term.head.iter().map(|word| way(word, HEAD))).collect() }
        };
        terms.iter().map(of_term).collect()
    }

    /// The best candidates by words, at most `most`; whether there may be more.
    pub fn candidates(&self, vocabulary: &Vocabulary, most: usize) -> (Vec<Candidate>, bool) {
        let (wanted, noted) = (Self::wanted(&self.core), Self::wanted(&self.beside));
        let beside = if self.ideas.beside { BESIDE } else { 0.0 };
        let (required, stems) = (self.required.as_slice(), self.ideas.stems);
        let found = vocabulary.index.top(Asked { wanted: &wanted, noted: &noted, beside, required, most, stems });
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

/// What is told of a name in the thing that no product has: it may be the word that matters ("a Bosk dishwasher").
fn unheard_of(term: &Term) -> Option<String> {
    let word = term.text.chars().all(char::is_alphabetic) && term.others.is_empty() && term.stem_keys.is_empty();
    (word && term.used == 0).then(|| format!("nothing here mentions \"{}\"", term.text))
}

/// The words of a phrase, folded, none longer than any catalogue's.
fn folded_words(phrase: &str) -> impl Iterator<Item = String> {
    let folded = |word: &str| fold(word).chars().take(64).collect::<String>();
    phrase.split_whitespace().map(folded).filter(|word| word.chars().any(char::is_alphanumeric))
}

/// The name of several words that the words begin with, where such a name has others; how many words it takes.
fn idiom(words: &[String], vocabulary: &Vocabulary, ideas: Ideas) -> Option<(Term, usize)> {
    (2..=words.len().min(4)).rev().find_map(|count| {
        let phrase = words[..count].join(" ");
        let joined = words[..count].concat();
        let apart = other_names(&name_key(&phrase));
        let together = glued(&joined).map_or_else(|| other_names(&name_key(&joined)), |(_, names)| names);
        let mut spellings = vec![phrase.clone()];
        // "sheet rock" is "sheetrock" to the list.
        let others = if apart.is_empty() { together } else { apart };
        if apart.is_empty() || vocabulary.knows(&joined) {
            spellings.push(joined);
        }
        let head = words[count - 1].clone();
        let head = Some(head).filter(|word| word.chars().all(char::is_alphabetic) && vocabulary.knows(word));
        let term = || {
            let term = Term::known(&phrase, spellings, others.to_vec(), vocabulary, ideas);
            Term { head: head.filter(|_| term.used < MANY), ..term }
        };
        (!others.is_empty()).then(|| (term(), count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::vocabulary::Parts;

    fn query(words: &[&str]) -> Query {
        let known = ["dishwasher", "quiet", "dog", "food", "water", "bottle", "back"];
        let vocabulary = Vocabulary::from_parts(Parts {
            words: known.iter().map(|w| ((*w).to_owned(), 5)).collect(),
            ..Parts::default()
        });
        let need = Need { words: words.iter().map(|w| (*w).to_owned()).collect(), ..Need::default() };
        Query::new(&need, &vocabulary, Ideas::default())
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
        assert!(query(&["black bottle"]).notes.is_empty(), "a colour is no slip of \"back\"");
        assert!(query(&["dishw"]).core[0].others.contains(&"dishwasher".to_owned()));
        assert!(query(&["d"]).core[0].others.is_empty());
    }

    #[test]
    fn a_name_that_nothing_has_is_told() {
        let vocabulary = Vocabulary::from_parts(Parts { words: vec![("dishwasher".into(), 5)], ..Parts::default() });
        let notes = |question: &str| {
            let words = vec![question.to_lowercase()];
            let need = Need { question: question.into(), words, ..Need::default() };
            Query::new(&need, &vocabulary, Ideas::default()).notes
        };
        assert_eq!(notes("Zorbex dishwasher"), ["nothing here mentions \"zorbex\""]);
        assert!(notes("decent dishwasher").is_empty(), "typed small it is any word");
        assert!(notes("Dishwasher").is_empty());
    }
}
