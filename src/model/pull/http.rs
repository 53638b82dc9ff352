//! Downloads one file over HTTP: what the server says of it first, then the bytes, resumed where they stopped.
//!
//! Follows redirects to other hosts without the token, never from https to http.

use super::{Fetched, Job, Note, Progress, PullError, Stage, WayError, disk, lock};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_RANGE, HeaderMap, RANGE};
use reqwest::{Client, Response, StatusCode, redirect};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::time::Duration;

const LABEL: &str = "Hugging Face";
/// Tries in a row that bring no byte.
const TRIES: u32 = 3;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
const MOST_REDIRECTS: usize = 8;

/// Downloads `address` into the part.
pub(super) fn fetch(job: &mut Job<'_>, address: &str) -> Result<Fetched, WayError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| WayError::Failed(format!("no network thread: {error}")))?;
    runtime.block_on(download(job, address))
}

/// What the server says of a file before it is fetched.
struct Offer {
    size: Option<u64>,
    sha256: Option<String>,
}

async fn download(job: &mut Job<'_>, address: &str) -> Result<Fetched, WayError> {
    let offer = ask(job, address).await?;
    accept(job, &offer)?;
    let source = address.to_owned();
    let sha256 = job.place.expected.clone().or(offer.sha256.clone());
    let note = Note { source: source.clone(), sha256: sha256.clone(), packages: 0, bytes: 0 };
    let old = job.place.read_note();
    // Bytes of the same hash are the same bytes, wherever they came from; packages end where they end.
    let continues = old.as_ref().is_some_and(|old| old.packages == 0 && old.sha256 == sha256 && sha256.is_some());
    if !continues {
        job.place.remove_part()?;
    }
    job.place.write_note(&note)?;
    let total = job.entry.size.or(offer.size);
    let client = client(job, redirects())?;
    let mut tries = 0;
    loop {
        let before = job.place.part_bytes();
        if total.is_some_and(|total| before == total) {
            break;
        }
        let result = tokio::select! {
            () = job.cancel.cancelled() => return Err(PullError::Cancelled.into()),
            result = transfer(&client, job.options.token.as_deref(), job.place, address, before, total, job.on_progress) => result,
        };
        match result {
            Ok(()) => break,
            Err(WayError::Failed(why)) => {
                tries = if job.place.part_bytes() > before { 0 } else { tries + 1 };
                if tries >= TRIES {
                    return Err(WayError::Failed(why));
                }
                tracing::info!(why, bytes = job.place.part_bytes(), "the download goes on where it stopped");
            }
            Err(fatal) => return Err(fatal),
        }
    }
    Ok(Fetched { source, size: total, sha256: offer.sha256 })
}

/// A file whose hash nobody checked must stay what it was when it was first fetched.
fn accept(job: &Job<'_>, offer: &Offer) -> Result<(), WayError> {
    let place = job.place;
    if place.expected.is_some() {
        return Ok(());
    }
    let now = offer.sha256.clone().ok_or_else(|| {
        WayError::Failed("the server names no sha256 (X-Linked-Etag), so the file could not be verified".to_owned())
    })?;
    match lock::find(&place.directory, &place.file) {
        Some(locked) if locked.sha256 != now => {
            Err(PullError::Changed { file: place.file.clone(), was: locked.sha256, now }.into())
        }
        _ => Ok(()),
    }
}

fn client(job: &Job<'_>, policy: redirect::Policy) -> Result<Client, WayError> {
    // An error only says that somebody has installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("emptor/", env!("CARGO_PKG_VERSION")))
        .redirect(policy)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(job.options.timeout)
        .no_gzip()
        .no_brotli()
        .build()
        .map_err(|error| WayError::Failed(reason(&error)))
}

fn redirects() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let from_https = attempt.previous().iter().any(|url| url.scheme() == "https");
        if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("too many redirects")
        } else if from_https && attempt.url().scheme() != "https" {
            attempt.error("a redirect leaves https")
        } else {
            attempt.follow()
        }
    })
}

/// A HEAD request that is not redirected: the headers of interest are the first host's.
async fn ask(job: &Job<'_>, address: &str) -> Result<Offer, WayError> {
    let mut request = client(job, redirect::Policy::none())?.head(address).header(ACCEPT_ENCODING, "identity");
    if let Some(token) = &job.options.token {
        request = request.bearer_auth(token);
    }
    let response = tokio::select! {
        () = job.cancel.cancelled() => return Err(PullError::Cancelled.into()),
        response = request.send() => response.map_err(|error| WayError::Failed(reason(&error)))?,
    };
    let status = response.status();
    if !(status.is_success() || status.is_redirection()) {
        return Err(WayError::Failed(refusal(status)));
    }
    let header = |name: &str| text(response.headers(), name);
    let linked = header("x-linked-etag").map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_lowercase());
    // Small files carry a git hash there, which says nothing of the bytes.
    let sha256 = linked.filter(|tag| tag.len() == 64 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let own_size = header("content-length").filter(|_| status.is_success());
    let size = header("x-linked-size").or(own_size).and_then(|size| size.parse().ok()).filter(|size| *size > 0);
    Ok(Offer { size, sha256 })
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// One request; appends to the part, or begins it anew where the server ignores the range.
async fn transfer(
    client: &Client,
    token: Option<&str>,
    place: &super::Place,
    address: &str,
    from: u64,
    total: Option<u64>,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(), WayError> {
    let mut request = client.get(address).header(ACCEPT_ENCODING, "identity");
    if let Some(token) = token {
        // Removed by the client when it is redirected to another host.
        request = request.bearer_auth(token);
    }
    if from > 0 {
        request = request.header(RANGE, format!("bytes={from}-"));
    }
    let mut response = request.send().await.map_err(|error| WayError::Failed(reason(&error)))?;
    let status = response.status();
    let append = match status {
        StatusCode::PARTIAL_CONTENT if starts_at(&response, from) => true,
        StatusCode::OK => false,
        StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
            place.remove_part()?;
            return Err(WayError::Failed(format!("the server did not resume at byte {from}")));
        }
        _ => return Err(WayError::Failed(refusal(status))),
    };
    let mut done = if append { from } else { 0 };
    let total = total.or(response.content_length().map(|rest| done + rest));
    let file = if append { OpenOptions::new().append(true).open(&place.part) } else { File::create(&place.part) };
    let mut file = BufWriter::with_capacity(1 << 20, file.map_err(|error| disk(&place.part, &error))?);
    on_progress(Progress { stage: Stage::Download(LABEL), bytes: done, total });
    let broken = loop {
        match response.chunk().await {
            Ok(Some(bytes)) => {
                file.write_all(&bytes).map_err(|error| disk(&place.part, &error))?;
                done += bytes.len() as u64;
                on_progress(Progress { stage: Stage::Download(LABEL), bytes: done, total });
            }
            Ok(None) => break None,
            Err(error) => break Some(reason(&error)),
        }
    };
    file.flush().map_err(|error| disk(&place.part, &error))?;
    match broken {
        Some(why) => Err(WayError::Failed(why)),
        None if total.is_some_and(|total| done < total) => {
            Err(WayError::Failed(format!("the connection ended after {done} bytes")))
        }
        None => Ok(()),
    }
}

fn starts_at(response: &Response, from: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    range.and_then(|range| range.strip_prefix("bytes ")).is_some_and(|range| range.starts_with(&format!("{from}-")))
}

fn refusal(status: StatusCode) -> String {
    match status.as_u16() {
        401 | 403 => format!("the server wants a login (HTTP {})", status.as_u16()),
        404 => "the server has no such file (HTTP 404)".to_owned(),
        code => format!("the server answered HTTP {code}"),
    }
}

/// The innermost cause in one line, without the address: that is long and may be signed.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let what = if error.is_timeout() {
        "the server is silent"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the transfer failed"
    };
    let text = cause.to_string().replace('\n', " ");
    let detail = text.split(" (os error").next().unwrap_or_default();
    if detail.contains("://") { what.to_owned() } else { format!("{what} ({detail})") }
}
