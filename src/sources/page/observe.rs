//! A page's main products as observations of a shop: one per offer, each with a key that stays the same next time.
//!
//! Offers that nothing tells apart become one observation that says so.

use super::{Page, PageOffer, PageProduct};
use crate::domain::{Condition, Observation, Outcome, ShopRef, Timestamp};
use std::collections::HashMap;
use url::Url;

/// An observation and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub seen: Observation,
    /// Why its price is the price; `None` where it has none.
    pub why: Option<String>,
    /// The format that led.
    pub format: &'static str,
}

impl Page {
    /// The shop that the page's address names; without one, a shop called `fallback`.
    pub fn shop(&self, address: Option<&str>, fallback: &str) -> ShopRef {
        let url = address.or(self.address.as_deref()).and_then(|a| Url::parse(a).ok());
        let named = url.as_ref().and_then(|url| Some(ShopRef::at(url.host_str()?, url.port())));
        named.unwrap_or_else(|| ShopRef { name: fallback.to_owned(), domain: None, invented: false })
    }

    /// One observation per offer of the products that the page is about. A product without an offer is an
    /// observation without a price; a page without a product has none.
    pub fn into_observations(self, shop: &ShopRef, address: Option<&str>, now: Timestamp) -> Vec<Observation> {
        self.into_looks(shop, address, now).into_iter().map(|look| look.seen).collect()
    }

    /// The observations, each with why its price is the price.
    pub fn into_looks(self, shop: &ShopRef, address: Option<&str>, now: Timestamp) -> Vec<Look> {
        let base = address.map(str::to_owned).or(self.address);
        let base = base.as_deref().and_then(|a| Url::parse(a).ok());
        let mut found: Vec<Look> = Vec::new();
        let mut taken: HashMap<String, usize> = HashMap::new();
        let alone = self.products.iter().filter(|p| p.main).count() == 1;
        for mut product in self.products.into_iter().filter(|p| p.main) {
            let mut offers = std::mem::take(&mut product.offers);
            if offers.is_empty() {
                let detail = Some("no offer is stated".to_owned());
                offers.push(PageOffer { outcome: Outcome::NoPrice, detail, ..PageOffer::default() });
            }
            let several = offers.len() > 1;
            for (index, mut offer) in offers.into_iter().enumerate() {
                let (why, format) = (offer.why.take(), product.format);
                let mut made = observation(&product, offer, shop, base.as_ref(), alone && !several, now);
                if index == 0 {
                    made.reviews.clone_from(&product.reviews);
                    made.questions.clone_from(&product.questions);
                }
                match taken.get(&made.shop_key).copied() {
                    Some(at) => unite(&mut found, at, made),
                    None => {
                        taken.insert(made.shop_key.clone(), found.len());
                        found.push(Look { seen: made, why, format });
                    }
                }
            }
        }
        found
    }
}

fn observation(
    product: &PageProduct,
    offer: PageOffer,
    shop: &ShopRef,
    base: Option<&Url>,
    alone: bool,
    now: Timestamp,
) -> Observation {
    let address = |text: &String| -> Option<Url> {
        let mut url = base.map_or_else(|| Url::parse(text), |b| b.join(text)).ok()?;
        url.set_fragment(None);
        Some(url)
    };
    let own = product.url.as_ref().and_then(address).or_else(|| base.cloned());
    let url = offer.url.as_ref().and_then(address).or_else(|| own.clone());
    let sku = offer.sku.clone().or_else(|| product.sku.clone());
    let variant = product.variant.clone().or_else(|| offer.variant.clone());
    let mut key = match (&sku, &own) {
        (Some(sku), _) => format!("sku:{sku}"),
        (None, Some(own)) if alone => format!("url:{}", key_of(own)),
        (None, _) => format!("title:{}", product.facts.title),
    };
    if offer.sku.is_none() {
        let told = if product.sku.is_some() { offer.variant.as_deref() } else { variant.as_deref() };
        let parts = [told, offer.seller.as_deref().filter(|s| !is_shop(s, shop))];
        for part in parts.into_iter().flatten() {
            key.push('|');
            key.push_str(part);
        }
    }
    if offer.condition != Condition::New {
        key.push_str(match offer.condition {
            Condition::Used => "|used",
            Condition::Refurbished => "|refurbished",
            Condition::OpenBox => "|open box",
            _ => "|damaged",
        });
    }
    let mut made = Observation::new(shop.clone(), key, product.facts.clone(), now);
    made.variant = variant;
    made.sku = sku;
    made.url = url.map(String::from);
    made.condition = offer.condition;
    made.availability = offer.availability;
    made.price = offer.price;
    made.list_price = offer.list_price;
    made.unit_price = offer.unit_price;
    made.shipping = offer.shipping;
    made.tax_included = offer.tax_included;
    made.seller = offer.seller.filter(|seller| !is_shop(seller, shop));
    made.candidates = offer.candidates;
    made.outcome = offer.outcome;
    made.detail = offer.detail;
    made
}

/// Two offers under one key: the same price is one look, two prices are ambiguous.
fn unite(found: &mut [Look], at: usize, other: Observation) {
    let Some(Look { seen: held, why, .. }) = found.get_mut(at) else { return };
    let differ = match (held.price, other.price) {
        (Some(a), Some(b)) if a != b => Some(format!("{a}, {b}")),
        _ => None,
    };
    if held.price.is_none() && held.outcome == Outcome::NoPrice && other.price.is_some() {
        let candidates = std::mem::take(&mut held.candidates);
        let reviews = std::mem::take(&mut held.reviews);
        *held = other;
        held.candidates.extend(candidates);
        held.reviews.extend(reviews);
        return;
    }
    if let Some(prices) = differ {
        held.outcome = Outcome::Ambiguous;
        held.detail = Some(format!("several offers that nothing tells apart, with different prices: {prices}"));
        (held.price, held.list_price) = (None, None);
        *why = None;
    }
    held.candidates.extend(other.candidates);
}

/// The address without what shops put on for counting visits.
fn key_of(url: &Url) -> String {
    let keep = |name: &str| {
        !name.starts_with("utm_") && !matches!(name, "gclid" | "fbclid" | "ref" | "srsltid" | "variant_source")
    };
    let mut url = url.clone();
    let pairs: Vec<(String, String)> =
        url.query_pairs().filter(|(n, _)| keep(n)).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
    if pairs.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    format!("{}{}", url.path(), url.query().map(|q| format!("?{q}")).unwrap_or_default())
}

/// Whether a seller's name is the shop itself.
fn is_shop(seller: &str, shop: &ShopRef) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (seller, name) = (letters(seller), letters(&shop.name));
    name.contains(&seller) || seller.contains(name.split_once("com").map_or(name.as_str(), |(n, _)| n))
}
