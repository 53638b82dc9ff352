//! All that the interface knows. Changed only by `update`, drawn only by `view`.

use super::msg::{Counts, Look, Typed};
use super::paint::Painter;
use super::theme::Theme;
use super::turn::{Item, Turn};
use crate::answer::event::Comparison;
use crate::domain::{ProductId, SourceId, Timestamp};
use jiff::tz::TimeZone;
use ratatui_textarea::TextArea;
use std::collections::BTreeMap;

/// Names a question; events of another turn are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TurnId(pub u64);

/// Names a request of a pane; replies to an older one are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueryId(pub u64);

/// Who gets the keys when nothing lies on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Input,
    Results,
    Compare,
    History,
}

/// Something that lies over the panes; the last one gets the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    Help {
        top: usize,
    },
    /// What the latest result can be narrowed down by.
    Filters {
        chosen: usize,
    },
    /// Where the figures of the latest answer come from.
    Evidence {
        chosen: usize,
    },
    /// The product of the history pane in full.
    Detail {
        top: usize,
    },
}

/// What shares the screen with the chat where there is room for one pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Compare,
    History,
}

/// The language model as the status line shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelState {
    /// Facts only: by wish, or because there is none.
    Off,
    Loading(String),
    Ready(String),
    Failed(String),
}

/// The demo catalogue on its way into the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demo {
    Idle,
    Loading { done: u64, total: u64 },
    Failed(String),
}

/// What a pane holds: nothing, something on its way, or the thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Loaded<T> {
    Nothing,
    Pending,
    Ready(T),
    Failed(String),
}

impl<T> Loaded<T> {
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }

    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// The products side by side.
#[derive(Debug)]
pub struct ComparePane {
    pub query: QueryId,
    pub data: Loaded<Comparison>,
    /// First row and first product shown.
    pub top: usize,
    pub left: usize,
}

/// The product under the hand: its price history, and the rest of it in the detail overlay.
#[derive(Debug)]
pub struct HistoryPane {
    pub query: QueryId,
    pub wanted: Option<ProductId>,
    pub data: Loaded<Box<Look>>,
}

/// What the text in the input box brings, key by key.
#[derive(Debug)]
pub struct LivePane {
    /// Whether typing looks things up; closed until the next key.
    pub open: bool,
    /// The newest request, and the one that is shown.
    pub asked: QueryId,
    pub shown: QueryId,
    /// The text of the newest request.
    pub text: String,
    pub data: Loaded<Typed>,
    /// The row that Enter opens.
    pub chosen: Option<usize>,
}

/// How far the look at a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshing {
    pub name: String,
    /// Pages looked at, and all of them where that is known.
    pub done: u32,
    pub total: Option<u32>,
}

/// The background, as the status line shows it.
#[derive(Debug)]
pub struct Status {
    pub model: ModelState,
    pub offline: bool,
    pub sources: u32,
    pub failing: u32,
    pub refreshed_at: Option<Timestamp>,
    /// Sources being looked at.
    pub refreshing: BTreeMap<SourceId, Refreshing>,
    pub next_refresh_at: Option<Timestamp>,
    /// Products given a vector and all of them.
    pub embedding: Option<(u64, u64)>,
}

/// What the interface starts with.
#[derive(Debug, Clone)]
pub struct Setup {
    pub columns: u16,
    pub rows: u16,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub theme: Theme,
    /// Whether right-to-left text is reordered here.
    pub reorder: bool,
    pub offline: bool,
    pub model: ModelState,
}

/// Everything.
pub struct State {
    pub columns: u16,
    pub rows: u16,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub painter: Painter,
    pub input: TextArea<'static>,
    /// Which earlier question stands in the input, counted from the latest.
    pub recalled: Option<usize>,
    pub turns: Vec<Turn>,
    pub focus: Focus,
    pub side: Side,
    pub overlays: Vec<Overlay>,
    /// First line of the transcript shown.
    pub top: usize,
    /// Index into `items()`.
    pub selected: usize,
    pub marked: Vec<ProductId>,
    pub compare: ComparePane,
    pub history: HistoryPane,
    pub live: LivePane,
    pub status: Status,
    /// `None` until the store was read.
    pub counts: Option<Counts>,
    pub demo: Demo,
    /// A line over the input until the next key.
    pub notice: Option<String>,
    /// Ctrl-C was pressed once.
    pub quit_armed: bool,
    next_id: u64,
}

impl State {
    pub fn new(setup: Setup) -> Self {
        Self {
            columns: setup.columns,
            rows: setup.rows,
            now: setup.now,
            zone: setup.zone,
            painter: Painter { theme: setup.theme, reorder: setup.reorder },
            input: TextArea::default(),
            recalled: None,
            turns: Vec::new(),
            focus: Focus::Input,
            side: Side::History,
            overlays: Vec::new(),
            top: 0,
            selected: 0,
            marked: Vec::new(),
            compare: ComparePane { query: QueryId(0), data: Loaded::Nothing, top: 0, left: 0 },
            history: HistoryPane { query: QueryId(0), wanted: None, data: Loaded::Nothing },
            live: LivePane {
                open: false,
                asked: QueryId(0),
                shown: QueryId(0),
                text: String::new(),
                data: Loaded::Nothing,
                chosen: None,
            },
            status: Status {
                model: setup.model,
                offline: setup.offline,
                sources: 0,
                failing: 0,
                refreshed_at: None,
                refreshing: BTreeMap::new(),
                next_refresh_at: None,
                embedding: None,
            },
            counts: None,
            demo: Demo::Idle,
            notice: None,
            quit_armed: false,
            next_id: 1,
        }
    }

    /// An id that was not given out before.
    pub fn fresh_id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// What stands in the input box.
    pub fn typed(&self) -> String {
        self.input.lines().join(" ")
    }

    /// What the words so far bring, where that is shown.
    pub fn live(&self) -> Option<&Typed> {
        // A follow-up is asked with the answer before one's eyes.
        let in_the_way = |typed: &Typed| typed.asks && !self.turns.is_empty();
        self.live.data.ready().filter(|typed| self.live.open && self.focus == Focus::Input && !in_the_way(typed))
    }

    /// How the text may go on: only for the text as it stands, the cursor behind it.
    pub fn rest(&self) -> Option<&str> {
        let typed = self.typed();
        let at_end = self.input.cursor().1 == typed.chars().count();
        self.live().filter(|live| at_end && live.text == typed)?.rest.as_deref()
    }

    /// The turn being answered.
    pub fn asking(&self) -> Option<TurnId> {
        self.turns.last().filter(|t| t.is_asking()).map(|t| t.id)
    }

    /// What the arrow keys choose among: in the latest turn, or the examples of the first screen.
    pub fn items(&self) -> Vec<Item> {
        match self.turns.last() {
            Some(turn) => turn.items(),
            None => self.examples().iter().map(|q| Item::Question((*q).to_owned())).collect(),
        }
    }

    /// Questions that the demo catalogue answers, offered on the first screen where it is loaded.
    pub fn examples(&self) -> &'static [&'static str] {
        if self.counts.is_some_and(|c| c.invented > 0) { &EXAMPLES } else { &[] }
    }

    /// Whether there is nothing in the catalogue, as far as is known.
    pub fn is_bare(&self) -> bool {
        self.counts.is_some_and(|c| c.products == 0)
    }

    /// The product of the chosen item.
    pub fn selected_product(&self) -> Option<ProductId> {
        match self.items().into_iter().nth(self.selected)? {
            Item::Product(id) => Some(id),
            Item::Question(_) => None,
        }
    }
}

const EXAMPLES: [&str; 4] = [
    "quiet dishwasher for a small kitchen, at most 600 euros, 4 stars or better",
    "a tent for two that stays dry, under 300",
    "what do I need for a desert hike in July?",
    "headphones with a long battery life, not in-ear",
];
