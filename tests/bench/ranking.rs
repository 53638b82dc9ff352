//! How well search ranks: a made catalogue with graded queries, beside plain FTS5, with bootstrap intervals.

use crate::Setting;
use crate::bare::Bare;
use crate::catalogue::judge::{self, DEEP, ITEMS, QUERIES, Quality};
use crate::catalogue::queries::Asked;
use crate::catalogue::{Item, Random, Words};
use crate::measure::{ms, quantile, time, value};
use emptor::domain::*;
use emptor::retrieval::{SearchOptions, Vocabulary, search, understand};
use emptor::store::Store;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

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
        let items = judge::items(&words, items);
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
        let asked = judge::asked(&words, &items, queries);
        Ok(Self { store, items, asked, number })
    }

    /// A ranking for a query, against the best that there could be.
    pub fn judge(&self, asked: &Asked, ranked: &[ProductId]) -> Quality {
        self.judge_by(&|item| asked.grade(item), ranked)
    }

    /// The same for answers of another kind.
    pub fn judge_by(&self, grade: &dyn Fn(&Item) -> u8, ranked: &[ProductId]) -> Quality {
        judge::judge(&self.items, grade, ranked.iter().map(|id| self.number.get(id).copied()))
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
