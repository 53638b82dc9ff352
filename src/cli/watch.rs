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
use crate::domain::{Currency, Money, Offer, Product, Watch, WatchId};
use crate::refresh::watches::{self, Checked};
use crate::store::{Reader, StoreError};
use serde::Serialize;
use std::collections::BTreeSet;

/// A watch with what is known of its product.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    checked: Checked,
    product: Option<Product>,
}

/// Runs the command.
pub fn run(context: &mut Context, command: &WatchCommand) -> Result<Exit, Failure> {
    match command {
        WatchCommand::Add { product, below } => add(context, &product.name(), below),
        WatchCommand::List => {
            let rows = standing(&context.store()?.reader()?)?;
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
    let row = row(&reader, &watch)?;
    if context.out.json {
        context.out.object("watch add", &row)?;
        return Ok(Exit::Ok);
    }
    let line = context.out.clean(&row.checked.line());
    context.out.line(&format!("watch {} on {line}", watch.id.0))?;
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
    let reader = store.reader()?;
    let rows = match watches::check(&reader, &store.writer(), context.now) {
        Ok(checked) => {
            checked.into_iter().map(|checked| with_product(&reader, checked)).collect::<Result<Vec<_>, _>>()?
        }
        // The answer holds even where it cannot be noted down.
        Err(StoreError::ReadOnly { .. }) => standing(&reader)?,
        Err(error) => return Err(error.into()),
    };
    if rows.is_empty() {
        context.out.note("no watches; add one with `emptor watch add PRODUCT --below N`");
    }
    print(context, "watch check", &rows)?;
    Ok(if rows.iter().any(|row| row.checked.below) { Exit::Ok } else { Exit::Nothing })
}

/// Every watch as the stored prices have it; notes nothing down.
fn standing(reader: &Reader) -> Result<Vec<Row>, Failure> {
    reader.watches()?.iter().map(|watch| row(reader, watch)).collect()
}

fn row(reader: &Reader, watch: &Watch) -> Result<Row, Failure> {
    let product = reader.product(watch.product)?;
    let title = product.as_ref().map(|p| p.facts.title.as_str()).unwrap_or_default();
    Ok(Row { checked: watches::judge(watch, title, &reader.offers(watch.product)?), product })
}

fn with_product(reader: &Reader, checked: Checked) -> Result<Row, Failure> {
    Ok(Row { product: reader.product(checked.watch.product)?, checked })
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
        .flexible("Shop", 8);
    for Row { checked, .. } in rows {
        let state = match (checked.below, &checked.best) {
            (true, _) => cell(Role::Good, "below"),
            (false, Some(_)) => cell(Role::Dim, "waiting"),
            (false, None) => cell(Role::Warn, "nothing to buy"),
        };
        let shop = checked.best.as_ref().map(|(_, shop)| out.clean(shop));
        table.row(vec![
            cell(Role::Accent, checked.watch.id.0.to_string()),
            cell(Role::Text, out.clean(&checked.title)),
            cell(Role::Text, checked.watch.below.to_string()),
            render::money_cell(checked.best.as_ref().map(|(money, _)| *money), Role::Strong),
            state,
            cell(Role::Text, shop.unwrap_or_default()),
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
