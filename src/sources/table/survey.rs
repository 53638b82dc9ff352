//! What only a whole table tells, gathered before its rows are read: the order of day and month, the decimal mark, and
//! rows that name one thing at one moment with different prices however far apart they stand.
//!
//! Memory is bounded by reading a long table several times, each time for a part of its rows' fingerprints.

use super::moment::Order;
use crate::sources::mapping::{Dates, Mapping};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Fingerprints held at a time: eight bytes each.
const MOST_PRINTS: u64 = 6_000_000;
/// A row has at least so many bytes.
const ROW_BYTES: u64 = 24;
const PRICE_BITS: u32 = 24;

/// What the cells of a price column say of their decimal mark.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    comma: bool,
    point: bool,
}

/// See the module's header.
pub struct Survey {
    hasher: RandomState,
    order: Order,
    sample: Option<String>,
    marks: Marks,
    /// Parts that the fingerprints are looked at in.
    pub passes: u64,
    prints: Vec<u64>,
    suspects: HashSet<u64>,
    pub rows: u64,
}

impl Survey {
    /// A survey of a table of so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self {
            hasher: RandomState::new(),
            order: Order::default(),
            sample: None,
            marks: Marks::default(),
            passes: (bytes / ROW_BYTES).div_ceil(MOST_PRINTS).max(1),
            prints: Vec::new(),
            suspects: HashSet::new(),
            rows: 0,
        }
    }

    /// Takes a row into account, in that pass.
    pub fn see(&mut self, row: &[String], mapping: &Mapping, pass: u64) {
        let date = mapping.get("date", row);
        if pass == 0 {
            self.rows += 1;
            if let Some(date) = date {
                self.order.see(date);
                if self.sample.is_none() && self.order.differs {
                    self.sample = Some(date.to_owned());
                }
            }
            if let Some(price) = mapping.get("price", row) {
                self.marks.see(price);
            }
        }
        let name = self.name(row, mapping);
        if name % self.passes == pass {
            let price = match mapping.series() {
                [] => self.hasher.hash_one((mapping.get("price", row), mapping.get("list", row))),
                series => self.hasher.hash_one(series.iter().map(|(column, _)| row.get(*column)).collect::<Vec<_>>()),
            };
            self.prints.push(name << PRICE_BITS | price & ((1 << PRICE_BITS) - 1));
        }
    }

    /// What a row is about and when, in 40 bits: rows that differ may share it, rows that agree always do.
    fn name(&self, row: &[String], mapping: &Mapping) -> u64 {
        let fields = ["shop", "sku", "url", "gtin", "title", "variant", "condition", "date"];
        let name: Vec<Option<&str>> = fields.iter().map(|field| mapping.get(field, row)).collect();
        // With a number of its own the title does not tell things apart.
        let name: Vec<Option<&str>> = match &name[..] {
            [shop, Some(sku), .., condition, date] => vec![*shop, Some(sku), *condition, *date],
            _ => name,
        };
        self.hasher.hash_one(name) >> PRICE_BITS
    }

    /// Ends a pass.
    pub fn end_pass(&mut self) {
        self.prints.sort_unstable();
        self.prints.dedup();
        for pair in self.prints.windows(2) {
            if let [a, b] = pair
                && a >> PRICE_BITS == b >> PRICE_BITS
            {
                self.suspects.insert(a >> PRICE_BITS);
            }
        }
        self.prints.clear();
    }

    /// Whether another row may name the same thing at the same moment with another price.
    pub fn is_suspect(&self, row: &[String], mapping: &Mapping) -> bool {
        !self.suspects.is_empty() && self.suspects.contains(&self.name(row, mapping))
    }

    /// The order of day and month.
    ///
    /// # Errors
    /// A cell that can be read in two ways, where the column does not decide.
    pub fn dates(&self) -> Result<Dates, String> {
        self.order.decided().ok_or_else(|| self.sample.clone().unwrap_or_default())
    }

    /// The decimal mark, where the column uses one only.
    pub fn decimal_mark(&self) -> Option<char> {
        match (self.marks.comma, self.marks.point) {
            (true, false) => Some(','),
            (false, true) => Some('.'),
            _ => None,
        }
    }
}

impl Marks {
    /// One or two digits after the last mark are decimals for certain.
    fn see(&mut self, price: &str) {
        let Some(end) = price.rfind(|c: char| c.is_ascii_digit()) else { return };
        let Some(number) = price.get(..=end) else { return };
        let Some(at) = number.rfind([',', '.']) else { return };
        let (tail, comma) = (number.len() - at - 1, number[at..].starts_with(','));
        if tail <= 2 && number[at + 1..].bytes().all(|b| b.is_ascii_digit()) {
            if comma { self.comma = true } else { self.point = true }
        }
    }
}
