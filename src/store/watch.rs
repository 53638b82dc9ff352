//! Watches and the outbox of what they have to tell.
//!
//! A crossing and its deliveries are one transaction. Never judges a price, never delivers.

use super::codec::{currency, millis, time};
use super::error::Result;
use super::reader::Reader;
use super::writer::Writer;
use crate::domain::*;
use rusqlite::types::Type;
use rusqlite::{Row, Transaction, params};

/// Deliveries that are over are forgotten after this long: 30 days.
const KEPT_MS: i64 = 30 * 86_400_000;
/// One that should wait longer than this was planned by a clock that was wrong since.
const LONGEST_WAIT_MS: i64 = 6 * 3_600_000;

/// What a watch is added with.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWatch {
    pub product: ProductId,
    pub kind: WatchKind,
    pub with_shipping: bool,
    pub currency: Option<Currency>,
    pub base: Option<Money>,
    pub armed: bool,
    pub created_at: Timestamp,
}

impl NewWatch {
    /// A watch for a price below `below`.
    pub fn below(product: ProductId, below: Money, created_at: Timestamp) -> Self {
        let (kind, currency) = (WatchKind::Below { below }, Some(below.currency));
        Self { product, kind, with_shipping: false, currency, base: None, armed: true, created_at }
    }
}

/// Something to be delivered by one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// The stable word of the way.
    pub way: String,
    /// What is told, as JSON.
    pub alert: serde_json::Value,
}

/// A delivery as it stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Delivery {
    pub id: i64,
    pub watch: WatchId,
    pub way: String,
    pub alert: serde_json::Value,
    pub created_at: Timestamp,
    pub attempts: u32,
    /// When it is tried next; `None`: delivered or given up.
    pub next_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub detail: Option<String>,
}

const WATCH_COLUMNS: &str = "watch_id, product_id, kind, amount, percent, currency, with_shipping, base, told, armed, \
   created_at, crossed_at, revision";
const DELIVERY_COLUMNS: &str = "delivery_id, watch_id, way, alert, created_at, attempts, next_at, done_at, detail";

impl Reader {
    /// All watches by id.
    pub fn watches(&self) -> Result<Vec<Watch>> {
        self.rows(&format!("SELECT {WATCH_COLUMNS} FROM watch ORDER BY watch_id"), &[], watch_of)
    }

    /// The watch of that id.
    pub fn watch(&self, id: WatchId) -> Result<Option<Watch>> {
        self.row(&format!("SELECT {WATCH_COLUMNS} FROM watch WHERE watch_id = ?1"), &[&id.0], watch_of)
    }

    /// Lowest price and time of the first look over the product's new-condition offers in one currency.
    pub fn lowest_observed(&self, product: ProductId, currency: Currency) -> Result<Option<(Money, Timestamp)>> {
        self.row(
            "SELECT lowest, first_at FROM price_summary WHERE product_id = ?1 AND currency = ?2",
            &[&product.0, &currency.code()],
            |r| Ok((Money::new(r.get(0)?, currency), time(r.get(1)?))),
        )
    }

    /// What is still to be delivered, the oldest first.
    pub fn deliveries_waiting(&self) -> Result<Vec<Delivery>> {
        let sql =
            format!("SELECT {DELIVERY_COLUMNS} FROM watch_delivery WHERE next_at IS NOT NULL ORDER BY delivery_id");
        self.rows(&sql, &[], delivery_of)
    }

    /// Every delivery of a watch that is kept, the oldest first.
    pub fn deliveries(&self, watch: WatchId) -> Result<Vec<Delivery>> {
        let sql = format!("SELECT {DELIVERY_COLUMNS} FROM watch_delivery WHERE watch_id = ?1 ORDER BY delivery_id");
        self.rows(&sql, &[&watch.0], delivery_of)
    }
}

impl Writer {
    /// Adds a watch.
    pub fn add_watch(&self, new: NewWatch) -> Result<Watch> {
        self.write(move |t| {
            let (amount, percent) = numbers(new.kind);
            t.execute(
                "INSERT INTO watch (product_id, kind, amount, percent, currency, with_shipping, base, armed, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    new.product.0,
                    new.kind.word(),
                    amount,
                    percent,
                    new.currency.as_ref().map(Currency::code),
                    new.with_shipping,
                    new.base.map(|m| m.minor),
                    new.armed,
                    millis(new.created_at)
                ],
            )?;
            let id = t.last_insert_rowid();
            t.query_row(&format!("SELECT {WATCH_COLUMNS} FROM watch WHERE watch_id = ?1"), [id], watch_of)
        })
    }

    /// Whether there was one of that id. What it still had to tell is not told any more.
    pub fn remove_watch(&self, id: WatchId) -> Result<bool> {
        self.write(move |t| {
            t.execute("DELETE FROM watch_delivery WHERE watch_id = ?1", [id.0])?;
            Ok(t.execute("DELETE FROM watch WHERE watch_id = ?1", [id.0])? > 0)
        })
    }

    /// Saves the state of a watch together with what it has to tell, unless the row has changed since `watch` was
    /// read: then nothing is saved and the answer is `false`.
    pub fn settle_watch(&self, watch: Watch, deliveries: Vec<NewDelivery>, at: Timestamp) -> Result<bool> {
        self.write(move |t| {
            let saved = t.execute(
                "UPDATE watch SET currency = ?3, base = ?4, told = ?5, armed = ?6, crossed_at = ?7, revision = revision + 1
                 WHERE watch_id = ?1 AND revision = ?2",
                params![
                    watch.id.0,
                    watch.revision,
                    watch.currency.as_ref().map(Currency::code),
                    watch.base.map(|m| m.minor),
                    watch.told.map(|m| m.minor),
                    watch.armed,
                    watch.crossed_at.map(millis)
                ],
            )?;
            if saved > 0 && !deliveries.is_empty() {
                enqueue(t, watch.id, &deliveries, at)?;
            }
            Ok(saved > 0)
        })
    }

    /// Takes what is due at `at` for delivering: each is counted as an attempt and comes up again at `until`, should
    /// whoever took it die. The oldest first.
    pub fn claim_deliveries(&self, at: Timestamp, until: Timestamp) -> Result<Vec<Delivery>> {
        self.write(move |t| {
            let sql = format!(
                "UPDATE watch_delivery SET attempts = attempts + 1, next_at = ?2
                 WHERE next_at IS NOT NULL AND (next_at <= ?1 OR next_at > ?1 + ?3) RETURNING {DELIVERY_COLUMNS}"
            );
            let mut claim = t.prepare(&sql)?;
            let rows = claim.query_map(params![millis(at), millis(until), LONGEST_WAIT_MS], delivery_of)?;
            let mut taken = rows.collect::<rusqlite::Result<Vec<Delivery>>>()?;
            taken.sort_by_key(|delivery| delivery.id);
            Ok(taken)
        })
    }

    /// Marks a delivery as done.
    pub fn delivered(&self, id: i64, at: Timestamp) -> Result<()> {
        self.write(move |t| {
            t.execute(
                "UPDATE watch_delivery SET next_at = NULL, done_at = ?2, detail = NULL WHERE delivery_id = ?1",
                params![id, millis(at)],
            )
            .map(drop)
        })
    }

    /// Notes why an attempt failed and when the next is; `None`: it is given up.
    pub fn delivery_failed(&self, id: i64, detail: String, next_at: Option<Timestamp>) -> Result<()> {
        self.write(move |t| {
            t.execute(
                "UPDATE watch_delivery SET next_at = ?2, detail = ?3 WHERE delivery_id = ?1",
                params![id, next_at.map(millis), detail],
            )
            .map(drop)
        })
    }
}

fn enqueue(t: &Transaction<'_>, watch: WatchId, deliveries: &[NewDelivery], at: Timestamp) -> rusqlite::Result<()> {
    let at = millis(at);
    t.execute("DELETE FROM watch_delivery WHERE next_at IS NULL AND created_at < ?1", [at - KEPT_MS])?;
    for delivery in deliveries {
        t.execute(
            "INSERT INTO watch_delivery (watch_id, way, alert, created_at, next_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![watch.0, delivery.way, delivery.alert.to_string(), at],
        )?;
    }
    Ok(())
}

/// Amount and percentage as they stand in the row.
fn numbers(kind: WatchKind) -> (Option<i64>, Option<u32>) {
    match kind {
        WatchKind::Below { below } => (Some(below.minor), None),
        WatchKind::Drop { percent } | WatchKind::Rise { percent } => (None, Some(percent.0)),
        WatchKind::NewLow | WatchKind::BackInStock => (None, None),
    }
}

fn watch_of(r: &Row<'_>) -> rusqlite::Result<Watch> {
    let code: Option<String> = r.get(5)?;
    let currency = code.map(|code| currency(5, &code)).transpose()?;
    let amount = |minor: Option<i64>| Some(Money::new(minor?, currency?));
    let word: String = r.get(2)?;
    let unreadable = || {
        let why = format!("a watch of the unknown kind {word}, or one without its numbers");
        rusqlite::Error::FromSqlConversionFailure(2, Type::Text, why.into())
    };
    let percent = r.get::<_, Option<u32>>(4)?.map(Percent);
    let kind = match word.as_str() {
        "below" => WatchKind::Below { below: amount(r.get(3)?).ok_or_else(unreadable)? },
        "drop" => WatchKind::Drop { percent: percent.ok_or_else(unreadable)? },
        "rise" => WatchKind::Rise { percent: percent.ok_or_else(unreadable)? },
        "new_low" => WatchKind::NewLow,
        "back_in_stock" => WatchKind::BackInStock,
        _ => return Err(unreadable()),
    };
    Ok(Watch {
        id: WatchId(r.get(0)?),
        product: ProductId(r.get(1)?),
        kind,
        with_shipping: r.get(6)?,
        currency,
        base: amount(r.get(7)?),
        told: amount(r.get(8)?),
        armed: r.get(9)?,
        created_at: time(r.get(10)?),
        crossed_at: r.get::<_, Option<i64>>(11)?.map(time),
        revision: r.get(12)?,
    })
}

fn delivery_of(r: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: r.get(0)?,
        watch: WatchId(r.get(1)?),
        way: r.get(2)?,
        alert: serde_json::from_str(&r.get::<_, String>(3)?).unwrap_or_default(),
        created_at: time(r.get(4)?),
        attempts: r.get(5)?,
        next_at: r.get::<_, Option<i64>>(6)?.map(time),
        done_at: r.get::<_, Option<i64>>(7)?.map(time),
        detail: r.get(8)?,
    })
}
