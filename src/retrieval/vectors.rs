//! Vectors of the catalogue: sketches in memory, compared all with the query's; the nearest are held against the query
//! itself, and the best of these rescored by their eight-bit codes.
//!
//! Never embeds, never mixes vectors of different embedders.

use crate::domain::ProductId;
use crate::store::quantised::{self, Code};
use crate::store::{self, Reader};
use std::sync::{Mutex, PoisonError};

/// How many of the nearest by signs are held against the unrounded query, of these how many codes are looked at for a
/// result of the usual length, and how many for each wanted product of a longer one. Measured with
/// `sh tests/bench/run vectors`.
const HELD: usize = 10_000;
const RESCORED: usize = 600;
const RESCORED_EACH: usize = 3;

/// Up to so many products the codes are in memory too (39 MB at 384 dimensions); beyond that they are read for those
/// that are rescored.
const IN_MEMORY: usize = 100_000;

/// Vectors of the catalogue, kept between searches.
#[derive(Default)]
pub struct VectorIndex {
    embedder: String,
    version: i64,
    dimensions: usize,
    products: Vec<ProductId>,
    /// Row after row, a bit for each dimension.
    sketches: Vec<u64>,
    codes: Codes,
}

/// Where the codes are.
enum Codes {
    /// Row after row, with what a code of each row is worth.
    Memory { values: Vec<i8>, scales: Vec<f32> },
    /// A connection of the index's own, used by one search at a time.
    Stored(Box<Mutex<Reader>>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Memory { values: Vec::new(), scales: Vec::new() }
    }
}

impl VectorIndex {
    /// Loads the vectors of one embedder: 56 bytes for each product at 384 dimensions, 444 in a small catalogue.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn load(reader: &Reader, embedder: &str) -> store::Result<Self> {
        Self::load_with(reader, embedder, IN_MEMORY)
    }

    fn load_with(reader: &Reader, embedder: &str, in_memory: usize) -> store::Result<Self> {
        let mut index =
            Self { embedder: embedder.to_owned(), version: reader.vectors_version(embedder)?, ..Self::default() };
        let count = usize::try_from(reader.vector_count(embedder)?).unwrap_or(0);
        if count <= in_memory {
            let mut products = Vec::with_capacity(count);
            reader.sketches(embedder, |product, _| products.push(product))?;
            for (product, code) in reader.codes(embedder, products.into_iter())? {
                index.push(product, &code);
            }
            return Ok(index);
        }
        index.products.reserve_exact(count);
        let mut words = 0;
        reader.sketches(embedder, |product, bits| {
            let before = index.sketches.len();
            index.sketches.extend(bits);
            if before == 0 {
                words = index.sketches.len();
                index.sketches.reserve_exact(count.saturating_sub(1) * words);
            }
            // Another length than the first's: no vector of this embedder.
            if index.sketches.len() == before + words {
                index.products.push(product);
            } else {
                index.sketches.truncate(before);
            }
        })?;
        let first = reader.codes(embedder, index.products.iter().copied().take(1))?;
        index.dimensions = first.first().map_or(0, |(_, code)| code.values.len());
        index.codes = Codes::Stored(Box::new(Mutex::new(reader.another()?)));
        Ok(index)
    }

    /// An index over the given vectors; those of another length than the first are left out.
    pub fn new(embedder: &str, vectors: Vec<(ProductId, Vec<f32>)>) -> Self {
        let mut index = Self { embedder: embedder.to_owned(), ..Self::default() };
        for (product, vector) in &vectors {
            index.push(*product, &Code::of(vector));
        }
        index
    }

    fn push(&mut self, product: ProductId, code: &Code) {
        if self.products.is_empty() {
            self.dimensions = code.values.len();
        }
        if let Codes::Memory { values, scales } = &mut self.codes
            && code.values.len() == self.dimensions
            && self.dimensions > 0
        {
            values.extend(&code.values);
            scales.push(code.scale);
            self.sketches.extend(code.sketch());
            self.products.push(product);
        }
    }

    /// Whose vectors these are.
    pub fn embedder(&self) -> &str {
        &self.embedder
    }

    /// [`Reader::vectors_version`] when they were loaded.
    pub fn version(&self) -> i64 {
        self.version
    }

    pub fn len(&self) -> usize {
        self.products.len()
    }

    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// Bytes of memory that it holds.
    pub fn memory(&self) -> usize {
        let codes = match &self.codes {
            Codes::Memory { values, scales } => values.capacity() + 4 * scales.capacity(),
            Codes::Stored(_) => 0,
        };
        8 * (self.sketches.capacity() + self.products.capacity()) + codes
    }

    /// The nearest products with their cosine similarity, the nearest first; none where the dimensions differ.
    pub fn nearest(&self, query: &[f32], most: usize) -> Vec<(ProductId, f32)> {
        let Some(query) = self.unit(query).filter(|_| most > 0) else { return Vec::new() };
        let kept = RESCORED.max(most.saturating_mul(RESCORED_EACH));
        let rows = quantised::leaning_rows(&self.sketches, &query, HELD, kept);
        let mut scored = self.cosines(&query, &rows);
        scored.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        scored.truncate(most);
        scored
    }

    /// The cosine similarity of each of these products that has a vector, in their order: for ordering by meaning what
    /// was found by words.
    pub fn similarities(&self, query: &[f32], products: &[ProductId]) -> Vec<(ProductId, f32)> {
        let Some(query) = self.unit(query) else { return Vec::new() };
        let rows: Vec<usize> = products.iter().filter_map(|id| self.products.binary_search(id).ok()).collect();
        self.cosines(&query, &rows)
    }

    /// The query at unit length (zeros stay zeros); `None` where it cannot be held against these vectors.
    fn unit(&self, query: &[f32]) -> Option<Vec<f32>> {
        let length = query.iter().map(|x| x * x).sum::<f32>().sqrt();
        let fits = query.len() == self.dimensions && self.dimensions > 0 && length.is_finite();
        fits.then(|| query.iter().map(|x| if length > 0.0 { x / length } else { 0.0 }).collect())
    }

    fn cosines(&self, query: &[f32], rows: &[usize]) -> Vec<(ProductId, f32)> {
        let products = rows.iter().filter_map(|row| self.products.get(*row).copied());
        match &self.codes {
            Codes::Memory { values, scales } => products
                .zip(rows)
                .filter_map(|(product, row)| {
                    let values = values.get(row * self.dimensions..(row + 1) * self.dimensions)?;
                    Some((product, quantised::cosine(*scales.get(*row)?, values, query)))
                })
                .collect(),
            Codes::Stored(reader) => {
                // A search that panicked left nothing half done: a reader has no state of its own.
                let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
                match reader.codes(&self.embedder, products) {
                    Ok(codes) => codes
                        .into_iter()
                        .filter(|(_, code)| code.values.len() == query.len())
                        .map(|(product, code)| (product, code.cosine(query)))
                        .collect(),
                    Err(error) => {
                        tracing::warn!(%error, "vectors were not read; searching by words alone");
                        Vec::new()
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
