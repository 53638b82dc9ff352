//! Tantivy as its own examples set it up: one text field with the English stemmer, BM25, any word; with its fuzzy terms
//! for words that the index does not hold.

use crate::catalogue::judge::DEEP;
use std::path::Path;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexReader, TantivyDocument, Term};

/// Memory that the writer may use, as in Tantivy's examples.
const BUDGET: usize = 100_000_000;
/// Shorter words are not taken for slips.
const LEAST_FUZZY: usize = 5;

pub struct Tantivy {
    index: Index,
    reader: IndexReader,
    title: Field,
}

impl Tantivy {
    /// An index of titles in a folder of its own.
    pub fn of(folder: &Path, titles: impl Iterator<Item = (usize, String)>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("en_stem")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let title = schema.add_text_field("title", TextOptions::default().set_indexing_options(indexing));
        let id = schema.add_u64_field("id", FAST);
        let index = Index::create_in_dir(folder, schema.build())?;
        let mut writer = index.writer(BUDGET)?;
        for (number, text) in titles {
            let mut document = TantivyDocument::default();
            document.add_text(title, text);
            document.add_u64(id, number as u64);
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(Self { reader: index.reader()?, index, title })
    }

    /// The best hundred; with `fuzzy` words that no title holds match those at one slip from them.
    pub fn find(&self, text: &str, fuzzy: bool) -> anyhow::Result<Vec<usize>> {
        let searcher = self.reader.searcher();
        let mut analyzer = self.index.tokenizer_for_field(self.title)?;
        let mut words: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut tokens = analyzer.token_stream(text);
        while let Some(token) = tokens.next() {
            let term = Term::from_field_text(self.title, &token.text);
            let slip = fuzzy && token.text.chars().count() >= LEAST_FUZZY && searcher.doc_freq(&term)? == 0;
            let word: Box<dyn Query> = if slip {
                Box::new(FuzzyTermQuery::new(term, 1, true))
            } else {
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            };
            words.push((Occur::Should, word));
        }
        let hits = searcher.search(&BooleanQuery::new(words), &TopDocs::with_limit(DEEP).order_by_score())?;
        hits.into_iter()
            .map(|(_, at)| {
                let ids = searcher.segment_reader(at.segment_ord).fast_fields().u64("id")?;
                let id = ids.first(at.doc_id).ok_or_else(|| anyhow::anyhow!("a title without its id"))?;
                Ok(id as usize)
            })
            .collect()
    }
}
