//! The price-history pane: the chart and what may honestly be said of the prices.

use crate::answer::event::Phrases;
use crate::domain::Language;
use crate::domain::PriceSummary;
use crate::ui::msg::Look;
use crate::ui::paint::Piece;
use crate::ui::series;
use crate::ui::state::{Focus, Loaded, State};
use crate::ui::when;
use crate::ui::widgets::{bars, chart::Chart};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

/// Lines that a chart needs to say anything.
const CHART_LINES: u16 = 8;

/// Draws the pane.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let active = state.focus == Focus::History;
    match &state.history.data {
        Loaded::Ready(look) => {
            let after = if look.product.invented { "invented" } else { "" };
            bars::title(state, area, &look.product.facts.title, after, active, buffer);
            let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
            prices(state, look, below, buffer);
        }
        Loaded::Pending => bars::title(state, area, "Price history", "", active, buffer),
        Loaded::Failed(error) => {
            bars::title(state, area, "Price history", "", active, buffer);
            let error = state.painter.short(error, usize::from(area.width.saturating_sub(2)));
            buffer.set_string(area.x + 1, area.y + 2, error, state.painter.theme.bad);
        }
        Loaded::Nothing => {}
    }
}

/// Chart and figures of a product.
pub fn prices(state: &State, look: &Look, area: Rect, buffer: &mut Buffer) {
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let Some(summary) = &look.summary else {
        let words = state.painter.short("No price was ever observed.", inner.width.into());
        buffer.set_string(inner.x, inner.y + 1, words, state.painter.theme.warn);
        return;
    };
    let figures = figures(state, summary, usize::from(inner.width));
    let wanted = figures.len() as u16 + 1;
    let below = if inner.height >= CHART_LINES + wanted { wanted } else { inner.height.saturating_sub(CHART_LINES) };
    let above = inner.height.saturating_sub(below);
    let series = series::series(&look.history, summary.current.currency);
    Chart { series: &series, summary, painter: state.painter, zone: &state.zone }
        .render(Rect { y: inner.y + 1, height: above.saturating_sub(1), ..inner }, buffer);
    for (i, line) in figures.iter().take(usize::from(below.saturating_sub(1))).enumerate() {
        buffer.set_line(inner.x, inner.y + above + 1 + i as u16, line, inner.width);
    }
}

/// Lowest, highest, current and median price, and how long was looked.
pub fn figures(state: &State, summary: &PriceSummary, width: usize) -> Vec<Line<'static>> {
    let theme = state.painter.theme;
    let mut lines = Vec::new();
    let words = Phrases::of(Language::En);
    for (label, value) in words.prices(summary, &|at| when::date(at, &state.zone)) {
        let (amount, rest) = split_amount(&value);
        let pieces: [Piece; 2] = [(amount.to_owned(), theme.strong()), (rest.to_owned(), theme.dim)];
        lines.append(&mut state.painter.flow(vec![(format!("{label:<8} "), theme.dim)], &pieces, width));
    }
    lines.append(&mut state.painter.paragraph(&words.window(summary), theme.dim, width));
    lines
}

/// The amount, and what is said about it.
fn split_amount(value: &str) -> (&str, &str) {
    let at = value.find(" at ").or_else(|| value.find(" on ")).unwrap_or(value.len());
    value.split_at(at)
}
