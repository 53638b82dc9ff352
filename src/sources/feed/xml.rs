//! An item of an XML feed (RSS 2.0, RSS 1.0, Atom) as a [`Row`]: by namespace, whatever the prefix.
//!
//! Reads one item's bytes at a time; elements of other namespaces are no attributes. Never resolves an entity that
//! is not built in.

use super::plain;
use super::row::{self, GROUPED, Group, Row};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

const GOOGLE: &str = "http://base.google.com/ns/1.0";
/// Namespaces whose elements are an item's own.
const OWN: [&str; 4] = ["http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/", "http://purl.org/atom/ns#", ""];

/// What each prefix stands for.
#[derive(Debug, Default, Clone)]
pub struct Namespaces(HashMap<Vec<u8>, String>);

impl Namespaces {
    /// Those declared by tags that stand one after the other.
    pub fn of(tags: &[u8]) -> Self {
        let mut found = Self::default();
        let mut reader = Reader::from_reader(tags);
        reader.config_mut().check_end_names = false;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => found.declare(&tag),
                Ok(Event::Eof) | Err(_) => return found,
                Ok(_) => {}
            }
        }
    }

    fn declare(&mut self, tag: &BytesStart<'_>) {
        for attribute in tag.attributes().with_checks(false).flatten() {
            let key = attribute.key.as_ref();
            let prefix = if key == b"xmlns" { Some(&b""[..]) } else { key.strip_prefix(b"xmlns:") };
            if let Some(prefix) = prefix {
                let uri = String::from_utf8_lossy(&attribute.value).trim().to_owned();
                self.0.insert(prefix.to_vec(), uri);
            }
        }
    }

    /// Whose an element is; `None`: of a namespace that is not read.
    fn whose(&self, prefix: &[u8]) -> Option<Whose> {
        match self.0.get(prefix).map(String::as_str) {
            Some(GOOGLE) => Some(Whose::Google),
            Some(uri) if uri.trim_end_matches('/') == GOOGLE.trim_end_matches('/') => Some(Whose::Google),
            Some(uri) if OWN.contains(&uri) || prefix.is_empty() => Some(Whose::Item),
            // Undeclared: broken, yet what is meant is plain.
            None if prefix == b"g" => Some(Whose::Google),
            None if prefix.is_empty() => Some(Whose::Item),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Google,
    Item,
}

/// The element that is being read.
struct Open {
    attribute: Option<&'static str>,
    google: bool,
    text: String,
}

/// Reads one item.
///
/// # Errors
/// Why its XML cannot be read.
pub fn read(item: &str, known: &Namespaces) -> Result<Row, String> {
    let mut reader = Reader::from_str(item);
    let mut spaces: Option<Namespaces> = None;
    let mut row = Row::default();
    let mut path: Vec<Open> = Vec::new();
    let mut group: Option<Group> = None;
    loop {
        let event = reader.read_event().map_err(|e| format!("is broken XML: {e}"))?;
        match event {
            Event::Start(tag) => {
                let open = opened(&tag, known, &mut spaces, path.len());
                if path.len() == 1 {
                    group = open
                        .attribute
                        .filter(|name| GROUPED.contains(name))
                        .map(|name| Group { name, parts: Vec::new() });
                }
                if path.len() > 16 {
                    return Err("nests its elements too deeply".to_owned());
                }
                link(&tag, &open, &mut row);
                path.push(if path.len() == 2 && group.is_some() { part(&tag) } else { open });
            }
            Event::Empty(tag) => link(&tag, &opened(&tag, known, &mut spaces, path.len()), &mut row),
            Event::End(_) => {
                let Some(open) = path.pop() else { return Err("is broken XML: an end without a start".to_owned()) };
                close(open, path.len(), &mut group, &mut row);
            }
            Event::Text(text) => push(&mut path, &text.decode().map_err(|e| e.to_string())?),
            Event::CData(text) => push(&mut path, &text.decode().map_err(|e| e.to_string())?),
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|e| e.to_string())?;
                match plain::entity(&name) {
                    Some(c) => push(&mut path, c.encode_utf8(&mut [0; 4])),
                    None => push(&mut path, &format!("&{name};")),
                }
            }
            Event::Eof if path.is_empty() => return Ok(row),
            Event::Eof => return Err("is broken XML: an element is not closed".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn opened(tag: &BytesStart<'_>, known: &Namespaces, spaces: &mut Option<Namespaces>, depth: usize) -> Open {
    if tag.attributes_raw().windows(5).any(|w| w == b"xmlns") {
        spaces.get_or_insert_with(|| known.clone()).declare(tag);
    }
    let name = tag.name();
    let prefix = name.prefix().map(|p| p.into_inner()).unwrap_or_default();
    let local = name.local_name();
    let whose = spaces.as_ref().unwrap_or(known).whose(prefix);
    let attribute = (depth == 1).then(|| whose.and_then(|_| row::attribute(std::str::from_utf8(local.as_ref()).ok()?)));
    Open { attribute: attribute.flatten(), google: whose == Some(Whose::Google), text: String::new() }
}

/// A part of a group keeps its own name as the beginning of its text, closed by a line end.
fn part(tag: &BytesStart<'_>) -> Open {
    let local = tag.local_name();
    let name = String::from_utf8_lossy(local.as_ref()).to_ascii_lowercase();
    Open { attribute: None, google: true, text: format!("{name}\n") }
}

/// Atom's `<link href="..."/>`, unless it is about something else than the page.
fn link(tag: &BytesStart<'_>, open: &Open, row: &mut Row) {
    if open.attribute != Some("link") {
        return;
    }
    let value = |key: &[u8]| {
        let found = tag.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == key)?;
        Some(plain::entities(&String::from_utf8_lossy(&found.value)))
    };
    let page = value(b"rel").is_none_or(|rel| rel == "alternate");
    if let Some(href) = value(b"href").filter(|_| page) {
        row.add("link", &href);
    }
}

fn push(path: &mut [Open], text: &str) {
    if let Some(open) = path.last_mut() {
        open.text.push_str(text);
    }
}

fn close(open: Open, depth: usize, group: &mut Option<Group>, row: &mut Row) {
    match (depth, group.as_mut()) {
        (2, Some(group)) => {
            if let Some((name, value)) = open.text.split_once('\n') {
                group.parts.push((name.to_owned(), value.trim().to_owned()));
            }
        }
        (1, Some(_)) => {
            let Some(mut group) = group.take() else { return };
            if group.parts.is_empty() {
                group.parts = super::table::parts_of(open.text.trim(), &[]);
            }
            row.groups.push(group);
        }
        (1, None) => match open.attribute {
            Some(name) if open.google => row.add_first(name, &open.text),
            Some(name) => row.add(name, &open.text),
            None => {}
        },
        _ => {}
    }
}
