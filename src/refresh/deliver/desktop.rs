//! An alert as a desktop notification: by `notify-send` where it is there, else over D-Bus by `gdbus`.
//!
//! Both come with nearly every Linux desktop, so emptor carries no D-Bus client of its own. Never waits for a click.

use super::Alert;
use super::program::{Call, Fault};
use crate::text;

const NOTHING: &str =
    "there is no notify-send and no gdbus to show it with; install libnotify (on Debian: libnotify-bin)";

/// Shows it.
pub(super) async fn show(alert: &Alert) -> Result<(), String> {
    let summary = if alert.test { "emptor: a test" } else { "emptor" };
    let body = escaped(&text::line(&alert.text));
    match call(notify_send(summary, &body)).await {
        Err(Fault::Missing) => {}
        Err(Fault::Failed(detail)) => return Err(format!("notify-send {detail}")),
        Ok(()) => return Ok(()),
    }
    match call(gdbus(summary, &body)).await {
        Err(Fault::Missing) => Err(NOTHING.to_owned()),
        Err(Fault::Failed(detail)) => Err(format!("gdbus {detail}")),
        Ok(()) => Ok(()),
    }
}

async fn call(words: Vec<String>) -> Result<(), Fault> {
    Call { words, stdin: Vec::new(), variables: Vec::new() }.run().await
}

fn notify_send(summary: &str, body: &str) -> Vec<String> {
    ["notify-send", "--app-name=emptor", "--", summary, body].map(str::to_owned).into()
}

/// org.freedesktop.Notifications.Notify: name, replaced id, icon, summary, body, actions, hints, timeout.
fn gdbus(summary: &str, body: &str) -> Vec<String> {
    let place = ["--dest", "org.freedesktop.Notifications", "--object-path", "/org/freedesktop/Notifications"];
    let method = ["--method", "org.freedesktop.Notifications.Notify"];
    let mut words: Vec<String> =
        ["gdbus", "call", "--session"].into_iter().chain(place).chain(method).map(str::to_owned).collect();
    words.extend([quoted("emptor"), "0".into(), quoted(""), quoted(summary), quoted(body)]);
    words.extend(["[]", "{}", "-1"].map(str::to_owned));
    words
}

/// A string as gdbus reads one (GVariant's text format).
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Notification servers take a few tags of markup: a title of a shop's is none.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shop_wrote_is_neither_markup_nor_syntax() {
        let body = escaped("<b>\"A\\B\"</b> & co");
        assert_eq!(notify_send("s", &body)[4], "&lt;b&gt;\"A\\B\"&lt;/b&gt; &amp; co");
        assert_eq!(gdbus("s", &body)[13], "\"&lt;b&gt;\\\"A\\\\B\\\"&lt;/b&gt; &amp; co\"");
    }
}
