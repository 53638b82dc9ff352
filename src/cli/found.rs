//! Facts of an answer as tables and plain lines: results, comparison, history, reviews, a fact, advice.
//!
//! Turns `Found` into lines on stdout; never computes a fact.

use super::exit::Failure;
use super::history;
use super::output::{Out, Role};
use super::render;
use super::table::{Cell, Table, cell};
use crate::answer::event::{Comparison, Found, Phrases, ResultRow, ReviewFindings, SetTotal, Verdict};
use crate::domain::{Availability, Condition, Coverage, Fact, Need, Offer, Op, PriceLimit, PriceSummary, Product};
use crate::text;

/// Rows of near misses shown in text.
const NEAR_MISSES: usize = 3;

/// Prints one set of facts in the language of `words`.
pub fn print(out: &mut Out, words: &Phrases, found: &Found) -> Result<(), Failure> {
    match found {
        Found::Results { rows, near_misses, notes } => {
            for note in notes {
                out.prose(Role::Dim, 2, &words.told(note))?;
            }
            lines(out, &results(out, words, rows))?;
            near(out, words, near_misses)?;
            invented(out, words, rows.iter().any(|row| row.product.invented))
        }
        Found::Comparison(comparison) => compare(out, words, comparison),
        Found::History { number, product, history, summary } => {
            head(out, words, *number, product)?;
            match summary {
                Some(summary) => {
                    for line in window(words, summary) {
                        out.prose(Role::Text, 2, &line)?;
                    }
                    history::chart(out, words, history, summary)
                }
                None => out.line(words.label("no_history")),
            }
        }
        Found::Reviews(findings) => reviews(out, words, findings),
        Found::Fact { number, product, asked, verdict, facts } => {
            head(out, words, *number, product)?;
            fact(out, words, asked, *verdict, facts)
        }
        Found::Advice { parts, missing, unmet, set } => advice(out, words, parts, (missing, unmet), set.as_ref()),
        Found::Ambiguous { said, candidates } => ambiguous(out, words, said, candidates),
        Found::Nothing { reason, near_misses } => {
            out.prose(Role::Text, 0, &words.told(reason))?;
            near(out, words, near_misses)
        }
    }
}

fn lines(out: &mut Out, table: &Table) -> Result<(), Failure> {
    for line in table.lines(out) {
        out.line(&line)?;
    }
    Ok(())
}

fn invented(out: &mut Out, words: &Phrases, any: bool) -> Result<(), Failure> {
    if any { out.prose(Role::Warn, 0, words.label("invented_note")) } else { Ok(()) }
}

fn head(out: &mut Out, words: &Phrases, number: u32, product: &Product) -> Result<(), Failure> {
    let number = out.paint(Role::Accent, &format!("[{number}]"));
    let title = out.paint(Role::Strong, &out.clean(&product.facts.title));
    let id = out.paint(Role::Dim, &format!("  Id {}", product.id));
    out.line(&format!("{number} {title}{id}"))?;
    invented(out, words, product.invented)
}

/// How the question was read: hard conditions apart from wishes.
pub fn understood(out: &mut Out, words: &Phrases, need: &Need) -> Result<(), Failure> {
    let mut musts: Vec<String> = Vec::new();
    let must = &need.must;
    let amount = |limit: &PriceLimit| {
        let (whole, rest) = (limit.milli / 1000, limit.milli % 1000);
        let digits = if rest == 0 { whole.to_string() } else { format!("{whole}.{:02}", rest / 10) };
        limit.currency.map_or(digits.clone(), |currency| format!("{currency} {digits}"))
    };
    musts.extend(must.category.as_deref().map(|path| words.category(path)));
    musts.extend(need.pieces.map(|count| words.count_of("pieces", u64::from(count))));
    let limits = [("at_most", must.max_price), ("at_least", must.min_price)];
    musts.extend(limits.iter().filter_map(|(bound, limit)| {
        let said = words.say(bound, &[("value", &amount(&need.of_all((*limit)?)))]);
        Some(need.pieces.map_or(said.clone(), |_| words.labelled("in_all", &[("what", &said)])))
    }));
    musts.extend(must.min_stars.map(|stars| words.labelled("least_stars", &[("stars", &stars.to_string())])));
    let any = |names: &[String]| {
        let or = |one: String, other: String| words.labelled("or", &[("one", &one), ("other", &other)]);
        names.iter().cloned().reduce(or).unwrap_or_default()
    };
    if !must.brands.is_empty() {
        musts.push(any(&must.brands));
    }
    let not = |word: &String| words.labelled("not", &[("what", word)]);
    musts.extend(must.not_brands.iter().chain(&must.without).map(not));
    musts.extend(must.attributes.iter().map(|a| {
        let bound = match a.op {
            Op::AtMost => "at_most",
            Op::AtLeast => "at_least",
            Op::Below => "less_than",
            Op::Above => "more_than",
            Op::Equal => "exactly",
        };
        let value = words.value(format!("{} {}", a.value, a.unit).trim_end());
        format!("{} {}", words.aspect(&a.name), words.say(bound, &[("value", &value)]))
    }));
    musts.extend(must.stated.iter().map(|s| words.short(&s.name, &s.value.to_string())));
    musts.extend(must.people.map(|n| words.count_of("people", u64::from(n))));
    if must.in_stock {
        musts.push(words.value("in stock"));
    }
    if !must.shops.is_empty() {
        musts.push(words.labelled("at_shop", &[("shop", &any(&must.shops))]));
    }
    musts.extend(must.not_shops.iter().map(|shop| words.labelled("not_at_shop", &[("shop", shop)])));
    // One word may be a wish for several aspects.
    let mut wants: Vec<String> = Vec::new();
    for wish in need.wants.iter().map(|want| words.wish(want)) {
        if !wants.contains(&wish) {
            wants.push(wish);
        }
    }
    let mut parts = Vec::new();
    if !musts.is_empty() {
        parts.push(words.labelled("must", &[("what", &musts.join(", "))]));
    }
    if !wants.is_empty() {
        parts.push(words.labelled("wish", &[("what", &wants.join(", "))]));
    }
    if parts.is_empty() { Ok(()) } else { out.prose(Role::Dim, 2, &parts.join(" · ")) }
}

fn results(out: &Out, words: &Phrases, rows: &[ResultRow]) -> Table {
    let mut table = Table::new()
        .right("")
        .flexible(words.label("product"), 22)
        .right(words.label("price"))
        .right("Id")
        .roomy(words.label("stars"))
        .roomy(words.label("shop"))
        .roomy(words.label("stock"))
        .roomy(words.label("matters"));
    for row in rows {
        let offer = row.offer.as_ref();
        let highlights: Vec<String> =
            row.highlights.iter().map(|(name, value)| out.clean(&words.short(name, value))).collect();
        table.row(vec![
            cell(Role::Accent, format!("[{}]", row.number)),
            cell(Role::Strong, out.clean(&row.product.facts.title)),
            match offer.and_then(|o| o.price) {
                Some(price) => cell(Role::Strong, price.to_string()),
                None => cell(Role::Dim, words.label("no_price")),
            },
            cell(Role::Dim, row.product.id.to_string()),
            cell(Role::Text, render::stars(row.product.facts.rating)),
            cell(Role::Text, offer.map(|o| out.clean(&o.shop.name)).unwrap_or_default()),
            offer.map(|offer| stock(words, offer)).unwrap_or_default(),
            cell(Role::Text, highlights.join(", ")),
        ]);
    }
    table
}

/// Whether it can be had; nothing where the shop does not say, as in most tables of prices.
fn stock(words: &Phrases, offer: &Offer) -> Cell {
    if offer.availability == Availability::Unknown && offer.condition == Condition::New {
        return Cell::default();
    }
    let cell = render::stock(offer);
    let parts: Vec<String> = cell.text.split(", ").map(|part| words.stock(part)).collect();
    Cell { text: parts.join(", "), ..cell }
}

fn near(out: &mut Out, words: &Phrases, near_misses: &[(ResultRow, String)]) -> Result<(), Failure> {
    for (row, misses) in near_misses.iter().take(NEAR_MISSES) {
        // A miss of the price tells the price itself.
        let price = row.offer.as_ref().and_then(|o| o.price).map(|p| p.to_string());
        let price = price.filter(|p| !misses.starts_with(p.as_str())).map(|p| format!(", {p}")).unwrap_or_default();
        let text = format!("{}{price} ({})", row.product.facts.title, words.told(misses));
        out.item(Role::Dim, words.label("outside"), &text)?;
    }
    Ok(())
}

/// Prints products side by side.
pub fn compare(out: &mut Out, words: &Phrases, comparison: &Comparison) -> Result<(), Failure> {
    let titles: Vec<String> = comparison
        .products
        .iter()
        .map(|row| format!("[{}] {}", row.number, out.clean(&row.product.facts.title)))
        .collect();
    let labels = comparison.rows.iter().map(|row| text::width(&words.row_label(&row.label))).max().unwrap_or(0);
    let wide = labels + titles.iter().map(|title| 2 + text::width(title)).sum::<usize>();
    // Titles that would be cut stand whole above the table, whose columns then have their numbers only.
    let above = out.table_cells().is_some_and(|room| wide > room);
    let mut table = Table::new().flexible("", 10);
    for (row, title) in comparison.products.iter().zip(&titles) {
        if above {
            out.item(Role::Strong, "", title)?;
        }
        table = table.flexible(&if above { format!("[{}]", row.number) } else { title.clone() }, 8);
    }
    let mut starred = false;
    for row in &comparison.rows {
        let mut cells = vec![cell(Role::Dim, out.clean(&words.row_label(&row.label)))];
        for (index, value) in row.cells.iter().enumerate() {
            let best = row.best == Some(index);
            starred |= best;
            cells.push(match value {
                Some(value) if best => cell(Role::Good, format!("{} *", out.clean(&words.cell(value)))),
                Some(value) => cell(if row.differs { Role::Text } else { Role::Dim }, out.clean(&words.cell(value))),
                None => cell(Role::Dim, words.label("not_stated")),
            });
        }
        table.row(cells);
    }
    lines(out, &table)?;
    if starred {
        out.say(Role::Dim, words.label("best"))?;
    }
    invented(out, words, comparison.products.iter().any(|row| row.product.invented))
}

/// Prints what reviewers say, in proportion.
pub fn reviews(out: &mut Out, words: &Phrases, findings: &ReviewFindings) -> Result<(), Failure> {
    head(out, words, findings.number, &findings.product)?;
    out.line(&words.count_of("reviews", u64::from(findings.total)))?;
    let most = findings.stars.iter().max().copied().unwrap_or(0);
    for (index, count) in findings.stars.iter().enumerate().rev().filter(|_| most > 0) {
        let bar = text::spark::bar(u64::from(*count), u64::from(most), 24);
        let bar = out.paint(Role::Accent, bar.trim_end());
        out.line(format!("  {}★ {count:>4}  {bar}", index + 1).trim_end())?;
    }
    for found in &findings.suspicious {
        let days: Vec<String> = [found.from, found.until].into_iter().flatten().map(render::day).collect();
        let days = if days.is_empty() { String::new() } else { format!(" ({})", days.join(" to ")) };
        out.item(Role::Warn, "  ! ", &format!("{}{days}", found.text))?;
    }
    let mut table = Table::new()
        .flexible(words.label("aspect"), 10)
        .right(words.label("praised"))
        .right(words.label("criticised"))
        .right(words.label("mentioned"))
        .right(words.label("share"))
        .left("");
    for aspect in &findings.aspects {
        table.row(vec![
            cell(Role::Strong, out.clean(&words.aspect(&aspect.aspect))),
            cell(Role::Good, aspect.positive.to_string()),
            cell(Role::Bad, aspect.negative.to_string()),
            cell(Role::Dim, words.out_of(aspect.mentions, findings.total)),
            cell(Role::Dim, aspect.share_text()),
            cell(Role::Warn, if aspect.contested { words.label("opinions_differ") } else { "" }.to_owned()),
        ]);
    }
    if !table.is_empty() {
        out.line("")?;
        lines(out, &table)?;
        out.line("")?;
    }
    changes(out, words, findings)?;
    for aspect in &findings.aspects {
        for (mark, quote) in [("  + ", &aspect.praise), ("  - ", &aspect.complaint)] {
            if let Some((review, quote)) = quote {
                let (name, id) = (words.aspect(&aspect.aspect), review.0.to_string());
                let text = words.labelled("quote", &[("aspect", &name), ("quote", quote), ("id", &id)]);
                out.item(Role::Text, mark, &text)?;
            }
        }
    }
    Ok(())
}

/// What only the newest reviews or only those of one variant say.
fn changes(out: &mut Out, words: &Phrases, findings: &ReviewFindings) -> Result<(), Failure> {
    for aspect in &findings.aspects {
        if let Some(recent) =
            aspect.recent.filter(|r| r.positive + r.negative > 0 && aspect.negative + aspect.positive > 2)
        {
            let (praise, complain) = (recent.positive.to_string(), recent.negative.to_string());
            let parts = [
                ("aspect", words.aspect(&aspect.aspect)),
                ("day", render::day(recent.since)),
                ("praise", praise),
                ("complain", complain),
            ];
            let text = words.labelled("since", &parts.each_ref().map(|(name, part)| (*name, part.as_str())));
            out.item(Role::Dim, "  . ", &text)?;
        }
        if let Some(variant) = &aspect.complaints_of {
            let (name, count) = (words.aspect(&aspect.aspect), aspect.negative.to_string());
            let text = words.labelled("all_of_variant", &[("aspect", &name), ("count", &count), ("variant", variant)]);
            out.item(Role::Dim, "  . ", &text)?;
        }
    }
    Ok(())
}

fn fact(out: &mut Out, words: &Phrases, asked: &str, verdict: Verdict, facts: &[Fact]) -> Result<(), Failure> {
    let (role, word) = match verdict {
        Verdict::Yes => (Role::Good, words.label("yes")),
        Verdict::No => (Role::Bad, words.label("no")),
        Verdict::Stated => (Role::Text, ""),
        Verdict::NotStated => (Role::Warn, words.label("not_in_data")),
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
            cell(Role::Dim, out.clean(&words.row_label(&fact.field))),
            cell(Role::Strong, out.clean(&words.cell(&fact.text))),
            cell(Role::Dim, place),
        ]);
    }
    lines(out, &table)
}

fn advice(
    out: &mut Out,
    words: &Phrases,
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
        lines(out, &results(out, words, rows))?;
    }
    if let Some(set) = set {
        out.line("")?;
        out.say(if set.fits { Role::Good } else { Role::Warn }, &set.text(words))?;
    }
    for (part, miss) in unmet {
        out.prose(Role::Dim, 2, &words.labelled("unmet", &[("what", part), ("miss", miss)]))?;
    }
    if !missing.is_empty() {
        out.prose(Role::Dim, 2, &words.labelled("missing", &[("what", &missing.join(", "))]))?;
    }
    invented(out, words, parts.iter().flat_map(|(_, rows)| rows).any(|row| row.product.invented))
}

fn ambiguous(out: &mut Out, words: &Phrases, said: &str, candidates: &[Product]) -> Result<(), Failure> {
    out.prose(Role::Text, 0, &words.labelled("may_mean", &[("said", said)]))?;
    lines(out, &render::candidates(out, candidates))
}

/// What the answer looked at: shops, what was left out, how old the prices are.
pub fn coverage(out: &mut Out, words: &Phrases, coverage: &Coverage) -> Result<(), Failure> {
    out.line("")?;
    for line in words.coverage(coverage) {
        out.prose(Role::Dim, 2, &line)?;
    }
    Ok(())
}

/// What may be said of the prices observed: now, lowest, highest, median, and how long was looked.
fn window(words: &Phrases, summary: &PriceSummary) -> Vec<String> {
    if words.is_english() {
        return vec![history::window(summary)];
    }
    let told = words.prices(summary, &render::day).into_iter().map(|(label, value)| format!("{label} {value}"));
    vec![told.collect::<Vec<_>>().join(" · "), words.window(summary)]
}
