//! Vectors of the phrases that tell what a thing is for: made once for an embedder, kept in a file beside the database.
//!
//! No question waits for them: they are made with the products' vectors, and an answer without them goes by the lists.

use crate::model::{Embedder, ModelError};
use crate::retrieval::{Uses, Vocabulary, plain_words, use_phrases, use_words};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// Phrases embedded between two looks at whether to go on.
const BATCH: usize = 16;
/// Bytes of the hash at the head of the file.
const HEAD: usize = 32;

/// Makes the vectors unless the file holds those of this embedder and these phrases already; `between` may wait between
/// two batches. A file that cannot be written is no error: the next pass tries again.
///
/// # Errors
/// Those of the embedder.
pub fn prepare(
    database: &Path,
    embedder: &dyn Embedder,
    between: &dyn Fn(),
    cancel: &CancellationToken,
) -> Result<(), ModelError> {
    if load(database, embedder).is_some() {
        return Ok(());
    }
    let mut bytes = head(embedder).to_vec();
    for texts in use_phrases().chunks(BATCH * embedder.width()) {
        between();
        for vector in embedder.embed(texts, cancel)? {
            bytes.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
        }
    }
    let file = file_of(database);
    let write = || -> std::io::Result<()> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // In one step: a reader sees the old or the new file whole.
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(&bytes)?;
        new.persist(&file).map(drop).map_err(|error| error.error)
    };
    if let Err(error) = write() {
        tracing::debug!(%error, file = %file.display(), "vectors of uses cannot be kept beside the database");
    }
    Ok(())
}

/// The kept vectors, where they are of this embedder and these phrases.
pub fn load(database: &Path, embedder: &dyn Embedder) -> Option<Uses> {
    let bytes = std::fs::read(file_of(database)).ok()?;
    let (kept, numbers) = bytes.split_at_checked(HEAD)?;
    let row = embedder.dimensions().checked_mul(size_of::<f32>()).filter(|row| *row > 0)?;
    if kept != head(embedder) || numbers.len() != row.checked_mul(use_phrases().len())? {
        return None;
    }
    let number = |four: &[u8]| four.try_into().map_or(0.0, f32::from_le_bytes);
    Uses::new(numbers.chunks_exact(row).map(|row| row.chunks_exact(size_of::<f32>()).map(number).collect()).collect())
}

/// What a question wants the thing for, in words and as a vector; `None` where it tells no use. The vector is the mean of
/// two: of the use alone, and of the whole question in English, which keeps what rules have read out of the use.
///
/// # Errors
/// Those of the embedder.
pub fn query(
    question: &str,
    vocabulary: &Vocabulary,
    embedder: &dyn Embedder,
    cancel: &CancellationToken,
) -> Result<Option<(String, Vec<f32>)>, ModelError> {
    let Some(said) = use_words(question, vocabulary) else { return Ok(None) };
    let words: Vec<String> = plain_words(question, vocabulary).into_iter().map(|word| word.text).collect();
    let vectors = embedder.embed(&[said.as_str(), words.join(" ").as_str()], cancel)?;
    let Ok([alone, whole]) = <[Vec<f32>; 2]>::try_from(vectors) else { return Ok(None) };
    Ok(Some((said, alone.iter().zip(&whole).map(|(a, b)| (a + b) / 2.0).collect())))
}

/// What the vectors hang on: the embedder and every phrase.
fn head(embedder: &dyn Embedder) -> [u8; HEAD] {
    let mut hash = Sha256::new();
    hash.update(embedder.id());
    for phrase in use_phrases() {
        hash.update([0]);
        hash.update(phrase);
    }
    hash.finalize().into()
}

fn file_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".uses");
    name.into()
}
