//! Facts about one product in the chat: price history in brief, reviews in proportion, the answer to a question.

use super::page::Page;
use crate::answer::event::{ReviewAspect, ReviewFindings, Verdict};
use crate::domain::{CurrentState, Fact, PriceHistory, PriceSummary, Product};
use crate::text::{self, spark};
use crate::ui::paint::Piece;
use crate::ui::{series, when};
use jiff::tz::TimeZone;

/// Aspects of reviews that a calm page holds.
const ASPECTS: usize = 6;

fn indent(page: &Page) -> Vec<Piece> {
    vec![("   ".to_owned(), page.theme().text)]
}

fn title(page: &mut Page, number: u32, product: &Product, after: &str) {
    let theme = page.theme();
    let mut pieces = vec![(product.facts.title.clone(), theme.strong())];
    if !after.is_empty() {
        pieces.push((format!(" · {after}"), theme.dim));
    }
    if product.invented {
        pieces.push((" · invented".to_owned(), theme.dim));
    }
    page.flow(vec![(format!("{number:<3}"), theme.accent)], &pieces);
}

/// Prices in brief: a line of the daily lows and what may be said of them.
pub fn history(
    page: &mut Page,
    number: u32,
    product: &Product,
    history: &PriceHistory,
    summary: Option<&PriceSummary>,
) {
    let theme = page.theme();
    page.item(|page| title(page, number, product, "price history"));
    let Some(summary) = summary else {
        page.flow(indent(page), &[("No price was ever observed.".to_owned(), theme.warn)]);
        return;
    };
    let line = spark::sparkline(&series::daily_lows(history, summary), page.width.saturating_sub(3));
    page.row(vec![("   ".to_owned(), theme.text), (line, theme.accent)]);
    for (label, value) in price_lines(summary, &page.zone) {
        page.flow(vec![(format!("   {label:<8} "), theme.dim)], &[(value, theme.text)]);
    }
    page.flow(indent(page), &[(window_text(summary), theme.dim)]);
}

/// Now, lowest, highest and median, each with its shop and day.
pub fn price_lines(summary: &PriceSummary, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let at = |shop: &str, at| format!("at {shop} on {}", when::date(at, zone));
    let now = match summary.current_state {
        CurrentState::Available => ("now", format!("{} at {}", summary.current, summary.current_shop)),
        CurrentState::OutOfStock => {
            ("gone", format!("last {} {}", summary.current, at(&summary.current_shop, summary.current_at)))
        }
        CurrentState::Stale => {
            ("last", format!("{} {}", summary.current, at(&summary.current_shop, summary.current_at)))
        }
    };
    vec![
        now,
        ("lowest", format!("{} {}", summary.lowest, at(&summary.lowest_shop, summary.lowest_at))),
        ("highest", format!("{} on {}", summary.highest, when::date(summary.highest_at, zone))),
        ("median", summary.median.to_string()),
    ]
}

/// How long was really looked: `214 days observed, 3 gaps, 2 failed looks`.
pub fn window_text(summary: &PriceSummary) -> String {
    let mut text = format!("{} observed", when::plural(summary.days_observed.into(), "day", "days"));
    if summary.days_with_price < summary.days_observed {
        text.push_str(&format!(" (prices on {})", when::count(summary.days_with_price.into())));
    }
    text.push_str(&match summary.gaps {
        0 => ", no gaps".to_owned(),
        n => format!(", {}", when::plural(n.into(), "gap", "gaps")),
    });
    if summary.failures > 0 {
        text.push_str(&format!(", {}", when::plural(summary.failures.into(), "failed look", "failed looks")));
    }
    text
}

/// Reviews in proportion: the spread of stars, then who says what, with a quote each way.
pub fn reviews(page: &mut Page, findings: &ReviewFindings) {
    let theme = page.theme();
    let total = when::plural(findings.total.into(), "review", "reviews");
    page.item(|page| title(page, findings.number, &findings.product, &total));
    let rated: u64 = findings.stars.iter().map(|n| u64::from(*n)).sum();
    for (i, n) in findings.stars.iter().enumerate().rev().filter(|_| rated > 0) {
        let bar = spark::bar(u64::from(*n), rated, 20);
        page.row(vec![
            (format!("   {}★ ", i + 1), theme.dim),
            (bar, theme.accent),
            (format!(" {:>5}", when::count(u64::from(*n))), theme.text),
        ]);
    }
    let label = findings.aspects.iter().map(|a| text::width(&a.aspect)).max().unwrap_or(0).min(18);
    if !findings.aspects.is_empty() {
        page.blank();
    }
    for found in &findings.suspicious {
        page.flow(vec![("   ! ".to_owned(), theme.warn)], &[(text::line(&found.text), theme.text)]);
    }
    for aspect in findings.aspects.iter().take(ASPECTS) {
        review_aspect(page, aspect, label, findings.total);
    }
}

fn review_aspect(page: &mut Page, aspect: &ReviewAspect, label: usize, total: u32) {
    let theme = page.theme();
    page.row(vec![
        (format!("   {} ", page.painter.cell(&aspect.aspect, label)), theme.strong()),
        (format!(" +{}", aspect.positive), theme.good),
        (format!(" −{}", aspect.negative), theme.bad),
        (format!("  {} of {}", aspect.mentions, when::count(total.into())), theme.dim),
        (format!("  {}{}", aspect.share_text(), if aspect.contested { " · opinions differ" } else { "" }), theme.dim),
    ]);
    for (mark, style, quote) in [("+", theme.good, &aspect.praise), ("−", theme.bad, &aspect.complaint)] {
        if let Some((_, quote)) = quote {
            let lead = vec![("     ".to_owned(), theme.text), (format!("{mark} "), style)];
            page.flow(lead, &[(format!("\"{}\"", text::line(quote)), theme.dim)]);
        }
    }
}

/// The answer to a question about one product.
pub fn fact(page: &mut Page, number: u32, product: &Product, asked: &str, verdict: Verdict, facts: &[Fact]) {
    let theme = page.theme();
    page.item(|page| title(page, number, product, ""));
    let (word, style) = match verdict {
        Verdict::Yes => ("Yes", theme.good),
        Verdict::No => ("No", theme.bad),
        Verdict::Stated => ("", theme.text),
        Verdict::NotStated => ("Not in the data", theme.warn),
    };
    let mut pieces = vec![(word.to_owned(), style.add_modifier(ratatui::style::Modifier::BOLD))];
    if !asked.is_empty() && !word.is_empty() {
        pieces.push((format!(": {asked}"), theme.text));
    }
    if !word.is_empty() {
        page.flow(indent(page), &pieces);
    }
    for fact in facts {
        let mut pieces = vec![(format!("{}: ", fact.field), theme.dim), (fact.text.clone(), theme.text)];
        let source: Vec<String> =
            fact.shop.iter().cloned().chain(fact.observed_at.map(|at| when::date(at, &page.zone))).collect();
        if !source.is_empty() {
            pieces.push((format!(" ({})", source.join(", ")), theme.dim));
        }
        page.flow(indent(page), &pieces);
    }
}
