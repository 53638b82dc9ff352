//! How fast products get their vectors: texts one at a time beside several in one computation, and the whole pass over
//! a catalogue that `emptor model embed` makes.

use crate::Setting;
use crate::catalogue::Words;
use crate::measure::{ms, time, value};
use crate::ranking::observation;
use emptor::app::{Pass, document, embed_missing};
use emptor::config::Config;
use emptor::domain::Timestamp;
use emptor::model::{open_embedder, open_embedders};
use emptor::store::Store;
use std::sync::atomic::AtomicBool;
use tokio_util::sync::CancellationToken;

const PRODUCTS: usize = 600;
const SEED: u64 = 17;

pub fn run(setting: &Setting) -> anyhow::Result<()> {
    let count = if setting.quick { PRODUCTS / 4 } else { PRODUCTS };
    let words = Words::load();
    let store = Store::open(&setting.folder.path().join("embedding.db"))?;
    let at = Timestamp::now();
    store.writer().ingest((0..count).map(|n| observation(&words.item(SEED, n), at)).collect())?;
    let config = Config::under(setting.folder.path());
    let none = || anyhow::anyhow!("no embedding model is here; run `sh setup --for-tests`");
    let cancel = CancellationToken::new();
    let products = store.reader()?.products_without_vector("none", None, count)?;
    let documents: Vec<String> = products.iter().map(|(product, _)| document(product)).collect();
    let texts: Vec<&str> = documents.iter().map(String::as_str).collect();
    let rate = |took: std::time::Duration| texts.len() as f64 / took.as_secs_f64();
    let embedder = open_embedder(&config)?.ok_or_else(none)?;
    // The first computation sets up what later ones find.
    embedder.embed(&texts[..1], &cancel)?;
    let mut single = 0.0;
    for together in [1, 4, 8, 16] {
        let (made, took) = time(|| texts.chunks(together).try_for_each(|part| embedder.embed(part, &cancel).map(drop)));
        made?;
        single = if together == 1 { rate(took) } else { single };
        let beside = format!("{:.2} times one at a time; a core left", rate(took) / single);
        value(&format!("titles embedded a second, {together} at a time"), &format!("{:.0}", rate(took)), &beside);
    }
    drop(embedder);
    let embedder = open_embedders(&config, false)?.ok_or_else(none)?;
    let pass = Pass { busy: &AtomicBool::new(false), cancel: &cancel, limit: None };
    let (made, took) = time(|| embed_missing(&store, &embedder, &pass, &mut |_| {}));
    anyhow::ensure!(made?.made == texts.len() as u64, "not every product was given a vector");
    let beside = format!("{:.2} times one at a time; every core, read and stored in {}", rate(took) / single, ms(took));
    value("products given vectors a second, as a command", &format!("{:.0}", rate(took)), &beside);
    Ok(())
}
