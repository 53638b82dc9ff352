use super::*;
use proptest::prelude::*;

/// JSON of any shape, with the names that shops use among others.
pub fn any_json() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "data",
        "products",
        "items",
        "totalItems",
        "variants",
        "id",
        "title",
        "name",
        "calculated_price",
        "count",
        "calculated_amount",
        "currency_code",
        "options",
        "errors",
        "message",
        "itemSummaries",
        "itemId",
        "price",
        "value",
        "currency",
        "total",
        "next",
        "conditionId",
        "buyingOptions",
        "regions",
        "access_token",
        "x",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["EUR", "1000", "FIXED_PRICE", "12.99", "-0.001", "1e9", "é€"]).prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(NAMES), inner), 0..7)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    });
    tree.prop_map(|value| value.to_string())
}

#[test]
fn markup_and_blank_parts_are_dropped() {
    assert_eq!(description("<p>Two\n <i>cups</i> &amp; a lid</p>").as_deref(), Some("Two cups & a lid"));
    assert_eq!(description("<br>"), None);
    assert_eq!(joined(["black", " ", "128 GB"].into_iter()).as_deref(), Some("black, 128 GB"));
    assert_eq!(joined([""].into_iter()), None);
}

#[test]
fn a_refusal_is_told_from_an_answer() {
    assert_eq!(refusal(br#"{"products":[]}"#), Ok(()));
    assert_eq!(refusal(b"nothing"), Ok(()));
    let told = refusal(br#"{"type":"not_allowed","message":"Publishable key\nneeded"}"#).unwrap_err().to_string();
    assert!(told.ends_with("Publishable key needed"), "{told}");
    assert!(refusal(br#"{"errors":[{"errorId":12001}]}"#).is_err());
}
