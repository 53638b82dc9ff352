//! What is asked of segments, and the best products over all of them.
//!
//! Never scores (`scoring`), never reads the store.

use super::scoring::score;
use super::segment::{Place, Segment};
use crate::domain::ProductId;

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
    /// What is below is none of the best.
    least: f32,
}

impl Best {
    fn new(most: usize, wanted: usize) -> Self {
        Self { found: Vec::new(), most, wanted, least: f32::NEG_INFINITY }
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
        Self { found: Vec::new(), most: self.most, wanted: self.wanted, least: self.least }
    }

    /// Takes in the best of a part.
    pub(super) fn add(&mut self, part: Self) {
        self.found.extend(part.found);
        self.cut();
    }

    /// What is below is none of the best.
    pub(super) fn least(&self) -> f32 {
        self.least
    }

    pub(super) fn offer(&mut self, score: f32, found: impl FnOnce() -> Option<Found>) {
        if score < self.least {
            return;
        }
        self.found.extend(found());
        if self.found.len() >= 2 * self.most.max(50) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.found.len() > self.most {
            let order = self.order();
            self.found.select_nth_unstable_by(self.most, &order);
            self.found.truncate(self.most);
            self.least = self.found.iter().map(|found| found.score).fold(f32::INFINITY, f32::min);
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

/// How many products have both words under their stems, at most `most`.
pub fn together(segment: &Segment<'_>, a: &str, b: &str, most: usize) -> usize {
    let places = |word: &str| -> Vec<usize> { segment.same_stem(word).collect() };
    let used = |words: &[usize]| -> u64 { words.iter().map(|n| u64::from(segment.frequency(*n))).sum() };
    let (mut rare, mut common) = (places(a), places(b));
    if used(&rare) > used(&common) {
        std::mem::swap(&mut rare, &mut common);
    }
    let mut held: Vec<Place> = rare.iter().flat_map(|n| segment.postings(*n)).map(|(place, _)| place).collect();
    held.sort_unstable();
    held.dedup();
    let mut found = 0;
    for number in common {
        let mut at = 0;
        for (place, _) in segment.postings(number) {
            while held.get(at).is_some_and(|held| *held < place) {
                at += 1;
            }
            match held.get(at) {
                Some(held) => found += usize::from(*held == place),
                None => break,
            }
            if found >= most {
                return found;
            }
        }
    }
    found
}
