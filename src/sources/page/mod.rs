//! A product page as HTML -> its products, offers, every price candidate with its place, reviews.
//!
//! JSON-LD before microdata before RDFa before OpenGraph. Reads what the page says in data, never its layout, and
//! never runs its scripts.

mod choose;
mod collect;
mod graph;
mod markup;
mod meta;
mod observe;
mod offer;
mod product;
pub mod repair;

use crate::domain::{NewQuestion, NewReview, ProductFacts};
use graph::Graph;
use scraper::{Html, Selector};
use serde::Serialize;

pub use observe::observations;
pub use offer::{PageOffer, availability, condition};
pub use product::date;

/// One product of a page, or one variant of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PageProduct {
    pub facts: ProductFacts,
    /// Where it was read from: `json-ld`, `microdata`, `rdfa`, `opengraph`.
    pub format: &'static str,
    pub sku: Option<String>,
    /// As stated; may be relative.
    pub url: Option<String>,
    /// What sets a variant apart from the others of its group: `Red, 45 cm`.
    pub variant: Option<String>,
    /// Variants of one group share a number; it is unique otherwise.
    pub group: usize,
    /// The page is about this one; others are beside it.
    pub main: bool,
    pub offers: Vec<PageOffer>,
    pub reviews: Vec<NewReview>,
    pub questions: Vec<NewQuestion>,
}

/// What a page holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Page {
    pub title: Option<String>,
    /// The page's own idea of its address.
    pub address: Option<String>,
    pub products: Vec<PageProduct>,
    /// Addresses of listed items, as stated.
    pub listed: Vec<String>,
    /// Repairs that broken JSON needed, and blocks that stayed unreadable.
    pub notes: Vec<String>,
}

impl Page {
    /// The products that the page is about.
    pub fn main_products(&self) -> impl Iterator<Item = &PageProduct> {
        self.products.iter().filter(|p| p.main)
    }
}

/// Reads a page. `address` is where it came from, where that is known. Never fails: a page without product data
/// has no products.
pub fn parse(html: &str, address: Option<&str>) -> Page {
    let document = Html::parse_document(html);
    let mut page = Page { title: meta::title(&document), address: meta::address(&document, html), ..Page::default() };
    let json = json_graph(&document, html, &mut page.notes);
    let own = meta::read(&document);
    let mut readings = Vec::new();
    for graph in [json, markup::microdata(&document), markup::rdfa(&document)] {
        let collected = collect::products(&graph, own.currency, page.title.as_deref());
        page.listed.extend(collected.listed);
        readings.push(collected.products);
    }
    readings.push(own.product.into_iter().collect());
    page.products = choose::merge(readings, address.or(page.address.as_deref()));
    page
}

/// The JSON-LD blocks of a page as one graph, so that references reach across blocks.
fn json_graph(document: &Html, html: &str, notes: &mut Vec<String>) -> Graph {
    let Ok(scripts) = Selector::parse("script[type]") else { return Graph::default() };
    let mut roots = Vec::new();
    let is_json =
        |kind: &str| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/ld+json");
    let blocks = document.select(&scripts).filter(|el| el.value().attr("type").is_some_and(is_json));
    let mut texts: Vec<String> = blocks.take(200).map(|block| block.text().collect()).collect();
    // A saved block without its page.
    if html.trim_start().starts_with(['{', '[']) {
        texts.push(html.to_owned());
    }
    for (index, text) in texts.into_iter().enumerate() {
        if text.trim().is_empty() {
            continue;
        }
        match repair::parse(&text) {
            Ok((values, repairs)) => {
                roots.extend(values);
                notes.extend(repairs.iter().map(|r| format!("json-ld block {}: {r}", index + 1)));
            }
            Err(why) => notes.push(format!("json-ld block {} is not readable: {why}", index + 1)),
        }
    }
    Graph::new("json-ld", roots)
}

#[cfg(test)]
mod tests;
