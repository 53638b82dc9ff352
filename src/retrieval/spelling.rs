//! Repair of misspelt words against the catalogue's own, with frequencies; joining and splitting of compounds.
//!
//! Slips of the ear cost less than slips of the finger. Says what may be meant; whether it is, the question decides.

/// The catalogue's words by length, ready for a quick scan.
#[derive(Debug, Clone, Default)]
pub struct Speller {
    /// Index: length in characters.
    by_length: Vec<Vec<Entry>>,
}

#[derive(Debug, Clone)]
struct Entry {
    word: String,
    /// One bit per letter that occurs.
    letters: u64,
    count: u64,
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
        let mut by_length: Vec<Vec<Entry>> = vec![Vec::new(); LONGEST + 4];
        for (word, count) in words {
            let length = word.chars().count();
            if (3..=LONGEST + 3).contains(&length) && word.chars().all(char::is_alphabetic) {
                by_length[length].push(Entry { word: word.to_owned(), letters: letters(word), count });
            }
        }
        Self { by_length }
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
        let mask = letters(word);
        let mut best: Vec<Meant<'_>> = Vec::new();
        let mut other = Vec::with_capacity(LONGEST + 4);
        for length in chars.len().saturating_sub(most)..=chars.len() + most {
            for entry in self.by_length.get(length).map_or(&[][..], Vec::as_slice) {
                // Each edit brings in one letter at most and takes one away at most.
                let (more, less) = (entry.letters & !mask, mask & !entry.letters);
                if more.count_ones() as usize > most || less.count_ones() as usize > most {
                    continue;
                }
                other.clear();
                other.extend(entry.word.chars());
                let Some(cost) = cost(&chars, &other, dearest).filter(|cost| *cost > 0) else { continue };
                let same_start = f64::from(u8::from(chars.first() == other.first()));
                let score = (entry.count as f64).ln_1p() + 2.0 * same_start - cost as f64;
                best.push(Meant { word: &entry.word, count: entry.count, cost, score });
                if best.len() >= 64 {
                    keep_best(&mut best);
                }
            }
        }
        keep_best(&mut best);
        best
    }
}

fn keep_best(best: &mut Vec<Meant<'_>>) {
    best.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(b.word)));
    best.truncate(MOST_MEANT);
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// What one letter for another costs.
fn replacing(a: char, b: char) -> usize {
    const PAIRS: [(char, char); 12] = [
        ('c', 'k'),
        ('c', 's'),
        ('s', 'z'),
        ('g', 'j'),
        ('u', 'w'),
        ('v', 'w'),
        ('f', 'p'),
        ('d', 't'),
        ('m', 'n'),
        ('k', 'q'),
        ('i', 'l'),
        ('b', 'p'),
    ];
    let alike = PAIRS.iter().any(|pair| *pair == (a, b) || *pair == (b, a));
    match () {
        () if a == b => 0,
        () if alike || is_vowel(a) && is_vowel(b) => ALIKE,
        () => EDIT,
    }
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

/// The cheapest way from one word to the other (insert, delete, replace, swap neighbours: Damerau 1964, weighted), where
/// it costs at most `dearest`. Words of at most [`LONGEST`] + 3 characters.
fn cost(a: &[char], b: &[char], dearest: usize) -> Option<usize> {
    const WIDE: usize = LONGEST + 4;
    if a.len() >= WIDE || b.len() >= WIDE {
        return None;
    }
    let mut before = [0_usize; WIDE];
    let mut last = [0_usize; WIDE];
    for j in 1..=b.len() {
        last[j] = last[j - 1] + adding(b[j - 1], j.checked_sub(2).map(|k| b[k]));
    }
    for i in 1..=a.len() {
        let less = adding(a[i - 1], i.checked_sub(2).map(|k| a[k]));
        let mut row = [0_usize; WIDE];
        row[0] = last[0] + less;
        let mut least = row[0];
        for j in 1..=b.len() {
            let more = adding(b[j - 1], j.checked_sub(2).map(|k| b[k]));
            let replaced = last[j - 1] + replacing(a[i - 1], b[j - 1]);
            row[j] = replaced.min(last[j] + less).min(row[j - 1] + more);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + SWAPPED);
            }
            least = least.min(row[j]);
        }
        if least > dearest {
            return None;
        }
        before = last;
        last = row;
    }
    Some(last[b.len()]).filter(|cost| *cost <= dearest)
}

/// The two known words that one is made of, the way that most products have both: `dogfood` -> `dog`, `food`, with
/// the number that `together` gives for them.
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
        .filter(|(count, _, _)| *count >= 2)
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
    }
}
