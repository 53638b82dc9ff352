//! What the refresher tells the rest. The only part of `refresh` that the UI names.

use crate::domain::{Outcome, SourceId, Timestamp};
use serde::Serialize;

/// One step of background refreshing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RefreshEvent {
    Started {
        source: SourceId,
        name: String,
    },
    /// One page or feed was looked at.
    Progress {
        source: SourceId,
        done: u32,
        total: Option<u32>,
    },
    Finished {
        source: SourceId,
        name: String,
        outcome: Outcome,
        detail: Option<String>,
        snapshots: u64,
        changed_prices: u64,
        at: Timestamp,
        next_due_at: Option<Timestamp>,
    },
    /// What a watch waits for has happened.
    WatchFired {
        watch: crate::domain::WatchId,
        text: String,
    },
    /// What a watch had to tell could not be delivered and is given up.
    DeliveryFailed {
        watch: crate::domain::WatchId,
        text: String,
    },
    /// All sources as they stand, for the status line.
    Status {
        total: u32,
        failing: u32,
        last_good_at: Option<Timestamp>,
        next_due_at: Option<Timestamp>,
    },
}
