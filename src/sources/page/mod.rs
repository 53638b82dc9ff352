//! A product page as HTML -> its products, offers, every price candidate with its place, reviews.
//!
//! JSON-LD before microdata before RDFa before OpenGraph. Reads what the page says in data, never its layout, and
//! never runs its scripts.

mod choose;
mod collect;
mod decide;
mod graph;
mod markup;
mod meta;
mod observe;
mod offer;
mod place;
mod product;
pub mod repair;
mod selected;
mod verdict;
mod written;

use crate::domain::{Currency, NewQuestion, NewReview, ProductFacts};
use crate::sources::price;
use crate::sources::selectors::ShopRules;
use graph::Graph;
use scraper::{Html, Selector};
use serde::Serialize;

pub use observe::Look;
pub use offer::{PageOffer, availability, condition};
pub use product::date;
pub use verdict::{Missing, Verdict, missing, verdicts};

/// Larger pages are not read (bytes): no product page comes near.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// One product of a page, or one variant of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PageProduct {
    pub facts: ProductFacts,
    /// Where it was read from: `selectors`, `json-ld`, `microdata`, `rdfa`, `opengraph`.
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
    /// It stands in a list of items.
    #[serde(skip)]
    pub in_list: bool,
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
    /// Repairs that broken JSON needed, blocks that stayed unreadable, selectors that found nothing.
    pub notes: Vec<String>,
    /// The formats that told of a product, best first.
    pub formats: Vec<&'static str>,
}

impl Page {
    /// The products that the page is about.
    pub fn main_products(&self) -> impl Iterator<Item = &PageProduct> {
        self.products.iter().filter(|p| p.main)
    }
}

/// Reads a page by what it says of itself. `address` is where it came from, where that is known. Never fails: a page
/// without product data has no products.
pub fn parse(html: &str, address: Option<&str>) -> Page {
    parse_with(html, address, None)
}

/// Reads a page by the rules that a person wrote for its shop, where there are some, before what it says of itself.
pub fn parse_with(html: &str, address: Option<&str>, rules: Option<&ShopRules>) -> Page {
    if html.len() > MOST_BYTES {
        let note =
            format!("the page is {} MB, too large to be a product page; it was not read", html.len() / 1_000_000);
        return Page { notes: vec![note], ..Page::default() };
    }
    let document = Html::parse_document(html);
    let mut page = Page { title: meta::title(&document), address: meta::address(&document, html), ..Page::default() };
    let local = rules
        .and_then(|r| r.local_currency)
        .or_else(|| meta::locale(&document).and_then(|l| price::local_currency(&l)));
    let json = json_graph(&document, html, &mut page.notes);
    let own = meta::read(&document, local);
    let mut readings = Vec::new();
    for graph in [json, markup::microdata(&document), markup::rdfa(&document)] {
        let around = collect::PageFacts { currency: own.currency, local, title: page.title.as_deref() };
        let collected = collect::products(&graph, around);
        page.listed.extend(collected.listed);
        readings.push(collected.products);
    }
    readings.push(own.product.into_iter().collect());
    page.formats = readings.iter().filter_map(|r| Some(r.first()?.format)).collect();
    let currency = own.currency.or_else(|| only_currency(&readings));
    page.products = choose::merge(readings, address.or(page.address.as_deref()));
    if let Some(rules) = rules {
        let selected = selected::read(&document, rules, currency);
        page.notes.extend(selected.notes);
        if let Some(mut product) = selected.product {
            page.formats.insert(0, "selectors");
            if product.facts.title.is_empty() && !page.products.iter().any(|p| p.main) {
                product.facts.title = page.title.clone().unwrap_or_default();
            }
            choose::lead(&mut page.products, product);
        }
    }
    page
}

/// The currency of all amounts that the page states, where it is one.
fn only_currency(readings: &[Vec<PageProduct>]) -> Option<Currency> {
    let offers = readings.iter().flatten().flat_map(|p| &p.offers);
    let mut currencies = offers.flat_map(|o| &o.candidates).map(|c| c.money.currency);
    let first = currencies.next()?;
    currencies.all(|c| c == first).then_some(first)
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
                let several = values.len() > 1;
                for (number, mut value) in values.into_iter().enumerate() {
                    let block =
                        if several { format!("{}.{}", index + 1, number + 1) } else { format!("{}", index + 1) };
                    place::mark(&mut value, &format!("json-ld {block} $"), 0);
                    roots.push(value);
                }
                notes.extend(repairs.iter().map(|r| format!("json-ld block {}: {r}", index + 1)));
            }
            Err(why) => notes.push(format!("json-ld block {} is not readable: {why}", index + 1)),
        }
    }
    Graph::new("json-ld", roots)
}

#[cfg(test)]
mod tests;
