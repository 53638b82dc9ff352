//! What the head of a page says of itself: title, canonical address, OpenGraph product tags. The last resort for a price.

use super::decide::decide;
use super::offer::{self, Around, PageOffer};
use super::{PageProduct, markup};
use crate::domain::{Currency, PriceCandidate, PriceKind, ProductFacts};
use crate::sources::price::{self, Hint};
use scraper::{Html, Selector};
use std::collections::HashMap;

/// OpenGraph's reading of a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meta {
    pub currency: Option<Currency>,
    pub product: Option<PageProduct>,
}

/// The page's title.
pub fn title(document: &Html) -> Option<String> {
    let tags = tags(document);
    let stated = tags.get("og:title").cloned();
    stated.or_else(|| {
        let found = ["h1", "title"].iter().find_map(|name| {
            let selector = Selector::parse(name).ok()?;
            document.select(&selector).map(markup::text_under).find(|t| !t.is_empty())
        });
        found.map(|t| t.chars().take(300).collect())
    })
}

/// The page's locale as its root element states it: `en-CA`.
pub fn locale(document: &Html) -> Option<String> {
    let root = document.root_element();
    root.value().attr("lang").or_else(|| root.value().attr("xml:lang")).map(str::to_owned)
}

/// The canonical address, OpenGraph's, or the one that browsers write into saved pages.
pub fn address(document: &Html, html: &str) -> Option<String> {
    let canonical = Selector::parse(r#"link[rel~="canonical"]"#)
        .ok()
        .and_then(|selector| document.select(&selector).find_map(|el| el.value().attr("href").map(str::to_owned)));
    let web = |address: &String| address.starts_with("http://") || address.starts_with("https://");
    canonical.filter(web).or_else(|| tags(document).get("og:url").cloned().filter(web)).or_else(|| {
        let head: String = html.chars().take(2_000).collect();
        let (_, rest) = head.split_once("<!-- saved from url=(")?;
        let (_, rest) = rest.split_once(')')?;
        rest.split_whitespace().next().map(str::to_owned).filter(web)
    })
}

/// First content of each meta tag, by lower-case property or name.
fn tags(document: &Html) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let Ok(selector) = Selector::parse("meta[content]") else { return found };
    for el in document.select(&selector) {
        let name = el.value().attr("property").or_else(|| el.value().attr("name"));
        let content = el.value().attr("content").unwrap_or_default().trim();
        if let Some(name) = name.filter(|_| !content.is_empty()) {
            found.entry(name.trim().to_lowercase()).or_insert_with(|| content.to_owned());
        }
    }
    found
}

const AMOUNTS: [(&str, &str, PriceKind); 7] = [
    ("product:sale_price:amount", "product:sale_price:currency", PriceKind::Sale),
    ("product:price:amount", "product:price:currency", PriceKind::Current),
    ("og:price:amount", "og:price:currency", PriceKind::Current),
    ("og:product:price:amount", "og:product:price:currency", PriceKind::Current),
    ("product:original_price:amount", "product:original_price:currency", PriceKind::List),
    ("og:price:standard_amount", "og:price:currency", PriceKind::List),
    ("twitter:data1", "", PriceKind::Current),
];

/// The product that OpenGraph tags describe, where they say that it is one or name a price.
pub fn read(document: &Html, local: Option<Currency>) -> Meta {
    let tags = tags(document);
    let tag = |name: &str| tags.get(name).cloned();
    let currency = AMOUNTS.iter().find_map(|(_, name, _)| tags.get(*name)?.parse().ok());
    let priced = |(_, name): &(usize, &str)| {
        *name != "twitter:data1" || tag("twitter:label1").is_some_and(|l| l.eq_ignore_ascii_case("price"))
    };
    let mut candidates: Vec<PriceCandidate> = Vec::new();
    for (index, name) in AMOUNTS.iter().map(|a| a.0).enumerate().filter(priced) {
        let (_, currency_tag, kind) = AMOUNTS[index];
        let Some(text) = tag(name) else { continue };
        let stated = tag(currency_tag).and_then(|c| c.parse().ok()).or(currency);
        let mut read = price::parse(&text, &Hint { currency: stated, local, ..Hint::default() })
            .candidates(&format!("meta {name}"));
        for candidate in read.iter_mut().filter(|c| c.kind == PriceKind::Current) {
            candidate.kind = kind;
        }
        candidates.extend(read);
    }
    let is_product = tag("og:type").is_some_and(|t| t.to_lowercase().contains("product"));
    if candidates.is_empty() && !is_product {
        return Meta { currency, product: None };
    }
    let facts = ProductFacts {
        title: tag("og:title").unwrap_or_default(),
        brand: tag("product:brand").or_else(|| tag("og:brand")),
        category: tag("product:category"),
        description: tag("og:description"),
        images: tag("og:image").into_iter().collect(),
        gtin: ["product:ean", "product:upc", "product:gtin", "product:isbn"]
            .iter()
            .find_map(|n| crate::sources::gtin::normalise(&tag(n)?)),
        ..ProductFacts::default()
    };
    let stated = PageOffer {
        availability: tag("product:availability")
            .or_else(|| tag("og:availability"))
            .map_or_else(Default::default, |t| offer::availability(&t)),
        condition: tag("product:condition").map_or_else(Default::default, |t| offer::condition(&t)),
        candidates,
        ..PageOffer::default()
    };
    let product = PageProduct {
        facts,
        format: "opengraph",
        sku: tag("product:retailer_item_id"),
        url: tag("og:url"),
        offers: vec![decide(stated, None, Around::default())],
        ..PageProduct::default()
    };
    Meta { currency, product: Some(product) }
}
