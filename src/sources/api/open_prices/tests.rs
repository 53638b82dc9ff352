use super::*;

const ITEM: &str = r#"{"id":9001,"type":"PRODUCT","product_code":"9520000123451","product_name":null,"category_tag":null,"price":2.49,"price_is_discounted":true,"price_without_discount":2.99,"discount_type":"SALE","price_per":null,"currency":"EUR","location_osm_id":111,"location_osm_type":"NODE","date":"2026-11-15","location_id":7,"duplicate_of":null,"created":"2026-11-15T18:02:11Z","product":{"code":"9520000123451","product_name":"Oat drink","product_quantity":1000,"product_quantity_unit":"ml","brands":"Oaty, Other"},"location":{"type":"OSM","osm_name":"Corner Mart","osm_address_city":"Lyon"}}"#;

fn look(text: &str) -> Observation {
    match observe(text).unwrap() {
        Item::Look(look) => *look,
        other => panic!("{other:?}"),
    }
}

fn eur(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::EUR))
}

#[test]
fn a_report_is_a_look_on_its_day_at_its_place() {
    let seen = look(ITEM);
    assert_eq!((seen.price, seen.list_price), (eur(249), eur(299)));
    assert_eq!(seen.shop.name, "Corner Mart, Lyon");
    assert_eq!(seen.observed_at, "2026-11-15T00:00:00Z".parse().unwrap());
    assert_eq!(seen.product.gtin.as_deref(), Some("09520000123451"));
    assert_eq!((seen.product.title.as_str(), seen.product.brand.as_deref()), ("Oat drink", Some("Oaty")));
    assert_eq!(seen.product.number("pack_size").map(|(n, u)| (n, u.to_owned())), Some((1000.0, "ml".to_owned())));
}

#[test]
fn copies_are_left_out_and_conditional_prices_are_not_the_price() {
    assert!(matches!(observe(&ITEM.replace("\"duplicate_of\":null", "\"duplicate_of\":5")), Ok(Item::LeftOut(_))));
    let member = look(&ITEM.replace("SALE", "LOYALTY_PROGRAM"));
    assert_eq!((member.price, member.candidates.len()), (eur(299), 2));
    let pack = look(
        &ITEM.replace("SALE", "QUANTITY").replace("\"price_without_discount\":2.99", "\"price_without_discount\":null"),
    );
    assert_eq!((pack.price, pack.outcome), (None, Outcome::NoPrice));
    let weighed = look(&ITEM.replace("\"price_per\":null", "\"price_per\":\"KILOGRAM\""));
    assert_eq!((weighed.price, weighed.unit_price.map(|u| u.money)), (None, eur(249)));
    let unknown = look(&ITEM.replace("2.99", "null"));
    assert_eq!((unknown.price, unknown.list_price), (eur(249), None));
}

#[test]
fn amounts_come_from_the_digits_as_they_stand() {
    for (written, minor) in
        [("2.490", 249), ("2.495", 250), ("90071992547409.93", 9_007_199_254_740_993), ("\"3.10\"", 310)]
    {
        assert_eq!(
            look(&ITEM.replace("2.49,", &format!("{written},")).replace("2.99", "null")).price,
            eur(minor),
            "{written}"
        );
    }
    assert!(observe(&ITEM.replace("2.49,", "-1,")).is_err());
    assert!(observe("{}").is_err() && observe("[").is_err());
}

#[test]
fn pages_follow_each_other_and_the_next_look_starts_where_this_one_ended() {
    let mut listing =
        OpenPrices::open("https://prices.example/api/v1/prices?currency=EUR&page=3", &Value::Null).unwrap();
    let first = listing.next().unwrap();
    assert_eq!(first.url, "https://prices.example/api/v1/prices?currency=EUR&order_by=created&size=100&page=1");
    let body = format!(
        "{{\"items\":[{ITEM},{}],\"page\":1,\"pages\":2,\"size\":100,\"total\":3}}",
        ITEM.replace("\"duplicate_of\":null", "\"duplicate_of\":1")
    );
    let part = listing.read(body.as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((part.observations.len(), part.notes.len()), (1, 1));
    assert!(listing.next().unwrap().url.ends_with("page=2"));
    let last = ITEM.replace("18:02:11Z", "19:00:00Z");
    listing.read(format!("{{\"items\":[{last}],\"pages\":2}}").as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((listing.next(), listing.complete()), (None, false));
    let again = OpenPrices::open("https://prices.example/", &listing.state()).unwrap().next().unwrap().url;
    assert!(again.ends_with("created__gte=2026-11-15T19%3A00%3A00Z"), "{again}");
    assert!(matches!(listing.read(b"<html>", Timestamp::UNIX_EPOCH), Err(ListingError::Blocked(_))));
}
