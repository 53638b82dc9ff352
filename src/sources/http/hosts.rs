//! Who may ask a host, when: so many requests at once and a pause between two, rests that the server asked for, a
//! circuit breaker, and a budget of requests a day.
//!
//! Never makes a request itself.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Failures in a row that shut a host.
const BREAK_AFTER: u32 = 5;
const FIRST_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(3600);
const DAY: u64 = 86_400;

/// How hosts are treated.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Least time between the end of a request, or the start of another, and the next start.
    pub delay: Duration,
    /// Requests at once.
    pub connections: usize,
    /// Requests on one day in UTC.
    pub daily: u32,
}

#[derive(Debug)]
struct Host {
    slots: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// No request starts before.
    next_start: Option<Instant>,
    /// When the last request began or ended.
    last: Option<Instant>,
    closed_until: Option<Instant>,
    failures: u32,
    /// Days since 1970 that `spent` counts for.
    day: u64,
    spent: u32,
}

impl State {
    fn turn_of_day(&mut self) {
        let today = today();
        // A clock that went back must not open the budget again, nor keep it shut for ever.
        if today > self.day || self.day > today + 1 {
            self.day = today;
            self.spent = 0;
        }
    }
}

/// Why a host cannot be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It asked for a rest, or failed too often.
    Resting(Duration),
    /// The day's budget is spent; how long until the next day.
    Spent(Duration),
}

/// The hosts seen so far.
#[derive(Debug)]
pub struct Hosts {
    limits: Limits,
    known: Mutex<HashMap<String, Arc<Host>>>,
}

/// The right to make one request; the host is free for another when it is dropped.
#[derive(Debug)]
pub struct Turn {
    host: Arc<Host>,
    gap: Duration,
    _slot: OwnedSemaphorePermit,
}

impl Hosts {
    /// Hosts under these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, known: Mutex::default() }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = known.get(name) {
            return host.clone();
        }
        let slots = Arc::new(Semaphore::new(self.limits.connections.max(1)));
        let host = Arc::new(Host { slots, state: Mutex::default() });
        known.insert(name.to_owned(), host.clone());
        host
    }

    /// Waits for the host to be free and rested for the configured delay or `pause`, whichever is longer.
    ///
    /// # Errors
    /// Why it stays shut and how long, without waiting for it.
    pub async fn turn(&self, name: &str, pause: Duration) -> Result<Turn, Refusal> {
        let host = self.host(name);
        // The semaphore is never closed; were it, the host would count as resting.
        let slot = host.slots.clone().acquire_owned().await.map_err(|_| Refusal::Resting(FIRST_REST))?;
        let gap = self.limits.delay.max(pause);
        let start = {
            let mut state = host.lock();
            let now = Instant::now();
            if let Some(until) = state.closed_until.filter(|until| *until > now) {
                return Err(Refusal::Resting(until - now));
            }
            state.turn_of_day();
            if state.spent >= self.limits.daily {
                return Err(Refusal::Spent(until_tomorrow()));
            }
            state.spent += 1;
            let start = state.next_start.map_or(now, |at| at.max(now));
            // The pause that this request asks for counts from the one before, which may have asked for none.
            let start = state.last.map_or(start, |last| start.max(last + gap));
            state.last = Some(start);
            state.next_start = Some(start + gap);
            start
        };
        let turn = Turn { host, gap, _slot: slot };
        sleep_until(start).await;
        Ok(turn)
    }

    /// Requests made today to each host that was asked.
    pub fn counts(&self) -> Vec<(String, u32)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.into_iter().map(|(name, host)| (name, host.spent_today())).collect()
    }

    /// Requests made to a host today.
    pub fn spent(&self, name: &str) -> u32 {
        self.host(name).spent_today()
    }

    /// Counts what an earlier run of the program spent today, unless more is counted already.
    pub fn count_earlier(&self, name: &str, spent: u32) {
        let host = self.host(name);
        let mut state = host.lock();
        state.turn_of_day();
        state.spent = state.spent.max(spent);
    }

    /// Leaves a host alone for that long.
    pub fn rest(&self, name: &str, rest: Duration) {
        let host = self.host(name);
        let until = Instant::now() + rest;
        let mut state = host.lock();
        state.closed_until = Some(state.closed_until.map_or(until, |at| at.max(until)));
    }
}

impl Host {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spent_today(&self) -> u32 {
        let mut state = self.lock();
        state.turn_of_day();
        state.spent
    }
}

impl Turn {
    /// Records how the request went. `rest`: the server asked to be left alone that long.
    pub fn record(&self, failed: bool, rest: Option<Duration>) {
        let now = Instant::now();
        let mut state = self.host.lock();
        state.failures = if failed { state.failures.saturating_add(1) } else { 0 };
        let broken = state.failures.checked_sub(BREAK_AFTER).map(|over| {
            let most = FIRST_REST.saturating_mul(2_u32.saturating_pow(over)).min(LONGEST_REST);
            FIRST_REST + most.mul_f64(share())
        });
        let shut = [rest, broken].into_iter().flatten().max().map(|wait| now + wait);
        state.closed_until = shut.max(state.closed_until.filter(|_| failed));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now = Instant::now();
        let free = now + self.gap;
        let mut state = self.host.lock();
        state.last = Some(state.last.map_or(now, |last| last.max(now)));
        state.next_start = Some(state.next_start.map_or(free, |at| at.max(free)));
    }
}

/// Anything from 0 up to 1: full jitter, so that hosts that fell together do not come back together.
fn share() -> f64 {
    let random = RandomState::new().hash_one(0_u8) >> 32;
    f64::from(u32::try_from(random).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}

/// Days since 1970 in UTC.
pub fn today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / DAY)
}

fn until_tomorrow() -> Duration {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() % DAY);
    // A minute more, for a clock that is a little off.
    Duration::from_secs(DAY - seconds + 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(delay: u64, connections: usize, daily: u32) -> Hosts {
        Hosts::new(Limits { delay: Duration::from_millis(delay), connections, daily })
    }

    #[tokio::test]
    async fn requests_at_once_and_the_pause_between_two_are_limited() {
        let pause = Duration::from_millis(30);
        let hosts = hosts(30, 2, 100);
        let begun = Instant::now();
        let first = hosts.turn("a", Duration::ZERO).await.unwrap();
        let _second = hosts.turn("a", Duration::ZERO).await.unwrap();
        assert!(begun.elapsed() >= pause, "the second starts a pause after the first");
        let third = hosts.turn("a", Duration::ZERO);
        tokio::pin!(third);
        assert!(tokio::time::timeout(pause * 4, &mut third).await.is_err(), "two are under way");
        drop(first);
        let freed = Instant::now();
        third.await.unwrap();
        assert!(freed.elapsed() >= pause);
        let other = tokio::time::timeout(Duration::from_secs(8), hosts.turn("b", Duration::from_secs(9))).await;
        assert!(other.is_ok(), "another host is free");
    }

    #[tokio::test]
    async fn a_broken_host_rests_longer_each_time_and_one_good_answer_opens_it() {
        let hosts = hosts(0, 1, 1000);
        let shut = async || match hosts.turn("a", Duration::ZERO).await {
            Ok(_) => None,
            Err(Refusal::Resting(rest)) => Some(rest),
            Err(Refusal::Spent(_)) => unreachable!("the budget is large"),
        };
        let turn = hosts.turn("a", Duration::ZERO).await.unwrap();
        (1..BREAK_AFTER).for_each(|_| turn.record(true, None));
        drop(turn);
        assert_eq!(shut().await, None);
        let turn = hosts.turn("a", Duration::ZERO).await.unwrap();
        turn.record(true, None);
        drop(turn);
        let first = shut().await.unwrap();
        assert!(first > FIRST_REST - Duration::from_secs(5) && first <= FIRST_REST * 2, "{first:?}");
        let host = hosts.host("a");
        let slot = host.slots.clone().try_acquire_owned().unwrap();
        let turn = Turn { host, gap: Duration::ZERO, _slot: slot };
        (0..30).for_each(|_| turn.record(true, None));
        assert!(turn.host.lock().closed_until.unwrap() <= Instant::now() + FIRST_REST + LONGEST_REST);
        turn.record(false, None);
        drop(turn);
        assert_eq!(shut().await, None);
        hosts.rest("a", Duration::from_secs(30));
        assert!(shut().await.is_some(), "a rest that the server asked for");
    }

    #[tokio::test]
    async fn a_budget_that_is_spent_lasts_for_the_day_and_outlives_the_program() {
        let hosts = hosts(0, 1, 3);
        hosts.count_earlier("a", 1);
        drop(hosts.turn("a", Duration::ZERO).await.unwrap());
        drop(hosts.turn("a", Duration::ZERO).await.unwrap());
        let Err(Refusal::Spent(wait)) = hosts.turn("a", Duration::ZERO).await else { panic!("a fourth request") };
        assert!(wait <= Duration::from_secs(DAY + 60));
        assert_eq!(hosts.counts(), [("a".to_owned(), 3)]);
    }
}
