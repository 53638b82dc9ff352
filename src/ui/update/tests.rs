//! The interface driven by messages alone: no terminal, no store, no clock.

use crate::answer::event::{AnswerEvent, Found, Outcome, Sentence};
use crate::domain::{AttributeFilter, Op, ProductId, QuestionKind, SourceId};
use crate::refresh::event::RefreshEvent;
use crate::ui::state::{Demo, Focus, Loaded, Overlay, Side};
use crate::ui::testing::*;
use crate::ui::turn::Phase;
use crate::ui::{Counts, Effect, ModelState, Msg, QueryId, State, TurnId, Typed, update};
use crossterm::event::KeyCode;

fn results() -> AnswerEvent {
    AnswerEvent::Found { found: Found::Results { rows: rows(), near_misses: Vec::new(), notes: Vec::new() } }
}

fn prose(text: &str) -> AnswerEvent {
    AnswerEvent::Prose { sentence: Sentence::Verified { text: text.to_owned() } }
}

#[test]
fn enter_asks_and_empties_the_input() {
    let mut state = stocked(100, 30);
    type_text(&mut state, "quiet dishwasher");
    let effects = update(&mut state, key(KeyCode::Enter));
    let turn = state.turns[0].id;
    assert_eq!(effects, [Effect::Ask { turn, question: "quiet dishwasher".to_owned() }]);
    assert!(state.input.is_empty() && state.asking() == Some(turn));
}

#[test]
fn a_blank_question_is_not_asked() {
    let mut state = stocked(100, 30);
    type_text(&mut state, "   ");
    assert_eq!(update(&mut state, key(KeyCode::Enter)), []);
    assert!(state.turns.is_empty());
}

#[test]
fn escape_cancels_at_once_and_later_events_are_ignored() {
    let mut state = stocked(100, 30);
    let turn = ask(&mut state, "tent");
    answer(&mut state, turn, vec![results()]);
    assert_eq!(update(&mut state, key(KeyCode::Esc)), [Effect::Cancel { turn }]);
    answer(&mut state, turn, vec![prose("late")]);
    update(&mut state, Msg::AnswerFailed { turn, error: "late".to_owned() });
    assert!(matches!(state.turns[0].phase, Phase::Done { outcome: Outcome::Cancelled, .. }));
    assert_eq!((state.turns[0].sentences.len(), state.turns[0].found.len()), (0, 1));
    assert_eq!(update(&mut state, key(KeyCode::Esc)), []);
}

#[test]
fn a_new_question_cancels_the_old_one_whose_events_are_then_ignored() {
    let mut state = stocked(100, 30);
    let old = ask(&mut state, "tent");
    type_text(&mut state, "lamp");
    let effects = update(&mut state, key(KeyCode::Enter));
    let new = state.turns[1].id;
    assert_eq!(effects, [Effect::Cancel { turn: old }, Effect::Ask { turn: new, question: "lamp".to_owned() }]);
    assert_eq!(answer(&mut state, old, vec![results()]), []);
    assert!(state.turns.iter().all(|t| t.found.is_empty()));
    answer(&mut state, TurnId(999), vec![results()]);
    assert!(state.turns.iter().all(|t| t.found.is_empty()));
}

#[test]
fn replies_to_older_requests_of_panes_are_ignored() {
    let mut state = answered(100, 30);
    let shown = state.history.query;
    update(&mut state, Msg::Looked { query: QueryId(0), result: Err("stale".to_owned()) });
    update(&mut state, Msg::Compared { query: QueryId(0), result: Err("stale".to_owned()) });
    assert!(state.history.data.ready().is_some() && state.compare.data.ready().is_some());
    update(&mut state, Msg::Looked { query: shown, result: Err("gone".to_owned()) });
    assert_eq!(state.history.data, Loaded::Failed("gone".to_owned()));
}

#[test]
fn found_rows_ask_for_history_and_comparison_of_what_is_shown() {
    let mut state = stocked(100, 30);
    let turn = ask(&mut state, "dishwasher");
    let effects = answer(&mut state, turn, vec![results()]);
    let ids = |list: &[i64]| list.iter().map(|i| ProductId(*i)).collect::<Vec<_>>();
    assert!(matches!(&effects[0], Effect::Compare { products, .. } if *products == ids(&[1, 2, 3])));
    assert!(matches!(&effects[1], Effect::Look { product: ProductId(1), .. }));
}

#[test]
fn the_history_pane_follows_the_chosen_row() {
    let mut state = answered(100, 30);
    assert_eq!(update(&mut state, key(KeyCode::Down)), []);
    assert_eq!((state.focus, state.selected), (Focus::Results, 0));
    let effects = update(&mut state, key(KeyCode::Down));
    assert!(matches!(effects[..], [Effect::Look { product: ProductId(2), .. }]));
    update(&mut state, key(KeyCode::Char('k')));
    assert_eq!(state.selected, 0);
}

#[test]
fn enter_on_a_row_opens_it_and_escape_closes_it() {
    let mut state = answered(100, 30);
    update(&mut state, key(KeyCode::Down));
    update(&mut state, key(KeyCode::Enter));
    assert!(matches!(state.overlays[..], [Overlay::Detail { .. }]));
    update(&mut state, key(KeyCode::Esc));
    assert!(state.overlays.is_empty());
    assert_eq!(state.focus, Focus::Results);
    update(&mut state, key(KeyCode::Esc));
    assert_eq!(state.focus, Focus::Input);
}

#[test]
fn a_suggested_question_is_asked_by_choosing_it() {
    let mut state = answered(100, 30);
    update(&mut state, key(KeyCode::Down));
    update(&mut state, key(KeyCode::Char('G')));
    let effects = update(&mut state, key(KeyCode::Enter));
    assert!(matches!(&effects[..], [Effect::Ask { question, .. }] if question == "What do reviews say about noise?"));
}

#[test]
fn a_filter_narrows_the_result_down_in_a_turn_of_its_own() {
    let mut state = narrowable(100, 30);
    update(&mut state, key(KeyCode::Char('f')));
    assert_eq!(state.overlays, [Overlay::Filters { chosen: 0 }]);
    update(&mut state, key(KeyCode::Up));
    for _ in 0..8 {
        update(&mut state, key(KeyCode::Down));
    }
    let effects = update(&mut state, key(KeyCode::Enter));
    let turn = state.turns.last().unwrap();
    assert_eq!(turn.question, "quiet dishwasher for a small kitchen · noise under 42 dB");
    let [Effect::Narrow { turn: id, need }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((*id, &need.question, need.kind), (turn.id, &turn.question, QuestionKind::Search));
    let unit = "dB".to_owned();
    let below = AttributeFilter { name: "noise".to_owned(), op: Op::Below, value: 42.0, unit };
    assert_eq!(need.must.attributes, [below]);
    assert!(state.overlays.is_empty() && state.turns.len() == 2 && state.focus == Focus::Input);
}

#[test]
fn filters_stop_at_their_ends_and_close() {
    let mut state = narrowable(60, 20);
    update(&mut state, key(KeyCode::Char('f')));
    update(&mut state, key(KeyCode::End));
    // The last facet's only value leaves nothing out, so it is none.
    assert_eq!(state.overlays, [Overlay::Filters { chosen: 16 }]);
    update(&mut state, key(KeyCode::PageDown));
    update(&mut state, key(KeyCode::Down));
    assert_eq!(state.overlays, [Overlay::Filters { chosen: 16 }]);
    update(&mut state, Msg::Wheel { lines: -40, column: 3 });
    assert_eq!(state.overlays, [Overlay::Filters { chosen: 0 }]);
    assert_eq!(update(&mut state, key(KeyCode::Esc)), []);
    assert!(state.overlays.is_empty() && state.turns.len() == 1);
    let mut bare = answered(60, 20);
    update(&mut bare, key(KeyCode::Down));
    update(&mut bare, key(KeyCode::Char('f')));
    assert_eq!((bare.overlays.len(), bare.notice.as_deref()), (0, Some("nothing to narrow down by")));
}

#[test]
fn two_marks_are_compared_and_can_be_taken_back() {
    let mut state = answered(100, 30);
    update(&mut state, key(KeyCode::Down));
    assert_eq!(update(&mut state, key(KeyCode::Char('c'))), []);
    update(&mut state, key(KeyCode::Down));
    update(&mut state, key(KeyCode::Down));
    let effects = update(&mut state, key(KeyCode::Char('c')));
    assert!(matches!(&effects[..], [Effect::Compare { products, .. }] if *products == [ProductId(1), ProductId(3)]));
    assert_eq!(state.side, Side::Compare);
    update(&mut state, key(KeyCode::Char('c')));
    assert_eq!(state.marked, [ProductId(1)]);
}

#[test]
fn copying_gives_the_address_of_the_offer() {
    let mut state = answered(100, 30);
    update(&mut state, key(KeyCode::Down));
    let effects = update(&mut state, key(KeyCode::Char('y')));
    assert_eq!(effects, [Effect::Copy("https://halden.example/p/1".to_owned())]);
}

#[test]
fn letters_are_typed_in_the_input_and_commands_elsewhere() {
    let mut state = answered(100, 30);
    type_text(&mut state, "quiet? cyd");
    assert_eq!(state.typed(), "quiet? cyd");
    update(&mut state, key(KeyCode::Tab));
    assert_eq!(state.focus, Focus::Results);
    assert_eq!(update(&mut state, key(KeyCode::Char('q'))), [Effect::Quit]);
}

#[test]
fn control_c_warns_first_and_quits_second() {
    let mut state = stocked(100, 30);
    let turn = ask(&mut state, "tent");
    assert_eq!(update(&mut state, ctrl('c')), [Effect::Cancel { turn }]);
    update(&mut state, key(KeyCode::Char('a')));
    assert_eq!(update(&mut state, ctrl('c')), [], "another key in between disarms it");
    assert_eq!(update(&mut state, ctrl('c')), [Effect::Quit]);
}

#[test]
fn tab_visits_the_panes_that_hold_something() {
    let mut state = answered(100, 30);
    let mut seen = Vec::new();
    for _ in 0..4 {
        update(&mut state, key(KeyCode::Tab));
        seen.push(state.focus);
    }
    assert_eq!(seen, [Focus::Results, Focus::History, Focus::Compare, Focus::Input]);
    update(&mut state, key(KeyCode::BackTab));
    assert_eq!(state.focus, Focus::Compare);
    let mut bare = State::new(setup(100, 30));
    update(&mut bare, key(KeyCode::Tab));
    assert_eq!(bare.focus, Focus::Input);
}

#[test]
fn d_loads_the_demo_only_into_an_empty_catalogue_and_once() {
    let mut state = State::new(setup(100, 30));
    update(&mut state, Msg::Catalogue(Counts::default()));
    assert_eq!(update(&mut state, key(KeyCode::Char('d'))), [Effect::LoadDemo]);
    assert_eq!(update(&mut state, key(KeyCode::Char('d'))), []);
    update(&mut state, Msg::DemoProgress { done: 5, total: 10 });
    assert_eq!(state.demo, Demo::Loading { done: 5, total: 10 });
    let counts = Counts { products: 10, invented: 10, shops: 4, sources: 1 };
    update(&mut state, Msg::DemoDone(Ok(counts)));
    assert_eq!((&state.demo, state.counts), (&Demo::Idle, Some(counts)));
    update(&mut state, key(KeyCode::Char('d')));
    assert_eq!(state.typed(), "d");
}

#[test]
fn a_failed_demo_says_why_and_can_be_tried_again() {
    let mut state = State::new(setup(100, 30));
    update(&mut state, Msg::Catalogue(Counts::default()));
    update(&mut state, key(KeyCode::Char('d')));
    update(&mut state, Msg::DemoDone(Err("no space".to_owned())));
    assert!(screen(&state).contains("no space"));
    assert_eq!(update(&mut state, key(KeyCode::Char('d'))), [Effect::LoadDemo]);
}

#[test]
fn earlier_questions_come_back() {
    let mut state = stocked(100, 30);
    for question in ["one", "two"] {
        let turn = ask(&mut state, question);
        update(&mut state, Msg::AnswerFailed { turn, error: "x".to_owned() });
    }
    update(&mut state, ctrl('p'));
    assert_eq!(state.typed(), "two");
    update(&mut state, ctrl('p'));
    update(&mut state, ctrl('p'));
    assert_eq!(state.typed(), "one");
    update(&mut state, ctrl('n'));
    update(&mut state, ctrl('n'));
    assert_eq!(state.typed(), "");
}

#[test]
fn pasted_text_is_one_question_without_escapes() {
    let mut state = stocked(100, 30);
    let effects = update(&mut state, Msg::Paste("quiet\r\n\u{1b}[31mdishwasher\t".to_owned()));
    assert_eq!(state.typed(), "quiet dishwasher");
    assert!(matches!(effects.as_slice(), [Effect::Type { text, .. }] if *text == state.typed()), "{effects:?}");
}

#[test]
fn the_page_stands_still_while_an_answer_grows() {
    let mut state = answered(60, 20);
    let turn = ask(&mut state, "another one");
    let top = state.top;
    assert!(top > 0);
    answer(&mut state, turn, search_events());
    assert_eq!(state.top, top);
    update(&mut state, key(KeyCode::PageUp));
    assert!(state.top < top);
    for _ in 0..50 {
        update(&mut state, key(KeyCode::PageDown));
    }
    let end = state.top;
    update(&mut state, Msg::Wheel { lines: 3, column: 0 });
    assert_eq!(state.top, end);
}

#[test]
fn a_resize_keeps_the_turn_in_view() {
    let mut state = answered(100, 30);
    let turn = ask(&mut state, "another one");
    answer(&mut state, turn, search_events());
    for (columns, rows) in [(60, 20), (160, 45), (20, 5), (1, 1), (0, 0), (100, 30)] {
        update(&mut state, Msg::Resize { columns, rows });
        if columns > 0 {
            screen(&state);
        }
    }
    assert!(screen(&state).contains("another one"));
}

#[test]
fn refreshing_tells_what_changed_and_what_fails() {
    let mut state = stocked(100, 30);
    let finished = |outcome, changed_prices, detail: Option<&str>| {
        Msg::Refresh(RefreshEvent::Finished {
            source: SourceId(1),
            name: "Halden".to_owned(),
            outcome,
            detail: detail.map(str::to_owned),
            snapshots: 3,
            changed_prices,
            at: at(NOW),
            next_due_at: None,
        })
    };
    update(&mut state, Msg::Refresh(RefreshEvent::Started { source: SourceId(1), name: "Halden".to_owned() }));
    assert!(screen(&state).contains("refreshing Halden"));
    update(&mut state, Msg::Refresh(RefreshEvent::Progress { source: SourceId(1), done: 12, total: Some(1400) }));
    assert!(screen(&state).contains("refreshing Halden 12/1,400"));
    update(&mut state, Msg::Refresh(RefreshEvent::Started { source: SourceId(2), name: "Nook".to_owned() }));
    assert!(screen(&state).contains("refreshing 2 sources, 12 done"));
    state.status.refreshing.remove(&SourceId(2));
    let effects = update(&mut state, finished(crate::domain::Outcome::Ok, 3, None));
    assert_eq!(effects, [], "no product is shown");
    assert_eq!((state.notice.as_deref(), state.status.refreshed_at), (Some("Halden: 3 prices changed"), Some(at(NOW))));
    let mut shown = answered(100, 30);
    let effects = update(&mut shown, finished(crate::domain::Outcome::Ok, 3, None));
    assert!(matches!(effects[..], [Effect::Look { product: ProductId(1), .. }]), "new prices are read");
    update(&mut state, finished(crate::domain::Outcome::Blocked, 0, Some("HTTP 403")));
    assert_eq!(state.notice.as_deref(), Some("Halden: HTTP 403"));
    update(
        &mut state,
        Msg::Refresh(RefreshEvent::Status { total: 3, failing: 1, last_good_at: None, next_due_at: None }),
    );
    assert!(screen(&state).contains("1 of 3 sources failing"));
    let fired =
        RefreshEvent::WatchFired { watch: crate::domain::WatchId(1), text: "NordWash is below €500".to_owned() };
    update(&mut state, Msg::Refresh(fired));
    assert_eq!(state.notice.as_deref(), Some("NordWash is below €500"));
}

#[test]
fn the_models_state_is_told() {
    let mut state = stocked(100, 30);
    for (model, words) in [
        (ModelState::Off, "facts only, no model"),
        (ModelState::Loading("qwen".to_owned()), "qwen loading"),
        (ModelState::Failed("bad file".to_owned()), "no model: bad file"),
    ] {
        update(&mut state, Msg::Model(model));
        assert!(screen(&state).contains(words), "{words}");
    }
}

#[test]
fn termination_and_job_control_reach_the_runtime() {
    let mut state = stocked(100, 30);
    assert_eq!(update(&mut state, Msg::Terminate), [Effect::Quit]);
    assert_eq!(update(&mut state, ctrl('z')), [Effect::Suspend]);
    assert_eq!(update(&mut state, ctrl('l')), [Effect::Repaint]);
    assert_eq!(update(&mut state, ctrl('d')), [Effect::Quit]);
}

#[test]
fn the_help_screen_names_every_row_of_the_key_table() {
    let mut state = stocked(100, 120);
    update(&mut state, key(KeyCode::Char('?')));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inside: String = screen(&state).lines().map(|l| l.replace(['│', '"'], " ")).collect::<Vec<_>>().join(" ");
    let shown = words(&inside);
    for row in crate::ui::keys::TABLE {
        assert!(shown.contains(&words(&format!("{} {}", row.names(), row.help))), "{}: {}", row.names(), row.help);
    }
}

fn reply_typed(state: &mut State, query: QueryId, text: &str, rest: Option<&str>) {
    let rest = rest.map(str::to_owned);
    let typed = Typed { text: text.to_owned(), rows: rows(), rest, ..Typed::default() };
    update(state, Msg::Typed { query, result: Ok(typed) });
}

/// Presses a letter; the request that it makes.
fn letter(state: &mut State, c: char) -> (QueryId, String) {
    match update(state, key(KeyCode::Char(c))).as_slice() {
        [Effect::Type { query, text }] => (*query, text.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_key_looks_up_the_text_and_older_replies_never_replace_newer_ones() {
    let mut state = stocked(100, 30);
    let (first, text) = letter(&mut state, 'd');
    assert_eq!(text, "d");
    let (second, text) = letter(&mut state, 'i');
    assert_eq!(text, "di");
    assert!(state.live().is_none(), "nothing is shown before something came");
    reply_typed(&mut state, second, "di", None);
    reply_typed(&mut state, first, "d", None);
    assert_eq!(state.live().unwrap().text, "di");
    update(&mut state, key(KeyCode::Backspace));
    let erased = update(&mut state, key(KeyCode::Backspace));
    assert!(matches!(erased.as_slice(), [Effect::Type { text, .. }] if text.is_empty()), "{erased:?}");
    assert_eq!(update(&mut state, key(KeyCode::Left)), [], "the cursor changes nothing");
}

#[test]
fn what_is_asked_or_left_is_looked_up_no_more() {
    let mut state = stocked(100, 30);
    let (query, _) = letter(&mut state, 'd');
    assert!(matches!(update(&mut state, key(KeyCode::Enter)).as_slice(), [Effect::Ask { .. }]));
    reply_typed(&mut state, query, "d", None);
    assert!(state.live().is_none(), "a reply that comes late");
    let (query, _) = letter(&mut state, 'e');
    reply_typed(&mut state, query, "e", None);
    assert!(state.live().is_some());
    assert_eq!(update(&mut state, key(KeyCode::Esc)), [], "the first Esc only puts the list away");
    assert!(state.live().is_none() && state.asking().is_some() && state.typed() == "e");
    assert_eq!(letter(&mut state, 'f').1, "ef");
    let mut bare = State::new(setup(100, 30));
    update(&mut bare, Msg::Catalogue(Counts::default()));
    assert_eq!(update(&mut bare, key(KeyCode::Char('x'))), [], "there is nothing to find");
}

#[test]
fn the_rest_of_a_word_is_taken_with_tab_or_right_and_only_where_it_fits() {
    for take in [KeyCode::Tab, KeyCode::Right] {
        let mut state = stocked(100, 30);
        letter(&mut state, 'd');
        let (query, _) = letter(&mut state, 'i');
        reply_typed(&mut state, query, "di", Some("shwasher"));
        assert_eq!(state.rest(), Some("shwasher"));
        let effects = update(&mut state, key(take));
        assert_eq!(state.typed(), "dishwasher");
        assert!(matches!(effects.as_slice(), [Effect::Type { text, .. }] if text == "dishwasher"), "{effects:?}");
        assert_eq!(state.rest(), None, "it is not completed twice");
    }
    let mut state = answered(100, 30);
    let (query, _) = letter(&mut state, 'd');
    reply_typed(&mut state, query, "d", Some("ish"));
    update(&mut state, key(KeyCode::Left));
    assert_eq!(state.rest(), None, "not in the middle of the text");
    let mut quick = answered(100, 30);
    let (query, _) = letter(&mut quick, 'd');
    reply_typed(&mut quick, query, "d", Some("ish"));
    letter(&mut quick, 'i');
    assert_eq!((update(&mut quick, key(KeyCode::Tab)), quick.focus), (vec![], Focus::Input), "its rest is on its way");
    update(&mut state, key(KeyCode::Tab));
    assert_eq!((state.typed().as_str(), state.focus), ("d", Focus::Results), "Tab goes on as ever");
}

#[test]
fn a_follow_up_is_typed_with_the_answer_in_sight() {
    for (mut state, shown) in [(stocked(100, 30), true), (answered(100, 30), false)] {
        let (query, text) = letter(&mut state, 'i');
        let typed = Typed { text, rows: rows(), asks: true, ..Typed::default() };
        update(&mut state, Msg::Typed { query, result: Ok(typed) });
        assert_eq!(state.live().is_some(), shown);
    }
}

#[test]
fn a_row_is_chosen_with_the_arrows_and_opened_while_typing() {
    let mut state = stocked(100, 30);
    let (query, _) = letter(&mut state, 'd');
    reply_typed(&mut state, query, "d", None);
    update(&mut state, key(KeyCode::Down));
    update(&mut state, key(KeyCode::Down));
    let effects = update(&mut state, key(KeyCode::Enter));
    assert!(matches!(effects.as_slice(), [Effect::Look { product: ProductId(2), .. }]), "{effects:?}");
    assert!(matches!(state.overlays.as_slice(), [Overlay::Detail { .. }]));
    update(&mut state, key(KeyCode::Esc));
    assert_eq!((state.typed().as_str(), state.live.chosen), ("d", Some(1)), "back where it was");
    update(&mut state, key(KeyCode::Up));
    update(&mut state, key(KeyCode::Up));
    assert!(matches!(update(&mut state, key(KeyCode::Enter)).as_slice(), [Effect::Ask { .. }]));
}
