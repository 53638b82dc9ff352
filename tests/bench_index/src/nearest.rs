//! Ways to find the nearest vectors, side by side: exact scans, emptor's sketches with rescoring (codes in memory and
//! read from SQLite), usearch, sqlite-vec. On MiniLM's vectors of 12,000 titles where they were made, and on more like
//! them; on made clusters elsewhere.

use crate::catalogue::Random as Numbers;
use crate::quantised::{self, Code, cosine, leaning_rows, nearest_rows, sketch_of};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use usearch::{IndexOptions, MetricKind, ScalarKind};

const DIMENSIONS: usize = 384;
const QUERIES: usize = 100;
/// As `retrieval::vectors` holds sketches against the query and rescores.
const HELD: usize = 10_000;
const RESCORED: usize = 600;
/// Above this many vectors the libraries are left out: one reads everything for each query, the other takes long to
/// build.
const LIBRARY: usize = 100_000;
const SIZES: [usize; 3] = [12_000, 100_000, 1_000_000];

type Outcome<T> = anyhow::Result<T>;

struct Random(Numbers);

impl Random {
    /// Nearly normal: the sum of four even ones.
    fn normal(&mut self) -> f32 {
        let bits = self.0.next();
        let sum: u64 = (0..4).map(|part| bits >> (16 * part) & 0xFFFF).sum();
        (sum as f32 / 65_536.0 - 2.0) * 1.732
    }

    fn vector(&mut self, around: &[f32], spread: f32) -> Vec<f32> {
        let raw: Vec<f32> = around.iter().map(|centre| centre + spread * self.normal()).collect();
        let length = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
        raw.into_iter().map(|x| x / length).collect()
    }
}

/// Vectors in clusters within clusters, as catalogues have kinds and models of products; one row after another.
fn made(count: usize) -> (Vec<f32>, Vec<Vec<f32>>) {
    let mut random = Random(Numbers::new(11));
    let origin = vec![0.0; DIMENSIONS];
    let kinds: Vec<Vec<f32>> = (0..200).map(|_| random.vector(&origin, 1.0)).collect();
    let models: Vec<Vec<f32>> = (0..(count / 20).max(200)).map(|at| random.vector(&kinds[at % 200], 0.05)).collect();
    let mut rows = Vec::with_capacity(count * DIMENSIONS);
    for at in 0..count {
        rows.extend(random.vector(&models[at % models.len()], 0.03));
    }
    let queries = (0..QUERIES).map(|at| random.vector(&models[at * 7 % models.len()], 0.04)).collect();
    (rows, queries)
}

/// The vectors that `sh tests/bench/run fusion` keeps: of 12,000 titles and of the queries for them.
fn real() -> Option<(Vec<f32>, Vec<Vec<f32>>)> {
    let files = std::fs::read_dir(crate::kept()?).ok()?;
    let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "f32"));
    files.sort();
    let read = |path: &Path| -> Option<Vec<f32>> {
        Some(std::fs::read(path).ok()?.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect())
    };
    let is_titles = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("12000-"));
    let rows = read(files.iter().find(|path| is_titles(path))?)?;
    let queries = read(files.iter().find(|path| !is_titles(path))?)?;
    let (queries, _) = queries.as_chunks::<DIMENSIONS>();
    let step = (queries.len() / QUERIES).max(1);
    Some((rows, queries.iter().step_by(step).take(QUERIES).map(|query| query.to_vec()).collect()))
}

/// More vectors like these: each between two of them, nearer to one, and a little beside the line.
fn more_like(rows: &[f32], count: usize) -> Vec<f32> {
    let mut random = Random(Numbers::new(13));
    let known = rows.len() / DIMENSIONS;
    let mut made = rows.to_vec();
    made.reserve_exact((count - known) * DIMENSIONS);
    let row = |at: usize| &rows[at * DIMENSIONS..(at + 1) * DIMENSIONS];
    for _ in known..count {
        let (one, other) = (row(random.0.below(known)), row(random.0.below(known)));
        let share = 0.5 + random.0.below(1000) as f32 / 2000.0;
        let between: Vec<f32> = one.iter().zip(other).map(|(a, b)| share * a + (1.0 - share) * b).collect();
        made.extend(random.vector(&between, 0.02));
    }
    made
}

/// Numbers of the nearest rows, the nearest first.
fn top(mut scored: Vec<(usize, f32)>, most: usize) -> Vec<usize> {
    let order = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if scored.len() > most {
        scored.select_nth_unstable_by(most - 1, order);
        scored.truncate(most);
    }
    scored.sort_by(order);
    scored.into_iter().map(|(row, _)| row).collect()
}

fn exact(rows: &[f32], query: &[f32], most: usize) -> Vec<usize> {
    let dot = |row: &[f32]| {
        let mut sums = [0.0_f32; 16];
        for (part, other) in row.as_chunks::<16>().0.iter().zip(query.as_chunks::<16>().0) {
            sums.iter_mut().zip(part).zip(other).for_each(|((sum, x), y)| *sum += x * y);
        }
        sums.iter().sum::<f32>()
    };
    top(rows.chunks_exact(DIMENSIONS).map(dot).enumerate().collect(), most)
}

/// Codes of all rows, and what one of each row is worth.
struct Codes {
    values: Vec<i8>,
    scales: Vec<f32>,
}

impl Codes {
    fn cosine(&self, row: usize, query: &[f32]) -> (usize, f32) {
        let values = &self.values[row * DIMENSIONS..(row + 1) * DIMENSIONS];
        (row, cosine(self.scales[row], values, query))
    }

    /// Both sides in eight bits, summed in 32.
    fn scan(&self, query: &[f32], most: usize) -> Vec<usize> {
        let query = Code::of(query);
        let dot = |row: &[i8]| {
            let pairs = row.iter().zip(&query.values);
            pairs.map(|(a, b)| i32::from(i16::from(*a) * i16::from(*b))).sum::<i32>()
        };
        let dots = self.values.chunks_exact(DIMENSIONS).map(dot).zip(&self.scales);
        top(dots.map(|(dot, scale)| dot as f32 * scale).enumerate().collect(), most)
    }
}

/// One line of the table: times of a query and recall against the exact scan.
fn line(
    name: &str,
    memory: usize,
    truth: &[Vec<usize>],
    mut find: impl FnMut(usize) -> Outcome<Vec<usize>>,
) -> Outcome<()> {
    let mut times: Vec<Duration> = Vec::new();
    let (mut met_10, mut met_100) = (0, 0);
    for (at, truth) in truth.iter().enumerate() {
        let start = Instant::now();
        let found = find(at)?;
        times.push(start.elapsed());
        met_10 += truth[..10].iter().filter(|row| found[..found.len().min(10)].contains(row)).count();
        met_100 += truth.iter().filter(|row| found.contains(row)).count();
    }
    let recall = |met: usize, of: usize| met as f64 / (truth.len() * of) as f64;
    let (p50, p99) = (crate::quantile(&mut times, 0.5), crate::quantile(&mut times, 0.99));
    let (r10, r100) = (recall(met_10, 10), recall(met_100, 100));
    let memory = memory as f64 / 1e6;
    println!("  {name:<44} {p50:>8.2} ms {p99:>8.2} ms   R@10 {r10:.3}   R@100 {r100:.3}   {memory:>7.1} MB");
    Ok(())
}

fn with_sqlite(folder: &Path, codes: &[Code], mapped: bool) -> Outcome<Connection> {
    let path = folder.join("codes.db");
    if !path.exists() {
        let mut connection = Connection::open(&path)?;
        connection.execute_batch(
            "CREATE TABLE vector (product_id INTEGER PRIMARY KEY, embedder_id INTEGER, code BLOB) STRICT",
        )?;
        let all = connection.transaction()?;
        for (row, code) in codes.iter().enumerate() {
            all.prepare_cached("INSERT INTO vector VALUES (?1, 1, ?2)")?
                .execute(params![row as i64, code.to_bytes()])?;
        }
        all.commit()?;
    }
    let connection = Connection::open(&path)?;
    if mapped {
        connection.query_row("PRAGMA mmap_size = 2000000000", [], |_| Ok(()))?;
    }
    Ok(connection)
}

fn sqlite_vec(folder: &Path, rows: &[f32]) -> Outcome<Connection> {
    type Entry = unsafe extern "C" fn(
        *mut rusqlite::ffi::sqlite3,
        *mut *mut std::ffi::c_char,
        *const rusqlite::ffi::sqlite3_api_routines,
    ) -> std::ffi::c_int;
    // SAFETY: the crate declares its entry point without arguments; SQLite calls it with those of an extension.
    unsafe {
        let entry = std::mem::transmute::<*const (), Entry>(sqlite_vec::sqlite3_vec_init as *const ());
        rusqlite::ffi::sqlite3_auto_extension(Some(entry));
    }
    let mut connection = Connection::open(folder.join("vec.db"))?;
    connection.execute_batch("CREATE VIRTUAL TABLE v USING vec0 (e float[384] distance_metric=cosine)")?;
    let all = connection.transaction()?;
    for (row, vector) in rows.chunks_exact(DIMENSIONS).enumerate() {
        let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
        all.prepare_cached("INSERT INTO v (rowid, e) VALUES (?1, ?2)")?.execute(params![row as i64, bytes])?;
    }
    all.commit()?;
    Ok(connection)
}

fn libraries(folder: &Path, rows: &[f32], queries: &[Vec<f32>], truth: &[Vec<usize>]) -> Outcome<()> {
    for (name, quantization) in [("f32", ScalarKind::F32), ("i8", ScalarKind::I8)] {
        let start = Instant::now();
        let options =
            IndexOptions { dimensions: DIMENSIONS, metric: MetricKind::Cos, quantization, ..Default::default() };
        let index = usearch::Index::new(&options)?;
        index.reserve(rows.len() / DIMENSIONS)?;
        for (row, vector) in (0..).zip(rows.chunks_exact(DIMENSIONS)) {
            index.add(row, vector)?;
        }
        let title = format!("usearch HNSW {name} (built in {:.0} s)", start.elapsed().as_secs_f64());
        line(&title, index.memory_usage(), truth, |at| {
            Ok(index.search(&queries[at], 100)?.keys.into_iter().map(|key| key as usize).collect())
        })?;
    }
    let start = Instant::now();
    let connection = sqlite_vec(folder, rows)?;
    let title = format!("sqlite-vec f32 (filled in {:.0} s), on disk", start.elapsed().as_secs_f64());
    line(&title, 0, truth, |at| {
        let bytes: Vec<u8> = queries[at].iter().flat_map(|x| x.to_le_bytes()).collect();
        let mut statement =
            connection.prepare_cached("SELECT rowid FROM v WHERE e MATCH ?1 AND k = 100 ORDER BY distance")?;
        let found = statement.query_map([bytes], |r| r.get::<_, i64>(0))?.collect::<Result<Vec<i64>, _>>()?;
        Ok(found.into_iter().map(|row| row as usize).collect())
    })
}

fn compare(count: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (rows, queries, what) = match real() {
        Some((rows, queries)) if count * DIMENSIONS <= rows.len() => {
            (rows[..count * DIMENSIONS].to_vec(), queries, "of titles by MiniLM")
        }
        Some((rows, queries)) => (more_like(&rows, count), queries, "like those of titles by MiniLM"),
        None => {
            let (rows, queries) = made(count);
            (rows, queries, "in made clusters (`sh tests/bench/run fusion` makes real ones)")
        }
    };
    println!("{count} vectors {what}, {} queries, the nearest 100: p50, p99", queries.len());
    let truth: Vec<Vec<usize>> = queries.iter().map(|query| exact(&rows, query, 100)).collect();
    line("exact scan, f32", rows.len() * 4, &truth, |at| Ok(exact(&rows, &queries[at], 100)))?;
    let start = Instant::now();
    let coded: Vec<Code> = rows.chunks_exact(DIMENSIONS).map(Code::of).collect();
    let sketches: Vec<u64> = coded.iter().flat_map(Code::sketch).collect();
    println!("  sketches and codes made in {:.1} s", start.elapsed().as_secs_f64());
    ours(folder.path(), &coded, &sketches, &queries, &truth)?;
    if count <= LIBRARY { libraries(folder.path(), &rows, &queries, &truth) } else { Ok(()) }
}

/// Sketches and codes, with what was not taken beside what was.
fn ours(folder: &Path, coded: &[Code], sketches: &[u64], queries: &[Vec<f32>], truth: &[Vec<usize>]) -> Outcome<()> {
    let count = coded.len();
    let codes = Codes {
        values: coded.iter().flat_map(|code| code.values.iter().copied()).collect(),
        scales: coded.iter().map(|code| code.scale).collect(),
    };
    line("exact scan, int8", codes.values.len() + 4 * count, truth, |at| Ok(codes.scan(&queries[at], 100)))?;
    let sketch_bytes = sketches.len() * 8;
    line("sketches alone", sketch_bytes, truth, |at| {
        let query = sketch_of(&queries[at]);
        let near = nearest_rows(sketches, &query, 100);
        let distance = |row: usize| quantised::hamming(&sketches[row * 6..row * 6 + 6], &query);
        Ok(top(near.into_iter().map(|row| (row, -(distance(row) as f32))).collect(), 100))
    })?;
    let in_memory = sketch_bytes + codes.values.len() + 4 * count;
    for most in [RESCORED, 5000] {
        line(&format!("sketches, {most} rescored from memory"), in_memory, truth, |at| {
            let near = nearest_rows(sketches, &sketch_of(&queries[at]), most);
            Ok(top(near.into_iter().map(|row| codes.cosine(row, &queries[at])).collect(), 100))
        })?;
    }
    for (held, most) in [(HELD, 300), (HELD, RESCORED), (20_000, 1500)] {
        line(&format!("{held} held against the query, {most} rescored"), in_memory, truth, |at| {
            let near = leaning_rows(sketches, &queries[at], held, most);
            Ok(top(near.into_iter().map(|row| codes.cosine(row, &queries[at])).collect(), 100))
        })?;
    }
    for (how, mapped) in [("", false), (", mapped", true)] {
        let mut connection = with_sqlite(folder, coded, mapped)?;
        let name = format!("{HELD} held, {RESCORED} rescored from SQLite{how}");
        line(&name, sketch_bytes, truth, |at| {
            let near = leaning_rows(sketches, &queries[at], HELD, RESCORED);
            let together = connection.transaction()?;
            let mut statement = together.prepare_cached("SELECT code FROM vector WHERE product_id = ?1")?;
            let mut scored = Vec::with_capacity(near.len());
            for row in near {
                let code = statement.query_row([row as i64], |r| Ok(Code::from_bytes(r.get_ref(0)?.as_blob()?)))?;
                scored.extend(code.map(|code| (row, code.cosine(&queries[at]))));
            }
            Ok(top(scored, 100))
        })?;
    }
    Ok(())
}

pub fn run(quick: bool, sizes: &[usize]) -> Outcome<()> {
    let usual = if quick { &SIZES[..2] } else { &SIZES[..] };
    let sizes = if sizes.is_empty() { usual } else { sizes };
    sizes.iter().try_for_each(|count| compare(*count))
}
