//! Repair of misspelt words against the catalogue's own, with frequencies; joining and splitting of compounds.
//!
//! Slips of the ear cost less than slips of the finger. Says what may be meant; whether it is, the question decides.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The catalogue's words in their order: those that begin alike are compared as far as they do only once.
#[derive(Debug, Default)]
pub struct Speller {
    texts: String,
    words: Vec<Word>,
    /// What was answered last: one question asks for a word several times, and who types asks with every key.
    answered: Mutex<VecDeque<(Box<str>, Vec<Near>)>>,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    end: u32,
    /// Characters that it begins with as the word before it does.
    shared: u8,
    /// Products that use it.
    count: u32,
}

/// A word that is near to what was typed, by its number.
#[derive(Debug, Clone, Copy)]
struct Near {
    nth: usize,
    cost: usize,
    score: f64,
}

/// A word that may be meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meant<'s> {
    pub word: &'s str,
    /// Products that use it.
    pub count: u64,
    /// How far it is from what was typed, an edit being [`EDIT`].
    pub cost: usize,
    /// The likelier the higher; a comparison of the common with the near.
    pub score: f64,
}

/// Words longer than this are left alone.
const LONGEST: usize = 24;
/// What one letter more, less or another costs.
pub const EDIT: usize = 4;
/// What letters cost that sound alike or nearly so, that are doubled or not, or that have changed places.
const ALIKE: usize = 2;
const VOWEL: usize = 3;
const SWAPPED: usize = 3;
/// Answers kept.
const MOST_ANSWERED: usize = 64;
/// Words that may be meant, at most.
const MOST_MEANT: usize = 4;

fn letters(word: &str) -> u64 {
    word.chars().fold(0, |mask, c| mask | 1 << (u32::from(c) % 64))
}

/// The dearest difference forgiven, and the most letters that it may touch.
fn allowed(length: usize) -> (usize, usize) {
    match length {
        0..=3 => (0, 0),
        4 => (EDIT, 1),
        5..=6 => (EDIT + 1, 2),
        7 => (EDIT + 2, 2),
        8..=9 => (EDIT * 2, 2),
        _ => (EDIT * 5 / 2, 3),
    }
}

impl Speller {
    /// A speller of these words, each with the number of products that use it.
    pub fn new<'w>(words: impl IntoIterator<Item = (&'w str, u64)>) -> Self {
        let fits =
            |word: &str| (3..=LONGEST + 3).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
        let mut sorted: Vec<(&str, u64)> = words.into_iter().filter(|(word, _)| fits(word)).collect();
        // Stable sorting knows runs that are in order already, and the catalogue's are.
        sorted.sort_by(|a, b| a.0.cmp(b.0));
        let mut speller = Self::default();
        let mut before = "";
        for (word, count) in sorted {
            let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
            speller.texts.push_str(word);
            speller.words.push(Word {
                end: u32::try_from(speller.texts.len()).unwrap_or(u32::MAX),
                shared: shared as u8,
                count: u32::try_from(count).unwrap_or(u32::MAX),
            });
            before = word;
        }
        speller
    }

    /// The catalogue's likeliest word for a folded one that it does not use.
    pub fn repair(&self, word: &str) -> Option<&str> {
        self.meant(word).first().map(|meant| meant.word)
    }

    /// The catalogue's words near to a folded one other than itself, the likeliest first.
    pub fn meant(&self, word: &str) -> Vec<Meant<'_>> {
        let chars: Vec<char> = word.chars().take(LONGEST + 1).collect();
        let (dearest, most) = allowed(chars.len());
        if most == 0 || chars.len() > LONGEST || !chars.iter().all(|c| c.is_alphabetic()) {
            return Vec::new();
        }
        let answered = |answers: &VecDeque<(Box<str>, Vec<Near>)>| {
            answers.iter().find(|(asked, _)| &**asked == word).map(|(_, near)| near.clone())
        };
        let known = answered(&self.answered.lock().unwrap_or_else(PoisonError::into_inner));
        let near = known.unwrap_or_else(|| {
            let near = self.near(word, &chars, dearest, most);
            let mut answers = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
            answers.truncate(MOST_ANSWERED - 1);
            answers.push_front((word.into(), near.clone()));
            near
        });
        let meant =
            |Near { nth, cost, score }| Some(Meant { word: self.word(nth), count: self.count(nth)?, cost, score });
        near.into_iter().filter_map(meant).collect()
    }

    /// The likeliest word that is one slip away at most: looks at far fewer than [`Speller::meant`] does for a long one.
    pub fn slip(&self, word: &str) -> Option<&str> {
        let chars: Vec<char> = word.chars().take(LONGEST + 1).collect();
        if chars.len() > LONGEST || !chars.iter().all(|c| c.is_alphabetic()) {
            return None;
        }
        self.near(word, &chars, EDIT, 2).first().map(|near| self.word(near.nth))
    }

    fn word(&self, nth: usize) -> &str {
        let end = |nth: usize| self.words.get(nth).map_or(0, |word| word.end as usize);
        self.texts.get(nth.checked_sub(1).map_or(0, end)..end(nth)).unwrap_or_default()
    }

    fn count(&self, nth: usize) -> Option<u64> {
        Some(u64::from(self.words.get(nth)?.count))
    }

    fn near(&self, word: &str, chars: &[char], dearest: usize, most: usize) -> Vec<Near> {
        let mask = letters(word);
        let mut best: Vec<Near> = Vec::new();
        let mut way = Way::new(chars, dearest, most);
        // Words that share this many characters with the one before are as far off as it is.
        let mut too_far = usize::MAX;
        for (nth, entry) in self.words.iter().enumerate() {
            let shared = usize::from(entry.shared);
            if shared >= too_far {
                continue;
            }
            let known = self.word(nth);
            too_far = way.follow(known, shared).unwrap_or(usize::MAX);
            let cost = way.cost().filter(|cost| *cost > 0 && too_far == usize::MAX);
            let Some(cost) = cost else { continue };
            // Each edit brings in one letter at most and takes one away at most.
            let letters = letters(known);
            if (letters & !mask).count_ones() as usize > most || (mask & !letters).count_ones() as usize > most {
                continue;
            }
            let same_start = f64::from(u8::from(chars.first().is_some_and(|first| known.starts_with(*first))));
            let score = f64::from(entry.count).ln_1p() + 2.0 * same_start - cost as f64;
            best.push(Near { nth, cost, score });
            if best.len() >= 64 {
                keep_best(&mut best);
            }
        }
        keep_best(&mut best);
        best
    }
}

/// The likeliest; among equals in the order of the alphabet, as the words are.
fn keep_best(best: &mut Vec<Near>) {
    best.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.nth.cmp(&b.nth)));
    best.truncate(MOST_MEANT);
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Letters that sound or look alike.
const PAIRS: [(u8, u8); 12] = [
    (b'c', b'k'),
    (b'c', b's'),
    (b's', b'z'),
    (b'g', b'j'),
    (b'u', b'w'),
    (b'v', b'w'),
    (b'f', b'p'),
    (b'd', b't'),
    (b'm', b'n'),
    (b'k', b'q'),
    (b'i', b'l'),
    (b'b', b'p'),
];

/// For each letter of the Latin alphabet a bit for each that it is alike with.
const ALIKE_WITH: [u32; 26] = {
    let mut table = [0; 26];
    let mut nth = 0;
    while nth < PAIRS.len() {
        let (a, b) = (PAIRS[nth].0 - b'a', PAIRS[nth].1 - b'a');
        table[a as usize] |= 1 << b;
        table[b as usize] |= 1 << a;
        nth += 1;
    }
    table
};

/// What one letter for another costs.
fn replacing(a: char, b: char) -> usize {
    if a == b {
        return 0;
    }
    let of = |c: char| u32::from(c).wrapping_sub(u32::from('a'));
    let alike = of(b) < 26 && ALIKE_WITH.get(of(a) as usize).is_some_and(|with| with >> of(b) & 1 == 1);
    if alike || is_vowel(a) && is_vowel(b) { ALIKE } else { EDIT }
}

/// What a letter more or less costs behind another.
fn adding(letter: char, before: Option<char>) -> usize {
    match letter {
        _ if before == Some(letter) => ALIKE,
        'h' => VOWEL,
        _ if is_vowel(letter) => VOWEL,
        _ => EDIT,
    }
}

/// The cheapest way from a typed word to known ones (insert, delete, replace, swap neighbours: Damerau 1964, weighted),
/// letter by letter of the known one, so that the next word goes on where it parts from the one before.
struct Way<'t> {
    typed: &'t [char],
    dearest: usize,
    /// Most letters of a known word that are looked at.
    longest: usize,
    /// The known word's letters, and behind each what its beginning costs against each beginning of the typed word.
    letters: Vec<char>,
    rows: Vec<[u8; LONGEST + 1]>,
    /// Where in the known word's text each of its letters begins.
    offsets: Vec<usize>,
}

impl<'t> Way<'t> {
    /// `typed` has at most [`LONGEST`] letters.
    fn new(typed: &'t [char], dearest: usize, most: usize) -> Self {
        let mut first = [0_u8; LONGEST + 1];
        for (at, letter) in typed.iter().enumerate() {
            first[at + 1] = first[at] + adding(*letter, at.checked_sub(1).map(|before| typed[before])) as u8;
        }
        let longest = typed.len() + most;
        Self { typed, dearest, longest, letters: Vec::new(), rows: vec![first], offsets: vec![0] }
    }

    /// Goes on to a known word that shares so many letters with the last one; tells how many of its letters are enough
    /// to say that it is too far off, where it is.
    fn follow(&mut self, known: &str, shared: usize) -> Option<usize> {
        let shared = shared.min(self.letters.len());
        self.letters.truncate(shared);
        self.rows.truncate(shared + 1);
        self.offsets.truncate(shared + 1);
        for letter in known.get(self.offsets[shared]..).unwrap_or_default().chars() {
            if self.letters.len() == self.longest || self.add(letter) {
                return Some(self.letters.len());
            }
        }
        None
    }

    /// One letter more; tells whether no continuation can be near.
    fn add(&mut self, letter: char) -> bool {
        let (typed, depth) = (self.typed, self.letters.len());
        let last = self.rows[depth];
        let swapped = depth.checked_sub(1).map(|before| (self.letters[before], self.rows[before]));
        let more = adding(letter, self.letters.last().copied()) as u8;
        let mut row = [0_u8; LONGEST + 1];
        row[0] = last[0].saturating_add(more);
        let mut least = row[0];
        let mut previous = None;
        for (at, typed) in typed.iter().enumerate() {
            let less = adding(*typed, previous) as u8;
            let replaced = last[at] + replacing(*typed, letter) as u8;
            let mut cheapest = replaced.min(row[at] + less).min(last[at + 1] + more);
            if let (Some((before, rows)), Some(previous)) = (swapped, previous)
                && previous == letter
                && *typed == before
            {
                cheapest = cheapest.min(rows[at - 1] + SWAPPED as u8);
            }
            row[at + 1] = cheapest;
            least = least.min(cheapest);
            previous = Some(*typed);
        }
        self.letters.push(letter);
        self.rows.push(row);
        self.offsets.push(self.offsets[depth] + letter.len_utf8());
        usize::from(least) > self.dearest
    }

    /// What the known word costs, where that is forgiven.
    fn cost(&self) -> Option<usize> {
        let cost = self.rows.last().map(|row| usize::from(row[self.typed.len()]))?;
        Some(cost).filter(|cost| *cost <= self.dearest)
    }
}

/// Letters of each part of a compound that one product vouches for.
const LONG_PART: usize = 5;

/// The two known words that one is made of, the way that most products have both: `dogfood` -> `dog`, `food`, with
/// the number that `together` gives for them. One product is enough for words that are too long to meet by chance.
pub fn split_compound(word: &str, together: impl Fn(&str, &str) -> u64) -> Option<(String, String, u64)> {
    if word.chars().count() < 6 || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let cuts = word.char_indices().map(|(at, _)| at).filter(|at| {
        let (head, tail) = word.split_at(*at);
        head.chars().count() >= 3 && tail.chars().count() >= 3
    });
    let scored = cuts.map(|at| {
        let (head, tail) = word.split_at(at);
        (together(head, tail), head, tail)
    });
    scored
        .filter(|(count, head, tail)| *count >= 2 || *count == 1 && head.len().min(tail.len()) >= LONG_PART)
        .max_by_key(|(count, _, _)| *count)
        .map(|(count, head, tail)| (head.into(), tail.into(), count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speller(words: &[(&str, u64)]) -> Speller {
        Speller::new(words.iter().copied())
    }

    #[test]
    fn repairs_towards_the_frequent_word_and_never_far() {
        let speller =
            speller(&[("dishwasher", 20), ("kettle", 9), ("kettles", 2), ("cattle", 30), ("tent", 9), ("text", 1)]);
        assert_eq!(speller.repair("dishwaser"), Some("dishwasher"));
        assert_eq!(speller.repair("dihswasherr"), Some("dishwasher"));
        assert_eq!(speller.repair("ketle"), Some("kettle"));
        assert_eq!(speller.repair("tnet"), Some("tent"));
        assert_eq!(speller.repair("cat"), None);
        assert_eq!(speller.repair("umbrella"), None);
    }

    #[test]
    fn slips_of_the_ear_are_forgiven_more_than_others() {
        let speller = speller(&[
            ("faucet", 90),
            ("vinyl", 50),
            ("refrigerator", 60),
            ("receptacle", 9),
            ("chandelier", 40),
            ("caulk", 20),
        ]);
        for (typed, meant) in [
            ("faset", "faucet"),
            ("fawcet", "faucet"),
            ("vinal", "vinyl"),
            ("refridgirater", "refrigerator"),
            ("recepticle", "receptacle"),
            ("chandeleer", "chandelier"),
            ("calk", "caulk"),
        ] {
            assert_eq!(speller.repair(typed), Some(meant));
        }
        assert_eq!((speller.repair("basket"), speller.repair("final")), (None, None));
        assert!(speller.meant("faucet").is_empty(), "a word is not near to itself");
    }

    #[test]
    fn any_word_is_looked_at_in_bounds() {
        let long = "x".repeat(LONGEST + 3);
        let speller = speller(&[(&long, 3), ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", 4)]);
        for word in ["", "\u{5e9}\u{5dc}\u{5d5}\u{5de}", &"x".repeat(LONGEST), &"x".repeat(5_000), "a1b2", "\0\0\0\0\0"]
        {
            speller.meant(word);
        }
        assert_eq!(speller.repair(&"x".repeat(5_000)), None);
    }

    #[test]
    fn compounds_split_where_both_parts_are_known() {
        let both = |a: &str, b: &str| {
            u64::from(["dog", "food", "foo"].iter().filter(|w| [a, b].contains(*w)).count() == 2) * 5
        };
        assert_eq!(split_compound("dogfood", both), Some(("dog".into(), "food".into(), 5)));
        assert_eq!(split_compound("catfood", both), None);
        let once = |_: &str, _: &str| 1;
        assert_eq!(split_compound("rebarbender", once).map(|(_, _, count)| count), Some(1));
        assert_eq!(split_compound("carpets", once), None, "short parts meet by chance");
    }
}
