//! `emptor source`: shops, feeds, pages and files that offers come from: add, list, refresh, remove.
//!
//! Fetching and schedules are `refresh`'s; what a source brought is never removed.

mod add;

use super::args::SourceCommand;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::Role;
use super::page_test;
use super::refresh::fetch;
use super::render;
use super::table::{Cell, Table, cell};
use crate::domain::source::Reading;
use crate::domain::{Source, SourceKind, Timestamp};
use crate::store::{PageCounts, StoreError};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Runs the command.
pub fn run(context: &mut Context, command: &SourceCommand) -> Result<Exit, Failure> {
    match command {
        SourceCommand::Add(args) => add::run(context, args),
        SourceCommand::Test { location, selectors, url } => {
            page_test::run(context, location, selectors.as_deref(), url.as_deref())
        }
        SourceCommand::List => list(context),
        SourceCommand::Refresh { name } => refresh_named(context, name.as_deref()),
        SourceCommand::Rm { name } => remove(context, name),
    }
}

fn refresh_named(context: &mut Context, name: Option<&str>) -> Result<Exit, Failure> {
    let reader = context.store()?.reader()?;
    let sources = match name {
        Some(name) => vec![reader.source_by_name(name)?.ok_or_else(|| unknown(name))?],
        None => reader.sources()?,
    };
    if sources.is_empty() {
        context.out.note("no sources; add one with `emptor source add URL-OR-FILE`");
        if context.out.json {
            context.out.object("source refresh", json!({ "sources": [] }))?;
        }
        return Ok(Exit::Nothing);
    }
    if context.config.offline && sources.iter().any(Source::is_remote) {
        return Err(Failure::failed("nothing was fetched: emptor is set to work offline; run it without --offline"));
    }
    fetch(context, sources, "source refresh")
}

fn unknown(name: &str) -> Failure {
    let message = format!("no source is called \"{name}\"; see `emptor source list`");
    Failure::Told { exit: Exit::Nothing, message }
}

fn list(context: &mut Context) -> Result<Exit, Failure> {
    let reader = context.store()?.reader()?;
    let sources = reader.sources()?;
    let pages = |source: &Source| -> Result<Option<PageCounts>, StoreError> {
        let by_page = source.kind.reading() == Reading::Pages;
        by_page.then(|| reader.page_counts(source.id, context.now)).transpose()
    };
    let counts = sources.iter().map(pages).collect::<Result<Vec<_>, _>>()?;
    if context.out.json {
        let pages: BTreeMap<&str, PageCounts> =
            sources.iter().zip(&counts).filter_map(|(source, of)| Some((source.name.as_str(), (*of)?))).collect();
        context.out.object("source list", json!({ "sources": sources, "pages": pages }))?;
        return Ok(Exit::Ok);
    }
    if sources.is_empty() {
        context.out.note("no sources; add one with `emptor source add URL-OR-FILE`");
        return Ok(Exit::Ok);
    }
    let out = &mut context.out;
    let mut table = Table::new()
        .flexible("Name", 10)
        .left("Kind")
        .flexible("Place", 20)
        .left("Last look")
        .left("State")
        .left("Pages")
        .left("Next");
    for (source, of) in sources.iter().zip(counts) {
        let place = match source.kind {
            SourceKind::Csv | SourceKind::Jsonl => file_name(&source.location),
            _ => source.location.clone(),
        };
        let state = match source.last_outcome {
            None => cell(Role::Dim, "not fetched yet"),
            Some(good) if good.is_good() => cell(Role::Good, render::outcome(good)),
            Some(bad) => cell(Role::Bad, format!("{} ({} in a row)", render::outcome(bad), source.failures)),
        };
        table.row(vec![
            cell(Role::Strong, out.clean(&source.name)),
            cell(Role::Text, source.kind.word()),
            cell(Role::Dim, out.clean(&place)),
            cell(Role::Dim, source.last_attempt_at.map(minute).unwrap_or_default()),
            state,
            of.map_or_else(|| cell(Role::Dim, ""), page_cell),
            cell(Role::Dim, source.next_due_at.map(minute).unwrap_or_default()),
        ]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    Ok(Exit::Ok)
}

/// `2000, 12 due, 3 fail`.
fn page_cell(of: PageCounts) -> Cell {
    let due = if of.due > 0 { format!(", {} due", of.due) } else { String::new() };
    let failing = if of.failing > 0 { format!(", {} fail", of.failing) } else { String::new() };
    cell(if of.failing > 0 { Role::Warn } else { Role::Dim }, format!("{}{due}{failing}", of.pages))
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

pub(super) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

fn remove(context: &mut Context, name: &str) -> Result<Exit, Failure> {
    let store = context.store()?;
    let source = store.reader()?.source_by_name(name)?.ok_or_else(|| unknown(name))?;
    store.writer().remove_source(source.id)?;
    if context.out.json {
        context.out.object("source rm", json!({ "removed": source.name }))?;
    } else {
        context.out.line(&format!("{name} is not fetched any more; what it brought stays"))?;
    }
    Ok(Exit::Ok)
}
