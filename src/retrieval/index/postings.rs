//! The postings of a word as they lie in a segment: how they are written, read one after the other, and skipped.
//!
//! Damaged bytes end a list early and never name a place that is not there. Never scores.

use super::places::{WINDOW, Within};
use super::segment::{Place, TITLE, u32_at};

/// Postings between two entries of a skip table.
const SKIPPED: usize = 64;
/// Where fewer than one in so many places is looked at, each is sought; else the list is walked and they are picked out.
const SOUGHT: usize = 8;
/// Bytes of an entry: the last place before it, and where in the list the next posting begins.
const ENTRY: usize = 8;

/// A difference of places in seven-bit groups, shifted by one: the lowest bit says that a mask other than [`TITLE`]
/// follows.
pub(super) fn encode(gap: Place, mask: u8, to: &mut Vec<u8>) {
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

/// The skip table of a list; short lists have none.
pub(super) fn skips(list: &[u8]) -> impl Iterator<Item = [u8; ENTRY]> + '_ {
    let mut postings = Postings { bytes: list, place: 0, most: Place::MAX };
    std::iter::from_fn(move || {
        let (last, _) = postings.nth(SKIPPED - 1)?;
        let at = u32::try_from(list.len() - postings.bytes.len()).ok()?;
        let mut entry = [0; ENTRY];
        entry[..4].copy_from_slice(&last.to_le_bytes());
        entry[4..].copy_from_slice(&at.to_le_bytes());
        Some(entry)
    })
}

/// The postings of a word, in the order of places.
#[derive(Debug, Clone, Default)]
pub struct Postings<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) place: Place,
    /// Damaged bytes must not name a product that is not there.
    pub(super) most: Place,
}

impl Iterator for Postings<'_> {
    type Item = (Place, u8);

    #[inline(always)]
    fn next(&mut self) -> Option<(Place, u8)> {
        let (&first, mut rest) = self.bytes.split_first()?;
        let mut value = u32::from(first);
        if first >= 0x80 {
            value &= 0x7F;
            let mut shift = 7;
            loop {
                let (&byte, after) = rest.split_first()?;
                rest = after;
                value |= u32::from(byte & 0x7F).checked_shl(shift)?;
                if byte < 0x80 {
                    break;
                }
                shift += 7;
            }
        }
        let mut mask = TITLE;
        if value & 1 == 1 {
            let (&said, after) = rest.split_first()?;
            (mask, rest) = (said, after);
        }
        self.bytes = rest;
        self.place = self.place.checked_add(value >> 1)?;
        (self.place < self.most).then_some((self.place, mask))
    }
}

/// Walks a list forward, over what is not wanted by its skip table.
#[derive(Debug, Clone)]
pub struct Cursor<'b> {
    list: &'b [u8],
    /// What comes after the present posting.
    rest: Postings<'b>,
    skips: &'b [u8],
    /// The present posting; past the last one [`Place::MAX`].
    place: Place,
    mask: u8,
}

impl<'b> Cursor<'b> {
    pub(super) fn new(postings: Postings<'b>, skips: &'b [u8]) -> Self {
        let mut cursor = Self { list: postings.bytes, rest: postings, skips, place: 0, mask: 0 };
        cursor.step();
        cursor
    }

    #[inline(always)]
    fn step(&mut self) {
        (self.place, self.mask) = self.rest.next().unwrap_or((Place::MAX, 0));
    }

    /// The mask at a place, 0 where the list has none. Places must ascend from call to call.
    #[inline]
    pub fn mask_at(&mut self, place: Place) -> u8 {
        self.seek(place);
        if self.place == place { self.mask } else { 0 }
    }

    /// Tells each posting from the window's first place to before its end.
    #[inline(always)]
    pub fn each(&mut self, window: std::ops::Range<Place>, mut tell: impl FnMut(Place, u8)) {
        self.seek(window.start);
        if self.place >= window.end {
            return;
        }
        tell(self.place, self.mask);
        let mut rest = self.rest.clone();
        let after = loop {
            match rest.next() {
                Some((place, mask)) if place < window.end => tell(place, mask),
                other => break other,
            }
        };
        self.rest = rest;
        (self.place, self.mask) = after.unwrap_or((Place::MAX, 0));
    }

    /// Tells those of these places of the window that begins at `start` which have a posting, counted from there.
    #[inline(always)]
    pub fn among(&mut self, only: &Within, start: Place, mut tell: impl FnMut(usize, u8)) {
        if only.count() < WINDOW as usize / SOUGHT {
            for at in only.iter() {
                let mask = self.mask_at(start + at as Place);
                if mask != 0 {
                    tell(at, mask);
                }
            }
        } else {
            self.each(start..start + WINDOW, |place, mask| {
                let at = (place - start) as usize;
                if only.has(at) {
                    tell(at, mask);
                }
            });
        }
    }

    /// Goes on to the first posting that is not before a place.
    #[inline]
    fn seek(&mut self, place: Place) {
        if self.place >= place {
            return;
        }
        let mut jump = None;
        while let Some((last, at)) = u32_at(self.skips, 0).zip(u32_at(self.skips, 4))
            && last < place
        {
            jump = Some((last, at as usize));
            self.skips = self.skips.get(ENTRY..).unwrap_or_default();
        }
        if let Some((last, at)) = jump
            && at > self.list.len() - self.rest.bytes.len()
        {
            self.rest = Postings { bytes: self.list.get(at..).unwrap_or_default(), place: last, most: self.rest.most };
        }
        while self.place < place {
            self.step();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(gaps: &[(u32, u8)]) -> (Vec<u8>, Vec<(Place, u8)>) {
        let (mut place, mut bytes, mut postings) = (0, Vec::new(), Vec::new());
        for (gap, mask) in gaps {
            encode(*gap, *mask, &mut bytes);
            place += gap;
            postings.push((place, *mask));
        }
        (bytes, postings)
    }

    proptest! {
        #[test]
        fn postings_come_back_as_they_were(gaps in prop::collection::vec((1_u32..5_000, 1_u8..32), 1..200)) {
            let (bytes, postings) = list(&gaps);
            let back: Vec<_> = Postings { bytes: &bytes, place: 0, most: u32::MAX }.collect();
            prop_assert_eq!(back, postings);
        }

        #[test]
        fn a_cursor_finds_by_skipping_what_it_finds_by_walking(
            gaps in prop::collection::vec((1_u32..300, 1_u8..32), 1..900),
            mut sought in prop::collection::btree_set(0_u32..60_000, 0..60),
            windows in prop::collection::vec((0_u32..9_000, 1_u32..4_000), 0..6),
        ) {
            let (bytes, postings) = list(&gaps);
            sought.extend(postings.iter().step_by(37).map(|(place, _)| *place));
            let table: Vec<u8> = skips(&bytes).flatten().collect();
            let cursor = Cursor::new(Postings { bytes: &bytes, place: 0, most: u32::MAX }, &table);
            let mut seeking = cursor.clone();
            for place in sought {
                let there = postings.iter().find(|(p, _)| *p == place).map_or(0, |(_, mask)| *mask);
                prop_assert_eq!(seeking.mask_at(place), there);
            }
            let (mut walking, mut at) = (cursor, 0);
            for (gap, length) in windows {
                let window = at + gap..at + gap + length;
                let mut told = Vec::new();
                walking.each(window.clone(), |place, mask| told.push((place, mask)));
                let there: Vec<_> = postings.iter().copied().filter(|(place, _)| window.contains(place)).collect();
                prop_assert_eq!(told, there);
                at = window.end;
            }
        }

        #[test]
        fn any_bytes_and_any_table_end(bytes in prop::collection::vec(any::<u8>(), 0..300), table in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut cursor = Cursor::new(Postings { bytes: &bytes, place: 0, most: 5_000 }, &table);
            for place in (0..6_000).step_by(7) {
                cursor.mask_at(place);
            }
        }
    }
}
