//! Any text as a product page in every format: never a panic; a price is only stated with a good outcome, is not
//! negative and is among the candidates.
#![no_main]

use emptor::domain::Timestamp;
use emptor::sources::selectors::Selectors;
use emptor::sources::shop;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let html = String::from_utf8_lossy(data);
    let address = Url::parse("https://shop.example/p/lamp").expect("a fixed address");
    for look in shop::page_observations(&html, &address, &Selectors::default(), Timestamp::UNIX_EPOCH) {
        if let Some(price) = look.price {
            assert!(look.outcome.is_good(), "a price without a good outcome: {look:?}");
            assert!(price.minor >= 0, "a negative price: {look:?}");
            assert!(look.candidates.iter().any(|c| c.money == price), "the winner is no candidate: {look:?}");
        }
        if let (Some(list), Some(price)) = (look.list_price, look.price) {
            assert!(list.currency == price.currency && list.minor > price.minor, "no list price: {look:?}");
        }
    }
});
