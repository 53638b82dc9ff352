//! The pages of sources that are read page by page: what is due, what came of the last look, the budget of a host.
//!
//! Never decides when a page is due: `refresh::due` does.

use super::codec::{from_json, from_word, json, millis, time, word};
use super::error::Result;
use super::reader::Reader;
use super::types::{Ingested, PageCounts, SourcePage};
use super::writer::Writer;
use super::{attempt, ingest};
use crate::domain::*;
use rusqlite::{Row, Transaction, params};

/// A look at a page, to be stored in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct PageLook {
    pub source: SourceId,
    /// The page as it stands after the look.
    pub page: SourcePage,
    /// What the page said; empty where it said nothing.
    pub observations: Vec<Observation>,
    /// What the attempt means for the offers known from this page, where there are no observations.
    pub attempt: Option<(Outcome, Option<String>)>,
    /// The server that was asked and the requests made to it today.
    pub asked: Option<(String, u32)>,
    pub at: Timestamp,
}

impl Writer {
    /// Adds pages that are not known yet, up to `most` in all; how many there was no room for. A known page that its
    /// shop says has changed since the last look is due.
    pub fn add_pages(
        &self,
        source: SourceId,
        pages: Vec<(String, Option<Timestamp>)>,
        most: usize,
        at: Timestamp,
    ) -> Result<u64> {
        self.write(move |t| {
            let mut known: usize =
                t.query_row("SELECT count(*) FROM source_page WHERE source_id = ?1", [source.0], |r| r.get(0))?;
            let mut change = t.prepare_cached(
                "UPDATE source_page SET changed_at = max(coalesce(changed_at, ?3), coalesce(?3, changed_at)),
                   next_due_at = CASE WHEN ?3 > last_attempt_at AND failures = 0 THEN NULL ELSE next_due_at END
                 WHERE source_id = ?1 AND url = ?2",
            )?;
            let mut put = t.prepare_cached(
                "INSERT INTO source_page (source_id, url, added_at, changed_at) VALUES (?1, ?2, ?4, ?3)",
            )?;
            let mut untaken = 0;
            for (url, changed) in &pages {
                let changed = changed.map(millis);
                if change.execute(params![source.0, url, changed])? > 0 {
                    continue;
                }
                if known < most {
                    known += put.execute(params![source.0, url, changed, millis(at)])?;
                } else {
                    untaken += 1;
                }
            }
            Ok(untaken)
        })
    }

    /// Stores a look at a page: observations or attempt, the page's state, the host's request count, all or nothing.
    pub fn look(&self, look: PageLook) -> Result<Ingested> {
        self.write(move |t| store_look(t, look))
    }

    /// Keeps how many requests were made to each server on the day of `at`.
    pub fn keep_request_counts(&self, counts: Vec<(String, u32)>, at: Timestamp) -> Result<()> {
        self.write(move |t| counts.iter().try_for_each(|count| keep_count(t, count, at)))
    }
}

fn store_look(t: &Transaction<'_>, look: PageLook) -> rusqlite::Result<Ingested> {
    let PageLook { source, mut page, observations, attempt, asked, at } = look;
    let mut done = ingest::ingest(t, observations, None)?;
    if let Some((outcome, detail)) = attempt {
        let urls = if page.offers.is_empty() { std::slice::from_ref(&page.url) } else { page.offers.as_slice() };
        for url in urls {
            done.snapshots_new += attempt::attempt(t, url, outcome, detail.as_deref(), at)?;
        }
    }
    page.changes += u32::from(done.prices_changed > 0);
    t.prepare_cached(
        "UPDATE source_page SET etag = ?3, last_modified = ?4, offers = ?5, last_attempt_at = ?6, last_outcome = ?7,
           last_detail = ?8, failures = ?9, looks = ?10, changes = ?11, next_due_at = ?12
         WHERE source_id = ?1 AND url = ?2",
    )?
    .execute(params![
        source.0,
        page.url,
        page.etag,
        page.last_modified,
        json(&page.offers),
        page.last_attempt_at.map(millis),
        page.last_outcome.map(|o| word(&o)),
        page.last_detail,
        page.failures,
        page.looks,
        page.changes,
        page.next_due_at.map(millis)
    ])?;
    if let Some(asked) = asked {
        keep_count(t, &asked, at)?;
    }
    Ok(done)
}

/// The count of a day only grows: what a process counted that is gone stays counted.
fn keep_count(t: &Transaction<'_>, (server, requests): &(String, u32), at: Timestamp) -> rusqlite::Result<()> {
    t.prepare_cached(
        "INSERT INTO host_day (host, day, requests) VALUES (?1, ?2, ?3)
         ON CONFLICT (host, day) DO UPDATE SET requests = max(requests, excluded.requests)",
    )?
    .execute(params![server, day_of(at), requests])?;
    Ok(())
}

/// Whole days since 1970, UTC.
fn day_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

const COLUMNS: &str = "url, etag, last_modified, offers, last_attempt_at, last_outcome, last_detail, failures, looks, \
   changes, next_due_at";

fn page_of(r: &Row<'_>) -> rusqlite::Result<SourcePage> {
    Ok(SourcePage {
        url: r.get(0)?,
        etag: r.get(1)?,
        last_modified: r.get(2)?,
        offers: from_json(r.get(3)?).unwrap_or_default(),
        last_attempt_at: r.get::<_, Option<i64>>(4)?.map(time),
        last_outcome: r.get::<_, Option<String>>(5)?.map(from_word),
        last_detail: r.get(6)?,
        failures: r.get(7)?,
        looks: r.get(8)?,
        changes: r.get(9)?,
        next_due_at: r.get::<_, Option<i64>>(10)?.map(time),
    })
}

impl Reader {
    /// Pages of a source that are due at `by`, the longest waiting first and new ones before all; all with `None`.
    /// A page that was looked at after `latest_look` was dated by a clock that ran ahead: it is due.
    pub fn source_pages(
        &self,
        source: SourceId,
        by: Option<Timestamp>,
        latest_look: Timestamp,
    ) -> Result<Vec<SourcePage>> {
        let by = by.map_or(i64::MAX, millis);
        self.rows(
            &format!(
                "SELECT {COLUMNS} FROM source_page WHERE source_id = ?1
                   AND (coalesce(next_due_at, 0) <= ?2 OR last_attempt_at > ?3)
                 ORDER BY coalesce(next_due_at, 0), changed_at DESC, added_at, url"
            ),
            &[&source.0, &by, &millis(latest_look)],
            page_of,
        )
    }

    /// How a source's pages stand.
    pub fn page_counts(&self, source: SourceId, now: Timestamp) -> Result<PageCounts> {
        let counts = self.row(
            "SELECT count(*), coalesce(sum(failures > 0), 0), coalesce(sum(coalesce(next_due_at, 0) <= ?2), 0),
               min(coalesce(next_due_at, 0)) FROM source_page WHERE source_id = ?1",
            &[&source.0, &millis(now)],
            |r| {
                Ok(PageCounts {
                    pages: r.get(0)?,
                    failing: r.get(1)?,
                    due: r.get(2)?,
                    next_due_at: r.get::<_, Option<i64>>(3)?.map(time),
                })
            },
        )?;
        Ok(counts.unwrap_or_default())
    }

    /// Requests made to each server on the day of `at`.
    pub fn request_counts(&self, at: Timestamp) -> Result<Vec<(String, u32)>> {
        self.rows("SELECT host, requests FROM host_day WHERE day = ?1", &[&day_of(at)], |r| Ok((r.get(0)?, r.get(1)?)))
    }
}
