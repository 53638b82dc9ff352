//! How many requests a host may still be asked today.
//!
//! Counts what the store counted before and what this process asked since; never asks itself.

use crate::domain::Timestamp;
use crate::store::{Reader, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Requests by host and day, shared by all clones.
#[derive(Clone)]
pub struct Budget {
    most: u32,
    spent: Arc<Mutex<HashMap<(String, i64), u32>>>,
}

impl Budget {
    /// At most so many requests to one host a day (UTC).
    pub fn new(most: u32) -> Self {
        Self { most, spent: Arc::default() }
    }

    /// Whether one more request may be made to the host now; counts it if so.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn take(&self, host: &str, now: Timestamp, reader: &Reader) -> Result<bool> {
        let day = now.as_second().div_euclid(86_400);
        let key = (host.to_owned(), day);
        let known = self.spent.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&key);
        let before = if known { 0 } else { reader.requests_today(host, now)? };
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.retain(|(_, of), _| *of >= day);
        let count = spent.entry(key).or_insert(before);
        if *count >= self.most {
            return Ok(false);
        }
        *count += 1;
        Ok(true)
    }
}
