use super::*;
use proptest::prelude::*;

/// Strings of all sorts: scripts, wide and joined characters, blanks, controls.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z ]{0,80}",
        "[א-ת0-9a-z ()\\[\\]]{0,60}",
        "[一-龥ぁ-んﾞ ]{0,40}",
        "(👩‍👩‍👧‍👦|❤️|🇫🇷|e\u{301}|क्षि| |word){0,30}",
    ]
}

proptest! {
    #[test]
    fn no_line_is_wider_than_its_room(text in any_text(), first in 0usize..40, rest in 0usize..40) {
        for (i, range) in wrap(&text, first, rest).into_iter().enumerate() {
            let room = if i == 0 { first } else { rest }.max(2);
            prop_assert!(width(&text[range.clone()]) <= room, "{:?} in {room}", &text[range]);
        }
    }

    #[test]
    fn wrapping_loses_nothing_but_blanks(text in any_text(), cells in 2usize..40) {
        let kept: String = wrap(&text, cells, cells).into_iter().map(|r| text[r].to_owned()).collect();
        let dense = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(dense(&kept), dense(&text));
    }

    #[test]
    fn fitted_text_has_exactly_its_width(text in any_text(), cells in 0usize..40) {
        prop_assert!(width(&truncate(&text, cells)) <= cells);
        prop_assert_eq!(width(&fit(&text, cells)), cells);
        prop_assert_eq!(width(&fit_right(&text, cells)), cells);
    }

    #[test]
    fn cleaned_text_holds_no_control(text in any_text()) {
        let overrides = '\u{202a}'..='\u{202e}';
        let harmful = |c: char| c.is_control() || overrides.contains(&c);
        let (one, several) = (line(&text), block(&text).replace('\n', ""));
        prop_assert!(!one.chars().any(harmful));
        prop_assert!(!several.chars().any(harmful));
    }

    #[test]
    fn visual_order_is_a_permutation_of_the_line(text in any_text()) {
        let clean = line(&text);
        let mut ranges: Vec<_> = visual_order(&clean, 0..clean.len()).into_iter().map(|g| g.range).collect();
        ranges.sort_by_key(|r| r.start);
        let joined: String = ranges.into_iter().map(|r| clean[r].to_owned()).collect();
        prop_assert_eq!(joined, clean);
    }

    #[test]
    fn width_is_what_ratatui_counts(text in any_text()) {
        use ratatui::buffer::Buffer;
        use ratatui::layout::Rect;
        let clean = line(&text);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 500, 1));
        let (end, _) = buffer.set_stringn(0, 0, &clean, 500, ratatui::style::Style::new());
        prop_assert_eq!(usize::from(end), width(&clean).min(500));
    }
}

fn lines(text: &str, cells: usize) -> Vec<&str> {
    wrap(text, cells, cells).into_iter().map(|r| &text[r]).collect()
}

#[test]
fn words_move_whole_and_long_ones_break() {
    assert_eq!(lines("a quiet dishwasher here", 10), ["a quiet", "dishwasher", "here"]);
    assert_eq!(lines("Geschirrspülmaschine x", 8), ["Geschirr", "spülmasc", "hine x"]);
    assert_eq!(lines("one\n\ntwo", 10), ["one", "", "two"]);
    assert_eq!(lines("", 10), [""]);
    assert_eq!(lines("ab   cd", 4), ["ab", "cd"]);
}

#[test]
fn an_amount_stays_whole() {
    assert_eq!(lines("costs R 148.95 now", 8), ["costs", "R 148.95", "now"]);
    assert_eq!(lines("about CHF 12.00 (R 5)", 12), ["about", "CHF 12.00", "(R 5)"]);
    assert_eq!(lines("place 12 of", 8), ["place 12", "of"]);
}

#[test]
fn wide_characters_break_anywhere_and_count_two() {
    assert_eq!(width("食器洗い機"), 10);
    assert_eq!(lines("静かな食器洗い機", 6), ["静かな", "食器洗", "い機"]);
    assert_eq!(truncate("食器洗い機", 6), "食器…");
}

#[test]
fn graphemes_are_never_torn() {
    assert_eq!(truncate("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    assert_eq!(truncate("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3), "👩‍👩‍👧‍👦…");
    assert_eq!(fit_right("€549.00", 9), "  €549.00");
}

#[test]
fn escapes_and_direction_overrides_do_not_reach_the_terminal() {
    assert_eq!(line("\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}text\u{9b}2J"), "red text");
    assert_eq!(line("safe\u{202e}txt.exe"), "safetxt.exe");
    assert_eq!(line("  a\t\r\n b\u{0}  "), "a b");
    assert_eq!(block("a\r\nb\tc"), "a \nb    c");
    assert_eq!(line("\u{1b}]unterminated\nnext"), "next");
}

#[test]
fn hebrew_is_painted_from_right_to_left_with_numbers_kept() {
    assert_eq!(bidi::reorder("שלום 600 (יורו)"), "(ורוי) 600 םולש");
    assert_eq!(bidi::reorder("price 600"), "price 600");
    assert!(is_rtl("מדיח 45 cm") && !is_rtl("cm מדיח"));
}

#[test]
fn a_wrapped_hebrew_line_keeps_its_paragraphs_direction() {
    let text = "מדיח כלים שקט";
    let painted: Vec<String> =
        wrap(text, 9, 9).into_iter().map(|r| visual_order(text, r).iter().map(|g| g.text.as_ref()).collect()).collect();
    assert_eq!(painted, ["םילכ חידמ", "טקש"]);
}

#[test]
fn pictures_are_as_wide_as_asked() {
    assert_eq!(spark::sparkline(&[Some(1), Some(5), None, Some(9)], 4), "▁▅ █");
    assert_eq!(spark::sparkline(&[None], 4), "");
    assert_eq!(spark::bar(1, 2, 4), "██  ");
    assert_eq!(width(&spark::bar(1, 3, 7)), 7);
    let mut grid = spark::Braille::new(1, 1);
    grid.dot(0, 0);
    grid.dot(9, 9);
    assert_eq!((grid.cell(0, 0), grid.cell(1, 0)), (Some('⠁'), None));
}
