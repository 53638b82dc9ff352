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

/// A phrase with the aspects that it calls for, likeliest first; without any it calls for none.
struct Phrase {
    text: &'static str,
    aspects: Vec<(String, Direction)>,
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
    /// nearest phrases call for no aspect. Vectors have unit length, so that their product is their cosine.
    pub fn nearest(&self, query: &[f32], said: &str, stated: &dyn Fn(&str) -> bool) -> Option<Want> {
        let mut found: Vec<(Option<&(String, Direction)>, Vec<f32>)> = Vec::new();
        for (phrase, vector) in PHRASES.iter().zip(&self.vectors).filter(|(_, vector)| vector.len() == query.len()) {
            let aspect =
                phrase.aspects.iter().find(|(name, _)| matches!(name.as_str(), "price" | "rating") || stated(name));
            if aspect.is_none() && !phrase.aspects.is_empty() {
                continue;
            }
            let near: f32 = vector.iter().zip(query).map(|(a, b)| a * b).sum();
            match found.iter_mut().find(|(known, _)| *known == aspect) {
                Some((_, all)) => all.push(near),
                None => found.push((aspect, vec![near])),
            }
        }
        let scored = found.into_iter().map(|(aspect, mut near)| {
            near.sort_by(|a, b| b.total_cmp(a));
            near.truncate(TOGETHER);
            (aspect, near.iter().sum::<f32>() / TOGETHER as f32)
        });
        // Of equals the first in the file.
        let (aspect, score) = scored.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let (name, direction) = aspect.filter(|_| score >= LEAST)?;
        Some(Want { aspect: name.clone(), direction: *direction, said: said.to_owned(), weight: NEAR })
    }
}
