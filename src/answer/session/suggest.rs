//! Three follow-up questions, only such as the data can answer.

use crate::answer::evidence::CardFacts;
use crate::domain::*;

const MOST: usize = 3;

/// After a search or comparison: compare the first two, the price history and the reviews of the first.
pub fn after_search(need: &Need, cards: &[Card]) -> Vec<String> {
    let mut questions = Vec::new();
    if let ([first, second, ..], true) = (cards, need.kind != QuestionKind::Compare) {
        questions.push(format!("compare {} and {}", first.title, second.title));
    }
    for card in cards.iter().take(2) {
        questions.extend(of_card(card));
    }
    questions.truncate(MOST);
    questions
}

/// After a question on one product.
pub fn after_product(cards: &[Card]) -> Vec<String> {
    let mut questions: Vec<String> = cards.first().map(of_card).unwrap_or_default();
    if let Some(card) = cards.first() {
        let asked = match card.kind {
            CardKind::PriceHistory => "good time to buy",
            CardKind::Reviews => "what do reviews",
            _ => "",
        };
        questions.retain(|q| asked.is_empty() || !q.contains(asked));
        let category = card.facts.iter().find(|f| f.field == "category").map(|f| f.text.as_str());
        if let Some(kind) = category.and_then(|c| c.rsplit('>').next()) {
            questions.push(format!("other {}", kind.trim()));
        }
        if let Some(fact) = card.facts.iter().find(|f| matches!(f.value, FactValue::Flag(_)) && f.field != "in stock") {
            questions.push(format!("does {} have {}?", card.title, fact.field));
        }
    }
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
