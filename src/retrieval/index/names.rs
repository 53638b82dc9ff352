//! The names a catalogue uses, kept with its index: brands, category paths, attributes with their units, each with the
//! number of products.
//!
//! Counts are about right after changes and exact when the index is made anew. Never looks a name up (`vocabulary`).

use super::super::fold::fold;
use super::words_of;
use crate::domain::{AttributeValue, ProductFacts};
use std::collections::BTreeMap;

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Brand,
    Category,
    /// A number or a flag; the detail is its unit, `"flag"` for yes-or-no.
    Attribute,
}

/// Names with counts. The second text is the detail of a kind, empty where it has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names(BTreeMap<(Kind, String, String), u32>);

impl Names {
    /// Counts what a product is called by.
    pub fn add(&mut self, facts: &ProductFacts) {
        if let Some(brand) = &facts.brand {
            self.count(Kind::Brand, brand, "", 1);
        }
        if let Some(category) = &facts.category {
            self.count(Kind::Category, category, "", 1);
        }
        for attribute in &facts.attributes {
            match &attribute.value {
                AttributeValue::Number { unit, .. } => self.count(Kind::Attribute, &attribute.name, unit, 1),
                AttributeValue::Flag(_) => self.count(Kind::Attribute, &attribute.name, "flag", 1),
                AttributeValue::Text(_) => {}
            }
        }
    }

    fn count(&mut self, kind: Kind, name: &str, detail: &str, count: u32) {
        let held = self.0.entry((kind, name.to_owned(), detail.to_owned())).or_default();
        *held = held.saturating_add(count);
    }

    /// The names of several lists; a brand or category is left out where one of its words is found nowhere any more.
    pub fn merged<'b>(lists: impl Iterator<Item = &'b [u8]>, found: impl Fn(&str) -> bool) -> Self {
        let mut all = Self::default();
        for (kind, name, detail, count) in lists.flat_map(read) {
            all.count(kind, name, detail, count);
        }
        all.0.retain(|(kind, name, _), _| *kind == Kind::Attribute || words_of(&fold(name)).all(&found));
        all
    }

    /// As [`read`] reads them: a kind, two texts with their lengths, a count.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for ((kind, name, detail), count) in &self.0 {
            bytes.push(match kind {
                Kind::Brand => 0,
                Kind::Category => 1,
                Kind::Attribute => 2,
            });
            for text in [name, detail] {
                bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            bytes.extend(count.to_le_bytes());
        }
        bytes
    }
}

/// The names in bytes; what is damaged ends the list.
pub fn read(mut bytes: &[u8]) -> impl Iterator<Item = (Kind, &str, &str, u32)> {
    std::iter::from_fn(move || {
        let (kind, mut rest) = bytes.split_first()?;
        let kind = match kind {
            0 => Kind::Brand,
            1 => Kind::Category,
            2 => Kind::Attribute,
            _ => return None,
        };
        let name = text(&mut rest)?;
        let detail = text(&mut rest)?;
        let count = number(&mut rest)?;
        bytes = rest;
        Some((kind, name, detail, count))
    })
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

fn text<'b>(bytes: &mut &'b [u8]) -> Option<&'b str> {
    let length = number(bytes)? as usize;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Attribute;
    use proptest::prelude::*;

    fn facts(brand: &str, unit: &str) -> ProductFacts {
        let value = AttributeValue::Number { value: 3.0, unit: unit.into() };
        ProductFacts {
            brand: Some(brand.into()),
            category: Some("home > lamps".into()),
            attributes: vec![Attribute::new("width", value), Attribute::new("dimmable", AttributeValue::Flag(true))],
            ..ProductFacts::default()
        }
    }

    #[test]
    fn names_come_back_counted_and_those_that_nothing_has_any_more_go() {
        let (mut old, mut new) = (Names::default(), Names::default());
        old.add(&facts("Acme", "cm"));
        old.add(&facts("Boshc", "cm"));
        new.add(&facts("Bosch", "mm"));
        let lists = [old.bytes(), new.bytes()];
        let all = Names::merged(lists.iter().map(Vec::as_slice), |word| word != "boshc");
        let bytes = all.bytes();
        let listed: Vec<_> = read(&bytes).collect();
        assert_eq!(
            listed,
            [
                (Kind::Brand, "Acme", "", 1),
                (Kind::Brand, "Bosch", "", 1),
                (Kind::Category, "home > lamps", "", 3),
                (Kind::Attribute, "dimmable", "flag", 3),
                (Kind::Attribute, "width", "cm", 2),
                (Kind::Attribute, "width", "mm", 1),
            ]
        );
    }

    proptest! {
        #[test]
        fn damaged_bytes_end_the_list(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read(&bytes).count() <= bytes.len());
        }
    }
}
