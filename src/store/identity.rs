//! Which product and which offer an observation speaks of: GTIN, then brand and model, then the shop's own key.
//!
//! Never writes.

use crate::domain::*;
use rusqlite::{OptionalExtension, Transaction, params};

/// The offer that the shop knows by this key, with its product.
pub(super) fn offer_by_key(
    t: &Transaction<'_>,
    shop: i64,
    key: &str,
    condition: &str,
) -> rusqlite::Result<Option<(i64, i64)>> {
    t.prepare_cached("SELECT product_id, offer_id FROM offer WHERE shop_id = ?1 AND shop_key = ?2 AND condition = ?3")?
        .query_row(params![shop, key, condition], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()
}

/// The product that these facts speak of, by what is the same in every shop.
///
/// Two products with different GTINs are two products, whatever brand and model say: a GTIN names the trade item.
pub(super) fn product_by_facts(t: &Transaction<'_>, facts: &ProductFacts) -> rusqlite::Result<Option<i64>> {
    if let Some(gtin) = &facts.gtin {
        let found = t
            .prepare_cached("SELECT product_id FROM product WHERE gtin = ?1")?
            .query_row([gtin], |r| r.get(0))
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let (Some(brand), Some(model)) = (&facts.brand, &facts.model) else { return Ok(None) };
    t.prepare_cached(
        "SELECT product_id FROM product
         WHERE lower(brand) = lower(?1) AND lower(model) = lower(?2) AND (gtin IS NULL OR ?3 IS NULL OR gtin = ?3)
         ORDER BY product_id LIMIT 1",
    )?
    .query_row(params![brand, model, facts.gtin], |r| r.get(0))
    .optional()
}

/// The product of another offer of the same shop under the same key (a used copy beside the new one).
pub(super) fn product_by_shop_key(t: &Transaction<'_>, shop: i64, key: &str) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached("SELECT product_id FROM offer WHERE shop_id = ?1 AND shop_key = ?2 ORDER BY offer_id LIMIT 1")?
        .query_row(params![shop, key], |r| r.get(0))
        .optional()
}

/// The offer that brought the product.
pub(super) fn first_offer(t: &Transaction<'_>, product: i64) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached("SELECT min(offer_id) FROM offer WHERE product_id = ?1")?.query_row([product], |r| r.get(0))
}
