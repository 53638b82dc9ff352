//! Keys and wheel: what each command of the key table does.

use super::{answer, live, panes};
use crate::domain::ProductId;
use crate::ui::effect::Effect;
use crate::ui::keys::{self, Command, Mode};
use crate::ui::layout;
use crate::ui::state::{Demo, Focus, Overlay, Side, State};
use crate::ui::trace::{self, Statement};
use crate::ui::transcript;
use crate::ui::turn::{Item, Turn};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};
use ratatui_textarea::{CursorMove, TextArea};

/// Where keys go now.
pub fn mode(state: &State) -> Mode {
    match (state.overlays.last(), state.focus) {
        (Some(Overlay::Help { .. }), _) => Mode::Help,
        (Some(Overlay::Detail { .. }), _) => Mode::Detail,
        (Some(Overlay::Filters { .. }), _) => Mode::Filters,
        (Some(Overlay::Evidence { .. }), _) => Mode::Evidence,
        (None, Focus::Results) => Mode::Results,
        (None, Focus::Compare) => Mode::Compare,
        (None, Focus::History) => Mode::History,
        (None, Focus::Input) if state.input.is_empty() && state.live().is_none() => Mode::Idle,
        (None, Focus::Input) => Mode::Typing,
    }
}

/// A key was pressed.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    state.notice = None;
    let mode = mode(state);
    let command = keys::lookup(mode, &key).filter(|c| *c != Command::LoadDemo || state.is_bare());
    if command != Some(Command::Interrupt) {
        state.quit_armed = false;
    }
    match command {
        Some(Command::Complete) => live::complete(state).unwrap_or_else(|| match key.code {
            // The rest of the word is on its way: whoever is quicker does not mean another pane.
            KeyCode::Tab if live::is_pending(state) => Vec::new(),
            KeyCode::Tab => run(state, mode, Command::NextPane),
            _ => type_in(state, key),
        }),
        Some(command) => run(state, mode, command),
        None if matches!(mode, Mode::Idle | Mode::Typing) => type_in(state, key),
        None => Vec::new(),
    }
}

fn type_in(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    state.input.input(key);
    state.recalled = None;
    live::changed(state)
}

fn run(state: &mut State, mode: Mode, command: Command) -> Vec<Effect> {
    match command {
        Command::Ask => match live::chosen(state) {
            Some(product) => return show(state, product),
            None => return answer::ask(state, &state.typed()),
        },
        Command::Open => return open(state),
        Command::Back => return back(state),
        Command::Interrupt => return interrupt(state),
        Command::Quit if !state.overlays.is_empty() => drop(state.overlays.pop()),
        Command::Quit => return vec![Effect::Quit],
        Command::NextPane => turn_to(state, 1),
        Command::PreviousPane => turn_to(state, -1),
        Command::Up => return step(state, mode, -1),
        Command::Down => return step(state, mode, 1),
        Command::Left => state.compare.left = state.compare.left.saturating_sub(1),
        Command::Right => {
            let products = state.compare.data.ready().map_or(0, |c| c.products.len());
            state.compare.left = (state.compare.left + 1).min(products.saturating_sub(1));
        }
        Command::PageUp => scroll(state, mode, -page(state)),
        Command::PageDown => scroll(state, mode, page(state)),
        Command::First => return jump(state, mode, false),
        Command::Last => return jump(state, mode, true),
        Command::Mark => {
            if let Some(product) = product_at_hand(state) {
                return panes::toggle_mark(state, product);
            }
        }
        Command::ClearMarks => {
            state.marked.clear();
            state.notice = Some("no product is marked".to_owned());
        }
        Command::Copy => return copy(state),
        Command::Help => {
            if mode != Mode::Help {
                state.overlays.push(Overlay::Help { top: 0 });
            }
        }
        Command::Filter => match state.turns.last().is_some_and(|turn| !turn.filters().is_empty()) {
            true => state.overlays.push(Overlay::Filters { chosen: 0 }),
            false => state.notice = Some("nothing to narrow down by".to_owned()),
        },
        Command::Evidence => match state.turns.last().is_some_and(|turn| !trace::statements(turn).is_empty()) {
            true => state.overlays.push(Overlay::Evidence { chosen: 0 }),
            false => state.notice = Some("this answer says nothing beside its tables".to_owned()),
        },
        Command::LoadDemo => return load_demo(state),
        Command::RecallOlder => recall(state, 1),
        Command::RecallNewer => recall(state, -1),
        Command::ClearInput => {
            state.input = TextArea::default();
            return live::changed(state);
        }
        // Where there is nothing to complete the key is another's.
        Command::Complete => {}
        Command::Repaint => return vec![Effect::Repaint],
        Command::Suspend => return vec![Effect::Suspend],
    }
    Vec::new()
}

fn load_demo(state: &mut State) -> Vec<Effect> {
    if matches!(state.demo, Demo::Loading { .. }) {
        return Vec::new();
    }
    state.demo = Demo::Loading { done: 0, total: 0 };
    vec![Effect::LoadDemo]
}

fn back(state: &mut State) -> Vec<Effect> {
    if state.overlays.pop().is_some() || live::close(state) {
        return Vec::new();
    }
    let cancelled = answer::cancel(state);
    if cancelled.is_empty() {
        state.focus = Focus::Input;
    }
    cancelled
}

fn interrupt(state: &mut State) -> Vec<Effect> {
    if std::mem::replace(&mut state.quit_armed, true) {
        return vec![Effect::Quit];
    }
    state.notice = Some("Ctrl-C again quits".to_owned());
    answer::cancel(state)
}

/// Opens what is chosen: a product in full, a question by asking it, a filter by narrowing the result down by it.
fn open(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Filters { chosen }) = state.overlays.last() {
        let chosen = *chosen;
        state.overlays.clear();
        return answer::narrow(state, chosen);
    }
    if let Some(Overlay::Evidence { .. }) = state.overlays.last() {
        return product_at_hand(state).map_or_else(Vec::new, |product| show(state, product));
    }
    let chosen = match state.focus {
        Focus::Compare | Focus::History => product_at_hand(state).map(Item::Product),
        Focus::Input | Focus::Results => state.items().into_iter().nth(state.selected),
    };
    match chosen {
        Some(Item::Product(product)) => show(state, product),
        Some(Item::Question(question)) => answer::ask(state, &question),
        None => Vec::new(),
    }
}

/// A product in full.
fn show(state: &mut State, product: ProductId) -> Vec<Effect> {
    state.overlays.push(Overlay::Detail { top: 0 });
    panes::look(state, product)
}

/// The product that the focus is on.
fn product_at_hand(state: &State) -> Option<ProductId> {
    let shown = || state.history.data.ready().map(|look| look.product.id);
    match state.overlays.last() {
        Some(Overlay::Detail { .. }) => shown(),
        Some(Overlay::Evidence { chosen }) => stated(state, *chosen).and_then(|(told, turn)| told.product(turn)),
        Some(Overlay::Help { .. } | Overlay::Filters { .. }) => None,
        None => match state.focus {
            Focus::Compare => state.compare.data.ready()?.products.get(state.compare.left).map(|r| r.product.id),
            Focus::History => shown(),
            Focus::Input | Focus::Results => state.selected_product(),
        },
    }
}

/// The statement chosen in the evidence overlay.
fn stated(state: &State, chosen: usize) -> Option<(Statement, &Turn)> {
    let turn = state.turns.last()?;
    Some((trace::statements(turn).into_iter().nth(chosen)?, turn))
}

fn copy(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Evidence { chosen }) = state.overlays.last()
        && let Some((told, _)) = stated(state, *chosen)
    {
        let text = crate::text::line(told.page().unwrap_or(&told.text));
        state.notice = Some(format!("copied {text}"));
        return vec![Effect::Copy(text)];
    }
    let Some(product) = product_at_hand(state) else {
        return Vec::new();
    };
    let rows = state.turns.iter().rev().flat_map(|t| t.rows());
    let compared = state.compare.data.ready().into_iter().flat_map(|c| &c.products);
    let row = rows.chain(compared).find(|r| r.product.id == product);
    let look = state.history.data.ready().filter(|l| l.product.id == product);
    let offers = row.into_iter().flat_map(|r| &r.offer).chain(look.into_iter().flat_map(|l| &l.offers));
    let title = row.map(|r| &r.product).or(look.map(|l| &l.product)).map(|p| p.facts.title.clone());
    let Some(text) = offers.filter_map(|o| o.url.clone()).next().or(title) else {
        return Vec::new();
    };
    let text = crate::text::line(&text);
    state.notice = Some(format!("copied {text}"));
    vec![Effect::Copy(text)]
}

/// Goes to the next or previous pane that has something in it.
fn turn_to(state: &mut State, by: isize) {
    let mut order = vec![Focus::Input];
    if !state.items().is_empty() {
        order.push(Focus::Results);
    }
    if !state.history.data.is_nothing() {
        order.push(Focus::History);
    }
    if !state.compare.data.is_nothing() {
        order.push(Focus::Compare);
    }
    let at = order.iter().position(|f| *f == state.focus).unwrap_or(0);
    let next = (at as isize + by).rem_euclid(order.len() as isize) as usize;
    state.focus = order[next];
    match state.focus {
        Focus::Compare => state.side = Side::Compare,
        Focus::History => state.side = Side::History,
        Focus::Input => {}
        Focus::Results => show_selected(state),
    }
}

fn step(state: &mut State, mode: Mode, by: isize) -> Vec<Effect> {
    match mode {
        Mode::Idle | Mode::Results => choose(state, by),
        Mode::Typing => {
            live::step(state, by);
            Vec::new()
        }
        _ => {
            scroll(state, mode, by);
            Vec::new()
        }
    }
}

/// Moves the choice; beyond either end the transcript scrolls, so that a wheel sent as arrow keys works too.
fn choose(state: &mut State, by: isize) -> Vec<Effect> {
    let items = state.items().len();
    let entering = state.focus == Focus::Input;
    if items == 0 {
        scroll(state, Mode::Idle, by);
        return Vec::new();
    }
    state.focus = Focus::Results;
    let next = if entering { Some(state.selected.min(items - 1)) } else { state.selected.checked_add_signed(by) };
    match next.filter(|n| *n < items) {
        Some(next) => {
            state.selected = next;
            show_selected(state);
            panes::follow_selection(state)
        }
        None => {
            scroll(state, Mode::Idle, by);
            Vec::new()
        }
    }
}

fn jump(state: &mut State, mode: Mode, last: bool) -> Vec<Effect> {
    if mode == Mode::Results {
        let items = state.items().len();
        state.selected = if last { items.saturating_sub(1) } else { 0 };
        show_selected(state);
        return panes::follow_selection(state);
    }
    scroll(state, mode, if last { isize::MAX } else { isize::MIN });
    Vec::new()
}

fn page(state: &State) -> isize {
    isize::try_from(layout::panes(state).body.height.saturating_sub(2).max(1)).unwrap_or(1)
}

/// Scrolls what the mode looks at. The view never shows less than the last line.
fn scroll(state: &mut State, mode: Mode, by: isize) {
    match mode {
        Mode::Detail | Mode::Help => {
            let most = crate::ui::screens::overlay_lines(state).saturating_sub(usize::from(state.rows) / 2);
            if let Some(Overlay::Help { top } | Overlay::Detail { top }) = state.overlays.last_mut() {
                *top = top.saturating_add_signed(by).min(most);
            }
        }
        Mode::Filters => {
            let filters = state.turns.last().map_or(0, |turn| turn.filters().len());
            if let Some(Overlay::Filters { chosen }) = state.overlays.last_mut() {
                *chosen = chosen.saturating_add_signed(by).min(filters.saturating_sub(1));
            }
        }
        Mode::Evidence => {
            let statements = state.turns.last().map_or(0, |turn| trace::statements(turn).len());
            if let Some(Overlay::Evidence { chosen }) = state.overlays.last_mut() {
                *chosen = chosen.saturating_add_signed(by).min(statements.saturating_sub(1));
            }
        }
        Mode::Compare => {
            let rows = state.compare.data.ready().map_or(0, |c| c.rows.len());
            state.compare.top = state.compare.top.saturating_add_signed(by).min(rows.saturating_sub(1));
        }
        Mode::Idle | Mode::Typing | Mode::Results | Mode::History => {
            state.top = state.top.saturating_add_signed(by).min(most_top(state));
        }
    }
}

/// The wheel scrolls what it is over.
pub fn wheel(state: &mut State, lines: i32, column: u16) -> Vec<Effect> {
    let over = layout::panes(state).compare.is_some_and(|r| column >= r.x && state.focus == Focus::Compare);
    let mode = match mode(state) {
        overlay @ (Mode::Detail | Mode::Help | Mode::Filters | Mode::Evidence) => overlay,
        _ if over => Mode::Compare,
        _ => Mode::Idle,
    };
    scroll(state, mode, lines as isize);
    Vec::new()
}

fn recall(state: &mut State, by: isize) {
    let asked: Vec<&str> = state.turns.iter().rev().map(|t| t.question.as_str()).collect();
    let next = match state.recalled {
        None => (by > 0).then_some(0),
        Some(at) => at.checked_add_signed(by),
    };
    let text = next.and_then(|n| asked.get(n)).map(|q| (*q).to_owned());
    if let (Some(n), None) = (next, &text) {
        state.recalled = Some(n.min(asked.len().saturating_sub(1))).filter(|_| !asked.is_empty());
        return;
    }
    state.recalled = next;
    state.input = TextArea::new(vec![text.unwrap_or_default()]);
    state.input.move_cursor(CursorMove::End);
}

/// First lines of all turns, then the number of lines, at the width of the chat pane.
fn starts(state: &State) -> (Vec<usize>, usize) {
    let chat = layout::panes(state).chat.unwrap_or(layout::panes(state).body);
    (transcript::starts(state, chat.width), usize::from(chat.height))
}

fn most_top(state: &State) -> usize {
    let (starts, height) = starts(state);
    let total = starts.last().copied().unwrap_or(0);
    let last_turn = starts.len().checked_sub(2).and_then(|i| starts.get(i).copied()).unwrap_or(0);
    total.saturating_sub(height).max(last_turn)
}

/// Index of the turn at the top of the chat pane.
pub fn turn_at_top(state: &State) -> usize {
    let (starts, _) = starts(state);
    starts.iter().take_while(|s| **s <= state.top).count().saturating_sub(1).min(state.turns.len().saturating_sub(1))
}

/// Puts the first line of a turn at the top of the chat pane: the page then stands still while the answer grows.
pub fn show_turn(state: &mut State, index: usize) {
    let (starts, _) = starts(state);
    state.top = starts.get(index).copied().unwrap_or(0);
}

/// Scrolls as little as makes the chosen item visible.
fn show_selected(state: &mut State) {
    let chat = layout::panes(state).chat.unwrap_or(layout::panes(state).body);
    let (starts, height) = starts(state);
    let Some(turn) = state.turns.last() else {
        return;
    };
    let start = starts.get(state.turns.len() - 1).copied().unwrap_or(0);
    let laid = transcript::laid(state, turn, chat.width);
    let Some(range) = laid.items.get(state.selected) else {
        return;
    };
    let (from, to) = (start + range.start, start + range.end);
    if state.selected == 0 {
        // The question and heading over the first row come into view with it, where they fit.
        state.top = if to.saturating_sub(start) <= height { start } else { from };
    } else if from < state.top {
        state.top = from;
    } else if to > state.top + height {
        state.top = to.saturating_sub(height);
    }
}
