//! The aspect that a choice is asked by: "which has the best rating, A or B?", "the one with the longest battery life".
//!
//! Reads a degree word with the name of an aspect behind it. Never picks anything.

use super::mention::text;
use crate::domain::{Direction, Want};
use crate::retrieval::{PlainWord, Vocabulary, aspect_name};

const MORE: [&str; 10] =
    ["highest", "higher", "most", "more", "longest", "longer", "biggest", "bigger", "strongest", "largest"];
const LESS: [&str; 9] = ["lowest", "lower", "least", "less", "fewest", "fewer", "shortest", "shorter", "smallest"];
const BETTER: [&str; 2] = ["best", "better"];

/// What people call the rating.
const RATING: [&str; 8] =
    ["rating", "ratings", "review", "reviews", "stars", "reputation", "customer reviews", "customer ratings"];

/// Longest name of an aspect in words.
const LONGEST: usize = 3;

/// The wishes said so, in order.
pub(super) fn asked(words: &[PlainWord], vocabulary: &Vocabulary) -> Vec<Want> {
    let mut wants: Vec<Want> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let degree = word.text.as_str();
        let direction = match degree {
            _ if MORE.contains(&degree) => Some(Direction::Higher),
            _ if LESS.contains(&degree) => Some(Direction::Lower),
            _ if BETTER.contains(&degree) => None,
            _ => continue,
        };
        let behind = (1..=LONGEST).rev().find_map(|n| {
            let phrase = text(words.get(at + 1..at + 1 + n)?);
            aspect(&phrase, vocabulary).map(|aspect| (aspect, phrase))
        });
        let Some((aspect, phrase)) = behind else { continue };
        let better = direction.or_else(|| crate::answer::aspect::better(&aspect));
        let Some(direction) = better.filter(|_| !wants.iter().any(|w| w.aspect == aspect)) else { continue };
        wants.push(Want { aspect, direction, said: format!("{degree} {phrase}"), weight: 1.0 });
    }
    wants
}

fn aspect(phrase: &str, vocabulary: &Vocabulary) -> Option<String> {
    if RATING.contains(&phrase) {
        return Some("rating".to_owned());
    }
    if ["price", "cost"].contains(&phrase) {
        return Some("price".to_owned());
    }
    let name = aspect_name(phrase, vocabulary)?.replace(' ', "_");
    // A word that is a wish of its own ("more expensive") was read as one.
    vocabulary.has_attribute(&name).then_some(name)
}
