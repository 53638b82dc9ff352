//! An alert as a POST of JSON to the address that the user set. Never follows a redirect, never logs the address.

use super::{Alert, Undelivered};
use crate::sources::http::{Client, parse_address};
use crate::sources::listing::Ask;

/// Sends the alert; a status of 200 to 299 means that it was taken.
pub(super) async fn post(client: &Client, address: &str, alert: &Alert) -> Result<(), Undelivered> {
    let post = serde_json::to_value(alert).map_err(|error| error.to_string())?;
    if let Some(host) = parse_address(address).ok().and_then(|url| url.host_str().map(str::to_owned)) {
        // The user named it: it may well be a machine at home.
        client.allow_host(&host);
    }
    let headers = vec![("Idempotency-Key".to_owned(), format!("emptor-{}", alert.id))];
    let ask = Ask { url: address.to_owned(), post: Some(post), headers, ..Ask::default() };
    client.send(&ask).await.map_err(|failure| Undelivered {
        detail: format!("the webhook did not take it: {}", failure.detail),
        retry_after: failure.retry_after,
    })
}
