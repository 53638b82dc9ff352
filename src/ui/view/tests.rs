//! What the screens look like, at the three sizes that the layout knows.

use crate::answer::event::*;
use crate::domain::*;
use crate::ui::state::Overlay;
use crate::ui::testing::*;
use crate::ui::{Counts, Effect, ModelState, Msg, State, Theme, Typed, update, view};
use crossterm::event::KeyCode;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};

const SIZES: [(u16, u16); 3] = [(60, 20), (100, 30), (160, 45)];

fn snap(name: &str, draw: impl Fn(u16, u16) -> State) {
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), screen(&draw(columns, rows)));
    }
}

fn shown(columns: u16, rows: u16, question: &str, found: Found) -> State {
    let mut state = stocked(columns, rows);
    let turn = ask(&mut state, question);
    let effects = answer(
        &mut state,
        turn,
        vec![
            AnswerEvent::Found { found },
            AnswerEvent::Done { outcome: crate::answer::event::Outcome::Answered, timings: Timings::default() },
        ],
    );
    reply(&mut state, effects);
    state
}

#[test]
fn first_start() {
    snap("first_start", |columns, rows| {
        let mut state = State::new(setup(columns, rows));
        update(&mut state, Msg::Model(ModelState::Off));
        update(&mut state, Msg::Catalogue(Counts::default()));
        state
    });
}

#[test]
fn demo_loading() {
    let mut state = State::new(setup(60, 20));
    update(&mut state, Msg::Catalogue(Counts::default()));
    update(&mut state, key(KeyCode::Char('d')));
    update(&mut state, Msg::DemoProgress { done: 120, total: 320 });
    insta::assert_snapshot!("demo_loading_60x20", screen(&state));
}

#[test]
fn ready_with_examples() {
    snap("ready", stocked);
}

#[test]
fn answering() {
    snap("answering", |columns, rows| {
        let mut state = stocked(columns, rows);
        let turn = ask(&mut state, "quiet dishwasher for a small kitchen, at most 600 euros");
        let effects = answer(&mut state, turn, search_events()[..4].to_vec());
        reply(&mut state, effects);
        update(&mut state, Msg::Tick(at(NOW + 3)));
        state
    });
}

#[test]
fn results_with_prose() {
    snap("results", |columns, rows| {
        let mut state = answered(columns, rows);
        update(&mut state, key(KeyCode::Down));
        update(&mut state, key(KeyCode::Down));
        state
    });
}

#[test]
fn comparison_pane() {
    snap("comparison", |columns, rows| {
        let mut state = shown(columns, rows, "compare NordWash, Aquila and Brisa", Found::Comparison(comparison()));
        for _ in 0..3 {
            update(&mut state, key(KeyCode::Tab));
        }
        state
    });
}

#[test]
fn history_pane() {
    snap("history", |columns, rows| {
        let look = look();
        let found = Found::History {
            number: 1,
            product: look.product,
            history: look.history,
            summary: look.summary.map(Box::new),
        };
        let mut state = shown(columns, rows, "price history of the NordWash Slim 45", found);
        update(&mut state, key(KeyCode::Tab));
        update(&mut state, key(KeyCode::Tab));
        state
    });
}

#[test]
fn product_detail() {
    snap("detail", |columns, rows| {
        let mut state = answered(columns, rows);
        update(&mut state, key(KeyCode::Down));
        update(&mut state, key(KeyCode::Enter));
        state
    });
}

#[test]
fn help() {
    snap("help", |columns, rows| {
        let mut state = answered(columns, rows);
        update(&mut state, key(KeyCode::F(1)));
        state
    });
}

#[test]
fn filters() {
    snap("filters", |columns, rows| {
        let mut state = narrowable(columns, rows);
        update(&mut state, key(KeyCode::Char('f')));
        for _ in 0..4 {
            update(&mut state, key(KeyCode::Down));
        }
        state
    });
    let mut state = narrowable(60, 20);
    update(&mut state, key(KeyCode::Char('f')));
    update(&mut state, key(KeyCode::End));
    insta::assert_snapshot!("filters_end_60x20", screen(&state));
}

#[test]
fn evidence() {
    snap("evidence", |columns, rows| {
        let mut state = answered(columns, rows);
        update(&mut state, key(KeyCode::Down));
        update(&mut state, key(KeyCode::Char('e')));
        state
    });
    let mut state = answered(60, 20);
    update(&mut state, key(KeyCode::Down));
    update(&mut state, key(KeyCode::Char('e')));
    update(&mut state, key(KeyCode::End));
    assert_eq!(state.overlays, [Overlay::Evidence { chosen: 4 }]);
    let copied = update(&mut state, key(KeyCode::Char('y')));
    assert!(matches!(copied.as_slice(), [Effect::Copy(_)]), "{copied:?}");
    update(&mut state, key(KeyCode::Enter));
    assert!(matches!(state.overlays.as_slice(), [Overlay::Evidence { .. }, Overlay::Detail { .. }]));
    update(&mut state, key(KeyCode::Esc));
    update(&mut state, key(KeyCode::Esc));
    assert_eq!(state.overlays, []);
}

#[test]
fn reviews() {
    let aspect = |aspect: &str, positive, negative| ReviewAspect {
        aspect: aspect.to_owned(),
        positive,
        negative,
        mentions: positive + negative,
        praise: Some((ReviewId(1), "You have to look at the light to know it runs.".to_owned())),
        complaint: Some((ReviewId(2), "שקט מאוד אבל יקר".to_owned())),
        share: f64::from(positive + negative) / 132.0,
        ..ReviewAspect::default()
    };
    let findings = ReviewFindings {
        number: 1,
        product: rows()[0].product.clone(),
        total: 132,
        stars: [4, 6, 12, 40, 70],
        aspects: vec![aspect("noise", 41, 3), aspect("drying", 8, 19)],
        suspicious: Vec::new(),
    };
    let state = shown(100, 30, "what do reviews say about the NordWash?", Found::Reviews(findings));
    insta::assert_snapshot!("reviews_100x30", screen(&state));
}

#[test]
fn fact_and_its_absence() {
    let fact = |verdict, facts| Found::Fact {
        number: 1,
        product: rows()[0].product.clone(),
        asked: "delayed start".to_owned(),
        verdict,
        facts,
    };
    let known = Fact {
        field: "delayed start".to_owned(),
        value: FactValue::Flag(true),
        text: "yes".to_owned(),
        row: "product:1".to_owned(),
        shop: Some("Halden".to_owned()),
        observed_at: Some(at(NOW)),
    };
    let said = screen(&shown(100, 30, "does it have a delayed start?", fact(Verdict::Yes, vec![known])));
    assert!(said.contains("Yes: delayed start") && said.contains("delayed start: yes (Halden, 22 Nov 2026)"), "{said}");
    let said = screen(&shown(100, 30, "is it gold?", fact(Verdict::NotStated, Vec::new())));
    assert!(said.contains("Not in the data: delayed start"), "{said}");
}

#[test]
fn advice_choice_and_nothing() {
    let advice = Found::Advice {
        parts: vec![("water bottle".to_owned(), rows()[..1].to_vec())],
        missing: vec!["sun hat".to_owned()],
        unmet: Vec::new(),
        set: None,
    };
    insta::assert_snapshot!("advice_100x30", screen(&shown(100, 30, "what do I need for a desert hike?", advice)));
    let candidates = rows().into_iter().map(|r| r.product).collect();
    let ambiguous = Found::Ambiguous { said: "the dishwasher".to_owned(), candidates };
    insta::assert_snapshot!("ambiguous_60x20", screen(&shown(60, 20, "history of the dishwasher", ambiguous)));
    let near_misses = vec![(rows()[1].clone(), "€199.00 over your budget".to_owned())];
    let nothing = Found::Nothing { reason: "No dishwasher costs at most €400.00.".to_owned(), near_misses };
    insta::assert_snapshot!("nothing_60x20", screen(&shown(60, 20, "dishwasher under 400", nothing)));
}

#[test]
fn failure_of_answer_and_model() {
    let mut state = stocked(60, 20);
    let turn = ask(&mut state, "tent");
    answer(&mut state, turn, vec![AnswerEvent::ModelFailed { reason: "out of memory".to_owned() }]);
    update(&mut state, Msg::AnswerFailed { turn, error: "database: disk I/O error".to_owned() });
    insta::assert_snapshot!("error_60x20", screen(&state));
}

#[test]
fn a_hebrew_question_is_painted_from_the_right() {
    let mut state = stocked(60, 20);
    type_text(&mut state, "מדיח כלים שקט עד 600 יורו");
    insta::assert_snapshot!("hebrew_60x20", screen(&state));
    state.painter.reorder = false;
    assert!(screen(&state).contains("מדיח כלים שקט עד 600 יורו"));
}

fn buffer(state: &State) -> ratatui::buffer::Buffer {
    let mut terminal = Terminal::new(TestBackend::new(state.columns, state.rows)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    terminal.backend().buffer().clone()
}

#[test]
fn a_struck_sentence_is_crossed_out_and_says_why() {
    let state = answered(100, 45);
    let buffer = buffer(&state);
    let crossed: String =
        buffer.content().iter().filter(|c| c.modifier.contains(Modifier::CROSSED_OUT)).map(|c| c.symbol()).collect();
    assert!(crossed.replace(' ', "").contains("Itisthecheapestofall."), "{crossed}");
    assert!(screen(&state).contains("(struck:"));
}

#[test]
fn without_colour_nothing_is_coloured() {
    let mut state = answered(160, 45);
    state.painter.theme = Theme::named("default", false).unwrap();
    for turn in &state.turns {
        turn.forget_layout();
    }
    assert!(buffer(&state).content().iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
}

#[test]
fn no_text_from_outside_reaches_the_screen_raw() {
    let mut state = stocked(100, 30);
    let mut bad = rows();
    bad[0].product.facts.title = "evil \u{1b}]0;owned\u{7}\u{202e}title".to_owned();
    bad[0].highlights[0].1 = "\u{1b}[2J42".to_owned();
    let turn = ask(&mut state, "x");
    let found = Found::Results { rows: bad, near_misses: Vec::new(), notes: vec!["\u{9b}31mnote".to_owned()] };
    answer(&mut state, turn, vec![AnswerEvent::Found { found }]);
    let shown = screen(&state);
    assert!(shown.contains("evil title") && shown.contains("noise 42") && shown.contains("note"));
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{7}']));
}

#[test]
fn the_cursor_stands_where_typing_goes() {
    let mut state = stocked(60, 20);
    type_text(&mut state, "tent");
    let mut terminal = Terminal::new(TestBackend::new(60, 20)).unwrap();
    terminal.draw(|frame| view(&state, frame)).unwrap();
    terminal.backend_mut().assert_cursor_position((7, 18));
    update(&mut state, key(KeyCode::Home));
    terminal.draw(|frame| view(&state, frame)).unwrap();
    terminal.backend_mut().assert_cursor_position((3, 18));
}

/// A list that came for the newest text.
fn typing(state: &mut State, text: &str, rest: Option<&str>, rows: Vec<ResultRow>) {
    type_text(state, text);
    let typed = Typed { text: text.to_owned(), rows, rest: rest.map(str::to_owned), ..Typed::default() };
    let query = state.live.asked;
    update(state, Msg::Typed { query, result: Ok(typed) });
}

#[test]
fn while_typing_before_the_first_question() {
    snap("typing", |columns, lines| {
        let mut state = stocked(columns, lines);
        let mut rows = rows();
        rows[1].variants.count = 3;
        typing(&mut state, "quiet dishw", Some("asher"), rows);
        update(&mut state, key(KeyCode::Down));
        state
    });
}

#[test]
fn while_typing_below_an_answer() {
    snap("typing_more", |columns, lines| {
        let mut state = answered(columns, lines);
        typing(&mut state, "brisa m", Some("ini 45"), rows());
        state
    });
}

#[test]
fn while_typing_what_nothing_has() {
    let mut state = stocked(60, 20);
    typing(&mut state, "xyzzy", None, Vec::new());
    assert!(screen(&state).contains("nothing has these words; Enter asks all the same"));
}

/// A terminal emulator that ratatui writes to as to a real one.
#[derive(Clone)]
struct Emulator(std::rc::Rc<std::cell::RefCell<vt100::Parser>>);

impl std::io::Write for Emulator {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().process(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn after_a_resize_an_emulator_shows_exactly_the_new_screen() {
    use ratatui::backend::CrosstermBackend;
    use ratatui::layout::Rect;
    use ratatui::{TerminalOptions, Viewport};
    let cells = |n: u16| std::num::NonZeroU16::new(n).unwrap();
    let mut state = answered(100, 30);
    let emulator = Emulator(std::rc::Rc::new(std::cell::RefCell::new(vt100::Parser::new(cells(30), cells(100), 0))));
    let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 100, 30)) };
    let mut terminal = Terminal::with_options(CrosstermBackend::new(emulator.clone()), options).unwrap();
    for (columns, rows) in [(100, 30), (60, 20), (160, 45), (61, 21), (100, 30)] {
        emulator.0.borrow_mut().screen_mut().set_size(cells(rows), cells(columns));
        terminal.resize(Rect::new(0, 0, columns, rows)).unwrap();
        update(&mut state, Msg::Resize { columns, rows });
        terminal.draw(|frame| view(&state, frame)).unwrap();
        let painted: Vec<String> =
            emulator.0.borrow().screen().rows(0, columns).map(|line| line.trim_end().to_owned()).collect();
        let wanted: Vec<String> = buffer(&state)
            .content()
            .chunks(columns.into())
            .map(|line| line.iter().map(|c| c.symbol()).collect::<String>().trim_end().to_owned())
            .collect();
        assert_eq!(painted, wanted, "at {columns}x{rows}");
    }
}
