//! Any text as a JSON-LD block: never a panic; what parses strictly is never repaired.
#![no_main]

use emptor::sources::page::repair;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let read = repair::parse(&text);
    if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
        let (_, repairs) = read.expect("strict JSON is read");
        assert!(repairs.is_empty(), "{text:?} was repaired by {repairs:?}");
    }
});
