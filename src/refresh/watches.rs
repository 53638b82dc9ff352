//! Whether a watched price has crossed its bound: edge-triggered, once per crossing, armed again when it rises.
//!
//! Judges only prices that were really seen: a failed fetch neither fires nor re-arms.

use crate::domain::*;
use crate::store::{Reader, Result, Writer};
use serde::Serialize;

/// What a watch is worth now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    pub watch: Watch,
    pub title: String,
    /// The best price of a new, buyable offer, with its shop.
    pub best: Option<(Money, String)>,
    /// The price stands below the bound.
    pub below: bool,
    /// It crossed since the last check: tell the user.
    pub fired: bool,
}

impl Checked {
    /// One line for a notice: `Nook lamp: €39.00 at Lumen, below €40.00`.
    pub fn line(&self) -> String {
        match (&self.best, self.below) {
            (Some((price, shop)), true) => format!("{}: {price} at {shop}, below {}", self.title, self.watch.below),
            (Some((price, shop)), false) => {
                format!("{}: {price} at {shop}, not below {}", self.title, self.watch.below)
            }
            (None, _) => format!("{}: no price in {} that can be bought now", self.title, self.watch.below.currency),
        }
    }
}

/// The cheapest new offer in the watch's currency that was seen at the last attempt and can be bought.
fn best_offer(watch: &Watch, offers: &[Offer]) -> Option<(Money, String)> {
    offers
        .iter()
        .filter(|o| o.condition == Condition::New && o.last_outcome.is_good())
        .filter(|o| o.availability.buyable() != Some(false))
        .filter_map(|o| Some((o.price.filter(|p| p.currency == watch.below.currency)?, o.shop.name.clone())))
        .min_by_key(|(price, _)| price.minor)
}

/// Judges one watch against the offers as they stand. Pure.
pub fn judge(watch: &Watch, title: &str, offers: &[Offer]) -> Checked {
    let best = best_offer(watch, offers);
    let below = best.as_ref().is_some_and(|(price, _)| price.minor < watch.below.minor);
    let fired = below && watch.crossed_at.is_none();
    Checked { watch: watch.clone(), title: title.to_owned(), best, below, fired }
}

/// Checks every watch and remembers crossings, so that each is told once.
///
/// # Errors
/// The database's.
pub fn check(reader: &Reader, writer: &Writer, now: Timestamp) -> Result<Vec<Checked>> {
    let mut checked = Vec::new();
    for watch in reader.watches()? {
        let Some(product) = reader.product(watch.product)? else { continue };
        let judged = judge(&watch, &product.facts.title, &reader.offers(watch.product)?);
        let rose = judged.best.is_some() && !judged.below && watch.crossed_at.is_some();
        if judged.fired {
            writer.mark_watch(watch.id, Some(now))?;
        } else if rose {
            writer.mark_watch(watch.id, None)?;
        }
        checked.push(judged);
    }
    Ok(checked)
}

#[cfg(test)]
mod tests;
