//! Words and meaning put together, on judged queries with real vectors: words alone, meaning alone, three ways to join
//! them, one run. Differences from words alone come with paired bootstrap intervals.

use crate::Setting;
use crate::cases::{Case, TYPES, cases, embedder, keep_rankings, vectors, wording};
use crate::catalogue::judge::{DEEP, ITEMS, QUERIES, Quality};
use crate::catalogue::{Random, Words};
use crate::measure::value;
use crate::ranking::Judged;
use emptor::domain::ProductId;
use emptor::retrieval::{SearchOptions, VectorIndex, Vocabulary, search, understand};
use std::collections::HashMap;

/// Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher 2009).
const RRF: f64 = 60.0;
const RESAMPLED: usize = 2_000;

/// One way to rank, with the quality of each query.
struct Way {
    name: &'static str,
    quality: Vec<Quality>,
    /// Numbers of the items, in their order.
    lists: Vec<Vec<usize>>,
}

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let (items, queries) = if setting.quick { (3_000, 200) } else { (ITEMS, QUERIES) };
    let words = Words::load();
    let judged = Judged::make(setting.folder.path(), items, queries)?;
    let cases = cases(&words, &judged);
    let reader = judged.store.reader()?;
    let vocabulary = Vocabulary::load(&reader)?;
    let embedder = embedder(setting)?;
    let titles: Vec<String> = judged.items.iter().map(|item| item.title.clone()).collect();
    let made = vectors(embedder.as_ref(), &titles)?;
    let mut ids: Vec<(ProductId, usize)> = judged.number.iter().map(|(id, n)| (*id, *n)).collect();
    ids.sort_unstable();
    let index = VectorIndex::new(embedder.id(), ids.iter().map(|(id, n)| (*id, made[*n].clone())).collect());
    let needs: Vec<_> = cases.iter().map(|case| understand(&case.text, &vocabulary)).collect();
    let texts: Vec<String> = needs.iter().map(wording).collect();
    let asked = vectors(embedder.as_ref(), &texts)?;
    let options = SearchOptions { limit: DEEP, as_of: None };
    let mut ways: Vec<Way> =
        ["words alone", "meaning alone", "equal-weight RRF", "meaning orders the top 100 by words", "emptor"]
            .map(|name| Way { name, quality: Vec::new(), lists: Vec::new() })
            .into();
    for ((case, need), vector) in cases.iter().zip(&needs).zip(&asked) {
        let ranked = |vector| -> anyhow::Result<Vec<ProductId>> {
            let found = search(&reader, &vocabulary, need, vector, options)?;
            Ok(found.hits.into_iter().map(|hit| hit.product.id).collect())
        };
        let lexical = ranked(None)?;
        let dense: Vec<ProductId> = index.nearest(vector, DEEP).into_iter().map(|(id, _)| id).collect();
        let mut ordered = index.similarities(vector, &lexical);
        ordered.sort_by(|a, b| b.1.total_cmp(&a.1));
        let ordered = ordered.into_iter().map(|(id, _)| id).collect();
        let ours = ranked(Some((vector.as_slice(), &index)))?;
        let lists = [lexical.clone(), dense.clone(), reciprocal(&lexical, &dense), ordered, ours];
        for (way, list) in ways.iter_mut().zip(lists) {
            way.quality.push(case.judge(&judged, &list));
            way.lists.push(list.iter().filter_map(|id| judged.number.get(id).copied()).collect());
        }
    }
    table(&cases, &ways);
    if setting.quick {
        return Ok(());
    }
    // The made queries stand first.
    let made = judged.sets.first().map_or(0, |set| set.asked.len());
    let asked = |way: &Way| (way.name, way.lists[..made].to_vec());
    keep_rankings(&ways.iter().map(asked).collect::<Vec<_>>())
}

/// Reciprocal rank fusion, both sides alike.
fn reciprocal(lexical: &[ProductId], dense: &[ProductId]) -> Vec<ProductId> {
    let mut scores: HashMap<ProductId, f64> = HashMap::new();
    for list in [lexical, dense] {
        for (rank, id) in list.iter().enumerate() {
            *scores.entry(*id).or_default() += 1.0 / (RRF + rank as f64 + 1.0);
        }
    }
    let mut all: Vec<(ProductId, f64)> = scores.into_iter().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all.into_iter().take(DEEP).map(|(id, _)| id).collect()
}

fn table(cases: &[Case], ways: &[Way]) {
    let all: Vec<usize> = (0..cases.len()).collect();
    let [even, odd] = [0, 1].map(|half| all.iter().copied().filter(|at| at % 2 == half).collect::<Vec<usize>>());
    block("all queries", &all, ways);
    block("the half that weights were set on", &even, ways);
    block("the other half", &odd, ways);
    for of_type in TYPES {
        let those: Vec<usize> = all.iter().copied().filter(|at| cases[*at].of_type == of_type).collect();
        block(of_type, &those, ways);
    }
}

/// The rows of one set of queries.
fn block(name: &str, queries: &[usize], ways: &[Way]) {
    if queries.is_empty() {
        return;
    }
    value(&format!("nDCG@10, {name}"), "", &format!("{} queries", queries.len()));
    let words = &ways[0].quality;
    for way in ways {
        let mean = |of: &dyn Fn(&Quality) -> f64| {
            queries.iter().map(|at| of(&way.quality[*at])).sum::<f64>() / queries.len() as f64
        };
        let gain: Vec<f64> = queries.iter().map(|at| way.quality[*at].ndcg10 - words[*at].ndcg10).collect();
        let (low, high) = interval(&gain);
        value(
            &format!("  {}", way.name),
            &format!("{:.3}", mean(&|q| q.ndcg10)),
            &format!(
                "R@100 {:.3}, MRR {:.3}; {:+.3} ({low:+.3} to {high:+.3}) against words",
                mean(&|q| q.recall100),
                mean(&|q| q.reciprocal),
                gain.iter().sum::<f64>() / gain.len() as f64
            ),
        );
    }
}

/// 95 % of the means of resampled differences (Efron's percentile bootstrap).
fn interval(gain: &[f64]) -> (f64, f64) {
    let mut random = Random::new(7);
    let mean = |random: &mut Random| (0..gain.len()).map(|_| *random.of(gain)).sum::<f64>() / gain.len() as f64;
    let mut means: Vec<f64> = (0..RESAMPLED).map(|_| mean(&mut random)).collect();
    means.sort_unstable_by(f64::total_cmp);
    (means[RESAMPLED / 40], means[RESAMPLED - RESAMPLED / 40 - 1])
}
