//! Whether a pick stands when the cards come in another order under neutral names: code's own choice, and a model's.
//!
//! The pick stays code's; this only reports how firm it is. Never changes an answer.

use super::phrases::Phrases;
use super::pick;
use crate::domain::*;
use crate::model::{ChatModel, ChatRequest, Message, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// Facts of a card that a model chooses by.
const FACTS: usize = 8;
const SYSTEM: &str = "You help a shopper to choose. Read the need and the products. \
Answer with one letter: the product that serves the need best.";

/// How often the pick stayed the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stability {
    pub runs: u32,
    /// Runs in which code chose the same.
    pub same: u32,
    /// The card that was chosen most often instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<u32>,
    /// Runs in which the model, asked with neutral names, chose the same; `None` without a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_same: Option<u32>,
}

impl Stability {
    /// `same pick in 9 of 10 orders; the model takes it in 7 of 10`.
    pub fn text(&self, words: &Phrases) -> String {
        let runs = self.runs.to_string();
        let said = |label: &str, same: u32| words.labelled(label, &[("same", &same.to_string()), ("runs", &runs)]);
        let model = self.model_same.map_or(String::new(), |same| format!("; {}", said("model_takes", same)));
        format!("{}{model}", said("same_pick", self.same))
    }
}

/// The cards of one run: shuffled, renumbered and renamed, with what they were.
struct Shuffled {
    cards: Vec<Card>,
    need: Need,
    relevance: BTreeMap<ProductId, f64>,
    /// The old number of each new one, which are 1, 2, 3.
    old: Vec<u32>,
}

/// Chooses `runs` times among the cards in other orders under neutral names and ids.
pub fn measure(
    cards: &[Card],
    need: &Need,
    relevance: &BTreeMap<ProductId, f64>,
    runs: u32,
    model: Option<&dyn ChatModel>,
    cancel: &CancellationToken,
) -> Stability {
    let of = |id: ProductId| relevance.get(&id).copied().unwrap_or(1.0);
    let first = pick::choose(cards, need, &of).pick();
    let mut stability = Stability { runs, same: 0, instead: None, model_same: None };
    let mut others: BTreeMap<u32, u32> = BTreeMap::new();
    for run in 0..runs {
        let shuffled = shuffle(cards, need, relevance, run);
        let of = |id: ProductId| shuffled.relevance.get(&id).copied().unwrap_or(1.0);
        let chosen = pick::choose(&shuffled.cards, &shuffled.need, &of).pick();
        match chosen.and_then(|n| shuffled.old.get(n as usize - 1)).copied() {
            same if same == first => stability.same += 1,
            Some(other) => *others.entry(other).or_default() += 1,
            None => {}
        }
        let Some(model) = model.filter(|_| !cancel.is_cancelled()) else { continue };
        if let Some(chosen) = asked(model, &shuffled, cancel) {
            *stability.model_same.get_or_insert(0) += u32::from(Some(chosen) == first);
        }
    }
    stability.instead =
        others.into_iter().max_by_key(|(number, count)| (*count, std::cmp::Reverse(*number))).map(|(n, _)| n);
    stability
}

fn shuffle(cards: &[Card], need: &Need, relevance: &BTreeMap<ProductId, f64>, run: u32) -> Shuffled {
    let mut order: Vec<usize> = (0..cards.len()).collect();
    // Fisher and Yates over a small linear congruence (Knuth's MMIX constants): the same runs each time.
    let mut state = u64::from(run).wrapping_add(0x9E37_79B9_7F4A_7C15);
    for at in (1..order.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(at, (state >> 33) as usize % (at + 1));
    }
    let mut shuffled = Shuffled { cards: Vec::new(), need: need.clone(), relevance: BTreeMap::new(), old: Vec::new() };
    for (number, card) in (1..).zip(order.iter().filter_map(|at| cards.get(*at))) {
        let id = ProductId(i64::from(number));
        let title = format!("Product {}", letter(number));
        let mut neutral = Card { number, product: id, title: title.clone(), ..card.clone() };
        for fact in neutral.facts.iter_mut().filter(|f| ["name", "brand", "model"].contains(&f.field.as_str())) {
            fact.text.clone_from(&title);
            fact.value = FactValue::Text(title.clone());
        }
        shuffled.relevance.insert(id, relevance.get(&card.product).copied().unwrap_or(1.0));
        shuffled.old.push(card.number);
        shuffled.cards.push(neutral);
    }
    shuffled
}

/// `A`, `B`, ...
fn letter(number: u32) -> char {
    char::from_u32('A' as u32 + (number - 1) % 26).unwrap_or('A')
}

/// The old number of the card that a model chooses; `None` where it fails.
fn asked(model: &dyn ChatModel, shuffled: &Shuffled, cancel: &CancellationToken) -> Option<u32> {
    let lines: Vec<String> = shuffled.cards.iter().map(line).collect();
    let question = super::clean::quoted(&shuffled.need.question, 400);
    let letters: Vec<String> = shuffled.cards.iter().map(|c| format!("\"{}\"", letter(c.number))).collect();
    let message = |role, text: String| Message { role, text, droppable: false };
    let request = ChatRequest {
        messages: vec![
            message(Role::System, SYSTEM.to_owned()),
            message(Role::User, format!("Need: {question}\n{}\nLetter:", lines.join("\n"))),
        ],
        grammar: Some(format!("root ::= {}\n", letters.join(" | "))),
        max_tokens: 2,
        temperature: 0.0,
        seed: 1,
        stop: Vec::new(),
    };
    let said = model.generate(&request, cancel, &mut |_| std::ops::ControlFlow::Continue(())).ok()?.text;
    let said = said.trim().chars().next()?;
    let at = shuffled.cards.iter().position(|c| letter(c.number) == said)?;
    shuffled.old.get(at).copied()
}

fn line(card: &Card) -> String {
    let shown =
        card.facts.iter().filter(|f| !["name", "brand", "model", "category", "shop"].contains(&f.field.as_str()));
    let facts: Vec<String> = shown.take(FACTS).map(|f| format!("{} {}", f.field, f.text)).collect();
    format!("{}: {}", letter(card.number), facts.join("; "))
}

#[cfg(test)]
mod tests;
