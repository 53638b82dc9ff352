//! `emptor watch`: bounds on prices, and whether they are crossed by what is stored.
//!
//! Compares, never fetches.

use super::args::WatchCommand;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::Role;
use super::render;
use super::table::{Table, cell};
use super::values::Bound;
use crate::domain::{Currency, Money, Offer, Product, Timestamp, Watch, WatchId};
use crate::store::{Reader, StoreError};
use serde::Serialize;
use std::collections::BTreeSet;

/// A watch with what is known of its product.
#[derive(Serialize)]
struct Row {
    watch: Watch,
    product: Option<Product>,
    /// Lowest price in the bound's currency among offers that are not sold out.
    lowest: Option<Money>,
    shop: Option<String>,
    observed_at: Option<Timestamp>,
    below: bool,
}

/// Runs the command.
pub fn run(context: &mut Context, command: &WatchCommand) -> Result<Exit, Failure> {
    match command {
        WatchCommand::Add { product, below } => add(context, &product.name(), below),
        WatchCommand::List => {
            let rows = rows(&context.store()?.reader()?)?;
            print(context, "watch list", &rows)?;
            if rows.is_empty() {
                context.out.note("no watches; add one with `emptor watch add PRODUCT --below N`");
            }
            Ok(Exit::Ok)
        }
        WatchCommand::Rm { id } => remove(context, *id),
        WatchCommand::Check => check(context),
    }
}

fn add(context: &mut Context, said: &str, bound: &Bound) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let Some(id) = context.product(&reader, "watch add", said)? else { return Ok(Exit::Ambiguous) };
    let currency = match bound.currency {
        Some(currency) => currency,
        None => only_currency(&reader.offers(id)?)?,
    };
    let below = Money::from_decimal(&bound.decimal, currency);
    let below = below.map_err(|error| Failure::usage(format!("--below: {error}; give an amount in {currency}")))?;
    let watch = context.store()?.writer().add_watch(id, below, context.now)?;
    let row = row(&reader, watch)?;
    if context.out.json {
        context.out.object("watch add", &row)?;
        return Ok(Exit::Ok);
    }
    let title = row.product.as_ref().map(|p| context.out.clean(&p.facts.title)).unwrap_or_default();
    let now = row.lowest.map(|m| format!("; now {m}")).unwrap_or_default();
    context.out.line(&format!("watch {}: {title} below {below}{now}", row.watch.id.0))?;
    Ok(Exit::Ok)
}

/// The one currency that the product is offered in.
fn only_currency(offers: &[Offer]) -> Result<Currency, Failure> {
    let found: BTreeSet<Currency> = offers.iter().filter_map(|offer| offer.price).map(|m| m.currency).collect();
    let mut currencies = found.iter();
    match (currencies.next(), currencies.next()) {
        (Some(only), None) => Ok(*only),
        (None, _) => Err(Failure::usage("no price of it is known yet; name the currency, such as --below \"450 EUR\"")),
        (Some(_), Some(_)) => {
            let list = found.iter().map(Currency::code).collect::<Vec<_>>().join(", ");
            Err(Failure::usage(format!("it is offered in {list}; name the currency, such as --below \"450 EUR\"")))
        }
    }
}

fn remove(context: &mut Context, id: i64) -> Result<Exit, Failure> {
    if !context.store()?.writer().remove_watch(WatchId(id))? {
        let message = format!("there is no watch {id}; see `emptor watch list`");
        return Err(Failure::Told { exit: Exit::Nothing, message });
    }
    if context.out.json {
        context.out.object("watch rm", serde_json::json!({ "removed": id }))?;
    } else {
        context.out.line(&format!("removed watch {id}"))?;
    }
    Ok(Exit::Ok)
}

fn check(context: &mut Context) -> Result<Exit, Failure> {
    let store = context.store()?;
    let rows = rows(&store.reader()?)?;
    if rows.is_empty() {
        context.out.note("no watches; add one with `emptor watch add PRODUCT --below N`");
    }
    let writer = store.writer();
    for row in rows.iter().filter(|row| row.below != row.watch.crossed_at.is_some()) {
        match writer.mark_watch(row.watch.id, row.below.then_some(context.now)) {
            // The answer holds even where it cannot be noted down.
            Ok(()) | Err(StoreError::ReadOnly { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    print(context, "watch check", &rows)?;
    Ok(if rows.iter().any(|row| row.below) { Exit::Ok } else { Exit::Nothing })
}

fn rows(reader: &Reader) -> Result<Vec<Row>, Failure> {
    reader.watches()?.into_iter().map(|watch| row(reader, watch)).collect()
}

fn row(reader: &Reader, watch: Watch) -> Result<Row, Failure> {
    let offers = reader.offers(watch.product)?;
    let best = offers
        .iter()
        .filter(|offer| offer.availability.buyable() != Some(false))
        .filter_map(|offer| Some((offer.price.filter(|m| m.currency == watch.below.currency)?, offer)))
        .min_by_key(|(money, offer)| (money.minor, offer.id));
    Ok(Row {
        product: reader.product(watch.product)?,
        lowest: best.map(|(money, _)| money),
        shop: best.map(|(_, offer)| offer.shop.name.clone()),
        observed_at: best.and_then(|(_, offer)| offer.observed_at),
        below: best.is_some_and(|(money, _)| money.minor < watch.below.minor),
        watch,
    })
}

fn print(context: &mut Context, command: &str, rows: &[Row]) -> Result<(), Failure> {
    if context.out.json {
        return context.out.object(command, serde_json::json!({ "watches": rows }));
    }
    let out = &mut context.out;
    let mut table = Table::new()
        .right("Watch")
        .flexible("Product", 24)
        .right("Below")
        .right("Now")
        .left("State")
        .flexible("Shop", 8)
        .left("Seen");
    for row in rows {
        let state = match (row.below, row.lowest) {
            (true, _) => cell(Role::Good, "below"),
            (false, Some(_)) => cell(Role::Dim, "waiting"),
            (false, None) => cell(Role::Warn, "no price"),
        };
        let title = row.product.as_ref().map(|p| out.clean(&p.facts.title)).unwrap_or_else(|| "gone".to_owned());
        table.row(vec![
            cell(Role::Accent, row.watch.id.0.to_string()),
            cell(Role::Text, title),
            cell(Role::Text, row.watch.below.to_string()),
            render::money_cell(row.lowest, Role::Strong),
            state,
            cell(Role::Text, row.shop.as_deref().map(|shop| out.clean(shop)).unwrap_or_default()),
            cell(Role::Dim, row.observed_at.map(render::day).unwrap_or_default()),
        ]);
    }
    if table.is_empty() {
        return Ok(());
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    Ok(())
}
