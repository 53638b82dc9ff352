//! Words for claims. Level 0: the claims themselves. Level 1: a small model joins claims, the grammar lets it write only
//! their names and figures.
//! Level 2: free prose of a larger model. Every finished sentence passes the number gate before it is shown.
//!
//! Never decides a fact or the pick.

mod literals;
mod prompt;
mod speak;

pub use prompt::openings;

use super::clean;
use super::event::{AnswerEvent, Pick, Sentence};
use super::verify::{Gate, Verdict, strip_citations};
use crate::domain::*;
use crate::model::{ChatModel, ChatRequest, Generation};
use literals::Literals;
use tokio_util::sync::CancellationToken;

/// Sentences of a model shown at most.
const MOST_SENTENCES: usize = 4;
const MOST_LONG: usize = 10;
/// Characters of a sentence of the model kept.
const SAID: usize = 600;

/// What one answer's prose is made of.
pub struct Composer<'a> {
    need: &'a Need,
    cards: &'a [Card],
    lead: &'a [Claim],
    pick: Option<&'a Pick>,
    gate: Gate,
    literals: Literals,
    long: bool,
    read_ahead: bool,
}

impl<'a> Composer<'a> {
    pub fn new(need: &'a Need, cards: &'a [Card], claims: &[Claim], lead: &'a [Claim], pick: Option<&'a Pick>) -> Self {
        let number = pick.map(|p| p.number).or_else(|| cards.first().map(|c| c.number));
        let gate = Gate::new(cards, claims, need, number);
        Self { need, cards, lead, pick, gate, literals: Literals::new(lead, cards), long: false, read_ahead: false }
    }

    /// More sentences than usual.
    #[must_use]
    pub fn long(self, long: bool) -> Self {
        Self { long, ..self }
    }

    /// The model had time to read what it is asked for, see [`Composer::foreseen`].
    #[must_use]
    pub fn read_ahead(self, read_ahead: bool) -> Self {
        Self { read_ahead, ..self }
    }

    /// Sentences of a model shown at most.
    fn most(&self) -> usize {
        if self.long { MOST_LONG } else { MOST_SENTENCES }
    }

    /// What is told before a model is asked: a direct question is answered at once, whatever the model says after it.
    fn told_at_once(&self) -> Vec<bool> {
        (0..self.lead.len()).map(|at| at == 0 && self.pick.is_none()).collect()
    }

    /// The model, where it may word this answer and there is enough to word.
    fn speaker<'m>(&self, model: Option<&'m dyn ChatModel>) -> Option<&'m dyn ChatModel> {
        let open = self.told_at_once().iter().filter(|told| !**told).count();
        model.filter(|m| open > 1 && (m.info().level >= 2 || self.need.language == Language::En))
    }

    /// What this model's requests are made of.
    fn material(&self, model: &dyn ChatModel) -> prompt::Material<'_> {
        let (level, long) = (model.info().level, self.long);
        prompt::Material { need: self.need, cards: self.cards, lead: self.lead, literals: &self.literals, level, long }
    }

    /// What this model will be asked for; `None` where it will not be asked.
    pub fn foreseen(&self, model: &dyn ChatModel) -> Option<ChatRequest> {
        self.speaker(Some(model)).map(|model| self.material(model).whole(&open(&self.told_at_once())))
    }

    /// Whether a claim stands beside the pick already, as a reason or as its drawback.
    fn beside_pick(&self, claim: &Claim) -> bool {
        self.pick.is_some_and(|p| p.reasons.iter().chain(&p.drawback).any(|c| c.text == claim.text))
    }

    /// The card that "it" means.
    fn about(&self) -> Option<u32> {
        self.pick.map(|p| p.number).or_else(|| self.lead.first().and_then(|c| c.cards.first()).copied())
    }
}

/// Which claims were not told yet.
fn open(told: &[bool]) -> Vec<usize> {
    (0..told.len()).filter(|at| !told[*at]).collect()
}

/// A claim as a sentence with its citations.
pub fn cited(text: &str, cards: &[u32]) -> String {
    let marks: String = cards.iter().map(|n| format!("[{n}]")).collect();
    let (plain, _) = strip_citations(text);
    let plain = plain.trim();
    if marks.is_empty() {
        return plain.to_owned();
    }
    match plain.strip_suffix(['.', '!']) {
        Some(body) => format!("{} {marks}.", body.trim_end()),
        None => format!("{plain} {marks}"),
    }
}

/// Sends the prose of an answer; returns what a model generated, where one did.
pub fn compose(
    composer: &Composer,
    model: Option<&dyn ChatModel>,
    cancel: &CancellationToken,
    emit: &mut dyn FnMut(AnswerEvent),
) -> Option<Generation> {
    let told = vec![false; composer.lead.len()];
    let mut teller = Teller { composer, told, pieces: 0, shown: 0, failed: Vec::new(), emit };
    composer.told_at_once().iter().enumerate().filter(|(_, now)| **now).for_each(|(at, _)| teller.tell(at));
    let Some(model) = composer.speaker(model) else {
        // Reasons stand beside the pick; what goes beyond them is told.
        let beyond =
            (0..composer.lead.len()).filter(|at| !composer.lead.get(*at).is_some_and(|c| composer.beside_pick(c)));
        beyond.for_each(|at| teller.tell(at));
        return None;
    };
    let mut generation = speak::speak(model, &mut teller, cancel);
    speak::say_again(model, &mut teller, cancel, generation.as_mut());
    if cancel.is_cancelled() {
        return generation;
    }
    teller.close();
    generation
}

/// Where the first finished sentence ends: at a stop that is followed by a space, or at a line end.
fn sentence_end(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' if !text[..at].trim().is_empty() => return Some(at + 1),
            '.' | '!' | '?' if chars.peek().is_some_and(|(_, next)| next.is_whitespace()) => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether a sentence was left open: a bracket without its end, a comma before the stop.
fn unfinished(text: &str) -> bool {
    let count = |c: char| text.matches(c).count();
    let end = text.trim_end_matches(['.', '!', '?', ' ']);
    count('(') != count(')') || end.ends_with([',', ';', '(', ':']) || end.is_empty()
}

/// A sentence that did not hold.
struct Failed {
    said: String,
    reason: String,
    /// Untold claims that it most likely meant.
    claims: Vec<usize>,
}

/// Judges and sends sentences, and keeps track of which claims have been told.
struct Teller<'a, 'b> {
    composer: &'a Composer<'a>,
    told: Vec<bool>,
    /// Pieces of text that the model wrote.
    pieces: u32,
    /// Sentences shown as true.
    shown: usize,
    failed: Vec<Failed>,
    emit: &'b mut dyn FnMut(AnswerEvent),
}

impl Teller<'_, '_> {
    fn send(&mut self, sentence: Sentence) {
        (self.emit)(AnswerEvent::Prose { sentence });
    }

    /// Tells a claim in its own words.
    fn tell(&mut self, at: usize) {
        if let Some(claim) = self.composer.lead.get(at).filter(|_| !self.told[at]) {
            self.told[at] = true;
            self.shown += 1;
            self.send(Sentence::Verified { text: cited(&claim.text, &claim.cards) });
        }
    }

    /// A finished sentence of the model.
    fn hear(&mut self, said: &str) {
        let said = said.trim();
        if said.is_empty() {
            return;
        }
        let Err(reason) = self.judge(said) else { return };
        // What is struck is shown too.
        let text = clean::line(said, SAID);
        let used = self.composer.literals.told_by(said);
        let claims: Vec<usize> = match used.into_iter().filter(|at| !self.told[*at]).collect::<Vec<_>>() {
            none if none.is_empty() => self.by_words(&text).into_iter().collect(),
            some => some,
        };
        self.failed.push(Failed { said: text, reason, claims });
    }

    /// Shows a sentence that holds; else why it does not.
    fn judge(&mut self, said: &str) -> Result<(), String> {
        let composer = self.composer;
        let used = composer.literals.told_by(said);
        let verdict = match unfinished(said) {
            true => Verdict::Unsupported { reason: "not a whole sentence".to_owned() },
            false => composer.gate.check(said, composer.about()),
        };
        let repeated = !used.is_empty() && used.iter().all(|at| self.told[*at]);
        match verdict {
            Verdict::Supported { .. } if repeated => Err("said before".to_owned()),
            Verdict::Supported { cards } => {
                used.iter().for_each(|at| self.told[*at] = true);
                self.shown += 1;
                self.send(Sentence::Verified { text: cited(said, &cards) });
                Ok(())
            }
            Verdict::Empty => Err("says nothing that the data can support".to_owned()),
            Verdict::Unsupported { reason } => Err(reason),
        }
    }

    /// A sentence said again: shown where it holds.
    fn accept(&mut self, said: &str) -> bool {
        self.judge(said.trim()).is_ok()
    }

    /// A sentence that could not be mended: its claims in their own words, or struck out with the reason.
    fn give_up(&mut self, failed: Failed) {
        let composer = self.composer;
        let open: Vec<usize> = failed.claims.into_iter().filter(|at| !self.told[*at]).collect();
        let (said, reason) = (failed.said, failed.reason);
        if open.is_empty() {
            self.send(Sentence::Struck { said, reason });
            return;
        }
        let tell = |at: &usize| cited(&composer.lead[*at].text, &composer.lead[*at].cards);
        let text: Vec<String> = open.iter().map(tell).collect();
        open.iter().for_each(|at| self.told[*at] = true);
        self.shown += 1;
        self.send(Sentence::FellBack { text: text.join(" "), said, reason });
    }

    /// The untold claim that a sentence without its figures most likely means: the one whose aspect it names.
    fn by_words(&self, text: &str) -> Option<usize> {
        let lower = text.to_lowercase();
        let names = |claim: &Claim| {
            let words = super::aspect::of(&claim.aspect).map(|a| a.words.clone()).unwrap_or_default();
            let in_text = |word: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
            lower.contains(&claim.aspect.to_lowercase()) || words.iter().any(|w| in_text(w))
        };
        (0..self.told.len()).find(|at| !self.told[*at] && names(&self.composer.lead[*at]))
    }

    /// After the model: what must not be missing is told in its own words.
    fn close(&mut self) {
        for at in 0..self.told.len() {
            let against = matches!(self.composer.lead[at].kind, ClaimKind::Drawback | ClaimKind::Missing);
            if self.shown < 2 || against || self.composer.pick.is_none() || self.composer.long {
                self.tell(at);
            }
        }
    }
}

#[cfg(test)]
mod tests;
