//! The semantic side of `emptor search`: the embedding model and the catalogue's vectors, where both are there.
//!
//! Never fails a search: what cannot be used leaves search by words, with a note where the user should know.

use super::context::Context;
use super::exit::Failure;
use crate::config::Config;
use crate::domain::Need;
use crate::model::{self, Embedder, ModelError};
use crate::retrieval::{VectorIndex, Vocabulary};
use crate::store::Reader;
use std::sync::Arc;

/// The largest embedding model that one search loads: up to here it is ready within a fraction of a second. A batch
/// loads any.
const QUICK_BYTES: u64 = 200_000_000;

/// An embedding model and the vectors that it made.
pub struct Semantic {
    embedder: Arc<dyn Embedder>,
    index: VectorIndex,
}

/// The vocabulary and, unless `no_model`, the semantic side; the model loads while the vocabulary does.
///
/// # Errors
/// Where the database cannot be read.
pub fn load(
    context: &mut Context,
    reader: &Reader,
    no_model: bool,
    batch: bool,
) -> Result<(Vocabulary, Option<Semantic>), Failure> {
    if no_model || !reader.has_vectors()? {
        return Ok((Vocabulary::load(reader)?, None));
    }
    let config = &context.config;
    let (vocabulary, opened) = std::thread::scope(|scope| {
        let opening = scope.spawn(|| open(config, batch));
        let vocabulary = Vocabulary::load(reader);
        (vocabulary, opening.join())
    });
    let embedder = match opened {
        Ok(Ok(Some(embedder))) => embedder,
        Ok(Ok(None)) => return Ok((vocabulary?, None)),
        Ok(Err(error)) => {
            context.out.note(&format!("searched by words only: {error}"));
            return Ok((vocabulary?, None));
        }
        Err(_) => return Err(Failure::failed("the embedding model could not be opened".to_owned())),
    };
    let index = VectorIndex::load(reader, embedder.id())?;
    let semantic = (!index.is_empty()).then_some(Semantic { embedder, index });
    Ok((vocabulary?, semantic))
}

fn open(config: &Config, batch: bool) -> Result<Option<Arc<dyn Embedder>>, ModelError> {
    if !batch && model::embedder_bytes(config)?.is_some_and(|bytes| bytes > QUICK_BYTES) {
        return Ok(None);
    }
    model::open_embedder(config)
}

impl Semantic {
    /// The vector of what is looked for, with the vectors to hold it against; `None` where it could not be made.
    pub fn vector(&self, context: &Context, need: &Need) -> Option<(Vec<f32>, &VectorIndex)> {
        let text = if need.words.is_empty() { need.question.clone() } else { need.words.join(" ") };
        match self.embedder.embed(&[text.as_str()], &context.cancel) {
            Ok(mut vectors) => Some((vectors.pop()?, &self.index)),
            Err(error) => {
                tracing::warn!(%error, "the query was not embedded; searching by words alone");
                None
            }
        }
    }
}
