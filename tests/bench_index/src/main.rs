//! emptor beside libraries that it does not use, on one machine in one run. Prints tables; keeps nothing.
//!
//! `bench-index vectors [--quick]`: ways to find the nearest vectors. `bench-index alternatives [--quick]`: ways to rank by
//! words, on the judged queries of `sh tests/bench/run fusion` and as the catalogue grows. Both take `--sizes N,N`.

#[path = "../../catalogue/mod.rs"]
mod catalogue;
mod nearest;
#[allow(dead_code)]
#[path = "../../../src/store/quantised.rs"]
mod quantised;
mod tantivy_words;
mod words;

use std::path::PathBuf;

/// What `sh tests/bench/run fusion` keeps for these.
fn kept() -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    let target = here.ancestors().filter(|folder| folder.file_name().is_some_and(|name| name == "target")).last()?;
    Some(target.join("bench-vectors"))
}

/// The value below which this share of the sorted times lies (nearest rank), in milliseconds.
fn quantile(times: &mut [std::time::Duration], share: f64) -> f64 {
    times.sort_unstable();
    let rank = (times.len() as f64 * share).ceil() as usize;
    times.get(rank.saturating_sub(1)).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().any(|argument| argument == name);
    let sizes = arguments.iter().skip_while(|argument| *argument != "--sizes").nth(1);
    let sizes = sizes.iter().flat_map(|list| list.split(',')).map(str::parse).collect::<Result<Vec<usize>, _>>()?;
    let run = if given("alternatives") { words::run } else { nearest::run };
    run(given("--quick"), &sizes)
}
