//! Product pages of a shop: the links of a listing page that look like products, and those of its sitemap.
//!
//! Finds addresses only: what a page holds is the page reader's to say. Never leaves the shop's host.

use super::page;
use super::selectors::Selectors;
use super::sitemap::{self, Entry, Sitemap};
use crate::domain::{Observation, Timestamp};
use scraper::{Html, Selector};
use std::collections::BTreeSet;
use url::Url;

/// More addresses are not taken from one page or sitemap (the sitemap protocol's own limit).
pub const MOST_PAGES: usize = 50_000;

/// Path parts that shop software puts before or after a product's name.
const PRODUCT_PARTS: [&str; 14] = [
    "product",
    "products",
    "p",
    "item",
    "items",
    "catalogue",
    "dp",
    "artikel",
    "produkt",
    "produit",
    "producto",
    "pd",
    "buy",
    "prod",
];
/// Path parts of pages that are never one product.
const OTHER_PARTS: [&str; 16] = [
    "cart",
    "basket",
    "login",
    "account",
    "checkout",
    "search",
    "category",
    "categories",
    "collections",
    "tag",
    "blog",
    "help",
    "about",
    "contact",
    "reviews",
    "wishlist",
];

/// The products that a page is about, as observations of the shop that its address names. The rules that a person
/// wrote for that shop are read before what the page says of itself.
pub fn page_observations(html: &str, address: &Url, selectors: &Selectors, now: Timestamp) -> Vec<Observation> {
    let page = page::parse_with(html, Some(address.as_str()), selectors.of(address));
    let shop = page.shop(Some(address.as_str()), "saved page");
    page.into_observations(&shop, Some(address.as_str()), now)
}

/// Links of a listing page that look like products of the same host, in page order, each once.
pub fn product_links(html: &str, base: &Url) -> Vec<Url> {
    let document = Html::parse_document(html);
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let listed = listed_items(&document);
    let anchors = Selector::parse("a[href]").into_iter().flat_map(|selector| {
        let links: Vec<String> =
            document.select(&selector).filter_map(|a| a.value().attr("href")).map(str::to_owned).collect();
        links
    });
    let known: BTreeSet<String> = listed.iter().cloned().collect();
    for link in listed.into_iter().chain(anchors) {
        let Some(url) = same_host(&link, base) else { continue };
        if (known.contains(&link) || looks_like_product(&url)) && seen.insert(url.to_string()) {
            found.push(url);
        }
        if found.len() == MOST_PAGES {
            break;
        }
    }
    found
}

/// Addresses of a schema.org ItemList in the page's JSON-LD.
fn listed_items(document: &Html) -> Vec<String> {
    let Ok(scripts) = Selector::parse(r#"script[type="application/ld+json"]"#) else { return Vec::new() };
    let blocks = document.select(&scripts).map(|script| script.text().collect::<String>());
    let mut found = Vec::new();
    for block in blocks.filter_map(|text| serde_json::from_str::<serde_json::Value>(&text).ok()) {
        collect_listed(&block, false, 0, &mut found);
    }
    found
}

fn collect_listed(value: &serde_json::Value, in_list: bool, depth: usize, found: &mut Vec<String>) {
    if depth > 12 {
        return;
    }
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|v| collect_listed(v, in_list, depth + 1, found)),
        serde_json::Value::Object(object) => {
            let is_list = object.get("@type").and_then(|t| t.as_str()) == Some("ItemList");
            if in_list && let Some(url) = object.get("url").and_then(|u| u.as_str()) {
                found.push(url.to_owned());
            }
            for (key, inner) in object {
                let listed = in_list || (is_list && key == "itemListElement");
                collect_listed(inner, listed, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// Page addresses of a sitemap that look like products, and the sitemaps that a sitemap index names.
pub fn sitemap_links(xml: &str, base: &Url) -> (Vec<Url>, Vec<Url>) {
    let map = sitemap::read(xml.as_bytes(), base);
    let pages = products_of(&map, base).into_iter().map(|entry| entry.url);
    (pages.take(MOST_PAGES).collect(), map.maps.into_iter().map(|entry| entry.url).collect())
}

/// The pages of a sitemap that look like products; all of them, where the sitemap's own name says that it lists
/// products. Those changed last come first.
pub fn products_of(map: &Sitemap, base: &Url) -> Vec<Entry> {
    let all = sitemap::of_products(base);
    let mut pages: Vec<Entry> = map
        .pages
        .iter()
        .filter(|entry| all && !is_other(&entry.url) || looks_like_product(&entry.url))
        .cloned()
        .collect();
    pages.sort_by_key(|entry| std::cmp::Reverse(entry.changed));
    pages
}

fn same_host(link: &str, base: &Url) -> Option<Url> {
    let mut url = base.join(&link.replace("&amp;", "&")).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.host() == base.host() && url.port() == base.port()).then_some(url)
}

/// The front page, the cart and the like.
fn is_other(url: &Url) -> bool {
    let path = url.path().to_lowercase();
    let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
    parts.peek().is_none() || parts.any(|part| OTHER_PARTS.contains(&part))
}

fn looks_like_product(url: &Url) -> bool {
    let parts: Vec<String> =
        url.path_segments().map(|s| s.map(str::to_lowercase).filter(|p| !p.is_empty()).collect()).unwrap_or_default();
    let Some(last) = parts.last() else { return false };
    if parts.iter().any(|p| OTHER_PARTS.contains(&p.as_str())) {
        return false;
    }
    let named = parts.iter().rev().skip(1).any(|p| PRODUCT_PARTS.contains(&p.as_str()));
    named && !PRODUCT_PARTS.contains(&last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_links_stay_on_the_host_and_leave_the_cart_alone() {
        let base = Url::parse("http://shop.example/").unwrap();
        let html = r#"<a href="/p/lamp">L</a><a href="/p/lamp#top">again</a><a href="/cart/p/x">c</a>
          <a href="http://other.example/p/x">o</a><a href="/products/">all</a><a href="products/mug?v=1&amp;w=2">M</a>
          <script type="application/ld+json">{"@type":"ItemList","itemListElement":[
            {"@type":"ListItem","position":1,"url":"http://shop.example/nook-lamp"}]}</script>"#;
        let links: Vec<String> = product_links(html, &base).into_iter().map(String::from).collect();
        let expected =
            ["http://shop.example/nook-lamp", "http://shop.example/p/lamp", "http://shop.example/products/mug?v=1&w=2"];
        assert_eq!(links, expected);
    }

    #[test]
    fn a_sitemap_gives_products_and_an_index_gives_sitemaps() {
        let base = Url::parse("https://shop.example/sitemap.xml").unwrap();
        let map = "<urlset><url><loc>https://shop.example/p/a</loc></url><url><loc>https://shop.example/about</loc></url></urlset>";
        assert_eq!(sitemap_links(map, &base).0.len(), 1);
        let index = "<sitemapindex><sitemap><loc>https://shop.example/s1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(sitemap_links(index, &base).1.len(), 1);
    }
}
