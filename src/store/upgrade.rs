//! What a migration needs beyond SQL: keys that are computed, and products that held several variants taken apart.
//!
//! Runs inside the migration's transaction. Never run again on a database that has it.

use super::{identity, join, merge};
use crate::domain::same::Traits;
use crate::domain::{Timestamp, variant};
use rusqlite::{Transaction, params};
use std::collections::BTreeMap;

/// Computes the match keys and folds brand and model anew; gives each variant a product of its own.
pub(super) fn identities(t: &Transaction<'_>) -> rusqlite::Result<()> {
    let ids: Vec<i64> = t
        .prepare("SELECT product_id FROM product ORDER BY product_id")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in ids {
        let known = merge::load(t, id)?;
        t.prepare_cached("UPDATE product SET brand_key = ?2, model_key = ?3 WHERE product_id = ?1")?.execute(
            params![id, identity::key(known.facts.brand.as_deref()), identity::key(known.facts.model.as_deref())],
        )?;
        merge::write_keys(t, [(id, Traits::of(&known.facts))])?;
        variants(t, id)?;
    }
    Ok(())
}

/// The first variant keeps the product; offers without one stay with it.
fn variants(t: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    let offers: Vec<(i64, String)> = t
        .prepare_cached(
            "SELECT offer_id, variant FROM offer WHERE product_id = ?1 AND variant IS NOT NULL ORDER BY offer_id",
        )?
        .query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut order: Vec<String> = Vec::new();
    let mut by_variant: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (offer, said) in offers {
        let Some(key) = variant::key(&said) else { continue };
        if !order.contains(&key) {
            order.push(key.clone());
        }
        by_variant.entry(key).or_default().push(offer);
    }
    for key in order.iter().skip(1) {
        if let Some(offers) = by_variant.get(key) {
            join::split_offers(t, id, offers, Timestamp::UNIX_EPOCH)?;
        }
    }
    Ok(())
}
