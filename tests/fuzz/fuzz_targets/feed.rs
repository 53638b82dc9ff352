//! Any bytes as a product feed of each kind: never a panic, never a negative price, and a price only with a good outcome.
#![no_main]

use emptor::domain::{ShopRef, SourceKind, Timestamp};
use emptor::sources::feed::{FeedOptions, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for kind in [SourceKind::Merchant, SourceKind::Acp, SourceKind::OpenPrices] {
        let shop = ShopRef { name: "shop.example".into(), domain: None, invented: false };
        let options = FeedOptions::new(shop, Timestamp::UNIX_EPOCH);
        let taken = read(kind, data, &options, &mut |batch| {
            for look in &batch {
                if let Some(price) = look.price {
                    assert!(look.outcome.is_good() && price.minor >= 0, "{look:?}");
                }
            }
            true
        });
        drop(taken);
    }
});
