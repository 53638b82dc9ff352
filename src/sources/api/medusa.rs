//! Medusa's store API (version 2): products with the calculated price of each variant in one region.
//!
//! Amounts are JSON numbers in major units: read from their digits, never through a float. Without a region a shop
//! names no prices, so one is found first.

use super::common;
use crate::domain::*;
use crate::sources::listing::{Ask, Keys, Listing, ListingError, Part};
use crate::sources::{attribute, gtin, price};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashSet;
use url::Url;

const LIMIT: u64 = 50;
const FIELDS: &str = "*variants.calculated_price,+variants.inventory_quantity";

#[derive(Deserialize)]
struct Regions {
    regions: Vec<Region>,
}

#[derive(Deserialize)]
struct Region {
    id: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    products: Vec<&'a RawValue>,
    count: u64,
}

#[derive(Deserialize)]
struct Product<'a> {
    id: String,
    title: String,
    handle: Option<String>,
    description: Option<String>,
    thumbnail: Option<String>,
    material: Option<String>,
    collection: Option<Titled>,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    #[serde(borrow)]
    variants: Option<Vec<Variant<'a>>>,
}

#[derive(Deserialize)]
struct Titled {
    title: Option<String>,
}

#[derive(Deserialize)]
struct Kind {
    value: Option<String>,
}

#[derive(Deserialize)]
struct Variant<'a> {
    id: String,
    title: Option<String>,
    sku: Option<String>,
    ean: Option<String>,
    upc: Option<String>,
    barcode: Option<String>,
    manage_inventory: Option<bool>,
    allow_backorder: Option<bool>,
    inventory_quantity: Option<i64>,
    options: Option<Vec<VariantOption>>,
    #[serde(borrow)]
    calculated_price: Option<Price<'a>>,
}

#[derive(Deserialize)]
struct VariantOption {
    value: Option<String>,
    option: Option<Titled>,
}

#[derive(Deserialize)]
struct Price<'a> {
    #[serde(borrow)]
    calculated_amount: Option<&'a RawValue>,
    #[serde(borrow)]
    calculated_amount_with_tax: Option<&'a RawValue>,
    #[serde(borrow)]
    original_amount: Option<&'a RawValue>,
    #[serde(borrow)]
    original_amount_with_tax: Option<&'a RawValue>,
    currency_code: Option<String>,
    is_calculated_price_tax_inclusive: Option<bool>,
    calculated_price: Option<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    price_list_type: Option<String>,
    min_quantity: Option<i64>,
}

/// A Medusa shop that is being read.
pub struct Medusa {
    /// The shop's address up to `/store/`.
    base: Url,
    shop: ShopRef,
    key: String,
    region: Option<String>,
    offset: u64,
    count: Option<u64>,
    seen: HashSet<String>,
    done: bool,
    complete: bool,
    /// Every page read so far was read whole and the number of products stayed the same.
    whole: bool,
}

impl Medusa {
    /// The shop at an address: its own or that of `/store/products`, with the region to ask for as `region_id`.
    ///
    /// # Errors
    /// Where the address is none or the publishable key is missing.
    pub fn open(location: &str, keys: &Keys) -> Result<Self, ListingError> {
        let mut base = common::address(location)?;
        let region = base.query_pairs().find(|(name, _)| name == "region_id").map(|(_, id)| id.into_owned());
        let path = base.path().trim_end_matches('/');
        let root = path.strip_suffix("/store/products").or_else(|| path.strip_suffix("/store")).unwrap_or(path);
        let path = format!("{root}/store/");
        base.set_path(&path);
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self {
            shop: common::shop(&base),
            base,
            key: keys.get("medusa")?.to_owned(),
            region: region.filter(|id| !id.is_empty()),
            offset: 0,
            count: None,
            seen: HashSet::new(),
            done: false,
            complete: false,
            whole: true,
        })
    }

    /// Takes the first region; says which where there are others.
    fn choose(&mut self, body: &[u8]) -> Result<Part, ListingError> {
        let Regions { mut regions } = common::json(body)?;
        if regions.is_empty() {
            return Err(ListingError::Refused(
                "the shop names no region, so it has no prices; add ?region_id=… to the address".to_owned(),
            ));
        }
        let mut part = Part::default();
        let others = regions.len() - 1;
        let first = regions.swap_remove(0);
        if others > 0 {
            let name = common::short(first.name.as_deref().unwrap_or(&first.id));
            part.notes
                .push(format!("prices are those of the region {name}; add ?region_id=… for one of {others} others"));
        }
        self.region = Some(first.id);
        self.done = false;
        Ok(part)
    }

    fn product(&mut self, product: Product<'_>, now: Timestamp, part: &mut Part) {
        let facts = facts(&product);
        let variants = product.variants.unwrap_or_default();
        let alone = variants.len() == 1;
        for variant in variants {
            if !self.seen.insert(variant.id.clone()) {
                continue;
            }
            let mut look = Observation::new(self.shop.clone(), variant.id.clone(), facts.clone(), now);
            let options = variant.options.as_deref().unwrap_or_default();
            look.variant = common::joined(options.iter().filter_map(|o| o.value.as_deref()))
                .or_else(|| variant.title.clone().filter(|title| !title.trim().is_empty()))
                .filter(|name| !(alone && name.to_lowercase().starts_with("default")));
            if look.variant.is_some() {
                look.product.attributes.extend(options.iter().filter_map(|option| {
                    attribute::read(option.option.as_ref()?.title.as_deref()?, option.value.as_deref()?, None)
                }));
            }
            look.product.gtin = [&variant.ean, &variant.upc, &variant.barcode]
                .into_iter()
                .flatten()
                .find_map(|code| gtin::normalise(code));
            look.sku = variant.sku.clone().filter(|sku| !sku.is_empty());
            look.availability = stock(&variant);
            put_price(variant.calculated_price.as_ref(), &mut look);
            part.observations.push(look);
        }
    }
}

fn facts(product: &Product<'_>) -> ProductFacts {
    let collection = product.collection.as_ref().and_then(|c| c.title.as_deref());
    let kind = product.kind.as_ref().and_then(|k| k.value.as_deref());
    ProductFacts {
        title: product.title.trim().to_owned(),
        group: Some(product.handle.clone().filter(|h| !h.is_empty()).unwrap_or_else(|| product.id.clone())),
        category: common::joined_by(" > ", [collection, kind].into_iter().flatten()),
        description: product.description.as_deref().and_then(common::description),
        attributes: product
            .material
            .as_deref()
            .and_then(|m| attribute::read("material", m, None))
            .into_iter()
            .collect(),
        images: product.thumbnail.clone().into_iter().collect(),
        ..ProductFacts::default()
    }
}

fn stock(variant: &Variant<'_>) -> Availability {
    match (variant.manage_inventory, variant.inventory_quantity, variant.allow_backorder) {
        (Some(false), ..) => Availability::InStock,
        (_, Some(pieces), _) if pieces > 0 => Availability::InStock,
        (_, Some(_), Some(true)) => Availability::BackOrder,
        (_, Some(_), _) => Availability::OutOfStock,
        _ => Availability::Unknown,
    }
}

fn put_price(price: Option<&Price<'_>>, look: &mut Observation) {
    let Some(price) = price else { return common::without_price(look, "the shop names no price in this region") };
    let Some(currency) = price.currency_code.as_deref().and_then(|code| code.parse::<Currency>().ok()) else {
        return common::without_price(look, "the price names no currency");
    };
    let read = |raw: Option<&RawValue>| raw.and_then(|raw| amount(raw.get(), currency));
    let taxed = read(price.calculated_amount_with_tax);
    let (raw, money, before_raw, tax) = match taxed {
        Some(money) => (price.calculated_amount_with_tax, money, price.original_amount_with_tax, Some(true)),
        None => match read(price.calculated_amount) {
            Some(money) => {
                (price.calculated_amount, money, price.original_amount, price.is_calculated_price_tax_inclusive)
            }
            None => return common::without_price(look, "the price is no amount of its currency"),
        },
    };
    let rule = price.calculated_price.as_ref();
    let sale = rule.and_then(|r| r.price_list_type.as_deref()) == Some("sale");
    let before = read(before_raw).filter(|before| sale && before.minor > money.minor);
    let text = |raw: Option<&RawValue>| raw.map(RawValue::get).unwrap_or_default().to_owned();
    look.tax_included = tax;
    if let Some(least) = rule.and_then(|r| r.min_quantity).filter(|least| *least > 1) {
        look.candidates.push(common::candidate(money, PriceKind::Promotion, &text(raw), "medusa calculated_amount"));
        return common::without_price(look, format!("the price is for {least} or more"));
    }
    let kind = if before.is_some() { PriceKind::Sale } else { PriceKind::Current };
    look.candidates.push(common::candidate(money, kind, &text(raw), "medusa calculated_amount"));
    look.candidates
        .extend(before.map(|m| common::candidate(m, PriceKind::List, &text(before_raw), "medusa original_amount")));
    look.price = Some(money);
    look.list_price = before;
}

/// The digits as they stand there. Amounts with tax are products of two numbers and may have more decimals than the
/// currency. Zero is no price.
fn amount(raw: &str, currency: Currency) -> Option<Money> {
    price::to_money(raw.trim().trim_matches('"'), currency).filter(|money| money.minor > 0)
}

impl Listing for Medusa {
    fn next(&mut self) -> Option<Ask> {
        if self.done {
            return None;
        }
        let path = if self.region.is_some() { "products" } else { "regions" };
        let mut url = self.base.join(path).ok()?;
        if let Some(region) = &self.region {
            url.query_pairs_mut()
                .append_pair("limit", &LIMIT.to_string())
                .append_pair("offset", &self.offset.to_string())
                .append_pair("region_id", region)
                .append_pair("fields", FIELDS);
        }
        let headers = vec![("x-publishable-api-key".to_owned(), self.key.clone())];
        Some(Ask { headers, ..Ask::get(url) })
    }

    fn read(&mut self, body: &[u8], now: Timestamp) -> Result<Part, ListingError> {
        self.done = true;
        common::refusal(body)?;
        if self.region.is_none() {
            return self.choose(body);
        }
        let page: Page<'_> = common::json(body)?;
        let mut part = Part::default();
        for item in &page.products {
            match serde_json::from_str::<Product<'_>>(item.get()) {
                Ok(product) => self.product(product, now, &mut part),
                Err(error) => {
                    self.whole = false;
                    part.notes.push(format!("a product cannot be read: {error}"));
                }
            }
        }
        let read = page.products.len() as u64;
        self.offset += read;
        self.whole &= self.count.is_none_or(|count| count == page.count);
        self.count = Some(page.count);
        self.done = read == 0 || self.offset >= page.count;
        self.complete = self.done && self.whole && self.offset >= page.count;
        Ok(part)
    }

    fn complete(&self) -> bool {
        self.complete
    }
}

#[cfg(test)]
mod tests;
