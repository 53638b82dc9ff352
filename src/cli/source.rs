//! `emptor source`: pages, shops and files that offers come from: add, list, refresh, remove.
//!
//! Fetching and schedules are `refresh`'s; what a source brought is never removed.

use super::args::SourceCommand;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::{Role, tell};
use super::page_test;
use super::render;
use super::table::{Table, cell};
use crate::config::plain_io;
use crate::domain::{Source, SourceKind, Timestamp};
use crate::refresh::event::RefreshEvent;
use crate::refresh::source::{Looked, Looker, State};
use crate::refresh::worker;
use crate::sources::http::{Client, parse_address};
use crate::sources::import;
use crate::sources::listing::Keys;
use crate::store::NewSource;
use serde_json::json;
use std::path::Path;

/// Runs the command.
pub fn run(context: &mut Context, command: &SourceCommand) -> Result<Exit, Failure> {
    match command {
        SourceCommand::Add { location, kind } => add(context, location, *kind),
        SourceCommand::Test { location, selectors, url } => {
            page_test::run(context, location, selectors.as_deref(), url.as_deref())
        }
        SourceCommand::List => list(context),
        SourceCommand::Refresh { name } => refresh_named(context, name.as_deref()),
        SourceCommand::Rm { name } => remove(context, name),
    }
}

/// A place as it will be stored: kind, full address or path, short name.
fn described(location: &str, kind: Option<SourceKind>) -> Result<(SourceKind, String, String), Failure> {
    if location.contains("://") {
        let url = parse_address(location).map_err(|error| Failure::usage(error.to_string()))?;
        let kind = kind.unwrap_or(if matches!(url.path(), "" | "/") { SourceKind::Shop } else { SourceKind::Page });
        if !matches!(kind, SourceKind::Page | SourceKind::Shop) {
            let word = kind.word();
            return Err(Failure::usage(format!("{location}: a {word} source is a file; download it and add the file")));
        }
        let host = url.host_str().unwrap_or("source").trim_start_matches("www.").to_owned();
        return Ok((kind, url.to_string(), host));
    }
    let path = std::fs::canonicalize(location).map_err(|error| {
        let detail = plain_io(&error);
        Failure::usage(format!(
            "{location}: {detail}; give an address with http:// or https://, or a file that is there"
        ))
    })?;
    let kind = kind.or_else(|| match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" | "tsv" => Some(SourceKind::Csv),
        "jsonl" | "ndjson" => Some(SourceKind::Jsonl),
        _ => None,
    });
    match kind {
        Some(kind @ (SourceKind::Csv | SourceKind::Jsonl)) => {
            let name = path.file_stem().map_or_else(|| "file".to_owned(), |stem| stem.to_string_lossy().into_owned());
            Ok((kind, path.display().to_string(), name))
        }
        _ => Err(Failure::usage(format!(
            "{location}: a file that is read again is a csv or jsonl (say which with --kind); a saved page is read once by `emptor import`"
        ))),
    }
}

fn add(context: &mut Context, location: &str, kind: Option<SourceKind>) -> Result<Exit, Failure> {
    let (kind, location, name) = described(location, kind)?;
    let store = context.store()?;
    if let Some(known) = store.reader()?.sources()?.into_iter().find(|source| source.location == location) {
        context.out.note(&format!("{} is that already; it is fetched again", known.name));
        return fetch(context, vec![known], "source add");
    }
    let state = match kind {
        SourceKind::Csv => {
            let mapping = import::table_mapping(Path::new(&location), None);
            json!(State {
                mapping: Some(json!(mapping.map_err(|error| Failure::usage(error.to_string()))?)),
                ..State::default()
            })
        }
        _ => json!(State::default()),
    };
    let new = NewSource { name, kind, location, added_at: context.now, next_due_at: None, state };
    let source = store.writer().add_source(new)?;
    if context.config.offline && matches!(kind, SourceKind::Page | SourceKind::Shop) {
        context.out.note(&format!("{} is added and waits: emptor is set to work offline", source.name));
        if context.out.json {
            context.out.object("source add", json!({ "sources": [source] }))?;
        }
        return Ok(Exit::Ok);
    }
    fetch(context, vec![source], "source add")
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
    let remote = |source: &Source| matches!(source.kind, SourceKind::Page | SourceKind::Shop);
    if context.config.offline && sources.iter().any(remote) {
        return Err(Failure::failed("nothing was fetched: emptor is set to work offline; run it without --offline"));
    }
    fetch(context, sources, "source refresh")
}

fn unknown(name: &str) -> Failure {
    let message = format!("no source is called \"{name}\"; see `emptor source list`");
    Failure::Told { exit: Exit::Nothing, message }
}

/// Looks at each source now, telling how it goes. One that fails does not stop the others.
fn fetch(context: &mut Context, sources: Vec<Source>, command: &str) -> Result<Exit, Failure> {
    let client = Client::new(&context.config.http, context.config.offline);
    let client = client.map_err(|error| Failure::failed(error.to_string()))?;
    let looker =
        Looker { store: context.store()?, client, config: context.config.refresh.clone(), keys: Keys::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::failed(format!("no threads to fetch with: {}", plain_io(&error))))?;
    let cancel = context.cancel.clone();
    let looked: Result<Vec<(Looked, Source)>, Failure> = runtime.block_on(async {
        let (events, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let listener = tokio::spawn(async move {
            while let Some(event) = heard.recv().await {
                if let RefreshEvent::WatchFired { text, .. } | RefreshEvent::DeliveryFailed { text, .. } = event {
                    tell(&format!("watch: {text}"));
                }
            }
        });
        let mut tasks = tokio::task::JoinSet::new();
        for (place, source) in sources.into_iter().enumerate() {
            let (looker, events) = (looker.clone(), events.clone());
            tasks.spawn(async move { (place, worker::refresh(&looker, source, &events).await) });
        }
        drop(events);
        let mut done = Vec::new();
        loop {
            let joined = tokio::select! {
                () = cancel.cancelled() => break,
                joined = tasks.join_next() => joined,
            };
            match joined {
                None => break,
                Some(Ok((place, looked))) => done.push((place, looked?)),
                Some(Err(error)) => return Err(Failure::failed(format!("a fetch ended badly: {error}"))),
            }
        }
        drop(tasks);
        _ = listener.await;
        done.sort_by_key(|(place, _)| *place);
        Ok(done.into_iter().map(|(_, looked)| looked).collect())
    });
    report(context, command, &looked?)
}

fn report(context: &mut Context, command: &str, looked: &[(Looked, Source)]) -> Result<Exit, Failure> {
    let failed = looked.iter().any(|(looked, _)| !looked.outcome.is_good());
    for (looked, source) in looked {
        if let Some(detail) = &looked.detail {
            let what = if looked.outcome.is_good() { "in part" } else { render::outcome(looked.outcome) };
            context.out.note(&format!("{} ({}): {what}: {detail}", source.name, source.location));
        }
        if !context.out.json && looked.outcome.is_good() {
            let name = context.out.clean(&source.name);
            let (pages, new, changed) = (looked.pages, looked.snapshots, looked.changed_prices);
            let things = if matches!(source.kind, SourceKind::Csv | SourceKind::Jsonl) { "files" } else { "pages" };
            let line = format!("{name}: {pages} {things} read, {new} new looks, {changed} prices changed");
            context.out.line(&line.replace("1 files", "1 file").replace("1 pages", "1 page"))?;
        }
    }
    if context.out.json {
        let sources: Vec<_> =
            looked.iter().map(|(looked, source)| json!({ "source": source, "looked": looked })).collect();
        context.out.object(command, json!({ "sources": sources }))?;
    }
    Ok(if failed { Exit::Failed } else { Exit::Ok })
}

fn list(context: &mut Context) -> Result<Exit, Failure> {
    let sources = context.store()?.reader()?.sources()?;
    if context.out.json {
        context.out.object("source list", json!({ "sources": sources }))?;
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
        .left("Next");
    for source in &sources {
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
            cell(Role::Dim, source.next_due_at.map(minute).unwrap_or_default()),
        ]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    Ok(Exit::Ok)
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn minute(at: Timestamp) -> String {
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
