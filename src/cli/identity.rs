//! `emptor product`: what is the same item and what is not, as the user decides; remembered against every refresh.
//!
//! Suggests and carries out, never decides.

use super::args::ProductCommand;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::Role;
use super::product::stored;
use super::table::{Table, cell};
use crate::domain::{Offer, OfferId, ProductId};
use crate::retrieval::Vocabulary;
use std::collections::BTreeMap;

/// Runs the command.
pub fn run(context: &mut Context, command: &ProductCommand) -> Result<Exit, Failure> {
    match command {
        ProductCommand::Join { product, other } => join(context, product, other),
        ProductCommand::Split { what } => split(context, &what.join(" ")),
        ProductCommand::Apart { product, other } => apart(context, product, other),
        ProductCommand::Suggest { product, limit } => {
            let said = Some(product.join(" ")).filter(|said| !said.is_empty());
            suggest(context, said.as_deref(), usize::from(*limit))
        }
    }
}

/// Two products by their names; `None` where a name may mean several.
fn both(
    context: &mut Context,
    command: &'static str,
    a: &str,
    b: &str,
) -> Result<Option<(ProductId, ProductId)>, Failure> {
    let reader = context.filled()?;
    let Some(first) = context.product(&reader, command, a)? else { return Ok(None) };
    let Some(second) = context.product(&reader, command, b)? else { return Ok(None) };
    if first == second {
        return Err(Failure::usage("both name one product; nothing to do"));
    }
    Ok(Some((first, second)))
}

fn join(context: &mut Context, a: &str, b: &str) -> Result<Exit, Failure> {
    let Some((keep, other)) = both(context, "product join", a, b)? else { return Ok(Exit::Ambiguous) };
    let store = context.store()?;
    let done = store.writer().join_products(keep, other, context.now)?;
    let product = stored(&store.reader()?, keep)?;
    if context.out.json {
        context.out.object("product join", serde_json::json!({ "joined": done, "product": product, "was": other }))?;
    } else {
        let title = context.out.clean(&product.facts.title);
        context.out.line(&format!("{other} is now part of {keep}, {title}; undo with: emptor product split {keep}"))?;
    }
    Ok(if done { Exit::Ok } else { Exit::Nothing })
}

fn apart(context: &mut Context, a: &str, b: &str) -> Result<Exit, Failure> {
    let Some((first, second)) = both(context, "product apart", a, b)? else { return Ok(Exit::Ambiguous) };
    context.store()?.writer().keep_apart(first, second, context.now)?;
    if context.out.json {
        context.out.object("product apart", serde_json::json!({ "apart": [first, second] }))?;
    } else {
        context.out.line(&format!("{first} and {second} stay two products"))?;
    }
    Ok(Exit::Ok)
}

/// `offer:12` goes to a product of its own. A product gives back what was joined to it last; where nothing was, each
/// shop's offers become a product.
fn split(context: &mut Context, said: &str) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let writer = context.store()?.writer();
    let now = context.now;
    let mut made: Vec<ProductId> = Vec::new();
    let from;
    if let Some(offer) = said.strip_prefix("offer:").and_then(|id| id.trim().parse().ok()).map(OfferId) {
        let Some(product) = reader.product_of(offer)? else {
            return Err(Failure::Told { exit: Exit::Nothing, message: format!("there is no offer {}", offer.0) });
        };
        from = product;
        made.extend(writer.split_offers(product, vec![offer], now)?);
    } else {
        let Some(product) = context.product(&reader, "product split", said)? else { return Ok(Exit::Ambiguous) };
        from = product;
        match writer.undo_join(product, now)? {
            Some(back) => made.push(back),
            None => {
                let mut shops: BTreeMap<i64, Vec<OfferId>> = BTreeMap::new();
                let offers: Vec<Offer> = reader.offers(product)?;
                let first = offers.first().map(|offer| offer.shop.id);
                for offer in offers.iter().filter(|offer| Some(offer.shop.id) != first) {
                    shops.entry(offer.shop.id.0).or_default().push(offer.id);
                }
                for offers in shops.into_values() {
                    made.extend(writer.split_offers(product, offers, now)?);
                }
                for (at, one) in made.iter().enumerate() {
                    for other in made.iter().skip(at + 1) {
                        writer.keep_apart(*one, *other, now)?;
                    }
                }
            }
        }
    }
    let exit = if made.is_empty() { Exit::Nothing } else { Exit::Ok };
    if context.out.json {
        context.out.object("product split", serde_json::json!({ "product": from, "made": made }))?;
    } else if made.is_empty() {
        context.out.note("nothing to take apart: there is one offer, or all are of one shop; name one as offer:ID");
    } else {
        for id in made {
            let title = context.out.clean(&stored(&reader, id)?.facts.title);
            context.out.line(&format!("{id} is a product of its own now: {title}"))?;
        }
    }
    Ok(exit)
}

fn suggest(context: &mut Context, said: Option<&str>, limit: usize) -> Result<Exit, Failure> {
    let reader = context.filled()?;
    let product = match said {
        Some(said) => match context.product(&reader, "product suggest", said)? {
            Some(id) => Some(id),
            None => return Ok(Exit::Ambiguous),
        },
        None => None,
    };
    let vocabulary = Vocabulary::load(&reader)?;
    let found = reader.suggestions(product, limit, &|words, most| vocabulary.alike(words, most))?;
    let exit = if found.is_empty() { Exit::Nothing } else { Exit::Ok };
    if context.out.json {
        context.out.object("product suggest", serde_json::json!({ "suggestions": found }))?;
        return Ok(exit);
    }
    if found.is_empty() {
        context.out.note("no two products look like one item");
        return Ok(exit);
    }
    let out = &mut context.out;
    let mut table = Table::new()
        .right("Score")
        .right("Id")
        .flexible("Product", 20)
        .right("Id")
        .flexible("and", 20)
        .flexible("Why", 20);
    for pair in &found {
        table.row(vec![
            cell(Role::Strong, format!("{:.2}", pair.likeness.score)),
            cell(Role::Accent, pair.a.id.to_string()),
            cell(Role::Text, out.clean(&pair.a.facts.title)),
            cell(Role::Accent, pair.b.id.to_string()),
            cell(Role::Text, out.clean(&pair.b.facts.title)),
            cell(Role::Dim, out.clean(&pair.likeness.reasons.join(", "))),
        ]);
    }
    for line in table.lines(out) {
        out.line(&line)?;
    }
    out.say(Role::Dim, "the same: emptor product join ID ID; two things: emptor product apart ID ID")?;
    Ok(exit)
}
