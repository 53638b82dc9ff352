//! The evaluation's questions as their files write them, and the files.
//!
//! Judges nothing.

use emptor::domain::{Language, QuestionKind};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Question>,
}

/// A question with what a right answer has; `questions.toml` says what each field means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    pub ask: String,
    /// What the question tries: `hebrew`, `unanswerable`, `trap`, ..; see `questions.toml`.
    #[serde(default)]
    pub tags: Vec<String>,
    pub plan: Plan,
    #[serde(default)]
    pub include: Vec<String>,
    #[serde(default)]
    pub include_any: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(default)]
    pub relevant: Vec<String>,
    #[serde(default)]
    pub facts: Vec<String>,
    pub outcome: Vec<Ending>,
}

/// How an answer ends, as the file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Answered,
    Nothing,
    NotEnough,
    Ambiguous,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    pub kind: Option<QuestionKind>,
    pub language: Option<Language>,
    pub max_price: Option<i64>,
    pub min_price: Option<i64>,
    pub min_stars: Option<f64>,
    pub brands: Vec<String>,
    pub not_brands: Vec<String>,
    pub without: Vec<String>,
    pub category: Option<String>,
    pub in_stock: Option<bool>,
    pub words: Vec<String>,
    pub wants: Vec<String>,
    pub products: Option<usize>,
    pub fact: Option<String>,
}

impl Question {
    /// A question of which nothing is expected.
    #[allow(dead_code)] // The example asks so.
    pub fn asked(text: &str) -> Self {
        Self {
            id: "asked".to_owned(),
            ask: text.to_owned(),
            tags: Vec::new(),
            plan: Plan::default(),
            include: Vec::new(),
            include_any: Vec::new(),
            exclude: Vec::new(),
            relevant: Vec::new(),
            facts: Vec::new(),
            outcome: Vec::new(),
        }
    }

    /// Whether the only right answer is that there is nothing, or not enough, to say.
    pub fn is_to_refuse(&self) -> bool {
        self.outcome.iter().all(|end| matches!(end, Ending::Nothing | Ending::NotEnough))
    }
}

/// The questions to develop by.
pub fn questions() -> Vec<Question> {
    read(&[
        include_str!("questions.toml"),
        include_str!("questions_products.toml"),
        include_str!("questions_single.toml"),
        include_str!("questions_more.toml"),
        include_str!("questions_open.toml"),
        include_str!("questions_needs.toml"),
        include_str!("questions_traps.toml"),
        include_str!("questions_unanswerable.toml"),
        include_str!("questions_hebrew.toml"),
        include_str!("questions_second.toml"),
        include_str!("questions_talk.toml"),
    ])
}

/// Questions that nothing is mended by; only their shares are printed.
pub fn kept() -> Vec<Question> {
    read(&[include_str!("kept.toml"), include_str!("kept_talk.toml")])
}

fn read(files: &[&str]) -> Vec<Question> {
    let parsed = files.iter().map(|file| toml::from_str::<File>(file).expect("questions as the header says"));
    parsed.flat_map(|file| file.question).collect()
}
