//! A read-only connection: products, offers, lists of sources, watches and chats.
//!
//! Every list is ordered, so that equal databases give equal answers. Never writes.

use super::codec::{from_json, from_word, money, time};
use super::error::{Result, StoreError};
use super::identity;
use super::merge::{attribute_of, facts_of};
use super::open::{self, How};
use super::types::{ChatTurn, SourceAttempt, Stats};
use crate::domain::*;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Ids per statement.
const CHUNK: usize = 500;

/// A read-only connection, for one thread.
pub struct Reader {
    pub(super) connection: Connection,
    path: PathBuf,
    how: How,
}

const OFFER_COLUMNS: &str = "o.offer_id, o.product_id, s.shop_id, s.name, s.domain, s.invented, o.variant, o.sku, o.url, \
   o.condition, o.availability, o.price, o.list_price, o.currency, o.unit_price, o.shipping, o.observed_at, \
   o.attempted_at, o.last_outcome, o.seller, o.shipping_included, o.tax_included";

impl Reader {
    pub(super) fn open(path: &Path, how: How) -> Result<Self> {
        Ok(Self { connection: open::open_for_reading(path, how)?, path: path.to_path_buf(), how })
    }

    /// A second connection to the same database.
    ///
    /// # Errors
    /// Where it cannot be opened any more.
    pub fn another(&self) -> Result<Self> {
        Self::open(&self.path, self.how)
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn wrong(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::of(&self.path, error)
    }

    /// All rows of a statement, mapped.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        parameters: &[&dyn ToSql],
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let run =
            || self.connection.prepare_cached(sql)?.query_map(parameters, map)?.collect::<rusqlite::Result<Vec<T>>>();
        run().map_err(|e| self.wrong(&e))
    }

    /// The first row of a statement, mapped, where there is one.
    pub(super) fn row<T>(
        &self,
        sql: &str,
        parameters: &[&dyn ToSql],
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let run = || self.connection.prepare_cached(sql)?.query_row(parameters, map).optional();
        run().map_err(|e| self.wrong(&e))
    }

    pub(super) fn number(&self, sql: &str) -> Result<i64> {
        Ok(self.row(sql, &[], |r| r.get(0))?.unwrap_or(0))
    }

    fn count(&self, sql: &str) -> Result<u64> {
        Ok(u64::try_from(self.number(sql)?).unwrap_or(0))
    }

    /// Counts of everything.
    pub fn stats(&self) -> Result<Stats> {
        let newest = self.row("SELECT max(last_at) FROM price_summary", &[], |r| r.get::<_, Option<i64>>(0))?;
        let pages = self.count("PRAGMA page_count")? * self.count("PRAGMA page_size")?;
        Ok(Stats {
            products: self.count("SELECT count(*) FROM product")?,
            offers: self.count("SELECT count(*) FROM offer")?,
            snapshots: self.count("SELECT count(*) FROM snapshot")?,
            reviews: self.count("SELECT count(*) FROM review")?,
            shops: self.count("SELECT count(*) FROM shop")?,
            sources: self.count("SELECT count(*) FROM source")?,
            watches: self.count("SELECT count(*) FROM watch")?,
            vectors: self.count("SELECT count(*) FROM sketch")?,
            invented: self.count("SELECT count(*) FROM product WHERE invented")?,
            newest_observation: newest.flatten().map(time),
            size_bytes: pages,
            schema: self.number("PRAGMA user_version")?,
        })
    }

    /// SQLite's own check of the whole file: `None` where it is sound, else the first complaint.
    pub fn integrity(&self) -> Result<Option<String>> {
        let said = self.row("PRAGMA quick_check(1)", &[], |r| r.get::<_, String>(0))?;
        Ok(said.filter(|text| text != "ok"))
    }

    /// A product by its id; by one that was joined to another, that other.
    pub fn product(&self, id: ProductId) -> Result<Option<Product>> {
        match self.products(&[id])?.pop() {
            Some(product) => Ok(Some(product)),
            None => {
                let now = self.row("SELECT product_id FROM joined WHERE old_id = ?1", &[&id.0], |r| r.get(0))?;
                Ok(now.map_or(Ok(Vec::new()), |now| self.products(&[ProductId(now)]))?.pop())
            }
        }
    }

    /// In the order of `ids`, missing ones left out.
    pub fn products(&self, ids: &[ProductId]) -> Result<Vec<Product>> {
        let mut found: HashMap<ProductId, Product> = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let list = list(chunk);
            let sql = "SELECT product_id, invented, title, brand, model, gtin, category, description, images, stars,
                   ratings, group_id, variant
                 FROM product WHERE product_id IN (SELECT value FROM json_each(?1))";
            let products = self.rows(sql, &[&list], |r| {
                Ok(Product { id: ProductId(r.get(0)?), invented: r.get(1)?, facts: facts_of(r, 2)? })
            })?;
            found.extend(products.into_iter().map(|p| (p.id, p)));
            let sql = "SELECT product_id, name, text, number, unit, flag FROM attribute
                 WHERE product_id IN (SELECT value FROM json_each(?1)) ORDER BY product_id, ord, name";
            for (id, attribute) in self.rows(sql, &[&list], |r| Ok((ProductId(r.get(0)?), attribute_of(r, 1)?)))? {
                if let Some(product) = found.get_mut(&id) {
                    product.facts.attributes.push(attribute);
                }
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The product of a GTIN normalised to 14 digits.
    pub fn product_by_gtin(&self, gtin: &str) -> Result<Option<ProductId>> {
        let found = identity::product_by_gtin(&self.connection, gtin).map_err(|e| self.wrong(&e))?;
        Ok(found.map(ProductId))
    }

    /// Products with an offer at this address or with this SKU.
    pub fn products_by_key(&self, url_or_sku: &str) -> Result<Vec<ProductId>> {
        self.rows(
            "SELECT product_id FROM offer WHERE url = ?1 UNION SELECT product_id FROM offer WHERE sku = ?1
             ORDER BY product_id",
            &[&url_or_sku],
            |r| Ok(ProductId(r.get(0)?)),
        )
    }

    /// Products of that exact title, letter case aside.
    pub fn products_by_title(&self, title: &str) -> Result<Vec<ProductId>> {
        self.rows(
            "SELECT product_id FROM product WHERE title = ?1 COLLATE NOCASE ORDER BY product_id LIMIT 50",
            &[&title],
            |r| Ok(ProductId(r.get(0)?)),
        )
    }

    /// Products of that model, letter case and spacing aside; only those of `brand` where it is given.
    pub fn search_brand_model(&self, brand: Option<&str>, model: &str) -> Result<Vec<ProductId>> {
        let Some(model) = identity::key(Some(model)) else { return Ok(Vec::new()) };
        let brand = identity::key(brand);
        self.rows(
            "SELECT product_id FROM product WHERE model_key = ?1 AND (?2 IS NULL OR brand_key = ?2)
             ORDER BY product_id LIMIT 50",
            &[&model, &brand],
            |r| Ok(ProductId(r.get(0)?)),
        )
    }

    /// Offers of a product by id.
    pub fn offers(&self, product: ProductId) -> Result<Vec<Offer>> {
        self.offers_of(&[product])
    }

    /// Offers of many products, grouped in the order of `ids`, by offer id within a product.
    pub fn offers_of(&self, ids: &[ProductId]) -> Result<Vec<Offer>> {
        let mut found: HashMap<ProductId, Vec<Offer>> = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT {OFFER_COLUMNS} FROM offer o CROSS JOIN shop s USING (shop_id)
                 WHERE o.product_id IN (SELECT value FROM json_each(?1)) ORDER BY o.product_id, o.offer_id"
            );
            for offer in self.rows(&sql, &[&list(chunk)], offer_of)? {
                found.entry(offer.product).or_default().push(offer);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).flatten().collect())
    }

    /// The product that an offer is of.
    pub fn product_of(&self, offer: OfferId) -> Result<Option<ProductId>> {
        self.row("SELECT product_id FROM offer WHERE offer_id = ?1", &[&offer.0], |r| Ok(ProductId(r.get(0)?)))
    }

    /// All shops by name.
    pub fn shops(&self) -> Result<Vec<Shop>> {
        self.rows("SELECT shop_id, name, domain, invented FROM shop ORDER BY name", &[], |r| shop_of(r, 0))
    }

    /// All sources by name.
    pub fn sources(&self) -> Result<Vec<Source>> {
        self.rows(&format!("SELECT {SOURCE_COLUMNS} FROM source ORDER BY name"), &[], source_of)
    }

    /// The source of that name.
    pub fn source_by_name(&self, name: &str) -> Result<Option<Source>> {
        self.row(&format!("SELECT {SOURCE_COLUMNS} FROM source WHERE name = ?1"), &[&name], source_of)
    }

    /// The attempts on a source that is read as one, the newest first.
    pub fn source_attempts(&self, source: SourceId, most: u32) -> Result<Vec<SourceAttempt>> {
        super::listing::attempts(&self.connection, source, most).map_err(|e| self.wrong(&e))
    }

    /// A question with its answer.
    pub fn chat(&self, id: i64) -> Result<Option<ChatTurn>> {
        let sql = "SELECT chat_id, asked_at, question, answer, record FROM chat WHERE chat_id = ?1";
        self.row(sql, &[&id], chat_of)
    }

    /// The latest questions with their answers, newest first.
    pub fn chats(&self, limit: usize) -> Result<Vec<ChatTurn>> {
        let sql = "SELECT chat_id, asked_at, question, answer, record FROM chat ORDER BY chat_id DESC LIMIT ?1";
        self.rows(sql, &[&limit], chat_of)
    }
}

fn chat_of(r: &Row<'_>) -> rusqlite::Result<ChatTurn> {
    Ok(ChatTurn {
        id: r.get(0)?,
        asked_at: time(r.get(1)?),
        question: r.get(2)?,
        answer: r.get(3)?,
        record: from_json(r.get(4)?).unwrap_or_default(),
    })
}

/// Ids as a JSON list: one statement, planned once, whatever their number.
fn list(ids: &[ProductId]) -> String {
    let numbers: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

fn shop_of(r: &Row<'_>, at: usize) -> rusqlite::Result<Shop> {
    Ok(Shop { id: ShopId(r.get(at)?), name: r.get(at + 1)?, domain: r.get(at + 2)?, invented: r.get(at + 3)? })
}

fn offer_of(r: &Row<'_>) -> rusqlite::Result<Offer> {
    let code: Option<String> = r.get(13)?;
    let code = code.as_deref();
    Ok(Offer {
        id: OfferId(r.get(0)?),
        product: ProductId(r.get(1)?),
        shop: shop_of(r, 2)?,
        variant: r.get(6)?,
        sku: r.get(7)?,
        url: r.get(8)?,
        seller: r.get(19)?,
        condition: from_word(r.get(9)?),
        availability: from_word(r.get(10)?),
        price: money(r.get(11)?, code),
        list_price: money(r.get(12)?, code),
        unit_price: from_json(r.get(14)?),
        shipping: from_json(r.get(15)?),
        shipping_included: r.get(20)?,
        tax_included: r.get(21)?,
        observed_at: r.get::<_, Option<i64>>(16)?.map(time),
        attempted_at: r.get::<_, Option<i64>>(17)?.map(time),
        last_outcome: from_word(r.get(18)?),
    })
}

const SOURCE_COLUMNS: &str = "source_id, name, kind, location, added_at, last_attempt_at, last_outcome, last_detail, \
   failures, next_due_at, etag, last_modified, state";

fn source_of(r: &Row<'_>) -> rusqlite::Result<Source> {
    let kind: String = r.get(2)?;
    Ok(Source {
        id: SourceId(r.get(0)?),
        name: r.get(1)?,
        kind: SourceKind::from_word(&kind).unwrap_or(SourceKind::Page),
        location: r.get(3)?,
        added_at: time(r.get(4)?),
        last_attempt_at: r.get::<_, Option<i64>>(5)?.map(time),
        last_outcome: r.get::<_, Option<String>>(6)?.map(from_word),
        last_detail: r.get(7)?,
        failures: r.get(8)?,
        next_due_at: r.get::<_, Option<i64>>(9)?.map(time),
        etag: r.get(10)?,
        last_modified: r.get(11)?,
        state: from_json(r.get(12)?).unwrap_or_default(),
    })
}
