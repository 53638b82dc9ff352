//! `emptor refresh`: looks at what is due, once or for ever, and tells how each source fared.
//!
//! What is due and how it is fetched is `refresh`'s. One refresher for one database at a time.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::tell;
use super::render;
use super::source::minute;
use crate::config::plain_io;
use crate::domain::source::Reading;
use crate::domain::{Source, SourceId, Timestamp};
use crate::refresh::due;
use crate::refresh::event::RefreshEvent;
use crate::refresh::lock::RefreshLock;
use crate::refresh::source::{Looked, Looker};
use crate::refresh::worker;
use crate::sources::http::Client;
use crate::sources::listing::Keys;
use serde_json::json;
use tokio::runtime::Runtime;

/// Runs the command.
pub fn run(context: &mut Context, watch: bool, all: bool) -> Result<Exit, Failure> {
    if context.config.offline {
        return Err(Failure::failed("nothing was fetched: emptor is set to work offline; run it without --offline"));
    }
    if watch {
        return stay(context);
    }
    let store = context.store()?;
    let _lock = RefreshLock::take(store.path()).map_err(|error| Failure::failed(error.to_string()))?;
    let sources = store.reader()?.sources()?;
    let interval = context.config.refresh.interval;
    let ids: Vec<SourceId> = due::due(&sources, context.now, interval);
    let chosen: Vec<Source> = sources.iter().filter(|source| all || ids.contains(&source.id)).cloned().collect();
    if !chosen.is_empty() {
        return fetch_some(context, chosen, all, "refresh");
    }
    match due::next_wake(&sources, context.now, interval) {
        Some(next) => context.out.note(&format!("nothing is due before {}", minute(next))),
        None => context.out.note("no sources; add one with `emptor source add URL-OR-FILE`"),
    }
    if context.out.json {
        context.out.object("refresh", json!({ "sources": [] }))?;
    }
    Ok(Exit::Ok)
}

fn looker(context: &mut Context) -> Result<(Looker, Runtime), Failure> {
    let client = Client::new(&context.config.http, context.config.offline);
    let client = client.map_err(|error| Failure::failed(error.to_string()))?;
    let looker =
        Looker::new(context.store()?, client, context.config.refresh.clone(), Keys::from(&context.config.keys));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::failed(format!("no threads to fetch with: {}", plain_io(&error))))?;
    Ok((looker, runtime))
}

/// Looks at each source when it is due, until interrupted; a line for each look.
fn stay(context: &mut Context) -> Result<Exit, Failure> {
    let (looker, runtime) = looker(context)?;
    let cancel = context.cancel.clone();
    let (task, mut events) = {
        let _inside = runtime.enter();
        worker::spawn(looker, cancel.clone())
    };
    loop {
        let event = runtime.block_on(async {
            tokio::select! {
                () = cancel.cancelled() => None,
                event = events.recv() => event,
            }
        });
        let Some(event) = event else { break };
        say(context, &event)?;
    }
    // What is committed is safe, what is under way is asked for again: nothing to wait for.
    runtime.shutdown_background();
    drop(task);
    Ok(Exit::Interrupted)
}

fn say(context: &mut Context, event: &RefreshEvent) -> Result<(), Failure> {
    if context.out.json {
        if !matches!(event, RefreshEvent::Progress { .. }) {
            context.out.json_line(&json!(event))?;
            context.out.flush()?;
        }
        return Ok(());
    }
    match event {
        RefreshEvent::Finished { name, outcome, detail, snapshots, changed_prices, at, next_due_at, .. } => {
            let next = next_due_at.map(|next| format!("; next {}", minute(next))).unwrap_or_default();
            let why = detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
            let line = format!(
                "{} {name}: {}{why}, {snapshots} new looks, {changed_prices} prices changed{next}",
                minute(*at),
                render::outcome(*outcome)
            );
            let line = context.out.clean(&line);
            context.out.line(&line)?;
            context.out.flush()?;
        }
        RefreshEvent::WatchFired { text, .. } | RefreshEvent::DeliveryFailed { text, .. } => {
            tell(&format!("watch: {text}"))
        }
        RefreshEvent::Started { .. } | RefreshEvent::Progress { .. } | RefreshEvent::Status { .. } => {}
    }
    Ok(())
}

/// Looks at each source now, whatever is due of it, telling how it goes. One that fails does not stop the others.
pub fn fetch(context: &mut Context, sources: Vec<Source>, command: &str) -> Result<Exit, Failure> {
    fetch_some(context, sources, true, command)
}

fn fetch_some(context: &mut Context, sources: Vec<Source>, all: bool, command: &str) -> Result<Exit, Failure> {
    let (looker, runtime) = looker(context)?;
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
            tasks.spawn(async move { (place, worker::refresh(&looker, source, all, &events).await) });
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
    let looked = looked?;
    context.index()?;
    report(context, command, &looked)
}

/// A time to come in its largest whole unit: `6 h`.
fn rough(now: Timestamp, at: Timestamp) -> String {
    let minutes = (at.as_second().saturating_sub(now.as_second()).max(0) + 30) / 60;
    match minutes {
        0..=89 => format!("{minutes} min"),
        90..=2_879 => format!("{} h", (minutes + 30) / 60),
        _ => format!("{} days", (minutes + 720) / 1_440),
    }
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
            let (count, new, changed) = (looked.pages, looked.snapshots, looked.changed_prices);
            let thing = match source.kind.reading() {
                Reading::Pages => "page",
                Reading::Listing => "answer",
                Reading::Document | Reading::Rates | Reading::Invented => "file",
            };
            let many = if count == 1 { "" } else { "s" };
            let held = match &looked.listed {
                Some(tally) => format!("{}, {tally}", source.kind.word()),
                None => format!("{count} {thing}{many} read"),
            };
            let next = match source.next_due_at.filter(|_| looked.listed.is_some()) {
                Some(at) => format!("; next look in {}", rough(context.now, at)),
                None => String::new(),
            };
            let waiting = match looked.postponed {
                0 => String::new(),
                postponed => format!(", {postponed} wait"),
            };
            context.out.line(&format!("{name}: {held}, {new} new looks, {changed} prices changed{waiting}{next}"))?;
        }
    }
    if context.out.json {
        let sources: Vec<_> =
            looked.iter().map(|(looked, source)| json!({ "source": source, "looked": looked })).collect();
        context.out.object(command, json!({ "sources": sources }))?;
    }
    Ok(if failed { Exit::Failed } else { Exit::Ok })
}
