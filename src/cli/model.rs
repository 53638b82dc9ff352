//! `emptor model`: what is known, here and in use; getting one; choosing one.
//!
//! Lists, fetches and checks through `model`; the choice is kept in the config file.

use super::args::ModelCommand;
use super::context::{Context, environment};
use super::exit::{Exit, Failure};
use super::output::Role;
use super::table::{Table, cell};
use crate::config::{self, Places};
use crate::model::manifest::{self, Entry, Kind};
use crate::model::pull::{self, PullError, PullOptions};
use crate::model::registry::{self, Row};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(context: &mut Context, command: &ModelCommand) -> Result<Exit, Failure> {
    match command {
        ModelCommand::List => list(context),
        ModelCommand::Pull { name } => pull(context, name.as_deref()),
        ModelCommand::Use { model } => choose(context, model),
        ModelCommand::Tune { model, seconds, dry_run } => {
            super::tune::run(context, model.as_deref(), *seconds, *dry_run)
        }
        ModelCommand::Embed { limit } => super::embed::run(context, *limit),
    }
}

/// `1.1 GB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}

fn list(context: &mut Context) -> Result<Exit, Failure> {
    let rows = registry::list(&context.config.model);
    let endpoint = context.config.model.endpoint.as_ref().map(|e| format!("{} at {}", e.model, e.base_url));
    if context.out.json {
        let models: Vec<serde_json::Value> = rows
            .iter()
            .map(|row| {
                let mut value = json!(row);
                if let Some(object) = value.as_object_mut() {
                    object.insert("here".to_owned(), row.path.is_some().into());
                }
                value
            })
            .collect();
        let memory = registry::memory_bytes();
        let body = json!({ "models": models, "endpoint": endpoint, "memory_bytes": memory });
        context.out.object("model list", body)?;
        return Ok(Exit::Ok);
    }
    let out = &mut context.out;
    let mut table = Table::new()
        .left("")
        .flexible("Model", 16)
        .left("Kind")
        .right("Size")
        .right("Memory")
        .flexible("Licence", 8)
        .left("State");
    for row in &rows {
        table.row(vec![
            cell(Role::Good, if row.in_use && (endpoint.is_none() || row.kind == Kind::Embedding) { "*" } else { "" }),
            cell(Role::Strong, out.clean(&row.name)),
            cell(Role::Text, if row.kind == Kind::Chat { "chat" } else { "embedding" }),
            cell(Role::Text, row.bytes.map(size).unwrap_or_default()),
            cell(if row.fits == Some(false) { Role::Warn } else { Role::Text }, size(row.ram_needed)),
            cell(Role::Dim, out.clean(&row.licence)),
            state(row),
        ]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    if let Some(endpoint) = endpoint {
        let endpoint = out.clean(&endpoint);
        out.say(Role::Good, &format!("* {endpoint}"))?;
    }
    out.prose(
        Role::Dim,
        2,
        "* in use; get one with `emptor model pull NAME`, use any GGUF file with `emptor model use FILE`",
    )?;
    Ok(Exit::Ok)
}

fn state(row: &Row) -> super::table::Cell {
    let mut parts: Vec<&str> = Vec::new();
    let partly;
    match (&row.path, row.partial) {
        (Some(_), _) => parts.push("here"),
        (None, Some(bytes)) => {
            partly = format!("{} fetched", size(bytes));
            parts.push(&partly);
        }
        (None, None) => parts.push("not here"),
    }
    if row.default {
        parts.push("default");
    }
    if row.untried {
        parts.push("untried");
    }
    if row.fits == Some(false) {
        parts.push("needs more memory than this machine has");
    }
    cell(if row.path.is_some() { Role::Good } else { Role::Dim }, parts.join(", "))
}

fn pull(context: &mut Context, name: Option<&str>) -> Result<Exit, Failure> {
    let entries: Vec<&'static Entry> = match name {
        Some(name) => vec![manifest::find(name).ok_or_else(|| unknown(name))?],
        None => registry::defaults(),
    };
    if entries.is_empty() {
        return Err(Failure::failed("no known model fits this machine; name one, see `emptor model list`"));
    }
    let options = PullOptions::from_config(&context.config);
    let mut pulled = Vec::new();
    for entry in entries {
        let done = {
            let mut bar = pull::bar(&entry.name);
            pull::pull_entry(entry, &options, &context.cancel, &mut bar)
        };
        let done = done.map_err(failed)?;
        for failure in &done.failed {
            context.out.note(&format!("{}: {} did not work ({})", entry.name, failure.way, failure.why));
        }
        if context.out.json {
            pulled.push(json!({
                "name": entry.name, "path": done.path, "sha256": done.sha256, "already": done.already,
            }));
        } else {
            let how = if done.already { "is here" } else { "fetched and verified" };
            context.out.line(&format!("{} {how}: {}", entry.name, done.path.display()))?;
        }
    }
    if context.out.json {
        context.out.object("model pull", json!({ "models": pulled }))?;
    }
    Ok(Exit::Ok)
}

/// Where settings are written.
pub fn config_file(context: &Context) -> Result<PathBuf, Failure> {
    match &context.config.file {
        Some(path) => Ok(path.clone()),
        None => Ok(Places::of_user()?.config_file),
    }
}

fn unknown(name: &str) -> Failure {
    let known: Vec<&str> = manifest::entries().iter().map(|entry| entry.name.as_str()).collect();
    Failure::usage(format!("no model is called \"{name}\"; known are {}", known.join(", ")))
}

fn failed(error: PullError) -> Failure {
    let exit = match &error {
        PullError::Unknown { .. } => Exit::Usage,
        PullError::Cancelled => Exit::Interrupted,
        _ => Exit::Failed,
    };
    Failure::Told { exit, message: error.to_string() }
}

/// Checks the model before the choice is written down.
fn choose(context: &mut Context, model: &str) -> Result<Exit, Failure> {
    let told = |error: crate::model::ModelError| Failure::usage(error.to_string());
    let choice = registry::resolve(model, Kind::Chat, &context.config.model).map_err(told)?;
    // A path is kept whole, so that it holds from every folder; a known name stays a name.
    let kept = match choice.entry {
        Some(entry) => entry.name.clone(),
        None => std::fs::canonicalize(&choice.path)
            .map_err(|error| Failure::reading(Path::new(model), &error))?
            .display()
            .to_string(),
    };
    let path = config_file(context)?;
    config::save_chat_model(&path, &kept)?;
    if environment("EMPTOR_MODEL").is_some_and(|value| !value.is_empty()) {
        context.out.note("EMPTOR_MODEL is set and weighs more than the config file; unset it");
    }
    if context.config.model.endpoint.is_some() {
        context.out.note("an endpoint is set and is used instead; take model.endpoint out of the settings");
    }
    if context.out.json {
        context.out.object("model use", json!({ "name": choice.name, "model": kept, "config": path }))?;
    } else {
        context.out.line(&format!("{} from now on (written to {})", choice.name, path.display()))?;
    }
    Ok(Exit::Ok)
}
