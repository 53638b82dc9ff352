//! Any text as a sitemap or a listing page: never a panic, never an address of another host.
#![no_main]

use emptor::sources::shop;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let base = Url::parse("https://shop.example/sitemap.xml").expect("a fixed address");
    let (pages, maps) = shop::sitemap_links(&text, &base);
    for url in pages.iter().chain(&maps).chain(&shop::product_links(&text, &base)) {
        assert_eq!(url.host(), base.host(), "{url}");
    }
});
