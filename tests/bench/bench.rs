//! The figures that the project reports, each measured here and beside a named alternative where there is one.
//!
//! `bench [search|ranking|fusion|embedding|scale|hybrid|typing|ask|tui|memory|soak|feed|engine|drafts|first].. [--makro FILE] [--models FILE,FILE] [--quick] [--ablate] [--sizes N,N] [--keep FOLDER]`; without a part all of them. Prints a table, changes nothing.

mod ask;
mod bare;
mod cases;
#[path = "../catalogue/mod.rs"]
mod catalogue;
mod embedding;
#[cfg(feature = "llama")]
mod drafts;
#[cfg(feature = "llama")]
mod engine;
mod feed;
#[cfg(feature = "llama")]
mod first;
mod fusion;
mod hybrid;
mod measure;
mod ranking;
#[cfg(feature = "llama")]
mod recorded;
mod scale;
mod search;
mod soak;
mod tui;
mod typing;
mod web;

use std::path::PathBuf;

/// What the parts share.
pub struct Setting {
    /// The program, built beside this one.
    pub binary: PathBuf,
    /// A folder that goes when the benchmark ends.
    pub folder: tempfile::TempDir,
    /// Weekly prices of a real shop, where the user has them.
    pub makro: Option<PathBuf>,
    /// GGUF files for the engine's figures; empty: those of the project that are here.
    pub models: Vec<PathBuf>,
    /// Fewer rounds.
    pub quick: bool,
    /// Ranking: the table of ideas switched off one at a time.
    pub ablate: bool,
    /// Sizes of made catalogues; empty: each part's own.
    pub sizes: Vec<usize>,
    /// Where made catalogues of `scale` stay for the next run; a million products take minutes to store.
    pub keep: Option<PathBuf>,
}

impl Setting {
    /// The sizes asked for, else a part's own, of which a quick run takes the first.
    fn sizes<'s>(&'s self, own: &'s [usize]) -> &'s [usize] {
        match (self.sizes.is_empty(), self.quick) {
            (false, _) => &self.sizes,
            (true, true) => own.get(..1).unwrap_or(own),
            (true, false) => own,
        }
    }
}

type Part = (&'static str, fn(&Setting) -> anyhow::Result<()>);

const PARTS: &[Part] = &[
    ("search", search::run),
    ("ranking", ranking::run),
    ("fusion", fusion::run),
    ("embedding", embedding::run),
    ("scale", scale::run),
    ("hybrid", hybrid::run),
    ("typing", typing::run),
    ("ask", ask::run),
    ("tui", tui::start),
    ("memory", tui::memory),
    ("soak", soak::run),
    ("feed", feed::run),
    #[cfg(feature = "llama")]
    ("engine", engine::run),
    #[cfg(feature = "llama")]
    ("drafts", drafts::run),
    #[cfg(feature = "llama")]
    ("first", first::run),
];

fn main() -> anyhow::Result<()> {
    let mut wanted: Vec<String> = Vec::new();
    let (mut makro, mut keep) = (None, None);
    let mut models = Vec::new();
    let (mut quick, mut ablate) = (false, false);
    let mut sizes: Vec<usize> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--makro" => makro = arguments.next().map(PathBuf::from),
            "--models" => models.extend(arguments.next().iter().flat_map(|list| list.split(',')).map(PathBuf::from)),
            "--keep" => keep = arguments.next().map(PathBuf::from),
            "--quick" => quick = true,
            "--ablate" => ablate = true,
            "--sizes" => {
                sizes.extend(arguments.next().iter().flat_map(|list| list.split(',')).flat_map(|n| n.parse::<usize>()))
            }
            "--read-feed" => return feed::read_alone(&PathBuf::from(arguments.next().unwrap_or_default())),
            part if PARTS.iter().any(|(name, _)| *name == part) => wanted.push(argument),
            other => anyhow::bail!("no part is called {other}"),
        }
    }
    let here = std::env::current_exe()?;
    let binary = here.parent().and_then(|folder| folder.parent()).map(|folder| folder.join("emptor"));
    let binary = binary.filter(|path| path.exists());
    let binary = binary.ok_or_else(|| anyhow::anyhow!("the program is not built; run sh tests/bench/run"))?;
    let setting = Setting { binary, folder: tempfile::tempdir()?, makro, models, quick, ablate, sizes, keep };
    measure::head();
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|part| part == name) {
            run(&setting)?;
        }
    }
    Ok(())
}
