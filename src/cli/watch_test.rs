//! `emptor watch test`, and delivering from the command line: each way is tried now and says what came of it.
//!
//! A test message is marked as one and never kept for later.

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::config::plain_io;
use crate::domain::{Product, ProductId, Watch, WatchId};
use crate::refresh::deliver::{self, Alert, Way};
use crate::refresh::event::RefreshEvent;
use crate::refresh::watches;
use crate::sources::http::Client;
use crate::store::{Reader, Store};
use serde_json::json;

const NO_WAY: &str =
    "no way to tell is set: set desktop, hook or webhook under [watch] in the settings, or name one, such as --desktop";

/// The ways named on the command line.
pub fn named(desktop: bool, hook: bool, webhook: bool) -> Vec<Way> {
    let said = [(desktop, Way::Desktop), (hook, Way::Hook), (webhook, Way::Webhook)];
    said.into_iter().filter_map(|(is_said, way)| is_said.then_some(way)).collect()
}

/// Runs the command.
pub fn run(context: &mut Context, id: Option<i64>, named: &[Way]) -> Result<Exit, Failure> {
    let config = context.config.refresh.watch.clone();
    let set = deliver::configured(&config);
    if let Some(way) = named.iter().find(|way| **way != Way::Desktop && !set.contains(way)) {
        return Err(Failure::usage(format!(
            "--{word}: no {word} is set under [watch] in the settings",
            word = way.word()
        )));
    }
    let ways = if named.is_empty() { set } else { named.to_vec() };
    let alert = match id {
        Some(id) => of_watch(context, WatchId(id))?,
        None => of_nothing(context),
    };
    if ways.is_empty() {
        return Err(Failure::Told { exit: Exit::Nothing, message: NO_WAY.to_owned() });
    }
    let client = client(context)?;
    let results: Vec<(Way, Option<String>)> = runtime()?.block_on(async {
        let mut results = Vec::new();
        for way in ways {
            let sent = deliver::send(way, &alert, &config, &client, &|_| {}).await;
            results.push((way, sent.err().map(|why| why.detail)));
        }
        results
    });
    let failed = results.iter().any(|(_, why)| why.is_some());
    if context.out.json {
        let told: Vec<_> =
            results.iter().map(|(way, why)| json!({"way": way, "ok": why.is_none(), "detail": why})).collect();
        context.out.object("watch test", json!({ "alert": alert, "ways": told }))?;
    } else {
        for (way, why) in results {
            let came = why.map_or_else(|| "sent".to_owned(), |why| format!("failed: {}", context.out.clean(&why)));
            context.out.line(&format!("{}: {came}", way.word()))?;
        }
    }
    Ok(if failed { Exit::Failed } else { Exit::Ok })
}

/// Delivers what is due now, as the refresher would; what fails is told and kept.
pub fn deliver_due(context: &mut Context, store: &Store) -> Result<(), Failure> {
    if store.is_read_only() || store.reader()?.deliveries_waiting()?.is_empty() {
        return Ok(());
    }
    let (client, config, now) = (client(context)?, context.config.refresh.watch.clone(), context.now);
    let told = std::sync::Mutex::new(Vec::new());
    let on_screen = |event| {
        if let RefreshEvent::WatchFired { text, .. } | RefreshEvent::DeliveryFailed { text, .. } = event {
            told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(text);
        }
    };
    runtime()?.block_on(deliver::deliver_due(store, &config, &client, now, &on_screen))?;
    for text in told.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        let text = context.out.clean(&text);
        context.out.note(&format!("watch: {text}"));
    }
    for late in store.reader()?.deliveries_waiting()? {
        let why = context.out.clean(late.detail.as_deref().unwrap_or("another emptor is at it"));
        context.out.note(&format!("watch {} could not be told by {} yet: {why}", late.watch.0, late.way));
    }
    Ok(())
}

fn client(context: &Context) -> Result<Client, Failure> {
    Client::new(&context.config.http, context.config.offline).map_err(|error| Failure::failed(error.to_string()))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    built.map_err(|error| Failure::failed(format!("no threads to deliver with: {}", plain_io(&error))))
}

fn of_watch(context: &mut Context, id: WatchId) -> Result<Alert, Failure> {
    let reader = context.store()?.reader()?;
    let Some(watch) = reader.watch(id)? else {
        let message = format!("there is no watch {}; see `emptor watch list`", id.0);
        return Err(Failure::Told { exit: Exit::Nothing, message });
    };
    let product = reader.product(watch.product)?;
    alert_of(context, &reader, &watch, product)
}

fn alert_of(context: &Context, reader: &Reader, watch: &Watch, product: Option<Product>) -> Result<Alert, Failure> {
    let title = product.map(|p| p.facts.title).unwrap_or_default();
    let checked = watches::standing(reader, watch, &title, context.now)?;
    let alert = checked.alert();
    Ok(Alert { test: true, text: format!("A test of emptor's watches. {}", alert.text), ..alert })
}

fn of_nothing(context: &Context) -> Alert {
    Alert {
        id: format!("test-{}", context.now.as_millisecond()),
        test: true,
        watch: WatchId(0),
        kind: "test".to_owned(),
        product: ProductId(0),
        title: "no product".to_owned(),
        text: "A test of emptor's watches: this is how you will be told.".to_owned(),
        price: None,
        with_shipping: false,
        shop: None,
        url: None,
        reference: None,
        window_days: None,
        at: context.now,
    }
}
