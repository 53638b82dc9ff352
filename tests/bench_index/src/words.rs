//! Ranking by words: bare FTS5 and Tantivy on the judged queries, beside what emptor ranked for them in the last
//! `sh tests/bench/run fusion`, and both as the catalogue grows. How fast emptor is beside the same FTS5 is told by
//! `sh tests/bench/run scale`.

use crate::catalogue::judge::{DEEP, ITEMS, QUERIES, Quality, asked, items, judge};
use crate::catalogue::queries::Asked;
use crate::catalogue::{Item, Random, Words};
use crate::tantivy_words::Tantivy;
use crate::{kept, quantile};
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// Queries that are timed, and those that bare FTS5 is asked: it takes long at a million titles.
const TIMED: usize = 300;
const TIMED_BARE: usize = 60;
const SEED: u64 = 41;
const RESAMPLED: usize = 1_000;

/// FTS5 as anyone would set it up.
struct Bare(Connection);

impl Bare {
    fn of(path: &Path, titles: impl Iterator<Item = (usize, String)>) -> anyhow::Result<Self> {
        let mut connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = off; PRAGMA synchronous = off;
             CREATE VIRTUAL TABLE text USING fts5 (title, content = '', contentless_delete = 1,
               tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')",
        )?;
        let all = connection.transaction()?;
        for (number, title) in titles {
            all.prepare_cached("INSERT INTO text (rowid, title) VALUES (?1, ?2)")?
                .execute(params![number as i64, title])?;
        }
        all.commit()?;
        Ok(Self(connection))
    }

    /// The best hundred by plain BM25 of quoted words, any of which is enough.
    fn find(&self, text: &str) -> anyhow::Result<Vec<usize>> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let expression = words.map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" OR ");
        let mut asked =
            self.0.prepare_cached("SELECT rowid FROM text WHERE text MATCH ?1 ORDER BY bm25(text) LIMIT ?2")?;
        let rows = asked.query_map(params![expression, DEEP as i64], |row| row.get::<_, i64>(0))?;
        Ok(rows.map(|row| row.map(|number| number as usize)).collect::<Result<_, _>>()?)
    }
}

pub fn run(quick: bool, sizes: &[usize]) -> anyhow::Result<()> {
    quality()?;
    let usual = if quick { &SIZES[..2] } else { &SIZES[..] };
    let sizes = if sizes.is_empty() { usual } else { sizes };
    sizes.iter().try_for_each(|size| latency(*size))
}

/// One line: the mean of each measure and a 95 % interval of nDCG by resampling the queries.
fn line(name: &str, all: &[Quality]) {
    let mean = |of: &dyn Fn(&Quality) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    let mut random = Random::new(7);
    let sample = |random: &mut Random| (0..all.len()).map(|_| random.of(all).ndcg10).sum::<f64>() / all.len() as f64;
    let mut means: Vec<f64> = (0..RESAMPLED).map(|_| sample(&mut random)).collect();
    means.sort_unstable_by(f64::total_cmp);
    let (low, high) = (means[RESAMPLED / 40], means[RESAMPLED - RESAMPLED / 40 - 1]);
    let (ndcg, recall, reciprocal) = (mean(&|q| q.ndcg10), mean(&|q| q.recall100), mean(&|q| q.reciprocal));
    println!("  {name:<44} nDCG@10 {ndcg:.3} ({low:.3} to {high:.3})   R@100 {recall:.3}   MRR {reciprocal:.3}");
}

fn quality() -> anyhow::Result<()> {
    let words = Words::load();
    let items = items(&words, ITEMS);
    let asked = asked(&words, &items, QUERIES);
    println!("{ITEMS} made titles, {} judged queries", asked.len());
    let folder = tempfile::tempdir()?;
    let titles = || items.iter().enumerate().map(|(number, item)| (number, item.title.clone()));
    let bare = Bare::of(&folder.path().join("bare.db"), titles())?;
    let tantivy = Tantivy::of(&folder.path().join("tantivy"), titles())?;
    let row = |name: &str, find: &dyn Fn(&str) -> anyhow::Result<Vec<usize>>| -> anyhow::Result<()> {
        let judged = asked.iter().map(|asked| Ok(judged(&items, asked, &find(&asked.text)?)));
        line(name, &judged.collect::<anyhow::Result<Vec<Quality>>>()?);
        Ok(())
    };
    row("FTS5, any word", &|text| bare.find(text))?;
    row("Tantivy, any word", &|text| tantivy.find(text, false))?;
    row("Tantivy, any word, fuzzy", &|text| tantivy.find(text, true))?;
    let Some(rankings) = kept().and_then(|folder| std::fs::read_to_string(folder.join("rankings.tsv")).ok()) else {
        println!("  emptor's rankings: not here; `sh tests/bench/run fusion` makes and keeps them");
        return Ok(());
    };
    println!("  as `sh tests/bench/run fusion` ranked them last:");
    let lines: Vec<Vec<&str>> = rankings.lines().map(|line| line.split('\t').collect()).collect();
    for ways in lines.chunk_by(|a, b| a[0] == b[0]) {
        let all = ways.iter().zip(&asked).map(|(way, asked)| {
            let ranked: Result<Vec<usize>, _> = way[2].split_whitespace().map(str::parse).collect();
            anyhow::Ok(judged(&items, asked, &ranked?))
        });
        line(ways[0][0], &all.collect::<anyhow::Result<Vec<Quality>>>()?);
    }
    Ok(())
}

fn judged(items: &[Item], asked: &Asked, ranked: &[usize]) -> Quality {
    judge(items, &|item| asked.grade(item), ranked.iter().copied().map(Some))
}

fn latency(size: usize) -> anyhow::Result<()> {
    let words = Words::load();
    let folder = tempfile::tempdir()?;
    let titles = || (0..size).map(|number| (number, words.item(SEED, number).title));
    let start = Instant::now();
    let bare = Bare::of(&folder.path().join("bare.db"), titles())?;
    let bare_took = start.elapsed();
    let start = Instant::now();
    let tantivy = Tantivy::of(&folder.path().join("tantivy"), titles())?;
    println!("{size} titles; indexed by FTS5 in {bare_took:.1?}, by Tantivy in {:.1?}: p50, p99", start.elapsed());
    let asked: Vec<String> = (0..TIMED).map(|n| Asked::make(&words, SEED ^ 0xA5, n).text).collect();
    let timed = |name: &str, count: usize, find: &dyn Fn(&str) -> anyhow::Result<Vec<usize>>| -> anyhow::Result<()> {
        let mut times: Vec<Duration> = Vec::new();
        for text in asked.iter().take(count) {
            let start = Instant::now();
            find(text)?;
            times.push(start.elapsed());
        }
        let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
        println!("  {name:<44} {half:>8.2} ms {most:>8.2} ms");
        Ok(())
    };
    timed("FTS5, any word", TIMED_BARE, &|text| bare.find(text))?;
    timed("Tantivy, any word", TIMED, &|text| tantivy.find(text, false))?;
    timed("Tantivy, any word, fuzzy", TIMED, &|text| tantivy.find(text, true))
}
