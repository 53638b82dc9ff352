use super::*;
use crate::config::HttpConfig;
use crate::store::NewWatch;
use std::sync::Mutex;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn client() -> Client {
    let config = HttpConfig {
        daily_requests: 1_000_000,
        host_connections: 1,
        contact: None,
        timeout: Duration::from_secs(5),
        max_body_bytes: 100_000,
        host_delay: Duration::ZERO,
    };
    Client::new(&config, false).unwrap()
}

/// A store with one crossing that waits to be told by `ways`.
fn crossed(folder: &std::path::Path, ways: &[Way]) -> Store {
    let store = Store::open(&folder.join("e.db")).unwrap();
    let shop = ShopRef { name: "Lumen".into(), domain: None, invented: false };
    let facts = ProductFacts { title: "Lamp".into(), ..ProductFacts::default() };
    let mut look = Observation::new(shop, "1", facts, at(0));
    look.price = Some(Money::new(3900, Currency::EUR));
    store.writer().ingest(vec![look]).unwrap();
    let reader = store.reader().unwrap();
    let product = reader.product_ids(None, 1).unwrap()[0];
    let bound = Money::new(4000, Currency::EUR);
    store.writer().add_watch(NewWatch::below(product, bound, at(0))).unwrap();
    let checked = super::super::watches::check(&reader, &store.writer(), ways, at(0)).unwrap();
    assert!(checked[0].fired);
    store
}

/// What was told on the screen when delivering at `now`.
async fn deliver(store: &Store, config: &WatchConfig, now: Timestamp) -> Vec<RefreshEvent> {
    let told = Mutex::new(Vec::new());
    deliver_due(store, config, &client(), now, &|event| told.lock().unwrap().push(event)).await.unwrap();
    told.into_inner().unwrap()
}

#[tokio::test]
async fn a_stop_between_crossing_and_delivery_loses_nothing_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(crossed(folder.path(), &[Way::Screen]));
    let store = Store::open(&folder.path().join("e.db")).unwrap();
    let told = deliver(&store, &WatchConfig::default(), at(60)).await;
    let text = "Lamp: €39.00 at Lumen, below €40.00".to_owned();
    assert_eq!(told, [RefreshEvent::WatchFired { watch: WatchId(1), text }]);
    assert_eq!(deliver(&store, &WatchConfig::default(), at(100_000)).await, []);
    drop(store);
    let store = Store::open(&folder.path().join("e.db")).unwrap();
    assert_eq!(deliver(&store, &WatchConfig::default(), at(200_000)).await, []);
}

#[tokio::test]
async fn a_stop_within_a_delivery_brings_it_up_again_and_nobody_else_takes_it_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let store = crossed(folder.path(), &[Way::Screen]);
    let taken = store.writer().claim_deliveries(at(0), later(at(0), LEASE)).unwrap();
    assert_eq!(taken.len(), 1, "taken, and then the process is killed");
    assert_eq!(deliver(&store, &WatchConfig::default(), at(60)).await, []);
    assert_eq!(deliver(&store, &WatchConfig::default(), at(120)).await.len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_failed_way_is_tried_again_later_and_later_and_given_up_after_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let store = crossed(folder.path(), &[Way::Screen, Way::Hook]);
    let config = WatchConfig { hook: Some(vec!["false".into()]), ..WatchConfig::default() };
    let mut now = at(0);
    let mut waits = Vec::new();
    let mut told = deliver(&store, &config, now).await;
    while let Some(waiting) = store.reader().unwrap().deliveries_waiting().unwrap().pop() {
        assert_eq!(
            (waiting.way.as_str(), waiting.detail.as_deref()),
            ("hook", Some("the hook false ended with code 1"))
        );
        let next = waiting.next_at.unwrap();
        waits.push(next.as_second() - now.as_second());
        told.extend(deliver(&store, &config, later(now, Duration::from_secs(30))).await);
        now = next;
        told.extend(deliver(&store, &config, now).await);
    }
    assert_eq!(waits[..4], [60, 120, 240, 480]);
    assert!(now.as_second() - at(0).as_second() <= 86_400 && waits.iter().all(|w| *w <= 4 * 3600), "{waits:?}");
    assert_eq!(told.len(), 2, "{told:?}");
    let Some(RefreshEvent::DeliveryFailed { text, .. }) = told.last() else { panic!("{told:?}") };
    assert!(text.starts_with("not delivered by hook for a day (the hook false ended with code 1): Lamp"), "{text}");
}

#[tokio::test]
async fn a_clock_that_was_wrong_delays_nothing_for_long() {
    let folder = tempfile::tempdir().unwrap();
    let store = crossed(folder.path(), &[Way::Screen]);
    // Written a year ahead of the time that it is now.
    assert_eq!(deliver(&store, &WatchConfig::default(), at(-365 * 86_400)).await.len(), 1);
}

#[cfg(unix)]
mod programs {
    use super::*;
    use crate::refresh::deliver::program::{Call, Fault};
    use std::time::Instant;

    fn call(words: &[&str], stdin: &[u8]) -> Call {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Call { words, stdin: stdin.to_vec(), variables: vec![("SAID".into(), "$(date) ;'".into())] }
    }

    #[tokio::test]
    async fn a_program_gets_input_and_variables_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let script = format!("cat > {0}; printf %s \"$SAID\" >> {0}", out.display());
        call(&["sh", "-c", &script], b"{1}").run().await.unwrap();
        assert_eq!(std::fs::read_to_string(out).unwrap(), "{1}$(date) ;'");
    }

    #[tokio::test]
    async fn one_that_fails_is_quoted_and_one_that_is_missing_is_told_apart() {
        let failed = call(&["sh", "-c", "echo >&2; echo no paper >&2; exit 3"], b"").run().await;
        assert_eq!(failed, Err(Fault::Failed("ended with code 3: no paper".into())));
        assert_eq!(call(&["/nowhere/at/all"], b"").run().await, Err(Fault::Missing));
        assert_eq!(call(&[], b"").run().await, Err(Fault::Missing));
    }

    #[tokio::test]
    async fn one_that_hangs_is_killed_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let child = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! > {0}.new; mv {0}.new {0}; wait", child.display());
        let started = Instant::now();
        // A big input that nobody reads must not hold it up either.
        let result = call(&["sh", "-c", &script], &vec![b'x'; 1 << 20]).run_within(Duration::from_secs(1)).await;
        assert_eq!(result, Err(Fault::Failed("took longer than 1 s and was killed".into())));
        assert!(started.elapsed() < Duration::from_secs(8));
        let child: u32 = std::fs::read_to_string(child).unwrap().trim().parse().unwrap();
        let ended = |state: &str| state.is_empty() || state.contains(") Z ");
        while !ended(&std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default()) {
            assert!(started.elapsed() < Duration::from_secs(8), "{child} lives on");
            std::thread::yield_now();
        }
    }
}
