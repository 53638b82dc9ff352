//! One word of a question -> the ways in which the catalogue may say it: measures, makers' numbers, compounds, repairs,
//! other names, unfinished words.
//!
//! Looks at the vocabulary only, never at products one by one. Never ranks.

use super::Ideas;
use super::fold::{irregular, is_hebrew, name_key};
use super::lexical::Term;
use super::lexicon::{glued, lexicon, other_names};
use super::spelling::{EDIT, Meant, split_compound};
use super::units;
use super::vocabulary::Vocabulary;
use crate::domain::measure::{index_word, measures, number};
use crate::domain::variant;

/// A known word gives way in doubt to one that so many times as many products use.
const FAR_COMMONER: u64 = 8;
/// A word is rare that so many products use at most, or that share of all.
const RARE: u64 = 20;
const RARE_SHARE: u64 = 2_000;
/// Shortest known word that is doubted.
const SHORTEST_DOUBTED: usize = 4;

/// Reads words by what a catalogue uses.
pub struct WordReader<'v> {
    pub vocabulary: &'v Vocabulary,
    pub ideas: Ideas,
    /// All words of the question, folded.
    pub words: &'v [String],
    /// The one that is still being typed.
    pub unfinished: Option<&'v str>,
}

impl WordReader<'_> {
    /// A word as a term, and what it was read as where that is another word.
    pub fn term(&self, word: &str) -> (Term, Option<String>) {
        if self.ideas.measures
            && let Some(term) = measured(word)
        {
            return (term, None);
        }
        if self.unfinished == Some(word) {
            // What may still become a word is none that is misspelt, and no other than it may become.
            let going_on = self.vocabulary.beginning(word);
            if !going_on.is_empty() {
                let others = self.names(word).into_iter().chain(going_on.into_iter().filter(|begun| begun != word));
                return (self.made(word, vec![word.to_owned()], others.collect()), None);
            }
        }
        let mut spellings = vec![word.to_owned()];
        if word.contains('-') {
            spellings.extend([word.replace('-', ""), word.replace('-', " ")]);
            return (self.made(word, spellings, self.names(word)), None);
        }
        if self.ideas.part_numbers && is_part_number(word, self.vocabulary.knows(word)) {
            spellings.extend(self.numbers_cut(word));
            return (self.made(word, spellings, Vec::new()), None);
        }
        if self.vocabulary.knows(word) { self.known(word, spellings) } else { self.unknown(word, spellings) }
    }

    fn made(&self, text: &str, spellings: Vec<String>, others: Vec<String>) -> Term {
        Term::known(text, spellings, others, self.vocabulary, self.ideas)
    }

    /// Other names of what a word names.
    fn names(&self, word: &str) -> Vec<String> {
        if self.ideas.synonyms { other_names(&name_key(word)).to_vec() } else { Vec::new() }
    }

    /// A word that the catalogue uses stands for itself; beside it what it may be a slip of.
    fn known(&self, word: &str, mut spellings: Vec<String>) -> (Term, Option<String>) {
        let mut others = self.names(word);
        spellings.extend(irregular(word).map(str::to_owned));
        if self.ideas.compounds {
            // Where products have both parts oftener than the whole, they are another way to write it.
            let own = self.vocabulary.frequency(word);
            let split = self.split(word).filter(|(_, _, count)| *count >= own);
            spellings.extend(split.map(|(head, tail, _)| format!("{head} {tail}")));
            self.join(word, &mut spellings);
        }
        if self.ideas.doubt {
            others.extend(self.doubtful(word));
        }
        (self.made(word, spellings, others), None)
    }

    /// The common word that a rare one may be a slip of; both are looked for.
    fn doubtful(&self, word: &str) -> Option<String> {
        if word.chars().count() < SHORTEST_DOUBTED || is_hebrew(word) {
            return None;
        }
        let own = self.vocabulary.frequency(word);
        if own > RARE.max(self.vocabulary.most_used() / RARE_SHARE) {
            return None;
        }
        let near = |meant: &&Meant<'_>| meant.cost <= EDIT && meant.count >= own.saturating_mul(FAR_COMMONER);
        let same = self.vocabulary.index.same_stem(word);
        let other = |meant: &&Meant<'_>| !same.iter().any(|w| w == meant.word);
        self.vocabulary.meant(word).iter().filter(near).find(other).map(|meant| meant.word.to_owned())
    }

    /// A word that the catalogue does not use: a name from the hand list, two words, a slip, or an unfinished word.
    fn unknown(&self, word: &str, mut spellings: Vec<String>) -> (Term, Option<String>) {
        let mut others = self.names(word);
        let split = if self.ideas.compounds { self.split(word) } else { None };
        if self.ideas.compounds {
            self.join(word, &mut spellings);
        }
        if let Some((name, names)) = glued(word).filter(|_| self.ideas.synonyms) {
            spellings.push(name.to_owned());
            others.extend_from_slice(names);
        }
        let repaired = self.repaired(word).filter(|_| spellings.len() == 1 && others.is_empty());
        let slight = repaired.as_ref().is_some_and(|(_, cost)| *cost <= EDIT);
        let mut said = None;
        match (split, repaired) {
            (Some((head, tail, count)), Some((meant, _))) if slight && self.vocabulary.frequency(&meant) > count => {
                others.push(format!("{head} {tail}"));
                said = Some(meant);
            }
            (Some((head, tail, _)), _) => spellings.push(format!("{head} {tail}")),
            (None, Some((meant, _))) => said = Some(meant),
            (None, None) => {}
        }
        let text = said.clone().unwrap_or_else(|| word.to_owned());
        if said.is_some() {
            spellings.push(text.clone());
            others.extend(self.names(&text));
        }
        spellings.extend(irregular(&text).map(str::to_owned));
        // A whole word of the language ("gas") does not begin another ("gasket").
        if spellings.len() == 1 && self.ideas.unfinished && !lexicon().is_ordinary(&text) {
            others.extend(known_end(&text, self.vocabulary));
            // Unfinished, as it is while it is being typed.
            others.extend(self.vocabulary.beginning(&text));
        }
        (self.made(&text, spellings, others), said)
    }

    /// The likeliest repair and its cost. Colours, sizes, names of things and words of wishes are no slips, though no
    /// product has them: `black` is not `back`, `paper` not `pepper`.
    fn repaired(&self, word: &str) -> Option<(String, usize)> {
        let ordinary = variant::is_colour(word) || variant::is_size(word) || lexicon().wants.contains_key(word);
        let ordinary = ordinary || lexicon().is_ordinary(word);
        if !self.ideas.repair || is_hebrew(word) || ordinary {
            return None;
        }
        // Two slips in a word are believed beside one that the catalogue knows: "grand piano" is no "ground plan".
        let vouched = self.words.len() < 2 || self.words.iter().any(|w| w != word && self.vocabulary.knows(w));
        let meant = self.vocabulary.meant(word).into_iter().next().filter(|meant| vouched || meant.cost <= EDIT);
        meant.map(|meant| (meant.word.to_owned(), meant.cost))
    }

    fn split(&self, word: &str) -> Option<(String, String, u64)> {
        let both = |head: &str, tail: &str| {
            let apart = self.vocabulary.frequency(head).min(self.vocabulary.frequency(tail));
            if apart == 0 { 0 } else { self.vocabulary.index.together(head, tail) as u64 }
        };
        split_compound(word, both)
    }

    /// Adds the word joined to its neighbour where the catalogue writes it so: `shower head`, `showerhead`.
    fn join(&self, word: &str, spellings: &mut Vec<String>) {
        for pair in self.words.windows(2).filter(|pair| pair.iter().any(|w| w == word)) {
            let joined = pair.concat();
            let fits = pair.iter().all(|w| w.chars().count() >= 2) && joined.chars().count() <= 32;
            let known = if self.vocabulary.knows(&joined) { Some(joined) } else { self.joined_slip(pair, &joined) };
            if let Some(joined) = known.filter(|joined| fits && !spellings.contains(joined)) {
                spellings.push(joined);
            }
        }
    }

    /// One word of the catalogue that two are meant for with a slip, where it does not use both: `hardi backer`.
    fn joined_slip(&self, pair: &[String], joined: &str) -> Option<String> {
        const SHORTEST: usize = 8;
        let strange = pair.iter().any(|w| !self.vocabulary.knows(w) && !lexicon().is_ordinary(w));
        if !self.ideas.repair || !strange || joined.chars().count() < SHORTEST || is_hebrew(joined) {
            return None;
        }
        self.vocabulary.slip(joined).map(str::to_owned)
    }

    /// A maker's number in the parts that the catalogue has it in: `sc141b` -> `sc 141b`.
    fn numbers_cut(&self, word: &str) -> Vec<String> {
        let whole = self.vocabulary.frequency(word) > 0;
        let cuts = word.char_indices().map(|(at, _)| at).skip(1);
        let known = cuts.map(|at| word.split_at(at)).filter(|(head, tail)| {
            let boundary = ends_in_digit(head) != starts_with_digit(tail);
            (boundary || !whole) && self.vocabulary.frequency(head) > 0 && self.vocabulary.frequency(tail) > 0
        });
        let together = known.filter(|(head, tail)| self.vocabulary.index.together(head, tail) > 0);
        let mut parts: Vec<String> = together.take(3).map(|(head, tail)| format!("{head} {tail}")).collect();
        let mut joined = Vec::new();
        self.join(word, &mut joined);
        parts.append(&mut joined);
        parts
    }
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Letters and digits mixed, or many digits; a short one only where the catalogue does not use it as it stands: `r13`
/// for "R-13".
fn is_part_number(word: &str, used: bool) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let plain = word.len() <= 32 && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let mixed = digits > 0 && digits < word.len();
    let long = word.len() >= 4 && digits >= 2 && (mixed || digits >= 5);
    plain && (long || mixed && !used)
}

/// A number with its unit, a size, or a fraction, which is one of inches where nothing else is said.
fn measured(word: &str) -> Option<Term> {
    if let Some(measure) = measures(word).into_iter().find(|m| m.first == 0 && m.end == word.len()) {
        let mut spellings = vec![measure.word, word.to_owned()];
        spellings.extend(number_and_unit(word).map(|(number, unit)| format!("{number} {unit}")));
        return Some(Term::new(word, spellings, Vec::new()));
    }
    let fraction = word.contains('/') && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.'));
    let inches = number(word).filter(|_| fraction).and_then(|value| index_word(value, "inch"))?;
    Some(Term::new(word, vec![inches, word.replace(['/', '-', '.'], " ")], Vec::new()))
}

/// `2x4x8`: a 2x4, and one of that length, whatever it is written in. Two terms, so that other lengths are found too.
pub fn board(word: &str) -> Option<[Term; 2]> {
    let (across, along) = word.rsplit_once('x').filter(|(across, _)| across.contains('x'))?;
    let whole = |text: &str| measures(text).into_iter().find(|m| m.first == 0 && m.end == text.len());
    let (size, full) = (whole(across)?, whole(word)?);
    let long = index_word(number(along)?, "ft")?;
    Some([
        Term::new(across, vec![size.word, across.to_owned()], Vec::new()),
        Term::new(word, vec![full.word, long], Vec::new()),
    ])
}

/// A name as the catalogue writes it: in one word or in two, as it has them.
pub fn written(name: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let mut all = vec![name.to_owned()];
    let joined = name.replace(' ', "");
    if name.contains(' ') {
        all.extend(Some(joined).filter(|joined| vocabulary.knows(joined)));
    } else if !vocabulary.knows(name) {
        let both = |head: &str, tail: &str| vocabulary.index.together(head, tail) as u64;
        all.extend(split_compound(name, both).map(|(head, tail, _)| format!("{head} {tail}")));
    }
    all
}

/// The longest known word that an unknown one ends in: `mediciencabinet` is some cabinet.
fn known_end(word: &str, vocabulary: &Vocabulary) -> Option<String> {
    let starts = word.char_indices().map(|(at, _)| at).skip(3);
    let tails = starts.map(|at| &word[at..]).take_while(|tail| tail.chars().count() >= 4);
    tails.into_iter().find(|tail| vocabulary.frequency(tail) >= 3).map(str::to_owned)
}

/// `500ml` -> (`500`, `ml`).
fn number_and_unit(word: &str) -> Option<(&str, &str)> {
    let at = word.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = word.split_at(at);
    (number.starts_with(|c: char| c.is_ascii_digit()) && (units::symbol(unit).is_some() || unit == "in"))
        .then_some((number, unit))
}
