//! `emptor search`: in the process and as a process, beside the bare full-text query that it is made of.

use crate::Setting;
use crate::bare::Bare;
use crate::measure::{line, ms, quantile, time, value};
use anyhow::{Context, ensure};
use emptor::domain::{Need, Timestamp};
use emptor::retrieval::{Hit, SearchOptions, Vocabulary, facets, search, understand};
use emptor::store::{Reader, Store};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const IN_PROCESS: usize = 400;
const AS_PROCESS: usize = 60;

/// Runs the program in a home of its own; its output is dropped, its failure is an error.
pub fn emptor(setting: &Setting, database: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&setting.binary);
    command.args(arguments).env("EMPTOR_DB", database).env("HOME", setting.folder.path());
    command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_DATA_HOME").env_remove("XDG_STATE_HOME");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The demo catalogue in a database of the benchmark's.
pub fn demo(setting: &Setting) -> anyhow::Result<PathBuf> {
    let database = setting.folder.path().join("demo.db");
    if !database.exists() {
        let (status, took) = time(|| emptor(setting, &database, &["import", "demo"]).status());
        ensure!(status?.success(), "the demo catalogue was not imported");
        value("import of the demo catalogue", &ms(took), "");
    }
    Ok(database)
}

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    catalogue("demo", setting, &demo(setting)?)?;
    let Some(file) = &setting.makro else {
        value("search, Makro", "not run", "name the file with --makro");
        return Ok(());
    };
    let database = setting.folder.path().join("makro.db");
    let file = file.to_str().context("the file's path is not UTF-8")?;
    let map = "title=name,price=price,date=date,shop=store,currency=ZAR";
    let import = || emptor(setting, &database, &["import", file, "--kind", "csv", "--map", map]).status();
    let (status, took) = time(import);
    ensure!(status?.success(), "{file} was not imported");
    let (again, second) = time(import);
    ensure!(again?.success(), "{file} was not imported a second time");
    value("import, Makro", &ms(took), &format!("the second time, nothing new: {}", ms(second)));
    catalogue("Makro", setting, &database)
}

/// Queries as people type them: two or three words of a title, every so many products.
fn queries(reader: &Reader, count: usize) -> anyhow::Result<Vec<String>> {
    let ids = reader.product_ids(None, 1_000_000)?;
    let step = (ids.len() / count).max(1);
    let picked: Vec<_> = ids.into_iter().step_by(step).take(count).collect();
    let words = |title: &str, take: usize| {
        let clean = title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2);
        clean.take(take).collect::<Vec<_>>().join(" ")
    };
    let titles = reader.products(&picked)?.into_iter().enumerate();
    Ok(titles.map(|(n, product)| words(&product.facts.title, 2 + n % 2)).filter(|q| !q.is_empty()).collect())
}

/// Understanding alone: the labelled questions of `tests/eval`, and the longest text that is read.
fn understanding(name: &str, vocabulary: &Vocabulary) {
    let labelled = include_str!("../eval/understand.txt");
    let questions: Vec<&str> =
        labelled.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split(" => ").next()).collect();
    let mut times: Vec<Duration> = Vec::new();
    for question in questions.iter().filter(|q| !q.is_empty()).cycle().take(2 * questions.len()) {
        times.push(time(|| understand(question, vocabulary)).1);
    }
    let book = questions.join(", ").repeat(4);
    let mut long: Vec<Duration> = (0..20).map(|_| time(|| understand(&book, vocabulary)).1).collect();
    let beside = format!("{} words p50 {}", book.split_whitespace().count(), ms(quantile(&mut long, 0.5)));
    line(&format!("understanding alone, {name}"), &mut times, &beside);
}

fn catalogue(name: &str, setting: &Setting, database: &Path) -> anyhow::Result<()> {
    let store = Store::open(database)?;
    let reader = store.reader()?;
    let stats = reader.stats()?;
    let queries = queries(&reader, IN_PROCESS)?;
    let (vocabulary, loading) = time(|| Vocabulary::load(&reader));
    let vocabulary = vocabulary?;
    understanding(name, &vocabulary);
    let options = SearchOptions { limit: 10, as_of: None };
    let (mut whole, mut bare): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    let fts = Bare::of(&reader, &setting.folder.path().join(format!("{name}-bare.db")))?;
    let mut empty = 0;
    for query in &queries {
        let (found, took) = time(|| {
            let need = understand(query, &vocabulary);
            search(&reader, &vocabulary, &need, None, options)
        });
        empty += usize::from(found?.hits.is_empty());
        whole.push(took);
        let (hits, took) = time(|| fts.find(query, " OR "));
        hits?;
        bare.push(took);
    }
    let ratio = quantile(&mut whole, 0.5).as_secs_f64() / quantile(&mut bare, 0.5).as_secs_f64().max(1e-9);
    let beside = format!("bare FTS5 BM25 p50 {}, {ratio:.1} times that", ms(quantile(&mut bare, 0.5)));
    line(&format!("search in the process, {name} ({} products)", stats.products), &mut whole, &beside);
    value(&format!("searches that found nothing, {name}"), &empty.to_string(), &format!("of {}", queries.len()));
    value(&format!("vocabulary loaded once, {name}"), &ms(loading), "");
    facet_cost(name, &reader, &vocabulary)?;
    drop((reader, store));
    let mut processes = Vec::new();
    let step = (queries.len() / AS_PROCESS).max(1);
    for query in queries.iter().step_by(step).take(AS_PROCESS) {
        let (status, took) = time(|| emptor(setting, database, &["search", query]).status());
        ensure!(status?.code().is_some_and(|code| code <= 1), "search failed for {query}");
        processes.push(took);
    }
    let mut nothing: Vec<Duration> =
        (0..20).map(|_| time(|| emptor(setting, database, &["--version"]).status()).1).collect();
    let beside = format!("`emptor --version` p50 {}", ms(quantile(&mut nothing, 0.5)));
    line(&format!("emptor search as a process, {name}"), &mut processes, &beside);
    Ok(())
}

/// The same values counted by one `GROUP BY` in SQLite, in memory, the rows put there beforehand: numbers as they stand,
/// without bands, shares or what a narrowing would leave.
fn grouping(hits: &[Hit]) -> anyhow::Result<Vec<Duration>> {
    let connection = rusqlite::Connection::open_in_memory()?;
    connection.execute_batch("CREATE TABLE fact (product INTEGER, aspect TEXT, value TEXT); BEGIN")?;
    let mut put = connection.prepare("INSERT INTO fact VALUES (?1, ?2, ?3)")?;
    for (product, hit) in hits.iter().enumerate() {
        let facts = &hit.product.facts;
        let mut values = vec![("brand", facts.brand.clone()), ("category", facts.category.clone())];
        values.push(("rating", facts.rating.map(|rating| rating.stars.to_string())));
        values.extend(hit.offers.first().map(|offer| ("price", offer.price.map(|price| price.to_string()))));
        values.extend(hit.offers.iter().map(|offer| ("shop", Some(offer.shop.name.clone()))));
        values.extend(hit.offers.first().map(|offer| ("availability", Some(offer.availability.label().to_owned()))));
        values.extend(facts.attributes.iter().map(|a| (a.name.as_str(), Some(a.value.to_string()))));
        for (aspect, value) in values {
            put.execute(rusqlite::params![product as i64, aspect, value])?;
        }
    }
    let mut asked = connection.prepare("SELECT aspect, value, count(*) FROM fact GROUP BY aspect, value")?;
    let mut count = || -> rusqlite::Result<usize> {
        asked.query_map([], |row| row.get::<_, i64>(2))?.try_fold(0, |sum, count| count.map(|_| sum + 1))
    };
    let mut times = Vec::new();
    for _ in 0..50 {
        let (groups, took) = time(&mut count);
        ensure!(groups? > 0, "nothing was grouped");
        times.push(took);
    }
    Ok(times)
}

/// Facets over the first 200 and 2,000 products of the catalogue, the search itself not counted.
fn facet_cost(name: &str, reader: &Reader, vocabulary: &Vocabulary) -> anyhow::Result<()> {
    let need = Need::default();
    let rates = reader.rates(Timestamp::MAX)?;
    for limit in [200, 2000] {
        let found = search(reader, vocabulary, &need, None, SearchOptions { limit, as_of: None })?.hits;
        ensure!(!found.is_empty(), "no candidates for facets");
        // A small catalogue is gone through again until there are enough.
        let hits: Vec<Hit> = found.iter().cycle().take(limit).cloned().collect();
        let mut times: Vec<Duration> = Vec::new();
        let mut facetted = 0;
        for _ in 0..200 {
            let (made, took) = time(|| facets(&hits, &need, &rates));
            facetted = made.len();
            times.push(took);
        }
        let mut grouped = grouping(&hits)?;
        let ratio = quantile(&mut times, 0.5).as_secs_f64() / quantile(&mut grouped, 0.5).as_secs_f64().max(1e-9);
        let beside = format!(
            "{facetted} facets, {} different products; one GROUP BY in SQLite {}, {ratio:.1} times that",
            found.len(),
            ms(quantile(&mut grouped, 0.5))
        );
        line(&format!("facets of {limit} candidates, {name}"), &mut times, &beside);
    }
    Ok(())
}
