//! Adds what a use calls for by its meaning, where the lists of words found nothing.
//!
//! Only aspects that the products found state; what the shopper said is never touched.

use super::Session;
use crate::answer::uses;
use crate::domain::*;
use crate::retrieval::{self, SearchOptions, Uses, use_words};
use crate::store::{Reader, StoreError};
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;

/// Products whose attributes tell what can be wanted of such a thing.
const ASKED: usize = 24;

impl Session {
    /// Adds a soft want to a search that has none.
    pub(super) fn add_use(
        &self,
        reader: &Reader,
        need: &mut Need,
        cancel: &CancellationToken,
    ) -> Result<(), StoreError> {
        let open = need.kind == QuestionKind::Search && need.products.is_empty();
        // A use stands in the question as asked; what a follow-up inherits was understood with the question before.
        if !open || !need.wants.is_empty() || !need.must.attributes.is_empty() || !need.must.stated.is_empty() {
            return Ok(());
        }
        let (Some(catalogue), Some(embedder)) = (&self.catalogue, &self.embedder) else { return Ok(()) };
        let Some(uses) = &catalogue.uses else { return Ok(()) };
        let Some(said) = use_words(&need.question, &catalogue.vocabulary) else { return Ok(()) };
        let stated = stated(reader, &catalogue.vocabulary, need)?;
        let vector = match embedder.embed(&[said.as_str()], cancel) {
            Ok(mut vectors) => vectors.pop().unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "the use was not embedded; the lists alone tell what matters");
                return Ok(());
            }
        };
        need.wants.extend(uses.nearest(&vector, &said, &|name| stated.contains(name)));
        Ok(())
    }

    /// The kept vectors of the phrases, where the embedder has some.
    pub(super) fn load_uses(&self) -> Option<Uses> {
        uses::load(self.store.path(), self.embedder.as_deref()?)
    }
}

/// Attributes of the leading kind of product among what the words find.
fn stated(reader: &Reader, vocabulary: &retrieval::Vocabulary, need: &Need) -> Result<BTreeSet<String>, StoreError> {
    let found = retrieval::search(reader, vocabulary, need, None, SearchOptions { limit: ASKED, as_of: None })?;
    let hits = super::search::leading_category(found.hits);
    Ok(hits.into_iter().flat_map(|hit| hit.product.facts.attributes).map(|attribute| attribute.name).collect())
}
