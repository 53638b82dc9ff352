//! What the public interfaces of storefronts (Shopify, WooCommerce) share: lenient reading of JSON, HTML as text.
//!
//! A value of another type than expected counts as absent: one odd field never costs the page it stands on.

use crate::domain::*;
use crate::sources::http::parse_address;
use crate::sources::listing::ListingError;
use crate::text::clean;
use scraper::Html;
use serde_json::Value;
use url::Url;

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

/// The shop that an address is of: its host, with the port where there is one.
pub fn shop(address: &Url) -> ShopRef {
    let host = address.host_str().unwrap_or_default().trim_start_matches("www.");
    let name = address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    ShopRef { domain: Some(name.clone()), name, invented: false }
}

/// The answer as JSON.
///
/// # Errors
/// `Blocked` for a web page, `Unreadable` for anything else that is no JSON or was cut off.
pub fn json(body: &[u8]) -> Result<Value, ListingError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.trim_ascii_start().first() == Some(&b'<') {
        return Err(ListingError::Blocked("a web page came instead, such as a password or robot page".to_owned()));
    }
    serde_json::from_slice(body).map_err(|e| ListingError::Unreadable(e.to_string()))
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

/// Says that the offer was seen and why it has no price.
pub fn unpriced(look: &mut Observation, outcome: Outcome, why: impl Into<String>) {
    look.outcome = outcome;
    look.detail = Some(why.into());
}
