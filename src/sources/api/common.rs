//! What readers of shops' interfaces share: addresses, JSON that may be a web page, amounts, names of variants.
//!
//! Knows no shop's format.

use crate::domain::*;
use crate::sources::listing::ListingError;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

/// Longer messages of a server are cut (chars).
const MOST_CHARS: usize = 200;

/// The shop behind an address.
#[derive(Debug, Clone)]
pub struct Shop {
    domain: String,
}

impl Shop {
    /// The shop is its host; a port tells two on one machine apart.
    pub fn of(address: &Url) -> Self {
        let host = address.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
        Self { domain: format!("{host}{port}") }
    }

    /// As an observation names it.
    pub fn reference(&self) -> ShopRef {
        ShopRef { name: self.domain.clone(), domain: Some(self.domain.clone()), invented: false }
    }
}

/// An http address; `shop.example` is read as https.
pub fn address(location: &str) -> Result<Url, ListingError> {
    let wrong = |detail: &str| ListingError::Address { location: location.to_owned(), detail: detail.to_owned() };
    crate::sources::http::parse_address(location).map_err(|_| wrong("not an http or https address"))
}

/// The answer as JSON.
///
/// # Errors
/// A web page where JSON was asked for, or bytes that are none.
pub fn json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ListingError> {
    if body.trim_ascii_start().first() == Some(&b'<') {
        return Err(ListingError::Blocked("a web page came instead".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| ListingError::Unreadable(error.to_string()))
}

/// A server's message on one short line.
pub fn short(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_CHARS).collect()
}

/// Ids are text at one shop and numbers at another.
pub fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) if !text.trim().is_empty() => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("an id is neither text nor a number")),
    }
}

/// The parts that are not empty, `black, 128 GB`; `None` where all are.
pub fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> Option<String> {
    joined_by(", ", parts)
}

/// The parts that are not empty with `between` between them.
pub fn joined_by<'a>(between: &str, parts: impl Iterator<Item = &'a str>) -> Option<String> {
    let parts: Vec<&str> = parts.map(str::trim).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

/// A description without its markup; `None` where nothing is left.
pub fn plain_text(html: &str) -> Option<String> {
    let text = scraper::Html::parse_fragment(html).root_element().text().collect::<Vec<_>>().join(" ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// An amount that was seen.
pub fn candidate(money: Money, kind: PriceKind, raw: &str, place: &str) -> PriceCandidate {
    PriceCandidate { money, kind, raw: short(raw), place: place.to_owned() }
}

/// Says that the offer was seen and why it has no price.
pub fn without_price(look: &mut Observation, why: &str) {
    look.outcome = Outcome::NoPrice;
    look.detail = Some(why.to_owned());
}

#[derive(Deserialize)]
struct Refusal {
    message: Option<String>,
    #[serde(default)]
    errors: Vec<RefusalReason>,
}

#[derive(Deserialize)]
struct RefusalReason {
    message: Option<String>,
}

/// Passes unless the answer is an error in the clothes of a good one: `errors` with messages, or a bare `message`.
///
/// # Errors
/// The server's own words.
pub fn refusal(body: &[u8]) -> Result<(), ListingError> {
    let Ok(refusal) = serde_json::from_slice::<Refusal>(body) else { return Ok(()) };
    let failed = !refusal.errors.is_empty();
    match refusal.errors.into_iter().find_map(|e| e.message).or(refusal.message) {
        Some(message) => Err(ListingError::Refused(format!("the shop's interface refused: {}", short(&message)))),
        None if failed => Err(ListingError::Refused("the shop's interface refused without a reason".to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
pub(in crate::sources::api) mod tests;
