//! Products and their attributes. A product is the thing itself; what a shop asks for it is an offer.
//!
//! Never holds a price.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Row id of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProductId(pub i64);

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A value of an attribute: number with unit, yes or no, or text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    Flag(bool),
    /// `unit` is a short symbol in SI or trade use: `dB`, `cm`, `W`, `l`, `kg`, `h`, `m`; empty for a bare count.
    Number {
        value: f64,
        unit: String,
    },
    Text(String),
}

impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(true) => f.write_str("yes"),
            Self::Flag(false) => f.write_str("no"),
            Self::Number { value, unit } if unit.is_empty() => write!(f, "{value}"),
            Self::Number { value, unit } => write!(f, "{value} {unit}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A named property. Names are lower case with underscores: `noise`, `width`, `dishwasher_safe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    pub name: String,
    pub value: AttributeValue,
}

impl Attribute {
    pub fn new(name: impl Into<String>, value: AttributeValue) -> Self {
        Self { name: name.into(), value }
    }

    /// The name as a person reads it: `dishwasher safe`.
    pub fn label(&self) -> String {
        self.name.replace('_', " ")
    }

    /// As it is searched: `noise 42 dB`, `dishwasher safe`. A flag that does not hold is left out, so that a search for
    /// it does not find its opposite.
    pub fn searchable(&self) -> Option<String> {
        match &self.value {
            AttributeValue::Flag(false) => None,
            AttributeValue::Flag(true) => Some(self.label()),
            value => Some(format!("{} {value}", self.label())),
        }
    }
}

/// Average stars out of five and how many gave them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// 0 to 5.
    pub stars: f64,
    pub count: u32,
}

/// What is known of a product apart from its id: the same whether a feed brings it or the store returns it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductFacts {
    pub title: String,
    pub brand: Option<String>,
    /// Model number or manufacturer part number.
    pub model: Option<String>,
    /// GTIN normalised to 14 digits, check digit verified.
    pub gtin: Option<String>,
    /// The family that this is one variant of. From a source: the shop's own name for it (`item_group_id`,
    /// `productGroupID`, the parent's id or handle), which counts within that shop only. From the store: a key that
    /// all products of one family share.
    pub group: Option<String>,
    /// Which of its family this is: `500 ml`, `black, 128 GB`. A source says it in [`super::Observation::variant`];
    /// the store copies it here, since each variant is a product of its own.
    pub variant: Option<String>,
    /// Path from the broad to the narrow, `kitchen > dishwashers`.
    pub category: Option<String>,
    pub description: Option<String>,
    pub attributes: Vec<Attribute>,
    /// Picture addresses, the main one first.
    pub images: Vec<String>,
    pub rating: Option<Rating>,
}

impl ProductFacts {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&AttributeValue> {
        self.attributes.iter().find(|a| a.name == name).map(|a| &a.value)
    }

    /// Value and unit of a numeric attribute.
    pub fn number(&self, name: &str) -> Option<(f64, &str)> {
        match self.attribute(name)? {
            AttributeValue::Number { value, unit } => Some((*value, unit)),
            _ => None,
        }
    }
}

/// A product as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    /// True for the demo catalogue: shown as invented wherever it appears.
    pub invented: bool,
    #[serde(flatten)]
    pub facts: ProductFacts,
}
