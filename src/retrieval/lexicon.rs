//! The word lists under `assets/lexicon`, parsed once: translations, wants, aspects, filler, what implies what.
//!
//! Only reads its own text files. Knows no catalogue.

use super::fold::{fold, name_key, singular};
use crate::domain::{Direction, Language};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Where a phrase leads in English.
#[derive(Debug, Clone, PartialEq)]
pub struct Translation {
    pub words: Vec<String>,
    /// A thing or a place, not grammar: a catalogue in that language keeps its own word.
    pub thing: bool,
}

/// A table of translations of one language.
#[derive(Debug, Default)]
pub struct Table {
    phrases: HashMap<String, Translation>,
    /// Words of the longest phrase.
    pub longest: usize,
}

impl Table {
    pub fn get(&self, phrase: &str) -> Option<&Translation> {
        self.phrases.get(phrase)
    }

    /// The English words of things.
    fn things(&self) -> impl Iterator<Item = &str> {
        self.phrases.values().filter(|found| found.thing).flat_map(|found| &found.words).map(String::as_str)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.phrases.len()
    }
}

/// What a wish looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct WantEntry {
    /// Attribute names with the better direction, likeliest first.
    pub aspects: Vec<(String, Direction)>,
    /// The words are searched for as well.
    pub keep: bool,
}

/// What a use of a thing calls for.
#[derive(Debug, Clone, PartialEq)]
pub struct Occasion {
    /// Names of things it holds for, each as its words in the singular; none where it holds for any.
    pub things: Vec<Vec<String>>,
    /// Words in the singular of which one set must all be said.
    pub cues: Vec<Vec<String>>,
    /// Attribute names with the better direction, likeliest first.
    pub aspects: Vec<(String, Direction)>,
}

/// All lists.
#[derive(Debug)]
pub struct Lexicon {
    hebrew: Table,
    german: Table,
    french: Table,
    spanish: Table,
    pub wants: HashMap<String, WantEntry>,
    /// Words that are a wish only when negated.
    pub unwanted: HashMap<String, WantEntry>,
    pub aspects: HashMap<String, Vec<String>>,
    /// In the order of the file: what comes first matters most.
    pub occasions: Vec<Occasion>,
    implies: HashMap<String, Vec<String>>,
    /// Name key -> what a catalogue may call it.
    synonyms: HashMap<String, String>,
    /// Name key -> names of the same thing, each looked for beside what was typed.
    same: HashMap<String, Vec<String>>,
    /// Names of several words without their spaces -> their keys.
    glued: HashMap<String, String>,
    stop: HashSet<String>,
    /// Name key of a brand that is known everywhere -> its name, and whether it is a word of its own.
    pub brands: HashMap<String, (String, bool)>,
    /// Name keys of things, as the lists of other names know them.
    things: HashSet<String>,
    /// Words of names of things, in the singular.
    ordinary: HashSet<String>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::parse);

/// The lists, parsed at first use.
pub fn lexicon() -> &'static Lexicon {
    &LEXICON
}

impl Lexicon {
    fn parse() -> Self {
        let (wants, unwanted) = wants(include_str!("../../assets/lexicon/wants.txt"));
        let same = same(include_str!("../../assets/lexicon/same.txt"));
        let apart = same.keys().filter(|name| name.contains(' '));
        let tables = [
            include_str!("../../assets/lexicon/he.txt"),
            include_str!("../../assets/lexicon/de.txt"),
            include_str!("../../assets/lexicon/fr.txt"),
            include_str!("../../assets/lexicon/es.txt"),
        ];
        let [hebrew, german, french, spanish] = tables.map(table);
        let things = [&hebrew, &german, &french, &spanish].into_iter().flat_map(Table::things);
        let called = same.iter().flat_map(|(name, others)| others.iter().chain([name])).map(String::as_str);
        let words = called.chain(things).flat_map(str::split_whitespace).map(singular).collect();
        let glued = apart.map(|name| (name.replace(' ', ""), name.clone())).collect();
        let synonyms: HashMap<String, String> = lines(include_str!("../../assets/lexicon/synonyms.txt"))
            .flat_map(pairs)
            .map(|(phrase, other)| (name_key(&phrase), other.to_owned()))
            .collect();
        let things = synonyms.iter().flat_map(|(name, other)| [name.clone(), name_key(other)]);
        let things = things.chain(
            lines(include_str!("../../assets/lexicon/things.txt")).flat_map(|line| line.split('|')).map(name_key),
        );
        Self {
            things: things.chain(same.keys().cloned()).collect(),
            glued,
            brands: lines(include_str!("../../assets/lexicon/brands.txt")).map(known_brand).collect(),
            ordinary: words,
            hebrew,
            german,
            french,
            spanish,
            wants,
            unwanted,
            aspects: lists(include_str!("../../assets/lexicon/aspects.txt")),
            occasions: lines(include_str!("../../assets/lexicon/occasions.txt")).filter_map(occasion).collect(),
            implies: lists(include_str!("../../assets/lexicon/implies.txt")),
            synonyms,
            same,
            stop: lines(include_str!("../../assets/lexicon/stop.txt"))
                .flat_map(str::split_whitespace)
                .map(fold)
                .collect(),
        }
    }

    /// The table of a language; English has none.
    pub fn table(&self, language: Language) -> Option<&Table> {
        match language {
            Language::En => None,
            Language::He => Some(&self.hebrew),
            Language::De => Some(&self.german),
            Language::Fr => Some(&self.french),
            Language::Es => Some(&self.spanish),
        }
    }

    /// Whether a folded English word carries no meaning for a search.
    pub fn is_stop(&self, word: &str) -> bool {
        self.stop.contains(word)
    }

    /// Whether a folded word stands in the name of some thing, so that it is spelt right whatever the catalogue has.
    pub fn is_ordinary(&self, word: &str) -> bool {
        self.ordinary.contains(&singular(word))
    }

    /// Words whose mention is a mention of `word` too, in the singular.
    pub fn implied_by(&self, word: &str) -> &[String] {
        self.implies.get(&singular(word)).map_or(&[], Vec::as_slice)
    }
}

/// What a catalogue may call a thing instead.
pub fn synonym(phrase: &str) -> Option<&'static str> {
    lexicon().synonyms.get(&name_key(phrase)).map(String::as_str)
}

/// Other names of the thing that a phrase in name-key form names.
pub fn other_names(key: &str) -> &'static [String] {
    lexicon().same.get(key).map_or(&[], Vec::as_slice)
}

/// The name of a thing that people commonly look for, among the last words of a phrase: `red sofa` -> `sofa`; `None`
/// where the lists know none.
pub fn named_thing(phrase: &str) -> Option<String> {
    let key = name_key(phrase);
    let words: Vec<&str> = key.split(' ').collect();
    let known = |name: &String| lexicon().things.contains(name);
    (0..words.len()).map(|from| words[from..].join(" ")).find(known)
}

/// Whether a phrase is the name of a thing that people commonly look for.
pub fn is_thing(phrase: &str) -> bool {
    lexicon().things.contains(&name_key(phrase))
}

/// The name of several words, and its other names, that a folded word is when its spaces are left out: `shopvac`.
pub fn glued(word: &str) -> Option<(&'static str, &'static [String])> {
    let name = lexicon().glued.get(&singular(word))?;
    Some((name, other_names(name)))
}

/// `a | b > c`: a and b stand for each other, and either also means c.
fn same(text: &str) -> HashMap<String, Vec<String>> {
    let names = |side: &str| -> Vec<String> {
        side.split('|').map(|name| fold(name.trim())).filter(|name| !name.is_empty()).collect()
    };
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for line in lines(text) {
        let (left, right) = line.split_once('>').unwrap_or((line, ""));
        let (left, right) = (names(left), names(right));
        for name in &left {
            let others = left.iter().filter(|other| *other != name).chain(&right);
            let known = found.entry(name_key(name)).or_default();
            for other in others {
                if !known.contains(other) {
                    known.push(other.clone());
                }
            }
        }
    }
    found
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// `Shark?` -> a brand whose name is a word of its own.
fn known_brand(line: &str) -> (String, (String, bool)) {
    let name = line.trim_end_matches('?');
    (name_key(name), (name.to_owned(), name.len() < line.len()))
}

/// `a | b = right` -> (a, right), (b, right), the left sides folded.
fn pairs(line: &str) -> Vec<(String, &str)> {
    let Some((left, right)) = line.split_once('=') else { return Vec::new() };
    left.split('|').map(|phrase| (fold(phrase.trim()), right.trim())).filter(|(phrase, _)| !phrase.is_empty()).collect()
}

fn table(text: &str) -> Table {
    let mut found = Table::default();
    let mut thing = false;
    for line in text.lines().map(str::trim) {
        thing |= line == "# == things";
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        for (phrase, right) in pairs(line) {
            found.longest = found.longest.max(phrase.split(' ').count());
            let words = right.split_whitespace().map(str::to_owned).collect();
            found.phrases.entry(phrase).or_insert(Translation { words, thing });
        }
    }
    found
}

fn lists(text: &str) -> HashMap<String, Vec<String>> {
    let split = |right: &str| right.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    lines(text).flat_map(pairs).map(|(phrase, right)| (phrase, split(right))).collect()
}

/// `noise:lower pool:yes keep` -> the aspects with their directions.
pub(super) fn directed(right: &str) -> Vec<(String, Direction)> {
    let aspects = right.split_whitespace().filter_map(|item| {
        let (name, direction) = item.split_once(':')?;
        let direction = match direction {
            "lower" => Direction::Lower,
            "higher" => Direction::Higher,
            _ => Direction::Yes,
        };
        Some((name.to_owned(), direction))
    });
    aspects.collect()
}

/// `tent | sleeping bag : long trek | gram = weight:lower`; `*` for any thing.
fn occasion(line: &str) -> Option<Occasion> {
    let (left, aspects) = line.split_once('=')?;
    let (things, cues) = left.split_once(" : ")?;
    let phrases = |side: &str| -> Vec<Vec<String>> {
        let words = |phrase: &str| fold(phrase).split_whitespace().map(singular).collect::<Vec<_>>();
        side.split('|').map(words).filter(|words| !words.is_empty()).collect()
    };
    let things = if things.trim() == "*" { Vec::new() } else { phrases(things) };
    Some(Occasion { things, cues: phrases(cues), aspects: directed(aspects) })
}

type Wants = HashMap<String, WantEntry>;

fn wants(text: &str) -> (Wants, Wants) {
    let (mut wanted, mut unwanted) = (Wants::new(), Wants::new());
    for line in lines(text) {
        let (into, line) = match line.strip_prefix('!') {
            Some(rest) => (&mut unwanted, rest),
            None => (&mut wanted, line),
        };
        for (phrase, right) in pairs(line) {
            let entry = WantEntry { aspects: directed(right), keep: right.split_whitespace().any(|w| w == "keep") };
            into.entry(phrase).or_insert(entry);
        }
    }
    (wanted, unwanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_parse_and_are_as_long_as_promised() {
        let lexicon = lexicon();
        assert!(lexicon.hebrew.len() >= 250, "{}", lexicon.hebrew.len());
        assert_eq!(lexicon.hebrew.get("מדיח כלים").unwrap().words, ["dishwasher"]);
        assert!(lexicon.hebrew.get("מדיח כלים").unwrap().thing && !lexicon.hebrew.get("ללא").unwrap().thing);
        assert_eq!(lexicon.german.get("hochstens").unwrap().words, ["at", "most"]);
        assert_eq!(lexicon.wants["quiet"].aspects[0], ("noise".to_owned(), Direction::Lower));
        assert!(lexicon.unwanted.contains_key("noisy") && lexicon.is_stop("looking"));
        assert!(lexicon.implied_by("nuts").contains(&"almond".to_owned()));
    }

    #[test]
    fn every_line_of_every_list_says_something() {
        for line in lines(include_str!("../../assets/lexicon/occasions.txt")) {
            let read = occasion(line).unwrap_or_else(|| panic!("{line}"));
            assert!(!read.cues.is_empty() && !read.aspects.is_empty(), "{line}");
        }
        for text in [
            include_str!("../../assets/lexicon/he.txt"),
            include_str!("../../assets/lexicon/de.txt"),
            include_str!("../../assets/lexicon/fr.txt"),
            include_str!("../../assets/lexicon/es.txt"),
            include_str!("../../assets/lexicon/wants.txt"),
            include_str!("../../assets/lexicon/aspects.txt"),
            include_str!("../../assets/lexicon/implies.txt"),
            include_str!("../../assets/lexicon/synonyms.txt"),
        ] {
            for line in lines(text) {
                assert!(!pairs(line).is_empty(), "{line}");
            }
        }
    }
}
