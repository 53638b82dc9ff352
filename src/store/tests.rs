use super::*;
use crate::domain::*;
use proptest::prelude::*;
use std::fs;
use tempfile::TempDir;

fn day(n: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + n * 86_400).unwrap()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn shop(name: &str) -> ShopRef {
    ShopRef { name: name.to_owned(), domain: None, invented: false }
}

fn facts(title: &str) -> ProductFacts {
    ProductFacts { title: title.to_owned(), ..ProductFacts::default() }
}

/// A good look at `key` in `at_shop` on day `n`.
fn look(at_shop: &str, key: &str, title: &str, n: i64, minor: i64) -> Observation {
    let mut look = Observation::new(shop(at_shop), key, facts(title), day(n));
    look.price = Some(eur(minor));
    look.availability = Availability::InStock;
    look
}

fn failed(at_shop: &str, key: &str, n: i64, outcome: Outcome) -> Observation {
    let mut look = Observation::new(shop(at_shop), key, facts(""), day(n));
    look.outcome = outcome;
    look.detail = Some("the shop said no".into());
    look
}

fn fresh() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("data/emptor.db")).unwrap();
    (folder, store)
}

fn only_product(reader: &Reader) -> Product {
    let ids = reader.product_ids(None, 10).unwrap();
    assert_eq!(ids.len(), 1, "{ids:?}");
    reader.product(ids[0]).unwrap().unwrap()
}

#[test]
fn the_same_look_twice_changes_nothing() {
    let (_folder, store) = fresh();
    let mut looks =
        vec![look("A", "1", "Lamp", 0, 1000), look("A", "1", "Lamp", 7, 900), look("A", "2", "Mug", 0, 500)];
    looks[0].candidates.push(PriceCandidate {
        money: eur(1200),
        kind: PriceKind::List,
        raw: "12,00 €".into(),
        place: "column list".into(),
    });
    looks[0].reviews.push(NewReview { body: "Bright.".into(), stars: Some(4.0), ..NewReview::default() });
    looks[0].questions.push(NewQuestion { question: "Is it bright?".into(), ..NewQuestion::default() });
    let first = store.writer().ingest(looks.clone()).unwrap();
    assert_eq!((first.products_new, first.offers_new, first.snapshots_new, first.reviews_new), (2, 2, 3, 1));
    let before = store.reader().unwrap().stats().unwrap();
    let again = store.writer().ingest(looks).unwrap();
    assert_eq!(again, Ingested { duplicates: 3, ..Ingested::default() });
    assert_eq!(store.reader().unwrap().stats().unwrap(), before);
}

#[test]
fn a_failed_look_is_kept_and_never_clears_the_last_good_price() {
    let (_folder, store) = fresh();
    let looks = vec![
        look("A", "1", "Lamp", 0, 1000),
        failed("A", "1", 1, Outcome::Blocked),
        failed("A", "1", 2, Outcome::Error),
        failed("A", "1", 3, Outcome::NoPrice),
    ];
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let product = only_product(&reader);
    assert_eq!(product.facts.title, "Lamp");
    let offer = &reader.offers(product.id).unwrap()[0];
    assert_eq!((offer.price, offer.observed_at), (Some(eur(1000)), Some(day(0))));
    assert_eq!((offer.attempted_at, offer.last_outcome), (Some(day(3)), Outcome::NoPrice));
    let outcomes: Vec<Outcome> = reader.history(product.id, None).unwrap().points.iter().map(|p| p.outcome).collect();
    assert_eq!(outcomes, [Outcome::Ok, Outcome::Blocked, Outcome::Error, Outcome::NoPrice]);
}

#[test]
fn not_modified_confirms_the_last_price() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000), failed("A", "1", 5, Outcome::NotModified)]).unwrap();
    let reader = store.reader().unwrap();
    let id = only_product(&reader).id;
    assert_eq!(reader.offers(id).unwrap()[0].observed_at, Some(day(5)));
    assert_eq!(reader.history(id, Some(day(5))).unwrap().points[0].price, Some(eur(1000)));
}

#[test]
fn an_older_look_adds_history_and_leaves_the_present_alone() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp, new edition", 10, 900)]).unwrap();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1500)]).unwrap();
    let reader = store.reader().unwrap();
    let product = only_product(&reader);
    assert_eq!(product.facts.title, "Lamp, new edition");
    assert_eq!(reader.offers(product.id).unwrap()[0].price, Some(eur(900)));
    assert_eq!(reader.history(product.id, None).unwrap().points.len(), 2);
}

#[test]
fn gtin_joins_shops_and_then_brand_with_model() {
    let (_folder, store) = fresh();
    let with = |mut l: Observation, gtin: Option<&str>, brand: &str, model: &str| {
        l.product.gtin = gtin.map(str::to_owned);
        (l.product.brand, l.product.model) = (Some(brand.to_owned()), Some(model.to_owned()));
        l
    };
    let looks = vec![
        with(look("A", "1", "Nook lamp", 0, 1000), Some("09520000123451"), "Nook", "L1"),
        with(look("B", "x", "NOOK Lamp L1", 0, 1100), Some("09520000123451"), "NOOK", "l-1"),
        with(look("C", "y", "Nook L1", 0, 1200), None, "nook", "L1"),
        with(look("D", "z", "Nook L1 pack of two", 0, 2000), Some("19520000123458"), "Nook", "L1"),
    ];
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let joined = reader.product_by_gtin("09520000123451").unwrap().unwrap();
    let shops: Vec<String> = reader.offers(joined).unwrap().into_iter().map(|o| o.shop.name).collect();
    assert_eq!(shops, ["A", "B", "C"]);
    assert_eq!(reader.stats().unwrap().products, 2, "another GTIN is another trade item");
}

#[test]
fn a_used_copy_is_an_offer_of_its_own_and_no_part_of_the_price_history() {
    let (_folder, store) = fresh();
    let mut used = look("A", "1", "Lamp", 0, 400);
    used.condition = Condition::Used;
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000), used]).unwrap();
    let reader = store.reader().unwrap();
    let id = only_product(&reader).id;
    assert_eq!(reader.offers(id).unwrap().len(), 2);
    assert_eq!(reader.history(id, None).unwrap().points.len(), 1);
}

#[test]
fn shipping_tax_and_seller_are_kept_as_observed() {
    let (_folder, store) = fresh();
    let mut seen = look("Market", "1", "Lamp", 0, 1000);
    (seen.shipping, seen.shipping_included, seen.tax_included) = (Some(eur(0)), Some(false), Some(true));
    seen.seller = Some("Lamp Corner".into());
    let mut later = look("Market", "1", "Lamp", 1, 1400);
    later.shipping_included = Some(true);
    store.writer().ingest(vec![seen, later]).unwrap();
    let reader = store.reader().unwrap();
    let id = only_product(&reader).id;
    let then = &reader.offers_as_of(&[id], day(0)).unwrap()[0];
    assert_eq!((then.price, then.seller.as_deref()), (Some(eur(1000)), Some("Lamp Corner")));
    let now = &reader.offers(id).unwrap()[0];
    assert_eq!((now.shipping, now.shipping_included, now.tax_included), (None, Some(true), None));
    let included: Vec<_> = reader.history(id, None).unwrap().points.iter().map(|p| p.shipping_included).collect();
    assert_eq!(included, [Some(false), Some(true)]);
}

#[test]
fn a_list_price_that_is_not_above_the_price_is_no_list_price() {
    let (_folder, store) = fresh();
    let mut same = look("A", "1", "Lamp", 0, 1000);
    same.list_price = Some(eur(1000));
    let mut sale = look("A", "2", "Mug", 0, 1000);
    sale.list_price = Some(eur(1300));
    store.writer().ingest(vec![same, sale]).unwrap();
    let reader = store.reader().unwrap();
    let offers = reader.offers_of(&reader.product_ids(None, 10).unwrap()).unwrap();
    assert_eq!(offers.iter().map(|o| o.list_price).collect::<Vec<_>>(), [None, Some(eur(1300))]);
}

#[test]
fn missing_facts_never_erase_known_ones_and_changed_texts_are_noted() {
    let (_folder, store) = fresh();
    let mut full = look("A", "1", "Quiet dishwasher", 0, 50000);
    full.product.description = Some("Fits a galley.".into());
    full.product.attributes = vec![
        Attribute::new("noise", AttributeValue::Number { value: 42.0, unit: "dB".into() }),
        Attribute::new("waterproof", AttributeValue::Flag(false)),
        Attribute::new("half_load", AttributeValue::Flag(true)),
    ];
    store.writer().ingest(vec![full]).unwrap();
    let version = store.reader().unwrap().catalogue_version().unwrap();
    store.writer().ingest(vec![look("A", "1", "Silent dishwasher", 1, 50000)]).unwrap();
    let reader = store.reader().unwrap();
    let product = only_product(&reader);
    assert_eq!(product.facts.description.as_deref(), Some("Fits a galley."));
    assert_eq!(product.facts.number("noise"), Some((42.0, "dB")));
    assert!(reader.catalogue_version().unwrap() > version);
    assert_eq!(reader.texts_changed_since(version, 10).unwrap(), [product.id]);
    let rated = |at, count| {
        let mut look = look("A", "1", "Silent dishwasher", at, 50000);
        look.product.rating = Some(Rating { stars: 4.5, count });
        let version = reader.catalogue_version().unwrap();
        store.writer().ingest(vec![look]).unwrap();
        assert!(reader.catalogue_version().unwrap() > version);
        reader.texts_changed_since(version, 10).unwrap()
    };
    assert_eq!(rated(2, 1200), [product.id]);
    assert_eq!(rated(3, 1204), [], "a few ratings more are no news to the index");
}

#[test]
fn offers_as_of_are_what_was_known_then() {
    let (_folder, store) = fresh();
    store
        .writer()
        .ingest(vec![look("A", "1", "Lamp", 0, 1000), look("A", "1", "Lamp", 10, 700), look("B", "b", "Lamp", 20, 600)])
        .unwrap();
    let reader = store.reader().unwrap();
    let ids = reader.product_ids(None, 10).unwrap();
    let prices = |n| reader.offers_as_of(&ids, day(n)).unwrap().iter().map(|o| o.price).collect::<Vec<_>>();
    assert_eq!(prices(5), [Some(eur(1000))]);
    assert_eq!(prices(15), [Some(eur(700))]);
    assert_eq!(prices(25), [Some(eur(700)), Some(eur(600))]);
    assert_eq!(prices(-1), []);
}

#[test]
fn deals_stand_below_their_own_history() {
    let (_folder, store) = fresh();
    let mut looks: Vec<Observation> = (0..5).map(|n| look("A", "1", "Lamp", n, 1000)).collect();
    looks.push(look("A", "1", "Lamp", 6, 600));
    looks.extend((0..6).map(|n| look("A", "2", "Mug", n, 500)));
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let titles: Vec<String> =
        reader.products(&reader.deals(10).unwrap()).unwrap().into_iter().map(|p| p.facts.title).collect();
    assert_eq!(titles, ["Lamp"]);
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emptor.db");
    drop(Store::open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    let error = Store::open(&path).err().expect("a newer schema must be refused");
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "dear diary, ".repeat(50)).unwrap();
    let short = folder.path().join("short.db");
    fs::write(&short, "SQLite format 3\0").unwrap();
    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE secrets (x)").unwrap();
    for path in [text, short, foreign] {
        let before = fs::read(&path).unwrap();
        let error = Store::open(&path).err().unwrap_or_else(|| panic!("{} was opened", path.display()));
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before, "{}", path.display());
    }
}

#[test]
fn a_damaged_database_says_so_instead_of_answering() {
    let (_folder, store) = fresh();
    store.writer().ingest((0..200).map(|n| look("A", &n.to_string(), "Lamp", 0, 100)).collect()).unwrap();
    let path = store.path().to_path_buf();
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = 0xA5;
    }
    fs::write(&path, bytes).unwrap();
    let told = Store::open(&path).and_then(|s| s.reader()?.products(&[ProductId(1)]).map(drop));
    assert!(matches!(told, Err(StoreError::Corrupt { .. })), "{told:?}");
}

#[test]
fn a_full_disk_loses_nothing_and_says_so() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000)]).unwrap();
    store.writer().limit_pages(64).unwrap();
    let many = (0..5000).map(|n| look("A", &n.to_string(), &"long title ".repeat(20), 1, 100)).collect();
    let error = store.writer().ingest(many).unwrap_err();
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
    assert_eq!(only_product(&store.reader().unwrap()).facts.title, "Lamp");
}

#[test]
fn two_emptors_on_one_database_both_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emptor.db");
    let worker = |name: &'static str| {
        let path = path.clone();
        std::thread::spawn(move || {
            let store = Store::open(&path).unwrap();
            for n in 0..20 {
                store.writer().ingest((0..10).map(|k| look(name, &k.to_string(), name, n, 100 + n)).collect()).unwrap();
                store.reader().unwrap().stats().unwrap();
            }
        })
    };
    let (a, b) = (worker("A"), worker("B"));
    a.join().unwrap();
    b.join().unwrap();
    let stats = Store::open(&path).unwrap().reader().unwrap().stats().unwrap();
    assert_eq!((stats.offers, stats.snapshots), (20, 400));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1)]).unwrap();
    let folder = store.path().parent().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn watches_sources_and_chats_come_back() {
    let (_folder, store) = fresh();
    let writer = store.writer();
    writer.ingest(vec![look("A", "1", "Lamp", 0, 1000)]).unwrap();
    let reader = store.reader().unwrap();
    let watch = writer.add_watch(NewWatch::below(only_product(&reader).id, eur(900), day(1))).unwrap();
    let crossed = Watch { crossed_at: Some(day(2)), armed: false, told: Some(eur(800)), ..watch.clone() };
    assert!(writer.settle_watch(crossed.clone(), Vec::new(), day(2)).unwrap());
    assert!(!writer.settle_watch(crossed.clone(), Vec::new(), day(2)).unwrap(), "the row has changed since");
    assert_eq!(reader.watches().unwrap(), [Watch { revision: 1, ..crossed }]);
    assert!(writer.remove_watch(watch.id).unwrap() && !writer.remove_watch(watch.id).unwrap());

    let new = NewSource {
        name: "lamps".into(),
        kind: SourceKind::Page,
        location: "http://lamps.example/1".into(),
        added_at: day(0),
        next_due_at: Some(day(1)),
        state: serde_json::json!({"pages": [1, 2]}),
    };
    let mut source = writer.add_source(new.clone()).unwrap();
    assert_eq!(writer.add_source(new).unwrap().name, "lamps-2");
    source.etag = Some("W/\"x\"".into());
    source.last_outcome = Some(Outcome::Blocked);
    source.failures = 3;
    writer.update_source(source.clone()).unwrap();
    assert_eq!(reader.source_by_name("lamps").unwrap(), Some(source));
    assert_eq!(reader.sources().unwrap().len(), 2);

    writer.add_chat(day(0), "q".into(), "a".into(), serde_json::json!({"n": 1})).unwrap();
    assert_eq!(reader.chats(5).unwrap()[0].record, serde_json::json!({"n": 1}));
}

#[test]
fn a_vector_is_out_of_date_once_its_product_changes() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000)]).unwrap();
    let reader = store.reader().unwrap();
    let id = only_product(&reader).id;
    store.writer().put_vectors("e1".into(), vec![(id, 0, vec![0.5, -1.0])]).unwrap();
    let (found, code) = reader.codes("e1", [id].into_iter()).unwrap().remove(0);
    assert_eq!((found, code.values.as_slice()), (id, [64, -127].as_slice()));
    assert!((code.scale * 127.0 - 1.0 / 1.25_f32.sqrt()).abs() < 1e-6, "at unit length");
    assert_eq!((reader.vector_count("e1").unwrap(), reader.vector_count("e2").unwrap()), (1, 0));
    assert!(reader.products_without_vector("e1", Some(id), 5).unwrap().is_empty());
    assert!(reader.products_without_vector("e1", None, 5).unwrap().is_empty());
    assert_eq!(reader.products_without_vector("e2", None, 5).unwrap().len(), 1);
    store.writer().ingest(vec![look("A", "1", "Lantern", 1, 1000)]).unwrap();
    assert_eq!(reader.products_without_vector("e1", None, 5).unwrap().len(), 1);
    let version = reader.vectors_version("e1").unwrap();
    store.writer().put_vectors("e1".into(), vec![(id, 1, vec![0.25])]).unwrap();
    assert!(reader.vectors_version("e1").unwrap() > version);
    let mut other_shop = look("A", "2", "Lantern", -5, 900);
    other_shop.product.description = Some("Older look, new fact.".into());
    (other_shop.shop_key, other_shop.condition) = ("1".into(), Condition::Used);
    store.writer().ingest(vec![other_shop]).unwrap();
    assert_eq!(
        reader.products_without_vector("e1", None, 5).unwrap().len(),
        1,
        "the facts changed, however old the look"
    );
}

#[test]
fn every_snapshot_is_exported_in_order() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 3, 700), look("A", "1", "Lamp", 0, 1000)]).unwrap();
    let mut seen = Vec::new();
    store
        .reader()
        .unwrap()
        .for_each_snapshot(|row| {
            seen.push((row.at, row.price));
            Ok::<(), StoreError>(())
        })
        .unwrap();
    assert_eq!(seen, [(day(0), Some(eur(1000))), (day(3), Some(eur(700)))]);
}

#[test]
fn a_read_only_database_answers_and_refuses_writes() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000)]).unwrap();
    let path = store.path().to_path_buf();
    drop(store);
    for how in [open::How::ReadOnly, open::How::Immutable] {
        let reader = Reader::open(&path, how).unwrap();
        assert_eq!(only_product(&reader).facts.title, "Lamp");
        let connection = open::open_for_reading(&path, how).unwrap();
        let (writer, _thread) = Writer::start(connection, path.clone(), how).unwrap();
        let refused = writer.ingest(vec![look("A", "1", "Lamp", 1, 900)]);
        assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
        writer.stop();
    }
}

#[test]
fn an_attempt_is_kept_with_every_offer_of_its_address() {
    let (_folder, store) = fresh();
    let at = |key: &str, url: &str| Observation { url: Some(url.into()), ..look("A", key, "Lamp", 0, 100) };
    let page = "http://lamps.example/1";
    let looks = vec![
        at("1", page),
        at("2", &format!("{page}?size=m")),
        at("3", &format!("{page}#red")),
        at("4", &format!("{page}0")),
        at("5", "http://lamps.example/"),
    ];
    store.writer().ingest(looks).unwrap();
    let made = store.writer().attempt(page.into(), Outcome::Blocked, Some("403".into()), day(1)).unwrap();
    assert_eq!(made, 3);
    let reader = store.reader().unwrap();
    let offers = reader.offers_of(&reader.product_ids(None, 9).unwrap()).unwrap();
    let blocked: Vec<_> = offers.iter().map(|o| o.last_outcome == Outcome::Blocked).collect();
    assert_eq!(blocked, [true, true, true, false, false]);
    assert!(offers.iter().all(|o| o.price == Some(eur(100))));
}

#[test]
fn two_looks_within_a_second_are_two() {
    let (_folder, store) = fresh();
    let mut second = look("A", "1", "Lamp", 0, 900);
    second.observed_at = day(0) + jiff::SignedDuration::from_millis(200);
    let mut first = failed("A", "1", 0, Outcome::Error);
    first.product.title = "Lamp".into();
    store.writer().ingest(vec![first, second.clone()]).unwrap();
    let reader = store.reader().unwrap();
    let id = only_product(&reader).id;
    assert_eq!(reader.history(id, None).unwrap().points.len(), 2);
    let offer = &reader.offers(id).unwrap()[0];
    assert_eq!((offer.price, offer.observed_at), (Some(eur(900)), Some(second.observed_at)));
}

#[test]
fn a_late_look_changes_no_fact_that_a_newer_one_confirmed() {
    let (_folder, store) = fresh();
    let looks = vec![look("A", "1", "Lamp", 0, 100), look("A", "1", "Lamp", 10, 100), look("A", "1", "Lmap", 5, 100)];
    store.writer().ingest(looks).unwrap();
    assert_eq!(only_product(&store.reader().unwrap()).facts.title, "Lamp");
}

#[test]
fn availability_outlives_a_blocked_look_now_and_in_the_past() {
    let (_folder, store) = fresh();
    let looks = vec![
        look("A", "1", "Lamp", 0, 100),
        failed("A", "1", 1, Outcome::Blocked),
        failed("A", "1", 2, Outcome::NotModified),
        failed("A", "1", 3, Outcome::Gone),
    ];
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    let ids = [only_product(&reader).id];
    let stock = |n| reader.offers_as_of(&ids, day(n)).unwrap()[0].availability;
    assert_eq!([0, 1, 2].map(stock), [Availability::InStock; 3]);
    assert_eq!(
        (stock(3), reader.offers(ids[0]).unwrap()[0].availability),
        (Availability::Discontinued, Availability::Discontinued)
    );
}

#[test]
fn a_late_not_modified_confirms_the_price_of_its_own_time() {
    let (_folder, store) = fresh();
    let looks = vec![look("A", "1", "Lamp", 0, 1000), look("A", "1", "Lamp", 10, 700)];
    store.writer().ingest(looks).unwrap();
    store.writer().ingest(vec![failed("A", "1", 5, Outcome::NotModified)]).unwrap();
    let reader = store.reader().unwrap();
    let id = only_product(&reader).id;
    let prices: Vec<_> = reader.history(id, None).unwrap().points.iter().map(|p| p.price.map(|m| m.minor)).collect();
    assert_eq!(prices, [Some(1000), Some(1000), Some(700)]);
    assert_eq!(reader.offers(id).unwrap()[0].price, Some(eur(700)));
}

#[test]
fn what_is_no_gtin_joins_nothing_and_letters_beyond_ascii_fold() {
    let (_folder, store) = fresh();
    let with = |mut l: Observation, gtin: &str, brand: &str, model: &str| {
        l.product.gtin = Some(gtin.to_owned());
        (l.product.brand, l.product.model) = (Some(brand.to_owned()), Some(model.to_owned()));
        l
    };
    let looks = vec![
        with(look("A", "1", "Lamp", 0, 100), "", "ÉCLAT", "Ä 1"),
        with(look("B", "2", "Lampe", 0, 100), "not a number", "éclat", "ä  1"),
        with(look("A", "3", "Mug", 0, 100), "", " ", "M"),
        with(look("A", "4", "Jug", 0, 100), "09520000123450", "", "M"),
    ];
    let done = store.writer().ingest(looks).unwrap();
    assert_eq!((done.products_new, done.offers_new), (3, 4));
    let reader = store.reader().unwrap();
    assert_eq!(reader.search_brand_model(Some("Éclat"), "ä 1").unwrap().len(), 1);
    assert_eq!(reader.search_brand_model(None, "m").unwrap().len(), 2);
    assert!(reader.products(&reader.product_ids(None, 9).unwrap()).unwrap().iter().all(|p| p.facts.gtin.is_none()));
}

#[test]
fn a_used_copy_with_another_gtin_is_another_product() {
    let (_folder, store) = fresh();
    let mut new = look("A", "1", "Lamp", 0, 1000);
    new.product.gtin = Some("09520000123451".into());
    let mut used = look("A", "1", "Lamp, two", 0, 400);
    (used.condition, used.product.gtin) = (Condition::Used, Some("19520000123458".into()));
    store.writer().ingest(vec![new, used]).unwrap();
    assert_eq!(store.reader().unwrap().stats().unwrap().products, 2);
}

#[test]
fn an_attribute_named_twice_or_without_a_number_settles_at_once() {
    let (_folder, store) = fresh();
    let mut seen = look("A", "1", "Lamp", 0, 1000);
    let number = |value| AttributeValue::Number { value, unit: "W".into() };
    seen.product.attributes = vec![
        Attribute::new("power", number(5.0)),
        Attribute::new("power", number(7.0)),
        Attribute::new("glow", number(f64::NAN)),
    ];
    store.writer().ingest(vec![seen.clone()]).unwrap();
    let version = store.reader().unwrap().catalogue_version().unwrap();
    seen.observed_at = day(1);
    store.writer().ingest(vec![seen]).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.catalogue_version().unwrap(), version);
    assert_eq!(only_product(&reader).facts.attributes, [Attribute::new("power", number(7.0))]);
}

#[test]
fn a_failed_look_at_nothing_known_makes_no_nameless_product() {
    let (_folder, store) = fresh();
    let done = store.writer().ingest(vec![failed("A", "1", 0, Outcome::Blocked), look("A", "2", "", 0, 100)]).unwrap();
    assert_eq!((done.unnamed, done.products_new, done.snapshots_new), (1, 1, 1));
    assert_eq!(only_product(&store.reader().unwrap()).facts.title, "2");
}

#[test]
fn absurd_prices_do_not_stop_an_import() {
    let (_folder, store) = fresh();
    let looks = vec![
        look("A", "1", "Lamp", 0, i64::MAX),
        look("A", "1", "Lamp", 1, i64::MAX),
        look("A", "1", "Lamp", 2, i64::MIN),
    ];
    store.writer().ingest(looks).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.history(only_product(&reader).id, None).unwrap().points.len(), 3);
}

#[test]
fn a_foreign_database_is_told_from_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("foreign.db");
    let foreign = rusqlite::Connection::open(&path).unwrap();
    foreign.execute_batch("CREATE TABLE secrets (x); PRAGMA user_version = 25").unwrap();
    drop(foreign);
    let before = fs::read(&path).unwrap();
    let error = Store::open(&path).err().expect("a foreign database must be refused");
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_empty_file_becomes_a_database_and_opening_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emptor.db");
    fs::write(&path, "").unwrap();
    drop(Store::open(&path).unwrap());
    let before = fs::read(&path).unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.reader().unwrap().stats().unwrap().schema, open::known_schema());
    assert_eq!(store.reader().unwrap().integrity().unwrap(), None);
    drop(store);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn many_emptors_may_create_one_database_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("emptor.db");
        let gate = std::sync::Arc::new(std::sync::Barrier::new(6));
        let openers: Vec<_> = (0..6)
            .map(|n| {
                let (path, gate) = (path.clone(), gate.clone());
                std::thread::spawn(move || {
                    gate.wait();
                    let store = Store::open(&path).unwrap();
                    store.writer().ingest(vec![look("A", &n.to_string(), "Lamp", 0, 100)]).unwrap();
                })
            })
            .collect();
        openers.into_iter().for_each(|o| o.join().unwrap());
        assert_eq!(Store::open(&path).unwrap().reader().unwrap().stats().unwrap().offers, 6);
    }
}

/// What stands on the disk right after a commit, taken while the store is still open, is what a killed process leaves.
#[test]
fn what_was_committed_survives_a_kill() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000)]).unwrap();
    let left = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(store.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
        }
    }
    let path = left.path().join("emptor.db");
    assert!(fs::metadata(left.path().join("emptor.db-wal")).unwrap().len() > 0, "the commit must still be in the log");
    let survived = Store::open(&path).unwrap();
    let reader = survived.reader().unwrap();
    assert_eq!(reader.integrity().unwrap(), None);
    assert_eq!(reader.offers(only_product(&reader).id).unwrap()[0].price, Some(eur(1000)));
}

#[test]
fn readers_see_whole_batches_while_another_thread_writes() {
    let (_folder, store) = fresh();
    let writer = store.writer();
    let writing = std::thread::spawn(move || {
        for n in 0..60 {
            writer.ingest((0..10).map(|k| look("A", &k.to_string(), &format!("Lamp {k}"), n, 100)).collect()).unwrap();
        }
    });
    let reader = store.reader().unwrap();
    while !writing.is_finished() {
        let seen = reader.stats().unwrap().snapshots;
        assert_eq!(seen % 10, 0, "a batch was seen half written");
    }
    writing.join().unwrap();
    assert_eq!(reader.stats().unwrap().snapshots, 600);
}

#[test]
fn a_reader_cannot_write() {
    let (_folder, store) = fresh();
    let refused = store.reader().unwrap().connection.execute("DELETE FROM product", []);
    assert!(refused.is_err(), "{refused:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_text_survives(title in any::<String>(), body in any::<String>(), key in any::<String>(), note in any::<String>()) {
        let (_folder, store) = fresh();
        let mut seen = look("A", &key, &title, 0, 100);
        seen.product.description = Some(format!("d{note}"));
        seen.product.attributes = vec![Attribute::new(format!("a{note}"), AttributeValue::Text(format!("v{note}")))];
        seen.sku = Some(note.clone());
        seen.reviews.push(NewReview { body: body.clone(), ..NewReview::default() });
        store.writer().ingest(vec![seen.clone()]).unwrap();
        let reader = store.reader().unwrap();
        let product = only_product(&reader);
        let expected = if title.trim().is_empty() { &key } else { &title };
        prop_assert_eq!(&product.facts.title, expected);
        prop_assert_eq!(&product.facts.description, &seen.product.description);
        prop_assert_eq!(&product.facts.attributes, &seen.product.attributes);
        prop_assert_eq!(&reader.offers(product.id).unwrap()[0].sku, &seen.sku);
        prop_assert_eq!(&reader.reviews(product.id, 5).unwrap()[0].text.body, &body);
        prop_assert_eq!(store.writer().ingest(vec![seen]).unwrap(), Ingested { duplicates: 1, ..Ingested::default() });
    }

    /// Whatever came in whatever order: the present is what the history says, and without "not modified" (which
    /// confirms what was known when it came) the order does not matter at all.
    #[test]
    fn the_present_is_what_the_history_says(
        looks in proptest::collection::btree_map(0_i64..8, (0_usize..7, 1_i64..5, 0_i64..5, 0_usize..3), 1..8),
        order in any::<u64>(),
    ) {
        let looks: Vec<Observation> = looks.into_iter().map(|(n, (outcome, price, list, stock))| {
            let outcomes = [Outcome::Ok, Outcome::NotModified, Outcome::Blocked, Outcome::NoPrice, Outcome::Ambiguous,
                Outcome::Gone, Outcome::Error];
            let mut one = failed("A", "1", n, outcomes[outcome]);
            one.product.title = format!("Lamp of day {n}");
            one.availability = [Availability::InStock, Availability::OutOfStock, Availability::Unknown][stock];
            if one.outcome == Outcome::Ok {
                (one.price, one.list_price) = (Some(eur(price)), Some(eur(list)));
            }
            one
        }).collect();
        let mut shuffled = looks.clone();
        shuffled.sort_by_key(|l| (l.observed_at.as_second() as u64).wrapping_mul(order | 1));
        let present = |looks: Vec<Observation>| {
            let (_folder, store) = fresh();
            for one in looks {
                store.writer().ingest(vec![one]).unwrap();
            }
            let reader = store.reader().unwrap();
            let id = only_product(&reader).id;
            let offers = reader.offers(id).unwrap();
            assert_eq!(reader.offers_as_of(&[id], day(100)).unwrap(), offers);
            (offers, reader.history(id, None).unwrap(), reader.deals(5).unwrap(), reader.stats().unwrap().newest_observation)
        };
        let seen = present(shuffled);
        if looks.iter().all(|l| l.outcome != Outcome::NotModified) {
            prop_assert_eq!(seen, present(looks));
        }
    }
}

#[test]
fn an_offer_whose_sku_comes_and_goes_stays_one_offer() {
    let (_folder, store) = fresh();
    let at = |key: &str, n: i64, minor: i64| {
        let mut look = look("A", key, "Lamp", n, minor);
        look.url = Some("https://a.example/p/lamp".into());
        look.sku = key.strip_prefix("sku:").map(str::to_owned);
        look
    };
    let looks = vec![at("url:/p/lamp", 0, 1000), at("sku:L1", 1, 900), at("url:/p/lamp", 2, 800), at("sku:L1", 3, 700)];
    assert_eq!(store.writer().ingest(looks).unwrap().offers_new, 1);
    // Two SKUs at one address are two offers, and then none of them is meant by the address alone.
    let done = store.writer().ingest(vec![at("sku:M1", 4, 1), at("sku:M2", 4, 2), at("url:/p/lamp", 5, 3)]).unwrap();
    assert_eq!(done.offers_new, 2);
}

#[test]
fn a_vector_made_of_older_facts_counts_as_none() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000)]).unwrap();
    let reader = store.reader().unwrap();
    let (product, revision) = reader.products_without_vector("e", None, 5).unwrap().remove(0);
    // While the vector is being made the facts change.
    store.writer().ingest(vec![look("A", "1", "Lantern", 1, 1000)]).unwrap();
    store.writer().put_vectors("e".into(), vec![(product.id, revision, vec![1.0])]).unwrap();
    let (product, revision) = reader.products_without_vector("e", None, 5).unwrap().remove(0);
    store.writer().put_vectors("e".into(), vec![(product.id, revision, vec![2.0])]).unwrap();
    assert!(reader.products_without_vector("e", None, 5).unwrap().is_empty());
}

#[test]
fn rates_are_those_of_the_moment_asked_for() {
    let (_folder, store) = fresh();
    let rate = |day: &str, rate: &str| crate::domain::rate::DatedRate {
        currency: Currency::USD,
        day: day.parse().unwrap(),
        rate: rate.parse().unwrap(),
    };
    let all = vec![rate("2026-11-19", "1.25"), rate("2026-11-20", "1.0")];
    assert_eq!(store.writer().put_rates(all.clone()).unwrap(), 2);
    assert_eq!(store.writer().put_rates(all).unwrap(), 0, "the same again is nothing new");
    let reader = store.reader().unwrap();
    let euros = |at: &str| {
        let at = at.parse().unwrap();
        let rates = reader.rates(at).unwrap();
        rates.convert(Money::new(1000, Currency::USD), Currency::EUR, at).map(|c| c.money.minor)
    };
    assert_eq!(euros("2026-11-19T23:00:00Z"), Some(800));
    assert_eq!(euros("2026-11-22T00:00:00Z"), Some(1000));
    assert_eq!(euros("2026-11-18T00:00:00Z"), None);
}

#[test]
fn candidates_that_stay_the_same_cost_no_row() {
    let (_folder, store) = fresh();
    let at = |n: i64, list: i64| {
        let mut look = look("A", "1", "Lamp", n, 1000);
        let candidate =
            |minor, kind| PriceCandidate { money: eur(minor), kind, raw: minor.to_string(), place: "page".into() };
        look.candidates = vec![candidate(1000, PriceKind::Sale), candidate(list, PriceKind::List)];
        look
    };
    store.writer().ingest(vec![at(0, 1200), at(1, 1200), at(2, 1300), at(3, 1300), at(4, 1200)]).unwrap();
    let reader = store.reader().unwrap();
    let kept: Vec<Timestamp> =
        reader.candidates(only_product(&reader).id).unwrap().into_iter().map(|(_, at, _)| at).collect();
    assert_eq!(kept, [day(4), day(4), day(2), day(2), day(0), day(0)]);
}

#[test]
fn a_price_below_zero_is_a_failed_look_and_the_last_good_one_stays() {
    let (_folder, store) = fresh();
    store.writer().ingest(vec![look("A", "1", "Lamp", 0, 1000), look("A", "1", "Lamp", 1, -500)]).unwrap();
    let reader = store.reader().unwrap();
    let id = only_product(&reader).id;
    let offer = &reader.offers(id).unwrap()[0];
    assert_eq!((offer.price, offer.last_outcome), (Some(eur(1000)), Outcome::Error));
    let summary = reader.history(id, None).unwrap().summary(None, None).unwrap();
    assert_eq!((summary.lowest, summary.failures), (eur(1000), 1));
}
