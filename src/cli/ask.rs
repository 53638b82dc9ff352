//! `emptor --ask`: one question through the session, facts first, prose as it comes; or one JSON object.
//!
//! Never decides what is true: it prints what the session sends.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::explain;
use super::found;
use super::output::{Out, Role};
use super::usage::How;
use crate::answer::event::{AnswerEvent, Found, Outcome, Phrases, Pick, Sentence, Timings};
use crate::answer::stability::Stability;
use crate::answer::{AskOptions, Session};
use crate::domain::{Card, Claim, Coverage, Language, Need, Timestamp};
use crate::model;
use crate::text;
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// What is asked for.
pub struct Request<'a> {
    pub question: &'a str,
    pub no_model: bool,
    pub as_of: Option<Timestamp>,
    pub how: How,
}

/// Asks and prints the answer. A model that cannot be used is told and leaves the facts: exit code 5.
pub fn run(context: &mut Context, request: &Request<'_>) -> Result<Exit, Failure> {
    context.filled()?;
    let mut model_failed = false;
    let chat = match request.no_model {
        true => None,
        false => model::open(&context.config).unwrap_or_else(|error| {
            context.out.note(&format!("{error}; the facts stand without the model's words"));
            model_failed = true;
            None
        }),
    };
    if chat.is_none() && !request.no_model && !model_failed {
        context.out.note("no language model is here, so facts only; get one with `emptor model pull`");
    }
    let embedder = context.embedder();
    let mut session = Session::new(context.store()?, chat, embedder);
    let options = AskOptions {
        no_model: request.no_model,
        as_of: request.as_of,
        now: Some(context.now),
        stale_after: context.config.refresh.stale_after,
        facets: false,
        long: request.how.long,
        flip: request.how.flip,
        read_ahead: false,
    };
    let cancel = context.cancel.clone();
    let mut view = View::new(&mut context.out, request.question, request.how.explain);
    let mut failure = None;
    session.ask(request.question, &options, &cancel.clone(), &mut |event| {
        if failure.is_none()
            && let Err(error) = view.event(event)
        {
            // The reader has gone: nothing more is worth computing.
            failure = Some(error);
            cancel.cancel();
        }
    })?;
    let exit = match failure {
        Some(failure) => return Err(failure),
        None => view.finish()?,
    };
    Ok(if model_failed && exit == Exit::Ok { Exit::Failed } else { exit })
}

/// The whole answer as `--json` prints it.
#[derive(Debug, Default, Serialize)]
struct Whole {
    question: String,
    need: Option<Need>,
    found: Vec<Found>,
    cards: Vec<Card>,
    claims: Vec<Claim>,
    pick: Option<Pick>,
    /// How firm the pick is, with `--flip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stability: Option<Stability>,
    prose: Vec<Sentence>,
    suggestions: Vec<String>,
    coverage: Option<Coverage>,
    model_failure: Option<String>,
    outcome: Option<Outcome>,
    timings: Option<Timings>,
}

/// Prints an answer as its events come, or keeps it for one JSON object.
pub struct View<'a> {
    out: &'a mut Out,
    /// Of the question's language.
    words: &'static Phrases,
    whole: Whole,
    /// Cells used in the open line of prose; `None`: no prose yet.
    column: Option<usize>,
    /// A progress mark stands on the terminal.
    marked: bool,
    live: bool,
    /// Print the utility behind the pick.
    explain: bool,
}

impl<'a> View<'a> {
    pub fn new(out: &'a mut Out, question: &str, explain: bool) -> Self {
        let live = !out.json && out.table_cells().is_some() && std::io::stderr().is_terminal();
        let whole = Whole { question: question.to_owned(), ..Whole::default() };
        let words = Phrases::of(Language::En);
        Self { out, words, whole, column: None, marked: false, live, explain }
    }

    /// Takes the next event.
    pub fn event(&mut self, event: AnswerEvent) -> Result<(), Failure> {
        if self.out.json {
            self.keep(event);
            return Ok(());
        }
        self.unmark();
        match event {
            AnswerEvent::Planned { need } => {
                self.words = Phrases::of(need.language);
                found::understood(self.out, self.words, &need)?;
            }
            AnswerEvent::Found { found } => found::print(self.out, self.words, &found)?,
            AnswerEvent::Facets { .. } | AnswerEvent::Evidence { .. } => {}
            AnswerEvent::Picked { pick } => self.pick(&pick)?,
            AnswerEvent::Draft { tokens } => return self.mark(tokens),
            AnswerEvent::Prose { sentence } => self.sentence(&sentence)?,
            AnswerEvent::Suggested { questions } => self.suggestions(&questions)?,
            AnswerEvent::Covered { coverage } => {
                self.end_prose()?;
                found::coverage(self.out, self.words, &coverage)?;
            }
            AnswerEvent::ModelFailed { reason } => {
                self.end_prose()?;
                self.out.note(&format!("{reason}; the facts above stand without the model's words"));
                self.whole.model_failure = Some(reason);
            }
            AnswerEvent::Done { outcome, timings } => {
                self.end_prose()?;
                self.whole.outcome = Some(outcome);
                self.whole.timings = Some(timings);
            }
        }
        self.out.flush()
    }

    fn keep(&mut self, event: AnswerEvent) {
        let whole = &mut self.whole;
        match event {
            AnswerEvent::Planned { need } => whole.need = Some(need),
            AnswerEvent::Found { found } => whole.found.push(found),
            AnswerEvent::Evidence { cards, claims } => (whole.cards, whole.claims) = (cards, claims),
            AnswerEvent::Picked { pick } => {
                whole.stability.clone_from(&pick.stability);
                whole.pick = Some(pick);
            }
            AnswerEvent::Facets { .. } | AnswerEvent::Draft { .. } => {}
            AnswerEvent::Prose { sentence } => whole.prose.push(sentence),
            AnswerEvent::Suggested { questions } => whole.suggestions = questions,
            AnswerEvent::Covered { coverage } => whole.coverage = Some(coverage),
            AnswerEvent::ModelFailed { reason } => whole.model_failure = Some(reason),
            AnswerEvent::Done { outcome, timings } => {
                whole.outcome = Some(outcome);
                whole.timings = Some(timings);
            }
        }
    }

    /// A mark that the model is at work, on a terminal only; the next thing printed wipes it.
    fn mark(&mut self, tokens: u32) -> Result<(), Failure> {
        if self.live && self.column.is_none() {
            let dots = ".".repeat(1 + tokens as usize / 4 % 3);
            _ = write!(std::io::stderr(), "\r\x1b[K  writing{dots}");
            self.marked = true;
        }
        Ok(())
    }

    fn unmark(&mut self) {
        if std::mem::take(&mut self.marked) {
            _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn pick(&mut self, pick: &Pick) -> Result<(), Failure> {
        let (out, words) = (&mut *self.out, self.words);
        out.line("")?;
        let title = out.clean(&pick.title);
        let (head, title) = (out.paint(Role::Good, words.label("pick")), out.paint(Role::Strong, &title));
        let number = out.paint(Role::Accent, &format!("[{}]", pick.number));
        let lead = format!("{}  ", words.label("pick"));
        let whole = format!("{} [{}]", pick.title, pick.number);
        if text::width(&lead) + text::width(&whole) <= out.prose_cells() {
            out.line(&format!("{head}  {title} {number}"))?;
        } else {
            out.item(Role::Strong, &lead, &whole)?;
        }
        for reason in &pick.reasons {
            out.item(Role::Text, "  + ", &format!("{}{}", reason.text, citations(reason)))?;
        }
        if let Some(drawback) = &pick.drawback {
            out.item(Role::Warn, "  - ", &format!("{}{}", drawback.text, citations(drawback)))?;
        }
        if let Some(other) = pick.close_to {
            let text = words.labelled("close", &[("other", &format!("[{other}]"))]);
            out.item(Role::Dim, "  ", &text)?;
        }
        for (label, other) in [("budget", &pick.budget), ("upgrade", &pick.upgrade)] {
            if let Some(other) = other {
                let lead = format!("{}  ", words.label(label));
                out.item(Role::Text, &lead, &format!("{}{}", other.reason.text, citations(&other.reason)))?;
            }
        }
        if let Some(stability) = &pick.stability {
            out.say(Role::Dim, &format!("  {}", stability.text(words)))?;
        }
        if self.explain {
            explain::table(out, pick)?;
        }
        Ok(())
    }

    fn sentence(&mut self, sentence: &Sentence) -> Result<(), Failure> {
        if self.column.is_none() {
            self.out.line("")?;
        }
        match sentence {
            Sentence::Verified { text } | Sentence::FellBack { text, .. } => self.flow(Role::Text, text),
            Sentence::Struck { said, reason } => {
                self.flow(Role::Struck, &format!("[struck: {}]", said.trim()))?;
                self.flow(Role::Dim, &format!("({reason})"))
            }
        }
    }

    /// Words of prose, broken at the width as they come.
    fn flow(&mut self, role: Role, text: &str) -> Result<(), Failure> {
        let room = self.out.prose_cells();
        let mut column = self.column.unwrap_or(0);
        for word in text::line(text).split(' ') {
            let wide = text::width(word);
            if column > 0 && column + 1 + wide > room {
                self.out.line("")?;
                column = 0;
            } else if column > 0 {
                self.out.write(Role::Text, " ")?;
                column += 1;
            }
            self.out.write(role, word)?;
            column += wide;
        }
        self.column = Some(column);
        Ok(())
    }

    fn end_prose(&mut self) -> Result<(), Failure> {
        if self.column.take().is_some_and(|column| column > 0) {
            self.out.line("")?;
        }
        Ok(())
    }

    fn suggestions(&mut self, questions: &[String]) -> Result<(), Failure> {
        self.end_prose()?;
        if questions.is_empty() {
            return Ok(());
        }
        self.out.line("")?;
        self.out.say(Role::Dim, self.words.label("ask_next"))?;
        for question in questions {
            self.out.item(Role::Dim, "  - ", question)?;
        }
        Ok(())
    }

    /// Ends the answer: the exit code that it makes.
    pub fn finish(mut self) -> Result<Exit, Failure> {
        self.unmark();
        let outcome = self.whole.outcome.unwrap_or(Outcome::Cancelled);
        let model_failed = self.whole.model_failure.is_some();
        if self.out.json {
            self.out.object("ask", &self.whole)?;
        }
        self.out.flush()?;
        Ok(match outcome {
            Outcome::Answered if model_failed => Exit::Failed,
            Outcome::Answered => Exit::Ok,
            Outcome::Nothing => Exit::Nothing,
            Outcome::NotEnough => Exit::NotEnough,
            Outcome::Ambiguous => Exit::Ambiguous,
            Outcome::Cancelled => Exit::Interrupted,
        })
    }
}

/// ` [1][2]`, unless the sentence cites for itself.
fn citations(claim: &Claim) -> String {
    if claim.text.contains('[') {
        return String::new();
    }
    let mut text = String::from(" ");
    for card in &claim.cards {
        text.push_str(&format!("[{card}]"));
    }
    text
}
