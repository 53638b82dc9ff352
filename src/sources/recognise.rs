//! What a place speaks: by its address, else by the first bytes of what it answers, else by the marks of shop software.
//!
//! Pure: it is given addresses and bytes. Never fetches, never guesses silently: each answer says why.

use crate::domain::SourceKind;
use flate2::read::GzDecoder;
use std::io::Read;
use url::Url;

/// A kind with the reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    pub kind: SourceKind,
    pub why: &'static str,
}

const fn is(kind: SourceKind, why: &'static str) -> Option<Recognised> {
    Some(Recognised { kind, why })
}

/// Bytes that are looked at.
const HEAD: usize = 64 * 1024;

/// What the address alone says.
pub fn by_address(url: &Url) -> Option<Recognised> {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    let path = url.path().to_lowercase();
    let ends = |list: &[&str]| list.iter().any(|end| path.trim_end_matches('/').ends_with(end));
    match () {
        () if host.ends_with("keepa.com") => is(SourceKind::Keepa, "the host is Keepa's"),
        () if host == "prices.openfoodfacts.org" => is(SourceKind::OpenPrices, "the host is that of Open Prices"),
        () if host.ends_with("openfoodfacts.org") => is(SourceKind::OpenFoodFacts, "the host is Open Food Facts'"),
        () if host.ends_with("ecb.europa.eu") => is(SourceKind::Rates, "the host is the European Central Bank's"),
        () if host.starts_with("ebay.") || host.ends_with(".ebay.com") => is(SourceKind::Ebay, "the host is eBay's"),
        () if path.contains("/wp-json/wc/store") => {
            is(SourceKind::WooCommerce, "the address is WooCommerce's Store API")
        }
        () if ends(&["/products.json"]) => is(SourceKind::Shopify, "the address is Shopify's product list"),
        () if host.ends_with(".myshopify.com") => is(SourceKind::Shopify, "the host is Shopify's"),
        () if ends(&["/shop-api"]) => is(SourceKind::Vendure, "the address is Vendure's shop interface"),
        () if ends(&["/store/products"]) => is(SourceKind::Medusa, "the address is Medusa's store interface"),
        () if path.contains("sitemap") && ends(&[".xml", ".xml.gz"]) => {
            is(SourceKind::Sitemap, "the address is named as sitemaps are")
        }
        () if ends(&[".csv"]) => is(SourceKind::Csv, "the address ends in .csv"),
        () => None,
    }
}

/// What a document's first bytes say; gzip is looked into.
pub fn by_content(bytes: &[u8]) -> Option<Recognised> {
    let mut head = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        // What can be unpacked of a cut file is enough to look at.
        let _ = GzDecoder::new(bytes).take(HEAD as u64).read_to_end(&mut head);
    } else {
        head.extend_from_slice(bytes.get(..HEAD.min(bytes.len())).unwrap_or_default());
    }
    let text = String::from_utf8_lossy(&head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next()? {
        '<' => by_markup(text),
        '{' | '[' => by_json(text),
        _ => by_header(text),
    }
}

fn by_markup(text: &str) -> Option<Recognised> {
    let lower = text.to_lowercase();
    let has = |mark: &str| lower.contains(mark);
    match () {
        () if matches!(root(&lower), "urlset" | "sitemapindex") => is(SourceKind::Sitemap, "it is a sitemap"),
        () if has("gesmes") || has("eurofxref") => is(SourceKind::Rates, "it is a table of exchange rates"),
        () if has("base.google.com/ns/1.0") => is(SourceKind::Merchant, "it is a Google Merchant feed"),
        () if matches!(root(&lower), "rss" | "feed") => is(SourceKind::Merchant, "it is an XML feed"),
        () if has("cdn.shopify.com") || has("shopify.theme") => {
            is(SourceKind::Shopify, "its pages are made by Shopify")
        }
        () if has("plugins/woocommerce") || has("content=\"woocommerce") => {
            is(SourceKind::WooCommerce, "its pages are made by WooCommerce")
        }
        () if has("\"@type\":\"product\"") || has("\"@type\": \"product\"") || has("schema.org/product\"") => {
            is(SourceKind::Page, "the page names a product")
        }
        () => None,
    }
}

/// Name of the first element, without its prefix: a page may hold anything further down.
fn root(text: &str) -> &str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        rest = match after.chars().next() {
            Some('!') if after.starts_with("!--") => after.split_once("-->").map_or("", |(_, after)| after),
            Some('!' | '?') => after,
            _ => {
                let name = after.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
                return name.map_or("", |name| name.rsplit(':').next().unwrap_or(name));
            }
        };
    }
    ""
}

fn by_json(text: &str) -> Option<Recognised> {
    // The head of a document may be cut anywhere: its words tell more than a parser would.
    let has = |mark: &str| text.contains(mark);
    match () {
        () if has("\"asin\"") && has("\"csv\"") => is(SourceKind::Keepa, "it is an answer of Keepa's"),
        () if has("\"product_code\"") && has("\"location_osm_id\"") => {
            is(SourceKind::OpenPrices, "it holds Open Prices")
        }
        () if has("\"feed_id\"")
            || (has("\"variants\"") && has("\"availability\""))
            || has("\"is_eligible_search\"") =>
        {
            is(SourceKind::Acp, "it is an Agentic Commerce product feed")
        }
        () if has("\"enable_search\"") => is(SourceKind::Acp, "it is an Agentic Commerce product feed"),
        () => is(SourceKind::Jsonl, "it is JSON"),
    }
}

fn by_header(text: &str) -> Option<Recognised> {
    let header = text.lines().next()?.to_lowercase().replace(' ', "_");
    let names: Vec<&str> = header.split(['\t', ',', ';', '|']).map(|name| name.trim_matches('"')).collect();
    let has = |name: &str| names.contains(&name);
    match () {
        () if has("is_eligible_search") || has("enable_search") || (has("item_id") && has("availability")) => {
            is(SourceKind::Acp, "its columns are those of an Agentic Commerce feed")
        }
        () if has("id") && has("title") && has("link") && has("price") && has("availability") => {
            is(SourceKind::Merchant, "its columns are those of a Google Merchant feed")
        }
        () if names.first() == Some(&"date")
            && names.len() > 2
            && names.iter().skip(1).all(|n| n.len() == 3 || n.is_empty()) =>
        {
            is(SourceKind::Rates, "its columns are currencies by date")
        }
        () if names.len() == 3 && has("date") && has("currency") && has("rate") => {
            is(SourceKind::Rates, "its columns are date, currency and rate")
        }
        () if names.len() > 1 => is(SourceKind::Csv, "it is a table"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    #[test]
    fn addresses_speak_for_themselves() {
        for (address, kind) in [
            ("https://shop.example/products.json", Some(SourceKind::Shopify)),
            ("https://shop.example/collections/mugs/products.json?limit=5", Some(SourceKind::Shopify)),
            ("https://shop.example/wp-json/wc/store/v1/products", Some(SourceKind::WooCommerce)),
            ("http://localhost:3000/shop-api", Some(SourceKind::Vendure)),
            ("http://localhost:9000/store/products?region_id=reg_1", Some(SourceKind::Medusa)),
            ("https://shop.example/sitemap_products_1.xml.gz", Some(SourceKind::Sitemap)),
            ("https://prices.openfoodfacts.org/api/v1/prices", Some(SourceKind::OpenPrices)),
            ("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml", Some(SourceKind::Rates)),
            ("https://shop.example/p/lamp", None),
        ] {
            assert_eq!(by_address(&Url::parse(address).unwrap()).map(|r| r.kind), kind, "{address}");
        }
    }

    #[test]
    fn contents_are_told_by_their_first_bytes() {
        for (text, kind) in [
            ("<?xml version=\"1.0\"?><rss xmlns:g=\"http://base.google.com/ns/1.0\">", Some(SourceKind::Merchant)),
            ("id\ttitle\tlink\tprice\tavailability\n1\tMug", Some(SourceKind::Merchant)),
            ("<urlset><url>", Some(SourceKind::Sitemap)),
            ("<?xml version='1.0'?><!-- <rss> --><s:urlset xmlns:s='x'>", Some(SourceKind::Sitemap)),
            ("<?xml version='1.0'?>\n<feed>", Some(SourceKind::Merchant)),
            ("<!doctype html><html><feedback-form></feedback-form><rss-icon>", None),
            ("<!doctype html><html><pre><urlset></pre>", None),
            ("<!-- never ends", None),
            ("{\"products\":[{\"asin\":\"B0\",\"csv\":[[1,2]]}]}", Some(SourceKind::Keepa)),
            ("{\"feed_id\":\"f\"}\n{\"id\":\"1\"}", Some(SourceKind::Acp)),
            ("name;price;date\nMug;3;2026-01-01", Some(SourceKind::Csv)),
            ("Date,USD,JPY,BGN\n2026-11-20,1.07,160,1.95", Some(SourceKind::Rates)),
            ("<html><script src=\"//cdn.shopify.com/x.js\">", Some(SourceKind::Shopify)),
            ("<html><body>hello", None),
            ("", None),
        ] {
            assert_eq!(by_content(text.as_bytes()).map(|r| r.kind), kind, "{text}");
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            assert_eq!(by_content(&packed.finish().unwrap()).map(|r| r.kind), kind, "{text}, packed");
        }
    }
}
