//! Where on a page a value stood: a path of CSS for elements, a path of JSON for scripts, as a person can follow it.
//!
//! Items carry the places of their amounts under [`AT`]. Never reads a value.

use super::graph::{MOST_DEPTH, local_name};
use scraper::ElementRef;
use serde_json::{Map, Value};

/// The key under which an item holds the places of its amounts: property name -> place.
pub const AT: &str = "@at";

/// Properties whose values are amounts of money.
const AMOUNTS: [&str; 6] = ["price", "lowPrice", "highPrice", "minPrice", "maxPrice", "value"];

/// Elements of a path of CSS at most.
const STEPS: usize = 4;
/// Characters of one step at most.
const STEP_CHARS: usize = 40;

/// Whether a property holds an amount of money.
pub fn is_amount(name: &str) -> bool {
    AMOUNTS.contains(&name)
}

/// The place of a property of an item, where it is known.
pub fn of<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    item.get(AT)?.get(name)?.as_str()
}

/// Remembers the place of a property; the first one stays.
pub fn put(item: &mut Map<String, Value>, name: &str, place: impl FnOnce() -> String) {
    if !is_amount(name) {
        return;
    }
    let held = item.entry(AT).or_insert_with(|| Value::Object(Map::new()));
    if let Some(places) = held.as_object_mut() {
        places.entry(name).or_insert_with(|| Value::String(place()));
    }
}

/// Writes into the objects of a script where their amounts stand.
pub fn mark(value: &mut Value, path: &str, depth: usize) {
    if depth > MOST_DEPTH * 2 {
        return;
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if item.is_object() || item.is_array() {
                    mark(item, &format!("{path}[{index}]"), depth + 1);
                }
            }
        }
        Value::Object(object) => {
            object.remove(AT);
            let names: Vec<String> = object.keys().filter(|key| is_amount(local_name(key))).cloned().collect();
            for name in names {
                put(object, local_name(&name), || format!("{path}.{name}"));
            }
            for (key, inner) in object.iter_mut().filter(|(key, _)| *key != AT) {
                if inner.is_object() || inner.is_array() {
                    mark(inner, &format!("{path}.{key}"), depth + 1);
                }
            }
        }
        _ => {}
    }
}

/// `#product > p.price > span[itemprop=price]`: the element and those around it, from the nearest one with an id.
pub fn css(el: ElementRef<'_>) -> String {
    let mut steps = Vec::new();
    let mut at = Some(el);
    while let Some(el) = at.filter(|el| steps.len() < STEPS && !matches!(el.value().name(), "html" | "body")) {
        let (step, is_anchor) = step(el);
        steps.push(step);
        if is_anchor {
            break;
        }
        at = el.parent().and_then(ElementRef::wrap);
    }
    steps.reverse();
    steps.join(" > ")
}

fn step(el: ElementRef<'_>) -> (String, bool) {
    let name = el.value().name();
    let plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            && text.len() <= STEP_CHARS
    };
    if let Some(id) = el.value().attr("id").filter(|id| plain(id)) {
        return (format!("{name}#{id}"), true);
    }
    let mut step = name.to_owned();
    if let Some(class) = el.value().classes().find(|class| plain(class)) {
        step.push('.');
        step.push_str(class);
    }
    for attribute in ["itemprop", "property", "name"] {
        if let Some(value) = el.value().attr(attribute).and_then(|v| v.split_whitespace().next()) {
            let short: String = value.chars().take(STEP_CHARS).collect();
            step.push_str(&format!("[{attribute}={short}]"));
            break;
        }
    }
    (step, false)
}
