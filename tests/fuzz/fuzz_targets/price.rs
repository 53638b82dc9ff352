//! Any text as a price: never a panic, never a negative price, and what is read again from its own decimal is the same.
#![no_main]

use emptor::domain::{Currency, Money};
use emptor::sources::price::{Hint, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for hint in [None, Some(Currency::EUR), "JPY".parse().ok(), "KWD".parse().ok()] {
        let reading = parse(&text, &Hint::currency(hint));
        if let Some(money) = reading.money {
            assert!(money.minor >= 0, "{text:?} -> {money}");
            assert_eq!(Money::from_decimal(&money.decimal(), money.currency), Ok(money));
        }
        if let Some(asked) = reading.asked() {
            assert!(reading.amounts.iter().any(|a| a.money == Some(asked)), "{text:?}: the winner is no candidate");
        }
    }
});
