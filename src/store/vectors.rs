//! Vectors in the database: quantised, one per product, with the embedder that made them; which products lack one.
//!
//! Never makes a vector, never compares two.

use super::error::Result;
use super::quantised::Code;
use super::reader::Reader;
use super::writer::Writer;
use crate::domain::{Product, ProductId};
use rusqlite::{Connection, params};

/// Products with their vectors.
type Codes = Vec<(ProductId, Code)>;

impl Reader {
    /// How many products have a vector of this embedder, up to date or not.
    pub fn vector_count(&self, embedder: &str) -> Result<u64> {
        let sql = "SELECT count(*) FROM sketch WHERE embedder_id = (SELECT embedder_id FROM embedder WHERE name = ?1)";
        Ok(self.row(sql, &[&embedder], |r| r.get(0))?.unwrap_or(0))
    }

    /// Whether any product has a vector of any embedder.
    pub fn has_vectors(&self) -> Result<bool> {
        Ok(self.row("SELECT EXISTS (SELECT 1 FROM sketch)", &[], |r| r.get(0))?.unwrap_or(false))
    }

    /// Changes whenever vectors of this embedder are stored: a cache key.
    pub fn vectors_version(&self, embedder: &str) -> Result<i64> {
        let sql = "SELECT changes FROM embedder WHERE name = ?1";
        Ok(self.row(sql, &[&embedder], |r| r.get(0))?.unwrap_or(0))
    }

    /// Gives `take` the sketch of every product that has a vector of this embedder, by product id.
    pub fn sketches(
        &self,
        embedder: &str,
        mut take: impl FnMut(ProductId, &mut dyn Iterator<Item = u64>),
    ) -> Result<()> {
        let sql = "SELECT product_id, bits FROM sketch
                   WHERE embedder_id = (SELECT embedder_id FROM embedder WHERE name = ?1) ORDER BY product_id";
        let mut read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query([embedder])?;
            while let Some(row) = rows.next()? {
                let words = row.get_ref(1)?.as_blob()?.as_chunks::<8>().0;
                take(ProductId(row.get(0)?), &mut words.iter().map(|word| u64::from_le_bytes(*word)));
            }
            Ok(())
        };
        read().map_err(|error| self.wrong(&error))
    }

    /// The vectors of an embedder for these products, in their order; those without one are left out.
    pub fn codes(&self, embedder: &str, products: impl Iterator<Item = ProductId>) -> Result<Codes> {
        let Some(by) = self.row("SELECT embedder_id FROM embedder WHERE name = ?1", &[&embedder], |r| r.get(0))? else {
            return Ok(Vec::new());
        };
        let by: i64 = by;
        let read = || {
            // One read transaction: without it each look-up would take and give back the locks of the file.
            let together = self.connection.unchecked_transaction()?;
            let mut found = Vec::new();
            {
                let mut look =
                    together.prepare_cached("SELECT code FROM vector WHERE product_id = ?1 AND embedder_id = ?2")?;
                for product in products {
                    let mut rows = look.query([product.0, by])?;
                    if let Some(row) = rows.next()? {
                        found.extend(Code::from_bytes(row.get_ref(0)?.as_blob()?).map(|code| (product, code)));
                    }
                }
            }
            together.commit()?;
            Ok(found)
        };
        read().map_err(|error| self.wrong(&error))
    }

    /// How many products have no up-to-date vector of this embedder.
    pub fn count_without_vector(&self, embedder: &str) -> Result<u64> {
        let sql = "SELECT count(*) FROM product p
                   LEFT JOIN sketch s ON s.product_id = p.product_id AND s.revision = p.revision
                     AND s.embedder_id = (SELECT embedder_id FROM embedder WHERE name = ?1)
                   WHERE s.product_id IS NULL";
        Ok(self.row(sql, &[&embedder], |r| r.get(0))?.unwrap_or(0))
    }

    /// Products after `after` without an up-to-date vector of this embedder, by id, each with the revision of its
    /// facts. Going on after the last one of a call keeps a whole pass over a large catalogue linear.
    pub fn products_without_vector(
        &self,
        embedder: &str,
        after: Option<ProductId>,
        limit: usize,
    ) -> Result<Vec<(Product, i64)>> {
        let after = after.map_or(i64::MIN, |id| id.0);
        let found = self.rows(
            "SELECT p.product_id, p.revision FROM product p
             LEFT JOIN sketch s ON s.product_id = p.product_id AND s.revision = p.revision
               AND s.embedder_id = (SELECT embedder_id FROM embedder WHERE name = ?1)
             WHERE s.product_id IS NULL AND p.product_id > ?2 ORDER BY p.product_id LIMIT ?3",
            &[&embedder, &after, &limit],
            |r| Ok((ProductId(r.get(0)?), r.get::<_, i64>(1)?)),
        )?;
        let ids: Vec<ProductId> = found.iter().map(|(id, _)| *id).collect();
        // One that vanishes or changes between the two reads only gets a vector once more.
        let revision = |id| found.iter().find(|(known, _)| *known == id).map_or(0, |(_, revision)| *revision);
        let with = |product: Product| {
            let revision = revision(product.id);
            (product, revision)
        };
        Ok(self.products(&ids)?.into_iter().map(with).collect())
    }
}

impl Writer {
    /// Stores vectors made by one embedder, each with the revision of the facts that it was made of (from
    /// [`Reader::products_without_vector`]); replaces the product's older one, another embedder's too. A product whose
    /// facts changed meanwhile counts as without one.
    pub fn put_vectors(&self, embedder: String, vectors: Vec<(ProductId, i64, Vec<f32>)>) -> Result<()> {
        // Off the writing thread, which others wait for.
        let coded: Vec<(ProductId, i64, Code)> =
            vectors.iter().map(|(product, revision, vector)| (*product, *revision, Code::of(vector))).collect();
        self.write(move |t| {
            let by = embedder_id(t, &embedder)?;
            let mut code_in = t.prepare_cached(
                "INSERT OR REPLACE INTO vector (product_id, embedder_id, code)
                 SELECT product_id, ?2, ?3 FROM product WHERE product_id = ?1",
            )?;
            let mut sketch_in = t.prepare_cached(
                "INSERT OR REPLACE INTO sketch (product_id, embedder_id, revision, bits)
                 SELECT product_id, ?2, ?3, ?4 FROM product WHERE product_id = ?1",
            )?;
            for (product, revision, code) in &coded {
                let bits: Vec<u8> = code.sketch().into_iter().flat_map(u64::to_le_bytes).collect();
                code_in.execute(params![product.0, by, code.to_bytes()])?;
                sketch_in.execute(params![product.0, by, revision, bits])?;
            }
            Ok(())
        })
    }
}

/// The number of an embedder, known from now on; counts a change of its vectors.
fn embedder_id(t: &Connection, name: &str) -> rusqlite::Result<i64> {
    t.prepare_cached(
        "INSERT INTO embedder (name, changes) VALUES (?1, 1)
         ON CONFLICT (name) DO UPDATE SET changes = changes + 1 RETURNING embedder_id",
    )?
    .query_row([name], |r| r.get(0))
}
