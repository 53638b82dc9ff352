//! The ways to say one thing, as lists of postings of one segment that are walked forward together.
//!
//! Tells where a thing is said and what that place of a text is worth; never adds scores up.

use super::places::{LONGEST_PHRASE, WINDOW, Within};
use super::postings::Cursor;
use super::segment::{ATTRIBUTES, BRAND, CATEGORY, DESCRIPTION, Place, Segment, TITLE};
use super::top::{Wanted, Way, spellings};
use std::collections::BTreeMap;

/// A stem that is the same counts a little less than the word itself.
const SAME_STEM: f32 = 0.93;

/// What a part of a text is worth, the best of those in the mask.
fn worth(mask: u8) -> f32 {
    match mask {
        m if m & TITLE != 0 => 1.0,
        m if m & (CATEGORY | BRAND) != 0 => 0.8,
        m if m & ATTRIBUTES != 0 => 0.5,
        m if m & DESCRIPTION != 0 => 0.35,
        _ => 0.0,
    }
}

/// All ways of a thing. Windows must ascend from call to call.
pub struct Ways<'b>(Vec<Lists<'b>>);

enum Lists<'b> {
    Word { list: Cursor<'b>, worth: [f32; 32] },
    Phrase { words: Vec<Vec<Cursor<'b>>>, worth: f32 },
}

impl<'b> Ways<'b> {
    pub fn of(segment: &Segment<'b>, wanted: &Wanted, stems: bool) -> Self {
        let mut lists = Vec::new();
        // Ways of one stem have the same words: each is walked once, for what it is worth at best.
        let mut single: BTreeMap<usize, f32> = BTreeMap::new();
        for way in &wanted.ways {
            match way.words.as_slice() {
                [] => {}
                [word] => spellings(segment, word, stems).for_each(|number| {
                    let same = segment.word(number) == Some(word.as_str());
                    let factor = way.worth * if same { 1.0 } else { SAME_STEM };
                    let best = single.entry(number).or_insert(factor);
                    *best = best.max(factor);
                }),
                _ => lists.push(phrase(segment, way, stems)),
            }
        }
        let of_word = |(number, factor)| Lists::Word { list: segment.cursor(number), worth: values(factor) };
        lists.extend(single.into_iter().map(of_word));
        Self(lists)
    }

    /// Tells each place of the window that says the thing, counted from its start, with what that is worth; one may be
    /// told more than once.
    #[inline(always)]
    pub fn each(&mut self, start: Place, mut tell: impl FnMut(usize, f32)) {
        for lists in &mut self.0 {
            match lists {
                Lists::Word { list, worth } => {
                    list.each(start..start + WINDOW, |place, mask| {
                        tell((place - start) as usize, worth[usize::from(mask & 31)]);
                    });
                }
                Lists::Phrase { words, worth } => {
                    all_of(words, start).into_iter().for_each(|(at, least)| tell(at, *worth * least));
                }
            }
        }
    }

    /// Likewise, only of these places.
    #[inline(always)]
    pub fn among(&mut self, only: &Within, start: Place, mut tell: impl FnMut(usize, f32)) {
        for lists in &mut self.0 {
            match lists {
                Lists::Word { list, worth } => {
                    list.among(only, start, |at, mask| tell(at, worth[usize::from(mask & 31)]));
                }
                Lists::Phrase { words, worth } => {
                    for at in only.iter() {
                        let least = least_of(words, start + at as Place, f32::INFINITY);
                        if least > 0.0 {
                            tell(at, *worth * least);
                        }
                    }
                }
            }
        }
    }
}

/// What each mask is worth.
fn values(factor: f32) -> [f32; 32] {
    let mut values = [0.0; 32];
    (0_u8..).zip(&mut values).for_each(|(mask, value)| *value = factor * worth(mask));
    values
}

/// The rarest word goes first: it tells where to look.
fn phrase<'b>(segment: &Segment<'b>, way: &Way, stems: bool) -> Lists<'b> {
    let frequency = |word: &String| -> u64 {
        spellings(segment, word, stems).map(|number| u64::from(segment.frequency(number))).sum()
    };
    let mut words: Vec<&String> = way.words.iter().take(LONGEST_PHRASE).collect();
    words.sort_by_key(|word| frequency(word));
    let cursors = |word: &String| spellings(segment, word, stems).map(|number| segment.cursor(number)).collect();
    Lists::Phrase { words: words.into_iter().map(cursors).collect(), worth: way.worth }
}

/// Places of a window that have every word, in their order, with the worth of its weakest place.
fn all_of(words: &mut [Vec<Cursor<'_>>], start: Place) -> Vec<(usize, f32)> {
    let Some((first, rest)) = words.split_first_mut() else { return Vec::new() };
    let mut held: Vec<(usize, f32)> = Vec::new();
    for list in first.iter_mut() {
        list.each(start..start + WINDOW, |place, mask| held.push(((place - start) as usize, worth(mask))));
    }
    // Stable sorting knows runs that are in order already, and these are a few such runs.
    held.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    held.dedup_by_key(|(at, _)| *at);
    held.retain_mut(|(at, least)| {
        *least = least_of(rest, start + *at as Place, *least);
        *least > 0.0
    });
    held
}

/// The worth of the weakest of the words at a place, beginning with `least`; 0 where one is missing.
fn least_of(words: &mut [Vec<Cursor<'_>>], place: Place, mut least: f32) -> f32 {
    for spellings in words {
        let best = spellings.iter_mut().map(|list| worth(list.mask_at(place))).fold(0.0, f32::max);
        if best == 0.0 {
            return 0.0;
        }
        least = least.min(best);
    }
    least
}
