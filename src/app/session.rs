//! Answers questions on a thread of its own, one after the other, and sends each event on as it comes.
//!
//! A question is cancelled through its token; the thread itself ends when its sender is dropped.

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
    Ask { turn: TurnId, asked: Asked, cancel: CancellationToken },
    Model(Option<Arc<dyn ChatModel>>),
    Embedder(Option<Arc<dyn Embedder>>),
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
        stale_after: Duration,
        shared: Arc<SharedVocabulary>,
        out: UnboundedSender<Msg>,
    ) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let busy = Arc::new(AtomicBool::new(false));
        let for_thread = Arc::clone(&busy);
        let thread = std::thread::Builder::new().name("answers".to_owned()).spawn(move || {
            let mut session = Session::new(store, None, None).sharing(shared);
            while let Ok(job) = queue.recv() {
                match job {
                    Job::Ask { turn, asked, cancel } => {
                        for_thread.store(true, Ordering::Relaxed);
                        let now = Some(Timestamp::now());
                        let options = AskOptions { now, stale_after, facets: true, ..AskOptions::default() };
                        ask(&mut session, turn, &asked, &options, &cancel, &out);
                        for_thread.store(false, Ordering::Relaxed);
                    }
                    Job::Model(model) => session.set_model(model),
                    Job::Embedder(embedder) => session.set_embedder(embedder),
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

fn ask(
    session: &mut Session,
    turn: TurnId,
    asked: &Asked,
    options: &AskOptions,
    cancel: &CancellationToken,
    out: &UnboundedSender<Msg>,
) {
    let mut emit = |event| {
        let _ = out.send(Msg::Answer { turn, event });
    };
    // A fault in one answer must not take the conversation down: it is told, and the next question is answered.
    let answering = std::panic::AssertUnwindSafe(|| match asked {
        Asked::Words(question) => session.ask(question, options, cancel, &mut emit),
        Asked::Need(need) => session.ask_planned(need, options, cancel, &mut emit),
    });
    let error = match std::panic::catch_unwind(answering) {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "a fault of emptor itself; the log says more".to_owned(),
    };
    let _ = out.send(Msg::AnswerFailed { turn, error });
}
