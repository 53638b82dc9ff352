//! Three follow-up questions, only such as the data can answer.
//!
//! Asks nothing of the store: what a card states is what can be asked.

use crate::answer::evidence::CardFacts;
use crate::answer::phrases::Phrases;
use crate::domain::*;

const MOST: usize = 3;

/// After a search or comparison: the first two side by side, or why the pick and not the other; price and reviews.
pub fn after_search(need: &Need, cards: &[Card]) -> Vec<String> {
    let words = Phrases::of(need.language);
    let mut questions = Vec::new();
    if let [first, second, ..] = cards {
        questions.push(match need.kind {
            QuestionKind::Compare => words.labelled("chip_why_not", &[("one", &second.title)]),
            _ => words.labelled("chip_compare", &[("one", &first.title), ("other", &second.title)]),
        });
    }
    for card in cards.iter().take(2) {
        questions.extend(of_card(words, card).into_iter().map(|(_, question)| question));
    }
    if let Some(card) = cards.first() {
        questions.extend(of_fact(words, card));
    }
    questions.truncate(MOST);
    questions
}

/// After advice, whose things are not of one kind: of the first what can be asked, and its likes.
pub fn after_advice(need: &Need, cards: &[Card]) -> Vec<String> {
    let words = Phrases::of(need.language);
    let Some(card) = cards.first() else { return Vec::new() };
    let mut questions: Vec<String> = of_card(words, card).into_iter().take(1).map(|(_, question)| question).collect();
    questions.extend(others(words, card));
    if let Some(second) = cards.iter().find(|c| category(c) != category(card)) {
        questions.extend(others(words, second));
    }
    questions.extend(of_fact(words, card));
    questions.truncate(MOST);
    questions
}

/// After a question on one product.
pub fn after_product(need: &Need, cards: &[Card]) -> Vec<String> {
    let words = Phrases::of(need.language);
    let Some(card) = cards.first() else { return Vec::new() };
    let mut questions: Vec<String> =
        of_card(words, card).into_iter().filter(|(kind, _)| *kind != card.kind).map(|(_, question)| question).collect();
    questions.extend(others(words, card));
    questions.extend(of_fact(words, card));
    questions.truncate(MOST);
    questions
}

/// Questions on the prices and the reviews of a card, each with the kind of card that answers it.
fn of_card(words: &Phrases, card: &Card) -> Vec<(CardKind, String)> {
    let one = [("one", card.title.as_str())];
    let mut questions = Vec::new();
    if card.count("observations").is_some_and(|n| n > 1) {
        questions.push((CardKind::PriceHistory, words.labelled("chip_price", &one)));
    }
    if card.count("reviews").is_some_and(|n| n > 0) {
        questions.push((CardKind::Reviews, words.labelled("chip_reviews", &one)));
    }
    questions
}

/// A yes-or-no attribute that is stated. In English only: an attribute's name in another language may not be understood.
fn of_fact(words: &Phrases, card: &Card) -> Option<String> {
    let flag = |f: &&Fact| matches!(f.value, FactValue::Flag(_)) && f.field != "in stock";
    let fact = card.facts.iter().find(flag).filter(|_| words.is_english())?;
    Some(format!("does {} have {}?", card.title, fact.field))
}

/// The leaf of a category path.
fn category(card: &Card) -> Option<&str> {
    let path = card.facts.iter().find(|f| f.field == "category")?.text.as_str();
    // Cleaning leaves blanks where the parts were divided.
    path.rsplit(['>', '/']).next()?.rsplit("  ").next().map(str::trim).filter(|leaf| !leaf.is_empty())
}

/// The kind of thing as a search of its own.
fn others(words: &Phrases, card: &Card) -> Option<String> {
    category(card).map(|leaf| words.labelled("chip_others", &[("kind", leaf)]))
}
