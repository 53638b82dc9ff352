//! What one look at one offer brought: the row that every source produces and the store keeps.
//!
//! A failed look is an observation too. Never decides whether two products are the same.

use super::{
    Availability, Condition, Money, NewQuestion, NewReview, PriceCandidate, ProductFacts, Timestamp, UnitPrice,
};
use serde::{Deserialize, Serialize};

/// What came of an attempt to see a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Ok,
    /// The server said that nothing changed (304): the last price was confirmed.
    NotModified,
    /// A bot wall, a 403 or 429, or robots.txt.
    Blocked,
    /// The page was read and names no price.
    NoPrice,
    /// Several prices and no rule to choose between them.
    Ambiguous,
    /// 404 or 410, or missing from a feed that was read to its end.
    Gone,
    /// Network, timeout, server or parse failure.
    Error,
}

impl Outcome {
    /// Whether the attempt saw or confirmed a price.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Ok | Self::NotModified)
    }

    /// The stable word used in JSON and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotModified => "not_modified",
            Self::Blocked => "blocked",
            Self::NoPrice => "no_price",
            Self::Ambiguous => "ambiguous",
            Self::Gone => "gone",
            Self::Error => "error",
        }
    }
}

/// The shop that an observation belongs to, by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ShopRef {
    pub name: String,
    pub domain: Option<String>,
    pub invented: bool,
}

impl ShopRef {
    /// The shop at a host; a port that is not the usual one tells two shops on one machine apart.
    pub fn at(host: &str, port: Option<u16>) -> Self {
        let host = host.strip_prefix("www.").unwrap_or(host);
        let domain = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Self { name: domain.clone(), domain: Some(domain), invented: false }
    }
}

/// One look at one offer of one shop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    pub shop: ShopRef,
    /// Names the offer within its shop and never changes: variant id, SKU, address, or title as the last resort.
    pub shop_key: String,
    pub product: ProductFacts,
    pub variant: Option<String>,
    pub sku: Option<String>,
    pub url: Option<String>,
    /// Who sells it, where the shop is a marketplace for others.
    pub seller: Option<String>,
    pub condition: Condition,
    pub availability: Availability,
    /// The price one buyer pays for one new item now; `None` unless `outcome` is `Ok`.
    pub price: Option<Money>,
    /// Reference price; kept only where it is above `price`.
    pub list_price: Option<Money>,
    pub unit_price: Option<UnitPrice>,
    /// What the shop adds for shipping; zero where it says that shipping is free. `None` where it is not known.
    pub shipping: Option<Money>,
    /// Whether `price` has shipping in it already; `None` where it is not known. A series whose meaning changes (Keepa's
    /// NEW from 2026-02-16) sets it, so that the step is not taken for a change of the price.
    pub shipping_included: Option<bool>,
    /// Whether `price` has value-added or sales tax in it; `None` where it is not known.
    pub tax_included: Option<bool>,
    /// Every amount seen, the winner included.
    pub candidates: Vec<PriceCandidate>,
    pub observed_at: Timestamp,
    pub outcome: Outcome,
    /// Why, where the outcome is not `Ok`.
    pub detail: Option<String>,
    pub reviews: Vec<NewReview>,
    pub questions: Vec<NewQuestion>,
}

impl Observation {
    /// An observation with the given identity and nothing else known.
    pub fn new(shop: ShopRef, shop_key: impl Into<String>, product: ProductFacts, observed_at: Timestamp) -> Self {
        Self {
            shop,
            shop_key: shop_key.into(),
            product,
            variant: None,
            sku: None,
            url: None,
            seller: None,
            condition: Condition::default(),
            availability: Availability::default(),
            price: None,
            list_price: None,
            unit_price: None,
            shipping: None,
            shipping_included: None,
            tax_included: None,
            candidates: Vec::new(),
            observed_at,
            outcome: Outcome::Ok,
            detail: None,
            reviews: Vec::new(),
            questions: Vec::new(),
        }
    }
}
