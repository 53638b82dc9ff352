//! A conversation: one question after another through plan, facts, evidence, pick, prose, coverage, in that order.
//!
//! Facts stand before any word of a model; a model that fails costs the words, never the facts. Never draws.

mod advice;
mod coverage;
mod deals;
mod decide;
mod foresee;
mod products;
mod record;
mod length;
mod named;
mod part;
mod search;
mod set;
mod single;
mod substitute;
mod suggest;
mod turn;
mod uses;
mod why_not;

use super::compose::{self, Composer};
use super::event::{AnswerEvent, Outcome, ResultRow, Sentence, Timings};
use super::plan::{self, Previous, PreviousRow};
use super::{AnswerError, AskOptions, stability};
use crate::domain::*;
use crate::model::{ChatModel, Embedder, Generation};
use crate::retrieval::{SharedVocabulary, Uses, VectorIndex, Vocabulary};
use crate::store::{Reader, Store, StoreError};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use turn::{Facts, Turn};

/// The longest question that is read, in characters.
pub const LONGEST_QUESTION: usize = 20_000;

/// Age at which a price is called stale unless the options say otherwise.
const STALE_AFTER: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);

/// Products talked of one by one that a conversation remembers.
const TALKED_OF: usize = 2;

/// What is loaded once per version of the catalogue.
struct Catalogue {
    version: i64,
    vocabulary: Arc<Vocabulary>,
    vectors: Option<VectorIndex>,
    uses: Option<Uses>,
}

/// A conversation: answers questions one after another, remembering what the last one showed.
/// The TUI, the one-shot command and the MCP server share it.
pub struct Session {
    store: Store,
    model: Option<Arc<dyn ChatModel>>,
    embedder: Option<Arc<dyn Embedder>>,
    shared: Arc<SharedVocabulary>,
    catalogue: Option<Catalogue>,
    /// The last answer: what "the second one" and "cheaper" mean.
    previous: Option<Previous>,
}

/// Collects times and hands events on.
struct Clock<'a> {
    start: Instant,
    timings: Timings,
    emit: &'a mut dyn FnMut(AnswerEvent),
}

impl<'a> Clock<'a> {
    fn start(emit: &'a mut dyn FnMut(AnswerEvent)) -> Self {
        Self { start: Instant::now(), timings: Timings::default(), emit }
    }

    fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn send(&mut self, event: AnswerEvent) {
        let now = self.seconds();
        match &event {
            AnswerEvent::Planned { .. } => self.timings.planned = now,
            AnswerEvent::Found { .. } if self.timings.facts == 0.0 => self.timings.facts = now,
            AnswerEvent::Prose { .. } => {
                self.timings.first_word.get_or_insert(now);
            }
            _ => {}
        }
        (self.emit)(event);
    }

    fn done(&mut self, outcome: Outcome) {
        self.timings.total = self.seconds();
        let timings = self.timings;
        (self.emit)(AnswerEvent::Done { outcome, timings });
    }
}

impl Session {
    pub fn new(store: Store, model: Option<Arc<dyn ChatModel>>, embedder: Option<Arc<dyn Embedder>>) -> Self {
        Self { store, model, embedder, shared: Arc::default(), catalogue: None, previous: None }
    }

    /// The same with a vocabulary that others use too.
    #[must_use]
    pub fn sharing(self, shared: Arc<SharedVocabulary>) -> Self {
        Self { shared, ..self }
    }

    /// Takes another chat model (or none) from the next question on; the conversation goes on.
    pub fn set_model(&mut self, model: Option<Arc<dyn ChatModel>>) {
        self.model = model;
    }

    /// Takes an embedding model (or none) from the next question on.
    pub fn set_embedder(&mut self, embedder: Option<Arc<dyn Embedder>>) {
        self.embedder = embedder;
        self.catalogue = None;
    }

    /// Answers, sending events in order to `emit`; blocks until done. A cancelled answer ends with
    /// `AnswerEvent::Done` whose outcome is `Cancelled`. A model failure is an event, not an error: the facts stand.
    ///
    /// # Errors
    /// Only where nothing could be answered: see [`AnswerError`].
    pub fn ask(
        &mut self,
        question: &str,
        options: &AskOptions,
        cancel: &CancellationToken,
        emit: &mut dyn FnMut(AnswerEvent),
    ) -> Result<(), AnswerError> {
        let mut clock = Clock::start(emit);
        let question = question.trim();
        if question.is_empty() {
            return Err(AnswerError::Empty);
        }
        let length = question.chars().count();
        if length > LONGEST_QUESTION {
            return Err(AnswerError::TooLong(length, LONGEST_QUESTION));
        }
        let reader = self.open()?;
        let mut need = self.plan(question, options, cancel)?;
        self.add_use(&reader, &mut need, cancel)?;
        self.answer(&reader, &need, options, cancel, &mut clock)
    }

    /// Answers a plan that was made already, as [`Session::ask`] does a question.
    ///
    /// # Errors
    /// As [`Session::ask`].
    pub fn ask_planned(
        &mut self,
        need: &Need,
        options: &AskOptions,
        cancel: &CancellationToken,
        emit: &mut dyn FnMut(AnswerEvent),
    ) -> Result<(), AnswerError> {
        let mut clock = Clock::start(emit);
        let reader = self.open()?;
        self.answer(&reader, need, options, cancel, &mut clock)
    }

    /// A reader of a catalogue that holds something, with its vocabulary loaded.
    fn open(&mut self) -> Result<Reader, AnswerError> {
        let reader = self.store.reader()?;
        if reader.product_ids(None, 1)?.is_empty() {
            return Err(AnswerError::NoData);
        }
        self.load_catalogue(&reader)?;
        Ok(reader)
    }

    fn answer(
        &mut self,
        reader: &Reader,
        need: &Need,
        options: &AskOptions,
        cancel: &CancellationToken,
        clock: &mut Clock,
    ) -> Result<(), AnswerError> {
        clock.send(AnswerEvent::Planned { need: need.clone() });
        if cancel.is_cancelled() {
            clock.done(Outcome::Cancelled);
            return Ok(());
        }
        let now = options.now.unwrap_or_else(Timestamp::now);
        let facts = self.facts(reader, need, options, now, cancel, clock)?;
        self.remember(need, &facts);
        self.finish(need, facts, options, now, cancel, clock);
        Ok(())
    }

    fn load_catalogue(&mut self, reader: &Reader) -> Result<(), StoreError> {
        let version = reader.catalogue_version()?;
        if self.catalogue.as_ref().is_none_or(|c| c.version != version) {
            let vocabulary = self.shared.at(reader)?;
            self.catalogue = Some(Catalogue { version, vocabulary, vectors: None, uses: None });
        }
        if let (Some(embedder), Some(catalogue)) = (&self.embedder, &mut self.catalogue) {
            // Vectors come in by the background while nothing else of the catalogue changes.
            let version = reader.vectors_version(embedder.id())?;
            if catalogue.vectors.as_ref().is_none_or(|v| v.version() != version || v.embedder() != embedder.id()) {
                catalogue.vectors = Some(VectorIndex::load(reader, embedder.id())?);
            }
        }
        if self.embedder.is_some() && self.catalogue.as_ref().is_some_and(|c| c.uses.is_none()) {
            let uses = self.load_uses();
            if let Some(catalogue) = &mut self.catalogue {
                catalogue.uses = uses;
            }
        }
        Ok(())
    }

    fn plan(&self, question: &str, options: &AskOptions, cancel: &CancellationToken) -> Result<Need, AnswerError> {
        let question = super::clean::asked(question, LONGEST_QUESTION);
        let Some(catalogue) = &self.catalogue else { return Err(AnswerError::NoData) };
        let model = self.model.as_deref().filter(|m| !options.no_model && m.info().level > 0);
        Ok(plan::plan(&question, &catalogue.vocabulary, self.previous.as_ref(), model, cancel))
    }

    /// Keeps what was shown for the next question. A list takes the place of the one before; a question on single
    /// products only moves what "it" means. An answer that showed nothing leaves the list before in place, unless it
    /// looked for another thing.
    fn remember(&mut self, need: &Need, facts: &Facts) {
        let row = |r: &ResultRow| PreviousRow {
            number: r.number,
            product: r.product.id,
            title: r.product.facts.title.clone(),
            brand: r.product.facts.brand.clone(),
            price: r.offer.as_ref().and_then(|o| o.price),
            stated: r.product.facts.attributes.iter().map(|a| a.name.clone()).collect(),
        };
        let rows: Vec<PreviousRow> = facts.rows.iter().map(row).collect();
        let pick = facts.pick.as_ref().map(|p| p.product);
        let looked = matches!(need.kind, QuestionKind::Search | QuestionKind::OpenAdvice);
        let held = self.previous.get_or_insert_default();
        // What only came near a question is no list to point at.
        let found = !rows.is_empty() && facts.outcome != Outcome::Nothing;
        if looked && (found || need.must.category.is_some() || held.need.words.is_empty()) {
            *held = Previous { need: need.clone(), rows, pick, ..Previous::default() };
        } else if need.kind == QuestionKind::Compare && rows.len() > 1 {
            // What it was decided by is what "why?" asks after, and the one picked is "it".
            let need = Need { wants: need.wants.clone(), ..held.need.clone() };
            let focus = rows.iter().filter(|r| Some(r.product) == pick).cloned().collect();
            *held = Previous { need, rows, focus, pick, ..Previous::default() };
        } else if let Some(last) = rows.into_iter().next_back().filter(|_| !looked) {
            held.focus.retain(|r| r.product != last.product);
            held.focus.insert(0, last);
            held.focus.truncate(TALKED_OF);
        }
        if !looked {
            (held.kind, held.fact, held.period) = (need.kind, need.fact.clone(), need.period);
        }
    }

    fn facts(
        &self,
        reader: &Reader,
        need: &Need,
        options: &AskOptions,
        now: Timestamp,
        cancel: &CancellationToken,
        clock: &mut Clock,
    ) -> Result<Facts, AnswerError> {
        let Some(catalogue) = &self.catalogue else { return Err(AnswerError::NoData) };
        let vector = self.query_vector(catalogue, need, cancel);
        let turn = Turn {
            reader,
            vocabulary: &catalogue.vocabulary,
            vectors: vector.as_deref().zip(catalogue.vectors.as_ref()),
            need,
            as_of: options.as_of,
            now: options.as_of.unwrap_or(now),
            stale_after: if options.stale_after.is_zero() { STALE_AFTER } else { options.stale_after },
            facets: options.facets,
            previous: self.previous.as_ref(),
        };
        let mut found = |found| clock.send(AnswerEvent::Found { found });
        let facts = match need.kind {
            QuestionKind::Search if !need.products.is_empty() => substitute::substitutes(&turn, &mut found),
            QuestionKind::Search if need.deals => deals::deals(&turn, &mut found),
            QuestionKind::Search => search::search(&turn, &mut found),
            QuestionKind::Compare => search::compare(&turn, &mut found),
            QuestionKind::ProductFact => single::fact(&turn, &mut found),
            QuestionKind::PriceHistory => single::history(&turn, &mut found),
            QuestionKind::Reviews => single::reviews(&turn, &mut found),
            QuestionKind::OpenAdvice => advice::advice(&turn, &mut found),
            QuestionKind::WhyNot => why_not::why_not(&turn, &mut found),
        }?;
        Ok(facts)
    }

    /// The question's vector where there are vectors to hold it against; a failing embedder means lexical search.
    fn query_vector(&self, catalogue: &Catalogue, need: &Need, cancel: &CancellationToken) -> Option<Vec<f32>> {
        let (embedder, _) = (self.embedder.as_ref()?, catalogue.vectors.as_ref()?);
        let text = if need.words.is_empty() { need.question.clone() } else { need.words.join(" ") };
        match embedder.embed(&[text.as_str()], cancel) {
            Ok(mut vectors) => vectors.pop(),
            Err(error) => {
                tracing::warn!(%error, "the question was not embedded; searching by words alone");
                None
            }
        }
    }

    /// Evidence, pick, prose, suggestions, coverage, done; then the record.
    fn finish(
        &self,
        need: &Need,
        mut facts: Facts,
        options: &AskOptions,
        now: Timestamp,
        cancel: &CancellationToken,
        clock: &mut Clock,
    ) {
        let model = self.model.as_ref().filter(|m| !options.no_model && m.info().level > 0);
        if !facts.facets.is_empty() {
            let facets = std::mem::take(&mut facts.facets);
            let telling = crate::retrieval::best_question(&facets).map(|question| question.facet.aspect.clone());
            clock.send(AnswerEvent::Facets { facets, telling });
        }
        length::fit(&mut facts, options.long);
        let model = model.map(AsRef::as_ref);
        // Words come before the model is asked to choose again: what it read in between would tell in its arithmetic,
        // and a replay would not come out the same.
        let first = options.flip > 0 && model.is_some();
        let mut held = Vec::new();
        let mut finished = None;
        if first {
            finished = word(need, &facts, options, model, cancel, &mut |event| held.push(event));
        }
        if let Some(pick) = facts.pick.as_mut().filter(|_| options.flip > 0) {
            let stability = stability::measure(&facts.cards, need, &facts.relevance, options.flip, model, cancel);
            // A pick that changes with the order is close, whatever the margin says.
            pick.close_to = pick.close_to.or(stability.instead);
            pick.stability = Some(stability);
        }
        clock.send(AnswerEvent::Evidence { cards: facts.cards.clone(), claims: facts.claims.clone() });
        if let Some(pick) = &facts.pick {
            clock.send(AnswerEvent::Picked { pick: pick.clone() });
        }
        let mut prose: Vec<Sentence> = Vec::new();
        let mut spoken = |event: AnswerEvent| {
            if let AnswerEvent::Prose { sentence } = &event {
                prose.push(sentence.clone());
            }
            clock.send(event);
        };
        if first {
            held.into_iter().for_each(&mut spoken);
        } else {
            finished = word(need, &facts, options, model, cancel, &mut spoken);
        }
        if let Some(generation) = &finished {
            facts.coverage.cards_dropped += u32::try_from(generation.dropped).unwrap_or(u32::MAX);
        }
        if cancel.is_cancelled() {
            clock.done(Outcome::Cancelled);
            return;
        }
        clock.send(AnswerEvent::Suggested { questions: facts.suggested.clone() });
        clock.send(AnswerEvent::Covered { coverage: facts.coverage.clone() });
        clock.done(facts.outcome);
        record::keep(&self.store, need, &facts, &prose, model.map(|m| m.info()), options, now);
    }
}

/// The prose of an answer; what a model generated, where one did.
fn word(
    need: &Need,
    facts: &Facts,
    options: &AskOptions,
    model: Option<&dyn ChatModel>,
    cancel: &CancellationToken,
    emit: &mut dyn FnMut(AnswerEvent),
) -> Option<Generation> {
    if facts.lead.is_empty() || cancel.is_cancelled() {
        return None;
    }
    let composer = Composer::new(need, &facts.cards, &facts.claims, &facts.lead, facts.pick.as_ref());
    compose::compose(&composer.long(options.long).read_ahead(options.read_ahead), model, cancel, emit)
}

#[cfg(test)]
mod tests;
