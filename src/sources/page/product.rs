//! Items that are products -> product facts, reviews, questions. Never reads a price.

use super::graph::{Graph, text_of, types};
use crate::domain::{Attribute, NewQuestion, NewReview, ProductFacts, Rating};
use crate::sources::{attribute, gtin};
use jiff::Timestamp;
use serde_json::Value;

/// Types that are goods whether or not an offer is stated.
const GOODS: [&str; 14] = [
    "Product",
    "ProductModel",
    "ProductGroup",
    "IndividualProduct",
    "SomeProducts",
    "Vehicle",
    "Car",
    "Motorcycle",
    "Book",
    "DietarySupplement",
    "Drug",
    "VideoGame",
    "SoftwareApplication",
    "MobileApplication",
];
/// LodgingBusiness and its subtypes, and what is let in them.
const LODGING: [&str; 14] = [
    "LodgingBusiness",
    "Hotel",
    "Hostel",
    "BedAndBreakfast",
    "Resort",
    "Motel",
    "SkiResort",
    "Campground",
    "VacationRental",
    "Apartment",
    "HotelRoom",
    "Suite",
    "Accommodation",
    "House",
];
const REVIEWS: usize = 500;
const LONGEST: usize = 8_000;

/// Whether the item is goods or lodging by its type.
pub fn is_product(item: &Value) -> bool {
    types(item).iter().any(|t| GOODS.contains(t) || LODGING.contains(t))
}

/// Whether the item is a place to stay.
pub fn is_lodging(item: &Value) -> bool {
    types(item).iter().any(|t| LODGING.contains(t))
}

/// The facts of a product item.
pub fn facts(graph: &Graph, item: &Value) -> ProductFacts {
    let text = |names: &[&str]| graph.text(item, names).map(|t| plain(&t));
    ProductFacts {
        title: text(&["name", "headline", "title", "alternateName", "nonProprietaryName"]).unwrap_or_default(),
        brand: text(&["brand", "manufacturer"]).filter(|b| !b.starts_with("http")),
        model: text(&["mpn", "model"]).filter(|m| !m.starts_with("http")),
        gtin: gtin_of(graph, item),
        group: None,
        variant: None,
        category: text(&["category"]).map(|c| category(&c)).filter(|c| !c.starts_with("http")),
        description: text(&["description"]),
        attributes: attributes(graph, item),
        images: graph.all(item, "image").into_iter().filter_map(image).take(20).collect(),
        rating: graph.first(item, "aggregateRating").and_then(|rating| self::rating(graph, rating)),
    }
}

/// A variant's facts: what it lacks comes from its group.
pub fn inherit(variant: &mut ProductFacts, group: &ProductFacts) {
    if variant.title.is_empty() {
        variant.title.clone_from(&group.title);
    }
    let fill = |own: &mut Option<String>, other: &Option<String>| {
        if own.is_none() {
            own.clone_from(other);
        }
    };
    fill(&mut variant.brand, &group.brand);
    fill(&mut variant.model, &group.model);
    fill(&mut variant.group, &group.group);
    fill(&mut variant.category, &group.category);
    fill(&mut variant.description, &group.description);
    if variant.images.is_empty() {
        variant.images.clone_from(&group.images);
    }
    variant.rating = variant.rating.or(group.rating);
    for attribute in &group.attributes {
        if variant.attribute(&attribute.name).is_none() {
            variant.attributes.push(attribute.clone());
        }
    }
}

/// A valid GTIN of an item, wherever shops put it.
pub fn gtin_of(graph: &Graph, item: &Value) -> Option<String> {
    let stated = ["gtin13", "gtin", "gtin14", "gtin12", "gtin8", "ean", "upc", "isbn", "productID"];
    let texts = stated.iter().flat_map(|name| graph.all(item, name)).filter_map(text_of);
    let mut texts = texts.map(|t| t.trim_start_matches("https://id.gs1.org/01/").to_owned());
    texts.find_map(|text| gtin::normalise(&text))
}

/// Description and titles as one line of text: markup taken out, white space folded.
fn plain(text: &str) -> String {
    let text = if text.contains('<') && text.contains('>') {
        scraper::Html::parse_fragment(text).root_element().text().collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    };
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.chars().take(LONGEST).collect()
}

fn category(text: &str) -> String {
    let parts = text.split(['>', '/', '›', '»', '|']).map(str::trim).filter(|p| !p.is_empty());
    parts.collect::<Vec<_>>().join(" > ")
}

fn image(value: &Value) -> Option<String> {
    let address = match value {
        Value::Object(object) => ["contentUrl", "url", "@id"].iter().find_map(|k| object.get(*k).and_then(text_of)),
        value => text_of(value),
    };
    address.filter(|a| !a.starts_with("data:"))
}

/// Stars out of five, whatever scale they were given on; `None` where nobody rated.
pub fn rating(graph: &Graph, item: &Value) -> Option<Rating> {
    let number = |names: &[&str]| graph.text(item, names).and_then(|t| stars_number(&t));
    let value = number(&["ratingValue", "value"])?;
    let best = number(&["bestRating"]).filter(|b| *b > 0.0).unwrap_or(if value > 5.0 {
        if value > 10.0 { 100.0 } else { 10.0 }
    } else {
        5.0
    });
    let worst = number(&["worstRating"]).unwrap_or(0.0);
    let count = number(&["ratingCount"]).filter(|n| *n > 0.0).or_else(|| number(&["reviewCount"])).unwrap_or(0.0);
    if value > best || (value <= 0.0 && count <= 0.0) {
        return None;
    }
    let stars = if (best - 5.0).abs() < 1e-9 || worst <= 1.0 || best <= worst {
        value / best * 5.0
    } else {
        (value - worst) / (best - worst) * 5.0
    };
    // Counts beyond u32 are no counts of people.
    let count = if count.is_finite() && count < f64::from(u32::MAX) { count as u32 } else { 0 };
    stars.is_finite().then(|| Rating { stars: stars.clamp(0.0, 5.0), count })
}

/// `4,6`, `4.6/5`, `1,234`.
pub fn stars_number(text: &str) -> Option<f64> {
    let text = text.split('/').next()?.trim();
    let plain = match text.split_once(',') {
        Some((_, tail)) if tail.len() == 3 && tail.bytes().all(|b| b.is_ascii_digit()) => text.replace(',', ""),
        _ => text.replace(',', "."),
    };
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

const OWN: [&str; 15] = [
    "color",
    "size",
    "material",
    "pattern",
    "weight",
    "width",
    "height",
    "depth",
    "numberOfRooms",
    "checkinTime",
    "checkoutTime",
    "petsAllowed",
    "priceRange",
    "starRating",
    "occupancy",
];

fn attributes(graph: &Graph, item: &Value) -> Vec<Attribute> {
    let mut found: Vec<Attribute> = Vec::new();
    let mut add = |attribute: Option<Attribute>| {
        if let Some(attribute) = attribute
            && !found.iter().any(|held| held.name == attribute.name)
        {
            found.push(attribute);
        }
    };
    for name in OWN {
        for value in graph.all(item, name).into_iter().take(1) {
            add(quantity(graph, name, value));
        }
    }
    for list in ["additionalProperty", "amenityFeature"] {
        for property in graph.all(item, list).into_iter().take(100) {
            let name = graph.text(property, &["name", "propertyID"]).unwrap_or_default();
            add(quantity(graph, &name, property));
        }
    }
    found
}

/// A QuantitativeValue or PropertyValue, or plain text.
fn quantity(graph: &Graph, name: &str, value: &Value) -> Option<Attribute> {
    if !value.is_object() {
        return attribute::read(name, &text_of(value)?, None);
    }
    let unit = graph.text(value, &["unitText", "unitCode"]);
    let text = graph
        .text(value, &["value", "ratingValue", "maxValue"])
        .or_else(|| graph.text(value, &["name"]).filter(|t| t != name))?;
    attribute::read(name, &text, unit.as_deref())
}

/// The reviews on an item.
pub fn reviews(graph: &Graph, item: &Value) -> Vec<NewReview> {
    let listed = ["review", "reviews"].iter().flat_map(|name| graph.all(item, name));
    listed.take(REVIEWS).filter_map(|review| self::review(graph, review)).collect()
}

fn review(graph: &Graph, item: &Value) -> Option<NewReview> {
    let body = graph.text(item, &["reviewBody", "description"]).map(|t| plain(&t)).unwrap_or_default();
    let stars = graph.first(item, "reviewRating").and_then(|r| rating(graph, r)).map(|r| r.stars);
    if body.is_empty() && stars.is_none() {
        return None;
    }
    Some(NewReview {
        key: graph.text(item, &["@id", "url"]).filter(|id| id.contains('#') || id.len() > 12).unwrap_or_default(),
        stars,
        title: graph.text(item, &["headline", "name"]).map(|t| plain(&t)),
        body,
        author: graph.text(item, &["author"]),
        written_at: graph.text(item, &["datePublished", "dateCreated"]).and_then(|t| date(&t)),
        variant: None,
    })
}

/// A date, or a date with a time, as UTC; a date alone is its midnight.
pub fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = text.parse::<jiff::civil::DateTime>() {
        return at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp());
    }
    let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp())
}

/// Questions of an FAQ or question page.
pub fn question(graph: &Graph, item: &Value) -> Option<NewQuestion> {
    let question = graph.text(item, &["name", "text"]).map(|t| plain(&t))?;
    let answers = ["acceptedAnswer", "suggestedAnswer"].iter().find_map(|name| graph.first(item, name));
    let answer = answers.and_then(|a| graph.text(a, &["text", "name"])).map(|t| plain(&t));
    let asked_at = graph.text(item, &["dateCreated", "datePublished"]).and_then(|t| date(&t));
    Some(NewQuestion { question, answer, asked_at })
}
