//! The words of reviews: opinions and aspects, read once from the embedded lists. Judges nothing.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words of one phrase.
type Phrase = Vec<String>;

/// Phrases by their first word.
type Phrases<T> = HashMap<String, Vec<(Phrase, T)>>;

/// The words known, by what they say.
pub struct Lexicon {
    aspects: Phrases<String>,
    opinions: Phrases<i32>,
    telling: Phrases<(String, i32)>,
    /// Aspects that are a product as a whole.
    wholes: HashSet<String>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(
        include_str!("../../../assets/lexicon/opinion_words.txt"),
        include_str!("../../../assets/lexicon/review_aspects.txt"),
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
    fn parse(opinions: &str, aspects: &str) -> Self {
        let mut lexicon =
            Self { aspects: HashMap::new(), opinions: HashMap::new(), telling: HashMap::new(), wholes: HashSet::new() };
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
