//! Uses by meaning: the aspect of the phrase that is nearest to what a question says it wants the thing for.
//!
//! Phrases are data in `assets/lexicon/aspect_phrases.txt`, their vectors are given. Never calls a model, never adds an
//! aspect that the products found do not state.

use super::lexicon::directed;
use crate::domain::{Direction, Want};
use std::sync::LazyLock;

/// How much a want counts that was understood by its nearness alone; said ones count 1, listed uses 0.6.
const NEAR: f64 = 0.6;

/// Nearest phrases of an aspect that speak for it together.
const TOGETHER: usize = 2;

/// Cosine below which no phrase says anything about the question.
const LEAST: f32 = 0.3;

/// By how much another aspect must be nearer than the one that the lists found.
const CLEARLY: f32 = 0.15;

/// An aspect with the direction of better.
type Directed = (String, Direction);

/// A phrase with the aspects that it calls for, likeliest first; without any it calls for none.
struct Phrase {
    text: &'static str,
    aspects: Vec<Directed>,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/lexicon/aspect_phrases.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    let phrases = lines.flat_map(|(aspects, phrases)| {
        let aspects = directed(aspects);
        phrases.split('|').map(move |text| Phrase { text: text.trim(), aspects: aspects.clone() })
    });
    phrases.collect()
});

/// The phrases to embed, in the order of [`Uses::new`]'s vectors.
pub fn use_phrases() -> Vec<&'static str> {
    PHRASES.iter().map(|phrase| phrase.text).collect()
}

/// The phrases' vectors of one embedder.
#[derive(Debug, Clone)]
pub struct Uses {
    vectors: Vec<Vec<f32>>,
}

impl Uses {
    /// `None` unless there is one vector for each of [`use_phrases`], all of one length.
    pub fn new(vectors: Vec<Vec<f32>>) -> Option<Self> {
        let length = vectors.first()?.len();
        let whole = vectors.len() == PHRASES.len() && vectors.iter().all(|vector| vector.len() == length);
        whole.then_some(Self { vectors })
    }

    /// The want that a use calls for, of those that `stated` holds for; `None` where nothing is near enough or the
    /// nearest phrases call for no aspect. `listed` is what the lists found: it stands unless another is clearly nearer.
    /// The query is of unit length at most, so that products are cosines.
    pub fn nearest(
        &self,
        query: &[f32],
        said: &str,
        listed: Option<&str>,
        stated: &dyn Fn(&str) -> bool,
    ) -> Option<Want> {
        let scored = self.scored(query, stated);
        let by_lists = scored.iter().find(|(aspect, _)| aspect.is_some_and(|(name, _)| Some(name.as_str()) == listed));
        let least = by_lists.map_or(0.0, |(_, score)| *score) + if listed.is_some() { CLEARLY } else { 0.0 };
        // Of equals the first in the file.
        let (aspect, score) = scored.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let (name, direction) = aspect.filter(|_| score >= LEAST.max(least))?;
        Some(Want { aspect: name.clone(), direction: *direction, said: said.to_owned(), weight: NEAR })
    }

    /// Each aspect that is stated, and none, with the mean cosine of its nearest phrases.
    fn scored(&self, query: &[f32], stated: &dyn Fn(&str) -> bool) -> Vec<(Option<&'static Directed>, f32)> {
        let known = |(name, _): &&Directed| matches!(name.as_str(), "price" | "rating") || stated(name);
        let mut found: Vec<(Option<&'static Directed>, Vec<f32>)> = Vec::new();
        for (phrase, vector) in PHRASES.iter().zip(&self.vectors).filter(|(_, vector)| vector.len() == query.len()) {
            let aspect = phrase.aspects.iter().find(known);
            if aspect.is_none() && !phrase.aspects.is_empty() {
                continue;
            }
            let near: f32 = vector.iter().zip(query).map(|(a, b)| a * b).sum();
            match found.iter_mut().find(|(known, _)| known.map(|(name, _)| name) == aspect.map(|(name, _)| name)) {
                Some((_, all)) => all.push(near),
                None => found.push((aspect, vec![near])),
            }
        }
        let mean = |mut near: Vec<f32>| {
            near.sort_by(|a, b| b.total_cmp(a));
            near.iter().take(TOGETHER).sum::<f32>() / TOGETHER as f32
        };
        found.into_iter().map(|(aspect, near)| (aspect, mean(near))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Phrases that call for noise first point one way, all others another.
    fn uses() -> Uses {
        let noise = |phrase: &Phrase| phrase.aspects.first().is_some_and(|(name, _)| name == "noise");
        let vectors = PHRASES.iter().map(|phrase| if noise(phrase) { vec![1.0, 0.0] } else { vec![0.0, 1.0] });
        Uses::new(vectors.collect()).unwrap()
    }

    #[test]
    fn the_phrases_parse_and_none_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(PHRASES.len() >= 700, "{}", PHRASES.len());
        for phrase in PHRASES.iter() {
            assert!(!phrase.text.is_empty() && !phrase.text.contains([':', '=']), "{}", phrase.text);
            assert!(
                seen.insert((phrase.text, phrase.aspects.first().map(|(name, _)| name))),
                "{} stands twice",
                phrase.text
            );
        }
        assert!(PHRASES.iter().any(|phrase| phrase.aspects.is_empty()), "what calls for nothing");
    }

    #[test]
    fn only_what_is_stated_and_near_is_wanted_and_a_list_stands_unless_clearly_beaten() {
        let uses = uses();
        let nearest = |query: [f32; 2], listed, stated: &'static str| {
            uses.nearest(&query, "at night", listed, &|name| name == stated).map(|want| want.aspect)
        };
        assert_eq!(nearest([1.0, 0.0], None, "noise").as_deref(), Some("noise"));
        assert_eq!(nearest([1.0, 0.0], None, "width"), None, "nothing of what is stated is near");
        assert_eq!(nearest([0.2, 0.0], None, "noise"), None, "not near enough");
        assert_eq!(nearest([1.0, 0.0], Some("price"), "noise").as_deref(), Some("noise"));
        assert_eq!(nearest([0.7, 0.6], Some("price"), "noise"), None, "hardly nearer than what the lists found");
        assert!(Uses::new(vec![vec![1.0]]).is_none(), "vectors of other phrases");
    }
}
