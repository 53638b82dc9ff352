//! What every command works with: settings, output, the clock, Ctrl-C, the database once it is asked for.

use super::exit::{Exit, Failure};
use super::interrupt;
use super::output::Out;
use super::render;
use crate::config::{self, Config, Overrides, Places};
use crate::domain::{ProductId, Timestamp};
use crate::model::Embedder;
use crate::retrieval::{self, Named, Vocabulary};
use crate::store::{Reader, Store};
use std::io::IsTerminal;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How to get data: said wherever there is none.
pub const NO_DATA: &str = "the catalogue is empty; load the invented demo with `emptor import demo`, or add a shop with `emptor source add URL`";

/// One run of the program.
pub struct Context {
    pub config: Config,
    pub out: Out,
    pub cancel: CancellationToken,
    pub now: Timestamp,
    store: Option<Store>,
}

/// The process's environment; a value that is no UTF-8 is taken as it can be read.
pub fn environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

impl Context {
    /// Loads the settings; with `listen` Ctrl-C cancels from now on.
    pub fn new(overrides: &Overrides, json: bool, now: Timestamp, listen: bool) -> Result<Self, Failure> {
        let loaded = config::load(overrides, &environment, &Places::of_user()?)?;
        let config = loaded.config;
        let out = Out::new(&config, json);
        let cancel = if listen { interrupt::listen() } else { CancellationToken::new() };
        Ok(Self { config, out, cancel, now, store: None })
    }

    /// The database, opened at the first call.
    pub fn store(&mut self) -> Result<Store, Failure> {
        if let Some(store) = &self.store {
            return Ok(store.clone());
        }
        let path = &self.config.database;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| {
                Failure::failed(format!(
                    "{}: {}; name another place for the database with --db",
                    folder.display(),
                    config::plain_io(&error)
                ))
            })?;
        }
        let store = Store::open(path)?;
        self.store = Some(store.clone());
        Ok(store)
    }

    /// A reader of a catalogue that holds something.
    ///
    /// # Errors
    /// An empty catalogue: says how to fill it, exit code 3.
    pub fn filled(&mut self) -> Result<Reader, Failure> {
        let reader = self.store()?.reader()?;
        if reader.product_ids(None, 1)?.is_empty() {
            return Err(Failure::Told { exit: Exit::NotEnough, message: NO_DATA.to_owned() });
        }
        Ok(reader)
    }

    /// Has the text index follow what was just stored, so that no search waits for it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn index(&mut self) -> Result<(), Failure> {
        const TOLD: u64 = 100_000;
        let reader = self.store()?.reader()?;
        if std::io::stderr().is_terminal() && reader.stats()?.products > TOLD {
            self.out.note("making the index of words; searches are quick from then on");
        }
        Ok(Vocabulary::load(&reader).map(drop)?)
    }

    /// The embedding model, where the catalogue has vectors made by one: without them it could find nothing more.
    /// One that cannot be opened leaves search by words, which says so.
    pub fn embedder(&mut self) -> Option<Arc<dyn Embedder>> {
        if !self.store().ok()?.reader().ok()?.has_vectors().ok()? {
            return None;
        }
        crate::model::open_embedder(&self.config).ok().flatten()
    }

    /// The one product that `said` names, or `None` after its candidates were printed: exit code 4.
    ///
    /// # Errors
    /// No product is called that: exit code 1.
    pub fn product(&mut self, reader: &Reader, command: &str, said: &str) -> Result<Option<ProductId>, Failure> {
        if said.trim().is_empty() {
            return Err(Failure::usage("the product is named by no word; give an id, an address, a GTIN or words"));
        }
        let vocabulary = Vocabulary::load(reader)?;
        match retrieval::resolve_product(reader, &vocabulary, said)? {
            Named::One(id) => Ok(Some(id)),
            Named::Several(ids) => self.candidates(reader, command, said, &ids).map(|()| None),
            Named::None => Err(Failure::Told {
                exit: Exit::Nothing,
                message: format!("no product is called \"{said}\"; look for it with `emptor search`"),
            }),
        }
    }

    fn candidates(&mut self, reader: &Reader, command: &str, said: &str, ids: &[ProductId]) -> Result<(), Failure> {
        let products = reader.products(ids)?;
        if self.out.json {
            let body = serde_json::json!({ "ambiguous": true, "said": said, "candidates": products });
            self.out.object(command, body)?;
        } else {
            let table = render::candidates(&self.out, &products);
            for line in table.lines(&self.out) {
                self.out.line(&line)?;
            }
        }
        self.out.note(&format!("{} products may be meant by \"{said}\"; name one by its id", products.len()));
        Ok(())
    }
}
