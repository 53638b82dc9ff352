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
use crate::domain::{Need, Offer, Product, ProductId};
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
    if context.out.json {
        let candidates: Vec<serde_json::Value> = reader
            .candidates(id)?
            .into_iter()
            .map(|(offer, at, candidate)| serde_json::json!({ "offer": offer, "at": at, "candidate": candidate }))
            .collect();
        let body = serde_json::json!({
            "product": product, "offers": offers, "candidates": candidates, "review_count": reviews,
            "questions": questions, "summary": summary,
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
    if let Some(summary) = &summary {
        out.line("")?;
        out.prose(Role::Text, 0, &window(summary))?;
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
    let comparison = answer::compare::compare(&reader, &ids, &Need::default(), None)?;
    if context.out.json {
        context.out.object("compare", &comparison)?;
    } else {
        found::compare(&mut context.out, &comparison)?;
    }
    Ok(Exit::Ok)
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
        found::reviews(&mut context.out, &findings)?;
    }
    Ok(exit)
}
