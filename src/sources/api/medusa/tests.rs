use super::*;
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn shop(location: &str) -> Medusa {
    Medusa::open(location, &Keys::new([("medusa".to_owned(), "pk_s3cret".to_owned())])).unwrap()
}

const PRICE: &str = r#"{"id":"pset_9","calculated_amount":12.3,"original_amount":15,"currency_code":"eur",
    "is_calculated_price_tax_inclusive":true,"calculated_price":{"price_list_type":"sale"}}"#;

fn variant(id: &str, price: &str) -> String {
    format!(
        r#"{{"id":"{id}","title":"Blue / 10 m","sku":"L-{id}","ean":"9520000123451","manage_inventory":true,
        "allow_backorder":false,"inventory_quantity":4,"calculated_price":{price},
        "options":[{{"value":"Blue","option":{{"title":"Colour"}}}},{{"value":"10 m","option":{{"title":"Length"}}}}]}}"#
    )
}

fn product(id: u32, variants: &str) -> String {
    format!(
        r#"{{"id":"prod_{id}","title":"Line {id}","handle":"line-{id}","description":"Floats","thumbnail":null,
        "material":"hemp","collection":{{"title":"Boats"}},"type":{{"value":"Lines"}},"variants":[{variants}]}}"#
    )
}

fn page(count: u64, products: &[String]) -> String {
    format!(r#"{{"products":[{}],"count":{count},"offset":0,"limit":50}}"#, products.join(","))
}

fn look_at(price: &str) -> Observation {
    let mut shop = shop("https://m.example?region_id=reg_1");
    shop.read(page(1, &[product(1, &variant("v", price))]).as_bytes(), now()).unwrap().observations.remove(0)
}

fn eur(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::EUR))
}

#[test]
fn a_variant_is_an_offer_with_the_digits_of_its_amount() {
    let look = look_at(PRICE);
    assert_eq!((look.price, look.list_price), (eur(1230), eur(1500)));
    assert_eq!(
        look.candidates.iter().map(|c| (c.kind, c.raw.as_str())).collect::<Vec<_>>(),
        [(PriceKind::Sale, "12.3"), (PriceKind::List, "15")]
    );
    assert_eq!((look.tax_included, look.availability), (Some(true), Availability::InStock));
    assert_eq!((look.variant.as_deref(), look.sku.as_deref()), (Some("Blue, 10 m"), Some("L-v")));
    assert_eq!(look.product.gtin.as_deref(), Some("09520000123451"));
    assert_eq!(look.product.group.as_deref(), Some("line-1"));
    assert_eq!(look.product.category.as_deref(), Some("Boats > Lines"));
    assert_eq!(look.product.number("length").map(|(n, u)| (n, u.to_owned())), Some((10.0, "m".to_owned())));
    assert_eq!(look.product.attribute("material"), Some(&AttributeValue::Text("hemp".to_owned())));
}

#[test]
fn amounts_keep_to_their_currency() {
    let at = |amount: &str, currency: &str| {
        look_at(&format!(r#"{{"calculated_amount":{amount},"original_amount":{amount},"currency_code":"{currency}"}}"#))
    };
    assert_eq!(at("0.29", "eur").price, eur(29));
    assert_eq!(at("1399.9899999999998", "eur").price, eur(139_999));
    assert_eq!(at("1200", "jpy").price, Some(Money::new(1200, "JPY".parse().unwrap())));
    assert_eq!(at("1.2345", "kwd").price, Some(Money::new(1235, "KWD".parse().unwrap())));
    for (amount, currency) in
        [("0", "eur"), ("-3", "eur"), ("1e3", "eur"), ("12", "euro"), ("null", "eur"), ("[1]", "eur")]
    {
        let look = at(amount, currency);
        assert_eq!((look.price, look.outcome), (None, Outcome::NoPrice), "{amount} {currency}");
    }
    assert_eq!(look_at("null").outcome, Outcome::NoPrice);
}

#[test]
fn only_a_sale_below_the_original_has_a_reference_price() {
    let with = |list: &str, original: &str| {
        look_at(
            &PRICE
                .replace("\"sale\"", list)
                .replace("\"original_amount\":15", &format!("\"original_amount\":{original}")),
        )
    };
    assert_eq!(with("\"sale\"", "12.3").list_price, None);
    assert_eq!(with("\"override\"", "15").list_price, None);
    assert_eq!(with("null", "15").price, eur(1230));
    let taxed = look_at(&PRICE.replace(
        "\"calculated_amount\":12.3",
        "\"calculated_amount\":12.3,\"calculated_amount_with_tax\":14.637,\"original_amount_with_tax\":17.85",
    ));
    assert_eq!((taxed.price, taxed.list_price, taxed.tax_included), (eur(1464), eur(1785), Some(true)));
    let many = look_at(&PRICE.replace("\"sale\"}", "\"sale\",\"min_quantity\":10}"));
    assert_eq!((many.price, many.outcome), (None, Outcome::NoPrice));
    assert_eq!(many.candidates[0].kind, PriceKind::Promotion);
}

#[test]
fn stock_follows_what_the_shop_manages() {
    let level = |managed: Option<bool>, pieces: Option<i64>, back: Option<bool>| {
        let mut read: Variant<'_> = serde_json::from_str(r#"{"id":"v"}"#).unwrap();
        (read.manage_inventory, read.inventory_quantity, read.allow_backorder) = (managed, pieces, back);
        stock(&read)
    };
    assert_eq!(level(Some(false), None, None), Availability::InStock);
    assert_eq!(level(Some(true), Some(0), Some(true)), Availability::BackOrder);
    assert_eq!(level(Some(true), Some(0), Some(false)), Availability::OutOfStock);
    assert_eq!(level(Some(true), None, None), Availability::Unknown);
}

#[test]
fn a_region_is_looked_for_where_the_address_names_none() {
    let mut found = shop("https://m.example/");
    let ask = found.next().unwrap();
    assert_eq!(ask.url, "https://m.example/store/regions");
    assert_eq!(ask.headers, [("x-publishable-api-key".to_owned(), "pk_s3cret".to_owned())]);
    assert!(!format!("{ask:?}").contains("s3cret"));
    let part = found.read(br#"{"regions":[{"id":"reg_a","name":"Nordics"},{"id":"reg_b"}]}"#, now()).unwrap();
    assert!(part.notes[0].contains("Nordics"), "{part:?}");
    let url = Url::parse(&found.next().unwrap().url).unwrap();
    assert_eq!(url.path(), "/store/products");
    assert!(url.query_pairs().any(|(name, value)| name == "region_id" && value == "reg_a"));
    assert!(url.query_pairs().any(|(name, value)| name == "fields" && value == FIELDS));
    assert!(shop("https://m.example").read(br#"{"regions":[]}"#, now()).is_err());
    let mut given = shop("http://localhost:9000/store/products?region_id=reg_1");
    assert!(
        given.next().unwrap().url.starts_with("http://localhost:9000/store/products?limit=50&offset=0&region_id=reg_1")
    );
    assert!(matches!(
        Medusa::open("https://m.example", &Keys::default()),
        Err(ListingError::KeyMissing { name: "medusa" })
    ));
}

#[test]
fn pages_follow_one_another_and_a_change_on_the_way_leaves_it_incomplete() {
    let products = |from: u32, to: u32| -> Vec<String> {
        (from..to).map(|n| product(n, &variant(&format!("v{n}"), PRICE))).collect()
    };
    let mut shop = shop("https://m.example?region_id=r");
    assert_eq!(shop.read(page(51, &products(0, 50)).as_bytes(), now()).unwrap().observations.len(), 50);
    assert!(!shop.complete() && shop.next().unwrap().url.contains("offset=50"));
    // One product came again, and one is new.
    assert_eq!(shop.read(page(51, &products(49, 51)).as_bytes(), now()).unwrap().observations.len(), 1);
    assert!(shop.complete() && shop.next().is_none());
    shop.count = Some(60);
    shop.done = false;
    shop.read(page(51, &[]).as_bytes(), now()).unwrap();
    assert!(!shop.complete());
}

#[test]
fn refusals_and_broken_answers_end_it() {
    for (body, said) in [
        (r#"{"type":"not_allowed","message":"A valid key is needed"}"#, "A valid key is needed"),
        ("<!doctype html>", "web page"),
        (r#"{"products":[{"#, "cannot be read"),
        (r#"{"products":{}}"#, "cannot be read"),
    ] {
        let mut shop = shop("https://m.example?region_id=r");
        let error = shop.read(body.as_bytes(), now()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert!(shop.next().is_none() && !shop.complete());
    }
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(body in crate::sources::api::common::tests::any_json(), raw in any::<Vec<u8>>()) {
        let price = page(1, &[product(1, &variant("v", &body))]);
        for bytes in [body.as_bytes(), &raw, page(1, std::slice::from_ref(&body)).as_bytes(), price.as_bytes()] {
            for location in ["https://m.example", "https://m.example?region_id=r"] {
                let mut shop = shop(location);
                let _ = shop.read(bytes, now());
                let _ = shop.next();
            }
        }
    }
}
