//! Claims: true sentences computed from the cards, typed by aspect, ranked against the need.
//!
//! Every figure in a claim is a fact of its cards or simple arithmetic over them. Never asks a model.

mod fit;
mod price;
mod relative;
mod reviews;
mod words;

pub use fit::limit_money;
pub use price::{ENOUGH_DAYS, window_text};
pub use reviews::share_text;
pub use words::Stated;
pub(super) use words::is_adjective;

use super::aspect;
use super::evidence::CardFacts;
use super::phrases::Phrases;
use super::pick::Choice;
use crate::domain::*;

/// Claims kept in one answer.
const MOST: usize = 48;

/// Builds the claims over `cards`, best first, with ids `c1`, `c2` in that order.
pub fn build(cards: &[Card], need: &Need, choice: Option<&Choice>) -> Vec<Claim> {
    let mut builder = Builder { cards, need, phrases: Phrases::of(need.language), claims: Vec::new() };
    for card in cards {
        fit::add(&mut builder, card);
        price::add(&mut builder, card);
        reviews::add(&mut builder, card);
    }
    relative::add(&mut builder, choice);
    builder.finish(choice.and_then(Choice::pick))
}

/// Gathers claims over one set of cards.
pub(super) struct Builder<'a> {
    pub cards: &'a [Card],
    pub need: &'a Need,
    pub phrases: &'static Phrases,
    claims: Vec<Claim>,
}

impl Builder<'_> {
    /// Adds a sentence of a kind about an aspect; `strength` is its worth among claims of the same aspect, about 1.
    pub fn say(&mut self, kind: ClaimKind, aspect: &str, cards: &[u32], strength: f64, text: String) {
        let score = relevance(aspect, self.need) * strength;
        if self.claims.iter().any(|c| c.text == text) {
            return;
        }
        let aspect = aspect::label(aspect);
        self.claims.push(Claim { id: String::new(), kind, aspect, text, cards: cards.to_vec(), score });
    }

    /// Which way is better for an aspect here: the shopper's wish first, then the table.
    pub fn better(&self, aspect: &str) -> Option<Direction> {
        // With enough room for all, more is no merit; nor is a younger age below that of the child.
        let must = &self.need.must;
        let settled = |name: &str| match name {
            "people" => must.people.is_some(),
            "age" => must.attributes.iter().any(|filter| aspect::same(&filter.name, "age")),
            _ => false,
        };
        if aspect::of(aspect).is_some_and(|a| settled(&a.name)) {
            return None;
        }
        let wish = self.need.wants.iter().find(|w| aspect::same(&w.aspect, aspect)).map(|w| w.direction);
        wish.filter(|d| *d != Direction::Yes).or_else(|| aspect::better(aspect))
    }

    /// Sorted by relevance, the pick's own first among equals; order-independent.
    fn finish(mut self, pick: Option<u32>) -> Vec<Claim> {
        let own = |c: &Claim| pick.is_some() && c.cards.first() == pick.as_ref();
        self.claims.sort_by(|a, b| {
            let key = |c: &Claim| c.score + if own(c) { 0.5 } else { 0.0 };
            key(b).total_cmp(&key(a)).then_with(|| a.text.cmp(&b.text))
        });
        self.claims.truncate(MOST);
        for (claim, n) in self.claims.iter_mut().zip(1..) {
            claim.id = format!("c{n}");
        }
        self.claims
    }
}

/// How much an aspect matters to a need: wishes first, then conditions, then what the question's words name.
pub fn relevance(aspect: &str, need: &Need) -> f64 {
    let of = |other: &str| aspect::same(aspect, other);
    if let Some(want) = need.wants.iter().find(|w| of(&w.aspect)) {
        return 3.0 * want.weight.clamp(0.2, 3.0);
    }
    let must = &need.must;
    let limited = (of("price") && (must.max_price.is_some() || must.min_price.is_some()))
        || (of("rating") && must.min_stars.is_some())
        || must.attributes.iter().any(|f| of(&f.name))
        || must.people.is_some() && states_people(&aspect::key(aspect));
    if limited {
        return 2.0;
    }
    if need.fact.as_deref().is_some_and(of) {
        return 3.0;
    }
    let question = need.question.to_lowercase();
    let named = |word: &str| question.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
    let by_word = aspect::of(aspect).is_some_and(|a| a.words.iter().any(|w| named(w)));
    if by_word || question.contains(&aspect::label(aspect).to_lowercase()) {
        return 1.5;
    }
    match aspect::key(aspect).as_str() {
        "price" => 1.0,
        "rating" => 0.9,
        _ if aspect::better(aspect).is_some() => 0.5,
        _ => 0.2,
    }
}

/// The difference of two values as shown, with its unit: `7 dB`, `€51.00`.
pub(super) fn difference_text(a: f64, b: f64, unit: &str) -> String {
    let difference = (a - b).abs();
    let code = unit.split(' ').next().unwrap_or(unit);
    match code.parse::<Currency>() {
        Ok(currency) if code.len() == 3 && code == code.to_uppercase() => {
            Money::new(difference.round() as i64, currency).to_string()
        }
        _ if unit == "%" => format!("{} percentage points", super::evidence::number_text(difference, "")),
        _ => super::evidence::number_text(difference, unit),
    }
}

/// The value of a field as shown in a sentence.
pub(super) fn value_text(card: &Card, field: &str) -> Option<String> {
    card.fact(field).map(|f| f.text.clone())
}

#[cfg(test)]
mod tests;
