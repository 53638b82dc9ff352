//! How good a ranking of a made catalogue is for a query with graded answers.

use super::queries::Asked;
use super::{Item, Words};

/// As deep as recall is measured.
pub const DEEP: usize = 100;
/// The judged catalogue: so many items, so many queries.
pub const ITEMS: usize = 12_000;
pub const QUERIES: usize = 600;
const SEED: u64 = 20_261_123;

/// Quality of one ranking.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quality {
    pub ndcg10: f64,
    pub recall100: f64,
    pub reciprocal: f64,
}

/// The items of the judged catalogue.
pub fn items(words: &Words, count: usize) -> Vec<Item> {
    (0..count).map(|n| words.item(SEED, n)).collect()
}

/// Its queries. What nothing answers says nothing of a ranking.
pub fn asked(words: &Words, items: &[Item], count: usize) -> Vec<Asked> {
    let answered = |asked: &Asked| items.iter().any(|item| asked.grade(item) > 0);
    (0..count).map(|n| Asked::make(words, SEED ^ 0xA5, n)).filter(answered).collect()
}

/// A ranking of items, by number, against the best that there could be. Gain as 2^grade - 1 (Burges et al. 2005); recall
/// counts grades 2 and 3, of at most a hundred.
pub fn judge(items: &[Item], grade: &dyn Fn(&Item) -> u8, ranked: impl Iterator<Item = Option<usize>>) -> Quality {
    let grades: Vec<u8> = ranked.map(|n| n.and_then(|n| items.get(n)).map_or(0, grade)).collect();
    let mut ideal: Vec<u8> = items.iter().map(grade).filter(|g| *g > 0).collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let gain = |list: &[u8]| -> f64 {
        list.iter().take(10).enumerate().map(|(at, g)| f64::from((1_u32 << g) - 1) / (at as f64 + 2.0).log2()).sum()
    };
    let best = ideal.first().copied().unwrap_or(1).min(2);
    let good = ideal.iter().filter(|g| **g >= best).count().min(DEEP);
    let met = grades.iter().take(DEEP).filter(|g| **g >= best).count();
    Quality {
        ndcg10: gain(&grades) / gain(&ideal),
        recall100: met as f64 / good as f64,
        reciprocal: grades.iter().position(|g| *g >= best).map_or(0.0, |at| 1.0 / (at as f64 + 1.0)),
    }
}
