//! Facts of an answer as tables and plain lines: results, comparison, history, reviews, a fact, advice.
//!
//! Turns `Found` into lines on stdout; never computes a fact.

use super::exit::Failure;
use super::history;
use super::output::{Out, Role};
use super::render;
use super::table::{Table, cell};
use crate::answer::event::{Comparison, Found, ResultRow, ReviewFindings, SetTotal, Verdict};
use crate::domain::{Coverage, Fact, Need, Op, PriceLimit, Product};
use crate::text;

/// Rows of near misses shown in text.
const NEAR_MISSES: usize = 3;

/// Prints one set of facts.
pub fn print(out: &mut Out, found: &Found) -> Result<(), Failure> {
    match found {
        Found::Results { rows, near_misses, notes } => {
            for note in notes {
                out.prose(Role::Dim, 2, note)?;
            }
            lines(out, &results(out, rows))?;
            near(out, near_misses)?;
            invented(out, rows.iter().any(|row| row.product.invented))
        }
        Found::Comparison(comparison) => compare(out, comparison),
        Found::History { number, product, history, summary } => {
            head(out, *number, product)?;
            match summary {
                Some(summary) => {
                    out.prose(Role::Text, 0, &history::window(summary))?;
                    history::chart(out, history, summary)
                }
                None => out.line("No price of it was observed."),
            }
        }
        Found::Reviews(findings) => reviews(out, findings),
        Found::Fact { number, product, asked, verdict, facts } => fact(out, *number, product, asked, *verdict, facts),
        Found::Advice { parts, missing, unmet, set } => advice(out, parts, (missing, unmet), set.as_ref()),
        Found::Ambiguous { said, candidates } => ambiguous(out, said, candidates),
        Found::Nothing { reason, near_misses } => {
            out.prose(Role::Text, 0, reason)?;
            near(out, near_misses)
        }
    }
}

fn lines(out: &mut Out, table: &Table) -> Result<(), Failure> {
    for line in table.lines(out) {
        out.line(&line)?;
    }
    Ok(())
}

fn invented(out: &mut Out, any: bool) -> Result<(), Failure> {
    if any { out.say(Role::Warn, render::INVENTED) } else { Ok(()) }
}

fn head(out: &mut Out, number: u32, product: &Product) -> Result<(), Failure> {
    let number = out.paint(Role::Accent, &format!("[{number}]"));
    let title = out.paint(Role::Strong, &out.clean(&product.facts.title));
    let id = out.paint(Role::Dim, &format!("  product {}", product.id));
    out.line(&format!("{number} {title}{id}"))?;
    invented(out, product.invented)
}

/// How the question was read: hard conditions apart from wishes.
pub fn understood(out: &mut Out, need: &Need) -> Result<(), Failure> {
    let mut musts: Vec<String> = Vec::new();
    let must = &need.must;
    let amount = |limit: &PriceLimit| {
        let (whole, rest) = (limit.milli / 1000, limit.milli % 1000);
        let digits = if rest == 0 { whole.to_string() } else { format!("{whole}.{:02}", rest / 10) };
        limit.currency.map_or(digits.clone(), |currency| format!("{currency} {digits}"))
    };
    musts.extend(must.category.clone());
    musts.extend(must.max_price.as_ref().map(|limit| format!("at most {}", amount(limit))));
    musts.extend(must.min_price.as_ref().map(|limit| format!("at least {}", amount(limit))));
    musts.extend(must.min_stars.map(|stars| format!("{stars} stars or better")));
    if !must.brands.is_empty() {
        musts.push(must.brands.join(" or "));
    }
    musts.extend(must.not_brands.iter().chain(&must.without).map(|word| format!("not {word}")));
    musts.extend(must.attributes.iter().map(|a| {
        let op = match a.op {
            Op::AtMost => "at most",
            Op::AtLeast => "at least",
            Op::Below => "under",
            Op::Above => "over",
            Op::Equal => "exactly",
        };
        format!("{} {op} {} {}", a.name.replace('_', " "), a.value, a.unit).trim_end().to_owned()
    }));
    musts.extend(must.stated.iter().map(|s| format!("{} {}", s.name.replace('_', " "), s.value)));
    musts.extend(must.people.map(|n| if n == 1 { "for 1 person".to_owned() } else { format!("for {n} people") }));
    if must.in_stock {
        musts.push("in stock".to_owned());
    }
    if !must.shops.is_empty() {
        musts.push(format!("at {}", must.shops.join(" or ")));
    }
    musts.extend(must.not_shops.iter().map(|shop| format!("not at {shop}")));
    // One word may be a wish for several aspects.
    let mut wants: Vec<&str> = Vec::new();
    for want in &need.wants {
        if !wants.contains(&want.said.as_str()) {
            wants.push(&want.said);
        }
    }
    let mut parts = Vec::new();
    if !musts.is_empty() {
        parts.push(format!("must: {}", musts.join(", ")));
    }
    if !wants.is_empty() {
        parts.push(format!("wish: {}", wants.join(", ")));
    }
    if parts.is_empty() { Ok(()) } else { out.prose(Role::Dim, 2, &parts.join(" · ")) }
}

fn results(out: &Out, rows: &[ResultRow]) -> Table {
    let mut table = Table::new()
        .right("")
        .flexible("Product", 22)
        .right("Price")
        .flexible("Shop", 8)
        .left("Stars")
        .flexible("What matters", 12)
        .left("Stock")
        .right("Id");
    for row in rows {
        let offer = row.offer.as_ref();
        let highlights: Vec<String> = row.highlights.iter().map(|(_, value)| out.clean(value)).collect();
        table.row(vec![
            cell(Role::Accent, format!("[{}]", row.number)),
            cell(Role::Strong, out.clean(&row.product.facts.title)),
            render::money_cell(offer.and_then(|o| o.price), Role::Strong),
            cell(Role::Text, offer.map(|o| out.clean(&o.shop.name)).unwrap_or_default()),
            cell(Role::Text, render::stars(row.product.facts.rating)),
            cell(Role::Text, highlights.join(", ")),
            offer.map(render::stock).unwrap_or_default(),
            cell(Role::Dim, row.product.id.to_string()),
        ]);
    }
    table
}

fn near(out: &mut Out, near_misses: &[(ResultRow, String)]) -> Result<(), Failure> {
    for (row, misses) in near_misses.iter().take(NEAR_MISSES) {
        let price = row.offer.as_ref().and_then(|o| o.price).map(|p| format!(", {p}")).unwrap_or_default();
        let text = format!("{}{price} ({misses})", row.product.facts.title);
        out.item(Role::Dim, "just outside: ", &text)?;
    }
    Ok(())
}

/// Prints products side by side.
pub fn compare(out: &mut Out, comparison: &Comparison) -> Result<(), Failure> {
    let mut table = Table::new().left("");
    for row in &comparison.products {
        let title = format!("[{}] {}", row.number, out.clean(&row.product.facts.title));
        table = table.flexible(&title, 14);
    }
    let mut starred = false;
    for row in &comparison.rows {
        let mut cells = vec![cell(Role::Dim, out.clean(&row.label))];
        for (index, value) in row.cells.iter().enumerate() {
            let best = row.best == Some(index);
            starred |= best;
            cells.push(match value {
                Some(value) if best => cell(Role::Good, format!("{} *", out.clean(value))),
                Some(value) => cell(if row.differs { Role::Text } else { Role::Dim }, out.clean(value)),
                None => cell(Role::Dim, "not stated"),
            });
        }
        table.row(cells);
    }
    lines(out, &table)?;
    if starred {
        out.say(Role::Dim, "* the best of those compared")?;
    }
    invented(out, comparison.products.iter().any(|row| row.product.invented))
}

/// Prints what reviewers say, in proportion.
pub fn reviews(out: &mut Out, findings: &ReviewFindings) -> Result<(), Failure> {
    head(out, findings.number, &findings.product)?;
    out.line(&format!("{} reviews", findings.total))?;
    let most = findings.stars.iter().max().copied().unwrap_or(0);
    for (index, count) in findings.stars.iter().enumerate().rev().filter(|_| most > 0) {
        let bar = text::spark::bar(u64::from(*count), u64::from(most), 24);
        let bar = out.paint(Role::Accent, bar.trim_end());
        out.line(&format!("  {} stars {count:>4}  {bar}", index + 1))?;
    }
    for found in &findings.suspicious {
        let days: Vec<String> = [found.from, found.until].into_iter().flatten().map(render::day).collect();
        let days = if days.is_empty() { String::new() } else { format!(" ({})", days.join(" to ")) };
        out.item(Role::Warn, "  ! ", &format!("{}{days}", found.text))?;
    }
    let mut table = Table::new()
        .flexible("Aspect", 10)
        .right("Praised")
        .right("Criticised")
        .right("Mentioned")
        .right("Share")
        .left("");
    for aspect in &findings.aspects {
        table.row(vec![
            cell(Role::Strong, out.clean(&aspect.aspect)),
            cell(Role::Good, aspect.positive.to_string()),
            cell(Role::Bad, aspect.negative.to_string()),
            cell(Role::Dim, format!("{} of {}", aspect.mentions, findings.total)),
            cell(Role::Dim, aspect.share_text()),
            cell(Role::Warn, if aspect.contested { "opinions differ" } else { "" }.to_owned()),
        ]);
    }
    if !table.is_empty() {
        out.line("")?;
        lines(out, &table)?;
        out.line("")?;
    }
    changes(out, findings)?;
    for aspect in &findings.aspects {
        for (mark, quote) in [("  + ", &aspect.praise), ("  - ", &aspect.complaint)] {
            if let Some((review, quote)) = quote {
                let text = format!("{}: \"{quote}\" (review {})", aspect.aspect, review.0);
                out.item(Role::Text, mark, &text)?;
            }
        }
    }
    Ok(())
}

/// What only the newest reviews or only those of one variant say.
fn changes(out: &mut Out, findings: &ReviewFindings) -> Result<(), Failure> {
    for aspect in &findings.aspects {
        if let Some(recent) =
            aspect.recent.filter(|r| r.positive + r.negative > 0 && aspect.negative + aspect.positive > 2)
        {
            let text = format!(
                "{}: since {} {} praise it and {} complain",
                aspect.aspect,
                render::day(recent.since),
                recent.positive,
                recent.negative
            );
            out.item(Role::Dim, "  . ", &text)?;
        }
        if let Some(variant) = &aspect.complaints_of {
            let text = format!("{}: all {} complaints are of {variant}", aspect.aspect, aspect.negative);
            out.item(Role::Dim, "  . ", &text)?;
        }
    }
    Ok(())
}

fn fact(
    out: &mut Out,
    number: u32,
    product: &Product,
    asked: &str,
    verdict: Verdict,
    facts: &[Fact],
) -> Result<(), Failure> {
    head(out, number, product)?;
    let (role, word) = match verdict {
        Verdict::Yes => (Role::Good, "yes"),
        Verdict::No => (Role::Bad, "no"),
        Verdict::Stated => (Role::Text, ""),
        Verdict::NotStated => (Role::Warn, "not in the data"),
    };
    if !word.is_empty() {
        let asked = out.clean(asked);
        let word = out.paint(role, word);
        out.line(&format!("{asked}: {word}"))?;
    }
    let mut table = Table::new().left("").flexible("", 20).left("");
    for fact in facts {
        let place = fact.shop.iter().map(|s| out.clean(s)).chain(fact.observed_at.map(render::day));
        let place = place.collect::<Vec<_>>().join(", ");
        let place = if place.is_empty() { fact.row.clone() } else { format!("{place} ({})", fact.row) };
        table.row(vec![
            cell(Role::Dim, out.clean(&fact.field)),
            cell(Role::Strong, out.clean(&fact.text)),
            cell(Role::Dim, place),
        ]);
    }
    lines(out, &table)
}

fn advice(
    out: &mut Out,
    parts: &[(String, Vec<ResultRow>)],
    (missing, unmet): (&[String], &[(String, String)]),
    set: Option<&SetTotal>,
) -> Result<(), Failure> {
    for (number, (part, rows)) in parts.iter().enumerate() {
        if number > 0 {
            out.line("")?;
        }
        let part = out.clean(part);
        out.say(Role::Strong, &part)?;
        lines(out, &results(out, rows))?;
    }
    if let Some(set) = set {
        out.line("")?;
        out.say(if set.fits { Role::Good } else { Role::Warn }, &set.text())?;
    }
    for (part, miss) in unmet {
        out.prose(Role::Dim, 2, &format!("No {} within the conditions ({})", out.clean(part), out.clean(miss)))?;
    }
    if !missing.is_empty() {
        out.prose(Role::Dim, 2, &format!("Not in the data: {}", missing.join(", ")))?;
    }
    invented(out, parts.iter().flat_map(|(_, rows)| rows).any(|row| row.product.invented))
}

fn ambiguous(out: &mut Out, said: &str, candidates: &[Product]) -> Result<(), Failure> {
    out.prose(Role::Text, 0, &format!("\"{said}\" may mean any of these:"))?;
    lines(out, &render::candidates(out, candidates))
}

/// What the answer looked at: shops, what was left out, how old the prices are.
pub fn coverage(out: &mut Out, coverage: &Coverage) -> Result<(), Failure> {
    let mut parts: Vec<String> = Vec::new();
    let noun = if coverage.products_considered == 1 { "product" } else { "products" };
    parts.push(format!("{} {noun} considered ({} search)", coverage.products_considered, coverage.search));
    match coverage.shops.len() {
        0 => {}
        1..=6 => parts.push(format!("shops: {}", coverage.shops.join(", "))),
        n => parts.push(format!("{n} shops")),
    }
    if !coverage.skipped.is_empty() {
        parts.push(format!("skipped: {}", coverage.skipped.join(", ")));
    }
    if let Some(newest) = coverage.newest_observation {
        let oldest = coverage.oldest_observation.unwrap_or(newest);
        let span = if render::day(oldest) == render::day(newest) {
            format!("prices of {}", render::day(newest))
        } else {
            format!("prices of {} to {}", render::day(oldest), render::day(newest))
        };
        parts.push(span);
    }
    if coverage.stale_offers > 0 {
        let verb = if coverage.stale_offers == 1 { "price is" } else { "prices are" };
        parts.push(format!("{} {verb} stale", coverage.stale_offers));
    }
    if coverage.cards_dropped > 0 {
        parts.push(format!("{} pieces of evidence did not fit the model", coverage.cards_dropped));
    }
    out.line("")?;
    out.prose(Role::Dim, 2, &parts.join(" · "))?;
    for note in &coverage.notes {
        out.prose(Role::Dim, 2, note)?;
    }
    Ok(())
}
