//! The index against the store it is made of: after changes, joins, damage and mistaken files.

use super::*;
use crate::domain::*;
use crate::store::Store;

fn look(key: &str, title: &str, minute: i64) -> Observation {
    let shop = ShopRef { name: "shop.example".into(), domain: None, invented: false };
    let facts = ProductFacts { title: title.into(), ..ProductFacts::default() };
    let at = Timestamp::from_second(1_760_000_000 + minute * 60).unwrap();
    let mut look = Observation::new(shop, key, facts, at);
    look.price = Some(Money::new(1_000, Currency::EUR));
    look
}

fn found(index: &TextIndex, words: &[&str]) -> Vec<i64> {
    let wanted: Vec<Wanted> = words
        .iter()
        .map(|w| Wanted { ways: vec![Way { words: vec![(*w).to_owned()], worth: 1.0 }], counts: true })
        .collect();
    index
        .top(Asked { wanted: &wanted, required: &[], most: 100, stems: true })
        .into_iter()
        .map(|f| f.product.0)
        .collect()
}

fn store(folder: &Path, titles: &[&str]) -> Store {
    let store = Store::open(&folder.join("e.db")).unwrap();
    let looks = titles.iter().enumerate().map(|(n, title)| look(&n.to_string(), title, 0)).collect();
    store.writer().ingest(looks).unwrap();
    store
}

#[test]
fn what_changes_is_found_by_its_new_words_only_and_the_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &["oak desk", "steel desk", "desk lamp"]);
    let reader = store.reader().unwrap();
    let index = TextIndex::load(&reader).unwrap();
    assert_eq!(found(&index, &["desk"]).len(), 3);
    let file = file_of(reader.path());
    let made = std::fs::read(&file).unwrap();
    store.writer().ingest(vec![look("1", "steel table", 5), look("9", "pine shelf", 5)]).unwrap();
    let index = TextIndex::load(&reader).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), made, "few changes are held beside it");
    assert_eq!(found(&index, &["table"]), [2]);
    assert_eq!(found(&index, &["desk"]), [1, 3]);
    assert_eq!(found(&index, &["shelf"]), [4]);
}

#[test]
fn a_product_that_was_joined_to_another_is_not_found_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &["oak desk", "oaken bureau"]);
    let reader = store.reader().unwrap();
    TextIndex::load(&reader).unwrap();
    store.writer().join_products(ProductId(1), ProductId(2), Timestamp::now()).unwrap();
    let index = TextIndex::load(&reader).unwrap();
    assert_eq!((found(&index, &["bureau"]), found(&index, &["desk"])), (vec![], vec![1]));
}

#[test]
fn a_file_that_is_damaged_or_of_another_database_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &["oak desk"]);
    let reader = store.reader().unwrap();
    let file = file_of(reader.path());
    for bytes in [b"no index".to_vec(), Vec::new(), {
        let mut builder = Builder::default();
        builder.add(ProductId(1), [("bed", TITLE)]);
        builder.finish(1, 7)
    }] {
        std::fs::write(&file, bytes).unwrap();
        let index = TextIndex::load(&reader).unwrap();
        assert_eq!((found(&index, &["desk"]), found(&index, &["bed"])), (vec![1], vec![]));
        assert!(Segment::read(&std::fs::read(&file).unwrap()).is_some());
    }
}

#[test]
fn a_folder_that_cannot_be_written_leaves_the_index_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &["oak desk"]);
    let reader = store.reader().unwrap();
    // A folder in the file's place cannot be replaced by a file.
    std::fs::create_dir(file_of(reader.path())).unwrap();
    assert_eq!(found(&TextIndex::load(&reader).unwrap(), &["desk"]), [1]);
}

#[test]
fn words_that_are_required_are_in_the_part_that_is_meant() {
    let mut builder = Builder::default();
    builder.add(ProductId(1), [("red", TITLE), ("mug", TITLE), ("kitchen", CATEGORY)]);
    builder.add(ProductId(2), [("kitchen", TITLE), ("mug", TITLE), ("art", CATEGORY)]);
    builder.add(ProductId(3), [("bowl", TITLE), ("kitchen", CATEGORY), ("mugs", DESCRIPTION)]);
    let index = TextIndex { base: builder.finish(1, 1), ..TextIndex::default() };
    let required = [Required { phrases: vec![vec!["kitchen".to_owned()]], parts: CATEGORY }];
    let wanted = [Wanted { ways: vec![Way { words: vec!["mug".to_owned()], worth: 1.0 }], counts: true }];
    let ask = |wanted: &[Wanted]| -> Vec<(i64, usize)> {
        let found = index.top(Asked { wanted, required: &required, most: 10, stems: true });
        found.into_iter().map(|f| (f.product.0, f.missing)).collect()
    };
    assert_eq!(ask(&wanted), [(1, 0), (3, 0)]);
    assert_eq!(ask(&[]), [(1, 0), (3, 0)]);
    let both =
        [Wanted { ways: vec![Way { words: vec!["red".to_owned(), "mug".to_owned()], worth: 1.0 }], counts: true }];
    assert_eq!(ask(&both), [(1, 0), (3, 1)]);
    assert_eq!(index.beginning("m", 5), ["mug", "mugs"]);
}

#[test]
fn a_rare_word_counts_more_and_a_stem_less_than_the_word() {
    let mut builder = Builder::default();
    for id in 1..=20 {
        builder.add(ProductId(id), [("lamp", TITLE), ("x", TITLE)]);
    }
    builder.add(ProductId(21), [("tolomeo", TITLE), ("x", TITLE)]);
    builder.add(ProductId(22), [("lamps", TITLE), ("x", TITLE)]);
    let index = TextIndex { base: builder.finish(1, 1), ..TextIndex::default() };
    assert_eq!(found(&index, &["lamp", "tolomeo"])[0], 21);
    assert_eq!(found(&index, &["lamps"])[0], 22);
}
