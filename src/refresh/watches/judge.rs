//! The rule of a watch: given its state and what is seen now, whether to tell the user and what to remember.
//!
//! Pure. Edge-triggered: one alert for a crossing, and the next only after the price has moved back by a margin (or
//! the shelf was seen empty). What a failed look hides is taken as unchanged: it neither fires nor arms.

use crate::domain::*;

/// One offer that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    pub price: Option<Money>,
    pub shop: String,
    pub url: Option<String>,
}

/// What is known of a product when a watch is judged; prices are in the watch's currency.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// The cheapest new offer that can be bought, among those whose last look brought a price.
    pub best: Option<Sight>,
    /// The lowest price that stands: `best`, or the last one known where the latest look failed.
    pub standing: Option<Money>,
    /// An offer that the latest look saw in stock, the cheapest of them.
    pub in_stock: Option<Sight>,
    /// Seen to be out of stock at every shop that could be asked, and at one at least.
    pub out_of_stock: bool,
    /// The lowest price ever observed, the present one included, where that is known.
    pub lowest: Option<Money>,
    /// Since when prices were observed.
    pub since: Option<Timestamp>,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The watch as it is to be saved.
    pub next: Watch,
    /// A crossing that was not told yet: tell it.
    pub fired: bool,
    /// The condition holds now, told or not.
    pub holds: bool,
    /// What the price was compared with.
    pub reference: Option<Money>,
}

/// How far a price must move back before the next crossing counts: one percent, at least one minor unit.
pub fn margin(minor: i64) -> i64 {
    (minor / 100).max(1)
}

/// What the offers say to this watch: only new ones, in its currency, with shipping where it asks for that.
pub fn see(watch: &Watch, offers: &[Offer]) -> Seen {
    let mut seen = Seen::default();
    let mut hidden_stock = false;
    let currency = watch.currency.or_else(|| only_currency(offers));
    for offer in offers.iter().filter(|o| o.condition == Condition::New) {
        let reached = !matches!(offer.last_outcome, Outcome::Blocked | Outcome::Error);
        let good = offer.last_outcome.is_good();
        let gone = offer.last_outcome == Outcome::Gone || offer.availability.buyable() == Some(false);
        let price = cost(offer, watch.with_shipping).filter(|p| Some(p.currency) == currency);
        let sight = || Sight { price, shop: offer.shop.name.clone(), url: offer.url.clone() };
        match offer.availability.buyable() {
            _ if gone => seen.out_of_stock |= reached,
            Some(true) if good => keep_cheaper(&mut seen.in_stock, sight()),
            Some(true) => hidden_stock = true,
            _ => {}
        }
        if gone || price.is_none() {
            continue;
        }
        if good {
            keep_cheaper(&mut seen.best, sight());
        }
        let lower = seen.standing.is_none_or(|s| price.is_some_and(|p| p.minor < s.minor));
        seen.standing = if lower { price } else { seen.standing };
    }
    seen.out_of_stock &= seen.in_stock.is_none() && !hidden_stock;
    seen
}

/// The currency of the new offers, where they agree on one.
pub fn only_currency(offers: &[Offer]) -> Option<Currency> {
    let mut found = offers.iter().filter(|o| o.condition == Condition::New).filter_map(|o| o.price).map(|p| p.currency);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn cost(offer: &Offer, with_shipping: bool) -> Option<Money> {
    match (with_shipping, offer.shipping_included) {
        (false, _) | (true, Some(true)) => offer.price,
        (true, _) => offer.price?.checked_add(&offer.shipping?),
    }
}

fn keep_cheaper(kept: &mut Option<Sight>, other: Sight) {
    let price = |sight: &Sight| sight.price.map_or(i64::MAX, |p| p.minor);
    if kept.as_ref().is_none_or(|k| price(&other) < price(k)) {
        *kept = Some(other);
    }
}

/// Judges a watch against what is seen.
pub fn judge(watch: &Watch, seen: &Seen, now: Timestamp) -> Judged {
    match watch.kind {
        WatchKind::BackInStock => judge_stock(watch, seen, now),
        _ => judge_price(watch, seen, now),
    }
}

fn judge_stock(watch: &Watch, seen: &Seen, now: Timestamp) -> Judged {
    let mut next = watch.clone();
    let fired = seen.in_stock.is_some() && watch.armed;
    if fired {
        next.armed = false;
        next.crossed_at = Some(now);
    } else if seen.out_of_stock {
        next.armed = true;
        next.crossed_at = None;
    }
    // What was always there has not come back.
    let holds = seen.in_stock.is_some() && next.crossed_at.is_some();
    Judged { next, fired, holds, reference: None }
}

/// Where a price stands to a watch.
struct Standing {
    /// It meets the condition.
    crossed: bool,
    /// It meets it once more, counted from the price last told.
    again: bool,
    /// It has moved back far enough to be told anew.
    back: bool,
    reference: Money,
}

fn judge_price(watch: &Watch, seen: &Seen, now: Timestamp) -> Judged {
    let mut next = watch.clone();
    let unchanged = |next| Judged { next, fired: false, holds: false, reference: watch.base };
    let Some(price) = seen.best.as_ref().and_then(|best| best.price) else { return unchanged(next) };
    next.currency = next.currency.or(Some(price.currency));
    let Some(standing) = standing(watch, seen, price) else {
        // The first price it sees is what later ones are compared with.
        next.base = Some(lower(price, seen.lowest.filter(|_| watch.kind == WatchKind::NewLow)));
        return unchanged(next);
    };
    let fired = if watch.armed { standing.crossed } else { standing.again };
    if fired {
        next.armed = false;
        next.crossed_at = Some(now);
        next.told = Some(price);
    } else if !watch.armed && standing.back {
        next.armed = true;
        next.crossed_at = None;
        next.told = None;
    }
    let mut holds = standing.crossed;
    if watch.kind == WatchKind::NewLow {
        next.base = watch.base.map(|base| lower(lower(base, Some(price)), seen.lowest));
        holds = fired || !next.armed;
    }
    let reference = watch.told.filter(|_| !watch.armed && fired).unwrap_or(standing.reference);
    Judged { next, fired, holds, reference: Some(reference) }
}

fn lower(one: Money, other: Option<Money>) -> Money {
    other.filter(|o| o.currency == one.currency && o.minor < one.minor).unwrap_or(one)
}

/// `None`: there is nothing to compare with yet.
fn standing(watch: &Watch, seen: &Seen, price: Money) -> Option<Standing> {
    let now = price.minor;
    // A cheaper offer that could not be looked at may still be there: the price has not risen yet.
    let floor = seen.standing.map_or(now, |s| s.minor.min(now));
    let base = watch.base;
    let told = watch.told.map(|t| t.minor);
    match watch.kind {
        WatchKind::Below { below } => Some(Standing {
            crossed: now < below.minor,
            again: false,
            back: floor >= below.minor.saturating_add(margin(below.minor)),
            reference: below,
        }),
        WatchKind::Drop { percent } => base.map(|base| {
            let bound = share(base.minor, 10_000 - i64::from(percent.0), 0);
            Standing {
                crossed: now <= bound,
                again: told.is_some_and(|told| now <= share(told, 10_000 - i64::from(percent.0), 0)),
                back: floor >= bound.saturating_add(margin(base.minor)),
                reference: base,
            }
        }),
        WatchKind::Rise { percent } => base.map(|base| {
            let bound = share(base.minor, 10_000 + i64::from(percent.0), 9_999);
            Standing {
                crossed: floor >= bound,
                again: told.is_some_and(|told| floor >= share(told, 10_000 + i64::from(percent.0), 9_999)),
                back: now <= bound.saturating_sub(margin(base.minor)),
                reference: base,
            }
        }),
        WatchKind::NewLow => base.map(|base| {
            let lowest = seen.lowest.is_none_or(|l| now <= l.minor);
            Standing {
                crossed: now < base.minor && lowest,
                again: lowest && told.is_some_and(|told| now <= told.saturating_sub(margin(told))),
                back: told.is_none_or(|told| floor >= told.saturating_add(margin(told))),
                reference: base,
            }
        }),
        WatchKind::BackInStock => None,
    }
}

/// `minor` times `share` ten-thousandths; `up`: what is added before the division, to round up.
fn share(minor: i64, share: i64, up: i128) -> i64 {
    i64::try_from((i128::from(minor) * i128::from(share) + up).div_euclid(10_000)).unwrap_or(i64::MAX)
}
