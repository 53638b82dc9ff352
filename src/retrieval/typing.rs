//! Search while the words are being typed: the last one may be unfinished; and how the text may go on.
//!
//! Lexical only. Never asks a model, never repairs a word that may still become one.

use super::fold::fold;
use super::index::Kind;
use super::lexical::Query;
use super::search::{offers_by_product, search_for};
use super::{Hit, Ideas, SearchOptions, SearchResult, Variants, Vocabulary, understand_with};
use crate::domain::{Product, ProductId};
use crate::store::{self, Reader};
use std::collections::{BTreeMap, HashMap};

/// Words of a name that are looked at behind one another.
const MOST_WORDS: usize = 4;
/// Letters from which on a word may be taken for misspelt.
const LEAST_REPAIRED: usize = 4;
/// Letters of the unfinished word from which on the text is completed.
const LEAST_LETTERS: usize = 2;

/// Searches with the last word of the text as the beginning of one, unless a blank stands behind it. The empty text
/// brings the popular products and reads nothing else.
///
/// # Errors
/// Where the database cannot be read. No text of a shopper is an error.
pub fn as_typed(
    reader: &Reader,
    vocabulary: &Vocabulary,
    text: &str,
    options: SearchOptions,
) -> store::Result<SearchResult> {
    if text.trim().is_empty() {
        return popular(reader, options.limit);
    }
    let last = unfinished(text).map(fold);
    // A name that the catalogue goes on with is not misspelt yet, and to look for what it may be a slip of takes longest.
    let begins = |word: &str| word.chars().count() >= LEAST_REPAIRED && !vocabulary.beginning(word).is_empty();
    let repair = !last.as_deref().is_some_and(begins);
    let need = understand_with(Ideas { repair, ..Ideas::default() }, text, vocabulary);
    let query = match last {
        Some(word) => Query::unfinished(&need, vocabulary, &word),
        None => Query::new(&need, vocabulary, Ideas::default()),
    };
    search_for(reader, vocabulary, &need, query, None, options)
}

/// The last word, where nothing stands behind it.
fn unfinished(text: &str) -> Option<&str> {
    let start = text.char_indices().rev().find(|(_, c)| !c.is_alphanumeric()).map_or(0, |(at, c)| at + c.len_utf8());
    text.get(start..).filter(|word| !word.is_empty())
}

fn popular(reader: &Reader, limit: usize) -> store::Result<SearchResult> {
    let ids = reader.popular(limit)?;
    let mut products: HashMap<ProductId, Product> = reader.products(&ids)?.into_iter().map(|p| (p.id, p)).collect();
    let mut offers = offers_by_product(reader, &ids, None)?;
    for own in offers.values_mut() {
        own.sort_by_key(|offer| (offer.price.is_none(), offer.price.map(|price| price.minor), offer.id));
    }
    let hit = |id: &ProductId| {
        let offers = offers.remove(id).unwrap_or_default();
        let product = products.remove(id)?;
        Some(Hit { product, offers, score: 0.0, why: Vec::new(), variants: Variants::default() })
    };
    let hits: Vec<Hit> = ids.iter().filter_map(hit).collect();
    Ok(SearchResult { considered: hits.len(), hits, method: "lexical".to_owned(), ..SearchResult::default() })
}

/// The names of a catalogue in the order of their letters, to complete what is being typed.
#[derive(Debug, Clone, Default)]
pub struct Completer {
    /// The name in small letters, and how many products have it.
    names: BTreeMap<String, u64>,
}

impl Completer {
    /// Reads brands and the levels of categories.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        let mut names: BTreeMap<String, u64> = BTreeMap::new();
        for (kind, name, _, count) in vocabulary.index.names() {
            let levels: Vec<&str> = match kind {
                Kind::Brand => vec![name],
                Kind::Category => name.split('>').collect(),
                Kind::Attribute => Vec::new(),
            };
            for level in levels.into_iter().map(str::trim).filter(|level| !level.is_empty()) {
                *names.entry(level.to_lowercase()).or_default() += u64::from(count);
            }
        }
        Self { names }
    }

    /// What is missing of the word or name that the text ends in: the commonest of the catalogue that goes on so.
    pub fn rest(&self, text: &str, vocabulary: &Vocabulary) -> Option<String> {
        let typed = text.to_lowercase();
        let last = unfinished(&typed)?;
        if last.chars().count() < LEAST_LETTERS || text.len() != typed.len() {
            return None;
        }
        let words = vocabulary.beginning(last).into_iter().find_map(|word| {
            let rest = word.strip_prefix(last).filter(|rest| !rest.is_empty())?;
            Some((vocabulary.index.frequency(&word), rest.to_owned()))
        });
        let names = starts(&typed).find_map(|tail| {
            let going_on = self.names.range(tail.to_owned()..).take_while(|(name, _)| name.starts_with(tail));
            let best = going_on.filter(|(name, _)| name.len() > tail.len()).max_by_key(|(name, count)| {
                // Among equally common ones the shortest.
                (**count, std::cmp::Reverse(name.len()))
            })?;
            // A name of several words that has begun is meant, however common its words are alone.
            let count = if tail.contains(' ') { u64::MAX } else { *best.1 };
            Some((count, best.0.get(tail.len()..)?.to_owned()))
        });
        let finished = vocabulary.index.frequency(last);
        let (count, rest) = words.into_iter().chain(names).max_by_key(|(count, _)| *count)?;
        // A word that is commoner as it stands is taken to be finished.
        (count > finished).then_some(rest)
    }
}

/// The last words of a text, the longest run first.
fn starts(text: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, c)| !c.is_whitespace() && text[..*at].chars().next_back().is_none_or(char::is_whitespace))
        .map(|(at, _)| at)
        .collect();
    let skip = starts.len().saturating_sub(MOST_WORDS);
    starts.drain(..skip);
    starts.into_iter().map(move |at| &text[at..])
}

#[cfg(test)]
mod tests;
