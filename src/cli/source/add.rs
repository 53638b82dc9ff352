//! `emptor source add`: finds out what a place speaks, says why, remembers it and looks at it once.
//!
//! Asks a place at most three times to recognise it, with all manners. `--kind` settles it without asking.

use crate::cli::args::AddSourceArgs;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::import::mappings_file;
use crate::cli::refresh::fetch;
use crate::config::plain_io;
use crate::domain::SourceKind;
use crate::domain::source::Reading;
use crate::refresh::source::State;
use crate::sources::http::{Client, Fetched, Validators, parse_address};
use crate::sources::import::{self, ImportOptions};
use crate::sources::recognise::{self, Recognised};
use crate::sources::remembered::Remembered;
use crate::store::NewSource;
use serde_json::json;
use std::io::Read;
use std::path::Path;
use url::Url;

/// Bytes of a file that are looked at.
const HEAD: u64 = 64 * 1024;

/// A place as it will be stored.
struct Place {
    kind: SourceKind,
    location: String,
    name: String,
    why: Option<&'static str>,
}

/// Runs the command.
pub fn run(context: &mut Context, args: &AddSourceArgs) -> Result<Exit, Failure> {
    let mut place = match parse_address(&args.location) {
        Ok(url) if args.location.contains("://") => remote(context, url, args)?,
        Err(error) if args.location.contains("://") => return Err(Failure::usage(error.to_string())),
        _ => local(&args.location, args.kind)?,
    };
    if let Some(name) = &args.name {
        place.name.clone_from(name);
    }
    let store = context.store()?;
    if let Some(known) = store.reader()?.sources()?.into_iter().find(|source| source.location == place.location) {
        context.out.note(&format!("{} is that already; it is fetched again", known.name));
        return fetch(context, vec![known], "source add");
    }
    if let Some(why) = place.why {
        context.out.note(&format!("read as {}: {why}; another kind is set with --kind", place.kind.word()));
    }
    let state = match place.kind {
        SourceKind::Csv if !place.location.contains("://") => {
            let remembered = Remembered::read(&mappings_file(context));
            let options = ImportOptions { remembered: Some(&remembered), ..ImportOptions::new(context.now) };
            let mapping = import::table_mapping(Path::new(&place.location), &options).map(|(pairs, _)| pairs);
            json!(State::with_mapping(json!(mapping.map_err(|error| Failure::usage(error.to_string()))?)))
        }
        _ => json!(State::default()),
    };
    let Place { kind, location, name, .. } = place;
    let new = NewSource { name, kind, location, added_at: context.now, next_due_at: None, state };
    let source = store.writer().add_source(new)?;
    if context.config.offline && source.is_remote() {
        context.out.note(&format!("{} is added and waits: emptor is set to work offline", source.name));
        if context.out.json {
            context.out.object("source add", json!({ "sources": [source] }))?;
        }
        return Ok(Exit::Ok);
    }
    fetch(context, vec![source], "source add")
}

/// A place on the web: by `--kind`, by its address, else by asking.
fn remote(context: &mut Context, mut url: Url, args: &AddSourceArgs) -> Result<Place, Failure> {
    let host = url.host_str().unwrap_or("source").trim_start_matches("www.").to_owned();
    let found = match (args.kind, recognise::by_address(&url)) {
        (Some(kind), _) => (kind, None),
        (None, Some(Recognised { kind, why })) => (kind, Some(why)),
        (None, None) if context.config.offline => (plain(&url), None),
        (None, None) => match asked(context, &url)? {
            Some(Recognised { kind, why }) => (kind, Some(why)),
            None => (plain(&url), None),
        },
    };
    let (kind, why) = found;
    if kind.reading() == Reading::Invented {
        return Err(Failure::usage("the demo catalogue is not fetched; load it with `emptor import demo`"));
    }
    if let Some(currency) = args.currency {
        url.set_fragment(Some(&format!("currency={currency}")));
    }
    Ok(Place { kind, location: url.to_string(), name: host, why: why.filter(|_| !matches!(kind, SourceKind::Page)) })
}

/// A page, or a shop where the address is that of a host alone.
fn plain(url: &Url) -> SourceKind {
    if matches!(url.path(), "" | "/") { SourceKind::Shop } else { SourceKind::Page }
}

/// Asks the place itself, and where it is made by software with an interface, whether that answers.
fn asked(context: &mut Context, url: &Url) -> Result<Option<Recognised>, Failure> {
    let client = Client::new(&context.config.http, false).map_err(|error| Failure::failed(error.to_string()))?;
    client.allow_host(url.host_str().unwrap_or_default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed(format!("no threads to ask with: {}", plain_io(&error))))?;
    let cancel = context.cancel.clone();
    let get = |address: String| {
        let (client, cancel) = (client.clone(), cancel.clone());
        async move {
            let none = Validators::default();
            tokio::select! {
                () = cancel.cancelled() => None,
                fetched = client.get(&address, &none) => match fetched {
                    Fetched::Page(page) => Some(page.body),
                    _ => None,
                },
            }
        }
    };
    Ok(runtime.block_on(async {
        let found = recognise::by_content(&get(url.to_string()).await?)?;
        let test = match found.kind {
            // One page of a Shopify or WooCommerce shop may be all that is wanted.
            _ if !matches!(url.path(), "" | "/")
                && matches!(found.kind, SourceKind::Shopify | SourceKind::WooCommerce) =>
            {
                return None;
            }
            SourceKind::Shopify => "/products.json?limit=1",
            SourceKind::WooCommerce => "/wp-json/wc/store/v1/products?per_page=1",
            SourceKind::Page if matches!(url.path(), "" | "/") => return None,
            _ => return Some(found),
        };
        let answer = get(url.join(test).ok()?.to_string()).await?;
        let answers = serde_json::from_slice::<serde_json::Value>(&answer)
            .is_ok_and(|value| value.get("products").is_some_and(serde_json::Value::is_array) || value.is_array());
        answers.then_some(found)
    }))
}

/// A file that is read again and again.
fn local(location: &str, kind: Option<SourceKind>) -> Result<Place, Failure> {
    let path = std::fs::canonicalize(location).map_err(|error| {
        let detail = plain_io(&error);
        Failure::usage(format!(
            "{location}: {detail}; give an address with http:// or https://, or a file that is there"
        ))
    })?;
    let found = match kind {
        Some(kind) => Some((kind, None)),
        None => {
            let mut head = Vec::new();
            let opened = std::fs::File::open(&path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
            opened.map_err(|error| Failure::reading(&path, &error))?;
            recognise::by_content(&head).map(|found| (found.kind, Some(found.why)))
        }
    };
    let name = path.file_stem().map_or_else(|| "file".to_owned(), |stem| stem.to_string_lossy().into_owned());
    match found {
        Some((kind, why)) if matches!(kind.reading(), Reading::Document | Reading::Rates) => {
            let why = why.filter(|_| !matches!(kind, SourceKind::Csv | SourceKind::Jsonl));
            Ok(Place { kind, location: path.display().to_string(), name, why })
        }
        _ => Err(Failure::usage(format!(
            "{location}: a file that is read again is a csv, jsonl or product feed (say which with --kind); a saved page is read once by `emptor import`"
        ))),
    }
}
