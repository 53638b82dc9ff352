//! An item of a product feed as an [`Observation`]: what each of its amounts is, and which of them is the price.
//!
//! Never takes a member's price, an instalment, a subscription or a sale outside of its window for the price.

use super::FeedOptions;
use super::money;
use super::plain;
use super::row::Row;
use super::when::{self, Window};
use crate::domain::*;
use crate::sources::{attribute, gtin, page};

const MOST_TITLE: usize = 300;
const MOST_TEXT: usize = 5_000;
const MOST_IMAGES: usize = 10;
/// Attributes that a feed states in plain words, and their names with us.
const PLAIN: [(&str, &str); 11] = [
    ("color", "colour"),
    ("size", "size"),
    ("material", "material"),
    ("pattern", "pattern"),
    ("gender", "gender"),
    ("age_group", "age group"),
    ("energy_efficiency_class", "energy class"),
    ("product_length", "length"),
    ("product_width", "width"),
    ("product_height", "height"),
    ("product_weight", "weight"),
];

/// What became of an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    Look(Box<Observation>),
    /// It was on offer up to a moment that has passed.
    Expired,
}

/// Reads an item. What is odd about it, yet no reason to leave it out, goes to `notes`.
///
/// # Errors
/// Why it is no offer.
pub fn read(row: &Row, options: &FeedOptions, notes: &mut Vec<&'static str>) -> Result<Read, String> {
    if let Some(text) = row.get("expiration_date") {
        match when::moment(text) {
            Some(at) if at <= options.now => return Ok(Read::Expired),
            Some(_) => {}
            None => notes.push("an expiration_date that is no date"),
        }
    }
    let number = row.all("gtin").find_map(gtin::normalise);
    let url = row.get("link").filter(|u| u.starts_with("http://") || u.starts_with("https://")).map(str::to_owned);
    let id = row.get("id").map(str::to_owned);
    let key = id.clone().or_else(|| url.clone()).or_else(|| number.clone()).ok_or("has no id, link or gtin")?;
    if key.len() > 2_000 {
        return Err("has an id of more than 2,000 characters".to_owned());
    }
    let mut look = Observation::new(options.shop.clone(), key, facts(row, number), options.now);
    if look.product.title.is_empty() {
        look.outcome = Outcome::Error;
        look.detail = Some("the feed names no title for it".to_owned());
        return Ok(Read::Look(Box::new(look)));
    }
    look.sku = id;
    look.url = url;
    look.seller = row.get("seller_name").or_else(|| row.get("external_seller_id")).map(str::to_owned);
    look.variant = variant(row);
    look.condition = row.get("condition").map(page::condition).unwrap_or_default();
    look.availability = row.get("availability").map(availability).unwrap_or_default();
    prices(row, &mut look, options, notes);
    shipping(row, &mut look, options);
    Ok(Read::Look(Box::new(look)))
}

/// An item that could not be read, so that what is known of its offer stays and it is not taken for gone.
pub fn unreadable(id: &str, reason: &str, options: &FeedOptions) -> Observation {
    let mut look = Observation::new(options.shop.clone(), id, ProductFacts::default(), options.now);
    look.outcome = Outcome::Error;
    look.detail = Some(format!("the feed's item {reason}"));
    look
}

fn facts(row: &Row, gtin: Option<String>) -> ProductFacts {
    let text = |name: &str, most: usize| row.get(name).map(|t| plain::line(t, most)).filter(|t| !t.is_empty());
    // A bare number is an id of Google's taxonomy, which says nothing to a reader.
    let named = |name: &str| text(name, MOST_TITLE).filter(|t| !t.bytes().all(|b| b.is_ascii_digit()));
    let images = row.all("image_link").chain(row.all("additional_image_link"));
    let images = images.filter(|u| u.starts_with("http")).take(MOST_IMAGES).map(str::to_owned).collect();
    ProductFacts {
        title: text("title", MOST_TITLE).unwrap_or_default(),
        brand: text("brand", MOST_TITLE),
        model: text("mpn", MOST_TITLE),
        gtin,
        group: row.get("item_group_id").map(str::to_owned),
        variant: None,
        category: named("product_type").or_else(|| named("google_product_category")),
        description: text("description", MOST_TEXT),
        attributes: attributes(row),
        images,
        rating: rating(row),
    }
}

fn attributes(row: &Row) -> Vec<Attribute> {
    let stated = PLAIN.iter().filter_map(|(name, label)| attribute::read(label, row.get(name)?, None));
    let packs =
        row.get("multipack").filter(|n| *n != "0" && *n != "1").and_then(|n| attribute::read("multipack", n, None));
    let bundle = row
        .get("is_bundle")
        .filter(|v| matches!(*v, "yes" | "true"))
        .and_then(|_| attribute::read("bundle", "yes", None));
    let weight = row.get("weight").and_then(|w| attribute::read("weight", w, row.get("item_weight_unit")));
    let details = row.groups("product_detail").filter_map(|detail| {
        let (name, value) = match (detail.part("attribute_name"), detail.part("attribute_value")) {
            (Some(name), Some(value)) => (name, value),
            // A table's `section:name:value`.
            _ => match detail.parts.as_slice() {
                [_, (_, name), (_, value)] => (name.as_str(), value.as_str()),
                _ => return None,
            },
        };
        attribute::read(name, value, None)
    });
    let mut found: Vec<Attribute> = Vec::new();
    for one in stated.chain(packs).chain(bundle).chain(weight).chain(details).take(100) {
        if !found.iter().any(|known| known.name == one.name) {
            found.push(one);
        }
    }
    found
}

fn rating(row: &Row) -> Option<Rating> {
    let stars: f64 = row.get("star_rating")?.replace(',', ".").parse().ok()?;
    let count = row.get("review_count").and_then(|n| n.parse().ok()).unwrap_or(0);
    (0.0..=5.0).contains(&stars).then_some(Rating { stars, count })
}

/// Colour, size, material and pattern of one of a group, or the values of a variant dictionary.
fn variant(row: &Row) -> Option<String> {
    if let Some(dict) = row.get("variant_dict")
        && let Ok(serde_json::Value::Object(object)) = serde_json::from_str(dict)
    {
        let values: Vec<&str> = object.values().filter_map(|v| v.as_str()).collect();
        if !values.is_empty() {
            return Some(plain::line(&values.join(", "), MOST_TITLE));
        }
    }
    row.get("item_group_id")?;
    let parts: Vec<&str> = ["color", "size", "material", "pattern"].iter().filter_map(|name| row.get(name)).collect();
    (!parts.is_empty()).then(|| plain::line(&parts.join(", "), MOST_TITLE))
}

fn availability(text: &str) -> Availability {
    match text.trim().to_ascii_lowercase().replace(['_', '-'], " ").as_str() {
        // What the format called goods that can be ordered now, until 2014.
        "available for order" => Availability::InStock,
        "limited stock" => Availability::Limited,
        _ => page::availability(text),
    }
}

/// The amounts of an item, and the one to go by.
fn prices(row: &Row, look: &mut Observation, options: &FeedOptions, notes: &mut Vec<&'static str>) {
    let regular = amount(row, "price", PriceKind::Current, look, options);
    let sale = amount(row, "sale_price", PriceKind::Unknown, look, options);
    let list = amount(row, "maximum_retail_price", PriceKind::List, look, options);
    let spread = others(row, look, options);
    let Some(regular) = regular else {
        look.outcome = Outcome::NoPrice;
        look.detail = Some(match row.get("price") {
            Some(text) => format!("the feed's price \"{}\" cannot be read", plain::line(text, 40)),
            None => "the feed names no price".to_owned(),
        });
        return;
    };
    if regular.minor == 0 {
        look.outcome = Outcome::NoPrice;
        look.detail = Some(if spread { "paid by instalments or a contract" } else { "a price of zero" }.to_owned());
        return;
    }
    look.price = Some(regular);
    look.list_price = list.filter(|l| l.currency == regular.currency && l.minor > regular.minor);
    if let Some(sale) = sale {
        match on_sale(row, regular, sale, options.now) {
            Ok(true) => {
                look.price = Some(sale);
                look.list_price = Some(regular);
                rename(look, "price", PriceKind::List);
                rename(look, "sale_price", PriceKind::Sale);
            }
            Ok(false) => {}
            Err(why) => notes.push(why),
        }
    }
    if let (Some(price), Some(measure)) = (look.price, row.get("unit_pricing_measure")) {
        look.unit_price = money::per_unit(price, measure, row.get("unit_pricing_base_measure"));
    }
    look.tax_included = tax(regular.currency);
}

/// Whether the sale price is asked now.
fn on_sale(row: &Row, regular: Money, sale: Money, now: Timestamp) -> Result<bool, &'static str> {
    if sale.currency != regular.currency {
        return Err("a sale price in another currency than the price");
    }
    if sale.minor == 0 || sale.minor >= regular.minor {
        return if sale == regular { Ok(false) } else { Err("a sale price that is zero or above the price") };
    }
    let (from, until) = (row.get("sale_price_start_date"), row.get("sale_price_end_date"));
    let window = match row.get("sale_price_effective_date") {
        Some(text) => Window::parse(text),
        None if from.is_some() || until.is_some() => Window::between(from, until),
        None => return Ok(true),
    };
    window.map(|w| w.holds(now)).ok_or("a sale window that cannot be read: the regular price is kept")
}

/// Reads one amount and keeps it as a candidate.
fn amount(row: &Row, name: &str, kind: PriceKind, look: &mut Observation, options: &FeedOptions) -> Option<Money> {
    let raw = row.get(name)?;
    let money = money::read(raw, options.currency)?;
    look.candidates.push(candidate(money, kind, raw, name));
    Some(money)
}

fn candidate(money: Money, kind: PriceKind, raw: &str, name: &str) -> PriceCandidate {
    PriceCandidate { money, kind, raw: plain::line(raw, 80), place: format!("feed {name}") }
}

fn rename(look: &mut Observation, name: &str, kind: PriceKind) {
    let place = format!("feed {name}");
    look.candidates.iter_mut().filter(|c| c.place == place).for_each(|c| c.kind = kind);
}

/// Members' prices, instalments and subscriptions; whether the item is paid in parts.
fn others(row: &Row, look: &mut Observation, options: &FeedOptions) -> bool {
    let mut spread = false;
    for (name, part, kind) in [
        ("loyalty_program", "price", PriceKind::Member),
        ("installment", "amount", PriceKind::Instalment),
        ("subscription_cost", "amount", PriceKind::Instalment),
    ] {
        for group in row.groups(name).take(20) {
            let named = group.part(part).map(str::to_owned);
            let unnamed = || {
                group
                    .parts
                    .iter()
                    .map(|(_, v)| v)
                    .find(|v| v.bytes().any(|b| b.is_ascii_alphabetic()) && money::read(v, None).is_some())
                    .cloned()
            };
            let Some(raw) = named.or_else(unnamed) else { continue };
            if let Some(money) = money::read(&raw, options.currency) {
                spread |= kind == PriceKind::Instalment;
                look.candidates.push(candidate(money, kind, &raw, name));
            }
        }
    }
    spread
}

/// What shipping costs: the cheapest way, where all ways go to one country.
fn shipping(row: &Row, look: &mut Observation, options: &FeedOptions) {
    let mut ways: Vec<(String, Money)> = Vec::new();
    for group in row.groups("shipping").take(50) {
        let country = group
            .part("country")
            .or_else(|| group.parts.first().filter(|(n, _)| n.is_empty()).map(|(_, v)| v.as_str()));
        let country = country.filter(|c| c.len() == 2).unwrap_or_default().to_uppercase();
        // Of a table's `US:CA:Ground:5.99 USD` the price is the part that is one.
        let unnamed = || group.parts.iter().map(|(_, v)| v.as_str()).find(|v| money::read(v, None).is_some());
        let Some(raw) = group.part("price").or_else(unnamed) else { continue };
        if let Some(money) = money::read(raw, options.currency) {
            look.candidates.push(candidate(money, PriceKind::Shipping, raw, "shipping"));
            ways.push((country, money));
        }
    }
    if let Some(text) = row.get("shipping_price")
        && let Some(raw) = text.rsplit(':').next()
        && let Some(money) = money::read(raw, options.currency)
    {
        look.candidates.push(candidate(money, PriceKind::Shipping, raw, "shipping_price"));
        ways.push((String::new(), money));
    }
    let home = options.country.as_deref().or_else(|| row.get("target_country"));
    let to: Vec<&(String, Money)> = match home {
        Some(home) => ways.iter().filter(|(c, _)| c.is_empty() || c.eq_ignore_ascii_case(home)).collect(),
        None => ways.iter().collect(),
    };
    let one_country = to.windows(2).all(|w| matches!(w, [a, b] if a.0 == b.0 && a.1.currency == b.1.currency));
    look.shipping = to.iter().map(|(_, m)| *m).min_by_key(|m| m.minor).filter(|_| one_country);
    if look.price.is_some() && look.shipping.is_some() {
        look.shipping_included = Some(false);
    }
}

/// The format wants prices with value-added tax but without the sales tax of the United States and Canada.
fn tax(currency: Currency) -> Option<bool> {
    match currency.code() {
        "USD" | "CAD" => Some(false),
        "EUR" | "GBP" | "CHF" | "SEK" | "NOK" | "DKK" | "PLN" | "CZK" | "HUF" | "RON" | "BGN" | "AUD" | "NZD" => {
            Some(true)
        }
        _ => None,
    }
}
