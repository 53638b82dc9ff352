//! Reads what the panes show, on a thread of its own with its own connection, in the order of the requests.
//!
//! Only the latest of several waiting requests of a kind is carried out: the arrow keys are quicker than any reader.

use crate::answer::compare::compare;
use crate::domain::{Need, ProductId};
use crate::store::{self, Reader, Store};
use crate::ui::{Counts, Look, Msg, QueryId};
use std::sync::mpsc;
use tokio::sync::mpsc::UnboundedSender;

/// A request of a pane.
pub enum Request {
    Look { query: QueryId, product: ProductId },
    Compare { query: QueryId, products: Vec<ProductId>, need: Option<Box<Need>> },
    Counts,
}

/// Starts the thread; it ends when the sender is dropped.
pub fn start(store: Store, out: UnboundedSender<Msg>) -> std::io::Result<mpsc::Sender<Request>> {
    let (requests, queue) = mpsc::channel::<Request>();
    std::thread::Builder::new().name("panes".to_owned()).spawn(move || {
        while let Ok(first) = queue.recv() {
            let mut waiting = vec![first];
            waiting.extend(queue.try_iter());
            for request in latest(waiting) {
                let _ = out.send(answer(&store, request));
            }
        }
    })?;
    Ok(requests)
}

/// The last request of each kind, in the order in which they came.
fn latest(waiting: Vec<Request>) -> Vec<Request> {
    let mut kept: Vec<Request> = Vec::new();
    for request in waiting.into_iter().rev() {
        if !kept.iter().any(|k| std::mem::discriminant(k) == std::mem::discriminant(&request)) {
            kept.push(request);
        }
    }
    kept.reverse();
    kept
}

fn answer(store: &Store, request: Request) -> Msg {
    let reader = store.reader();
    match request {
        Request::Look { query, product } => {
            let result = reader.and_then(|r| look(&r, product)).map_err(|e| e.to_string());
            let result =
                result.and_then(|found| found.ok_or_else(|| "the product is gone from the catalogue".to_owned()));
            Msg::Looked { query, result: result.map(Box::new) }
        }
        Request::Compare { query, products, need } => {
            let need = need.map(|n| *n).unwrap_or_default();
            let result = reader.and_then(|r| compare(&r, &products, &need, None)).map_err(|e| e.to_string());
            Msg::Compared { query, result }
        }
        Request::Counts => match reader.and_then(|r| counts(&r)) {
            Ok(counts) => Msg::Catalogue(counts),
            Err(error) => Msg::Notice(error.to_string()),
        },
    }
}

fn look(reader: &Reader, id: ProductId) -> store::Result<Option<Look>> {
    let Some(product) = reader.product(id)? else {
        return Ok(None);
    };
    let mut offers = reader.offers(id)?;
    offers.sort_by_key(|o| o.price.map_or(i64::MAX, |p| p.minor));
    let history = reader.history(id, None)?;
    let summary = history.summary(None, None);
    Ok(Some(Look { product, offers, history, summary }))
}

/// What is in the catalogue.
pub fn counts(reader: &Reader) -> store::Result<Counts> {
    let stats = reader.stats()?;
    Ok(Counts { products: stats.products, invented: stats.invented, shops: stats.shops, sources: stats.sources })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_request_of_a_kind_is_carried_out() {
        let look = |n| Request::Look { query: QueryId(n), product: ProductId(1) };
        let kept = latest(vec![look(1), Request::Counts, look(2), look(3)]);
        assert!(matches!(kept[..], [Request::Counts, Request::Look { query: QueryId(3), .. }]));
    }
}
