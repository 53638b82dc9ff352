//! The figures that the project reports, each measured here and beside a named alternative where there is one.
//!
//! `bench [search|ask|tui|memory|engine].. [--makro FILE]`; without a part all of them. Prints a table, changes nothing.

mod ask;
mod measure;
mod search;
mod tui;

use std::path::PathBuf;

/// What the parts share.
pub struct Setting {
    /// The program, built beside this one.
    pub binary: PathBuf,
    /// A folder that goes when the benchmark ends.
    pub folder: tempfile::TempDir,
    /// Weekly prices of a real shop, where the user has them.
    pub makro: Option<PathBuf>,
}

type Part = (&'static str, fn(&Setting) -> anyhow::Result<()>);

const PARTS: &[Part] = &[("search", search::run), ("ask", ask::run), ("tui", tui::start), ("memory", tui::memory)];

fn main() -> anyhow::Result<()> {
    let mut wanted: Vec<String> = Vec::new();
    let mut makro = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--makro" => makro = arguments.next().map(PathBuf::from),
            part if PARTS.iter().any(|(name, _)| *name == part) => wanted.push(argument),
            other => anyhow::bail!("no part is called {other}"),
        }
    }
    let here = std::env::current_exe()?;
    let binary = here.parent().and_then(|folder| folder.parent()).map(|folder| folder.join("emptor"));
    let binary = binary.filter(|path| path.exists());
    let binary = binary.ok_or_else(|| anyhow::anyhow!("the program is not built; run sh tests/bench/run"))?;
    let setting = Setting { binary, folder: tempfile::tempdir()?, makro };
    measure::head();
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|part| part == name) {
            run(&setting)?;
        }
    }
    Ok(())
}
