//! `emptor history`: what may be said of the prices observed, and a small chart of them per shop.
//!
//! Statistics are the domain's; here they become words and pictures. Never claims a window that was not observed.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::{Out, Role};
use super::product::stored;
use super::render;
use super::table::{Table, cell};
use super::values;
use crate::answer::event::Phrases;
use crate::domain::{CurrentState, Language, Money, PriceHistory, PriceSummary};
use crate::text;
use std::collections::BTreeMap;

/// Cells of the small charts.
const CHART_CELLS: usize = 48;
/// Least cells of the shop beside them.
const SHOP_CELLS: usize = 12;
/// A silence longer than this many usual steps is a gap, as in the summary.
const GAP_FACTOR: f64 = 2.5;
/// Seconds.
const DAY: i64 = 86_400;

/// `emptor history PRODUCT`.
pub fn run(context: &mut Context, said: &str, since: Option<&str>) -> Result<Exit, Failure> {
    let since = since.map(|text| values::since(text, context.now)).transpose();
    let since = since.map_err(|allowed| Failure::usage(format!("--since takes {allowed}")))?;
    let reader = context.filled()?;
    let Some(id) = context.product(&reader, "history", said)? else { return Ok(Exit::Ambiguous) };
    let product = stored(&reader, id)?;
    let history = reader.history(id, since)?;
    let summary = history.summary(since, None);
    let exit = if summary.is_some() { Exit::Ok } else { Exit::NotEnough };
    if context.out.json {
        let body = serde_json::json!({
            "product": product, "since": since, "summary": summary, "points": history.points,
            "changes": reader.changes(id)?,
        });
        context.out.object("history", body)?;
        return Ok(exit);
    }
    let Some(summary) = summary else {
        let span = since.map(|at| format!(" since {}", render::day(at))).unwrap_or_default();
        context.out.note(&format!("no price of \"{}\" was observed{span}", product.facts.title));
        return Ok(exit);
    };
    let title = render::title(&context.out, &product);
    context.out.line(&title)?;
    context.out.prose(Role::Text, 0, &window(&summary))?;
    for line in render::changes(&reader.changes(id)?) {
        context.out.prose(Role::Warn, 2, &line)?;
    }
    if history.points.iter().any(|p| p.shipping_included == Some(true)) {
        context.out.prose(
            Role::Dim,
            2,
            "some of these prices have shipping in them; only those like the latest count above",
        )?;
    }
    context.out.line("")?;
    chart(&mut context.out, Phrases::of(Language::En), &history, &summary)?;
    Ok(exit)
}

/// `41 days`.
pub fn days(count: u32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// What may honestly be said of the window observed.
pub fn window(s: &PriceSummary) -> String {
    let gaps = match s.gaps {
        0 => "no gaps".to_owned(),
        1 => "1 gap".to_owned(),
        n => format!("{n} gaps"),
    };
    let failures = match s.failures {
        0 => String::new(),
        1 => ", 1 look brought no price".to_owned(),
        n => format!(", {n} looks brought no price"),
    };
    let now = match s.current_state {
        CurrentState::Available => format!("Now {} at {}.", s.current, s.current_shop),
        CurrentState::OutOfStock => {
            format!(
                "Not to be had now; last seen {} at {} on {}.",
                s.current,
                s.current_shop,
                render::day(s.current_at)
            )
        }
        CurrentState::Stale => format!(
            "No look has brought a price lately; last seen {} at {} on {}.",
            s.current,
            s.current_shop,
            render::day(s.current_at)
        ),
    };
    format!(
        "{now} In the {} observed ({} to {}, {gaps}{failures}): lowest {} on {} at {}, highest {} on {}, median {}.",
        days(s.days_observed),
        render::day(s.first_at),
        render::day(s.last_at),
        s.lowest,
        render::day(s.lowest_at),
        s.lowest_shop,
        s.highest,
        render::day(s.highest_at),
        s.median,
    )
}

/// One sparkline per shop, all over the same days; a gap stays blank.
pub fn chart(out: &mut Out, words: &Phrases, history: &PriceHistory, summary: &PriceSummary) -> Result<(), Failure> {
    let mut shops: BTreeMap<&str, Vec<(i64, Money)>> = BTreeMap::new();
    for point in history.points.iter().filter(|point| point.outcome.is_good()) {
        if let Some(money) = point.price.filter(|money| money.currency == summary.median.currency) {
            shops.entry(point.shop.as_str()).or_default().push((point.at.as_second(), money));
        }
    }
    let (first, last) = (summary.first_at.as_second(), summary.last_at.as_second());
    let mut table = Table::new()
        .flexible(words.label("shop"), SHOP_CELLS)
        .left("")
        .right(words.label("now"))
        .right(words.label("lowest"))
        .right(words.label("highest"));
    let cells = out.table_cells().map_or(CHART_CELLS, |room| room.saturating_sub(SHOP_CELLS + 2).min(CHART_CELLS));
    for (shop, points) in shops {
        let Some((_, now)) = points.iter().max_by_key(|(at, _)| *at) else { continue };
        let Some(low) = points.iter().map(|(_, m)| *m).min_by_key(|m| m.minor) else { continue };
        let Some(high) = points.iter().map(|(_, m)| *m).max_by_key(|m| m.minor) else { continue };
        let line = text::spark::sparkline(&buckets(&points, first, last), cells);
        table.row(vec![
            cell(Role::Text, out.clean(shop)),
            cell(Role::Accent, line),
            cell(Role::Strong, now.to_string()),
            cell(Role::Good, low.to_string()),
            cell(Role::Dim, high.to_string()),
        ]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    let (first, last) = (render::day(summary.first_at), render::day(summary.last_at));
    let span = words.labelled("chart", &[("first", &first), ("day", &last)]);
    out.prose(Role::Dim, 2, &span)
}

/// The lowest price in each of the chart's equal stretches of time. Between two looks no further apart than usual the
/// earlier price is taken to have held; a longer silence stays blank.
fn buckets(points: &[(i64, Money)], first: i64, last: i64) -> Vec<Option<i64>> {
    let span = (last - first).max(1);
    let cells = usize::try_from(span / DAY + 1).unwrap_or(CHART_CELLS).clamp(1, CHART_CELLS);
    let cell_of = |at: i64| {
        usize::try_from(i128::from((at - first).max(0)) * (cells as i128 - 1) / i128::from(span)).unwrap_or(0)
    };
    let mut sorted = points.to_vec();
    sorted.sort_by_key(|(at, _)| *at);
    let usual = usual_step(&sorted);
    let mut lowest: Vec<Option<i64>> = vec![None; cells];
    for (index, (at, money)) in sorted.iter().enumerate() {
        let next = sorted.get(index + 1).map_or(*at, |(next, _)| *next);
        let held_until = if (next - at) as f64 <= usual as f64 * GAP_FACTOR { cell_of(next) } else { cell_of(*at) };
        for (offset, cell) in lowest.iter_mut().enumerate().take(held_until + 1).skip(cell_of(*at)) {
            // The next look's own cell belongs to it alone.
            if offset == held_until && held_until > cell_of(*at) {
                break;
            }
            *cell = Some(cell.map_or(money.minor, |low| low.min(money.minor)));
        }
    }
    lowest
}

/// Median time between two looks.
fn usual_step(sorted: &[(i64, Money)]) -> i64 {
    let mut steps: Vec<i64> = sorted.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied().unwrap_or(0).max(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn points(days: &[(i64, i64)]) -> Vec<(i64, Money)> {
        days.iter().map(|(day, minor)| (day * DAY, Money::new(*minor, Currency::EUR))).collect()
    }

    #[test]
    fn a_usual_step_is_drawn_through_and_a_long_silence_is_blank() {
        let weekly = points(&[(0, 100), (7, 90), (14, 110), (60, 80), (67, 80)]);
        let cells = buckets(&weekly, 0, 67 * DAY);
        assert_eq!(cells.len(), CHART_CELLS);
        assert!(cells[..10].iter().all(Option::is_some), "three weeks in a row: {cells:?}");
        assert!(cells[10..40].iter().all(Option::is_none), "six silent weeks: {cells:?}");
        assert_eq!((cells[0], cells[5], cells[47]), (Some(100), Some(90), Some(80)));
    }

    #[test]
    fn one_day_is_one_cell_with_its_lowest_price() {
        assert_eq!(buckets(&points(&[(3, 100), (3, 90)]), 3 * DAY, 3 * DAY), [Some(90)]);
    }
}
