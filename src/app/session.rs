//! Answers questions on a thread of its own, one after the other, and sends each event on as it comes.
//!
//! A question is cancelled through its token; the thread itself ends when its sender is dropped.

use crate::answer::{AskOptions, Session};
use crate::domain::Timestamp;
use crate::model::{ChatModel, Embedder};
use crate::store::Store;
use crate::ui::{Msg, TurnId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// Something for the thread to do.
pub enum Job {
    Ask { turn: TurnId, question: String, cancel: CancellationToken },
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
    pub fn start(store: Store, stale_after: Duration, out: UnboundedSender<Msg>) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let busy = Arc::new(AtomicBool::new(false));
        let for_thread = Arc::clone(&busy);
        let thread = std::thread::Builder::new().name("answers".to_owned()).spawn(move || {
            let mut session = Session::new(store, None, None);
            while let Ok(job) = queue.recv() {
                match job {
                    Job::Ask { turn, question, cancel } => {
                        for_thread.store(true, Ordering::Relaxed);
                        let options = AskOptions { now: Some(Timestamp::now()), stale_after, ..AskOptions::default() };
                        ask(&mut session, turn, &question, &options, &cancel, &out);
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
    question: &str,
    options: &AskOptions,
    cancel: &CancellationToken,
    out: &UnboundedSender<Msg>,
) {
    let mut emit = |event| {
        let _ = out.send(Msg::Answer { turn, event });
    };
    // A fault in one answer must not take the conversation down: it is told, and the next question is answered.
    let asked = std::panic::AssertUnwindSafe(|| session.ask(question, options, cancel, &mut emit));
    let error = match std::panic::catch_unwind(asked) {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "a fault of emptor itself; the log says more".to_owned(),
    };
    let _ = out.send(Msg::AnswerFailed { turn, error });
}
