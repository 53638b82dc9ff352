//! Ways to find the nearest vectors, side by side on one machine in one run: exact scans, emptor's sketches with
//! rescoring (codes in memory and read from SQLite), sqlite-vec. Prints a table; keeps nothing.
//!
//! `bench-index [--quick]`: made vectors, 10,000 and 100,000, without --quick 1,000,000 too.

#[allow(dead_code)]
#[path = "../../../src/store/quantised.rs"]
mod quantised;

use quantised::{Code, cosine, nearest_rows, sketch_of};
use rusqlite::{Connection, params};
use std::time::{Duration, Instant};

const DIMENSIONS: usize = 384;
const QUERIES: usize = 100;
/// As `retrieval::vectors` rescores where codes are read.
const RESCORED: usize = 1000;
/// Above this many vectors the library is left out: it reads everything for each query.
const LIBRARY: usize = 100_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Nearly normal: the sum of four even ones.
    fn normal(&mut self) -> f32 {
        let bits = self.next();
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
    let mut random = Random(11);
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
    times.sort_unstable();
    let ms = |share: f64| times[(times.len() as f64 * share).ceil() as usize - 1].as_secs_f64() * 1e3;
    let recall = |met: usize, of: usize| met as f64 / (truth.len() * of) as f64;
    let (p50, p99, r10, r100) = (ms(0.5), ms(0.99), recall(met_10, 10), recall(met_100, 100));
    let memory = memory as f64 / 1e6;
    println!("  {name:<44} {p50:>8.2} ms {p99:>8.2} ms   R@10 {r10:.3}   R@100 {r100:.3}   {memory:>7.1} MB");
    Ok(())
}

fn with_sqlite(folder: &std::path::Path, codes: &[Code], mapped: bool) -> Outcome<Connection> {
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

fn sqlite_vec(folder: &std::path::Path, rows: &[f32]) -> Outcome<Connection> {
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

fn library(folder: &std::path::Path, rows: &[f32], queries: &[Vec<f32>], truth: &[Vec<usize>]) -> Outcome<()> {
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
    let (rows, queries) = made(count);
    println!("{count} vectors of {DIMENSIONS} dimensions, {QUERIES} queries, the nearest 100");
    let truth: Vec<Vec<usize>> = queries.iter().map(|query| exact(&rows, query, 100)).collect();
    line("exact scan, f32", rows.len() * 4, &truth, |at| Ok(exact(&rows, &queries[at], 100)))?;
    let coded: Vec<Code> = rows.chunks_exact(DIMENSIONS).map(Code::of).collect();
    let sketches: Vec<u64> = coded.iter().flat_map(Code::sketch).collect();
    let codes = Codes {
        values: coded.iter().flat_map(|code| code.values.iter().copied()).collect(),
        scales: coded.iter().map(|code| code.scale).collect(),
    };
    line("exact scan, int8", codes.values.len() + 4 * count, &truth, |at| Ok(codes.scan(&queries[at], 100)))?;
    let sketch_bytes = sketches.len() * 8;
    line("sketches alone", sketch_bytes, &truth, |at| {
        let query = sketch_of(&queries[at]);
        let near = nearest_rows(&sketches, &query, 100);
        let distance = |row: usize| quantised::hamming(&sketches[row * 6..row * 6 + 6], &query);
        Ok(top(near.into_iter().map(|row| (row, -(distance(row) as f32))).collect(), 100))
    })?;
    for most in [300, RESCORED, 3000] {
        let name = format!("sketches, {most} rescored from memory");
        line(&name, sketch_bytes + codes.values.len() + 4 * count, &truth, |at| {
            let near = nearest_rows(&sketches, &sketch_of(&queries[at]), most);
            Ok(top(near.into_iter().map(|row| codes.cosine(row, &queries[at])).collect(), 100))
        })?;
    }
    for (how, mapped) in [("", false), (", mapped", true)] {
        let mut connection = with_sqlite(folder.path(), &coded, mapped)?;
        let name = format!("sketches, {RESCORED} rescored from SQLite{how}");
        line(&name, sketch_bytes, &truth, |at| {
            let near = nearest_rows(&sketches, &sketch_of(&queries[at]), RESCORED);
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
    if count <= LIBRARY { library(folder.path(), &rows, &queries, &truth) } else { Ok(()) }
}

fn main() -> Outcome<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let sizes: &[usize] = if quick { &[10_000, 100_000] } else { &[10_000, 100_000, 1_000_000] };
    sizes.iter().try_for_each(|count| compare(*count))
}
