//! The words of reviews: opinions, aspects and kinds of word, read once from the embedded lists. Judges nothing.

mod endings;
mod load;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words of one phrase after the first.
type Tail = Box<[String]>;

/// What a word does in a sentence; the names of the lines of `review_syntax.txt` and `word_kinds.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Negation,
    Contrast,
    Link,
    Taker,
    Judge,
    Condition,
    Supposed,
    Preposition,
    Subject,
    Determiner,
    Joiner,
    Modest,
    Rival,
    Other,
    Mender,
    Wanting,
    Giver,
    Nuisance,
    Refusal,
    Ability,
    Parting,
    Seeker,
    Pronoun,
    Partitive,
    Verb,
    Adjective,
    Adverb,
    Closed,
    Idle,
    Scale,
}

const ROLES: [(&str, Role); 30] = [
    ("negation", Role::Negation),
    ("contrast", Role::Contrast),
    ("link", Role::Link),
    ("taker", Role::Taker),
    ("judge", Role::Judge),
    ("condition", Role::Condition),
    ("supposed", Role::Supposed),
    ("preposition", Role::Preposition),
    ("subject", Role::Subject),
    ("determiner", Role::Determiner),
    ("joiner", Role::Joiner),
    ("modest", Role::Modest),
    ("rival", Role::Rival),
    ("other", Role::Other),
    ("mender", Role::Mender),
    ("wanting", Role::Wanting),
    ("giver", Role::Giver),
    ("nuisance", Role::Nuisance),
    ("refusal", Role::Refusal),
    ("ability", Role::Ability),
    ("parting", Role::Parting),
    ("seeker", Role::Seeker),
    ("pronoun", Role::Pronoun),
    ("partitive", Role::Partitive),
    ("verb", Role::Verb),
    ("adjective", Role::Adjective),
    ("adverb", Role::Adverb),
    ("closed", Role::Closed),
    ("idle", Role::Idle),
    ("scale", Role::Scale),
];

/// How an opinion word stands to the noun that it judges; the letter after the sign in `opinion_words.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// "sharp", before the noun or after a linking verb.
    Describes,
    /// "leaks", after the noun.
    Does,
    /// "a mess", after a linking verb.
    Names,
    /// "love", before the noun.
    Takes,
}

/// All that is known of a word, and of the phrases that begin with it.
#[derive(Default)]
pub struct Entry {
    /// One bit per role.
    roles: u32,
    aspects: Vec<(Tail, String)>,
    opinions: Vec<(Tail, (i32, Manner))>,
    telling: Vec<(Tail, (String, i32))>,
    /// Aspects of which the word is praise or blame only by what they are: "long".
    scales: HashMap<String, i32>,
}

/// A word of a sentence with what is known of it.
#[derive(Clone)]
pub struct Word<'l> {
    pub text: String,
    entry: Option<&'l Entry>,
}

impl Word<'_> {
    /// Whether the word has that role.
    pub fn is(&self, role: Role) -> bool {
        self.entry.is_some_and(|e| e.roles & (1 << role as u32) != 0)
    }

    /// Whether no list has it.
    pub fn is_unknown(&self) -> bool {
        self.entry.is_none()
    }

    /// Whether it denies: "not", "isn't".
    pub fn denies(&self) -> bool {
        self.is(Role::Negation) || self.text.ends_with("n't")
    }

    /// What it says of an aspect that only the aspect can tell: "long" praises a battery's life and not a delay.
    pub fn scale(&self, aspect: &str) -> i32 {
        let scales = self.entry.map(|e| &e.scales);
        let last = || aspect.rsplit(' ').next().unwrap_or_default();
        scales.and_then(|s| s.get(aspect).or_else(|| s.get(last())).copied()).unwrap_or_default()
    }
}

/// The words known, by what they say.
#[derive(Default)]
pub struct Lexicon {
    entries: HashMap<String, Entry>,
    /// Aspects that are a product as a whole.
    wholes: HashSet<String>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    lexicon.roles(include_str!("../../../assets/lexicon/review_syntax.txt"));
    lexicon.roles(include_str!("../../../assets/lexicon/word_kinds.txt"));
    lexicon.opinions(include_str!("../../../assets/lexicon/opinion_words.txt"));
    lexicon.aspects(include_str!("../../../assets/lexicon/review_aspects.txt"));
    lexicon.scales(include_str!("../../../assets/lexicon/review_scales.txt"));
    lexicon
});

/// The lexicon that comes with the program.
pub fn shipped() -> &'static Lexicon {
    &LEXICON
}

fn longest<'a, T>(phrases: &'a [(Tail, T)], rest: &[Word<'_>]) -> Option<(usize, &'a T)> {
    let fits = |tail: &Tail| rest.len() >= tail.len() && tail.iter().zip(rest).all(|(a, b)| *a == b.text);
    phrases.iter().filter(|(t, _)| fits(t)).max_by_key(|(t, _)| t.len()).map(|(t, v)| (t.len() + 1, v))
}

impl Lexicon {
    fn knows(&self, word: &str) -> bool {
        self.entries.contains_key(word)
    }

    /// A word with what is known of it.
    pub fn word(&self, text: String) -> Word<'_> {
        let text = self.settled(text);
        Word { entry: self.entries.get(&text), text }
    }

    /// A Hebrew word without the prefixes written onto it ("and the screen" is one word), where that makes it known.
    fn settled(&self, word: String) -> String {
        let hebrew = |c: char| ('\u{5d0}'..='\u{5ea}').contains(&c);
        if !word.starts_with(hebrew) || self.knows(&word) {
            return word;
        }
        let mut rest = word.as_str();
        for _ in 0..3 {
            let Some(stem) = rest.strip_prefix(['ו', 'ה', 'ש', 'ב', 'ל', 'כ', 'מ']) else { break };
            if stem.chars().count() < 2 {
                break;
            }
            if self.knows(stem) {
                return stem.to_owned();
            }
            rest = stem;
        }
        word
    }

    /// Whether the aspect is a product as a whole ("phone"), not a part or a property of one.
    pub fn is_whole(&self, aspect: &str) -> bool {
        self.wholes.contains(aspect)
    }

    /// The aspect that one word names.
    pub fn named(&self, word: &str) -> Option<&str> {
        self.entries.get(word)?.aspects.iter().find(|(tail, _)| tail.is_empty()).map(|(_, name)| name.as_str())
    }

    /// The longest aspect phrase at the start of `words`.
    pub fn aspect<'w>(&self, words: &[Word<'w>]) -> Option<(usize, &'w str)> {
        let (first, rest) = words.split_first()?;
        longest(&first.entry?.aspects, rest).map(|(n, name)| (n, name.as_str()))
    }

    /// The longest opinion phrase at the start of `words`.
    pub fn opinion_at(&self, words: &[Word<'_>]) -> Option<(usize, i32, Manner)> {
        let (first, rest) = words.split_first()?;
        longest(&first.entry?.opinions, rest).map(|(n, (sign, manner))| (n, *sign, *manner))
    }

    /// The longest phrase that is aspect and opinion at once.
    pub fn telling<'w>(&self, words: &[Word<'w>]) -> Option<(usize, &'w str, i32)> {
        let (first, rest) = words.split_first()?;
        longest(&first.entry?.telling, rest).map(|(n, (name, sign))| (n, name.as_str(), *sign))
    }
}
