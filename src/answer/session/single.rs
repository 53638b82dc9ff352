//! Questions on one product: a property of it, its price history, its reviews.

use super::products::{self, Resolved};
use super::turn::{Emit, Facts, Result, Turn, direct, with_direct};
use super::{coverage, suggest};
use crate::answer::event::{Found, Outcome, ResultRow, ReviewAspect, Verdict};
use crate::answer::evidence::{CardFacts, day_text};
use crate::answer::history::{self as prices, past};
use crate::answer::phrases::Phrases;
use crate::answer::{as_of, aspect, claims, property, reviews as opinions, rows};
use crate::domain::*;
use crate::store::StoreError;

/// Claims told of a product that is only named.
const OVERVIEW: usize = 4;

/// The product asked about as card number 1, or what stops the answer.
enum Subject {
    Product(Box<ResultRow>),
    Stop(Box<Facts>),
}

fn subject(turn: &Turn, emit: &mut dyn FnMut(Found)) -> std::result::Result<Subject, StoreError> {
    let stop = |outcome, coverage| Subject::Stop(Box::new(Facts { outcome, coverage, ..Facts::default() }));
    let id = match products::named(turn, 1)? {
        Resolved::Products(ids) => ids.first().copied(),
        Resolved::Stop(found, outcome) => {
            emit(*found);
            return Ok(stop(outcome, coverage::empty(turn)?));
        }
    };
    let product = match id {
        Some(id) => turn.reader.product(id)?,
        None => None,
    };
    let known = match product {
        Some(product) => as_of::known(turn.reader, product, turn.as_of)?,
        None => None,
    };
    let Some(product) = known else {
        let reason = match turn.as_of {
            Some(moment) => format!("nothing was known of it by {}", day_text(moment)),
            None => "the product is no longer in the data".to_owned(),
        };
        emit(Found::Nothing { reason, near_misses: Vec::new() });
        return Ok(stop(Outcome::Nothing, coverage::empty(turn)?));
    };
    let offers = rows::offers_at(turn.reader, product.id, turn.as_of)?;
    Ok(Subject::Product(Box::new(rows::row(1, product, offers, turn.need, Vec::new()))))
}

fn covered(turn: &Turn, row: &ResultRow) -> std::result::Result<Coverage, StoreError> {
    let mut covered = coverage::empty(turn)?;
    covered.products_considered = 1;
    coverage::add_rows(turn, &mut covered, std::slice::from_ref(row));
    Ok(covered)
}

/// "Is it dishwasher safe?"
pub fn fact(turn: &Turn, emit: Emit) -> Result {
    let row = match subject(turn, emit)? {
        Subject::Product(row) => *row,
        Subject::Stop(facts) => return Ok(*facts),
    };
    let Some(asked) = turn.need.fact.clone().filter(|f| !f.trim().is_empty()) else { return overview(turn, row, emit) };
    let found = property::look_up(turn.reader, &row, &asked, &turn.need.must, turn.as_of)?;
    // What a bound was held against goes by its own name.
    let asked = match &found.said {
        property::Said::Held { label, .. } | property::Said::Unstated { label } => label.clone(),
        property::Said::NotAt { shop } => format!("at {shop}"),
        _ => asked,
    };
    emit(Found::Fact {
        number: row.number,
        product: row.product.clone(),
        asked: asked.clone(),
        verdict: found.verdict,
        facts: found.facts.clone(),
    });
    let mut cards = super::search::cards(turn, std::slice::from_ref(&row))?;
    if let Some(card) = cards.first_mut() {
        card.kind = CardKind::Product;
        for fact in found.facts.into_iter().chain(found.near.iter().cloned()) {
            if !card.facts.iter().any(|f| f.field == fact.field && f.row == fact.row) {
                card.facts.push(fact);
            }
        }
    }
    let name = cards.first().map_or_else(String::new, |c| c.name().to_owned());
    let kind = if found.verdict == Verdict::NotStated { ClaimKind::Missing } else { ClaimKind::Attribute };
    let phrases = Phrases::of(turn.need.language);
    let mut told = vec![direct(kind, &asked, row.number, property::sentence(phrases, &name, &asked, &found.said))];
    let nearest = property::nearest(phrases, &name, &found.near);
    told.extend(nearest.map(|text| direct(ClaimKind::Attribute, &asked, row.number, text)));
    let on_it = told.len();
    let claims = with_direct(told, turn.claims(&cards));
    let outcome = match found.verdict {
        Verdict::Yes | Verdict::Stated => Outcome::Answered,
        Verdict::No => Outcome::Nothing,
        Verdict::NotStated => Outcome::NotEnough,
    };
    Ok(Facts {
        coverage: covered(turn, &row)?,
        suggested: suggest::after_product(turn.need, &cards),
        lead: claims.iter().take(on_it).cloned().collect(),
        // What is asked is one thing: another fact of the product answers nothing.
        told_all: true,
        rows: vec![row],
        cards,
        claims,
        outcome,
        ..Facts::default()
    })
}

/// A product named without a question: what is known of it.
fn overview(turn: &Turn, row: ResultRow, emit: Emit) -> Result {
    let mut cards = super::search::cards(turn, std::slice::from_ref(&row))?;
    let facts = cards.first_mut().map_or_else(Vec::new, |card| {
        card.kind = CardKind::Product;
        card.facts.iter().filter(|f| f.field != "name").cloned().collect()
    });
    let (number, product) = (row.number, row.product.clone());
    emit(Found::Fact { number, product, asked: "overview".to_owned(), verdict: Verdict::Stated, facts });
    let claims = turn.claims(&cards);
    Ok(Facts {
        coverage: covered(turn, &row)?,
        suggested: suggest::after_product(turn.need, &cards),
        lead: claims.iter().take(OVERVIEW).cloned().collect(),
        rows: vec![row],
        cards,
        claims,
        ..Facts::default()
    })
}

/// "Is now a good time to buy?"
pub fn history(turn: &Turn, emit: Emit) -> Result {
    let row = match subject(turn, emit)? {
        Subject::Product(row) => *row,
        Subject::Stop(facts) => return Ok(*facts),
    };
    let (points, summary) = prices::known(turn.reader, row.product.id, None, turn.as_of)?;
    emit(Found::History {
        number: row.number,
        product: row.product.clone(),
        history: points.clone(),
        summary: summary.clone().map(Box::new),
    });
    let mut cards = super::search::cards(turn, std::slice::from_ref(&row))?;
    if let Some(card) = cards.first_mut() {
        card.kind = CardKind::PriceHistory;
    }
    let name = cards.first().map_or_else(String::new, |c| c.name().to_owned());
    let mut first = Vec::new();
    let phrases = Phrases::of(turn.need.language);
    let asked = summary.as_ref().and_then(|summary| {
        let days = u64::from(summary.days_observed);
        let window = cards.first().map_or_else(String::new, |card| claims::window_text(phrases, card, days));
        let asked = past::Asked {
            phrases,
            name: &name,
            history: &points,
            summary,
            asked: turn.need.fact.as_deref(),
            period: turn.need.period,
            limit: turn.need.must.max_price,
            offer: row.offer.as_ref(),
            now: turn.now,
            window: &window,
        };
        past::tell(&asked)
    });
    let goes_on = asked.as_ref().is_none_or(|told| told.goes_on);
    let outcome = match (&asked, &summary) {
        (Some(told), _) => told.outcome,
        (None, Some(_)) => Outcome::Answered,
        (None, None) => Outcome::NotEnough,
    };
    if let (Some(card), Some(told)) = (cards.first_mut(), &asked) {
        card.facts.extend(told.facts.iter().cloned());
    }
    for text in asked.into_iter().flat_map(|told| told.sentences) {
        let kind = if outcome == Outcome::NotEnough { ClaimKind::Missing } else { ClaimKind::Price };
        first.push(direct(kind, "price", row.number, text));
    }
    match &summary {
        Some(summary) if goes_on => {
            if let Some((_, text)) = prices::verdict(phrases, &name, summary) {
                first.push(direct(ClaimKind::Price, "price", row.number, text));
            }
        }
        Some(_) => {}
        None => {
            let text = phrases.say("no_price", &[("name", &name)]);
            first.push(direct(ClaimKind::Missing, "price", row.number, text));
        }
    }
    let said = first.len();
    let claims = with_direct(first, turn.claims(&cards));
    let of_price = |c: &&Claim| {
        matches!(c.aspect.as_str(), "price" | "list price" | "price history")
            && (matches!(c.kind, ClaimKind::Price | ClaimKind::Drawback | ClaimKind::Missing))
    };
    let lead = claims.iter().filter(of_price).take(if goes_on { 4.max(said) } else { said }).cloned().collect();
    Ok(Facts {
        coverage: covered(turn, &row)?,
        suggested: suggest::after_product(turn.need, &cards),
        outcome,
        told_all: !goes_on,
        rows: vec![row],
        cards,
        claims,
        lead,
        ..Facts::default()
    })
}

/// "What do people say about it?"
pub fn reviews(turn: &Turn, emit: Emit) -> Result {
    let row = match subject(turn, emit)? {
        Subject::Product(row) => *row,
        Subject::Stop(facts) => return Ok(*facts),
    };
    let findings = opinions::findings(turn.reader, row.number, &row.product, turn.as_of)?;
    let (total, aspects) = (findings.total, findings.aspects.clone());
    emit(Found::Reviews(findings));
    let mut cards = super::search::cards(turn, std::slice::from_ref(&row))?;
    if let Some(card) = cards.first_mut() {
        card.kind = CardKind::Reviews;
    }
    let name = cards.first().map_or_else(String::new, |c| c.name().to_owned());
    let mut first = Vec::new();
    if total == 0 {
        let text = Phrases::of(turn.need.language).say("no_reviews", &[("name", &name)]);
        first.push(direct(ClaimKind::Missing, "reviews", row.number, text));
    }
    let mut outcome = if total > 0 { Outcome::Answered } else { Outcome::NotEnough };
    if let Some(asked) = turn.need.fact.as_deref().filter(|_| total > 0) {
        let phrases = Phrases::of(turn.need.language);
        let found = mentioned(&aspects, asked);
        if found.is_empty() {
            let reviews = phrases.counted("reviews", u64::from(total), &[]);
            let (total, aspect) = (total.to_string(), phrases.aspect(asked));
            let parts = [("name", &*name), ("total", &total), ("reviews", &reviews), ("aspect", &aspect)];
            first.push(direct(ClaimKind::Missing, asked, row.number, phrases.say("no_mention", &parts)));
            outcome = Outcome::NotEnough;
        }
        for aspect in found {
            let counts = [total, aspect.mentions, aspect.positive, aspect.negative].map(u64::from);
            let text = claims::share_text(phrases, &name, &aspect.aspect, counts);
            first.push(direct(ClaimKind::Review, &aspect.aspect, row.number, text));
        }
    }
    let on_aspect = first.len();
    let claims = with_direct(first, turn.claims(&cards));
    // A complaint that many share is a drawback, told by the word for reviews.
    let word = Phrases::of(turn.need.language).counted("reviews", u64::from(total), &[]);
    let of_reviews = |c: &&Claim| {
        c.kind == ClaimKind::Review || c.kind == ClaimKind::Drawback && c.text.contains(&format!(" {word} "))
    };
    let mut lead: Vec<Claim> = claims.iter().filter(of_reviews).take(3).cloned().collect();
    if total == 0 || on_aspect > 0 {
        lead = claims.iter().take(on_aspect).cloned().collect();
    }
    Ok(Facts {
        coverage: covered(turn, &row)?,
        suggested: suggest::after_product(turn.need, &cards),
        outcome,
        told_all: on_aspect > 0,
        rows: vec![row],
        cards,
        claims,
        lead,
        ..Facts::default()
    })
}

/// What reviews say of the aspect asked about, under any name that the miner gives it.
fn mentioned<'a>(aspects: &'a [ReviewAspect], asked: &str) -> Vec<&'a ReviewAspect> {
    let canonical = opinions::canonical(asked);
    let same = |a: &&ReviewAspect| {
        a.aspect == asked || Some(&a.aspect) == canonical.as_ref() || aspect::same(&a.aspect, asked)
    };
    let exact: Vec<&ReviewAspect> = aspects.iter().filter(same).collect();
    if !exact.is_empty() {
        return exact;
    }
    // "battery" is spoken of where battery life is asked about, and the other way round.
    let first = |name: &str| name.split(' ').next().map(str::to_owned);
    aspects.iter().filter(|a| first(&a.aspect) == first(asked)).collect()
}
