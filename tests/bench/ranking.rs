//! How well search ranks: a made catalogue with graded queries, beside plain FTS5, with bootstrap intervals.

use crate::Setting;
use crate::bare::Bare;
use crate::catalogue::judge::{self, DEEP, ITEMS, QUERIES, Quality};
use crate::catalogue::queries::Asked;
use crate::catalogue::{Item, Random, Words};
use crate::measure::{ms, quantile, time, value};
use emptor::domain::*;
use emptor::retrieval::{Ideas, SearchOptions, Vocabulary, search_with, understand, understand_with};
use emptor::store::{Reader, Store};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

const NUMBERS: usize = 40;

/// The set of queries that are part numbers.
pub const PART_NUMBERS: &str = "part numbers";

/// Queries that are reported together.
pub struct Set {
    pub name: &'static str,
    pub asked: Vec<Asked>,
}

/// A judged catalogue in a store of its own.
pub struct Judged {
    pub store: Store,
    pub items: Vec<Item>,
    pub sets: Vec<Set>,
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
        let made = judge::asked(&words, &items, queries);
        let answered = |asked: &Asked| items.iter().any(|item| asked.grade(item) > 0);
        let (tuned, unseen): (Vec<_>, Vec<_>) =
            Asked::by_hand(&words).into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
        let hand = |part: Vec<(usize, Asked)>| part.into_iter().map(|(_, asked)| asked).filter(answered).collect();
        let numbers = Asked::by_number(&items, NUMBERS);
        let sets = vec![
            Set { name: "made", asked: made },
            Set { name: "by hand, tuned on", asked: hand(tuned) },
            Set { name: "by hand, unseen", asked: hand(unseen) },
            Set { name: PART_NUMBERS, asked: numbers },
        ];
        Ok(Self { store, items, sets, number })
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
    set: &Set,
    mut rank: impl FnMut(&str) -> anyhow::Result<Vec<ProductId>>,
) -> anyhow::Result<Vec<Quality>> {
    let mut times: Vec<Duration> = Vec::new();
    let mut all = Vec::new();
    for asked in &set.asked {
        let (ranked, took) = time(|| rank(&asked.text));
        times.push(took);
        all.push(judged.judge(asked, &ranked?));
    }
    let mean = |of: &dyn Fn(&Quality) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    let (low, high) = interval(&all.iter().map(|q| q.ndcg10).collect::<Vec<_>>());
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

/// The best hundred by our own search with these ideas.
fn ours(reader: &Reader, vocabulary: &Vocabulary, ideas: Ideas, text: &str) -> anyhow::Result<Vec<ProductId>> {
    let need = understand_with(ideas, text, vocabulary);
    let options = SearchOptions { limit: DEEP, as_of: None };
    let found = search_with(ideas, reader, vocabulary, &need, None, options)?;
    Ok(found.hits.into_iter().map(|hit| hit.product.id).collect())
}

/// The table.
pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let (items, queries) = if setting.quick { (3_000, 200) } else { (ITEMS, QUERIES) };
    let judged = Judged::make(setting.folder.path(), items, queries)?;
    let reader = judged.store.reader()?;
    let vocabulary = Vocabulary::load(&reader)?;
    if setting.ablate {
        return ablate(&judged, &reader, &vocabulary);
    }
    let bare = Bare::of(&reader, &setting.folder.path().join("bare.db"))?;
    for set in &judged.sets {
        let title = format!("nDCG@10 on {items} made products");
        value(&title, &format!("{}", set.asked.len()), &format!("queries {}", set.name));
        row("FTS5, all words", &judged, set, |text| bare.find(text, " AND "))?;
        row("FTS5, any word", &judged, set, |text| bare.find(text, " OR "))?;
        let found = row("emptor, words", &judged, set, |text| ours(&reader, &vocabulary, Ideas::default(), text))?;
        // The unseen half stays unseen.
        if std::env::var_os("EMPTOR_BENCH_WORST").is_some() && !set.name.ends_with("unseen") {
            worst(&judged, set, &found, &reader, &vocabulary)?;
        }
    }
    Ok(())
}

/// The queries that went worst, how each was read and what came first.
fn worst(
    judged: &Judged,
    set: &Set,
    found: &[Quality],
    reader: &Reader,
    vocabulary: &Vocabulary,
) -> anyhow::Result<()> {
    let mut worst: Vec<(&Quality, &Asked)> = found.iter().zip(&set.asked).collect();
    worst.sort_by(|a, b| a.0.ndcg10.total_cmp(&b.0.ndcg10));
    for (quality, asked) in worst.iter().take(45) {
        let need = understand(&asked.text, vocabulary);
        let first = ours(reader, vocabulary, Ideas::default(), &asked.text)?;
        let first = first.first().and_then(|id| judged.number.get(id)).map_or("", |n| &judged.items[*n].title);
        let Quality { ndcg10, recall100, .. } = quality;
        println!("  {ndcg10:.2} {recall100:.2} {} {:?} read {:?}; first: {first}", asked.text, asked.slips, need.words);
    }
    Ok(())
}

type Switch = (&'static str, fn(&mut Ideas));

/// Each idea by its switch.
const SWITCHES: &[Switch] = &[
    ("stems", |ideas| ideas.stems = false),
    ("measures", |ideas| ideas.measures = false),
    ("repair of unknown words", |ideas| ideas.repair = false),
    ("doubt of rare words", |ideas| ideas.doubt = false),
    ("compounds", |ideas| ideas.compounds = false),
    ("hand synonyms", |ideas| ideas.synonyms = false),
    ("part numbers", |ideas| ideas.part_numbers = false),
    ("unfinished words", |ideas| ideas.unfinished = false),
    ("words beside the thing", |ideas| ideas.beside = false),
    ("coverage", |ideas| ideas.coverage = false),
    ("name of the thing", |ideas| ideas.naming = false),
    ("neighbours", |ideas| ideas.neighbours = false),
];

/// One row for each idea switched off, on all sets together: the means, and the 95 % interval of the difference of
/// nDCG@10 by resampling queries in pairs (Efron and Tibshirani 1993).
fn ablate(judged: &Judged, reader: &Reader, vocabulary: &Vocabulary) -> anyhow::Result<()> {
    let measure = |ideas: Ideas| -> anyhow::Result<Vec<Quality>> {
        let asked = judged.sets.iter().flat_map(|set| &set.asked);
        asked.map(|asked| Ok(judged.judge(asked, &ours(reader, vocabulary, ideas, &asked.text)?))).collect()
    };
    let whole = measure(Ideas::default())?;
    let told = |name: &str, all: &[Quality], beside: &str| {
        let mean = |of: &dyn Fn(&Quality) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        let (recall, reciprocal) = (mean(&|q| q.recall100), mean(&|q| q.reciprocal));
        value(name, &format!("{:.3}", mean(&|q| q.ndcg10)), &format!("R@100 {recall:.3}, MRR {reciprocal:.3}{beside}"));
    };
    value("nDCG@10 with one idea off", &format!("{}", whole.len()), "queries of all sets");
    told("all ideas", &whole, "");
    for (name, switch) in SWITCHES {
        let mut ideas = Ideas::default();
        switch(&mut ideas);
        let without = measure(ideas)?;
        let lost: Vec<f64> = without.iter().zip(&whole).map(|(a, b)| a.ndcg10 - b.ndcg10).collect();
        let (low, high) = interval(&lost);
        told(&format!("without {name}"), &without, &format!("; difference {low:+.4} to {high:+.4}"));
    }
    Ok(())
}

/// The 95 % interval of a mean by 1,000 resamplings.
fn interval(values: &[f64]) -> (f64, f64) {
    let mut random = Random::new(7);
    let count = values.len();
    let mut means: Vec<f64> =
        (0..1_000).map(|_| (0..count).map(|_| *random.of(values)).sum::<f64>() / count as f64).collect();
    means.sort_unstable_by(f64::total_cmp);
    (means[25], means[974])
}
