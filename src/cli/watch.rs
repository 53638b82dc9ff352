//! `emptor watch`: wishes to be told about prices and stock, and whether what is stored fulfils them.
//!
//! Compares, never fetches a price; `check` also delivers what it finds by the ways that are set.

use super::args::{WatchAdd, WatchCommand};
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::Role;
use super::render;
use super::table::{Table, cell};
use super::values::Bound;
use super::watch_test;
use crate::domain::{Currency, Money, Offer, Product, Watch, WatchId, WatchKind};
use crate::refresh::deliver;
use crate::refresh::watches::{self, Checked};
use crate::store::{NewWatch, Reader, StoreError};
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
        WatchCommand::Add(args) => add(context, args),
        WatchCommand::List => list(context),
        WatchCommand::Rm { id } => remove(context, *id),
        WatchCommand::Check => check(context),
        WatchCommand::Test { id, desktop, hook, webhook } => {
            watch_test::run(context, *id, &watch_test::named(*desktop, *hook, *webhook))
        }
    }
}

const NONE: &str = "no watches; add one with `emptor watch add PRODUCT --below N`";

fn add(context: &mut Context, args: &WatchAdd) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let Some(product) = context.product(&reader, "watch add", &args.product.name())? else {
        return Ok(Exit::Ambiguous);
    };
    let offers = reader.offers(product)?;
    let (kind, currency) = match (&args.below, args.drop, args.rise) {
        (Some(bound), ..) => {
            let below = below(bound, &offers)?;
            (WatchKind::Below { below }, Some(below.currency))
        }
        (_, Some(percent), _) => (WatchKind::Drop { percent }, compared_in(args.currency, &offers)?),
        (_, _, Some(percent)) => (WatchKind::Rise { percent }, compared_in(args.currency, &offers)?),
        _ if args.new_low => (WatchKind::NewLow, compared_in(args.currency, &offers)?),
        _ => (WatchKind::BackInStock, None),
    };
    let with_shipping = args.with_shipping;
    let new = NewWatch { product, kind, with_shipping, currency, base: None, armed: true, created_at: context.now };
    let watch = watches::add(&reader, &context.store()?.writer(), new)?;
    let row = row(context, &reader, &watch)?;
    if context.out.json {
        context.out.object("watch add", &row)?;
        return Ok(Exit::Ok);
    }
    let line = context.out.clean(&row.checked.line());
    context.out.line(&format!("watch {} ({}) on {line}", watch.id.0, watch.kind.label()))?;
    if watch.kind == WatchKind::BackInStock && !watch.armed {
        context.out.note("it was not seen out of stock yet: the watch waits for that first");
    }
    Ok(Exit::Ok)
}

fn below(bound: &Bound, offers: &[Offer]) -> Result<Money, Failure> {
    let currency = match bound.currency {
        Some(currency) => currency,
        None => only_currency(offers, "--below \"450 EUR\"")?.ok_or_else(|| {
            Failure::usage("no price of it is known yet; name the currency, such as --below \"450 EUR\"")
        })?,
    };
    let below = Money::from_decimal(&bound.decimal, currency);
    below.map_err(|error| Failure::usage(format!("--below: {error}; give an amount in {currency}")))
}

/// The currency named, or the only one there is; `None` where no price is known yet.
fn compared_in(named: Option<Currency>, offers: &[Offer]) -> Result<Option<Currency>, Failure> {
    if named.is_some() { Ok(named) } else { only_currency(offers, "--currency EUR") }
}

/// The one currency that the product is offered in; `None` where no price is known.
fn only_currency(offers: &[Offer], how: &str) -> Result<Option<Currency>, Failure> {
    let found: BTreeSet<Currency> = offers.iter().filter_map(|offer| offer.price).map(|m| m.currency).collect();
    let mut currencies = found.iter();
    match (currencies.next(), currencies.next()) {
        (only, None) => Ok(only.copied()),
        _ => {
            let list = found.iter().map(Currency::code).collect::<Vec<_>>().join(", ");
            Err(Failure::usage(format!("it is offered in {list}; name the currency, such as {how}")))
        }
    }
}

fn list(context: &mut Context) -> Result<Exit, Failure> {
    let reader = context.store()?.reader()?;
    let rows = standing(context, &reader)?;
    print(context, "watch list", &rows)?;
    if rows.is_empty() {
        context.out.note(NONE);
    }
    for late in reader.deliveries_waiting()?.into_iter().filter(|delivery| delivery.attempts > 0) {
        let why = context.out.clean(late.detail.as_deref().unwrap_or("it was interrupted"));
        let (watch, way, attempts) = (late.watch.0, late.way, late.attempts);
        context.out.note(&format!("watch {watch} could not be told by {way} yet (attempt {attempts}): {why}"));
    }
    Ok(Exit::Ok)
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
    let ways = deliver::configured(&context.config.refresh.watch);
    let rows = match watches::check(&reader, &store.writer(), &ways, context.now) {
        Ok(checked) => {
            checked.into_iter().map(|checked| with_product(&reader, checked)).collect::<Result<Vec<_>, _>>()?
        }
        // The answer holds even where it cannot be noted down.
        Err(StoreError::ReadOnly { .. }) => standing(context, &reader)?,
        Err(error) => return Err(error.into()),
    };
    if rows.is_empty() {
        context.out.note(NONE);
    }
    print(context, "watch check", &rows)?;
    watch_test::deliver_due(context, &store)?;
    Ok(if rows.iter().any(|row| row.checked.holds) { Exit::Ok } else { Exit::Nothing })
}

/// Every watch as the stored prices have it; notes nothing down.
fn standing(context: &Context, reader: &Reader) -> Result<Vec<Row>, Failure> {
    reader.watches()?.iter().map(|watch| row(context, reader, watch)).collect()
}

fn row(context: &Context, reader: &Reader, watch: &Watch) -> Result<Row, Failure> {
    let product = reader.product(watch.product)?;
    let title = product.as_ref().map(|p| p.facts.title.as_str()).unwrap_or_default();
    Ok(Row { checked: watches::standing(reader, watch, title, context.now)?, product })
}

fn with_product(reader: &Reader, checked: Checked) -> Result<Row, Failure> {
    Ok(Row { product: reader.product(checked.watch.product)?, checked })
}

/// How a watch stands, in two words.
fn state(checked: &Checked) -> (Role, &'static str) {
    let watch = &checked.watch;
    match (watch.kind, checked.holds, &checked.best) {
        (WatchKind::BackInStock, true, _) => (Role::Good, "in stock"),
        (WatchKind::BackInStock, false, _) if watch.armed => (Role::Dim, "waiting"),
        (WatchKind::BackInStock, false, _) if watch.crossed_at.is_some() => (Role::Dim, "not sure now"),
        (WatchKind::BackInStock, false, _) => (Role::Warn, "not seen out yet"),
        (WatchKind::Below { .. }, true, _) => (Role::Good, "below"),
        (WatchKind::Drop { .. }, true, _) => (Role::Good, "dropped"),
        (WatchKind::NewLow, true, _) => (Role::Good, "new low"),
        (WatchKind::Rise { .. }, true, _) => (Role::Warn, "risen"),
        (_, false, Some(_)) => (Role::Dim, "waiting"),
        (_, false, None) => (Role::Warn, "nothing to buy"),
    }
}

fn waits_for(watch: &Watch) -> String {
    let label = watch.kind.label();
    if watch.with_shipping { format!("{label} with shipping") } else { label }
}

fn print(context: &mut Context, command: &str, rows: &[Row]) -> Result<(), Failure> {
    if context.out.json {
        return context.out.object(command, serde_json::json!({ "watches": rows }));
    }
    let out = &mut context.out;
    let mut table = Table::new()
        .right("Watch")
        .flexible("Product", 24)
        .left("Waits for")
        .right("Now")
        .left("State")
        .flexible("Shop", 8);
    for Row { checked, .. } in rows {
        let (role, state) = state(checked);
        let shop = checked.best.as_ref().map(|(_, shop)| out.clean(shop));
        table.row(vec![
            cell(Role::Accent, checked.watch.id.0.to_string()),
            cell(Role::Text, out.clean(&checked.title)),
            cell(Role::Text, waits_for(&checked.watch)),
            render::money_cell(checked.best.as_ref().map(|(money, _)| *money), Role::Strong),
            cell(role, state),
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
