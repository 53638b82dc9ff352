//! Words about the facts: the pick, checked sentences, follow-up questions, the coverage line.

use super::page::Page;
use crate::answer::event::{Pick, Sentence};
use crate::domain::{Claim, Coverage};
use crate::ui::paint::{Piece, with_citations};

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
    let pieces = vec![
        (format!("{}: ", page.words.label("pick")), theme.good),
        (pick.title.clone(), theme.strong()),
        (format!(" [{}]", pick.number), theme.accent),
    ];
    page.flow(vec![("✓ ".to_owned(), theme.good)], &pieces);
    for reason in &pick.reasons {
        page.flow(vec![("  + ".to_owned(), theme.good)], &with_citations(&cited(reason), theme.text, theme.accent));
    }
    if let Some(drawback) = &pick.drawback {
        page.flow(vec![("  − ".to_owned(), theme.warn)], &with_citations(&cited(drawback), theme.text, theme.accent));
    }
    if let Some(close) = pick.close_to {
        let text = page.words.labelled("close", &[("other", &format!("[{close}]"))]);
        page.flow(vec![("  ".to_owned(), theme.dim)], &with_citations(&text, theme.dim, theme.accent));
    }
    alternatives(page, pick);
}

/// The other choices beside the pick, a line each with its reason.
fn alternatives(page: &mut Page, pick: &Pick) {
    let theme = page.theme();
    for (label, other) in [("budget", &pick.budget), ("upgrade", &pick.upgrade)] {
        if let Some(other) = other {
            let reason = with_citations(&cited(&other.reason), theme.text, theme.accent);
            let label = page.words.label(label);
            page.flow(vec![(format!("  {label}: "), theme.accent)], &reason);
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
        page.say(&page.words.count_of("replaced", replaced), theme.dim);
    }
}

/// Follow-up questions that can be chosen.
pub fn suggestions(page: &mut Page, questions: &[String]) {
    let theme = page.theme();
    page.say(page.words.label("ask_next"), theme.dim);
    for question in questions {
        page.item(|page| page.flow(vec![("→ ".to_owned(), theme.accent)], &[(question.clone(), theme.text)]));
    }
}

/// What the answer looked at and what it did not.
pub fn coverage(page: &mut Page, coverage: &Coverage) {
    let theme = page.theme();
    let mut lines = page.words.coverage(coverage);
    if coverage.invented {
        lines.push(page.words.label("invented_note").to_owned());
    }
    for line in lines {
        page.say(&line, theme.dim);
    }
}
