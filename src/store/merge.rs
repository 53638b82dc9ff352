//! Product facts: merging what is new into what is known, and noting whose text is another than the index has.
//!
//! A missing value never erases a known one; an older look never overwrites a newer one.

use super::codec::{from_json, hash, json, millis, time};
use super::identity;
use crate::domain::*;
use rusqlite::{Transaction, params};
use std::borrow::Borrow;

/// A product row with the time its facts are of.
pub(super) struct Known {
    pub facts: ProductFacts,
    pub facts_at: Timestamp,
}

/// Reads a product's facts.
pub(super) fn load(t: &rusqlite::Connection, id: i64) -> rusqlite::Result<Known> {
    let mut known = t
        .prepare_cached(
            "SELECT title, brand, model, gtin, category, description, images, stars, ratings, group_id, variant, facts_at
             FROM product WHERE product_id = ?1",
        )?
        .query_row([id], |r| Ok(Known { facts: facts_of(r, 0)?, facts_at: time(r.get(11)?) }))?;
    known.facts.attributes = attributes(t, id)?;
    Ok(known)
}

/// Facts from eleven columns that begin at `at`; attributes stay empty.
pub(super) fn facts_of(r: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<ProductFacts> {
    let stars: Option<f64> = r.get(at + 7)?;
    let count: Option<u32> = r.get(at + 8)?;
    Ok(ProductFacts {
        title: r.get(at)?,
        brand: r.get(at + 1)?,
        model: r.get(at + 2)?,
        gtin: r.get(at + 3)?,
        group: r.get::<_, Option<i64>>(at + 9)?.map(|id| id.to_string()),
        variant: r.get(at + 10)?,
        category: r.get(at + 4)?,
        description: r.get(at + 5)?,
        attributes: Vec::new(),
        images: from_json(r.get(at + 6)?).unwrap_or_default(),
        rating: stars.map(|stars| Rating { stars, count: count.unwrap_or(0) }),
    })
}

/// A product's attributes in the order in which they were given.
pub(super) fn attributes(t: &rusqlite::Connection, id: i64) -> rusqlite::Result<Vec<Attribute>> {
    t.prepare_cached("SELECT name, text, number, unit, flag FROM attribute WHERE product_id = ?1 ORDER BY ord, name")?
        .query_map([id], |r| attribute_of(r, 0))?
        .collect()
}

/// An attribute from five columns that begin at `at`.
pub(super) fn attribute_of(r: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Attribute> {
    let value = match (r.get::<_, Option<f64>>(at + 2)?, r.get::<_, Option<bool>>(at + 4)?) {
        (Some(value), _) => {
            AttributeValue::Number { value, unit: r.get::<_, Option<String>>(at + 3)?.unwrap_or_default() }
        }
        (None, Some(flag)) => AttributeValue::Flag(flag),
        (None, None) => AttributeValue::Text(r.get::<_, Option<String>>(at + 1)?.unwrap_or_default()),
    };
    Ok(Attribute { name: r.get(at)?, value })
}

/// Takes out what says nothing: blank texts, a GTIN that is none, a number that is none, an attribute's earlier value
/// where it is named twice.
pub(super) fn clean(facts: &mut ProductFacts) {
    let texts = [
        &mut facts.brand,
        &mut facts.model,
        &mut facts.category,
        &mut facts.description,
        &mut facts.group,
        &mut facts.variant,
    ];
    for text in texts {
        text.take_if(|t| t.trim().is_empty());
    }
    facts.gtin.take_if(|gtin| !gtin::is_global(gtin));
    facts.rating.take_if(|rating| !rating.stars.is_finite());
    facts.images.retain(|address| !address.trim().is_empty());
    let mut kept: Vec<Attribute> = Vec::with_capacity(facts.attributes.len());
    for attribute in facts.attributes.drain(..) {
        let blank = match &attribute.value {
            AttributeValue::Number { value, .. } => !value.is_finite(),
            AttributeValue::Text(text) => text.trim().is_empty(),
            AttributeValue::Flag(_) => false,
        };
        if blank || attribute.name.trim().is_empty() {
            continue;
        }
        match kept.iter_mut().find(|k| k.name == attribute.name) {
            Some(known) => known.value = attribute.value,
            None => kept.push(attribute),
        }
    }
    facts.attributes = kept;
}

/// How much a rating says, in steps that are worth telling the text index.
fn steps(rating: Option<Rating>) -> u32 {
    (appeal(rating) * 50.0).round() as u32
}

/// What merging did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merged {
    pub changed: bool,
    /// What the text index holds of it is another.
    pub text: bool,
}

/// Adds `new` (already [`clean`]) to `old`: where both speak, the newer look wins. Whether anything changed.
pub(super) fn merge(old: &mut ProductFacts, new: &ProductFacts, newer: bool) -> Merged {
    fn take<T: Clone + PartialEq>(old: &mut Option<T>, new: Option<&T>, newer: bool) -> bool {
        match new {
            Some(value) if old.is_none() || (newer && old.as_ref() != Some(value)) => {
                *old = Some(value.clone());
                true
            }
            _ => false,
        }
    }
    let mut text = false;
    if !new.title.trim().is_empty() && (old.title.is_empty() || (newer && old.title != new.title)) {
        old.title.clone_from(&new.title);
        text = true;
    }
    text |= take(&mut old.brand, new.brand.as_ref(), newer);
    text |= take(&mut old.model, new.model.as_ref(), newer);
    text |= take(&mut old.category, new.category.as_ref(), newer);
    text |= take(&mut old.description, new.description.as_ref(), newer);
    for attribute in &new.attributes {
        match old.attributes.iter_mut().find(|a| a.name == attribute.name) {
            None => old.attributes.push(attribute.clone()),
            Some(known) if newer && known.value != attribute.value => known.value = attribute.value.clone(),
            Some(_) => continue,
        }
        text = true;
    }
    let mut changed = text;
    // A GTIN is identity: it is filled in, never replaced.
    changed |= take(&mut old.gtin, new.gtin.as_ref(), false);
    changed |= take(&mut old.variant, new.variant.as_ref(), newer);
    changed |= take(&mut old.group, new.group.as_ref(), false);
    let before = steps(old.rating);
    changed |= take(&mut old.rating, new.rating.as_ref(), newer);
    // The index holds it to order what fits equally well; a few ratings more change nothing there.
    text |= steps(old.rating) != before;
    if !new.images.is_empty() && (old.images.is_empty() || (newer && old.images != new.images)) {
        old.images.clone_from(&new.images);
        changed = true;
    }
    Merged { changed, text }
}

/// The id for the next new product: never one that was joined to another, since that still leads there.
pub(super) fn next_id(t: &Transaction<'_>) -> rusqlite::Result<i64> {
    t.prepare_cached(
        "SELECT 1 + max(coalesce((SELECT max(product_id) FROM product), 0), coalesce((SELECT max(old_id) FROM joined), 0))",
    )?
    .query_row([], |r| r.get(0))
}

/// Inserts a product.
pub(super) fn insert(
    t: &Transaction<'_>,
    id: i64,
    facts: &ProductFacts,
    invented: bool,
    at: Timestamp,
) -> rusqlite::Result<()> {
    t.prepare_cached(
        "INSERT INTO product (title, brand, model, gtin, category, description, images, stars, ratings, invented,
           brand_key, model_key, facts_at, created_at, variant, variant_key, group_id, product_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?12, ?13, ?11, ?11, ?14, ?15, ?16, ?17)",
    )?
    .execute(params![
        facts.title,
        facts.brand,
        facts.model,
        facts.gtin,
        facts.category,
        facts.description,
        json(&facts.images),
        facts.rating.map(|r| r.stars),
        facts.rating.map(|r| r.count),
        invented,
        millis(at),
        identity::key(facts.brand.as_deref()),
        identity::key(facts.model.as_deref()),
        facts.variant,
        facts.variant.as_deref().and_then(variant::key),
        group_id(facts),
        id
    ])?;
    write_attributes(t, id, &facts.attributes)
}

/// The group's number; a name that only a shop knows is none.
fn group_id(facts: &ProductFacts) -> Option<i64> {
    facts.group.as_deref().and_then(|group| group.parse().ok())
}

/// Keeps the keys under which products like these are looked up.
pub(super) fn write_keys<T: Borrow<same::Traits>>(
    t: &Transaction<'_>,
    products: impl IntoIterator<Item = (i64, T)>,
) -> rusqlite::Result<()> {
    let own = |(id, traits): (i64, T)| traits.borrow().blocking_keys().into_iter().map(move |key| (hash(&key), id));
    let mut rows: Vec<_> = products.into_iter().flat_map(own).collect();
    // Hashes lie all over the tree: in their order each of its pages is met once.
    rows.sort_unstable();
    let mut put = t.prepare_cached("INSERT OR IGNORE INTO match_key (key, product_id) VALUES (?1, ?2)")?;
    rows.into_iter().try_for_each(|(key, id)| put.execute(params![key, id]).map(drop))
}

/// Writes merged facts back. What an index holds is written only where it is another: SQLite writes an index's entry
/// anew with every column that is named, and those lie all over the file.
pub(super) fn update(t: &Transaction<'_>, id: i64, known: &Known) -> rusqlite::Result<()> {
    let facts = &known.facts;
    t.prepare_cached(
        "UPDATE product SET title = ?2, description = ?3, images = ?4, stars = ?5, facts_at = ?6, variant = ?7,
           variant_key = ?8, revision = revision + 1 WHERE product_id = ?1",
    )?
    .execute(params![
        id,
        facts.title,
        facts.description,
        json(&facts.images),
        facts.rating.map(|r| r.stars),
        millis(known.facts_at),
        facts.variant,
        facts.variant.as_deref().and_then(variant::key)
    ])?;
    t.prepare_cached(
        "UPDATE product SET brand = ?2, model = ?3, gtin = ?4, category = ?5, ratings = ?6, brand_key = ?7,
           model_key = ?8, group_id = ?9
         WHERE product_id = ?1 AND (brand, model, gtin, category, ratings, brand_key, model_key, group_id)
           IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        id,
        facts.brand,
        facts.model,
        facts.gtin,
        facts.category,
        facts.rating.map(|r| r.count),
        identity::key(facts.brand.as_deref()),
        identity::key(facts.model.as_deref()),
        group_id(facts)
    ])?;
    write_attributes(t, id, &facts.attributes)
}

fn write_attributes(t: &Transaction<'_>, id: i64, attributes: &[Attribute]) -> rusqlite::Result<()> {
    let mut put = t.prepare_cached(
        "INSERT INTO attribute (product_id, name, ord, text, number, unit, flag) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (product_id, name) DO UPDATE SET
           ord = excluded.ord, text = excluded.text, number = excluded.number, unit = excluded.unit, flag = excluded.flag
         WHERE (ord, text, number, unit, flag) IS NOT (?3, ?4, ?5, ?6, ?7)",
    )?;
    for (ord, Attribute { name, value }) in attributes.iter().enumerate() {
        let (text, number, unit, flag) = match value {
            AttributeValue::Text(text) => (Some(text), None, None, None),
            AttributeValue::Number { value, unit } => (None, Some(value), Some(unit), None),
            AttributeValue::Flag(flag) => (None, None, None, Some(flag)),
        };
        put.execute(params![id, name, ord, text, number, unit, flag])?;
    }
    Ok(())
}

/// Notes that a product's text is another, or gone, from the catalogue's next version on.
pub(super) fn text_changed(t: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    t.prepare_cached("INSERT OR IGNORE INTO text_change (version, product_id) SELECT version + 1, ?1 FROM catalogue")?
        .execute([id])
        .map(drop)
}
