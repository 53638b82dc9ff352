use super::*;
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn shop(location: &str) -> Vendure {
    Vendure::open(location, &Keys::default()).unwrap()
}

fn product(id: u32, variants: &str) -> String {
    format!(
        r#"{{"id":"{id}","name":"Teapot {id}","slug":"teapot-{id}","description":"<p>Holds <b>heat</b></p>",
        "featuredAsset":{{"preview":"https://t.example/{id}.jpg"}},"collections":[{{"name":"Home"}},{{"name":"Tea"}}],
        "facetValues":[{{"name":"Potts","facet":{{"name":"Brand"}}}},{{"name":"clay","facet":{{"name":"Material"}}}}],
        "variants":[{variants}]}}"#
    )
}

fn variant(id: u32, price: &str, stock: &str, option: &str) -> String {
    format!(
        r#"{{"id":"{id}","sku":"T-{id}","name":"Teapot {option}","priceWithTax":{price},"currencyCode":"GBP",
        "stockLevel":{stock},"options":[{{"name":"{option}","group":{{"name":"Size"}}}}]}}"#
    )
}

fn page(total: u64, products: &[String]) -> String {
    format!(r#"{{"data":{{"products":{{"totalItems":{total},"items":[{}]}}}}}}"#, products.join(","))
}

#[test]
fn each_variant_is_an_offer_with_its_price_with_tax() {
    let mut shop = shop("https://www.tea.example/");
    let ask = shop.next().unwrap();
    assert_eq!((ask.url.as_str(), ask.headers.len()), ("https://www.tea.example/shop-api", 0));
    assert_eq!(ask.post.unwrap()["variables"], json!({"take": 100, "skip": 0}));
    let variants = [variant(1, "1299", "\"IN_STOCK\"", "small"), variant(2, "\"1899\"", "\"0\"", "large")].join(",");
    let part = shop.read(page(1, &[product(7, &variants)]).as_bytes(), now()).unwrap();
    let [small, large] = &part.observations[..] else { panic!("{part:?}") };
    assert_eq!(small.price, Some(Money::new(1299, Currency::GBP)));
    assert_eq!(large.price, Some(Money::new(1899, Currency::GBP)));
    assert_eq!((small.tax_included, small.availability), (Some(true), Availability::InStock));
    assert_eq!(large.availability, Availability::OutOfStock);
    assert_eq!(
        (small.shop_key.as_str(), small.variant.as_deref(), small.sku.as_deref()),
        ("1", Some("small"), Some("T-1"))
    );
    assert_eq!(small.shop.domain.as_deref(), Some("tea.example"));
    let facts = &small.product;
    assert_eq!((facts.title.as_str(), facts.brand.as_deref()), ("Teapot 7", Some("Potts")));
    assert_eq!((facts.group.as_deref(), facts.category.as_deref()), (Some("teapot-7"), Some("Home > Tea")));
    assert_eq!(facts.description.as_deref(), Some("Holds heat"));
    assert_eq!(facts.attribute("material"), Some(&AttributeValue::Text("clay".to_owned())));
    assert_eq!(facts.attribute("size"), Some(&AttributeValue::Text("small".to_owned())));
    assert!(shop.complete() && shop.next().is_none());
}

#[test]
fn pages_follow_one_another_and_a_variant_counts_once() {
    let mut shop = shop("http://127.0.0.1:3000/shop-api");
    let products: Vec<String> = (0..100).map(|n| product(n, &variant(n, "100", "5", "x"))).collect();
    assert_eq!(shop.read(page(101, &products).as_bytes(), now()).unwrap().observations.len(), 100);
    assert!(!shop.complete());
    assert_eq!(shop.next().unwrap().post.unwrap()["variables"]["skip"], 100);
    let last = [variant(99, "100", "5", "x"), variant(100, "100", "\"LOW_STOCK\"", "y")].join(",");
    let part = shop.read(page(101, &[product(100, &last)]).as_bytes(), now()).unwrap();
    assert_eq!(part.observations.len(), 1);
    assert_eq!(part.observations[0].availability, Availability::Limited);
    assert_eq!(part.observations[0].shop.domain.as_deref(), Some("127.0.0.1:3000"));
    assert!(shop.complete());
}

#[test]
fn a_listing_that_changed_on_the_way_or_held_something_unreadable_is_not_complete() {
    let mut moved = shop("https://t.example");
    moved.read(page(3, &[product(1, "")]).as_bytes(), now()).unwrap();
    moved.read(page(2, &[product(2, "")]).as_bytes(), now()).unwrap();
    assert!(moved.next().is_none() && !moved.complete());
    let mut broken = shop("https://t.example");
    let part = broken.read(page(2, &[product(1, ""), r#"{"id":"2"}"#.to_owned()]).as_bytes(), now()).unwrap();
    assert_eq!(part.notes.len(), 1);
    assert!(broken.next().is_none() && !broken.complete());
    let mut short = shop("https://t.example");
    short.read(page(5, &[]).as_bytes(), now()).unwrap();
    assert!(short.next().is_none() && !short.complete());
}

#[test]
fn errors_in_an_answer_that_says_200_end_the_listing_with_their_message() {
    let mut one = shop("https://t.example");
    let error = one.read(br#"{"errors":[{"message":"No channel with that token"}],"data":null}"#, now()).unwrap_err();
    assert!(matches!(&error, ListingError::Refused(m) if m.ends_with("No channel with that token")), "{error}");
    assert!(one.next().is_none() && !one.complete());
    for (body, blocked) in [("<html>", true), ("{", false), ("{}", false), ("[]", false), (r#"{"data":{}}"#, false)] {
        let mut shop = shop("https://t.example");
        let error = shop.read(body.as_bytes(), now()).unwrap_err();
        assert_eq!(matches!(error, ListingError::Blocked(_)), blocked, "{body}");
        assert!(shop.next().is_none() && !shop.complete());
    }
}

#[test]
fn a_shop_that_allows_fewer_at_once_is_asked_for_fewer() {
    let mut shop = shop("https://t.example");
    let refusal = br#"{"errors":[{"message":"The maximum value for \"take\" is 30"}]}"#;
    for take in [50, 25] {
        shop.read(refusal, now()).unwrap();
        assert_eq!(shop.next().unwrap().post.unwrap()["variables"]["take"], take);
    }
    shop.read(refusal, now()).unwrap();
    shop.read(refusal, now()).unwrap();
    assert!(shop.read(refusal, now()).is_err() || shop.next().is_none(), "it does not ask for ever");
}

#[test]
fn amounts_that_are_no_minor_units_are_no_price() {
    for price in ["0", "12.5", "null", "-1", "\"x\"", "{}", "99999999999999999999"] {
        let mut shop = shop("https://t.example");
        let part = shop.read(page(1, &[product(1, &variant(1, price, "null", "x"))]).as_bytes(), now()).unwrap();
        let look = &part.observations[0];
        assert_eq!((look.price, look.outcome), (None, Outcome::NoPrice), "{price}");
        assert!(look.detail.is_some());
        assert_eq!(look.availability, Availability::Unknown);
    }
}

#[test]
fn the_channel_goes_into_a_header_and_no_debug_output() {
    let keys = Keys::new([("vendure_channel".to_owned(), "s3cret".to_owned())]);
    let ask = Vendure::open("https://t.example", &keys).unwrap().next().unwrap();
    assert_eq!(ask.headers, [("vendure-token".to_owned(), "s3cret".to_owned())]);
    assert!(!format!("{ask:?}").contains("s3cret"));
    assert!(Vendure::open("ftp://t.example", &keys).is_err());
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(body in crate::sources::api::common::tests::any_json(), raw in any::<Vec<u8>>()) {
        let wrapped = page(1, &[product(1, &body)]);
        for bytes in [body.as_bytes(), &raw, page(1, std::slice::from_ref(&body)).as_bytes(), wrapped.as_bytes()] {
            let mut shop = shop("https://t.example");
            let _ = shop.read(bytes, now());
            let _ = shop.next();
        }
    }
}
