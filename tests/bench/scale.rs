//! Search as the catalogue grows: building, memory, latency beside bare FTS5, changes while others read.
//!
//! The catalogues are made from words (tests/catalogue) and go with the benchmark's folder.

use crate::Setting;
use crate::bare::Bare;
use crate::catalogue::queries::Asked;
use crate::catalogue::{Item, Words};
use crate::measure::{line, ms, time, value};
use crate::ranking;
use emptor::domain::*;
use emptor::retrieval::{SearchOptions, Vocabulary, search, understand};
use emptor::store::Store;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const QUERIES: usize = 300;
/// Bare FTS5 is asked less often: at a million products each takes long.
const BARE_QUERIES: usize = 60;
const CHANGED: usize = 10_000;
/// Of the items of every made catalogue.
pub const SEED: u64 = 41;
const BATCH: usize = 4_000;

/// Runs every size.
pub fn run(setting: &Setting) -> anyhow::Result<()> {
    setting.sizes(&SIZES).iter().try_for_each(|size| one(setting, *size))
}

/// An item with brand, category and stated properties.
fn observation(words: &Words, item: &Item, at: Timestamp) -> Observation {
    let mut look = ranking::observation(item, at);
    let kind = &words.kinds[item.kind];
    look.product.brand = Some(item.brand.clone());
    look.product.category = Some(format!("{} > {}", kind.department, kind.name));
    for (family, value) in &item.properties {
        let family = &words.families[*family];
        let text = family.values[*value];
        let value = match (text.parse::<f64>(), family.unit) {
            (Ok(value), unit) if !unit.is_empty() => AttributeValue::Number { value, unit: unit.to_owned() },
            _ => AttributeValue::Text(text.to_owned()),
        };
        look.product.attributes.push(Attribute { name: family.name.replace(' ', "_"), value });
    }
    look
}

/// The made catalogue of a size, and how many products it already had; what is missing is made.
pub fn stored(setting: &Setting, words: &Words, size: usize) -> anyhow::Result<(Store, PathBuf, usize)> {
    let folder = setting.keep.as_deref().unwrap_or(setting.folder.path());
    let path = folder.join(format!("scale{size}.db"));
    let store = Store::open(&path)?;
    let at = Timestamp::now();
    let there = store.reader()?.stats()?.products as usize;
    (there..size).step_by(BATCH).try_for_each(|start| {
        let items = (start..size.min(start + BATCH)).map(|n| words.item(SEED, n));
        store.writer().ingest(items.map(|item| observation(words, &item, at)).collect()).map(drop)
    })?;
    Ok((store, path, there))
}

fn one(setting: &Setting, size: usize) -> anyhow::Result<()> {
    let words = Words::load();
    let (made, took) = time(|| stored(setting, &words, size));
    let (store, path, there) = made?;
    let disk = || std::fs::metadata(&path).map_or(0, |m| m.len()) / 1_000_000;
    let rate = (size - there.min(size)) as f64 / took.as_secs_f64();
    value(&format!("{size} products stored and indexed"), &ms(took), &format!("{rate:.0}/s, {} MB on disk", disk()));
    let reader = store.reader()?;
    let before = resident();
    let (vocabulary, loading) = time(|| Vocabulary::load(&reader));
    let vocabulary = vocabulary?;
    value(
        "  what a search needs in memory, loaded",
        &ms(loading),
        &format!("{} MB", (resident() - before) / 1_000_000),
    );
    let asked: Vec<String> = (0..QUERIES).map(|n| Asked::make(&words, SEED ^ 0xA5, n).text).collect();
    let options = SearchOptions { limit: 10, as_of: None };
    let find = |query: &str, vocabulary: &Vocabulary| {
        let need = understand(query, vocabulary);
        search(&reader, vocabulary, &need, None, options)
    };
    let fts = Bare::of(&reader, &path.with_file_name(format!("bare{size}.db")))?;
    let (mut whole, mut understood, mut bare, mut slowest) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for query in &asked {
        let (found, took) = time(|| find(query, &vocabulary));
        found?;
        understood.push(time(|| understand(query, &vocabulary)).1);
        slowest.push((took, query.as_str()));
        whole.push(took);
    }
    slowest.sort_unstable_by(|a, b| b.cmp(a));
    let slowest: Vec<&str> = slowest.iter().take(6).map(|(_, query)| *query).collect();
    for query in asked.iter().take(BARE_QUERIES) {
        let (hits, took) = time(|| fts.find(query, " OR "));
        hits?;
        bare.push(took);
    }
    line("  search, any words", &mut whole, &format!("slowest: {}", slowest.join("; ")));
    line("  of which understanding", &mut understood, "");
    line("  bare FTS5, any word", &mut bare, "");
    let mut empty: Vec<Duration> = (0..20).map(|_| time(|| find("", &vocabulary)).1).collect();
    line("  the empty query", &mut empty, "");
    value("  memory after these", &format!("{} MB", resident() / 1_000_000), "the whole process, the bench included");
    drop(fts);
    // All over the catalogue, and side by side as one shop's feed brought them.
    let apart = (size / CHANGED).max(1);
    let spread = |from: usize| (from..size).step_by(apart);
    let changes = |what, vocabulary: &Vocabulary, items: &mut dyn Iterator<Item = usize>| {
        changes(what, &changed(&words, what, items), &store, vocabulary, &asked)
    };
    let vocabulary = changes(Changed::Titles, &vocabulary, &mut spread(0))?;
    let vocabulary = changes(Changed::Feed, &vocabulary, &mut (size / 3..size))?;
    // Others than were renamed, whose titles would change back.
    changes(Changed::Prices, &vocabulary, &mut spread(apart / 2)).map(drop)
}

/// What becomes of the products of a bench.
#[derive(Clone, Copy, PartialEq)]
enum Changed {
    /// New titles and prices all over the catalogue.
    Titles,
    /// The same, side by side.
    Feed,
    /// New prices, as most changes are.
    Prices,
}

/// The first [`CHANGED`] of these items as they are seen later.
fn changed(words: &Words, what: Changed, items: &mut dyn Iterator<Item = usize>) -> Vec<Observation> {
    let later = Timestamp::now();
    let change = |n| {
        let mut item = words.item(SEED, n);
        if what != Changed::Prices {
            item.title.push_str(&format!(" renewed {}", later.as_second() % 100_000));
        }
        item.price_cents += 100 + later.as_second() % 100;
        observation(words, &item, later)
    };
    items.take(CHANGED).map(change).collect()
}

/// Stores changes and brings them into the index while another thread searches.
fn changes(
    what: Changed,
    changed: &[Observation],
    store: &Store,
    vocabulary: &Vocabulary,
    asked: &[String],
) -> anyhow::Result<Vocabulary> {
    let what = match what {
        Changed::Titles => "products all over the catalogue renamed and stored",
        Changed::Feed => "products of one feed renamed and stored",
        Changed::Prices => "prices all over the catalogue changed and stored",
    };
    let count = changed.len();
    let reader = store.reader()?;
    let done = AtomicBool::new(false);
    let options = SearchOptions { limit: 10, as_of: None };
    std::thread::scope(|scope| {
        let done = &done;
        let reading = scope.spawn(move || {
            let mut times = Vec::new();
            for query in asked.iter().cycle() {
                let need = understand(query, vocabulary);
                times.push(time(|| search(&reader, vocabulary, &need, None, options).map(drop)).1);
                if done.load(Ordering::SeqCst) {
                    return times;
                }
            }
            times
        });
        let (written, took) =
            time(|| changed.chunks(BATCH).try_for_each(|part| store.writer().ingest(part.to_vec()).map(drop)));
        let (fresh, indexing) = time(|| vocabulary.reload(&store.reader()?));
        done.store(true, Ordering::SeqCst);
        let mut times = reading.join().unwrap_or_default();
        written?;
        let fresh = fresh?;
        value(&format!("  {count} {what}"), &ms(took), "");
        value("  and in the index", &ms(took + indexing), "the goal is 2 s");
        line("  search meanwhile", &mut times, "");
        anyhow::Ok(fresh)
    })
}

/// Resident memory of this process in bytes, from /proc.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
