//! One search: candidates by words and meaning, constraints in code, order, near misses.
//!
//! Reads the store; decides nothing about wording.

use super::filters::{Verdict, applicable, judge};
use super::lexical::{Candidate, Query};
use super::rank::{Scored, by_meaning, rank, spread_variants};
use super::{Hit, Ideas, NearMiss, SearchOptions, SearchResult, VectorIndex, Vocabulary};
use crate::domain::*;
use crate::store::{self, Reader};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Candidates looked at for a short list, and the most where constraints throw out nearly all.
const CANDIDATES: usize = 200;
const MOST_CANDIDATES: usize = 5000;

/// Most near misses told.
const NEAR_MISSES: usize = 6;

/// Similarity below which meaning alone brings nothing up.
const LEAST_SIMILARITY: f32 = 0.30;

/// Searches. `query_vector` with `vectors` adds the semantic side; without, search is lexical and says so.
///
/// # Errors
/// Where the database cannot be read. No text of a shopper is an error.
pub fn search(
    reader: &Reader,
    vocabulary: &Vocabulary,
    need: &Need,
    query_vector: Option<(&[f32], &VectorIndex)>,
    options: SearchOptions,
) -> store::Result<SearchResult> {
    search_with(Ideas::default(), reader, vocabulary, need, query_vector, options)
}

/// [`search`] with some ideas switched off, for measurements.
///
/// # Errors
/// Where the database cannot be read.
pub fn search_with(
    ideas: Ideas,
    reader: &Reader,
    vocabulary: &Vocabulary,
    need: &Need,
    query_vector: Option<(&[f32], &VectorIndex)>,
    options: SearchOptions,
) -> store::Result<SearchResult> {
    let query = Query::new(need, vocabulary, ideas);
    let (must, mut notes) = applicable(&need.must, vocabulary);
    notes.splice(0..0, query.notes.iter().cloned());
    let similar: Vec<(ProductId, f32)> = match query_vector {
        Some((vector, index)) if !query.core.is_empty() => index.nearest(vector, CANDIDATES),
        _ => Vec::new(),
    };
    let mut most = (options.limit * 3).max(CANDIDATES);
    let mut found = gather(reader, vocabulary, &query, &similar, &must, options, most)?;
    while found.more && found.scored.len() < options.limit && most < MOST_CANDIDATES {
        most = (most * 5).min(MOST_CANDIDATES);
        found = gather(reader, vocabulary, &query, &similar, &must, options, most)?;
    }
    let Gathered { mut scored, mut near_misses, considered, foreign_currency, compared, .. } = found;
    rank(&mut scored, need, &query, vocabulary, ideas);
    if let Some((vector, index)) = query_vector.filter(|_| !similar.is_empty()) {
        by_meaning(&mut scored, vector, index);
    }
    spread_variants(&mut scored, options.limit);
    scored.truncate(options.limit);
    near_misses.truncate(NEAR_MISSES);
    notes.extend(compared);
    if foreign_currency > 0 {
        notes.push(format!(
            "{foreign_currency} products are priced in another currency than the limit and were left out"
        ));
    }
    Ok(SearchResult {
        hits: scored.into_iter().map(|s| s.hit).collect(),
        near_misses,
        considered,
        method: if similar.is_empty() { "lexical" } else { "lexical and semantic" }.to_owned(),
        notes,
    })
}

/// Candidates after the constraints.
struct Gathered {
    scored: Vec<Scored>,
    near_misses: Vec<NearMiss>,
    considered: usize,
    foreign_currency: usize,
    /// How prices in other currencies than the bound's were compared with it.
    compared: Vec<String>,
    /// A look further down may bring more.
    more: bool,
}

fn gather(
    reader: &Reader,
    vocabulary: &Vocabulary,
    query: &Query,
    similar: &[(ProductId, f32)],
    must: &Constraints,
    options: SearchOptions,
    most: usize,
) -> store::Result<Gathered> {
    let (candidates, more) = candidates(vocabulary, query, most);
    let similarity: HashMap<ProductId, f32> = similar.iter().copied().collect();
    let mut order: Vec<(ProductId, Option<(usize, f64)>)> =
        candidates.iter().map(|c| (c.product, Some((c.stage, c.score)))).collect();
    let seen: HashSet<ProductId> = candidates.iter().map(|c| c.product).collect();
    let new = similar.iter().filter(|(id, near)| !seen.contains(id) && *near >= LEAST_SIMILARITY);
    order.extend(new.map(|(id, _)| (*id, None)));
    let ids: Vec<ProductId> = order.iter().map(|(id, _)| *id).collect();
    let mut products: HashMap<ProductId, Product> = reader.products(&ids)?.into_iter().map(|p| (p.id, p)).collect();
    let mut offers = offers_by_product(reader, &ids, options.as_of)?;
    let mut found = Gathered {
        scored: Vec::new(),
        near_misses: Vec::new(),
        considered: order.len(),
        foreign_currency: 0,
        compared: Vec::new(),
        more,
    };
    let rates = reader.rates(options.as_of.unwrap_or(Timestamp::MAX))?;
    let limits = [&must.max_price, &must.min_price].into_iter().flatten();
    let wanted = limits.filter_map(|limit| limit.currency).next();
    let mut converted: BTreeSet<Currency> = BTreeSet::new();
    for (id, lexical) in order {
        let Some(product) = products.remove(&id) else { continue };
        let own = offers.remove(&id).unwrap_or_default();
        if options.as_of.is_some() && own.is_empty() {
            continue;
        }
        let foreign = |o: &Offer| o.price.map(|p| p.currency).filter(|c| wanted.is_some_and(|w| w != *c));
        converted.extend(own.iter().filter_map(foreign));
        match judge(&product.facts, own, must, &rates) {
            Verdict::Fits(offers) => {
                let hit = Hit { product, offers, score: 0.0, why: Vec::new() };
                found.scored.push(Scored { hit, lexical, similarity: similarity.get(&id).copied() });
            }
            Verdict::Misses(offer, misses) => {
                found.foreign_currency += usize::from(misses.contains("the limit is in"));
                // Only what matches best is worth telling that it nearly fits.
                if lexical.is_some_and(|(stage, _)| stage == 0) || query.core.is_empty() {
                    found.near_misses.push(NearMiss { product, offer: offer.map(|o| *o), misses });
                }
            }
            Verdict::Out => {}
        }
    }
    if let Some(wanted) = wanted {
        let at = options.as_of.unwrap_or(Timestamp::UNIX_EPOCH);
        let basis = |currency: Currency| rates.convert(Money::new(100, currency), wanted, at).map(|c| c.basis());
        found.compared = converted
            .into_iter()
            .filter_map(|c| Some(format!("prices in {c} were compared with the limit in {wanted} {}", basis(c)?)))
            .collect();
    }
    Ok(found)
}

/// By words; where there are none, the popular products, then the new ones.
fn candidates(vocabulary: &Vocabulary, query: &Query, most: usize) -> (Vec<Candidate>, bool) {
    if !query.is_empty() {
        return query.candidates(vocabulary, most);
    }
    let all: Vec<Candidate> = vocabulary
        .popular
        .iter()
        .take(most)
        .map(|product| Candidate { product: *product, stage: 0, score: 0.0 })
        .collect();
    let more = all.len() < vocabulary.popular.len();
    (all, more)
}

fn offers_by_product(
    reader: &Reader,
    ids: &[ProductId],
    as_of: Option<Timestamp>,
) -> store::Result<HashMap<ProductId, Vec<Offer>>> {
    let mut grouped: HashMap<ProductId, Vec<Offer>> = HashMap::new();
    for offer in reader.offers_of(ids)? {
        grouped.entry(offer.product).or_default().push(offer);
    }
    if let Some(moment) = as_of {
        for (id, offers) in &mut grouped {
            let history = reader.history(*id, None)?;
            *offers = offers.drain(..).filter_map(|offer| back_then(offer, &history, moment)).collect();
        }
        grouped.retain(|_, offers| !offers.is_empty());
    }
    Ok(grouped)
}

/// An offer as it was known at a moment: its last good price then; `None` where it had not been seen yet.
fn back_then(mut offer: Offer, history: &PriceHistory, moment: Timestamp) -> Option<Offer> {
    let known: Vec<&PricePoint> = history.points.iter().filter(|p| p.offer == offer.id && p.at <= moment).collect();
    let last = known.last()?;
    offer.attempted_at = Some(last.at);
    offer.last_outcome = last.outcome;
    let good = known.iter().rev().find(|p| p.outcome.is_good() && p.price.is_some());
    offer.price = good.and_then(|p| p.price);
    offer.list_price = good.and_then(|p| p.list_price);
    offer.observed_at = good.map(|p| p.at);
    // Stock and unit price are known as of now only.
    offer.unit_price = None;
    offer.availability = Availability::Unknown;
    Some(offer)
}

#[cfg(test)]
mod tests;
