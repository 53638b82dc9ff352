use crate::domain::*;
use crate::store::{Reader, Store};
use tempfile::TempDir;

fn day(n: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + n * 86_400).unwrap()
}

fn look(shop: &str, key: &str, title: &str, n: i64, minor: i64) -> Observation {
    let shop = ShopRef { name: shop.to_owned(), domain: None, invented: false };
    let facts = ProductFacts { title: title.to_owned(), ..ProductFacts::default() };
    let mut look = Observation::new(shop, key, facts, day(n));
    look.price = Some(Money::new(minor, Currency::EUR));
    look.availability = Availability::InStock;
    look
}

fn with(mut look: Observation, gtin: Option<&str>, brand: &str, model: &str, variant: &str) -> Observation {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    look.product.gtin = gtin.map(str::to_owned);
    (look.product.brand, look.product.model, look.variant) = (said(brand), said(model), said(variant));
    look
}

fn fresh() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("e.db")).unwrap();
    (folder, store)
}

fn products(reader: &Reader) -> Vec<Product> {
    reader.products(&reader.product_ids(None, 99).unwrap()).unwrap()
}

const GTIN: &str = "09520000123451";
const OTHER: &str = "09520000654320";

#[test]
fn variants_are_products_of_one_group_with_histories_of_their_own() {
    let (_folder, store) = fresh();
    let in_group = |mut look: Observation| {
        look.product.group = Some("shirt-1".into());
        look
    };
    let looks = vec![
        in_group(with(look("A", "v1", "Cola", 0, 100), Some(GTIN), "Fizz", "", "500 ml")),
        // The shop copies one GTIN to all its variants.
        in_group(with(look("A", "v2", "Cola", 0, 180), Some(GTIN), "Fizz", "", "1 l")),
        in_group(with(look("A", "v1", "Cola", 1, 110), Some(GTIN), "Fizz", "", "500 ml")),
        in_group(with(look("A", "v2", "Cola", 1, 170), Some(GTIN), "Fizz", "", "1 l")),
        with(look("B", "x", "Fizz Cola 0,5l", 1, 95), Some(GTIN), "Fizz", "", "500ml"),
    ];
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let all = products(&reader);
    let titles: Vec<&str> = all.iter().map(|p| p.facts.title.as_str()).collect();
    assert_eq!(titles, ["Cola, 500 ml", "Cola, 1 l"]);
    assert!(all[0].facts.group.is_some() && all[0].facts.group == all[1].facts.group);
    let prices =
        |id| reader.history(id, None).unwrap().points.iter().map(|p| p.price.unwrap().minor).collect::<Vec<_>>();
    assert_eq!((prices(all[0].id), prices(all[1].id)), (vec![100, 110, 95], vec![180, 170]));
    assert_eq!(reader.group(all[0].id).unwrap(), [all[0].id, all[1].id]);
}

#[test]
fn one_model_in_two_capacities_is_two_products() {
    let (_folder, store) = fresh();
    let looks = vec![
        with(look("A", "1", "Nova X phone 128 GB", 0, 50000), None, "Nova", "X-1", ""),
        with(look("B", "2", "Nova X phone 256GB", 0, 60000), None, "Nova", "X1", ""),
        with(look("C", "3", "NOVA X Phone 128GB", 0, 49000), None, "nova", "x1", ""),
    ];
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let offers: Vec<usize> = products(&reader).iter().map(|p| reader.offers(p.id).unwrap().len()).collect();
    assert_eq!(offers, [2, 1]);
}

#[test]
fn two_shops_that_call_one_thing_the_same_are_joined_and_one_shop_never_is() {
    let (_folder, store) = fresh();
    let title = "Fizz Original Lemonade Cans (24 x 300 ml)";
    let looks = vec![
        with(look("A", "1", title, 0, 1500), None, "Fizz", "", ""),
        with(look("A", "2", title, 0, 1600), None, "Fizz", "", ""),
        with(look("B", "1", "Fizz lemonade, original, cans 24x300ml", 0, 1400), None, "Fizz", "", ""),
        with(look("C", "1", "Fizz Cola Original Cans 24 x 300 ml", 0, 1400), None, "Fizz", "", ""),
        with(look("D", "1", "Sonora headphones WH-9000X black", 0, 1400), None, "Sonora", "", ""),
        with(look("E", "1", "Sonora WH9000X Headphones, black, wireless", 0, 1400), None, "Sonora", "", ""),
        with(look("F", "1", "Case for Sonora WH9000X Headphones, black", 0, 1400), None, "Sonora", "", ""),
    ];
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let shops: Vec<String> = products(&reader)
        .iter()
        .map(|p| reader.offers(p.id).unwrap().into_iter().map(|o| o.shop.name).collect::<String>())
        .collect();
    // Two of shop A fit B's equally well, so neither is sure.
    assert_eq!(shops, ["A", "A", "B", "C", "DE", "F"]);
}

#[test]
fn a_gtin_learnt_late_makes_two_products_one_with_all_that_is_theirs() {
    let (_folder, store) = fresh();
    let mut late = with(look("B", "x", "Lamp Nook", 0, 900), None, "", "", "");
    late.reviews.push(NewReview { body: "Bright.".into(), ..NewReview::default() });
    store.writer().ingest(vec![with(look("A", "1", "Nook lamp", 0, 1000), Some(GTIN), "", "", ""), late]).unwrap();
    let reader = store.reader().unwrap();
    let ids: Vec<ProductId> = products(&reader).iter().map(|p| p.id).collect();
    let (a, b) = (ids[0], ids[1]);
    let watch =
        store.writer().add_watch(crate::store::NewWatch::below(b, Money::new(500, Currency::EUR), day(0))).unwrap();
    store.writer().put_vectors("e".into(), vec![(b, 0, vec![1.0])]).unwrap();
    store.writer().ingest(vec![with(look("B", "x", "Lamp Nook", 1, 950), Some(GTIN), "", "", "")]).unwrap();
    let all = products(&reader);
    assert_eq!(all.len(), 1);
    assert_eq!(reader.product(b).unwrap().unwrap().id, a, "the old id still leads there");
    assert_eq!(reader.history(a, None).unwrap().points.len(), 3);
    assert_eq!(reader.reviews(a, 9).unwrap().len(), 1);
    assert_eq!(reader.watches().unwrap()[0].product, a);
    assert_eq!(reader.watches().unwrap()[0].id, watch.id);
    // A new product never takes the id that was given up.
    store.writer().ingest(vec![look("C", "9", "Mug", 1, 100)]).unwrap();
    assert_ne!(products(&reader)[1].id, b);
    assert_eq!(reader.integrity().unwrap(), None);
}

#[test]
fn what_the_user_joined_stays_joined_and_what_was_split_stays_split() {
    let (_folder, store) = fresh();
    let looks = |n| {
        vec![
            with(look("A", "1", "Nook lamp", n, 1000 + n), Some(GTIN), "Nook", "L1", ""),
            with(look("B", "x", "Desk light Nook", n, 900 + n), Some(OTHER), "Nook", "L2", ""),
        ]
    };
    let writer = store.writer();
    writer.ingest(looks(0)).unwrap();
    let reader = store.reader().unwrap();
    let ids: Vec<ProductId> = products(&reader).iter().map(|p| p.id).collect();
    assert!(writer.join_products(ids[0], ids[1], day(1)).unwrap());
    assert!(!writer.join_products(ids[0], ids[1], day(1)).unwrap(), "there is only one left");
    writer.ingest(looks(2)).unwrap();
    assert_eq!(products(&reader).len(), 1);
    assert_eq!(reader.product_by_gtin(OTHER).unwrap(), Some(ids[0]), "both GTINs lead to it");
    writer.ingest(vec![with(look("C", "c", "Light", 2, 800), Some(OTHER), "", "", "")]).unwrap();
    assert_eq!(reader.offers(ids[0]).unwrap().len(), 3);

    assert_eq!(writer.undo_join(ids[0], day(3)).unwrap(), Some(ids[1]), "it gets its id back");
    writer.ingest(looks(4)).unwrap();
    let titles: Vec<String> = products(&reader).into_iter().map(|p| p.facts.title).collect();
    assert_eq!(titles, ["Nook lamp", "Desk light Nook"]);
    assert_eq!(reader.history(ids[1], None).unwrap().points.len(), 3);
    assert_eq!(writer.undo_join(ids[0], day(5)).unwrap(), None);
}

#[test]
fn an_offer_split_off_is_not_joined_again_by_its_gtin() {
    let (_folder, store) = fresh();
    let looks = |n| {
        vec![
            with(look("A", "1", "Nook lamp", n, 1000 + n), Some(GTIN), "", "", ""),
            with(look("B", "x", "Nook lamp shade", n, 200 + n), Some(GTIN), "", "", ""),
        ]
    };
    store.writer().ingest(looks(0)).unwrap();
    let reader = store.reader().unwrap();
    let id = products(&reader)[0].id;
    let wrong = reader.offers(id).unwrap()[1].id;
    let split = store.writer().split_offers(id, vec![wrong], day(1)).unwrap().unwrap();
    store.writer().ingest(looks(2)).unwrap();
    assert_eq!(products(&reader).len(), 2);
    let prices =
        |id| reader.history(id, None).unwrap().points.iter().map(|p| p.price.unwrap().minor).collect::<Vec<_>>();
    assert_eq!((prices(id), prices(split)), (vec![1000, 1002], vec![200, 202]));
    assert_eq!(reader.product(split).unwrap().unwrap().facts.title, "Nook lamp shade");
    assert_eq!(store.writer().split_offers(id, vec![wrong], day(3)).unwrap(), None, "it is no longer there");
}

#[test]
fn a_smaller_pack_is_told_with_its_unit_price_and_makes_no_deal() {
    let (_folder, store) = fresh();
    let mut looks: Vec<Observation> = (0..5).map(|n| look("A", "1", "Oats 500 g", n, 200)).collect();
    looks.push(look("A", "1", "Oats 400 g", 6, 190));
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let id = products(&reader)[0].id;
    let changes = reader.changes(id).unwrap();
    let content = changes.iter().find(|c| c.field == ChangedField::Content).unwrap();
    assert!(content.is_shrinkflation());
    assert_eq!(content.told(), "smaller pack: 500 g -> 400 g, price €2.00 -> €1.90; per kg €4.00 -> €4.75");
    assert!(changes.iter().any(|c| c.field == ChangedField::Title));
    assert_eq!(reader.deals(5).unwrap(), []);
    let summary = reader.history(id, None).unwrap().summary(None, None).unwrap();
    assert_eq!((summary.lowest.minor, summary.highest.minor), (190, 190));
}

#[test]
fn specifications_and_seller_are_told_when_they_change() {
    let (_folder, store) = fresh();
    let at = |n, noise: f64, seller: &str| {
        let mut look = look("A", "1", "Mixer", n, 200);
        look.product.attributes =
            vec![Attribute::new("noise", AttributeValue::Number { value: noise, unit: "dB".into() })];
        look.seller = Some(seller.into());
        look
    };
    store.writer().ingest(vec![at(0, 40.0, "Ann"), at(1, 40.0, "Ann"), at(2, 44.0, "Bob")]).unwrap();
    let reader = store.reader().unwrap();
    let told: Vec<String> = reader.changes(ProductId(1)).unwrap().iter().map(ListingChange::told).collect();
    assert_eq!(told, ["seller: Ann -> Bob", "noise: 40 dB -> 44 dB"]);
}

#[test]
fn a_used_copy_in_place_of_the_new_one_is_a_change_and_beside_it_none() {
    let (_folder, store) = fresh();
    let used = |key: &str, n| Observation { condition: Condition::Used, ..look("A", key, "Lamp", n, 50) };
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 100), look("A", "2", "Mug", 0, 100)]).unwrap();
    store.writer().ingest(vec![used("1", 1), used("2", 1), look("A", "2", "Mug", 1, 100)]).unwrap();
    let reader = store.reader().unwrap();
    let told = |id| reader.changes(ProductId(id)).unwrap().iter().map(ListingChange::told).collect::<Vec<_>>();
    assert_eq!(told(1), ["condition: new -> used"]);
    assert_eq!(told(2), Vec::<String>::new());
}

#[test]
fn in_store_codes_and_placeholders_join_nothing() {
    let (_folder, store) = fresh();
    for gtin in ["02012345000004", "00000000000000", "01234567890128"] {
        let looks =
            ["A", "B"].map(|shop| with(look(shop, gtin, &format!("Cheese {shop}"), 0, 1), Some(gtin), "", "", ""));
        store.writer().ingest(looks.into()).unwrap();
    }
    assert_eq!(products(&store.reader().unwrap()).len(), 6);
}

#[test]
fn a_database_of_before_gets_its_variants_taken_apart_and_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("e.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../../../assets/migrations/0001_initial.sql")).unwrap();
    old.execute_batch(
        "INSERT INTO product (product_id, title, brand, model, facts_at, created_at) VALUES (1, 'Cola', 'Fizz', 'C-1', 0, 0);
         INSERT INTO shop (shop_id, name) VALUES (1, 'A');
         INSERT INTO offer (product_id, offer_id, shop_id, shop_key, variant, condition, availability, last_outcome)
           VALUES (1, 1, 1, 'a', '500 ml', 'new', 'in_stock', 'ok'), (1, 2, 1, 'b', '1 l', 'new', 'in_stock', 'ok');
         INSERT INTO snapshot (product_id, offer_id, at, outcome, price, currency)
           VALUES (1, 1, 1000, 'ok', 100, 'EUR'), (1, 2, 1000, 'ok', 180, 'EUR');
         PRAGMA application_id = 1162694740; PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    let store = Store::open(&path).unwrap();
    let reader = store.reader().unwrap();
    let all = products(&reader);
    assert_eq!(all.len(), 2);
    let prices: Vec<i64> =
        all.iter().map(|p| reader.history(p.id, None).unwrap().summary(None, None).unwrap().current.minor).collect();
    assert_eq!(prices, [100, 180]);
    assert_eq!(reader.search_brand_model(Some("fizz"), "c1").unwrap().len(), 1);
    assert_eq!(reader.integrity().unwrap(), None);
}
