//! Any bytes as robots.txt: never a panic, never a pause beyond a minute.
#![no_main]

use emptor::sources::http::robots::{Answer, Robots};
use libfuzzer_sys::fuzz_target;
use std::time::Duration;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let url = Url::parse("https://shop.example/p/lamp?v=1").expect("a fixed address");
    let rules = Robots::default().learn(&url, Answer::Text(data.to_vec()), "emptor/0.1");
    rules.allows(&url);
    assert!(rules.delay() <= Duration::from_secs(60));
});
