//! Writing an inverted index: texts collected and laid out, or several segments made one.
//!
//! Texts in, bytes out, as `segment` reads them. Never reads the store.

use super::super::outline::{Outline, OutlineTexts};
use super::names::Names;
use super::postings::{encode, skips};
use super::segment::{FORMAT, HEADER, LONGEST_WORD, MAGIC, Made, Place, SECTIONS, Segment, TITLE, hash};
use super::stem::stem;
use crate::domain::ProductId;
use std::collections::HashMap;

/// Collects texts and lays them out.
#[derive(Default)]
pub struct Builder {
    products: Vec<i64>,
    lengths: Vec<u8>,
    words: HashMap<Box<str>, Growing>,
    outlines: Outlines,
    pub names: Names,
}

/// A word's postings as they are written; the newest waits, its mask may still grow.
#[derive(Default)]
struct Growing {
    written: Vec<u8>,
    last: Place,
    newest: Option<(Place, u8)>,
    count: u32,
}

impl Growing {
    fn add(&mut self, place: Place, part: u8) {
        match &mut self.newest {
            Some((newest, mask)) if *newest == place => *mask |= part,
            _ => {
                self.settle();
                self.newest = Some((place, part));
                self.count += 1;
            }
        }
    }

    fn settle(&mut self) {
        if let Some((place, mask)) = self.newest.take() {
            encode(place - self.last, mask, &mut self.written);
            self.last = place;
        }
    }
}

impl Builder {
    /// Adds a product; ids must ascend, one that does not is left out. `parts`: words of each part, folded, with its
    /// bit.
    pub fn add<'w>(
        &mut self,
        product: ProductId,
        outline: &OutlineTexts,
        parts: impl IntoIterator<Item = (&'w str, u8)>,
    ) {
        if self.products.last().is_some_and(|last| *last >= product.0) {
            return;
        }
        let Ok(place) = Place::try_from(self.products.len()) else { return };
        self.products.push(product.0);
        let mut length = 0_u8;
        for (word, part) in parts {
            if word.is_empty() || word.len() > LONGEST_WORD {
                continue;
            }
            length = length.saturating_add(u8::from(part == TITLE));
            match self.words.get_mut(word) {
                Some(growing) => growing.add(place, part),
                None => self.words.entry(word.into()).or_default().add(place, part),
            }
        }
        self.lengths.push(length);
        self.outlines.add(outline.borrowed());
    }

    /// Adds a word that so many products have without saying which.
    pub fn word(&mut self, word: &str, count: u32) {
        self.words.entry(word.into()).or_default().count += count;
    }

    /// The bytes of the segment.
    pub fn finish(self, made: Made) -> Vec<u8> {
        let mut layout = Layout::default();
        let mut words: Vec<(Box<str>, Growing)> = self.words.into_iter().collect();
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (word, mut growing) in words {
            growing.settle();
            layout.word(&word, &growing.written, growing.count);
        }
        layout.finish(&self.products, self.lengths, self.outlines, &self.names, made)
    }
}

/// One segment of several, without the places that are hidden. Products must be visible in one of them only. Where a
/// product has changed its brand or category, the name it had is kept as long as its words are found at all.
pub fn merge(segments: &[(Segment<'_>, &dyn Fn(Place) -> bool)], made: Made) -> Vec<u8> {
    let mut kept: Vec<(i64, u8, usize, Place)> = Vec::new();
    for (number, (segment, hidden)) in segments.iter().enumerate() {
        let places = (0..segment.len() as Place).filter(|place| !hidden(*place));
        kept.extend(
            places.filter_map(|place| Some((segment.product(place)?.0, segment.title_length(place), number, place))),
        );
    }
    kept.sort_unstable();
    kept.dedup_by_key(|(product, ..)| *product);
    let mut places: Vec<Vec<Option<Place>>> = segments.iter().map(|(segment, _)| vec![None; segment.len()]).collect();
    for (at, (_, _, number, place)) in kept.iter().enumerate() {
        places[*number][*place as usize] = Some(at as Place);
    }
    let mut layout = Layout::default();
    let mut heads: Vec<usize> = vec![0; segments.len()];
    let mut postings: Vec<(Place, u8)> = Vec::new();
    loop {
        let words = segments.iter().zip(&heads).filter_map(|((segment, _), at)| segment.word(*at));
        let Some(word) = words.min() else { break };
        postings.clear();
        for (number, (segment, _)) in segments.iter().enumerate() {
            if segment.word(heads[number]) == Some(word) {
                let moved = |(place, mask): (Place, u8)| Some((places[number].get(place as usize).copied()??, mask));
                postings.extend(segment.postings(heads[number]).filter_map(moved));
                heads[number] += 1;
            }
        }
        if !postings.is_sorted() {
            postings.sort_unstable();
        }
        layout.postings(word, &postings);
    }
    let names = Names::merged(segments.iter().map(|(segment, _)| segment.names()), |word| layout.has(word));
    let products: Vec<i64> = kept.iter().map(|(product, ..)| *product).collect();
    let lengths = kept.iter().map(|(_, length, ..)| *length).collect();
    let mut outlines = Outlines::default();
    for (_, _, number, place) in &kept {
        outlines.add(segments[*number].0.outline(*place).unwrap_or_default());
    }
    layout.finish(&products, lengths, outlines, &names, made)
}

/// The sections of outlines, product by product.
#[derive(Default)]
struct Outlines {
    ends: Vec<u32>,
    titles: Vec<u8>,
    things: Vec<u16>,
    appeals: Vec<u8>,
    categories: Vec<u32>,
    numbers: HashMap<Box<str>, u32>,
    category_ends: Vec<u32>,
    category_texts: Vec<u8>,
}

impl Outlines {
    fn add(&mut self, outline: Outline<'_>) {
        self.titles.extend_from_slice(outline.title.as_bytes());
        self.ends.push(u32::try_from(self.titles.len()).unwrap_or(u32::MAX));
        // A thing too long to say is read as the whole title.
        self.things.push(u16::try_from(outline.thing.len()).unwrap_or(u16::MAX));
        self.appeals.push(outline.appeal);
        let known = self.numbers.get(outline.category).copied();
        let number = known.unwrap_or_else(|| {
            let number = u32::try_from(self.category_ends.len()).unwrap_or(u32::MAX);
            self.category_texts.extend_from_slice(outline.category.as_bytes());
            self.category_ends.push(u32::try_from(self.category_texts.len()).unwrap_or(u32::MAX));
            self.numbers.insert(outline.category.into(), number);
            number
        });
        self.categories.push(number);
    }
}

fn bytes_of<const N: usize, T: Copy>(numbers: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    numbers.iter().flat_map(|number| bytes(*number)).collect()
}

/// The sections of words as they are laid out, word by word in their order.
#[derive(Default)]
struct Layout {
    texts: Vec<u8>,
    text_ends: Vec<u32>,
    postings: Vec<u8>,
    posting_ends: Vec<u64>,
    frequencies: Vec<u32>,
    skips: Vec<u8>,
    skip_ends: Vec<u32>,
    /// Hash of what a word stems to, and its number.
    stems: Vec<(u32, u32)>,
}

impl Layout {
    fn word(&mut self, word: &str, postings: &[u8], count: u32) {
        self.postings.extend_from_slice(postings);
        self.end_word(word, count);
    }

    /// A word that no product has is left out.
    fn postings(&mut self, word: &str, postings: &[(Place, u8)]) {
        if postings.is_empty() {
            return;
        }
        let mut last = 0;
        for (place, mask) in postings {
            encode(place - last, *mask, &mut self.postings);
            last = *place;
        }
        self.end_word(word, u32::try_from(postings.len()).unwrap_or(u32::MAX));
    }

    fn end_word(&mut self, word: &str, count: u32) {
        let number = u32::try_from(self.frequencies.len()).unwrap_or(u32::MAX);
        self.stems.push((hash(&stem(word)), number));
        self.texts.extend_from_slice(word.as_bytes());
        self.text_ends.push(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let start = self.posting_ends.last().map_or(0, |end| *end as usize);
        self.skips.extend(skips(&self.postings[start..]).flatten());
        self.skip_ends.push(u32::try_from(self.skips.len()).unwrap_or(u32::MAX));
        self.posting_ends.push(self.postings.len() as u64);
        self.frequencies.push(count);
    }

    fn text(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).and_then(|before| self.text_ends.get(before)).copied().unwrap_or(0);
        let end = self.text_ends.get(number).copied().unwrap_or(start);
        self.texts.get(start as usize..end as usize).unwrap_or_default()
    }

    fn has(&self, word: &str) -> bool {
        let (mut low, mut high) = (0, self.frequencies.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.text(middle) < word.as_bytes() { low = middle + 1 } else { high = middle }
        }
        low < self.frequencies.len() && self.text(low) == word.as_bytes()
    }

    fn finish(mut self, products: &[i64], lengths: Vec<u8>, outlines: Outlines, names: &Names, made: Made) -> Vec<u8> {
        self.stems.sort_unstable();
        let title_words: u64 = lengths.iter().map(|length| u64::from(*length)).sum();
        let sections: [Vec<u8>; SECTIONS] = [
            bytes_of(products, i64::to_le_bytes),
            lengths,
            bytes_of(&self.text_ends, u32::to_le_bytes),
            self.texts,
            bytes_of(&self.posting_ends, u64::to_le_bytes),
            bytes_of(&self.frequencies, u32::to_le_bytes),
            self.postings,
            self.stems.iter().flat_map(|(hash, word)| [hash.to_le_bytes(), word.to_le_bytes()]).flatten().collect(),
            names.bytes(),
            bytes_of(&outlines.ends, u32::to_le_bytes),
            outlines.titles,
            bytes_of(&outlines.things, u16::to_le_bytes),
            outlines.appeals,
            bytes_of(&outlines.categories, u32::to_le_bytes),
            bytes_of(&outlines.category_ends, u32::to_le_bytes),
            outlines.category_texts,
            bytes_of(&self.skip_ends, u32::to_le_bytes),
            self.skips,
        ];
        let mut bytes = Vec::with_capacity(HEADER + sections.iter().map(Vec::len).sum::<usize>());
        bytes.extend_from_slice(MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(u32::try_from(title_words).unwrap_or(u32::MAX).to_le_bytes());
        for number in [made.version, made.since, made.catalogue] {
            bytes.extend(number.to_le_bytes());
        }
        let mut at = HEADER as u64;
        for section in &sections {
            bytes.extend(at.to_le_bytes());
            bytes.extend((section.len() as u64).to_le_bytes());
            at += section.len() as u64;
        }
        sections.iter().for_each(|section| bytes.extend_from_slice(section));
        bytes
    }
}
