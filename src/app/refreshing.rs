//! Brings the background refresher up behind the first frame and passes on what it tells.
//!
//! Passes nothing on that says again what was said: an idle program draws nothing.

use crate::config::Config;
use crate::refresh::event::RefreshEvent;
use crate::refresh::source::Looker;
use crate::refresh::worker;
use crate::sources::http::Client;
use crate::sources::listing::Keys;
use crate::store::Store;
use crate::ui::Msg;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// Starts it, unless the settings say otherwise. Must be called within the runtime.
pub fn start(config: &Config, store: Store, cancel: CancellationToken, out: UnboundedSender<Msg>) {
    if config.offline || !config.refresh.enabled {
        return;
    }
    let (http, refresh, keys) = (config.http.clone(), config.refresh.clone(), Keys::from(&config.keys));
    tokio::spawn(async move {
        let client = match tokio::task::spawn_blocking(move || Client::new(&http, false)).await {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => {
                let _ = out.send(Msg::Notice(format!("sources are not refreshed: {error}")));
                return;
            }
            Err(error) => {
                tracing::error!(%error, "the HTTP client could not be made");
                return;
            }
        };
        let (_task, mut events) = worker::spawn(Looker::new(store, client, refresh, keys), cancel);
        let mut last = None;
        while let Some(event) = events.recv().await {
            if !says_it_again(&mut last, &event) && out.send(Msg::Refresh(event)).is_err() {
                return;
            }
        }
    });
}

/// Whether `event` is the status that was told last.
fn says_it_again(last: &mut Option<RefreshEvent>, event: &RefreshEvent) -> bool {
    if !matches!(event, RefreshEvent::Status { .. }) {
        return false;
    }
    let again = last.as_ref() == Some(event);
    *last = Some(event.clone());
    again
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SourceId;

    #[test]
    fn an_unchanged_status_is_passed_on_once() {
        let status = |failing| RefreshEvent::Status { total: 2, failing, last_good_at: None, next_due_at: None };
        let started = RefreshEvent::Started { source: SourceId(1), name: "shop".to_owned() };
        let mut last = None;
        let told = [status(0), status(0), started.clone(), started, status(0), status(1)];
        let again: Vec<bool> = told.iter().map(|event| says_it_again(&mut last, event)).collect();
        assert_eq!(again, [false, true, false, false, true, false]);
    }
}
