//! How a listing changes over time: title, variant, seller, pack size, condition, specifications; each change one row.
//!
//! Never decides what a change means for the price; keeps what the price was on both sides of it.

use super::codec::{millis, money, time, word};
use super::error::Result;
use super::identity::KnownOffer;
use super::reader::Reader;
use crate::domain::quantity::Parts;
use crate::domain::*;
use rusqlite::{Transaction, params};

/// Notes what a good look says otherwise than the look before; a late look says nothing of the present.
pub(super) fn note(
    t: &Transaction<'_>,
    known: &KnownOffer,
    look: &Observation,
    price: Option<Money>,
) -> rusqlite::Result<()> {
    let at = millis(look.observed_at);
    let stood = known.observed_at.or(known.attempted_at);
    if look.outcome != Outcome::Ok || stood.is_none_or(|seen| seen >= at) {
        return Ok(());
    }
    let title = Some(look.product.title.as_str()).filter(|title| !title.is_empty());
    let fields = [
        (ChangedField::Title, known.title.as_deref(), title),
        (ChangedField::Variant, known.variant.as_deref(), look.variant.as_deref()),
        (ChangedField::Seller, known.seller.as_deref(), look.seller.as_deref()),
    ];
    let prices = known.price.zip(price).filter(|(before, after)| before.currency == after.currency);
    for (field, before, after) in fields {
        if let (Some(before), Some(after)) = (before, after)
            && before != after
        {
            row(t, (known.product, known.offer), at, field.word(), (Some(before), Some(after)), None)?;
        }
    }
    // The title names the variant, so what is in the pack can only have changed where the title did.
    let (Some(old), Some(new)) = (known.title.as_deref(), title.filter(|title| known.title.as_deref() != Some(*title)))
    else {
        return Ok(());
    };
    // Without a figure no amount is said.
    let content = |title: &str| title.contains(|c: char| c.is_ascii_digit()).then(|| Parts::of(title).content())?;
    let (before, after) = (content(old), content(new));
    if let (Some(before), Some(after)) = (before, after)
        && before.measure == after.measure
        && before != after
    {
        let (before, after) = (before.to_string(), after.to_string());
        row(t, (known.product, known.offer), at, ChangedField::Content.word(), (Some(&before), Some(&after)), prices)?;
    }
    Ok(())
}

/// Notes attributes to which the product's leading offer now gives another value.
pub(super) fn specifications(
    t: &Transaction<'_>,
    product: i64,
    offer: i64,
    known: &ProductFacts,
    look: &Observation,
) -> rusqlite::Result<()> {
    for attribute in &look.product.attributes {
        if let Some(before) = known.attribute(&attribute.name).filter(|value| **value != attribute.value) {
            let (before, after) = (before.to_string(), attribute.value.to_string());
            let field = format!("{}{}", ChangedField::SPECIFICATION, attribute.name);
            row(t, (product, offer), millis(look.observed_at), &field, (Some(&before), Some(&after)), None)?;
        }
    }
    Ok(())
}

/// Notes that a listing which had one condition now has another. Where both are still seen they stand side by side,
/// which [`Reader::changes`] tells.
pub(super) fn condition(
    t: &Transaction<'_>,
    (product, offer): (i64, i64),
    shop: i64,
    now: &str,
    look: &Observation,
) -> rusqlite::Result<()> {
    let at = millis(look.observed_at);
    let before: Option<String> = t
        .prepare_cached(
            "SELECT max(condition) FROM offer WHERE shop_id = ?1 AND shop_key = ?2 AND offer_id <> ?3 AND attempted_at < ?4",
        )?
        .query_row(params![shop, look.shop_key, offer, at], |r| r.get(0))?;
    match before {
        Some(before) => row(t, (product, offer), at, ChangedField::Condition.word(), (Some(&before), Some(now)), None),
        None => Ok(()),
    }
}

fn row(
    t: &Transaction<'_>,
    (product, offer): (i64, i64),
    at: i64,
    field: &str,
    (before, after): (Option<&str>, Option<&str>),
    prices: Option<(Money, Money)>,
) -> rusqlite::Result<()> {
    t.prepare_cached(
        "INSERT OR IGNORE INTO listing_change (product_id, offer_id, at, field, before, after, price_before, price_after,
           currency) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        product,
        offer,
        at,
        field,
        before,
        after,
        prices.map(|(before, _)| before.minor),
        prices.map(|(_, after)| after.minor),
        prices.as_ref().map(|(before, _)| before.currency.code())
    ])
    .map(drop)
}

impl Reader {
    /// How the product's listings changed, newest first.
    pub fn changes(&self, product: ProductId) -> Result<Vec<ListingChange>> {
        self.rows(
            "SELECT c.offer_id, s.name, c.at, c.field, c.before, c.after, c.price_before, c.price_after, c.currency
             FROM listing_change c JOIN offer o USING (product_id, offer_id) JOIN shop s USING (shop_id)
             WHERE c.product_id = ?1 AND NOT (c.field = ?2 AND EXISTS (
               SELECT 1 FROM offer b WHERE b.shop_id = o.shop_id AND b.shop_key = o.shop_key AND b.condition = c.before
                 AND b.attempted_at >= c.at))
             ORDER BY c.at DESC, c.offer_id, c.field",
            &[&product.0, &word(&ChangedField::Condition)],
            |r| {
                let code: Option<String> = r.get(8)?;
                let code = code.as_deref();
                Ok(ListingChange {
                    offer: OfferId(r.get(0)?),
                    shop: r.get(1)?,
                    at: time(r.get(2)?),
                    field: ChangedField::from_stored(&r.get::<_, String>(3)?),
                    before: r.get(4)?,
                    after: r.get(5)?,
                    price_before: money(r.get(6)?, code),
                    price_after: money(r.get(7)?, code),
                })
            },
        )
    }
}
