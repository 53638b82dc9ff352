//! The stored offer that a look is at, also where its key changed because a SKU came or went.
//!
//! Never writes: a changed key is found anew each time, so that stored ones stay what they were.

use super::identity::{KnownOffer, offer_by_key};
use crate::domain::Observation;
use rusqlite::{Transaction, params};

/// The offer that a look is at: the one of its key, else the one whose key changed because its SKU came or went.
pub(super) fn known_offer(
    t: &Transaction<'_>,
    shop: i64,
    look: &Observation,
    condition: &str,
) -> rusqlite::Result<Option<KnownOffer>> {
    match offer_by_key(t, shop, &look.shop_key, condition)? {
        Some(known) => Ok(Some(known)),
        None => offer_at_address(t, shop, look, condition),
    }
}

/// Pages key an offer by its SKU, or by their address where they state none. A shop that leaves the SKU out for a day
/// must not make a second offer: the only one at that address is the same, unless both name a SKU.
fn offer_at_address(
    t: &Transaction<'_>,
    shop: i64,
    look: &Observation,
    condition: &str,
) -> rusqlite::Result<Option<KnownOffer>> {
    let other = match look.shop_key.split_once(':') {
        Some(("url", _)) => "sku:",
        Some(("sku", _)) => "url:",
        _ => return Ok(None),
    };
    let Some(url) = &look.url else { return Ok(None) };
    let mut at_address = t.prepare_cached(
        "SELECT shop_key FROM offer
         WHERE url = ?1 AND shop_id = ?2 AND condition = ?3 AND variant IS ?4
           AND substr(shop_key, 1, 4) = ?5 AND (sku IS NULL OR ?6 IS NULL OR sku = ?6) LIMIT 2",
    )?;
    let asked = params![url, shop, condition, look.variant, other, look.sku];
    let keys: Vec<String> = at_address.query_map(asked, |r| r.get(0))?.collect::<Result<_, _>>()?;
    match keys.as_slice() {
        [key] => offer_by_key(t, shop, key, condition),
        _ => Ok(None),
    }
}
