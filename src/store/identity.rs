//! Which product and which offer an observation speaks of: a known offer keeps its product; a new one goes by GTIN,
//! then brand and model, then the shop's own key, then a likeness that is sure.
//!
//! Never writes, and never joins two listings of one shop by their words: a shop that lists twice means two things.

use super::codec::{hash, money};
use super::merge;
use crate::domain::same::{self, Traits};
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
    pub seller: Option<String>,
    pub title: Option<String>,
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
        "SELECT product_id, offer_id, attempted_at, observed_at, variant, sku, url, seller, title, price, currency
         FROM offer WHERE shop_id = ?1 AND shop_key = ?2 AND condition = ?3",
    )?
    .query_row(params![shop, key, condition], |r| {
        let code: Option<String> = r.get(10)?;
        Ok(KnownOffer {
            product: r.get(0)?,
            offer: r.get(1)?,
            attempted_at: r.get(2)?,
            observed_at: r.get(3)?,
            variant: r.get(4)?,
            sku: r.get(5)?,
            url: r.get(6)?,
            seller: r.get(7)?,
            title: r.get(8)?,
            price: money(r.get(9)?, code.as_deref()),
        })
    })
    .optional()
}

/// The product of this GTIN, its own or one that the user joined to it.
pub(super) fn product_by_gtin(t: &rusqlite::Connection, gtin: &str) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached(
        "SELECT product_id FROM product WHERE gtin = ?1 UNION ALL SELECT product_id FROM gtin_alias WHERE gtin = ?1",
    )?
    .query_row([gtin], |r| r.get(0))
    .optional()
}

/// The product that a new offer of `shop` is an offer of. Takes the GTIN out of `look` where it cannot be its own.
pub(super) fn product_for(
    t: &Transaction<'_>,
    shop: i64,
    look: &mut Observation,
    traits: &Traits,
) -> rusqlite::Result<Option<i64>> {
    if let Some(gtin) = look.product.gtin.clone()
        && let Some(id) = product_by_gtin(t, &gtin)?
    {
        if fits(t, id, shop, look)? {
            return Ok(Some(id));
        }
        look.product.gtin = None;
    }
    if let Some(id) = product_by_model(t, look, traits)? {
        return Ok(Some(id));
    }
    if let Some(id) = product_by_shop_key(t, shop, &look.shop_key, look.product.gtin.as_deref())? {
        return Ok(Some(id));
    }
    product_by_likeness(t, shop, look, traits)
}

/// Whether a product of the same GTIN can be what this offer offers. Shops copy the GTIN of a family to each of its
/// variants: amounts that differ, or another variant at the same shop, are another item whatever the GTIN says.
pub(super) fn fits(t: &Transaction<'_>, id: i64, shop: i64, look: &Observation) -> rusqlite::Result<bool> {
    let Some(said) = look.product.variant.as_deref() else { return Ok(true) };
    let known: Option<String> =
        t.prepare_cached("SELECT variant FROM product WHERE product_id = ?1")?.query_row([id], |r| r.get(0))?;
    let Some(known) = known else { return Ok(true) };
    if variant::key(said) == variant::key(&known) {
        return Ok(true);
    }
    let amounts = variant::amounts_differ(said, &known);
    Ok(!amounts && !carries(t, shop, id)?)
}

/// Whether the shop offers the product already.
fn carries(t: &Transaction<'_>, shop: i64, id: i64) -> rusqlite::Result<bool> {
    // The plus keeps SQLite from going through all offers of the shop, by an index that has the product too.
    t.prepare_cached("SELECT EXISTS (SELECT 1 FROM offer WHERE product_id = ?1 AND +shop_id = ?2)")?
        .query_row([id, shop], |r| r.get(0))
}

/// Brand and model number are the same, nothing in the titles speaks against it, and the variant is the same.
///
/// Two products with different GTINs are two products, whatever brand and model say: a GTIN names the trade item.
fn product_by_model(t: &Transaction<'_>, look: &Observation, traits: &Traits) -> rusqlite::Result<Option<i64>> {
    let facts = &look.product;
    let (Some(brand), Some(model)) = (key(facts.brand.as_deref()), key(facts.model.as_deref())) else {
        return Ok(None);
    };
    let variant = facts.variant.as_deref().and_then(variant::key);
    let ids: Vec<i64> = t
        .prepare_cached(
            "SELECT product_id FROM product
             WHERE model_key = ?2 AND brand_key = ?1 AND (gtin IS NULL OR ?3 IS NULL OR gtin = ?3)
               AND variant_key IS ?4 AND invented = ?5
             ORDER BY product_id LIMIT 20",
        )?
        .query_map(params![brand, model, facts.gtin, variant, look.shop.invented], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in ids {
        let known = Traits::of(&merge::load(t, id)?.facts);
        if same::vetoes(traits, &known).is_empty() {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The product of another offer of the same shop under the same key (a used copy beside the new one).
fn product_by_shop_key(t: &Transaction<'_>, shop: i64, key: &str, gtin: Option<&str>) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached(
        "SELECT product_id FROM offer JOIN product USING (product_id)
         WHERE shop_id = ?1 AND shop_key = ?2 AND (gtin IS NULL OR ?3 IS NULL OR gtin = ?3) ORDER BY offer_id LIMIT 1",
    )?
    .query_row(params![shop, key, gtin], |r| r.get(0))
    .optional()
}

/// A product of other shops that is surely the same by model number and words. Where two fit, neither is sure.
fn product_by_likeness(
    t: &Transaction<'_>,
    shop: i64,
    look: &Observation,
    traits: &Traits,
) -> rusqlite::Result<Option<i64>> {
    let mut found = None;
    let mut seen = Vec::new();
    for key in traits.blocking_keys() {
        let ids: Vec<i64> = t
            .prepare_cached("SELECT product_id FROM match_key WHERE key = ?1 ORDER BY product_id LIMIT 20")?
            .query_map([hash(&key)], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for id in ids {
            if seen.contains(&id) || carries(t, shop, id)? {
                continue;
            }
            seen.push(id);
            let (invented, facts) = (is_invented(t, id)?, merge::load(t, id)?.facts);
            let gtins = [&facts.gtin, &look.product.gtin];
            if invented != look.shop.invented || gtins.iter().all(|g| g.is_some()) {
                continue;
            }
            if same::judge(traits, &Traits::of(&facts)).sure {
                if found.is_some() {
                    return Ok(None);
                }
                found = Some(id);
            }
        }
    }
    Ok(found)
}

fn is_invented(t: &Transaction<'_>, id: i64) -> rusqlite::Result<bool> {
    t.prepare_cached("SELECT invented FROM product WHERE product_id = ?1")?.query_row([id], |r| r.get(0))
}

/// Whether the user said that these are two things.
pub(super) fn kept_apart(t: &rusqlite::Connection, a: i64, b: i64) -> rusqlite::Result<bool> {
    t.prepare_cached("SELECT EXISTS (SELECT 1 FROM apart WHERE product_a = ?1 AND product_b = ?2)")?
        .query_row([a.min(b), a.max(b)], |r| r.get(0))
}

/// The offer that brought the product.
pub(super) fn first_offer(t: &Transaction<'_>, product: i64) -> rusqlite::Result<Option<i64>> {
    t.prepare_cached("SELECT min(offer_id) FROM offer WHERE product_id = ?1")?.query_row([product], |r| r.get(0))
}

/// A brand or model as it is compared: lower case without spaces and dashes; `None` where nothing is left.
pub(super) fn key(text: Option<&str>) -> Option<String> {
    Some(same::fold(text?)).filter(|folded| !folded.is_empty())
}

#[cfg(test)]
mod tests;
