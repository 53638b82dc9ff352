//! The price chart: stepped lines in braille dots, money to the left, dates below, a legend above.
//!
//! A price holds until the next look, so lines are steps. Gaps stay empty, failed looks are crosses on the time axis.

use crate::domain::{Currency, Money, PriceSummary};
use crate::text::{self, spark::Braille};
use crate::ui::paint::Painter;
use crate::ui::series::Series;
use crate::ui::when;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

/// Lines that can be told apart; the rest is named in the legend as left out.
const MOST_SERIES: usize = 5;
const LEAST_WIDTH: u16 = 24;
const LEAST_HEIGHT: u16 = 6;

/// A chart of one product's offers.
pub struct Chart<'a> {
    pub series: &'a [Series],
    pub summary: &'a PriceSummary,
    pub painter: Painter,
    pub zone: &'a TimeZone,
}

/// What maps data to dots.
struct Scale {
    from: i64,
    to: i64,
    low: i64,
    high: i64,
}

impl Scale {
    fn x(&self, at: i64, dots: usize) -> usize {
        part(at - self.from, self.to - self.from, dots)
    }

    /// From the top.
    fn y(&self, minor: i64, dots: usize) -> usize {
        dots.saturating_sub(1) - part(minor - self.low, self.high - self.low, dots).min(dots.saturating_sub(1))
    }
}

fn part(value: i64, span: i64, dots: usize) -> usize {
    let most = dots.saturating_sub(1) as i128;
    usize::try_from(
        (i128::from(value.clamp(0, span.max(0))) * most + i128::from(span.max(1)) / 2) / i128::from(span.max(1)),
    )
    .unwrap_or(0)
}

impl Widget for &Chart<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let theme = self.painter.theme;
        if area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT {
            let note = self.painter.short("too small a window for the chart", area.width.into());
            buffer.set_string(area.x, area.y, note, theme.dim);
            return;
        }
        let shown = &self.series[..self.series.len().min(MOST_SERIES)];
        let legend = self.legend(area, buffer, shown);
        let ticks = price_ticks(shown, usize::from(area.height - legend) / 4);
        let Some(scale) = self.scale(shown, &ticks) else {
            return;
        };
        let labels: Vec<String> = ticks.iter().map(|t| axis_money(*t, self.summary.current.currency, &ticks)).collect();
        let left = labels.iter().map(|l| text::width(l)).max().unwrap_or(0) as u16 + 1;
        let plot = Rect {
            x: area.x + left + 1,
            y: area.y + legend,
            width: area.width.saturating_sub(left + 1),
            height: area.height.saturating_sub(legend + 2),
        };
        self.axes(plot, buffer, &scale, &ticks, &labels, left);
        let median = self.median(plot, buffer, &scale);
        for (index, series) in shown.iter().enumerate().rev() {
            draw_series(plot, buffer, &scale, series, index, theme.series(index));
        }
        self.labels(plot, buffer, &scale, median);
        self.failures(plot, buffer, &scale, shown);
    }
}

impl Chart<'_> {
    fn scale(&self, shown: &[Series], ticks: &[i64]) -> Option<Scale> {
        let times =
            || shown.iter().flat_map(|s| s.runs.iter().flatten().map(|(at, _)| *at).chain(s.failures.iter().copied()));
        let (from, to) = (times().min()?, times().max()?);
        Some(Scale { from, to: to.max(from + 86_400), low: *ticks.first()?, high: *ticks.last()? })
    }

    /// Names of the lines with their latest prices; returns the lines used.
    fn legend(&self, area: Rect, buffer: &mut Buffer, shown: &[Series]) -> u16 {
        let theme = self.painter.theme;
        let (mut x, mut y) = (area.x, area.y);
        let most = area.height / 4;
        let left_out = self.series.len() - shown.len();
        // Latest prices too where all names then still fit on one line or two.
        let names: usize = shown.iter().map(|s| text::width(&s.name).min(22) + 7).sum();
        let priced = names + shown.len() * 9 <= usize::from(area.width) * if area.height > 12 { 2 } else { 1 };
        let entries = shown.iter().enumerate().map(|(i, s)| {
            let price = s
                .last()
                .filter(|_| priced)
                .map(|m| Money::new(m, self.summary.current.currency).to_string())
                .unwrap_or_default();
            (
                pattern_sample(i),
                format!("{} {price}", self.painter.short(&s.name, 22)).trim_end().to_owned(),
                theme.series(i),
            )
        });
        let more = (left_out > 0).then(|| ("", format!("and {left_out} more not drawn"), theme.dim));
        for (sample, name, style) in entries.chain(more) {
            let wide = (text::width(sample) + 1 + text::width(&name)) as u16;
            if x > area.x && x + wide > area.right() {
                (x, y) = (area.x, y + 1);
            }
            if y - area.y >= most.max(1) {
                return y - area.y;
            }
            let (next, _) = buffer.set_stringn(x, y, sample, usize::from(area.right().saturating_sub(x)), style);
            let room = usize::from(area.right().saturating_sub(next + 1));
            let (end, _) = buffer.set_stringn(next + 1, y, name, room, theme.text);
            x = end + 3;
        }
        y - area.y + 1
    }

    fn axes(&self, plot: Rect, buffer: &mut Buffer, scale: &Scale, ticks: &[i64], labels: &[String], left: u16) {
        let theme = self.painter.theme;
        for y in plot.top()..plot.bottom() {
            buffer.set_string(plot.x - 1, y, "│", theme.dim);
        }
        for (tick, label) in ticks.iter().zip(labels) {
            let y = plot.y + (scale.y(*tick, usize::from(plot.height) * 4) / 4) as u16;
            let label = text::fit_right(label, usize::from(left) - 1);
            buffer.set_string(plot.x - 1 - left, y, label, theme.dim);
            buffer.set_string(plot.x - 1, y, "┤", theme.dim);
        }
        let base = plot.bottom();
        buffer.set_string(plot.x - 1, base, "└", theme.dim);
        buffer.set_string(plot.x, base, "─".repeat(plot.width.into()), theme.dim);
        self.dates(plot, buffer, scale);
    }

    /// First and last day and as many between as there is room for.
    fn dates(&self, plot: Rect, buffer: &mut Buffer, scale: &Scale) {
        let theme = self.painter.theme;
        let long = (scale.to - scale.from) > 300 * 86_400;
        let label = |at: i64| {
            let at = crate::domain::Timestamp::from_second(at).unwrap_or_default();
            if long { at.to_zoned(self.zone.clone()).strftime("%b %Y").to_string() } else { when::day(at, self.zone) }
        };
        let wide = 9_u16;
        let count = (plot.width / (wide + 6)).clamp(1, 6);
        let mut free = plot.x;
        for i in 0..=count {
            let at = scale.from + (scale.to - scale.from) * i64::from(i) / i64::from(count);
            let x = plot.x + (scale.x(at, usize::from(plot.width) * 2) / 2) as u16;
            let label = label(at);
            let cells = text::width(&label) as u16;
            let start = x.saturating_sub(cells / 2).clamp(plot.x, plot.right().saturating_sub(cells).max(plot.x));
            if start >= free && start + cells <= plot.right() {
                buffer.set_string(x.min(plot.right() - 1), plot.bottom(), "┴", theme.dim);
                buffer.set_string(start, plot.bottom() + 1, &label, theme.dim);
                free = start + cells + 2;
            }
        }
    }

    fn median(&self, plot: Rect, buffer: &mut Buffer, scale: &Scale) -> u16 {
        let y = plot.y + (scale.y(self.summary.median.minor, usize::from(plot.height) * 4) / 4) as u16;
        for x in plot.left()..plot.right() {
            buffer.set_string(x, y, "┄", self.painter.theme.dim);
        }
        y
    }

    /// Names the lowest and the highest point, and the median, where nothing is drawn.
    fn labels(&self, plot: Rect, buffer: &mut Buffer, scale: &Scale, median: u16) {
        let theme = self.painter.theme;
        let (dots_x, dots_y) = (usize::from(plot.width) * 2, usize::from(plot.height) * 4);
        let flat = self.summary.lowest.minor == self.summary.highest.minor;
        let marks = [
            (self.summary.lowest, self.summary.lowest_at, "▼", theme.good, [1, 0, 2, -1]),
            (self.summary.highest, self.summary.highest_at, "▲", theme.bad, [-1, 0, -2, 1]),
        ];
        for (money, at, mark, style, rows) in marks.into_iter().filter(|_| !flat) {
            let x = plot.x + (scale.x(at.as_second(), dots_x) / 2) as u16;
            let y = i32::from(plot.y) + (scale.y(money.minor, dots_y) / 4) as i32;
            let label = format!("{mark} {money}");
            let start = x.min(plot.right().saturating_sub(text::width(&label) as u16)).max(plot.x);
            let places: Vec<(u16, u16)> = rows
                .iter()
                .filter_map(|step| u16::try_from(y + step).ok())
                .filter(|row| (plot.top()..plot.bottom()).contains(row))
                .map(|row| (start, row))
                .collect();
            if let Some(place) =
                places.iter().copied().find(|p| is_free(buffer, *p, &label)).or(places.first().copied())
            {
                let room = usize::from(plot.right().saturating_sub(place.0));
                buffer.set_stringn(place.0, place.1, label, room, style);
            }
        }
        let label = " median ";
        let places = (plot.left()..plot.right().saturating_sub(label.len() as u16)).rev().map(|x| (x, median));
        if let Some((x, y)) = places.into_iter().find(|p| is_free(buffer, *p, label)) {
            buffer.set_string(x, y, label, theme.dim);
        }
    }

    fn failures(&self, plot: Rect, buffer: &mut Buffer, scale: &Scale, shown: &[Series]) {
        for at in shown.iter().flat_map(|s| &s.failures) {
            let x = plot.x + (scale.x(*at, usize::from(plot.width) * 2) / 2) as u16;
            buffer.set_string(x.min(plot.right().saturating_sub(1)), plot.bottom(), "×", self.painter.theme.bad);
        }
    }
}

/// Whether no line runs where a label would stand.
fn is_free(buffer: &Buffer, place: (u16, u16), label: &str) -> bool {
    (0..text::width(label) as u16)
        .all(|i| buffer.cell((place.0 + i, place.1)).is_some_and(|c| matches!(c.symbol(), " " | "┄")))
}

/// How the n-th line is dotted, so that lines differ without colour: every dot, every second, pairs, ...
fn drawn(index: usize, step: usize) -> bool {
    match index % 3 {
        0 => true,
        1 => step.is_multiple_of(2),
        _ => step % 6 < 3,
    }
}

fn pattern_sample(index: usize) -> &'static str {
    ["⠤⠤⠤", "⠄⠄⠄", "⠤⠄ ⠤"][index % 3]
}

fn draw_series(plot: Rect, buffer: &mut Buffer, scale: &Scale, series: &Series, index: usize, style: Style) {
    let mut grid = Braille::new(plot.width.into(), plot.height.into());
    let (dots_x, dots_y) = (grid.width(), grid.height());
    for run in &series.runs {
        if let [(at, minor)] = run.as_slice() {
            // A price between two gaps has no line to be seen by.
            let (x, y) = (scale.x(*at, dots_x), scale.y(*minor, dots_y));
            grid.dot(x + 1, y);
            grid.dot(x, y.saturating_sub(1));
            grid.dot(x + 1, y.saturating_sub(1));
        }
        let mut last: Option<(usize, usize)> = None;
        for (at, minor) in run {
            let (x, y) = (scale.x(*at, dots_x), scale.y(*minor, dots_y));
            if let Some((from_x, from_y)) = last {
                (from_x..=x).filter(|s| drawn(index, *s)).for_each(|s| grid.dot(s, from_y));
                (from_y.min(y)..=from_y.max(y)).filter(|s| drawn(index, *s)).for_each(|s| grid.dot(x, s));
            }
            grid.dot(x, y);
            last = Some((x, y));
        }
    }
    for row in 0..usize::from(plot.height) {
        for column in 0..usize::from(plot.width) {
            if let Some(c) = grid.cell(column, row)
                && let Some(cell) = buffer.cell_mut((plot.x + column as u16, plot.y + row as u16))
            {
                cell.set_char(c).set_style(Style::reset().patch(style));
            }
        }
    }
}

/// Round prices from just under the lowest to just over the highest, about `wanted` steps.
fn price_ticks(shown: &[Series], wanted: usize) -> Vec<i64> {
    let prices = || shown.iter().flat_map(|s| s.runs.iter().flatten().map(|(_, m)| *m));
    let (Some(low), Some(high)) = (prices().min(), prices().max()) else {
        return Vec::new();
    };
    let span = (high - low).max(high.abs() / 20).max(4);
    let rough = span / wanted.clamp(2, 6) as i64;
    let magnitude = 10_i64.pow(rough.max(1).ilog10());
    let step = [1, 2, 5, 10].into_iter().map(|m| m * magnitude).find(|s| *s >= rough).unwrap_or(magnitude * 10);
    let first = low.div_euclid(step) * step;
    let mut ticks = vec![first];
    while ticks.last().is_some_and(|t| *t < high || ticks.len() < 2) && ticks.len() < 20 {
        ticks.push(first + step * ticks.len() as i64);
    }
    ticks
}

/// An amount on the axis: without decimals where no tick needs them.
fn axis_money(minor: i64, currency: Currency, ticks: &[i64]) -> String {
    let money = Money::new(minor, currency);
    let unit = 10_i64.pow(currency.exponent());
    if ticks.iter().all(|t| t % unit == 0) {
        let shown = money.to_string();
        shown.split_once('.').map_or(shown.clone(), |(whole, _)| whole.to_owned())
    } else {
        money.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(prices: &[i64]) -> Vec<Series> {
        let run = prices.iter().enumerate().map(|(i, p)| (i as i64 * 86_400, *p)).collect();
        vec![Series { name: "Shop".to_owned(), runs: vec![run], failures: Vec::new() }]
    }

    #[test]
    fn ticks_are_round_and_hold_all_prices() {
        assert_eq!(price_ticks(&one(&[49_900, 62_900]), 4), [45_000, 50_000, 55_000, 60_000, 65_000]);
        assert_eq!(price_ticks(&one(&[999]), 4), [980, 1000]);
        let ticks = price_ticks(&one(&[0, i64::from(i32::MAX)]), 5);
        assert!(ticks[0] <= 0 && *ticks.last().unwrap() >= i64::from(i32::MAX) && ticks.len() < 10);
        assert_eq!(axis_money(45_000, Currency::EUR, &[45_000, 50_000]), "€450");
        assert_eq!(axis_money(980, Currency::EUR, &[980, 1000]), "€9.80");
    }

    #[test]
    fn the_scale_keeps_inside_its_dots() {
        let scale = Scale { from: 0, to: 100, low: 10, high: 20 };
        assert_eq!((scale.x(0, 50), scale.x(100, 50), scale.x(500, 50)), (0, 49, 49));
        assert_eq!((scale.y(10, 40), scale.y(20, 40), scale.y(99, 40)), (39, 0, 0));
    }
}
