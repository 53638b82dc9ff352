//! Looks up what is being typed, on a thread of its own: each time only the newest text, whatever came in meanwhile.
//!
//! Shares the vocabulary with the answers, and tells them what may be asked once nothing more is typed. Never asks a
//! model.

use super::session::Job;
use crate::answer::plan::by_rules;
use crate::answer::rows;
use crate::domain::QuestionKind;
use crate::retrieval::{Completer, SearchOptions, SharedVocabulary, as_typed};
use crate::store::{self, Reader, Store};
use crate::ui::{Msg, QueryId, Typed};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// Products looked up for each text: as many as the largest screen shows.
const SHOWN: usize = 18;

/// Without a key for so long, a text may be the question.
const PAUSE: Duration = Duration::from_millis(250);

/// A text that is being typed.
pub struct Request {
    pub query: QueryId,
    pub text: String,
}

/// What is read once for each version of the catalogue.
#[derive(Default)]
struct Known {
    version: Option<i64>,
    completer: Completer,
    /// What the empty text brings.
    popular: Option<Typed>,
}

/// Starts the thread; it ends when the sender is dropped.
pub fn start(
    store: Store,
    shared: Arc<SharedVocabulary>,
    answers: mpsc::Sender<Job>,
    out: UnboundedSender<Msg>,
) -> std::io::Result<mpsc::Sender<Request>> {
    let (requests, queue) = mpsc::channel::<Request>();
    std::thread::Builder::new().name("typing".to_owned()).spawn(move || {
        let mut known = Known::default();
        let mut reader = store.reader().ok();
        // The first key should not have to wait for it.
        let _ = reader.as_ref().map(|reader| shared.at(reader));
        let mut next = None;
        while let Some(first) = next.take().or_else(|| queue.recv().ok()) {
            let Request { query, text } = newest(first, &queue);
            let question = text.trim().to_owned();
            if reader.is_none() {
                reader = store.reader().ok();
            }
            let result = match &reader {
                Some(reader) => look_up(reader, &shared, &mut known, text).map_err(|error| error.to_string()),
                None => Err("the catalogue cannot be read".to_owned()),
            };
            let _ = out.send(Msg::Typed { query, result });
            next = queue.recv_timeout(PAUSE).ok();
            if next.is_none() && !question.is_empty() {
                let _ = answers.send(Job::Foresee(question));
            }
        }
    })?;
    Ok(requests)
}

fn newest(first: Request, queue: &mpsc::Receiver<Request>) -> Request {
    queue.try_iter().last().unwrap_or(first)
}

fn look_up(reader: &Reader, shared: &SharedVocabulary, known: &mut Known, text: String) -> store::Result<Typed> {
    let vocabulary = shared.at(reader)?;
    if known.version != Some(vocabulary.version()) {
        *known = Known { version: Some(vocabulary.version()), completer: Completer::new(&vocabulary), popular: None };
    }
    let blank = text.trim().is_empty();
    if let Some(popular) = known.popular.as_ref().filter(|_| blank) {
        return Ok(Typed { text, ..popular.clone() });
    }
    let result = as_typed(reader, &vocabulary, &text, SearchOptions { limit: SHOWN, as_of: None })?;
    // What the words ask for stands first among the details of each product.
    let need = by_rules(&text, &vocabulary, None);
    let rows = (1..).zip(result.hits).map(|(number, hit)| rows::of_hit(number, hit, &need)).collect();
    let asks = need.kind != QuestionKind::Search;
    let typed = Typed {
        asks,
        language: need.language,
        rest: known.completer.rest(&text, &vocabulary),
        rows,
        notes: result.notes,
        text,
    };
    if blank {
        known.popular = Some(typed.clone());
    }
    Ok(typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn only_the_newest_text_is_looked_up() {
        let (sender, queue) = mpsc::channel();
        let text = |n: u64| Request { query: QueryId(n), text: n.to_string() };
        (2..=9).for_each(|n| sender.send(text(n)).unwrap());
        assert_eq!(newest(text(1), &queue).query, QueryId(9));
        assert_eq!(newest(text(10), &queue).query, QueryId(10), "nothing waits any more");
    }

    #[test]
    fn keys_bring_products_and_how_the_text_may_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let store = crate::app::compose::open_store(&Config::under(folder.path())).unwrap();
        let now = "2026-11-22T14:00:00Z".parse().unwrap();
        store.writer().ingest(crate::sources::demo::observations(now)).unwrap();
        let (out, mut inbox) = tokio::sync::mpsc::unbounded_channel();
        let (answers, jobs) = mpsc::channel();
        let typing = start(store, Arc::default(), answers, out).unwrap();
        let mut ask = |query, text: &str| {
            typing.send(Request { query: QueryId(query), text: text.to_owned() }).unwrap();
            match inbox.blocking_recv() {
                Some(Msg::Typed { query: told, result: Ok(typed) }) if told == QueryId(query) => typed,
                other => panic!("{other:?}"),
            }
        };
        let found = ask(1, "dishw");
        assert_eq!(found.rest.as_deref(), Some("asher"));
        assert!(
            found.rows[0].product.facts.title.to_lowercase().contains("dishwasher")
                || found.rows[0].product.facts.category.as_deref().is_some_and(|c| c.contains("dishwasher"))
        );
        assert!(!found.asks && ask(4, "is the Norrvik Basin quiet").asks);
        let popular = ask(5, "");
        assert_eq!((popular.rows.len(), popular.rest.as_deref()), (SHOWN, None));
        assert_eq!(ask(6, "  ").rows, popular.rows);
        ask(7, "quiet kettle ");
        // Of what was typed at one go only the last may be the question.
        assert!(jobs.iter().any(|job| matches!(job, Job::Foresee(text) if text == "quiet kettle")));
    }
}
