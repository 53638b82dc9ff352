//! Which of an offer's amounts is the price that one buyer pays for one item, and why; or why none is.
//!
//! Never takes a range, a member price, a unit price or an instalment for the price; never drops a candidate.

use super::offer::{Around, PageOffer};
use crate::domain::{Condition, Money, Outcome, PriceCandidate, PriceKind};

/// Larger amounts (minor units) are slips or placeholders, never a price: a trillion of a currency with cents.
const ABSURD: i64 = 100_000_000_000_000;

/// Chooses the price, or says why there is none to choose.
pub fn decide(mut offer: PageOffer, unclear: Option<String>, around: Around<'_>) -> PageOffer {
    let mut seen = std::collections::HashSet::new();
    offer.candidates.retain(|c| seen.insert((c.money, c.kind, c.raw.clone(), c.place.clone())));
    match choose(&offer.candidates, unclear, around.may_be_free) {
        Ok((price, why)) => {
            offer.price = Some(price);
            offer.list_price = list_price(&offer.candidates, price);
            relabel(&mut offer, price);
            (offer.outcome, offer.detail, offer.why) = (Outcome::Ok, None, Some(why));
        }
        Err((outcome, detail)) => {
            (offer.outcome, offer.detail, offer.price, offer.why) = (outcome, Some(detail), None, None);
        }
    }
    offer
}

/// The highest amount above the price that is, or can only be, a reference price.
pub fn list_price(candidates: &[PriceCandidate], price: Money) -> Option<Money> {
    let above = |c: &&PriceCandidate| {
        matches!(c.kind, PriceKind::List | PriceKind::Current)
            && c.money.currency == price.currency
            && (price.minor + 1..ABSURD).contains(&c.money.minor)
    };
    candidates.iter().filter(above).map(|c| c.money).max_by_key(|m| m.minor)
}

/// A price below a list price is a sale, one for goods that are not new is no price of new ones.
fn relabel(offer: &mut PageOffer, price: Money) {
    let kind = if offer.condition != Condition::New {
        PriceKind::OpenBox
    } else if offer.list_price.is_some() {
        PriceKind::Sale
    } else {
        return;
    };
    for candidate in offer.candidates.iter_mut().filter(|c| c.money == price && c.kind == PriceKind::Current) {
        candidate.kind = kind;
    }
}

fn choose(
    candidates: &[PriceCandidate],
    unclear: Option<String>,
    may_be_free: bool,
) -> Result<(Money, String), (Outcome, String)> {
    let least = i64::from(!may_be_free);
    let of = |kind: PriceKind| {
        let asked = candidates.iter().filter(|c| c.kind == kind && (least..ABSURD).contains(&c.money.minor));
        let mut list: Vec<Money> = asked.map(|c| c.money).collect();
        list.sort_by_key(|m| (m.currency, m.minor));
        list.dedup();
        list
    };
    let (sale, current) = (of(PriceKind::Sale), of(PriceKind::Current));
    let (low, high) = (of(PriceKind::From), of(PriceKind::UpTo));
    let because = |why: &str| why.to_owned();
    match (sale.as_slice(), current.as_slice(), low.as_slice(), high.as_slice()) {
        ([one], [], ..) => Ok((*one, because("marked as the sale price"))),
        ([one], [_, ..], ..) => Ok((*one, because("marked as the sale price, the others are not"))),
        ([], [one], [], []) => Ok((*one, because("the only price of one item here"))),
        ([], [one], ..) => Ok((*one, because("the only price of one item here, the others are a range"))),
        ([], [], [low], [high]) if low == high => Ok((*low, because("lowest and highest price are the same"))),
        ([], [], [], []) => Err((Outcome::NoPrice, unclear.unwrap_or_else(|| no_price(candidates)))),
        ([], [], ..) => Err((Outcome::Ambiguous, because("only a range of prices is stated"))),
        (several, ..) if several.len() > 1 => Err((Outcome::Ambiguous, listed(several))),
        (_, several, ..) => Err((Outcome::Ambiguous, listed(several))),
    }
}

fn no_price(candidates: &[PriceCandidate]) -> String {
    match candidates.first() {
        None => "no price is stated".to_owned(),
        Some(c) if c.money.minor == 0 => "the stated price is zero".to_owned(),
        Some(c) if c.money.minor < 0 => "the stated price is below zero".to_owned(),
        Some(c) if c.money.minor >= ABSURD => "the stated price is too large to be one".to_owned(),
        Some(_) => "no amount on the page is the price of one item".to_owned(),
    }
}

fn listed(several: &[Money]) -> String {
    let texts: Vec<String> = several.iter().take(4).map(ToString::to_string).collect();
    let more = if several.len() > 4 { format!(" and {} more", several.len() - 4) } else { String::new() };
    format!("several prices: {}{more}", texts.join(", "))
}
