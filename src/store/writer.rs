//! The one thread that writes, and the handle that others send work to.
//!
//! Each call is one transaction and returns when it is committed. Never reads for others.

use super::attempt;
use super::codec::{json, millis, time, word};
use super::error::{Result, StoreError};
use super::ingest;
use super::join;
use super::listing;
use super::open::How;
use super::rates;
use super::types::{Delisted, Ingested, NewSource, SourceAttempt};
use crate::domain::rate::DatedRate;
use crate::domain::*;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

enum Message {
    Job(Job),
    Stop,
}

/// Sends writes to the one writing thread; each call returns when its transaction is committed.
#[derive(Clone)]
pub struct Writer {
    path: PathBuf,
    how: How,
    jobs: Sender<Message>,
}

impl Writer {
    pub(super) fn start(connection: Connection, path: PathBuf, how: How) -> Result<(Self, JoinHandle<()>)> {
        let (jobs, queue) = channel();
        let spawned = std::thread::Builder::new().name("store-writer".into()).spawn(move || run(connection, &queue));
        let io = |e: std::io::Error| StoreError::Io { path: path.clone(), detail: e.to_string() };
        let thread = spawned.map_err(io)?;
        Ok((Self { path, how, jobs }, thread))
    }

    /// Lets the thread finish what is queued and end.
    pub(super) fn stop(&self) {
        // An error means that the thread has ended already.
        let _ = self.jobs.send(Message::Stop);
    }

    /// Lets the file grow to `pages` pages and no more, as a full disk would.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, pages: i64) -> Result<()> {
        self.write(move |t| t.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())))
    }

    /// Runs `work` in an immediate transaction on the writing thread.
    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        if self.how != How::ReadWrite {
            return Err(StoreError::ReadOnly { path: self.path.clone() });
        }
        let (reply, answer) = sync_channel(1);
        let path = self.path.clone();
        let job: Job = Box::new(move |connection| {
            let done = transact(connection, &path, work);
            // Nobody waits any more: the work is committed all the same.
            let _ = reply.send(done);
        });
        self.jobs.send(Message::Job(job)).map_err(|_| StoreError::WriterGone)?;
        answer.recv().map_err(|_| StoreError::WriterGone)?
    }

    /// Stores observations in one transaction: products and offers are found or made (GTIN, then brand + model,
    /// then the shop's key), every attempt becomes a snapshot, a failed one never overwrites the last good price,
    /// the same look twice adds nothing.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::ReadOnly`], [`StoreError::Busy`]: nothing of the batch is stored then.
    pub fn ingest(&self, observations: Vec<Observation>) -> Result<Ingested> {
        self.write(move |t| ingest::ingest(t, observations, None))
    }

    /// Like [`Writer::ingest`], and remembers that `source` lists these offers now.
    ///
    /// # Errors
    /// As [`Writer::ingest`].
    pub fn ingest_listed(&self, source: SourceId, observations: Vec<Observation>) -> Result<Ingested> {
        self.write(move |t| ingest::ingest(t, observations, Some(source)))
    }

    /// After a listing was read to its end: what `source` listed before and not at or after `since` is gone.
    /// Where that would be more than half of a listing of ten or more, nothing is delisted: a shop that shows a part
    /// of its goods for an hour has not thrown the rest away.
    pub fn close_listing(&self, source: SourceId, since: Timestamp, at: Timestamp) -> Result<Delisted> {
        self.write(move |t| listing::close(t, source, since, at))
    }

    /// Keeps an attempt on a source that is read as one. One that failed or found nothing changed counts for every
    /// offer that the source lists: their last good prices stay, and "not modified" confirms them.
    pub fn add_source_attempt(&self, source: SourceId, attempt: SourceAttempt) -> Result<()> {
        self.write(move |t| listing::add_attempt(t, source, &attempt))
    }

    /// Records an attempt on an address that brought no new price (blocked, gone, not modified, error) for every
    /// offer that the address is known by; how many snapshots that made. The last good prices stay.
    pub fn attempt(&self, url: String, outcome: Outcome, detail: Option<String>, at: Timestamp) -> Result<u64> {
        self.write(move |t| attempt::attempt(t, &url, outcome, detail.as_deref(), at))
    }

    /// Makes `other` part of `product` as the user says, and remembers it: a refresh never undoes it. Whether both were
    /// there and two.
    pub fn join_products(&self, product: ProductId, other: ProductId, at: Timestamp) -> Result<bool> {
        self.write(move |t| {
            let both = "SELECT count(*) FROM product WHERE product_id IN (?1, ?2)";
            if t.query_row(both, [product.0, other.0], |r| r.get::<_, i64>(0))? != 2 {
                return Ok(false);
            }
            let pair = [product.0.min(other.0), product.0.max(other.0)];
            t.execute("DELETE FROM apart WHERE product_a = ?1 AND product_b = ?2", pair)?;
            join::join(t, product.0, other.0, "the user said so", at).map(|()| true)
        })
    }

    /// Takes these offers of a product out into one of their own and keeps the two apart; its id, `None` where that
    /// would leave nothing or there is no such offer.
    pub fn split_offers(&self, product: ProductId, offers: Vec<OfferId>, at: Timestamp) -> Result<Option<ProductId>> {
        self.write(move |t| {
            let mut own = t.prepare("SELECT count(*) FROM offer WHERE product_id = ?1 AND offer_id = ?2")?;
            let mut ids = Vec::new();
            for offer in &offers {
                if own.query_row([product.0, offer.0], |r| Ok(r.get::<_, i64>(0)? > 0))? {
                    ids.push(offer.0);
                }
            }
            Ok(join::split_offers(t, product.0, &ids, at)?.map(ProductId))
        })
    }

    /// Undoes the last join of a product and keeps the two apart; the id of what was taken out.
    pub fn undo_join(&self, product: ProductId, at: Timestamp) -> Result<Option<ProductId>> {
        self.write(move |t| Ok(join::undo(t, product.0, at)?.map(ProductId)))
    }

    /// Remembers that two products are two, so that they are never joined or suggested.
    pub fn keep_apart(&self, a: ProductId, b: ProductId, at: Timestamp) -> Result<()> {
        self.write(move |t| {
            t.execute(
                "INSERT OR REPLACE INTO apart (product_a, product_b, decided_at) VALUES (min(?1, ?2), max(?1, ?2), ?3)",
                params![a.0, b.0, millis(at)],
            )
            .map(drop)
        })
    }

    /// Keeps exchange rates; how many are new or changed.
    pub fn put_rates(&self, found: Vec<DatedRate>) -> Result<u64> {
        self.write(move |t| rates::put(t, &found))
    }

    /// Adds a source; a name that is taken gets a number behind it.
    pub fn add_source(&self, source: NewSource) -> Result<Source> {
        self.write(move |t| {
            let taken = |name: &str| -> rusqlite::Result<bool> {
                t.query_row("SELECT count(*) FROM source WHERE name = ?1", [name], |r| Ok(r.get::<_, i64>(0)? > 0))
            };
            let mut name = source.name.clone();
            let mut number = 2;
            while taken(&name)? {
                name = format!("{}-{number}", source.name);
                number += 1;
            }
            t.execute(
                "INSERT INTO source (name, kind, location, added_at, next_due_at, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    name,
                    source.kind.word(),
                    source.location,
                    millis(source.added_at),
                    source.next_due_at.map(millis),
                    json(&source.state)
                ],
            )?;
            Ok(Source {
                id: SourceId(t.last_insert_rowid()),
                name,
                kind: source.kind,
                location: source.location,
                added_at: time(millis(source.added_at)),
                last_attempt_at: None,
                last_outcome: None,
                last_detail: None,
                failures: 0,
                next_due_at: source.next_due_at.map(|at| time(millis(at))),
                etag: None,
                last_modified: None,
                state: source.state,
            })
        })
    }

    /// Saves schedule, validators and state of a source after an attempt.
    pub fn update_source(&self, source: Source) -> Result<()> {
        self.write(move |t| {
            t.execute(
                "UPDATE source SET name = ?2, kind = ?3, location = ?4, last_attempt_at = ?5, last_outcome = ?6,
                   last_detail = ?7, failures = ?8, next_due_at = ?9, etag = ?10, last_modified = ?11, state = ?12
                 WHERE source_id = ?1",
                params![
                    source.id.0,
                    source.name,
                    source.kind.word(),
                    source.location,
                    source.last_attempt_at.map(millis),
                    source.last_outcome.map(|o| word(&o)),
                    source.last_detail,
                    source.failures,
                    source.next_due_at.map(millis),
                    source.etag,
                    source.last_modified,
                    json(&source.state)
                ],
            )
            .map(drop)
        })
    }

    /// Forgets a source; what it brought stays. Whether there was one of that id.
    pub fn remove_source(&self, id: SourceId) -> Result<bool> {
        self.write(move |t| Ok(t.execute("DELETE FROM source WHERE source_id = ?1", [id.0])? > 0))
    }

    /// Keeps a question with its answer; the row's id.
    pub fn add_chat(
        &self,
        asked_at: Timestamp,
        question: String,
        answer: String,
        record: serde_json::Value,
    ) -> Result<i64> {
        self.write(move |t| {
            t.execute(
                "INSERT INTO chat (asked_at, question, answer, record) VALUES (?1, ?2, ?3, ?4)",
                params![millis(asked_at), question, answer, json(&record)],
            )?;
            Ok(t.last_insert_rowid())
        })
    }
}

/// So long nothing is to be written before the log is written back into the database.
const QUIET: Duration = Duration::from_millis(250);

fn run(mut connection: Connection, queue: &Receiver<Message>) {
    let mut logged = false;
    loop {
        let next = if logged { queue.recv_timeout(QUIET) } else { queue.recv().map_err(RecvTimeoutError::from) };
        match next {
            Ok(Message::Job(job)) => {
                job(&mut connection);
                logged = true;
            }
            Err(RecvTimeoutError::Timeout) => {
                // Between writes, since nobody waits for it then. What readers still need stays for the next time.
                let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
                logged = false;
            }
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // Best effort: a fuller statistic table makes later plans better, its absence harms nothing.
    let _ = connection.execute_batch("PRAGMA optimize");
}

fn transact<T>(
    connection: &mut Connection,
    path: &Path,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> Result<T> {
    let wrong = |e: rusqlite::Error| StoreError::of(path, &e);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
    let value = work(&transaction).map_err(wrong)?;
    transaction.commit().map_err(wrong)?;
    Ok(value)
}
