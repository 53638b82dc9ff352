use super::*;
use crate::retrieval::testing::{Shelf, THINGS, shelf};
use crate::retrieval::{search, understand};
use proptest::prelude::*;

const OPTIONS: SearchOptions = SearchOptions { limit: 12, as_of: None };

fn typed(shelf: &Shelf, text: &str) -> Vec<String> {
    let result = as_typed(&shelf.reader, &shelf.vocabulary, text, OPTIONS).unwrap();
    result.hits.into_iter().map(|hit| hit.product.facts.title).collect()
}

#[test]
fn each_key_narrows_and_no_key_loses_what_is_being_typed() {
    let shelf = shelf(&THINGS);
    let wanted = "Bosk Hush 45 dishwasher";
    for end in 2..="dishwasher".len() {
        let found = typed(&shelf, &"dishwasher"[..end]);
        assert!(found.iter().any(|title| title == wanted), "{}: {found:?}", &"dishwasher"[..end]);
    }
    // "dish" alone is no word here, and "co" begins two.
    assert!(typed(&shelf, "bosk di").iter().all(|title| title.starts_with("Bosk")));
    assert!(typed(&shelf, "ch").len() > typed(&shelf, "choc").len());
    assert!(typed(&shelf, "oak ch")[0].starts_with("Oak chair"));
}

#[test]
fn what_may_become_a_word_is_not_repaired_and_what_cannot_is() {
    let shelf = shelf(&THINGS);
    let notes = |text: &str| as_typed(&shelf.reader, &shelf.vocabulary, text, OPTIONS).unwrap().notes;
    assert!(notes("dishwashe").is_empty(), "{:?}", notes("dishwashe"));
    assert!(!typed(&shelf, "dishwaser").is_empty());
    assert_eq!(typed(&shelf, "dishwaser"), typed(&shelf, "dishwaser "));
}

#[test]
fn behind_a_blank_the_words_are_finished_and_search_as_ever() {
    let shelf = shelf(&THINGS);
    for text in ["oak chair ", "dishwasher ", "cola 500ml "] {
        let need = understand(text, &shelf.vocabulary);
        let whole = search(&shelf.reader, &shelf.vocabulary, &need, None, OPTIONS).unwrap();
        let titles: Vec<String> = whole.hits.into_iter().map(|hit| hit.product.facts.title).collect();
        assert_eq!(typed(&shelf, text), titles);
    }
}

#[test]
fn the_empty_text_brings_the_popular() {
    let shelf = shelf(&THINGS);
    let found = typed(&shelf, "  ");
    assert_eq!((found.len(), found[0].as_str()), (12, "Kitchen pan for a small kitchen"));
}

#[test]
fn the_text_is_completed_from_the_catalogues_own_words_and_names() {
    let shelf = shelf(&THINGS);
    let completer = Completer::new(&shelf.vocabulary);
    let rest = |text: &str| completer.rest(text, &shelf.vocabulary);
    assert_eq!(rest("quiet dishw").as_deref(), Some("asher"));
    assert_eq!(rest("Tide").as_deref(), Some("well"));
    assert_eq!(rest("big frying p").as_deref(), None, "one letter is too little");
    assert_eq!(rest("frying pa").as_deref(), Some("ns"), "a category of two words");
    assert_eq!((rest("dishwasher "), rest(""), rest("xyzzy"), rest("d")), (None, None, None, None));
    assert_eq!(rest("chair"), None, "a word that is common as it stands is finished");
}

proptest! {
    #[test]
    fn any_text_is_typed_and_completed_without_harm(text in "\\PC{0,24}") {
        thread_local! { static SHELF: Shelf = shelf(&THINGS); }
        SHELF.with(|shelf| {
            typed(shelf, &text);
            if let Some(rest) = Completer::new(&shelf.vocabulary).rest(&text, &shelf.vocabulary) {
                let known = |word: &str| shelf.vocabulary.index.frequency(word) > 0;
                let whole = format!("{text}{rest}").to_lowercase();
                let word = unfinished(&whole).unwrap_or_default();
                prop_assert!(known(&fold(word)), "{:?} + {:?}", text, rest);
            }
            Ok(())
        })?;
    }
}
