//! Scores of one segment's products for things that each may be said in several ways: BM25 over the parts of a text,
//! window by window of places.
//!
//! The rarest thing goes first. Once so many products as are asked for are found, those that cannot come among them any
//! more are passed over, by the most that the things left can give (MaxScore, Turtle and Flood 1995): the best are the
//! same, long lists are skipped through.

use super::places::{Places, WINDOW, Within};
use super::segment::{Place, Segment};
use super::top::{Asked, Best, Found, Hidden, Wanted};
use super::ways::Ways;

/// Saturation and the share of length that counts (Robertson and Zaragoza 2009), for titles: they are short.
const K1: f32 = 1.2;
const B: f32 = 0.4;
/// Sums in another order differ in their last digits: what is passed over lies below the best by more.
const ROUNDING: f32 = 1e-5;
/// Wanted things that there are bits for.
const MOST_WANTED: usize = 24;

/// What is known of a product while scores add up.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    score: f32,
    /// The best way of the thing that is looked for now.
    best: f32,
    /// A bit for each wanted or noted thing that it has.
    met: u32,
}

/// Products that one thread scores before a second is worth its start (some tens of microseconds).
const SHARE: usize = if cfg!(test) { 150 } else { 100_000 };
const MOST_THREADS: usize = 4;

/// Offers the segment's products to the best. `hidden` tells places that another segment has newer.
pub fn score(segment: &Segment<'_>, asked: Asked<'_>, rarity: &[f32], hidden: &Hidden<'_>, best: &mut Best) {
    let allowed = (!asked.required.is_empty()).then(|| Places::with_all(segment, asked.required));
    let starts: Vec<Place> = (0..segment.len() as Place).step_by(WINDOW as usize).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(segment.len() / SHARE).clamp(1, MOST_THREADS);
    let score = |starts: &[Place], best: &mut Best| {
        score_windows(segment, asked, things(segment, asked, rarity), hidden, allowed.as_ref(), starts, best)
    };
    let mut parts = starts.chunks(starts.len().div_ceil(threads).max(1));
    let first = parts.next().unwrap_or_default();
    let found = std::thread::scope(|scope| {
        let of_part = |part| {
            let mut own = best.empty();
            scope.spawn(move || (score(part, &mut own), own))
        };
        let others: Vec<_> = parts.map(of_part).collect();
        let mut found = score(first, best);
        for other in others {
            let (more, own) = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            found.extend(more);
            best.add(own);
        }
        found
    });
    if let Some(allowed) = allowed.filter(|_| found.len() < asked.most) {
        // Too few have any of the things: so none was passed over, and the rest follow with nothing.
        let window = Window::new(segment, hidden);
        let rest = allowed.iter().filter(|place| found.binary_search(place).is_err());
        rest.for_each(|place| window.offer_one(place, Cell::default(), best));
    }
}

/// Scores the windows that begin at these places, ascending; returns at least the first so many places that have any
/// of the things as are asked for.
fn score_windows<'b>(
    segment: &Segment<'b>,
    asked: Asked<'_>,
    mut things: Vec<Thing<'b>>,
    hidden: &Hidden<'_>,
    allowed: Option<&Places>,
    starts: &[Place],
    best: &mut Best,
) -> Vec<Place> {
    let mut window = Window::new(segment, hidden);
    let mut found: Vec<Place> = Vec::new();
    for &start in starts {
        let allowed = allowed.map(|allowed| allowed.within(start));
        if allowed.as_ref().is_some_and(|allowed| allowed.count() == 0) {
            continue;
        }
        window.start = start;
        window.score(&mut things, allowed.as_ref(), best);
        if found.len() < asked.most {
            found.extend(window.touched.iter().map(|at| start + at as Place));
        }
        window.offer(best);
    }
    found
}

/// One thing to look for.
struct Thing<'b> {
    ways: Ways<'b>,
    /// What its value is multiplied by.
    weight: f32,
    bit: u32,
    /// Whether it makes a product found; else it is only noted.
    wanted: bool,
    /// The weights of it and of the things after it.
    left: f32,
}

/// The rarest wanted thing first, then the noted ones.
fn things<'b>(segment: &Segment<'b>, asked: Asked<'_>, rarity: &[f32]) -> Vec<Thing<'b>> {
    let weighted = |wanted: &'_ [Wanted], rarity: &[f32], by: f32| -> Vec<(Ways<'b>, f32)> {
        let each = wanted.iter().zip(rarity);
        each.map(|(wanted, rarity)| (Ways::of(segment, wanted, asked.stems), rarity * by)).collect()
    };
    let (wanted, noted) = rarity.split_at(asked.wanted.len().min(rarity.len()));
    let first = asked.wanted.len().min(MOST_WANTED);
    let mut things: Vec<Thing<'b>> = Vec::new();
    for (is_wanted, from, list) in [
        (true, 0, weighted(&asked.wanted[..first], wanted, 1.0)),
        (false, first, weighted(asked.noted, noted, asked.beside)),
    ] {
        let bits = (from..32).map(|nth| 1_u32 << nth);
        let list = list.into_iter().zip(bits);
        things.extend(list.map(|((ways, weight), bit)| Thing { ways, weight, bit, wanted: is_wanted, left: 0.0 }));
    }
    things[..first].sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut left = 0.0;
    for thing in things.iter_mut().rev() {
        left += thing.weight;
        thing.left = left;
    }
    things
}

/// Products side by side in a segment while their scores add up.
struct Window<'s, 'b> {
    segment: &'s Segment<'b>,
    hidden: &'s Hidden<'s>,
    /// By words of the title, what BM25 adds for length, and the most that a thing counts for, its weight aside.
    norms: Vec<f32>,
    most: Vec<f32>,
    start: Place,
    /// All empty between windows.
    cells: Vec<Cell>,
    /// Those that have any wanted thing.
    touched: Within,
    /// Those that have what is looked for now.
    now: Vec<usize>,
}

impl<'s, 'b> Window<'s, 'b> {
    fn new(segment: &'s Segment<'b>, hidden: &'s Hidden<'s>) -> Self {
        let average = segment.average_title_length();
        let norm = |length| K1 * (1.0 - B + B * f32::from(length) / average);
        let norms: Vec<f32> = (0..=255_u8).map(norm).collect();
        Self {
            segment,
            hidden,
            most: norms.iter().map(|norm| (K1 + 1.0) / (1.0 + norm)).collect(),
            norms,
            start: 0,
            cells: vec![Cell::default(); WINDOW as usize],
            touched: Within::none(),
            now: Vec::new(),
        }
    }

    fn score(&mut self, things: &mut [Thing<'b>], allowed: Option<&Within>, best: &mut Best) {
        let lengths = self.segment.title_lengths(self.start..self.start + WINDOW);
        let shortest = lengths.iter().min().copied().unwrap_or(0);
        let least = best.least() * (1.0 - ROUNDING);
        for thing in things {
            if !thing.wanted || least > thing.left * self.most[usize::from(shortest)] {
                let Some(open) = self.open(least, thing.left, lengths) else { break };
                self.look(thing, Some(&open));
            } else {
                self.look(thing, allowed);
            }
        }
    }

    /// Those that can still come to so much with things of these weights; `None` where none can.
    fn open(&self, least: f32, left: f32, lengths: &[u8]) -> Option<Within> {
        let needed: Vec<f32> = self.most.iter().map(|most| least - left * most).collect();
        let mut open = Within::none();
        let mut any = false;
        for at in self.touched.iter() {
            let needed = lengths.get(at).map_or(f32::INFINITY, |length| needed[usize::from(*length)]);
            if self.cells[at].score >= needed {
                open.add(at);
                any = true;
            }
        }
        any.then_some(open)
    }

    /// Adds to the products that have a thing, to all or only to these.
    fn look(&mut self, thing: &mut Thing<'b>, only: Option<&Within>) {
        let (cells, now, norms) = (&mut self.cells, &mut self.now, &self.norms);
        let lengths = self.segment.title_lengths(self.start..self.start + WINDOW);
        let lift = |at: usize, worth: f32| {
            let (Some(cell), Some(length)) = (cells.get_mut(at), lengths.get(at)) else { return };
            let value = worth * (K1 + 1.0) / (worth + norms[usize::from(*length)]);
            if cell.best == 0.0 {
                now.push(at);
            }
            cell.best = cell.best.max(value.max(f32::MIN_POSITIVE));
        };
        match only {
            Some(only) => thing.ways.among(only, self.start, lift),
            None => thing.ways.each(self.start, lift),
        }
        for at in self.now.drain(..) {
            let cell = &mut self.cells[at];
            if cell.met == 0 {
                self.touched.add(at);
            }
            cell.met |= thing.bit;
            cell.score += thing.weight * std::mem::take(&mut cell.best);
        }
    }

    /// Offers what is touched and empties the window.
    fn offer(&mut self, best: &mut Best) {
        let touched = std::mem::replace(&mut self.touched, Within::none());
        for at in touched.iter() {
            let cell = std::mem::take(&mut self.cells[at]);
            self.offer_one(self.start + at as Place, cell, best);
        }
    }

    fn offer_one(&self, place: Place, cell: Cell, best: &mut Best) {
        let found = || {
            let product = self.segment.product(place)?;
            Some(Found { product, score: cell.score, met: cell.met, appeal: self.segment.appeal(place) })
        };
        best.offer(cell.score, found, || !(self.hidden)(place));
    }
}
