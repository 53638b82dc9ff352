use super::*;
use crate::retrieval::testing::{Shelf, THINGS, Thing, observation, shelf, stocked};
use crate::retrieval::understand;
use crate::store::Store;
use proptest::prelude::*;

const OPTIONS: SearchOptions = SearchOptions { limit: 10, as_of: None };

fn ask(shelf: &Shelf, question: &str) -> SearchResult {
    let need = understand(question, &shelf.vocabulary);
    search(&shelf.reader, &shelf.vocabulary, &need, None, OPTIONS).unwrap()
}

fn titles(result: &SearchResult) -> Vec<&str> {
    result.hits.iter().map(|h| h.product.facts.title.as_str()).collect()
}

#[test]
fn the_whole_question_brings_what_fits_and_tells_what_nearly_does() {
    let result = ask(&shelf(&THINGS), "quiet dishwasher for a small kitchen, at most 600 euros, 4 stars or better");
    assert_eq!(titles(&result), ["Bosk Hush 45 dishwasher", "Bosk Roar 60 dishwasher"]);
    let near: Vec<(&str, &str)> =
        result.near_misses.iter().map(|m| (m.product.facts.title.as_str(), m.misses.as_str())).collect();
    assert_eq!(near, [("Tidewell Calm dishwasher", "€689.00, €89.00 over the budget")]);
    assert_eq!(result.method, "lexical");
    assert!(result.hits[0].why.iter().any(|w| w == "noise 42 dB"), "{:?}", result.hits[0].why);
}

#[test]
fn hebrew_finds_the_same() {
    let result = ask(&shelf(&THINGS), "מדיח כלים שקט עד 600 יורו");
    assert_eq!(titles(&result)[0], "Bosk Hush 45 dishwasher");
    assert_eq!(result.hits.len(), 2);
}

#[test]
fn what_must_not_be_in_is_not_in() {
    let shelf = shelf(&THINGS);
    assert_eq!(titles(&ask(&shelf, "chocolate without nuts")), ["Plain bar"]);
    assert_eq!(titles(&ask(&shelf, "dishwasher not Bosk")), ["Tidewell Calm dishwasher"]);
}

#[test]
fn typos_compounds_and_sizes_are_understood_and_told() {
    let shelf = shelf(&THINGS);
    let result = ask(&shelf, "dishwaser tablets");
    assert_eq!(titles(&result)[0], "Dishwasher tablets 40");
    assert_eq!(result.notes, ["read \"dishwaser\" as \"dishwasher\""]);
    assert!(titles(&ask(&shelf, "dish washer")).contains(&"Bosk Hush 45 dishwasher"));
    assert_eq!(titles(&ask(&shelf, "cola 0.5 l"))[0], "Cola 500ml");
    assert_eq!(titles(&ask(&shelf, "cola 300ml"))[0], "Cola 24 x 300 ml");
}

#[test]
fn fewer_words_are_tried_where_all_bring_nothing() {
    let result = ask(&shelf(&THINGS), "purple oak chair");
    assert!(titles(&result)[0].starts_with("Oak chair"));
    assert_eq!(titles(&result).last(), Some(&"Oak chair white"), "variants stand behind: {:?}", titles(&result));
}

#[test]
fn an_empty_question_shows_the_popular() {
    let result = ask(&shelf(&THINGS), "");
    assert_eq!(result.hits.len(), 10);
    assert_eq!(titles(&result)[0], "Kitchen pan for a small kitchen");
    let cheap = ask(&shelf(&THINGS), "under 3 euros");
    assert!(!cheap.hits.is_empty());
    assert!(cheap.hits.iter().all(|h| h.offers.iter().all(|o| o.price.unwrap().minor <= 300)));
}

#[test]
fn no_text_is_an_error() {
    let shelf = shelf(&THINGS);
    let long = "word ".repeat(10_000);
    let letters = "x".repeat(100_000);
    for text in [
        "\"",
        "NEAR(",
        "a AND",
        "OR",
        "NOT NOT",
        "*",
        "title:",
        "🙂",
        "\u{202E}\u{200F}",
        "\0",
        "x",
        "the of",
        "()",
        "^",
        "{a}",
        "'",
        "--",
        "; DROP TABLE product",
        "a\"b\"c",
        "+",
        "-",
        "NEAR(dishwasher kettle, 2)",
        "col:umn*",
        &long,
        &letters,
    ] {
        let understood = understand(text, &shelf.vocabulary);
        let raw = Need { words: vec![text.to_owned()], ..Need::default() };
        let mut odd = Need::default();
        odd.must.category = Some(text.to_owned());
        odd.must.brands = vec![text.to_owned()];
        for need in [understood, raw, odd] {
            search(&shelf.reader, &shelf.vocabulary, &need, None, OPTIONS).unwrap();
        }
    }
}

#[test]
fn as_of_answers_from_what_was_known_then() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("then.db")).unwrap();
    let mut first = observation(&THINGS[0], 1_000_000);
    first.price = Some(Money::new(70_000, Currency::EUR));
    store.writer().ingest(vec![first]).unwrap();
    store.writer().ingest(vec![observation(&THINGS[0], 2_000_000), observation(&THINGS[1], 2_000_000)]).unwrap();
    let shelf = stocked(store, folder);
    let need = understand("dishwasher", &shelf.vocabulary);
    let then = Timestamp::from_second(1_500_000).unwrap();
    let options = SearchOptions { as_of: Some(then), ..OPTIONS };
    let result = search(&shelf.reader, &shelf.vocabulary, &need, None, options).unwrap();
    assert_eq!(titles(&result), ["Bosk Hush 45 dishwasher"]);
    assert_eq!(result.hits[0].offers[0].price, Some(Money::new(70_000, Currency::EUR)));
    let now = search(&shelf.reader, &shelf.vocabulary, &need, None, OPTIONS).unwrap();
    assert_eq!(now.hits.len(), 2);
}

#[test]
fn meaning_adds_what_words_miss_but_no_violation() {
    let shelf = shelf(&THINGS);
    let ids = shelf.reader.product_ids(None, 100).unwrap();
    let vectors = ids.iter().map(|id| {
        let title = &shelf.reader.product(*id).unwrap().unwrap().facts.title;
        (*id, if title.contains("chair") { vec![1.0, 0.0] } else { vec![0.0, 1.0] })
    });
    let index = VectorIndex::new("test", vectors.collect());
    let need = understand("seat under 95 euros", &shelf.vocabulary);
    let result = search(&shelf.reader, &shelf.vocabulary, &need, Some((&[1.0, 0.0], &index)), OPTIONS).unwrap();
    assert_eq!(titles(&result), ["Pine chair"]);
    assert_eq!(result.method, "lexical and semantic");
}

#[test]
fn of_a_group_in_the_store_one_is_shown_and_the_others_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("shelf.db")).unwrap();
    // Named so differently that only the shop's group makes them one.
    let made = ["Saga armchair oak", "Armchair Saga by Sitwell, black", "Saga relax armchair red"].map(|title| {
        let mut made = observation(&Thing(title, "Sitwell", "home > chairs", "", &[], 9_900, None), 1_000_000);
        made.product.group = Some("saga".into());
        made
    });
    let mut made = made.to_vec();
    let single = Thing("Plain armchair", "Sitwell", "home > chairs", "", &[], 7_900, None);
    made.push(observation(&single, 1_000_000));
    store.writer().ingest(made).unwrap();
    let shelf = stocked(store, folder);
    let few = |question, limit| {
        let need = understand(question, &shelf.vocabulary);
        search(&shelf.reader, &shelf.vocabulary, &need, None, SearchOptions { limit, as_of: None }).unwrap()
    };
    let result = few("armchair", 2);
    let saga = result.hits.iter().find(|hit| hit.product.facts.group.is_some()).unwrap();
    assert!(titles(&result).contains(&"Plain armchair"), "{:?}", titles(&result));
    assert_eq!((result.hits.len(), saga.variants.count), (2, 2));
    let all = few("armchair", 100);
    assert_eq!(all.hits.len(), 4, "they follow later rather than vanish");
    assert!(all.hits.iter().all(|hit| hit.variants.count == 0));
    assert_eq!(titles(&few("red armchair", 1)), ["Saga relax armchair red"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_order_of_import_does_not_change_the_ranking(
        order in Just((0..THINGS.len()).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("shelf.db")).unwrap();
        store.writer().ingest(order.iter().map(|n| observation(&THINGS[*n], 1_000_000)).collect()).unwrap();
        let (shuffled, plain) = (stocked(store, folder), shelf(&THINGS));
        for question in ["chair", "oak chair", "dishwasher", "dark chocolate bar", "cola", "kitchen"] {
            let (one, other) = (ask(&shuffled, question), ask(&plain, question));
            prop_assert_eq!(titles(&one), titles(&other), "{}", question);
        }
    }
}

#[test]
fn what_is_a_little_over_the_budget_is_told_first() {
    let things = [
        Thing("Alpha kettle", "", "kitchen > kettles", "", &[], 9_000, Some((4.9, 900))),
        Thing("Beta kettle", "", "kitchen > kettles", "", &[], 5_500, Some((3.0, 10))),
        Thing("Gamma kettle", "", "kitchen > kettles", "", &[], 7_000, Some((4.0, 50))),
    ];
    let result = ask(&shelf(&things), "kettle under 50 euros");
    let near: Vec<&str> = result.near_misses.iter().map(|m| m.product.facts.title.as_str()).collect();
    assert_eq!(near, ["Beta kettle", "Gamma kettle", "Alpha kettle"]);
}

/// Titles of one shop that states nothing else, as a plain list of goods has them.
fn titled(titles: &[&str]) -> Shelf {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("titles.db")).unwrap();
    let bare = |title: &&str| {
        let thing = observation(&Thing(title, "", "", "", &[], 0, None), 1_000_000);
        Observation { price: None, availability: Availability::Unknown, ..thing }
    };
    store.writer().ingest(titles.iter().map(bare).collect()).unwrap();
    stocked(store, folder)
}

#[test]
fn conditions_on_what_nothing_here_states_are_not_applied_and_told() {
    let result = ask(&titled(&["Pedestal Sink in White"]), "sink under 100, at least 4 stars, in stock");
    assert_eq!(titles(&result), ["Pedestal Sink in White"]);
    assert_eq!(
        result.notes,
        [
            "no product here has a price, so the price limit was not applied",
            "no product here has a rating, so that condition was not applied",
            "no shop here states its stock, so that condition was not applied",
        ]
    );
    let priced = ask(&shelf(&THINGS), "dishwasher under 10");
    assert!(priced.hits.is_empty(), "one product with a price makes the limit hold");
}

#[test]
fn names_in_odd_spellings_are_found_as_the_titles_have_them() {
    let shelf = titled(&[
        "R-13 Faced Insulation Roll",
        "R-30 Unfaced Insulation Batt",
        "HardieBacker Cement Board",
        "Manual Rebar Bender",
        "16 gal. Shop Vac",
        "Vac Hose 7 ft.",
        "13 Gal. Trash Can",
        "Trash Can Lid",
        "3/4 HP Disposal",
        "1/2 HP Disposal",
    ]);
    for (typed, first) in [
        ("r13 insulation", "R-13 Faced Insulation Roll"),
        ("R13 insulation", "R-13 Faced Insulation Roll"),
        ("hardi backer", "HardieBacker Cement Board"),
        ("rebarbender", "Manual Rebar Bender"),
        ("shop vac", "16 gal. Shop Vac"),
        ("trash can", "13 Gal. Trash Can"),
        (".75 hp disposal", "3/4 HP Disposal"),
    ] {
        assert_eq!(titles(&ask(&shelf, typed)).first(), Some(&first), "{typed}");
    }
}

#[test]
fn names_of_things_are_no_slips_of_what_is_here() {
    let result = ask(&titled(&["Black Pepper 100 g", "Dill Gherkins"]), "paper plates");
    assert!(result.hits.is_empty(), "{:?}", titles(&result));
    assert!(ask(&titled(&["Dill Gherkins"]), "drill").hits.is_empty());
}
