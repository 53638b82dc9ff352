//! Everything that can happen to the interface. Replies carry the id of what asked for them.

use super::state::{ModelState, QueryId, TurnId};
use crate::answer::event::{AnswerEvent, Comparison, ResultRow};
use crate::domain::{Language, Offer, PriceHistory, PriceSummary, Product, Timestamp};
use crate::refresh::event::RefreshEvent;
use crossterm::event::KeyEvent;

/// A product with all that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub product: Product,
    pub offers: Vec<Offer>,
    pub history: PriceHistory,
    pub summary: Option<PriceSummary>,
}

/// What a text brings while it is being typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Typed {
    pub text: String,
    /// The best of what it brings; the popular where it is empty.
    pub rows: Vec<ResultRow>,
    pub notes: Vec<String>,
    /// How the text may go on.
    pub rest: Option<String>,
    /// It reads as a question about something rather than as what to look for.
    pub asks: bool,
    /// What it is written in.
    pub language: Language,
}

/// What is in the catalogue, for the status line and the first screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub products: u64,
    /// Of the demo catalogue among them.
    pub invented: u64,
    pub shops: u64,
    pub sources: u64,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "messages are moved once, not stored")]
pub enum Msg {
    // The shopper.
    Key(KeyEvent),
    Paste(String),
    /// Lines, down is positive; at a column of the screen.
    Wheel {
        lines: i32,
        column: u16,
    },
    Resize {
        columns: u16,
        rows: u16,
    },
    /// The time, sent while an answer is under way.
    Tick(Timestamp),

    // The answer.
    Answer {
        turn: TurnId,
        event: AnswerEvent,
    },
    AnswerFailed {
        turn: TurnId,
        error: String,
    },

    // Panes.
    Looked {
        query: QueryId,
        result: Result<Box<Look>, String>,
    },
    Compared {
        query: QueryId,
        result: Result<Comparison, String>,
    },
    Typed {
        query: QueryId,
        result: Result<Typed, String>,
    },

    // The background.
    Catalogue(Counts),
    Model(ModelState),
    Refresh(RefreshEvent),
    /// Observations of the demo catalogue stored so far.
    DemoProgress {
        done: u64,
        total: u64,
    },
    DemoDone(Result<Counts, String>),
    /// Products given a vector so far; `None`: nothing left to do.
    Embedding(Option<(u64, u64)>),
    /// A line worth telling.
    Notice(String),
    /// The program was told to end.
    Terminate,
}
