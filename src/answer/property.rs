//! A property of one product, looked up where it may stand: offers, attributes, description, questions, reviews.
//!
//! Yes and no only where the data says so of that property; opinions of reviewers are quoted as such. Never guesses.

mod bound;
mod known;
mod plain;

pub use known::names;

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
    /// What is stated and comes nearest, where the property itself is not.
    pub near: Vec<Fact>,
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
        shop: Option<String>,
    },
    /// A value that the question's bound was held against.
    Held {
        label: String,
        text: String,
        shop: Option<String>,
        yes: bool,
    },
    /// Whether it can be had, by the label of the offer's stock.
    Stock {
        shop: String,
        text: String,
    },
    /// Several values, each with its name: sides, shops.
    Listed(Vec<(String, String)>),
    /// No offer at a shop that was named is known.
    NotAt {
        shop: String,
    },
    /// A bound was asked about, and the value is not stated.
    Unstated {
        label: String,
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

/// Holds the value against the question's bounds where it has any; else looks for what any product has, in attributes,
/// the description, questions and reviews, in this order.
///
/// # Errors
/// Those of the store.
pub fn look_up(
    reader: &Reader,
    row: &ResultRow,
    asked: &str,
    must: &Constraints,
    until: Option<Timestamp>,
) -> store::Result<Property> {
    if let Some(found) = bound::judge(row, must) {
        return Ok(found);
    }
    let found = stated(reader, row, asked, must, until)?;
    let near = if found.verdict == Verdict::NotStated { near(&row.product, asked) } else { Vec::new() };
    Ok(Property { near, ..found })
}

fn stated(
    reader: &Reader,
    row: &ResultRow,
    asked: &str,
    must: &Constraints,
    until: Option<Timestamp>,
) -> store::Result<Property> {
    let words = content_words(asked);
    let product = &row.product;
    if let Some(found) = plain::look_up(row, &words, &must.shops) {
        return Ok(found);
    }
    if !words.is_empty() && words.iter().all(|w| ["review", "rating", "count", "number"].contains(&w.as_str())) {
        return count(reader, product, until);
    }
    if let Some(found) = in_attributes(product, asked, &words) {
        return Ok(found);
    }
    let words: BTreeSet<String> = words.into_iter().filter(|w| says_something(w)).collect();
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

/// What comes nearest to a property that is not stated, as a sentence.
pub fn nearest(phrases: &Phrases, name: &str, near: &[Fact]) -> Option<String> {
    let listed: Vec<String> =
        near.iter().map(|f| format!("{}: {}", phrases.aspect(&f.field), phrases.value(&f.text))).collect();
    (!near.is_empty()).then(|| phrases.say("nearest", &[("name", name), ("list", &listed.join(", "))]))
}

/// The answer as one sentence.
pub fn sentence(phrases: &Phrases, name: &str, asked: &str, said: &Said) -> String {
    let quoted = |sentence: &str, quote: &str| phrases.say(sentence, &[("name", name), ("quote", quote)]);
    let about = [("name", name), ("asked", asked)];
    match said {
        Said::Flag { label, yes } => phrases.flag(name, label, *yes),
        Said::Value { label, text, shop } => {
            value(phrases, Stated { name, field: label, value: text }, shop.as_deref())
        }
        Said::Held { label, text, shop, yes } => {
            let fact = match text.as_str() {
                _ if label == "description" => quoted("description_says", text),
                "yes" | "no" => phrases.flag(name, label, text == "yes"),
                _ => value(phrases, Stated { name, field: label, value: text }, shop.as_deref()),
            };
            phrases.say(if *yes { "yes" } else { "no" }, &[("fact", &fact)])
        }
        Said::Stock { shop, text } => {
            phrases.say("stock", &[("name", name), ("value", &phrases.value(text)), ("shop", shop)])
        }
        Said::Listed(values) => {
            let listed: Vec<String> =
                values.iter().map(|(label, text)| format!("{} {text}", phrases.aspect(label))).collect();
            phrases.say("listed", &[("name", name), ("list", &listed.join(", "))])
        }
        Said::NotAt { shop } => phrases.say("no_offer_at", &[("name", name), ("shop", shop)]),
        Said::Unstated { label } => phrases.missing(name, label),
        Said::Description(text) => quoted("description_says", text),
        Said::Answered { answer } => quoted("asked_answered", answer),
        Said::Reviews(count) => phrases.counted("reviews_speak", u64::from(*count), &about),
        Said::Nothing => phrases.say("not_in_data", &about),
    }
}

fn value(phrases: &Phrases, stated: Stated, shop: Option<&str>) -> String {
    match shop.filter(|_| stated.field == "price") {
        Some(shop) => phrases.say("price", &[("name", stated.name), ("price", stated.value), ("shop", shop)]),
        None => phrases.states(stated),
    }
}

/// How many reviews are kept, and how many ratings the shops count.
fn count(reader: &Reader, product: &Product, until: Option<Timestamp>) -> store::Result<Property> {
    let mut reviews = reader.reviews(product.id, MOST_REVIEWS)?;
    reviews.retain(|r| super::as_of::was_there(r.text.written_at, until));
    let row = format!("product:{}", product.id);
    let number = |field: &str, n: u64| Fact {
        field: field.to_owned(),
        value: FactValue::Count(n),
        text: n.to_string(),
        row: row.clone(),
        shop: None,
        observed_at: None,
    };
    let mut facts = vec![number("reviews", reviews.len() as u64)];
    facts.extend(product.facts.rating.map(|r| number("ratings", u64::from(r.count))));
    let said = Said::Listed(facts.iter().map(|f| (f.field.clone(), f.text.clone())).collect());
    Ok(Property { verdict: Verdict::Stated, facts, said, near: Vec::new() })
}

/// Words of a label or of a question that change nothing of what is asked: "half load programme", "oven safe".
const HARMLESS: [&str; 42] = [
    "safe",
    "allowed",
    "proof",
    "access",
    "approved",
    "friendl",
    "included",
    "protection",
    "function",
    "mode",
    "level",
    "rating",
    "programme",
    "program",
    "setting",
    "option",
    "feature",
    "system",
    "built",
    "integrated",
    "total",
    "max",
    "maximum",
    "min",
    "minimum",
    "standard",
    "control",
    "per",
    "cycle",
    "year",
    "time",
    "life",
    "layout",
    "port",
    "class",
    "net",
    "number",
    "fully",
    "compatible",
    "hob",
    "free",
    "adjustable",
];

/// What a product states that comes near to something it does not.
fn near(product: &Product, asked: &str) -> Vec<Fact> {
    const MOST: usize = 3;
    let row = format!("product:{}", product.id);
    let words: Vec<&str> = asked.split(' ').collect();
    let phrases = (1..=words.len()).rev().flat_map(|n| words.windows(n)).map(|w| w.join(" "));
    let listed: Vec<&str> =
        phrases.filter_map(|p| names(&p)).flat_map(|n| n.near.iter().chain(&n.same)).copied().collect();
    let asked = content_words(asked);
    let comes_near = |a: &&Attribute| {
        let label = content_words(&a.label());
        listed.contains(&a.name.as_str()) || label.iter().any(|w| asked.contains(w) && !HARMLESS.contains(&w.as_str()))
    };
    product.facts.attributes.iter().filter(comes_near).take(MOST).map(|a| attribute_fact(a, &row)).collect()
}

/// Whether a word can tell what a sentence is about: no number, no unit.
fn says_something(word: &str) -> bool {
    !word.chars().any(|c| c.is_ascii_digit()) && units::dimension(word).is_none() && word != "euro"
}

const FILLER: [&str; 49] = [
    "is", "it", "its", "the", "a", "an", "does", "do", "have", "has", "can", "i", "you", "of", "for", "in", "on", "to",
    "with", "this", "that", "be", "are", "there", "any", "what", "how", "much", "many", "which", "will", "would", "my",
    "me", "at", "from", "about", "and", "or", "if", "by", "come", "comes", "one", "product", "use", "work", "works",
    "yes",
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

fn in_attributes(product: &Product, asked: &str, words: &BTreeSet<String>) -> Option<Property> {
    let row = format!("product:{}", product.id);
    let known = names(asked);
    // Every word must be one for the aspect: a "water tank" is no water use.
    let by_aspect = |name: &str| {
        let own = |w: &String| aspect::of(name).is_some_and(|a| a.words.iter().any(|known| stem(known) == w));
        let verbs = ["run", "use", "runs", "uses"];
        aspect::same(name, asked)
            || !words.is_empty() && words.iter().all(own) && !words.iter().all(|w| verbs.contains(&w.as_str()))
    };
    let harmless = |w: &&String| HARMLESS.contains(&w.as_str());
    let score = |a: &Attribute| -> usize {
        let label = content_words(&a.label());
        let yes_only = matches!(a.value, AttributeValue::Flag(false));
        let more = words.difference(&label).all(|w| harmless(&w));
        let less = label.difference(words).all(|w| harmless(&w));
        if aspect::key(&a.name) == aspect::key(asked) || label == *words {
            5
        } else if known.is_some_and(|k| k.same.contains(&a.name.as_str())) {
            4
        } else if !label.is_empty() && label.is_subset(words) && more {
            3
        } else if !words.is_empty() && words.is_subset(&label) && (less || !yes_only) {
            // "No kosher breakfast" does not say that there is no breakfast.
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
        _ => (Verdict::Stated, Said::Value { label: first.label(), text: facts.first()?.text.clone(), shop: None }),
    };
    Some(Property { verdict, facts, said, near: Vec::new() })
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
    Some(Property { verdict, facts: vec![fact], said: Said::Description(text), near: Vec::new() })
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
    Some(Property { verdict, facts: vec![asked, told], said: Said::Answered { answer }, near: Vec::new() })
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
    Property { verdict: Verdict::NotStated, facts, said, near: Vec::new() }
}

#[cfg(test)]
mod tests;
