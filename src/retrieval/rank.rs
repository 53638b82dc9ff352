//! The order of candidates: by the words of their outlines and by meaning, before anything of them is read; then, of
//! those that meet every constraint, by wishes, and as a tie-break only, rating and popularity.
//!
//! Pure. Nothing is ever ranked for money.

use super::fold::singular;
use super::lexical::{Candidate, Query, Term};
use super::outline::Outline;
use super::{Hit, Vocabulary, fusion, units};
use crate::domain::measure::index_word;
use crate::domain::*;

/// What all words together are worth, each by how rare it is: little else makes up for a missing rare one.
const COVERAGE: f64 = 10.0;
/// What the best candidate by BM25 gains.
const BM25: f64 = 2.5;
/// A match in full: all words, and none better by BM25.
const FULL: f64 = COVERAGE + BM25;
/// What it is worth that neighbours in the question are neighbours in the title.
const NEIGHBOURS: f64 = 1.0;
/// What it is worth that a title ends in the thing that is asked for, sizes, colours and "with ..." aside.
const NAMED_LAST: f64 = 1.5;
/// What another name of a thing counts beside the one that was typed.
const OTHER_NAME: f64 = 0.85;
/// What another word of the same stem counts, and the words of a name that stand apart.
const SAME_STEM: f64 = 0.95;
const APART: f64 = 0.85;
/// What a word that surely names the thing counts more than one that describes it.
const NAME: f64 = 0.8;
/// So many of the best candidates by BM25 tell how surely a word names the thing.
const NAMING_SAMPLE: usize = 300;

/// What rating and popularity decide between equals: less than a word more is worth in any question.
const TIE_BREAK: f64 = 0.02;

/// The order of candidates by their words, with what the best of them by BM25 tell of the words.
pub struct ByWords<'q> {
    query: &'q Query,
    naming: Vec<f64>,
    weights: Vec<f64>,
    /// The highest BM25.
    best: f64,
    /// What the best by BM25 gains.
    bm25: f64,
}

impl<'q> ByWords<'q> {
    /// `sorted`: a category settles what the thing is, and differences of BM25 are differences of length.
    pub fn new(
        candidates: &[(Candidate, Outline<'_>)],
        query: &'q Query,
        vocabulary: &Vocabulary,
        sorted: bool,
    ) -> Self {
        let sample: Vec<Outline<'_>> = candidates.iter().take(NAMING_SAMPLE).map(|(_, outline)| *outline).collect();
        let naming: Vec<f64> =
            query.core.iter().enumerate().map(|(at, term)| naming(&sample, term, query.head == Some(at))).collect();
        let best = candidates.iter().map(|(candidate, _)| candidate.score).fold(0.0, f64::max);
        let weights = weights(query, vocabulary, &naming);
        Self { query, naming, weights, best, bm25: if sorted { 0.5 } else { BM25 } }
    }

    /// The candidates from the one of this number on, the best first: which of them, the score, and why.
    pub fn ranked(&self, candidates: &[(Candidate, Outline<'_>)], from: usize) -> Vec<Ranked> {
        let one = |(at, (candidate, outline)): (usize, &(Candidate, Outline<'_>))| {
            let words = Words { outline, met: candidate.met, query: self.query };
            let mut why = Vec::new();
            let mut score = words.core(&self.weights, &self.naming, &mut why) + words.beside(&mut why);
            score += if self.best > 0.0 { self.bm25 * candidate.score / self.best } else { 0.0 };
            Ranked { at, score, why }
        };
        let mut ranked: Vec<Ranked> = candidates.iter().enumerate().skip(from).map(one).collect();
        let tied = |ranked: &Ranked| ranked.score + TIE_BREAK * f64::from(candidates[ranked.at].1.appeal) / 255.0;
        ranked.sort_by(|a, b| {
            // Who was imported first must not matter.
            let other = || fnv1a(candidates[a.at].1.title).cmp(&fnv1a(candidates[b.at].1.title));
            let older = || candidates[a.at].0.product.cmp(&candidates[b.at].0.product);
            tied(b).total_cmp(&tied(a)).then_with(other).then_with(older)
        });
        ranked
    }
}

/// A candidate's place by words.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Its number in what was ranked.
    pub at: usize,
    pub score: f64,
    pub why: Vec<String>,
}

/// A score by words as a share of a full match.
pub fn covered(score: f64) -> f64 {
    score / FULL
}

/// Adds what meaning says to the scores by words, and sorts. Candidates that words did not find are those of the last
/// stage.
pub fn by_meaning(ranked: &mut [Ranked], candidates: &[(Candidate, Outline<'_>)], nearest: &[(ProductId, f32)]) {
    let candidate = |ranked: &Ranked| &candidates[ranked.at].0;
    let by_words = ranked.iter().filter(|r| candidate(r).stage != usize::MAX).map(|r| r.score);
    let gains = fusion::gains(covered(by_words.fold(0.0, f64::max)), nearest);
    for item in ranked.iter_mut() {
        if let Some(gain) = gains.get(&candidate(item).product) {
            item.score += FULL * gain;
            item.why.push("similar in meaning".to_owned());
        }
    }
    // Stable: equals stay in the order of words.
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
}

/// Adds what wishes and ratings say to the scores of hits that meet every constraint, and sorts.
pub fn rank(hits: &mut [Hit], wants: &[Want]) {
    let wishes = Wishes::new(hits.iter(), wants);
    for hit in hits.iter_mut() {
        hit.score += 2.0 * wishes.score(hit) + TIE_BREAK * appeal(hit.product.facts.rating);
        wishes.reasons(hit);
        if hit.why.is_empty()
            && let Some(category) = &hit.product.facts.category
        {
            hit.why.push(format!("in {category}"));
        }
    }
    sort(hits);
}

/// Highest score first, then by lot, the same whatever was imported first; the older of two that say the same.
fn sort(hits: &mut [Hit]) {
    hits.sort_by(|a, b| {
        let (one, other) = (&a.product, &b.product);
        let lots = || lot(&one.facts).cmp(&lot(&other.facts));
        b.score.total_cmp(&a.score).then_with(lots).then_with(|| one.id.cmp(&other.id))
    });
}

/// A lot drawn for a product's texts: the alphabet would favour shops that call things "AAA".
fn lot(facts: &ProductFacts) -> (u64, [Option<&str>; 4]) {
    let texts = [&facts.brand, &facts.model, &facts.gtin, &facts.variant];
    (fnv1a(&facts.title), texts.map(|text| text.as_deref()))
}

/// A candidate's words, by where they stand.
struct Words<'o> {
    outline: &'o Outline<'o>,
    met: u32,
    query: &'o Query,
}

fn ends_in(outline: &Outline<'_>, term: &Term) -> bool {
    term.keys.iter().chain(&term.other_keys).any(|key| names_last(outline.thing, key))
}

/// Whether a name is the last of a thing's words but for its size, colour or extent: "storm door white 36 in", and not
/// "door sweep".
fn names_last(thing: &str, key: &str) -> bool {
    const SETS: [&str; 2] = ["kit", "set"];
    // Sides of what was measured: "30 in W x 80 in H".
    const SIDES: [&str; 6] = ["x", "w", "h", "d", "l", "by"];
    let Some(at) = thing.rfind(key) else { return false };
    let (mut counted, mut measured) = (false, false);
    thing[at + key.len()..].split(' ').filter(|word| !word.is_empty()).all(|word| {
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        let unit = counted && (word == "in" || index_word(1.0, word).is_some());
        let side = measured && SIDES.contains(&word);
        (counted, measured) = (number, number || unit || side);
        measured || variant::is_colour(word) || variant::is_size(word) || SETS.contains(&word)
    })
}

impl Words<'_> {
    /// 1 where the word stands anywhere, in any form that the index knows.
    fn anywhere(&self, nth: usize) -> f64 {
        f64::from(u8::from(self.met.checked_shr(nth as u32).is_some_and(|bits| bits & 1 == 1)))
    }

    /// The share of the words found, by weight, and how they stand in the title.
    fn core(&self, weights: &[f64], naming: &[f64], why: &mut Vec<String>) -> f64 {
        let (query, outline, ideas) = (self.query, self.outline, self.query.ideas);
        let all: f64 = weights.iter().sum();
        if all <= 0.0 {
            return 0.0;
        }
        let mut found = 0.0;
        let mut in_title = Vec::with_capacity(query.core.len());
        // The surest name of the thing among the words: does the title end in it?
        let noun = (0..query.core.len()).max_by(|a, b| naming[*a].total_cmp(&naming[*b]));
        let last = noun.is_some_and(|noun| ends_in(outline, &query.core[noun]));
        for (nth, (term, weight)) in query.core.iter().zip(weights).enumerate() {
            let (mut title, category) = (has(outline.title, term), has(outline.category, term));
            if last && noun == Some(nth) && ideas.naming {
                // What is a washer by name is one, though "washing machine" was typed.
                title = title.max(SAME_STEM);
            }
            in_title.push(title > 0.0);
            let anywhere = self.anywhere(nth);
            let places = [(title, 1.0, "title has"), (category, 0.9, "category has"), (anywhere, 0.6, "mentions")];
            let best =
                places.into_iter().map(|(share, worth, said)| (share * worth, said)).max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((share, said)) = best.filter(|(share, _)| *share > 0.0) {
                found += weight * share;
                why.push(format!("{said} \"{}\"", term.text));
            }
        }
        let pairs = query.core.windows(2).zip(in_title.windows(2));
        let beside =
            pairs.filter(|(pair, both)| both[0] && both[1] && adjacent(outline.title, &pair[0], &pair[1])).count();
        let share = beside as f64 / query.core.len().saturating_sub(1).max(1) as f64;
        let worth = |on: bool, worth: f64| if on { worth } else { 0.0 };
        worth(ideas.coverage, COVERAGE * found / all)
            + worth(ideas.neighbours, NEIGHBOURS * share)
            + worth(ideas.naming && last, NAMED_LAST)
    }

    /// At most 1.2: the share of side words found, the title counting most.
    fn beside(&self, why: &mut Vec<String>) -> f64 {
        let beside = &self.query.beside;
        let mut sum = 0.0;
        for (nth, term) in (self.query.core.len()..).zip(beside) {
            let places = [
                has(self.outline.title, term).ceil(),
                0.7 * has(self.outline.category, term).ceil(),
                0.6 * self.anywhere(nth),
            ];
            let worth = places.into_iter().fold(0.0, f64::max);
            if worth > 0.0 {
                sum += worth;
                why.push(format!("mentions \"{}\"", term.text));
            }
        }
        if beside.is_empty() { 0.0 } else { 1.2 * sum / beside.len() as f64 }
    }
}

/// How surely a word names the thing rather than describes it: the share of the candidates' titles with it that end in
/// it. Few candidates say little; then the place in the question decides.
fn naming(outlines: &[Outline<'_>], term: &Term, is_head: bool) -> f64 {
    const PRIOR: f64 = 4.0;
    let with: Vec<&Outline<'_>> = outlines.iter().filter(|outline| has(outline.title, term) > 0.0).collect();
    let ends = with.iter().filter(|outline| ends_in(outline, term)).count() as f64;
    let believed = if is_head { 0.6 } else { 0.1 };
    (ends + PRIOR * believed) / (with.len() as f64 + PRIOR)
}

/// How much each word of the thing counts: by how few products use it (inverse document frequency), names of things
/// more than descriptions.
fn weights(query: &Query, vocabulary: &Vocabulary, naming: &[f64]) -> Vec<f64> {
    let total = vocabulary.most_used() as f64 + 1.0;
    let weight = |(term, naming): (&Term, &f64)| {
        let rare = if term.is_measure() { 2.0 } else { (1.0 + total / (term.used as f64 + 0.5)).ln() };
        rare.clamp(0.5, 7.0) * if query.ideas.naming { 1.0 + NAME * naming } else { 1.0 }
    };
    query.core.iter().zip(naming).map(weight).collect()
}

/// Whether one word follows the other in a text.
fn adjacent(text: &str, first: &Term, second: &Term) -> bool {
    let follows = |a: &String, b: &String| text.contains(&format!("{a}{}", b.trim_start()));
    first.keys.iter().any(|a| second.keys.iter().any(|b| follows(a, b)))
}

/// 1 where a text has the word, a little less where it has another name of the thing, 0 where it has neither.
fn has(text: &str, term: &Term) -> f64 {
    if term.keys.iter().any(|key| text.contains(key)) {
        1.0
    } else if term.stem_keys.iter().any(|key| text.contains(key)) {
        SAME_STEM
    } else if term.keys.iter().any(|key| has_all(text, key)) {
        APART
    } else if term.other_keys.iter().any(|key| text.contains(key)) {
        OTHER_NAME
    } else {
        0.0
    }
}

/// Words for whatever suits; nothing need go by them.
const ANYTHING: [&str; 6] = ["gift", "gifts", "present", "presents", "thing", "things"];

/// Whether what is looked for is here by name: a title or a category goes by one of its words. One that stands in
/// descriptions only is mentioned in passing, and a word of the same stem is no name: "gaming" names no board game.
pub(super) fn is_named<'o>(
    mut outlines: impl Iterator<Item = &'o Outline<'o>>,
    query: &Query,
    vocabulary: &Vocabulary,
) -> bool {
    let Some(head) = query.head.and_then(|nth| query.core.get(nth)) else { return true };
    ANYTHING.contains(&head.text.as_str())
        || query.core.iter().any(|term| vocabulary.in_category_name(&singular(&term.text)))
        || outlines.any(|o| query.core.iter().any(|term| calls(o.title, term) || calls(o.category, term)))
}

/// Whether a text has the word or another name of the thing, stems aside.
fn calls(text: &str, term: &Term) -> bool {
    let mut names = term.keys.iter().chain(&term.other_keys);
    names.any(|key| text.contains(key)) || term.keys.iter().any(|key| has_all(text, key))
}

/// Whether a text has every word of a name of several.
fn has_all(text: &str, key: &str) -> bool {
    let name = key.trim();
    let holds = |word: &str| {
        let mut at = text.match_indices(word);
        at.any(|(at, _)| text[..at].ends_with(' ') && text[at + word.len()..].starts_with(' '))
    };
    name.contains(' ') && name.split(' ').all(holds)
}

/// For each wish the values that the candidates state, so that each can be placed among them.
struct Wishes<'n> {
    wants: Vec<(&'n Want, Vec<f64>)>,
}

/// Where a product that states nothing stands among those that do.
const UNSTATED: f64 = 0.25;

impl<'n> Wishes<'n> {
    fn new<'h>(hits: impl Iterator<Item = &'h Hit> + Clone, wants: &'n [Want]) -> Self {
        let place = |want: &'n Want| {
            let mut values: Vec<f64> = hits.clone().filter_map(|hit| value(hit, want)).collect();
            values.sort_by(f64::total_cmp);
            (want, values)
        };
        Self { wants: wants.iter().map(place).collect() }
    }

    /// 0 to 1: how well a hit meets the wishes, against the other candidates.
    fn score(&self, hit: &Hit) -> f64 {
        let total: f64 = self.wants.iter().filter(|(_, values)| !values.is_empty()).map(|(w, _)| w.weight).sum();
        if total <= 0.0 {
            return 0.0;
        }
        let each = self.wants.iter().filter(|(_, values)| !values.is_empty()).map(|(want, values)| {
            let Some(own) = value(hit, want) else { return want.weight * UNSTATED };
            let below = values.partition_point(|v| *v < own) as f64;
            let not_above = values.partition_point(|v| *v <= own) as f64;
            let place = (below + not_above) / 2.0 / values.len() as f64;
            want.weight * if want.direction == Direction::Lower { 1.0 - place } else { place }
        });
        each.sum::<f64>() / total
    }

    fn reasons(&self, hit: &mut Hit) {
        for (want, _) in &self.wants {
            if let Some(stated) = hit.product.facts.attribute(&want.aspect) {
                hit.why.push(format!("{} {stated}", want.aspect.replace('_', " ")));
            }
        }
    }
}

/// The value of an aspect in a unit common to its dimension.
fn value(hit: &Hit, want: &Want) -> Option<f64> {
    match want.aspect.as_str() {
        "price" => hit.offers.iter().filter_map(|o| o.price).map(|p| p.milli() as f64).reduce(f64::min),
        "rating" => hit.product.facts.rating.map(|r| shrunk_stars(Some(r))),
        name => match hit.product.facts.attribute(name)? {
            AttributeValue::Flag(flag) => Some(f64::from(u8::from(*flag))),
            AttributeValue::Number { value, unit } => Some(base(*value, unit)),
            AttributeValue::Text(_) => None,
        },
    }
}

fn base(value: f64, unit: &str) -> f64 {
    let bases = ["g", "l", "m", "W", "Wh", "mAh", "s"];
    bases.iter().find_map(|to| units::convert(value, unit, to)).unwrap_or(value)
}

#[cfg(test)]
mod tests;
