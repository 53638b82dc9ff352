//! Gives products their vectors while nothing else is going on.
//!
//! Gives way to answers, since both want the same cores. Never searches.

use crate::domain::Product;
use crate::model::{Embedder, ModelError};
use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Products between two looks at whether to go on, for each of an embedder that is several.
const BATCH: usize = 16;
/// Longest description that goes into a vector, in characters: the model reads no more anyway.
const DESCRIPTION: usize = 400;
const GIVE_WAY: Duration = Duration::from_millis(100);

/// Why embedding ended early.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// What of a product goes into its vector.
pub fn document(product: &Product) -> String {
    let facts = &product.facts;
    let mut parts = vec![facts.title.clone()];
    parts.extend(facts.brand.clone().filter(|brand| !facts.title.contains(brand.as_str())));
    parts.extend(facts.category.clone());
    parts.extend(facts.attributes.iter().map(|a| format!("{} {}", a.label(), a.value)));
    parts.extend(facts.description.as_ref().map(|d| d.chars().take(DESCRIPTION).collect()));
    parts.join(", ")
}

/// What one pass keeps to.
pub struct Pass<'p> {
    /// Waits while this is set.
    pub busy: &'p AtomicBool,
    /// Ends after the batch in hand.
    pub cancel: &'p CancellationToken,
    /// At most so many vectors; `None`: as many as are missing.
    pub limit: Option<u64>,
}

/// How far a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Vectors made by this pass.
    pub made: u64,
    /// Products that have an up-to-date vector, as far as is known.
    pub done: u64,
    pub total: u64,
}

/// Makes what tells uses by their meaning, once for an embedder; see [`crate::answer::uses`].
///
/// # Errors
/// Those of the model. A cancellation is no error.
pub fn prepare_uses(store: &Store, embedder: &dyn Embedder, pass: &Pass<'_>) -> Result<(), EmbedError> {
    let give_way = || {
        while pass.busy.load(Ordering::Relaxed) && !pass.cancel.is_cancelled() {
            std::thread::sleep(GIVE_WAY);
        }
    };
    match crate::answer::uses::prepare(store.path(), embedder, &give_way, pass.cancel) {
        Err(ModelError::Cancelled) => Ok(()),
        made => Ok(made?),
    }
}

/// Gives products that lack an up-to-date vector one, and tells after each batch how far it is.
///
/// # Errors
/// Those of store and model; what was made before stays. A cancellation is no error.
pub fn embed_missing(
    store: &Store,
    embedder: &Arc<dyn Embedder>,
    pass: &Pass<'_>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Progress, EmbedError> {
    let reader = store.reader()?;
    let writer = store.writer();
    let total = reader.stats()?.products;
    let missing = reader.count_without_vector(embedder.id())?;
    let mut progress = Progress { made: 0, done: total.saturating_sub(missing), total };
    let batch = BATCH * embedder.width();
    let mut last = None;
    while !pass.cancel.is_cancelled() {
        if pass.busy.load(Ordering::Relaxed) {
            std::thread::sleep(GIVE_WAY);
            continue;
        }
        let room = pass.limit.map_or(batch, |limit| usize::try_from(limit - progress.made).unwrap_or(batch).min(batch));
        if room == 0 {
            break;
        }
        let products = reader.products_without_vector(embedder.id(), last, room)?;
        let Some((end, _)) = products.last() else {
            // What changed before the place where this pass was is left for another; one that finds nothing is the end.
            if last.take().is_none() {
                break;
            }
            continue;
        };
        last = Some(end.id);
        let documents: Vec<String> = products.iter().map(|(product, _)| document(product)).collect();
        let texts: Vec<&str> = documents.iter().map(String::as_str).collect();
        let vectors = match embedder.embed(&texts, pass.cancel) {
            Err(ModelError::Cancelled) => break,
            made => made?,
        };
        progress.made += vectors.len() as u64;
        progress.done = (progress.done + vectors.len() as u64).min(total);
        let rows = products.iter().zip(vectors).map(|((p, revision), vector)| (p.id, *revision, vector)).collect();
        writer.put_vectors(embedder.id().to_owned(), rows)?;
        tell(progress);
    }
    Ok(progress)
}
