//! The task that keeps sources fresh: sleeps until one is due, looks at the due ones side by side, tells what happened.
//!
//! Lives as long as its token; stopping it at any moment loses nothing that was committed.

use super::deliver;
use super::due;
use super::event::RefreshEvent;
use super::lock::{LockError, RefreshLock};
use super::source::{Looked, Looker};
use super::watches;
use crate::domain::*;
use crate::store::StoreError;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// Wakes at least this often, so that a suspended machine, a moved clock and a source that another process added are
/// noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// Sources looked at side by side; each host still gets one request at a time. So many that a handful of hanging
/// sources leaves room for the rest: a waiting look costs next to nothing.
const SIDE_BY_SIDE: usize = 128;

/// Starts the task. Events come until the token is cancelled; nobody needs to read them. Where another process
/// refreshes the database already, it waits to take over.
pub fn spawn(looker: Looker, cancel: CancellationToken) -> (JoinHandle<()>, UnboundedReceiver<RefreshEvent>) {
    let (events, receiver) = unbounded_channel();
    let task = tokio::spawn(async move {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = run(&looker, &events) => {}
        }
    });
    (task, receiver)
}

/// Looks at what is due for ever; ends with the future.
pub async fn run(looker: &Looker, events: &UnboundedSender<RefreshEvent>) {
    let _lock = wait_for_lock(looker, events).await;
    // Side by side: neither a slow shop nor a slow hook holds the other up.
    tokio::join!(look_for_ever(looker, events), deliver_for_ever(looker, events));
}

/// Tells what watches have to tell, what failed before included.
async fn deliver_for_ever(looker: &Looker, events: &UnboundedSender<RefreshEvent>) {
    loop {
        if let Err(error) = deliver_due(looker, events).await {
            tracing::warn!(%error, "what watches have to tell could not be read or saved");
        }
        tokio::time::sleep(LONGEST_SLEEP).await;
    }
}

async fn look_for_ever(looker: &Looker, events: &UnboundedSender<RefreshEvent>) {
    let mut running = Running::default();
    loop {
        let wait = match begin_due(looker, &mut running, events) {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "what is due cannot be read");
                LONGEST_SLEEP
            }
        };
        tokio::select! {
            Some(ended) = running.tasks.join_next_with_id() => running.ended(ended),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Until this process is the one that refreshes; a file system without locks counts as one.
async fn wait_for_lock(looker: &Looker, events: &UnboundedSender<RefreshEvent>) -> Option<RefreshLock> {
    loop {
        match RefreshLock::take(looker.store.path()) {
            Ok(lock) => return Some(lock),
            Err(LockError::Held(_)) => {
                if let Ok(sources) = looker.store.reader().and_then(|reader| reader.sources()) {
                    tell(events, status(&sources, due::next_wake(&sources, Timestamp::now(), looker.config.interval)));
                }
                tokio::time::sleep(LONGEST_SLEEP).await;
            }
            Err(LockError::Io { .. }) => return None,
        }
    }
}

/// The looks that are on their way.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    sources: HashMap<tokio::task::Id, SourceId>,
    /// Sources whose last look could not even be saved, with when they may be tried again.
    sick: HashMap<SourceId, tokio::time::Instant>,
}

impl Running {
    fn ended(&mut self, ended: Result<(tokio::task::Id, ()), tokio::task::JoinError>) {
        let id = match &ended {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        if let Some(source) = self.sources.remove(&id)
            && let Err(error) = ended
        {
            tracing::error!(%error, "a source's task ended badly");
            self.sick.insert(source, tokio::time::Instant::now() + LONGEST_SLEEP * 2);
        }
    }
}

/// Starts looks at the sources that are due and not looked at yet; how long until the next is.
fn begin_due(
    looker: &Looker,
    running: &mut Running,
    events: &UnboundedSender<RefreshEvent>,
) -> Result<Duration, StoreError> {
    let sources = looker.store.reader()?.sources()?;
    let (now, interval) = (Timestamp::now(), looker.config.interval);
    running.sick.retain(|_, until| *until > tokio::time::Instant::now());
    let busy = |id: &SourceId| running.sources.values().any(|running| running == id) || running.sick.contains_key(id);
    let due: Vec<SourceId> = due::due(&sources, now, interval).into_iter().filter(|id| !busy(id)).collect();
    for id in due.into_iter().take(SIDE_BY_SIDE.saturating_sub(running.sources.len())) {
        let Some(source) = sources.iter().find(|source| source.id == id).cloned() else { continue };
        let (looker, events) = (looker.clone(), events.clone());
        let task = running.tasks.spawn(async move {
            if let Err(error) = refresh(&looker, source, false, &events).await {
                tracing::warn!(%error, "a source could not be saved");
                // Not at once again: what cannot be saved must not spin.
                tokio::time::sleep(LONGEST_SLEEP).await;
            }
        });
        running.sources.insert(task.id(), id);
    }
    let waiting: Vec<Source> =
        sources.iter().filter(|s| !running.sources.values().any(|id| *id == s.id)).cloned().collect();
    tell(events, status(&sources, due::next_wake(&waiting, now, interval)));
    let next = due::next_wake(&waiting, now, interval).map(|at| Duration::try_from(at.duration_since(now)));
    let wait = next.map_or(LONGEST_SLEEP, Result::unwrap_or_default);
    Ok(wait.clamp(Duration::from_millis(500), LONGEST_SLEEP))
}

/// Looks at one source now, tells about it, checks the watches. Also what the commands call. `all`: also at pages that
/// are not due.
///
/// # Errors
/// The database's.
pub async fn refresh(
    looker: &Looker,
    source: Source,
    all: bool,
    events: &UnboundedSender<RefreshEvent>,
) -> Result<(Looked, Source), StoreError> {
    let (id, name) = (source.id, source.name.clone());
    tell(events, RefreshEvent::Started { source: id, name: name.clone() });
    let now = Timestamp::now();
    let progress = |done, total| tell(events, RefreshEvent::Progress { source: id, done, total });
    let (looked, saved) = looker.look(source, now, all, &progress).await?;
    tell(
        events,
        RefreshEvent::Finished {
            source: id,
            name,
            outcome: looked.outcome,
            detail: looked.detail.clone(),
            snapshots: looked.snapshots,
            changed_prices: looked.changed_prices,
            at: now,
            next_due_at: saved.next_due_at,
        },
    );
    let (store, ways) = (looker.store.clone(), deliver::ways(&looker.config.watch));
    let checked = tokio::task::spawn_blocking(move || watches::check(&store.reader()?, &store.writer(), &ways, now));
    if checked.await.map_err(|_| StoreError::WriterGone)??.iter().any(|checked| checked.fired) {
        deliver_due(looker, events).await?;
    }
    Ok((looked, saved))
}

/// Delivers what watches have to tell now, what failed before included.
async fn deliver_due(looker: &Looker, events: &UnboundedSender<RefreshEvent>) -> Result<(), StoreError> {
    let on_screen = |event| tell(events, event);
    deliver::deliver_due(&looker.store, &looker.config.watch, &looker.client, Timestamp::now(), &on_screen).await
}

/// All sources as they stand.
fn status(sources: &[Source], next_due_at: Option<Timestamp>) -> RefreshEvent {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    RefreshEvent::Status {
        total: count(sources.len()),
        failing: count(sources.iter().filter(|s| s.failures > 0).count()),
        last_good_at: sources.iter().filter(|s| s.failures == 0).filter_map(|s| s.last_attempt_at).max(),
        next_due_at,
    }
}

fn tell(events: &UnboundedSender<RefreshEvent>, event: RefreshEvent) {
    // Nobody listening is fine: the store has it all.
    let _ = events.send(event);
}
