//! Which products a question names: by its phrases, else by what the last answer showed.

use super::turn::Turn;
use crate::answer::event::{Found, Outcome};
use crate::answer::{clean, evidence};
use crate::domain::*;
use crate::retrieval::{Named, resolve_product};
use crate::store::StoreError;

/// The products named, or what stops the answer: an ambiguous or an unknown name.
pub enum Resolved {
    Products(Vec<ProductId>),
    Stop(Box<Found>, Outcome),
}

fn nothing(reason: String) -> Resolved {
    Resolved::Stop(Box::new(Found::Nothing { reason, near_misses: Vec::new() }), Outcome::Nothing)
}

/// Candidates offered where a name fits several products.
const CANDIDATES: usize = 8;

/// Resolves the phrases of the need; without any, the first `fallback` products of the last answer.
pub fn named(turn: &Turn, fallback: usize) -> Result<Resolved, StoreError> {
    if turn.need.products.is_empty() {
        let rows = turn.previous.map_or(&[][..], |p| p.rows.as_slice());
        let last: Vec<ProductId> = rows.iter().take(fallback).map(|r| r.product).collect();
        if !last.is_empty() {
            return Ok(Resolved::Products(last));
        }
    }
    let phrases = match turn.need.products.as_slice() {
        [] => vec![turn.need.words.join(" ")],
        some => some.to_vec(),
    };
    let mut ids = Vec::new();
    for phrase in phrases.iter().filter(|p| !p.trim().is_empty()) {
        match resolve_product(turn.reader, turn.vocabulary, phrase)? {
            Named::One(id) => ids.push(id),
            Named::Several(several) => {
                let products = turn.reader.products(&several[..several.len().min(CANDIDATES)])?;
                let candidates = products.into_iter().map(evidence::clean_product).collect();
                let said = clean::line(phrase, clean::TITLE);
                let found = Found::Ambiguous { said, candidates };
                return Ok(Resolved::Stop(Box::new(found), Outcome::Ambiguous));
            }
            Named::None => {
                let reason = format!("\"{}\" is not in the data", clean::line(phrase, clean::TITLE));
                return Ok(nothing(reason));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    if ids.is_empty() {
        let reason = "the question names no product that is in the data".to_owned();
        return Ok(nothing(reason));
    }
    Ok(Resolved::Products(ids))
}
