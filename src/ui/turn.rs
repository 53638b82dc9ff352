//! One question with all that came of it so far. Takes answer events in; never draws.

use super::state::TurnId;
use crate::answer::event::{AnswerEvent, Found, Outcome, Pick, ResultRow, Sentence, Timings};
use crate::domain::{Aspect, Card, Coverage, Facet, FacetValue, Need, Product, ProductId, Timestamp};
use crate::ui::transcript::Laid;
use std::cell::RefCell;
use std::rc::Rc;

/// How far a turn is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    Asking,
    Done {
        outcome: Outcome,
        timings: Timings,
    },
    /// Nothing could be answered, and why.
    Failed(String),
}

/// Something in a turn that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Product(ProductId),
    /// A follow-up question.
    Question(String),
}

/// A question and its answer.
#[derive(Debug)]
pub struct Turn {
    pub id: TurnId,
    pub question: String,
    pub asked_at: Timestamp,
    pub need: Option<Need>,
    pub found: Vec<Found>,
    pub facets: Vec<Facet>,
    /// What it helps most to choose by.
    pub telling: Option<Aspect>,
    /// What the answer rests on.
    pub cards: Vec<Card>,
    pub pick: Option<Pick>,
    pub sentences: Vec<Sentence>,
    /// Tokens of unverified text in hand; for the progress mark only.
    pub drafting: Option<u32>,
    pub suggested: Vec<String>,
    pub coverage: Option<Coverage>,
    pub model_failure: Option<String>,
    pub phase: Phase,
    /// Laid out for a width; emptied by whatever changes the turn.
    laid: RefCell<Option<(u16, Rc<Laid>)>>,
}

impl Turn {
    pub fn new(id: TurnId, question: String, asked_at: Timestamp) -> Self {
        Self {
            id,
            question,
            asked_at,
            need: None,
            found: Vec::new(),
            facets: Vec::new(),
            telling: None,
            cards: Vec::new(),
            pick: None,
            sentences: Vec::new(),
            drafting: None,
            suggested: Vec::new(),
            coverage: None,
            model_failure: None,
            phase: Phase::Asking,
            laid: RefCell::new(None),
        }
    }

    pub fn is_asking(&self) -> bool {
        self.phase == Phase::Asking
    }

    /// Takes one step of the answer in.
    pub fn take(&mut self, event: AnswerEvent) {
        match event {
            AnswerEvent::Planned { need } => self.need = Some(need),
            AnswerEvent::Found { found } => self.found.push(found),
            AnswerEvent::Facets { facets, telling } => (self.facets, self.telling) = (facets, telling),
            AnswerEvent::Evidence { cards, .. } => self.cards = cards,
            AnswerEvent::Picked { pick } => self.pick = Some(pick),
            AnswerEvent::Draft { tokens } => {
                // Only the progress mark changes, which is not part of the laid-out text.
                self.drafting = Some(tokens);
                return;
            }
            AnswerEvent::Prose { sentence } => self.sentences.push(sentence),
            AnswerEvent::Suggested { questions } => self.suggested = questions,
            AnswerEvent::Covered { coverage } => self.coverage = Some(coverage),
            AnswerEvent::ModelFailed { reason } => self.model_failure = Some(reason),
            AnswerEvent::Done { outcome, timings } => self.end(Phase::Done { outcome, timings }),
        }
        self.forget_layout();
    }

    /// Ends the turn.
    pub fn end(&mut self, phase: Phase) {
        self.phase = phase;
        self.drafting = None;
        self.forget_layout();
    }

    pub fn forget_layout(&self) {
        self.laid.replace(None);
    }

    /// The turn laid out for `width` by `lay`, kept until something changes.
    pub fn laid(&self, width: u16, lay: impl FnOnce(&Self) -> Laid) -> Rc<Laid> {
        if let Some((held, laid)) = self.laid.borrow().as_ref()
            && *held == width
        {
            return Rc::clone(laid);
        }
        let laid = Rc::new(lay(self));
        self.laid.replace(Some((width, Rc::clone(&laid))));
        laid
    }

    /// Rows of products shown, in the order of the screen.
    pub fn rows(&self) -> Vec<&ResultRow> {
        self.found
            .iter()
            .flat_map(|found| match found {
                Found::Results { rows, near_misses, .. } => {
                    rows.iter().chain(near_misses.iter().map(|(row, _)| row)).collect()
                }
                Found::Comparison(comparison) => comparison.products.iter().collect(),
                Found::Advice { parts, .. } => parts.iter().flat_map(|(_, rows)| rows).collect(),
                Found::Nothing { near_misses, .. } => near_misses.iter().map(|(row, _)| row).collect(),
                Found::History { .. } | Found::Reviews(_) | Found::Fact { .. } | Found::Ambiguous { .. } => Vec::new(),
            })
            .collect()
    }

    /// What the result can be narrowed down by: the values that leave some of it out.
    pub fn filters(&self) -> Vec<(&Facet, &FacetValue)> {
        let all = self.facets.iter().flat_map(|facet| facet.values.iter().map(move |value| (facet, value)));
        all.filter(|(facet, value)| value.count < facet.of).collect()
    }

    /// What can be chosen with the arrow keys, in the order of the screen.
    pub fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        // Laid out after the words about what fits.
        let mut near = Vec::new();
        for found in &self.found {
            let one = |product: &Product| Item::Product(product.id);
            match found {
                Found::Results { rows, near_misses, .. } => {
                    items.extend(rows.iter().map(|r| one(&r.product)));
                    near.extend(near_misses.iter().map(|(r, _)| one(&r.product)));
                }
                Found::Comparison(comparison) => items.extend(comparison.products.iter().map(|r| one(&r.product))),
                Found::History { product, .. } | Found::Fact { product, .. } => items.push(one(product)),
                Found::Reviews(findings) => items.push(one(&findings.product)),
                Found::Advice { parts, .. } => {
                    items.extend(parts.iter().flat_map(|(_, rows)| rows).map(|r| one(&r.product)));
                }
                Found::Ambiguous { candidates, .. } => items.extend(candidates.iter().map(one)),
                Found::Nothing { near_misses, .. } => items.extend(near_misses.iter().map(|(r, _)| one(&r.product))),
            }
        }
        items.append(&mut near);
        items.extend(self.suggested.iter().cloned().map(Item::Question));
        items
    }
}
