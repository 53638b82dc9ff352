//! The prices that stand on a page or in a feed, each with what it is. Never decides which one wins.

use super::Money;
use serde::{Deserialize, Serialize};

/// What an amount on a page is. Only `Current` (or `Sale`) is ever the price that one buyer pays for one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceKind {
    /// The price now, nothing said about a reduction.
    Current,
    /// The price now, reduced from a list price.
    Sale,
    /// List, strike-through, regular or recommended price.
    List,
    /// Only for members of a programme.
    Member,
    /// Used, refurbished, damaged or open-box goods.
    OpenBox,
    /// Per kilogram, litre, metre or piece.
    Unit,
    /// Lower end of a range ("from 39", lowPrice).
    From,
    /// Upper end of a range.
    UpTo,
    /// One of several payments.
    Instalment,
    /// Needs a coupon or a bundle ("2 for 32").
    Promotion,
    Shipping,
    /// An amount of a kind that could not be told.
    Unknown,
}

/// One amount seen, with its kind, the text it was read from and the place it stood in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceCandidate {
    pub money: Money,
    pub kind: PriceKind,
    /// The text as it stood there.
    pub raw: String,
    /// Where: `json-ld offers[0].price`, `column price`, `meta product:price:amount`.
    pub place: String,
}
