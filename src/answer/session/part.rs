//! One kind of thing of an advice or a set: what of it is here and meets the conditions that can hold for it.
//!
//! Only what is of the kind by its category or its title counts; what merely mentions the word never does. Tells a kind
//! that is not sold here from one of which nothing fits.

use super::search;
use super::turn::Turn;
use crate::answer::clean;
use crate::domain::*;
use crate::retrieval::{Hit, Kind};
use crate::store::StoreError;

/// Products of a kind that tell what can be asked of it.
const LOOKED_AT: usize = 60;

/// A kind of thing with what of it fits.
pub struct Part {
    /// As it is shown.
    pub name: String,
    /// What is asked of this kind.
    pub need: Need,
    /// Of the kind and within every condition, best first.
    pub hits: Vec<Hit>,
    /// Where nothing fits though the kind is sold here: the nearest, and what it misses.
    pub unmet: Option<String>,
    /// It fits but for costing less than about what was said.
    pub cheaper: bool,
    pub considered: u32,
    pub method: String,
}

/// Looks a kind up. `whole`: the limit on the price is one on a sum of several things.
pub fn find(turn: &Turn, name: &str, whole: bool) -> Result<Part, StoreError> {
    let kind = Kind::new(name, turn.vocabulary);
    let mut need = part_need(turn.need, name);
    need.must.category = kind.category().map(str::to_owned);
    if whole {
        (need.must.max_price, need.must.min_price) = (None, None);
    }
    let open = Need {
        must: Constraints { category: need.must.category.clone(), ..Constraints::default() },
        wants: Vec::new(),
        ..need.clone()
    };
    let of_kind = |hits: Vec<Hit>| hits.into_iter().filter(|h| kind.holds(&h.product.facts)).collect::<Vec<_>>();
    let all = search::run(turn, &open, LOOKED_AT)?;
    let mut part = Part {
        name: clean::line(name, 60),
        need,
        hits: Vec::new(),
        unmet: None,
        cheaper: false,
        considered: u32::try_from(all.considered).unwrap_or(0),
        method: all.method,
    };
    let all = of_kind(all.hits);
    if all.is_empty() {
        return Ok(part);
    }
    keep_what_it_states(&mut part.need, &all);
    if let Some(about) = part.need.about {
        let must = Constraints { min_price: Some(about), ..part.need.must.clone() };
        part.hits = of_kind(search::run(turn, &Need { must, ..part.need.clone() }, LOOKED_AT)?.hits);
        if !part.hits.is_empty() {
            return Ok(part);
        }
    }
    let found = search::run(turn, &part.need, LOOKED_AT)?;
    part.hits = of_kind(found.hits);
    part.cheaper = part.need.about.is_some() && !part.hits.is_empty();
    if part.hits.is_empty() {
        let near = found.near_misses.into_iter().find(|miss| kind.holds(&miss.product.facts));
        let told =
            near.map(|miss| format!("{}: {}", clean::line(&miss.product.facts.title, clean::TITLE), miss.misses));
        part.unmet = Some(told.unwrap_or_else(|| "none meets every condition".to_owned()));
    }
    Ok(part)
}

/// The need of one part: its words, and the conditions of the whole.
fn part_need(need: &Need, part: &str) -> Need {
    Need {
        kind: QuestionKind::Search,
        question: part.to_owned(),
        words: vec![part.to_owned()],
        parts: Vec::new(),
        products: Vec::new(),
        ..need.clone()
    }
}

/// Conditions and wishes on what no product of the kind states say nothing of it: a headlamp has no least age.
fn keep_what_it_states(need: &mut Need, hits: &[Hit]) {
    let states = |name: &str| hits.iter().any(|h| h.product.facts.attribute(name).is_some());
    need.must.attributes.retain(|filter| states(&filter.name));
    need.must.stated.retain(|filter| states(&filter.name));
    need.wants.retain(|want| ["price", "rating"].contains(&want.aspect.as_str()) || states(&want.aspect));
}
