use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn open(location: &str) -> Shopify {
    Shopify::open(location, &Value::Null).unwrap()
}

/// A reader that has learnt the currency.
fn in_euros(location: &str) -> Shopify {
    let mut shop = open(location);
    assert_eq!(shop.next().unwrap().url, "https://shop.example/meta.json");
    shop.read(br#"{"name":"Shop","currency":"EUR"}"#, NOW).unwrap();
    shop
}

fn give(shop: &mut Shopify, answer: &Value) -> Part {
    assert!(shop.next().is_some());
    shop.read(answer.to_string().as_bytes(), NOW).unwrap()
}

fn mug(id: u64, price: &str, before: Value) -> Value {
    json!({"id": id, "title": "Tall mug", "handle": "tall-mug", "vendor": "Kiln", "product_type": "Mugs",
        "body_html": "<p>Thrown &amp; glazed.</p><script>x()</script>", "tags": ["clay", "kitchen"],
        "images": [{"src": "//cdn.shop.example/m.jpg"}], "options": [{"name": "Title", "values": ["Default Title"]}],
        "variants": [{"id": id + 1, "title": "Default Title", "option1": "Default Title", "sku": "MUG",
            "available": true, "price": price, "compare_at_price": before}]})
}

fn page(products: &[Value]) -> Value {
    json!({ "products": products })
}

#[test]
fn pages_are_asked_for_until_one_is_empty() {
    let mut shop = in_euros("https://shop.example/");
    assert_eq!(shop.next().unwrap().url, "https://shop.example/products.json?limit=250&page=1");
    give(&mut shop, &page(&[mug(10, "5.00", Value::Null)]));
    assert_eq!(shop.next().unwrap().url, "https://shop.example/products.json?limit=250&page=2");
    assert!(!shop.complete());
    give(&mut shop, &page(&[]));
    assert!(shop.next().is_none() && shop.complete());
    assert_eq!(shop.state(), json!({"currency": "EUR"}));
}

#[test]
fn addresses_name_a_shop_a_collection_or_a_product() {
    for (location, wanted) in [
        ("shop.example", "https://shop.example/products.json?limit=250&page=1"),
        ("https://shop.example/products.json", "https://shop.example/products.json?limit=250&page=1"),
        ("https://shop.example/collections/all", "https://shop.example/products.json?limit=250&page=1"),
        ("https://shop.example/collections/tea", "https://shop.example/collections/tea/products.json?limit=250&page=1"),
        ("https://shop.example/en-gb/products/a%20b.json?x=1", "https://shop.example/en-gb/products/a%20b.json"),
        ("https://shop.example/collections/tea/products/pot", "https://shop.example/products/pot.json"),
    ] {
        assert_eq!(in_euros(location).next().unwrap().url, wanted, "{location}");
    }
    assert!(matches!(Shopify::open("ftp://shop.example", &Value::Null), Err(ListingError::Address { .. })));
    assert!(matches!(
        Shopify::open("https://shop.example/#currency=EURO", &Value::Null),
        Err(ListingError::Address { .. })
    ));
}

#[test]
fn a_product_without_variants_is_one_offer_with_all_its_facts() {
    let mut shop = in_euros("https://shop.example/");
    let look = give(&mut shop, &page(&[mug(10, "5.50", json!("7.00"))])).observations.remove(0);
    assert_eq!(
        (look.shop_key.as_str(), look.variant.as_deref(), look.sku.as_deref()),
        ("variant:11", None, Some("MUG"))
    );
    assert_eq!(look.url.as_deref(), Some("https://shop.example/products/tall-mug?variant=11"));
    assert_eq!((look.price, look.list_price), (Some(euro(550)), Some(euro(700))));
    assert_eq!(look.availability, Availability::InStock);
    let facts = &look.product;
    assert_eq!((facts.brand.as_deref(), facts.category.as_deref()), (Some("Kiln"), Some("Mugs")));
    assert_eq!((facts.description.as_deref(), &facts.group), (Some("Thrown & glazed."), &None));
    assert_eq!(facts.images, ["https://cdn.shop.example/m.jpg"]);
    assert_eq!(facts.attribute("tags"), Some(&AttributeValue::Text("clay, kitchen".into())));
    let places: Vec<&str> = look.candidates.iter().map(|c| c.place.as_str()).collect();
    assert_eq!(places, ["products[0].variants[0].price", "products[0].variants[0].compare_at_price"]);
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

#[test]
fn every_variant_is_an_offer_of_one_family() {
    let mut shop = in_euros("https://shop.example/products/rug");
    let rug = json!({"product": {"id": 7, "title": "Rug", "handle": "rug", "tags": "wool, red",
        "options": [{"name": "Colour"}, {"name": "Size"}],
        "variants": [
            {"id": 71, "option1": "Red", "option2": "M", "price": "80.00", "barcode": "9520000123451"},
            {"id": 72, "option1": "Red", "option2": "L", "price": "99.90", "available": false, "barcode": "1",
             "featured_image": {"src": "https://cdn.shop.example/l.jpg"}}]}});
    let part = give(&mut shop, &rug);
    let [m, l] = &part.observations[..] else { panic!("{part:?}") };
    assert_eq!((m.variant.as_deref(), l.variant.as_deref()), (Some("Red, M"), Some("Red, L")));
    assert_eq!((m.availability, l.availability), (Availability::Unknown, Availability::OutOfStock));
    assert_eq!((m.product.gtin.as_deref(), &l.product.gtin), (Some("09520000123451"), &None));
    assert_eq!((m.product.group.as_deref(), &l.product.group), (Some("shopify:7"), &m.product.group));
    assert_eq!(l.product.attribute("size"), Some(&AttributeValue::Text("L".into())));
    assert_eq!(
        (m.product.category.as_deref(), &l.product.images[..]),
        (Some("wool"), &["https://cdn.shop.example/l.jpg".to_owned()][..])
    );
    assert!(shop.next().is_none() && shop.complete());
}

#[test]
fn only_a_strictly_higher_former_price_makes_a_sale() {
    for (before, wanted) in [
        (json!("5.01"), Some(501)),
        (json!("5.00"), None),
        (json!("4.00"), None),
        (json!("0.00"), None),
        (json!(""), None),
        (Value::Null, None),
        (json!(900), None),
    ] {
        let mut shop = in_euros("https://shop.example/");
        let look = give(&mut shop, &page(&[mug(10, "5.00", before.clone())])).observations.remove(0);
        assert_eq!(look.list_price.map(|m| m.minor), wanted, "{before}");
        assert_eq!(look.candidates[0].kind == PriceKind::Sale, wanted.is_some(), "{before}");
    }
}

#[test]
fn prices_are_read_exactly_or_not_at_all() {
    for (price, wanted) in [
        ("19.99", Some(1999)),
        ("1234567.10", Some(123_456_710)),
        ("0.00", None),
        ("12.345", None),
        ("5,00", None),
        ("", None),
    ] {
        let mut shop = in_euros("https://shop.example/");
        let look = give(&mut shop, &page(&[mug(10, price, Value::Null)])).observations.remove(0);
        assert_eq!((look.price.map(|m| m.minor), look.outcome.is_good()), (wanted, wanted.is_some()), "{price}");
    }
}

#[test]
fn the_currency_is_the_shops_else_the_users_else_the_last_one_known() {
    let first = |mut shop: Shopify| give(&mut shop, &page(&[mug(10, "5.00", Value::Null)]));
    let without = |location: &str, state: Value| {
        let mut shop = Shopify::open(location, &state).unwrap();
        assert!(shop.goes_on_without(Outcome::Gone));
        first(shop).observations.remove(0).price.map(|p| p.currency)
    };
    assert_eq!(without("https://shop.example/#currency=usd", json!({"currency": "GBP"})), Some(Currency::USD));
    assert_eq!(without("https://shop.example/", json!({"currency": "GBP"})), Some(Currency::GBP));
    let changed = Shopify::open("https://shop.example/#currency=USD", &json!({"currency": "GBP"}));
    let mut changed = changed.unwrap();
    assert_eq!(changed.read(br#"{"currency":"EUR"}"#, NOW).unwrap().notes.len(), 1);
    assert_eq!(changed.state(), json!({"currency": "EUR"}));
    assert_eq!(first(changed).observations[0].price, Some(euro(500)));
    let mut unknown = open("https://shop.example/");
    unknown.read(b"<html>not here</html>", NOW).unwrap();
    assert_eq!(unknown.next().unwrap().url, "https://shop.example/");
    unknown.read(b"<html>nor here</html>", NOW).unwrap();
    let part = first(unknown);
    assert!(part.notes[0].contains("--currency"), "{part:?}");
    assert_eq!((part.observations[0].price, part.observations[0].outcome), (None, Outcome::NoPrice));
}

#[test]
fn the_front_page_names_the_currency_where_nothing_else_does() {
    let asked = |shop: &mut Shopify| shop.next().unwrap().url;
    let mut shop = open("https://shop.example/collections/mugs");
    assert!(shop.goes_on_without(Outcome::Gone));
    assert_eq!(asked(&mut shop), "https://shop.example/");
    shop.read(br#"<script>Shopify.currency = {"active":"EUR","rate":"1.0"};</script>"#, NOW).unwrap();
    assert!(asked(&mut shop).contains("/collections/mugs/products.json"));
    assert_eq!(give(&mut shop, &page(&[mug(10, "5.00", Value::Null)])).observations[0].price, Some(euro(500)));
    assert_eq!(shop.state(), json!({"currency": "EUR"}));

    // Neither a refusal nor a missing front page ends the listing; a refusal is not answered with another page.
    let mut refused = open("https://shop.example/");
    assert!(refused.goes_on_without(Outcome::Blocked));
    assert!(asked(&mut refused).contains("/products.json"));
    let mut bare = open("https://shop.example/");
    assert!(bare.goes_on_without(Outcome::Gone) && bare.goes_on_without(Outcome::Gone));
    assert!(asked(&mut bare).contains("/products.json"));
    assert!(!bare.goes_on_without(Outcome::Gone));
}

#[test]
fn a_shop_that_changes_while_it_is_read_gives_each_variant_once() {
    let mut shop = in_euros("https://shop.example/");
    give(&mut shop, &page(&[mug(10, "5.00", Value::Null), mug(20, "6.00", Value::Null)]));
    let part = give(&mut shop, &page(&[mug(20, "6.00", Value::Null), mug(30, "7.00", Value::Null)]));
    assert_eq!(part.observations.iter().map(|o| o.shop_key.as_str()).collect::<Vec<_>>(), ["variant:31"]);
    give(&mut shop, &page(&[]));
    assert!(shop.complete());
}

#[test]
fn what_was_not_read_whole_is_never_complete() {
    let mut again = in_euros("https://shop.example/");
    for _ in 0..3 {
        give(&mut again, &page(&[mug(10, "5.00", Value::Null)]));
    }
    assert!(again.next().is_none() && !again.complete());

    let mut broken = in_euros("https://shop.example/");
    let part = give(&mut broken, &page(&[mug(10, "5.00", Value::Null), json!({"title": "no id"}), json!(7)]));
    assert_eq!((part.observations.len(), part.notes.len()), (1, 2));
    give(&mut broken, &page(&[]));
    assert!(!broken.complete());

    let mut empty = in_euros("https://shop.example/");
    give(&mut empty, &page(&[]));
    assert!(empty.next().is_none() && !empty.complete());

    let mut large = in_euros("https://shop.example/");
    for n in 0..100 {
        give(&mut large, &page(&[mug(10 + n * 10, "5.00", Value::Null)]));
    }
    assert!(large.next().is_none() && !large.complete());
}

#[test]
fn answers_that_are_no_data_say_why() {
    let told = |body: &[u8]| {
        let mut shop = in_euros("https://shop.example/");
        let error = shop.read(body, NOW).unwrap_err();
        assert!(shop.next().is_none() && !shop.complete());
        error
    };
    assert!(matches!(told(b" <!DOCTYPE html><title>Password</title>"), ListingError::Blocked(_)));
    assert!(matches!(told(br#"{"errors":"Not Found"}"#), ListingError::Refused(said) if said.contains("Not Found")));
    assert!(matches!(told(b"[]"), ListingError::Unreadable(_)));
    let whole = page(&[mug(10, "5.00", Value::Null)]).to_string();
    assert!(matches!(told(&whole.as_bytes()[..whole.len() / 2]), ListingError::Unreadable(_)));
}

/// JSON made of the names that the reader looks for, with values of any type behind them.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![".{0,12}", "[0-9]{1,30}(\\.[0-9]{0,4})?", "&[a-z#0-9]{0,6};<[a-z/]{0,4}>?"].prop_map(Value::from),
    ];
    let field = proptest::sample::select(vec![
        "products",
        "product",
        "id",
        "title",
        "handle",
        "variants",
        "options",
        "name",
        "option1",
        "price",
        "compare_at_price",
        "tags",
        "images",
        "src",
        "body_html",
        "available",
        "barcode",
        "featured_image",
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
    fn no_answer_makes_it_panic(answer in any_json(), product in any_json(), single in any::<bool>()) {
        let location = if single { "https://shop.example/products/x#currency=JPY" } else { "https://shop.example" };
        for body in [answer.clone(), json!({"products": [product.clone(), answer]}), json!({"product": product})] {
            let mut shop = open(location);
            while shop.goes_on_without(Outcome::Gone) {}
            if let Ok(part) = shop.read(body.to_string().as_bytes(), NOW) {
                for look in part.observations {
                    prop_assert_eq!(look.price.is_some(), look.outcome == Outcome::Ok);
                    prop_assert!(look.list_price.is_none_or(|l| look.price.is_some_and(|p| l.minor > p.minor)));
                }
            }
        }
    }
}
