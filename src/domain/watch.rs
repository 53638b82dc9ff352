//! A wish to be told when a price falls. Never fires by itself: `refresh` and `watch check` compare it to the store.

use super::{Money, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

/// Row id of a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WatchId(pub i64);

/// "Tell me when this product costs less than that."
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    pub id: WatchId,
    pub product: ProductId,
    pub below: Money,
    pub created_at: Timestamp,
    /// When the price was last seen to cross below; `None` while armed.
    pub crossed_at: Option<Timestamp>,
}
