use super::*;
use proptest::prelude::*;
use serde_json::json;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const SITE: &str = "https://woo.example";

fn open(location: &str) -> WooCommerce {
    WooCommerce::open(location).unwrap()
}

fn give(shop: &mut WooCommerce, answer: &Value) -> Part {
    assert!(shop.next().is_some());
    shop.read(answer.to_string().as_bytes(), NOW).unwrap()
}

fn only(answer: Value) -> Observation {
    give(&mut open(SITE), &json!([answer])).observations.remove(0)
}

fn prices(price: &str, regular: &str, digits: u64) -> Value {
    json!({"currency_code": "EUR", "currency_minor_unit": digits, "price": price, "regular_price": regular,
        "sale_price": price, "price_range": null})
}

fn tea(id: u64, prices: Value) -> Value {
    json!({"id": id, "name": "Tea &amp; Tin", "type": "simple", "parent": 0, "permalink": format!("{SITE}/product/{id}/"),
        "sku": "TT", "on_sale": false, "prices": prices, "is_purchasable": true, "is_in_stock": true})
}

fn with(mut product: Value, field: &str, value: Value) -> Value {
    product[field] = value;
    product
}

#[test]
fn a_page_that_is_not_full_is_the_last() {
    let mut shop = open(SITE);
    let asked = shop.next().unwrap().url;
    assert_eq!(asked, "https://woo.example/wp-json/wc/store/v1/products?per_page=100&page=1&orderby=id&order=asc");
    let full: Vec<Value> = (1..=100).map(|n| tea(n, prices("890", "890", 2))).collect();
    assert_eq!(give(&mut shop, &json!(full)).observations.len(), 100);
    assert!(shop.next().unwrap().url.contains("&page=2&") && !shop.complete());
    // One product was removed in the meantime, one comes again.
    let part = give(&mut shop, &json!([tea(100, prices("890", "890", 2)), tea(101, prices("890", "890", 2))]));
    assert_eq!(part.observations.iter().map(|o| o.shop_key.as_str()).collect::<Vec<_>>(), ["product:101"]);
    assert!(shop.next().is_none() && shop.complete());
}

#[test]
fn a_shop_that_ignores_the_page_is_not_read_for_ever() {
    let mut shop = open(SITE);
    let full = json!((1..=100).map(|n| tea(n, prices("890", "890", 2))).collect::<Vec<_>>());
    give(&mut shop, &full);
    assert_eq!(give(&mut shop, &full).notes.len(), 1);
    assert!(shop.next().is_none() && !shop.complete());
}

#[test]
fn addresses_name_a_site_or_its_interface() {
    for (location, wanted) in [
        ("woo.example/shop/", "https://woo.example/wp-json/wc/store/v1/products?per_page=100"),
        ("https://woo.example/de/product/tea/", "https://woo.example/de/wp-json/wc/store/v1/products?per_page=100"),
        (
            "https://woo.example/?rest_route=/wc/store",
            "https://woo.example/?rest_route=%2Fwc%2Fstore%2Fv1%2Fproducts&per_page=100",
        ),
    ] {
        let asked = open(location).next().unwrap().url;
        assert!(asked.starts_with(wanted), "{location}: {asked}");
    }
    let narrowed = open("https://woo.example/wp-json/wc/store/v1/products?category=15&page=3").next().unwrap().url;
    assert!(narrowed.ends_with("&page=1&orderby=id&order=asc&category=15"), "{narrowed}");
    let mut plain = open(SITE);
    assert!(plain.goes_on_without(Outcome::Gone) && !plain.goes_on_without(Outcome::Gone));
    assert!(plain.next().unwrap().url.starts_with("https://woo.example/?rest_route=%2Fwc"));
    assert!(!open(SITE).goes_on_without(Outcome::Blocked));
}

#[test]
fn a_simple_product_comes_with_its_facts() {
    let mut product = tea(5, prices("890", "1090", 2));
    for (field, value) in [
        ("name", json!("Tea &amp;amp; <b>Tin</b> H<sub>2</sub>O")),
        ("on_sale", json!(true)),
        ("description", json!("<p>Green</p><p>Leaf &#8211; loose</p>")),
        ("average_rating", json!("4.50")),
        ("review_count", json!(12)),
        ("categories", json!([{"name": "Tea &amp; Coffee"}])),
        ("brands", json!([{"name": "Leaf"}])),
        ("images", json!([{"src": "https://woo.example/t.jpg"}, {"src": "data:x"}])),
        (
            "attributes",
            json!([{"name": "Net weight", "terms": [{"name": "100 g"}]}, {"name": "Size", "has_variations": true, "terms": [{"name": "L"}]}]),
        ),
        ("low_stock_remaining", json!(3)),
    ] {
        product = with(product, field, value);
    }
    let look = only(product);
    assert_eq!(look.product.title, "Tea &amp; Tin H2O");
    assert_eq!(look.product.description.as_deref(), Some("Green Leaf – loose"));
    assert_eq!(look.product.rating, Some(Rating { stars: 4.5, count: 12 }));
    assert_eq!((look.product.category.as_deref(), look.product.brand.as_deref()), (Some("Tea & Coffee"), Some("Leaf")));
    assert_eq!(look.product.number("net_weight"), Some((100.0, "g")));
    assert_eq!(
        (look.product.attribute("size"), &look.product.images[..]),
        (None, &["https://woo.example/t.jpg".to_owned()][..])
    );
    assert_eq!((look.availability, look.tax_included), (Availability::Limited, None));
    assert_eq!((look.price.map(|p| p.minor), look.list_price.map(|p| p.minor)), (Some(890), Some(1090)));
    let places: Vec<&str> = look.candidates.iter().map(|c| c.place.as_str()).collect();
    assert_eq!(places, ["products[0].prices.price", "products[0].prices.regular_price"]);
}

#[test]
fn minor_units_are_rescaled_exactly_or_not_at_all() {
    for (currency, digits, raw, wanted) in [
        ("EUR", 2, "890", Some(890)),
        ("EUR", 0, "9", Some(900)),
        ("EUR", 3, "8990", Some(899)),
        ("EUR", 3, "8995", None),
        ("EUR", 2, "5", Some(5)),
        ("JPY", 2, "120000", Some(1200)),
        ("JPY", 0, "1200", Some(1200)),
        ("HUF", 0, "4990", Some(499_000)),
        ("KWD", 2, "150", Some(1500)),
        ("EUR", 2, "0", None),
        ("EUR", 2, "", None),
        ("EUR", 2, "-5", None),
        ("EUR", 2, "99999999999999999999", None),
        ("EUR", 99, "1", None),
        ("euros", 2, "1", None),
    ] {
        let mut of = prices(raw, raw, digits);
        of["currency_code"] = json!(currency);
        let look = only(tea(5, of));
        let found = (look.price.map(|p| p.minor), look.outcome.is_good());
        assert_eq!(found, (wanted, wanted.is_some()), "{raw} of {digits} digits, {currency}");
    }
}

#[test]
fn a_sale_needs_the_shops_word_and_a_higher_regular_price() {
    for (on_sale, regular, wanted) in
        [(true, "1090", Some(1090)), (false, "1090", None), (true, "890", None), (true, "500", None), (true, "", None)]
    {
        let look = only(with(tea(5, prices("890", regular, 2)), "on_sale", json!(on_sale)));
        assert_eq!(look.list_price.map(|p| p.minor), wanted, "{on_sale} {regular}");
    }
}

#[test]
fn stock_is_what_the_shop_says_and_a_product_that_is_not_sold_has_no_price() {
    for (field, value, wanted) in [
        ("is_in_stock", json!(true), Availability::InStock),
        ("is_in_stock", json!(false), Availability::OutOfStock),
        ("is_in_stock", Value::Null, Availability::Unknown),
        ("is_on_backorder", json!(true), Availability::BackOrder),
    ] {
        assert_eq!(only(with(tea(5, prices("1", "1", 2)), field, value)).availability, wanted, "{field}");
    }
    let look = only(with(tea(5, prices("890", "890", 2)), "is_purchasable", json!(false)));
    assert_eq!((look.price, look.outcome), (None, Outcome::NoPrice));
}

fn variable() -> Value {
    let mut of = prices("890", "1090", 2);
    of["price_range"] = json!({"min_amount": "890", "max_amount": "1490"});
    let mut product = with(with(tea(34, of), "type", json!("variable")), "on_sale", json!(true));
    product["attributes"] =
        json!([{"name": "Size", "has_variations": true, "terms": [{"name": "100 g", "slug": "100-g"}]}]);
    product["variations"] = json!([{"id": 35, "attributes": [{"name": "Size", "value": "100-g"}]}, {"id": 36, "attributes": [{"name": "Size", "value": null}]}]);
    product
}

#[test]
fn variations_are_the_offers_of_a_variable_product() {
    let mut shop = open(SITE);
    assert!(give(&mut shop, &json!([variable(), tea(40, prices("100", "100", 2))])).observations.len() == 1);
    let asked = shop.next().unwrap().url;
    assert!(asked.ends_with("&page=1&orderby=id&order=asc&type=variation&parent=34"), "{asked}");
    let small = with(with(tea(35, prices("990", "1190", 2)), "parent", json!(34)), "on_sale", json!(true));
    let any = with(with(tea(36, prices("1490", "1490", 2)), "parent", json!(34)), "variation", json!("Size: any"));
    let part = give(&mut shop, &json!([small, any, with(tea(77, prices("1", "1", 2)), "parent", json!(9))]));
    let [small, any] = &part.observations[..] else { panic!("{part:?}") };
    assert_eq!((small.shop_key.as_str(), small.variant.as_deref()), ("variation:35", Some("100 g")));
    assert_eq!((small.price.map(|p| p.minor), small.list_price.map(|p| p.minor)), (Some(990), Some(1190)));
    assert_eq!(small.product.number("size"), Some((100.0, "g")));
    assert_eq!((any.variant.as_deref(), any.list_price), (Some("Size: any"), None));
    assert_eq!((any.product.title.as_str(), any.product.group.as_deref()), ("Tea & Tin", Some("woocommerce:34")));
    assert_eq!(any.candidates[0].place, "products[0].variations[1].prices.price");
    assert!(shop.next().is_none() && shop.complete());
}

#[test]
fn a_variable_product_without_variations_names_its_range_and_never_a_sale() {
    let mut shop = open(SITE);
    give(&mut shop, &json!([variable()]));
    let look = give(&mut shop, &json!([])).observations.remove(0);
    assert_eq!((look.outcome, look.price, look.list_price), (Outcome::Ambiguous, None, None));
    let kinds: Vec<PriceKind> = look.candidates.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [PriceKind::From, PriceKind::UpTo]);
    let mut one = variable();
    one["prices"]["price_range"] = Value::Null;
    let mut shop = open(SITE);
    give(&mut shop, &json!([one]));
    let look = give(&mut shop, &json!([])).observations.remove(0);
    assert_eq!((look.price.map(|p| p.minor), look.list_price), (Some(890), None));
}

#[test]
fn answers_that_are_no_data_say_why_and_odd_items_leave_it_incomplete() {
    let told = |body: &[u8]| {
        let mut shop = open(SITE);
        let error = shop.read(body, NOW).unwrap_err();
        assert!(shop.next().is_none() && !shop.complete());
        error
    };
    assert!(matches!(told(b"<html>"), ListingError::Blocked(_)));
    assert!(matches!(told(br#"{"message":"No route"}"#), ListingError::Refused(said) if said.contains("No route")));
    assert!(matches!(told(b"7"), ListingError::Unreadable(_)));
    let whole = json!([tea(5, prices("890", "890", 2))]).to_string();
    assert!(matches!(told(&whole.as_bytes()[..whole.len() / 2]), ListingError::Unreadable(_)));
    let mut shop = open(SITE);
    let part = give(&mut shop, &json!([tea(5, prices("890", "890", 2)), {"id": 6}, 7]));
    assert_eq!((part.observations.len(), part.notes.len()), (1, 2));
    assert!(shop.next().is_none() && !shop.complete());
}

/// JSON made of the names that the reader looks for, with values of any type behind them.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![
            ".{0,12}",
            "[0-9]{1,30}",
            "&[a-z#0-9]{0,6};<[a-z/]{0,4}>?",
            Just("variable".to_owned()),
            Just("EUR".to_owned())
        ]
        .prop_map(Value::from),
    ];
    let field = proptest::sample::select(vec![
        "id",
        "name",
        "type",
        "parent",
        "prices",
        "currency_code",
        "currency_minor_unit",
        "price",
        "regular_price",
        "price_range",
        "min_amount",
        "max_amount",
        "on_sale",
        "variations",
        "attributes",
        "value",
        "terms",
        "slug",
        "images",
        "src",
        "average_rating",
        "review_count",
    ]);
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((field.clone(), inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(answers in proptest::collection::vec(any_json(), 1..4), of in any_json()) {
        let mut shop = open(SITE);
        for answer in [json!([with(variable(), "prices", of.clone()), tea(3, of)])].into_iter().chain(answers) {
            let _ = shop.next();
            if let Ok(part) = shop.read(answer.to_string().as_bytes(), NOW) {
                for look in part.observations {
                    prop_assert_eq!(look.price.is_some(), look.outcome == Outcome::Ok);
                    prop_assert!(look.list_price.is_none_or(|l| look.price.is_some_and(|p| l.minor > p.minor)));
                }
            }
        }
    }
}
