//! Shops and their offers: who asks how much for which variant in which condition. Never computes statistics.

use super::{Money, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

/// Row id of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShopId(pub i64);

/// Row id of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfferId(pub i64);

/// A seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    pub id: ShopId,
    pub name: String,
    /// Host name, where the shop is known by one.
    pub domain: Option<String>,
    pub invented: bool,
}

/// schema.org ItemAvailability, folded. Absent is `Unknown`, never `InStock`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    InStock,
    Limited,
    OutOfStock,
    PreOrder,
    BackOrder,
    InStoreOnly,
    OnlineOnly,
    MadeToOrder,
    Reserved,
    Discontinued,
    #[default]
    Unknown,
}

impl Availability {
    /// Whether a shopper can have it now: yes, no, or not stated.
    pub fn buyable(self) -> Option<bool> {
        match self {
            Self::InStock | Self::Limited | Self::InStoreOnly | Self::OnlineOnly => Some(true),
            Self::OutOfStock | Self::PreOrder | Self::BackOrder | Self::Reserved | Self::Discontinued => Some(false),
            Self::MadeToOrder | Self::Unknown => None,
        }
    }

    /// Plain words for a table cell.
    pub fn label(self) -> &'static str {
        match self {
            Self::InStock => "in stock",
            Self::Limited => "few left",
            Self::OutOfStock => "out of stock",
            Self::PreOrder => "pre-order",
            Self::BackOrder => "back-order",
            Self::InStoreOnly => "in store only",
            Self::OnlineOnly => "online only",
            Self::MadeToOrder => "made to order",
            Self::Reserved => "reserved",
            Self::Discontinued => "discontinued",
            Self::Unknown => "not stated",
        }
    }
}

/// schema.org OfferItemCondition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    #[default]
    New,
    Used,
    Refurbished,
    /// Opened or returned, otherwise as new; schema.org has no word of its own for it.
    OpenBox,
    Damaged,
}

impl Condition {
    /// Plain words where it is not new.
    pub fn label(self) -> Option<&'static str> {
        match self {
            Self::New => None,
            Self::Used => Some("used"),
            Self::Refurbished => Some("refurbished"),
            Self::OpenBox => Some("open box"),
            Self::Damaged => Some("damaged"),
        }
    }
}

/// A price per amount: 3.99 per 100 g.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitPrice {
    pub money: Money,
    /// The amount that the price is for, for example 100.
    pub per: f64,
    /// Its unit: `g`, `kg`, `ml`, `l`, `m`, `piece`.
    pub unit: String,
}

impl Offer {
    /// What one pays in all: price and shipping, where both are known in one currency.
    pub fn total(&self) -> Option<Money> {
        let price = self.price?;
        match (self.shipping_included, self.shipping) {
            (Some(true), _) => Some(price),
            (_, Some(shipping)) => price.checked_add(&shipping),
            (_, None) => None,
        }
    }
}

/// An offer as last seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub id: OfferId,
    pub product: ProductId,
    pub shop: Shop,
    /// Size, colour or the like that sets this offer apart from others of the product at the shop.
    pub variant: Option<String>,
    pub sku: Option<String>,
    pub url: Option<String>,
    /// Who sells it, where the shop is a marketplace for others.
    pub seller: Option<String>,
    pub condition: Condition,
    pub availability: Availability,
    /// Last good price; a failed fetch never clears it.
    pub price: Option<Money>,
    /// Reference price, only where it is above `price`.
    pub list_price: Option<Money>,
    pub unit_price: Option<UnitPrice>,
    /// What is added for shipping; zero: free. `None` where it is not known.
    pub shipping: Option<Money>,
    /// Whether `price` has shipping in it already; `None` where it is not known.
    pub shipping_included: Option<bool>,
    /// Whether `price` has tax in it; `None` where it is not known.
    pub tax_included: Option<bool>,
    /// When `price` was observed.
    pub observed_at: Option<Timestamp>,
    /// When the last attempt was made, whatever came of it.
    pub attempted_at: Option<Timestamp>,
    /// What came of the last attempt.
    pub last_outcome: super::Outcome,
}
