//! Which product and which offer an observation speaks of: GTIN, then brand and model, then the shop's own key.
//!
//! Never writes.

use crate::domain::*;
use rusqlite::{OptionalExtension, Transaction, params};

/// An offer as it stands before a look at it is stored.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownOffer {
    pub product: i64,
    pub offer: i64,
    pub attempted_at: Option<i64>,
    pub observed_at: Option<i64>,
    pub variant: Option<String>,
    pub sku: Option<String>,
    pub url: Option<String>,
    /// The last good price.
    pub price: Option<Money>,
}

/// The offer that the shop knows by this key.
pub(super) fn offer_by_key(
    t: &Transaction<'_>,
    shop: i64,
    key: &str,
    condition: &str,
) -> rusqlite::Result<Option<KnownOffer>> {
    t.prepare_cached(
        "SELECT product_id, offer_id, attempted_at, observed_at, variant, sku, url, price, currency FROM offer
         WHERE shop_id = ?1 AND shop_key = ?2 AND condition = ?3",
    )?
    .query_row(params![shop, key, condition], |r| {
        Ok(KnownOffer {
            product: r.get(0)?,
            offer: r.get(1)?,
            attempted_at: r.get(2)?,
            observed_at: r.get(3)?,
            variant: r.get(4)?,
            sku: r.get(5)?,
            url: r.get(6)?,
            price: super::codec::money(r.get(7)?, r.get::<_, Option<String>>(8)?.as_deref()),
        })
    })
    .optional()
}

/// The product of this GTIN.
pub(super) fn product_by_gtin(t: &Transaction<'_>, gtin: &str) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached("SELECT product_id FROM product WHERE gtin = ?1")?.query_row([gtin], |r| r.get(0)).optional()
}

/// The product that these facts speak of, by what is the same in every shop.
///
/// Two products with different GTINs are two products, whatever brand and model say: a GTIN names the trade item.
pub(super) fn product_by_facts(t: &Transaction<'_>, facts: &ProductFacts) -> rusqlite::Result<Option<i64>> {
    if let Some(gtin) = &facts.gtin
        && let Some(id) = product_by_gtin(t, gtin)?
    {
        return Ok(Some(id));
    }
    let (Some(brand), Some(model)) = (key(facts.brand.as_deref()), key(facts.model.as_deref())) else {
        return Ok(None);
    };
    t.prepare_cached(
        "SELECT product_id FROM product
         WHERE model_key = ?2 AND brand_key = ?1 AND (gtin IS NULL OR ?3 IS NULL OR gtin = ?3)
         ORDER BY product_id LIMIT 1",
    )?
    .query_row(params![brand, model, facts.gtin], |r| r.get(0))
    .optional()
}

/// The product of another offer of the same shop under the same key (a used copy beside the new one).
pub(super) fn product_by_shop_key(
    t: &Transaction<'_>,
    shop: i64,
    key: &str,
    gtin: Option<&str>,
) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached(
        "SELECT product_id FROM offer JOIN product USING (product_id)
         WHERE shop_id = ?1 AND shop_key = ?2 AND (gtin IS NULL OR ?3 IS NULL OR gtin = ?3) ORDER BY offer_id LIMIT 1",
    )?
    .query_row(params![shop, key, gtin], |r| r.get(0))
    .optional()
}

/// The offer that brought the product.
pub(super) fn first_offer(t: &Transaction<'_>, product: i64) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached("SELECT min(offer_id) FROM offer WHERE product_id = ?1")?.query_row([product], |r| r.get(0))
}

/// A brand or model as it is compared: lower case, single spaces; `None` where nothing is left.
pub(super) fn key(text: Option<&str>) -> Option<String> {
    let folded = text?.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    (!folded.is_empty()).then_some(folded)
}

/// Whether this is a GTIN of 14 digits whose check digit holds (GS1 General Specifications, section 7.9).
pub(super) fn is_gtin(text: &str) -> bool {
    let digits = text.as_bytes();
    let sum = digits.iter().enumerate().map(|(i, b)| {
        let digit = u32::from(b.wrapping_sub(b'0'));
        if i % 2 == 0 { digit * 3 } else { digit }
    });
    digits.len() == 14 && digits.iter().all(u8::is_ascii_digit) && sum.sum::<u32>() % 10 == 0
}
