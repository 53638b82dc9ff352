//! What a listing held, counted for people: products, offers, how many have no price, in which currencies.
//!
//! Only counts: decides nothing and stores nothing.

use crate::domain::Observation;
use serde::Serialize;
use std::collections::{BTreeSet, HashSet};
use std::fmt;

/// The counts of one look.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    pub products: u64,
    pub offers: u64,
    pub without_price: u64,
    pub currencies: BTreeSet<String>,
    /// Variants of one product count as one; a product without variants stands for itself.
    #[serde(skip)]
    groups: HashSet<String>,
}

impl Tally {
    /// Counts one part of a listing.
    pub fn add(&mut self, observations: &[Observation]) {
        for look in observations {
            let is_known = look.product.group.as_ref().is_some_and(|group| !self.groups.insert(group.clone()));
            self.products += u64::from(!is_known);
            self.offers += 1;
            match look.price {
                Some(price) => _ = self.currencies.insert(price.currency.to_string()),
                None => self.without_price += 1,
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = |count: u64| if count == 1 { "" } else { "s" };
        write!(f, "{} product{}, {} offer{}", self.products, many(self.products), self.offers, many(self.offers))?;
        if self.without_price > 0 {
            write!(f, ", {} without a price", self.without_price)?;
        }
        if !self.currencies.is_empty() {
            let currencies: Vec<&str> = self.currencies.iter().map(String::as_str).collect();
            write!(f, ", in {}", currencies.join(" and "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::*;

    #[test]
    fn variants_are_offers_of_one_product() {
        let look = |key: &str, group: Option<&str>, price: Option<Currency>| {
            let facts = ProductFacts { group: group.map(str::to_owned), ..ProductFacts::default() };
            let shop = ShopRef { name: "shop.example".into(), domain: None, invented: false };
            let mut look = Observation::new(shop, key, facts, Timestamp::UNIX_EPOCH);
            look.price = price.map(|currency| Money::new(500, currency));
            look
        };
        let mut tally = Tally::default();
        assert_eq!(tally.to_string(), "0 products, 0 offers");
        tally.add(&[look("1", Some("a"), Some(Currency::EUR))]);
        assert_eq!(tally.to_string(), "1 product, 1 offer, in EUR");
        // The product goes on in the next part.
        tally.add(&[look("2", Some("a"), Some(Currency::USD)), look("3", None, None), look("4", None, None)]);
        assert_eq!(tally.to_string(), "3 products, 4 offers, 2 without a price, in EUR and USD");
    }
}
