//! Claims from reviews, in proportion: how many of how many mention an aspect, and which way.

use super::super::evidence::CardFacts;
use super::Builder;
use crate::answer::phrases::Phrases;
use crate::domain::*;

/// A complaint in fewer reviews than this share is said as it is but is no drawback of its own.
const NOTABLE: f64 = 0.1;

pub fn add(b: &mut Builder, card: &Card) {
    let Some(total) = card.count("reviews").filter(|n| *n > 0) else { return };
    let mentions: Vec<(String, u64)> = card
        .facts
        .iter()
        .filter_map(|f| match f.value {
            FactValue::Count(n) => f.field.strip_prefix("mentions of ").map(|aspect| (aspect.to_owned(), n)),
            _ => None,
        })
        .collect();
    for (aspect, n) in mentions {
        let praise = card.count(&format!("praise of {aspect}")).unwrap_or(0);
        let complaints = card.count(&format!("complaints about {aspect}")).unwrap_or(0);
        if n == 0 {
            continue;
        }
        let share = n as f64 / total as f64;
        let against = complaints > praise && complaints as f64 / total as f64 >= NOTABLE;
        let kind = if against { ClaimKind::Drawback } else { ClaimKind::Review };
        let asked = if b.need.kind == QuestionKind::Reviews { 4.0 } else { 1.0 };
        let text = share_text(b.phrases, card.name(), &aspect, [total, n, praise, complaints]);
        b.say(kind, &aspect, &[card.number], asked * (0.3 + share.min(0.5)), text);
    }
}

/// "12 of 48 reviews of NordWash mention noise: 3 praise it and 9 complain."; from 100 reviews on with the share.
pub fn share_text(
    phrases: &Phrases,
    name: &str,
    aspect: &str,
    [total, mentions, praise, complaints]: [u64; 4],
) -> String {
    let praised = phrases.counted("praise", praise, &[]);
    let complained = phrases.counted("complain", complaints, &[]);
    let tail = match (praise, complaints) {
        (0, 0) => String::new(),
        (p, 0) if p == mentions && p > 1 => phrases.say("all_praise", &[]),
        (0, c) if c == mentions && c > 1 => phrases.say("all_complain", &[]),
        (_, 0) => format!(": {praised}"),
        (0, _) => format!(": {complained}"),
        _ => {
            let both = phrases.say("praise_and_complain", &[("praise", &praised), ("complain", &complained)]);
            format!(": {both}")
        }
    };
    // Of many reviews the share says more than two long numbers.
    let share = 100.0 * mentions as f64 / total.max(1) as f64;
    let share = match total {
        ..100 => String::new(),
        _ if share < 9.95 => format!(" ({share:.1}%)"),
        _ => format!(" ({share:.0}%)"),
    };
    let reviews = phrases.counted("reviews", total, &[]);
    let (total, mentioned) = (total.to_string(), mentions.to_string());
    let (reviews, aspect) = (format!("{reviews}{share}"), phrases.aspect(aspect));
    let parts = [
        ("name", name),
        ("aspect", &*aspect),
        ("total", &*total),
        ("mentions", &*mentioned),
        ("reviews", &*reviews),
        ("tail", &*tail),
    ];
    phrases.counted("review_share", mentions, &parts)
}
