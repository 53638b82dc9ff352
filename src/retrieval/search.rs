//! One search: candidates by words and meaning, constraints in code, order, near misses.
//!
//! Reads the store; decides nothing about wording.

use super::filters::{Verdict, applicable, judge};
use super::lexical::{Candidate, Query};
use super::outline::Outline;
use super::rank::{ByWords, Ranked, by_meaning, covered, is_named, rank};
use super::{Hit, Ideas, NearMiss, SearchOptions, SearchResult, Variants, VectorIndex, Vocabulary, diversity, fusion};
use crate::domain::rate::Rates;
use crate::domain::*;
use crate::store::{self, Reader, Stated};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Candidates ranked by words for a short list, and the most where constraints throw out nearly all.
const CANDIDATES: usize = 200;
const MOST_CANDIDATES: usize = 5000;
/// While a word is being typed: the next key asks again.
const MOST_TYPING: usize = 1000;
/// Products read beyond twice the hits that are asked for: variants and what breaks a constraint make room for them.
const BEYOND: usize = 20;

/// Most near misses told.
const NEAR_MISSES: usize = 6;

/// Searches. `query_vector` with `vectors` adds the semantic side; without, search is lexical and says so.
///
/// # Errors
/// Where the database cannot be read. No text of a shopper is an error.
pub fn search(
    reader: &Reader,
    vocabulary: &Vocabulary,
    need: &Need,
    query_vector: Option<(&[f32], &VectorIndex)>,
    options: SearchOptions,
) -> store::Result<SearchResult> {
    search_with(Ideas::default(), reader, vocabulary, need, query_vector, options)
}

/// [`search`] with some ideas switched off, for measurements.
///
/// # Errors
/// Where the database cannot be read.
pub fn search_with(
    ideas: Ideas,
    reader: &Reader,
    vocabulary: &Vocabulary,
    need: &Need,
    query_vector: Option<(&[f32], &VectorIndex)>,
    options: SearchOptions,
) -> store::Result<SearchResult> {
    search_for(reader, vocabulary, need, Query::new(need, vocabulary, ideas), query_vector, options)
}

/// [`search`] for words that were made ready already.
pub(super) fn search_for(
    reader: &Reader,
    vocabulary: &Vocabulary,
    need: &Need,
    query: Query,
    query_vector: Option<(&[f32], &VectorIndex)>,
    options: SearchOptions,
) -> store::Result<SearchResult> {
    let (mut must, mut notes) = applicable(&need.must, vocabulary);
    without_unstated(reader, &mut must, &mut notes)?;
    let query_vector = query_vector.filter(|_| !query.core.is_empty());
    notes.splice(0..0, query.notes.iter().cloned());
    let mut similar: Option<Vec<(ProductId, f32)>> = None;
    let mut judged = Judged::new(reader, &must, options)?;
    let enough = judged.enough(need, &query);
    let mut most = (options.limit * 5).max(CANDIDATES);
    let widest = if query.is_unfinished() { MOST_TYPING.max(most) } else { MOST_CANDIDATES };
    let mut named;
    let considered = loop {
        let (mut found, more) = candidates(reader, vocabulary, &query, most)?;
        let mut outlined = outlined(vocabulary, &found);
        let mut by_words = ByWords::new(&outlined, &query, vocabulary, must.category.is_some());
        let mut ranked = by_words.ranked(&outlined, 0);
        named = is_named(outlined.iter().map(|(_, outline)| outline), &query, vocabulary);
        if let Some((vector, index)) = query_vector {
            // What stands beside the thing is asked for too: "a machine that cleans plates" is not any machine.
            let all = 1_u32.checked_shl(query.asked() as u32).map_or(u32::MAX, |bit| bit - 1);
            let best = ranked.first().filter(|best| found[best.at].met & all == all);
            let sufficient = best.is_some_and(|best| fusion::words_suffice(covered(best.score)));
            let alike = similar.get_or_insert_with(|| match sufficient {
                true => index.similarities(vector, &first_of(&found, &ranked)),
                false => index.nearest(vector, fusion::NEAREST),
            });
            named |= alike.iter().any(|(_, near)| f64::from(*near) >= fusion::LEAST_SIMILARITY);
            let known = found.len();
            add_alike(&mut found, alike);
            outlined.extend(self::outlined(vocabulary, &found[known..]));
            if known == 0 {
                by_words = ByWords::new(&outlined, &query, vocabulary, must.category.is_some());
            }
            ranked.extend(by_words.ranked(&outlined, known));
            by_meaning(&mut ranked, &outlined, alike);
        }
        judged.walk(&found, ranked, enough)?;
        // Half a list is enough for now.
        let typing = query.is_unfinished() && 2 * judged.fitting >= options.limit;
        if judged.fitting >= options.limit || typing || !more || most >= widest {
            break found.len();
        }
        most = (most * 5).min(widest);
    };
    let compared = judged.compared();
    let Judged { mut hits, mut near_misses, foreign_currency, rates: judged_rates, .. } = judged;
    rank(&mut hits, &need.wants);
    let hits = diversity::shown(hits, &need.words, options.limit);
    nearest_first(&mut near_misses, &must, &judged_rates);
    near_misses.truncate(NEAR_MISSES);
    notes.extend(compared);
    if foreign_currency > 0 {
        notes.push(format!(
            "{foreign_currency} products are priced in another currency than the limit and were left out"
        ));
    }
    Ok(SearchResult {
        hits,
        near_misses,
        named,
        considered,
        method: if similar.is_none_or(|alike| alike.is_empty()) { "lexical" } else { "lexical and semantic" }
            .to_owned(),
        notes,
    })
}

/// What lies a little over the budget comes before what lies far over it; what misses something else keeps its place.
fn nearest_first(misses: &mut [NearMiss], must: &Constraints, rates: &Rates) {
    let Some(limit) = must.max_price else { return };
    let over = |miss: &NearMiss| {
        let offer = miss.offer.as_ref()?;
        let price = offer.price?;
        let seen = offer.observed_at.unwrap_or(Timestamp::UNIX_EPOCH);
        let price = limit.currency.and_then(|c| rates.comparable(price, c, seen)).unwrap_or(price);
        (limit.admits_at_most(&price) == Some(false)).then(|| price.milli())
    };
    let places: Vec<usize> = (0..misses.len()).filter(|i| over(&misses[*i]).is_some()).collect();
    let mut sorted: Vec<NearMiss> = places.iter().map(|i| misses[*i].clone()).collect();
    sorted.sort_by_key(|miss| over(miss));
    for (place, miss) in places.into_iter().zip(sorted) {
        misses[place] = miss;
    }
}

/// Takes out what nothing here could meet because the whole catalogue is silent about it, and tells so.
fn without_unstated(reader: &Reader, must: &mut Constraints, notes: &mut Vec<String>) -> store::Result<()> {
    let priced = must.min_price.is_some() || must.max_price.is_some();
    if priced && !reader.states(Stated::Price)? {
        (must.min_price, must.max_price) = (None, None);
        notes.push("no product here has a price, so the price limit was not applied".to_owned());
    }
    if must.min_stars.is_some() && !reader.states(Stated::Rating)? {
        must.min_stars = None;
        notes.push("no product here has a rating, so that condition was not applied".to_owned());
    }
    if must.in_stock && !reader.states(Stated::Stock)? {
        must.in_stock = false;
        notes.push("no shop here states its stock, so that condition was not applied".to_owned());
    }
    Ok(())
}

fn outlined<'v>(vocabulary: &'v Vocabulary, found: &[Candidate]) -> Vec<(Candidate, Outline<'v>)> {
    let outline = |candidate: &Candidate| vocabulary.index.outline(candidate.product).unwrap_or_default();
    found.iter().map(|candidate| (*candidate, outline(candidate))).collect()
}

/// The best candidates by words, as many as meaning orders.
fn first_of(found: &[Candidate], ranked: &[Ranked]) -> Vec<ProductId> {
    ranked.iter().take(fusion::ORDERED).map(|r| found[r.at].product).collect()
}

/// Adds what only meaning found.
fn add_alike(found: &mut Vec<Candidate>, alike: &[(ProductId, f32)]) {
    let known: HashSet<ProductId> = found.iter().map(|c| c.product).collect();
    let near = alike.iter().filter(|(_, near)| f64::from(*near) >= fusion::LEAST_SIMILARITY);
    let new = near.filter(|(id, _)| !known.contains(id));
    found.extend(new.map(|(id, _)| Candidate { product: *id, stage: usize::MAX, score: 0.0, met: 0 }));
}

/// Candidates held against the constraints, each once.
struct Judged<'r> {
    reader: &'r Reader,
    must: &'r Constraints,
    options: SearchOptions,
    rates: Rates,
    seen: HashSet<ProductId>,
    /// Those that fit, and how many different things they are.
    hits: Vec<Hit>,
    fitting: usize,
    families: diversity::Met,
    near_misses: Vec<NearMiss>,
    foreign_currency: usize,
    /// Currencies that were compared with the limit's.
    converted: BTreeSet<Currency>,
}

impl<'r> Judged<'r> {
    fn new(reader: &'r Reader, must: &'r Constraints, options: SearchOptions) -> store::Result<Self> {
        Ok(Self {
            reader,
            must,
            options,
            rates: reader.rates(options.as_of.unwrap_or(Timestamp::MAX))?,
            seen: HashSet::new(),
            hits: Vec::new(),
            fitting: 0,
            families: diversity::Met::default(),
            near_misses: Vec::new(),
            foreign_currency: 0,
            converted: BTreeSet::new(),
        })
    }

    /// How many that fit decide about the hits: all where wishes or ratings order what words do not.
    fn enough(&self, need: &Need, query: &Query) -> usize {
        if query.is_unfinished() {
            // The next key asks again.
            let wished = if need.wants.is_empty() { 0 } else { BEYOND };
            return self.options.limit + self.options.limit / 2 + wished;
        }
        let words_decide = need.wants.is_empty() && !query.core.is_empty();
        if words_decide { 2 * self.options.limit + BEYOND } else { usize::MAX }
    }

    /// Reads the candidates in their order until enough fit.
    fn walk(&mut self, found: &[Candidate], ranked: Vec<Ranked>, enough: usize) -> store::Result<()> {
        // A wider look ranks what is known already anew.
        let scores: HashMap<ProductId, f64> = ranked.iter().map(|r| (found[r.at].product, r.score)).collect();
        for hit in &mut self.hits {
            hit.score = scores.get(&hit.product.id).copied().unwrap_or(hit.score);
        }
        let new: Vec<Ranked> = ranked.into_iter().filter(|r| self.seen.insert(found[r.at].product)).collect();
        let mut rest = new.into_iter().peekable();
        while self.hits.len() < enough && rest.peek().is_some() {
            let chunk: Vec<Ranked> = rest.by_ref().take((enough - self.hits.len()).min(CANDIDATES)).collect();
            self.read(found, chunk)?;
        }
        // What was not read now is new to a wider look.
        for left in rest {
            self.seen.remove(&found[left.at].product);
        }
        Ok(())
    }

    fn read(&mut self, found: &[Candidate], chunk: Vec<Ranked>) -> store::Result<()> {
        let ids: Vec<ProductId> = chunk.iter().map(|r| found[r.at].product).collect();
        let products = self.reader.products(&ids)?.into_iter().map(|p| (p.id, p));
        let mut products: HashMap<ProductId, Product> = products.collect();
        let mut offers = offers_by_product(self.reader, &ids, self.options.as_of)?;
        for ranked in chunk {
            let candidate = &found[ranked.at];
            let Some(product) = products.remove(&candidate.product) else { continue };
            let own = offers.remove(&candidate.product).unwrap_or_default();
            if self.options.as_of.is_none() || !own.is_empty() {
                self.judge(candidate, ranked, product, own);
            }
        }
        Ok(())
    }

    fn judge(&mut self, candidate: &Candidate, ranked: Ranked, product: Product, own: Vec<Offer>) {
        let wanted = self.wanted();
        let foreign = |o: &Offer| o.price.map(|p| p.currency).filter(|c| wanted.is_some_and(|w| w != *c));
        self.converted.extend(own.iter().filter_map(foreign));
        match judge(&product.facts, own, self.must, &self.rates) {
            Verdict::Fits(offers) => {
                self.fitting += usize::from(self.families.add(&product.facts));
                let (score, why) = (ranked.score, ranked.why);
                self.hits.push(Hit { product, offers, score, why, variants: Variants::default() });
            }
            Verdict::Misses(offer, misses) => {
                self.foreign_currency += usize::from(misses.contains("the limit is in"));
                // Only what matches best is worth telling that it nearly fits.
                if candidate.stage == 0 {
                    self.near_misses.push(NearMiss { product, offer: offer.map(|o| *o), misses });
                }
            }
            Verdict::Out => {}
        }
    }

    /// The currency of the limit.
    fn wanted(&self) -> Option<Currency> {
        [&self.must.max_price, &self.must.min_price].into_iter().flatten().find_map(|limit| limit.currency)
    }

    /// How prices in other currencies than the limit's were compared with it.
    fn compared(&self) -> Vec<String> {
        let Some(wanted) = self.wanted() else { return Vec::new() };
        let at = self.options.as_of.unwrap_or(Timestamp::UNIX_EPOCH);
        let basis = |currency: Currency| self.rates.convert(Money::new(100, currency), wanted, at).map(|c| c.basis());
        let told =
            |c: &Currency| Some(format!("prices in {c} were compared with the limit in {wanted} {}", basis(*c)?));
        self.converted.iter().filter_map(told).collect()
    }
}

/// By words; where there are none, the popular products, then the new ones.
fn candidates(
    reader: &Reader,
    vocabulary: &Vocabulary,
    query: &Query,
    most: usize,
) -> store::Result<(Vec<Candidate>, bool)> {
    if !query.is_empty() {
        return Ok(query.candidates(vocabulary, most));
    }
    let popular = reader.popular(most + 1)?;
    let more = popular.len() > most;
    let candidate = |product| Candidate { product, stage: 0, score: 0.0, met: 0 };
    Ok((popular.into_iter().take(most).map(candidate).collect(), more))
}

pub(super) fn offers_by_product(
    reader: &Reader,
    ids: &[ProductId],
    as_of: Option<Timestamp>,
) -> store::Result<HashMap<ProductId, Vec<Offer>>> {
    let mut grouped: HashMap<ProductId, Vec<Offer>> = HashMap::new();
    for offer in reader.offers_of(ids)? {
        grouped.entry(offer.product).or_default().push(offer);
    }
    if let Some(moment) = as_of {
        for (id, offers) in &mut grouped {
            let history = reader.history(*id, None)?;
            *offers = offers.drain(..).filter_map(|offer| back_then(offer, &history, moment)).collect();
        }
        grouped.retain(|_, offers| !offers.is_empty());
    }
    Ok(grouped)
}

/// An offer as it was known at a moment: its last good price then; `None` where it had not been seen yet.
fn back_then(mut offer: Offer, history: &PriceHistory, moment: Timestamp) -> Option<Offer> {
    let known: Vec<&PricePoint> = history.points.iter().filter(|p| p.offer == offer.id && p.at <= moment).collect();
    let last = known.last()?;
    offer.attempted_at = Some(last.at);
    offer.last_outcome = last.outcome;
    let good = known.iter().rev().find(|p| p.outcome.is_good() && p.price.is_some());
    offer.price = good.and_then(|p| p.price);
    offer.list_price = good.and_then(|p| p.list_price);
    offer.observed_at = good.map(|p| p.at);
    // Stock and unit price are known as of now only.
    offer.unit_price = None;
    offer.availability = Availability::Unknown;
    Some(offer)
}

#[cfg(test)]
mod tests;
