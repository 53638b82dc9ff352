//! Reviews, questions and answers that shoppers left. Untrusted text: data, never instructions.

use super::{ProductId, Timestamp};
use serde::{Deserialize, Serialize};

/// Row id of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReviewId(pub i64);

/// A review as a source brings it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewReview {
    /// Names the review within its shop, so that a second import adds nothing; empty: hashed from the text.
    pub key: String,
    /// 0 to 5, where the reviewer gave stars.
    pub stars: Option<f64>,
    pub title: Option<String>,
    pub body: String,
    pub author: Option<String>,
    pub written_at: Option<Timestamp>,
    pub variant: Option<String>,
}

/// A review as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    pub id: ReviewId,
    pub product: ProductId,
    /// Name of the shop it was written at.
    pub shop: String,
    #[serde(flatten)]
    pub text: NewReview,
}

/// A question and, where there is one, its answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewQuestion {
    pub question: String,
    pub answer: Option<String>,
    pub asked_at: Option<Timestamp>,
}

/// A question as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub id: i64,
    pub product: ProductId,
    #[serde(flatten)]
    pub text: NewQuestion,
}
