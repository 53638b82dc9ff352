//! Feeds of JSON lines: Agentic Commerce products (nested or flat) and dumps of Open Prices.
//!
//! One line in memory at a time; a line that is too long or no JSON is reported and the rest read on.

use super::row::{self, GROUPED, Row};
use super::{FeedError, Sink, acp, table};
use crate::sources::api::open_prices;
use crate::sources::rows::Lines;
use crate::sources::stream::{Charset, Opened};
use serde_json::Value;

/// Bytes of one line.
const MOST_LINE: usize = 4 << 20;

/// Agentic Commerce product lines.
pub fn products(opened: Opened<'_>, sink: &mut Sink<'_>) -> Result<(), FeedError> {
    if opened.start.trim_ascii_start().first() == Some(&b'[') {
        return Err(FeedError::NotAFeed("one JSON array; a feed has one object on each line".to_owned()));
    }
    let mut header = acp::Header::default();
    each(opened, sink, |line, text, sink| {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                sink.unreadable(line, None, None, &format!("is no JSON: {error}"));
                return;
            }
        };
        if let Some(found) = acp::header(&value) {
            header = found;
            return;
        }
        sink.read.items += 1;
        if acp::is_nested(&value) {
            let looks = acp::read(&value, &header, sink.options);
            if looks.is_empty() {
                sink.unreadable(line, None, None, "has no id or no variant with one");
            }
            looks.into_iter().for_each(|look| sink.push(line, None, look));
        } else {
            sink.row(line, None, &flat(&value));
        }
    })
}

/// A dump of Open Prices.
pub fn open_prices(opened: Opened<'_>, sink: &mut Sink<'_>) -> Result<(), FeedError> {
    each(opened, sink, |line, text, sink| {
        sink.read.items += 1;
        match open_prices::observe(text) {
            Ok(open_prices::Item::Look(look)) => sink.push(line, None, *look),
            Ok(open_prices::Item::LeftOut(why)) => sink.note(why),
            Err(reason) => sink.broken(line, None, reason),
        }
    })?;
    // A price once seen in a shop never goes away: nothing of a dump is delisted.
    sink.cut("a collection of past observations is no listing");
    Ok(())
}

fn each(
    opened: Opened<'_>,
    sink: &mut Sink<'_>,
    mut take: impl FnMut(u64, &str, &mut Sink<'_>),
) -> Result<(), FeedError> {
    let whole = sink.options.whole || opened.gzip;
    let mut lines = Lines::new(opened.reader, MOST_LINE);
    loop {
        let line = match lines.next_line() {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(error) => return sink.broke_off(&error),
        };
        if line.bytes.iter().all(u8::is_ascii_whitespace) && !line.too_long {
            continue;
        }
        // An object that is closed is whole, with or without a line end; one that is not was cut off.
        let closed = line.bytes.trim_ascii_end().ends_with(b"}");
        if !line.ended && !whole {
            sink.cut("its last line has no end and may be cut off");
            if !closed {
                return Ok(());
            }
        }
        if line.too_long {
            let reason = format!("is longer than {} MiB", MOST_LINE >> 20);
            sink.unreadable(line.number, None, None, &reason);
        } else {
            take(line.number, &Charset::UNSAID.decode(&line.bytes), sink);
        }
        if sink.stopped || sink.in_vain() {
            return Ok(());
        }
    }
}

/// A flat object: its keys are a table's columns.
fn flat(value: &Value) -> Row {
    let mut row = Row::default();
    let Some(object) = value.as_object() else { return row };
    for (key, value) in object {
        let Some(attribute) = row::attribute(key) else { continue };
        let texts: Vec<String> = match value {
            Value::Array(items) => items.iter().map(plain).collect(),
            other => vec![plain(other)],
        };
        for text in texts.iter().filter(|t| !t.is_empty()) {
            if GROUPED.contains(&attribute) {
                row.groups.extend(table::groups(attribute, text, &[]));
            } else if row::is_own_name(key, attribute) {
                row.add_first(attribute, text);
            } else {
                row.add(attribute, text);
            }
        }
    }
    row
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
