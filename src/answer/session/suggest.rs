//! Three follow-up questions, only such as the data can answer.
//!
//! Asks nothing of the store: what a card states is what can be asked.

use crate::answer::evidence::CardFacts;
use crate::domain::*;

const MOST: usize = 3;

/// After a search or comparison: the first two side by side, or why the pick and not the other; price and reviews.
pub fn after_search(need: &Need, cards: &[Card]) -> Vec<String> {
    let mut questions = Vec::new();
    if let [first, second, ..] = cards {
        questions.push(match need.kind {
            QuestionKind::Compare => format!("why not the {}?", second.title),
            _ => format!("compare {} and {}", first.title, second.title),
        });
    }
    for card in cards.iter().take(2) {
        questions.extend(of_card(card));
    }
    if let Some(card) = cards.first() {
        questions.extend(of_fact(card));
    }
    questions.truncate(MOST);
    questions
}

/// After advice, whose things are not of one kind: of the first what can be asked, and its likes.
pub fn after_advice(cards: &[Card]) -> Vec<String> {
    let Some(card) = cards.first() else { return Vec::new() };
    let mut questions: Vec<String> = of_card(card).into_iter().take(1).collect();
    questions.extend(others(card));
    if let Some(second) = cards.iter().find(|c| category(c) != category(card)) {
        questions.extend(others(second));
    }
    questions.extend(of_fact(card));
    questions.truncate(MOST);
    questions
}

/// After a question on one product.
pub fn after_product(cards: &[Card]) -> Vec<String> {
    let Some(card) = cards.first() else { return Vec::new() };
    let mut questions = of_card(card);
    let asked = match card.kind {
        CardKind::PriceHistory => "good time to buy",
        CardKind::Reviews => "what do reviews",
        _ => "",
    };
    questions.retain(|q| asked.is_empty() || !q.contains(asked));
    questions.extend(others(card));
    questions.extend(of_fact(card));
    questions.truncate(MOST);
    questions
}

fn of_card(card: &Card) -> Vec<String> {
    let mut questions = Vec::new();
    if card.count("observations").is_some_and(|n| n > 1) {
        questions.push(format!("is now a good time to buy {}?", card.title));
    }
    if card.count("reviews").is_some_and(|n| n > 0) {
        questions.push(format!("what do reviews say about {}?", card.title));
    }
    questions
}

/// A yes-or-no attribute that is stated.
fn of_fact(card: &Card) -> Option<String> {
    let flag = |f: &&Fact| matches!(f.value, FactValue::Flag(_)) && f.field != "in stock";
    card.facts.iter().find(flag).map(|f| format!("does {} have {}?", card.title, f.field))
}

/// The leaf of a category path.
fn category(card: &Card) -> Option<&str> {
    let path = card.facts.iter().find(|f| f.field == "category")?.text.as_str();
    // Cleaning leaves blanks where the parts were divided.
    path.rsplit(['>', '/']).next()?.rsplit("  ").next().map(str::trim).filter(|leaf| !leaf.is_empty())
}

/// The kind of thing as a search of its own.
fn others(card: &Card) -> Option<String> {
    category(card).map(|leaf| format!("other {leaf}"))
}
