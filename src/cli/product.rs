//! `emptor show`, `compare` and `reviews`.
//!
//! Reads the store and prints; statistics are the domain's.

use super::context::Context;
use super::exit::{Exit, Failure};
use super::found;
use super::history::window;
use super::output::Role;
use super::render;
use super::table::{Table, cell};
use crate::answer;
use crate::answer::event::{CompareRow, Comparison, Phrases};
use crate::domain::{Language, Need, Offer, Product, ProductId};
use crate::store::Reader;

/// The product of that id.
///
/// # Errors
/// It is not there any more.
pub fn stored(reader: &Reader, id: ProductId) -> Result<Product, Failure> {
    let gone = || Failure::Told { exit: Exit::Nothing, message: format!("product {id} is not in the catalogue") };
    reader.product(id)?.ok_or_else(gone)
}

/// Offers with a price first, cheapest first within a currency.
pub fn sorted(mut offers: Vec<Offer>) -> Vec<Offer> {
    offers.sort_by_key(|o| (o.price.is_none(), o.price.map(|m| (m.currency.code().to_owned(), m.minor)), o.id));
    offers
}

/// `emptor show PRODUCT`.
pub fn show(context: &mut Context, said: &str) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let Some(id) = context.product(&reader, "show", said)? else { return Ok(Exit::Ambiguous) };
    let product = stored(&reader, id)?;
    let offers = sorted(reader.offers(id)?);
    let reviews = reader.review_count(id)?;
    let questions = reader.questions(id)?;
    let summary = reader.history(id, None)?.summary(None, None);
    let rates = reader.rates(context.now)?;
    let (changes, family) = (reader.changes(id)?, reader.group(id)?);
    let currency = context.config.currency;
    if context.out.json {
        let converted: Vec<serde_json::Value> = offers
            .iter()
            .filter_map(|offer| Some((offer.id, rates.convert(offer.price?, currency?, context.now)?)))
            .map(|(offer, converted)| serde_json::json!({ "offer": offer, "converted": converted }))
            .collect();
        let candidates: Vec<serde_json::Value> = reader
            .candidates(id)?
            .into_iter()
            .map(|(offer, at, candidate)| serde_json::json!({ "offer": offer, "at": at, "candidate": candidate }))
            .collect();
        let body = serde_json::json!({
            "product": product, "offers": offers, "candidates": candidates, "review_count": reviews,
            "questions": questions, "summary": summary, "converted": converted, "changes": changes, "group": family,
        });
        context.out.object("show", body)?;
        return Ok(Exit::Ok);
    }
    let out = &mut context.out;
    out.line(&render::title(out, &product))?;
    let identity = render::identity(out, &product.facts);
    if !identity.is_empty() {
        out.prose(Role::Dim, 0, &identity)?;
    }
    out.line("")?;
    for line in render::offers(out, &offers).lines(out) {
        out.line(&line)?;
    }
    for line in render::conversions(&offers, currency, &rates, context.now) {
        out.prose(Role::Dim, 2, &line)?;
    }
    if let Some(summary) = &summary {
        out.line("")?;
        out.prose(Role::Text, 0, &window(summary))?;
    }
    for line in render::changes(&changes) {
        out.prose(Role::Warn, 2, &line)?;
    }
    let others: Vec<String> = family.iter().filter(|other| **other != id).map(ToString::to_string).collect();
    if !others.is_empty() {
        out.prose(Role::Dim, 2, &format!("other variants: products {}", others.join(", ")))?;
    }
    if !product.facts.attributes.is_empty() {
        out.line("")?;
        let mut table = Table::new().left("").flexible("", 20);
        for attribute in &product.facts.attributes {
            let value = cell(Role::Text, out.clean(&attribute.value.to_string()));
            table.row(vec![cell(Role::Dim, out.clean(&attribute.label())), value]);
        }
        for line in table.lines(out) {
            out.line(&line)?;
        }
    }
    if let Some(description) = &product.facts.description {
        out.line("")?;
        out.prose(Role::Text, 0, description)?;
    }
    for question in &questions {
        out.line("")?;
        out.prose(Role::Dim, 3, &format!("Q: {}", question.text.question))?;
        out.prose(Role::Text, 3, &format!("A: {}", question.text.answer.as_deref().unwrap_or("no answer yet")))?;
    }
    if reviews > 0 {
        out.line("")?;
        out.say(Role::Dim, &format!("{reviews} reviews: emptor reviews {id}"))?;
    }
    Ok(Exit::Ok)
}

/// `emptor compare PRODUCT PRODUCT..`.
pub fn compare(context: &mut Context, said: &[String]) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let mut ids: Vec<ProductId> = Vec::new();
    for name in said {
        let Some(id) = context.product(&reader, "compare", name)? else { return Ok(Exit::Ambiguous) };
        if !ids.contains(&id) {
            ids.push(stored(&reader, id)?.id);
        }
    }
    if ids.len() < 2 {
        return Err(Failure::usage("these name one product only; give two or more that differ"));
    }
    let mut comparison = answer::compare::compare(&reader, &ids, &Need::default(), None)?;
    comparison.rows.extend(converted_row(context, &reader, &comparison)?);
    if context.out.json {
        context.out.object("compare", &comparison)?;
    } else {
        found::compare(&mut context.out, Phrases::of(Language::En), &comparison)?;
    }
    Ok(Exit::Ok)
}

/// The best prices in the user's currency, each with rate and date; none where all are in it already.
fn converted_row(context: &Context, reader: &Reader, comparison: &Comparison) -> Result<Option<CompareRow>, Failure> {
    let Some(currency) = context.config.currency else { return Ok(None) };
    let prices: Vec<_> = comparison.products.iter().map(|row| row.offer.as_ref().and_then(|o| o.price)).collect();
    if prices.iter().flatten().all(|price| price.currency == currency) {
        return Ok(None);
    }
    let rates = reader.rates(context.now)?;
    let cell = |price: crate::domain::Money| match rates.convert(price, currency, context.now) {
        Some(converted) => converted.to_string(),
        None if price.currency == currency => price.to_string(),
        None => "not comparable, no rate is known".to_owned(),
    };
    let all: Vec<_> = prices.iter().map(|p| p.and_then(|p| rates.comparable(p, currency, context.now))).collect();
    let least = all.iter().flatten().map(|money| money.minor).min();
    let mut holders = all.iter().enumerate().filter(|(_, m)| m.is_some_and(|m| Some(m.minor) == least));
    let best = holders.next().map(|(at, _)| at).filter(|_| holders.next().is_none() && all.iter().all(Option::is_some));
    Ok(Some(CompareRow {
        label: format!("price in {currency}"),
        cells: prices.iter().map(|price| price.map(cell)).collect(),
        best,
        differs: true,
    }))
}

/// `emptor reviews PRODUCT`.
pub fn reviews(context: &mut Context, said: &str) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let Some(id) = context.product(&reader, "reviews", said)? else { return Ok(Exit::Ambiguous) };
    let product = stored(&reader, id)?;
    let findings = answer::reviews::findings(&reader, 1, &product, None)?;
    let exit = if findings.total == 0 { Exit::Nothing } else { Exit::Ok };
    if context.out.json {
        context.out.object("reviews", &findings)?;
    } else if findings.total == 0 {
        context.out.note(&format!("no review of \"{}\" is stored", product.facts.title));
    } else {
        found::reviews(&mut context.out, Phrases::of(Language::En), &findings)?;
    }
    Ok(exit)
}
