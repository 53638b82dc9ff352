//! Found facts in the chat: result rows, the short comparison, the choice among names, what nearly fits.

use super::facts;
use super::page::Page;
use crate::answer::event::{Comparison, Found, ResultRow, SetTotal};
use crate::domain::{Availability, Offer, Product};
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
                page.say(&page.words.told(note), page.theme().dim);
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
            page.say(&page.words.told(reason), page.theme().warn);
            near(page, near_misses);
        }
    }
}

/// What a product costs, as its column shows it.
fn price_text(page: &Page, offer: Option<&Offer>) -> String {
    offer.and_then(|o| o.price).map_or_else(|| page.words.label("no_price").to_owned(), |p| p.to_string())
}

/// `4.4★`, or nothing.
pub fn rating_text(product: &Product) -> String {
    product.facts.rating.map_or_else(String::new, |r| format!("{:.1}★", r.stars))
}

/// Products with their details, two lines each.
pub fn product_rows(page: &mut Page, rows: &[ResultRow]) {
    let widest = rows.iter().map(|r| text::width(&price_text(page, r.offer.as_ref()))).max().unwrap_or(0);
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
    let price = page.painter.cell_right(&price_text(page, row.offer.as_ref()), price_cells);
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
    let (theme, words) = (page.theme(), page.words);
    let last = row.product.invented.then(|| (page.painter.short(words.label("invented"), PART), theme.dim));
    let kept = last.as_ref().map_or(0, |(mark, _)| text::width(DOT) + text::width(mark));
    let room = page.width.saturating_sub(NUMBER + kept);
    let mut parts: Vec<Piece> = Vec::new();
    let mut highlights = row.highlights.iter().map(|(name, value)| (words.short(name, value), theme.text));
    parts.extend(highlights.by_ref().take(FIRST_HIGHLIGHTS));
    if let Some(offer) = &row.offer {
        parts.push(seller(page, offer, room.saturating_sub(used(&parts) + text::width(DOT))));
        if let Some(list) = offer.list_price {
            parts.push((words.labelled("was", &[("price", &list.to_string())]), theme.dim));
        }
        if let Some(unit) = &offer.unit_price {
            parts.push((unit_price_text(unit), theme.dim));
        }
    }
    parts.extend(words.variants(row.variants).map(|others| (others, theme.dim)));
    parts.extend(highlights.take(HIGHLIGHTS - FIRST_HIGHLIGHTS));
    if !row.other_offers.is_empty() {
        parts.push((words.count_of("offers", row.other_offers.len() as u64), theme.dim));
    }
    let mut shown: Vec<Piece> = Vec::new();
    for (part, style) in parts {
        shown.push((page.painter.short(&part, PART), style));
        if used(&shown) > room {
            shown.pop();
        }
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for part in shown.into_iter().chain(last) {
        join(&mut pieces, part, theme.dim);
    }
    pieces
}

/// Cells of details with the dots between them.
fn used(parts: &[Piece]) -> usize {
    let cells: usize = parts.iter().map(|(part, _)| text::width(part)).sum();
    cells + parts.len().saturating_sub(1) * text::width(DOT)
}

/// Who sells it and whether it is there. Where room is short, what goes without saying goes first, then the name is cut.
fn seller(page: &Page, offer: &Offer, room: usize) -> Piece {
    let theme = page.theme();
    let gone = offer.availability.buyable() == Some(false);
    let stock = page.words.stock(offer.availability.label());
    let whole = match offer.availability {
        Availability::Unknown => offer.shop.name.clone(),
        _ => format!("{}, {stock}", offer.shop.name),
    };
    let shown = match (text::width(&whole) <= room, gone) {
        (true, _) => whole,
        (false, true) => page.painter.short(&format!("{stock}, {}", offer.shop.name), room),
        (false, false) => page.painter.short(&offer.shop.name, room),
    };
    (shown, if gone { theme.warn } else { theme.dim })
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
    page.say(page.words.label("near"), theme.dim);
    let widest = rows.iter().map(|(r, _)| text::width(&price_text(page, r.offer.as_ref()))).max().unwrap_or(0);
    for (row, misses) in rows {
        page.item(|page| {
            let price = page.painter.cell_right(&price_text(page, row.offer.as_ref()), widest);
            let room = page.width.saturating_sub(NUMBER + widest + 2);
            page.row(vec![
                (
                    format!("{:<NUMBER$}", if row.number > 0 { row.number.to_string() } else { String::new() }),
                    theme.dim,
                ),
                (page.painter.cell(&row.product.facts.title, room), theme.text),
                (format!("  {price}"), theme.text),
            ]);
            let mut pieces = vec![(page.words.told(misses), theme.warn)];
            if row.product.invented {
                pieces.push((format!("{DOT}{}", page.words.label("invented")), theme.dim));
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
    let names: Vec<String> = differing.iter().map(|r| page.words.row_label(&r.label)).collect();
    let label = names.iter().map(|name| text::width(name)).max().unwrap_or(0).min(16);
    let column = (page.width.saturating_sub(label) / products).saturating_sub(2);
    if differing.is_empty() || column < 7 {
        return;
    }
    page.blank();
    for (row, name) in differing.iter().zip(&names).take(COMPARE_ROWS) {
        let mut pieces = vec![(page.painter.cell(name, label), theme.dim)];
        for (i, cell) in row.cells.iter().enumerate() {
            let best = row.best == Some(i);
            let shown = cell.as_deref().map_or_else(|| "–".to_owned(), |cell| page.words.cell(cell));
            let marked = if best { format!("{shown} ✓") } else { shown };
            let style = if best { theme.good } else { theme.text };
            pieces.push(("  ".to_owned(), theme.text));
            pieces.push((page.painter.cell(&marked, column), style));
        }
        page.row(pieces);
    }
    if differing.len() > COMPARE_ROWS {
        page.say(&page.words.count_of("more_rows", (differing.len() - COMPARE_ROWS) as u64), theme.dim);
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
        page.say(&format!("{}.", set.text(page.words)), if set.fits { theme.good } else { theme.warn });
    }
    for (part, miss) in unmet {
        page.say(&page.words.labelled("unmet", &[("what", part), ("miss", miss)]), theme.warn);
    }
    if !missing.is_empty() {
        page.say(&page.words.labelled("missing", &[("what", &missing.join(", "))]), theme.warn);
    }
}

fn ambiguous(page: &mut Page, said: &str, candidates: &[Product]) {
    let theme = page.theme();
    page.say(&page.words.labelled("may_mean", &[("said", said)]), theme.text);
    for product in candidates {
        page.item(|page| {
            let mut pieces = vec![(product.facts.title.clone(), theme.strong())];
            if product.invented {
                pieces.push((format!("{DOT}{}", page.words.label("invented")), theme.dim));
            }
            page.flow(vec![("• ".to_owned(), theme.accent)], &pieces);
        });
    }
}
