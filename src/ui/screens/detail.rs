//! A product in full: offers, attributes, description; where there is room the price chart beside them.

use super::history;
use crate::domain::{Condition, Money, Offer, Product};
use crate::text;
use crate::ui::layout;
use crate::ui::msg::Look;
use crate::ui::paint::Piece;
use crate::ui::state::{Loaded, State};
use crate::ui::transcript::unit_price_text;
use crate::ui::when;
use crate::ui::widgets::bars;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

/// From this width on the chart stands beside the text.
const CHART_BESIDE: u16 = 96;

/// Cells for the text.
pub fn text_width(state: &State) -> usize {
    let all = state.columns;
    usize::from(if all >= CHART_BESIDE { all * 52 / 100 } else { all }).saturating_sub(3)
}

/// Draws the overlay over the panes.
pub fn draw(state: &State, top: usize, buffer: &mut Buffer) {
    let body = layout::panes(state).body;
    Clear.render(body, buffer);
    let width = text_width(state);
    let lines = lines(state, width);
    for (i, line) in lines.iter().skip(top).take(body.height.into()).enumerate() {
        buffer.set_line(body.x + 1, body.y + i as u16, line, width as u16 + 1);
    }
    if let (true, Some(look)) = (body.width >= CHART_BESIDE, state.history.data.ready()) {
        let x = body.x + width as u16 + 2;
        bars::separator(state, x, body, buffer);
        let side = Rect { x: x + 1, width: body.right().saturating_sub(x + 1), ..body };
        bars::title(state, side, "Price history", "", false, buffer);
        let below = Rect { y: side.y + 1, height: side.height.saturating_sub(1), ..side };
        history::prices(state, look, below, buffer);
    }
}

/// The text of the overlay.
pub fn lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    match &state.history.data {
        Loaded::Ready(look) => product(state, look, width),
        Loaded::Failed(error) => state.painter.paragraph(error, theme.bad, width),
        Loaded::Nothing | Loaded::Pending => Vec::new(),
    }
}

fn product(state: &State, look: &Look, width: usize) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let facts = &look.product.facts;
    let mut out = state.painter.paragraph(&facts.title, theme.strong(), width);
    out.append(&mut state.painter.paragraph(&about(&look.product), theme.dim, width));
    if let Some(rating) = facts.rating {
        let stars = format!("{:.1}★", rating.stars);
        let count = format!(" from {}", when::plural(rating.count.into(), "rating", "ratings"));
        out.append(&mut state.painter.flow(Vec::new(), &[(stars, theme.text), (count, theme.dim)], width));
    }
    if let Some(description) = facts.description.as_deref().filter(|d| !d.trim().is_empty()) {
        out.push(Line::default());
        out.append(&mut state.painter.paragraph(description, theme.text, width));
    }
    if !look.offers.is_empty() {
        out.push(Line::default());
        out.push(Line::from(Span::styled("Offers", theme.accent)));
        out.append(&mut offers(state, &look.offers, width));
    }
    if !facts.attributes.is_empty() {
        out.push(Line::default());
        out.push(Line::from(Span::styled("Attributes", theme.accent)));
        out.append(&mut attributes(state, &look.product, width));
    }
    for change in look.history.repacked.iter().take(2) {
        let text = format!("{} at {}: {}", when::date(change.at, &state.zone), change.shop, change.told());
        out.append(&mut state.painter.flow(Vec::new(), &[(text, theme.warn)], width));
    }
    if let (true, Some(summary)) = (state.columns < CHART_BESIDE, &look.summary) {
        out.push(Line::default());
        out.push(Line::from(Span::styled("Prices", theme.accent)));
        out.append(&mut history::figures(state, summary, width));
    }
    out
}

fn about(product: &Product) -> String {
    let facts = &product.facts;
    let mut parts: Vec<String> = [&facts.brand, &facts.model, &facts.category].into_iter().flatten().cloned().collect();
    parts.extend(facts.gtin.as_ref().map(|g| format!("GTIN {g}")));
    if product.invented {
        parts.push("invented".to_owned());
    }
    parts.join(" · ")
}

/// One line per offer, amounts in a column to the right; what else is to say of it on a second line.
fn offers(state: &State, offers: &[Offer], width: usize) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let price = |o: &Offer| o.price.map_or_else(|| "no price".to_owned(), |p| p.to_string());
    let cells = offers.iter().map(|o| text::width(&price(o))).max().unwrap_or(0);
    let had = |o: &&Offer| o.condition == Condition::New && o.availability.buyable() != Some(false);
    let prices: Vec<Money> = offers.iter().filter(had).filter_map(|o| o.price).collect();
    let one_currency = prices.windows(2).all(|pair| pair[0].currency == pair[1].currency);
    let cheapest = prices.into_iter().min_by_key(|p| p.minor).filter(|_| one_currency);
    let mut out = Vec::new();
    for offer in offers {
        let name = match &offer.variant {
            Some(variant) => format!("{}, {variant}", offer.shop.name),
            None => offer.shop.name.clone(),
        };
        let best = offer.price.is_some() && offer.price == cheapest && had(&offer) && offers.len() > 1;
        let amount = state.painter.cell_right(&price(offer), cells);
        out.push(Line::from(vec![
            Span::styled(state.painter.cell(&name, width.saturating_sub(cells + 3)), theme.text),
            Span::raw("  "),
            Span::styled(amount, if best { theme.good } else { theme.strong() }),
        ]));
        let pieces = offer_notes(state, offer);
        out.append(&mut state.painter.flow(vec![("  ".to_owned(), theme.text)], &pieces, width));
    }
    out
}

fn offer_notes(state: &State, offer: &Offer) -> Vec<Piece> {
    let theme = state.painter.theme;
    let available = if offer.availability.buyable() == Some(false) { theme.warn } else { theme.dim };
    let mut pieces = vec![(offer.availability.label().to_owned(), available)];
    let mut more = Vec::new();
    more.extend(offer.condition.label().map(str::to_owned));
    if let Some(list) = offer.list_price {
        more.push(format!("was {list}"));
    }
    if let Some(unit) = &offer.unit_price {
        more.push(unit_price_text(unit));
    }
    if let Some(shipping) = offer.shipping {
        more.push(if shipping.minor == 0 { "free shipping".to_owned() } else { format!("shipping {shipping}") });
    }
    if let Some(at) = offer.observed_at {
        more.push(format!("seen {}", when::moment(at, state.now, &state.zone)));
    }
    if !offer.last_outcome.is_good() {
        more.push(format!("last look: {}", offer.last_outcome.word().replace('_', " ")));
    }
    pieces.extend(more.into_iter().map(|m| (format!(" · {m}"), theme.dim)));
    pieces
}

/// Names in one column, values in the next.
fn attributes(state: &State, product: &Product, width: usize) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let label = product.facts.attributes.iter().map(|a| text::width(&a.label())).max().unwrap_or(0).min(24);
    product
        .facts
        .attributes
        .iter()
        .flat_map(|attribute| {
            let lead = vec![(format!("{}  ", state.painter.cell(&attribute.label(), label)), theme.dim)];
            state.painter.flow(lead, &[(attribute.value.to_string(), theme.text)], width)
        })
        .collect()
}
