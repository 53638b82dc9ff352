//! Names that a property goes by, and what is nearest to one that a product does not state.
//!
//! The table is data in `assets/lexicon/properties.txt`. Never looks at a product.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Attributes of the same meaning and those that only come near.
#[derive(Debug, Default)]
pub struct Names {
    pub same: Vec<&'static str>,
    pub near: Vec<&'static str>,
}

static TABLE: LazyLock<HashMap<&'static str, Names>> = LazyLock::new(|| {
    let mut table: HashMap<&'static str, Names> = HashMap::new();
    let lines = include_str!("../../../assets/lexicon/properties.txt").lines();
    for line in lines.map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (left, right, same) = match (line.split_once('='), line.split_once('~')) {
            (Some((left, right)), _) => (left, right, true),
            (None, Some((left, right))) => (left, right, false),
            _ => continue,
        };
        for said in left.split('|').map(str::trim) {
            let names = table.entry(said).or_default();
            let list = if same { &mut names.same } else { &mut names.near };
            list.extend(right.split_whitespace());
        }
    }
    table
});

/// What the table says of a phrase.
pub fn names(phrase: &str) -> Option<&'static Names> {
    TABLE.get(phrase.trim().to_lowercase().replace('-', " ").as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_and_what_comes_near_are_kept_apart() {
        assert_eq!(names("Swimming pool").unwrap().same, ["pool"]);
        assert_eq!(names("bluetooth").unwrap().near, ["wireless"]);
        assert!(names("bluetooth").unwrap().same.is_empty() && names("colour").is_none());
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let text = include_str!("../../../assets/lexicon/properties.txt");
        for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let end = line.find(['=', '~']).unwrap();
            for said in line[..end].split('|') {
                let found = names(said).unwrap();
                assert!(!found.same.is_empty() || !found.near.is_empty(), "{said}");
            }
        }
    }
}
