//! Items of a page in one form, whatever they were written in: JSON objects with `@type`, `@id` and properties.
//!
//! Owns names without prefixes, references by id and text of values. Knows nothing of products.

use super::place;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// References and nested items are followed this deep.
pub const MOST_DEPTH: usize = 24;

/// The items of one format of a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// `json-ld`, `microdata`, `rdfa`.
    pub format: &'static str,
    pub roots: Vec<Value>,
    by_id: HashMap<String, Value>,
}

impl Graph {
    /// A graph over roots whose property names may carry schema.org's address or a prefix.
    pub fn new(format: &'static str, roots: Vec<Value>) -> Self {
        let mut graph = Self { format, ..Self::default() };
        for root in roots {
            graph.add_root(clean(root, 0));
        }
        graph
    }

    fn add_root(&mut self, root: Value) {
        match root {
            Value::Array(items) => items.into_iter().for_each(|item| self.add_root(item)),
            Value::Object(mut object) => {
                if let Some(inner) = object.remove("@graph") {
                    self.add_root(inner);
                    if object.keys().all(|k| k.starts_with('@')) {
                        return;
                    }
                }
                let root = Value::Object(object);
                self.index(&root, 0);
                self.roots.push(root);
            }
            _ => {}
        }
    }

    fn index(&mut self, value: &Value, depth: usize) {
        if depth > MOST_DEPTH {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.index(item, depth + 1)),
            Value::Object(object) => {
                if let Some(id) = object.get("@id").and_then(Value::as_str) {
                    let richer =
                        self.by_id.get(id).and_then(Value::as_object).is_none_or(|held| held.len() < object.len());
                    if richer {
                        self.by_id.insert(id.to_owned(), value.clone());
                    }
                }
                object.values().for_each(|inner| self.index(inner, depth + 1));
            }
            _ => {}
        }
    }

    /// The item itself, or the one that a bare reference names.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(object) = value.as_object() else { return value };
        let bare = object.keys().all(|k| k == "@id" || k == "@type");
        let target = object.get("@id").and_then(Value::as_str).filter(|_| bare).and_then(|id| self.by_id.get(id));
        target.unwrap_or(value)
    }

    /// The fullest item of the same id on the page.
    pub fn resolve_richest<'a>(&'a self, item: &'a Value) -> &'a Value {
        item.get("@id").and_then(Value::as_str).and_then(|id| self.by_id.get(id)).unwrap_or(item)
    }

    /// The item that a text names by its id, or the value itself: microdata has only links to refer with.
    pub fn by_text<'a>(&'a self, value: &'a Value) -> &'a Value {
        value.as_str().and_then(|id| self.by_id.get(id)).unwrap_or(value)
    }

    /// All values of a property, arrays flattened, references resolved, nulls and empty strings left out.
    pub fn all<'a>(&'a self, item: &'a Value, property: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        if let Some(value) = item.get(property) {
            self.flatten(value, &mut found, 0);
        }
        found
    }

    fn flatten<'a>(&'a self, value: &'a Value, found: &mut Vec<&'a Value>, depth: usize) {
        match value {
            Value::Null => {}
            Value::String(text) if text.trim().is_empty() => {}
            Value::Array(items) if depth < 4 => items.iter().for_each(|item| self.flatten(item, found, depth + 1)),
            value => found.push(self.resolve(value)),
        }
    }

    /// The first value of a property.
    pub fn first<'a>(&'a self, item: &'a Value, property: &str) -> Option<&'a Value> {
        self.all(item, property).first().copied()
    }

    /// The text of the first of the properties that has one.
    pub fn text(&self, item: &Value, properties: &[&str]) -> Option<String> {
        properties.iter().find_map(|p| self.all(item, p).into_iter().find_map(text_of))
    }
}

/// The types of an item, last path segment only: `Product`.
pub fn types(item: &Value) -> Vec<&str> {
    let last = |text: &'_ str| text.trim_end_matches('/').rsplit(['/', '#', ':']).next().unwrap_or_default().len();
    let names = match item.get("@type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let split = names.into_iter().flat_map(str::split_whitespace);
    split.map(|name| name.trim_end_matches('/')).map(|name| &name[name.len() - last(name)..]).collect()
}

/// The text of a value: a string, a number, the name or address of an item.
pub fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Object(object) => {
            return ["name", "@value", "value", "url", "contentUrl", "@id"].iter().find_map(|key| {
                match object.get(*key)? {
                    Value::Object(_) => None,
                    Value::Array(items) => items.iter().find(|v| !v.is_object()).and_then(text_of),
                    inner => text_of(inner),
                }
            });
        }
        _ => return None,
    };
    let placeholder = matches!(text.to_lowercase().as_str(), "n/a" | "null" | "undefined" | "none" | "-");
    (!text.is_empty() && !placeholder).then_some(text)
}

/// Names without prefixes, `@value` unwrapped, entities in strings decoded once.
fn clean(value: Value, depth: usize) -> Value {
    if depth > MOST_DEPTH * 2 {
        return Value::Null;
    }
    match value {
        Value::String(text) => Value::String(decode(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| clean(item, depth + 1)).collect()),
        Value::Object(mut object) => {
            if let Some(inner) = object.remove("@value") {
                return clean(inner, depth + 1);
            }
            let mut cleaned = Map::new();
            for (key, inner) in object {
                let name = if key.starts_with('@') { key.as_str() } else { local_name(&key) };
                // Places are emptor's own text.
                let inner = if name == place::AT { inner } else { clean(inner, depth + 1) };
                cleaned.insert(name.to_owned(), inner);
            }
            for (alias, name) in [("id", "@id"), ("type", "@type")] {
                if !cleaned.contains_key(name)
                    && let Some(inner) = cleaned.get(alias).filter(|v| v.is_string()).cloned()
                {
                    cleaned.insert(name.to_owned(), inner);
                }
            }
            Value::Object(cleaned)
        }
        other => other,
    }
}

/// `https://schema.org/price`, `schema:price` and `price` are one property.
pub fn local_name(name: &str) -> &str {
    let name = name.trim();
    let local = name.rsplit(['/', '#']).next().unwrap_or(name);
    let local = local.rsplit(':').next().unwrap_or(local);
    if local == "offerDetails" { "offers" } else { local }
}

/// HTML entities of a string value.
pub fn decode(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let end = tail.char_indices().take(12).find(|(_, c)| *c == ';').map(|(i, _)| i);
        match end.and_then(|end| Some((entity(&tail[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &tail[end + 1..];
            }
            None => {
                out.push('&');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(code) = name.strip_prefix('#') {
        let code = match code.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => code.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => '\u{a0}',
        "euro" => '€',
        "pound" => '£',
        "yen" => '¥',
        "cent" => '¢',
        "reg" => '®',
        "copy" => '©',
        "trade" => '™',
        "deg" => '°',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "times" => '×',
        "frac12" => '½',
        "sup2" => '²',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        _ => return None,
    })
}
