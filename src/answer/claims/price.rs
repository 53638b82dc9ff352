//! Claims from the price history on a card: where the price stands in what was observed, with its honest window,
//! and list prices that make a reduction look larger than it is.

use super::super::evidence::CardFacts;
use super::{Builder, value_text};
use crate::answer::phrases::Phrases;
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
    let phrases = b.phrases;
    let window = window_text(phrases, card, days);
    let say = |sentence: &str, parts: &[(&str, &str)]| {
        let own = [("name", name), ("window", &*window)];
        phrases.say(sentence, &own.into_iter().chain(parts.iter().copied()).collect::<Vec<_>>())
    };
    let now = current.to_string();
    if days < ENOUGH_DAYS {
        let text = phrases.counted("observed_briefly", days, &[("name", name)]);
        b.say(ClaimKind::Missing, "price history", &own, 4.0, text);
    }
    let asked = if b.need.kind == QuestionKind::PriceHistory || b.need.deals { 4.0 } else { 0.9 };
    if lowest == highest {
        let text = say("stood", &[("price", &now)]);
        b.say(ClaimKind::Price, "price", &own, asked, text);
        return;
    }
    if current.minor <= lowest.minor {
        let text = say("is_lowest_price", &[("price", &now)]);
        b.say(ClaimKind::Price, "price", &own, asked, text);
    } else if let (Some(above), Some(day)) = (current.checked_sub(&lowest), value_text(card, "lowest on")) {
        let (above_text, lowest_text) = (above.to_string(), lowest.to_string());
        let parts = [("price", &*now), ("difference", &above_text), ("lowest", &lowest_text), ("day", &day)];
        let text = say("above_lowest", &parts);
        // Some way above the lowest speaks against buying now; a little above is no reason for it either.
        let (kind, strength) = match (above.minor * 20 > lowest.minor, b.need.kind) {
            (true, _) => (ClaimKind::Drawback, asked),
            (false, QuestionKind::PriceHistory) => (ClaimKind::Price, asked),
            (false, _) => (ClaimKind::Attribute, 0.2),
        };
        b.say(kind, "price", &own, strength, text);
        let text = say("was_lowest", &[("lowest", &lowest_text), ("day", &day)]);
        b.say(ClaimKind::Price, "price", &own, asked * 0.8, text);
    }
    if current.minor >= highest.minor {
        let text = say("is_highest_price", &[("price", &now)]);
        b.say(ClaimKind::Drawback, "price", &own, asked * 0.95, text);
    }
    if let Some(median) = card.money("median price") {
        let (sentence, difference) = match current.minor.cmp(&median.minor) {
            std::cmp::Ordering::Less => ("below_median", median.checked_sub(&current)),
            std::cmp::Ordering::Greater => ("above_median", current.checked_sub(&median)),
            std::cmp::Ordering::Equal => ("at_median", median.checked_sub(&current)),
        };
        if let Some(difference) = difference {
            let (difference, median) = (difference.to_string(), median.to_string());
            let text = say(sentence, &[("price", &now), ("difference", &difference), ("median", &median)]);
            // Of a deal the usual price is the measure.
            let strength = if b.need.deals { 1.2 } else { 0.7 };
            b.say(ClaimKind::Price, "price", &own, asked * strength, text);
        }
    }
}

/// "the 214 days observed, with 3 gaps": never longer than from the first to the last observation.
pub fn window_text(phrases: &Phrases, card: &Card, days: u64) -> String {
    let window = phrases.counted("window", days, &[]);
    match card.count("gaps").unwrap_or(0) {
        0 => window,
        gaps => phrases.counted("window_gaps", gaps, &[("window", &window)]),
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
    let window = window_text(b.phrases, card, days);
    let (list, highest) = (list.to_string(), highest.to_string());
    let parts = [("name", card.name()), ("list", &list), ("window", &window), ("highest", &highest)];
    let text = b.phrases.say("never_charged", &parts);
    b.say(ClaimKind::Drawback, "list price", &[card.number], 5.0, text);
}

fn raised_before(b: &mut Builder, card: &Card) {
    let (Some(list), Some(earlier), Some(day)) =
        (card.money("list price"), card.money("earlier list price"), value_text(card, "list price raised on"))
    else {
        return;
    };
    let (list, earlier) = (list.to_string(), earlier.to_string());
    let parts = [("name", card.name()), ("earlier", &earlier), ("list", &list), ("day", &day)];
    let text = b.phrases.say("raised_list", &parts);
    b.say(ClaimKind::Drawback, "list price", &[card.number], 6.0, text);
}
