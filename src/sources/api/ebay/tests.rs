use super::*;
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn keys() -> Keys {
    Keys::new([("ebay_id".to_owned(), "me".to_owned()), ("ebay_secret".to_owned(), "s3cret".to_owned())])
}

fn search() -> Ebay {
    let mut search = Ebay::open("http://127.0.0.1:9/buy/browse/v1/item_summary/search?q=lamp", &keys()).unwrap();
    search.read(br#"{"access_token":"t0ken","expires_in":7200}"#, now()).unwrap();
    search
}

const ITEM: &str = r#"{"itemId":"v1|220000000007|0","title":"Brass lamp","price":{"value":"31.20","currency":"USD",
    "convertedFromValue":"28.90","convertedFromCurrency":"EUR"},
    "marketingPrice":{"originalPrice":{"value":"35.00","currency":"EUR"}},"condition":"Used","conditionId":"3000",
    "buyingOptions":["FIXED_PRICE","BEST_OFFER"],"seller":{"username":"lamps-and-more"},
    "shippingOptions":[{"shippingCostType":"FIXED","shippingCost":{"value":"6.50","currency":"EUR"}},
    {"shippingCostType":"FIXED","shippingCost":{"value":"4.10","currency":"EUR"}}],
    "itemGroupHref":"https://api.ebay.com/buy/browse/v1/item/get_items_by_item_group?item_group_id=31",
    "itemWebUrl":"https://www.ebay.de/itm/220000000007?hash=abc","epid":"55"}"#;

fn page(total: u64, next: bool, items: &[String]) -> String {
    let next = if next { r#","next":"https://api.ebay.com/next""# } else { "" };
    format!(r#"{{"total":{total},"limit":200{next},"itemSummaries":[{}]}}"#, items.join(","))
}

fn look_at(item: &str) -> Observation {
    search().read(page(1, false, &[item.to_owned()]).as_bytes(), now()).unwrap().observations.remove(0)
}

fn eur(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::EUR))
}

#[test]
fn a_site_or_the_interface_names_the_search_and_the_marketplace() {
    let asks = |location: &str| {
        let mut search = Ebay::open(location, &keys()).unwrap();
        let token = search.next().unwrap();
        search.read(br#"{"access_token":"t0ken"}"#, now()).unwrap();
        (token, search.next().unwrap())
    };
    let (token, first) = asks("https://www.ebay.de/sch/i.html?_nkw=brass+lamp&_sacat=0&_trk=1");
    assert_eq!(token.url, "https://api.ebay.com/identity/v1/oauth2/token");
    assert!(token.is_post() && token.form.contains(&("grant_type", "client_credentials".to_owned())));
    assert_eq!(token.headers, [("authorization".to_owned(), "Basic bWU6czNjcmV0".to_owned())]);
    assert_eq!(first.url, format!("https://api.ebay.com/{SEARCH}?q=brass+lamp&limit=200&offset=0"));
    assert_eq!(first.headers[0].1, "Bearer t0ken");
    assert_eq!(first.headers[1], ("x-ebay-c-marketplace-id".to_owned(), "EBAY_DE".to_owned()));
    assert!(!first.is_post() && !format!("{token:?}{first:?}").contains("t0ken"));
    let (token, first) =
        asks(&format!("http://127.0.0.1:9/{SEARCH}?q=x&filter=conditions:%7BNEW%7D&marketplace_id=EBAY_GB&limit=3"));
    assert_eq!(token.url, "http://127.0.0.1:9/identity/v1/oauth2/token");
    assert!(first.url.contains("q=x&filter=conditions%3A%7BNEW%7D&limit=200&offset=0"), "{}", first.url);
    assert_eq!(first.headers[1].1, "EBAY_GB");
}

#[test]
fn secrets_go_to_ebay_only() {
    for location in [
        format!("https://shop.example/{SEARCH}?q=x"),
        format!("http://api.ebay.com/{SEARCH}?q=x"),
        format!("https://api.ebay.com.example/{SEARCH}?q=x"),
        "https://www.ebay.de/".to_owned(),
        "https://ebay.example/sch/?_nkw=x".to_owned(),
        format!("https://api.ebay.com/{SEARCH}?q=x&marketplace_id=a%0Ab"),
    ] {
        assert!(matches!(Ebay::open(&location, &keys()), Err(ListingError::Address { .. })), "{location}");
    }
    let none = Ebay::open("https://www.ebay.com/sch/?_nkw=x", &Keys::default());
    assert!(matches!(none, Err(ListingError::KeyMissing { name: "ebay_id" })));
}

#[test]
fn a_listing_is_an_offer_of_its_seller_in_its_condition() {
    let look = look_at(ITEM);
    assert_eq!((look.price, look.list_price, look.shipping), (eur(2890), eur(3500), eur(410)));
    assert_eq!((look.condition, look.seller.as_deref()), (Condition::Used, Some("lamps-and-more")));
    assert_eq!((look.shop_key.as_str(), look.product.group.as_deref()), ("v1|220000000007|0", Some("31")));
    assert_eq!(look.url.as_deref(), Some("https://www.ebay.de/itm/220000000007"));
    assert_eq!(look.candidates[0].raw, "28.90 EUR");
    // The reference price of another currency says nothing.
    let other =
        look_at(&ITEM.replace("\"value\":\"35.00\",\"currency\":\"EUR\"", "\"value\":\"35.00\",\"currency\":\"USD\""));
    assert_eq!((other.price, other.list_price), (eur(2890), None));
    let free = look_at(&ITEM.replace("4.10", "0.00"));
    assert_eq!(free.shipping, eur(0));
}

#[test]
fn a_bid_is_never_the_price() {
    let auction = ITEM.replace(r#"["FIXED_PRICE","BEST_OFFER"]"#, r#"["AUCTION"]"#);
    let with_bid =
        auction.replace(r#""condition""#, r#""currentBidPrice":{"value":"9.00","currency":"EUR"},"condition""#);
    for item in [&auction, &with_bid, &with_bid.replace("\"price\"", "\"noPrice\"")] {
        let look = look_at(item);
        assert_eq!((look.price, look.outcome), (None, Outcome::NoPrice), "{item}");
        assert!(look.candidates.iter().all(|c| c.kind == PriceKind::Unknown));
    }
    let both = with_bid.replace(r#"["AUCTION"]"#, r#"["AUCTION","FIXED_PRICE"]"#);
    assert_eq!(look_at(&both).price, eur(2890));
}

#[test]
fn conditions_come_from_their_numbers_and_an_unstated_one_is_left_out() {
    let of = |id: &str, words: &str| {
        look_at(&ITEM.replace("\"3000\"", &format!("\"{id}\"")).replace("\"Used\"", &format!("\"{words}\""))).condition
    };
    assert_eq!(of("1000", "Neu"), Condition::New);
    assert_eq!(of("1500", "New other"), Condition::OpenBox);
    assert_eq!(of("1750", "New with defects"), Condition::Damaged);
    assert_eq!(of("2010", "Excellent - Refurbished"), Condition::Refurbished);
    assert_eq!(of("2750", "Like New"), Condition::Used);
    assert_eq!(of("7000", "For parts or not working"), Condition::Damaged);
    assert_eq!(of("", "Pre-Owned"), Condition::Used);
    let unstated = ITEM.replace(r#""condition":"Used","conditionId":"3000","#, "");
    let part = search().read(page(1, false, &[unstated]).as_bytes(), now()).unwrap();
    assert!(part.observations.is_empty() && part.notes[0].contains("no condition"), "{part:?}");
}

#[test]
fn pages_go_on_in_steps_to_the_end_or_to_what_ebay_answers() {
    let item = |n: usize| ITEM.replace("220000000007", &format!("{n}"));
    let mut two = search();
    let first: Vec<String> = (0..200).map(item).collect();
    assert_eq!(two.read(page(201, true, &first).as_bytes(), now()).unwrap().observations.len(), 200);
    assert!(two.next().unwrap().url.ends_with("limit=200&offset=200") && !two.complete());
    let part = two.read(page(201, false, &[item(199), item(200)]).as_bytes(), now()).unwrap();
    assert_eq!(part.observations.len(), 1);
    assert!(two.complete() && two.next().is_none());
    let mut endless = search();
    let mut asked = 0;
    let mut notes = Vec::new();
    while endless.next().is_some() {
        notes.extend(endless.read(page(50_000, true, &[item(asked)]).as_bytes(), now()).unwrap().notes);
        asked += 1;
    }
    assert_eq!((asked, endless.complete()), (50, false));
    assert!(notes[0].contains("50000 results"), "{notes:?}");
}

#[test]
fn refusals_and_broken_answers_end_it() {
    let location = "https://www.ebay.com/sch/?_nkw=x";
    let mut refused = Ebay::open(location, &keys()).unwrap();
    let error =
        refused.read(br#"{"error":"invalid_client","error_description":"client authentication failed"}"#, now());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("client authentication failed") && !error.contains("s3cret"), "{error}");
    assert!(refused.next().is_none());
    for (body, said) in [
        (r#"{"errors":[{"errorId":12001,"message":"The call must have a q"}]}"#, "The call must have a q"),
        ("<html></html>", "web page"),
        ("{\"total\":", "cannot be read"),
    ] {
        let mut search = search();
        let error = search.read(body.as_bytes(), now()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert!(search.next().is_none() && !search.complete());
    }
    let mut partly = search();
    let part = partly.read(page(2, false, &[ITEM.to_owned(), "7".to_owned()]).as_bytes(), now()).unwrap();
    assert_eq!((part.observations.len(), part.notes.len(), partly.complete()), (1, 1, false));
}

#[test]
fn base_64_is_that_of_the_standard() {
    for (text, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
        assert_eq!(base64(text.as_bytes()), coded);
    }
    assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(body in crate::sources::api::common::tests::any_json(), raw in any::<Vec<u8>>()) {
        let price = page(1, true, &[ITEM.replace("\"31.20\"", &body)]);
        for bytes in [body.as_bytes(), &raw, page(1, true, std::slice::from_ref(&body)).as_bytes(), price.as_bytes()] {
            let mut found = search();
            let _ = found.read(bytes, now());
            let _ = found.next();
            let mut fresh = Ebay::open("https://www.ebay.com/sch/?_nkw=x", &keys()).unwrap();
            let _ = fresh.read(bytes, now());
            let _ = fresh.next();
        }
    }
}
