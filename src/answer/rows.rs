//! Result rows: a product with its best fitting offer, as known at a moment, and the attributes that matter.
//!
//! Cleans the texts it takes in. Never ranks.

use super::aspect;
use super::event::ResultRow;
use super::evidence::{self, attribute_fact};
use crate::domain::*;
use crate::retrieval::{Hit, NearMiss, Variants};
use crate::store::{self, Reader};

/// Attributes shown beside a result.
const HIGHLIGHTS: usize = 4;

/// A row from a product and its offers, the cheapest buyable one first.
pub fn row(number: u32, product: Product, offers: Vec<Offer>, need: &Need, why: Vec<String>) -> ResultRow {
    let product = evidence::clean_product(product);
    let mut offers: Vec<Offer> = offers.into_iter().map(evidence::clean_offer).collect();
    if !offers.is_empty() {
        let first = best(&offers);
        let chosen = offers.remove(first);
        offers.sort_by_key(|o| (o.price.is_none(), o.price.map_or(i64::MAX, |m| m.minor), o.id));
        let highlights = highlights(&product, need);
        let variants = Variants::default();
        return ResultRow { number, product, offer: Some(chosen), other_offers: offers, highlights, why, variants };
    }
    let highlights = highlights(&product, need);
    let (other_offers, variants) = (Vec::new(), Variants::default());
    ResultRow { number, product, offer: None, other_offers, highlights, why, variants }
}

/// The row of a search hit, whose offers stand best first already.
pub fn of_hit(number: u32, hit: Hit, need: &Need) -> ResultRow {
    let mut offers = hit.offers.into_iter().map(evidence::clean_offer);
    let product = evidence::clean_product(hit.product);
    let highlights = highlights(&product, need);
    let (offer, why, variants) = (offers.next(), hit.why, hit.variants);
    ResultRow { number, offer, other_offers: offers.collect(), product, highlights, why, variants }
}

/// The row of a near miss with the condition that it misses.
pub fn of_miss(number: u32, miss: NearMiss, need: &Need) -> (ResultRow, String) {
    let offers = miss.offer.into_iter().collect();
    (row(number, miss.product, offers, need, Vec::new()), miss.misses)
}

/// New, buyable and cheapest first; ties by id.
fn best(offers: &[Offer]) -> usize {
    let key = |o: &Offer| {
        (
            o.price.is_none(),
            o.availability.buyable() == Some(false),
            o.condition != Condition::New,
            o.price.map_or(i64::MAX, |m| m.minor),
            o.id,
        )
    };
    (0..offers.len()).min_by_key(|at| key(&offers[*at])).unwrap_or(0)
}

/// What the need asks about first, then what a direction of better is known for, then the rest; numbers before words.
fn highlights(product: &Product, need: &Need) -> Vec<(String, String)> {
    let mut ranked: Vec<(usize, &Attribute)> = product.facts.attributes.iter().enumerate().collect();
    let rank = |a: &Attribute| {
        let text = matches!(a.value, AttributeValue::Text(_));
        super::claims::relevance(&a.name, need) - if text { 0.1 } else { 0.0 }
    };
    ranked.sort_by(|(i, a), (j, b)| rank(b).total_cmp(&rank(a)).then(i.cmp(j)));
    ranked.into_iter().take(HIGHLIGHTS).map(|(_, a)| (aspect::label(&a.name), attribute_fact(a, "").text)).collect()
}

/// The offers of a product as they stood at a moment: the last good price at or before it, unseen ones left out.
///
/// # Errors
/// Those of the store.
pub fn offers_at(reader: &Reader, product: ProductId, as_of: Option<Timestamp>) -> store::Result<Vec<Offer>> {
    let offers = reader.offers(product)?;
    let Some(moment) = as_of else { return Ok(offers) };
    let history = reader.history(product, None)?;
    let mut known = Vec::new();
    for mut offer in offers {
        let before = || history.points.iter().filter(|p| p.offer == offer.id && p.at <= moment);
        let Some(point) = before().filter(|p| p.outcome.is_good() && p.price.is_some()).max_by_key(|p| p.at) else {
            continue;
        };
        let stated = before().filter(|p| p.availability.is_some()).max_by_key(|p| p.at);
        offer.availability = stated.and_then(|p| p.availability).unwrap_or(Availability::Unknown);
        if offer.observed_at != Some(point.at) {
            // Unit prices of that day are not kept.
            offer.unit_price = None;
        }
        offer.price = point.price;
        offer.list_price = point.list_price;
        offer.observed_at = Some(point.at);
        known.push(offer);
    }
    Ok(known)
}
