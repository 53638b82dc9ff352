//! An alert to a program of the user's: JSON on its standard input, the main parts as variables. Never a shell.

use super::Alert;
use super::program::{Call, Fault};

/// Runs the program; exit code 0 means that it was taken.
pub(super) async fn run(hook: &[String], alert: &Alert) -> Result<(), String> {
    let stdin = serde_json::to_vec(alert).map_err(|error| error.to_string())?;
    let call = Call { words: hook.to_vec(), stdin, variables: variables(alert) };
    let name = hook.first().cloned().unwrap_or_default();
    call.run().await.map_err(|fault| match fault {
        Fault::Missing => format!("the hook {name} was not found"),
        Fault::Failed(detail) => format!("the hook {name} {detail}"),
    })
}

fn variables(alert: &Alert) -> Vec<(String, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let money = alert.price;
    let pairs = [
        ("ID", alert.id.clone()),
        ("WATCH", alert.watch.0.to_string()),
        ("KIND", alert.kind.clone()),
        ("PRODUCT", alert.product.0.to_string()),
        ("TITLE", alert.title.clone()),
        ("TEXT", alert.text.clone()),
        ("PRICE", money.map(|m| m.decimal()).unwrap_or_default()),
        ("CURRENCY", money.map(|m| m.currency.to_string()).unwrap_or_default()),
        ("REFERENCE", alert.reference.map(|m| m.decimal()).unwrap_or_default()),
        ("SHOP", text(&alert.shop)),
        ("URL", text(&alert.url)),
        ("AT", alert.at.to_string()),
        ("TEST", if alert.test { "1" } else { "" }.to_owned()),
    ];
    // A zero byte cannot stand in a variable.
    pairs.into_iter().map(|(name, value)| (format!("EMPTOR_WATCH_{name}"), value.replace('\0', ""))).collect()
}
