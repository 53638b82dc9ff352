//! Many small shops on loopback addresses, with faults on demand and a record of how each was treated.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a request met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    Good,
    /// 500.
    Broken,
    /// Never answered.
    Hanging,
    /// 403, or a robot check with 200.
    Wall,
}

/// How one shop was treated.
#[derive(Debug, Default, Clone)]
pub struct Treatment {
    pub requests: u64,
    pub in_flight: u32,
    pub most_in_flight: u32,
    pub last_start: Option<Instant>,
    pub least_gap: Option<Duration>,
    /// Product pages asked for since the last [`Web::forget`], with what they met.
    pub pages: HashMap<String, (u32, Fate)>,
}

/// The running shops; they stop with the runtime that serves them.
pub struct Web {
    pub hosts: Vec<SocketAddr>,
    pub pages_each: usize,
    faults: AtomicBool,
    treatment: Vec<Mutex<Treatment>>,
}

impl Web {
    /// Starts `hosts` shops of `pages_each` product pages on the runtime.
    pub async fn start(hosts: usize, pages_each: usize) -> std::io::Result<Arc<Self>> {
        let mut listeners = Vec::new();
        let mut port = 0;
        for index in 0..hosts {
            let ip = IpAddr::V4(Ipv4Addr::new(127, 0, 1, u8::try_from(index + 1).unwrap_or(u8::MAX)));
            let listener = TcpListener::bind(SocketAddr::new(ip, port)).await?;
            port = listener.local_addr()?.port();
            listeners.push(listener);
        }
        let web = Arc::new(Self {
            hosts: listeners.iter().filter_map(|l| l.local_addr().ok()).collect(),
            pages_each,
            faults: AtomicBool::new(false),
            treatment: (0..hosts).map(|_| Mutex::default()).collect(),
        });
        for (index, listener) in listeners.into_iter().enumerate() {
            let web = web.clone();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let web = web.clone();
                    // A client that goes away ends its connection and nothing else.
                    tokio::spawn(async move { drop(serve(stream, &web, index).await) });
                }
            });
        }
        Ok(web)
    }

    /// Whether a share of the pages fails from now on: a tenth broken, a twentieth hanging, a fiftieth walled.
    pub fn set_faults(&self, on: bool) {
        self.faults.store(on, Ordering::SeqCst);
    }

    /// How each shop was treated since the last [`Web::forget`].
    pub fn treatment(&self) -> Vec<Treatment> {
        self.treatment.iter().map(|t| t.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect()
    }

    /// Starts the record anew.
    pub fn forget(&self) {
        for treatment in &self.treatment {
            *treatment.lock().unwrap_or_else(PoisonError::into_inner) = Treatment::default();
        }
    }

    fn fate(&self, host: usize, path: &str) -> Fate {
        if !self.faults.load(Ordering::SeqCst) || !path.starts_with("/p/") {
            return Fate::Good;
        }
        let hash = path.bytes().fold(host as u32 ^ 0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
        match (hash >> 8) % 100 {
            0..10 => Fate::Broken,
            10..15 => Fate::Hanging,
            15..17 => Fate::Wall,
            _ => Fate::Good,
        }
    }

    fn begin(&self, host: usize, path: &str, fate: Fate) {
        let mut t = self.treatment[host].lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        t.requests += 1;
        t.in_flight += 1;
        t.most_in_flight = t.most_in_flight.max(t.in_flight);
        if let Some(gap) = t.last_start.map(|last| now - last) {
            t.least_gap = Some(t.least_gap.map_or(gap, |least| least.min(gap)));
        }
        t.last_start = Some(now);
        if path.starts_with("/p/") {
            t.pages.entry(path.to_owned()).or_insert((0, fate)).0 += 1;
        }
    }

    fn end(&self, host: usize) {
        self.treatment[host].lock().unwrap_or_else(PoisonError::into_inner).in_flight -= 1;
    }

    fn answer(&self, host: usize, path: &str, fate: Fate) -> (u16, &'static str, String) {
        let page = |body: String| (200, "text/html; charset=utf-8", body);
        match fate {
            Fate::Broken | Fate::Hanging => return (500, "text/plain", "broken".to_owned()),
            Fate::Wall if path.len().is_multiple_of(2) => return (403, "text/plain", "no".to_owned()),
            Fate::Wall => return page("<html><body>Please verify you are human</body></html>".to_owned()),
            Fate::Good => {}
        }
        if path == "/sitemap.xml" {
            let origin = format!("http://{}", self.hosts[host]);
            let urls: String = (0..self.pages_each).map(|n| format!("<url><loc>{origin}/p/{n}</loc></url>")).collect();
            let map = format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>");
            return (200, "application/xml", map);
        }
        let Some(number) = path.strip_prefix("/p/").and_then(|n| n.parse::<u64>().ok()) else {
            return (404, "text/plain", "none".to_owned());
        };
        let (euros, cents) = (10 + number % 90, number % 100);
        page(format!(
            "<html><head><title>Thing {number}</title><script type=\"application/ld+json\">\
             {{\"@type\":\"Product\",\"name\":\"Thing {number} of shop {host}\",\"sku\":\"S{number}\",\"offers\":\
             {{\"@type\":\"Offer\",\"price\":\"{euros}.{cents:02}\",\"priceCurrency\":\"EUR\",\"availability\":\"InStock\"}}}}\
             </script></head><body><h1>Thing {number}</h1>{}</body></html>",
            "<p>Some words of a page as they stand around a price, menus and footers included.</p>".repeat(40)
        ))
    }
}

/// Serves one connection, request after request.
async fn serve(mut stream: TcpStream, web: &Web, host: usize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut held: Vec<u8> = Vec::new();
    let mut buffer = [0_u8; 4096];
    loop {
        let end = loop {
            if let Some(at) = held.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            match stream.read(&mut buffer).await? {
                0 => return Ok(()),
                count => held.extend_from_slice(&buffer[..count]),
            }
        };
        let head = String::from_utf8_lossy(&held[..end]).into_owned();
        held.drain(..end);
        let path = head.split_whitespace().nth(1).unwrap_or("/").to_owned();
        let fate = web.fate(host, &path);
        web.begin(host, &path, fate);
        let written = respond(&mut stream, web, host, &path, fate).await;
        web.end(host);
        written?;
    }
}

async fn respond(stream: &mut TcpStream, web: &Web, host: usize, path: &str, fate: Fate) -> std::io::Result<()> {
    if fate == Fate::Hanging {
        // Until the client gives up.
        return stream.read_u8().await.map(drop);
    }
    let (status, kind, body) = web.answer(host, path, fate);
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}
