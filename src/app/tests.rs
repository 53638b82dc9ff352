use super::*;

fn with(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
    move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
}

#[test]
fn no_color_is_honoured_unless_colour_is_asked_for() {
    assert!(wants_color(ColorChoice::Auto, &with(&[])));
    assert!(wants_color(ColorChoice::Auto, &with(&[("NO_COLOR", "")])));
    assert!(!wants_color(ColorChoice::Auto, &with(&[("NO_COLOR", "1")])));
    assert!(wants_color(ColorChoice::Always, &with(&[("NO_COLOR", "1")])));
    assert!(!wants_color(ColorChoice::Never, &with(&[])));
}

#[test]
fn terminals_that_reorder_by_themselves_are_left_to_it() {
    assert!(reorders(Rtl::Auto, &with(&[("TERM", "xterm-256color")])));
    assert!(!reorders(Rtl::Auto, &with(&[("VTE_VERSION", "7600")])));
    assert!(reorders(Rtl::Auto, &with(&[("VTE_VERSION", "7600"), ("TMUX", "/tmp/x")])));
    assert!(reorders(Rtl::App, &with(&[("VTE_VERSION", "7600")])));
    assert!(!reorders(Rtl::Off, &with(&[])) && !reorders(Rtl::Terminal, &with(&[])));
}

#[test]
fn the_demo_is_stored_once_and_tells_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = compose::open_store(&Config::under(folder.path())).unwrap();
    let now: Timestamp = "2026-11-22T14:00:00Z".parse().unwrap();
    let cancel = tokio_util::sync::CancellationToken::new();
    let mut told = Vec::new();
    let first = load_demo(&store, now, &cancel, &mut |done, total| told.push((done, total))).unwrap();
    assert!(first.products_new >= 300 && first.reviews_new >= 2000, "{first:?}");
    assert!(told.is_sorted() && told.last().is_some_and(|(done, total)| done == total), "{told:?}");
    let second = load_demo(&store, now, &cancel, &mut |_, _| {}).unwrap();
    assert_eq!((second.products_new, second.snapshots_new, second.reviews_new), (0, 0, 0));
    cancel.cancel();
    assert_eq!(load_demo(&store, now, &cancel, &mut |_, _| {}).unwrap(), crate::store::Ingested::default());
}

#[test]
fn products_without_a_vector_are_given_one_and_cancelling_stops_it() {
    use crate::model::{Embedder, fake::FakeEmbedder};
    let folder = tempfile::tempdir().unwrap();
    let store = compose::open_store(&Config::under(folder.path())).unwrap();
    let now: Timestamp = "2026-11-22T14:00:00Z".parse().unwrap();
    let few: Vec<_> = crate::sources::demo::observations(now).into_iter().take(600).collect();
    store.writer().ingest(few).unwrap();
    let products = store.reader().unwrap().stats().unwrap().products;
    let embedder: std::sync::Arc<dyn Embedder> = std::sync::Arc::new(FakeEmbedder);
    let idle = std::sync::atomic::AtomicBool::new(false);
    let cancel = tokio_util::sync::CancellationToken::new();
    let mut told = Vec::new();
    let stop = cancel.clone();
    let pass = embed::Pass { busy: &idle, cancel: &cancel, limit: None };
    let stopped = embed::embed_missing(&store, &embedder, &pass, &mut |progress| {
        told.push(progress);
        stop.cancel();
    });
    let first = 16.min(products);
    assert_eq!(told, [embed::Progress { made: first, done: first, total: products }]);
    assert_eq!(stopped.unwrap(), told[0]);
    let fresh = tokio_util::sync::CancellationToken::new();
    let few = embed::Pass { busy: &idle, cancel: &fresh, limit: Some(20) };
    assert_eq!(embed::embed_missing(&store, &embedder, &few, &mut |_| {}).unwrap().made, 20);
    let rest = embed::Pass { limit: None, ..few };
    let made = embed::embed_missing(&store, &embedder, &rest, &mut |_| {}).unwrap();
    assert_eq!(made, embed::Progress { made: products - first - 20, done: products, total: products });
    assert_eq!(store.reader().unwrap().vector_count(embedder.id()).unwrap(), products);
}
