use super::*;
use crate::domain::{AttributeValue, Availability, Condition, Observation, Outcome, PriceKind, Timestamp};
use proptest::prelude::*;

fn page(name: &str) -> Page {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages").join(name);
    parse(&std::fs::read_to_string(path).unwrap(), None)
}

fn observed(name: &str) -> Vec<Observation> {
    let page = page(name);
    let shop = page.shop(None, "saved page");
    page.into_observations(&shop, None, Timestamp::UNIX_EPOCH)
}

fn price(made: &Observation) -> Option<String> {
    made.price.map(|m| m.to_string())
}

#[test]
fn a_group_is_opened_into_variants_that_inherit() {
    let made = observed("variants.html");
    assert_eq!(made.len(), 2);
    let red = &made[0];
    assert_eq!((red.shop.name.as_str(), red.shop_key.as_str()), ("lumenary.example", "sku:NC1-R"));
    assert_eq!(red.variant.as_deref(), Some("Red"));
    assert_eq!(red.product.title, "Nook & Corner reading lamp");
    assert_eq!(red.product.brand.as_deref(), Some("Lumen'ary"));
    assert_eq!(red.product.description.as_deref(), Some("Warm light for late chapters."));
    assert_eq!(red.product.gtin.as_deref(), Some("09520000123451"));
    assert_eq!(red.product.attribute("weight"), Some(&AttributeValue::Number { value: 1.2, unit: "kg".into() }));
    assert_eq!(red.product.rating.map(|r| ((r.stars * 10.0).round(), r.count)), Some((46.0, 31)));
    assert_eq!((price(red).as_deref(), red.list_price.map(|m| m.minor)), (Some("€39.90"), Some(4990)));
    let kinds: Vec<PriceKind> = red.candidates.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [PriceKind::Sale, PriceKind::List, PriceKind::Member]);
    assert_eq!(red.availability, Availability::InStock);
    let blue = &made[1];
    assert_eq!((blue.outcome, blue.price), (Outcome::Ambiguous, None));
    assert_eq!(blue.candidates.iter().map(|c| c.kind).collect::<Vec<_>>(), [PriceKind::From, PriceKind::UpTo]);
}

#[test]
fn what_is_beside_the_product_is_not_observed() {
    let page = page("variants.html");
    let beside: Vec<&str> = page.products.iter().filter(|p| !p.main).map(|p| p.facts.title.as_str()).collect();
    assert_eq!(beside, ["Felt cable tidy"]);
    assert_eq!(observed("microdata.html").len(), 1);
}

#[test]
fn broken_json_is_repaired_and_says_so() {
    let page = page("broken.html");
    assert!(page.notes.iter().any(|n| n.contains("trailing commas")), "{:?}", page.notes);
    let made = observed("broken.html");
    assert_eq!(price(&made[0]).as_deref(), Some("€1049.00"));
    assert_eq!(made[0].product.title, "Gooseneck kettle");
    assert_eq!(made[0].availability, Availability::InStock);
    let review = &made[0].reviews[0];
    assert_eq!(
        (review.stars, review.author.as_deref(), review.body.as_str()),
        (Some(4.0), Some("Noa"), "Pours \"well\"")
    );
    assert_eq!(review.written_at.map(|t| t.to_string()).as_deref(), Some("2026-03-04T00:00:00Z"));
}

#[test]
fn microdata_with_a_used_offer_and_a_reference() {
    let made = &observed("microdata.html")[0];
    assert_eq!((made.product.title.as_str(), made.product.brand.as_deref()), ("Felt pad", Some("Felten")));
    assert_eq!(
        (price(made).as_deref(), made.condition, made.availability),
        (Some("€4.50"), Condition::Used, Availability::OutOfStock)
    );
    assert_eq!(made.candidates[0].kind, PriceKind::OpenBox);
    assert!(made.shop_key.ends_with("|used"));
}

#[test]
fn rdfa_with_a_unit_price() {
    let made = &observed("rdfa.html")[0];
    assert_eq!(price(made).as_deref(), Some("€3.49"));
    let unit = made.unit_price.as_ref().unwrap();
    assert_eq!((unit.money.minor, unit.per, unit.unit.as_str()), (698, 1.0, "kg"));
}

#[test]
fn opengraph_is_the_last_resort() {
    let made = &observed("opengraph.html")[0];
    assert_eq!((price(made).as_deref(), made.list_price.map(|m| m.minor)), (Some("€19.50"), Some(2400)));
    assert_eq!(made.shop.domain.as_deref(), Some("outward.example"));
}

#[test]
fn a_page_without_a_price_keeps_everything_else() {
    let made = &observed("no-price.html")[0];
    assert_eq!((made.outcome, made.price), (Outcome::NoPrice, None));
    assert_eq!(made.detail.as_deref(), Some("no price is stated"));
    assert_eq!((made.product.brand.as_deref(), made.availability), (Some("Quiet"), Availability::OutOfStock));
}

#[test]
fn a_hotel_has_one_offer_per_room() {
    let made = observed("hotel.html");
    let rooms: Vec<_> = made.iter().map(|o| (o.variant.as_deref().unwrap_or(""), price(o))).collect();
    assert_eq!(rooms, [("Double", Some("€96.00".into())), ("Single", Some("€74.00".into()))]);
    assert_eq!(made[0].product.attribute("free_wi_fi"), Some(&AttributeValue::Flag(true)));
    assert_ne!(made[0].shop_key, made[1].shop_key);
}

#[test]
fn offers_that_nothing_tells_apart_are_ambiguous_and_all_kept() {
    let html = r#"<script type="application/ld+json">{"@type":"Product","name":"Mug","offers":[{"@type":"Offer","price":"5","priceCurrency":"EUR"},{"@type":"Offer","price":"7","priceCurrency":"EUR"}]}</script>"#;
    let page = parse(html, Some("https://mugs.example/m"));
    let shop = page.shop(Some("https://mugs.example/m"), "x");
    let made = page.into_observations(&shop, Some("https://mugs.example/m"), Timestamp::UNIX_EPOCH);
    assert_eq!(
        (made.len(), made[0].outcome, made[0].price, made[0].candidates.len()),
        (1, Outcome::Ambiguous, None, 2)
    );
}

#[test]
fn a_price_without_a_currency_is_not_guessed() {
    let html = r#"<script type="application/ld+json">{"@type":"Product","name":"Mug","offers":{"@type":"Offer","price":"5.00"}}</script>"#;
    let page = parse(html, None);
    let offer = &page.products[0].offers[0];
    assert_eq!(offer.outcome, Outcome::NoPrice);
    assert!(offer.detail.as_deref().is_some_and(|d| d.contains("5.00 without a currency")));
}

#[test]
fn a_page_nested_five_thousand_deep_is_read_to_its_end() {
    let deep = "<div itemprop=description>x".repeat(5_000);
    let html = format!(
        "<div itemscope itemtype='https://schema.org/Product'><p itemprop=name>Deep</p>{deep}</div><div itemscope itemtype='https://schema.org/Product'>"
    );
    assert_eq!(parse(&html, None).products[0].facts.title, "Deep");
}

#[test]
fn marked_up_text_keeps_its_words_and_amounts_whole() {
    let html = "<div itemscope itemtype='https://schema.org/Product'><h1 itemprop=name>Dish<b>washer</b> S45</h1>
        <p itemprop=offers itemscope itemtype='https://schema.org/Offer'><i itemprop=price><b>449</b>,<b>50</b> €</i></p></div>";
    let product = &parse(html, None).products[0];
    assert_eq!(product.facts.title, "Dishwasher S45");
    assert_eq!(product.offers[0].price.map(|m| m.minor), Some(44_950));
}

fn read(json: &str) -> Vec<Observation> {
    let html = format!("<script type='application/ld+json'>{json}</script>");
    let page = parse(&html, Some("https://x.example/p"));
    let shop = page.shop(Some("https://x.example/p"), "x");
    page.into_observations(&shop, Some("https://x.example/p"), Timestamp::UNIX_EPOCH)
}

#[test]
fn absurd_zero_and_negative_prices_are_no_prices_and_say_why() {
    for (price, said) in [
        ("-5.00", "no amount on the page is the price"),
        ("0.00", "is zero"),
        ("99999999999999", "too large"),
        ("9999999999999999999999", "too large to be a price"),
        ("NaN", "no price is stated"),
        ("1e3", "no price is stated"),
    ] {
        let made = read(&format!(
            r#"{{"@type":"Product","name":"Mug","offers":{{"@type":"Offer","price":"{price}","priceCurrency":"EUR"}}}}"#
        ));
        let detail = made[0].detail.clone().unwrap_or_default();
        assert_eq!((made.len(), made[0].price, made[0].outcome), (1, None, Outcome::NoPrice), "{price}");
        assert!(detail.contains(said), "{price}: {detail}");
    }
}

#[test]
fn deep_json_an_entity_bomb_and_a_huge_page_are_read_to_their_limits() {
    let deep = format!("{}{}", "{\"a\":[".repeat(50_000), "]}".repeat(50_000));
    assert!(read(&deep).is_empty());
    let bomb = format!(r#"{{"@type":"Product","name":"{}"}}"#, "&amp;lt;".repeat(20_000));
    assert!(read(&bomb)[0].product.title.len() < 20_000);
    let loops = r##"{"@graph":[{"@id":"#a","@type":"ProductGroup","name":"A","hasVariant":[{"@id":"#a"},{"@id":"#b"}]},
        {"@id":"#b","@type":"Product","isVariantOf":{"@id":"#a"},"offers":{"@id":"#o"}},
        {"@id":"#o","@type":"Offer","price":"5","priceCurrency":"EUR","itemOffered":{"@id":"#b"}}]}"##;
    assert!(read(loops).iter().any(|o| o.price.is_some_and(|m| m.minor == 500)));
    let huge = "<p>x</p>".repeat(5_000_000);
    let page = parse(&huge, None);
    assert!(page.products.is_empty() && page.notes[0].contains("too large"), "{:?}", page.notes);
}

#[test]
fn groups_are_linked_in_three_ways_and_keep_their_name() {
    let offer = |price: &str| format!(r#"{{"@type":"Offer","price":"{price}","priceCurrency":"EUR"}}"#);
    let inline = format!(
        r#"{{"@type":"ProductGroup","productGroupID":"G","name":"Lamp","brand":"B","hasVariant":[{{"@type":"Product","sku":"R","color":"Red","offers":{}}}]}}"#,
        offer("5")
    );
    let referred = format!(
        r##"[{{"@type":"ProductGroup","productGroupID":"G","name":"Lamp","brand":"B","hasVariant":[{{"@id":"#r"}}]}},
            {{"@type":"Product","@id":"#r","sku":"R","color":"Red","offers":{}}}]"##,
        offer("5")
    );
    let pointing = format!(
        r##"[{{"@type":"ProductGroup","productGroupID":"G","name":"Lamp","brand":"B"}},
            {{"@type":"Product","inProductGroupWithID":"G","sku":"R","color":"Red","offers":{}}}]"##,
        offer("5")
    );
    for json in [inline, referred, pointing] {
        let made = read(&json);
        let one = made.iter().find(|o| o.price.is_some()).unwrap_or_else(|| panic!("{json}"));
        assert_eq!((one.product.title.as_str(), one.product.brand.as_deref()), ("Lamp", Some("B")), "{json}");
        assert_eq!((one.product.group.as_deref(), one.variant.as_deref()), (Some("G"), Some("Red")), "{json}");
        assert_eq!(one.shop_key, "sku:R");
    }
}

#[test]
fn an_offer_alone_belongs_to_the_only_product_and_tells_of_tax_and_seller() {
    let made = read(
        r#"[{"@type":"Product","name":"Lamp"},{"@type":"Offer","price":"12","priceCurrency":"EUR","seller":{"name":"Third Hand"},
            "priceSpecification":{"@type":"UnitPriceSpecification","price":"12","valueAddedTaxIncluded":"true"}}]"#,
    );
    assert_eq!((made.len(), made[0].product.title.as_str()), (1, "Lamp"));
    assert_eq!((made[0].price.map(|m| m.minor), made[0].tax_included), (Some(1200), Some(true)));
    assert_eq!(made[0].seller.as_deref(), Some("Third Hand"));
}

#[test]
fn raised_cents_in_microdata_are_decimals_and_places_can_be_followed() {
    let html = "<div id=main itemscope itemtype='https://schema.org/Product'><h1 itemprop=name>Mug</h1>
        <p itemprop=offers itemscope itemtype='https://schema.org/Offer'><b class=amount itemprop=price>12<sup>99</sup></b>
        <meta itemprop=priceCurrency content=EUR></p></div>";
    let offer = &parse(html, None).products[0].offers[0];
    assert_eq!(offer.price.map(|m| m.minor), Some(1299));
    assert_eq!(offer.candidates[0].place, "microdata div#main > p[itemprop=offers] > b.amount[itemprop=price]");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_markup_is_read_without_a_panic(parts in proptest::collection::vec(prop_oneof![
        Just("<div itemscope itemtype=\"x/Product\">"), Just("</div>"), Just("<p typeof=Product>"), Just("<i itemprop=\"price name\">"), Just("<b property=offers typeof=Offer>"),
        Just("<script type=\"application/ld+json\">"), Just("</script>"), Just("{\"@type\":\"Product\",\"offers\":"), Just("[{\"@id\":\"#a\"},"), Just("{\"@id\":\"#a\",\"hasVariant\":{\"@id\":\"#a\"}}"), Just("]"), Just("}"), Just("12,5 €"), Just("&amp;#x;"),
    ], 0..24)) {
        let page = parse(&parts.concat(), Some("https://x.example/"));
        let shop = page.shop(None, "x");
        let _ = page.into_observations(&shop, Some("https://x.example/"), Timestamp::UNIX_EPOCH);
    }
}
