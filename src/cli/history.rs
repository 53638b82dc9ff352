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
use crate::domain::{Money, PriceHistory, PriceSummary};
use crate::text;
use std::collections::BTreeMap;

/// Cells of the small charts.
const CHART_CELLS: usize = 48;

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
    context.out.line("")?;
    chart(&mut context.out, &history, &summary)?;
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
    format!(
        "Now {} at {}. In the {} observed ({} to {}, {gaps}{failures}): lowest {} on {} at {}, highest {} on {}, median {}.",
        s.current,
        s.current_shop,
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
pub fn chart(out: &mut Out, history: &PriceHistory, summary: &PriceSummary) -> Result<(), Failure> {
    let mut shops: BTreeMap<&str, Vec<(i64, Money)>> = BTreeMap::new();
    for point in history.points.iter().filter(|point| point.outcome.is_good()) {
        if let Some(money) = point.price.filter(|money| money.currency == summary.median.currency) {
            shops.entry(point.shop.as_str()).or_default().push((point.at.as_second(), money));
        }
    }
    let (first, last) = (summary.first_at.as_second(), summary.last_at.as_second());
    let mut table = Table::new().flexible("Shop", 12).left("").right("Now").right("Lowest").right("Highest");
    for (shop, points) in shops {
        let Some((_, now)) = points.iter().max_by_key(|(at, _)| *at) else { continue };
        let Some(low) = points.iter().map(|(_, m)| *m).min_by_key(|m| m.minor) else { continue };
        let Some(high) = points.iter().map(|(_, m)| *m).max_by_key(|m| m.minor) else { continue };
        let line = text::spark::sparkline(&buckets(&points, first, last), CHART_CELLS);
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
    let span = format!(
        "each line from {} to {}, lowest to highest of its shop; blank: nothing observed",
        render::day(summary.first_at),
        render::day(summary.last_at)
    );
    out.say(Role::Dim, &span)
}

/// The lowest price in each of the chart's equal stretches of time. A price that was seen before and after a single
/// empty stretch between two looks is not drawn in: only what was observed is.
fn buckets(points: &[(i64, Money)], first: i64, last: i64) -> Vec<Option<i64>> {
    let span = (last - first).max(1);
    let cells = usize::try_from(span / 86_400 + 1).unwrap_or(CHART_CELLS).clamp(1, CHART_CELLS);
    let mut lowest: Vec<Option<i64>> = vec![None; cells];
    for (at, money) in points {
        let cell = usize::try_from((at - first).max(0) as i128 * (cells as i128 - 1) / i128::from(span)).unwrap_or(0);
        if let Some(held) = lowest.get_mut(cell) {
            *held = Some(held.map_or(money.minor, |low| low.min(money.minor)));
        }
    }
    lowest
}
