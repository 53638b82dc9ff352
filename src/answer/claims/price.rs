//! Claims from the price history on a card: where the price stands in what was observed, with its honest window,
//! and list prices that make a reduction look larger than it is.

use super::super::evidence::CardFacts;
use super::words::counted;
use super::{Builder, value_text};
use crate::domain::*;

/// Fewer days than this say nothing on whether a price is good.
pub const ENOUGH_DAYS: u64 = 14;

pub fn add(b: &mut Builder, card: &Card) {
    never_charged(b, card);
    raised_before(b, card);
    let (Some(current), Some(lowest), Some(highest), Some(days)) = (
        card.money("current price"),
        card.money("lowest price"),
        card.money("highest price"),
        card.count("days observed"),
    ) else {
        return;
    };
    let own = [card.number];
    let name = card.name();
    let window = window_text(card, days);
    if days < ENOUGH_DAYS {
        let text = format!("Prices of {name} were observed for only {}.", counted(days, "day", "days"));
        b.say(ClaimKind::Missing, "price history", &own, 4.0, text);
    }
    let asked = if b.need.kind == QuestionKind::PriceHistory { 4.0 } else { 0.9 };
    if lowest == highest {
        let text = format!("The price of {name} stood at {current} throughout {window}.");
        b.say(ClaimKind::Price, "price", &own, asked, text);
        return;
    }
    if current.minor <= lowest.minor {
        let text = format!("{current} is the lowest price of {name} in {window}.");
        b.say(ClaimKind::Price, "price", &own, asked, text);
    } else if let (Some(above), Some(day)) = (current.checked_sub(&lowest), value_text(card, "lowest on")) {
        let text = format!("At {current}, {name} is {above} above the lowest seen, {lowest} on {day}.");
        // Some way above the lowest speaks against buying now; a little above is no reason for it either.
        let (kind, strength) = match (above.minor * 20 > lowest.minor, b.need.kind) {
            (true, _) => (ClaimKind::Drawback, asked),
            (false, QuestionKind::PriceHistory) => (ClaimKind::Price, asked),
            (false, _) => (ClaimKind::Attribute, 0.2),
        };
        b.say(kind, "price", &own, strength, text);
        let text = format!("The lowest price of {name} in {window} was {lowest} on {day}.");
        b.say(ClaimKind::Price, "price", &own, asked * 0.8, text);
    }
    if current.minor >= highest.minor {
        let text = format!("{current} is the highest price of {name} in {window}.");
        b.say(ClaimKind::Drawback, "price", &own, asked * 0.95, text);
    }
    if let Some(median) = card.money("median price") {
        let text = match current.minor.cmp(&median.minor) {
            std::cmp::Ordering::Less => median.checked_sub(&current).map(|d| format!("{d} below")),
            std::cmp::Ordering::Greater => current.checked_sub(&median).map(|d| format!("{d} above")),
            std::cmp::Ordering::Equal => Some("at".to_owned()),
        };
        if let Some(place) = text {
            let text = format!("At {current}, {name} is {place} its median price of {median}.");
            b.say(ClaimKind::Price, "price", &own, asked * 0.7, text);
        }
    }
}

/// "the 214 days observed, with 3 gaps": never longer than from the first to the last observation.
pub fn window_text(card: &Card, days: u64) -> String {
    let gaps = card.count("gaps").unwrap_or(0);
    let days = if days == 1 { "the 1 day observed".to_owned() } else { format!("the {days} days observed") };
    match gaps {
        0 => days,
        n => format!("{days}, with {}", counted(n, "gap", "gaps")),
    }
}

fn never_charged(b: &mut Builder, card: &Card) {
    let (Some(list), Some(highest), Some(days)) =
        (card.money("list price"), card.money("highest price"), card.count("days observed"))
    else {
        return;
    };
    if days < ENOUGH_DAYS || highest.compare(&list) != Some(std::cmp::Ordering::Less) {
        return;
    }
    let text = format!(
        "The list price of {}, {list}, was never charged in {}; the highest price seen is {highest}.",
        card.name(),
        window_text(card, days)
    );
    b.say(ClaimKind::Drawback, "list price", &[card.number], 5.0, text);
}

fn raised_before(b: &mut Builder, card: &Card) {
    let (Some(list), Some(earlier), Some(day)) =
        (card.money("list price"), card.money("earlier list price"), value_text(card, "list price raised on"))
    else {
        return;
    };
    let text = format!(
        "The list price of {} was raised from {earlier} to {list} on {day}, shortly before the reduction.",
        card.name()
    );
    b.say(ClaimKind::Drawback, "list price", &[card.number], 6.0, text);
}
