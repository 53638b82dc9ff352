//! Reading the catalogue as a whole: its version, which texts have changed, what is popular.
//!
//! Never ranks, never interprets a query.

use super::codec::word;
use super::error::Result;
use super::reader::Reader;
use crate::domain::*;

/// What a catalogue may state of its products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stated {
    Price,
    Rating,
    Stock,
}

impl Reader {
    /// Whether any product states it.
    pub fn states(&self, what: Stated) -> Result<bool> {
        let any = match what {
            Stated::Price => "SELECT EXISTS (SELECT 1 FROM offer WHERE price IS NOT NULL)",
            Stated::Rating => "SELECT EXISTS (SELECT 1 FROM product WHERE stars IS NOT NULL)",
            Stated::Stock => "SELECT EXISTS (SELECT 1 FROM offer WHERE availability <> ?1)",
        };
        let unknown = word(&Availability::Unknown);
        let bound: &[&dyn rusqlite::ToSql] = if what == Stated::Stock { &[&unknown] } else { &[] };
        Ok(self.row(any, bound, |r| r.get(0))?.unwrap_or(false))
    }

    /// Changes whenever products change: a cache key for vocabulary and brands.
    pub fn catalogue_version(&self) -> Result<i64> {
        self.number("SELECT version FROM catalogue")
    }

    /// Names this database among all: what was made of another one does not fit it.
    pub fn catalogue_id(&self) -> Result<i64> {
        self.number("SELECT identity FROM catalogue")
    }

    /// Products whose text changed, or went, after that version of the catalogue, by id; at most so many.
    pub fn texts_changed_since(&self, version: i64, limit: usize) -> Result<Vec<ProductId>> {
        let sql = "SELECT DISTINCT product_id FROM text_change WHERE version > ?1 LIMIT ?2";
        let mut ids = self.rows(sql, &[&version, &limit], |r| Ok(ProductId(r.get(0)?)))?;
        ids.sort_unstable();
        Ok(ids)
    }

    /// Product ids in order, from after `after`; for listings and export.
    pub fn product_ids(&self, after: Option<ProductId>, limit: usize) -> Result<Vec<ProductId>> {
        let after = after.map_or(i64::MIN, |id| id.0);
        let sql = "SELECT product_id FROM product WHERE product_id > ?1 ORDER BY product_id LIMIT ?2";
        self.rows(sql, &[&after, &limit], |r| Ok(ProductId(r.get(0)?)))
    }

    /// The products of one family with this one among them, by id; only itself where it has no group.
    pub fn group(&self, product: ProductId) -> Result<Vec<ProductId>> {
        let sql = "SELECT product_id FROM product WHERE product_id = ?1
                     OR group_id = (SELECT group_id FROM product WHERE product_id = ?1) ORDER BY product_id";
        self.rows(sql, &[&product.0], |r| Ok(ProductId(r.get(0)?)))
    }

    /// The products with the most ratings, then the newest: what is shown where nothing is asked for.
    pub fn popular(&self, limit: usize) -> Result<Vec<ProductId>> {
        let sql = "SELECT product_id FROM product ORDER BY ratings DESC, product_id DESC LIMIT ?1";
        self.rows(sql, &[&limit], |r| Ok(ProductId(r.get(0)?)))
    }
}
