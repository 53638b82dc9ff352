//! Everything that the interface asks of the world. Carried out by `app`; replies come back as messages.

use super::state::{QueryId, TurnId};
use crate::domain::{Need, ProductId};

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    // The answer.
    Ask {
        turn: TurnId,
        question: String,
    },
    /// Answer what an earlier question asked, under one condition more.
    Narrow {
        turn: TurnId,
        need: Box<Need>,
    },
    Cancel {
        turn: TurnId,
    },

    // Panes.
    /// Read a product with its offers and price history.
    Look {
        query: QueryId,
        product: ProductId,
    },
    /// Put products side by side, in this order; the need says what better means.
    Compare {
        query: QueryId,
        products: Vec<ProductId>,
        need: Option<Box<Need>>,
    },

    /// Look up what a text brings that is still being typed; only the newest counts.
    Type {
        query: QueryId,
        text: String,
    },

    // The catalogue.
    LoadDemo,

    // The terminal.
    /// Put text on the clipboard.
    Copy(String),
    /// Draw every cell afresh.
    Repaint,
    /// Stop as the shell's job control does.
    Suspend,
    Quit,
}
