//! How much is told: two to five sentences, or all that the question makes relevant.
//!
//! Only shortens and lengthens; the order of claims is that of their relevance.

use super::turn::Facts;
use crate::domain::*;

/// Sentences of an answer, and of a long one.
const USUAL: usize = 5;
const LONG: usize = 12;

/// Cuts what is told to the usual length, or adds the next claims on the same product.
pub fn fit(facts: &mut Facts, long: bool) {
    if facts.lead.is_empty() {
        return;
    }
    let most = if long { LONG } else { USUAL };
    let fewest = match (long, facts.told_all) {
        (true, _) => LONG,
        (false, true) => 0,
        (false, false) => 2,
    };
    let subject =
        facts.pick.as_ref().map(|p| p.number).or_else(|| facts.lead.iter().find_map(|c| c.cards.first().copied()));
    for claim in &facts.claims {
        let own = claim.cards.first().copied() == subject;
        if facts.lead.len() < fewest && own && !facts.lead.iter().any(|c| c.text == claim.text) {
            facts.lead.push(claim.clone());
        }
    }
    if facts.lead.len() > most {
        // What is not in the data must not be lost behind what is.
        let missing: Vec<Claim> = facts.lead.split_off(most - 1);
        let last = missing.iter().find(|c| c.kind == ClaimKind::Missing).or(missing.first()).cloned();
        facts.lead.extend(last);
    }
}
