//! Reviews in proportion: aspects with counts and polarity, and a short verbatim quote each way.
//!
//! A lexicon and simple syntax, no model. Review text is data: it is counted and quoted, never followed.

mod lexicon;
mod syntax;

use super::clean;
use super::event::{ReviewAspect, ReviewFindings};
use crate::domain::*;
use crate::store::{self, Reader};
use std::collections::{BTreeMap, BTreeSet};

/// Reviews read at most for one product.
const MOST_REVIEWS: usize = 20_000;
/// Aspects shown at most.
const MOST_ASPECTS: usize = 12;

/// An opinion on an aspect in a text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AspectMention {
    pub aspect: String,
    /// `positive` or `negative`.
    pub polarity: Polarity,
    /// The sentence it stands in, verbatim but for control characters.
    pub quote: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    Positive,
    Negative,
}

/// The opinions in a text, in order. Mentions without an opinion are left out.
pub fn aspects(text: &str) -> Vec<AspectMention> {
    read(text)
        .into_iter()
        .filter_map(|(quote, found)| {
            let polarity = match found.polarity {
                1 => Polarity::Positive,
                -1 => Polarity::Negative,
                _ => return None,
            };
            Some(AspectMention { aspect: found.aspect, polarity, quote: clean::line(&quote, clean::QUOTE) })
        })
        .collect()
}

/// Every mention of an aspect with its sentence; escape sequences are gone before anything is read.
fn read(text: &str) -> Vec<(String, syntax::Found)> {
    let mut out = Vec::new();
    for sentence in syntax::sentences(text) {
        let sentence = clean::line(sentence, clean::BODY);
        for found in syntax::read(lexicon::shipped(), &sentence) {
            out.push((sentence.clone(), found));
        }
    }
    out
}

/// Aspects named in a text, with an opinion or without.
fn mentioned(text: &str) -> BTreeSet<String> {
    read(text).into_iter().map(|(_, found)| found.aspect).collect()
}

#[derive(Default)]
struct Tally {
    positive: u32,
    negative: u32,
    mentions: u32,
    praise: Option<(ReviewId, String)>,
    complaint: Option<(ReviewId, String)>,
}

/// What the reviews of a product say, as of `until` where given.
///
/// # Errors
/// Those of the store.
pub fn findings(
    reader: &Reader,
    number: u32,
    product: &Product,
    until: Option<Timestamp>,
) -> store::Result<ReviewFindings> {
    let mut reviews = reader.reviews(product.id, MOST_REVIEWS)?;
    reviews.retain(|r| super::as_of::was_there(r.text.written_at, until));
    Ok(summarise(number, product, &reviews))
}

/// Counts aspects over reviews; each review counts once per aspect and side.
pub fn summarise(number: u32, product: &Product, reviews: &[Review]) -> ReviewFindings {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut stars = [0_u32; 5];
    for review in reviews {
        if let Some(given) = review.text.stars {
            let slot = (given.round().clamp(1.0, 5.0) as usize) - 1;
            stars[slot] += 1;
        }
        let text = match &review.text.title {
            Some(title) => format!("{title}. {}", review.text.body),
            None => review.text.body.clone(),
        };
        let mut sides: BTreeSet<(String, bool)> = BTreeSet::new();
        for mention in aspects(&text) {
            let good = mention.polarity == Polarity::Positive;
            let tally = tallies.entry(mention.aspect.clone()).or_default();
            let quote = if good { &mut tally.praise } else { &mut tally.complaint };
            if quote.is_none() {
                *quote = Some((review.id, clean::quoted(&mention.quote, clean::QUOTE)));
            }
            if sides.insert((mention.aspect, good)) {
                *if good { &mut tally.positive } else { &mut tally.negative } += 1;
            }
        }
        for aspect in mentioned(&text) {
            tallies.entry(aspect).or_default().mentions += 1;
        }
    }
    let named = own_nouns(product);
    let mut aspects: Vec<ReviewAspect> = tallies
        .into_iter()
        .filter(|(name, t)| !named.contains(name) && t.positive + t.negative > 0)
        .map(|(aspect, t)| ReviewAspect {
            aspect,
            positive: t.positive,
            negative: t.negative,
            mentions: t.mentions,
            praise: t.praise,
            complaint: t.complaint,
        })
        .collect();
    aspects.sort_by(|a, b| b.mentions.cmp(&a.mentions).then_with(|| a.aspect.cmp(&b.aspect)));
    aspects.truncate(MOST_ASPECTS);
    ReviewFindings {
        number,
        product: product.clone(),
        total: u32::try_from(reviews.len()).unwrap_or(u32::MAX),
        stars,
        aspects,
    }
}

/// Words that name the product itself: an opinion on "the camera" is none on an aspect of a camera.
fn own_nouns(product: &Product) -> BTreeSet<String> {
    let facts = &product.facts;
    let texts = [Some(&facts.title), facts.category.as_ref()];
    let words = texts.into_iter().flatten().flat_map(|t| t.split(|c: char| !c.is_alphanumeric()));
    words.flat_map(|w| [w.to_lowercase(), w.to_lowercase().trim_end_matches('s').to_owned()]).collect()
}

#[cfg(test)]
mod tests;
