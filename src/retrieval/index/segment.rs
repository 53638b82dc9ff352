//! One inverted index over product texts in one run of bytes: words, what they stem to, and which products have them in
//! which part of their text.
//!
//! Bytes in, postings out: whether they are a file or memory is no concern of it. Damaged bytes read as nothing and
//! never panic. Never scores.

use super::stem::stem;
use crate::domain::ProductId;
use std::collections::HashMap;

/// Parts of a product's text, each a bit of a posting's mask.
pub const TITLE: u8 = 1;
pub const BRAND: u8 = 2;
pub const CATEGORY: u8 = 4;
pub const ATTRIBUTES: u8 = 8;
pub const DESCRIPTION: u8 = 16;

const MAGIC: &[u8; 8] = b"emptorIX";
/// Changes with the layout or with how texts are cut into words.
const FORMAT: u32 = 1;
/// Sections: products, title lengths, word ends, words, posting ends, frequencies, postings, stems.
const SECTIONS: usize = 8;
const HEADER: usize = 32 + SECTIONS * 16;
/// Longest word kept, in bytes.
pub const LONGEST_WORD: usize = 64;

/// A product's place in a segment, in the order of ids.
pub type Place = u32;

/// Collects texts and lays them out.
#[derive(Default)]
pub struct Builder {
    products: Vec<i64>,
    lengths: Vec<u8>,
    words: HashMap<Box<str>, Growing>,
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
    pub fn add<'w>(&mut self, product: ProductId, parts: impl IntoIterator<Item = (&'w str, u8)>) {
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
    }

    /// Adds a word that so many products have without saying which.
    pub fn word(&mut self, word: &str, count: u32) {
        self.words.entry(word.into()).or_default().count += count;
    }

    /// The bytes of the segment, made at this version of this catalogue.
    pub fn finish(self, version: i64, catalogue: i64) -> Vec<u8> {
        let mut sections: [Vec<u8>; SECTIONS] = Default::default();
        let mut stems: Vec<(u32, u32)> = Vec::with_capacity(self.words.len());
        sections[0] = self.products.iter().flat_map(|id| id.to_le_bytes()).collect();
        let title_words: u64 = self.lengths.iter().map(|length| u64::from(*length)).sum();
        sections[1] = self.lengths;
        let mut words: Vec<(Box<str>, Growing)> = self.words.into_iter().collect();
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (at, (word, mut growing)) in words.into_iter().enumerate() {
            growing.settle();
            sections[3].extend_from_slice(word.as_bytes());
            let end = u32::try_from(sections[3].len()).unwrap_or(u32::MAX);
            sections[2].extend(end.to_le_bytes());
            sections[6].extend_from_slice(&growing.written);
            sections[4].extend((sections[6].len() as u64).to_le_bytes());
            sections[5].extend(growing.count.to_le_bytes());
            stems.push((hash(&stem(&word)), u32::try_from(at).unwrap_or(u32::MAX)));
        }
        stems.sort_unstable();
        sections[7] = stems.iter().flat_map(|(hash, word)| [hash.to_le_bytes(), word.to_le_bytes()].concat()).collect();
        let mut bytes = Vec::with_capacity(HEADER + sections.iter().map(Vec::len).sum::<usize>() + SECTIONS * 8);
        bytes.extend_from_slice(MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(u32::try_from(title_words).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(version.to_le_bytes());
        bytes.extend(catalogue.to_le_bytes());
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

/// A difference of places in seven-bit groups, shifted by one: the lowest bit says that a mask other than [`TITLE`]
/// follows.
fn encode(gap: Place, mask: u8, to: &mut Vec<u8>) {
    let mut rest = u64::from(gap) << 1 | u64::from(mask != TITLE);
    while rest >= 0x80 {
        to.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    to.push(rest as u8);
    if mask != TITLE {
        to.push(mask);
    }
}

/// FNV-1a (Fowler, Noll, Vo): stems that collide only bring further spellings.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

/// Reads the bytes of a segment.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'b> {
    version: i64,
    catalogue: i64,
    title_words: u32,
    sections: [&'b [u8]; SECTIONS],
}

impl<'b> Segment<'b> {
    /// `None` where the bytes are no segment of this format, or are cut off.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let head = bytes.get(..HEADER)?;
        if &head[..8] != MAGIC || u32_at(head, 8)? != FORMAT {
            return None;
        }
        let mut sections = [&[][..]; SECTIONS];
        for (at, section) in sections.iter_mut().enumerate() {
            let start = usize::try_from(u64_at(head, 32 + at * 16)?).ok()?;
            let length = usize::try_from(u64_at(head, 40 + at * 16)?).ok()?;
            *section = bytes.get(start..start.checked_add(length)?)?;
        }
        let title_words = u32_at(head, 12)?;
        let (version, catalogue) = (u64_at(head, 16)?.cast_signed(), u64_at(head, 24)?.cast_signed());
        let segment = Self { version, catalogue, title_words, sections };
        let (products, words) = (segment.len(), segment.words());
        let fits = sections[1].len() == products
            && sections[4].len() == words * 8
            && sections[5].len() == words * 4
            && sections[7].len() == words * 8;
        fits.then_some(segment)
    }

    /// The catalogue version it was made at.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The catalogue it was made of.
    pub fn catalogue(&self) -> i64 {
        self.catalogue
    }

    /// Products in it.
    pub fn len(&self) -> usize {
        self.sections[0].len() / 8
    }

    /// Distinct words.
    pub fn words(&self) -> usize {
        self.sections[2].len() / 4
    }

    /// The product at a place.
    pub fn product(&self, place: Place) -> Option<ProductId> {
        u64_at(self.sections[0], place as usize * 8).map(|id| ProductId(id.cast_signed()))
    }

    /// Where a product stands.
    pub fn place(&self, product: ProductId) -> Option<Place> {
        let at = partition(self.len(), |at| self.product(at as Place).is_some_and(|id| id < product));
        let at = Place::try_from(at).ok()?;
        (self.product(at)? == product).then_some(at)
    }

    /// Words in the title of the product at a place.
    pub fn title_length(&self, place: Place) -> u8 {
        self.sections[1].get(place as usize).copied().unwrap_or(0)
    }

    /// Words of a title on average, at least 1.
    pub fn average_title_length(&self) -> f32 {
        (self.title_words as f32 / self.len().max(1) as f32).max(1.0)
    }

    /// The word of that number, in the order of their bytes.
    pub fn word(&self, number: usize) -> Option<&'b str> {
        let end = u32_at(self.sections[2], number * 4)? as usize;
        let start = if number == 0 { 0 } else { u32_at(self.sections[2], (number - 1) * 4)? as usize };
        std::str::from_utf8(self.sections[3].get(start..end)?).ok()
    }

    /// How many products have the word of that number.
    pub fn frequency(&self, number: usize) -> u32 {
        u32_at(self.sections[5], number * 4).unwrap_or(0)
    }

    /// The number of exactly this word.
    pub fn find(&self, word: &str) -> Option<usize> {
        let at = partition(self.words(), |at| self.word(at).is_some_and(|known| known < word));
        (self.word(at)? == word).then_some(at)
    }

    /// Numbers of the words that begin with a text.
    pub fn beginning(&self, start: &str) -> std::ops::Range<usize> {
        let first = partition(self.words(), |at| self.word(at).is_some_and(|known| known < start));
        let past =
            partition(self.words(), |at| self.word(at).is_some_and(|known| known < start || known.starts_with(start)));
        first..past.max(first)
    }

    /// Numbers of the words that stem to the same as this one.
    pub fn same_stem(&self, word: &str) -> impl Iterator<Item = usize> + use<'b> {
        let wanted = hash(&stem(word));
        let stems = self.sections[7];
        let first = partition(self.words(), |at| u32_at(stems, at * 8).is_some_and(|h| h < wanted));
        (first..self.words())
            .take_while(move |at| u32_at(stems, at * 8) == Some(wanted))
            .filter_map(move |at| u32_at(stems, at * 8 + 4).map(|number| number as usize))
    }

    /// Places and masks of the products that have the word of that number, in the order of places.
    pub fn postings(&self, number: usize) -> Postings<'b> {
        let end = u64_at(self.sections[4], number * 8).unwrap_or(0);
        let start = number.checked_sub(1).and_then(|before| u64_at(self.sections[4], before * 8)).unwrap_or(0);
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let bytes = range.and_then(|(start, end)| self.sections[6].get(start..end)).unwrap_or_default();
        Postings { bytes, place: 0, most: self.len() as Place }
    }
}

/// The postings of a word.
#[derive(Debug, Clone)]
pub struct Postings<'b> {
    bytes: &'b [u8],
    place: Place,
    /// Damaged bytes must not name a product that is not there.
    most: Place,
}

impl Iterator for Postings<'_> {
    type Item = (Place, u8);

    fn next(&mut self) -> Option<(Place, u8)> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                break;
            }
            shift += 7;
            if shift > 35 {
                return None;
            }
        }
        let mut mask = TITLE;
        if value & 1 == 1 {
            let (&said, rest) = self.bytes.split_first()?;
            (mask, self.bytes) = (said, rest);
        }
        self.place = self.place.checked_add(Place::try_from(value >> 1).ok()?)?;
        (self.place < self.most).then_some((self.place, mask))
    }
}

/// The first number for which `before` no longer holds.
fn partition(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(texts: &[(i64, &[(&str, u8)])]) -> Vec<u8> {
        let mut builder = Builder::default();
        for (id, parts) in texts {
            builder.add(ProductId(*id), parts.iter().copied());
        }
        builder.finish(7, 1)
    }

    #[test]
    fn what_was_put_in_is_found_by_word_beginning_and_stem() {
        let bytes = made(&[
            (3, &[("lamp", TITLE), ("desk", TITLE), ("lamps", DESCRIPTION), ("lamp", CATEGORY)]),
            (9, &[("lamps", TITLE)]),
            (200, &[("lampshade", TITLE), ("desk", ATTRIBUTES)]),
        ]);
        let segment = Segment::read(&bytes).unwrap();
        assert_eq!((segment.version(), segment.len(), segment.words()), (7, 3, 4));
        let postings = |word: &str| segment.postings(segment.find(word).unwrap()).collect::<Vec<_>>();
        assert_eq!(postings("lamp"), [(0, TITLE | CATEGORY)]);
        assert_eq!(postings("desk"), [(0, TITLE), (2, ATTRIBUTES)]);
        assert_eq!(segment.product(2), Some(ProductId(200)));
        assert_eq!((segment.place(ProductId(9)), segment.place(ProductId(10))), (Some(1), None));
        let words =
            |numbers: &mut dyn Iterator<Item = usize>| numbers.filter_map(|n| segment.word(n)).collect::<Vec<_>>();
        assert_eq!(words(&mut segment.beginning("lamp")), ["lamp", "lamps", "lampshade"]);
        assert_eq!(words(&mut segment.same_stem("lamps")), ["lamp", "lamps"]);
        assert_eq!((segment.find("la"), segment.title_length(0)), (None, 2));
    }

    proptest! {
        #[test]
        fn damaged_bytes_read_as_nothing_and_never_panic(at in 0_usize..400, with in any::<u8>(), cut in 0_usize..400) {
            let mut bytes = made(&[(1, &[("a", TITLE), ("b", BRAND)]), (2, &[("b", TITLE), ("c", DESCRIPTION)])]);
            bytes.truncate(bytes.len().saturating_sub(cut % 40));
            if let Some(byte) = bytes.get_mut(at) { *byte = with; }
            if let Some(segment) = Segment::read(&bytes) {
                for number in 0..segment.words().min(1_000) {
                    segment.word(number);
                    prop_assert!(segment.postings(number).all(|(place, _)| (place as usize) < segment.len()));
                }
                segment.find("b");
                segment.same_stem("b").for_each(drop);
            }
        }

        #[test]
        fn postings_come_back_as_they_were(gaps in prop::collection::vec((1_u32..5_000, 1_u8..32), 1..200)) {
            let (mut place, mut bytes, mut postings) = (0, Vec::new(), Vec::new());
            for (gap, mask) in gaps {
                encode(gap, mask, &mut bytes);
                place += gap;
                postings.push((place, mask));
            }
            let back: Vec<_> = Postings { bytes: &bytes, place: 0, most: u32::MAX }.collect();
            prop_assert_eq!(back, postings);
        }
    }
}
