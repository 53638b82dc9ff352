//! Words of a search that tell one product from another: "the Hush 60", "canister", "140 cm wide", "south".
//!
//! What titles and attributes state of such words decides; texts do not. Never ranks.

use super::search::run;
use super::turn::Turn;
use crate::domain::*;
use crate::retrieval::{self, Hit, NearMiss, fold, name_key};
use crate::store::StoreError;

/// Products looked at without the limits on the price.
const BEYOND: usize = 24;

/// Of what was found keeps what states all that any of it states of the words asked for, where there is such.
pub fn keep(need: &Need, hits: &mut Vec<Hit>) {
    let words = words(need);
    let told: Vec<&String> = words.iter().filter(|w| hits.iter().any(|hit| states(&hit.product.facts, w))).collect();
    let whole = |hit: &Hit| told.iter().all(|w| states(&hit.product.facts, w));
    if hits.iter().any(whole) {
        hits.retain(whole);
    }
}

/// "A stay in the mountains for 60" where all within 60 are by the sea: what has the word and costs another price.
pub fn beyond_the_price(turn: &Turn, hits: &[Hit]) -> Result<Option<Vec<NearMiss>>, StoreError> {
    let need = turn.need;
    let Some(first) = hits.first().filter(|_| need.must.max_price.is_some() || need.must.min_price.is_some()) else {
        return Ok(None);
    };
    let has = |facts: &ProductFacts, w: &str| retrieval::mentions(facts, w) || states(facts, w);
    let mentioned = |w: &String| hits.iter().any(|hit| has(&hit.product.facts, w));
    // A figure may be said in many ways.
    let plain = |w: &String| !w.contains(|c: char| c.is_ascii_digit());
    let missing: Vec<String> = words(need).into_iter().filter(|w| plain(w) && !mentioned(w)).collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let must = Constraints { min_price: None, max_price: None, ..need.must.clone() };
    let wider = run(turn, &Need { must, ..need.clone() }, BEYOND)?;
    let called = |hit: &Hit| missing.iter().all(|w| in_words(&hit.product.facts.title, w));
    let same_kind = |hit: &Hit| hit.product.facts.category.as_ref().is_some_and(|own| root(own) == root_of(first));
    let rates = turn.reader.rates(turn.now)?;
    let told = wider.hits.into_iter().filter(|hit| called(hit) && same_kind(hit)).map(|hit| {
        let misses = retrieval::broken(&hit.product.facts, &hit.offers, &need.must, &rates).join(", ");
        NearMiss { offer: hit.offers.into_iter().next(), product: hit.product, misses }
    });
    let told: Vec<NearMiss> = told.collect();
    Ok((!told.is_empty()).then_some(told))
}

fn root(category: &str) -> &str {
    category.split('>').next().unwrap_or_default().trim()
}

fn root_of(hit: &Hit) -> &str {
    hit.product.facts.category.as_deref().map_or("", root)
}

/// The words of a search in the singular, without small ones.
fn words(need: &Need) -> Vec<String> {
    let all = need.words.iter().flat_map(|phrase| phrase.split([' ', '-']));
    all.filter(|w| !retrieval::is_stop_word(w) && w.chars().count() > 1).map(name_key).collect()
}

/// Whether a product's title or one of its attributes states a word; `140cm` is stated by a figure.
fn states(facts: &ProductFacts, word: &str) -> bool {
    let has = |text: &str| in_words(text, word);
    let figure = word.trim_end_matches(char::is_alphabetic);
    let number: Option<f64> = figure.parse().ok().filter(|_| figure.len() < word.len());
    let attribute = |a: &Attribute| match &a.value {
        // What does not state a property may have it all the same.
        AttributeValue::Flag(_) => false,
        AttributeValue::Text(text) => has(text),
        AttributeValue::Number { value, unit } => {
            number.is_some_and(|n| (n - value).abs() < 1e-6 && fold(unit) == word[figure.len()..])
        }
    };
    has(&facts.title) || facts.attributes.iter().any(attribute)
}

/// Whether a word in the singular is one of a text's.
fn in_words(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|w| !w.is_empty() && name_key(w) == word)
}
