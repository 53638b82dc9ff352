//! Reading what was observed over time: price history, candidates, offers as of a moment, deals, reviews, export.
//!
//! Never fills a gap, never converts a currency.

use super::codec::{currency, from_json, from_word, millis, money, time};
use super::error::Result;
use super::reader::Reader;
use crate::domain::*;
use rusqlite::Row;
use serde::Serialize;

/// One attempt as it is exported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SnapshotRow {
    pub product: ProductId,
    pub title: String,
    pub brand: Option<String>,
    pub gtin: Option<String>,
    pub category: Option<String>,
    pub offer: OfferId,
    pub shop: String,
    pub sku: Option<String>,
    pub url: Option<String>,
    pub variant: Option<String>,
    pub condition: Condition,
    pub at: Timestamp,
    pub outcome: Outcome,
    pub price: Option<Money>,
    pub list_price: Option<Money>,
    pub availability: Availability,
    pub invented: bool,
}

impl Reader {
    /// All attempts on the product's new-condition offers in time order, from `since` on: those on the offers
    /// themselves, and those on a whole source that lists them which failed or found nothing changed.
    pub fn history(&self, product: ProductId, since: Option<Timestamp>) -> Result<PriceHistory> {
        let from = since.map_or(i64::MIN, millis);
        let points = self.rows(
            "SELECT n.offer_id, s.name, n.at, n.outcome, n.price, n.list_price, n.currency, n.shipping_included,
               n.availability
             FROM snapshot n JOIN offer o USING (product_id, offer_id) JOIN shop s USING (shop_id)
             WHERE n.product_id = ?1 AND n.at >= ?2 AND o.condition = 'new'
             UNION ALL
             SELECT l.offer_id, s.name, a.at, a.outcome, p.price, p.list_price, p.currency, p.shipping_included, NULL
             FROM listing l JOIN source_attempt a USING (source_id)
             JOIN offer o USING (product_id, offer_id) JOIN shop s USING (shop_id)
             LEFT JOIN snapshot p ON a.outcome = 'not_modified' AND p.product_id = l.product_id AND p.offer_id = l.offer_id
               AND p.at = (SELECT max(at) FROM snapshot g WHERE g.product_id = l.product_id AND g.offer_id = l.offer_id
                 AND g.at < a.at AND g.price IS NOT NULL)
             WHERE l.product_id = ?1 AND a.at >= ?2 AND o.condition = 'new' AND a.outcome <> 'ok'
               AND a.at >= l.first_at AND (l.gone_at IS NULL OR a.at < l.gone_at) AND NOT EXISTS
                 (SELECT 1 FROM snapshot s WHERE s.product_id = l.product_id AND s.offer_id = l.offer_id AND s.at = a.at)
             ORDER BY 3, 1",
            &[&product.0, &from],
            |r| {
                let code: Option<String> = r.get(6)?;
                Ok(PricePoint {
                    offer: OfferId(r.get(0)?),
                    shop: r.get(1)?,
                    at: time(r.get(2)?),
                    outcome: from_word(r.get(3)?),
                    price: money(r.get(4)?, code.as_deref()),
                    list_price: money(r.get(5)?, code.as_deref()),
                    shipping_included: r.get(7)?,
                    availability: r.get::<_, Option<String>>(8)?.map(from_word),
                })
            },
        )?;
        let mut repacked = self.changes(product)?;
        repacked.retain(|change| change.field == ChangedField::Content);
        Ok(PriceHistory { product, points, repacked })
    }

    /// Every amount seen for the product, newest look first, in the order in which each look found them.
    pub fn candidates(&self, product: ProductId) -> Result<Vec<(OfferId, Timestamp, PriceCandidate)>> {
        self.rows(
            "SELECT offer_id, at, kind, minor, currency, raw, place FROM candidate WHERE product_id = ?1
             ORDER BY at DESC, offer_id, ord",
            &[&product.0],
            |r| {
                let candidate = PriceCandidate {
                    kind: from_json(Some(format!("\"{}\"", r.get::<_, String>(2)?))).unwrap_or(PriceKind::Unknown),
                    money: Money::new(r.get(3)?, currency(4, &r.get::<_, String>(4)?)?),
                    raw: r.get(5)?,
                    place: r.get(6)?,
                };
                Ok((OfferId(r.get(0)?), time(r.get(1)?), candidate))
            },
        )
    }

    /// The offers as they were known at `at`: price, list price, availability and outcome from the looks until then;
    /// offers not yet looked at are left out. What only the present row knows (unit price, shipping) is left empty
    /// unless the present price was known by then.
    pub fn offers_as_of(&self, ids: &[ProductId], at: Timestamp) -> Result<Vec<Offer>> {
        let moment = millis(at);
        let mut known = Vec::new();
        for mut offer in self.offers_of(ids)? {
            let of_offer: [&dyn rusqlite::ToSql; 3] = [&offer.product.0, &offer.id.0, &moment];
            let attempt = self.row(
                "SELECT at, outcome FROM snapshot
                 WHERE product_id = ?1 AND offer_id = ?2 AND at <= ?3 ORDER BY at DESC LIMIT 1",
                &of_offer,
                |r| Ok((time(r.get(0)?), from_word(r.get(1)?))),
            )?;
            let Some((attempted_at, last_outcome)) = attempt else { continue };
            let availability = self.row(
                "SELECT availability FROM snapshot WHERE product_id = ?1 AND offer_id = ?2 AND at <= ?3
                   AND availability IS NOT NULL ORDER BY at DESC LIMIT 1",
                &of_offer,
                |r| Ok(from_word(r.get(0)?)),
            )?;
            let good = self.row(
                "SELECT at, price, list_price, currency FROM snapshot
                 WHERE product_id = ?1 AND offer_id = ?2 AND at <= ?3 AND price IS NOT NULL ORDER BY at DESC LIMIT 1",
                &of_offer,
                |r| {
                    let code: Option<String> = r.get(3)?;
                    let code = code.as_deref();
                    Ok((time(r.get(0)?), money(r.get(1)?, code), money(r.get(2)?, code)))
                },
            )?;
            let observed_at = good.map(|(at, ..)| at);
            if observed_at != offer.observed_at {
                (offer.unit_price, offer.shipping) = (None, None);
                (offer.shipping_included, offer.tax_included) = (None, None);
            }
            offer.attempted_at = Some(attempted_at);
            offer.last_outcome = last_outcome;
            offer.availability = availability.unwrap_or_default();
            offer.observed_at = observed_at;
            (offer.price, offer.list_price) = good.map_or((None, None), |(_, price, list)| (price, list));
            known.push(offer);
        }
        Ok(known)
    }

    /// Reviews of a product, newest first.
    pub fn reviews(&self, product: ProductId, limit: usize) -> Result<Vec<Review>> {
        self.rows(
            "SELECT v.review_id, s.name, v.review_key, v.stars, v.title, v.body, v.author, v.written_at, v.variant
             FROM review v JOIN shop s USING (shop_id) WHERE v.product_id = ?1
             ORDER BY v.written_at DESC, v.review_id LIMIT ?2",
            &[&product.0, &limit],
            |r| {
                Ok(Review {
                    id: ReviewId(r.get(0)?),
                    product,
                    shop: r.get(1)?,
                    text: NewReview {
                        key: r.get(2)?,
                        stars: r.get(3)?,
                        title: r.get(4)?,
                        body: r.get(5)?,
                        author: r.get(6)?,
                        written_at: r.get::<_, Option<i64>>(7)?.map(time),
                        variant: r.get(8)?,
                    },
                })
            },
        )
    }

    /// How many reviews a product has here.
    pub fn review_count(&self, product: ProductId) -> Result<u64> {
        let sql = "SELECT count(*) FROM review WHERE product_id = ?1";
        Ok(self.row(sql, &[&product.0], |r| r.get(0))?.unwrap_or(0))
    }

    /// Questions of a product by id.
    pub fn questions(&self, product: ProductId) -> Result<Vec<Question>> {
        self.rows(
            "SELECT question_id, question, answer, asked_at FROM question WHERE product_id = ?1 ORDER BY question_id",
            &[&product.0],
            |r| {
                let asked_at = r.get::<_, Option<i64>>(3)?.map(time);
                let text = NewQuestion { question: r.get(1)?, answer: r.get(2)?, asked_at };
                Ok(Question { id: r.get(0)?, product, text })
            },
        )
    }

    /// Products whose best new offer in stock costs less than the median of the observed days' lowest prices, the
    /// largest share first. List prices do not count: a shop sets them as it likes.
    pub fn deals(&self, limit: usize) -> Result<Vec<ProductId>> {
        let mut found: Vec<(i64, ProductId)> = Vec::new();
        // What costs less than the median has cost more once: the summary rules out most products unread.
        let candidates = self.rows(
            "SELECT o.product_id, min(o.price), o.currency
             FROM offer o JOIN price_summary p ON p.product_id = o.product_id AND p.currency = o.currency
             WHERE o.condition = 'new' AND o.price > 0 AND p.observations >= 3 AND o.price < p.highest
               AND o.availability NOT IN ('out_of_stock', 'discontinued', 'reserved', 'pre_order', 'back_order')
             GROUP BY o.product_id, o.currency ORDER BY o.product_id",
            &[],
            |r| Ok((ProductId(r.get(0)?), Money::new(r.get(1)?, currency(2, &r.get::<_, String>(2)?)?))),
        )?;
        for (product, price) in candidates {
            let Some(summary) = self.history(product, None)?.summary(None, None) else { continue };
            let usual = summary.median;
            if usual.currency != price.currency || summary.observations < 3 || usual.minor <= 0 {
                continue;
            }
            let thousandths = i128::from(price.minor) * 1000 / i128::from(usual.minor);
            if thousandths < 970 {
                found.push((i64::try_from(thousandths).unwrap_or(i64::MAX), product));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(_, product)| *product);
        Ok(found.into_iter().map(|(_, product)| product).take(limit).collect())
    }

    /// Hands every snapshot to `each` in the order of product, offer and time, without holding them all.
    ///
    /// # Errors
    /// The database's own, or the first error of `each`.
    pub fn for_each_snapshot<E: From<super::StoreError>>(
        &self,
        mut each: impl FnMut(SnapshotRow) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let wrong = |e: rusqlite::Error| E::from(self.wrong(&e));
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT p.product_id, p.title, p.brand, p.gtin, p.category, p.invented, o.offer_id, s.name, o.sku, o.url,
                   o.variant, o.condition, n.at, n.outcome, n.price, n.list_price, n.currency, n.availability
                 FROM snapshot n JOIN offer o USING (product_id, offer_id) JOIN product p USING (product_id)
                 JOIN shop s USING (shop_id) ORDER BY n.product_id, n.offer_id, n.at",
            )
            .map_err(wrong)?;
        let mut rows = statement.query([]).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            each(snapshot_of(row).map_err(wrong)?)?;
        }
        Ok(())
    }
}

fn snapshot_of(r: &Row<'_>) -> rusqlite::Result<SnapshotRow> {
    let code: Option<String> = r.get(16)?;
    let code = code.as_deref();
    Ok(SnapshotRow {
        product: ProductId(r.get(0)?),
        title: r.get(1)?,
        brand: r.get(2)?,
        gtin: r.get(3)?,
        category: r.get(4)?,
        invented: r.get(5)?,
        offer: OfferId(r.get(6)?),
        shop: r.get(7)?,
        sku: r.get(8)?,
        url: r.get(9)?,
        variant: r.get(10)?,
        condition: from_word(r.get(11)?),
        at: time(r.get(12)?),
        outcome: from_word(r.get(13)?),
        price: money(r.get(14)?, code),
        list_price: money(r.get(15)?, code),
        availability: r.get::<_, Option<String>>(17)?.map(from_word).unwrap_or_default(),
    })
}
