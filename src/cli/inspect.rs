//! `emptor inspect`: what each part makes of its input, one JSON line for each line, so that anyone can measure it.
//!
//! Calls the same functions as the rest of the program; adds no rule of its own.

use super::args::InspectCommand;
use super::context::Context;
use super::exit::{Exit, Failure};
use crate::answer;
use crate::domain::{Currency, ProductFacts};
use crate::retrieval::Vocabulary;
use crate::sources::http::parse_address;
use crate::sources::price::{self, Hint};
use crate::sources::selectors::Selectors;
use crate::sources::shop;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::BufRead;
use std::path::Path;

/// Longest line taken, in bytes; a longer one is cut there.
const MOST_BYTES: usize = 1 << 20;

/// Runs the command.
pub fn run(context: &mut Context, command: &InspectCommand) -> Result<Exit, Failure> {
    match command {
        InspectCommand::Price => each_line(context, price_line),
        InspectCommand::Plan => {
            let vocabulary = Vocabulary::load(&context.store()?.reader()?)?;
            let cancel = context.cancel.clone();
            each_line(context, |line| json!(answer::plan::plan(line, &vocabulary, None, None, &cancel)))
        }
        InspectCommand::Reviews => {
            let mut miner = answer::reviews::Miner::default();
            each_line(context, |line| json!(miner.aspects(line)))
        }
        InspectCommand::Page { file, url } => page(context, file, url.as_deref()),
    }
}

#[derive(Deserialize)]
struct PriceInput {
    text: String,
    #[serde(default)]
    currency_hint: Option<String>,
}

/// `{"amount": "12.99" or null, "currency", "kind"}` of a text or a `{"text", "currency_hint"}` object.
fn price_line(line: &str) -> Value {
    let input = serde_json::from_str::<PriceInput>(line)
        .unwrap_or_else(|_| PriceInput { text: line.to_owned(), currency_hint: None });
    let beside = input.currency_hint.as_deref().filter(|hint| !hint.trim().is_empty());
    let currency = beside.and_then(|hint| hint.parse::<Currency>().ok());
    let reading = price::parse(&input.text, &Hint { currency, beside, ..Hint::default() });
    json!({
        "amount": reading.amount, "currency": reading.currency, "kind": reading.kind,
        "currency_text": reading.token, "sure": reading.sure, "amounts": reading.amounts,
    })
}

/// `{products, offers, candidates}` of a saved page, as one JSON line.
fn page(context: &mut Context, file: &Path, url: Option<&str>) -> Result<Exit, Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::reading(file, &error))?;
    let html = crate::sources::charset::text(&bytes, None);
    let address = match url {
        Some(url) => parse_address(url).map_err(|error| Failure::usage(format!("--url: {error}")))?,
        None => parse_address("http://page.invalid/").map_err(|error| Failure::failed(error.to_string()))?,
    };
    let looks = shop::page_observations(&html, &address, &Selectors::default(), context.now);
    let mut products: Vec<&ProductFacts> = Vec::new();
    let (mut offers, mut candidates) = (Vec::new(), Vec::new());
    for (number, look) in looks.iter().enumerate() {
        let product = products.iter().position(|known| **known == look.product).unwrap_or_else(|| {
            products.push(&look.product);
            products.len() - 1
        });
        offers.push(json!({
            "product": product, "shop": look.shop, "sku": look.sku, "url": look.url, "variant": look.variant,
            "condition": look.condition, "availability": look.availability, "price": look.price,
            "list_price": look.list_price, "unit_price": look.unit_price, "shipping": look.shipping,
            "outcome": look.outcome, "detail": look.detail,
        }));
        candidates.extend(look.candidates.iter().map(|candidate| {
            let mut value = json!(candidate);
            if let Some(object) = value.as_object_mut() {
                object.insert("offer".to_owned(), number.into());
            }
            value
        }));
    }
    context.out.json_line(&json!({ "products": products, "offers": offers, "candidates": candidates }))?;
    Ok(if looks.is_empty() { Exit::Nothing } else { Exit::Ok })
}

/// Reads stdin line by line and prints what `read` makes of each; as many lines out as in.
fn each_line(context: &mut Context, mut read: impl FnMut(&str) -> Value) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| Failure::reading(Path::new("stdin"), &error);
    let mut stdin = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let got = stdin.read_until(b'\n', &mut line).map_err(failed)?;
        if context.cancel.is_cancelled() {
            return Ok(Exit::Interrupted);
        }
        if got == 0 {
            return Ok(Exit::Ok);
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        line.truncate(MOST_BYTES);
        let text = String::from_utf8_lossy(&line);
        context.out.json_line(&read(&text))?;
        // Whoever feeds lines one by one waits for each answer.
        context.out.flush()?;
    }
}
