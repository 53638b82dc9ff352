//! A place that offers come from, as the user added it. Never fetches.

use super::{Outcome, Timestamp};
use serde::{Deserialize, Serialize};

/// Row id of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub i64);

/// What a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// One product page with structured data.
    Page,
    /// A shop's listing or home page whose product links are followed.
    Shop,
    /// A sitemap whose product pages are followed.
    Sitemap,
    Shopify,
    WooCommerce,
    Vendure,
    Medusa,
    Ebay,
    Keepa,
    OpenFoodFacts,
    OpenPrices,
    /// A Google Merchant feed, XML or tab-separated.
    Merchant,
    /// A product feed of the Agentic Commerce Protocol.
    Acp,
    Csv,
    Jsonl,
    /// Exchange rates: the European Central Bank's daily XML, or a CSV of date, currency, rate.
    Rates,
    Demo,
}

/// How a source of a kind is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Page by page, each with its own validators and outcome.
    Pages,
    /// Request by request through a shop's interface, as one listing.
    Listing,
    /// One document, streamed.
    Document,
    /// One document of exchange rates.
    Rates,
    /// Made by the program itself.
    Invented,
}

impl SourceKind {
    /// Every kind, in the order of help texts.
    pub const ALL: [Self; 17] = [
        Self::Page,
        Self::Shop,
        Self::Sitemap,
        Self::Shopify,
        Self::WooCommerce,
        Self::Vendure,
        Self::Medusa,
        Self::Ebay,
        Self::Keepa,
        Self::OpenFoodFacts,
        Self::OpenPrices,
        Self::Merchant,
        Self::Acp,
        Self::Csv,
        Self::Jsonl,
        Self::Rates,
        Self::Demo,
    ];

    /// The stable word used on the command line, in JSON and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Shop => "shop",
            Self::Sitemap => "sitemap",
            Self::Shopify => "shopify",
            Self::WooCommerce => "woocommerce",
            Self::Vendure => "vendure",
            Self::Medusa => "medusa",
            Self::Ebay => "ebay",
            Self::Keepa => "keepa",
            Self::OpenFoodFacts => "openfoodfacts",
            Self::OpenPrices => "openprices",
            Self::Merchant => "merchant",
            Self::Acp => "acp",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Rates => "rates",
            Self::Demo => "demo",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// How a source of this kind is read.
    pub fn reading(self) -> Reading {
        match self {
            Self::Page | Self::Shop | Self::Sitemap => Reading::Pages,
            Self::Shopify
            | Self::WooCommerce
            | Self::Vendure
            | Self::Medusa
            | Self::Ebay
            | Self::Keepa
            | Self::OpenFoodFacts
            | Self::OpenPrices => Reading::Listing,
            Self::Merchant | Self::Acp | Self::Csv | Self::Jsonl => Reading::Document,
            Self::Rates => Reading::Rates,
            Self::Demo => Reading::Invented,
        }
    }
}

/// One page of a source, with what is needed to ask for it again and to know when.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SourcePage {
    pub url: String,
    /// Conditional GET validators, verbatim.
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Addresses that the page's offers are stored under.
    pub offers: Vec<String>,
    /// When the shop's sitemap says that it was changed last.
    pub changed: Option<Timestamp>,
    pub looked_at: Option<Timestamp>,
    /// Of the last look.
    pub outcome: Option<Outcome>,
    /// Looks in a row that brought nothing good.
    pub failures: u32,
    pub next_due_at: Option<Timestamp>,
    /// How often looks have found another price: a moving average from 0 to 1.
    pub change_rate: f64,
}

impl SourcePage {
    /// The rate of a page that was not looked at yet: it is looked at at the usual interval.
    pub const FIRST_RATE: f64 = 0.25;

    /// A page that was not looked at yet.
    pub fn of(url: String) -> Self {
        Self { url, change_rate: Self::FIRST_RATE, ..Self::default() }
    }
}

/// A source with the state of its schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub id: SourceId,
    /// Short name the user can type; the host or file name unless given.
    pub name: String,
    pub kind: SourceKind,
    /// Address or file path.
    pub location: String,
    pub added_at: Timestamp,
    pub last_attempt_at: Option<Timestamp>,
    pub last_outcome: Option<Outcome>,
    pub last_detail: Option<String>,
    /// Attempts in a row that brought nothing good.
    pub failures: u32,
    pub next_due_at: Option<Timestamp>,
    /// Conditional GET validators of `location`, verbatim.
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Kind-specific state as JSON: a column mapping, where a listing goes on.
    pub state: serde_json::Value,
}

impl Source {
    /// Whether looking at it needs the network.
    pub fn is_remote(&self) -> bool {
        self.location.contains("://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_in_json_is_the_word_of_the_database() {
        for kind in SourceKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
            assert_eq!(SourceKind::from_word(kind.word()), Some(kind));
        }
    }
}
