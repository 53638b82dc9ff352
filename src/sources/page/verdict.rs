//! Why each candidate price of a look won or did not, and what the page left unsaid: for a person who decides whether
//! to trust the reading.
//!
//! Explains a choice that was made elsewhere; never makes one.

use super::Look;
use crate::domain::{Availability, Money, Observation, PriceCandidate, PriceKind};
use serde::Serialize;

/// What became of one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub won: bool,
    pub why: String,
}

/// Something that the page does not say, and what follows from that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Missing {
    pub what: &'static str,
    pub matters: &'static str,
}

/// A verdict for each candidate of the look, in their order.
pub fn verdicts(look: &Look) -> Vec<Verdict> {
    let seen = &look.seen;
    let is_price = |c: &PriceCandidate| Some(c.money) == seen.price && can_win(c.kind);
    let winner = seen.candidates.iter().position(is_price);
    let verdict = |(index, candidate): (usize, &PriceCandidate)| {
        if Some(index) == winner {
            let why = look.why.clone().unwrap_or_else(|| "the price".to_owned());
            let by = if look.format == "selectors" { "your selector wins" } else { "wins" };
            return Verdict { won: true, why: format!("{by}: {why}") };
        }
        let why = match (seen.price, is_price(candidate)) {
            (Some(_), true) => "says the same".to_owned(),
            (price, _) => lost(candidate, price, seen),
        };
        Verdict { won: false, why }
    };
    seen.candidates.iter().enumerate().map(verdict).collect()
}

/// A range with both ends alike is won by its lower end.
fn can_win(kind: PriceKind) -> bool {
    matches!(kind, PriceKind::Current | PriceKind::Sale | PriceKind::OpenBox | PriceKind::From)
}

fn lost(candidate: &PriceCandidate, price: Option<Money>, seen: &Observation) -> String {
    let why = match candidate.kind {
        PriceKind::List => match price {
            Some(price) if seen.list_price == Some(candidate.money) && candidate.money != price => {
                "the price before the reduction"
            }
            Some(_) => "a list price that is not above the price",
            None => "a list price is never the price",
        },
        PriceKind::Member => "for members only",
        PriceKind::OpenBox => "for goods that are not new",
        PriceKind::Unit => "a price per amount of goods",
        PriceKind::From => "the lower end of a range",
        PriceKind::UpTo => "the upper end of a range",
        PriceKind::Instalment => "one of several payments",
        PriceKind::Promotion => "needs a coupon or more than one item",
        PriceKind::Shipping => "for shipping",
        PriceKind::Unknown => "not what one item costs",
        PriceKind::Current | PriceKind::Sale if candidate.money.minor <= 0 => "no price: zero or less",
        PriceKind::Current | PriceKind::Sale => match price {
            Some(price) if price.currency != candidate.money.currency => "in another currency",
            Some(_) if seen.list_price == Some(candidate.money) => "above the sale price: taken as the list price",
            Some(_) => "says otherwise; what leads wins",
            None => "as good as the others: none wins",
        },
    };
    why.to_owned()
}

/// What a look lacks, the gravest first.
pub fn missing(seen: &Observation) -> Vec<Missing> {
    let facts = &seen.product;
    let model = facts.brand.is_some() && facts.model.is_some();
    let checks = [
        (seen.price.is_none(), "price", "nothing to compare or to watch"),
        (facts.title.is_empty(), "title", "nobody can find it"),
        (seen.availability == Availability::Unknown, "availability", "may be sold out"),
        (facts.gtin.is_none() && !model, "GTIN, or brand and model", "matched with other shops by its title alone"),
        (seen.sku.is_none(), "SKU", "known again by its address"),
        (facts.images.is_empty(), "image", ""),
        (facts.rating.is_none(), "rating", ""),
    ];
    checks.into_iter().filter(|(lacks, ..)| *lacks).map(|(_, what, matters)| Missing { what, matters }).collect()
}
