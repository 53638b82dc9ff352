//! Price history of one product for an answer: the points known at a moment, their summary, and whether a list price
//! was raised shortly before a reduction. Arithmetic only.

pub mod past;

use super::evidence::{self, CardFacts};
use super::phrases::Phrases;
use crate::domain::*;
use crate::store::{self, Reader};

/// A list price raised this many days or fewer before the reduction makes the reduction look larger.
const RAISED_WITHIN_DAYS: i64 = 60;

/// The history known at `as_of`, cleaned, with its summary from `since` on.
///
/// # Errors
/// Those of the store.
pub fn known(
    reader: &Reader,
    product: ProductId,
    since: Option<Timestamp>,
    as_of: Option<Timestamp>,
) -> store::Result<(PriceHistory, Option<PriceSummary>)> {
    let mut history = reader.history(product, since)?;
    history.points.retain(|p| as_of.is_none_or(|u| p.at <= u));
    for point in &mut history.points {
        point.shop = super::clean::quoted(&point.shop, 60);
    }
    let summary = history.summary(since, as_of);
    Ok((history, summary))
}

/// A list price that went up shortly before, or with, the reduction that is measured against it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Raised {
    pub from: Money,
    pub to: Money,
    pub at: Timestamp,
}

/// Looks for a raised list price in the points of the offer that is cheapest now.
pub fn raised_list_price(history: &PriceHistory) -> Option<Raised> {
    let good = |p: &&PricePoint| p.outcome.is_good() && p.price.is_some();
    let last = history.points.iter().filter(good).max_by_key(|p| p.at)?;
    let (price, to) = (last.price?, last.list_price?);
    if to.compare(&price) != Some(std::cmp::Ordering::Greater) {
        return None;
    }
    // What the shop asked for without a reduction, or named as its list price, before it named this one.
    let mut own: Vec<&PricePoint> = history.points.iter().filter(good).filter(|p| p.offer == last.offer).collect();
    own.sort_by_key(|p| p.at);
    let reference = |p: &PricePoint| p.list_price.or(p.price);
    let changed = own.iter().rposition(|p| reference(p) != Some(to))?;
    let raised = own.get(changed + 1)?;
    let from = reference(own[changed])?;
    let sale = own[changed + 1..].iter().find(|p| p.list_price == Some(to))?;
    let days = (sale.at.as_second() - raised.at.as_second()) / 86_400;
    let up = from.currency == to.currency && from.minor * 103 < to.minor * 100;
    (up && days <= RAISED_WITHIN_DAYS).then_some(Raised { from, to, at: raised.at })
}

/// Puts history and, where there was one, the raised list price onto a card.
pub fn onto(card: &mut Card, history: &PriceHistory, summary: &PriceSummary) {
    evidence::add_history(card, summary);
    let Some(raised) = raised_list_price(history) else { return };
    if card.money("list price") != Some(raised.to) {
        return;
    }
    let row = format!("product:{}", card.product);
    let mut add = |field: &str, value: FactValue, text: String| {
        card.facts.push(Fact {
            field: field.to_owned(),
            value,
            text,
            row: row.clone(),
            shop: None,
            observed_at: Some(raised.at),
        });
    };
    add("earlier list price", FactValue::Money(raised.from), raised.from.to_string());
    add("list price raised on", FactValue::Date(raised.at), evidence::day_text(raised.at));
}

/// Whether the price now is a good one by what was observed, in a sentence; `None` where too little was.
pub fn verdict(phrases: &Phrases, name: &str, summary: &PriceSummary) -> Option<(bool, String)> {
    if summary.current_state != CurrentState::Available {
        return None;
    }
    if u64::from(summary.days_observed) < super::claims::ENOUGH_DAYS || summary.lowest == summary.highest {
        return None;
    }
    let (now, low, high) = (summary.current.minor, summary.lowest.minor, summary.highest.minor);
    // Near the lowest: in the lowest fifth of the range seen.
    let good = (now - low) * 5 <= high - low;
    let sentence = if good {
        "good_price"
    } else if summary.current.minor > summary.median.minor {
        "high_price"
    } else {
        "usual_price"
    };
    let text = phrases.say(sentence, &[("price", &summary.current.to_string()), ("name", name)]);
    Some((good, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::at;

    fn point(day: &str, price: i64, list: Option<i64>) -> PricePoint {
        PricePoint {
            offer: OfferId(1),
            shop: "NordShop".into(),
            at: at(day),
            outcome: Outcome::Ok,
            price: Some(Money::new(price * 100, Currency::EUR)),
            list_price: list.map(|m| Money::new(m * 100, Currency::EUR)),
            shipping_included: None,
            availability: None,
        }
    }

    fn history(points: Vec<PricePoint>) -> PriceHistory {
        PriceHistory { product: ProductId(7), points, repacked: Vec::new() }
    }

    #[test]
    fn a_list_price_raised_before_the_sale_is_found() {
        let raised = history(vec![
            point("2026-08-01", 599, None),
            point("2026-09-01", 599, None),
            point("2026-10-01", 699, None),
            point("2026-10-20", 579, Some(699)),
        ]);
        let found = raised_list_price(&raised).unwrap();
        assert_eq!((found.from.minor, found.to.minor, found.at), (59_900, 69_900, at("2026-10-01")));
        let long = history(vec![
            point("2026-01-01", 599, None),
            point("2026-02-01", 699, None),
            point("2026-10-20", 579, Some(699)),
        ]);
        assert_eq!(raised_list_price(&long), None);
        let steady = history(vec![point("2026-08-01", 699, None), point("2026-10-20", 579, Some(699))]);
        assert_eq!(raised_list_price(&steady), None);
        assert_eq!(raised_list_price(&history(Vec::new())), None);
    }

    #[test]
    fn too_little_seen_gives_no_verdict() {
        let few = history(vec![point("2026-08-01", 599, None), point("2026-08-03", 649, None)]);
        assert_eq!(verdict(Phrases::of(Language::En), "A", &few.summary(None, None).unwrap()), None);
        let more = history(vec![point("2026-06-01", 699, None), point("2026-08-03", 599, None)]);
        let (good, text) = verdict(Phrases::of(Language::En), "A", &more.summary(None, None).unwrap()).unwrap();
        assert!(good);
        assert_eq!(text, "By the prices observed, €599.00 is a good price for A.");
    }
}
