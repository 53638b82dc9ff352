//! `emptor refresh` as a process that is killed in the middle: nothing that was committed is lost, nothing is asked
//! or stored twice, and two refreshers do not work at once.

#[path = "common/shop.rs"]
mod shop;

use emptor::domain::{SourceKind, Timestamp};
use emptor::store::{NewSource, Store};
use shop::{Response, Shop, product_page};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

const PAGES: usize = 40;
/// Pages of a source that may be asked for, read or stored at once.
const ON_THE_WAY: usize = 4;
const PATIENCE: Duration = Duration::from_secs(60);

/// A shop that answers a product page only once the test permits it.
struct Gated {
    shop: Shop,
    asked: Receiver<String>,
    permit: Sender<()>,
}

fn gated() -> Gated {
    let ((tell, asked), (permit, permitted)) = (channel(), channel());
    let (tell, permitted) = (Mutex::new(tell), Mutex::new(permitted));
    let shop = Shop::start(move |request| match request.path.as_str() {
        "/robots.txt" => Response::status(404),
        "/" => Response::page((0..PAGES).map(|n| format!("<a href='/p/{n}'>{n}</a>")).collect::<String>()),
        path => {
            let _ = tell.lock().unwrap().send(path.to_owned());
            let _ = permitted.lock().unwrap().recv();
            Response::page(product_page(&format!("Lamp number {path}"), path, "49.90"))
        }
    });
    Gated { shop, asked, permit }
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(shop: &Shop) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::write(place.folder.path().join("c.toml"), "[http]\nhost_delay = \"0s\"\ntimeout = \"60s\"\n").unwrap();
        let new = NewSource {
            name: "lamps".into(),
            kind: SourceKind::Shop,
            location: shop.url("/"),
            added_at: Timestamp::now(),
            next_due_at: None,
            state: serde_json::Value::Null,
        };
        Store::open(&place.database()).unwrap().writer().add_source(new).unwrap();
        place
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("emptor.db")
    }

    fn refresh(&self, more: &[&str]) -> Child {
        let config: &Path = &self.folder.path().join("c.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_emptor"));
        command.arg("--db").arg(self.database()).arg("--config").arg(config).arg("refresh").args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

#[test]
fn a_refresh_that_is_killed_again_and_again_stores_each_look_once() {
    let gated = gated();
    let place = Place::new(&gated.shop);
    let mut answered_in_all = 0;
    for answered in [3, 7, 0, 12] {
        let mut child = place.refresh(&[]);
        (0..answered).for_each(|_| gated.permit.send(()).unwrap());
        // One more is asked for, and hangs.
        (0..=answered).for_each(|_| drop(gated.asked.recv_timeout(PATIENCE).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        gated.permit.send(()).unwrap();
        answered_in_all += answered;
        let reader = Store::open(&place.database()).unwrap().reader().unwrap();
        assert_eq!(reader.integrity().unwrap(), None);
        assert!(reader.stats().unwrap().snapshots <= answered_in_all);
    }
    (0..PAGES).for_each(|_| gated.permit.send(()).unwrap());
    let ended = place.refresh(&["--json"]).wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let reader = Store::open(&place.database()).unwrap().reader().unwrap();
    let stats = reader.stats().unwrap();
    assert_eq!((stats.products, stats.snapshots), (PAGES as u64, PAGES as u64));
    let source = reader.sources().unwrap().remove(0);
    let pages = reader.source_pages(source.id, None, Timestamp::now()).unwrap();
    assert!(pages.len() == PAGES && pages.iter().all(|p| p.last_attempt_at.is_some() && p.failures == 0));
    assert!(source.next_due_at.is_some() && source.failures == 0);
    let asked: usize = (0..PAGES).map(|n| gated.shop.requests(&format!("/p/{n}")).len()).sum();
    assert!((PAGES + 4..=PAGES + 4 * ON_THE_WAY).contains(&asked), "only what was on its way is asked again: {asked}");
    let spent: usize = reader.request_counts(Timestamp::now()).unwrap().iter().map(|(_, n)| *n as usize).sum();
    assert!((PAGES..=asked + 20).contains(&spent), "every look that was stored is counted: {spent}");
    let mut list = Command::new(env!("CARGO_BIN_EXE_emptor"));
    let listed = list.arg("--db").arg(place.database()).args(["source", "list", "--json"]).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["pages"]["lamps"]["pages"], PAGES);
    assert_eq!(listed["pages"]["lamps"]["failing"], 0);
    let again = place.refresh(&[]).wait_with_output().unwrap();
    assert!(again.status.success() && String::from_utf8_lossy(&again.stderr).contains("nothing is due"), "{again:?}");
}

#[test]
fn two_refreshers_do_not_work_at_once_and_sigterm_ends_one_cleanly() {
    let gated = gated();
    let place = Place::new(&gated.shop);
    let mut first = place.refresh(&["--watch"]);
    gated.asked.recv_timeout(PATIENCE).unwrap();
    let second = place.refresh(&[]).wait_with_output().unwrap();
    assert_eq!(second.status.code(), Some(5), "{second:?}");
    assert!(String::from_utf8_lossy(&second.stderr).contains("refreshes this database already"), "{second:?}");
    let pid = i32::try_from(first.id()).unwrap();
    // SAFETY: the process is a child that was not waited for, so that the number is its own.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
    assert_eq!(first.wait().unwrap().code(), Some(130));
    let _ = gated.permit.send(());
}
