//! Answers questions on a thread of its own, one after the other, and sends each event on as it comes.
//!
//! Between questions it lets the model read ahead what may be asked next. A question is cancelled through its token;
//! the thread itself ends when its senders are dropped.

use crate::answer::event::AnswerEvent;
use crate::answer::{AskOptions, Session};
use crate::domain::{Need, Timestamp};
use crate::model::{ChatModel, Embedder};
use crate::retrieval::SharedVocabulary;
use crate::store::Store;
use crate::ui::{Msg, TurnId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// A question in words, or one that was understood already.
pub enum Asked {
    Words(String),
    Need(Box<Need>),
}

/// Something for the thread to do.
pub enum Job {
    Ask {
        turn: TurnId,
        asked: Asked,
        cancel: CancellationToken,
    },
    Model(Option<Arc<dyn ChatModel>>),
    Embedder(Option<Arc<dyn Embedder>>),
    /// Nothing was typed for a moment: this may be asked. Passed over where something newer waits.
    Foresee(String),
}

/// How answers are given.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Age at which a price is called stale.
    pub stale_after: Duration,
    /// Whether the model reads ahead what may be asked next.
    pub read_ahead: bool,
}

/// The thread's handle.
pub struct Answers {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
    /// Set while a question is being answered.
    pub busy: Arc<AtomicBool>,
}

impl Answers {
    /// Starts the thread, without a model at first.
    pub fn start(
        store: Store,
        manner: Manner,
        shared: Arc<SharedVocabulary>,
        out: UnboundedSender<Msg>,
    ) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let busy = Arc::new(AtomicBool::new(false));
        let for_thread = Arc::clone(&busy);
        let thread = std::thread::Builder::new().name("answers".to_owned()).spawn(move || {
            let mut session = Session::new(store, None, None).sharing(shared);
            let options = || AskOptions {
                now: Some(Timestamp::now()),
                stale_after: manner.stale_after,
                read_ahead: manner.read_ahead,
                ..AskOptions::default()
            };
            let foresee = |session: &mut Session, questions: &[&str]| {
                if manner.read_ahead {
                    guarded(|| session.foresee(questions, &options()));
                }
            };
            let mut next = None;
            while let Some(job) = next.take().or_else(|| queue.recv().ok()) {
                match job {
                    Job::Ask { turn, asked, cancel } => {
                        for_thread.store(true, Ordering::Relaxed);
                        let options = AskOptions { facets: true, ..options() };
                        let offered = ask(&mut session, turn, &asked, &options, &cancel, &out);
                        for_thread.store(false, Ordering::Relaxed);
                        let offered: Vec<&str> = offered.iter().map(String::as_str).collect();
                        next = queue.try_recv().ok();
                        if next.is_none() && !offered.is_empty() {
                            foresee(&mut session, &offered);
                        }
                    }
                    Job::Model(model) => {
                        session.set_model(model);
                        foresee(&mut session, &[]);
                    }
                    Job::Embedder(embedder) => session.set_embedder(embedder),
                    Job::Foresee(text) => {
                        next = queue.try_recv().ok();
                        if next.is_none() {
                            foresee(&mut session, &[&text]);
                        }
                    }
                }
            }
        })?;
        Ok(Self { jobs, thread, busy })
    }

    pub fn send(&self, job: Job) {
        if self.jobs.send(job).is_err() {
            tracing::error!("the answering thread has ended");
        }
    }

    /// Where others can send jobs.
    pub fn sender(&self) -> mpsc::Sender<Job> {
        self.jobs.clone()
    }

    /// Lets the thread end; whether it has is the handle's to say.
    pub fn end(self) -> JoinHandle<()> {
        self.thread
    }
}

/// A fault must not take the conversation down. `None` after one; the log has it.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

/// Answers and returns the follow-ups that were offered.
fn ask(
    session: &mut Session,
    turn: TurnId,
    asked: &Asked,
    options: &AskOptions,
    cancel: &CancellationToken,
    out: &UnboundedSender<Msg>,
) -> Vec<String> {
    let mut offered = Vec::new();
    let mut emit = |event| {
        if let AnswerEvent::Suggested { questions } = &event {
            offered.clone_from(questions);
        }
        let _ = out.send(Msg::Answer { turn, event });
    };
    let answered = guarded(|| match asked {
        Asked::Words(question) => session.ask(question, options, cancel, &mut emit),
        Asked::Need(need) => session.ask_planned(need, options, cancel, &mut emit),
    });
    let error = match answered {
        Some(Ok(())) => return offered,
        Some(Err(error)) => error.to_string(),
        None => "a fault of emptor itself; the log says more".to_owned(),
    };
    let _ = out.send(Msg::AnswerFailed { turn, error });
    Vec::new()
}
