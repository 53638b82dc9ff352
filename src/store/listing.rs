//! Which source lists which offer: remembering it with each batch, and delisting what a complete listing lacks.
//!
//! Never delists after a partial look, nor when most of a listing is missing at once, unless the next complete one
//! still lacks it.

use super::codec::{millis, time, word};
use super::ingest;
use super::types::{Delisted, SourceAttempt};
use crate::domain::*;
use rusqlite::{OptionalExtension, Transaction, params};

/// Below this many offers a listing may empty at once.
const SMALL_LISTING: u64 = 10;

/// Notes that `source` lists an offer at that time.
pub(super) fn remember(
    t: &Transaction<'_>,
    source: SourceId,
    product: i64,
    offer: i64,
    at: Timestamp,
) -> rusqlite::Result<()> {
    t.prepare_cached(
        "INSERT INTO listing (source_id, product_id, offer_id, first_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (source_id, offer_id) DO UPDATE SET product_id = excluded.product_id, gone_at = NULL,
           first_at = min(first_at, excluded.first_at), seen_at = max(seen_at, excluded.seen_at)",
    )?
    .execute(params![source.0, product, offer, millis(at)])
    .map(drop)
}

/// Delists what `source` listed before and not at or after `since`; see [`super::Writer::close_listing`].
pub(super) fn close(
    t: &Transaction<'_>,
    source: SourceId,
    since: Timestamp,
    at: Timestamp,
) -> rusqlite::Result<Delisted> {
    let count = |sql: &str| t.prepare_cached(sql)?.query_row(params![source.0, millis(since)], |r| r.get::<_, u64>(0));
    let listed = count("SELECT count(*) FROM listing WHERE source_id = ?1 AND gone_at IS NULL AND ?2 IS NOT NULL")?;
    let missing = count("SELECT count(*) FROM listing WHERE source_id = ?1 AND gone_at IS NULL AND seen_at < ?2")?;
    let held: Option<i64> =
        t.query_row("SELECT since FROM held_back WHERE source_id = ?1", [source.0], |r| r.get(0)).optional()?;
    let mut since = millis(since);
    if listed >= SMALL_LISTING && missing * 2 > listed {
        // What the complete listing before this one lacked as well is gone after all.
        t.execute("INSERT OR REPLACE INTO held_back (source_id, since) VALUES (?1, ?2)", [source.0, since])?;
        match held.filter(|before| *before < since) {
            Some(before) => since = before,
            None => return Ok(Delisted { gone: 0, held_back: missing }),
        }
    } else {
        t.execute("DELETE FROM held_back WHERE source_id = ?1", [source.0])?;
    }
    if missing == 0 {
        return Ok(Delisted::default());
    }
    let gone: Vec<(ShopRef, String, String)> = t
        .prepare_cached(
            "SELECT s.name, s.domain, s.invented, o.shop_key, o.condition FROM listing l
             JOIN offer o USING (product_id, offer_id) JOIN shop s USING (shop_id)
             WHERE l.source_id = ?1 AND l.gone_at IS NULL AND l.seen_at < ?2 ORDER BY l.offer_id",
        )?
        .query_map([source.0, since], |r| {
            let shop = ShopRef { name: r.get(0)?, domain: r.get(1)?, invented: r.get(2)? };
            Ok((shop, r.get(3)?, r.get(4)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let looks = gone.into_iter().map(|(shop, key, condition)| {
        let mut look = Observation::new(shop, key, ProductFacts::default(), at);
        look.condition = super::codec::from_word(condition);
        look.outcome = Outcome::Gone;
        look.detail = Some("no longer in the shop's listing".to_owned());
        look
    });
    let done = ingest::ingest(t, looks.collect(), None)?;
    t.execute(
        "UPDATE listing SET gone_at = ?3 WHERE source_id = ?1 AND gone_at IS NULL AND seen_at < ?2",
        [source.0, since, millis(at)],
    )?;
    Ok(Delisted { gone: done.snapshots_new, held_back: missing.saturating_sub(done.snapshots_new) })
}

/// Keeps an attempt; see [`super::Writer::add_source_attempt`].
pub(super) fn add_attempt(t: &Transaction<'_>, source: SourceId, attempt: &SourceAttempt) -> rusqlite::Result<()> {
    let at = millis(attempt.at);
    t.execute(
        "INSERT OR REPLACE INTO source_attempt (source_id, at, outcome, detail, requests, observations)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![source.0, at, word(&attempt.outcome), attempt.detail, attempt.requests, attempt.observations],
    )?;
    if attempt.outcome == Outcome::Ok {
        return Ok(());
    }
    t.execute(
        "UPDATE offer SET attempted_at = ?2, last_outcome = ?3,
           observed_at = CASE WHEN ?4 AND price IS NOT NULL THEN max(coalesce(observed_at, ?2), ?2) ELSE observed_at END
         WHERE coalesce(attempted_at, ?2 - 1) < ?2 AND (product_id, offer_id) IN
           (SELECT product_id, offer_id FROM listing WHERE source_id = ?1 AND gone_at IS NULL)",
        params![source.0, at, word(&attempt.outcome), attempt.outcome == Outcome::NotModified],
    )?;
    if attempt.outcome == Outcome::NotModified {
        t.execute(
            "UPDATE price_summary SET last_at = max(last_at, ?2) WHERE product_id IN
               (SELECT product_id FROM listing WHERE source_id = ?1 AND gone_at IS NULL)",
            params![source.0, at],
        )?;
    }
    Ok(())
}

/// A source's attempts, the newest first.
pub(super) fn attempts(t: &rusqlite::Connection, source: SourceId, most: u32) -> rusqlite::Result<Vec<SourceAttempt>> {
    t.prepare_cached(
        "SELECT at, outcome, detail, requests, observations FROM source_attempt WHERE source_id = ?1
         ORDER BY at DESC LIMIT ?2",
    )?
    .query_map(params![source.0, most], |r| {
        Ok(SourceAttempt {
            at: time(r.get(0)?),
            outcome: super::codec::from_word(r.get(1)?),
            detail: r.get(2)?,
            requests: r.get(3)?,
            observations: r.get(4)?,
        })
    })?
    .collect()
}

#[cfg(test)]
mod tests;
