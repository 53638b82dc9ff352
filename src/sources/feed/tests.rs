use super::*;
use crate::domain::{Availability, Condition, Money, PriceKind};
use proptest::prelude::*;

const RSS: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:shop="http://base.google.com/ns/1.0" xmlns:c="http://base.google.com/cns/1.0">
<channel><title>Leafy</title><link>https://shop.example</link>
<item><shop:id>T-100</shop:id><title>Green tea &amp; mint</title><link>https://shop.example/t?v=100&amp;w=1</link>
<description><![CDATA[<p>Fresh &amp; <b>green</b></p>]]></description>
<shop:price>5.90 EUR</shop:price><shop:sale_price>4.90 EUR</shop:sale_price>
<shop:sale_price_effective_date>2026-11-20T00:00+0100/2026-11-30T23:59+0100</shop:sale_price_effective_date>
<shop:availability>in stock</shop:availability><shop:condition>new</shop:condition><shop:brand>Leaf</shop:brand>
<shop:gtin>9520000123451</shop:gtin><shop:item_group_id>T</shop:item_group_id><shop:size>80 g</shop:size>
<shop:unit_pricing_measure>80g</shop:unit_pricing_measure><shop:unit_pricing_base_measure>100g</shop:unit_pricing_base_measure>
<shop:shipping><shop:country>DE</shop:country><shop:service>Standard</shop:service><shop:price>3.90 EUR</shop:price></shop:shipping>
<shop:loyalty_program><shop:program_label>club</shop:program_label><shop:price>1.00 EUR</shop:price></shop:loyalty_program>
<shop:installment><shop:months>3</shop:months><shop:amount>2.00 EUR</shop:amount></shop:installment>
<c:price>0.10 EUR</c:price></item>
<item><shop:id>U-1</shop:id><title>Used pot</title><shop:price>12,50 EUR</shop:price><shop:condition>used</shop:condition><shop:availability>out_of_stock</shop:availability></item>
</channel></rss>
"#;

const TSV: &str = "id\ttitle\tlink\timage link\tprice\tsale price\tavailability\tshipping(country:price)\tgtin\n\
T-100\tGreen tea\thttps://shop.example/t\thttps://shop.example/t.jpg\t5.90 EUR\t\tin_stock\tDE:3.90 EUR\t9520000123451\n\
T-200\tBlack \"tea\"\thttps://shop.example/b\t\t7.00 EUR\t6.50 EUR\tpreorder\tDE:3.90 EUR,AT:5.00 EUR\t\n";

const ACP: &str = r#"{"feed_id":"f1","target_merchant":"Leafy","target_country":"DE"}
{"id":"P1","title":"Kettle","description":{"plain":"Boils"},"url":"https://shop.example/k","variants":[{"id":"P1-a","title":"Kettle red","barcodes":[{"type":"gtin","value":"9520000123451"}],"price":{"amount":4999,"currency":"EUR"},"list_price":{"amount":5999,"currency":"EUR"},"unit_price":{"amount":4999,"currency":"EUR","reference":{"value":1,"unit":"piece"}},"availability":{"available":true,"status":"limited_stock"},"variant_options":[{"name":"Colour","value":"Red"}]},{"id":"P1-b","price":{"amount":0,"currency":"EUR"},"availability":{"available":false}}]}
{"item_id":"F-1","title":"Mug","url":"https://shop.example/m","price":"9.50 EUR","sale_price":"8.00 EUR","sale_price_start_date":"2026-11-01","sale_price_end_date":"2026-11-10","availability":"in_stock","group_id":"G","color":"blue","star_rating":4.5,"review_count":12}
"#;

fn options() -> FeedOptions {
    let shop = ShopRef { name: "Leafy".into(), domain: None, invented: false };
    FeedOptions::new(shop, "2026-11-22T10:00:00Z".parse().unwrap())
}

fn run(kind: SourceKind, bytes: &[u8]) -> Result<(FeedRead, Vec<Observation>), FeedError> {
    let mut all = Vec::new();
    let read = read(kind, bytes, &options(), &mut |batch| {
        all.extend(batch);
        true
    })?;
    Ok((read, all))
}

fn merchant(text: &str) -> (FeedRead, Vec<Observation>) {
    run(SourceKind::Merchant, text.as_bytes()).unwrap()
}

fn item(inner: &str) -> Observation {
    let text = format!(
        "<rss xmlns:g='http://base.google.com/ns/1.0'><channel><item><g:id>1</g:id><title>Mug</title>{inner}</item></channel></rss>"
    );
    merchant(&text).1.remove(0)
}

fn eur(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::EUR))
}

#[test]
fn an_rss_feed_is_read_by_namespace_and_each_amount_is_what_it_is() {
    let (read, looks) = merchant(RSS);
    assert!(read.complete, "{read:?}");
    assert_eq!((read.items, read.observations, read.broken_items), (2, 2, 0));
    let tea = &looks[0];
    assert_eq!((tea.price, tea.list_price, tea.shipping), (eur(490), eur(590), eur(390)));
    assert_eq!(tea.product.title, "Green tea & mint");
    assert_eq!(tea.product.description.as_deref(), Some("Fresh & green"));
    assert_eq!(tea.url.as_deref(), Some("https://shop.example/t?v=100&w=1"));
    assert_eq!(tea.product.gtin.as_deref(), Some("09520000123451"));
    assert_eq!((tea.product.group.as_deref(), tea.variant.as_deref()), (Some("T"), Some("80 g")));
    assert_eq!((tea.shipping_included, tea.tax_included), (Some(false), Some(true)));
    let unit = tea.unit_price.as_ref().unwrap();
    assert_eq!((unit.money.minor, unit.per, unit.unit.as_str()), (613, 100.0, "g"));
    let kinds: Vec<(i64, PriceKind)> = tea.candidates.iter().map(|c| (c.money.minor, c.kind)).collect();
    let expected = [
        (590, PriceKind::List),
        (490, PriceKind::Sale),
        (100, PriceKind::Member),
        (200, PriceKind::Instalment),
        (390, PriceKind::Shipping),
    ];
    assert_eq!(kinds, expected);
    let pot = &looks[1];
    assert_eq!((pot.price, pot.condition, pot.availability), (eur(1250), Condition::Used, Availability::OutOfStock));
}

#[test]
fn atom_and_rss_1_feeds_are_read_too() {
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:g='http://base.google.com/ns/1.0'><title>x</title>\
        <entry><g:id>a</g:id><title>Lamp</title><link rel='self' href='http://x/feed'/><link href='http://x/l?a=1&amp;b=2'/>\
        <summary>&amp;lt;b&amp;gt;Bright&amp;lt;/b&amp;gt;</summary><g:price>10 EUR</g:price></entry></feed>";
    let (read, looks) = merchant(atom);
    assert!(read.complete);
    assert_eq!((looks[0].url.as_deref(), looks[0].price), (Some("http://x/l?a=1&b=2"), eur(1000)));
    assert_eq!(looks[0].product.description.as_deref(), Some("Bright"));
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' \
        xmlns:g='http://base.google.com/ns/1.0'><channel/><item rdf:about='x'><title>Rug</title><link>https://x/r</link>\
        <g:id>r</g:id><g:price>EUR 9</g:price></item></rdf:RDF>";
    let (read, looks) = merchant(rdf);
    assert!(read.complete && looks[0].price == eur(900), "{looks:?}");
}

#[test]
fn a_sale_counts_only_inside_its_window_and_an_invalid_window_is_flagged() {
    let sale = |window: &str| {
        let window = if window.is_empty() {
            String::new()
        } else {
            format!("<g:sale_price_effective_date>{window}</g:sale_price_effective_date>")
        };
        item(&format!("<g:price>20 EUR</g:price><g:sale_price>15 EUR</g:sale_price>{window}"))
    };
    assert_eq!(sale("").price, eur(1500));
    assert_eq!(sale("2026-11-22/2026-11-23").price, eur(1500));
    assert_eq!(sale("2026-11-22T11:30+0100/2026-11-30").price, eur(2000));
    assert_eq!(sale("2026-10-01/2026-11-22").price, eur(2000));
    let text = RSS.replace("2026-11-20T00:00+0100/", "2026-13-20/");
    let (read, looks) = merchant(&text);
    assert_eq!((looks[0].price, looks[0].list_price), (eur(590), None));
    assert!(read.notes.iter().any(|(n, count)| n.contains("sale window") && *count == 1), "{:?}", read.notes);
    assert_eq!(item("<g:price>20 EUR</g:price><g:sale_price>25 EUR</g:sale_price>").price, eur(2000));
    assert_eq!(item("<g:price>20 EUR</g:price><g:sale_price>15 USD</g:sale_price>").price, eur(2000));
}

#[test]
fn what_is_paid_in_parts_or_is_absurd_is_no_price() {
    let contract = item(
        "<g:price>0 EUR</g:price><g:subscription_cost><g:period>month</g:period><g:amount>30 EUR</g:amount></g:subscription_cost>",
    );
    assert_eq!((contract.price, contract.outcome), (None, Outcome::NoPrice));
    for odd in [
        "<g:price>-5 EUR</g:price>",
        "<g:price>99999999999999999999 EUR</g:price>",
        "<g:price>12</g:price>",
        "<g:price>5 EUR - 9 EUR</g:price>",
        "",
    ] {
        let look = item(odd);
        assert_eq!((look.price, look.outcome), (None, Outcome::NoPrice), "{odd}");
    }
}

#[test]
fn an_offer_that_has_expired_is_left_out() {
    let text = RSS.replace(
        "<shop:id>U-1</shop:id>",
        "<shop:id>U-1</shop:id><shop:expiration_date>2026-11-22T09:00Z</shop:expiration_date>",
    );
    let (read, looks) = merchant(&text);
    assert_eq!((read.expired, looks.len(), read.complete), (1, 1, true));
}

#[test]
fn a_table_is_read_with_either_header_style_and_any_delimiter() {
    for text in [
        TSV.to_owned(),
        TSV.replace("image link", "image_link").replace("sale price", "Sale_Price"),
        TSV.replace('\t', ";"),
    ] {
        let (read, looks) = merchant(&text);
        assert!(read.complete, "{read:?}");
        assert_eq!(looks[0].price, eur(590));
        assert_eq!((looks[0].shipping, looks[0].product.images.len()), (eur(390), 1));
        assert_eq!(
            (looks[1].price, looks[1].list_price, looks[1].availability),
            (eur(650), eur(700), Availability::PreOrder)
        );
        assert_eq!((looks[1].shipping, looks[1].product.title.as_str()), (None, "Black \"tea\""));
    }
}

#[test]
fn agentic_commerce_is_read_nested_and_flat() {
    let (read, looks) = run(SourceKind::Acp, ACP.as_bytes()).unwrap();
    assert!(read.complete, "{read:?}");
    let prices: Vec<_> = looks.iter().map(|l| (l.shop_key.as_str(), l.price)).collect();
    assert_eq!(prices, [("P1-a", eur(4999)), ("P1-b", None), ("F-1", eur(950))]);
    assert_eq!((looks[0].list_price, looks[0].availability), (eur(5999), Availability::Limited));
    assert_eq!((looks[0].product.group.as_deref(), looks[0].variant.as_deref()), (Some("P1"), Some("Red")));
    assert_eq!((looks[2].product.group.as_deref(), looks[2].variant.as_deref()), (Some("G"), Some("blue")));
    assert_eq!(looks[2].product.rating.map(|r| (r.stars, r.count)), Some((4.5, 12)));
    let csv = "item_id,title,url,price,availability\nF-1,Mug,https://x/m,9.50 EUR,in_stock\n";
    assert_eq!(run(SourceKind::Acp, csv.as_bytes()).unwrap().1[0].price, eur(950));
}

#[test]
fn a_broken_item_spoils_no_other_and_its_offer_is_not_gone() {
    let text =
        RSS.replace("<shop:id>U-1</shop:id>", "<shop:id>BAD</shop:id><b>x</i></item><item><shop:id>U-1</shop:id>");
    let (read, looks) = merchant(&text);
    assert_eq!((read.items, read.broken_items, read.complete), (3, 1, true));
    assert!(read.broken[0].reason.contains("broken XML") && read.broken[0].offset.is_some(), "{:?}", read.broken);
    assert_eq!((looks[1].shop_key.as_str(), looks[1].outcome), ("BAD", Outcome::Error));
    assert_eq!(looks[2].shop_key, "U-1");
    let nameless = RSS.replace("<shop:id>U-1</shop:id>", "<b>x</i></item><item><shop:id>U-1</shop:id>");
    assert!(!merchant(&nameless).0.complete);
}

#[test]
fn an_item_beyond_the_cap_is_passed_over_with_its_reason() {
    let huge = "x".repeat(split::MOST_ITEM + 1);
    let text = RSS.replace(
        "<shop:id>U-1</shop:id>",
        &format!("<shop:id>BIG</shop:id><d>{huge}</d></item><item><shop:id>U-1</shop:id>"),
    );
    let (read, looks) = merchant(&text);
    assert!(read.complete && read.broken[0].reason.contains("MiB"), "{read:?}");
    assert_eq!(looks.iter().map(|l| l.shop_key.as_str()).collect::<Vec<_>>(), ["T-100", "BIG", "U-1"]);
}

#[test]
fn an_id_that_stands_twice_counts_once() {
    let (read, looks) = merchant(&RSS.replace("U-1", "T-100").replace("<shop:condition>used</shop:condition>", ""));
    assert_eq!((looks.len(), read.repeated), (1, 1));
}

#[test]
fn charsets_are_told_from_declaration_mark_and_content() {
    let text = RSS.replace("Used pot", "Café");
    let latin: Vec<u8> = text.replace("?>", " encoding=\"ISO-8859-1\"?>").chars().map(|c| c as u8).collect();
    let wrong = text.replace("?>", " encoding=\"ISO-8859-1\"?>").into_bytes();
    let undeclared: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [latin, wrong, undeclared, utf16] {
        let (read, looks) = run(SourceKind::Merchant, &bytes).unwrap();
        assert_eq!((looks[1].product.title.as_str(), read.complete), ("Café", true));
    }
}

#[test]
fn what_is_no_feed_is_refused_with_what_it_is() {
    let told = |bytes: &[u8]| run(SourceKind::Merchant, bytes).unwrap_err().to_string();
    assert!(told(b"<!DOCTYPE html><html>").contains("web page"));
    assert!(told(b"<catalogue><thing/></catalogue>").contains("<catalogue>"));
    assert!(told(b"a,b\n1,2\n").contains("a, b"));
    assert!(told(b"").contains("empty"));
    let entities = "<!DOCTYPE rss [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><rss><item>&c;</item></rss>";
    assert!(told(entities.as_bytes()).contains("entities"));
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn a_feed_cut_at_any_byte_is_not_complete_and_names_no_wrong_price() {
    let whole: Vec<(SourceKind, Vec<u8>, usize)> = vec![
        (SourceKind::Merchant, RSS.as_bytes().to_vec(), RSS.trim_end().len()),
        (SourceKind::Merchant, zipped(RSS.as_bytes()), usize::MAX),
        (SourceKind::Merchant, zipped(TSV.as_bytes()), usize::MAX),
        (SourceKind::Acp, zipped(ACP.as_bytes()), usize::MAX),
        (SourceKind::Merchant, TSV.as_bytes().to_vec(), 0),
        (SourceKind::Acp, ACP.as_bytes().to_vec(), 0),
    ];
    for (kind, bytes, whole_from) in whole {
        let right: Vec<(String, Option<Money>)> =
            run(kind, &bytes).unwrap().1.into_iter().map(|l| (l.shop_key, l.price)).collect();
        for cut in 0..bytes.len() {
            let Ok((read, looks)) = run(kind, &bytes[..cut]) else { continue };
            // A table cut exactly behind a row looks whole: there the length that the server announced must tell.
            let behind_row = whole_from == 0 && (bytes[..cut].ends_with(b"\n"));
            assert!(!read.complete || cut >= whole_from.max(1) || behind_row, "{kind:?} at {cut}: {read:?}");
            if whole_from == 0 && !behind_row {
                assert!(!read.complete, "{kind:?} at {cut}");
            }
            for look in looks {
                assert!(right.contains(&(look.shop_key.clone(), look.price)), "{kind:?} at {cut}: {look:?}");
            }
        }
    }
}

#[test]
fn the_taker_may_end_the_reading() {
    let many = format!("id\ttitle\tprice\n{}", (0..9_000).map(|n| format!("{n}\tMug\t5 EUR\n")).collect::<String>());
    let mut batches = 0;
    let read = read(SourceKind::Merchant, many.as_bytes(), &options(), &mut |_| {
        batches += 1;
        false
    });
    let read = read.unwrap();
    assert_eq!((batches, read.complete), (1, false));
    assert!(read.items < 9_000);
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"<rss xmlns:g='http://base.google.com/ns/1.0'>".to_vec()),
        Just(b"<item>".to_vec()),
        Just(b"</item>".to_vec()),
        Just(b"<g:id>1</g:id>".to_vec()),
        Just(b"<g:price>".to_vec()),
        Just(b"</g:price>".to_vec()),
        Just(b"5 EUR".to_vec()),
        Just(b"<![CDATA[".to_vec()),
        Just(b"]]>".to_vec()),
        Just(b"<!--".to_vec()),
        Just(b"-->".to_vec()),
        Just(b"&#x0;&amp;amp;".to_vec()),
        Just(b"id\ttitle\tprice\n".to_vec()),
        Just(b"1\t\"a\t5 EUR\n".to_vec()),
        Just(b"item_id,title,price\n".to_vec()),
        Just(b"{\"id\":\"1\",\"variants\":[{\"id\":1,\"price\":{\"amount\":1e99}}]}\n".to_vec()),
        Just(b"<g:shipping>:::</g:shipping>".to_vec()),
        Just(b"\xff\xfe".to_vec()),
        Just(b"\x1f\x8b\x08".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..20),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in soup()) {
        for kind in [SourceKind::Merchant, SourceKind::Acp, SourceKind::OpenPrices] {
            if let Ok((read, looks)) = run(kind, &bytes) {
                prop_assert_eq!(read.observations as usize, looks.len());
                prop_assert!(looks.iter().all(|l| l.price.is_none_or(|p| p.minor > 0)));
            }
        }
    }
}
