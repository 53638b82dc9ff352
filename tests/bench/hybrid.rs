//! Words and meaning together as the catalogue grows: a search with the query's vector, what the scan of all vectors
//! costs where words do not suffice, and what making a query's vector costs.
//!
//! The vectors are made, near to each other within a kind of product: they cost what real ones cost, their quality is
//! measured by `fusion`.

use crate::Setting;
use crate::cases;
use crate::catalogue::queries::Asked;
use crate::catalogue::{Random, Words};
use crate::measure::{line, ms, time, value};
use crate::scale;
use emptor::retrieval::{SearchOptions, VectorIndex, Vocabulary, search, understand};
use emptor::store::Store;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const SIZES: [usize; 2] = [10_000, 100_000];
const QUERIES: usize = 300;
const SEED: u64 = 0x5EED;
const DIMENSIONS: usize = 384;
const EMBEDDER: &str = "made for the benchmark";
const BATCH: usize = 4_000;

/// Runs every size.
pub fn run(setting: &Setting) -> anyhow::Result<()> {
    setting.sizes(&SIZES).iter().try_for_each(|size| one(setting, *size))
}

fn direction(seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..DIMENSIONS).map(|_| random.below(2_001) as f32 / 1_000.0 - 1.0).collect()
}

/// Directions of the kinds, and of what sets products of a kind apart.
struct Directions {
    kinds: Vec<Vec<f32>>,
    beside: Vec<Vec<f32>>,
}

impl Directions {
    fn new(words: &Words) -> Self {
        let some = |from: u64, count: usize| (0..count as u64).map(|n| direction(from + n)).collect();
        Self { kinds: some(1_000, words.kinds.len()), beside: some(9_000_000, 509) }
    }

    fn vector(&self, kind: usize, at: usize) -> Vec<f32> {
        let (one, other) = (&self.beside[at % 509], &self.beside[at / 509 % 509]);
        let sides = one.iter().zip(other);
        let sum: Vec<f32> = self.kinds[kind].iter().zip(sides).map(|(k, (a, b))| k + 0.5 * a + 0.3 * b).collect();
        let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
        sum.into_iter().map(|x| x / length).collect()
    }
}

/// Gives every product its vector, where it has none.
fn embedded(store: &Store, words: &Words, directions: &Directions, size: usize) -> anyhow::Result<()> {
    let reader = store.reader()?;
    let mut after = None;
    loop {
        let waiting = reader.products_without_vector(EMBEDDER, after, BATCH)?;
        let Some((last, _)) = waiting.last() else { return Ok(()) };
        after = Some(last.id);
        let vectors = waiting.iter().map(|(product, revision)| {
            let nth = usize::try_from(product.id.0 - 1).unwrap_or(0).min(size);
            (product.id, *revision, directions.vector(words.item(scale::SEED, nth).kind, nth))
        });
        store.writer().put_vectors(EMBEDDER.to_owned(), vectors.collect())?;
    }
}

fn one(setting: &Setting, size: usize) -> anyhow::Result<()> {
    let words = Words::load();
    let (store, ..) = scale::stored(setting, &words, size)?;
    let directions = Directions::new(&words);
    let (made, took) = time(|| embedded(&store, &words, &directions, size));
    made?;
    value(&format!("{size} made vectors stored"), &ms(took), "where they were not kept");
    let reader = store.reader()?;
    let vocabulary = Vocabulary::load(&reader)?;
    let (index, loading) = time(|| VectorIndex::load(&reader, EMBEDDER));
    let index = index?;
    value("  and loaded", &ms(loading), &format!("{} MB in memory", index.memory() / 1_000_000));
    let asked: Vec<Asked> = (0..QUERIES).map(|n| Asked::make(&words, SEED, n)).collect();
    let options = SearchOptions { limit: 10, as_of: None };
    let (mut lexical, mut hybrid, mut scans): (Vec<Duration>, Vec<Duration>, Vec<Duration>) = Default::default();
    for (nth, asked) in asked.iter().enumerate() {
        let find = |vector: Option<(&[f32], &VectorIndex)>| {
            let need = understand(&asked.text, &vocabulary);
            search(&reader, &vocabulary, &need, vector, options)
        };
        let vector = directions.vector(asked.kinds.first().copied().unwrap_or(0), nth * 7);
        let (found, took) = time(|| find(None));
        found?;
        lexical.push(took);
        let (found, took) = time(|| find(Some((&vector, &index))));
        found?;
        hybrid.push(took);
        let (near, took) = time(|| index.nearest(&vector, 100));
        anyhow::ensure!(near.len() == 100.min(size), "{} vectors were near", near.len());
        scans.push(took);
    }
    line(&format!("a search by words, {size} products"), &mut lexical, "");
    line("  by words and meaning, the vector given", &mut hybrid, "the goal is 8 and 30 ms at a million");
    line("  the nearest 100 of all vectors", &mut scans, "only where words do not suffice");
    let embedder = cases::embedder(setting)?;
    let mut times = Vec::new();
    for asked in &asked {
        let (made, took) = time(|| embedder.embed(&[asked.text.as_str()], &CancellationToken::new()));
        made?;
        times.push(took);
    }
    line("  a query's vector by MiniLM", &mut times, "");
    Ok(())
}
