//! A property of one product, looked up where it may stand: offers, attributes, description, questions, reviews.
//!
//! Yes and no only where the data says so of that property; opinions of reviewers are quoted as such. Never guesses.

use super::claims::Stated;
use super::event::{ResultRow, Verdict};
use super::evidence::attribute_fact;
use super::phrases::Phrases;
use super::{aspect, clean};
use crate::domain::*;
use crate::store::{self, Reader};
use std::collections::BTreeSet;

/// Reviews read at most.
const MOST_REVIEWS: usize = 2_000;
/// Quotes given at most.
const QUOTES: usize = 2;

/// What was found, with the facts it rests on and the answer in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    pub verdict: Verdict,
    pub facts: Vec<Fact>,
    pub said: Said,
}

/// How the answer is worded.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Flag {
        label: String,
        yes: bool,
    },
    Value {
        label: String,
        text: String,
    },
    /// The product's description says it.
    Description(String),
    /// A shopper's question with its answer.
    Answered {
        answer: String,
    },
    /// Only reviewers speak of it.
    Reviews(u32),
    Nothing,
}

/// Looks in the offers for price and stock; else in attributes, then the description, then questions, then reviews.
///
/// # Errors
/// Those of the store.
pub fn look_up(reader: &Reader, row: &ResultRow, asked: &str, until: Option<Timestamp>) -> store::Result<Property> {
    let words = content_words(asked);
    let product = &row.product;
    if let Some(found) = in_offers(row, &words) {
        return Ok(found);
    }
    if let Some(found) = in_attributes(product, asked, &words) {
        return Ok(found);
    }
    if let Some(found) = in_description(product, &words) {
        return Ok(found);
    }
    let mut questions = reader.questions(product.id)?;
    questions.retain(|q| super::as_of::was_there(q.text.asked_at, until));
    if let Some(found) = in_questions(&questions, &words) {
        return Ok(found);
    }
    let mut reviews = reader.reviews(product.id, MOST_REVIEWS)?;
    reviews.retain(|r| super::as_of::was_there(r.text.written_at, until));
    Ok(in_reviews(&reviews, &words))
}

/// The answer as one sentence.
pub fn sentence(phrases: &Phrases, name: &str, asked: &str, said: &Said) -> String {
    let quoted = |sentence: &str, quote: &str| phrases.say(sentence, &[("name", name), ("quote", quote)]);
    let about = [("name", name), ("asked", asked)];
    match said {
        Said::Flag { label, yes } => phrases.flag(name, label, *yes),
        Said::Value { label, text } => phrases.states(Stated { name, field: label, value: text }),
        Said::Description(text) => quoted("description_says", text),
        Said::Answered { answer } => quoted("asked_answered", answer),
        Said::Reviews(count) => phrases.counted("reviews_speak", u64::from(*count), &about),
        Said::Nothing => phrases.say("not_in_data", &about),
    }
}

const FILLER: [&str; 50] = [
    "is", "it", "its", "the", "a", "an", "does", "do", "have", "has", "can", "i", "you", "of", "for", "in", "on", "to",
    "with", "this", "that", "be", "are", "there", "any", "what", "how", "much", "many", "which", "will", "would", "my",
    "me", "at", "from", "about", "and", "or", "if", "by", "come", "comes", "one", "product", "use", "used", "work",
    "works", "yes",
];

fn content_words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty() && !FILLER.contains(w))
        .map(|w| stem(w).to_owned())
        .collect()
}

fn stem(word: &str) -> &str {
    let cut = |end: &str| word.strip_suffix(end).filter(|w| w.chars().count() >= 3);
    cut("ies").or_else(|| cut("es")).or_else(|| cut("s")).or_else(|| cut("y")).unwrap_or(word)
}

/// What it costs, how it is rated and whether it can be had: of the offer shown, the cheapest that can be bought.
fn in_offers(row: &ResultRow, words: &BTreeSet<String>) -> Option<Property> {
    let all = |known: &[&str]| !words.is_empty() && words.iter().all(|w| known.contains(&w.as_str()));
    let offer = row.offer.as_ref()?;
    let fact = |field: &str, value: FactValue, text: String| Fact {
        field: field.to_owned(),
        value,
        text,
        row: format!("offer:{}", offer.id.0),
        shop: Some(offer.shop.name.clone()),
        observed_at: offer.observed_at,
    };
    if all(&["price", "cost", "current"]) {
        let price = offer.price?;
        let text = price.to_string();
        let facts = vec![fact("price", FactValue::Money(price), text.clone())];
        return Some(Property {
            verdict: Verdict::Stated,
            facts,
            said: Said::Value { label: "price".to_owned(), text },
        });
    }
    if all(&["rating", "star", "rated"]) {
        let rating = row.product.facts.rating?;
        let text = format!("{:.1} of 5", rating.stars);
        let value = FactValue::Number { value: rating.stars, unit: "stars".to_owned() };
        let row = format!("product:{}", row.product.id);
        let facts =
            vec![Fact { field: "rating".to_owned(), value, text: text.clone(), row, shop: None, observed_at: None }];
        return Some(Property {
            verdict: Verdict::Stated,
            facts,
            said: Said::Value { label: "rating".to_owned(), text },
        });
    }
    if all(&["stock", "available", "availabilit"]) {
        let had = |o: &Offer| o.availability.buyable();
        let offers = || row.offer.iter().chain(&row.other_offers);
        let yes = offers().any(|o| had(o) == Some(true));
        if !yes && !offers().all(|o| had(o) == Some(false)) {
            return None;
        }
        let facts = vec![fact("in stock", FactValue::Flag(yes), offer.availability.label().to_owned())];
        let verdict = if yes { Verdict::Yes } else { Verdict::No };
        return Some(Property { verdict, facts, said: Said::Flag { label: "in stock".to_owned(), yes } });
    }
    None
}

fn in_attributes(product: &Product, asked: &str, words: &BTreeSet<String>) -> Option<Property> {
    let row = format!("product:{}", product.id);
    let by_aspect = |name: &str| {
        aspect::same(name, asked)
            || aspect::of(name).is_some_and(|a| {
                a.words.iter().any(|w| words.contains(stem(w)) && w.as_str() != "runs" && w.as_str() != "uses")
            })
    };
    let score = |a: &Attribute| -> usize {
        let label = content_words(&a.label());
        if aspect::key(&a.name) == aspect::key(asked) || label == *words {
            4
        } else if !label.is_empty() && label.is_subset(words) {
            3
        } else if !words.is_empty() && words.is_subset(&label) {
            2
        } else {
            usize::from(by_aspect(&a.name))
        }
    };
    let best = product.facts.attributes.iter().map(score).max().filter(|s| *s > 0)?;
    let hits: Vec<&Attribute> = product.facts.attributes.iter().filter(|a| score(a) == best).collect();
    let first = hits.first()?;
    let facts: Vec<Fact> = hits.iter().map(|a| attribute_fact(a, &row)).collect();
    let (verdict, said) = match &first.value {
        AttributeValue::Flag(yes) => {
            (if *yes { Verdict::Yes } else { Verdict::No }, Said::Flag { label: first.label(), yes: *yes })
        }
        _ => (Verdict::Stated, Said::Value { label: first.label(), text: facts.first()?.text.clone() }),
    };
    Some(Property { verdict, facts, said })
}

/// Sentences of a text that hold all the words asked for.
fn holding(text: &str, words: &BTreeSet<String>) -> Option<String> {
    if words.is_empty() {
        return None;
    }
    let sentence = text.split_inclusive(['.', '!', '?', '\n']).find(|s| words.is_subset(&content_words(s)))?;
    Some(clean::quoted(sentence, clean::QUOTE))
}

fn denies(sentence: &str) -> bool {
    let lower = sentence.to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
    words.iter().any(|w| matches!(*w, "not" | "no" | "never" | "without" | "cannot") || w.ends_with("n't"))
}

fn quote(field: &str, text: String, row: String, shop: Option<String>, at: Option<Timestamp>) -> Fact {
    Fact { field: field.to_owned(), value: FactValue::Text(text.clone()), text, row, shop, observed_at: at }
}

fn in_description(product: &Product, words: &BTreeSet<String>) -> Option<Property> {
    let text = holding(product.facts.description.as_deref()?, words)?;
    let verdict = if denies(&text) { Verdict::No } else { Verdict::Yes };
    let fact = quote("description", text.clone(), format!("product:{}", product.id), None, None);
    Some(Property { verdict, facts: vec![fact], said: Said::Description(text) })
}

fn in_questions(questions: &[Question], words: &BTreeSet<String>) -> Option<Property> {
    if words.is_empty() {
        return None;
    }
    let hit =
        questions.iter().find(|q| q.text.answer.is_some() && words.is_subset(&content_words(&q.text.question)))?;
    let answer = clean::quoted(hit.text.answer.as_deref()?, clean::QUOTE);
    let first: String = answer.to_lowercase().chars().take_while(|c| c.is_alphabetic()).collect();
    let verdict = match first.as_str() {
        "yes" | "yep" | "כן" => Verdict::Yes,
        "no" | "nope" | "לא" => Verdict::No,
        _ => Verdict::Stated,
    };
    let row = format!("question:{}", hit.id);
    let asked =
        quote("question", clean::quoted(&hit.text.question, clean::QUOTE), row.clone(), None, hit.text.asked_at);
    let told = quote("answer", answer.clone(), row, None, hit.text.asked_at);
    Some(Property { verdict, facts: vec![asked, told], said: Said::Answered { answer } })
}

/// Opinions are no statement of fact: they are quoted and the verdict stays open.
fn in_reviews(reviews: &[Review], words: &BTreeSet<String>) -> Property {
    let mut facts = Vec::new();
    let mut count = 0;
    for review in reviews {
        if let Some(text) = holding(&review.text.body, words) {
            count += 1;
            if facts.len() < QUOTES {
                let row = format!("review:{}", review.id.0);
                facts.push(quote("review", text, row, Some(clean::line(&review.shop, 60)), review.text.written_at));
            }
        }
    }
    let said = if count > 0 { Said::Reviews(count) } else { Said::Nothing };
    Property { verdict: Verdict::NotStated, facts, said }
}

#[cfg(test)]
mod tests;
