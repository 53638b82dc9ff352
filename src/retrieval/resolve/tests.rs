use super::*;
use crate::retrieval::testing::{Shelf, THINGS, shelf};

fn named(shelf: &Shelf, text: &str) -> Named {
    resolve_product(&shelf.reader, &shelf.vocabulary, text).unwrap()
}

fn id_of(shelf: &Shelf, title: &str) -> ProductId {
    let ids = shelf.reader.product_ids(None, 100).unwrap();
    let all = shelf.reader.products(&ids).unwrap();
    all.iter().find(|p| p.facts.title == title).unwrap().id
}

#[test]
fn ids_titles_and_words_name_one_product() {
    let shelf = shelf(&THINGS);
    let hush = id_of(&shelf, "Bosk Hush 45 dishwasher");
    for text in [
        &format!("product:{hush}"),
        &hush.to_string(),
        "Bosk Hush 45 dishwasher",
        "bosk hush 45",
        "the Hush",
        "Bosk hsh 45",
        "hush dishwasher",
    ] {
        assert_eq!(named(&shelf, text), Named::One(hush), "{text}");
    }
}

#[test]
fn what_fits_several_is_said_to() {
    let shelf = shelf(&THINGS);
    let Named::Several(ids) = named(&shelf, "Bosk dishwasher") else { panic!() };
    assert_eq!(ids.len(), 2);
    let Named::Several(bars) = named(&shelf, "bar") else { panic!() };
    assert_eq!(bars.len(), 2);
}

#[test]
fn what_nobody_sells_is_none() {
    let shelf = shelf(&THINGS);
    for text in ["", "  ", "product:999999", "zyxwv", "\"", "NEAR(", "https://nowhere.example/x", "99999999999999"] {
        assert_eq!(named(&shelf, text), Named::None, "{text}");
    }
}
