//! Found facts in the chat: result rows, the short comparison, the choice among names, what nearly fits.

use super::facts;
use super::page::Page;
use crate::answer::event::{Comparison, Found, ResultRow, SetTotal};
use crate::domain::{Offer, Product};
use crate::text;
use crate::ui::paint::Piece;

/// Cells before a title: the card number.
const NUMBER: usize = 3;
/// Highlights of a row, and how many of them stand before shop and price.
const HIGHLIGHTS: usize = 4;
const FIRST_HIGHLIGHTS: usize = 1;
const DOT: &str = " · ";
/// Most cells of one detail.
const PART: usize = 40;
/// Rows of a comparison that the chat shows; the pane has all.
const COMPARE_ROWS: usize = 8;

/// Lays out one thing found.
pub fn found(page: &mut Page, found: &Found) {
    match found {
        Found::Results { rows, notes, .. } => {
            for note in notes {
                page.say(note, page.theme().dim);
            }
            product_rows(page, rows);
        }
        Found::Comparison(comparison) => compare(page, comparison),
        Found::History { number, product, history, summary } => {
            facts::history(page, *number, product, history, summary.as_deref());
        }
        Found::Reviews(findings) => facts::reviews(page, findings),
        Found::Fact { number, product, asked, verdict, facts: known } => {
            facts::fact(page, *number, product, asked, *verdict, known);
        }
        Found::Advice { parts, missing, unmet, set } => advice(page, parts, (missing, unmet), set.as_ref()),
        Found::Ambiguous { said, candidates } => ambiguous(page, said, candidates),
        Found::Nothing { reason, near_misses } => {
            page.say(reason, page.theme().warn);
            near(page, near_misses);
        }
    }
}

/// What a product costs, as its column shows it.
pub fn price_text(offer: Option<&Offer>) -> String {
    offer.and_then(|o| o.price).map_or_else(|| "no price".to_owned(), |p| p.to_string())
}

/// `4.4★`, or nothing.
pub fn rating_text(product: &Product) -> String {
    product.facts.rating.map_or_else(String::new, |r| format!("{:.1}★", r.stars))
}

/// Products with their details, two lines each.
pub fn product_rows(page: &mut Page, rows: &[ResultRow]) {
    let widest = rows.iter().map(|r| text::width(&price_text(r.offer.as_ref()))).max().unwrap_or(0);
    for row in rows {
        page.item(|page| {
            headline(page, row, widest);
            let mut pieces = vec![(" ".repeat(NUMBER), page.theme().text)];
            pieces.append(&mut details(page, row));
            page.row(pieces);
        });
    }
}

/// Number and title to the left, rating and price in columns to the right.
fn headline(page: &mut Page, row: &ResultRow, price_cells: usize) {
    let theme = page.theme();
    let rating = page.painter.cell_right(&rating_text(&row.product), 4);
    let price = page.painter.cell_right(&price_text(row.offer.as_ref()), price_cells);
    let room = page.width.saturating_sub(NUMBER + 4 + price_cells + 4);
    page.row(vec![
        (format!("{:<NUMBER$}", row.number), theme.accent),
        (page.painter.cell(&row.product.facts.title, room), theme.strong()),
        (format!("  {rating}"), theme.text),
        (format!("  {price}"), theme.strong()),
    ]);
}

/// What fits on one line, the more telling first; the product's own page has it all.
fn details(page: &Page, row: &ResultRow) -> Vec<Piece> {
    let theme = page.theme();
    let mut parts: Vec<Piece> = Vec::new();
    let mut highlights = row.highlights.iter().map(|(name, value)| (format!("{name} {value}"), theme.text));
    parts.extend(highlights.by_ref().take(FIRST_HIGHLIGHTS));
    if let Some(offer) = &row.offer {
        let style = if offer.availability.buyable() == Some(false) { theme.warn } else { theme.dim };
        parts.push((format!("{}, {}", offer.shop.name, offer.availability.label()), style));
        if let Some(list) = offer.list_price {
            parts.push((format!("was {list}"), theme.dim));
        }
        if let Some(unit) = &offer.unit_price {
            parts.push((unit_price_text(unit), theme.dim));
        }
    }
    parts.extend(row.variants.told().map(|others| (others, theme.dim)));
    parts.extend(highlights.take(HIGHLIGHTS - FIRST_HIGHLIGHTS));
    if !row.other_offers.is_empty() {
        let n = row.other_offers.len();
        parts.push((format!("+{n} {}", if n == 1 { "offer" } else { "offers" }), theme.dim));
    }
    let last = row.product.invented.then(|| ("invented".to_owned(), theme.dim));
    let mut room =
        page.width.saturating_sub(NUMBER + last.as_ref().map_or(0, |(t, _)| text::width(DOT) + text::width(t)));
    let mut pieces: Vec<Piece> = Vec::new();
    for (part, style) in parts {
        let part = page.painter.short(&part, PART);
        let cells = text::width(&part) + if pieces.is_empty() { 0 } else { text::width(DOT) };
        if cells <= room {
            room -= cells;
            join(&mut pieces, (part, style), theme.dim);
        }
    }
    if let Some(last) = last {
        join(&mut pieces, last, theme.dim);
    }
    pieces
}

fn join(pieces: &mut Vec<Piece>, part: Piece, dim: ratatui::style::Style) {
    if !pieces.is_empty() {
        pieces.push((DOT.to_owned(), dim));
    }
    pieces.push(part);
}

/// `€3.99 per 100 g`.
pub fn unit_price_text(unit: &crate::domain::UnitPrice) -> String {
    if (unit.per - 1.0).abs() < f64::EPSILON {
        format!("{} per {}", unit.money, unit.unit)
    } else {
        format!("{} per {} {}", unit.money, unit.per, unit.unit)
    }
}

/// What misses by one condition, plainly apart from what fits and after all words about that.
pub fn near(page: &mut Page, rows: &[(ResultRow, String)]) {
    if rows.is_empty() {
        return;
    }
    let theme = page.theme();
    page.blank();
    page.say("Close, but not what you asked for", theme.dim);
    let widest = rows.iter().map(|(r, _)| text::width(&price_text(r.offer.as_ref()))).max().unwrap_or(0);
    for (row, misses) in rows {
        page.item(|page| {
            let price = page.painter.cell_right(&price_text(row.offer.as_ref()), widest);
            let room = page.width.saturating_sub(NUMBER + widest + 2);
            page.row(vec![
                (
                    format!("{:<NUMBER$}", if row.number > 0 { row.number.to_string() } else { String::new() }),
                    theme.dim,
                ),
                (page.painter.cell(&row.product.facts.title, room), theme.text),
                (format!("  {price}"), theme.text),
            ]);
            let mut pieces = vec![(misses.clone(), theme.warn)];
            if row.product.invented {
                pieces.push((" · invented".to_owned(), theme.dim));
            }
            page.flow(vec![(" ".repeat(NUMBER), theme.text)], &pieces);
        });
    }
}

fn compare(page: &mut Page, comparison: &Comparison) {
    let theme = page.theme();
    product_rows(page, &comparison.products);
    let differing: Vec<_> = comparison.rows.iter().filter(|r| r.differs).collect();
    let products = comparison.products.len().max(1);
    let label = differing.iter().map(|r| text::width(&r.label)).max().unwrap_or(0).min(16);
    let column = (page.width.saturating_sub(label) / products).saturating_sub(2);
    if differing.is_empty() || column < 7 {
        return;
    }
    page.blank();
    for row in differing.iter().take(COMPARE_ROWS) {
        let mut pieces = vec![(page.painter.cell(&row.label, label), theme.dim)];
        for (i, cell) in row.cells.iter().enumerate() {
            let best = row.best == Some(i);
            let shown = cell.as_deref().unwrap_or("–");
            let marked = if best { format!("{shown} ✓") } else { shown.to_owned() };
            let style = if best { theme.good } else { theme.text };
            pieces.push(("  ".to_owned(), theme.text));
            pieces.push((page.painter.cell(&marked, column), style));
        }
        page.row(pieces);
    }
    if differing.len() > COMPARE_ROWS {
        page.say(&format!("{} more rows in the comparison (Tab)", differing.len() - COMPARE_ROWS), theme.dim);
    }
}

fn advice(
    page: &mut Page,
    parts: &[(String, Vec<ResultRow>)],
    (missing, unmet): (&[String], &[(String, String)]),
    set: Option<&SetTotal>,
) {
    let theme = page.theme();
    for (part, rows) in parts {
        page.say(part, theme.accent);
        product_rows(page, rows);
        page.blank();
    }
    if let Some(set) = set {
        page.say(&format!("{}.", set.text()), if set.fits { theme.good } else { theme.warn });
    }
    for (part, miss) in unmet {
        page.say(&format!("No {part} within the conditions ({miss})."), theme.warn);
    }
    if !missing.is_empty() {
        page.say(&format!("Not in the catalogue: {}.", missing.join(", ")), theme.warn);
    }
}

fn ambiguous(page: &mut Page, said: &str, candidates: &[Product]) {
    let theme = page.theme();
    page.say(&format!("\"{said}\" fits several products. Which one?"), theme.text);
    for product in candidates {
        page.item(|page| {
            let mut pieces = vec![(product.facts.title.clone(), theme.strong())];
            if product.invented {
                pieces.push((" · invented".to_owned(), theme.dim));
            }
            page.flow(vec![("• ".to_owned(), theme.accent)], &pieces);
        });
    }
}
