//! What one question is answered with, and the facts that come of it. Plain data.

use crate::answer::claims;
use crate::answer::event::{Found, Outcome, Pick, ResultRow};
use crate::answer::plan::Previous;
use crate::domain::*;
use crate::retrieval::{VectorIndex, Vocabulary};
use crate::store::{self, Reader};
use std::collections::BTreeMap;
use std::time::Duration;

/// Everything that a question kind may look at.
pub struct Turn<'a> {
    pub reader: &'a Reader,
    pub vocabulary: &'a Vocabulary,
    pub vectors: Option<(&'a [f32], &'a VectorIndex)>,
    pub need: &'a Need,
    pub as_of: Option<Timestamp>,
    /// The moment that the answer speaks from.
    pub now: Timestamp,
    pub stale_after: Duration,
    /// Whether facets are counted.
    pub facets: bool,
    pub previous: Option<&'a Previous>,
}

/// The facts of one answer, complete before any prose.
#[derive(Debug, Default)]
pub struct Facts {
    pub rows: Vec<ResultRow>,
    pub facets: Vec<Facet>,
    pub cards: Vec<Card>,
    pub claims: Vec<Claim>,
    pub pick: Option<Pick>,
    /// The claims that prose is made of, in order; empty where there is nothing to say.
    pub lead: Vec<Claim>,
    pub coverage: Coverage,
    pub suggested: Vec<String>,
    /// Retrieval's score by product, where the pick was chosen with it.
    pub relevance: BTreeMap<ProductId, f64>,
    pub outcome: Outcome,
    /// Whether the lead is all that there is to say: a direct question is answered by it alone.
    pub told_all: bool,
}

/// Hands found facts on as soon as they stand.
pub type Emit<'e> = &'e mut dyn FnMut(Found);

pub type Result = std::result::Result<Facts, store::StoreError>;

impl Turn<'_> {
    /// Claims over the cards of a turn without a pick.
    pub fn claims(&self, cards: &[Card]) -> Vec<Claim> {
        claims::build(cards, self.need, None)
    }
}

/// A claim that stands first in the answer to a direct question.
pub fn direct(kind: ClaimKind, aspect: &str, number: u32, text: String) -> Claim {
    Claim { id: "c0".to_owned(), kind, aspect: aspect.to_owned(), text, cards: vec![number], score: 10.0 }
}

/// Puts the direct claims first and numbers all anew.
pub fn with_direct(direct: Vec<Claim>, claims: Vec<Claim>) -> Vec<Claim> {
    let mut all = direct;
    for claim in claims {
        if !all.iter().any(|c| c.text == claim.text) {
            all.push(claim);
        }
    }
    for (claim, n) in all.iter_mut().zip(1..) {
        claim.id = format!("c{n}");
    }
    all
}
