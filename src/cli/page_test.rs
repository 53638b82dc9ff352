//! `emptor source test`: what emptor reads on one page, every candidate price with its place and its verdict.
//!
//! Reads and explains; stores nothing and decides nothing that a refresh would not decide alike.

mod show;

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::config::plain_io;
use crate::domain::{Observation, Outcome, PriceCandidate};
use crate::sources::charset;
use crate::sources::http::{Client, Fetched, Page as Answer, Validators, parse_address};
use crate::sources::page::{self, Look, Missing, Verdict};
use crate::sources::selectors::{self, Selectors, ShopRules};
use serde::Serialize;
use std::path::{Path, PathBuf};
use url::Url;

/// A larger file is not read (bytes).
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// What a page held, as text and JSON show it.
#[derive(Debug, Serialize)]
struct Report {
    address: Option<String>,
    file: Option<PathBuf>,
    /// The selectors file that was applied.
    selectors: Option<PathBuf>,
    /// The formats that told of a product, best first.
    formats: Vec<&'static str>,
    notes: Vec<String>,
    offers: Vec<Offer>,
    /// Products that the page shows beside its own.
    beside: usize,
}

#[derive(Debug, Serialize)]
struct Offer {
    #[serde(flatten)]
    seen: Observation,
    format: &'static str,
    why: Option<String>,
    missing: Vec<Missing>,
    /// In the order of `candidates`.
    verdicts: Vec<Verdict>,
}

impl Offer {
    fn judged(&self) -> impl Iterator<Item = (&PriceCandidate, &Verdict)> {
        self.seen.candidates.iter().zip(&self.verdicts)
    }
}

/// Runs the command.
pub fn run(context: &mut Context, location: &str, file: Option<&Path>, url: Option<&str>) -> Result<Exit, Failure> {
    let rules = file.map(selectors::read_file).transpose().map_err(|error| Failure::usage(error.to_string()))?;
    let (text, address, saved) = fetch(context, location, url)?;
    let known = match &rules {
        Some(_) => Selectors::default(),
        None => {
            let (known, wrong) = Selectors::read_folder(&context.config.refresh.selectors);
            wrong.iter().for_each(|error| context.out.note(&error.to_string()));
            known
        }
    };
    let report = read(context, &text, address, saved, rules.as_ref(), &known);
    let exit = exit_of(&report);
    if context.out.json {
        context.out.object("source test", &report)?;
    } else {
        show::print(&mut context.out, &report)?;
    }
    Ok(exit)
}

fn read(
    context: &Context,
    text: &str,
    address: Option<Url>,
    file: Option<PathBuf>,
    given: Option<&ShopRules>,
    known: &Selectors,
) -> Report {
    let own = || page::parse(text, None).address.and_then(|a| Url::parse(&a).ok());
    let address = address.or_else(own);
    let rules = given.or_else(|| known.of(address.as_ref()?));
    let address = address.map(String::from);
    let page = page::parse_with(text, address.as_deref(), rules);
    let name = file.as_deref().and_then(Path::file_stem).map(|name| name.to_string_lossy().into_owned());
    let shop = page.shop(address.as_deref(), name.as_deref().unwrap_or("saved page"));
    let beside = page.products.iter().filter(|p| !p.main).count();
    let (formats, notes) = (page.formats.clone(), page.notes.clone());
    let looks = page.into_looks(&shop, address.as_deref(), context.now);
    let offers = looks.into_iter().map(explained).collect();
    Report { address, file, selectors: rules.map(|r| r.file.clone()), formats, notes, offers, beside }
}

fn explained(look: Look) -> Offer {
    let (verdicts, missing) = (page::verdicts(&look), page::missing(&look.seen));
    Offer { verdicts, missing, format: look.format, why: look.why, seen: look.seen }
}

fn exit_of(report: &Report) -> Exit {
    let any = |outcome: Outcome| report.offers.iter().any(|offer| offer.seen.outcome == outcome);
    if any(Outcome::Ok) {
        Exit::Ok
    } else if any(Outcome::Ambiguous) {
        Exit::Ambiguous
    } else {
        Exit::Nothing
    }
}

/// The page's text, its address where it is known, and its file where it is one.
fn fetch(
    context: &Context,
    location: &str,
    url: Option<&str>,
) -> Result<(String, Option<Url>, Option<PathBuf>), Failure> {
    let stated = url.map(parse_address).transpose().map_err(|error| Failure::usage(format!("--url: {error}")))?;
    if !location.contains("://") {
        let file = PathBuf::from(location);
        let failed = |error: std::io::Error| Failure::reading(&file, &error);
        if std::fs::metadata(&file).map_err(failed)?.len() > MOST_BYTES {
            return Err(Failure::usage(format!("{location}: too large to be a product page; give a single page")));
        }
        let body = std::fs::read(&file).map_err(failed)?;
        return Ok((charset::text(&body, None), stated, Some(file)));
    }
    if stated.is_some() {
        return Err(Failure::usage("--url goes with a saved page; give either a file with --url, or an address"));
    }
    let address = parse_address(location).map_err(|error| Failure::usage(error.to_string()))?;
    if context.config.offline {
        return Err(Failure::failed("nothing was fetched: emptor is set to work offline; run it without --offline"));
    }
    let answer = fetch_page(context, &address)?;
    Ok((charset::text(&answer.body, answer.content_type.as_deref()), Some(answer.url), None))
}

fn fetch_page(context: &Context, address: &Url) -> Result<Answer, Failure> {
    let client = Client::new(&context.config.http, false).map_err(|error| Failure::failed(error.to_string()))?;
    client.allow(address.as_str());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed(format!("no thread to fetch with: {}", plain_io(&error))))?;
    let (cancel, fresh) = (context.cancel.clone(), Validators::default());
    let fetched = runtime.block_on(async {
        tokio::select! {
            () = cancel.cancelled() => None,
            fetched = client.get(address.as_str(), &fresh) => Some(fetched),
        }
    });
    match fetched {
        Some(Fetched::Page(page)) => Ok(page),
        Some(Fetched::Failed(failure)) => {
            let what = super::render::outcome(failure.outcome);
            Err(Failure::failed(format!("{address}: {what}: {}", failure.detail)))
        }
        Some(Fetched::NotModified) => Err(Failure::failed(format!("{address}: the server sent no page"))),
        None => Err(Failure::Told { exit: Exit::Interrupted, message: "interrupted".to_owned() }),
    }
}
