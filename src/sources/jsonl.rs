//! JSON lines: one object a line (or one array of objects). Three shapes are read: our own observations, schema.org
//! `Product` objects, and flat objects whose keys are those of a table's header (`title`, `price`, `currency`, ...).
//!
//! A line that is none of these is reported and skipped.

use super::import::{BATCH, ImportError, ImportOptions, Imported, OnBatch, Place};
use super::mapping::Mapping;
use super::rows::Lines;
use super::selectors::Selectors;
use super::stream::{Charset, is_bomb};
use super::{shop as shops, table};
use crate::domain::{Observation, ShopRef, SourceKind, Timestamp};
use serde_json::Value;
use std::io::BufRead;

/// Bytes of one line.
const MOST_LINE: usize = 16 << 20;

/// Reads JSON lines; see [`super::import::import_file`]. A file of one array or one object is read whole.
///
/// # Errors
/// Those of the file.
pub(super) fn read(
    place: &Place,
    shop: &ShopRef,
    options: &ImportOptions<'_>,
    on_batch: OnBatch<'_>,
) -> Result<Imported, ImportError> {
    let opened = place.open().map_err(ImportError::reading)?;
    let start = opened.start.trim_ascii_start();
    let first = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let lines = start.first() == Some(&b'{') && serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok()
        || !matches!(start.first(), Some(b'[' | b'{'));
    let mut taker = Taker { shop, options, held: Vec::new(), imported: Imported::new(SourceKind::Jsonl), on_batch };
    if lines {
        taker.lines(Lines::new(opened.reader, MOST_LINE))?;
    } else {
        taker.whole(&place.whole()?)?;
    }
    taker.hand_over();
    taker.imported.complete = taker.imported.cut.is_none();
    Ok(taker.imported)
}

/// Where values become looks.
struct Taker<'a> {
    shop: &'a ShopRef,
    options: &'a ImportOptions<'a>,
    held: Vec<Observation>,
    imported: Imported,
    on_batch: OnBatch<'a>,
}

impl Taker<'_> {
    fn lines<R: BufRead>(&mut self, mut lines: Lines<R>) -> Result<(), ImportError> {
        loop {
            let line = match lines.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(()),
                Err(error) if is_bomb(&error) => return Err(ImportError::reading(error)),
                Err(error) => {
                    self.imported.cut = Some(format!("it breaks off: {error}"));
                    return Ok(());
                }
            };
            if line.too_long {
                self.imported.rows += 1;
                self.imported.broken(line.number, format!("is longer than {} MiB", MOST_LINE >> 20));
                continue;
            }
            let text = Charset::UNSAID.decode(&line.bytes);
            if text.trim().is_empty() {
                continue;
            }
            if !self.take(line.number, serde_json::from_str(&text).map_err(|e| format!("is no JSON: {e}"))) {
                return Ok(());
            }
        }
    }

    /// One array or object; line by line where it is neither.
    fn whole(&mut self, text: &str) -> Result<(), ImportError> {
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Array(items)) => {
                for item in items {
                    if !self.take(1, Ok(item)) {
                        break;
                    }
                }
                Ok(())
            }
            Ok(whole) => {
                self.take(1, Ok(whole));
                Ok(())
            }
            Err(_) => self.lines(Lines::new(text.as_bytes(), MOST_LINE)),
        }
    }

    fn take(&mut self, line: u64, value: Result<Value, String>) -> bool {
        self.imported.rows += 1;
        match value.and_then(|v| observe(&v, self.shop, self.options)) {
            Ok(looks) => self.held.extend(looks),
            Err(reason) => self.imported.broken(line, reason),
        }
        self.held.len() < BATCH || self.hand_over()
    }

    fn hand_over(&mut self) -> bool {
        if self.held.is_empty() {
            return true;
        }
        self.imported.observations += self.held.len() as u64;
        (self.on_batch)(std::mem::take(&mut self.held))
    }
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
    table::observe_row(&row, &mapping.map_err(|e| e.to_string())?, shop, options.now)
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
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file.jsonl");
        std::fs::write(&file, text).unwrap();
        let mut all = Vec::new();
        let options = ImportOptions::new(Timestamp::UNIX_EPOCH);
        let imported = crate::sources::import::import_file(&file, &options, &mut |batch| {
            all.extend(batch);
            true
        });
        (imported.unwrap(), all)
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
