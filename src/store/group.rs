//! Groups: what a shop calls the family of variants, and the one number that all products of a family share.
//!
//! Two shops' groups become one when a product belongs to both. Never says that two products are one.

use rusqlite::{OptionalExtension, Transaction, params};

/// The number of the group that `shop` calls `name`, made where it is new. `known` is the group that the product has
/// already: the two become one, and the number that is no more comes second.
pub(super) fn of(
    t: &Transaction<'_>,
    shop: i64,
    name: &str,
    known: Option<i64>,
) -> rusqlite::Result<(i64, Option<i64>)> {
    let named: Option<i64> = t
        .prepare_cached("SELECT group_id FROM group_name WHERE shop_id = ?1 AND name = ?2")?
        .query_row(params![shop, name], |r| r.get(0))
        .optional()?;
    match (named, known) {
        (Some(named), None) => Ok((named, None)),
        (Some(named), Some(known)) if named == known => Ok((named, None)),
        (Some(named), Some(known)) => {
            let (keep, lose) = (named.min(known), named.max(known));
            unite(t, keep, lose)?;
            Ok((keep, Some(lose)))
        }
        (None, known) => {
            let id = match known {
                Some(known) => known,
                None => t
                    .prepare_cached("SELECT 1 + coalesce(max(group_id), 0) FROM group_name")?
                    .query_row([], |r| r.get(0))?,
            };
            t.prepare_cached("INSERT INTO group_name (shop_id, name, group_id) VALUES (?1, ?2, ?3)")?
                .execute(params![shop, name, id])?;
            Ok((id, None))
        }
    }
}

/// Makes two groups one.
pub(super) fn unite(t: &Transaction<'_>, keep: i64, lose: i64) -> rusqlite::Result<()> {
    t.execute("UPDATE product SET group_id = ?1 WHERE group_id = ?2", [keep, lose])?;
    t.execute("UPDATE group_name SET group_id = ?1 WHERE group_id = ?2", [keep, lose]).map(drop)
}
