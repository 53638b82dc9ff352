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
/// Wanted things that there are bits for.
const MOST_WANTED: usize = 24;

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
    appeal: u8,
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

/// The best products over all segments: by score, among equals fewest missing things, then the better rated, then the
/// older. `hidden` tells places of a segment that another one has newer.
pub fn top(segments: &[(Segment<'_>, &dyn Fn(Place) -> bool)], asked: Asked<'_>) -> Vec<Found> {
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
        Scoring::new(segment, asked.stems).run(asked, &rarity, hidden, &mut best);
    }
    best.sorted()
}

/// The best so far; holds twice as many as are asked for and cuts when full.
struct Best {
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

    fn offer(&mut self, score: f32, found: impl FnOnce() -> Option<Found>) {
        if score < self.least {
            return;
        }
        self.found.extend(found());
        if self.found.len() >= 2 * self.most.max(1_000) {
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
    /// A bit for each wanted or noted thing that the product of a place has.
    met: Vec<u32>,
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

    fn run(mut self, asked: Asked<'_>, rarity: &[f32], hidden: &dyn Fn(Place) -> bool, best: &mut Best) {
        for (nth, (wanted, rarity)) in asked.wanted.iter().zip(rarity).take(MOST_WANTED).enumerate() {
            wanted.ways.iter().for_each(|way| self.way(way));
            for place in self.now.drain(..) {
                let at = place as usize;
                if self.scores[at] == 0.0 {
                    self.touched.push(place);
                }
                self.met[at] |= 1 << nth;
                self.scores[at] += rarity * std::mem::take(&mut self.best[at]);
            }
        }
        let first = asked.wanted.len().min(MOST_WANTED);
        let beside = asked.noted.iter().zip(rarity.get(asked.wanted.len()..).unwrap_or_default());
        for (nth, (noted, rarity)) in (first..32).zip(beside) {
            noted.ways.iter().for_each(|way| self.way(way));
            for place in self.now.drain(..) {
                let at = place as usize;
                let worth = std::mem::take(&mut self.best[at]);
                self.met[at] |= 1 << nth;
                // Brings nothing in by itself.
                if self.scores[at] > 0.0 {
                    self.scores[at] += asked.beside * rarity * worth;
                }
            }
        }
        let mut offer = |place: Place| {
            let at = place as usize;
            best.offer(self.scores[at], || {
                let product = if hidden(place) { None } else { self.segment.product(place) }?;
                Some(Found { product, score: self.scores[at], met: self.met[at], appeal: self.segment.appeal(place) })
            });
        };
        if asked.required.is_empty() {
            self.touched.iter().for_each(|place| offer(*place));
        } else {
            let allowed = self.allowed(asked.required);
            (0..).zip(allowed).filter(|(_, is)| *is).for_each(|(place, _)| offer(place));
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
