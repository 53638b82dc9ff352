//! Sources kept fresh from a shop on loopback whose prices change while the test runs.

#[path = "common/shop.rs"]
mod shop;

use emptor::config::{RefreshConfig, WatchConfig};
use emptor::domain::*;
use emptor::refresh::event::RefreshEvent;
use emptor::refresh::source::Looker;
use emptor::refresh::worker;
use emptor::sources::http::Client;
use emptor::sources::listing::Keys;
use emptor::store::{NewSource, NewWatch, Reader, Store};
use shop::{Response, Shop, http_config, product_page};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::sync::CancellationToken;

struct Bench {
    _folder: tempfile::TempDir,
    store: Store,
    looker: Looker,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("emptor.db")).unwrap();
    let config = RefreshConfig {
        enabled: true,
        interval: Duration::from_secs(3600),
        stale_after: Duration::from_secs(7 * 86_400),
        pages_per_shop: 500,
        selectors: folder.path().join("selectors"),
        watch: WatchConfig::default(),
    };
    let client = Client::new(&http_config(), false).unwrap();
    Bench { _folder: folder, looker: Looker::new(store.clone(), client, config, Keys::default()), store }
}

impl Bench {
    fn add(&self, kind: SourceKind, location: String) -> Source {
        let new = NewSource {
            name: "lamps".into(),
            kind,
            location,
            added_at: Timestamp::now(),
            next_due_at: None,
            state: serde_json::Value::Null,
        };
        self.store.writer().add_source(new).unwrap()
    }

    /// Looks at the source as it is saved now, `seconds` after the epoch that the test counts from.
    async fn look(&self, seconds: i64) -> (emptor::refresh::source::Looked, Source) {
        let source = self.store.reader().unwrap().sources().unwrap().remove(0);
        let at = Timestamp::from_second(1_790_000_000 + seconds).unwrap();
        self.looker.look(source, at, true, &|_, _| {}).await.unwrap()
    }

    fn reader(&self) -> Reader {
        self.store.reader().unwrap()
    }
}

fn prices(reader: &Reader, product: ProductId) -> Vec<(Outcome, Option<i64>)> {
    reader.history(product, None).unwrap().points.iter().map(|p| (p.outcome, p.price.map(|m| m.minor))).collect()
}

/// A page whose answer the test changes as it goes.
fn changing() -> (Shop, Arc<Mutex<Response>>) {
    let answer = Arc::new(Mutex::new(Response::status(404)));
    let shown = answer.clone();
    let shop = Shop::start(move |request| match request.path.as_str() {
        "/robots.txt" => Response::status(404),
        _ => {
            let page = shown.lock().unwrap().clone();
            let etag = page.headers.iter().find(|(name, _)| name == "ETag").map(|(_, v)| v.clone());
            match (request.headers.get("if-none-match"), etag) {
                (Some(known), Some(etag)) if *known == etag => Response::status(304),
                _ => page,
            }
        }
    });
    (shop, answer)
}

fn lamp(price: &str) -> Response {
    Response::page(product_page("Nook lamp", "NL1", price)).with("ETag", format!("\"{price}\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_follow_the_shop_and_failures_keep_the_last_good_price() {
    let (shop, answer) = changing();
    let bench = bench();
    bench.add(SourceKind::Page, shop.url("/p/lamp"));
    let steps = [
        lamp("49.90"),
        lamp("49.90"),
        lamp("39.90"),
        Response::status(403),
        Response::page("<html><h1>Soon back</h1></html>"),
        Response::status(500),
        lamp("44.90"),
    ];
    for (n, step) in (0_i64..).zip(steps) {
        *answer.lock().unwrap() = step;
        bench.look(n * 7200).await;
    }
    let reader = bench.reader();
    let id = reader.product_ids(None, 5).unwrap()[0];
    let expected = [
        (Outcome::Ok, Some(4990)),
        (Outcome::NotModified, Some(4990)),
        (Outcome::Ok, Some(3990)),
        (Outcome::Blocked, None),
        (Outcome::NoPrice, None),
        (Outcome::Error, None),
        (Outcome::Ok, Some(4490)),
    ];
    assert_eq!(prices(&reader, id), expected);
    let offer = &reader.offers(id).unwrap()[0];
    assert_eq!((offer.price.map(|p| p.minor), offer.availability), (Some(4490), Availability::InStock));
    assert_eq!(shop.requests("/p/lamp").len(), 7, "one request a look, a block is not retried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_source_says_why_and_waits_longer() {
    let (shop, answer) = changing();
    let bench = bench();
    bench.add(SourceKind::Page, shop.url("/p/lamp"));
    *answer.lock().unwrap() = lamp("49.90");
    let (_, good) = bench.look(0).await;
    *answer.lock().unwrap() = Response::status(403);
    let (looked, once) = bench.look(7200).await;
    let (_, twice) = bench.look(14_400).await;
    assert_eq!((looked.outcome, looked.detail.as_deref()), (Outcome::Blocked, Some("the shop answered 403 Forbidden")));
    let wait = |s: &Source| s.next_due_at.unwrap().as_second() - s.last_attempt_at.unwrap().as_second();
    assert!(
        wait(&good) < wait(&once) && wait(&once) < wait(&twice),
        "{} {} {}",
        wait(&good),
        wait(&once),
        wait(&twice)
    );
    assert_eq!((twice.failures, good.failures), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shops_front_page_leads_to_its_products() {
    let shop = Shop::start(|request| match request.path.as_str() {
        "/" => Response::page(
            "<a href='/p/lamp'>L</a> <a href='/p/mug'>M</a> <a href='/p/gone'>G</a> <a href='/cart'>C</a>",
        ),
        "/p/lamp" => Response::page(product_page("Nook lamp", "NL1", "49.90")),
        "/p/mug" => Response::page(product_page("Nook mug", "NM1", "9.50")),
        _ => Response::status(404),
    });
    let bench = bench();
    bench.add(SourceKind::Shop, shop.url("/"));
    let (looked, source) = bench.look(0).await;
    assert_eq!((looked.outcome, looked.pages, looked.failed), (Outcome::Ok, 3, 1));
    assert_eq!(bench.reader().stats().unwrap().products, 2);
    assert!(source.last_detail.unwrap().contains("1 of 3 pages failed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_task_fetches_what_is_due_tells_about_it_and_a_slow_source_delays_nobody() {
    let (open_gate, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let slow = Shop::start(move |request| {
        if request.path != "/robots.txt" {
            // Answers only once the test has seen the other source finish, or has ended.
            let _ = gate.lock().unwrap().recv();
        }
        Response::status(404)
    });
    let (quick, answer) = changing();
    *answer.lock().unwrap() = lamp("49.90");
    let bench = bench();
    bench.add(SourceKind::Page, slow.url("/p/slow"));
    bench.add(SourceKind::Page, quick.url("/p/lamp"));
    let cancel = CancellationToken::new();
    let (task, mut events) = worker::spawn(bench.looker.clone(), cancel.clone());
    let mut finished = Vec::new();
    while finished.len() < 2 {
        let event = tokio::time::timeout(Duration::from_secs(60), events.recv()).await.unwrap().unwrap();
        if let RefreshEvent::Finished { name, outcome, .. } = event {
            finished.push((name, outcome));
            let _ = open_gate.send(());
        }
    }
    assert_eq!(finished, [("lamps-2".to_owned(), Outcome::Ok), ("lamps".to_owned(), Outcome::Gone)]);
    cancel.cancel();
    task.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_is_told_once_per_crossing_and_never_on_a_failure() {
    let (shop, answer) = changing();
    let bench = bench();
    let source = bench.add(SourceKind::Page, shop.url("/p/lamp"));
    *answer.lock().unwrap() = lamp("49.90");
    bench.look(0).await;
    let id = bench.reader().product_ids(None, 1).unwrap()[0];
    bench.store.writer().add_watch(NewWatch::below(id, Money::new(4500, Currency::EUR), Timestamp::now())).unwrap();
    let mut told = Vec::new();
    for step in [lamp("44.00"), lamp("44.00"), Response::status(500), lamp("43.00"), lamp("46.00"), lamp("44.50")] {
        *answer.lock().unwrap() = step;
        let (sender, mut events) = unbounded_channel();
        let saved = bench.reader().sources().unwrap().into_iter().find(|s| s.id == source.id).unwrap();
        worker::refresh(&bench.looker, saved, true, &sender).await.unwrap();
        drop(sender);
        let mut fired = 0;
        while let Some(event) = events.recv().await {
            fired += u32::from(matches!(event, RefreshEvent::WatchFired { .. }));
        }
        told.push(fired);
        // Looks of one second are one look: the clock must have moved before the next.
        let second = Timestamp::now().as_second();
        while Timestamp::now().as_second() == second {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(told, [1, 0, 0, 0, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_source_is_read_again_and_only_what_is_new_is_stored() {
    let bench = bench();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prices.csv");
    std::fs::write(&file, "date,name,price,currency\n2026-01-01,Lamp,5,EUR\n").unwrap();
    bench.add(SourceKind::Csv, file.display().to_string());
    assert_eq!(bench.look(0).await.0.snapshots, 1);
    std::fs::write(&file, "date,name,price,currency\n2026-01-01,Lamp,5,EUR\n2026-01-08,Lamp,4,EUR\n").unwrap();
    assert_eq!(bench.look(60).await.0.snapshots, 1);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(bench.look(120).await.0.outcome, Outcome::Error);
    assert_eq!(bench.reader().stats().unwrap().snapshots, 2);
}

fn three_pages() -> Shop {
    Shop::start(|request| match request.path.as_str() {
        "/" => Response::page("<a href='/p/a'>A</a> <a href='/p/b'>B</a> <a href='/p/c'>C</a>"),
        path if path.starts_with("/p/") => Response::page(product_page(&format!("Lamp {path}"), path, "49.90")),
        _ => Response::status(404),
    })
}

fn asked(shop: &Shop) -> [usize; 4] {
    ["/", "/p/a", "/p/b", "/p/c"].map(|path| shop.requests(path).len())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_is_due_by_itself_and_only_what_is_due_is_asked() {
    let shop = three_pages();
    let bench = bench();
    bench.add(SourceKind::Shop, shop.url("/"));
    let look = async |seconds: i64, all| {
        let source = bench.reader().sources().unwrap().remove(0);
        let at = Timestamp::from_second(1_790_000_000 + seconds).unwrap();
        bench.looker.look(source, at, all, &|_, _| {}).await.unwrap()
    };
    let (_, first) = look(0, false).await;
    assert_eq!(asked(&shop), [1, 1, 1, 1]);
    let wait = first.next_due_at.unwrap().as_second() - 1_790_000_000;
    assert!((3000..=4000).contains(&wait), "{wait}");
    let (looked, second) = look(60, false).await;
    assert_eq!((looked.pages, second.last_outcome, asked(&shop)), (0, Some(Outcome::Ok), [2, 1, 1, 1]));
    // A page that a watch is on comes back sooner than the others.
    let reader = bench.reader();
    let watched = reader.products_by_key(&shop.url("/p/b")).unwrap()[0];
    let below = NewWatch::below(watched, Money::new(100, Currency::EUR), Timestamp::now());
    bench.store.writer().add_watch(below).unwrap();
    look(4500, true).await;
    assert_eq!(asked(&shop), [3, 2, 2, 2]);
    look(4500 + 1000, false).await;
    assert_eq!(asked(&shop), [4, 2, 3, 2]);
    // A clock that was a day behind makes them due now, not a day later.
    look(4500 - 86_400, false).await;
    assert_eq!(asked(&shop), [5, 3, 4, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_hanging_sources_delay_nobody() {
    let (open_gate, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let hanging = Shop::start(move |request| {
        if request.path != "/robots.txt" {
            let _ = gate.lock().unwrap().recv();
        }
        Response::status(404)
    });
    let (quick, answer) = changing();
    *answer.lock().unwrap() = lamp("49.90");
    let bench = bench();
    (0..10).for_each(|n| drop(bench.add(SourceKind::Page, hanging.url(&format!("/p/{n}")))));
    bench.add(SourceKind::Page, quick.url("/p/lamp"));
    let cancel = CancellationToken::new();
    let (task, mut events) = worker::spawn(bench.looker.clone(), cancel.clone());
    loop {
        let event = tokio::time::timeout(Duration::from_secs(60), events.recv()).await.unwrap().unwrap();
        if let RefreshEvent::Finished { name, outcome, .. } = event {
            assert_eq!((name.as_str(), outcome), ("lamps-11", Outcome::Ok));
            break;
        }
    }
    cancel.cancel();
    task.await.unwrap();
    drop(open_gate);
}
