//! Shops' own interfaces, one file each, all as [`Listing`]s.
//!
//! Never fetches: `refresh` makes the requests that these ask for.

pub mod open_prices;
pub mod shopify;
mod storefront;
pub mod woocommerce;

use super::listing::{Keys, Listing, ListingError};
use crate::domain::SourceKind;
use serde_json::Value;

/// The reader for a source of this kind.
///
/// # Errors
/// Where the kind is no listing, the address cannot be one, or a key is missing.
pub fn open(kind: SourceKind, location: &str, state: &Value, _keys: &Keys) -> Result<Box<dyn Listing>, ListingError> {
    match kind {
        SourceKind::OpenPrices => Ok(Box::new(open_prices::OpenPrices::open(location, state)?)),
        SourceKind::Shopify => Ok(Box::new(shopify::Shopify::open(location, state)?)),
        SourceKind::WooCommerce => Ok(Box::new(woocommerce::WooCommerce::open(location)?)),
        _ => Err(ListingError::NotAListing(kind)),
    }
}
