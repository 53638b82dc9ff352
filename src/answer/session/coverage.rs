//! What an answer looked at and what it did not: shops seen, sources failing, stale prices, how it searched.

use super::turn::Turn;
use crate::answer::clean;
use crate::answer::event::ResultRow;
use crate::domain::*;
use crate::retrieval::SearchResult;
use crate::store::StoreError;

/// Coverage before any product was looked at: sources that fail are said whatever the question.
pub fn empty(turn: &Turn) -> Result<Coverage, StoreError> {
    let mut coverage = Coverage { search: "by name".to_owned(), ..Coverage::default() };
    for source in turn.reader.sources()? {
        let Some(outcome) = source.last_outcome.filter(|_| source.failures > 0) else { continue };
        let detail = source.last_detail.as_deref().map(|d| clean::line(d, 120));
        let why = detail.unwrap_or_else(|| outcome.word().replace('_', " "));
        coverage.skipped.push(format!("{}: {why}", clean::line(&source.name, 60)));
    }
    if let Some(moment) = turn.as_of {
        coverage.notes.push(format!("as known on {}", crate::answer::evidence::day_text(moment)));
        coverage.notes.push(crate::answer::as_of::NOTE.to_owned());
    }
    Ok(coverage)
}

/// Coverage of a search: the shops of all hits, not only of those shown.
pub fn start(turn: &Turn, result: &SearchResult) -> Result<Coverage, StoreError> {
    let mut coverage = empty(turn)?;
    coverage.search.clone_from(&result.method);
    coverage.products_considered = u32::try_from(result.considered).unwrap_or(u32::MAX);
    for offer in result.hits.iter().flat_map(|h| &h.offers) {
        add_shop(&mut coverage, &offer.shop.name);
    }
    Ok(coverage)
}

fn add_shop(coverage: &mut Coverage, name: &str) {
    let name = clean::quoted(name, 60);
    if let Err(at) = coverage.shops.binary_search(&name) {
        coverage.shops.insert(at, name);
    }
}

/// Adds what the rows shown say of age and origin.
pub fn add_rows(turn: &Turn, coverage: &mut Coverage, rows: &[ResultRow]) {
    let limit = i64::try_from(turn.stale_after.as_secs()).unwrap_or(i64::MAX);
    for row in rows {
        coverage.invented |= row.product.invented;
        for offer in row.offer.iter().chain(&row.other_offers) {
            add_shop(coverage, &offer.shop.name);
            coverage.invented |= offer.shop.invented;
            let Some(at) = offer.observed_at else { continue };
            if turn.now.as_second() - at.as_second() > limit {
                coverage.stale_offers += 1;
            }
            coverage.newest_observation = coverage.newest_observation.max(Some(at));
            coverage.oldest_observation = Some(coverage.oldest_observation.map_or(at, |o| o.min(at)));
        }
    }
}
