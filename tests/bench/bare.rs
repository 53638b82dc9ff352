//! FTS5 as anyone would set it up over the same texts: the named alternative to emptor's own index.

use emptor::domain::{Attribute, Product, ProductId};
use emptor::store::Reader;
use rusqlite::{Connection, params};
use std::path::Path;

/// As deep as recall is measured.
const DEEP: usize = 100;
/// Products read at a time.
const CHUNK: usize = 4_000;

/// A table of its own with the texts of products.
pub struct Bare(Connection);

impl Bare {
    /// Made of all products of a store, in a file of its own; one that is there is used as it is.
    pub fn of(reader: &Reader, path: &Path) -> anyhow::Result<Self> {
        let there = path.exists();
        let mut connection = Connection::open(path)?;
        if there {
            return Ok(Self(connection));
        }
        connection.execute_batch(
            "PRAGMA journal_mode = off; PRAGMA synchronous = off;
             CREATE VIRTUAL TABLE text USING fts5 (title, brand, category, attributes, description,
               content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')",
        )?;
        let mut after = None;
        loop {
            let ids = reader.product_ids(after, CHUNK)?;
            let Some(last) = ids.last() else { return Ok(Self(connection)) };
            after = Some(*last);
            let t = connection.transaction()?;
            for Product { id, facts, .. } in reader.products(&ids)? {
                let attributes =
                    facts.attributes.iter().filter_map(Attribute::searchable).collect::<Vec<_>>().join(", ");
                t.prepare_cached(
                    "INSERT INTO text (rowid, title, brand, category, attributes, description)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    id.0,
                    facts.title,
                    facts.brand,
                    facts.category,
                    attributes,
                    facts.description
                ])?;
            }
            t.commit()?;
        }
    }

    /// The same while typing: all words, the last one as the beginning of any unless a blank stands behind it.
    pub fn begin(&self, text: &str) -> anyhow::Result<Vec<ProductId>> {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let star = if text.ends_with(char::is_alphanumeric) { "*" } else { "" };
        let expression = words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" AND ");
        self.matching(&(expression + star))
    }

    /// The best hundred by plain BM25 of quoted words, joined by ` AND ` or ` OR `.
    pub fn find(&self, text: &str, joint: &str) -> anyhow::Result<Vec<ProductId>> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let expression = words.map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(joint);
        self.matching(&expression)
    }

    fn matching(&self, expression: &str) -> anyhow::Result<Vec<ProductId>> {
        if !expression.contains('"') {
            return Ok(Vec::new());
        }
        let mut asked =
            self.0.prepare_cached("SELECT rowid FROM text WHERE text MATCH ?1 ORDER BY bm25(text) LIMIT ?2")?;
        let rows = asked.query_map(params![expression, DEEP], |r| Ok(ProductId(r.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
