//! The columns of a flat export: one row for each offer as it stands, or for each price ever observed.
//!
//! Shared by CSV and Parquet, so that both say the same.

use super::Exported;
use crate::domain::{Condition, Money, Offer, PricePoint, Product, Timestamp};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Number,
    Text,
    Flag,
    /// A moment in UTC.
    Time,
}

#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

/// Every column, in order. `price` is the amount as people write it, `price_minor` the same in minor units.
pub const COLUMNS: &[Column] = &[
    column("product_id", Kind::Integer),
    column("title", Kind::Text),
    column("brand", Kind::Text),
    column("model", Kind::Text),
    column("gtin", Kind::Text),
    column("category", Kind::Text),
    column("stars", Kind::Number),
    column("ratings", Kind::Integer),
    column("invented", Kind::Flag),
    column("shop", Kind::Text),
    column("variant", Kind::Text),
    column("sku", Kind::Text),
    column("url", Kind::Text),
    column("condition", Kind::Text),
    column("availability", Kind::Text),
    column("price", Kind::Text),
    column("price_minor", Kind::Integer),
    column("currency", Kind::Text),
    column("list_price_minor", Kind::Integer),
    column("shipping_minor", Kind::Integer),
    column("observed_at", Kind::Time),
    column("outcome", Kind::Text),
];

/// One value; `None` is no value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Integer(Option<i64>),
    Number(Option<f64>),
    Text(Option<String>),
    Flag(Option<bool>),
    Time(Option<Timestamp>),
}

impl Value {
    /// As a CSV field; empty: no value.
    pub fn text(&self) -> String {
        match self {
            Self::Integer(value) => value.map(|v| v.to_string()),
            Self::Number(value) => value.map(|v| v.to_string()),
            Self::Text(value) => value.clone(),
            Self::Flag(value) => value.map(|v| v.to_string()),
            Self::Time(value) => value.map(|v| v.to_string()),
        }
        .unwrap_or_default()
    }
}

/// The rows of a product: its offers or its history; one without an offer where it has none.
pub fn rows(exported: &Exported) -> Vec<Vec<Value>> {
    let Exported { product, offers, points } = exported;
    let rows: Vec<Vec<Value>> = match points {
        Some(points) => points.iter().map(|point| observed(product, offers, point)).collect(),
        None => offers.iter().map(|offer| standing(product, Some(offer))).collect(),
    };
    if rows.is_empty() { vec![standing(product, None)] } else { rows }
}

fn of_product(product: &Product) -> Vec<Value> {
    let facts = &product.facts;
    vec![
        Value::Integer(Some(product.id.0)),
        Value::Text(Some(facts.title.clone())),
        Value::Text(facts.brand.clone()),
        Value::Text(facts.model.clone()),
        Value::Text(facts.gtin.clone()),
        Value::Text(facts.category.clone()),
        Value::Number(facts.rating.map(|r| r.stars)),
        Value::Integer(facts.rating.map(|r| i64::from(r.count))),
        Value::Flag(Some(product.invented)),
    ]
}

fn of_offer(offer: Option<&Offer>, shop: Option<&str>) -> Vec<Value> {
    let condition = offer.map(|offer| match offer.condition {
        Condition::New => "new",
        Condition::Used => "used",
        Condition::Refurbished => "refurbished",
        Condition::OpenBox => "open_box",
        Condition::Damaged => "damaged",
    });
    vec![
        Value::Text(shop.map(str::to_owned)),
        Value::Text(offer.and_then(|o| o.variant.clone())),
        Value::Text(offer.and_then(|o| o.sku.clone())),
        Value::Text(offer.and_then(|o| o.url.clone())),
        Value::Text(condition.map(str::to_owned)),
        Value::Text(offer.map(|o| o.availability.label().to_owned())),
    ]
}

fn of_price(price: Option<Money>, list: Option<Money>, shipping: Option<Money>) -> Vec<Value> {
    vec![
        Value::Text(price.map(|m| m.decimal())),
        Value::Integer(price.map(|m| m.minor)),
        Value::Text(price.or(list).map(|m| m.currency.to_string())),
        Value::Integer(list.map(|m| m.minor)),
        Value::Integer(shipping.map(|m| m.minor)),
    ]
}

fn standing(product: &Product, offer: Option<&Offer>) -> Vec<Value> {
    let mut row = of_product(product);
    row.extend(of_offer(offer, offer.map(|o| o.shop.name.as_str())));
    row.extend(of_price(offer.and_then(|o| o.price), offer.and_then(|o| o.list_price), offer.and_then(|o| o.shipping)));
    row.push(Value::Time(offer.and_then(|o| o.observed_at)));
    row.push(Value::Text(offer.map(|o| o.last_outcome.word().to_owned())));
    row
}

fn observed(product: &Product, offers: &[Offer], point: &PricePoint) -> Vec<Value> {
    let offer = offers.iter().find(|offer| offer.id == point.offer);
    let mut row = of_product(product);
    row.extend(of_offer(offer, Some(&point.shop)));
    row.extend(of_price(point.price, point.list_price, None));
    row.push(Value::Time(Some(point.at)));
    row.push(Value::Text(Some(point.outcome.word().to_owned())));
    row
}
