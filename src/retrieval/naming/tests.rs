use super::*;
use crate::retrieval::plain_words;
use crate::retrieval::testing::{Shelf, Thing, shelf};

fn filled() -> Shelf {
    shelf(&[
        Thing("Bosk Hush 60 dishwasher", "Bosk", "kitchen > dishwashers", "", &[("noise", 41.0, "dB")], 71_800, None),
        Thing("Bosk Roar 60 dishwasher", "Bosk", "kitchen > dishwashers", "", &[("noise", 49.0, "dB")], 41_800, None),
        Thing("Bosk Omelette 28 cm frying pan", "Bosk", "kitchen > frying pans", "", &[], 5_795, None),
        Thing("Ten O'Clock 1 kg coffee beans", "Mill Lane", "groceries > coffee", "dark roast", &[], 3_195, None),
        Thing("Owl & Sons Volcano kit", "Owl & Sons", "toys > kits", "", &[], 6_695, None),
        Thing("Lagoon Hut, by the sea, south", "", "travel > stays", "", &[("sea_distance", 320.0, "m")], 14_100, None),
    ])
}

fn found(question: &str, shelf: &Shelf) -> Vec<String> {
    let words = plain_words(question, &shelf.vocabulary);
    let text =
        |(from, to): (usize, usize)| words[from..to].iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    names(&words, &shelf.vocabulary).into_iter().map(text).collect()
}

#[test]
fn names_end_where_their_titles_do() {
    let shelf = filled();
    for (question, expected) in [
        ("what did the Bosk Hush 60 cost in June?", vec!["bosk hush 60"]),
        ("is the Bosk Hush 60 dishwasher safe?", vec!["bosk hush 60"]),
        ("is the Bosk Hush 60 dishwasher quiet?", vec!["bosk hush 60 dishwasher"]),
        ("can I use the Bosk Omelette pan on induction?", vec!["bosk omelette pan"]),
        ("Bosk Hush 60 or Bosk Roar 60 for a quiet flat?", vec!["bosk hush 60", "bosk roar 60"]),
        ("is the Owl & Sons Volcano for a 7 year old?", vec!["owl and sons volcano"]),
        ("how far is Lagoon Hut from the sea?", vec!["lagoon hut"]),
        ("reviews of Lagoon Hut, by the sea, south?", vec!["lagoon hut , by the sea , south"]),
    ] {
        assert_eq!(found(question, &shelf), expected, "{question}");
    }
}

#[test]
fn a_kind_of_thing_and_a_wish_are_no_names() {
    let shelf = filled();
    for question in [
        "a quiet Bosk dishwasher, 60 cm wide",
        "frying pan for induction",
        "which Bosk is the quietest?",
        "a hut by the sea",
        "Bosk Unicorn",
        "",
    ] {
        assert_eq!(found(question, &shelf), Vec::<String>::new(), "{question}");
    }
}
