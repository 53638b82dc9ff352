//! The one HTTP client: honest user agent, robots.txt, one request at a time per host with a pause between,
//! conditional GET, Retry-After, a circuit breaker, caps on size, time and redirects, no private addresses.
//!
//! Never retries around a block, never sends a cookie or a login, never goes to a private address that the user
//! did not name.

mod guard;
mod hosts;
pub mod robots;
#[cfg(test)]
mod tests;

use super::charset;
use super::listing::Ask;
use crate::config::HttpConfig;
use crate::domain::Outcome;
use futures::StreamExt;
use hosts::Hosts;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use reqwest::{StatusCode, redirect};
use robots::Robots;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use url::Url;

const MOST_REDIRECTS: usize = 5;
/// A feed of a million products is about a gigabyte.
const MOST_FEED_BYTES: u64 = 8 << 30;
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(2 * 3600);
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

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

/// What came of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Downloaded {
    /// The file is whole.
    File(Validators),
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
    http: reqwest::Client,
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
    validators: &'a Validators,
    pause: Duration,
    /// For the whole answer.
    limit: Duration,
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
        let guard = guard::Guard::default();
        let http = reqwest::Client::builder()
            .user_agent(&agent)
            .redirect(redirect::Policy::none())
            .connect_timeout(config.timeout.min(Duration::from_secs(10)))
            .dns_resolver(Arc::new(guard.clone()))
            .no_proxy()
            .build()
            .map_err(|e| HttpError::Start(e.to_string()))?;
        let inner = Inner {
            http,
            agent,
            offline,
            timeout: config.timeout,
            most_bytes: config.max_body_bytes,
            hosts: Hosts::new(config.host_delay),
            robots: Robots::default(),
            guard,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Lets requests go to this host even where it is a private or loopback address: the user named it.
    pub fn allow_host(&self, host: &str) {
        self.inner.guard.allow(host);
    }

    /// Reads an address with all manners. A failure is a value: it belongs in the price history.
    pub async fn get(&self, address: &str, validators: &Validators) -> Fetched {
        self.fetch(&Ask::get(address), validators).await
    }

    /// Makes a listing's request with all manners: a GET, or a POST of JSON, with its headers.
    pub async fn ask(&self, ask: &Ask) -> Fetched {
        self.fetch(ask, &Validators::default()).await
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
        let response = self.polite(&url, Asked { own: Some(ask), validators, pause: Duration::ZERO, limit }).await?;
        if response.status().is_success() {
            return Ok(());
        }
        let retry_after = retry_after(response.headers());
        Err(Failure {
            outcome: Outcome::Error,
            detail: format!("it answered {}", reason(response.status())),
            retry_after,
            not_asked: false,
        })
    }

    async fn fetch(&self, ask: &Ask, validators: &Validators) -> Fetched {
        let read = async {
            let (url, response) = self.follow(ask, validators, self.inner.timeout).await?;
            self.judge(url, response).await
        };
        read.await.unwrap_or_else(Fetched::Failed)
    }

    /// Downloads a document to a file, of at most the configured size for feeds; the file is whole or not there.
    pub async fn download(&self, ask: &Ask, validators: &Validators, to: &Path) -> Downloaded {
        match self.save(ask, validators, to).await {
            Ok(downloaded) => downloaded,
            Err(failure) => Downloaded::Failed(failure),
        }
    }

    async fn save(&self, ask: &Ask, validators: &Validators, to: &Path) -> Result<Downloaded, Failure> {
        let (_, response) = self.follow(ask, validators, LONGEST_DOWNLOAD).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Downloaded::NotModified);
        }
        refused(&response)?;
        let found = validators_of(&response);
        let local = |e: std::io::Error| Failure::new(Outcome::Error, format!("{}: {e}", to.display()));
        let mut file = tokio::fs::File::create(to).await.map_err(local)?;
        let mut stream = response.bytes_stream();
        let mut size = 0_u64;
        let stalled = |_| Failure::new(Outcome::Error, "the download stalled");
        while let Some(piece) = tokio::time::timeout(self.inner.timeout, stream.next()).await.map_err(stalled)? {
            let piece = piece.map_err(|e| Failure::new(Outcome::Error, plain(&e)))?;
            size += piece.len() as u64;
            if size > MOST_FEED_BYTES {
                return Err(Failure::new(Outcome::Error, format!("the feed is larger than {MOST_FEED_BYTES} bytes")));
            }
            file.write_all(&piece).await.map_err(local)?;
        }
        file.flush().await.map_err(local)?;
        Ok(Downloaded::File(found))
    }

    /// Follows redirects to an answer that is none; secret headers stay with the host they are for.
    async fn follow(
        &self,
        ask: &Ask,
        validators: &Validators,
        limit: Duration,
    ) -> Result<(Url, reqwest::Response), Failure> {
        if self.inner.offline {
            return Err(Failure::new(Outcome::Error, "offline: nothing was fetched"));
        }
        let mut url = parse_address(&ask.url).map_err(|e| Failure::new(Outcome::Error, e.to_string()))?;
        let origin = url.origin();
        for _ in 0..=MOST_REDIRECTS {
            let pause = self.allowed_by_robots(&url).await?;
            let own = (url.origin() == origin).then_some(ask);
            let response = self.polite(&url, Asked { own, validators, pause, limit }).await?;
            let status = response.status();
            if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
                return Ok((url, response));
            }
            if ask.is_post() {
                return Err(Failure::new(Outcome::Error, "a question to the shop's interface was redirected"));
            }
            let target = header(response.headers(), LOCATION.as_str()).and_then(|to| url.join(&to).ok());
            let Some(target) = target.filter(|t| matches!(t.scheme(), "http" | "https")) else {
                return Err(Failure::new(Outcome::Error, "redirected to nowhere"));
            };
            if url.scheme() == "https" && target.scheme() == "http" {
                return Err(Failure::new(Outcome::Error, "redirected from https to http"));
            }
            url = target;
        }
        Err(Failure::new(Outcome::Error, format!("more than {MOST_REDIRECTS} redirects")))
    }

    /// The crawl delay that robots.txt asks for, or a failure where it forbids the address.
    async fn allowed_by_robots(&self, url: &Url) -> Result<Duration, Failure> {
        let rules = match self.inner.robots.known(url) {
            Some(rules) => rules,
            None => {
                let mut place = url.clone();
                place.set_path("/robots.txt");
                place.set_query(None);
                let none = Validators::default();
                let asked = Asked { own: None, validators: &none, pause: Duration::ZERO, limit: self.inner.timeout };
                let answer = match self.polite(&place, asked).await {
                    Ok(response) if response.status().is_success() => {
                        robots::Answer::Text(self.body(response, robots::MOST_BYTES).await.unwrap_or_default())
                    }
                    Ok(response) if response.status().is_server_error() || response.status() == 429 => {
                        return Err(Failure::new(Outcome::Blocked, "robots.txt could not be read: asked to stay away"));
                    }
                    Ok(_) => robots::Answer::Missing,
                    Err(failure) => return Err(failure),
                };
                self.inner.robots.learn(url, answer, &self.inner.agent)
            }
        };
        if rules.allows(url) {
            Ok(rules.delay())
        } else {
            Err(Failure::new(Outcome::Blocked, "robots.txt asks not to read this page"))
        }
    }

    /// One request, alone on its host and after the host's pause.
    async fn polite(&self, url: &Url, asked: Asked<'_>) -> Result<reqwest::Response, Failure> {
        let Asked { own, validators, pause, limit } = asked;
        // Two ports of one machine are two servers: a slow one must not delay the other.
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = format!("{}{port}", url.host_str().unwrap_or_default());
        self.inner.guard.check_literal(url).map_err(|detail| Failure::new(Outcome::Error, detail))?;
        let turn = self.inner.hosts.turn(&host, pause).await.map_err(|wait| Failure {
            outcome: Outcome::Blocked,
            detail: format!("{host} asked for or needs a rest of {} s", wait.as_secs()),
            retry_after: Some(wait),
            not_asked: true,
        })?;
        let secret = own.map(|ask| ask.secret_query.as_slice()).unwrap_or_default();
        let mut to = url.clone();
        if !secret.is_empty() {
            to.query_pairs_mut().extend_pairs(secret);
        }
        let mut request = match own.filter(|ask| ask.is_post()) {
            Some(ask) => {
                let post = self.inner.http.post(to).header(ACCEPT, "application/json");
                match &ask.post {
                    Some(body) => post.json(body),
                    None => {
                        let form =
                            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&ask.form).finish();
                        post.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
                    }
                }
            }
            None => self.inner.http.get(to).header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8"),
        };
        request = request.timeout(limit);
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
                let wait = retry_after(response.headers());
                turn.done(response.status().is_server_error() || response.status() == 429, wait);
                Ok(response)
            }
            Err(error) => {
                turn.done(true, None);
                Err(Failure::new(Outcome::Error, plain(&error.without_url())))
            }
        }
    }

    async fn judge(&self, url: Url, response: reqwest::Response) -> Result<Fetched, Failure> {
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::NotModified);
        }
        refused(&response)?;
        let validators = validators_of(&response);
        let content_type = header(response.headers(), "content-type");
        let body = self.body(response, self.inner.most_bytes).await?;
        let page = Page { url, body, content_type, validators };
        match challenge(&page) {
            Some(sign) => Err(Failure::new(Outcome::Blocked, format!("a robot check instead of the page ({sign})"))),
            None => Ok(Fetched::Page(page)),
        }
    }

    async fn body(&self, response: reqwest::Response, most: u64) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|e| Failure::new(Outcome::Error, plain(&e)))?;
            if body.len() as u64 + piece.len() as u64 > most {
                return Err(Failure::new(Outcome::Error, format!("the page is larger than {most} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }
}

/// What an answer that is no success means for the price history.
fn refused(response: &reqwest::Response) -> Result<(), Failure> {
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let failed = |outcome| {
        let detail = format!("the shop answered {}", reason(status));
        Err(Failure { outcome, detail, retry_after, not_asked: false })
    };
    match status.as_u16() {
        200..=299 => Ok(()),
        401 | 403 | 407 | 429 | 430 | 451 => failed(Outcome::Blocked),
        404 | 410 => failed(Outcome::Gone),
        503 if retry_after.is_some() => failed(Outcome::Blocked),
        _ => failed(Outcome::Error),
    }
}

fn validators_of(response: &reqwest::Response) -> Validators {
    Validators {
        etag: header(response.headers(), ETAG.as_str()),
        last_modified: header(response.headers(), LAST_MODIFIED.as_str()),
    }
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

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
}

/// Seconds or an HTTP date (RFC 9110, 10.2.3); not more than a day.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = header(headers, RETRY_AFTER.as_str())?;
    let wait = match text.trim().parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = jiff::fmt::rfc2822::parse(&text).ok()?.timestamp();
            Duration::try_from(at.duration_since(jiff::Timestamp::now())).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

fn reason(status: StatusCode) -> String {
    status.canonical_reason().map_or_else(|| status.as_u16().to_string(), |r| format!("{} {r}", status.as_u16()))
}

/// An error of the HTTP library with its causes, on one line.
fn plain(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(e) = cause {
        text = e.to_string();
        cause = e.source();
    }
    if error.is_connect() { format!("no connection: {text}") } else { text }
}

/// Signs of a bot wall that answers 200: small pages that talk of robots and carry no product data.
fn challenge(page: &Page) -> Option<&'static str> {
    const SIGNS: [&str; 6] =
        ["cf-challenge", "/captcha/", "g-recaptcha", "h-captcha", "are you a human", "verify you are human"];
    if page.body.len() > 60_000 {
        return None;
    }
    let text = String::from_utf8_lossy(&page.body).to_lowercase();
    if text.contains("schema.org") || text.contains("og:price") || text.contains("product:price") {
        return None;
    }
    SIGNS.into_iter().find(|sign| text.contains(sign))
}
