//! What an answer means for the price history: read, blocked and why, gone, or failed.
//!
//! Looks at status, headers and the first bytes of a body; never asks again.

use super::{Failure, Page, Validators};
use crate::domain::Outcome;
use reqwest::StatusCode;
use reqwest::header::{ETAG, HeaderMap, LAST_MODIFIED, RETRY_AFTER};
use std::time::Duration;
use url::Url;

const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// A robot check is a small page.
const LARGEST_CHECK: usize = 100_000;

/// What an answer that is no success means.
pub(super) fn refused(response: &reqwest::Response) -> Result<(), Failure> {
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let failed = |outcome| {
        let check = if is_challenge(response.headers()) { " with a robot check" } else { "" };
        let detail = format!("the shop answered {}{check}", reason(status));
        Err(Failure { outcome, detail, retry_after, not_asked: false })
    };
    match status.as_u16() {
        200..=299 => Ok(()),
        401 | 403 | 407 | 429 | 430 | 451 => failed(Outcome::Blocked),
        404 | 410 => failed(Outcome::Gone),
        503 if retry_after.is_some() || is_challenge(response.headers()) => failed(Outcome::Blocked),
        _ => failed(Outcome::Error),
    }
}

/// Cloudflare and DataDome say in a header that a robot check stands instead of the page.
fn is_challenge(headers: &HeaderMap) -> bool {
    header(headers, "cf-mitigated").is_some_and(|value| value.eq_ignore_ascii_case("challenge"))
        || header(headers, "x-datadome").is_some_and(|value| value.eq_ignore_ascii_case("protected"))
}

/// Why a page that came with a success is none: a robot check, or the password page of a shop that is closed.
/// `data`: not a page was asked for but JSON.
pub(super) fn wall(page: &Page, asked: &Url, data: bool) -> Option<String> {
    if let Some(sign) = challenge(page) {
        return Some(format!("a robot check instead of the page ({sign})"));
    }
    let at_password = |url: &Url| url.path().trim_end_matches('/').ends_with("/password");
    if at_password(&page.url) && !at_password(asked) {
        return Some("the shop is closed to visitors: it asks for a password".to_owned());
    }
    let is_html = page.content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    let starts_as_markup = page.body.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| *b == b'<');
    (data && is_html && starts_as_markup).then(|| "a web page came instead of data".to_owned())
}

/// Signs of a bot wall that answers 200: small pages that talk of robots and carry no product data.
pub(super) fn challenge(page: &Page) -> Option<&'static str> {
    const SIGNS: [&str; 13] = [
        "cf-challenge",
        "/cdn-cgi/challenge-platform/",
        "/captcha/",
        "g-recaptcha",
        "h-captcha",
        "px-captcha",
        "captcha-delivery.com",
        "_incapsula_resource",
        "are you a human",
        "verify you are human",
        "verify you are a human",
        "unusual traffic from your",
        "enable javascript and cookies to continue",
    ];
    if page.body.len() > LARGEST_CHECK {
        return None;
    }
    let text = String::from_utf8_lossy(&page.body).to_lowercase();
    let data = ["schema.org", "og:price", "product:price", "itemprop", "\"products\""];
    // Cloudflare puts its script into good pages too.
    if data.iter().any(|sign| text.contains(sign)) || text.starts_with('{') || text.starts_with('[') {
        return None;
    }
    SIGNS.into_iter().find(|sign| text.contains(sign))
}

pub(super) fn validators_of(response: &reqwest::Response) -> Validators {
    Validators {
        etag: header(response.headers(), ETAG.as_str()),
        last_modified: header(response.headers(), LAST_MODIFIED.as_str()),
    }
}

pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
}

/// Seconds or an HTTP date (RFC 9110, 10.2.3); not more than a day.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
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

pub fn reason(status: StatusCode) -> String {
    status.canonical_reason().map_or_else(|| status.as_u16().to_string(), |r| format!("{} {r}", status.as_u16()))
}

/// An error of the HTTP library with its causes, on one line.
pub(super) fn plain(error: &reqwest::Error) -> String {
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
