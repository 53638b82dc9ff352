//! Words about the facts: the pick, checked sentences, follow-up questions, the coverage line.

use super::page::Page;
use crate::answer::event::{Pick, Sentence};
use crate::domain::{Claim, Coverage, Timestamp};
use crate::ui::paint::{Piece, with_citations};
use crate::ui::when;

fn cited(claim: &Claim) -> String {
    let marks: String = claim.cards.iter().map(|n| format!("[{n}]")).collect();
    if claim.text.contains(&marks) {
        return claim.text.clone();
    }
    match claim.text.strip_suffix('.') {
        Some(sentence) => format!("{sentence} {marks}."),
        None => format!("{} {marks}", claim.text),
    }
}

/// The pick with what speaks for and against it.
pub fn pick(page: &mut Page, pick: &Pick) {
    let theme = page.theme();
    let mut pieces = vec![
        ("My pick: ".to_owned(), theme.good),
        (pick.title.clone(), theme.strong()),
        (format!(" [{}]", pick.number), theme.accent),
    ];
    if let Some(close) = pick.close_to {
        pieces.push((", closely followed by ".to_owned(), theme.dim));
        pieces.push((format!("[{close}]"), theme.accent));
    }
    page.flow(vec![("✓ ".to_owned(), theme.good)], &pieces);
    for reason in &pick.reasons {
        page.flow(vec![("  + ".to_owned(), theme.good)], &with_citations(&cited(reason), theme.text, theme.accent));
    }
    if let Some(drawback) = &pick.drawback {
        page.flow(vec![("  − ".to_owned(), theme.warn)], &with_citations(&cited(drawback), theme.text, theme.accent));
    }
    alternatives(page, pick);
}

/// The other choices beside the pick, a line each with its reason.
fn alternatives(page: &mut Page, pick: &Pick) {
    let theme = page.theme();
    for (label, other) in [("For less: ", &pick.budget), ("For more: ", &pick.upgrade)] {
        if let Some(other) = other {
            let reason = with_citations(&cited(&other.reason), theme.text, theme.accent);
            page.flow(vec![(format!("  {label}"), theme.accent)], &reason);
        }
    }
}

/// Checked sentences as running text. A struck one stays in its place, crossed out, with the reason.
pub fn sentences(page: &mut Page, sentences: &[Sentence]) {
    let theme = page.theme();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut replaced = 0;
    for sentence in sentences {
        if !pieces.is_empty() {
            pieces.push((" ".to_owned(), theme.text));
        }
        match sentence {
            Sentence::Verified { text } => pieces.append(&mut with_citations(text, theme.text, theme.accent)),
            Sentence::FellBack { text, .. } => {
                replaced += 1;
                pieces.append(&mut with_citations(text, theme.text, theme.accent));
            }
            Sentence::Struck { said, reason } => {
                pieces.push(("✗ ".to_owned(), theme.warn));
                pieces.push((said.clone(), theme.struck()));
                pieces.push((format!(" (struck: {reason})"), theme.dim));
            }
        }
    }
    page.flow(Vec::new(), &pieces);
    if replaced > 0 {
        let said = when::plural(replaced, "sentence of the model was", "sentences of the model were");
        page.say(&format!("{said} replaced by checked facts."), theme.dim);
    }
}

/// Follow-up questions that can be chosen.
pub fn suggestions(page: &mut Page, questions: &[String]) {
    let theme = page.theme();
    page.say("Ask next", theme.dim);
    for question in questions {
        page.item(|page| page.flow(vec![("→ ".to_owned(), theme.accent)], &[(question.clone(), theme.text)]));
    }
}

/// What the answer looked at and what it did not.
pub fn coverage(page: &mut Page, coverage: &Coverage, now: Timestamp) {
    let theme = page.theme();
    let mut parts: Vec<String> = Vec::new();
    if coverage.products_considered > 0 {
        parts.push(format!("{} looked at", when::plural(coverage.products_considered.into(), "product", "products")));
    }
    match coverage.shops.as_slice() {
        [] => {}
        shops if shops.len() <= 4 => parts.push(format!("shops: {}", shops.join(", "))),
        shops => parts.push(when::plural(shops.len() as u64, "shop", "shops")),
    }
    if let Some(newest) = coverage.newest_observation {
        parts.push(format!("newest price {}", when::moment(newest, now, &page.zone)));
    }
    if coverage.stale_offers > 0 {
        parts.push(when::plural(coverage.stale_offers.into(), "stale price", "stale prices"));
    }
    if !coverage.search.is_empty() {
        parts.push(format!("{} search", coverage.search));
    }
    if coverage.cards_dropped > 0 {
        parts.push(format!(
            "{} left out for want of room",
            when::plural(coverage.cards_dropped.into(), "card", "cards")
        ));
    }
    if coverage.invented {
        parts.push("from the invented demo catalogue".to_owned());
    }
    page.say(&parts.join(" · "), theme.dim);
    for skipped in &coverage.skipped {
        page.say(&format!("skipped {skipped}"), theme.dim);
    }
    for note in &coverage.notes {
        page.say(note, theme.dim);
    }
}
