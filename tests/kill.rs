//! A real process killed by SIGKILL in the middle of storing: what was committed is whole, and going on repeats nothing.

#![cfg(unix)]

use emptor::store::{Stats, Store};
use std::fmt::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ITEMS: u64 = 6_000;
const DAYS: u64 = 3;

fn table(path: &Path) {
    let mut text = "date,shop,sku,name,price,currency\n".to_owned();
    for day in 1..=DAYS {
        for item in 0..ITEMS {
            writeln!(text, "2026-11-{day:02},Kiln,S{item},Mug number {item} of clay,{}.{day:02},EUR", item % 90 + 1)
                .unwrap();
        }
    }
    std::fs::write(path, text).unwrap();
}

fn import(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_emptor"))
        .args(["import", "prices.csv", "--kind", "csv", "--db", "e.db", "--offline"])
        .args(["--map", "title=name,sku=sku,price=price,date=date,shop=shop,currency=currency"])
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_process_killed_while_it_stores_loses_nothing_committed_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    table(&folder.path().join("prices.csv"));
    let path = folder.path().join("e.db");
    let store = Store::open(&path).unwrap();
    let reader = store.reader().unwrap();
    let mut child = import(folder.path());
    let started = Instant::now();
    while reader.stats().unwrap().snapshots == 0 {
        assert!(started.elapsed() < Duration::from_secs(300), "the import never stored anything");
        assert!(child.try_wait().unwrap().is_none(), "the import ended before it could be killed");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    let status = child.wait().unwrap();
    let seen = reader.stats().unwrap();
    assert_eq!(status.signal(), Some(9), "it was to die in the middle");
    assert!(seen.snapshots < ITEMS * DAYS, "it was to die in the middle");
    drop((reader, store));

    let store = Store::open(&path).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.integrity().unwrap(), None);
    let after = Stats { size_bytes: seen.size_bytes, ..reader.stats().unwrap() };
    assert_eq!(after, seen, "what was committed is still there");
    assert_eq!(seen.products, seen.offers, "a batch is whole or not there");
    assert!(import(folder.path()).wait().unwrap().success());
    let all = reader.stats().unwrap();
    assert_eq!((all.products, all.offers, all.snapshots), (ITEMS, ITEMS, ITEMS * DAYS));
}
