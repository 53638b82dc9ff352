//! Watches told by the real binary and the real refresher: a webhook on loopback, a hook, a desktop program.

#[path = "home/mod.rs"]
mod home;
#[path = "common/shop.rs"]
mod shop;

use emptor::config::{RefreshConfig, WatchConfig};
use emptor::domain::*;
use emptor::refresh::event::RefreshEvent;
use emptor::refresh::source::Looker;
use emptor::refresh::worker;
use emptor::sources::http::Client;
use emptor::sources::listing::Keys;
use emptor::store::{NewSource, NewWatch, Store};
use home::Home;
use shop::{Response, Shop, http_config, product_page};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;

/// A script in the home that can be run.
fn script(home: &Home, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = home.file(name, format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path.display().to_string()
}

fn settings(home: &Home, text: &str) -> Vec<String> {
    let path = home.file("config.toml", text);
    vec!["--config".to_owned(), path.display().to_string()]
}

fn run(home: &Home, settings: &[String], words: &[&str]) -> home::Run {
    home.run(words.iter().map(|w| (*w).to_owned()).chain(settings.iter().cloned()))
}

fn first_id(home: &Home) -> String {
    let found = home.run(["search", "dishwasher", "--limit", "1", "--json"]).expect(0).json("search");
    found["result"]["hits"][0]["product"]["id"].to_string()
}

#[test]
fn every_kind_is_added_listed_and_removed() {
    let home = Home::demo();
    let id = first_id(&home);
    let kinds: [(&[&str], &str); 5] = [
        (&["--below", "1"], "below"),
        (&["--drop", "12.5"], "drop"),
        (&["--new-low"], "new_low"),
        (&["--back-in-stock"], "back_in_stock"),
        (&["--rise", "10%", "--with-shipping"], "rise"),
    ];
    for (said, kind) in kinds {
        let words = [&["watch", "add", id.as_str(), "--json"], said].concat();
        let added = home.run(words).expect(0).json("watch add");
        assert_eq!(added["watch"]["kind"], kind);
    }
    let listed = home.run(["watch", "list", "--json"]).expect(0).json("watch list");
    assert_eq!(listed["watches"].as_array().unwrap().len(), 5);
    assert_eq!(listed["watches"][1]["watch"]["percent"], 12.5);
    assert!(listed["watches"][1]["watch"]["base"]["minor"].as_i64().unwrap() > 0, "what it is compared with");
    let table = home.run(["watch", "list"]).expect(0).stdout;
    for text in ["12.5% drop", "a new low", "back in stock", "10% rise with shipping"] {
        assert!(table.contains(text), "{text}: {table}");
    }
    home.run(["watch", "check"]).expect(1);
    home.run(["watch", "rm", "2"]).expect(0);
    home.run(["watch", "rm", "2"]).expect(1);
    let id = id.as_str();
    home.run(["watch", "add", id]).expect_error(2, "--below");
    home.run(["watch", "add", id, "--below", "5", "--new-low"]).expect_error(2, "cannot be used with");
    home.run(["watch", "add", id, "--drop", "100"]).expect_error(2, "a percentage from 1 to 99");
    home.run(["watch", "add", id, "--rise", "0"]).expect_error(2, "a percentage from 1 to 1000");
    home.run(["watch", "add", id, "--back-in-stock", "--with-shipping"]).expect_error(2, "cannot be used with");
}

#[test]
fn a_test_message_goes_by_every_way_and_each_failure_is_told() {
    let home = Home::demo();
    home.run(["watch", "test"]).expect_error(1, "no way to tell is set");
    home.run(["watch", "test", "--hook"]).expect_error(2, "no hook is set");
    home.run(["watch", "test", "7"]).expect_error(1, "there is no watch 7");
    let told = Shop::start(
        |request| if request.path == "/robots.txt" { Response::status(503) } else { Response::status(204) },
    );
    let hook = script(
        &home,
        "hook",
        "cat > \"$HOME/input\"; printf '%s|%s|%s' \"$1\" \"$EMPTOR_WATCH_TEST\" \"$EMPTOR_WATCH_TEXT\" > \"$HOME/said\"",
    );
    script(&home, "notify-send", "printf '%s\\n' \"$@\" > \"$HOME/shown\"");
    let set =
        format!("[watch]\ndesktop = true\nhook = [\"{hook}\", \"a b;$(c)\"]\nwebhook = \"{}\"\n", told.url("/secret"));
    let set = settings(&home, &set);
    let id = first_id(&home);
    run(&home, &set, &["watch", "add", &id, "--below", "99999"]).expect(0);
    let with_path = |words: &[&str]| {
        let mut command = home.command(words.iter().map(|w| (*w).to_owned()).chain(set.iter().cloned()));
        let path = format!("{}:{}", home.path().display(), std::env::var("PATH").unwrap());
        let output = command.env("PATH", path).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, stdout) = with_path(&["watch", "test", "1"]);
    assert_eq!((code, stdout.as_str()), (Some(0), "desktop: sent\nhook: sent\nwebhook: sent\n"));
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    let said = read("said");
    assert!(said.starts_with("a b;$(c)|1|A test of emptor's watches. "), "{said}");
    assert!(
        read("shown").starts_with("--app-name=emptor\n--\nemptor: a test\nA test of emptor's watches."),
        "{}",
        read("shown")
    );
    let input: serde_json::Value = serde_json::from_str(&read("input")).unwrap();
    let posted: serde_json::Value = serde_json::from_str(&told.requests("/secret")[0].body).unwrap();
    assert_eq!((&input["test"], &input["watch"], &input["kind"]), (&true.into(), &1.into(), &"below".into()));
    assert_eq!(input, posted, "hook and webhook get the same");
    let (code, stdout) = with_path(&["watch", "test", "--webhook", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &json["ways"][0]["way"], &json["ways"][0]["ok"]), (Some(0), &"webhook".into(), &true.into()));
    drop(told);
    script(&home, "hook", "echo out of paper >&2; exit 9");
    let failed = run(&home, &set, &["watch", "test", "--webhook", "--hook"]).expect(5).stdout;
    assert!(failed.contains("ended with code 9: out of paper") && failed.contains("webhook: failed: "), "{failed}");
    assert!(!failed.contains("secret"), "{failed}");
    let offline = run(&home, &set, &["watch", "test", "--webhook", "--offline"]).expect(5).stdout;
    assert!(offline.contains("offline: nothing was sent"), "{offline}");
    let bare = home.command(["watch", "test", "--desktop"]).env("PATH", "/nowhere").output().unwrap();
    let bare = (bare.status.code(), String::from_utf8(bare.stdout).unwrap());
    assert_eq!(bare.0, Some(5));
    assert!(bare.1.contains("no notify-send and no gdbus"), "{}", bare.1);
}

#[test]
fn a_check_tells_by_the_ways_that_are_set_once_and_keeps_what_failed() {
    let home = Home::demo();
    let id = first_id(&home);
    let hook = script(&home, "hook", "echo \"$EMPTOR_WATCH_KIND\" >> \"$HOME/said\"; test ! -e \"$HOME/broken\"");
    let set = settings(&home, &format!("[watch]\nhook = [\"{hook}\"]\n"));
    home.file("broken", "");
    run(&home, &set, &["watch", "add", &id, "--below", "99999"]).expect(0);
    let checked = run(&home, &set, &["watch", "check"]).expect(0);
    assert!(checked.stderr.contains("watch 1 could not be told by hook yet"), "{}", checked.stderr);
    let listed = run(&home, &set, &["watch", "list"]).expect(0);
    assert!(listed.stderr.contains("by hook yet (attempt 1): the hook"), "{}", listed.stderr);
    run(&home, &set, &["watch", "check"]).expect(0);
    assert_eq!(std::fs::read_to_string(home.path().join("said")).unwrap(), "below\n", "not again before its time");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refresher_posts_a_crossing_once_though_the_first_try_failed() {
    let price = Arc::new(Mutex::new("49.90".to_owned()));
    let shown = price.clone();
    let lamps = Shop::start(move |request| match request.path.as_str() {
        "/robots.txt" => Response::status(404),
        _ => Response::page(product_page("Nook lamp", "NL1", &shown.lock().unwrap())),
    });
    let down = Arc::new(Mutex::new(true));
    let is_down = down.clone();
    let told = Shop::start(move |_| Response::status(if *is_down.lock().unwrap() { 500 } else { 200 }));
    let folder = tempfile::tempdir().unwrap();
    let watch = WatchConfig { webhook: Some(told.url("/told")), ..WatchConfig::default() };
    let looker = |store: Store| looker(folder.path(), store, watch.clone());
    let open = || Store::open(&folder.path().join("emptor.db")).unwrap();
    let store = open();
    let source = store.writer().add_source(NewSource {
        name: "lamps".into(),
        kind: SourceKind::Page,
        location: lamps.url("/p/lamp"),
        added_at: Timestamp::now(),
        next_due_at: None,
        state: serde_json::Value::Null,
    });
    let source = source.unwrap();
    let events = |store: Store| {
        let (looker, source) = (looker(store), source.clone());
        async move {
            let (sender, mut heard) = unbounded_channel();
            worker::refresh(&looker, source, true, &sender).await.unwrap();
            drop(sender);
            let mut fired = Vec::new();
            while let Some(event) = heard.recv().await {
                if let RefreshEvent::WatchFired { text, .. } = event {
                    fired.push(text);
                }
            }
            fired
        }
    };
    assert!(events(store.clone()).await.is_empty());
    let product = store.reader().unwrap().product_ids(None, 1).unwrap()[0];
    let bound = Money::new(4500, Currency::EUR);
    store.writer().add_watch(NewWatch::below(product, bound, Timestamp::now())).unwrap();
    *price.lock().unwrap() = "44.00".to_owned();
    assert_eq!(events(store.clone()).await, [format!("Nook lamp: €44.00 at 127.0.0.1:{}, below €45.00", lamps.port)]);
    assert_eq!(told.requests("/told").len(), 1, "it was tried, and answered 500");
    drop(store);
    *down.lock().unwrap() = false;
    // A new start, a while later: the outbox is in the file.
    let store = open();
    let client = Client::new(&http_config(), false).unwrap();
    let later = |hours: u64| Timestamp::now() + Duration::from_secs(hours * 3600);
    let deliver = |now| emptor::refresh::deliver::deliver_due(&store, &watch, &client, now, &|_| {});
    for now in [later(0), later(1), later(2), later(30)] {
        deliver(now).await.unwrap();
    }
    let posts = told.requests("/told");
    assert_eq!(posts.len(), 2, "once more, and never again");
    let alert: serde_json::Value = serde_json::from_str(&posts[1].body).unwrap();
    assert_eq!(
        (&alert["price"]["minor"], &alert["test"], &alert["kind"]),
        (&4400.into(), &false.into(), &"below".into())
    );
    assert_eq!(posts[0].body, posts[1].body, "the same message, with the same id");
    assert_eq!(posts[0].headers["idempotency-key"], posts[1].headers["idempotency-key"]);
    assert!(told.requests("/robots.txt").is_empty(), "a message to a named address reads no page");
}

fn looker(folder: &Path, store: Store, watch: WatchConfig) -> Looker {
    let config = RefreshConfig {
        enabled: true,
        interval: Duration::from_secs(3600),
        stale_after: Duration::from_secs(7 * 86_400),
        pages_per_shop: 500,
        selectors: folder.join("selectors"),
        watch,
    };
    let client = Client::new(&http_config(), false).unwrap();
    Looker::new(store, client, config, Keys::default())
}
