//! `emptor import`: a file or the demo catalogue into the store, in batches, with counts and the rows that failed.
//!
//! Formats are read by `sources`; identity of products is the store's.

use super::args::ImportArgs;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::render;
use crate::domain::{Observation, Outcome};
use crate::sources::demo;
use crate::sources::import::{self, ImportError, ImportOptions, Imported};
use crate::sources::remembered::Remembered;
use crate::sources::selectors::Selectors;
use crate::store::{Ingested, Writer};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// Observations in one transaction.
const BATCH: usize = 4_000;

/// Runs the command.
pub fn run(context: &mut Context, args: &ImportArgs) -> Result<Exit, Failure> {
    if args.file == Path::new("demo") && !Path::new("demo").exists() {
        return import_demo(context, args);
    }
    import_file(context, args)
}

/// What a file brought, as `--json` prints it.
#[derive(Serialize)]
struct Report {
    file: PathBuf,
    #[serde(flatten)]
    read: Imported,
    /// Looks by their outcome: `ok`, `no_price`, `ambiguous`.
    outcomes: BTreeMap<&'static str, u64>,
    counts: Ingested,
}

fn import_file(context: &mut Context, args: &ImportArgs) -> Result<Exit, Failure> {
    let mut remembered = Remembered::read(&mappings_file(context));
    let (selectors, wrong) = Selectors::read_folder(&context.config.refresh.selectors);
    wrong.iter().for_each(|error| context.out.note(&error.to_string()));
    let options = ImportOptions {
        kind: args.kind,
        map: args.map.as_deref(),
        url: args.url.as_deref(),
        selectors: Some(&selectors),
        remembered: Some(&remembered),
        ..ImportOptions::new(context.now)
    };
    if args.dry_run {
        return preview(context, args, &options);
    }
    let mut load = Load::new(context.store()?.writer(), context.cancel.clone(), None);
    let mut failed = None;
    let mut outcomes: BTreeMap<&'static str, u64> = BTreeMap::new();
    let read = import::import_file(&args.file, &options, &mut |batch| {
        for observation in &batch {
            *outcomes.entry(observation.outcome.word()).or_default() += 1;
        }
        load.push_all(batch).unwrap_or_else(|error| {
            failed = Some(error);
            false
        })
    });
    if let Some(failure) = failed {
        return Err(failure);
    }
    let counts = load.finish()?;
    if context.cancel.is_cancelled() {
        return Ok(Exit::Interrupted);
    }
    context.index()?;
    let read = read.map_err(|error| unreadable(&args.file, &error))?;
    let report = Report { file: args.file.clone(), read, outcomes, counts };
    if report.read.observations == 0 {
        return Err(Failure::usage(nothing(&report)));
    }
    if !report.read.mapping.is_empty()
        && let Err(error) = remembered.keep(&report.read.header, &report.read.mapping)
    {
        context.out.note(&format!("the mapping cannot be remembered: {error}"));
    }
    tell(context, args, &report);
    if context.out.json {
        context.out.object("import", &report)?;
    } else {
        context.out.line(&summary(&report.counts))?;
    }
    Ok(Exit::Ok)
}

/// Where the column mappings are remembered.
pub fn mappings_file(context: &Context) -> PathBuf {
    context.config.state_directory.join("mappings.json")
}

/// Looks shown of a file before it is imported.
const SHOWN: usize = 5;

/// What an import would bring, as `--json` prints it.
#[derive(Serialize)]
struct Preview {
    file: PathBuf,
    dry_run: bool,
    #[serde(flatten)]
    read: Imported,
    outcomes: BTreeMap<&'static str, u64>,
    first: Vec<Observation>,
}

/// Reads the file whole and stores nothing.
fn preview(context: &mut Context, args: &ImportArgs, options: &ImportOptions<'_>) -> Result<Exit, Failure> {
    let mut outcomes: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut first: Vec<Observation> = Vec::new();
    let cancel = context.cancel.clone();
    let read = import::import_file(&args.file, options, &mut |batch| {
        for observation in batch {
            *outcomes.entry(observation.outcome.word()).or_default() += 1;
            if first.len() < SHOWN {
                first.push(observation);
            }
        }
        !cancel.is_cancelled()
    });
    let read = read.map_err(|error| unreadable(&args.file, &error))?;
    if context.cancel.is_cancelled() {
        return Ok(Exit::Interrupted);
    }
    let report = Preview { file: args.file.clone(), dry_run: true, read, outcomes, first };
    if context.out.json {
        context.out.object("import", &report)?;
    } else {
        for look in &report.first {
            let price = look.price.map_or_else(|| render::outcome(look.outcome).to_owned(), |p| p.to_string());
            let day = look.observed_at.strftime("%Y-%m-%d");
            let line = format!("{day}  {}  {price}  {}", look.shop.name, look.product.title);
            let line = context.out.clean(&line);
            context.out.line(&line)?;
        }
        let (rows, looks, broken) = (report.read.rows, report.read.observations, report.read.broken_rows);
        context.out.line(&format!("{rows} rows: {looks} looks, {broken} rows rejected; nothing was stored"))?;
    }
    tell_read(context, args, &report.read);
    Ok(if report.read.observations == 0 { Exit::Usage } else { Exit::Ok })
}

fn unreadable(file: &Path, error: &ImportError) -> Failure {
    let told = error.to_string();
    let name = file.display().to_string();
    let told = told.split(" (os error").next().unwrap_or(&told).to_owned();
    Failure::usage(if told.starts_with(&name) { told } else { format!("{name}: {told}") })
}

fn nothing(report: &Report) -> String {
    let file = report.file.display();
    match report.read.broken.first() {
        Some(first) => {
            format!(
                "{file}: none of {} rows could be read; the first, line {}: {}",
                report.read.rows, first.line, first.reason
            )
        }
        None => format!("{file}: it holds no row; give a file with a header and rows, or with a product"),
    }
}

/// What was guessed, what failed and what has no price, on stderr.
fn tell(context: &mut Context, args: &ImportArgs, report: &Report) {
    tell_read(context, args, &report.read);
    let (file, read) = (report.file.display(), &report.read);
    for (word, count) in report.outcomes.iter().filter(|(word, _)| **word != Outcome::Ok.word()) {
        let why = word.replace('_', " ");
        context.out.note(&format!("{file}: {count} of {} looks have no price to go by ({why})", read.observations));
    }
}

fn tell_read(context: &mut Context, args: &ImportArgs, read: &Imported) {
    let file = args.file.display();
    if let Some(cut) = &read.cut {
        context.out.note(&format!("{file}: {cut}; what stands before is read"));
    }
    for note in &read.notes {
        context.out.note(&format!("{file}: {note}"));
    }
    if args.map.is_none() && !read.mapping.is_empty() {
        let pairs: Vec<String> = read.mapping.iter().map(|pair| format!("{}={}", pair.field, pair.from)).collect();
        context.out.note(&format!("{file}: read as {} with --map {}", read.kind.word(), pairs.join(",")));
    }
    for row in &read.broken {
        context.out.note(&format!("{file}: line {}: {}; passed over", row.line, row.reason));
    }
    let untold = read.broken_rows.saturating_sub(read.broken.len() as u64);
    if untold > 0 {
        context.out.note(&format!("{file}: {untold} more rows were passed over"));
    }
}

fn import_demo(context: &mut Context, args: &ImportArgs) -> Result<Exit, Failure> {
    if args.map.is_some() || args.kind.is_some() || args.url.is_some() || args.dry_run {
        return Err(Failure::usage("the demo catalogue takes no --kind, --map, --url or --dry-run"));
    }
    let writer = context.store()?.writer();
    let observations = demo::observations(context.now);
    let mut load = Load::new(writer, context.cancel.clone(), Some(observations.len() as u64));
    for observation in observations {
        load.push(observation)?;
    }
    let counts = load.finish()?;
    if context.cancel.is_cancelled() {
        return Ok(Exit::Interrupted);
    }
    context.index()?;
    if context.out.json {
        context.out.object("import", serde_json::json!({ "kind": "demo", "invented": true, "counts": counts }))?;
        return Ok(Exit::Ok);
    }
    context.out.line(&summary(&counts))?;
    context.out.line(render::INVENTED)?;
    Ok(Exit::Ok)
}

/// Feeds observations to the writer in batches, with a bar on a terminal. A batch is all or nothing.
pub struct Load {
    writer: Writer,
    cancel: CancellationToken,
    held: Vec<Observation>,
    counts: Ingested,
    bar: ProgressBar,
}

impl Load {
    /// `total`: observations to come, where that is known.
    pub fn new(writer: Writer, cancel: CancellationToken, total: Option<u64>) -> Self {
        let bar = match (std::io::stderr().is_terminal(), total) {
            (false, _) => ProgressBar::hidden(),
            (true, Some(total)) => {
                ProgressBar::new(total).with_style(style("{bar:30} {pos} of {len} rows, {eta} left"))
            }
            (true, None) => ProgressBar::no_length().with_style(style("{spinner} {pos} rows, {per_sec}")),
        };
        Self { writer, cancel, held: Vec::with_capacity(BATCH), counts: Ingested::default(), bar }
    }

    /// Takes one observation; false once Ctrl-C was pressed.
    ///
    /// # Errors
    /// The store's. What was stored before stays.
    pub fn push(&mut self, observation: Observation) -> Result<bool, Failure> {
        self.held.push(observation);
        if self.held.len() >= BATCH {
            self.flush()?;
        }
        Ok(!self.cancel.is_cancelled())
    }

    /// Takes many, see [`Self::push`].
    ///
    /// # Errors
    /// The store's.
    pub fn push_all(&mut self, observations: Vec<Observation>) -> Result<bool, Failure> {
        for observation in observations {
            if !self.push(observation)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Stores what is held and gives the counts of all.
    ///
    /// # Errors
    /// The store's.
    pub fn finish(mut self) -> Result<Ingested, Failure> {
        self.flush()?;
        self.bar.finish_and_clear();
        Ok(self.counts)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let batch = std::mem::replace(&mut self.held, Vec::with_capacity(BATCH));
        if batch.is_empty() || self.cancel.is_cancelled() {
            return Ok(());
        }
        let rows = batch.len() as u64;
        self.counts += self.writer.ingest(batch).inspect_err(|_| self.bar.finish_and_clear())?;
        self.bar.inc(rows);
        Ok(())
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// `312 new products, 90000 new prices, 2000 new reviews; 0 were there already`.
pub fn summary(counts: &Ingested) -> String {
    let mut parts =
        vec![format!("{} new products", counts.products_new), format!("{} new prices", counts.snapshots_new)];
    if counts.reviews_new > 0 {
        parts.push(format!("{} new reviews", counts.reviews_new));
    }
    if counts.questions_new > 0 {
        parts.push(format!("{} new questions", counts.questions_new));
    }
    format!("{}; {} rows were there already", parts.join(", "), counts.duplicates)
}
