//! The demo catalogue through the real store: what is loaded is what is found, and loading it twice changes nothing.

use emptor::domain::Timestamp;
use emptor::sources::demo;
use emptor::store::{Ingested, Store};
use std::time::Instant;

fn now() -> Timestamp {
    "2026-11-22T20:00:00Z".parse().unwrap()
}

#[test]
fn loading_it_twice_changes_nothing_and_a_week_later_adds_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("emptor.db")).unwrap();
    let started = Instant::now();
    let observations = demo::observations(now());
    let generated = started.elapsed();
    let looks = observations.len() as u64;
    let products =
        observations.iter().map(|o| o.product.title.as_str()).collect::<std::collections::HashSet<_>>().len() as u64;
    let first = store.writer().ingest(observations).unwrap();
    println!("made in {generated:.2?}, stored in {:.2?}: {first:?}", started.elapsed() - generated);
    assert_eq!(first.products_new, products, "as many products in the store as were made");
    assert_eq!(first.snapshots_new, looks);
    assert_eq!(first.duplicates, 0);

    let again = store.writer().ingest(demo::observations(now())).unwrap();
    assert_eq!(again, Ingested { duplicates: looks, ..Ingested::default() });

    let later = store.writer().ingest(demo::observations("2026-11-29T20:00:00Z".parse().unwrap())).unwrap();
    assert_eq!((later.products_new, later.offers_new), (0, 0));
    // One look per living offer, and the odd extra one.
    assert!((600..3000).contains(&later.snapshots_new), "{later:?}");

    let stats = store.reader().unwrap().stats().unwrap();
    assert_eq!((stats.products, stats.invented, stats.shops), (products, products, 4));
}

#[test]
fn every_product_of_the_demo_is_marked_invented_and_has_its_full_description() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("emptor.db")).unwrap();
    store.writer().ingest(demo::observations(now())).unwrap();
    let reader = store.reader().unwrap();
    let ids = reader.product_ids(None, 10_000).unwrap();
    assert!(ids.len() >= 300);
    for product in reader.products(&ids).unwrap() {
        assert!(product.invented, "{}", product.facts.title);
        assert!(product.facts.description.is_some(), "{}", product.facts.title);
        assert!(!product.facts.attributes.is_empty(), "{}", product.facts.title);
        assert!(product.facts.category.is_some(), "{}", product.facts.title);
    }
}
