//! The words of reviews: opinions and aspects, read once from the embedded lists. Judges nothing.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words of one phrase.
type Phrase = Vec<String>;

/// Phrases by their first word.
type Phrases<T> = HashMap<String, Vec<(Phrase, T)>>;

/// What a word does in a sentence; the names of the lines of `review_syntax.txt`.
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
    General,
    Determiner,
    Joiner,
    Modest,
}

const ROLES: [(&str, Role); 13] = [
    ("negation", Role::Negation),
    ("contrast", Role::Contrast),
    ("link", Role::Link),
    ("taker", Role::Taker),
    ("judge", Role::Judge),
    ("condition", Role::Condition),
    ("supposed", Role::Supposed),
    ("preposition", Role::Preposition),
    ("subject", Role::Subject),
    ("general", Role::General),
    ("determiner", Role::Determiner),
    ("joiner", Role::Joiner),
    ("modest", Role::Modest),
];

/// The words known, by what they say.
#[derive(Default)]
pub struct Lexicon {
    aspects: Phrases<String>,
    opinions: Phrases<i32>,
    telling: Phrases<(String, i32)>,
    /// Aspects that are a product as a whole.
    wholes: HashSet<String>,
    /// One bit per role.
    roles: HashMap<String, u32>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(
        include_str!("../../../assets/lexicon/opinion_words.txt"),
        include_str!("../../../assets/lexicon/review_aspects.txt"),
        include_str!("../../../assets/lexicon/review_syntax.txt"),
    )
});

/// The lexicon that comes with the program.
pub fn shipped() -> &'static Lexicon {
    &LEXICON
}

fn add<T>(map: &mut Phrases<T>, phrase: &str, value: T) {
    let words: Phrase = phrase.split([' ', '_', '-']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    if let Some(first) = words.first() {
        map.entry(first.clone()).or_default().push((words, value));
    }
}

fn longest<'a, T>(map: &'a Phrases<T>, words: &[String]) -> Option<(usize, &'a T)> {
    let fits = |phrase: &Phrase| words.len() >= phrase.len() && phrase.iter().zip(words).all(|(a, b)| a == b);
    map.get(words.first()?)?.iter().filter(|(p, _)| fits(p)).max_by_key(|(p, _)| p.len()).map(|(p, v)| (p.len(), v))
}

impl Lexicon {
    fn parse(opinions: &str, aspects: &str, syntax: &str) -> Self {
        let mut lexicon = Self::default();
        for line in syntax.lines().filter(|l| !l.starts_with('#')) {
            let Some((name, words)) = line.split_once(" = ") else { continue };
            let Some((_, role)) = ROLES.iter().find(|(known, _)| *known == name) else { continue };
            for word in words.split_whitespace() {
                *lexicon.roles.entry(word.to_owned()).or_default() |= 1 << *role as u32;
            }
        }
        for line in opinions.lines().filter(|l| !l.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(sign) = words.next().and_then(sign) else { continue };
            words.for_each(|word| add(&mut lexicon.opinions, word, sign));
        }
        for line in aspects.lines().filter(|l| !l.starts_with('#')) {
            let Some((name, rest)) = line.split_once('=') else { continue };
            let (words, telling) = rest.split_once('>').unwrap_or((rest, ""));
            let whole = name.starts_with('*');
            let name = name.trim_start_matches('*').trim();
            if whole {
                lexicon.wholes.insert(name.to_owned());
            }
            for word in words.split(',') {
                add(&mut lexicon.aspects, word.trim(), name.to_owned());
            }
            for word in telling.split_whitespace() {
                let (word, polarity) = match word.split_once('=') {
                    Some((word, mark)) => (word, sign(mark)),
                    None => (word.trim_start_matches(['+', '-']), sign(&word[..1])),
                };
                if let Some(polarity) = polarity {
                    add(&mut lexicon.telling, word, (name.to_owned(), polarity));
                }
            }
        }
        lexicon
    }

    /// Whether the word has that role.
    pub fn is(&self, role: Role, word: &str) -> bool {
        self.roles.get(word).is_some_and(|bits| bits & (1 << role as u32) != 0)
    }

    /// Whether the word has any role.
    pub fn has_role(&self, word: &str) -> bool {
        self.roles.contains_key(word)
    }

    fn knows(&self, word: &str) -> bool {
        self.aspects.contains_key(word)
            || self.opinions.contains_key(word)
            || self.telling.contains_key(word)
            || self.has_role(word)
    }

    /// A Hebrew word without the prefixes written onto it ("and the screen" is one word), where that makes it known.
    pub fn settled(&self, word: String) -> String {
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

    /// The longest aspect phrase at the start of `words`.
    pub fn aspect(&self, words: &[String]) -> Option<(usize, &str)> {
        longest(&self.aspects, words).map(|(n, name)| (n, name.as_str()))
    }

    /// The longest opinion phrase at the start of `words`.
    pub fn opinion(&self, words: &[String]) -> Option<(usize, i32)> {
        longest(&self.opinions, words).map(|(n, sign)| (n, *sign))
    }

    /// The longest phrase that is aspect and opinion at once.
    pub fn telling(&self, words: &[String]) -> Option<(usize, &str, i32)> {
        longest(&self.telling, words).map(|(n, (name, sign))| (n, name.as_str(), *sign))
    }
}

fn sign(mark: &str) -> Option<i32> {
    match mark {
        "+" => Some(1),
        "-" => Some(-1),
        _ => None,
    }
}
