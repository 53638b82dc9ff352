//! Sets of a segment's places, a bit for each.
//!
//! Never scores.

use super::segment::{Place, Segment};
use super::top::Required;

/// Places that are scored together: what is known of them fits into a core's own cache. Small in tests, so that a few
/// hundred products fill several.
pub const WINDOW: Place = if cfg!(test) { 64 } else { 8_192 };
/// Words of bits in a window.
const WORDS: usize = WINDOW as usize / 64;
/// Words of a phrase looked for in one product, at most.
pub const LONGEST_PHRASE: usize = 6;

/// Places of one window, counted from its start.
#[derive(Debug, Clone)]
pub struct Within([u64; WORDS]);

impl Within {
    pub fn none() -> Self {
        Self([0; WORDS])
    }

    #[inline(always)]
    pub fn add(&mut self, at: usize) {
        if let Some(bits) = self.0.get_mut(at / 64) {
            *bits |= 1 << (at % 64);
        }
    }

    #[inline(always)]
    pub fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// In ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        bits(&self.0)
    }
}

fn bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(nth, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(nth * 64 + bit)
        })
    })
}

/// Places of a whole segment.
pub struct Places(Vec<u64>);

impl Places {
    fn none(products: usize) -> Self {
        Self(vec![0; products.div_ceil(64)])
    }

    /// Which places have all that is required.
    pub fn with_all(segment: &Segment<'_>, required: &[Required]) -> Self {
        let one = |required: &Required| {
            let mut any = Self::none(segment.len());
            for phrase in &required.phrases {
                any.join(&Self::with_phrase(segment, phrase, required.parts), |a, b| a | b);
            }
            any
        };
        required.iter().map(one).reduce(Self::both).unwrap_or_else(|| Self::none(segment.len()))
    }

    /// Which places have every word of a phrase within these parts.
    fn with_phrase(segment: &Segment<'_>, words: &[String], parts: u8) -> Self {
        let one = |word: &String| {
            let mut with = Self::none(segment.len());
            for mut list in segment.same_stem(word).map(|number| segment.cursor(number)) {
                list.each(0..Place::MAX, |place, mask| {
                    if mask & parts != 0 {
                        with.add(place);
                    }
                });
            }
            with
        };
        let words = words.iter().take(LONGEST_PHRASE);
        words.map(one).reduce(Self::both).unwrap_or_else(|| Self::none(segment.len()))
    }

    fn both(mut self, other: Self) -> Self {
        self.join(&other, |a, b| a & b);
        self
    }

    fn join(&mut self, other: &Self, of: impl Fn(u64, u64) -> u64) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a = of(*a, *b));
    }

    fn add(&mut self, place: Place) {
        if let Some(bits) = self.0.get_mut(place as usize / 64) {
            *bits |= 1 << (place % 64);
        }
    }

    /// Those of the window that begins at a place.
    pub fn within(&self, start: Place) -> Within {
        let mut within = Within::none();
        let words = self.0.get(start as usize / 64..).unwrap_or_default();
        within.0.iter_mut().zip(words).for_each(|(to, from)| *to = *from);
        within
    }

    pub fn iter(&self) -> impl Iterator<Item = Place> + '_ {
        bits(&self.0).map(|at| at as Place)
    }
}
