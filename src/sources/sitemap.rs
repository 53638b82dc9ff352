//! Sitemaps: the pages that a shop lists for search engines, with the day on which each was changed.
//!
//! Reads XML, gzip'd XML and plain lists, broken or cut off as they may be. Finds addresses only; never fetches.

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::Read;
use url::Url;

/// More of an unpacked sitemap is not read (bytes): the protocol allows 50 MB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// More entries of one sitemap are not read: the protocol allows 50,000.
const MOST_ENTRIES: usize = 100_000;
/// A longer address is none (bytes).
const LONGEST: usize = 2_048;

/// An address that a sitemap lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub url: Url,
    /// When the shop says that it was changed last.
    pub changed: Option<Timestamp>,
}

/// What a sitemap lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sitemap {
    pub pages: Vec<Entry>,
    /// Further sitemaps, those that sound like products first.
    pub maps: Vec<Entry>,
    /// It was cut off or broken before its end.
    pub cut: bool,
}

/// Reads a sitemap that was fetched from `base`; addresses of other hosts are left out.
pub fn read(body: &[u8], base: &Url) -> Sitemap {
    let unpacked;
    let (body, mut cut) = if body.starts_with(&[0x1f, 0x8b]) {
        let mut out = Vec::new();
        let whole = MultiGzDecoder::new(body).take(MOST_BYTES).read_to_end(&mut out).is_ok();
        cut_at_limit(&mut out);
        unpacked = out;
        (unpacked.as_slice(), !whole || unpacked.len() as u64 >= MOST_BYTES)
    } else {
        (body, false)
    };
    let mut found = Found::default();
    let text = super::charset::text(body, None);
    if text.trim_start().starts_with('<') {
        cut |= !found.read_xml(&text);
    } else {
        text.lines().for_each(|line| found.page(line.trim(), None));
    }
    let entry = |(address, changed): (String, Option<String>)| {
        let url = same_host(&address, base)?;
        Some(Entry { url, changed: changed.and_then(|text| super::page::date(&text)) })
    };
    let mut maps: Vec<Entry> = found.maps.into_iter().filter_map(entry).collect();
    maps.sort_by_key(|map| !of_products(&map.url));
    Sitemap { pages: found.pages.into_iter().filter_map(entry).collect(), maps, cut }
}

fn cut_at_limit(body: &mut Vec<u8>) {
    body.truncate(usize::try_from(MOST_BYTES).unwrap_or(usize::MAX));
}

/// Whether a sitemap's own name says that it lists products: `sitemap_products_1.xml`, `product-sitemap.xml`.
pub fn of_products(map: &Url) -> bool {
    let path = map.path().to_lowercase();
    let name = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    let other = ["categor", "kategorie", "collection", "tag", "brand", "image"].iter().any(|word| name.contains(word));
    !other && ["product", "produkt", "produit", "producto", "artikel", "item", "pdp"].iter().any(|w| name.contains(w))
}

/// The sitemaps that a robots.txt names.
pub fn in_robots(text: &str, base: &Url) -> Vec<Url> {
    let named = text.lines().filter_map(|line| {
        let (name, address) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("sitemap").then(|| address.trim())
    });
    named.filter_map(|address| same_host(address, base)).take(20).collect()
}

fn same_host(address: &str, base: &Url) -> Option<Url> {
    if address.is_empty() || address.len() > LONGEST {
        return None;
    }
    let mut url = base.join(address).ok()?;
    url.set_fragment(None);
    let bare = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    (matches!(url.scheme(), "http" | "https") && bare(&url) == bare(base) && url.port() == base.port()).then_some(url)
}

type Listed = (String, Option<String>);

#[derive(Default)]
struct Found {
    pages: Vec<Listed>,
    maps: Vec<Listed>,
}

impl Found {
    fn page(&mut self, address: &str, changed: Option<String>) {
        if !address.is_empty() && self.pages.len() < MOST_ENTRIES {
            self.pages.push((address.to_owned(), changed));
        }
    }

    /// Whether the text was read to its end.
    fn read_xml(&mut self, text: &str) -> bool {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        reader.config_mut().allow_dangling_amp = true;
        let mut path: Vec<String> = Vec::new();
        let (mut address, mut changed) = (String::new(), String::new());
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(_) => return false,
            };
            match event {
                Event::Start(start) => {
                    let name = String::from_utf8_lossy(start.local_name().as_ref()).to_lowercase();
                    if matches!(name.as_str(), "url" | "sitemap") {
                        // An entry before this one that was never closed.
                        if !address.is_empty() {
                            self.close(&name, &mut address, &mut changed);
                        }
                        path.clear();
                    }
                    if path.len() < 64 {
                        path.push(name);
                    }
                }
                Event::End(end) => {
                    let name = String::from_utf8_lossy(end.local_name().as_ref()).to_lowercase();
                    while path.last().is_some_and(|top| *top != name) && path.contains(&name) {
                        path.pop();
                    }
                    path.pop();
                    self.close(&name, &mut address, &mut changed);
                }
                Event::Text(piece) => put(&path, &piece.decode().unwrap_or_default(), &mut address, &mut changed),
                Event::CData(piece) => put(&path, &piece.decode().unwrap_or_default(), &mut address, &mut changed),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().ok().flatten();
                    let text = match (character, reference.decode().unwrap_or_default().as_ref()) {
                        (Some(character), _) => character.to_string(),
                        (None, name) => quick_xml::escape::resolve_predefined_entity(name)
                            .map_or_else(|| format!("&{name};"), str::to_owned),
                    };
                    put(&path, &text, &mut address, &mut changed);
                }
                Event::Eof => return path.is_empty() || path.iter().all(|name| name.ends_with("set")),
                _ => {}
            }
        }
    }

    fn close(&mut self, name: &str, address: &mut String, changed: &mut String) {
        let listed = |address: &str, changed: &str| {
            let changed = changed.trim();
            (address.trim().to_owned(), (!changed.is_empty()).then(|| changed.to_owned()))
        };
        match name {
            "url" => {
                let (address, changed) = listed(address, changed);
                self.page(&address, changed);
            }
            "sitemap" if self.maps.len() < MOST_ENTRIES => self.maps.push(listed(address, changed)),
            _ => return,
        }
        address.clear();
        changed.clear();
    }
}

/// Text of `<url><loc>` and `<url><lastmod>`, never that of `<image:loc>` inside them.
fn put(path: &[String], text: &str, address: &mut String, changed: &mut String) {
    let [.., outer, inner] = path else { return };
    if !matches!(outer.as_str(), "url" | "sitemap") {
        return;
    }
    let target = match inner.as_str() {
        "loc" => address,
        "lastmod" => changed,
        _ => return,
    };
    if target.len() + text.len() <= LONGEST * 2 {
        target.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn base() -> Url {
        Url::parse("https://shop.example/sitemap.xml").unwrap()
    }

    fn addresses(list: &[Entry]) -> Vec<&str> {
        list.iter().map(|entry| entry.url.as_str()).collect()
    }

    const MAP: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="x">
        <s:url><s:loc> https://shop.example/p/a?x=1&amp;y=2 </s:loc><s:lastmod>2026-11-02</s:lastmod>
          <image:image><image:loc>https://shop.example/i/a.jpg</image:loc></image:image></s:url>
        <s:url><s:loc><![CDATA[https://www.shop.example/p/b]]></s:loc><s:lastmod>2026-11-03T10:00:00+01:00</s:lastmod></s:url>
        <s:url><s:loc>https://elsewhere.example/p/c</s:loc></s:url><s:url><s:loc>/p/d</s:loc></s:url></s:urlset>"#;

    #[test]
    fn namespaces_cdata_and_pictures_are_told_apart() {
        let map = read(MAP.as_bytes(), &base());
        let wanted = ["https://shop.example/p/a?x=1&y=2", "https://www.shop.example/p/b", "https://shop.example/p/d"];
        assert_eq!(addresses(&map.pages), wanted);
        let days: Vec<Option<String>> = map.pages.iter().map(|e| e.changed.map(|t| t.to_string())).collect();
        assert_eq!(days[0].as_deref(), Some("2026-11-02T00:00:00Z"));
        assert_eq!(days[1].as_deref(), Some("2026-11-03T09:00:00Z"));
        assert!(!map.cut && map.maps.is_empty());
    }

    #[test]
    fn an_index_names_maps_those_of_products_first() {
        let index = "<sitemapindex><sitemap><loc>https://shop.example/pages.xml</loc></sitemap>
            <sitemap><loc>https://shop.example/product-category-sitemap.xml</loc></sitemap>
            <sitemap><loc>https://shop.example/sitemap_products_1.xml?from=1&amp;to=9</loc></sitemap></sitemapindex>";
        let map = read(index.as_bytes(), &base());
        assert_eq!(addresses(&map.maps)[0], "https://shop.example/sitemap_products_1.xml?from=1&to=9");
        assert_eq!((map.maps.len(), map.pages.len()), (3, 0));
        let robots =
            "User-agent: *\nSitemap: https://shop.example/a.xml\nsitemap:/b.xml\nSitemap: https://other.example/c";
        let named: Vec<String> = in_robots(robots, &base()).into_iter().map(String::from).collect();
        assert_eq!(named, ["https://shop.example/a.xml", "https://shop.example/b.xml"]);
    }

    #[test]
    fn packed_cut_off_broken_and_plain_ones_give_what_they_hold() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(MAP.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(read(&packed, &base()).pages.len(), 3);
        let half = read(&packed[..packed.len() / 2], &base());
        assert!(half.cut);
        let cut = read(&MAP.as_bytes()[..MAP.find("<![CDATA").unwrap() + 20], &base());
        assert_eq!((cut.pages.len(), cut.cut), (1, true));
        let unclosed = "<urlset><url><loc>/p/a</loc><url><loc>/p/b</loc></url></urlset>";
        assert_eq!(read(unclosed.as_bytes(), &base()).pages.len(), 2);
        let bare = "<urlset><url><loc>/p/a?x=1&y=2</loc></url></urlset>";
        assert_eq!(addresses(&read(bare.as_bytes(), &base()).pages), ["https://shop.example/p/a?x=1&y=2"]);
        let plain = read(b"https://shop.example/p/a\n\nhttps://shop.example/p/b\n", &base());
        assert_eq!(plain.pages.len(), 2);
    }

    #[test]
    fn a_bomb_of_entities_or_of_gzip_stays_small() {
        let bomb =
            "<!DOCTYPE u [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><urlset><url><loc>/p/&b;&b;</loc></url></urlset>";
        assert!(read(bomb.as_bytes(), &base()).pages.iter().all(|e| e.url.as_str().len() < 60));
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let zeros = vec![b' '; 1 << 20];
        (0..80).for_each(|_| packed.write_all(&zeros).unwrap());
        assert!(read(&packed.finish().unwrap(), &base()).cut);
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_no_other_host_comes_out(text in "(<url>|</url>|<loc>|</loc>|<sitemap>|<!\\[CDATA\\[|\\]\\]>|&amp;|&|http://evil.example/|/p/a|<|>|\"| ){0,30}") {
            let map = read(format!("<urlset>{text}").as_bytes(), &base());
            let base = base();
            for entry in map.pages.iter().chain(&map.maps) {
                prop_assert_eq!(entry.url.host(), base.host());
            }
        }
    }
}
