//! Evidence: numbered cards of facts, the true sentences (claims) computed from them, and what the answer covered.
//!
//! Every fact knows its row, shop and time. Never holds prose of a model.

use super::{Money, OfferId, ProductId, ReviewId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a card tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    Offer,
    PriceHistory,
    Reviews,
    Product,
}

/// A value in a form that prose can be held against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    Money(Money),
    Number {
        value: f64,
        unit: String,
    },
    Count(u64),
    /// 0 to 100.
    Percent(f64),
    Date(Timestamp),
    Flag(bool),
    Text(String),
}

/// One fact on a card, traceable to a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// `price`, `list price`, `noise`, `rating`, `lowest price`, `mentions of noise`.
    pub field: String,
    pub value: FactValue,
    /// As it is shown: `€549.00`, `42 dB`.
    pub text: String,
    /// Table and row id: `offer:12`, `product:7`, `review:90`.
    pub row: String,
    pub shop: Option<String>,
    pub observed_at: Option<Timestamp>,
}

/// A numbered card: `[1]` in prose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// 1-based; what a citation names.
    pub number: u32,
    pub kind: CardKind,
    pub product: ProductId,
    pub title: String,
    pub offer: Option<OfferId>,
    pub facts: Vec<Fact>,
    /// Reviews quoted on the card.
    pub reviews: Vec<ReviewId>,
    pub invented: bool,
}

/// What sort of statement a claim makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// Meets a constraint or a want.
    Fit,
    /// Compares two cards on one aspect.
    Comparison,
    /// Best or worst of the cards shown on one aspect.
    Superlative,
    Price,
    Review,
    Attribute,
    /// Speaks against the pick.
    Drawback,
    /// Asked for and not in the data.
    Missing,
}

/// A true sentence computed by code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// `c1`, `c2`: stable within one answer.
    pub id: String,
    pub kind: ClaimKind,
    /// Attribute name, `price`, `rating` or a review aspect.
    pub aspect: String,
    /// The sentence, figures and names filled in, citations not included.
    pub text: String,
    /// Card numbers the sentence rests on; the first is its subject.
    pub cards: Vec<u32>,
    /// Relevance to the need; higher first.
    pub score: f64,
}

/// What an answer looked at, and what it did not.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Names of shops whose offers were considered.
    pub shops: Vec<String>,
    /// Shops or sources left out, with the reason.
    pub skipped: Vec<String>,
    pub products_considered: u32,
    /// Offers whose price is older than the freshness limit.
    pub stale_offers: u32,
    pub newest_observation: Option<Timestamp>,
    pub oldest_observation: Option<Timestamp>,
    /// Evidence cards left out of the prompt for want of room.
    pub cards_dropped: u32,
    /// `lexical`, or `lexical and semantic`.
    pub search: String,
    /// Some of what is shown is from the invented demo catalogue.
    pub invented: bool,
    /// Plain sentences: ignored conditions, currencies that could not be compared.
    pub notes: Vec<String>,
}
