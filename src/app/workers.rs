//! The threads behind the interface and how its effects reach them.
//!
//! Everything ends when [`Workers::end`] is called or the process ends; nothing here draws.

use super::panes::{self, Request};
use super::session::{Answers, Asked, Job, Manner};
use super::{demo, embed, models, refreshing, typing};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::model::Embedder;
use crate::refresh::event::RefreshEvent;
use crate::store::Store;
use crate::ui::{Effect, Msg, TurnId};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// Longest wait for threads at the end; what is in the database is whole at any moment.
const PATIENCE: Duration = Duration::from_secs(3);

/// Something for the embedding thread.
pub enum EmbedJob {
    Use(Arc<dyn Embedder>),
    /// There may be products without a vector.
    Look,
}

/// All threads.
pub struct Workers {
    store: Store,
    out: UnboundedSender<Msg>,
    answers: Answers,
    panes: mpsc::Sender<Request>,
    typing: mpsc::Sender<typing::Request>,
    embedding: mpsc::Sender<EmbedJob>,
    asking: Option<(TurnId, CancellationToken)>,
    cancel: CancellationToken,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts them. Models are opened behind the first frame.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(config: &Config, no_model: bool, store: Store, out: UnboundedSender<Msg>) -> std::io::Result<Self> {
        let cancel = CancellationToken::new();
        let panes = panes::start(store.clone(), out.clone())?;
        let _ = panes.send(Request::Counts);
        let shared = Arc::default();
        let stale_after = config.refresh.stale_after;
        // An endpoint keeps its own cache, and hears only what is asked.
        let read_ahead = config.model.read_ahead && config.model.endpoint.is_none();
        let manner = Manner { stale_after, read_ahead };
        let answers = Answers::start(store.clone(), manner, Arc::clone(&shared), out.clone())?;
        let typing = typing::start(store.clone(), shared, answers.sender(), out.clone())?;
        let (embedding, jobs) = mpsc::channel();
        let embedder = spawn_embedding(store.clone(), Arc::clone(&answers.busy), cancel.clone(), jobs, out.clone())?;
        let opener =
            models::open(config.clone(), no_model, answers.sender(), embedding.clone(), cancel.clone(), out.clone())?;
        refreshing::start(config, store.clone(), cancel.clone(), out.clone());
        Ok(Self {
            store,
            out,
            answers,
            panes,
            typing,
            embedding,
            asking: None,
            cancel,
            threads: vec![embedder, opener],
        })
    }

    /// Carries an effect out; the terminal's own are the loop's.
    pub fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Ask { turn, question } => self.ask(turn, Asked::Words(question)),
            Effect::Narrow { turn, need } => self.ask(turn, Asked::Need(need)),
            Effect::Cancel { turn } => {
                if let Some((_, cancel)) = self.asking.take_if(|(asked, _)| *asked == turn) {
                    cancel.cancel();
                }
            }
            Effect::Look { query, product } => self.read(Request::Look { query, product }),
            Effect::Compare { query, products, need } => self.read(Request::Compare { query, products, need }),
            Effect::Type { query, text } => {
                if self.typing.send(typing::Request { query, text }).is_err() {
                    tracing::error!("the typing thread has ended");
                }
            }
            Effect::LoadDemo => self.load_demo(),
            Effect::Copy(_) | Effect::Repaint | Effect::Suspend | Effect::Quit => {}
        }
    }

    fn ask(&mut self, turn: TurnId, asked: Asked) {
        let cancel = self.cancel.child_token();
        self.asking = Some((turn, cancel.clone()));
        self.answers.send(Job::Ask { turn, asked, cancel });
    }

    /// News that other threads want to know of too.
    pub fn hear(&self, msg: &Msg) {
        let changed = match msg {
            Msg::DemoDone(Ok(_)) => true,
            Msg::Refresh(RefreshEvent::Finished { snapshots, .. }) => *snapshots > 0,
            _ => false,
        };
        if changed {
            self.read(Request::Counts);
            let _ = self.embedding.send(EmbedJob::Look);
        }
    }

    fn read(&self, request: Request) {
        if self.panes.send(request).is_err() {
            tracing::error!("the panes' thread has ended");
        }
    }

    fn load_demo(&mut self) {
        let (store, out, cancel) = (self.store.clone(), self.out.clone(), self.cancel.clone());
        let work = move || {
            let mut progress = |done, total| {
                let _ = out.send(Msg::DemoProgress { done, total });
            };
            let loaded = demo::load_demo(&store, Timestamp::now(), &cancel, &mut progress)
                .and_then(|_| store.reader().and_then(|r| panes::counts(&r)));
            let _ = out.send(Msg::DemoDone(loaded.map_err(|error| error.to_string())));
        };
        match std::thread::Builder::new().name("demo".to_owned()).spawn(work) {
            Ok(thread) => self.threads.push(thread),
            Err(error) => {
                let _ = self.out.send(Msg::DemoDone(Err(format!("no thread to load the demo with: {error}"))));
            }
        }
    }

    /// Cancels all and waits a little for the threads to end.
    pub fn end(self) {
        let Self { store, out, answers, panes, typing, embedding, cancel, mut threads, .. } = self;
        cancel.cancel();
        drop((panes, typing, embedding, out));
        threads.push(answers.end());
        drop(store);
        let deadline = Instant::now() + PATIENCE;
        while threads.iter().any(|t| !t.is_finished()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn spawn_embedding(
    store: Store,
    busy: Arc<AtomicBool>,
    cancel: CancellationToken,
    jobs: mpsc::Receiver<EmbedJob>,
    out: UnboundedSender<Msg>,
) -> std::io::Result<JoinHandle<()>> {
    let work = move || {
        let mut embedder: Option<Arc<dyn Embedder>> = None;
        while let Ok(job) = jobs.recv() {
            if let EmbedJob::Use(given) = job {
                embedder = Some(given);
            }
            let Some(embedder) = embedder.as_ref().filter(|_| !cancel.is_cancelled()) else {
                continue;
            };
            let mut tell = |progress: embed::Progress| {
                let _ = out.send(Msg::Embedding(Some((progress.done, progress.total))));
            };
            let pass = embed::Pass { busy: &busy, cancel: &cancel, limit: None };
            if let Err(error) = embed::prepare_uses(&store, embedder.as_ref(), &pass) {
                tracing::warn!(%error, "uses are told by the lists alone");
            }
            if let Err(error) = embed::embed_missing(&store, embedder, &pass, &mut tell) {
                tracing::warn!(%error, "products were not given vectors");
            }
            let _ = out.send(Msg::Embedding(None));
        }
    };
    std::thread::Builder::new().name("meanings".to_owned()).spawn(work)
}
