//! Pieces cut at every byte must give what one piece gives.

use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn joining_is_the_same_wherever_the_bytes_are_cut(text in "\\PC{0,40}", cut in 1usize..5) {
        let mut joiner = Utf8Joiner::default();
        let mut joined: String = text.as_bytes().chunks(cut).map(|piece| joiner.push(piece)).collect();
        joined.push_str(&joiner.finish());
        prop_assert_eq!(joined, text);
    }

    #[test]
    fn stopping_is_the_same_wherever_the_text_is_cut(text in "[ab#\\n]{0,30}", cut in 1usize..4) {
        let stops = vec!["##".to_owned(), "a\nb".to_owned()];
        let expected = stops.iter().filter_map(|s| text.find(s.as_str())).min().map_or(text.as_str(), |at| &text[..at]);
        let mut filter = StopFilter::new(&stops);
        let pieces: Vec<char> = text.chars().collect();
        let mut shown: String = pieces.chunks(cut).map(|p| filter.push(&p.iter().collect::<String>())).collect();
        shown.push_str(&filter.finish());
        prop_assert_eq!(shown, expected);
    }
}

#[test]
fn invalid_bytes_become_replacement_characters_and_do_not_block() {
    let mut joiner = Utf8Joiner::default();
    assert_eq!(joiner.push(b"a\xFFb"), "a\u{FFFD}b");
    assert_eq!(joiner.push(&"\u{20AC}".as_bytes()[..2]), "");
    assert_eq!(joiner.push(b"x"), "\u{FFFD}x");
    assert_eq!(joiner.push(&"\u{20AC}".as_bytes()[..2]), "");
    assert_eq!(joiner.finish(), "\u{FFFD}");
}

#[test]
fn nothing_is_shown_after_a_stop_and_nothing_held_is_lost_without_one() {
    let mut filter = StopFilter::new(&["END".to_owned()]);
    assert_eq!(filter.push("wordE"), "word");
    assert_eq!(filter.push("N"), "");
    assert!(!filter.stopped());
    assert_eq!(filter.push("Dtail"), "");
    assert!(filter.stopped());
    assert_eq!(filter.push("more"), "");
    let mut filter = StopFilter::new(&["END".to_owned()]);
    assert_eq!(filter.push("THE E"), "THE ");
    assert_eq!(filter.finish(), "E");
}
