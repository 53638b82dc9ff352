//! What an answer consists of, in the order in which it comes. The only part of `answer` that the UI names.
//!
//! Plain data that serialises to the `--json` form.

/// The words that events are told in.
pub use super::phrases::Phrases;
use super::stability::Stability;
use crate::domain::*;
use serde::{Deserialize, Serialize};

/// A row of the results table: a product with its best fitting offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultRow {
    /// Card number, what `[1]` cites.
    pub number: u32,
    pub product: Product,
    pub offer: Option<Offer>,
    /// Other fitting offers of the product, cheapest first.
    pub other_offers: Vec<Offer>,
    /// The attributes that matter for this need, as shown.
    pub highlights: Vec<(String, String)>,
    pub why: Vec<String>,
    /// Others of its kind that fit too and have no row of their own.
    pub variants: crate::retrieval::Variants,
}

/// A row of a comparison: one attribute over all products compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CompareRow {
    /// As a person reads it: `noise`, `best price`, `rating`.
    pub label: String,
    /// One cell per product, `None`: not stated.
    pub cells: Vec<Option<String>>,
    /// Index of the best cell where "better" is defined and one is.
    pub best: Option<usize>,
    pub differs: bool,
}

/// Products side by side, differing rows first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Card number, title.
    pub products: Vec<ResultRow>,
    pub rows: Vec<CompareRow>,
}

/// Opinions of the newest reviews on an aspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Recent {
    pub since: Timestamp,
    pub positive: u32,
    pub negative: u32,
}

/// Something in the reviews of a product that calls for care.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suspicion {
    /// Reviews that it concerns.
    pub reviews: u32,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// What was found and by which rule.
    pub text: String,
}

/// An aspect mined from reviews, with counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ReviewAspect {
    pub aspect: String,
    pub positive: u32,
    pub negative: u32,
    /// Reviews that mention it, out of `ReviewFindings::total`.
    pub mentions: u32,
    /// `mentions` of all reviews, 0 to 1.
    pub share: f64,
    /// Reviewers are of two minds: at least a quarter of the opinions, and two of them, stand on the smaller side.
    pub contested: bool,
    /// The opinions of the last year of reviews, where there are older ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recent: Option<Recent>,
    /// The one variant that every complaint is of, where other variants were reviewed too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaints_of: Option<String>,
    /// A short verbatim quote each way with its review id.
    pub praise: Option<(ReviewId, String)>,
    pub complaint: Option<(ReviewId, String)>,
}

impl ReviewAspect {
    /// The share of reviews as shown: `25%`, `0.5%`; one decimal below ten percent.
    pub fn share_text(&self) -> String {
        let percent = self.share * 100.0;
        if percent < 9.95 { format!("{percent:.1}%") } else { format!("{percent:.0}%") }
    }
}

/// Reviews of one product in proportion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewFindings {
    pub number: u32,
    pub product: Product,
    pub total: u32,
    /// Reviews with 1, 2, 3, 4, 5 stars.
    pub stars: [u32; 5],
    pub aspects: Vec<ReviewAspect>,
    /// Bursts of top marks and near copies.
    pub suspicious: Vec<Suspicion>,
}

/// What the data says to a yes-or-no or value question about a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Yes,
    No,
    /// The value is in the facts given.
    Stated,
    NotStated,
}

/// What a set of things comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SetTotal {
    pub total: Money,
    pub limit: Money,
    /// Otherwise the set shown is the cheapest complete one.
    pub fits: bool,
    /// Some prices were converted, so the total is about right only.
    pub converted: bool,
}

impl SetTotal {
    /// `€386.70 together, within €400.00`.
    pub fn text(&self, words: &Phrases) -> String {
        let (total, limit) = (self.total.to_string(), self.limit.to_string());
        let total = if self.converted { words.labelled("about", &[("price", &total)]) } else { total };
        let how = if self.fits { "together" } else { "together_over" };
        words.labelled(how, &[("total", &total), ("limit", &limit)])
    }
}

/// Facts found before any word of a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Found {
    Results {
        rows: Vec<ResultRow>,
        near_misses: Vec<(ResultRow, String)>,
        notes: Vec<String>,
    },
    Comparison(Comparison),
    History {
        number: u32,
        product: Product,
        history: PriceHistory,
        summary: Option<Box<PriceSummary>>,
    },
    Reviews(ReviewFindings),
    Fact {
        number: u32,
        product: Product,
        asked: String,
        verdict: Verdict,
        facts: Vec<Fact>,
    },
    /// Open advice: kinds of thing, each with the catalogue's best.
    Advice {
        parts: Vec<(String, Vec<ResultRow>)>,
        missing: Vec<String>,
        /// Kinds that are here but of which nothing meets the conditions: the nearest, and what it misses.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        unmet: Vec<(String, String)>,
        /// What one of each comes to, where a total was named.
        #[serde(skip_serializing_if = "Option::is_none")]
        set: Option<SetTotal>,
    },
    /// A name fits several products: the shopper has to choose.
    Ambiguous {
        said: String,
        candidates: Vec<Product>,
    },
    Nothing {
        reason: String,
        near_misses: Vec<(ResultRow, String)>,
    },
}

/// The pick of code (level 0), from claims only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    pub number: u32,
    pub product: ProductId,
    pub title: String,
    pub reasons: Vec<Claim>,
    pub drawback: Option<Claim>,
    /// The runner-up's card, where it is close.
    pub close_to: Option<u32>,
    /// Clearly cheaper and serving nearly as well, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Alternative>,
    /// Dearer and better in something that matters, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade: Option<Alternative>,
    /// The utility behind the pick: every card with its terms, best first.
    pub utilities: Vec<Utility>,
    /// How firm the pick is, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stability: Option<Stability>,
}

/// Another choice than the pick, with the one reason for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    pub number: u32,
    pub product: ProductId,
    pub title: String,
    pub reason: Claim,
}

/// How one card fared in the choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Utility {
    pub number: u32,
    pub title: String,
    /// The mean of the terms by their weights, less what not being in stock costs.
    pub total: f64,
    pub terms: Vec<Term>,
}

/// One term of a utility.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The aspect, or `relevance` or `not in stock`.
    pub name: String,
    pub weight: f64,
    /// 0 to 1; 1 is best among the cards.
    pub value: f64,
}

/// A checked sentence of prose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Sentence {
    /// Every figure, name and comparison traces to a card. Citations stand in the text as `[1]`.
    Verified { text: String },
    /// The model's sentence failed and its claim stands instead.
    FellBack { text: String, said: String, reason: String },
    /// Struck out, shown as such with the reason.
    Struck { said: String, reason: String },
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered, or true.
    #[default]
    Answered,
    /// Nothing found, or false: exit code 1.
    Nothing,
    /// Not enough data to say: exit code 3.
    NotEnough,
    /// Several products fit a name: exit code 4.
    Ambiguous,
    Cancelled,
}

/// Times of one answer in seconds from the question.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Timings {
    pub planned: f64,
    /// The first facts stood.
    pub facts: f64,
    /// First word of prose, where there was any.
    pub first_word: Option<f64>,
    pub total: f64,
}

/// One step of an answer. Order: `Planned`, `Found`+, `Facets`?, `Evidence`, `Picked`?, (`Draft` | `Prose`)*, `Suggested`, `Covered`, `Done`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AnswerEvent {
    Planned {
        need: Need,
    },
    Found {
        found: Found,
    },
    /// What the products of a search differ in, the best splitting first; only where the options ask for it.
    Facets {
        facets: Vec<Facet>,
        /// The one whose answer would narrow the result down best, where one does.
        #[serde(skip_serializing_if = "Option::is_none")]
        telling: Option<Aspect>,
    },
    /// The numbered cards and the claims over them, best first.
    Evidence {
        cards: Vec<Card>,
        claims: Vec<Claim>,
    },
    Picked {
        pick: Pick,
    },
    /// The model is reading the evidence or has unverified text in hand; for a progress mark only, never shown as fact.
    Draft {
        tokens: u32,
    },
    Prose {
        sentence: Sentence,
    },
    /// Follow-up questions answerable from the data.
    Suggested {
        questions: Vec<String>,
    },
    Covered {
        coverage: Coverage,
    },
    /// The model failed; the facts stand.
    ModelFailed {
        reason: String,
    },
    Done {
        outcome: Outcome,
        timings: Timings,
    },
}
