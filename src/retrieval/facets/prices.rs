//! The price facet: bands in one currency, other currencies brought into it by rates or counted apart.
//!
//! A product stands in every band that one of its offers is in. Exact: whole minor units throughout.

use super::{Tally, bands, facet};
use crate::domain::rate::Rates;
use crate::domain::*;
use crate::retrieval::Hit;
use std::collections::BTreeMap;

/// Price bands of a result. `None` where a limit without a currency is held against several: no band could be one.
pub fn price(hits: &[Hit], must: &Constraints, rates: &Rates) -> Option<Facet> {
    let currency = currency(hits, must)?;
    let mut made = facet(Aspect::Price, "price", Vec::new(), hits.len());
    // For each product its prices in that currency, in thousandths.
    let mut priced: Vec<(usize, Vec<i128>)> = Vec::new();
    for (rank, hit) in hits.iter().enumerate() {
        let own = hit.offers.iter().filter_map(|offer| Some((offer, offer.price?)));
        let amounts: Vec<i128> = own
            .clone()
            .filter_map(|(offer, price)| {
                let seen = offer.observed_at.unwrap_or(Timestamp::UNIX_EPOCH);
                Some(rates.comparable(price, currency, seen)?.milli())
            })
            .collect();
        match own.map(|(_, price)| price.currency).next() {
            None => made.unstated += 1,
            Some(first) if amounts.is_empty() => *made.foreign.entry(first).or_default() += 1,
            Some(_) => priced.push((rank, amounts)),
        }
    }
    let mut lowest: Vec<i128> = priced.iter().filter_map(|(_, amounts)| amounts.iter().min().copied()).collect();
    lowest.sort_unstable();
    let least = 1000_i128.checked_div(10_i128.pow(currency.exponent()))?.max(1);
    let mut bounds = bands::bounds(&lowest, least);
    // A limit beyond what a filter can hold would be none.
    bounds.retain(|bound| i64::try_from(*bound).is_ok());
    let mut tallies = vec![Tally::default(); bounds.len() + 1];
    for (rank, amounts) in &priced {
        let mut within: Vec<usize> =
            amounts.iter().map(|amount| bounds.partition_point(|bound| bound <= amount)).collect();
        within.sort_unstable();
        within.dedup();
        for band in within {
            if let Some(tally) = tallies.get_mut(band) {
                tally.add(*rank);
            }
        }
    }
    let money = |milli: &i128| money(*milli, currency);
    let from = std::iter::once(None).chain(bounds.iter().map(money));
    let below = bounds.iter().map(money).chain(std::iter::once(None));
    let values = tallies.into_iter().zip(from.zip(below));
    made.values =
        values.map(|(t, (from, below))| t.value(label(from, below), Narrowing::Price { from, below })).collect();
    Some(made)
}

/// The currency of the limits held, else the one that most offers are priced in.
fn currency(hits: &[Hit], must: &Constraints) -> Option<Currency> {
    let mut used: BTreeMap<Currency, usize> = BTreeMap::new();
    for price in hits.iter().flat_map(|hit| &hit.offers).filter_map(|offer| offer.price) {
        *used.entry(price.currency).or_default() += 1;
    }
    match must.limit_currency() {
        Some(Some(held)) => Some(held),
        Some(None) if used.len() > 1 => None,
        _ => used.into_iter().max_by_key(|(currency, count)| (*count, std::cmp::Reverse(*currency))).map(|(c, _)| c),
    }
}

/// Thousandths of a major unit as money; a bound is a whole number of minor units.
fn money(milli: i128, currency: Currency) -> Option<Money> {
    let minor = milli.checked_mul(10_i128.pow(currency.exponent()))? / 1000;
    Some(Money::new(i64::try_from(minor).ok()?, currency))
}

/// `under €50`, `€50 to €100`, `€1000 or more`.
fn label(from: Option<Money>, below: Option<Money>) -> String {
    match (from, below) {
        (None, None) => "any price".to_owned(),
        (None, Some(below)) => format!("under {}", plain(&below)),
        (Some(from), None) => format!("{} or more", plain(&from)),
        (Some(from), Some(below)) => format!("{} to {}", plain(&from), plain(&below)),
    }
}

/// Money without decimals that are all zero.
fn plain(money: &Money) -> String {
    let text = money.to_string();
    match text.rsplit_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => text,
    }
}
