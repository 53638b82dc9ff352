//! The one HTTP client: honest user agent, robots.txt, few requests at once per host with a pause between, conditional
//! GET, Retry-After, a circuit breaker, a daily budget, caps on size, time and redirects, no private addresses.
//!
//! Never retries around a block, never sends a cookie or a login, never goes to a private address that the user
//! did not name, never sends a secret header to another place.

mod answer;
mod body;
mod download;
mod guard;
pub mod hosts;
pub mod robots;
#[cfg(test)]
mod tests;

pub use download::Downloaded;

use super::charset;
use super::listing::Ask;
use crate::config::HttpConfig;
use crate::domain::Outcome;
use answer::{header, plain, refused, retry_after, validators_of, wall};
use body::Caps;
use hosts::{Hosts, Limits, Refusal, Turn};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION};
use reqwest::{StatusCode, redirect};
use robots::Robots;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const MOST_REDIRECTS: usize = 5;
/// A redirect that asks for a longer wait is not followed now.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Why the client could not be made or an address not be asked.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("the HTTP client could not start: {0}")]
    Start(String),
    #[error("{0}: not an http or https address")]
    Address(String),
}

/// Validators of an earlier answer, sent back verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// A page that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it lay in the end, redirects followed.
    pub url: Url,
    pub body: Vec<u8>,
    pub content_type: Option<String>,
    pub validators: Validators,
}

impl Page {
    /// The body as text, in the encoding that it is in.
    pub fn text(&self) -> String {
        charset::text(&self.body, self.content_type.as_deref())
    }
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    Page(Page),
    NotModified,
    Failed(Failure),
}

/// A request that brought no page, as an outcome that is worth recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub outcome: Outcome,
    pub detail: String,
    /// The server asked to be left alone that long.
    pub retry_after: Option<Duration>,
    /// The host rests: no request was made.
    pub not_asked: bool,
}

impl Failure {
    fn new(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { outcome, detail: detail.into(), retry_after: None, not_asked: false }
    }
}

/// The client. Clones share connections, pauses and robots.txt.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    /// Connects to public addresses only.
    public: reqwest::Client,
    /// For the places that the user named.
    named: reqwest::Client,
    agent: String,
    offline: bool,
    timeout: Duration,
    most_bytes: u64,
    hosts: Hosts,
    robots: Robots,
    guard: guard::Guard,
}

/// One request of a chain of redirects.
struct Asked<'a> {
    /// Body and headers, where the origin is still the one that was asked.
    own: Option<&'a Ask>,
    /// JSON is wanted, not a page.
    data: bool,
    validators: &'a Validators,
    pause: Duration,
    /// For the whole answer.
    limit: Duration,
}

/// An answer whose body was not read yet; its host is busy until then.
struct Answer {
    url: Url,
    response: reqwest::Response,
    turn: Turn,
}

impl Client {
    /// A client with the configured manners. With `offline` no socket is ever opened.
    ///
    /// # Errors
    /// Where the TLS or DNS parts cannot start.
    pub fn new(config: &HttpConfig, offline: bool) -> Result<Self, HttpError> {
        // Another part of the process may have installed it already: either way there is one now.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = match &config.contact {
            Some(contact) => format!("emptor/{} (+{contact})", env!("CARGO_PKG_VERSION")),
            None => format!("emptor/{}", env!("CARGO_PKG_VERSION")),
        };
        let builder = || {
            reqwest::Client::builder()
                .user_agent(&agent)
                .redirect(redirect::Policy::none())
                .connect_timeout(config.timeout.min(Duration::from_secs(10)))
                // Bodies are unpacked here, where their growth is watched.
                .no_gzip()
                .no_brotli()
                .no_proxy()
        };
        let start = |e: reqwest::Error| HttpError::Start(e.to_string());
        let public = builder().dns_resolver(Arc::new(guard::PublicOnly)).build().map_err(start)?;
        let named = builder().build().map_err(start)?;
        let limits =
            Limits { delay: config.host_delay, connections: config.host_connections, daily: config.daily_requests };
        let inner = Inner {
            public,
            named,
            agent,
            offline,
            timeout: config.timeout,
            most_bytes: config.max_body_bytes,
            hosts: Hosts::new(limits),
            robots: Robots::default(),
            guard: guard::Guard::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Lets requests go to this host, on any port, even where it is a private or loopback address: the user named it.
    pub fn allow_host(&self, host: &str) {
        self.inner.guard.allow_host(host);
    }

    /// Lets requests go to the server of this address, host and port, even where it is private: the user named it.
    pub fn allow(&self, address: &str) {
        if let Ok(url) = parse_address(address) {
            self.inner.guard.allow(&url);
        }
    }

    /// The hosts asked so far: what they were asked today and what is left.
    pub fn hosts(&self) -> &Hosts {
        &self.inner.hosts
    }

    /// Reads an address with all manners. A failure is a value: it belongs in the price history.
    pub async fn get(&self, address: &str, validators: &Validators) -> Fetched {
        self.fetch(&Ask::get(address), validators, false).await
    }

    /// Makes a listing's request with all manners: a GET, or a POST of JSON, with its headers.
    pub async fn ask(&self, ask: &Ask) -> Fetched {
        self.fetch(ask, &Validators::default(), !ask.page).await
    }

    /// Sends a message to an address that the user named for it: no page is read, so robots.txt is not asked and no
    /// redirect is followed. Pauses, rests and the guard of private addresses hold as for every request.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, ask: &Ask) -> Result<(), Failure> {
        if self.inner.offline {
            return Err(Failure::new(Outcome::Error, "offline: nothing was sent"));
        }
        let url = parse_address(&ask.url).map_err(|e| Failure::new(Outcome::Error, e.to_string()))?;
        let (validators, limit) = (&Validators::default(), self.inner.timeout);
        let asked = Asked { own: Some(ask), data: true, validators, pause: Duration::ZERO, limit };
        let response = self.polite(&url, asked).await?.response;
        if response.status().is_success() {
            return Ok(());
        }
        let retry_after = retry_after(response.headers());
        Err(Failure {
            outcome: Outcome::Error,
            detail: format!("it answered {}", answer::reason(response.status())),
            retry_after,
            not_asked: false,
        })
    }

    async fn fetch(&self, ask: &Ask, validators: &Validators, data: bool) -> Fetched {
        let read = async {
            let answer = self.follow(ask, validators, self.inner.timeout, data).await?;
            self.read(ask, answer, data).await
        };
        read.await.unwrap_or_else(Fetched::Failed)
    }

    /// Follows redirects to an answer that is none; secret headers stay with the place they are for.
    async fn follow(&self, ask: &Ask, validators: &Validators, limit: Duration, data: bool) -> Result<Answer, Failure> {
        if self.inner.offline {
            return Err(Failure::new(Outcome::Error, "offline: nothing was fetched"));
        }
        let mut url = parse_address(&ask.url).map_err(|e| Failure::new(Outcome::Error, e.to_string()))?;
        let origin = url.origin();
        for _ in 0..=MOST_REDIRECTS {
            let pause = self.allowed_by_robots(&url).await?;
            let own = (url.origin() == origin).then_some(ask);
            let answer = self.polite(&url, Asked { own, data, validators, pause, limit }).await?;
            let status = answer.response.status();
            if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
                return Ok(answer);
            }
            if ask.is_post() {
                return Err(Failure::new(Outcome::Error, "a question to the shop's interface was redirected"));
            }
            url = self.target(&url, &answer.response).await?;
        }
        Err(Failure::new(Outcome::Error, format!("more than {MOST_REDIRECTS} redirects")))
    }

    /// Where a redirect leads, once the wait that it asks for is over.
    async fn target(&self, url: &Url, response: &reqwest::Response) -> Result<Url, Failure> {
        let target = header(response.headers(), LOCATION.as_str()).and_then(|to| url.join(&to).ok());
        let Some(target) = target.filter(|t| matches!(t.scheme(), "http" | "https")) else {
            return Err(Failure::new(Outcome::Error, "redirected to nowhere"));
        };
        if url.scheme() == "https" && target.scheme() == "http" {
            return Err(Failure::new(Outcome::Error, "redirected from https to http"));
        }
        match retry_after(response.headers()) {
            Some(wait) if wait > LONGEST_PAUSE => {
                self.inner.hosts.rest(&server(url), wait);
                let detail = format!("redirected, and asked to wait {} s first", wait.as_secs());
                Err(Failure { outcome: Outcome::Blocked, detail, retry_after: Some(wait), not_asked: true })
            }
            Some(wait) => {
                tokio::time::sleep(wait).await;
                Ok(target)
            }
            None => Ok(target),
        }
    }

    /// The crawl delay that robots.txt asks for, or a failure where it forbids the address.
    async fn allowed_by_robots(&self, url: &Url) -> Result<Duration, Failure> {
        // One at a time: those who wait find the rules read.
        let gate = self.inner.robots.gate(url);
        let _held = gate.lock().await;
        let rules = match self.inner.robots.known(url) {
            Some(rules) => rules,
            None => {
                let answer = self.read_robots(url).await?;
                self.inner.robots.learn(url, answer, &self.inner.agent)
            }
        };
        if rules.allows(url) {
            Ok(rules.delay())
        } else {
            Err(Failure::new(Outcome::Blocked, "robots.txt asks not to read this page"))
        }
    }

    /// robots.txt of the address's origin; as many redirects are followed as RFC 9309, 2.3.1.2 asks for.
    async fn read_robots(&self, url: &Url) -> Result<robots::Answer, Failure> {
        let mut place = url.clone();
        place.set_path("/robots.txt");
        place.set_query(None);
        let none = Validators::default();
        for _ in 0..=MOST_REDIRECTS {
            let (pause, limit) = (Duration::ZERO, self.inner.timeout);
            let asked = Asked { own: None, data: false, validators: &none, pause, limit };
            let Answer { response, turn, .. } = self.polite(&place, asked).await?;
            let status = response.status();
            if status.is_success() {
                return Ok(robots::Answer::Text(self.read_start(response, turn).await));
            }
            if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                let detail = "robots.txt could not be read: asked to stay away";
                return Err(Failure {
                    retry_after: retry_after(response.headers()),
                    ..Failure::new(Outcome::Blocked, detail)
                });
            }
            if !status.is_redirection() {
                return Ok(robots::Answer::Missing);
            }
            drop(turn);
            match self.target(&place, &response).await {
                Ok(target) => place = target,
                Err(_) => return Ok(robots::Answer::Missing),
            }
        }
        Ok(robots::Answer::Missing)
    }

    /// As much of a robots.txt as must be read.
    async fn read_start(&self, response: reqwest::Response, turn: Turn) -> Vec<u8> {
        let caps = Caps { most_bytes: self.inner.most_bytes, silence: self.inner.timeout };
        let mut start = Vec::new();
        if let Ok(mut body) = body::begin(response, caps, turn) {
            while let Ok(Some(piece)) = body.piece().await {
                start.extend(piece);
                if start.len() as u64 >= robots::MOST_BYTES {
                    start.truncate(usize::try_from(robots::MOST_BYTES).unwrap_or(usize::MAX));
                    break;
                }
            }
        }
        start
    }

    /// One request in its turn on its host.
    async fn polite(&self, url: &Url, asked: Asked<'_>) -> Result<Answer, Failure> {
        let Asked { own, data, validators, pause, limit } = asked;
        let host = server(url);
        self.inner.guard.check_literal(url).map_err(|detail| Failure::new(Outcome::Error, detail))?;
        let turn = self.inner.hosts.turn(&host, pause).await.map_err(|refusal| shut(&host, refusal))?;
        // A name that was named for one port may lead inside on that port only.
        let http = if self.inner.guard.is_named(url) { &self.inner.named } else { &self.inner.public };
        let accept = if data { "application/json" } else { "text/html,application/xhtml+xml,*/*;q=0.8" };
        let secret = own.map(|ask| ask.secret_query.as_slice()).unwrap_or_default();
        let mut to = url.clone();
        if !secret.is_empty() {
            to.query_pairs_mut().extend_pairs(secret);
        }
        let mut request = match own.filter(|ask| ask.is_post()) {
            Some(Ask { post: Some(body), .. }) => http.post(to).json(body),
            Some(ask) => {
                let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&ask.form).finish();
                http.post(to).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
            }
            None => http.get(to),
        };
        request = request.header(ACCEPT, accept).header(ACCEPT_ENCODING, "gzip").timeout(limit);
        for (name, value) in own.iter().flat_map(|ask| &ask.headers) {
            request = request.header(name, value);
        }
        if let Some(etag) = &validators.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(date) = &validators.last_modified {
            request = request.header(IF_MODIFIED_SINCE, date);
        }
        match request.send().await {
            Ok(response) => {
                let status = response.status();
                let rest = retry_after(response.headers()).filter(|_| !status.is_success() && !status.is_redirection());
                turn.record(status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS, rest);
                Ok(Answer { url: url.clone(), response, turn })
            }
            Err(error) => {
                turn.record(true, None);
                Err(Failure::new(Outcome::Error, plain(&error.without_url())))
            }
        }
    }

    async fn read(&self, ask: &Ask, answer: Answer, data: bool) -> Result<Fetched, Failure> {
        let Answer { url, response, turn } = answer;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::NotModified);
        }
        refused(&response)?;
        let validators = validators_of(&response);
        let content_type = header(response.headers(), "content-type");
        let caps = Caps { most_bytes: self.inner.most_bytes, silence: self.inner.timeout };
        let mut body = body::begin(response, caps, turn)?;
        let mut all = Vec::new();
        while let Some(piece) = body.piece().await? {
            all.extend(piece);
        }
        drop(body);
        let asked = parse_address(&ask.url).unwrap_or_else(|_| url.clone());
        let page = Page { url, body: all, content_type, validators };
        match wall(&page, &asked, data) {
            Some(why) => Err(Failure::new(Outcome::Blocked, why)),
            None => Ok(Fetched::Page(page)),
        }
    }
}

/// Host and port: two ports of one machine are two servers, and a slow one must not delay the other.
pub fn server(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or_default())
}

fn shut(host: &str, refusal: Refusal) -> Failure {
    let (detail, wait) = match refusal {
        Refusal::Resting(wait) => (format!("{host} asked for or needs a rest of {} s", wait.as_secs()), wait),
        Refusal::Spent(wait) => (format!("the day's budget of requests to {host} is spent"), wait),
    };
    Failure { outcome: Outcome::Blocked, detail, retry_after: Some(wait), not_asked: true }
}

/// The address with its scheme; `shop.example/p/1` is read as https.
///
/// # Errors
/// Where it is no http or https address.
pub fn parse_address(text: &str) -> Result<Url, HttpError> {
    let wrong = || HttpError::Address(text.to_owned());
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme).map_err(|_| wrong())?;
    if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() { Ok(url) } else { Err(wrong()) }
}
