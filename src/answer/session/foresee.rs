//! What a question that is still being typed would ask of the model, so that the model can read it ahead.
//!
//! Plans by rules and looks facts up as an answer does; says nothing and changes nothing of the conversation.

use super::{AskOptions, Clock, Session, length};
use crate::answer::compose::{self, Composer};
use crate::answer::plan;
use crate::domain::Timestamp;
use crate::model::ChatRequest;
use tokio_util::sync::CancellationToken;

impl Session {
    /// Lets the model read ahead what these questions would ask of it, likeliest first; without any, what every
    /// answer begins with. Returns before it has read. Questions that would not be put to a model are passed over.
    pub fn foresee(&mut self, questions: &[&str], options: &AskOptions) {
        let Some(model) = self.model.clone().filter(|m| !options.no_model && m.info().level > 0) else { return };
        let requests: Vec<ChatRequest> = match questions {
            [] => compose::openings(model.info().level),
            some => some.iter().filter_map(|question| self.request(question, options)).collect(),
        };
        if !requests.is_empty() {
            model.read_ahead(&requests);
        }
    }

    /// The first thing that the model would be asked.
    fn request(&mut self, question: &str, options: &AskOptions) -> Option<ChatRequest> {
        let model = self.model.clone()?;
        let question = super::super::clean::asked(question.trim(), super::LONGEST_QUESTION);
        let reader = self.open().ok().filter(|_| !question.is_empty())?;
        let need = plan::by_rules(&question, &self.catalogue.as_ref()?.vocabulary, self.previous.as_ref());
        if let Some(request) = plan::foreseen(&need) {
            return Some(request);
        }
        let (now, cancel) = (options.now.unwrap_or_else(Timestamp::now), CancellationToken::new());
        let mut unheard = |_| {};
        let mut facts = self.facts(&reader, &need, options, now, &cancel, &mut Clock::start(&mut unheard)).ok()?;
        length::fit(&mut facts, options.long);
        let composer = Composer::new(&need, &facts.cards, &facts.claims, &facts.lead, facts.pick.as_ref());
        composer.long(options.long).foreseen(model.as_ref())
    }
}
