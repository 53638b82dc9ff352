//! Attempts that brought no observation of their own: a page that was blocked, gone or not modified.
//!
//! Finds the offers that an address is known by; storing them is `ingest`'s work.

use super::codec::from_word;
use super::ingest;
use crate::domain::*;
use rusqlite::Transaction;

/// Records an attempt on the offers known by `url` (or by it with a query or fragment behind);
/// see [`super::Writer::attempt`].
pub(super) fn attempt(
    t: &Transaction<'_>,
    url: &str,
    outcome: Outcome,
    detail: Option<&str>,
    at: Timestamp,
) -> rusqlite::Result<u64> {
    // `@` and `$` come right after `?` and `#`: ranges that the index on addresses can answer.
    let offers: Vec<(ShopRef, String, String)> = t
        .prepare_cached(
            "SELECT s.name, s.domain, s.invented, o.shop_key, o.condition FROM offer o JOIN shop s USING (shop_id)
             WHERE o.url = ?1 OR (o.url >= ?1 || '?' AND o.url < ?1 || '@') OR (o.url >= ?1 || '#' AND o.url < ?1 || '$')
             ORDER BY o.offer_id",
        )?
        .query_map([url], |r| {
            let shop = ShopRef { name: r.get(0)?, domain: r.get(1)?, invented: r.get(2)? };
            Ok((shop, r.get(3)?, r.get(4)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let looks = offers
        .into_iter()
        .map(|(shop, key, condition)| {
            let mut look = Observation::new(shop, key, ProductFacts::default(), at);
            look.condition = from_word(condition);
            look.outcome = outcome;
            look.detail = detail.map(str::to_owned);
            look
        })
        .collect();
    Ok(ingest::ingest(t, looks, None)?.snapshots_new)
}
