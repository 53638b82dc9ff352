//! How well search ranks: a made catalogue with graded queries, beside plain FTS5, with bootstrap intervals.

use crate::Setting;
use crate::bare::Bare;
use crate::catalogue::queries::Asked;
use crate::catalogue::{Item, Random, Words};
use crate::measure::{ms, quantile, time, value};
use emptor::domain::*;
use emptor::retrieval::{SearchOptions, Vocabulary, search, understand};
use emptor::store::Store;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

const ITEMS: usize = 12_000;
const QUERIES: usize = 600;
const SEED: u64 = 20_261_123;
/// As deep as recall is measured.
const DEEP: usize = 100;

/// Quality of one ranking.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quality {
    pub ndcg10: f64,
    pub recall100: f64,
    pub reciprocal: f64,
}

/// A judged catalogue in a store of its own.
pub struct Judged {
    pub store: Store,
    pub items: Vec<Item>,
    pub asked: Vec<Asked>,
    /// Row id -> number of the item.
    pub number: HashMap<ProductId, usize>,
}

/// An item as a shop's feed would bring it: a title, a number, a price.
pub fn observation(item: &Item, at: Timestamp) -> Observation {
    let shop = ShopRef { name: "shop.example".to_owned(), domain: None, invented: false };
    let facts = ProductFacts { title: item.title.clone(), ..ProductFacts::default() };
    let mut look = Observation::new(shop, &*item.sku, facts, at);
    look.sku = Some(item.sku.clone());
    look.price = Some(Money::new(item.price_cents, Currency::USD));
    look
}

impl Judged {
    pub fn make(folder: &Path, items: usize, queries: usize) -> anyhow::Result<Self> {
        let words = Words::load();
        let items: Vec<Item> = (0..items).map(|n| words.item(SEED, n)).collect();
        let store = Store::open(&folder.join("judged.db"))?;
        let at = Timestamp::now();
        for part in items.chunks(4_000) {
            store.writer().ingest(part.iter().map(|item| observation(item, at)).collect())?;
        }
        let reader = store.reader()?;
        let mut number = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            for id in reader.products_by_key(&item.sku)? {
                number.insert(id, index);
            }
        }
        // What nothing answers says nothing of a ranking.
        let answered = |asked: &Asked| items.iter().any(|item| asked.grade(item) > 0);
        let asked = (0..queries).map(|n| Asked::make(&words, SEED ^ 0xA5, n)).filter(answered).collect();
        Ok(Self { store, items, asked, number })
    }

    /// A ranking for a query, against the best that there could be.
    pub fn judge(&self, asked: &Asked, ranked: &[ProductId]) -> Quality {
        self.judge_by(&|item| asked.grade(item), ranked)
    }

    /// Gain as 2^grade - 1 (Burges et al. 2005); recall counts grades 2 and 3, of at most a hundred.
    pub fn judge_by(&self, grade: &dyn Fn(&Item) -> u8, ranked: &[ProductId]) -> Quality {
        let grades = ranked.iter().map(|id| self.number.get(id).map_or(0, |n| grade(&self.items[*n])));
        let grades: Vec<u8> = grades.collect();
        let mut ideal: Vec<u8> = self.items.iter().map(grade).filter(|g| *g > 0).collect();
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
}

/// One row: the mean of each measure, a 95 % interval of nDCG by 1,000 resamplings, the time of a query.
pub fn row(
    name: &str,
    judged: &Judged,
    mut rank: impl FnMut(&str) -> anyhow::Result<Vec<ProductId>>,
) -> anyhow::Result<Vec<Quality>> {
    let mut times: Vec<Duration> = Vec::new();
    let mut all = Vec::new();
    for asked in &judged.asked {
        let (ranked, took) = time(|| rank(&asked.text));
        times.push(took);
        all.push(judged.judge(asked, &ranked?));
    }
    let mean = |of: &dyn Fn(&Quality) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    let mut random = Random::new(7);
    let mut means: Vec<f64> =
        (0..1_000).map(|_| (0..all.len()).map(|_| random.of(&all).ndcg10).sum::<f64>() / all.len() as f64).collect();
    means.sort_unstable_by(f64::total_cmp);
    let (low, high) = (means[25], means[974]);
    let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    value(
        name,
        &format!("{:.3}", mean(&|q| q.ndcg10)),
        &format!(
            "{low:.3} to {high:.3}; R@100 {:.3}, MRR {:.3}; {} p50, {} p99",
            mean(&|q| q.recall100),
            mean(&|q| q.reciprocal),
            ms(half),
            ms(most)
        ),
    );
    Ok(all)
}

/// The table.
pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let (items, queries) = if setting.quick { (3_000, 200) } else { (ITEMS, QUERIES) };
    let judged = Judged::make(setting.folder.path(), items, queries)?;
    let reader = judged.store.reader()?;
    let vocabulary = Vocabulary::load(&reader)?;
    value("nDCG@10 on a made catalogue", &format!("{items}"), &format!("{} queries", judged.asked.len()));
    let bare = Bare::of(&reader, &setting.folder.path().join("bare.db"))?;
    row("FTS5, all words", &judged, |text| bare.find(text, " AND "))?;
    row("FTS5, any word", &judged, |text| bare.find(text, " OR "))?;
    let options = SearchOptions { limit: DEEP, as_of: None };
    let ours = row("emptor, words", &judged, |text| {
        let need = understand(text, &vocabulary);
        Ok(search(&reader, &vocabulary, &need, None, options)?.hits.into_iter().map(|hit| hit.product.id).collect())
    })?;
    if std::env::var_os("EMPTOR_BENCH_WORST").is_some() {
        let mut worst: Vec<(f64, &Asked)> = ours.iter().map(|q| q.ndcg10).zip(&judged.asked).collect();
        worst.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (score, asked) in worst.iter().take(60) {
            println!("  {score:.2} {} {:?}", asked.text, asked.slips);
        }
    }
    Ok(())
}
