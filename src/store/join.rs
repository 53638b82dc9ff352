//! Making two products one, and taking one apart again: everything that belongs to a product moves with it.
//!
//! Never decides on its own beyond a shared GTIN; what the user decided is remembered and holds against every refresh.

use super::codec::{from_json, json, millis};
use super::merge::{self, Known};
use super::{group, identity};
use crate::domain::same::Traits;
use crate::domain::*;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Tables whose rows are made anew or moved by hand.
const BY_HAND: [&str; 10] = [
    "product",
    "attribute",
    "vector",
    "sketch",
    "price_summary",
    "match_key",
    "gtin_alias",
    "joined",
    "apart",
    "text_change",
];

/// Whether two products of one GTIN may be joined without asking: not where the user said no, not where a variant or
/// a figure in the titles says that the GTIN is that of a family.
pub(super) fn may(t: &Transaction<'_>, a: i64, b: i64, shop: i64, look: &Observation) -> rusqlite::Result<bool> {
    if identity::kept_apart(t, a, b)? {
        return Ok(false);
    }
    let (one, other) = (merge::load(t, a)?.facts, merge::load(t, b)?.facts);
    if let (Some(left), Some(right)) = (&one.variant, &other.variant)
        && variant::key(left) != variant::key(right)
    {
        let both_here = t
            .prepare_cached(
                "SELECT count(DISTINCT product_id) = 2 FROM offer WHERE +shop_id = ?1 AND product_id IN (?2, ?3)",
            )?
            .query_row([shop, a, b], |r| r.get(0))?;
        if both_here || variant::amounts_differ(left, right) {
            return Ok(false);
        }
    }
    // Titles of two shops may differ in any word; packs and amounts that differ are another trade item.
    let _ = look;
    Ok(!variant::amounts_differ(&one.title, &other.title))
}

/// Makes `lose` part of `keep`.
pub(super) fn join(t: &Transaction<'_>, keep: i64, lose: i64, reason: &str, at: Timestamp) -> rusqlite::Result<()> {
    let (mut kept, lost) = (merge::load(t, keep)?, merge::load(t, lose)?);
    let offers: Vec<i64> = t
        .prepare_cached("SELECT offer_id FROM offer WHERE product_id = ?1 ORDER BY offer_id")?
        .query_map([lose], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    t.execute("UPDATE joined SET product_id = ?1 WHERE product_id = ?2", [keep, lose])?;
    t.execute(
        "INSERT OR REPLACE INTO joined (old_id, product_id, joined_at, reason, facts, offers) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![lose, keep, millis(at), reason, json(&lost.facts), json(&offers)],
    )?;
    t.execute(
        "INSERT OR IGNORE INTO apart (product_a, product_b, decided_at)
         SELECT min(?1, other), max(?1, other), decided_at FROM
           (SELECT product_a + product_b - ?2 AS other, decided_at FROM apart WHERE product_a = ?2 OR product_b = ?2)
         WHERE other <> ?1",
        [keep, lose],
    )?;
    t.execute("DELETE FROM apart WHERE product_a = ?1 OR product_b = ?1", [lose])?;
    t.execute(
        "DELETE FROM question WHERE product_id = ?2 AND question IN (SELECT question FROM question WHERE product_id = ?1)",
        [keep, lose],
    )?;
    for table in tables(t, &["product_id"])?.iter().filter(|table| !BY_HAND.contains(&table.as_str())) {
        t.execute(&format!("UPDATE OR IGNORE {table} SET product_id = ?1 WHERE product_id = ?2"), [keep, lose])?;
        t.execute(&format!("DELETE FROM {table} WHERE product_id = ?1"), [lose])?;
    }
    t.execute("UPDATE gtin_alias SET product_id = ?1 WHERE product_id = ?2", [keep, lose])?;
    forget(t, lose)?;
    if let (Some(theirs), Some(ours)) = (&lost.facts.gtin, &kept.facts.gtin)
        && theirs != ours
    {
        t.execute("INSERT OR REPLACE INTO gtin_alias (gtin, product_id) VALUES (?1, ?2)", params![theirs, keep])?;
    }
    if let (Some(a), Some(b)) = (number(&kept.facts.group), number(&lost.facts.group))
        && a != b
    {
        group::unite(t, a.min(b), a.max(b))?;
        kept.facts.group = Some(a.min(b).to_string());
    }
    merge::merge(&mut kept.facts, &lost.facts, false);
    write(t, keep, &kept)
}

fn number(text: &Option<String>) -> Option<i64> {
    text.as_deref().and_then(|text| text.parse().ok())
}

/// Takes a product's row and all that is made from its facts away.
fn forget(t: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    for table in ["attribute", "vector", "sketch", "price_summary", "match_key", "product"] {
        t.execute(&format!("DELETE FROM {table} WHERE product_id = ?1"), [id])?;
    }
    merge::text_changed(t, id)
}

/// Writes facts, index, keys and summary of a product whose offers have changed hands.
fn write(t: &Transaction<'_>, id: i64, known: &Known) -> rusqlite::Result<()> {
    merge::update(t, id, known)?;
    merge::text_changed(t, id)?;
    t.execute("DELETE FROM match_key WHERE product_id = ?1", [id])?;
    merge::write_keys(t, [(id, Traits::of(&known.facts))])?;
    summarise(t, id)?;
    t.execute("UPDATE catalogue SET version = version + 1", []).map(drop)
}

/// Makes a product's summaries anew from its snapshots.
fn summarise(t: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    t.execute("DELETE FROM price_summary WHERE product_id = ?1", [id])?;
    t.execute(
        "INSERT INTO price_summary (product_id, currency, lowest, highest, observations, total, first_at, last_at)
         SELECT n.product_id, n.currency, min(n.price), max(n.price), count(*),
           CAST(min(total(n.price), 9.2e18) AS INTEGER), min(n.at), max(n.at)
         FROM snapshot n JOIN offer o USING (product_id, offer_id)
         WHERE n.product_id = ?1 AND n.price IS NOT NULL AND o.condition = 'new' GROUP BY n.currency",
        [id],
    )
    .map(drop)
}

/// Names of the ordinary tables that have all of these columns.
fn tables(t: &Connection, columns: &[&str]) -> rusqlite::Result<Vec<String>> {
    let mut found: Vec<String> = t
        .prepare_cached(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
        )?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut has = t.prepare_cached("SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2")?;
    let mut keep = Vec::new();
    for name in found.drain(..) {
        let mut all = true;
        for column in columns {
            all &= has.query_row(params![name, column], |r| Ok(r.get::<_, i64>(0)? > 0))?;
        }
        if all {
            keep.push(name);
        }
    }
    Ok(keep)
}

/// Takes offers out of a product into one of their own, and keeps the two apart from now on; its id.
pub(super) fn split_offers(
    t: &Transaction<'_>,
    id: i64,
    offers: &[i64],
    at: Timestamp,
) -> rusqlite::Result<Option<i64>> {
    let all: i64 = t.query_row("SELECT count(*) FROM offer WHERE product_id = ?1", [id], |r| r.get(0))?;
    if offers.is_empty() || usize::try_from(all).is_ok_and(|all| offers.len() >= all) {
        return Ok(None);
    }
    let known = merge::load(t, id)?;
    let Some(first) = offers.first() else { return Ok(None) };
    let (title, named): (Option<String>, Option<String>) =
        t.query_row("SELECT title, variant FROM offer WHERE offer_id = ?1", [first], |r| Ok((r.get(0)?, r.get(1)?)))?;
    // What was said by this offer alone is not known, so only what any offer of the product would say is taken along.
    let facts = ProductFacts {
        title: title.unwrap_or_else(|| known.facts.title.clone()),
        brand: known.facts.brand.clone(),
        category: known.facts.category.clone(),
        group: known.facts.group.clone(),
        variant: named,
        ..ProductFacts::default()
    };
    let new = merge::next_id(t)?;
    move_out(t, id, new, &facts, offers, at)?;
    write(t, id, &known)?;
    Ok(Some(new))
}

/// Undoes the last join of a product: its offers get their product and its id back; `None` where none was joined.
pub(super) fn undo(t: &Transaction<'_>, id: i64, at: Timestamp) -> rusqlite::Result<Option<i64>> {
    let last: Option<(i64, String, String)> = t
        .query_row(
            "SELECT old_id, facts, offers FROM joined WHERE product_id = ?1 ORDER BY joined_at DESC, old_id DESC LIMIT 1",
            [id],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()?;
    let Some((old, facts, offers)) = last else { return Ok(None) };
    let (Some(mut facts), Some(offers)) = (from_json::<ProductFacts>(Some(facts)), from_json::<Vec<i64>>(Some(offers)))
    else {
        return Ok(None);
    };
    let mut known = merge::load(t, id)?;
    t.execute("DELETE FROM joined WHERE old_id = ?1", [old])?;
    if let Some(gtin) = &facts.gtin {
        let alias = t.execute("DELETE FROM gtin_alias WHERE gtin = ?1 AND product_id = ?2", params![gtin, id])? > 0;
        // The GTIN came with the product that is taken out.
        if known.facts.gtin.as_ref() == Some(gtin) {
            known.facts.gtin = None;
        } else if !alias {
            facts.gtin = None;
        }
    }
    merge::update(t, id, &known)?;
    move_out(t, id, old, &facts, &offers, at)?;
    write(t, id, &known)?;
    Ok(Some(old))
}

fn move_out(
    t: &Transaction<'_>,
    from: i64,
    to: i64,
    facts: &ProductFacts,
    offers: &[i64],
    at: Timestamp,
) -> rusqlite::Result<()> {
    let invented = t.query_row("SELECT invented FROM product WHERE product_id = ?1", [from], |r| r.get(0))?;
    merge::insert(t, to, facts, invented, at)?;
    let of_offers = tables(t, &["product_id", "offer_id"])?;
    for offer in offers {
        for table in &of_offers {
            let sql = format!("UPDATE {table} SET product_id = ?1 WHERE product_id = ?2 AND offer_id = ?3");
            t.execute(&sql, [to, from, *offer])?;
        }
    }
    // Reviews go with the shops that are no longer among the old product's.
    t.execute(
        "UPDATE OR IGNORE review SET product_id = ?1 WHERE product_id = ?2
           AND shop_id NOT IN (SELECT shop_id FROM offer WHERE product_id = ?2)",
        [to, from],
    )?;
    t.execute(
        "INSERT OR REPLACE INTO apart (product_a, product_b, decided_at) VALUES (min(?1, ?2), max(?1, ?2), ?3)",
        params![from, to, millis(at)],
    )?;
    write(t, to, &Known { facts: facts.clone(), facts_at: at })
}
