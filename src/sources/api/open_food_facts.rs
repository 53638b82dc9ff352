//! Open Food Facts: what a product is, by its barcode. It knows no prices.
//!
//! A look without a price, whose facts join those of the same barcode elsewhere.

use crate::domain::*;
use crate::sources::listing::{Ask, Listing, ListingError, Part};
use crate::sources::{attribute, gtin};
use serde_json::Value;
use url::Url;

/// What is asked of a product; everything else is left out of the answer.
const FIELDS: &str = "code,product_name,generic_name,brands,quantity,product_quantity,product_quantity_unit,categories_tags,labels_tags,image_url,nutriscore_grade,ecoscore_grade,nova_group,url";

/// One product by its barcode.
pub struct OpenFoodFacts {
    url: Url,
    asked: bool,
}

impl OpenFoodFacts {
    /// The product that an address names: its page or its place in the interface.
    ///
    /// # Errors
    /// Where it names no barcode.
    pub fn open(location: &str) -> Result<Self, ListingError> {
        let wrong = |detail: &str| ListingError::Address { location: location.to_owned(), detail: detail.to_owned() };
        let base = Url::parse(location).map_err(|e| wrong(&e.to_string()))?;
        let digits = |part: &&str| part.len() >= 7 && part.bytes().all(|b| b.is_ascii_digit());
        let mut parts = base.path_segments().into_iter().flatten().map(|part| part.trim_end_matches(".json"));
        let code = parts.rfind(digits).ok_or_else(|| wrong("it names no barcode; give a product's page"))?.to_owned();
        let mut url = base.join(&format!("/api/v2/product/{code}.json")).map_err(|e| wrong(&e.to_string()))?;
        url.set_query(None);
        url.query_pairs_mut().append_pair("fields", FIELDS);
        Ok(Self { url, asked: false })
    }
}

impl Listing for OpenFoodFacts {
    fn next(&mut self) -> Option<Ask> {
        (!std::mem::replace(&mut self.asked, true)).then(|| Ask::get(self.url.clone()))
    }

    fn read(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        if body.trim_ascii_start().first() == Some(&b'<') {
            return Err(ListingError::Blocked("a web page came instead".to_owned()));
        }
        let answer: Value =
            serde_json::from_slice(body).map_err(|error| ListingError::Unreadable(error.to_string()))?;
        let look = answer.get("product").and_then(|product| observe(product, &self.url, now));
        let notes = if look.is_some() { Vec::new() } else { vec!["no such product is known there".to_owned()] };
        Ok(Part { observations: look.into_iter().collect(), notes, rest: None })
    }

    /// Facts are no listing: nothing goes away.
    fn complete(&self) -> bool {
        false
    }
}

fn observe(product: &Value, url: &Url, now: Timestamp) -> Option<Observation> {
    let text = |key: &str| {
        let value = product.get(key)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(text.trim().to_owned()).filter(|t| !t.is_empty() && t != "null")
    };
    let code = text("code")?;
    let plain = |tag: &str| tag.split_once(':').map_or(tag, |(_, name)| name).replace('-', " ");
    let tags = |key: &str| product.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let labels: Vec<String> = tags("labels_tags").iter().filter_map(Value::as_str).take(20).map(plain).collect();
    let size = text("product_quantity")
        .and_then(|n| attribute::read("pack size", &n, text("product_quantity_unit").as_deref()));
    let size = size.or_else(|| attribute::read("pack size", &text("quantity")?, None));
    let named = [("nutriscore_grade", "nutri-score"), ("ecoscore_grade", "eco-score"), ("nova_group", "nova group")];
    let named = named.iter().filter_map(|(key, name)| attribute::read(name, &text(key)?, None));
    let labels = (!labels.is_empty()).then(|| attribute::read("labels", &labels.join(", "), None)).flatten();
    let facts = ProductFacts {
        title: text("product_name").or_else(|| text("generic_name"))?,
        brand: text("brands").map(|b| b.split(',').next().unwrap_or_default().trim().to_owned()),
        gtin: gtin::normalise(&code),
        category: tags("categories_tags").iter().rev().find_map(Value::as_str).map(plain),
        attributes: size.into_iter().chain(named).chain(labels).collect(),
        images: text("image_url").filter(|u| u.starts_with("http")).into_iter().collect(),
        ..ProductFacts::default()
    };
    let shop =
        ShopRef { name: "Open Food Facts".to_owned(), domain: url.host_str().map(str::to_owned), invented: false };
    let mut look = Observation::new(shop, code, facts, now);
    look.url = text("url");
    look.outcome = Outcome::NoPrice;
    look.detail = Some("Open Food Facts knows products, not prices".to_owned());
    Some(look)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_found_by_its_page_and_brings_facts_without_a_price() {
        let mut listing =
            OpenFoodFacts::open("https://world.openfoodfacts.org/product/9520000123451/oat-drink?x=1").unwrap();
        let ask = listing.next().unwrap();
        assert!(
            ask.url.starts_with("https://world.openfoodfacts.org/api/v2/product/9520000123451.json?fields=code"),
            "{}",
            ask.url
        );
        assert_eq!(listing.next(), None);
        let body = br#"{"status":1,"product":{"code":"9520000123451","product_name":"Oat drink","brands":"Oaty,Other","product_quantity":1000,"product_quantity_unit":"ml","categories_tags":["en:drinks","en:oat-drinks"],"labels_tags":["en:organic"],"nutriscore_grade":"b"}}"#;
        let part = listing.read(body, Timestamp::UNIX_EPOCH).unwrap();
        let look = &part.observations[0];
        assert_eq!((look.price, look.outcome), (None, Outcome::NoPrice));
        assert_eq!(
            (look.product.category.as_deref(), look.product.gtin.as_deref()),
            (Some("oat drinks"), Some("09520000123451"))
        );
        assert_eq!(look.product.number("pack_size").map(|(n, _)| n), Some(1000.0));
        assert!(listing.read(br#"{"status":0}"#, Timestamp::UNIX_EPOCH).unwrap().observations.is_empty());
        assert!(listing.read(b"<html>", Timestamp::UNIX_EPOCH).is_err());
        assert!(OpenFoodFacts::open("https://world.openfoodfacts.org/").is_err());
    }
}
