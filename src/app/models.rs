//! Opens the models behind the first frame, hands them to whom they serve and tells how loading goes.
//!
//! A model that cannot be used leaves a program that answers with facts.

use super::session::Job;
use super::workers::EmbedJob;
use crate::config::Config;
use crate::model::{self, ChatModel, State};
use crate::ui::{ModelState, Msg};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// Between two looks at a model that is loading.
const LOOK: Duration = Duration::from_millis(100);

/// Starts to open the models of the settings.
///
/// # Errors
/// Where the system gives no thread.
pub fn open(
    config: Config,
    no_model: bool,
    session: mpsc::Sender<Job>,
    embedding: mpsc::Sender<EmbedJob>,
    cancel: CancellationToken,
    out: UnboundedSender<Msg>,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("models".to_owned()).spawn(move || {
        let tell = |state| {
            let _ = out.send(Msg::Model(state));
        };
        let opened = if no_model { Ok(None) } else { model::open(&config) };
        let chat = opened.as_ref().ok().cloned().flatten();
        let _ = session.send(Job::Model(chat.clone()));
        match model::open_embedder(&config) {
            Ok(Some(embedder)) => {
                let _ = session.send(Job::Embedder(Some(Arc::clone(&embedder))));
                let _ = embedding.send(EmbedJob::Use(embedder));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "no embedding model");
                let _ = out.send(Msg::Notice(format!("search is lexical: {error}")));
            }
        }
        drop((session, embedding));
        match opened {
            Ok(Some(chat)) => watch(chat.as_ref(), &cancel, &tell),
            Ok(None) => tell(ModelState::Off),
            Err(error) => {
                tracing::warn!(%error, "no chat model");
                tell(ModelState::Failed(error.to_string()));
            }
        }
    })
}

/// Tells each change until the model is ready or never will be.
fn watch(chat: &dyn ChatModel, cancel: &CancellationToken, tell: &dyn Fn(ModelState)) {
    let name = chat.info().name;
    let mut told = None;
    while !cancel.is_cancelled() {
        let state = chat.state();
        if told.as_ref() != Some(&state) {
            tell(match &state {
                State::Loading(percent) => ModelState::Loading(format!("{name} {percent}%")),
                State::Ready => ModelState::Ready(name.clone()),
                State::Failed(reason) => ModelState::Failed(reason.clone()),
            });
        }
        if !matches!(state, State::Loading(_)) {
            return;
        }
        told = Some(state);
        std::thread::sleep(LOOK);
    }
}
