//! The catalogue's text index: made from the store, kept in files beside the database. One holds the whole catalogue as
//! it once was, a smaller one what has changed since, and what changed just now lives in memory.
//!
//! A file that is missing, damaged or foreign is made anew; where it cannot be written the index lives in memory.
//! Never ranks beyond BM25.

mod bytes;
mod names;
mod places;
mod postings;
mod scoring;
mod segment;
mod stem;
mod top;
mod ways;
mod write;

use super::fold::fold;
use super::outline::{Outline, OutlineTexts};
use crate::domain::measure::measures;
use crate::domain::{Attribute, Product, ProductFacts, ProductId};
use crate::store::{self, Reader};
use bytes::Bytes;
pub use names::Kind;
use segment::{ATTRIBUTES, BRAND, CATEGORY, DESCRIPTION, HEADER, Made, Place, Segment, TITLE};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use top::Hidden;
pub use top::{Asked, Found, Required, Wanted, Way};
use write::Builder;

/// Parts of a product's text that a brand and a category are looked for in.
pub const BRAND_PARTS: u8 = TITLE | BRAND;
pub const CATEGORY_PARTS: u8 = CATEGORY;

/// Products read at a time.
const CHUNK: usize = 1_000;
/// So many such reads wait to be laid out.
const AHEAD: usize = 2;
/// So many changed products are indexed in memory with each start; more go into the file of recent changes.
const MOST_IN_MEMORY: usize = 400;
/// So many changed products, or a tenth of the catalogue where that is more, are held beside the large file; then the two
/// are made one.
const MOST_BESIDE: usize = 20_000;
/// `since` of a segment that nothing was left out of.
const WHOLE: i64 = -1;

/// A catalogue's words and where they stand.
#[derive(Debug, Clone, Default)]
pub struct TextIndex {
    /// The oldest first.
    layers: Vec<Layer>,
}

/// A segment with the places whose text no longer holds.
#[derive(Debug, Clone, Default)]
struct Layer {
    bytes: Arc<Bytes>,
    outdated: HashSet<Place>,
}

impl Layer {
    fn of(bytes: Vec<u8>) -> Self {
        Self { bytes: Arc::new(Bytes::Held(bytes)), outdated: HashSet::new() }
    }

    fn segment(&self) -> Option<Segment<'_>> {
        Segment::read(&self.bytes)
    }

    fn hide(&mut self, products: &[ProductId]) {
        let outdated = self.segment().map(|segment| products.iter().filter_map(|id| segment.place(*id)).collect());
        self.outdated = outdated.unwrap_or_default();
    }
}

impl TextIndex {
    /// The index at the catalogue's present version; `before`, where given, is one of the same database whose bytes are
    /// used again as far as they still hold.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn load(reader: &Reader, before: Option<&Self>) -> store::Result<Self> {
        let catalogue = Catalogue { reader, version: reader.catalogue_version()?, identity: reader.catalogue_id()? };
        let held = |nth: usize| before.and_then(|index| index.layers.get(nth)).map(|layer| &layer.bytes);
        let whole = kept(&file_of(reader.path(), "index"), held(0));
        let Some(mut base) = whole.filter(|layer| catalogue.fits(layer, WHOLE)) else { return catalogue.anew() };
        let (made, products) = base.segment().map_or_else(Default::default, |s| (s.made(), s.len()));
        let most = MOST_BESIDE.max(products / 10);
        let changed = reader.texts_changed_since(made.version, 2 * most + 1)?;
        if changed.len() > 2 * most {
            return catalogue.anew();
        }
        if changed.is_empty() {
            return Ok(Self { layers: vec![base] });
        }
        base.hide(&changed);
        let recent = kept(&file_of(reader.path(), "index-recent"), held(1));
        let mut layers = vec![base];
        let mut newest = changed.clone();
        if let Some(mut recent) = recent.filter(|layer| catalogue.fits(layer, made.version)) {
            let version = recent.segment().map_or(0, |segment| segment.made().version);
            newest = reader.texts_changed_since(version, 2 * most + 1)?;
            recent.hide(&newest);
            layers.push(recent);
        }
        if !newest.is_empty() {
            layers.push(Layer::of(catalogue.segment(&newest, made.version)?));
        }
        let index = Self { layers };
        Ok(if changed.len() > most {
            index.one(catalogue.made(WHOLE), 0, &file_of(reader.path(), "index"))
        } else if newest.len() > MOST_IN_MEMORY {
            index.one(catalogue.made(made.version), 1, &file_of(reader.path(), "index-recent"))
        } else {
            index
        })
    }

    /// Makes the layers from `first` on one, in a file.
    fn one(mut self, made: Made, first: usize, file: &Path) -> Self {
        let later = self.layers.split_off(first);
        let hidden: Vec<Box<dyn Fn(Place) -> bool + '_>> =
            later.iter().map(|layer| Box::new(|place| layer.outdated.contains(&place)) as Box<_>).collect();
        let segments = later.iter().zip(&hidden).filter_map(|(layer, hidden)| Some((layer.segment()?, &**hidden)));
        let bytes = write::merge(&segments.collect::<Vec<_>>(), made);
        keep(file, &bytes);
        self.layers.push(Layer::of(bytes));
        self
    }

    /// An index of words alone, each with the number of products that use it; for what needs no products.
    pub fn of_words(words: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut builder = Builder::default();
        for (word, count) in words {
            builder.word(&word, u32::try_from(count).unwrap_or(u32::MAX));
        }
        Self { layers: vec![Layer::of(builder.finish(Made::default()))] }
    }

    fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.layers.iter().filter_map(Layer::segment)
    }

    /// The names that the catalogue uses, each with its kind, its detail and about how many products have it; one may
    /// come twice where products have changed.
    pub fn names(&self) -> impl Iterator<Item = (Kind, &str, &str, u32)> {
        self.segments().flat_map(|segment| names::read(segment.names()))
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
            // Numbers are in the order of the words: none is read but the commonest.
            let mut numbers: Vec<(Reverse<u32>, usize)> =
                segment.beginning(start).map(|n| (Reverse(segment.frequency(n)), n)).collect();
            if numbers.len() > most {
                numbers.select_nth_unstable(most);
                numbers.truncate(most);
            }
            words.extend(numbers.into_iter().filter_map(|(used, n)| Some((used.0, segment.word(n)?))));
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

    /// What a product is ranked by; `None` for one that came or went since.
    pub fn outline(&self, product: ProductId) -> Option<Outline<'_>> {
        self.layers.iter().rev().find_map(|layer| {
            let segment = layer.segment()?;
            let place = segment.place(product)?;
            if layer.outdated.contains(&place) { None } else { segment.outline(place) }
        })
    }

    /// The products that fit best by words.
    pub fn top(&self, asked: Asked<'_>) -> Vec<Found> {
        let hidden: Vec<_> =
            self.layers.iter().map(|layer| move |place: Place| layer.outdated.contains(&place)).collect();
        let segments = self.layers.iter().zip(&hidden);
        let segments = segments.filter_map(|(layer, hidden)| Some((layer.segment()?, hidden as &Hidden<'_>)));
        top::top(&segments.collect::<Vec<_>>(), asked)
    }
}

fn file_of(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// A kept segment: what is in memory already where the file is still the same.
fn kept(file: &Path, held: Option<&Arc<Bytes>>) -> Option<Layer> {
    let bytes = Bytes::of(std::fs::File::open(file).ok()?).ok()?;
    let same = held.filter(|held| held.get(..HEADER).is_some_and(|head| bytes.get(..HEADER) == Some(head)));
    let layer = Layer { bytes: same.map_or_else(|| Arc::new(bytes), Arc::clone), outdated: HashSet::new() };
    Some(layer).filter(|layer| layer.segment().is_some())
}

/// Puts the bytes in the place of the file in one step: a reader sees the old or the new one whole.
fn keep(file: &Path, bytes: &[u8]) {
    let write = || -> std::io::Result<()> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(bytes)?;
        new.persist(file).map(drop).map_err(|error| error.error)
    };
    if let Err(error) = write() {
        tracing::debug!(%error, file = %file.display(), "the text index cannot be kept beside the database");
    }
}

/// The catalogue at one version, as segments are made of it.
struct Catalogue<'r> {
    reader: &'r Reader,
    version: i64,
    identity: i64,
}

impl Catalogue<'_> {
    fn made(&self, since: i64) -> Made {
        Made { version: self.version, since, catalogue: self.identity }
    }

    fn fits(&self, layer: &Layer, since: i64) -> bool {
        let made = layer.segment().map(|segment| segment.made());
        made.is_some_and(|m| m.catalogue == self.identity && m.since == since && m.version <= self.version)
    }

    /// The whole catalogue, kept in the large file.
    fn anew(&self) -> store::Result<TextIndex> {
        let mut after = None;
        let bytes = self.laid_out(self.made(WHOLE), || {
            let ids = self.reader.product_ids(after, CHUNK)?;
            after = ids.last().copied();
            after.map(|_| self.reader.products(&ids)).transpose()
        })?;
        keep(&file_of(self.reader.path(), "index"), &bytes);
        Ok(TextIndex { layers: vec![Layer::of(bytes)] })
    }

    /// These products as they are now.
    fn segment(&self, ids: &[ProductId], since: i64) -> store::Result<Vec<u8>> {
        let mut chunks = ids.chunks(CHUNK);
        self.laid_out(self.made(since), || chunks.next().map(|chunk| self.reader.products(chunk)).transpose())
    }

    /// Reads until there is nothing left, ids ascending from call to call; another thread lays out what was read before.
    fn laid_out(
        &self,
        made: Made,
        mut read: impl FnMut() -> store::Result<Option<Vec<Product>>>,
    ) -> store::Result<Vec<u8>> {
        std::thread::scope(|scope| {
            let (send, received) = std::sync::mpsc::sync_channel::<Vec<Product>>(AHEAD);
            let laying = scope.spawn(move || {
                let mut builder = Builder::default();
                received.into_iter().for_each(|products| add_all(&mut builder, products));
                builder.finish(made)
            });
            while let Some(products) = read()? {
                if send.send(products).is_err() {
                    break;
                }
            }
            drop(send);
            Ok(laying.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }
}

fn add_all(builder: &mut Builder, mut products: Vec<Product>) {
    products.sort_by_key(|product| product.id);
    for product in products {
        let text = Text::of(&product.facts);
        builder.add(product.id, &OutlineTexts::of(&product.facts), text.words());
        builder.names.add(&product.facts);
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
