//! The labels, the notes read back from what other parts of the program say, and attributes in short.

use super::*;
use std::collections::BTreeSet;

const ALL: [Language; 5] = [Language::En, Language::He, Language::De, Language::Fr, Language::Es];

fn parts(template: &str) -> BTreeSet<&str> {
    template.split('{').skip(1).filter_map(|s| s.split_once('}')).map(|(part, _)| part).collect()
}

#[test]
fn every_text_has_the_same_parts_in_every_language() {
    let named = SCREENS.labels.iter().chain(&SCREENS.short).chain(&SCREENS.fields);
    for text in named.map(|(_, text)| text).chain(&SCREENS.notes) {
        for language in ALL {
            assert_eq!(parts(text.of(language)), parts(&text.en), "{language:?}: {}", text.of(language));
            assert!(!text.of(language).is_empty(), "{}", text.en);
        }
    }
}

#[test]
fn attributes_say_what_they_are() {
    let english = Phrases::of(Language::En);
    for (name, value, said) in [
        ("battery_life", "34 h", "battery 34 h"),
        ("foldable", "yes", "foldable"),
        ("foldable", "no", "not foldable"),
        ("microphone", "no", "no microphone"),
        ("pets_allowed", "no", "pets not allowed"),
        ("contains_nuts", "no", "contains no nuts"),
        ("air_conditioning", "no", "no air conditioning"),
        ("no_added_sugar", "no", "added sugar"),
        ("sea_distance", "830 m", "830 m to the beach"),
        ("sleeps", "6", "for 6 people"),
        ("sleeps", "1", "for 1 person"),
        ("noise", "31 dB", "noise 31 dB"),
        ("warranty", "3 years", "warranty 3 years"),
        ("colour", "dusk blue", "dusk blue"),
        ("frame_material", "steel", "frame material steel"),
        ("season", "best in this season", "best in this season"),
    ] {
        assert_eq!(english.short(name, value), said);
    }
    assert_eq!(Phrases::of(Language::De).short("battery_life", "34 h"), "Akku 34 h");
    assert_eq!(Phrases::of(Language::De).short("microphone", "no"), "Mikrofon: nein");
    assert_eq!(Phrases::of(Language::He).short("warranty", "3 years"), "אחריות 3 שנים");
}

#[test]
fn notes_are_told_in_the_language_with_their_parts() {
    let german = Phrases::of(Language::De);
    for (note, said) in [
        ("€838.00, €238.00 over the budget", "€838.00, €238.00 über dem Budget"),
        ("noise 49 dB, at most 45 dB asked for", "Geräuschpegel 49 dB, gewünscht höchstens 45 dB"),
        ("battery life not stated", "Akkulaufzeit: keine Angabe"),
        ("\"Quux 9\" is not in the data", "„Quux 9“ ist nicht in den Daten"),
        ("colour deep red, blue asked for", "Farbe deep red, gewünscht blue"),
        ("out of stock", "nicht auf Lager"),
        ("a note of its own", "a note of its own"),
    ] {
        assert_eq!(german.told(note), said);
        assert_eq!(Phrases::of(Language::En).told(note), note);
    }
}

#[test]
fn templates_are_read_back_whole_or_not_at_all() {
    assert_eq!(parts_of("a {x} b {y}", "a 1 b 2 b 3"), Some(vec![("x".into(), "1"), ("y".into(), "2 b 3")]));
    assert_eq!(parts_of("{x} stars", "4 stars"), Some(vec![("x".into(), "4")]));
    assert_eq!(parts_of("{x} stars", "4 star"), None);
    assert_eq!(parts_of("made by {x}", "made by "), None);
    assert_eq!(parts_of("no rating", "no rating at all"), None);
}
