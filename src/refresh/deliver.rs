//! The outbox of the watches: takes what is due, tells it by each way, notes what came of it, tries again later.
//!
//! A delivery that succeeded is not repeated; one whose process was killed on the way comes up again. Never judges.

mod desktop;
mod hook;
mod program;
mod webhook;

use super::event::RefreshEvent;
use super::source::blocking;
use crate::config::WatchConfig;
use crate::domain::*;
use crate::sources::http::Client;
use crate::store::{Delivery, Store, StoreError};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long one attempt holds a delivery before it comes up again.
const LEASE: Duration = Duration::from_secs(120);
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(4 * 3600);
/// What could not be delivered for so long is given up.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// A way to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As an event to whoever runs the refresher.
    Screen,
    Desktop,
    Hook,
    Webhook,
}

impl Way {
    /// The stable word in JSON and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Desktop => "desktop",
            Self::Hook => "hook",
            Self::Webhook => "webhook",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Screen, Self::Desktop, Self::Hook, Self::Webhook].into_iter().find(|way| way.word() == word)
    }
}

/// What is told: the JSON that hooks and webhooks get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The same for every way and every attempt of one crossing.
    pub id: String,
    /// A message that `watch test` made.
    pub test: bool,
    pub watch: WatchId,
    pub kind: String,
    pub product: ProductId,
    pub title: String,
    /// The whole in one line.
    pub text: String,
    pub price: Option<Money>,
    /// Whether `price` has shipping added.
    pub with_shipping: bool,
    pub shop: Option<String>,
    pub url: Option<String>,
    /// What the price was compared with.
    pub reference: Option<Money>,
    pub window_days: Option<i64>,
    pub at: Timestamp,
}

/// Why a way failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    pub detail: String,
    /// The other side asked to be left alone that long.
    pub retry_after: Option<Duration>,
}

impl From<String> for Undelivered {
    fn from(detail: String) -> Self {
        Self { detail, retry_after: None }
    }
}

/// The ways that are set, besides the screen.
pub fn configured(config: &WatchConfig) -> Vec<Way> {
    let set =
        [(config.desktop, Way::Desktop), (config.hook.is_some(), Way::Hook), (config.webhook.is_some(), Way::Webhook)];
    set.into_iter().filter_map(|(is_set, way)| is_set.then_some(way)).collect()
}

/// The ways of the refresher: the screen and those that are set.
pub fn ways(config: &WatchConfig) -> Vec<Way> {
    [vec![Way::Screen], configured(config)].concat()
}

/// Tells one alert by one way.
///
/// # Errors
/// Why it did not arrive.
pub async fn send(
    way: Way,
    alert: &Alert,
    config: &WatchConfig,
    client: &Client,
    on_screen: &(dyn Fn(RefreshEvent) + Send + Sync),
) -> Result<(), Undelivered> {
    match (way, &config.hook, &config.webhook) {
        (Way::Screen, ..) => {
            on_screen(RefreshEvent::WatchFired { watch: alert.watch, text: alert.text.clone() });
            Ok(())
        }
        (Way::Desktop, ..) => Ok(desktop::show(alert).await?),
        (Way::Hook, Some(hook), _) => Ok(hook::run(hook, alert).await?),
        (Way::Webhook, _, Some(address)) => webhook::post(client, address, alert).await,
        (Way::Hook, None, _) | (Way::Webhook, _, None) => {
            Err(format!("no {way} is set under [watch]", way = way.word()).into())
        }
    }
}

/// Delivers what is due now. What fails is kept and tried again: after a minute, then twice as long each time, for a
/// day; then it is given up and that is told.
///
/// # Errors
/// The database's.
pub async fn deliver_due(
    store: &Store,
    config: &WatchConfig,
    client: &Client,
    now: Timestamp,
    on_screen: &(dyn Fn(RefreshEvent) + Send + Sync),
) -> Result<(), StoreError> {
    let held = store.clone();
    // Reading is cheap, taking is a write: an idle program makes none.
    let taken = blocking(move || {
        if held.is_read_only() || held.reader()?.deliveries_waiting()?.is_empty() {
            return Ok(Vec::new());
        }
        held.writer().claim_deliveries(now, later(now, LEASE))
    });
    let attempts = taken.await?.into_iter().map(|delivery| attempt(store, config, client, now, on_screen, delivery));
    join_all(attempts).await.into_iter().collect()
}

async fn attempt(
    store: &Store,
    config: &WatchConfig,
    client: &Client,
    now: Timestamp,
    on_screen: &(dyn Fn(RefreshEvent) + Send + Sync),
    delivery: Delivery,
) -> Result<(), StoreError> {
    let sent = match (Way::from_word(&delivery.way), serde_json::from_value::<Alert>(delivery.alert.clone())) {
        (Some(way), Ok(alert)) => send(way, &alert, config, client, on_screen).await,
        _ => Err("it was written by another version of emptor".to_owned().into()),
    };
    let writer = store.writer();
    let Err(why) = sent else { return blocking(move || writer.delivered(delivery.id, now)).await };
    let next_at = next_attempt(&delivery, why.retry_after, now);
    tracing::warn!(way = delivery.way, watch = delivery.watch.0, detail = why.detail, "an alert was not delivered");
    if next_at.is_none() {
        let text = delivery.alert.get("text").and_then(|t| t.as_str()).unwrap_or_default();
        let text = format!("not delivered by {} for a day ({}): {text}", delivery.way, why.detail);
        on_screen(RefreshEvent::DeliveryFailed { watch: delivery.watch, text });
    }
    blocking(move || writer.delivery_failed(delivery.id, why.detail, next_at)).await
}

/// When to try again; `None`: not any more. A clock that was set back does not make it wait longer than a day.
fn next_attempt(delivery: &Delivery, retry_after: Option<Duration>, now: Timestamp) -> Option<Timestamp> {
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(delivery.attempts.saturating_sub(1)));
    let wait = doubled.max(retry_after.unwrap_or_default()).min(LONGEST_WAIT);
    let next = later(now, wait);
    (next <= later(delivery.created_at, GIVE_UP_AFTER)).then_some(next)
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
