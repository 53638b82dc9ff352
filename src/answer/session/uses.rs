//! Adds what a use calls for by its meaning, where the lists of words found nothing or clearly another thing.
//!
//! Only aspects that the products found state; what the shopper said is never touched.

use super::Session;
use crate::answer::uses;
use crate::domain::*;
use crate::retrieval::{self, SearchOptions, Uses};
use crate::store::{Reader, StoreError};
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;

/// Products whose attributes tell what can be wanted of such a thing.
const ASKED: usize = 24;

/// Weight from which a want was said outright.
const SAID: f64 = 1.0;

impl Session {
    /// Puts a soft want first in a search that has none but such; what was said outright stays as it is.
    pub(super) fn add_use(
        &self,
        reader: &Reader,
        need: &mut Need,
        cancel: &CancellationToken,
    ) -> Result<(), StoreError> {
        let open = need.kind == QuestionKind::Search && need.products.is_empty();
        let said = need.wants.iter().any(|want| want.weight >= SAID);
        if !open || said || !need.must.attributes.is_empty() || !need.must.stated.is_empty() {
            return Ok(());
        }
        let (Some(catalogue), Some(embedder)) = (&self.catalogue, &self.embedder) else { return Ok(()) };
        let Some(uses) = &catalogue.uses else { return Ok(()) };
        let query = uses::query(&need.question, &catalogue.vocabulary, embedder.as_ref(), cancel);
        let (said, vector) = match query {
            Ok(Some(query)) => query,
            Ok(None) => return Ok(()),
            Err(error) => {
                tracing::warn!(%error, "the use was not embedded; the lists alone tell what matters");
                return Ok(());
            }
        };
        let stated = stated(reader, &catalogue.vocabulary, need)?;
        let listed = need.wants.first().map(|want| want.aspect.as_str());
        if let Some(want) = uses.nearest(&vector, &said, listed, &|name| stated.contains(name)) {
            need.wants.retain(|other| other.aspect != want.aspect);
            need.wants.insert(0, want);
        }
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
    if !found.named {
        return Ok(BTreeSet::new());
    }
    let hits = super::search::leading_category(found.hits);
    Ok(hits.into_iter().flat_map(|hit| hit.product.facts.attributes).map(|attribute| attribute.name).collect())
}
