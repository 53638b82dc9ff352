use super::*;
use proptest::prelude::*;

fn jpy() -> Currency {
    "jpy".parse().unwrap()
}

#[test]
fn decimals_follow_the_currency() {
    assert_eq!(Money::from_decimal("12.9", Currency::EUR), Ok(Money::new(1290, Currency::EUR)));
    assert_eq!(Money::from_decimal("1200", jpy()), Ok(Money::new(1200, jpy())));
    assert_eq!(Money::from_decimal("12.990", Currency::EUR), Ok(Money::new(1299, Currency::EUR)));
    assert!(matches!(Money::from_decimal("12.999", Currency::EUR), Err(MoneyError::Decimals(..))));
    assert!(matches!(Money::from_decimal("99999999999999999999", Currency::EUR), Err(MoneyError::Overflow(_))));
    for bad in ["", ".", "1,2", "1e3", "--1", "€1"] {
        assert!(matches!(Money::from_decimal(bad, Currency::EUR), Err(MoneyError::Amount(_))), "{bad}");
    }
}

#[test]
fn amounts_of_two_currencies_are_never_compared() {
    assert_eq!(Money::new(1, Currency::EUR).compare(&Money::new(1, Currency::USD)), None);
    assert_eq!(Money::new(1, Currency::EUR).checked_sub(&Money::new(1, Currency::USD)), None);
}

#[test]
fn json_form_is_minor_and_currency() {
    let json = serde_json::to_string(&Money::new(54900, Currency::EUR)).unwrap();
    assert_eq!(json, r#"{"minor":54900,"currency":"EUR"}"#);
}

proptest! {
    #[test]
    fn printing_and_reading_round_trip(minor in -1_000_000_000_000_i64..1_000_000_000_000, code in "EUR|JPY|KWD|CLF") {
        let money = Money::new(minor, code.parse().unwrap());
        prop_assert_eq!(Money::from_decimal(&money.decimal(), money.currency), Ok(money));
    }

    #[test]
    fn any_text_is_refused_or_read_without_panic(text in ".{0,40}") {
        let _ = Money::from_decimal(&text, Currency::EUR);
        let _ = text.parse::<Currency>();
    }
}
