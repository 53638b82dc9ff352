//! Vectors of the catalogue in memory, quantised to eight bits, scanned whole for the nearest to a query.
//!
//! Never embeds, never mixes vectors of different embedders.

use crate::domain::ProductId;
use crate::store::{self, Reader};

/// Vectors of the catalogue, kept in memory between searches.
#[derive(Debug, Clone, Default)]
pub struct VectorIndex {
    embedder: String,
    dimensions: usize,
    products: Vec<ProductId>,
    /// Row after row, `dimensions` each.
    codes: Vec<i8>,
    /// What a code of each row is worth.
    scales: Vec<f32>,
}

impl VectorIndex {
    /// Loads the vectors of one embedder.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn load(reader: &Reader, embedder: &str) -> store::Result<Self> {
        Ok(Self::new(embedder, reader.vectors(embedder)?))
    }

    /// An index over the given vectors; those of another length than the first are left out.
    pub fn new(embedder: &str, vectors: Vec<(ProductId, Vec<f32>)>) -> Self {
        let dimensions = vectors.first().map_or(0, |(_, v)| v.len());
        let mut index = Self { embedder: embedder.to_owned(), dimensions, ..Self::default() };
        for (product, vector) in vectors.into_iter().filter(|(_, v)| v.len() == dimensions && !v.is_empty()) {
            let (codes, scale) = quantise(&vector);
            index.products.push(product);
            index.codes.extend(codes);
            index.scales.push(scale);
        }
        index
    }

    /// Whose vectors these are.
    pub fn embedder(&self) -> &str {
        &self.embedder
    }

    pub fn len(&self) -> usize {
        self.products.len()
    }

    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// The nearest products with their cosine similarity, the nearest first; none where the dimensions differ.
    pub fn nearest(&self, query: &[f32], most: usize) -> Vec<(ProductId, f32)> {
        if query.len() != self.dimensions || self.dimensions == 0 || most == 0 {
            return Vec::new();
        }
        let (codes, scale) = quantise(query);
        let rows = self.codes.chunks_exact(self.dimensions).zip(&self.scales);
        let mut scored: Vec<(ProductId, f32)> =
            rows.zip(&self.products).map(|((row, s), id)| (*id, dot(row, &codes) as f32 * s * scale)).collect();
        let order = |a: &(ProductId, f32), b: &(ProductId, f32)| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0));
        if scored.len() > most {
            scored.select_nth_unstable_by(most - 1, order);
            scored.truncate(most);
        }
        scored.sort_by(order);
        scored
    }
}

/// Codes from -127 to 127 and what one is worth, of the vector brought to unit length.
fn quantise(vector: &[f32]) -> (Vec<i8>, f32) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    let peak = vector.iter().fold(0.0_f32, |m, x| m.max(x.abs()));
    if !(length > 0.0 && peak.is_finite()) {
        return (vec![0; vector.len()], 0.0);
    }
    let step = peak / 127.0;
    (vector.iter().map(|x| (x / step).round() as i8).collect(), step / length)
}

fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cheap seeded sequence in -1..1.
    fn vector(seed: u64) -> Vec<f32> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (0..64)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
            })
            .collect()
    }

    #[test]
    fn quantised_order_is_the_exact_order_at_the_top() {
        let vectors: Vec<(ProductId, Vec<f32>)> = (0..500).map(|i| (ProductId(i), vector(i as u64 + 1))).collect();
        let query: Vec<f32> = vectors[17].1.iter().zip(&vectors[40].1).map(|(a, b)| a + 0.5 * b).collect();
        let index = VectorIndex::new("e", vectors);
        let near = index.nearest(&query, 2);
        assert_eq!((near[0].0, near[1].0), (ProductId(17), ProductId(40)));
        assert!(near[0].1 <= 1.01 && near[0].1 > near[1].1);
    }

    #[test]
    fn odd_input_finds_nothing() {
        let index = VectorIndex::new("e", vec![(ProductId(1), vec![1.0, 0.0]), (ProductId(2), vec![1.0])]);
        assert_eq!(index.len(), 1);
        assert!(index.nearest(&[1.0], 5).is_empty());
        assert_eq!(index.nearest(&[0.0, 0.0], 5)[0].1, 0.0);
        assert!(VectorIndex::default().nearest(&[], 5).is_empty());
    }
}
