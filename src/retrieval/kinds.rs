//! Whether a product is of a kind of thing: by the name of its category or by what its title calls it.
//!
//! A word that only happens to stand in a description, or in the name of another thing ("Tree Hotel building set" for
//! "cat tree"), makes nothing of its kind. Never ranks, never reads the store.

use super::fold::name_key;
use super::lexicon::{other_names, synonym};
use super::outline::OutlineTexts;
use super::reading::written;
use super::vocabulary::Vocabulary;
use crate::domain::ProductFacts;

/// A kind of thing under all the names that it goes by here.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Name keys, the one that was asked for first.
    names: Vec<String>,
    /// Categories that are called so.
    paths: Vec<String>,
}

impl Kind {
    /// The kind that a phrase names: `dog bed`, `first-aid kit`.
    pub fn new(phrase: &str, vocabulary: &Vocabulary) -> Self {
        let own = name_key(phrase);
        let others = other_names(&own).iter().map(String::as_str).chain(synonym(phrase));
        let mut names = vec![own.clone()];
        let joined = written(&own, vocabulary);
        names.extend(joined.iter().map(String::as_str).chain(others).map(name_key));
        names.retain(|name| !name.is_empty());
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let paths = names.iter().flat_map(|name| vocabulary.category_paths(name)).cloned().collect();
        Self { names, paths }
    }

    /// The one category that is called so; `None` where there are several or none.
    pub fn category(&self) -> Option<&str> {
        match self.paths.as_slice() {
            [path] => Some(path),
            _ => None,
        }
    }

    /// Whether a product is of this kind.
    pub fn holds(&self, facts: &ProductFacts) -> bool {
        let own = facts.category.as_deref().unwrap_or_default();
        if self.paths.iter().any(|path| own == path || own.starts_with(&format!("{path} >"))) {
            return true;
        }
        // "Pots & pans" are pots, and pans.
        let leaf = own.rsplit('>').next().unwrap_or_default();
        let leaves: Vec<String> = leaf.split(['&', ',', '/']).map(name_key).filter(|key| !key.is_empty()).collect();
        let texts = OutlineTexts::of(facts);
        let thing = texts.borrowed().thing.trim();
        self.names.iter().any(|name| self.named(name, &leaves, thing))
    }

    fn named(&self, name: &str, leaves: &[String], thing: &str) -> bool {
        let longer = leaves.iter().any(|leaf| leaf.ends_with(&format!(" {name}")));
        if leaves.iter().any(|leaf| leaf == name) || longer {
            // "baby monitor" is no monitor where there are monitors.
            return self.paths.is_empty() || !longer;
        }
        // A size behind the thing is no part of its name: "drill 18 V".
        let sizes = |c: char| c.is_ascii_digit();
        let mut words: Vec<&str> = thing.split(' ').collect();
        while words.len() > 1 && words.last().is_some_and(|word| word.starts_with(sizes) || word.chars().count() < 2) {
            words.pop();
        }
        let head = words.join(" ");
        if ends_with(&head, name) {
            return true;
        }
        // What the category calls it stands at the end of the title: then nothing before it names the thing.
        let elsewhere = leaves.iter().any(|leaf| ends_with(&head, leaf));
        !elsewhere && format!(" {head} ").contains(&format!(" {name} "))
    }
}

/// Whether a text ends in a name, in whole words.
fn ends_with(text: &str, name: &str) -> bool {
    text == name || text.ends_with(&format!(" {name}"))
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::Parts;
    use super::*;

    fn vocabulary() -> Vocabulary {
        let categories = ["pets > cat trees", "office > monitors", "baby > baby monitors", "home > pots & pans"];
        Vocabulary::from_parts(Parts {
            categories: categories.iter().map(|path| ((*path).to_owned(), 3)).collect(),
            ..Parts::default()
        })
    }

    fn of(title: &str, category: &str) -> ProductFacts {
        ProductFacts {
            title: title.into(),
            category: (!category.is_empty()).then(|| category.to_owned()),
            description: Some("Grill, gloves and a hose stand in the shed.".into()),
            ..ProductFacts::default()
        }
    }

    #[test]
    fn a_kind_is_named_by_category_or_title() {
        let vocabulary = vocabulary();
        let holds = |kind: &str, title: &str, category: &str| Kind::new(kind, &vocabulary).holds(&of(title, category));
        for (kind, title, category) in [
            ("cat tree", "Purrlock Oak", "pets > cat trees"),
            ("monitor", "Keybrook 27", "office > monitors"),
            ("pan", "Sizzle 24 cm", "home > pots & pans"),
            ("sunscreen", "Noonday sunscreen", "outdoors > sun protection"),
            ("drill", "Bosk drill 18 V", "tools > power"),
            ("tent", "Sundome camping tent 4 person green", ""),
            ("stay", "Larch Hut, in the mountains", "travel > mountain stays"),
        ] {
            assert!(holds(kind, title, category), "{title} is a {kind}");
        }
        for (kind, title, category) in [
            ("cat tree", "Old Tree 1 l olive oil", "groceries > olive oil"),
            ("cat tree", "Cat Tree Hotel building set", "toys > building sets"),
            ("monitor", "Night Owl baby monitor", "baby > baby monitors"),
            ("gloves", "The Woodpile, in the mountains", "travel > mountain stays"),
            ("grill", "Cove Cottage", ""),
            ("picnic blanket", "Humdrell Picnic portable speaker", "audio > portable speakers"),
        ] {
            assert!(!holds(kind, title, category), "{title} is no {kind}");
        }
    }

    #[test]
    fn one_category_of_that_name_is_told() {
        assert_eq!(Kind::new("Cat trees", &vocabulary()).category(), Some("pets > cat trees"));
        assert_eq!(Kind::new("grill", &vocabulary()).category(), None);
    }
}
