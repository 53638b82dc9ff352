//! Items written into the markup itself: microdata (WHATWG HTML, section 5) and RDFa Lite 1.1, as [`Graph`]s.
//!
//! Reads attributes and text only. Nesting is followed to a fixed depth.

use super::graph::{Graph, MOST_DEPTH, local_name};
use super::{place, written};
use scraper::{ElementRef, Html, Selector};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// More items of a page are not read.
const MOST_ITEMS: usize = 5_000;
/// More properties of one item are not read.
const MOST_PROPERTIES: usize = 2_000;
/// Text of a property beyond this many bytes is not gathered.
const MOST_TEXT: usize = 20_000;

/// The microdata items of a page that are no property of another.
pub fn microdata(document: &Html) -> Graph {
    let Ok(scopes) = Selector::parse("[itemscope]") else { return Graph::default() };
    let by_id = ids(document);
    let tops = document.select(&scopes).filter(|el| el.value().attr("itemprop").is_none()).take(MOST_ITEMS);
    let roots = tops.map(|el| micro_item(el, &by_id, 0)).collect();
    Graph::new("microdata", roots)
}

fn ids(document: &Html) -> HashMap<&str, ElementRef<'_>> {
    let elements = document.tree.nodes().filter_map(ElementRef::wrap);
    elements.filter_map(|el| Some((el.value().attr("id")?, el))).collect()
}

fn micro_item(scope: ElementRef<'_>, by_id: &HashMap<&str, ElementRef<'_>>, depth: usize) -> Value {
    let mut item = Map::new();
    put_attr(&mut item, "@type", scope.value().attr("itemtype"));
    put_attr(&mut item, "@id", scope.value().attr("itemid"));
    let referenced = scope.value().attr("itemref").unwrap_or_default().split_whitespace();
    let mut starts: Vec<(ElementRef<'_>, bool)> = referenced.filter_map(|id| Some((*by_id.get(id)?, true))).collect();
    starts.push((scope, false));
    for (start, itself) in starts {
        each_property(start, itself, "itemprop", "itemscope", &mut |el, names| {
            let value = if el.value().attr("itemscope").is_some() {
                if depth >= MOST_DEPTH {
                    return;
                }
                micro_item(el, by_id, depth + 1)
            } else {
                Value::String(value_of(el, names))
            };
            for name in names.split_whitespace().map(local_name) {
                put(&mut item, name, value.clone());
                place::put(&mut item, name, || format!("microdata {}", place::css(el)));
            }
        });
    }
    Value::Object(item)
}

/// Visits the elements below `start` that carry `property`, never looking into an element that opens an item.
fn each_property<'a>(
    start: ElementRef<'a>,
    itself: bool,
    property: &str,
    opens: &str,
    visit: &mut dyn FnMut(ElementRef<'a>, &'a str),
) {
    let mut stack: Vec<ElementRef<'a>> = if itself { vec![start] } else { children(start) };
    let mut visited = 0;
    while let Some(el) = stack.pop().filter(|_| visited < MOST_PROPERTIES) {
        if let Some(names) = el.value().attr(property).or_else(|| slipped(el)) {
            visited += 1;
            visit(el, names);
        }
        if el.value().attr(opens).is_none() {
            stack.extend(children(el));
        }
    }
}

/// RDFa's attribute on a price inside microdata, a common slip.
fn slipped(el: ElementRef<'_>) -> Option<&str> {
    el.value().attr("property").filter(|name| el.value().name() == "meta" && matches!(*name, "price" | "priceCurrency"))
}

/// Child elements, last first, so that a stack gives them in page order.
fn children(el: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    let mut list: Vec<ElementRef<'_>> = el.children().filter_map(ElementRef::wrap).collect();
    list.reverse();
    list
}

fn put_attr(item: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) {
        item.insert(name.to_owned(), Value::String(value.to_owned()));
    }
}

fn put(item: &mut Map<String, Value>, name: &str, value: Value) {
    match item.get_mut(name) {
        None => {
            item.insert(name.to_owned(), value);
        }
        Some(Value::Array(held)) => held.push(value),
        Some(held) => {
            let first = held.take();
            *held = Value::Array(vec![first, value]);
        }
    }
}

/// The value of a property element. `content` wins on any element: shops write it beside localised text.
fn value_of(el: ElementRef<'_>, names: &str) -> String {
    let attr = |name: &str| el.value().attr(name).map(|v| v.trim().to_owned());
    if let Some(content) = attr("content") {
        return content;
    }
    let by_name = match el.value().name() {
        "a" | "link" | "area" => attr("href"),
        "img" | "audio" | "video" | "source" | "embed" | "iframe" | "track" => attr("src"),
        "object" => attr("data"),
        "data" | "meter" => attr("value"),
        "time" => attr("datetime"),
        _ => None,
    };
    by_name.unwrap_or_else(|| text_of(el, names))
}

/// The text of a property: an amount of money is read as it is shown.
fn text_of(el: ElementRef<'_>, names: &str) -> String {
    let amount = names.split_whitespace().any(|name| place::is_amount(local_name(name)));
    if amount { written::amount(el) } else { text_under(el) }
}

/// Visible text below an element with white space folded.
pub fn text_under(el: ElementRef<'_>) -> String {
    let mut text = String::new();
    for piece in el.text() {
        text.push_str(piece);
        if text.len() > MOST_TEXT {
            break;
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The RDFa Lite items of a page that are no property of another.
pub fn rdfa(document: &Html) -> Graph {
    let Ok(typed) = Selector::parse("[typeof]") else { return Graph::default() };
    let tops =
        document.select(&typed).filter(|el| el.value().attr("property").is_none() && el.value().attr("rel").is_none());
    let roots = tops.take(MOST_ITEMS).map(|el| rdfa_item(el, 0)).collect();
    Graph::new("rdfa", roots)
}

fn rdfa_item(scope: ElementRef<'_>, depth: usize) -> Value {
    let mut item = Map::new();
    put_attr(&mut item, "@type", scope.value().attr("typeof"));
    let id = ["resource", "about"].iter().find_map(|name| scope.value().attr(name));
    put_attr(&mut item, "@id", id);
    let mut stack: Vec<ElementRef<'_>> = children(scope);
    let mut visited = 0;
    while let Some(el) = stack.pop().filter(|_| visited < MOST_PROPERTIES) {
        visited += usize::from(el.value().attr("property").is_some());
        let names = [el.value().attr("property"), el.value().attr("rel")];
        let opens = el.value().attr("typeof").is_some();
        for names in names.into_iter().flatten() {
            let value = if opens {
                if depth >= MOST_DEPTH {
                    continue;
                }
                rdfa_item(el, depth + 1)
            } else {
                rdfa_value(el, names)
            };
            for name in names.split_whitespace().map(local_name) {
                put(&mut item, name, value.clone());
                place::put(&mut item, name, || format!("rdfa {}", place::css(el)));
            }
        }
        if !opens {
            stack.extend(children(el));
        }
    }
    Value::Object(item)
}

fn rdfa_value(el: ElementRef<'_>, names: &str) -> Value {
    let attr = |name: &str| el.value().attr(name).map(str::trim);
    if let Some(content) = attr("content") {
        return Value::String(content.to_owned());
    }
    if let Some(resource) = attr("resource") {
        let mut reference = Map::new();
        reference.insert("@id".to_owned(), Value::String(resource.to_owned()));
        return Value::Object(reference);
    }
    let address = attr("href").or_else(|| attr("src")).or_else(|| attr("datetime"));
    Value::String(address.map_or_else(|| text_of(el, names), str::to_owned))
}
