//! Reading one inverted index in one run of bytes: words, what they stem to, which products have them in which part of
//! their text, and the names of the catalogue.
//!
//! Bytes in, postings out: whether they are a file or memory is no concern of it. Damaged bytes read as nothing and
//! never panic. Never writes (`write`), never scores (`top`).

use super::super::outline::Outline;
use super::postings::{Cursor, Postings};
use super::stem::stem;
use crate::domain::ProductId;

/// Parts of a product's text, each a bit of a posting's mask.
pub const TITLE: u8 = 1;
pub const BRAND: u8 = 2;
pub const CATEGORY: u8 = 4;
pub const ATTRIBUTES: u8 = 8;
pub const DESCRIPTION: u8 = 16;

pub(super) const MAGIC: &[u8; 8] = b"emptorIX";
/// Changes with the layout or with how texts are cut into words.
pub(super) const FORMAT: u32 = 5;
/// Sections: products, title lengths, word ends, words, posting ends, frequencies, postings, stems, names,
/// then for each product the end of its title, titles, bytes of the thing, appeal, number of its category, and the ends
/// and texts of categories (see [`Outline`]), then the ends of skip tables and the tables (see `postings`).
pub(super) const SECTIONS: usize = 18;
/// Magic, format, words of all titles, and [`Made`]; then where each section begins and how long it is.
const FIXED: usize = 40;
pub(super) const HEADER: usize = FIXED + SECTIONS * 16;
/// Longest word kept, in bytes.
pub const LONGEST_WORD: usize = 64;

/// A product's place in a segment, in the order of ids.
pub type Place = u32;

/// FNV-1a (Fowler, Noll, Vo): stems that collide only bring further spellings.
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

/// What a segment was made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// The catalogue's version.
    pub version: i64,
    /// Only what has changed since that version is in it; nothing was left out where it is that of no catalogue.
    pub since: i64,
    /// The catalogue's identity.
    pub catalogue: i64,
}

/// The [`Made`] of a file from its first bytes.
pub fn made(head: &[u8]) -> Option<Made> {
    if head.get(..8)? != MAGIC || u32_at(head, 8)? != FORMAT {
        return None;
    }
    let number = |at| u64_at(head, at).map(u64::cast_signed);
    Some(Made { version: number(16)?, since: number(24)?, catalogue: number(32)? })
}

/// Reads the bytes of a segment.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'b> {
    made: Made,
    title_words: u32,
    sections: [&'b [u8]; SECTIONS],
}

impl<'b> Segment<'b> {
    /// `None` where the bytes are no segment of this format, or are cut off.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let head = bytes.get(..HEADER)?;
        let made = made(head)?;
        let mut sections = [&[][..]; SECTIONS];
        for (at, section) in sections.iter_mut().enumerate() {
            let start = usize::try_from(u64_at(head, FIXED + at * 16)?).ok()?;
            let length = usize::try_from(u64_at(head, FIXED + 8 + at * 16)?).ok()?;
            *section = bytes.get(start..start.checked_add(length)?)?;
        }
        let title_words = u32_at(head, 12)?;
        let segment = Self { made, title_words, sections };
        let (products, words) = (segment.len(), segment.words());
        let fits = sections[1].len() == products
            && sections[4].len() == words * 8
            && sections[5].len() == words * 4
            && sections[7].len() == words * 8
            && sections[9].len() == products * 4
            && sections[11].len() == products * 2
            && sections[12].len() == products
            && sections[13].len() == products * 4
            && sections[16].len() == words * 4;
        fits.then_some(segment)
    }

    /// What it was made of.
    pub fn made(&self) -> Made {
        self.made
    }

    /// The names of the catalogue, as `names` writes them.
    pub fn names(&self) -> &'b [u8] {
        self.sections[8]
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

    /// Words in the titles from one place to before another, or to the last.
    pub fn title_lengths(&self, places: std::ops::Range<Place>) -> &'b [u8] {
        let end = self.len().min(places.end as usize);
        self.sections[1].get(places.start as usize..end).unwrap_or_default()
    }

    /// Words of a title on average, at least 1.
    pub fn average_title_length(&self) -> f32 {
        (self.title_words as f32 / self.len().max(1) as f32).max(1.0)
    }

    /// What the product at a place is ranked by.
    pub fn outline(&self, place: Place) -> Option<Outline<'b>> {
        let at = place as usize;
        let title = self.text(9, 10, at)?;
        let thing = self.sections[11].get(at * 2..at * 2 + 2)?;
        let thing = title.get(..usize::from(u16::from_le_bytes(thing.try_into().ok()?))).unwrap_or(title);
        let category = self.text(14, 15, u32_at(self.sections[13], at * 4)? as usize)?;
        Some(Outline { title, thing, category, appeal: *self.sections[12].get(at)? })
    }

    /// [`crate::domain::appeal`] of the product at a place, from 0 to 255.
    pub fn appeal(&self, place: Place) -> u8 {
        self.sections[12].get(place as usize).copied().unwrap_or(0)
    }

    /// A text of a section of texts with a section of their ends.
    fn text(&self, ends: usize, texts: usize, number: usize) -> Option<&'b str> {
        let end = u32_at(self.sections[ends], number * 4)? as usize;
        let start = if number == 0 { 0 } else { u32_at(self.sections[ends], (number - 1) * 4)? as usize };
        std::str::from_utf8(self.sections[texts].get(start..end)?).ok()
    }

    /// The word of that number, in the order of their bytes.
    pub fn word(&self, number: usize) -> Option<&'b str> {
        self.text(2, 3, number)
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

    /// The same, for walking forward with skips.
    pub fn cursor(&self, number: usize) -> Cursor<'b> {
        let start = number.checked_sub(1).map_or(Some(0), |before| u32_at(self.sections[16], before * 4));
        let range = start.zip(u32_at(self.sections[16], number * 4));
        let table = range.and_then(|(start, end)| self.sections[17].get(start as usize..end as usize));
        Cursor::new(self.postings(number), table.unwrap_or_default())
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

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::write::{Builder, merge};
    use super::*;
    use crate::domain::ProductFacts;
    use crate::retrieval::outline::OutlineTexts;
    use proptest::prelude::*;

    fn made(texts: &[(i64, &[(&str, u8)])]) -> Vec<u8> {
        let mut builder = Builder::default();
        for (id, parts) in texts {
            let words = parts.iter().filter(|(_, part)| *part == TITLE).map(|(word, _)| *word).collect::<Vec<_>>();
            let facts = ProductFacts {
                title: words.join(" "),
                category: Some(format!("shelf {}", id % 2)),
                ..ProductFacts::default()
            };
            builder.add(ProductId(*id), &OutlineTexts::of(&facts), parts.iter().copied());
        }
        builder.finish(Made { version: 7, since: -1, catalogue: 1 })
    }

    #[test]
    fn what_was_put_in_is_found_by_word_beginning_and_stem() {
        let bytes = made(&[
            (3, &[("lamp", TITLE), ("desk", TITLE), ("lamps", DESCRIPTION), ("lamp", CATEGORY)]),
            (9, &[("lamps", TITLE)]),
            (200, &[("lampshade", TITLE), ("desk", ATTRIBUTES)]),
        ]);
        let segment = Segment::read(&bytes).unwrap();
        assert_eq!((segment.made().version, segment.len(), segment.words()), (7, 3, 4));
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
        let outline = segment.outline(2).unwrap();
        assert_eq!((outline.title, outline.category), (" lampshade ", " shelf 0 "));
    }

    #[test]
    fn what_is_made_of_several_is_what_was_visible_in_each() {
        let old = made(&[(3, &[("lamp", TITLE)]), (9, &[("lamps", TITLE), ("oak", BRAND)]), (12, &[("desk", TITLE)])]);
        let new = made(&[(4, &[("desk", TITLE), ("desk", CATEGORY)]), (9, &[("shelf", DESCRIPTION)])]);
        let hidden = |place| place == 1;
        let none = |_| false;
        let whole = merge(
            &[(Segment::read(&old).unwrap(), &hidden), (Segment::read(&new).unwrap(), &none)],
            Made { version: 8, since: -1, catalogue: 1 },
        );
        let anew = made(&[
            (3, &[("lamp", TITLE)]),
            (4, &[("desk", TITLE), ("desk", CATEGORY)]),
            (9, &[("shelf", DESCRIPTION)]),
            (12, &[("desk", TITLE)]),
        ]);
        assert_eq!(whole[HEADER..], anew[HEADER..]);
        assert_eq!(Segment::read(&whole).unwrap().made().version, 8);
        assert_eq!(Segment::read(&whole).unwrap().outline(2).unwrap().category, " shelf 1 ");
    }

    proptest! {
        #[test]
        fn damaged_bytes_read_as_nothing_and_never_panic(at in 0_usize..700, with in any::<u8>(), cut in 0_usize..400) {
            let mut bytes = made(&[(1, &[("a", TITLE), ("b", BRAND)]), (2, &[("b", TITLE), ("c", DESCRIPTION)])]);
            bytes.truncate(bytes.len().saturating_sub(cut % 40));
            if let Some(byte) = bytes.get_mut(at) { *byte = with; }
            if let Some(segment) = Segment::read(&bytes) {
                for number in 0..segment.words().min(1_000) {
                    segment.word(number);
                    segment.cursor(number).mask_at(1);
                    prop_assert!(segment.postings(number).all(|(place, _)| (place as usize) < segment.len()));
                }
                segment.find("b");
                segment.same_stem("b").for_each(drop);
                prop_assert!((0..3).filter_map(|place| segment.outline(place)).count() <= segment.len());
            }
        }
    }
}
