//! The invented demo catalogue on its way into the store.
//!
//! Stores in pieces, so that progress can be told and the way be left at any time.

use crate::domain::Timestamp;
use crate::sources;
use crate::store::{Ingested, Store, StoreError};
use tokio_util::sync::CancellationToken;

/// Observations stored in one transaction.
const PIECE: usize = 4000;

/// Stores the demo catalogue with prices that end at `now`; tells how many observations of how many are in. What is
/// there already is not stored again.
///
/// # Errors
/// Those of the store; what was stored before stays.
pub fn load_demo(
    store: &Store,
    now: Timestamp,
    cancel: &CancellationToken,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Ingested, StoreError> {
    let mut all = sources::demo::observations(now).into_iter();
    let total = all.len() as u64;
    let writer = store.writer();
    let mut sum = Ingested::default();
    let mut done = 0;
    while !cancel.is_cancelled() {
        let piece: Vec<_> = all.by_ref().take(PIECE).collect();
        if piece.is_empty() {
            break;
        }
        done += piece.len() as u64;
        sum += writer.ingest(piece)?;
        progress(done, total);
    }
    Ok(sum)
}
