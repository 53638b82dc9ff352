//! The screen of `emptor source test`: the price with its reason first, then every other amount, then what is missing.
//!
//! Lays out what the report says; adds nothing to it.

use super::{Offer, Report};
use crate::cli::exit::Failure;
use crate::cli::output::{Out, Role};
use crate::cli::render;
use crate::cli::table::{Cell, Table, cell};
use crate::domain::{Availability, Condition, Observation, Outcome, PriceKind};
use crate::text;

/// From this width on a candidate takes one line; below it two.
const WIDE: usize = 110;
/// Cells before the value of a labelled line.
const LEAD: usize = 12;
/// Offers shown in full; the others are a line each.
const FULL: usize = 6;
/// Candidates shown of one offer.
const MOST: usize = 12;

/// Prints the report.
pub fn print(out: &mut Out, report: &Report) -> Result<(), Failure> {
    head(out, report)?;
    if report.offers.is_empty() {
        out.line("")?;
        out.say(Role::Bad, "No product was found on this page.")?;
    }
    for offer in report.offers.iter().take(FULL) {
        out.line("")?;
        self::offer(out, offer)?;
    }
    if report.offers.len() > FULL {
        out.line("")?;
        rest(out, report.offers.get(FULL..).unwrap_or_default())?;
    }
    out.line("")?;
    advice(out, report)
}

/// A labelled line, wrapped under its own beginning.
fn pair(out: &mut Out, name: &str, role: Role, value: &str) -> Result<(), Failure> {
    let value = text::line(value);
    let room = out.prose_cells().saturating_sub(LEAD);
    for (number, range) in text::wrap(&value, room, room).into_iter().enumerate() {
        let piece = out.paint(role, &out.clean(value.get(range).unwrap_or_default()));
        let label = if number == 0 { text::fit(name, LEAD - 3) } else { " ".repeat(LEAD - 3) };
        let label = out.paint(Role::Dim, &label);
        out.line(&format!("  {label} {piece}"))?;
    }
    Ok(())
}

fn head(out: &mut Out, report: &Report) -> Result<(), Failure> {
    let place = match (&report.file, &report.address) {
        (Some(file), _) => file.display().to_string(),
        (None, Some(address)) => address.clone(),
        (None, None) => "page".to_owned(),
    };
    let place = out.clean(&place);
    out.say(Role::Accent, &end_of(&place, out.table_cells().unwrap_or(usize::MAX)))?;
    if let (Some(_), Some(address)) = (&report.file, &report.address) {
        pair(out, "from", Role::Text, address)?;
    }
    let formats = if report.formats.is_empty() { "no product data".to_owned() } else { report.formats.join(", ") };
    pair(out, "read", Role::Text, &formats)?;
    if let Some(file) = &report.selectors {
        pair(out, "selectors", Role::Text, &file.display().to_string())?;
    }
    for note in &report.notes {
        pair(out, "note", Role::Warn, note)?;
    }
    Ok(())
}

/// One offer: what it is, its price and why, the other amounts, how it is known again, what is missing.
fn offer(out: &mut Out, offer: &Offer) -> Result<(), Failure> {
    let seen = &offer.seen;
    out.say(Role::Strong, &title(out, seen))?;
    let (mark, role, price) = match (seen.price, seen.outcome) {
        (Some(price), _) => ("●", Role::Good, price.to_string()),
        (None, Outcome::Ambiguous) => ("◐", Role::Warn, "no sure price".to_owned()),
        _ => ("○", Role::Bad, "no price".to_owned()),
    };
    let stock = stock(seen);
    let line = format!("  {} {}  {}", out.paint(role, mark), out.paint(Role::Strong, &price), stock);
    out.line(&line)?;
    let reason = match (&offer.why, &seen.detail) {
        (Some(why), _) => format!("{why} ({})", offer.format),
        (None, Some(detail)) => detail.clone(),
        (None, None) => String::new(),
    };
    out.item(Role::Dim, "    ", &reason)?;
    candidates(out, offer)?;
    facts(out, offer)
}

fn title(out: &Out, seen: &Observation) -> String {
    let title = if seen.product.title.is_empty() { "a product without a title" } else { &seen.product.title };
    match &seen.variant {
        Some(variant) => out.clean(&format!("{title} · {variant}")),
        None => out.clean(title),
    }
}

fn stock(seen: &Observation) -> String {
    let condition = match seen.condition {
        Condition::New => "new",
        Condition::Used => "used",
        Condition::Refurbished => "refurbished",
        Condition::OpenBox => "open box",
        Condition::Damaged => "damaged",
    };
    let availability = match seen.availability {
        Availability::Unknown => "availability not stated",
        known => known.label(),
    };
    format!("{availability}, {condition}")
}

fn candidates(out: &mut Out, offer: &Offer) -> Result<(), Failure> {
    if offer.seen.candidates.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let mut judged: Vec<_> = offer.judged().collect();
    // The winner first; the others as they stand on the page.
    judged.sort_by_key(|(_, verdict)| !verdict.won);
    let wide = out.table_cells().is_none_or(|cells| cells >= WIDE);
    let mut table = Table::new().left("").right("Price").left("Kind");
    table =
        if wide { table.flexible("Verdict", 24).flexible("Where it stood", 24) } else { table.flexible("Verdict", 16) };
    for (candidate, verdict) in judged.iter().take(MOST) {
        let role = if verdict.won { Role::Good } else { Role::Text };
        let mut cells: Vec<Cell> = vec![
            cell(role, if verdict.won { "  ●" } else { "   " }),
            cell(if verdict.won { Role::Strong } else { Role::Text }, candidate.money.to_string()),
            cell(Role::Text, kind(candidate.kind)),
            cell(role, verdict.why.clone()),
        ];
        if wide {
            cells.push(cell(Role::Dim, stood(out, &candidate.place, &candidate.raw, usize::MAX)));
        }
        table.row(cells);
    }
    let mut lines = table.lines(out).into_iter();
    if let Some(head) = lines.next() {
        out.line(&head)?;
    }
    for ((candidate, _), line) in judged.iter().zip(lines) {
        out.line(&line)?;
        if !wide {
            let room = out.prose_cells().saturating_sub(6);
            let place = stood(out, &candidate.place, &candidate.raw, room);
            out.say(Role::Dim, &format!("      {place}"))?;
        }
    }
    if judged.len() > MOST {
        let more = judged.len() - MOST;
        out.say(Role::Dim, &format!("      and {more} more amounts; --json shows all"))?;
    }
    Ok(())
}

/// Place and text of a candidate in `room` cells: of a long place its end, which tells the most.
fn stood(out: &Out, place: &str, raw: &str, room: usize) -> String {
    let raw = text::truncate(&out.clean(raw), 28);
    let place = out.clean(place);
    let (format, path) = place.split_once(' ').unwrap_or(("", &place));
    let room = room.saturating_sub(text::width(&raw) + text::width(format) + 5);
    format!("{format} {}  \"{raw}\"", end_of(path, room)).trim_start().to_owned()
}

/// The last `room` cells of a text.
fn end_of(text: &str, room: usize) -> String {
    if text::width(text) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut width = 1;
    for (_, piece, cells) in text::graphemes(text).collect::<Vec<_>>().into_iter().rev() {
        width += cells;
        if width > room {
            break;
        }
        kept.push(piece);
    }
    kept.reverse();
    format!("…{}", kept.concat())
}

fn kind(kind: PriceKind) -> &'static str {
    match kind {
        PriceKind::Current => "price",
        PriceKind::Sale => "sale",
        PriceKind::List => "list",
        PriceKind::Member => "member",
        PriceKind::OpenBox => "not new",
        PriceKind::Unit => "per unit",
        PriceKind::From => "from",
        PriceKind::UpTo => "up to",
        PriceKind::Instalment => "instalment",
        PriceKind::Promotion => "promotion",
        PriceKind::Shipping => "shipping",
        PriceKind::Unknown => "unclear",
    }
}

fn facts(out: &mut Out, offer: &Offer) -> Result<(), Failure> {
    let seen = &offer.seen;
    out.line("")?;
    let mut beside: Vec<String> = Vec::new();
    beside.extend(seen.list_price.map(|m| format!("list price {m}")));
    beside.extend(seen.unit_price.as_ref().map(render::unit_price));
    beside
        .extend(seen.shipping.map(|m| if m.minor == 0 { "free shipping".to_owned() } else { format!("shipping {m}") }));
    if !beside.is_empty() {
        pair(out, "also", Role::Text, &beside.join(", "))?;
    }
    let product = &seen.product;
    let named = [("GTIN", &product.gtin), ("brand", &product.brand), ("model", &product.model), ("SKU", &seen.sku)];
    let identity: Vec<String> =
        named.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?))).collect();
    let identity = if identity.is_empty() { "by its title alone".to_owned() } else { identity.join(", ") };
    pair(out, "identity", Role::Text, &identity)?;
    pair(out, "kept as", Role::Text, &format!("{} at {}", seen.shop_key, seen.shop.name))?;
    let missing: Vec<String> = offer
        .missing
        .iter()
        .map(|m| if m.matters.is_empty() { m.what.to_owned() } else { format!("{} ({})", m.what, m.matters) })
        .collect();
    if !missing.is_empty() {
        pair(out, "missing", Role::Warn, &missing.join("; "))?;
    }
    Ok(())
}

/// A line for each offer that is not shown in full.
fn rest(out: &mut Out, offers: &[Offer]) -> Result<(), Failure> {
    let mut table = Table::new().flexible("More offers", 16).right("Price").left("Availability").flexible("Why", 12);
    for offer in offers {
        let seen = &offer.seen;
        let why = offer.why.clone().or_else(|| seen.detail.clone()).unwrap_or_default();
        table.row(vec![
            cell(Role::Text, title(out, seen)),
            render::money_cell(seen.price, Role::Strong),
            cell(Role::Text, seen.availability.label()),
            cell(Role::Dim, out.clean(&why)),
        ]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    Ok(())
}

/// The sum of it, and what to do where it is not good.
fn advice(out: &mut Out, report: &Report) -> Result<(), Failure> {
    let priced = report.offers.iter().filter(|o| o.seen.price.is_some()).count();
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut sum = format!("{}, {} with a price", count(report.offers.len(), "offer", "offers"), priced);
    if report.beside > 0 {
        sum.push_str(&format!("; {} beside the page's own left out", count(report.beside, "product", "products")));
    }
    out.prose(Role::Dim, 0, &format!("{sum}. Nothing was stored."))?;
    if priced == report.offers.len() && priced > 0 {
        return Ok(());
    }
    let next = match &report.selectors {
        Some(file) => format!("Change {} and run this again with --selectors.", file.display()),
        None => "To say yourself where the price stands: `emptor config selectors > shop.toml`, name the price in it, \
                 then run this again with --selectors shop.toml."
            .to_owned(),
    };
    out.prose(Role::Text, 0, &next)
}
