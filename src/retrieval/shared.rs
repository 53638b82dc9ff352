//! One vocabulary for several threads: loaded by whoever needs it first, and again when the catalogue has changed.
//!
//! Never reads more than [`Vocabulary`] does.

use super::Vocabulary;
use crate::store::{self, Reader};
use std::sync::{Arc, Mutex, PoisonError};

/// The catalogue's words and names at one version, held once for all who look things up.
#[derive(Debug, Default)]
pub struct SharedVocabulary(Mutex<Option<Arc<Vocabulary>>>);

impl SharedVocabulary {
    /// The vocabulary at the catalogue's present version; others wait while one loads it.
    ///
    /// # Errors
    /// Where the database cannot be read; what was loaded before stays.
    pub fn at(&self, reader: &Reader) -> store::Result<Arc<Vocabulary>> {
        let version = reader.catalogue_version()?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held.as_ref().filter(|known| known.version() == version) {
            return Ok(Arc::clone(known));
        }
        let made = match held.as_ref() {
            Some(known) => known.reload(reader)?,
            None => Vocabulary::load(reader)?,
        };
        Ok(Arc::clone(held.insert(Arc::new(made))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::testing::{THINGS, observation};
    use crate::store::Store;

    #[test]
    fn it_is_loaded_once_for_each_version_of_the_catalogue() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("shelf.db")).unwrap();
        let reader = store.reader().unwrap();
        let shared = SharedVocabulary::default();
        let empty = shared.at(&reader).unwrap();
        assert!(Arc::ptr_eq(&empty, &shared.at(&reader).unwrap()));
        store.writer().ingest(vec![observation(&THINGS[0], 1_000_000)]).unwrap();
        let filled = shared.at(&reader).unwrap();
        assert!(filled.knows("dishwasher") && !empty.knows("dishwasher"));
    }
}
