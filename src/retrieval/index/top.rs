//! What is asked of segments, and the best products over all of them.
//!
//! Never scores (`scoring`), never reads the store.

use super::places::{WINDOW, Within};
use super::postings::Cursor;
use super::scoring::score;
use super::segment::{Place, Segment};
use crate::domain::ProductId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// One of the ways to say a thing: words that a product has all of.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    pub words: Vec<String>,
    /// What it counts beside the surest way, from 0 to 1.
    pub worth: f32,
}

/// One thing to look for, in any of its ways.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub ways: Vec<Way>,
}

/// Something every product must have: all words of one of the phrases, within these parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Required {
    pub phrases: Vec<Vec<String>>,
    pub parts: u8,
}

/// A product that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub product: ProductId,
    pub score: f32,
    /// A bit for each thing that it has, the wanted ones first, then the noted.
    pub met: u32,
    pub(super) appeal: u8,
}

impl Found {
    /// How many of the first so many things it has none of.
    pub fn missing(&self, of: usize) -> usize {
        let asked = 1_u32.checked_shl(of as u32).map_or(u32::MAX, |bit| bit - 1);
        (asked & !self.met).count_ones() as usize
    }
}

/// What is asked of segments.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What makes a product found, and its score; at most 24 are looked for.
    pub wanted: &'a [Wanted],
    /// What is only noted of those found; as many as bits are left.
    pub noted: &'a [Wanted],
    /// What a noted thing adds to the score beside a wanted one.
    pub beside: f32,
    pub required: &'a [Required],
    pub most: usize,
    /// Whether a word is found under its stem too.
    pub stems: bool,
}

/// Tells places of a segment that another one has newer.
pub type Hidden<'a> = dyn Fn(Place) -> bool + Sync + 'a;

/// The best products over all segments: by score, among equals fewest missing things, then the better rated, then the
/// older.
pub fn top(segments: &[(Segment<'_>, &Hidden<'_>)], asked: Asked<'_>) -> Vec<Found> {
    let products: usize = segments.iter().map(|(segment, _)| segment.len()).sum();
    let rarity: Vec<f32> = asked
        .wanted
        .iter()
        .chain(asked.noted)
        .map(|wanted| {
            let having: usize = segments.iter().map(|(segment, _)| frequency(segment, wanted, asked.stems)).sum();
            let having = having.min(products) as f32;
            (1.0 + (products as f32 - having + 0.5) / (having + 0.5)).ln()
        })
        .collect();
    let mut best = Best::new(asked.most, asked.wanted.len());
    for (segment, hidden) in segments {
        score(segment, asked, &rarity, hidden, &mut best);
    }
    best.sorted()
}

/// The best so far; holds twice as many as are asked for and cuts when full.
pub(super) struct Best {
    found: Vec<Found>,
    most: usize,
    wanted: usize,
    /// What is below is none of the best; no score is below 0.
    least: f32,
    /// The highest `least` of all parts that are looked through at once, as bits: those of floats from 0 on are in order.
    shared: Arc<AtomicU32>,
    /// The last of the best, where there are enough.
    last: Option<Found>,
}

impl Best {
    fn new(most: usize, wanted: usize) -> Self {
        Self { found: Vec::new(), most, wanted, least: 0.0, shared: Arc::default(), last: None }
    }

    fn order(&self) -> impl Fn(&Found, &Found) -> std::cmp::Ordering + use<> {
        let wanted = self.wanted;
        move |a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.missing(wanted).cmp(&b.missing(wanted)))
                .then(b.appeal.cmp(&a.appeal))
                .then(a.product.cmp(&b.product))
        }
    }

    /// One that is asked for the same and has nothing yet, for a part of the segment.
    pub(super) fn empty(&self) -> Self {
        Self { found: Vec::new(), shared: Arc::clone(&self.shared), ..*self }
    }

    /// Takes in the best of a part.
    pub(super) fn add(&mut self, part: Self) {
        self.found.extend(part.found);
        self.cut();
    }

    /// What is below is none of the best, now that all that was offered is known and the other parts are heard.
    pub(super) fn least(&mut self) -> f32 {
        self.cut();
        let bits = self.shared.fetch_max(self.least.to_bits(), Ordering::Relaxed).max(self.least.to_bits());
        self.least = f32::from_bits(bits);
        self.least
    }

    /// `holds`: whether it is what the product is now; asked only of one that may be among the best.
    pub(super) fn offer(&mut self, score: f32, found: impl FnOnce() -> Option<Found>, holds: impl FnOnce() -> bool) {
        if score < self.least {
            return;
        }
        let better = |found: &Found| self.last.is_none_or(|last| self.order()(found, &last).is_lt());
        self.found.extend(found().filter(|found| better(found) && holds()));
        if self.found.len() >= 2 * self.most.max(50) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.found.len() > self.most {
            let order = self.order();
            self.found.select_nth_unstable_by(self.most, &order);
            self.found.truncate(self.most);
            self.last = self.found.iter().copied().max_by(&order);
            self.least = self.last.map_or(self.least, |last| last.score.max(self.least));
        }
    }

    fn sorted(mut self) -> Vec<Found> {
        self.cut();
        let order = self.order();
        self.found.sort_unstable_by(order);
        self.found
    }
}

/// About how many products have one of the ways: that of the commonest.
fn frequency(segment: &Segment<'_>, wanted: &Wanted, stems: bool) -> usize {
    let of_word =
        |word: &String| -> usize { spellings(segment, word, stems).map(|n| segment.frequency(n) as usize).sum() };
    let of_way = |way: &Way| way.words.iter().map(of_word).min().unwrap_or(0);
    wanted.ways.iter().map(of_way).max().unwrap_or(0)
}

/// Numbers of the words that a word is found as.
pub(super) fn spellings<'b>(segment: &Segment<'b>, word: &str, stems: bool) -> impl Iterator<Item = usize> + use<'b> {
    let (same, only) = if stems { (Some(segment.same_stem(word)), None) } else { (None, segment.find(word)) };
    same.into_iter().flatten().chain(only)
}

/// How many products have both words under their stems; once they are `most`, no more are counted.
pub fn together(segment: &Segment<'_>, a: &str, b: &str, most: usize) -> usize {
    let lists = |word: &str| -> Vec<Cursor<'_>> { segment.same_stem(word).map(|n| segment.cursor(n)).collect() };
    let used = |word: &str| -> u64 { segment.same_stem(word).map(|n| u64::from(segment.frequency(n))).sum() };
    let (mut rare, mut common) = if used(a) <= used(b) { (lists(a), lists(b)) } else { (lists(b), lists(a)) };
    let mut found = 0;
    for start in (0..segment.len() as Place).step_by(WINDOW as usize) {
        let (mut with_one, mut with_both) = (Within::none(), Within::none());
        rare.iter_mut().for_each(|list| {
            list.each(start..start + WINDOW, |place, _| with_one.add((place - start) as usize));
        });
        common.iter_mut().for_each(|list| list.among(&with_one, start, |at, _| with_both.add(at)));
        found += with_both.count();
        if found >= most {
            return most;
        }
    }
    found
}
