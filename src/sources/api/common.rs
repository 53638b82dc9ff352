//! What readers of shops' interfaces share: addresses, lenient JSON that may be a web page, HTML as text, amounts.
//!
//! Knows no shop's format. A value of another type than expected counts as absent: one odd field never costs the page
//! it stands on.

use crate::domain::*;
use crate::sources::http::parse_address;
use crate::sources::listing::ListingError;
use crate::text::clean;
use scraper::Html;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

/// Longer messages of a server are cut (chars).
const MOST_CHARS: usize = 200;

/// Longer descriptions are cut (chars).
const MOST_DESCRIPTION: usize = 4_000;
/// Longer names are cut (chars).
const MOST_NAME: usize = 300;
/// Further pictures are left out.
pub const MOST_IMAGES: usize = 12;

/// An http address; `shop.example` is read as https.
///
/// # Errors
/// Where it is none.
pub fn address(location: &str) -> Result<Url, ListingError> {
    parse_address(location).map_err(|e| ListingError::Address { location: location.to_owned(), detail: e.to_string() })
}

/// The shop that an address is of.
pub fn shop(address: &Url) -> ShopRef {
    ShopRef::at(address.host_str().unwrap_or_default(), address.port())
}

/// The answer as JSON.
///
/// # Errors
/// `Blocked` for a web page, `Unreadable` for anything else that is no JSON or was cut off.
pub fn json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ListingError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.trim_ascii_start().first() == Some(&b'<') {
        return Err(ListingError::Blocked("a web page came instead, such as a password or robot page".to_owned()));
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

/// Non-empty text of a field.
pub fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str().map(str::trim).filter(|t| !t.is_empty())
}

/// The items of a field; none where it is no array.
pub fn items<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// An id, a number or digits as text; zero is none.
pub fn id(value: &Value, field: &str) -> Option<u64> {
    let found = value.get(field)?;
    found.as_u64().or_else(|| found.as_str()?.trim().parse().ok()).filter(|id| *id > 0)
}

/// HTML on one line as a name: entities resolved once, tags gone.
pub fn name(html: &str) -> Option<String> {
    plain(html, "", MOST_NAME)
}

/// HTML as a description: entities resolved once, tags become blanks.
pub fn description(html: &str) -> Option<String> {
    plain(html, " ", MOST_DESCRIPTION)
}

fn plain(html: &str, between: &str, most: usize) -> Option<String> {
    let text = if html.contains(['<', '&']) {
        let mut parts = Vec::new();
        let fragment = Html::parse_fragment(html);
        for node in fragment.tree.nodes() {
            let parent = node.parent().and_then(|p| p.value().as_element().map(|e| e.name()));
            if let Some(text) = node.value().as_text()
                && !matches!(parent, Some("script" | "style"))
            {
                parts.push(text.to_string());
            }
        }
        clean::line(&parts.join(between))
    } else {
        clean::line(html)
    };
    let text: String = text.trim().chars().take(most).collect();
    (!text.is_empty()).then_some(text)
}

/// A picture's address as https where the protocol is left out; `None` for anything but the web.
pub fn image(src: &str) -> Option<String> {
    let full = src.strip_prefix("//").map_or_else(|| src.to_owned(), |rest| format!("https://{rest}"));
    let web = full.starts_with("https://") || full.starts_with("http://");
    (web && full.len() <= 2_000).then_some(full)
}

/// Adds an attribute unless one of its name is there.
pub fn add_attribute(facts: &mut ProductFacts, name: &str, value: &str) {
    if let Some(made) = crate::sources::attribute::read(name, value, None)
        && facts.attribute(&made.name).is_none()
    {
        facts.attributes.push(made);
    }
}

/// An amount that was seen.
pub fn candidate(money: Money, kind: PriceKind, raw: &str, place: &str) -> PriceCandidate {
    PriceCandidate { money, kind, raw: short(raw), place: place.to_owned() }
}

/// Says that the offer was seen and why it has no price.
pub fn unpriced(look: &mut Observation, outcome: Outcome, why: impl Into<String>) {
    look.outcome = outcome;
    look.detail = Some(why.into());
}

/// [`unpriced`] with [`Outcome::NoPrice`].
pub fn without_price(look: &mut Observation, why: impl Into<String>) {
    unpriced(look, Outcome::NoPrice, why);
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
