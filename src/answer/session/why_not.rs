//! "Why not the Norrvik?": the conditions that it breaks, else the claims by which it loses to the pick.
//!
//! Both are computed: conditions by the filters that left it out, claims by the same utility that chose the pick.

use super::search::{cards, run};
use super::turn::{Emit, Facts, Result, Turn, direct, with_direct};
use super::{coverage, decide, suggest};
use crate::answer::event::{Found, Outcome};
use crate::answer::evidence::CardFacts;
use crate::answer::phrases::Phrases;
use crate::answer::{as_of, claims, clean, compare as table, pick, rows};
use crate::domain::*;
use crate::retrieval::{self, Named};
use crate::store::StoreError;

/// Products looked at for a name that fits several.
const CANDIDATES: usize = 40;
/// Claims told for the pick.
const FOR_THE_PICK: usize = 3;

pub fn why_not(turn: &Turn, emit: Emit) -> Result {
    let Some(asked) = asked(turn)? else {
        let said = turn.need.products.first().map_or("that", String::as_str);
        let reason = format!("\"{}\" is not in the data", clean::line(said, clean::TITLE));
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(Facts { outcome: Outcome::Nothing, coverage: coverage::empty(turn)?, ..Facts::default() });
    };
    let offers = rows::offers_at(turn.reader, asked.id, turn.as_of)?;
    let (must, _) = retrieval::applicable(&turn.need.must, turn.vocabulary);
    let broken = retrieval::broken(&asked.facts, &offers, &must, &turn.reader.rates(turn.now)?);
    let mut ids: Vec<ProductId> = rival(turn, asked.id)?.into_iter().collect();
    ids.push(asked.id);
    let comparison = table::compare(turn.reader, &ids, turn.need, turn.as_of)?;
    let shown = comparison.products.clone();
    let mut covered = coverage::empty(turn)?;
    covered.products_considered = u32::try_from(shown.len()).unwrap_or(u32::MAX);
    coverage::add_rows(turn, &mut covered, &shown);
    emit(Found::Comparison(comparison));
    let cards = cards(turn, &shown)?;
    let number = u32::try_from(shown.len()).unwrap_or(1);
    let mut choice = pick::choose(&cards, turn.need, &|_| 1.0);
    if let Some(aspect) = &turn.need.fact {
        decide::by(turn, &cards, aspect, &mut choice);
    }
    let lead =
        if shown.len() == 1 { alone(turn, &cards, &broken) } else { against(turn, &cards, number, &broken, &choice) };
    let all = with_direct(lead.clone(), claims::build(&cards, turn.need, Some(&choice)));
    Ok(Facts {
        suggested: suggest::after_search(turn.need, &cards),
        lead: all.iter().take(lead.len()).cloned().collect(),
        rows: shown,
        cards,
        claims: all,
        coverage: covered,
        ..Facts::default()
    })
}

/// The product asked about: as it is named, and of several the one that comes nearest to the conditions.
fn asked(turn: &Turn) -> std::result::Result<Option<Product>, StoreError> {
    let Some(phrase) = turn.need.products.first() else { return Ok(None) };
    let several = match retrieval::resolve_product(turn.reader, turn.vocabulary, phrase)? {
        Named::One(id) => return at_the_time(turn, turn.reader.product(id)?),
        Named::Several(ids) => ids,
        Named::None => Vec::new(),
    };
    // A brand names many things: the one of the kind that was looked for.
    let brand = turn.vocabulary.brand(phrase).map(str::to_owned);
    let must = Constraints {
        category: turn.need.must.category.clone(),
        brands: brand.clone().into_iter().collect(),
        ..Constraints::default()
    };
    let wider = Need { kind: QuestionKind::Search, must, ..turn.need.clone() };
    let mut ids: Vec<ProductId> = Vec::new();
    if brand.is_some() {
        ids.extend(run(turn, &wider, CANDIDATES)?.hits.iter().map(|h| h.product.id));
    }
    ids.extend(several.iter().filter(|id| !ids.contains(id)).copied().collect::<Vec<_>>());
    let kind = match turn.previous.and_then(|p| p.pick.or(p.rows.first().map(|r| r.product))) {
        Some(id) => turn.reader.product(id)?.and_then(|p| p.facts.category),
        None => None,
    };
    let (must, _) = retrieval::applicable(&turn.need.must, turn.vocabulary);
    let rates = turn.reader.rates(turn.now)?;
    let mut best: Option<((bool, usize), Product)> = None;
    for product in turn.reader.products(&ids)? {
        let offers = rows::offers_at(turn.reader, product.id, turn.as_of)?;
        let breaks = retrieval::broken(&product.facts, &offers, &must, &rates).len();
        let place = (kind.is_some() && product.facts.category != kind, breaks);
        if best.as_ref().is_none_or(|(held, _)| place < *held) {
            best = Some((place, product));
        }
    }
    at_the_time(turn, best.map(|(_, product)| product))
}

fn at_the_time(turn: &Turn, product: Option<Product>) -> std::result::Result<Option<Product>, StoreError> {
    match product {
        Some(product) => as_of::known(turn.reader, product, turn.as_of),
        None => Ok(None),
    }
}

/// What the asked one is held against: the pick, or where that is asked about the next one shown.
fn rival(turn: &Turn, asked: ProductId) -> std::result::Result<Option<ProductId>, StoreError> {
    let Some(previous) = turn.previous else { return Ok(None) };
    let shown = previous.rows.iter().map(|r| r.product);
    let id = previous.pick.into_iter().chain(shown).find(|id| *id != asked);
    Ok(match id {
        Some(id) => turn.reader.product(id)?.map(|p| p.id),
        None => None,
    })
}

/// A sentence for the conditions that a product breaks.
fn breaks(phrases: &Phrases, name: &str, number: u32, broken: &[String], excluded: Option<&str>) -> Claim {
    let text = match excluded {
        Some(what) => phrases.say("left_out", &[("name", name), ("what", what)]),
        None => {
            let broken: Vec<String> = broken.iter().map(|condition| phrases.told(condition)).collect();
            phrases.say("breaks", &[("name", name), ("what", &broken.join("; "))])
        }
    };
    direct(ClaimKind::Drawback, "conditions", number, text)
}

/// The brand or shop that the shopper does not want and that this is.
fn unwanted<'n>(turn: &'n Turn, card: &Card) -> Option<&'n str> {
    let own = |name: &&String| card.fact("brand").is_some_and(|f| f.text.eq_ignore_ascii_case(name));
    turn.need.must.not_brands.iter().find(own).map(String::as_str)
}

fn alone(turn: &Turn, cards: &[Card], broken: &[String]) -> Vec<Claim> {
    let Some(card) = cards.first() else { return Vec::new() };
    let phrases = Phrases::of(turn.need.language);
    if !broken.is_empty() {
        return vec![breaks(phrases, card.name(), card.number, broken, unwanted(turn, card))];
    }
    let text = phrases.say("nothing_against", &[("name", card.name())]);
    vec![direct(ClaimKind::Fit, "conditions", card.number, text)]
}

/// What is told where there is a rival: conditions first, then what the better one is better in, then what the other is.
fn against(turn: &Turn, cards: &[Card], asked: u32, broken: &[String], choice: &pick::Choice) -> Vec<Claim> {
    let find = |number: u32| cards.iter().find(|c| c.number == number);
    let (Some(rival), Some(own)) = (find(1), find(asked)) else { return Vec::new() };
    let phrases = Phrases::of(turn.need.language);
    let was_pick = turn.previous.and_then(|p| p.pick) == Some(own.product);
    let mut told = Vec::new();
    if !broken.is_empty() {
        told.push(breaks(phrases, own.name(), asked, broken, unwanted(turn, own)));
    }
    let ahead = if choice.pick() == Some(asked) { own } else { rival };
    let close = choice.close_to.is_some();
    let sentence = match (was_pick, ahead.number == asked, broken.is_empty()) {
        (true, ..) => "is_pick",
        (false, true, true) => "alone_better",
        (false, true, false) => "but_for_that",
        (false, false, _) if close => "close_before",
        (false, false, _) => "serves_better",
    };
    let text = phrases.say(sentence, &[("name", own.name()), ("other", rival.name())]);
    told.push(Claim {
        cards: vec![ahead.number, 1 + asked - ahead.number],
        ..direct(ClaimKind::Fit, "utility", ahead.number, text)
    });
    // Comparisons are built for the leader of the ranking: once for each side.
    for (side, most) in [(if was_pick { asked } else { 1 }, FOR_THE_PICK), (if was_pick { 1 } else { asked }, 1)] {
        let lead = pick::Choice { ranking: side_first(choice, side), close_to: None };
        let better = claims::build(cards, turn.need, Some(&lead))
            .into_iter()
            .filter(|c| c.kind == ClaimKind::Comparison && c.cards.first() == Some(&side) && c.cards.len() == 2);
        told.extend(better.take(most));
    }
    told
}

fn side_first(choice: &pick::Choice, side: u32) -> Vec<pick::Scored> {
    let mut ranking = choice.ranking.clone();
    ranking.sort_by_key(|s| s.number != side);
    ranking
}
