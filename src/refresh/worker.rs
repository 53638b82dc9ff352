//! The task that keeps sources fresh: sleeps until one is due, looks at the due ones side by side, tells what happened.
//!
//! Lives as long as its token; stopping it at any moment loses nothing that was committed.

use super::deliver;
use super::due;
use super::event::RefreshEvent;
use super::source::{Looked, Looker};
use super::watches;
use crate::domain::*;
use crate::store::StoreError;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// Wakes at least this often, so that a suspended machine or a moved clock is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// Sources looked at side by side; each host still gets one request at a time.
const SIDE_BY_SIDE: usize = 4;

/// Starts the task. Events come until the token is cancelled; nobody needs to read them.
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

async fn run(looker: &Looker, events: &UnboundedSender<RefreshEvent>) {
    loop {
        // Side by side: neither a slow shop nor a slow hook holds the other up.
        let (looked, delivered) = tokio::join!(round(looker, events), deliver_due(looker, events));
        if let Err(error) = delivered {
            tracing::warn!(%error, "what watches have to tell could not be read or saved");
        }
        let wait = match looked {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "refresh round failed");
                LONGEST_SLEEP
            }
        };
        tokio::time::sleep(wait.min(LONGEST_SLEEP)).await;
    }
}

/// Looks at everything that is due; how long until the next is.
async fn round(looker: &Looker, events: &UnboundedSender<RefreshEvent>) -> Result<Duration, StoreError> {
    let sources = looker.store.reader()?.sources()?;
    let due = due::due(&sources, Timestamp::now(), looker.config.interval);
    let mut waiting = sources.into_iter().filter(|s| due.contains(&s.id)).collect::<Vec<_>>();
    waiting.sort_by_key(|s| due.iter().position(|id| *id == s.id));
    let mut waiting = waiting.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < SIDE_BY_SIDE {
            let Some(source) = waiting.next() else { break };
            let (looker, events) = (looker.clone(), events.clone());
            running.spawn(async move { refresh(&looker, source, &events).await });
        }
        match running.join_next().await {
            None => break,
            Some(Ok(Ok(_))) => {}
            Some(Ok(Err(error))) => tracing::warn!(%error, "a source could not be saved"),
            Some(Err(error)) => tracing::error!(%error, "a source's task ended badly"),
        }
    }
    let sources = looker.store.reader()?.sources()?;
    let now = Timestamp::now();
    let next = due::next_wake(&sources, now, looker.config.interval);
    tell(events, status(&sources, next));
    let until = next.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
    // Even what is due at once waits a moment: a source that fails to save must not spin.
    Ok(until.unwrap_or(LONGEST_SLEEP).max(Duration::from_secs(1)))
}

/// Looks at one source now, tells about it, checks the watches. Also what `emptor source refresh` calls.
///
/// # Errors
/// The database's.
pub async fn refresh(
    looker: &Looker,
    source: Source,
    events: &UnboundedSender<RefreshEvent>,
) -> Result<(Looked, Source), StoreError> {
    let (id, name) = (source.id, source.name.clone());
    tell(events, RefreshEvent::Started { source: id, name: name.clone() });
    let now = Timestamp::now();
    let progress = |done, total| tell(events, RefreshEvent::Progress { source: id, done, total });
    let (looked, saved) = looker.look(source, now, &progress).await?;
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
