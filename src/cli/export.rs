//! `emptor export`: all products with their offers, or every price observed, as CSV, JSON or Parquet.
//!
//! Streams page by page; a file is replaced only once all of it is written.

mod columns;
mod parquet;

use super::args::ExportFormat;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::SCHEMA;
use crate::config::plain_io;
use crate::domain::{Offer, PricePoint, Product, ProductId};
use crate::store::Reader;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Products read at once.
const PAGE: usize = 200;

/// A product with what is exported of it.
struct Exported {
    product: Product,
    offers: Vec<Offer>,
    /// Every look, where the history is asked for.
    points: Option<Vec<PricePoint>>,
}

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{0}")]
    Format(String),
}

/// Runs the command.
pub fn run(context: &mut Context, format: ExportFormat, history: bool, out: Option<&Path>) -> Result<Exit, Failure> {
    if context.out.json && format != ExportFormat::Json {
        return Err(Failure::usage("--json is said as --format json here; give one of them"));
    }
    if format == ExportFormat::Parquet && out.is_none() && io::stdout().is_terminal() {
        return Err(Failure::usage("Parquet is no text for a terminal; name a file with --out"));
    }
    let reader = context.filled()?;
    let Some(path) = out else {
        let sink = BufWriter::new(io::stdout());
        let written = write_all(context, &reader, format, history, sink);
        return written.map(|_| exit_of(context)).map_err(|error| told("stdout", error));
    };
    let beside = beside(path);
    let place = path.display().to_string();
    let file = File::create(&beside).map_err(|error| told(&place, error.into()))?;
    let written = write_all(context, &reader, format, history, BufWriter::new(file));
    if context.cancel.is_cancelled() || written.is_err() {
        _ = std::fs::remove_file(&beside);
    }
    let rows = written.map_err(|error| told(&place, error))?;
    if !context.cancel.is_cancelled() {
        std::fs::rename(&beside, path).map_err(|error| told(&place, error.into()))?;
        context.out.note(&format!("{rows} rows written to {place}"));
    }
    Ok(exit_of(context))
}

fn exit_of(context: &Context) -> Exit {
    if context.cancel.is_cancelled() { Exit::Interrupted } else { Exit::Ok }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".part{}", std::process::id()));
    PathBuf::from(name)
}

fn told(place: &str, error: ExportError) -> Failure {
    match error {
        ExportError::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            Failure::usage(format!("{place}: {}; name a file in a folder that is there", plain_io(&error)))
        }
        ExportError::Io(error) => Failure::writing(place, &error),
        ExportError::Format(detail) => Failure::failed(format!("{place}: {detail}; the export was not written")),
    }
}

fn write_all(
    context: &Context,
    reader: &Reader,
    format: ExportFormat,
    history: bool,
    sink: impl Write + Send,
) -> Result<u64, ExportError> {
    let pages = Pages { reader, history, after: None, context };
    match format {
        ExportFormat::Csv => csv(pages, sink),
        ExportFormat::Json => json(pages, sink),
        ExportFormat::Parquet => parquet::write(pages, sink),
    }
}

/// Products in the order of their ids, a page at a time; ends early where Ctrl-C was pressed.
struct Pages<'a> {
    reader: &'a Reader,
    history: bool,
    after: Option<ProductId>,
    context: &'a Context,
}

impl Pages<'_> {
    fn next_page(&mut self) -> Result<Vec<Exported>, ExportError> {
        if self.context.cancel.is_cancelled() {
            return Ok(Vec::new());
        }
        let failed = |error: crate::store::StoreError| ExportError::Format(error.to_string());
        let ids = self.reader.product_ids(self.after, PAGE).map_err(failed)?;
        self.after = ids.last().copied().or(self.after);
        let offers = self.reader.offers_of(&ids).map_err(failed)?;
        let products = self.reader.products(&ids).map_err(failed)?;
        let mut page = Vec::with_capacity(products.len());
        for product in products {
            let points = match self.history {
                true => Some(self.reader.history(product.id, None).map_err(failed)?.points),
                false => None,
            };
            let offers = offers.iter().filter(|offer| offer.product == product.id).cloned().collect();
            page.push(Exported { product, offers, points });
        }
        Ok(page)
    }
}

fn csv(mut pages: Pages<'_>, sink: impl Write) -> Result<u64, ExportError> {
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => ExportError::Io(error),
        other => ExportError::Format(format!("{other:?}")),
    };
    let mut writer = csv::Writer::from_writer(sink);
    writer.write_record(columns::COLUMNS.iter().map(|column| column.name)).map_err(failed)?;
    let mut rows = 0;
    loop {
        let page = pages.next_page()?;
        if page.is_empty() {
            writer.flush()?;
            return Ok(rows);
        }
        for row in page.iter().flat_map(columns::rows) {
            writer.write_record(row.iter().map(columns::Value::text)).map_err(failed)?;
            rows += 1;
        }
    }
}

fn json(mut pages: Pages<'_>, mut sink: impl Write) -> Result<u64, ExportError> {
    let failed = |error: serde_json::Error| ExportError::Io(error.into());
    write!(sink, "{{\"schema\":{SCHEMA},\"command\":\"export\",\"products\":[")?;
    let mut rows = 0;
    loop {
        let page = pages.next_page()?;
        if page.is_empty() {
            sink.write_all(b"]}\n")?;
            sink.flush()?;
            return Ok(rows);
        }
        for exported in &page {
            sink.write_all(if rows > 0 { b",\n" } else { b"\n" })?;
            let mut object = serde_json::json!({ "product": exported.product, "offers": exported.offers });
            if let (Some(points), Some(object)) = (&exported.points, object.as_object_mut()) {
                object.insert("history".to_owned(), serde_json::to_value(points).map_err(failed)?);
            }
            serde_json::to_writer(&mut sink, &object).map_err(failed)?;
            rows += 1;
        }
    }
}
