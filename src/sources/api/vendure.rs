//! Vendure's shop API: all products with their variants over GraphQL, page by page.
//!
//! Amounts are whole minor units and shown with tax. Errors come in answers that say 200: they end the listing.

use super::common;
use crate::domain::*;
use crate::sources::attribute;
use crate::sources::listing::{Ask, Keys, Listing, ListingError, Part};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::HashSet;
use url::Url;

/// Shops answer at most a hundred at once unless they were set up otherwise.
const TAKE: u64 = 100;
const LEAST_TAKE: u64 = 10;
const QUERY: &str = "query Products($take: Int, $skip: Int) { products(options: {take: $take, skip: $skip, \
    sort: {id: ASC}}) { totalItems items { id name slug description featuredAsset { preview } collections { name } \
    facetValues { name facet { name } } variants { id sku name priceWithTax currencyCode stockLevel \
    options { name group { name } } } } } }";

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(default)]
    errors: Vec<Wrong>,
}

#[derive(Deserialize)]
struct Wrong {
    message: Option<String>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    products: Option<Products<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Products<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    total_items: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Product<'a> {
    #[serde(deserialize_with = "common::text_or_number")]
    id: String,
    name: String,
    slug: Option<String>,
    description: Option<String>,
    featured_asset: Option<Asset>,
    collections: Option<Vec<Named>>,
    facet_values: Option<Vec<FacetValue>>,
    #[serde(borrow)]
    variants: Vec<Variant<'a>>,
}

#[derive(Deserialize)]
struct Asset {
    preview: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct FacetValue {
    name: String,
    facet: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Variant<'a> {
    #[serde(deserialize_with = "common::text_or_number")]
    id: String,
    sku: Option<String>,
    #[serde(borrow)]
    price_with_tax: Option<&'a RawValue>,
    currency_code: Option<String>,
    stock_level: Option<Value>,
    #[serde(default)]
    options: Vec<VariantOption>,
}

#[derive(Deserialize)]
struct VariantOption {
    name: String,
    group: Option<Named>,
}

/// A Vendure shop that is being read.
pub struct Vendure {
    endpoint: Url,
    shop: ShopRef,
    channel: Option<String>,
    skip: u64,
    take: u64,
    total: Option<u64>,
    seen: HashSet<String>,
    done: bool,
    complete: bool,
    /// Every page read so far was read whole and the number of products stayed the same.
    whole: bool,
}

impl Vendure {
    /// The shop at an address: its own, or that of its shop API.
    ///
    /// # Errors
    /// Where the address is none.
    pub fn open(location: &str, keys: &Keys) -> Result<Self, ListingError> {
        let mut endpoint = common::address(location)?;
        if !endpoint.path().trim_end_matches('/').ends_with("/shop-api") {
            let path = format!("{}/shop-api", endpoint.path().trim_end_matches('/'));
            endpoint.set_path(&path);
        }
        endpoint.set_fragment(None);
        Ok(Self {
            shop: common::shop(&endpoint),
            endpoint,
            channel: keys.find("vendure_channel").map(str::to_owned),
            skip: 0,
            take: TAKE,
            total: None,
            seen: HashSet::new(),
            done: false,
            complete: false,
            whole: true,
        })
    }

    fn product(&mut self, product: &Product<'_>, now: Timestamp, part: &mut Part) {
        let facts = facts(product);
        for variant in &product.variants {
            if !self.seen.insert(variant.id.clone()) {
                continue;
            }
            let mut look = Observation::new(self.shop.clone(), variant.id.clone(), facts.clone(), now);
            look.variant = common::joined(variant.options.iter().map(|o| o.name.as_str()));
            look.product.attributes.extend(
                variant
                    .options
                    .iter()
                    .filter_map(|option| attribute::read(&option.group.as_ref()?.name, &option.name, None)),
            );
            look.sku = variant.sku.clone().filter(|sku| !sku.is_empty());
            look.availability = stock(variant.stock_level.as_ref());
            look.tax_included = Some(true);
            price(variant, &mut look);
            part.observations.push(look);
        }
    }
}

fn facts(product: &Product<'_>) -> ProductFacts {
    let values = product.facet_values.as_deref().unwrap_or_default();
    let mut facts = ProductFacts {
        title: product.name.trim().to_owned(),
        group: Some(product.slug.clone().filter(|s| !s.is_empty()).unwrap_or_else(|| product.id.clone())),
        category: common::joined_by(" > ", product.collections.iter().flatten().map(|c| c.name.as_str())),
        description: product.description.as_deref().and_then(common::description),
        images: product.featured_asset.as_ref().and_then(|asset| asset.preview.clone()).into_iter().collect(),
        ..ProductFacts::default()
    };
    for value in values {
        let Some(facet) = &value.facet else { continue };
        match facet.name.to_lowercase().as_str() {
            "brand" | "manufacturer" | "marke" | "hersteller" => facts.brand = Some(value.name.clone()),
            name if facts.attribute(&attribute::name_of(name)).is_some() => {}
            name => facts.attributes.extend(attribute::read(name, &value.name, None)),
        }
    }
    facts
}

fn price(variant: &Variant<'_>, look: &mut Observation) {
    let currency = variant.currency_code.as_deref().and_then(|code| code.parse::<Currency>().ok());
    let raw = variant.price_with_tax.map(RawValue::get).unwrap_or_default();
    match (currency, raw.trim_matches('"').parse::<i64>()) {
        (Some(currency), Ok(minor)) if minor > 0 => {
            let money = Money::new(minor, currency);
            look.price = Some(money);
            look.candidates.push(common::candidate(money, PriceKind::Current, raw, "vendure priceWithTax"));
        }
        (None, _) => common::without_price(look, "the variant names no currency"),
        (Some(_), Ok(_)) => common::without_price(look, "the price is zero"),
        (Some(_), Err(_)) => common::without_price(look, "the price is no whole number of minor units"),
    }
}

/// The words of a shop that was not set up otherwise, or a number of pieces.
fn stock(level: Option<&Value>) -> Availability {
    let text = match level {
        Some(Value::String(text)) => text.trim().to_uppercase(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return Availability::Unknown,
    };
    match (text.as_str(), text.parse::<i64>()) {
        (_, Ok(pieces)) if pieces <= 0 => Availability::OutOfStock,
        ("IN_STOCK", _) | (_, Ok(_)) => Availability::InStock,
        ("LOW_STOCK", _) => Availability::Limited,
        ("OUT_OF_STOCK", _) => Availability::OutOfStock,
        _ => Availability::Unknown,
    }
}

impl Listing for Vendure {
    fn next(&mut self) -> Option<Ask> {
        if self.done {
            return None;
        }
        let headers = self.channel.iter().map(|token| ("vendure-token".to_owned(), token.clone())).collect();
        let post = json!({ "query": QUERY, "variables": { "take": self.take, "skip": self.skip } });
        Some(Ask { post: Some(post), headers, ..Ask::get(self.endpoint.clone()) })
    }

    fn read(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        self.done = true;
        let answer: Answer<'_> = common::json(body)?;
        if !answer.errors.is_empty() {
            let message = answer.errors.into_iter().find_map(|e| e.message).unwrap_or_else(|| "no reason".to_owned());
            // A shop may allow fewer at once than usual.
            if message.contains("take") && self.take > LEAST_TAKE {
                self.take = (self.take / 2).max(LEAST_TAKE);
                self.done = false;
                return Ok(Part::default());
            }
            return Err(ListingError::Refused(format!("the shop's interface refused: {}", common::short(&message))));
        }
        let Some(products) = answer.data.and_then(|data| data.products) else {
            return Err(ListingError::Unreadable("it holds no products".to_owned()));
        };
        let mut part = Part::default();
        for item in &products.items {
            match serde_json::from_str::<Product<'_>>(item.get()) {
                Ok(product) => self.product(&product, now, &mut part),
                Err(error) => {
                    self.whole = false;
                    part.notes.push(format!("a product cannot be read: {error}"));
                }
            }
        }
        let read = products.items.len() as u64;
        self.skip += read;
        // Where the number changed on the way, products may have moved from page to page.
        self.whole &= self.total.is_none_or(|total| total == products.total_items);
        self.total = Some(products.total_items);
        self.done = read == 0 || self.skip >= products.total_items;
        self.complete = self.done && self.whole && self.skip >= products.total_items;
        Ok(part)
    }

    fn complete(&self) -> bool {
        self.complete
    }
}

#[cfg(test)]
mod tests;
