//! Scores of one segment's products for words that each may be said in several ways: BM25 over the parts of a text.
//!
//! The rarest word goes first. As soon as so many products as are asked for score more than the words left can give,
//! products that have none of the words before are passed over: the best are the same, the long lists cost little.

use super::segment::{ATTRIBUTES, BRAND, CATEGORY, DESCRIPTION, Place, Segment, TITLE};
use super::top::{Asked, Best, Found, Required, Way, spellings};
use std::cell::RefCell;

/// Saturation and the share of length that counts (Robertson and Zaragoza 2009), for titles: they are short.
const K1: f32 = 1.2;
const B: f32 = 0.4;
/// More than a thing counts for, its rarity aside: BM25 of one occurrence in the shortest title.
const MOST_VALUE: f32 = (K1 + 1.0) / (1.0 + K1 * (1.0 - B));
/// A stem that is the same counts a little less than the word itself.
const SAME_STEM: f32 = 0.93;
/// Words of a phrase looked for in one product, at most.
const LONGEST_PHRASE: usize = 6;
/// Wanted things that there are bits for.
const MOST_WANTED: usize = 24;

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

/// What is known of a product while scores add up.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    score: f32,
    /// The best way of the thing that is looked for now.
    best: f32,
    /// A bit for each wanted or noted thing that it has.
    met: u32,
}

thread_local! {
    /// Cells of the last search of this thread, all empty again: to have them made anew costs more than most searches.
    static CELLS: RefCell<Vec<Cell>> = const { RefCell::new(Vec::new()) };
}

/// Offers the segment's products to the best. `hidden` tells places that another segment has newer.
pub fn score(segment: &Segment<'_>, asked: Asked<'_>, rarity: &[f32], hidden: &dyn Fn(Place) -> bool, best: &mut Best) {
    CELLS.with(|cells| {
        let mut cells = cells.take();
        if cells.len() < segment.len() {
            cells.resize(segment.len(), Cell::default());
        }
        let mut scoring = Scoring::new(segment, cells, hidden, asked);
        scoring.run(asked, rarity);
        scoring.offer(asked, best);
        CELLS.set(scoring.emptied());
    });
}

/// Scores of one segment while they add up.
struct Scoring<'s, 'b> {
    segment: &'s Segment<'b>,
    hidden: &'s dyn Fn(Place) -> bool,
    /// What BM25 adds for length, by words of the title.
    norms: Vec<f32>,
    cells: Vec<Cell>,
    /// Which places have all that is required, where anything is.
    allowed: Option<Places>,
    /// Places that have any wanted thing.
    touched: Vec<Place>,
    /// Places that have what is looked for now.
    now: Vec<Place>,
    /// Whether a word is found under its stem too.
    stems: bool,
    /// No product that has nothing yet can come among the best any more.
    closed: bool,
}

impl<'s, 'b> Scoring<'s, 'b> {
    fn new(segment: &'s Segment<'b>, cells: Vec<Cell>, hidden: &'s dyn Fn(Place) -> bool, asked: Asked<'_>) -> Self {
        let average = segment.average_title_length();
        Self {
            segment,
            hidden,
            norms: (0..=255_u8).map(|length| K1 * (1.0 - B + B * f32::from(length) / average)).collect(),
            cells,
            allowed: (!asked.required.is_empty()).then(|| Places::with_all(segment, asked.required)),
            stems: asked.stems,
            touched: Vec::new(),
            now: Vec::new(),
            closed: false,
        }
    }

    fn run(&mut self, asked: Asked<'_>, rarity: &[f32]) {
        let mut order: Vec<usize> = (0..asked.wanted.len().min(MOST_WANTED)).collect();
        order.sort_by(|a, b| rarity[*b].total_cmp(&rarity[*a]));
        let (wanted, noted) = rarity.split_at(asked.wanted.len().min(rarity.len()));
        let mut left = (wanted.iter().sum::<f32>() + asked.beside * noted.iter().sum::<f32>()) * MOST_VALUE;
        for nth in order {
            self.closed = self.closed || self.least_of_best(asked.most) > left;
            left -= rarity[nth] * MOST_VALUE;
            asked.wanted[nth].ways.iter().for_each(|way| self.way(way));
            for place in self.now.drain(..) {
                let cell = &mut self.cells[place as usize];
                if cell.met == 0 {
                    self.touched.push(place);
                }
                cell.met |= 1 << nth;
                cell.score += rarity[nth] * std::mem::take(&mut cell.best);
            }
        }
        self.closed = true;
        let first = asked.wanted.len().min(MOST_WANTED);
        for (nth, (noted, rarity)) in (first..32).zip(asked.noted.iter().zip(noted)) {
            noted.ways.iter().for_each(|way| self.way(way));
            for place in self.now.drain(..) {
                let cell = &mut self.cells[place as usize];
                cell.met |= 1 << nth;
                cell.score += asked.beside * rarity * std::mem::take(&mut cell.best);
            }
        }
    }

    fn offer(&self, asked: Asked<'_>, best: &mut Best) {
        let mut offer = |place: Place| {
            let cell = self.cells[place as usize];
            best.offer(cell.score, || {
                let product = if (self.hidden)(place) { None } else { self.segment.product(place) }?;
                Some(Found { product, score: cell.score, met: cell.met, appeal: self.segment.appeal(place) })
            });
        };
        self.touched.iter().for_each(|place| offer(*place));
        if let Some(allowed) = self.allowed.as_ref().filter(|_| self.touched.len() < asked.most) {
            allowed.iter().filter(|place| self.cells[*place as usize].met == 0).for_each(offer);
        }
    }

    fn emptied(mut self) -> Vec<Cell> {
        for place in self.touched {
            self.cells[place as usize] = Cell::default();
        }
        self.cells
    }

    /// The score that so many products have reached; nothing where there are fewer.
    fn least_of_best(&self, most: usize) -> f32 {
        let Some(last) = most.checked_sub(1).filter(|last| *last < self.touched.len()) else { return 0.0 };
        let seen = self.touched.iter().filter(|place| !(self.hidden)(**place));
        let mut scores: Vec<f32> = seen.map(|place| self.cells[*place as usize].score).collect();
        if last >= scores.len() {
            return 0.0;
        }
        *scores.select_nth_unstable_by(last, |a, b| b.total_cmp(a)).1
    }

    /// Lifts the products that say it this way.
    fn way(&mut self, way: &Way) {
        match way.words.as_slice() {
            [] => {}
            [word] => {
                let segment = self.segment;
                for number in spellings(segment, word, self.stems) {
                    let same = segment.word(number) == Some(word.as_str());
                    let factor = way.worth * if same { 1.0 } else { SAME_STEM };
                    for (place, mask) in segment.postings(number) {
                        self.lift(place, factor * worth(mask));
                    }
                }
            }
            words => {
                for (place, worth) in all_of(self.segment, words, self.stems) {
                    self.lift(place, way.worth * worth);
                }
            }
        }
    }

    #[inline]
    fn lift(&mut self, place: Place, worth: f32) {
        let at = place as usize;
        let Some(cell) = self.cells.get_mut(at) else { return };
        if cell.met == 0 && (self.closed || self.allowed.as_ref().is_some_and(|allowed| !allowed.has(place))) {
            return;
        }
        let norm = self.norms[usize::from(self.segment.title_length(place))];
        let value = worth * (K1 + 1.0) / (worth + norm);
        if cell.best == 0.0 {
            self.now.push(place);
        }
        cell.best = cell.best.max(value.max(f32::MIN_POSITIVE));
    }
}

/// Products that have every word of a phrase, with the worth of its weakest place. The rarest word tells where to look.
fn all_of(segment: &Segment<'_>, words: &[String], stems: bool) -> Vec<(Place, f32)> {
    let frequency = |word: &String| -> u64 {
        spellings(segment, word, stems).map(|number| u64::from(segment.frequency(number))).sum()
    };
    let mut words: Vec<&String> = words.iter().take(LONGEST_PHRASE).collect();
    words.sort_by_key(|word| frequency(word));
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    let mut held: Vec<(Place, f32)> = Vec::new();
    for number in spellings(segment, first, stems) {
        held.extend(segment.postings(number).map(|(place, mask)| (place, worth(mask))));
    }
    ordered(&mut held);
    for word in rest {
        let mut both: Vec<(Place, f32)> = Vec::with_capacity(held.len());
        for number in spellings(segment, word, stems) {
            let mut waiting = held.iter().peekable();
            for (place, mask) in segment.postings(number) {
                while waiting.next_if(|(before, _)| *before < place).is_some() {}
                match waiting.peek() {
                    None => break,
                    Some((same, least)) if *same == place => both.push((place, least.min(worth(mask)))),
                    Some(_) => {}
                }
            }
        }
        ordered(&mut both);
        held = both;
    }
    held
}

/// By place, each once with its best worth.
fn ordered(places: &mut Vec<(Place, f32)>) {
    // Stable sorting knows runs that are in order already, and these are a few such runs.
    places.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    places.dedup_by_key(|(place, _)| *place);
}

/// A set of a segment's places.
struct Places(Vec<u64>);

impl Places {
    fn none(products: usize) -> Self {
        Self(vec![0; products.div_ceil(64)])
    }

    /// Which places have all that is required.
    fn with_all(segment: &Segment<'_>, required: &[Required]) -> Self {
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
            let spellings = segment.same_stem(word).flat_map(|number| segment.postings(number));
            spellings.filter(|(_, mask)| mask & parts != 0).for_each(|(place, _)| with.add(place));
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

    #[inline]
    fn has(&self, place: Place) -> bool {
        self.0.get(place as usize / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    fn iter(&self) -> impl Iterator<Item = Place> {
        (0..).zip(&self.0).filter(|(_, bits)| **bits != 0).flat_map(|(word, bits)| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit: Place| word * 64 + bit)
        })
    }
}
