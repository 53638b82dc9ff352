//! Exchange rates as published, by currency and day. Never converts; `domain::rate` does.

use super::error::Result;
use super::reader::Reader;
use crate::domain::rate::{DatedRate, Rates};
use crate::domain::*;
use rusqlite::{Transaction, params};

/// Keeps rates; a day published anew replaces what stood there. How many are new or changed.
pub(super) fn put(t: &Transaction<'_>, rates: &[DatedRate]) -> rusqlite::Result<u64> {
    let mut put = t.prepare_cached(
        "INSERT INTO rate (currency, day, rate) VALUES (?1, ?2, ?3)
         ON CONFLICT (currency, day) DO UPDATE SET rate = excluded.rate WHERE rate <> excluded.rate",
    )?;
    let mut changed = 0;
    for rate in rates {
        changed += put.execute(params![rate.currency.code(), rate.day.to_string(), rate.rate.to_string()])?;
    }
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

impl Reader {
    /// Of every currency the newest rate published until `at`.
    pub fn rates(&self, at: Timestamp) -> Result<Rates> {
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        let found =
            self.rows("SELECT currency, max(day), rate FROM rate WHERE day <= ?1 GROUP BY currency", &[&day], |r| {
                Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?))
            })?;
        let dated = |(currency, day, rate): (String, String, String)| {
            Some(DatedRate { currency: currency.parse().ok()?, day: day.parse().ok()?, rate: rate.parse().ok()? })
        };
        Ok(Rates::new(found.into_iter().filter_map(dated)))
    }
}
