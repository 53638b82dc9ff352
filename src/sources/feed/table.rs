//! A row of a tab- or comma-separated feed as a [`Row`]: headers with underscores or spaces, sub-attributes by colons.
//!
//! Never splits a text: only attributes that may be repeated are cut at commas.

use super::row::{self, GROUPED, Group, Row};

/// What each column holds.
#[derive(Debug, Clone)]
pub struct Columns(Vec<Option<Column>>);

#[derive(Debug, Clone)]
struct Column {
    attribute: &'static str,
    /// Written with the attribute's own name, not another name for it.
    own: bool,
    /// `shipping(country:price)` -> country, price.
    parts: Vec<String>,
}

impl Columns {
    /// The columns of a header; `None` where no product feed has such a header.
    pub fn of(header: &[String]) -> Option<Self> {
        let columns: Vec<Option<Column>> = header.iter().map(|name| column(name)).collect();
        let has = |name: &str| columns.iter().flatten().any(|c| c.attribute == name);
        (has("title") && (has("id") || has("link") || has("gtin"))).then_some(Self(columns))
    }

    /// Cells in the order of the header.
    pub fn row(&self, cells: &[String]) -> Row {
        let mut row = Row::default();
        for (column, cell) in self.0.iter().zip(cells) {
            let Some(column) = column else { continue };
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            if GROUPED.contains(&column.attribute) {
                row.groups.extend(groups(column.attribute, cell, &column.parts));
            } else if matches!(column.attribute, "additional_image_link" | "gtin" | "product_highlight") {
                cell.split(',').for_each(|part| row.add(column.attribute, part));
            } else if column.own {
                row.add_first(column.attribute, cell);
            } else {
                row.add(column.attribute, cell);
            }
        }
        row
    }
}

fn column(name: &str) -> Option<Column> {
    let name = name.trim().trim_start_matches('\u{feff}');
    let (name, inner) = match name.split_once('(') {
        Some((name, inner)) => (name, inner.trim_end().trim_end_matches(')')),
        None => (name, ""),
    };
    let attribute = row::attribute(name.trim())?;
    let parts = inner.split(':').map(|p| p.trim().replace(' ', "_").to_lowercase()).filter(|p| !p.is_empty()).collect();
    Some(Column { attribute, own: row::is_own_name(name, attribute), parts })
}

/// A repeated attribute with parts: `US::Standard:0 USD,CA::Standard:5 CAD`.
pub fn groups(name: &'static str, cell: &str, parts: &[String]) -> Vec<Group> {
    let pieces = cell.split(',').filter(|piece| !piece.trim().is_empty()).take(50);
    pieces.map(|piece| Group { name, parts: parts_of(piece, parts) }).collect()
}

/// Values parted by colons, with names where the header gives them.
pub fn parts_of(text: &str, names: &[String]) -> Vec<(String, String)> {
    let named = |(n, value): (usize, &str)| (names.get(n).cloned().unwrap_or_default(), value.trim().to_owned());
    text.split(':').enumerate().map(named).collect()
}
