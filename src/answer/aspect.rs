//! The one table of aspects: attribute names, the direction of better, and the words that state and compare them.
//!
//! The table itself is data in `assets/lexicon/aspect_words.toml`. Never looks at a product.

use crate::domain::Direction;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// One aspect with its words, see the head of the asset.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aspect {
    pub name: String,
    pub attributes: Vec<String>,
    pub better: Option<Direction>,
    pub words: Vec<String>,
    pub lower: Vec<String>,
    pub higher: Vec<String>,
    pub lowest: Vec<String>,
    pub highest: Vec<String>,
    pub lower_than: String,
    pub higher_than: String,
    pub is_lowest: String,
    pub is_highest: String,
    pub state: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    aspect: Vec<Aspect>,
}

static TABLE: LazyLock<Vec<Aspect>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("../../assets/lexicon/aspect_words.toml"))
        .expect("the embedded aspect table parses, see the test beside it");
    table.aspect
});

/// Aspects by the keys of their names and attributes; of two that claim one the first in the table.
static INDEX: LazyLock<HashMap<String, &'static Aspect>> = LazyLock::new(|| {
    let mut index = HashMap::new();
    for aspect in TABLE.iter() {
        for name in std::iter::once(&aspect.name).chain(&aspect.attributes) {
            index.entry(key(name)).or_insert(aspect);
        }
    }
    index
});

/// Every aspect, in the order of the table.
pub fn all() -> &'static [Aspect] {
    &TABLE
}

/// The aspect that an attribute, a fact's field or a want belongs to (`battery_life`, `noise`, `price`).
pub fn of(name: &str) -> Option<&'static Aspect> {
    INDEX.get(key(name).as_str()).copied()
}

/// Lower case with underscores: how attribute names are stored.
pub fn key(name: &str) -> String {
    let lower = |c: char| if matches!(c, ' ' | '-') { '_' } else { c };
    name.trim().chars().flat_map(char::to_lowercase).map(lower).collect()
}

/// The name as a person reads it.
pub fn label(name: &str) -> String {
    name.replace('_', " ")
}

/// Which way is better for a field; `None` where the table does not say.
pub fn better(name: &str) -> Option<Direction> {
    of(name)?.better
}

/// Whether two field names mean the same aspect.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (key(a), key(b));
    a == b || matches!((INDEX.get(&a), INDEX.get(&b)), (Some(x), Some(y)) if x.name == y.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_parses_and_names_no_attribute_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for aspect in all() {
            for name in aspect.attributes.iter().map(|n| key(n)).chain([key(&aspect.name)]) {
                let own = name == key(&aspect.name) && aspect.attributes.contains(&name);
                assert!(own || seen.insert(name.clone()), "{name} stands twice");
            }
            assert!(aspect.lower_than.contains("{d}") && aspect.higher_than.contains("{d}"), "{}", aspect.name);
            assert!(aspect.state.contains("{v}"), "{}", aspect.name);
        }
    }

    #[test]
    fn direction_of_better_follows_the_aspect() {
        assert_eq!(better("noise_level"), Some(Direction::Lower));
        assert_eq!(better("battery life"), Some(Direction::Higher));
        assert_eq!(better("width"), None);
        assert_eq!(better("colour"), None);
        assert!(same("battery_life", "battery"));
        assert!(!same("width", "depth"));
    }
}
