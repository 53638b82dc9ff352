//! The nested product of the Agentic Commerce Protocol: a product with its variants, amounts in minor units.
//!
//! Each variant is an offer of its own. Never converts an amount; never takes the list price for the price.

use super::FeedOptions;
use super::plain;
use crate::domain::*;
use crate::sources::{attribute, gtin, page};
use serde_json::Value;

const MOST_VARIANTS: usize = 500;

/// What the first line says of the whole feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    pub merchant: Option<String>,
}

/// The feed's header line, if it is one.
pub fn header(value: &Value) -> Option<Header> {
    let is_header = value.get("feed_id").is_some() && value.get("title").is_none();
    is_header.then(|| Header { merchant: text(value, "target_merchant") })
}

/// Whether a product is in the nested form.
pub fn is_nested(value: &Value) -> bool {
    value.get("variants").is_some_and(Value::is_array)
}

/// The variants of a product.
pub fn read(product: &Value, header: &Header, options: &FeedOptions) -> Vec<Observation> {
    let id = text(product, "id");
    let variants = product.get("variants").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let several = variants.len() > 1;
    let of = |variant: &Value| {
        let key = text(variant, "id").or_else(|| id.clone().filter(|_| !several))?;
        let facts = facts(product, variant, id.clone().filter(|_| several));
        let mut look = Observation::new(options.shop.clone(), key.clone(), facts, options.now);
        look.sku = Some(key);
        look.url = text(variant, "url").or_else(|| text(product, "url")).filter(|u| u.starts_with("http"));
        look.variant = options_of(variant);
        look.seller =
            variant.get("seller").and_then(|s| text(s, "name")).filter(|s| Some(s) != header.merchant.as_ref());
        look.condition = condition(variant);
        look.availability = availability(variant.get("availability"));
        prices(variant, &mut look);
        Some(look)
    };
    variants.iter().take(MOST_VARIANTS).filter_map(of).collect()
}

fn text(value: &Value, key: &str) -> Option<String> {
    let text = match value.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn facts(product: &Value, variant: &Value, group: Option<String>) -> ProductFacts {
    let either = |key: &str| text(variant, key).or_else(|| text(product, key));
    let line = |text: String| plain::line(&text, 300);
    let description = |of: &Value| {
        let description = of.get("description")?;
        let parts = ["plain", "html", "markdown"].iter().find_map(|form| text(description, form));
        parts.or_else(|| text(of, "description"))
    };
    let media = [variant, product].into_iter().filter_map(|of| of.get("media")?.as_array()).flatten();
    let images = media.filter(|m| m.get("type").and_then(Value::as_str).is_none_or(|t| t == "image"));
    let mut images: Vec<String> = images.filter_map(|m| text(m, "url")).filter(|u| u.starts_with("http")).collect();
    images.dedup();
    images.truncate(10);
    let category = variant.get("categories").or_else(|| product.get("categories")).and_then(Value::as_array);
    let category = category.and_then(|list| list.iter().find_map(|c| text(c, "value")));
    ProductFacts {
        title: text(product, "title").or_else(|| text(variant, "title")).map(line).unwrap_or_default(),
        brand: either("brand").map(line),
        model: either("mpn").map(line),
        gtin: codes(variant),
        group,
        variant: None,
        category: category.map(line),
        description: description(variant).or_else(|| description(product)).map(|t| plain::line(&t, 5_000)),
        attributes: pairs(variant).filter_map(|(name, value)| attribute::read(&name, &value, None)).collect(),
        images,
        rating: None,
    }
}

fn codes(variant: &Value) -> Option<String> {
    let listed = variant.get("barcodes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let listed = listed.iter().filter_map(|code| text(code, "value"));
    listed.chain(text(variant, "gtin")).find_map(|code| gtin::normalise(&code))
}

fn pairs(variant: &Value) -> impl Iterator<Item = (String, String)> {
    let list = variant.get("variant_options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().take(20).filter_map(|option| {
        let value = text(option, "value").or_else(|| text(option, "label"))?;
        Some((text(option, "name")?, value))
    })
}

fn options_of(variant: &Value) -> Option<String> {
    let values: Vec<String> = pairs(variant).map(|(_, value)| value).collect();
    (!values.is_empty()).then(|| plain::line(&values.join(", "), 300))
}

fn condition(variant: &Value) -> Condition {
    let stated = match variant.get("condition") {
        Some(Value::Array(list)) => list.first().and_then(Value::as_str),
        other => other.and_then(Value::as_str),
    };
    stated.map(|word| page::condition(&word.replace('_', " "))).unwrap_or_default()
}

fn availability(value: Option<&Value>) -> Availability {
    let Some(value) = value else { return Availability::Unknown };
    let stated = value.get("status").and_then(Value::as_str).or_else(|| value.as_str()).map(|word| match word {
        "limited_stock" => Availability::Limited,
        word => page::availability(word),
    });
    match (stated, value.get("available").and_then(Value::as_bool)) {
        (Some(known), _) if known != Availability::Unknown => known,
        (_, Some(true)) => Availability::InStock,
        (_, Some(false)) => Availability::OutOfStock,
        _ => Availability::Unknown,
    }
}

/// `{"amount": 1299, "currency": "EUR"}`: minor units of the currency.
fn money(value: Option<&Value>) -> Option<Money> {
    let value = value?;
    let currency = value.get("currency")?.as_str()?.parse().ok()?;
    Some(Money::new(value.get("amount")?.as_i64().filter(|n| *n >= 0)?, currency))
}

fn prices(variant: &Value, look: &mut Observation) {
    let mut keep = |name: &str, kind: PriceKind| {
        let value = variant.get(name);
        let money = money(value)?;
        let raw = plain::line(&value.map(Value::to_string).unwrap_or_default(), 80);
        look.candidates.push(PriceCandidate { money, kind, raw, place: format!("feed {name}") });
        Some(money)
    };
    let list = keep("list_price", PriceKind::List);
    let unit = keep("unit_price", PriceKind::Unit);
    let price = keep("price", PriceKind::Current).filter(|p| p.minor > 0);
    look.price = price;
    look.list_price = list.filter(|l| price.is_some_and(|p| p.currency == l.currency && l.minor > p.minor));
    look.unit_price = unit.and_then(|money| {
        let reference = variant.get("unit_price")?.get("reference")?;
        Some(UnitPrice { money, per: reference.get("value")?.as_f64()?, unit: text(reference, "unit")? })
    });
    if price.is_none() {
        look.outcome = Outcome::NoPrice;
        look.detail = Some("the feed names no price that can be read".to_owned());
    }
}
