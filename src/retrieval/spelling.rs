//! Repair of misspelt words against the catalogue's own, with frequencies; joining and splitting of compounds.
//!
//! A word that the catalogue uses is never repaired.

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

/// Words longer than this are left alone.
const LONGEST: usize = 24;

fn letters(word: &str) -> u64 {
    word.chars().fold(0, |mask, c| mask | 1 << (u32::from(c) % 64))
}

/// Most edits forgiven: none below 4 letters, 1 up to 7, 2 above.
fn allowed(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

impl Speller {
    /// A speller of these words, each with the number of products that use it.
    pub fn new<'w>(words: impl IntoIterator<Item = (&'w str, u64)>) -> Self {
        let mut by_length: Vec<Vec<Entry>> = vec![Vec::new(); LONGEST + 3];
        for (word, count) in words {
            let length = word.chars().count();
            if (3..=LONGEST + 2).contains(&length) && word.chars().all(char::is_alphabetic) {
                by_length[length].push(Entry { word: word.to_owned(), letters: letters(word), count });
            }
        }
        Self { by_length }
    }

    /// The catalogue's likeliest word for a folded one that it does not use.
    pub fn repair(&self, word: &str) -> Option<&str> {
        let chars: Vec<char> = word.chars().collect();
        let most = allowed(chars.len());
        if most == 0 || chars.len() > LONGEST || !chars.iter().all(|c| c.is_alphabetic()) {
            return None;
        }
        let mask = letters(word);
        let mut best: Option<(f64, &Entry)> = None;
        for length in chars.len().saturating_sub(most)..=chars.len() + most {
            for entry in self.by_length.get(length).map_or(&[][..], Vec::as_slice) {
                if (entry.letters ^ mask).count_ones() as usize > 2 * most {
                    continue;
                }
                let other: Vec<char> = entry.word.chars().collect();
                let Some(distance) = edits(&chars, &other, most) else { continue };
                let same_start = f64::from(u8::from(chars.first() == other.first()));
                let score = (entry.count as f64).ln_1p() + 2.0 * same_start - 4.0 * distance as f64;
                if best.as_ref().is_none_or(|(s, held)| score > *s || (score == *s && entry.word < held.word)) {
                    best = Some((score, entry));
                }
            }
        }
        best.map(|(_, entry)| entry.word.as_str())
    }
}

/// Edits (insert, delete, replace, swap neighbours) between two words, where they are at most `most`.
fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

/// The two known words that an unknown one is made of, the most frequent way: `dogfood` -> `dog`, `food`.
pub fn split_compound(word: &str, frequency: impl Fn(&str) -> u64) -> Option<(String, String)> {
    if word.chars().count() < 6 || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let cuts = word.char_indices().map(|(at, _)| at).filter(|at| {
        let (head, tail) = word.split_at(*at);
        head.chars().count() >= 3 && tail.chars().count() >= 3
    });
    let scored = cuts.map(|at| {
        let (head, tail) = word.split_at(at);
        (frequency(head).min(frequency(tail)), head, tail)
    });
    scored.filter(|(count, _, _)| *count >= 2).max_by_key(|(count, _, _)| *count).map(|(_, h, t)| (h.into(), t.into()))
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
    fn compounds_split_where_both_parts_are_known() {
        let count = |w: &str| u64::from(["dog", "food", "foo"].contains(&w)) * 5;
        assert_eq!(split_compound("dogfood", count), Some(("dog".into(), "food".into())));
        assert_eq!(split_compound("catfood", count), None);
    }
}
