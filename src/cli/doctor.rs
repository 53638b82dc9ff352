//! `emptor doctor`: is everything as it should be, each check with ok, warn or fail and what to do.
//!
//! Looks only; repairs nothing.

use super::context::{NO_DATA, environment};
use super::exit::{Exit, Failure};
use super::model::size;
use super::output::{Out, Role};
use super::render;
use super::table::{Table, cell};
use crate::config::{self, Config, Overrides, Places};
use crate::domain::Timestamp;
use crate::model::manifest::Kind;
use crate::model::registry;
use crate::sources::selectors::Selectors;
use crate::store::{Stats, Store};
use serde::Serialize;
use std::io::IsTerminal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    detail: String,
}

fn check(name: &'static str, state: State, detail: impl Into<String>) -> Check {
    Check { name, state, detail: detail.into() }
}

/// Rules for shops' pages that the user wrote: a wrong file is passed over in the background, so it is told here.
fn selectors(config: &Config) -> Check {
    let folder = &config.refresh.selectors;
    let (rules, wrong) = Selectors::read_folder(folder);
    match wrong.first() {
        Some(error) if wrong.len() == 1 => check("selectors", State::Warn, error.to_string()),
        Some(error) => check("selectors", State::Warn, format!("{error}; {} more are wrong", wrong.len() - 1)),
        None if rules.is_empty() => check("selectors", State::Ok, format!("none in {}", folder.display())),
        None => check("selectors", State::Ok, format!("{} shops in {}", rules.len(), folder.display())),
    }
}

/// Runs every check; a broken config or database is a finding, not an error.
pub fn run(overrides: &Overrides, json: bool, now: Timestamp) -> Result<Exit, Failure> {
    let places = Places::of_user()?;
    let mut checks = vec![version()];
    let config = match config::load(overrides, &environment, &places) {
        Ok(loaded) => {
            let from =
                loaded.config.file.as_ref().map_or("defaults, no config file".into(), |f| f.display().to_string());
            checks.push(check("config", State::Ok, from));
            loaded.config
        }
        Err(error) => {
            checks.push(check("config", State::Fail, error.to_string()));
            Config::at(&places)
        }
    };
    let mut stats = None;
    database(&config, now, &mut checks, &mut stats);
    checks.push(chat_model(&config));
    checks.push(embedding(&config, stats.as_ref()));
    checks.push(memory());
    checks.push(network(&config));
    checks.push(selectors(&config));
    checks.push(terminal());
    let mut out = Out::new(&config, json);
    print(&mut out, &checks, stats.as_ref())?;
    out.flush()?;
    let failed = checks.iter().any(|check| check.state == State::Fail);
    Ok(if failed { Exit::Failed } else { Exit::Ok })
}

fn version() -> Check {
    let engine =
        match (cfg!(feature = "llama"), cfg!(feature = "cuda"), cfg!(feature = "metal"), cfg!(feature = "vulkan")) {
            (false, ..) => "without the local engine",
            (true, true, ..) => "local engine, CUDA",
            (true, _, true, _) => "local engine, Metal",
            (true, _, _, true) => "local engine, Vulkan",
            _ => "local engine, CPU",
        };
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    check("emptor", State::Ok, format!("{} on {system}, {engine}", env!("CARGO_PKG_VERSION")))
}

fn database(config: &Config, now: Timestamp, checks: &mut Vec<Check>, kept: &mut Option<Stats>) {
    let path = config.database.display().to_string();
    if !config.database.exists() {
        checks.push(check("database", State::Warn, format!("{path}: not there yet; {NO_DATA}")));
        return;
    }
    let looked = Store::open(&config.database).and_then(|store| {
        let reader = store.reader()?;
        Ok((store.is_read_only(), reader.integrity()?, reader.stats()?, reader.sources()?))
    });
    let (read_only, broken, stats, sources) = match looked {
        Ok(looked) => looked,
        Err(error) => return checks.push(check("database", State::Fail, error.to_string())),
    };
    let about = format!("{path}: {}, schema {}", size(stats.size_bytes), stats.schema);
    checks.push(match broken {
        Some(detail) => check(
            "database",
            State::Fail,
            format!("{about}; damaged ({detail}); export what can be read, then start afresh"),
        ),
        None if read_only => check("database", State::Warn, format!("{about}, whole, read-only")),
        None => check("database", State::Ok, format!("{about}, whole")),
    });
    let newest = stats.newest_observation;
    let stale = newest.is_some_and(|at| {
        now.duration_since(at).as_secs() > i64::try_from(config.refresh.stale_after.as_secs()).unwrap_or(i64::MAX)
    });
    let invented = if stats.invented > 0 { format!(" ({} of them invented)", stats.invented) } else { String::new() };
    let amounts = format!(
        "{} products{invented}, {} offers at {} shops, {} prices, {} reviews",
        stats.products, stats.offers, stats.shops, stats.snapshots, stats.reviews
    );
    checks.push(match newest {
        None => check("catalogue", State::Warn, NO_DATA),
        Some(at) if stale => {
            check("catalogue", State::Warn, format!("{amounts}; the newest price is of {}", render::day(at)))
        }
        Some(at) => check("catalogue", State::Ok, format!("{amounts}; newest price {}", render::day(at))),
    });
    let failing: Vec<String> = sources
        .iter()
        .filter(|source| source.failures > 0)
        .map(|source| format!("{} ({} times in a row)", source.name, source.failures))
        .collect();
    checks.push(match (sources.len(), failing.len()) {
        (0, _) => check("sources", State::Ok, "none added"),
        (n, 0) => check("sources", State::Ok, format!("{n}, none failing")),
        (n, failed) => check("sources", State::Warn, format!("{failed} of {n} failing: {}", failing.join(", "))),
    });
    *kept = Some(stats);
}

fn chat_model(config: &Config) -> Check {
    const NAME: &str = "model";
    if let Some(endpoint) = &config.model.endpoint {
        return check(NAME, State::Ok, format!("{} at {} (not asked here)", endpoint.model, endpoint.base_url));
    }
    match registry::choose(Kind::Chat, &config.model) {
        Err(error) => check(NAME, State::Fail, error.to_string()),
        Ok(None) => check(NAME, State::Warn, "none here, answers are facts only; get one with `emptor model pull`"),
        Ok(Some(choice)) => {
            let about = format!("{} ({})", choice.name, choice.path.display());
            let needed = choice.entry.map(|entry| entry.ram_needed);
            match (needed, registry::memory_bytes()) {
                (Some(needed), Some(there)) if needed > there => {
                    let detail = format!("{about} needs {} of memory, this machine has {}", size(needed), size(there));
                    check(NAME, State::Warn, detail)
                }
                _ => check(NAME, State::Ok, about),
            }
        }
    }
}

fn embedding(config: &Config, stats: Option<&Stats>) -> Check {
    const NAME: &str = "embedding";
    match registry::choose(Kind::Embedding, &config.model) {
        Err(error) => check(NAME, State::Fail, error.to_string()),
        Ok(None) => {
            check(NAME, State::Warn, "no embedding model, search is by words only; `emptor model pull` gets one")
        }
        Ok(Some(choice)) => {
            let done =
                stats.map(|s| format!(", {} of {} products have a vector", s.vectors.min(s.products), s.products));
            check(NAME, State::Ok, format!("{}{}", choice.name, done.unwrap_or_default()))
        }
    }
}

fn memory() -> Check {
    match registry::memory_bytes() {
        Some(bytes) => {
            let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
            check("machine", State::Ok, format!("{} of memory, {cores} cores", size(bytes)))
        }
        None => check("machine", State::Warn, "how much memory there is could not be told"),
    }
}

fn network(config: &Config) -> Check {
    let contact = config.http.contact.as_ref().map_or("no contact set", |_| "contact set");
    let mode = if config.offline { "offline, nothing is fetched" } else { "sources may be fetched" };
    check("network", State::Ok, format!("{mode}; {contact} for the user agent"))
}

fn terminal() -> Check {
    const NAME: &str = "terminal";
    if !std::io::stdout().is_terminal() {
        return check(NAME, State::Ok, "stdout is no terminal: plain text");
    }
    let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
    let utf8 = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| environment(name).filter(|v| !v.is_empty()));
    let utf8 = utf8.is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
    let about = format!("{columns} x {rows}, {}", environment("TERM").unwrap_or_else(|| "TERM not set".to_owned()));
    if columns < 60 || rows < 20 {
        return check(NAME, State::Warn, format!("{about}; the interface wants 60 x 20"));
    }
    if !utf8 {
        return check(NAME, State::Warn, format!("{about}; the locale is not UTF-8, charts will not show"));
    }
    check(NAME, State::Ok, about)
}

fn print(out: &mut Out, checks: &[Check], stats: Option<&Stats>) -> Result<(), Failure> {
    if out.json {
        return out.object("doctor", serde_json::json!({ "checks": checks, "stats": stats }));
    }
    let mut table = Table::new().left("").left("").left("");
    for check in checks {
        let (role, word) = match check.state {
            State::Ok => (Role::Good, "ok"),
            State::Warn => (Role::Warn, "warn"),
            State::Fail => (Role::Bad, "fail"),
        };
        table.row(vec![cell(role, word), cell(Role::Strong, check.name), cell(Role::Text, out.clean(&check.detail))]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    Ok(())
}
