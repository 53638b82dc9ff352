//! The index against an exact scan over unrounded vectors, in memory and read from the database.

use super::*;
use crate::domain::*;
use crate::store::Store;

const DIMENSIONS: usize = 384;

/// A seeded sequence in -1..1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }

    fn vector(&mut self, around: Option<&[f32]>, spread: f32) -> Vec<f32> {
        (0..DIMENSIONS).map(|at| around.map_or(0.0, |centre| centre[at]) + spread * self.next()).collect()
    }
}

/// Clusters as kinds of products make them.
fn clustered(count: usize) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
    let mut random = Random(5);
    let centres: Vec<Vec<f32>> = (0..50).map(|_| random.vector(None, 1.0)).collect();
    let mut near = |n: usize| random.vector(Some(&centres[n % centres.len()]), 0.8);
    ((0..count).map(&mut near).collect(), (0..20).map(&mut near).collect())
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn exact(vectors: &[Vec<f32>], query: &[f32], most: usize) -> Vec<ProductId> {
    let mut all: Vec<(ProductId, f32)> =
        vectors.iter().enumerate().map(|(at, v)| (ProductId(at as i64 + 1), cosine(v, query))).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.into_iter().take(most).map(|(id, _)| id).collect()
}

#[test]
fn the_index_finds_what_an_exact_scan_finds() {
    let (vectors, queries) = clustered(6000);
    let numbered = vectors.iter().enumerate().map(|(at, v)| (ProductId(at as i64 + 1), v.clone()));
    let index = VectorIndex::new("e", numbered.collect());
    // What is lost are near ties that eight bits round to another order (0.97 and 0.998); the sketches lose none here.
    for (most, least) in [(10, 0.95), (100, 0.99)] {
        let mut met = 0;
        for query in &queries {
            let near: Vec<ProductId> = index.nearest(query, most).into_iter().map(|(id, _)| id).collect();
            met += exact(&vectors, query, most).iter().filter(|id| near.contains(id)).count();
        }
        let recall = met as f64 / (most * queries.len()) as f64;
        assert!(recall >= least, "recall@{most} is {recall}");
    }
}

#[test]
fn codes_in_the_database_and_in_memory_give_one_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("v.db")).unwrap();
    let shop = ShopRef { name: "shop".into(), domain: None, invented: false };
    let look = |n: usize| {
        let facts = ProductFacts { title: format!("Thing number {n}"), ..ProductFacts::default() };
        Observation::new(shop.clone(), &*format!("sku{n}"), facts, Timestamp::UNIX_EPOCH)
    };
    store.writer().ingest((0..300).map(look).collect()).unwrap();
    let reader = store.reader().unwrap();
    let (vectors, queries) = clustered(300);
    let ids = reader.product_ids(None, 300).unwrap();
    let rows = ids.iter().zip(&vectors).map(|(id, v)| (*id, 0, v.clone())).collect();
    store.writer().put_vectors("e".into(), rows).unwrap();
    let memory = VectorIndex::load(&reader, "e").unwrap();
    let stored = VectorIndex::load_with(&reader, "e", 0).unwrap();
    assert!(matches!(stored.codes, Codes::Stored(_)) && stored.memory() < memory.memory() / 5);
    assert_eq!((stored.len(), stored.dimensions, stored.version()), (300, DIMENSIONS, memory.version()));
    for query in &queries {
        assert_eq!(memory.nearest(query, 20), stored.nearest(query, 20));
        let asked = [ids[7], ids[3]];
        assert_eq!(stored.similarities(query, &asked), memory.similarities(query, &asked));
        assert!((stored.similarities(query, &asked)[0].1 - cosine(query, &vectors[7])).abs() < 0.01);
    }
    assert!(VectorIndex::load(&reader, "another embedder").unwrap().is_empty());
}

#[test]
fn odd_input_finds_nothing() {
    let index = VectorIndex::new("e", vec![(ProductId(1), vec![1.0, 0.0]), (ProductId(2), vec![1.0])]);
    assert_eq!(index.len(), 1);
    assert!(index.nearest(&[1.0], 5).is_empty() && index.nearest(&[f32::NAN, 1.0], 5).is_empty());
    assert!(index.nearest(&[1.0, 0.0], 0).is_empty());
    assert_eq!(index.nearest(&[0.0, 0.0], 5)[0].1, 0.0);
    assert!((index.nearest(&[3.0, 0.0], 5)[0].1 - 1.0).abs() < 1e-6, "a similarity is a cosine, whatever the length");
    assert!(VectorIndex::default().nearest(&[], 5).is_empty());
}
