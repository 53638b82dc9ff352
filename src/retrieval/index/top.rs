//! The best products of segments for words that each may be said in several ways, by BM25 over the parts of a text.
//!
//! Scores every product that has any of the words: nothing good is lost before the ranking. Never reads the store.

use super::segment::{ATTRIBUTES, BRAND, CATEGORY, DESCRIPTION, Place, Segment, TITLE};
use crate::domain::ProductId;

/// Saturation and the share of length that counts (Robertson and Zaragoza 2009), for titles: they are short.
const K1: f32 = 1.2;
const B: f32 = 0.4;
/// A stem that is the same counts a little less than the word itself.
const SAME_STEM: f32 = 0.93;
/// Words of a phrase looked for in one product, at most.
const LONGEST_PHRASE: usize = 6;

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
    /// Whether a product without it is missing something.
    pub counts: bool,
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
    /// Wanted things that it has none of.
    pub missing: usize,
}

/// What is asked of segments.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub wanted: &'a [Wanted],
    pub required: &'a [Required],
    pub most: usize,
    /// Whether a word is found under its stem too.
    pub stems: bool,
}

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

/// The best products over all segments, fewest missing things among equals, then the older product. `hidden` tells
/// places of a segment that another one has newer.
pub fn top(segments: &[(Segment<'_>, &dyn Fn(Place) -> bool)], asked: Asked<'_>) -> Vec<Found> {
    let products: usize = segments.iter().map(|(segment, _)| segment.len()).sum();
    let rarity: Vec<f32> = asked
        .wanted
        .iter()
        .map(|wanted| {
            let having: usize = segments.iter().map(|(segment, _)| frequency(segment, wanted, asked.stems)).sum();
            let having = having.min(products) as f32;
            (1.0 + (products as f32 - having + 0.5) / (having + 0.5)).ln()
        })
        .collect();
    let mut found = Vec::new();
    for (segment, hidden) in segments {
        found.extend(Scoring::new(segment, asked.stems).run(asked, &rarity, hidden));
    }
    let order = |a: &Found, b: &Found| {
        b.score.total_cmp(&a.score).then(a.missing.cmp(&b.missing)).then(a.product.cmp(&b.product))
    };
    if found.len() > asked.most {
        found.select_nth_unstable_by(asked.most, order);
        found.truncate(asked.most);
    }
    found.sort_unstable_by(order);
    found
}

/// About how many products have one of the ways: that of the commonest.
fn frequency(segment: &Segment<'_>, wanted: &Wanted, stems: bool) -> usize {
    let of_word =
        |word: &String| -> usize { spellings(segment, word, stems).map(|n| segment.frequency(n) as usize).sum() };
    let of_way = |way: &Way| way.words.iter().map(of_word).min().unwrap_or(0);
    wanted.ways.iter().map(of_way).max().unwrap_or(0)
}

/// Numbers of the words that a word is found as.
fn spellings<'b>(segment: &Segment<'b>, word: &str, stems: bool) -> impl Iterator<Item = usize> + use<'b> {
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

/// Scores of one segment while they add up.
struct Scoring<'s, 'b> {
    segment: &'s Segment<'b>,
    average_length: f32,
    scores: Vec<f32>,
    /// Wanted things that the product of a place has.
    met: Vec<u8>,
    touched: Vec<Place>,
    /// The best way of the thing that is looked for now, by place.
    best: Vec<f32>,
    now: Vec<Place>,
    stems: bool,
}

impl<'s, 'b> Scoring<'s, 'b> {
    fn new(segment: &'s Segment<'b>, stems: bool) -> Self {
        let count = segment.len();
        Self {
            segment,
            average_length: segment.average_title_length(),
            scores: vec![0.0; count],
            met: vec![0; count],
            touched: Vec::new(),
            best: vec![0.0; count],
            now: Vec::new(),
            stems,
        }
    }

    fn run(mut self, asked: Asked<'_>, rarity: &[f32], hidden: &dyn Fn(Place) -> bool) -> Vec<Found> {
        let allowed = (!asked.required.is_empty()).then(|| self.allowed(asked.required));
        for (wanted, rarity) in asked.wanted.iter().zip(rarity) {
            wanted.ways.iter().for_each(|way| self.way(way));
            for place in self.now.drain(..) {
                let at = place as usize;
                if self.scores[at] == 0.0 {
                    self.touched.push(place);
                }
                self.met[at] = self.met[at].saturating_add(u8::from(wanted.counts));
                self.scores[at] += rarity * std::mem::take(&mut self.best[at]);
            }
        }
        let counted = asked.wanted.iter().filter(|wanted| wanted.counts).count();
        let found = |place: Place| {
            let at = place as usize;
            let missing = counted.saturating_sub(usize::from(self.met[at]));
            Some(Found { product: self.segment.product(place)?, score: self.scores[at], missing })
        };
        match allowed {
            Some(allowed) => allowed
                .iter()
                .enumerate()
                .filter(|(at, is)| **is && !hidden(*at as Place))
                .filter_map(|(at, _)| found(at as Place))
                .collect(),
            None => self.touched.iter().filter(|place| !hidden(**place)).filter_map(|place| found(*place)).collect(),
        }
    }

    /// Lifts the products that say it this way.
    fn way(&mut self, way: &Way) {
        match way.words.as_slice() {
            [] => {}
            [word] => {
                let numbers: Vec<usize> = spellings(self.segment, word, self.stems).collect();
                for number in numbers {
                    let same = self.segment.word(number) == Some(word.as_str());
                    let factor = way.worth * if same { 1.0 } else { SAME_STEM };
                    for (place, mask) in self.segment.postings(number) {
                        self.lift(place, factor * worth(mask));
                    }
                }
            }
            words => {
                for (place, worth) in self.all_of(words) {
                    self.lift(place, way.worth * worth);
                }
            }
        }
    }

    /// Products that have every word of a phrase, with the worth of its weakest place.
    fn all_of(&self, words: &[String]) -> Vec<(Place, f32)> {
        let mut held: Option<Vec<(Place, f32)>> = None;
        for word in words.iter().take(LONGEST_PHRASE) {
            let with = self.with(word);
            held = Some(match held {
                None => with,
                Some(before) => both(&before, &with),
            });
        }
        held.unwrap_or_default()
    }

    /// Places of a word in any of its spellings, in order.
    fn with(&self, word: &str) -> Vec<(Place, f32)> {
        let mut places: Vec<(Place, f32)> = Vec::new();
        for number in spellings(self.segment, word, self.stems) {
            places.extend(self.segment.postings(number).map(|(place, mask)| (place, worth(mask))));
        }
        places.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        places.dedup_by_key(|(place, _)| *place);
        places
    }

    fn lift(&mut self, place: Place, worth: f32) {
        let at = place as usize;
        let length = f32::from(self.segment.title_length(place)) / self.average_length;
        let value = worth * (K1 + 1.0) / (worth + K1 * (1.0 - B + B * length));
        let Some(best) = self.best.get_mut(at) else { return };
        if *best == 0.0 {
            self.now.push(place);
        }
        *best = best.max(value.max(f32::MIN_POSITIVE));
    }

    /// Which places have all that is required.
    fn allowed(&self, required: &[Required]) -> Vec<bool> {
        let mut allowed = vec![true; self.segment.len()];
        for one in required {
            let mut has = vec![false; self.segment.len()];
            for phrase in &one.phrases {
                let mut count = vec![0_u8; if phrase.len() > 1 { self.segment.len() } else { 0 }];
                for (nth, word) in phrase.iter().take(LONGEST_PHRASE).enumerate() {
                    let spellings = self.segment.same_stem(word).flat_map(|number| self.segment.postings(number));
                    for (place, _) in spellings.filter(|(_, mask)| mask & one.parts != 0) {
                        let at = place as usize;
                        match count.get_mut(at) {
                            None => has[at] = true,
                            // Only what has all words before counts on: no word is counted twice.
                            Some(met) if usize::from(*met) == nth => *met += 1,
                            Some(_) => {}
                        }
                    }
                }
                let needed = phrase.len().min(LONGEST_PHRASE);
                for (at, met) in count.iter().enumerate() {
                    has[at] |= usize::from(*met) == needed;
                }
            }
            allowed.iter_mut().zip(has).for_each(|(allowed, has)| *allowed &= has);
        }
        allowed
    }
}

/// What stands in both lists, with the lesser worth.
fn both(a: &[(Place, f32)], b: &[(Place, f32)]) -> Vec<(Place, f32)> {
    let (mut i, mut j, mut common) = (0, 0, Vec::new());
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common.push((x.0, x.1.min(y.1)));
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    common
}
