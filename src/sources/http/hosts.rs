//! One request at a time per host, a pause between two, rests that the server asked for, and a circuit breaker.
//!
//! Never makes a request itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep_until};

/// Failures in a row that shut a host.
const BREAK_AFTER: u32 = 5;
const FIRST_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(3600);

#[derive(Debug, Default)]
struct State {
    last: Option<Instant>,
    /// Not before this moment.
    closed_until: Option<Instant>,
    failures: u32,
}

/// The hosts seen so far.
#[derive(Debug)]
pub struct Hosts {
    delay: Duration,
    states: Mutex<HashMap<String, Arc<tokio::sync::Mutex<State>>>>,
}

/// The right to make one request; give it back with [`Turn::done`].
#[derive(Debug)]
pub struct Turn {
    state: OwnedMutexGuard<State>,
}

impl Hosts {
    /// At least `delay` between two requests to one host.
    pub fn new(delay: Duration) -> Self {
        Self { delay, states: Mutex::new(HashMap::new()) }
    }

    /// Waits for the host to be free and rested for the configured delay or `pause`, whichever is longer.
    ///
    /// # Errors
    /// How long the host stays shut, without waiting for it.
    pub async fn turn(&self, host: &str, pause: Duration) -> Result<Turn, Duration> {
        let held = {
            let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
            states.entry(host.to_owned()).or_default().clone()
        };
        let state = held.lock_owned().await;
        let now = Instant::now();
        if let Some(until) = state.closed_until.filter(|until| *until > now) {
            return Err(until - now);
        }
        if let Some(last) = state.last {
            sleep_until(last + self.delay.max(pause)).await;
        }
        Ok(Turn { state })
    }
}

impl Turn {
    /// Records how the request went. `rest`: the server asked to be left alone that long.
    pub fn done(mut self, failed: bool, rest: Option<Duration>) {
        let now = Instant::now();
        self.state.last = Some(now);
        self.state.failures = if failed { self.state.failures.saturating_add(1) } else { 0 };
        let broken = self.state.failures.checked_sub(BREAK_AFTER).map(|over| {
            let rest = FIRST_REST.saturating_mul(2_u32.saturating_pow(over)).min(LONGEST_REST);
            jittered(rest, self.state.failures)
        });
        self.state.closed_until = [rest.filter(|_| failed), broken].into_iter().flatten().max().map(|d| now + d);
    }
}

/// Up to a fifth more, so that many hosts that fell together do not come back together.
fn jittered(rest: Duration, salt: u32) -> Duration {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.subsec_nanos());
    rest + rest.mul_f64(f64::from((nanos ^ salt.wrapping_mul(0x9E37_79B9)) % 1000) / 5000.0)
}
