//! What the catalogue calls things: its words with frequencies, brands, categories, shops and attributes.
//!
//! Loaded once per catalogue version. Never changes, never ranks.

use super::fold::{fold, name_key, plural, singular};
use super::index::{Asked, Kind, TextIndex, Wanted, Way, words_of};
use super::spelling::{Meant, Speller};
use crate::domain::ProductId;
use crate::store::{self, Reader};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// The catalogue's words and names, shared by understanding and search.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    pub(super) index: Arc<TextIndex>,
    most_used: u64,
    /// Made when the first unknown word comes.
    speller: Arc<OnceLock<Speller>>,
    /// Name key -> brand as the catalogue spells it.
    brands: HashMap<String, String>,
    /// Name key of a level (or of a part of "Pots & pans") -> category paths down to it.
    categories: HashMap<String, Vec<String>>,
    category_words: HashSet<String>,
    shops: HashMap<String, String>,
    /// Attribute name -> units with counts, the commonest first.
    attributes: HashMap<String, Vec<(String, u64)>>,
    version: i64,
}

/// The parts a vocabulary is made of, as the store lists them.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    pub words: Vec<(String, u64)>,
    pub brands: Vec<(String, u64)>,
    pub categories: Vec<(String, u64)>,
    pub shops: Vec<String>,
    /// Name, unit (`"flag"` for yes-or-no), products.
    pub attributes: Vec<(String, String, u64)>,
}

impl Vocabulary {
    /// Reads the catalogue's words and names.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn load(reader: &Reader) -> store::Result<Self> {
        Self::made(reader, None)
    }

    /// The same at the catalogue's present version: only what has changed is read.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn reload(&self, reader: &Reader) -> store::Result<Self> {
        Self::made(reader, Some(&self.index))
    }

    fn made(reader: &Reader, before: Option<&TextIndex>) -> store::Result<Self> {
        // What changes while it is read is read again with the next version.
        let version = reader.catalogue_version()?;
        let index = TextIndex::load(reader, before)?;
        let mut parts =
            Parts { shops: reader.shops()?.into_iter().map(|shop| shop.name).collect(), ..Parts::default() };
        for (kind, name, detail, count) in index.names() {
            let count = u64::from(count);
            match kind {
                Kind::Brand => parts.brands.push((name.to_owned(), count)),
                Kind::Category => parts.categories.push((name.to_owned(), count)),
                Kind::Attribute => parts.attributes.push((name.to_owned(), detail.to_owned(), count)),
            }
        }
        let mut vocabulary = Self::from_parts(parts);
        vocabulary.most_used = index.about();
        vocabulary.index = Arc::new(index);
        vocabulary.version = version;
        Ok(vocabulary)
    }

    /// A vocabulary of the given lists.
    pub fn from_parts(parts: Parts) -> Self {
        let mut found = Self { index: Arc::new(TextIndex::of_words(parts.words)), ..Self::default() };
        for (brand, _) in parts.brands {
            for key in name_keys(&brand) {
                found.brands.entry(key).or_insert_with(|| brand.clone());
            }
        }
        for shop in parts.shops {
            for key in name_keys(&shop) {
                found.shops.entry(key).or_insert_with(|| shop.clone());
            }
        }
        for (path, _) in &parts.categories {
            found.add_category(path);
        }
        for (name, unit, count) in parts.attributes {
            let units = found.attributes.entry(name).or_default();
            match units.iter_mut().find(|(known, _)| *known == unit) {
                Some((_, held)) => *held += count,
                None => units.push((unit, count)),
            }
        }
        for units in found.attributes.values_mut() {
            units.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        found.most_used = found.index.about();
        found
    }

    fn add_category(&mut self, path: &str) {
        let levels: Vec<&str> = path.split('>').map(str::trim).filter(|l| !l.is_empty()).collect();
        for (depth, level) in levels.iter().enumerate() {
            let down_to = levels[..=depth].join(" > ");
            let mut names = name_keys(level);
            names.extend(level.split(['&', ',', '/']).map(name_key));
            names.extend(level.split(" and ").map(name_key));
            for name in names.into_iter().filter(|n| !n.is_empty()) {
                self.category_words.extend(name.split(' ').map(str::to_owned));
                let paths = self.categories.entry(name).or_default();
                if !paths.contains(&down_to) {
                    paths.push(down_to.clone());
                }
            }
        }
    }

    /// The catalogue version this was loaded at; load anew when the store's differs.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The catalogue's likeliest word for a folded one that it does not use.
    pub(super) fn repair(&self, word: &str) -> Option<&str> {
        self.speller.get_or_init(|| Speller::new(self.index.words())).repair(word)
    }

    /// The catalogue's words that may be meant by a folded one, the likeliest first; never the word itself.
    pub(super) fn meant(&self, word: &str) -> Vec<Meant<'_>> {
        self.speller.get_or_init(|| Speller::new(self.index.words())).meant(word)
    }

    /// The catalogue's word that a folded one is a single slip of.
    pub(super) fn slip(&self, word: &str) -> Option<&str> {
        self.speller.get_or_init(|| Speller::new(self.index.words())).slip(word)
    }

    /// The catalogue's commonest words that begin with a folded text of two letters or more.
    pub(super) fn beginning(&self, start: &str) -> Vec<String> {
        const MOST: usize = 6;
        if start.chars().count() < 2 { Vec::new() } else { self.index.beginning(start, MOST) }
    }

    /// The products that have most of these words, the rarest counting most.
    pub fn alike(&self, words: &[&str], most: usize) -> Vec<ProductId> {
        let way = |word: &&str| Wanted { ways: vec![Way { words: in_words(word), worth: 1.0 }] };
        let wanted: Vec<Wanted> = words.iter().map(way).collect();
        let found =
            self.index.top(Asked { wanted: &wanted, noted: &[], beside: 0.0, required: &[], most, stems: true });
        found.into_iter().map(|found| found.product).collect()
    }

    /// About how many products there are.
    pub fn most_used(&self) -> u64 {
        self.most_used
    }

    /// How many products use a word, counting its singular and plural.
    pub fn frequency(&self, word: &str) -> u64 {
        let folded = fold(word);
        let one = singular(&folded);
        let many = plural(&one);
        let count = |w: &str| self.index.frequency(w);
        let mut total = count(&one);
        if folded != one {
            total += count(&folded);
        }
        if let Some(many) = many.filter(|m| *m != folded) {
            total += count(&many);
        }
        total
    }

    /// Whether the catalogue uses a word in any number.
    pub fn knows(&self, word: &str) -> bool {
        self.frequency(word) > 0
    }

    /// The brand of that name key, as the catalogue spells it.
    pub fn brand(&self, key: &str) -> Option<&str> {
        self.brands.get(key).map(String::as_str)
    }

    /// Whether a phrase is a brand's name, in any case, number or accent.
    pub fn has_brand(&self, phrase: &str) -> bool {
        self.brands.contains_key(phrase) || self.brands.contains_key(&name_key(phrase))
    }

    /// Whether the catalogue knows a brand by that name, or uses the name as a word.
    pub fn mentions_brand(&self, name: &str) -> bool {
        self.has_brand(name) || self.knows(&name_key(name))
    }

    /// The shop of that name key.
    pub fn shop(&self, key: &str) -> Option<&str> {
        self.shops.get(key).map(String::as_str)
    }

    /// Category paths whose last level has that name key.
    pub fn category_paths(&self, key: &str) -> &[String] {
        self.categories.get(key).map_or(&[], Vec::as_slice)
    }

    /// Names of the last levels of categories that a word in the singular stands in, in alphabetical order.
    pub fn kinds_with(&self, word: &str) -> Vec<&str> {
        let is_leaf = |path: &String| self.categories.values().flatten().all(|p| !p.starts_with(&format!("{path} >")));
        let named = self.categories.iter().filter(|(name, _)| name.split(' ').any(|w| w == word));
        let leaves = named.filter(|(_, paths)| paths.iter().any(is_leaf));
        let mut names: Vec<&str> = leaves.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Names of the last levels below a category, in alphabetical order; none where it is a last level itself.
    pub fn kinds_below(&self, path: &str) -> Vec<String> {
        let below = format!("{path} >");
        let paths: HashSet<&String> = self.categories.values().flatten().filter(|p| p.starts_with(&below)).collect();
        let last = |p: &&&String| !paths.iter().any(|other| other.starts_with(&format!("{p} >")));
        let name = |p: &&String| p.rsplit('>').next().unwrap_or_default().trim().to_owned();
        let mut names: Vec<String> = paths.iter().filter(last).map(name).collect();
        names.sort_unstable();
        names
    }

    /// The kind that a phrase names: itself where a last level is called so, or the one that a single word stands in.
    pub fn kind_named(&self, phrase: &str) -> Option<String> {
        let key = name_key(phrase);
        if self.category_paths(&key).iter().any(|path| path.contains('>')) {
            return Some(phrase.to_owned());
        }
        let kinds = if key.contains(' ') { Vec::new() } else { self.kinds_with(&key) };
        let [one] = kinds.as_slice() else { return None };
        let path = self.category_paths(one).first()?;
        path.rsplit('>').next().map(|last| last.trim().to_owned())
    }

    /// Whether a word in the singular stands in the name of any category.
    pub fn in_category_name(&self, word: &str) -> bool {
        self.category_words.contains(word)
    }

    /// Units of an attribute, the commonest first; `None` where the catalogue has no such attribute.
    pub fn attribute_units(&self, name: &str) -> Option<&[(String, u64)]> {
        self.attributes.get(name).map(Vec::as_slice)
    }

    /// Whether any product states an attribute.
    pub fn has_attribute(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// Names of all attributes.
    pub fn attribute_names(&self) -> impl Iterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }
}

/// The words of a phrase as the index has them.
pub(super) fn in_words(phrase: &str) -> Vec<String> {
    words_of(&fold(phrase)).map(str::to_owned).collect()
}

/// A name's keys: as it stands, and with "&" read as "and".
fn name_keys(name: &str) -> Vec<String> {
    let mut keys = vec![name_key(name), name_key(&name.replace('&', " and "))];
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_number_and_by_their_parts() {
        let vocabulary = Vocabulary::from_parts(Parts {
            words: vec![("dishwashers".into(), 4)],
            brands: vec![("De'Longhi".into(), 2)],
            categories: vec![("kitchen > pots & pans".into(), 3), ("kitchen > dishwashers".into(), 4)],
            shops: vec!["Blue Door".into()],
            attributes: vec![("width".into(), "mm".into(), 1), ("width".into(), "cm".into(), 9)],
        });
        assert_eq!(vocabulary.category_paths(&name_key("Dishwasher")), ["kitchen > dishwashers"]);
        assert_eq!(vocabulary.category_paths(&name_key("pan")), ["kitchen > pots & pans"]);
        assert_eq!(vocabulary.category_paths("kitchen"), ["kitchen"]);
        assert_eq!(vocabulary.brand(&name_key("delonghi")), Some("De'Longhi"));
        assert_eq!(vocabulary.attribute_units("width").unwrap()[0].0, "cm");
        assert!(vocabulary.knows("dishwasher") && !vocabulary.knows("dish"));
    }
}
