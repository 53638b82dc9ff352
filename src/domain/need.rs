//! What the shopper asked for, as data: the plan that rules (or, when unsure, the model) make of a question.
//!
//! Hard constraints and soft wants are kept apart: code alone applies the former.

use super::{AttributeValue, Condition, Currency, Language, Money, Period};
use serde::{Deserialize, Serialize};

/// What sort of answer a question calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    #[default]
    Search,
    Compare,
    /// "Is it dishwasher safe?"
    ProductFact,
    PriceHistory,
    Reviews,
    /// "What do I need for a desert hike in July?"
    OpenAdvice,
    /// "Why not the Norrvik?": what speaks against a product, held against the last pick.
    WhyNot,
}

/// A bound on a price in thousandths of a major unit. Without a currency it is read in the offer's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLimit {
    pub milli: i64,
    pub currency: Option<Currency>,
}

impl PriceLimit {
    /// Whether `price` is at most this limit; `None` where the currencies differ.
    pub fn admits_at_most(&self, price: &Money) -> Option<bool> {
        self.comparable(price).then(|| price.milli() <= i128::from(self.milli))
    }

    /// Whether `price` is at least this limit; `None` where the currencies differ.
    pub fn admits_at_least(&self, price: &Money) -> Option<bool> {
        self.comparable(price).then(|| price.milli() >= i128::from(self.milli))
    }

    fn comparable(&self, price: &Money) -> bool {
        self.currency.is_none_or(|c| c == price.currency)
    }
}

/// A comparison of an attribute with a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    AtMost,
    AtLeast,
    Below,
    Above,
    Equal,
}

impl Op {
    /// Whether `value op bound` holds, with a tolerance for decimal noise in equality.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::AtMost => value <= bound,
            Self::AtLeast => value >= bound,
            Self::Below => value < bound,
            Self::Above => value > bound,
            Self::Equal => (value - bound).abs() <= bound.abs() * 1e-6,
        }
    }
}

/// A hard condition on a numeric attribute, in the unit that the catalogue stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttributeFilter {
    pub name: String,
    pub op: Op,
    pub value: f64,
    pub unit: String,
}

/// A hard condition on a worded or yes-or-no attribute: stated just so, whatever the case and the spacing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatedFilter {
    pub name: String,
    pub value: AttributeValue,
}

/// What every offer shown as fitting must meet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Constraints {
    pub min_price: Option<PriceLimit>,
    pub max_price: Option<PriceLimit>,
    /// Average stars out of five.
    pub min_stars: Option<f64>,
    /// Any of these; empty: any brand. As the catalogue spells them.
    pub brands: Vec<String>,
    pub not_brands: Vec<String>,
    /// Words that must not describe the product ("without nuts", "not leather").
    pub without: Vec<String>,
    pub in_stock: bool,
    /// Any of these; empty: new goods only.
    pub conditions: Vec<Condition>,
    pub shops: Vec<String>,
    /// None of these.
    pub not_shops: Vec<String>,
    /// Category path or its beginning, as the catalogue spells it.
    pub category: Option<String>,
    pub attributes: Vec<AttributeFilter>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stated: Vec<StatedFilter>,
    /// Properties asked for that a product must not state to be false ("with a sauna"): each the names that one goes by.
    /// What is not stated is no miss.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Vec<String>>,
    /// How many people it is for ("a tent for five"): what states how many it is for must do for so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
}

impl Need {
    /// A limit on one piece as it was said, of all pieces together.
    pub fn of_all(&self, limit: PriceLimit) -> PriceLimit {
        let Some(pieces) = self.pieces.map(i64::from) else { return limit };
        // A share was rounded down to a thousandth, and what is said has no more than cents.
        let milli = limit.milli.saturating_mul(pieces).saturating_add(pieces - 1) / 10 * 10;
        PriceLimit { milli, ..limit }
    }
}

/// Attributes that state the most people a thing is for.
const MOST_PEOPLE: [&str; 13] = [
    "sleeps",
    "people",
    "persons",
    "guests",
    "max_guests",
    "berths",
    "occupancy",
    "person_capacity",
    "people_capacity",
    "number_of_people",
    "players_max",
    "max_players",
    "players",
];

/// Whether an attribute states the most people that a thing is for.
pub fn states_people(name: &str) -> bool {
    MOST_PEOPLE.contains(&name.replace([' ', '-'], "_").as_str())
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Lower,
    Higher,
    /// A yes-or-no attribute that should hold.
    Yes,
}

/// A soft wish: an aspect, the better direction, and the word that said so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Want {
    /// Attribute name, or `price`, `rating`.
    pub aspect: String,
    pub direction: Direction,
    /// The shopper's word: `quiet`.
    pub said: String,
    /// Relative importance, 1.0 for an aspect named once.
    pub weight: f64,
}

impl Want {
    /// Whether the utmost was asked for ("quietest", "best rated"): then nothing makes up for it. "Best" alone is praise,
    /// "best value" a balance.
    pub fn is_superlative(&self) -> bool {
        let words: Vec<&str> = self.said.split(' ').collect();
        let utmost = |w: &&str| w.len() > 4 && w.ends_with("est");
        let leads = matches!(words.as_slice(), ["most" | "least", _, ..]);
        let best_of = matches!(words.as_slice(), ["best" | "top", rest, ..] if !["value", "deal"].contains(rest));
        words.iter().any(utmost) || leads || best_of
    }

    /// Whether more or less than something else was asked for: "lighter", "more battery life".
    pub fn is_comparative(&self) -> bool {
        let first = self.said.split(' ').next().unwrap_or_default();
        first.ends_with("er") || ["more", "less"].contains(&first)
    }
}

/// Who made the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planner {
    #[default]
    Rules,
    Model,
}

/// The plan of one question.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Need {
    /// The question as typed.
    pub question: String,
    pub language: Language,
    pub kind: QuestionKind,
    /// What to look for, in the catalogue's language, constraints and filler removed. The first is the thing itself
    /// (`dishwasher`); the others stand beside it and only tilt the ranking (`small kitchen`).
    pub words: Vec<String>,
    pub must: Constraints,
    pub wants: Vec<Want>,
    /// Phrases that name products (compare, facts, history, reviews).
    pub products: Vec<String>,
    /// The attribute or property asked about, for a product question: `dishwasher safe`.
    pub fact: Option<String>,
    /// The time that a question on prices speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// For open advice: the kinds of thing to look for, each a small search of its own.
    pub parts: Vec<String>,
    /// Only what costs clearly less than it usually did.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deals: bool,
    /// How many of the thing are wanted: the limits on the price are then those of one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pieces: Option<u32>,
    /// Asked as things to buy seldom are ("who won the election?"): only what has all of its words is an answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wholly: bool,
    /// From this price on it is about what was said; of a gift less is fine too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<PriceLimit>,
    /// Of the parts one is wanted and not each: a gift.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub either: bool,
    /// What a set of things, one of each part, may come to together: "desk setup for 400".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<PriceLimit>,
    /// How sure the planner is, 0 to 1; below 0.5 the model is asked where there is one.
    pub sure: f64,
    pub planner: Planner,
}
