//! The pick: a utility that code computes from wants, rating, price and relevance, then reasons and one drawback.
//!
//! Does not depend on the order of the cards. Hard constraints were applied before; never applies them itself.

mod tiers;

use super::aspect;
use super::event::{Pick, Term, Utility};
use super::evidence::CardFacts;
use crate::domain::*;

/// Ratings are drawn towards this many stars, the usual mean of shops' ratings,
const PRIOR_STARS: f64 = 3.8;
/// with the weight of this many opinions (the usual shrinkage of a mean with few votes).
const PRIOR_COUNT: f64 = 20.0;
/// and with this one where they are worse than usual: a bad mark is believed sooner than a good one.
const PRIOR_COUNT_BELOW: f64 = 6.0;
/// A wish whose value is not stated counts for little: not stated is no merit.
const NOT_STATED: f64 = 0.1;
/// What is stated by one card only cannot be scaled; it still says more than silence.
const ONLY_ONE: f64 = 0.6;
/// What cannot be bought now stands behind everything that can and is not much worse.
const NOT_TO_BE_HAD: f64 = 0.5;
/// Two utilities closer than this share of the whole are called close.
const CLOSE: f64 = 0.03;
const WEIGHT_WANT: f64 = 1.5;
/// What was asked for as the utmost ("the quietest") decides.
const UTMOST: f64 = 4.0;
/// A low price that was only wished for ("not too expensive") is weighed against what one gets for it.
const WEIGHT_THRIFT: f64 = 1.2;
/// "Not too dear" is less than "cheap".
const NOT_DEAR: f64 = 0.75;
const WEIGHT_AGE: f64 = 1.0;
const WEIGHT_RATING: f64 = 1.5;
/// Where the rating was asked for.
const WEIGHT_RATING_ASKED: f64 = 2.5;
const WEIGHT_PRICE: f64 = 0.25;
const WEIGHT_RELEVANCE: f64 = 0.8;
/// So far behind the best score by words is without relevance; less is noise between texts that say the same.
const RELEVANCE_SPAN: f64 = 5.0;
/// An attribute that the need hardly asks for is no reason.
const WEAK: f64 = 0.6;
/// Reasons given at most.
const REASONS: usize = 3;

/// How one card fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub number: u32,
    pub product: ProductId,
    /// 0 to 1; less where it cannot be bought now.
    pub utility: f64,
    pub terms: Vec<Term>,
}

impl Scored {
    /// What it is like apart from price and relevance, 0 to 1.
    pub fn quality(&self) -> f64 {
        mean(self.terms.iter().filter(|t| !["price", RELEVANCE, GONE].contains(&t.name.as_str())))
    }
}

/// Names of terms that are no aspects.
const RELEVANCE: &str = "relevance";
const GONE: &str = "not in stock";

/// The ranking of the cards and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Best first.
    pub ranking: Vec<Scored>,
    /// The runner-up's card, where its utility is within a small margin.
    pub close_to: Option<u32>,
}

impl Choice {
    /// The card chosen.
    pub fn pick(&self) -> Option<u32> {
        self.ranking.first().map(|s| s.number)
    }
}

/// Stars drawn towards the usual mean where few gave them.
pub fn shrunk_stars(stars: f64, count: u64) -> f64 {
    let n = count as f64;
    let prior = if stars < PRIOR_STARS { PRIOR_COUNT_BELOW } else { PRIOR_COUNT };
    (stars * n + PRIOR_STARS * prior) / (n + prior)
}

/// Ranks cards by utility. `relevance` is retrieval's score by product.
pub fn choose(cards: &[Card], need: &Need, relevance: &dyn Fn(ProductId) -> f64) -> Choice {
    let mut ranking: Vec<Scored> = cards
        .iter()
        .map(|card| {
            let terms = terms(card, cards, need, relevance);
            let gone: f64 = terms.iter().filter(|t| t.name == GONE).map(|t| t.weight).sum();
            let utility = mean(terms.iter().filter(|t| t.name != GONE)) - gone;
            Scored { number: card.number, product: card.product, utility, terms }
        })
        .collect();
    ranking.sort_by(|a, b| b.utility.total_cmp(&a.utility).then(a.product.cmp(&b.product)));
    let close_to = match ranking.as_slice() {
        [first, second, ..] if first.utility - second.utility < CLOSE => Some(second.number),
        _ => None,
    };
    Choice { ranking, close_to }
}

/// The mean of terms by their weights; 0 for none.
fn mean<'t>(terms: impl Iterator<Item = &'t Term>) -> f64 {
    let (sum, weights) = terms.fold((0.0, 0.0), |(s, w), t| (s + t.weight * t.value, w + t.weight));
    if weights > 0.0 { sum / weights } else { 0.0 }
}

/// The terms of a card's utility among all cards, the same whatever their order.
fn terms(card: &Card, cards: &[Card], need: &Need, relevance: &dyn Fn(ProductId) -> f64) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut add = |name: &str, weight: f64, value: f64| terms.push(Term { name: name.to_owned(), weight, value });
    let wants = |aspect: &str| need.wants.iter().any(|w| aspect::same(&w.aspect, aspect));
    let age = need.must.attributes.iter().find(|filter| filter.op == Op::AtMost && is_age(&filter.name));
    if let Some(age) = age {
        add("age", WEIGHT_AGE, card.number(&age.name).map_or(NOT_STATED, |(least, _)| suits(least, age.value)));
    }
    for want in &need.wants {
        if aspect::key(&want.aspect) == "rating" || is_age(&want.aspect) && age.is_some() {
            continue;
        }
        let decides = want.is_superlative() || need.kind == QuestionKind::Compare && want.is_comparative();
        let weight = want.weight.clamp(0.1, 5.0) * if decides { UTMOST } else { 1.0 };
        let thrift = want.direction == Direction::Lower && aspect::key(&want.aspect) == "price" && !decides;
        if thrift {
            let mild = if want.said.starts_with("not ") { NOT_DEAR } else { 1.0 };
            add("price", WEIGHT_THRIFT * mild * weight, cheapness(card, cards));
        } else if let Some(people) = need.must.people.filter(|_| states_people(&aspect::key(&want.aspect))) {
            add(&aspect::label(&want.aspect), WEIGHT_WANT * weight, room_for(card, &want.aspect, people));
        } else {
            add(&aspect::label(&want.aspect), WEIGHT_WANT * weight, wanted(card, cards, want));
        }
    }
    if wants("rating") {
        let asked = need.wants.iter().find(|w| aspect::same(&w.aspect, "rating"));
        let decides = asked.is_some_and(|w| w.is_superlative() || need.kind == QuestionKind::Compare);
        let weight = asked.map_or(1.0, |w| w.weight.clamp(0.1, 5.0)) * if decides { UTMOST } else { 1.0 };
        add("rating", (WEIGHT_RATING_ASKED * weight).max(WEIGHT_RATING), merit(stars_of(card)));
    } else {
        add("rating", WEIGHT_RATING, merit(stars_of(card)));
    }
    if !wants("price") {
        add("price", WEIGHT_PRICE, cheapness(card, cards));
    }
    let best = cards.iter().map(|c| relevance(c.product)).fold(f64::NEG_INFINITY, f64::max);
    let relevant = (1.0 - (best - relevance(card.product)) / RELEVANCE_SPAN).clamp(0.0, 1.0);
    add(RELEVANCE, WEIGHT_RELEVANCE, relevant);
    if matches!(card.fact("in stock").map(|f| &f.value), Some(FactValue::Flag(false))) {
        // Its weight is taken off the mean.
        add(GONE, NOT_TO_BE_HAD, 1.0);
    }
    terms
}

/// Stars as a merit from 0 to 1.
fn merit(stars: f64) -> f64 {
    ((stars - 2.0) / 2.5).clamp(0.0, 1.0)
}

/// Shrunk stars; a card without a rating stands a little below the usual mean.
fn stars_of(card: &Card) -> f64 {
    match card.number("rating") {
        Some((stars, _)) => shrunk_stars(stars, card.count("ratings").unwrap_or(0)),
        None => PRIOR_STARS - 0.3,
    }
}

/// What the cheapest costs as a share of what this one does: a small difference is a small merit.
fn cheapness(card: &Card, cards: &[Card]) -> f64 {
    let Some((own, unit)) = card.number("price").filter(|(own, _)| *own > 0.0) else { return NOT_STATED };
    let same = cards.iter().filter_map(|c| c.number("price")).filter(|(_, u)| *u == unit).map(|(price, _)| price);
    (same.fold(own, f64::min) / own).clamp(0.0, 1.0)
}

fn is_age(name: &str) -> bool {
    aspect::of(name).is_some_and(|aspect| aspect.name == "age")
}

/// What is made for a child's own age suits it best; a toy for babies bores a child of ten.
fn suits(least: f64, age: f64) -> f64 {
    if age > 0.0 { (least / age).clamp(0.0, 1.0) } else { 1.0 }
}

/// Enough room is what counts; twice as much as is needed is worth less than just enough.
fn room_for(card: &Card, aspect: &str, people: u32) -> f64 {
    let Some((room, _)) = card.number(aspect) else { return NOT_STATED };
    let needed = f64::from(people.max(1));
    if room < needed { 0.0 } else { 1.0 - 0.5 * ((room - needed) / (2.0 * needed)).min(1.0) }
}

fn wanted(card: &Card, cards: &[Card], want: &Want) -> f64 {
    match want.direction {
        Direction::Yes => match card.fact(&want.aspect).map(|f| &f.value) {
            Some(FactValue::Flag(yes)) => f64::from(u8::from(*yes)),
            Some(_) => 1.0,
            None => NOT_STATED,
        },
        direction => scaled(card, cards, &want.aspect, direction),
    }
}

/// Min-max over the cards that state the field in the same unit: 1 is best.
fn scaled(card: &Card, cards: &[Card], field: &str, direction: Direction) -> f64 {
    let Some((value, unit)) = card.number(field) else { return NOT_STATED };
    let values = cards.iter().filter_map(|c| c.number(field)).filter(|(_, u)| *u == unit).map(|(v, _)| v);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if high <= low {
        return ONLY_ONE;
    }
    let share = (value - low) / (high - low);
    if direction == Direction::Lower { 1.0 - share } else { share }
}

/// The pick with its reasons: at most three, of different aspects, the most relevant first, and one drawback.
pub fn with_reasons(choice: &Choice, cards: &[Card], claims: &[Claim], need: &Need) -> Option<Pick> {
    let card = cards.iter().find(|c| Some(c.number) == choice.pick())?;
    let own = |c: &&Claim| c.cards.first() == Some(&card.number);
    let mut reasons: Vec<Claim> = Vec::new();
    for claim in claims.iter().filter(own).filter(|c| speaks_for(c, claims)) {
        if reasons.len() < REASONS && !reasons.iter().any(|r| aspect::same(&r.aspect, &claim.aspect)) {
            reasons.push(claim.clone());
        }
    }
    let drawback = claims
        .iter()
        .filter(own)
        .filter(|c| matches!(c.kind, ClaimKind::Drawback | ClaimKind::Missing))
        .find(|c| !(c.kind == ClaimKind::Drawback && reasons.iter().any(|r| r.text == c.text)))
        .cloned();
    Some(Pick {
        number: card.number,
        product: card.product,
        title: card.title.clone(),
        reasons,
        drawback,
        close_to: choice.close_to,
        budget: tiers::budget(choice, cards, need),
        upgrade: tiers::upgrade(choice, cards, need),
        stability: None,
        utilities: choice.ranking.iter().map(|s| utility_of(s, cards)).collect(),
    })
}

fn utility_of(scored: &Scored, cards: &[Card]) -> Utility {
    let title = cards.iter().find(|c| c.number == scored.number).map_or_else(String::new, |c| c.title.clone());
    Utility { number: scored.number, title, total: scored.utility, terms: scored.terms.clone() }
}

/// Whether a claim is a reason: neither against the product nor a bare figure where a stronger one of its aspect stands.
fn speaks_for(claim: &Claim, claims: &[Claim]) -> bool {
    match claim.kind {
        ClaimKind::Drawback | ClaimKind::Missing => false,
        ClaimKind::Attribute if claim.score < WEAK => false,
        ClaimKind::Attribute => {
            let stronger = |c: &Claim| {
                c.cards.first() == claim.cards.first()
                    && aspect::same(&c.aspect, &claim.aspect)
                    && !matches!(c.kind, ClaimKind::Attribute)
                    && c.score >= claim.score
            };
            !claims.iter().any(stronger)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests;
