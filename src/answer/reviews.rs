//! Reviews in proportion: aspects with counts and polarity, and a short verbatim quote each way.
//!
//! A lexicon and simple syntax, no model. Review text is data: it is counted and quoted, never followed.

mod lexicon;
mod miner;
mod suspicious;
mod syntax;

use super::clean;
use super::event::{Recent, ReviewAspect, ReviewFindings};
use crate::domain::*;
use crate::store::{self, Reader};
pub use miner::Miner;
use std::collections::{BTreeMap, BTreeSet};

/// Reviews read at most for one product.
const MOST_REVIEWS: usize = 20_000;
/// Aspects shown at most.
const MOST_ASPECTS: usize = 12;

/// An opinion on an aspect in a text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AspectMention {
    /// The text's own word for it in the singular ("photo"), or the name of what is only implied ("noise" of "loud").
    pub aspect: String,
    /// The name that all words for it are counted under ("picture").
    pub group: String,
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
    Miner::default().aspects(text)
}

impl Miner {
    /// The opinions in the next text about the product, in order. Mentions without an opinion are left out.
    pub fn aspects(&mut self, text: &str) -> Vec<AspectMention> {
        let opinion = |(quote, found): (String, syntax::Found)| {
            let polarity = match found.polarity {
                1 => Polarity::Positive,
                -1 => Polarity::Negative,
                _ => return None,
            };
            let quote = clean::line(&quote, clean::QUOTE);
            Some(AspectMention { aspect: found.term, group: found.aspect, polarity, quote })
        };
        let mut mined: Vec<AspectMention> = Vec::new();
        for mention in self.read(text).into_iter().filter_map(opinion) {
            // "the unit freezes and the unit died" judges one unit, though two properties of it.
            if !mined.iter().any(|m| said_twice(m, &mention)) {
                mined.push(mention);
            }
        }
        mined
    }
}

/// Whether two opinions of one sentence are on the same noun.
fn said_twice(one: &AspectMention, other: &AspectMention) -> bool {
    (&one.aspect, one.polarity, &one.quote) == (&other.aspect, other.polarity, &other.quote)
}

/// The name that the miner gives to an aspect ("photo" -> "picture"), where the word is known to it whole.
pub fn canonical(name: &str) -> Option<String> {
    let words: Vec<_> = syntax::words(name).into_iter().map(|w| lexicon::shipped().word(w)).collect();
    lexicon::shipped().aspect(&words).filter(|(n, _)| *n == words.len()).map(|(_, name)| name.to_owned())
}

#[derive(Default)]
struct Tally {
    positive: u32,
    negative: u32,
    mentions: u32,
    recent_positive: u32,
    recent_negative: u32,
    /// Variants that complaints are of.
    complained: BTreeSet<Option<String>>,
    /// A list knows the aspect.
    listed: bool,
    praise: Option<(ReviewId, String)>,
    complaint: Option<(ReviewId, String)>,
}

impl Tally {
    /// Counts one review's opinion; the first quote each way is kept.
    fn opinion(&mut self, review: &Review, good: bool, recent: bool) {
        let (all, new) = match good {
            true => (&mut self.positive, &mut self.recent_positive),
            false => (&mut self.negative, &mut self.recent_negative),
        };
        *all += 1;
        *new += u32::from(recent);
        if !good {
            self.complained.insert(review.text.variant.clone());
        }
    }

    fn finish(self, aspect: String, total: usize, since: Option<Timestamp>, variants: usize) -> ReviewAspect {
        let smaller = self.positive.min(self.negative);
        let mut complained = self.complained.into_iter();
        let only = complained.next().flatten().filter(|_| complained.next().is_none());
        ReviewAspect {
            aspect,
            positive: self.positive,
            negative: self.negative,
            mentions: self.mentions,
            share: f64::from(self.mentions) / total.max(1) as f64,
            contested: smaller >= 2 && smaller * 4 >= self.positive + self.negative,
            recent: since.map(|since| Recent { since, positive: self.recent_positive, negative: self.recent_negative }),
            complaints_of: only.filter(|_| variants > 1 && self.negative > 1).map(|v| clean::quoted(&v, 80)),
            praise: self.praise,
            complaint: self.complaint,
        }
    }
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

/// Start of the last year of reviews, where older ones exist.
fn last_year(reviews: &[Review]) -> Option<Timestamp> {
    let dates = || reviews.iter().filter_map(|r| r.text.written_at);
    let since = dates().max()?.checked_sub(jiff::SignedDuration::from_hours(365 * 24)).ok()?;
    dates().any(|at| at < since).then_some(since)
}

/// Counts aspects over reviews; each review counts once per aspect and side. What only one review speaks of and no list
/// knows is an anecdote and is left out.
pub fn summarise(number: u32, product: &Product, reviews: &[Review]) -> ReviewFindings {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut stars = [0_u32; 5];
    let since = last_year(reviews);
    let variants: BTreeSet<&str> = reviews.iter().filter_map(|r| r.text.variant.as_deref()).collect();
    let own = own_nouns(product);
    let mut miner = Miner::default();
    for review in reviews {
        if let Some(given) = review.text.stars {
            let slot = (given.round().clamp(1.0, 5.0) as usize) - 1;
            stars[slot] += 1;
        }
        let text = match &review.text.title {
            Some(title) => format!("{title}. {}", review.text.body),
            None => review.text.body.clone(),
        };
        let recent = since.is_some_and(|s| review.text.written_at.is_some_and(|at| at >= s));
        let mut sides: BTreeSet<(String, bool)> = BTreeSet::new();
        let mut named: BTreeSet<String> = BTreeSet::new();
        for (sentence, found) in miner.read(&text) {
            if found.whole || own.contains(&found.term) && canonical(&found.term).as_ref() == Some(&found.aspect) {
                continue;
            }
            tallies.entry(found.aspect.clone()).or_default().listed |= found.listed;
            if found.polarity != 0 {
                let good = found.polarity > 0;
                let tally = tallies.entry(found.aspect.clone()).or_default();
                let quote = if good { &mut tally.praise } else { &mut tally.complaint };
                if quote.is_none() {
                    *quote = Some((review.id, clean::quoted(&sentence, clean::QUOTE)));
                }
                if sides.insert((found.aspect.clone(), good)) {
                    tally.opinion(review, good, recent);
                }
            }
            if named.insert(found.aspect.clone()) {
                tallies.entry(found.aspect).or_default().mentions += 1;
            }
        }
    }
    let mut aspects: Vec<ReviewAspect> = tallies
        .into_iter()
        .filter(|(name, t)| !own.contains(name) && t.positive + t.negative > 0 && (t.listed || t.mentions > 1))
        .map(|(aspect, tally)| tally.finish(aspect, reviews.len(), since, variants.len()))
        .collect();
    aspects.sort_by(|a, b| b.mentions.cmp(&a.mentions).then_with(|| a.aspect.cmp(&b.aspect)));
    aspects.truncate(MOST_ASPECTS);
    ReviewFindings {
        number,
        product: product.clone(),
        total: u32::try_from(reviews.len()).unwrap_or(u32::MAX),
        stars,
        aspects,
        suspicious: suspicious::find(reviews),
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
