//! Shops' own interfaces, one file each, all as [`Listing`]s.
//!
//! Never fetches: `refresh` makes the requests that these ask for.

mod common;
pub mod ebay;
pub mod keepa;
pub mod medusa;
pub mod open_food_facts;
pub mod open_prices;
pub mod shopify;
pub mod vendure;
pub mod woocommerce;

use super::listing::{Keys, Listing, ListingError};
use crate::domain::SourceKind;
use serde_json::Value;

/// The reader for a source of this kind.
///
/// # Errors
/// Where the kind is no listing, the address cannot be one, or a key is missing.
pub fn open(kind: SourceKind, location: &str, state: &Value, keys: &Keys) -> Result<Box<dyn Listing>, ListingError> {
    match kind {
        SourceKind::Keepa => Ok(Box::new(keepa::Keepa::open(location, keys)?)),
        SourceKind::OpenFoodFacts => Ok(Box::new(open_food_facts::OpenFoodFacts::open(location)?)),
        SourceKind::OpenPrices => Ok(Box::new(open_prices::OpenPrices::open(location, state)?)),
        SourceKind::Shopify => Ok(Box::new(shopify::Shopify::open(location, state)?)),
        SourceKind::WooCommerce => Ok(Box::new(woocommerce::WooCommerce::open(location)?)),
        SourceKind::Ebay => Ok(Box::new(ebay::Ebay::open(location, keys)?)),
        SourceKind::Medusa => Ok(Box::new(medusa::Medusa::open(location, keys)?)),
        SourceKind::Vendure => Ok(Box::new(vendure::Vendure::open(location, keys)?)),
        _ => Err(ListingError::NotAListing(kind)),
    }
}
