//! JSON lines: one object a line (or one array of objects). Three shapes are read: our own observations, schema.org
//! `Product` objects, and flat objects whose keys are those of a table's header (`title`, `price`, `currency`, ...).
//!
//! A line that is none of these is reported and skipped.

use super::import::{BATCH, ImportOptions, Imported, OnBatch};
use super::mapping::Mapping;
use super::selectors::Selectors;
use super::{shop as shops, table};
use crate::domain::{Observation, ShopRef, SourceKind, Timestamp};
use serde_json::Value;

/// Reads JSON lines; see [`super::import::import_file`].
pub(super) fn read(text: &str, shop: &ShopRef, options: &ImportOptions<'_>, on_batch: OnBatch<'_>) -> Imported {
    let mut imported = Imported::new(SourceKind::Jsonl);
    let mut held: Vec<Observation> = Vec::new();
    for (line, value) in values(text) {
        imported.rows += 1;
        match value.and_then(|v| observe(&v, shop, options)) {
            Ok(looks) => held.extend(looks),
            Err(reason) => imported.broken(line, reason),
        }
        if held.len() >= BATCH {
            imported.observations += held.len() as u64;
            if !on_batch(std::mem::take(&mut held)) {
                return imported;
            }
        }
    }
    if !held.is_empty() {
        imported.observations += held.len() as u64;
        on_batch(held);
    }
    imported
}

/// Line numbers with what stands there; a file that is one JSON array gives its items, all of line 1.
fn values(text: &str) -> Box<dyn Iterator<Item = (u64, Result<Value, String>)> + '_> {
    let start = text.trim_start();
    if start.starts_with('[') || (start.starts_with('{') && text.lines().filter(|l| !l.trim().is_empty()).count() > 1) {
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Array(items)) => return Box::new(items.into_iter().map(|item| (1, Ok(item)))),
            Ok(whole) => return Box::new(std::iter::once((1, Ok(whole)))),
            Err(_) => {}
        }
    }
    let lines = (1_u64..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    Box::new(lines.map(|(n, line)| (n, serde_json::from_str(line).map_err(|e| format!("is no JSON: {e}")))))
}

fn observe(value: &Value, shop: &ShopRef, options: &ImportOptions<'_>) -> Result<Vec<Observation>, String> {
    let Value::Object(object) = value else { return Err("is no JSON object".to_owned()) };
    if object.contains_key("shop_key") {
        return serde_json::from_value(value.clone())
            .map(|look| vec![look])
            .map_err(|e| format!("is no observation: {e}"));
    }
    if object.contains_key("@type") || object.contains_key("@graph") || object.get("offers").is_some() {
        return schema_org(value, shop, options.now);
    }
    let (keys, row): (Vec<String>, Vec<String>) = object.iter().map(|(key, v)| (key.clone(), plain(v))).unzip();
    let mapping = match options.map {
        Some(pairs) => Mapping::given(pairs, &keys),
        None => Mapping::guess(&keys),
    };
    let look = table::observe_row(&row, &mapping.map_err(|e| e.to_string())?, shop, options.now)?;
    Ok(vec![look])
}

/// Read as a page that holds just this object, so that pages and lines are understood alike.
fn schema_org(value: &Value, shop: &ShopRef, now: Timestamp) -> Result<Vec<Observation>, String> {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.entry("@type").or_insert_with(|| Value::String("Product".into()));
        object.entry("@context").or_insert_with(|| Value::String("https://schema.org".into()));
    }
    let json = value.to_string().replace("</", "<\\/");
    let html = format!("<script type=\"application/ld+json\">{json}</script>");
    let address = value.get("url").and_then(Value::as_str).and_then(|u| url::Url::parse(u).ok());
    let known = address.is_some();
    let base = address.or_else(|| url::Url::parse("http://file.invalid/").ok()).ok_or("has no usable address")?;
    let mut looks = shops::page_observations(&html, &base, &Selectors::default(), now);
    if looks.is_empty() {
        return Err("describes no product".to_owned());
    }
    if !known {
        for look in &mut looks {
            look.shop = shop.clone();
            look.url = look.url.take().filter(|u| !u.starts_with("http://file.invalid"));
        }
    }
    Ok(looks)
}

/// A JSON value as a table's cell; `{"minor": 1299, "currency": "EUR"}` as `12.99 EUR`.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(_) => match serde_json::from_value::<crate::domain::Money>(value.clone()) {
            Ok(money) => format!("{} {}", money.decimal(), money.currency),
            Err(_) => String::new(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> (Imported, Vec<Observation>) {
        let shop = ShopRef { name: "file".into(), domain: None, invented: false };
        let options = ImportOptions { kind: None, map: None, url: None, selectors: None, now: Timestamp::UNIX_EPOCH };
        let mut all = Vec::new();
        let imported = read(text, &shop, &options, &mut |batch| {
            all.extend(batch);
            true
        });
        (imported, all)
    }

    #[test]
    fn three_shapes_are_read_and_a_broken_line_is_reported() {
        let own = serde_json::to_string(&Observation::new(
            ShopRef { name: "own".into(), domain: None, invented: false },
            "k",
            crate::domain::ProductFacts { title: "Mug".into(), ..Default::default() },
            Timestamp::UNIX_EPOCH,
        ))
        .unwrap();
        let text = format!(
            "{{\"title\":\"Lamp\",\"price\":\"12.50 EUR\"}}\n{own}\nnot json\n\
             {{\"@type\":\"Product\",\"name\":\"Rug </script>\",\"sku\":\"r\",\"offers\":{{\"@type\":\"Offer\",\"price\":9,\"priceCurrency\":\"EUR\"}}}}\n[1]\n"
        );
        let (imported, looks) = import(&text);
        let titles: Vec<&str> = looks.iter().map(|l| l.product.title.as_str()).collect();
        assert_eq!(titles[..2], ["Lamp", "Mug"]);
        assert!(titles[2].starts_with("Rug"), "{titles:?}");
        assert_eq!(imported.broken.iter().map(|b| b.line).collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn an_array_is_read_item_by_item_and_money_in_our_form() {
        let (imported, looks) =
            import("[{\"name\":\"A\",\"price\":{\"minor\":1299,\"currency\":\"EUR\"}},\n{\"name\":\"B\"}]");
        assert_eq!((imported.rows, looks.len(), imported.broken_rows), (2, 1, 1));
        assert_eq!(looks[0].price.map(|p| p.minor), Some(1299));
    }
}
