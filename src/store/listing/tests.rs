use crate::domain::*;
use crate::store::{SourceAttempt, Store};

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + hour * 3600).unwrap()
}

fn look(key: usize, minor: i64, hour: i64) -> Observation {
    let shop = ShopRef { name: "shop.example".into(), domain: Some("shop.example".into()), invented: false };
    let facts = ProductFacts { title: format!("Mug number {key}"), ..ProductFacts::default() };
    let mut look = Observation::new(shop, format!("id:{key}"), facts, at(hour));
    look.price = Some(Money::new(minor, Currency::EUR));
    look.availability = Availability::InStock;
    look
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("e.db")).unwrap();
    (folder, store)
}

const SOURCE: SourceId = SourceId(1);

fn listed(store: &Store, keys: std::ops::Range<usize>, hour: i64) -> crate::store::Delisted {
    let writer = store.writer();
    writer.ingest_listed(SOURCE, keys.map(|key| look(key, 1000, hour)).collect()).unwrap();
    writer.close_listing(SOURCE, at(hour), at(hour)).unwrap()
}

#[test]
fn what_a_complete_listing_lacks_is_gone_and_keeps_its_price() {
    let (_folder, store) = store();
    assert_eq!(listed(&store, 0..12, 0).gone, 0);
    assert_eq!(listed(&store, 0..11, 1).gone, 1);
    let offers = store.reader().unwrap().offers(ProductId(12)).unwrap();
    assert_eq!(offers[0].last_outcome, Outcome::Gone);
    assert_eq!(offers[0].price, Some(Money::new(1000, Currency::EUR)));
    assert_eq!(offers[0].availability, Availability::Discontinued);
    // Told once: the next complete listing says nothing new of it.
    assert_eq!(listed(&store, 0..11, 2).gone, 0);
    // It comes back.
    listed(&store, 0..12, 3);
    assert_eq!(store.reader().unwrap().offers(ProductId(12)).unwrap()[0].availability, Availability::InStock);
}

#[test]
fn a_listing_with_a_hundredth_of_its_items_delists_nothing() {
    let (_folder, store) = store();
    listed(&store, 0..300, 0);
    let done = listed(&store, 0..3, 1);
    assert_eq!((done.gone, done.held_back), (0, 297));
    let stood = store.reader().unwrap().offers(ProductId(200)).unwrap();
    assert_eq!((stood[0].availability, stood[0].last_outcome), (Availability::InStock, Outcome::Ok));
}

#[test]
fn what_two_complete_listings_lack_is_gone_and_what_came_back_is_not() {
    let (_folder, store) = store();
    listed(&store, 0..300, 0);
    assert_eq!(listed(&store, 0..3, 1).held_back, 297);
    let done = listed(&store, 0..100, 2);
    assert_eq!((done.gone, done.held_back), (200, 0));
    let stock = |n| store.reader().unwrap().offers(ProductId(n)).unwrap()[0].availability;
    assert_eq!((stock(50), stock(250)), (Availability::InStock, Availability::Discontinued));
    listed(&store, 0..300, 3);
    assert_eq!(listed(&store, 0..3, 4).held_back, 297, "a whole listing in between starts anew");
}

#[test]
fn a_failed_look_at_the_whole_counts_for_each_offer_it_lists_and_an_unchanged_one_confirms() {
    let (_folder, store) = store();
    listed(&store, 0..12, 0);
    let attempt = |hour, outcome| SourceAttempt { at: at(hour), outcome, detail: None, requests: 1, observations: 0 };
    store.writer().add_source_attempt(SOURCE, attempt(1, Outcome::Blocked)).unwrap();
    store.writer().add_source_attempt(SOURCE, attempt(2, Outcome::NotModified)).unwrap();
    let reader = store.reader().unwrap();
    let points = reader.history(ProductId(3), None).unwrap().points;
    let seen: Vec<(Outcome, Option<i64>)> = points.iter().map(|p| (p.outcome, p.price.map(|m| m.minor))).collect();
    assert_eq!(seen, [(Outcome::Ok, Some(1000)), (Outcome::Blocked, None), (Outcome::NotModified, Some(1000))]);
    let offer = &reader.offers(ProductId(3)).unwrap()[0];
    assert_eq!((offer.observed_at, offer.last_outcome), (Some(at(2)), Outcome::NotModified));
    assert_eq!(reader.source_attempts(SOURCE, 9).unwrap().len(), 2);
}
