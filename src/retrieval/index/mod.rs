//! The catalogue's text index: made from the store, kept in a file beside the database, brought up to date by a small
//! segment of what has changed since.
//!
//! A file that is missing, damaged or foreign is made anew; where it cannot be written the index lives in memory.
//! Never ranks beyond BM25.

mod segment;
mod stem;
mod top;

use super::fold::fold;
use crate::domain::measure::measures;
use crate::domain::{Attribute, Product, ProductFacts, ProductId};
use crate::store::{self, Reader};
use segment::{ATTRIBUTES, BRAND, Builder, CATEGORY, DESCRIPTION, Place, Segment, TITLE};
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
pub use top::{Asked, Found, Required, Wanted, Way};

/// Parts of a product's text that a brand and a category are looked for in.
pub const BRAND_PARTS: u8 = TITLE | BRAND;
pub const CATEGORY_PARTS: u8 = CATEGORY;

/// Products read at a time.
const CHUNK: usize = 2_000;
/// So many changed products are held beside the file, or a tenth of the catalogue where that is more; then the file is
/// made anew.
const MOST_CHANGED: usize = 20_000;

/// A catalogue's words and where they stand.
#[derive(Debug, Clone, Default)]
pub struct TextIndex {
    base: Vec<u8>,
    /// What has changed since the base was made.
    newer: Vec<u8>,
    /// Places of the base whose text no longer holds.
    outdated: HashSet<Place>,
}

impl TextIndex {
    /// The index at the catalogue's present version.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn load(reader: &Reader) -> store::Result<Self> {
        let version = reader.catalogue_version()?;
        let file = file_of(reader.path());
        let base = std::fs::read(&file).unwrap_or_default();
        if let Some(segment) = Segment::read(&base).filter(|segment| segment.version() <= version) {
            let most = MOST_CHANGED.max(segment.len() / 10);
            let changed = reader.texts_changed_since(segment.version(), most + 1)?;
            if changed.len() <= most && segment.catalogue() == reader.catalogue_id()? {
                let newer = if changed.is_empty() { Vec::new() } else { of_products(reader, &changed, version)? };
                let outdated = changed.iter().filter_map(|id| segment.place(*id)).collect();
                return Ok(Self { base, newer, outdated });
            }
        }
        let base = whole(reader, version)?;
        if let Err(error) = keep(&file, &base) {
            tracing::debug!(%error, "the text index cannot be kept beside the database");
        }
        Ok(Self { base, ..Self::default() })
    }

    /// An index of words alone, each with the number of products that use it; for what needs no products.
    pub fn of_words(words: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut builder = Builder::default();
        for (word, count) in words {
            builder.word(&word, u32::try_from(count).unwrap_or(u32::MAX));
        }
        Self { base: builder.finish(0, 0), ..Self::default() }
    }

    fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        [&self.base, &self.newer].into_iter().filter_map(|bytes| Segment::read(bytes))
    }

    /// Products in it; one that has changed may be counted twice.
    pub fn products(&self) -> usize {
        self.segments().map(|segment| segment.len()).sum()
    }

    /// About how many products there are, by the commonest word where only words are known.
    pub fn about(&self) -> u64 {
        match self.products() {
            0 => self.words().map(|(_, count)| count).max().unwrap_or(0),
            products => products as u64,
        }
    }

    /// How many products have exactly this word; one that has changed may be counted twice.
    pub fn frequency(&self, word: &str) -> u64 {
        self.segments().filter_map(|segment| Some(u64::from(segment.frequency(segment.find(word)?)))).sum()
    }

    /// Every word with the number of products that have it; a word may come twice where products have changed.
    pub fn words(&self) -> impl Iterator<Item = (&str, u64)> {
        self.segments().flat_map(|segment| {
            (0..segment.words()).filter_map(move |n| Some((segment.word(n)?, u64::from(segment.frequency(n)))))
        })
    }

    /// The commonest words that begin with a text.
    pub fn beginning(&self, start: &str, most: usize) -> Vec<String> {
        let mut words: Vec<(u32, &str)> = Vec::new();
        for segment in self.segments() {
            words.extend(segment.beginning(start).filter_map(|n| Some((segment.frequency(n), segment.word(n)?))));
        }
        words.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        words.truncate(most);
        words.into_iter().map(|(_, word)| word.to_owned()).collect()
    }

    /// The words of the same stem, the word itself among them where it is known.
    pub fn same_stem(&self, word: &str) -> Vec<String> {
        let words = self.segments().flat_map(|s| s.same_stem(word).filter_map(move |n| s.word(n)).collect::<Vec<_>>());
        words.map(str::to_owned).collect()
    }

    /// About how many products have both words, each in any spelling of its stem; counted up to a thousand. Where only
    /// words are known, as many as have the rarer one.
    pub fn together(&self, a: &str, b: &str) -> usize {
        if self.products() == 0 {
            return usize::try_from(self.frequency(a).min(self.frequency(b))).unwrap_or(usize::MAX);
        }
        self.segments().map(|segment| top::together(&segment, a, b, 1_000)).sum()
    }

    /// The products that fit best by words.
    pub fn top(&self, asked: Asked<'_>) -> Vec<Found> {
        let outdated = |place: Place| self.outdated.contains(&place);
        let none = |_| false;
        let mut segments: Vec<(Segment<'_>, &dyn Fn(Place) -> bool)> = Vec::new();
        segments.extend(Segment::read(&self.base).map(|base| (base, &outdated as &dyn Fn(Place) -> bool)));
        segments.extend(Segment::read(&self.newer).map(|newer| (newer, &none as &dyn Fn(Place) -> bool)));
        top::top(&segments, asked)
    }
}

fn file_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".index");
    name.into()
}

/// Puts the bytes in the place of the file in one step: a reader sees the old or the new one whole.
fn keep(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    new.persist(file).map(drop).map_err(|error| error.error)
}

fn whole(reader: &Reader, version: i64) -> store::Result<Vec<u8>> {
    let mut builder = Builder::default();
    let mut after = None;
    loop {
        let ids = reader.product_ids(after, CHUNK)?;
        let Some(last) = ids.last() else { return Ok(builder.finish(version, reader.catalogue_id()?)) };
        after = Some(*last);
        add_all(&mut builder, reader.products(&ids)?);
    }
}

fn of_products(reader: &Reader, ids: &[ProductId], version: i64) -> store::Result<Vec<u8>> {
    let mut builder = Builder::default();
    for chunk in ids.chunks(CHUNK) {
        add_all(&mut builder, reader.products(chunk)?);
    }
    Ok(builder.finish(version, reader.catalogue_id()?))
}

fn add_all(builder: &mut Builder, mut products: Vec<Product>) {
    products.sort_by_key(|product| product.id);
    for product in products {
        let text = Text::of(&product.facts);
        builder.add(product.id, text.words());
    }
}

/// A product's texts, folded, each with its part.
struct Text(Vec<(String, u8)>);

impl Text {
    fn of(facts: &ProductFacts) -> Self {
        let attributes = facts.attributes.iter().filter_map(Attribute::searchable).collect::<Vec<_>>().join(", ");
        let part = |text: &Option<String>| fold(text.as_deref().unwrap_or_default());
        // Equal measures are equal words, so that "5 ft" finds 60 in. The model stands with the brand: who types one
        // means the other.
        Self(vec![
            (with_measures(&facts.title), TITLE),
            (part(&facts.brand), BRAND),
            (part(&facts.model), BRAND),
            (part(&facts.category), CATEGORY),
            (with_measures(&attributes), ATTRIBUTES),
            (part(&facts.description), DESCRIPTION),
        ])
    }

    fn words(&self) -> impl Iterator<Item = (&str, u8)> {
        self.0.iter().flat_map(|(text, part)| words_of(text).map(|word| (word, *part)))
    }
}

fn with_measures(text: &str) -> String {
    let folded = fold(text);
    measures(text).into_iter().fold(folded, |line, measure| line + " " + &measure.word)
}

/// The words of a folded text.
pub fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
