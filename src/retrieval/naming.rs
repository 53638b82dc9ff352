//! Which words of a question are the name of one product: those that stand together in the title of a product of the
//! catalogue, with its brand or from its beginning.
//!
//! Looks at the text index alone. Never tells which product is meant: a name may be that of several.

use super::Vocabulary;
use super::fold::{name_key, singular};
use super::index::{Asked, BRAND_PARTS, Required, Wanted, Way};
use super::understand::{PlainWord, aspect_name, is_stop_word};
use super::vocabulary::in_words;

/// Words of the longest name that is looked for.
const LONGEST: usize = 12;
/// Products looked at for one run of words.
const LOOKED_AT: usize = 24;
/// A word that more products use than this, or than one in [`COMMON`], tells no product from another.
const FEW: u64 = 12;
const COMMON: u64 = 30;

/// The stretches of a question that are names, from first word to behind the last; none overlaps another.
pub fn names(words: &[PlainWord], vocabulary: &Vocabulary) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match name_at(&words[at..], vocabulary) {
            Some(length) => {
                found.push((at, at + length));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// How many words from the first on are a name.
fn name_at(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<usize> {
    let first = words.first().filter(|w| is_word(w))?;
    let brand = brand_at(words, vocabulary);
    if brand == 0 && (is_stop_word(&first.text) || !tells(&first.text, vocabulary)) {
        return None;
    }
    let longest =
        words.iter().take(LONGEST).take_while(|w| is_word(w) || ["&", "-", "'", ","].contains(&w.text.as_str()));
    (2..=longest.count()).rev().find_map(|length| {
        let run = &words[..length];
        let own = run.get(brand..).unwrap_or_default();
        let named = own.iter().any(|w| tells(&w.text, vocabulary)) && is_word(&run[length - 1]);
        let title = Some(run).filter(|_| named && !is_stop_word(&run[length - 1].text))?;
        let title = title_with(title, brand, vocabulary)?;
        if begins_property(&words[length - 1..], vocabulary) && length > 2 {
            return None;
        }
        Some(length + kind_behind(&words[length..], &title, vocabulary))
    })
}

fn is_word(word: &PlainWord) -> bool {
    word.text.chars().any(char::is_alphanumeric)
}

/// How many of the first words are a brand's name.
fn brand_at(words: &[PlainWord], vocabulary: &Vocabulary) -> usize {
    (1..=words.len().min(4)).rev().find(|n| vocabulary.has_brand(&text(&words[..*n]))).unwrap_or(0)
}

fn text(words: &[PlainWord]) -> String {
    words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Questions are read with "and" for the sign that names are written with: "Owl & Sons".
fn with_sign(text: &str) -> String {
    text.replace(" and ", " & ")
}

/// Whether a word tells a product from others of its kind: few use it, and it says neither what kind of thing it is nor
/// what it is like.
fn tells(word: &str, vocabulary: &Vocabulary) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits = word.chars().any(|c| c.is_ascii_digit());
    if digits {
        // A model number; a bare number or a size is none.
        return letters > 0 && word.len() > 2 && vocabulary.knows(word) && !measured(word);
    }
    let used = vocabulary.frequency(word);
    let kind = vocabulary.in_category_name(&singular(word)) || !vocabulary.category_paths(&singular(word)).is_empty();
    letters > 2
        && (1..=FEW.max(vocabulary.most_used() / COMMON)).contains(&used)
        && !kind
        && !is_stop_word(word)
        && !vocabulary.has_brand(word)
        && aspect_name(word, vocabulary).is_none()
}

/// "20l", "45cm".
fn measured(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    unit.len() < word.len() && crate::domain::units::dimension(unit).is_some()
}

/// The title, as it is compared, of a product that has this run of words in it: whole, or behind its brand.
fn title_with(run: &[PlainWord], brand: usize, vocabulary: &Vocabulary) -> Option<String> {
    let key = |text: &str| format!(" {} ", name_key(text));
    let keys = |words: &[PlainWord]| [key(&text(words)), key(&with_sign(&text(words)))];
    let (whole, own) = (keys(run), keys(&run[brand..]));
    let way = |w: &PlainWord| in_words(&w.text);
    let names = run.iter().filter(|w| is_word(w) && w.text != "and");
    let phrases: Vec<Vec<String>> = names.map(way).filter(|w| !w.is_empty()).collect();
    let required: Vec<Required> =
        phrases.iter().map(|words| Required { phrases: vec![words.clone()], parts: BRAND_PARTS }).collect();
    let wanted: Vec<Wanted> =
        phrases.iter().map(|words| Wanted { ways: vec![Way { words: words.clone(), worth: 1.0 }] }).collect();
    let asked = Asked { wanted: &wanted, noted: &[], beside: 0.0, required: &required, most: LOOKED_AT, stems: false };
    vocabulary.index.top(asked).into_iter().find_map(|found| {
        let title = vocabulary.index.outline(found.product)?.title;
        let begins = |name: &String| title.starts_with(name) || title.starts_with(&format!(" the{name}"));
        let stands = |name: &String| title.contains(name);
        let fits = if brand > 0 { whole.iter().chain(&own).any(stands) } else { whole.iter().any(begins) };
        fits.then(|| title.to_owned())
    })
}

/// Whether a property of more than one word begins at the first: "dishwasher safe" behind a name is no kind of thing.
fn begins_property(words: &[PlainWord], vocabulary: &Vocabulary) -> bool {
    (2..=words.len().min(4)).any(|n| {
        let phrase = text(&words[..n]);
        aspect_name(&phrase, vocabulary).is_some() || super::lexicon::lexicon().wants.contains_key(&phrase)
    })
}

/// How many words behind a name say only what kind of thing it is: the "pan" of "Omelette pan", of a frying pan.
fn kind_behind(words: &[PlainWord], title: &str, vocabulary: &Vocabulary) -> usize {
    let kind = |(at, w): &(usize, &PlainWord)| {
        let one = singular(&w.text);
        let in_title = title.contains(&format!(" {one} ")) && !is_stop_word(&w.text);
        is_word(w)
            && (in_title || !vocabulary.category_paths(&one).is_empty())
            && aspect_name(&w.text, vocabulary).is_none()
            && !begins_property(&words[*at..], vocabulary)
    };
    words.iter().enumerate().take_while(kind).count()
}

#[cfg(test)]
mod tests;
