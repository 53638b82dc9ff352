//! Facts about one product in the chat: price history in brief, reviews in proportion, the answer to a question.

use super::page::Page;
use crate::answer::event::{ReviewAspect, ReviewFindings, Verdict};
use crate::domain::{Fact, PriceHistory, PriceSummary, Product};
use crate::text::{self, spark};
use crate::ui::paint::Piece;
use crate::ui::{series, when};

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
        pieces.push((format!(" · {}", page.words.label("invented")), theme.dim));
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
    page.item(|page| title(page, number, product, page.words.label("history")));
    let Some(summary) = summary else {
        page.flow(indent(page), &[(page.words.label("no_history").to_owned(), theme.warn)]);
        return;
    };
    let line = spark::sparkline(&series::daily_lows(history, summary), page.width.saturating_sub(3));
    page.row(vec![("   ".to_owned(), theme.text), (line, theme.accent)]);
    let (words, zone) = (page.words, page.zone.clone());
    let prices = words.prices(summary, &|at| when::date(at, &zone));
    let widest = prices.iter().map(|(label, _)| text::width(label)).max().unwrap_or(0);
    for (label, value) in prices {
        let lead = format!("   {}  ", page.painter.cell(label, widest));
        page.flow(vec![(lead, theme.dim)], &[(value, theme.text)]);
    }
    page.flow(indent(page), &[(words.window(summary), theme.dim)]);
}

/// Reviews in proportion: the spread of stars, then who says what, with a quote each way.
pub fn reviews(page: &mut Page, findings: &ReviewFindings) {
    let theme = page.theme();
    let total = page.words.count_of("reviews", findings.total.into());
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
    let name = |aspect: &ReviewAspect| text::width(&page.words.aspect(&aspect.aspect));
    let label = findings.aspects.iter().map(name).max().unwrap_or(0).min(18);
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
    let differ = page.words.label("opinions_differ");
    let contested = if aspect.contested { format!(" · {}", page.painter.short(differ, 40)) } else { String::new() };
    page.row(vec![
        (format!("   {} ", page.painter.cell(&page.words.aspect(&aspect.aspect), label)), theme.strong()),
        (format!(" +{}", aspect.positive), theme.good),
        (format!(" −{}", aspect.negative), theme.bad),
        (format!("  {}", page.painter.short(&page.words.out_of(aspect.mentions, total), 40)), theme.dim),
        (format!("  {}{contested}", aspect.share_text()), theme.dim),
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
        Verdict::Yes => ("yes", theme.good),
        Verdict::No => ("no", theme.bad),
        Verdict::Stated => ("", theme.text),
        Verdict::NotStated => ("not_in_data", theme.warn),
    };
    let word = page.words.heading(word);
    let mut pieces = vec![(word.to_owned(), style.add_modifier(ratatui::style::Modifier::BOLD))];
    if !asked.is_empty() && !word.is_empty() {
        pieces.push((format!(": {asked}"), theme.text));
    }
    if !word.is_empty() {
        page.flow(indent(page), &pieces);
    }
    for fact in facts {
        let mut pieces = vec![
            (format!("{}: ", page.words.row_label(&fact.field)), theme.dim),
            (page.words.cell(&fact.text), theme.text),
        ];
        let source: Vec<String> =
            fact.shop.iter().cloned().chain(fact.observed_at.map(|at| when::date(at, &page.zone))).collect();
        if !source.is_empty() {
            pieces.push((format!(" ({})", source.join(", ")), theme.dim));
        }
        page.flow(indent(page), &pieces);
    }
}
