//! Watches against the store: what each is worth now, and what has to be told, kept so that nothing is told twice.
//!
//! Never fetches and never delivers: a crossing goes into the outbox in the transaction that marks it.

mod judge;

pub use judge::{Judged, Seen, Sight, judge, margin, only_currency, see};

use super::deliver::{Alert, Way};
use crate::domain::*;
use crate::store::{NewDelivery, NewWatch, Reader, Result, Writer};
use serde::Serialize;

/// Tries to save a watch that others change at the same time.
const MOST_TRIES: usize = 5;

/// What a watch is worth now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// As it is after this check.
    pub watch: Watch,
    pub title: String,
    /// The best price of a new, buyable offer, with its shop.
    pub best: Option<(Money, String)>,
    /// The condition holds; for a bound: the price stands below it.
    #[serde(rename = "below")]
    pub holds: bool,
    /// It crossed since the last check: tell the user.
    pub fired: bool,
    /// What the price was compared with.
    pub reference: Option<Money>,
    /// Days over which prices were observed, both ends counted.
    pub window_days: Option<i64>,
    #[serde(skip)]
    pub url: Option<String>,
    #[serde(skip)]
    pub at: Timestamp,
}

impl Checked {
    fn of(title: &str, seen: &Seen, judged: Judged, now: Timestamp) -> Self {
        let sight = match judged.next.kind {
            WatchKind::BackInStock => seen.in_stock.as_ref().or(seen.best.as_ref()),
            _ => seen.best.as_ref(),
        };
        let days = |since: Timestamp| (now.as_second() - since.as_second()).max(0) / 86_400 + 1;
        Self {
            title: title.to_owned(),
            best: sight.and_then(|s| Some((s.price?, s.shop.clone()))),
            holds: judged.holds,
            fired: judged.fired,
            reference: judged.reference,
            window_days: seen.since.map(days),
            url: sight.and_then(|s| s.url.clone()),
            at: now,
            watch: judged.next,
        }
    }

    /// One line for a notice: `Nook lamp: €39.00 at Lumen, below €40.00`.
    pub fn line(&self) -> String {
        let title = &self.title;
        if self.watch.kind == WatchKind::BackInStock {
            return match (&self.best, self.holds) {
                (Some((price, shop)), true) => format!("{title}: in stock at {shop} for {price}"),
                (None, true) => format!("{title}: in stock, at a price that is not known"),
                (_, false) if self.watch.armed => format!("{title}: not in stock"),
                (_, false) => format!("{title}: not seen back in stock"),
            };
        }
        let Some((price, shop)) = &self.best else {
            let currency = self.watch.currency.map(|c| format!(" in {c}")).unwrap_or_default();
            let shipping = if self.watch.with_shipping { " and shipping" } else { "" };
            return format!("{title}: no price{shipping}{currency} that can be bought now");
        };
        let with = if self.watch.with_shipping { " with shipping" } else { "" };
        format!("{title}: {price}{with} at {shop}, {}", self.comparison(*price))
    }

    fn comparison(&self, price: Money) -> String {
        let not = if self.holds { "" } else { "not " };
        let reference = self.reference.map(|r| r.to_string()).unwrap_or_default();
        match self.watch.kind {
            WatchKind::Below { below } => format!("{not}below {below}"),
            WatchKind::Drop { percent } | WatchKind::Rise { percent } => {
                let way = if matches!(self.watch.kind, WatchKind::Drop { .. }) { "below" } else { "above" };
                let Some(base) = self.reference else {
                    return format!("the first price seen for a {}", self.watch.kind.label());
                };
                let moved = if self.holds { tenths_of_percent(base.minor, price.minor) } else { percent.to_string() };
                format!("{not}{moved} {way} {reference}")
            }
            WatchKind::NewLow => {
                let window = match self.window_days {
                    Some(1) => "the one day observed".to_owned(),
                    Some(days) => format!("the {days} days observed"),
                    None => "what was observed".to_owned(),
                };
                match (self.fired, self.holds) {
                    (true, _) => format!("the lowest in {window}; before it was {reference}"),
                    (_, true) => format!("the lowest in {window}"),
                    (_, false) => format!("not a new low in {window}"),
                }
            }
            WatchKind::BackInStock => String::new(),
        }
    }

    /// What is delivered.
    pub fn alert(&self) -> Alert {
        Alert {
            id: format!("{}-{}", self.watch.id.0, self.at.as_millisecond()),
            test: false,
            watch: self.watch.id,
            kind: self.watch.kind.word().to_owned(),
            product: self.watch.product,
            title: self.title.clone(),
            text: self.line(),
            price: self.best.as_ref().map(|(price, _)| *price),
            with_shipping: self.watch.with_shipping,
            shop: self.best.as_ref().map(|(_, shop)| shop.clone()),
            url: self.url.clone(),
            reference: self.reference,
            window_days: self.window_days,
            at: self.at,
        }
    }
}

/// `12.5%`: the distance of two amounts in tenths of a percent of the first, rounded down.
fn tenths_of_percent(from: i64, to: i64) -> String {
    let tenths = (i128::from(from) - i128::from(to)).abs() * 1000 / i128::from(from).abs().max(1);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole}%"),
        (whole, rest) => format!("{whole}.{rest}%"),
    }
}

/// What is known for a watch now.
fn seen(reader: &Reader, watch: &Watch) -> Result<Seen> {
    let mut seen = see(watch, &reader.offers(watch.product)?);
    let currency = watch.currency.or_else(|| seen.best.as_ref().and_then(|b| b.price).map(|p| p.currency));
    if watch.with_shipping {
        // The history knows prices alone: with shipping the window begins with the watch.
        seen.since = Some(watch.created_at);
    } else if let Some((lowest, since)) =
        currency.map(|c| reader.lowest_observed(watch.product, c)).transpose()?.flatten()
    {
        seen.lowest = Some(lowest);
        seen.since = Some(since);
    }
    Ok(seen)
}

/// A watch as the store has it now; notes nothing down.
///
/// # Errors
/// The database's.
pub fn standing(reader: &Reader, watch: &Watch, title: &str, now: Timestamp) -> Result<Checked> {
    let seen = seen(reader, watch)?;
    Ok(Checked { watch: watch.clone(), ..Checked::of(title, &seen, judge(watch, &seen, now), now) })
}

/// Adds a watch that begins with what is known now: the price that later ones are compared with, and for stock
/// whether there is any.
///
/// # Errors
/// The database's.
pub fn add(reader: &Reader, writer: &Writer, mut new: NewWatch) -> Result<Watch> {
    let blank = Watch {
        id: WatchId(0),
        product: new.product,
        kind: new.kind,
        with_shipping: new.with_shipping,
        currency: new.currency,
        base: None,
        told: None,
        armed: true,
        created_at: new.created_at,
        crossed_at: None,
        revision: 0,
    };
    let seen = seen(reader, &blank)?;
    match new.kind {
        WatchKind::Below { .. } => {}
        // Only a shelf that was seen empty can be filled again.
        WatchKind::BackInStock => new.armed = seen.out_of_stock,
        WatchKind::Drop { .. } | WatchKind::Rise { .. } | WatchKind::NewLow => {
            let begun = judge(&blank, &seen, new.created_at).next;
            new.base = begun.base;
            new.currency = begun.currency;
        }
    }
    writer.add_watch(new)
}

/// Checks every watch, remembers crossings so that each is told once, and puts what is to be delivered by `ways`
/// into the outbox.
///
/// # Errors
/// The database's.
pub fn check(reader: &Reader, writer: &Writer, ways: &[Way], now: Timestamp) -> Result<Vec<Checked>> {
    let mut checked = Vec::new();
    for watch in reader.watches()? {
        let Some(product) = reader.product(watch.product)? else { continue };
        checked.extend(check_one(reader, writer, watch, &product.facts.title, ways, now)?);
    }
    Ok(checked)
}

/// Another check may settle the same watch at the same time: whoever comes second judges anew.
fn check_one(
    reader: &Reader,
    writer: &Writer,
    mut watch: Watch,
    title: &str,
    ways: &[Way],
    now: Timestamp,
) -> Result<Option<Checked>> {
    for _ in 0..MOST_TRIES {
        let seen = seen(reader, &watch)?;
        let judged = judge(&watch, &seen, now);
        let changed = judged.next != watch;
        let checked = Checked::of(title, &seen, judged, now);
        if !changed {
            return Ok(Some(checked));
        }
        let deliveries = if checked.fired { deliveries(&checked, ways) } else { Vec::new() };
        if writer.settle_watch(checked.watch.clone(), deliveries, now)? {
            return Ok(Some(checked));
        }
        match reader.watch(watch.id)? {
            Some(newer) => watch = newer,
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn deliveries(checked: &Checked, ways: &[Way]) -> Vec<NewDelivery> {
    let alert = serde_json::to_value(checked.alert()).unwrap_or_default();
    ways.iter().map(|way| NewDelivery { way: way.word().to_owned(), alert: alert.clone() }).collect()
}

#[cfg(test)]
mod tests;
