//! Questions about a property of a named product: "is X dishwasher safe?", "how wide is X?", "X has 5 stars, right?"
//!
//! Only reads the form: which property of which product; what the data says of it is for others.

use super::about::left;
use super::kind::{Form, has_brand, names_a_kind};
use super::mention::{PRONOUNS, find, is_mark, is_name, is_specific, name, text};
use crate::answer::property::names;
use crate::domain::QuestionKind;
use crate::retrieval::{PlainWord, Vocabulary, aspect_name, is_stop_word};

/// Openings of a question about a property.
pub(super) const ASKING: [&str; 14] =
    ["is", "are", "does", "do", "can", "has", "have", "will", "was", "could", "did", "isnt", "doesnt", "must"];
/// Openings that ask for a thing after all.
const SEEKING: [&str; 15] = [
    "is there",
    "are there",
    "do you",
    "can you",
    "could you",
    "can i",
    "can we",
    "do i",
    "do we",
    "have you",
    "will you",
    "is it possible",
    "could i",
    "does anyone",
    "are you",
];
/// Words that point at a row of the last answer.
const POINTERS: [&str; 13] = [
    "first", "second", "third", "fourth", "fifth", "last", "1st", "2nd", "3rd", "4th", "number", "cheapest", "cheaper",
];
const HAVING: [&str; 13] = [
    "have",
    "has",
    "include",
    "contain",
    "support",
    "need",
    "come with",
    "fit",
    "offer",
    "use",
    "contains",
    "supports",
    "came with",
];

pub(super) fn fact(words: &[PlainWord], vocabulary: &Vocabulary, context: bool) -> Option<Form> {
    let words: &[PlainWord] = match words.iter().rposition(|w| !is_mark(w)) {
        Some(last) => &words[..=last],
        None => return None,
    };
    let first = words.first()?.text.as_str();
    let told = at_product(words, vocabulary, context).or_else(|| leading(words, vocabulary));
    if told.is_none() && SEEKING.iter().any(|s| find(words, s).is_some_and(|(at, _)| at == 0)) {
        return None;
    }
    let (fact, product) = match first {
        _ if told.is_some() => told?,
        "how" => how(words, vocabulary)?,
        "where" => origin(words)?,
        "what" | "whats" | "which" | "tell" | "show" => what(words, vocabulary)?,
        _ if ASKING.contains(&first) => asked(words, vocabulary)?,
        _ => return None,
    };
    let pronoun =
        product.iter().all(|w| is_mark(w) || is_stop_word(&w.text) || points(w)) && product.iter().any(points);
    // A name in full is the product, whatever else stands beside it.
    let whole = product.iter().find(|w| is_name(w)).map(|w| w.text.clone());
    let product = whole.or_else(|| name(&product));
    let specific = product.as_ref().is_some_and(|p| is_specific(p, vocabulary));
    if !specific && !(context && (pronoun || product.is_none())) {
        return None;
    }
    let products = if specific { product.into_iter().collect() } else { Vec::new() };
    Some(Form { kind: QuestionKind::ProductFact, products, fact: Some(fact), sure: 0.85, ..Form::default() })
}

/// The property that a phrase names; what only comes near to one that the catalogue knows keeps its own name.
pub(super) fn fact_name(phrase: &str, vocabulary: &Vocabulary) -> Option<String> {
    if names(phrase).is_some() { Some(phrase.to_owned()) } else { aspect_name(phrase, vocabulary) }
}

/// Whether a word stands for a product of the last answer.
fn points(word: &PlainWord) -> bool {
    PRONOUNS.contains(&word.text.as_str()) || POINTERS.contains(&word.text.as_str())
}

type FactOf = (String, Vec<PlainWord>);

/// "is there a pool at X?", "are pets allowed at X?": a property that the catalogue knows, at a named product.
fn at_product(words: &[PlainWord], vocabulary: &Vocabulary, context: bool) -> Option<FactOf> {
    let asks = |w: &PlainWord| ["is", "are", "do", "does"].contains(&w.text.as_str());
    let skip = words.first().filter(|w| asks(w)).map(|_| 1)?;
    let small = |w: &&PlainWord| ["there", "a", "an", "any"].contains(&w.text.as_str());
    let from = skip + words[skip..].iter().take_while(small).count();
    let at = (from + 1..words.len()).find(|i| ["at", "in", "on"].contains(&words[*i].text.as_str()))?;
    let fact = fact_name(&text(&words[from..at]), vocabulary)?;
    let pointed = context && words[at + 1..].iter().any(points);
    let named = name(&words[at + 1..]).is_some_and(|n| is_specific(&n, vocabulary));
    (pointed || named).then(|| (fact, words[at + 1..].to_vec()))
}

/// "where is X from?", "where are X made?"
fn origin(words: &[PlainWord]) -> Option<FactOf> {
    let verb = words.get(1).filter(|w| ["is", "are", "does", "do"].contains(&w.text.as_str())).map(|_| 1)?;
    let ends = ["from", "made", "produced", "grown", "come"];
    let last = words.iter().rposition(|w| !ends.contains(&w.text.as_str()))?;
    (last + 1 < words.len() && last > verb).then(|| ("origin".to_owned(), words[verb + 1..=last].to_vec()))
}

/// Endings that make a question of a statement.
const TAGS: [&str; 15] = [
    "right",
    "correct",
    "true",
    "isnt it",
    "isn t it",
    "arent they",
    "doesnt it",
    "doesn t it",
    "dont they",
    "hasnt it",
    "hasn t it",
    "cant it",
    "is that right",
    "is that true",
    "no",
];

/// "the X has 5 stars, right?", "X costs less than 500, doesn't it?": the property that is taken for granted, of X.
fn leading(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<FactOf> {
    let comma = words.iter().rposition(|w| w.text == ",")?;
    let tag: Vec<&str> = words[comma + 1..].iter().filter(|w| !is_mark(w)).map(|w| w.text.as_str()).collect();
    if !TAGS.contains(&tag.join(" ").as_str()) {
        return None;
    }
    let said = &words[..comma];
    const VERBS: [&str; 9] = ["has", "have", "is", "are", "costs", "cost", "weighs", "comes", "can"];
    let verb = said.iter().position(|w| VERBS.contains(&w.text.as_str()))?;
    name(&said[..verb]).filter(|n| is_specific(n, vocabulary))?;
    let rest = text(&said[verb + 1..]);
    let fact = match said[verb].text.as_str() {
        "costs" | "cost" => "price".to_owned(),
        "weighs" => "weight".to_owned(),
        _ if said[verb + 1..].iter().any(|w| ["star", "stars", "rated", "rating"].contains(&w.text.as_str())) => {
            "rating".to_owned()
        }
        _ => fact_name(&rest, vocabulary).unwrap_or(rest),
    };
    (!fact.is_empty()).then(|| (fact, said[..verb].to_vec()))
}

/// "how wide is X", "how much does X weigh", "how many place settings does X have".
fn how(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<FactOf> {
    let verb =
        words.iter().position(|w| ["is", "are", "does", "do", "can", "was", "has"].contains(&w.text.as_str()))?;
    let asked = text(&words[1..verb]);
    let rest = &words[verb + 1..];
    let last = rest.last().map_or("", |w| w.text.as_str());
    // "how long is the warranty on X": what is measured is named.
    let joint = rest.iter().position(|w| ["of", "on", "for", "in", "with"].contains(&w.text.as_str()));
    let named = joint
        .and_then(|at| Some((fact_name(&text(without_articles(&rest[..at])), vocabulary)?, rest[at + 1..].to_vec())));
    if let Some(found) = named.filter(|(_, product)| !product.is_empty()) {
        return Some(found);
    }
    let shipped = ["shipping", "delivery", "postage"];
    let fact = match asked.as_str() {
        "much" if rest.iter().any(|w| shipped.contains(&w.text.as_str())) => "shipping".to_owned(),
        "much" | "much weight" if ["carry", "bear", "support"].contains(&last) => "max load".to_owned(),
        "much weight" if ["hold", "take"].contains(&last) => "max load".to_owned(),
        "expensive" | "much" if !["weigh", "hold", "use", "draw"].contains(&last) => "price".to_owned(),
        "much" if last == "weigh" => "weight".to_owned(),
        "much" if last == "hold" => "capacity".to_owned(),
        "much" => "energy use".to_owned(),
        "quiet" | "loud" | "noisy" => "noise".to_owned(),
        "long" if ["last", "run", "go"].contains(&last) || rest.iter().any(|w| w.text == "battery") => {
            "battery life".to_owned()
        }
        "big" | "large" => "capacity".to_owned(),
        "good" | "well" => return None,
        "far" => fact_name("from the sea", vocabulary)?,
        _ => {
            let many = asked.strip_prefix("many ").or_else(|| asked.strip_prefix("much ")).unwrap_or(&asked).to_owned();
            fact_name(&many, vocabulary).unwrap_or(many)
        }
    };
    let verbs = [
        "weigh", "hold", "last", "run", "cost", "have", "use", "go", "take", "battery", "the", "from", "sea", "beach",
        "draw", "carry", "bear", "support", "shipping", "delivery", "postage", "for",
    ];
    let product: Vec<PlainWord> = rest.iter().filter(|w| !verbs.contains(&w.text.as_str())).cloned().collect();
    Some((fact, product))
}

fn without_articles(words: &[PlainWord]) -> &[PlainWord] {
    let small = words.iter().take_while(|w| ["the", "a", "an", "its"].contains(&w.text.as_str())).count();
    &words[small..]
}

/// "what is the battery life of X", "what material is X made of", "tell me the width of X".
fn what(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<FactOf> {
    let of = words.iter().position(|w| ["of", "for"].contains(&w.text.as_str()));
    if let Some(of) = of.filter(|of| *of + 1 < words.len()) {
        let skip = words.iter().take(of).position(|w| {
            !["what", "whats", "which", "is", "are", "the", "tell", "me", "show", "s"].contains(&w.text.as_str())
        })?;
        let phrase = text(&words[skip..of]);
        if phrase == "price" || phrase == "current price" {
            return Some(("price".to_owned(), words[of + 1..].to_vec()));
        }
        if let Some(fact) = fact_name(&phrase, vocabulary) {
            return Some((fact, words[of + 1..].to_vec()));
        }
        // "what is the energy class of X": worded properties are on no list.
        let is =
            words.get(1).is_some_and(|w| ["is", "are", "s"].contains(&w.text.as_str())) || words[0].text == "whats";
        if is && has_brand(&text(&words[of + 1..]), vocabulary) {
            return Some((phrase, words[of + 1..].to_vec()));
        }
    }
    // "what does X cost"
    let does = words.get(1).is_some_and(|w| ["do", "does"].contains(&w.text.as_str()));
    if let (true, Some((last, product))) = (does, words.split_last()) {
        let fact = [("cost", "price"), ("weigh", "weight")].into_iter().find(|(verb, _)| last.text == *verb);
        if let Some((_, fact)) = fact {
            return Some((fact.to_owned(), product[2..].to_vec()));
        }
    }
    // "what colour is X", "which ports does X have".
    let verb =
        words.iter().position(|w| ["is", "are", "does", "do", "has"].contains(&w.text.as_str())).filter(|v| *v > 1)?;
    // "which backpack has the most room?" asks for a thing.
    if words[0].text == "which"
        && ["is", "has"].contains(&words[verb].text.as_str())
        && names_a_kind(&words[1..verb], vocabulary)
    {
        return None;
    }
    let verbs = ["have", "made", "use", "come", "need", "of"];
    let product: Vec<PlainWord> =
        words[verb + 1..].iter().filter(|w| !verbs.contains(&w.text.as_str())).cloned().collect();
    let phrase = text(&words[1..verb]);
    // "What else is there under 80?"
    if words[1..verb].iter().all(|w| is_stop_word(&w.text)) {
        return None;
    }
    Some((fact_name(&phrase, vocabulary).unwrap_or(phrase), product))
}

/// "is X dishwasher safe", "does X have a timer".
fn asked(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<FactOf> {
    let body = &words[1..];
    for verb in HAVING {
        let Some((at, to)) = find(body, verb).filter(|(at, to)| *at > 0 && *to < body.len()) else { continue };
        let skip = body[to..]
            .iter()
            .take_while(|w| ["a", "an", "any", "the", "in", "on", "with"].contains(&w.text.as_str()))
            .count();
        let phrase = text(&body[to + skip..]);
        // "can a 140 kg person use X": the name does not stand before the verb.
        if body.iter().any(is_name) && !body[..at].iter().any(is_name) {
            continue;
        }
        let included = format!("{phrase} included");
        if ["come with", "include", "contain"].contains(&verb) && vocabulary.has_attribute(&included.replace(' ', "_"))
        {
            return Some((included, body[..at].to_vec()));
        }
        if !phrase.is_empty() {
            return Some((fact_name(&phrase, vocabulary).unwrap_or(phrase), body[..at].to_vec()));
        }
    }
    // The longest known property at the end: "... dishwasher safe".
    for from in 1..body.len() {
        let phrase = text(&body[from..]);
        if let Some(fact) = fact_name(&phrase, vocabulary) {
            return Some((fact, body[..from].to_vec()));
        }
    }
    // "is X a dark roast?"
    if let Some(at) = body.iter().rposition(|w| w.text == "a" || w.text == "an")
        && name(&body[..at]).is_some_and(|n| has_brand(&n, vocabulary))
        && at + 1 < body.len()
    {
        return Some((text(&body[at + 1..]), body[..at].to_vec()));
    }
    // A property that no list knows: what follows the name. Names end with their last brand, number or rare word.
    let ends = |i: &usize| is_specific(&body[*i].text, vocabulary) || PRONOUNS.contains(&body[*i].text.as_str());
    let pronoun = || body.iter().position(|w| PRONOUNS.contains(&w.text.as_str()));
    let named = body.iter().position(is_name).or_else(pronoun).or_else(|| (0..body.len()).rev().find(ends))?;
    if find(&body[named + 1..], "sold out").is_some() {
        return Some(("sold out".to_owned(), body[..=named].to_vec()));
    }
    let rest = left(&body[named + 1..]).or_else(|| name(&body[named + 1..]))?;
    Some((rest, body[..=named].to_vec()))
}
