//! `emptor deals`: new goods that cost less now than they usually did while they were observed.
//!
//! Held against prices that were seen; a shop's own list price makes no deal.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::history::days;
use super::output::Role;
use super::product::sorted;
use super::render;
use super::table::{Table, cell};
use crate::domain::{Condition, Offer, PriceSummary, Product};
use crate::store::Reader;
use serde::Serialize;

/// Candidates looked at for each deal shown: a price that was confirmed since may have changed what the store found.
const CANDIDATES: usize = 2;

#[derive(Serialize)]
struct Deal {
    product: Product,
    offer: Offer,
    summary: PriceSummary,
    /// Whole percent below the median.
    percent_below: i64,
}

/// Runs the command.
pub fn run(context: &mut Context, limit: u16) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let mut deals: Vec<Deal> = Vec::new();
    for product in reader.products(&reader.deals(usize::from(limit) * CANDIDATES)?)? {
        deals.extend(deal(&reader, product)?);
    }
    deals.sort_by_key(|deal| (-deal.percent_below, deal.product.id));
    deals.truncate(usize::from(limit));
    let exit = if deals.is_empty() { Exit::Nothing } else { Exit::Ok };
    if context.out.json {
        context.out.object("deals", serde_json::json!({ "deals": deals }))?;
        return Ok(exit);
    }
    if deals.is_empty() {
        context.out.note("no price is below what it usually was");
        return Ok(exit);
    }
    print(context, &deals)?;
    Ok(exit)
}

/// The cheapest new offer that can be had, where it is at least a percent below the median observed.
fn deal(reader: &Reader, product: Product) -> Result<Option<Deal>, Failure> {
    let Some(summary) = reader.history(product.id, None)?.summary(None, None) else { return Ok(None) };
    let offer = sorted(reader.offers(product.id)?).into_iter().find(|offer| {
        offer.condition == Condition::New
            && offer.availability.buyable() != Some(false)
            && offer.price.is_some_and(|price| price.currency == summary.median.currency)
    });
    let less = offer.as_ref().and_then(|offer| summary.median.checked_sub(&offer.price?));
    let percent_below = less.map_or(0, |less| less.minor.saturating_mul(100) / summary.median.minor.max(1));
    Ok(offer.filter(|_| percent_below >= 1).map(|offer| Deal { product, offer, summary, percent_below }))
}

fn print(context: &mut Context, deals: &[Deal]) -> Result<(), Failure> {
    let out = &mut context.out;
    let mut table = Table::new()
        .right("Id")
        .flexible("Product", 24)
        .right("Price")
        .right("Usually")
        .right("Below")
        .roomy("Shop")
        .left("Observed for")
        .left("Seen");
    for deal in deals {
        table.row(vec![
            cell(Role::Accent, deal.product.id.to_string()),
            cell(Role::Text, out.clean(&deal.product.facts.title)),
            render::money_cell(deal.offer.price, Role::Good),
            cell(Role::Dim, deal.summary.median.to_string()),
            cell(Role::Good, format!("{}%", deal.percent_below)),
            cell(Role::Text, out.clean(&deal.offer.shop.name)),
            cell(Role::Dim, days(deal.summary.days_observed)),
            render::seen(&deal.offer),
        ]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    if deals.iter().any(|deal| deal.product.invented) {
        out.say(Role::Warn, render::INVENTED)?;
    }
    Ok(())
}
