//! Which panes are on the screen and where, from the size of the screen and what there is to show.
//!
//! Pure geometry: `update` and `view` both ask here, so that scrolling and drawing agree.

use super::state::{Focus, Side, State};
use crate::text;
use ratatui::layout::Rect;

/// From this width on a second pane stands beside the chat, from the second on a third one.
const TWO_PANES: u16 = 90;
const THREE_PANES: u16 = 140;
const THREE_PANES_ROWS: u16 = 30;
/// A heading and two products; with less there is no room for what is typed beside the chat.
const LEAST_LIVE_ROWS: u16 = 3;
/// Most lines of the input box.
const INPUT_LINES: usize = 3;
/// Cells before the text of the input box.
pub const PROMPT: u16 = 3;
/// Prose wider than this is hard to read.
pub const READING_WIDTH: u16 = 96;

/// Where everything is. A pane that is not on the screen is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    pub header: Rect,
    /// All between header and input.
    pub body: Rect,
    pub chat: Option<Rect>,
    /// What the words so far bring: in the place of the chat before the first question, then below it.
    pub live: Option<Rect>,
    pub compare: Option<Rect>,
    pub history: Option<Rect>,
    /// The line over the input.
    pub rule: Rect,
    pub input: Rect,
    pub footer: Rect,
}

/// The panes of this state.
pub fn panes(state: &State) -> Panes {
    let (columns, rows) = (state.columns, state.rows);
    let strip = |y: u16, height: u16| Rect::new(0, y.min(rows), columns, height.min(rows.saturating_sub(y)));
    let input_lines = input_height(state).min(rows.saturating_sub(4).max(1));
    let bottom = rows.saturating_sub(input_lines + 2);
    let body = strip(1, bottom.saturating_sub(1));
    let mut panes = Panes {
        header: strip(0, 1),
        body,
        chat: None,
        live: None,
        compare: None,
        history: None,
        rule: strip(bottom, 1),
        input: strip(bottom + 1, input_lines),
        footer: strip(rows.saturating_sub(1), 1),
    };
    let has_compare = !state.compare.data.is_nothing();
    let has_history = !state.history.data.is_nothing();
    if columns < TWO_PANES {
        match state.focus {
            Focus::Compare if has_compare => panes.compare = Some(body),
            Focus::History if has_history => panes.history = Some(body),
            _ => panes.chat = Some(body),
        }
    } else if !has_compare && !has_history {
        panes.chat = Some(body);
    } else if columns >= THREE_PANES && rows >= THREE_PANES_ROWS && has_compare && has_history {
        let (chat, side) = beside(body, columns * 52 / 100);
        let above = side.height * 55 / 100;
        panes.chat = Some(chat);
        // One line between them for a rule.
        panes.history = Some(Rect { height: above.saturating_sub(1), ..side });
        panes.compare = Some(Rect { y: side.y + above, height: side.height - above, ..side });
    } else {
        let (chat, side) = beside(body, columns * 55 / 100);
        panes.chat = Some(chat);
        let compare = match state.side {
            Side::Compare => has_compare,
            Side::History => !has_history,
        };
        *(if compare { &mut panes.compare } else { &mut panes.history }) = Some(side);
    }
    if let (Some(chat), true) = (panes.chat, state.live().is_some()) {
        let (above, below) = live(state, chat);
        (panes.chat, panes.live) = (Some(above), below);
    }
    panes
}

/// The chat pane with what the words so far bring: the same lines whatever they bring, so that nothing jumps.
fn live(state: &State, chat: Rect) -> (Rect, Option<Rect>) {
    if state.turns.is_empty() {
        return (chat, Some(chat));
    }
    let height = chat.height * 2 / 5;
    if height < LEAST_LIVE_ROWS {
        return (chat, None);
    }
    let above = chat.height - height;
    (Rect { height: above, ..chat }, Some(Rect { y: chat.y + above, height, ..chat }))
}

/// Splits off a left part of `width`, one cell between for the separator.
fn beside(body: Rect, width: u16) -> (Rect, Rect) {
    let left = Rect { width, ..body };
    (left, Rect { x: body.x + width + 1, width: body.width.saturating_sub(width + 1), ..body })
}

fn input_height(state: &State) -> u16 {
    let room = usize::from(state.columns.saturating_sub(PROMPT + 1));
    // One cell more for the cursor after the last character.
    let typed = format!("{}.", state.typed());
    text::wrap(&typed, room, room).len().clamp(1, INPUT_LINES) as u16
}
