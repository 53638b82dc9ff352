//! An answer's parts, put together from its events, for the judges.
//!
//! Reads events only; asks nobody.

use emptor::answer::event::{AnswerEvent, Found, Outcome, ResultRow, Sentence, Timings};
use emptor::domain::*;

/// The parts of an answer.
pub struct Answer<'a> {
    pub need: Need,
    /// Rows shown as fitting, in order.
    pub rows: Vec<&'a ResultRow>,
    /// Products that the answer is about where it has no rows.
    pub subjects: Vec<&'a Product>,
    pub near: Vec<&'a ResultRow>,
    pub cards: Vec<&'a Card>,
    pub claims: Vec<&'a Claim>,
    pub sentences: Vec<&'a Sentence>,
    pub picked: Option<ProductId>,
    pub outcome: Option<Outcome>,
    pub timings: Timings,
}

impl<'a> Answer<'a> {
    pub fn of(events: &'a [AnswerEvent]) -> Self {
        let mut answer = Answer {
            need: Need::default(),
            rows: Vec::new(),
            subjects: Vec::new(),
            near: Vec::new(),
            cards: Vec::new(),
            claims: Vec::new(),
            sentences: Vec::new(),
            picked: None,
            outcome: None,
            timings: Timings::default(),
        };
        for event in events {
            match event {
                AnswerEvent::Planned { need } => answer.need = need.clone(),
                AnswerEvent::Found { found } => answer.found(found),
                AnswerEvent::Evidence { cards, claims } => {
                    answer.cards.extend(cards);
                    answer.claims.extend(claims);
                }
                AnswerEvent::Picked { pick } => {
                    answer.picked = Some(pick.product);
                    answer.claims.extend(pick.reasons.iter().chain(&pick.drawback));
                }
                AnswerEvent::Prose { sentence } => answer.sentences.push(sentence),
                AnswerEvent::Done { outcome, timings } => {
                    answer.outcome = Some(*outcome);
                    answer.timings = *timings;
                }
                _ => {}
            }
        }
        answer
    }

    fn found(&mut self, found: &'a Found) {
        match found {
            Found::Results { rows, near_misses, .. } => {
                self.rows.extend(rows);
                self.near.extend(near_misses.iter().map(|(row, _)| row));
            }
            Found::Comparison(comparison) => self.rows.extend(&comparison.products),
            Found::History { product, .. } | Found::Fact { product, .. } => self.subjects.push(product),
            Found::Reviews(findings) => self.subjects.push(&findings.product),
            Found::Advice { parts, .. } => self.rows.extend(parts.iter().flat_map(|(_, rows)| rows)),
            Found::Ambiguous { candidates, .. } => self.subjects.extend(candidates),
            Found::Nothing { near_misses, .. } => self.near.extend(near_misses.iter().map(|(row, _)| row)),
        }
    }

    /// Titles of what is shown, in order.
    pub fn titles(&self) -> Vec<&str> {
        let rows = self.rows.iter().map(|r| r.product.facts.title.as_str());
        rows.chain(self.subjects.iter().map(|p| p.facts.title.as_str())).collect()
    }

    /// Sentences shown as true: prose that stood, and the claims; each with the cards it cites.
    pub fn said(&self) -> Vec<(&str, Vec<u32>)> {
        let prose = self.sentences.iter().filter_map(|s| match s {
            Sentence::Verified { text } | Sentence::FellBack { text, .. } => Some((text.as_str(), cited(text))),
            Sentence::Struck { .. } => None,
        });
        prose.chain(self.claims.iter().map(|c| (c.text.as_str(), c.cards.clone()))).collect()
    }

    /// What the offers on these cards cost together.
    pub fn sum_of_prices(&self, numbers: &[u32]) -> f64 {
        let facts = self.cards.iter().filter(|c| numbers.contains(&c.number)).flat_map(|c| &c.facts);
        let prices = facts.filter(|f| f.field == "price").filter_map(|f| match f.value {
            FactValue::Money(money) => Some(money.minor),
            _ => None,
        });
        prices.sum::<i64>() as f64 / 100.0
    }
}

/// The cards that a sentence names: `[1][3]`, `[1, 3]`.
pub fn cited(text: &str) -> Vec<u32> {
    let brackets = text.split('[').skip(1).filter_map(|part| part.split_once(']').map(|(inside, _)| inside));
    brackets.flat_map(|inside| inside.split(',')).filter_map(|n| n.trim().parse().ok()).collect()
}
