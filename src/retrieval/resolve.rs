//! A product by what a shopper calls it: id, address, GTIN, SKU, title, or words with a clear best fit.
//!
//! Where several fit equally well it says so rather than guess.

use super::lexical::Query;
use super::{Ideas, Named, SearchOptions, Vocabulary, search, understand};
use crate::domain::*;
use crate::store::{self, Reader};

/// Most products named as possible meanings.
const MOST: usize = 8;

/// Finds the one product that `text` names.
///
/// # Errors
/// Where the database cannot be read.
pub fn resolve_product(reader: &Reader, vocabulary: &Vocabulary, text: &str) -> store::Result<Named> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Named::None);
    }
    if let Some(named) = by_key(reader, text)? {
        return Ok(named);
    }
    by_words(reader, vocabulary, text)
}

/// By id (`12`, `product:12`), GTIN, address or SKU.
fn by_key(reader: &Reader, text: &str) -> store::Result<Option<Named>> {
    let digits = text.strip_prefix("product:").unwrap_or(text).trim();
    if !digits.is_empty() && digits.len() <= 14 && digits.bytes().all(|b| b.is_ascii_digit()) {
        if digits.len() >= 8
            && let Some(id) = reader.product_by_gtin(&format!("{digits:0>14}"))?
        {
            return Ok(Some(Named::One(id)));
        }
        if let Ok(id) = digits.parse()
            && let Some(product) = reader.product(ProductId(id))?
        {
            return Ok(Some(Named::One(product.id)));
        }
    }
    if text.len() > 2000 {
        return Ok(None);
    }
    let ids = reader.products_by_key(text)?;
    Ok(match ids.as_slice() {
        [] => None,
        [one] => Some(Named::One(*one)),
        several => Some(Named::Several(several.iter().copied().take(MOST).collect())),
    })
}

/// By title, or by words of which one product has clearly more than the next.
fn by_words(reader: &Reader, vocabulary: &Vocabulary, text: &str) -> store::Result<Named> {
    let words = title_words(text);
    // A name is looked for as it stands: "Quiet Moth 45" is a title, not a wish for quiet.
    let need = Need { question: text.to_owned(), words: vec![text.to_owned()], ..Need::default() };
    let named = Query::new(&need, vocabulary, Ideas::default());
    let mut hits = search(reader, vocabulary, &need, None, SearchOptions { limit: 40, as_of: None })?.hits;
    if hits.is_empty() {
        let understood = understand(text, vocabulary);
        hits = search(reader, vocabulary, &understood, None, SearchOptions { limit: 40, as_of: None })?.hits;
    }
    // "Norrvik Unicorn": a brand with a word that no product found has names none of them.
    let names_of = |facts: &ProductFacts| {
        let parts =
            [facts.brand.as_deref(), facts.model.as_deref(), Some(facts.title.as_str()), facts.category.as_deref()];
        title_words(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    let said = |term: &super::lexical::Term, own: &[String]| {
        term.spellings.iter().any(|s| title_words(s).iter().all(|w| own.contains(w)))
    };
    let of_brand = |term: &super::lexical::Term| {
        let brands = hits.iter().filter_map(|h| h.product.facts.brand.as_deref());
        brands.map(title_words).any(|brand| said(term, &brand))
    };
    let told = |term: &super::lexical::Term| hits.iter().any(|h| said(term, &names_of(&h.product.facts)));
    let (known, unknown): (Vec<_>, Vec<_>) = named.core.iter().partition(|t| told(t));
    if !unknown.is_empty() && known.iter().all(|t| of_brand(t)) {
        return Ok(Named::None);
    }
    let mut scored: Vec<(f64, ProductId)> = Vec::new();
    for hit in &hits {
        let facts = &hit.product.facts;
        let model = facts.model.as_deref().unwrap_or("");
        let brand = facts.brand.as_deref().unwrap_or("");
        if title_words(&facts.title) == words || (!model.is_empty() && title_words(model) == words) {
            scored.push((2.0, hit.product.id));
            continue;
        }
        let own = title_words(&format!("{brand} {} {model} {}", facts.title, facts.category.as_deref().unwrap_or("")));
        let has =
            |term: &super::lexical::Term| term.spellings.iter().any(|s| title_words(s).iter().all(|w| own.contains(w)));
        let share = named.core.iter().filter(|t| has(t)).count() as f64 / named.core.len().max(1) as f64;
        scored.push((share, hit.product.id));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let Some(&(best, first)) = scored.first() else { return Ok(Named::None) };
    if best < 0.5 {
        return Ok(Named::None);
    }
    let equal: Vec<ProductId> =
        scored.iter().take_while(|(s, _)| best - s < 1e-9).map(|(_, id)| *id).take(MOST).collect();
    Ok(if equal.len() == 1 { Named::One(first) } else { Named::Several(equal) })
}

fn title_words(text: &str) -> Vec<String> {
    super::fold::name_key(text).split(' ').filter(|w| !w.is_empty() && *w != "the").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
