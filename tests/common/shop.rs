//! A small shop on loopback for the tests: pages, prices that change, validators, refusals.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A request as far as the tests look at it; header names are lower case.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: HashMap<String, String>,
    /// `GET` or `POST`.
    pub method: String,
    pub body: String,
}

/// An answer. `truncate` cuts the body short of its announced length.
#[derive(Debug, Clone, Default)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub truncate: bool,
}

impl Response {
    pub fn page(body: impl Into<String>) -> Self {
        let headers = vec![("Content-Type".into(), "text/html; charset=utf-8".into())];
        Self { status: 200, headers, body: body.into().into_bytes(), truncate: false }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

type Handler = dyn Fn(&Request) -> Response + Send + Sync;

/// The running shop; stops when dropped.
pub struct Shop {
    pub address: String,
    pub port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Shop {
    /// Starts on a free port. `/robots.txt` is 404 unless the handler answers it otherwise.
    pub fn start(handler: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let handler: Arc<Handler> = Arc::new(handler);
        let (log, ending) = (seen.clone(), stop.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ending.load(Ordering::SeqCst) {
                    break;
                }
                let (Ok(stream), log, handler) = (stream, log.clone(), handler.clone()) else { continue };
                std::thread::spawn(move || serve(stream, &log, &*handler));
            }
        });
        Self { address: format!("http://127.0.0.1:{port}"), port, seen, stop, thread: Some(thread) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Requests so far for a path.
    pub fn requests(&self, path: &str) -> Vec<Request> {
        self.seen.lock().unwrap().iter().filter(|r| r.path == path).cloned().collect()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener so that it sees the flag.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Request>>, handler: &Handler) {
    let mut reader = BufReader::new(&stream);
    let mut lines = reader.by_ref().lines();
    let Some(Ok(first)) = lines.next() else { return };
    let mut words = first.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_else(|| "/".to_owned()));
    let mut headers = HashMap::new();
    for line in lines {
        match line {
            Ok(line) if !line.is_empty() => {
                if let Some((name, value)) = line.split_once(':') {
                    headers.insert(name.trim().to_lowercase(), value.trim().to_owned());
                }
            }
            _ => break,
        }
    }
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let request = Request { path, headers, method, body: String::from_utf8_lossy(&body).into_owned() };
    log.lock().unwrap().push(request.clone());
    let answer = handler(&request);
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", answer.body.len());
    let sent = if answer.truncate { &answer.body[..answer.body.len() / 2] } else { &answer.body[..] };
    let _ = (&stream).write_all(head.as_bytes()).and_then(|()| (&stream).write_all(sent));
}

/// A product page with JSON-LD.
pub fn product_page(title: &str, sku: &str, price: &str) -> String {
    format!(
        r#"<html><head><title>{title}</title><script type="application/ld+json">
        {{"@context":"https://schema.org","@type":"Product","name":"{title}","sku":"{sku}","brand":"Nook",
          "offers":{{"@type":"Offer","price":"{price}","priceCurrency":"EUR",
                     "availability":"https://schema.org/InStock"}}}}</script></head><body><h1>{title}</h1></body></html>"#
    )
}

/// Client settings for loopback: no pause between requests.
pub fn http_config() -> emptor::config::HttpConfig {
    emptor::config::HttpConfig {
        contact: Some("tests@shop.example".into()),
        timeout: std::time::Duration::from_secs(20),
        max_body_bytes: 200_000,
        host_delay: std::time::Duration::ZERO,
        host_connections: 1,
        daily_requests: 100_000,
    }
}
