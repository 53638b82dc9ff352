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
    let wanted: Vec<Wanted> =
        words.iter().map(|w| Wanted { ways: vec![Way { words: vec![(*w).to_owned()], worth: 1.0 }] }).collect();
    index
        .top(Asked { wanted: &wanted, noted: &[], beside: 0.0, required: &[], most: 100, stems: true })
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
    let index = TextIndex::load(&reader, None).unwrap();
    assert_eq!(found(&index, &["desk"]).len(), 3);
    let file = file_of(reader.path(), "index");
    let made = std::fs::read(&file).unwrap();
    store.writer().ingest(vec![look("1", "steel table", 5), look("9", "pine shelf", 5)]).unwrap();
    let index = TextIndex::load(&reader, None).unwrap();
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
    TextIndex::load(&reader, None).unwrap();
    store.writer().join_products(ProductId(1), ProductId(2), Timestamp::now()).unwrap();
    let index = TextIndex::load(&reader, None).unwrap();
    assert_eq!((found(&index, &["bureau"]), found(&index, &["desk"])), (vec![], vec![1]));
}

#[test]
fn a_file_that_is_damaged_or_of_another_database_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &["oak desk"]);
    let reader = store.reader().unwrap();
    let file = file_of(reader.path(), "index");
    for bytes in [b"no index".to_vec(), Vec::new(), {
        let mut builder = Builder::default();
        builder.add(ProductId(1), &OutlineTexts::default(), [("bed", TITLE)]);
        builder.finish(Made { version: 1, since: WHOLE, catalogue: 7 })
    }] {
        std::fs::write(&file, bytes).unwrap();
        let index = TextIndex::load(&reader, None).unwrap();
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
    std::fs::create_dir(file_of(reader.path(), "index")).unwrap();
    assert_eq!(found(&TextIndex::load(&reader, None).unwrap(), &["desk"]), [1]);
}

#[test]
fn words_that_are_required_are_in_the_part_that_is_meant() {
    let mut builder = Builder::default();
    builder.add(ProductId(1), &OutlineTexts::default(), [("red", TITLE), ("mug", TITLE), ("kitchen", CATEGORY)]);
    builder.add(ProductId(2), &OutlineTexts::default(), [("kitchen", TITLE), ("mug", TITLE), ("art", CATEGORY)]);
    builder.add(
        ProductId(3),
        &OutlineTexts::default(),
        [("bowl", TITLE), ("kitchen", CATEGORY), ("mugs", DESCRIPTION)],
    );
    let index = TextIndex { layers: vec![Layer::of(builder.finish(Made::default()))] };
    let required = [Required { phrases: vec![vec!["kitchen".to_owned()]], parts: CATEGORY }];
    let wanted = [Wanted { ways: vec![Way { words: vec!["mug".to_owned()], worth: 1.0 }] }];
    let ask = |wanted: &[Wanted]| -> Vec<(i64, usize)> {
        let found = index.top(Asked { wanted, noted: &[], beside: 0.0, required: &required, most: 10, stems: true });
        found.into_iter().map(|f| (f.product.0, f.missing(wanted.len()))).collect()
    };
    assert_eq!(ask(&wanted), [(1, 0), (3, 0)]);
    assert_eq!(ask(&[]), [(1, 0), (3, 0)]);
    let both = [Wanted { ways: vec![Way { words: vec!["red".to_owned(), "mug".to_owned()], worth: 1.0 }] }];
    assert_eq!(ask(&both), [(1, 0), (3, 1)]);
    assert_eq!(index.beginning("m", 5), ["mug", "mugs"]);
}

#[test]
fn a_rare_word_counts_more_and_a_stem_less_than_the_word() {
    let mut builder = Builder::default();
    for id in 1..=20 {
        builder.add(ProductId(id), &OutlineTexts::default(), [("lamp", TITLE), ("x", TITLE)]);
    }
    builder.add(ProductId(21), &OutlineTexts::default(), [("tolomeo", TITLE), ("x", TITLE)]);
    builder.add(ProductId(22), &OutlineTexts::default(), [("lamps", TITLE), ("x", TITLE)]);
    let index = TextIndex { layers: vec![Layer::of(builder.finish(Made::default()))] };
    assert_eq!(found(&index, &["lamp", "tolomeo"])[0], 21);
    assert_eq!(found(&index, &["lamps"])[0], 22);
}

#[test]
fn many_changes_go_into_a_file_of_their_own_and_very_many_into_the_large_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &["oak desk", "steel desk", "desk lamp"]);
    let reader = store.reader().unwrap();
    let index = TextIndex::load(&reader, None).unwrap();
    let (whole, recent) = (file_of(reader.path(), "index"), file_of(reader.path(), "index-recent"));
    let made = std::fs::read(&whole).unwrap();
    let many = |from: usize, count: usize, minute| -> Vec<Observation> {
        (from..from + count).map(|n| look(&n.to_string(), &format!("pine shelf {minute}"), minute)).collect()
    };
    store.writer().ingest(many(1, MOST_IN_MEMORY + 10, 5)).unwrap();
    let index = TextIndex::load(&reader, Some(&index)).unwrap();
    assert_eq!((found(&index, &["desk"]), found(&index, &["shelf"]).len()), (vec![1], 100));
    assert!(recent.exists() && std::fs::read(&whole).unwrap() == made);
    // A few more are indexed in memory, beside both files.
    let (kept, changed) = (std::fs::read(&recent).unwrap(), look("0", "walnut table", 9));
    store.writer().ingest(vec![changed]).unwrap();
    for before in [None, Some(&index)] {
        let index = TextIndex::load(&reader, before).unwrap();
        assert_eq!((found(&index, &["desk"]), found(&index, &["walnut"])), (vec![], vec![1]));
        assert_eq!(index.layers.len(), 3);
    }
    assert_eq!(std::fs::read(&recent).unwrap(), kept);
    store.writer().ingest(many(1, MOST_BESIDE + 10, 20)).unwrap();
    let index = TextIndex::load(&reader, None).unwrap();
    assert_eq!(index.layers.len(), 1);
    assert_eq!((index.frequency("walnut"), index.frequency("shelf")), (1, MOST_BESIDE as u64 + 10));
    assert_eq!(
        TextIndex::load(&reader, None).unwrap().layers.len(),
        1,
        "the file of recent changes is of an older one"
    );
}

mod pruning {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_best_few_are_the_first_of_all(
            titles in prop::collection::vec(prop::collection::vec(0_usize..9, 1..6), 40..400),
            asked in prop::collection::vec(prop::collection::vec(0_usize..9, 1..3), 1..4),
            hidden in prop::collection::hash_set(0_u32..400, 0..30),
            most in 1_usize..12,
        ) {
            // The first words are in nearly every title, the last in few.
            let word = |n: usize| format!("w{}", (n * n + 3) / 9);
            let mut builder = Builder::default();
            for (at, title) in titles.iter().enumerate() {
                let words: Vec<String> = title.iter().map(|n| word(*n)).collect();
                let parts = words.iter().enumerate().map(|(n, w)| (w.as_str(), if n < 3 { TITLE } else { DESCRIPTION }));
                builder.add(ProductId(at as i64), &OutlineTexts::default(), parts);
            }
            let layer = Layer { bytes: Arc::new(Bytes::Held(builder.finish(Made::default()))), outdated: hidden };
            let index = TextIndex { layers: vec![layer] };
            let way = |ways: &Vec<usize>| ways.iter().map(|n| Way { words: vec![word(*n)], worth: 1.0 }).collect();
            let wanted: Vec<Wanted> = asked.iter().map(|ways| Wanted { ways: way(ways) }).collect();
            let noted: Vec<Wanted> = asked.iter().take(1).map(|ways| Wanted { ways: way(ways) }).collect();
            let asked = Asked { wanted: &wanted, noted: &noted, beside: 0.4, required: &[], most: 0, stems: true };
            let top = |most| index.top(Asked { most, ..asked });
            let all = top(1_000);
            let few = top(most);
            prop_assert_eq!(&few[..], &all[..all.len().min(most)]);
        }
    }
}

#[test]
fn what_stands_beside_the_thing_decides_which_of_many_are_looked_at_and_brings_nothing_in() {
    let mut builder = Builder::default();
    for id in 1..=30 {
        let word = if id == 27 { "patio" } else { "x" };
        builder.add(ProductId(id), &OutlineTexts::default(), [("blind", TITLE), (word, TITLE)]);
    }
    builder.add(ProductId(31), &OutlineTexts::default(), [("patio", TITLE), ("door", TITLE)]);
    let index = TextIndex { layers: vec![Layer::of(builder.finish(Made::default()))] };
    let want = |word: &str| [Wanted { ways: vec![Way { words: vec![word.to_owned()], worth: 1.0 }] }];
    let first = |beside: f32, most: usize| -> Vec<i64> {
        let (wanted, noted) = (want("blind"), want("patio"));
        let found = index.top(Asked { wanted: &wanted, noted: &noted, beside, required: &[], most, stems: true });
        found.into_iter().map(|f| f.product.0).collect()
    };
    assert_eq!(first(0.5, 2), [27, 1]);
    assert_eq!(first(0.0, 2), [1, 2]);
    assert_eq!(first(0.5, 100).len(), 30);
}
