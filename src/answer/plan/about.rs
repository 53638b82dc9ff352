//! Questions that name products in full and fit no narrower form: "can I use X in the oven?", "X or Y for travel?"
//!
//! Names have been made one word each before (see [`super::mention::with_names`]). Only reads the form.

use super::fact::{ASKING, fact_name};
use super::kind::{Form, names_a_kind};
use super::mention::{find_any, is_mark, is_name, named, text};
use crate::domain::{Direction, QuestionKind, Want};
use crate::retrieval::{PlainWord, Vocabulary, aspect_name, is_stop_word};

/// Words that open a question, beside those of [`ASKING`].
const OPENING: [&str; 25] = [
    "tell", "describe", "show", "give", "info", "what", "which", "who", "where", "when", "how", "why", "should",
    "would", "from", "at", "whats", "may", "shall", "might", "any", "has", "had", "were", "be",
];
/// Words that hold two products against each other.
const AGAINST: [&str; 22] = [
    "or",
    "vs",
    "versus",
    "than",
    "and",
    "against",
    "with",
    "compare",
    "compared",
    "which",
    "better",
    "difference",
    "between",
    "to",
    "rather",
    "choose",
    "both",
    "either",
    "over",
    "instead",
    "differ",
    ",",
];
/// Things that are wanted beside or in place of the product: no questions on it.
const BESIDE: [&str; 18] = [
    "smaller than",
    "alternative",
    "alternatives",
    "like",
    "similar",
    "instead of",
    "replacement",
    "substitute",
    "accessories",
    "accessory",
    "goes with",
    "go with",
    "spare",
    "other",
    "cheaper than",
    "better than",
    "quieter than",
    "lighter than",
];
/// Words around a property that are no part of it.
const AROUND: [&str; 76] = [
    "tell",
    "me",
    "about",
    "describe",
    "show",
    "give",
    "info",
    "information",
    "details",
    "more",
    "everything",
    "use",
    "used",
    "using",
    "take",
    "bring",
    "put",
    "get",
    "have",
    "has",
    "does",
    "do",
    "did",
    "can",
    "could",
    "will",
    "would",
    "should",
    "is",
    "are",
    "was",
    "be",
    "it",
    "there",
    "any",
    "buy",
    "come",
    "comes",
    "made",
    "make",
    "work",
    "works",
    "run",
    "need",
    "fit",
    "fits",
    "hold",
    "holds",
    "what",
    "which",
    "who",
    "how",
    "where",
    "when",
    "many",
    "much",
    "old",
    "suitable",
    "good",
    "enough",
    "safe",
    "ok",
    "okay",
    "really",
    "also",
    "anyone",
    "someone",
    "anybody",
    "somebody",
    "must",
    "still",
    "even",
    "actually",
    "included",
    "include",
    "allowed",
];
/// Questions after an opinion.
const OPINION: [&str; 17] = [
    "any good",
    "worth",
    "worth it",
    "good quality",
    "reliable",
    "best thing",
    "worst thing",
    "like about",
    "hate about",
    "dislike about",
    "problem",
    "problems",
    "issues",
    "reviews fake",
    "recommend",
    "regret",
    "well made",
];
/// Words that ask for a lesser or a greater value of what is compared.
pub(super) const LESS: [&str; 8] = ["less", "fewer", "lower", "shorter", "smaller", "lowest", "least", "fewest"];
pub(super) const MORE: [&str; 12] = [
    "more", "longer", "higher", "bigger", "larger", "greater", "highest", "most", "longest", "biggest", "largest",
    "taller",
];

/// Two or more products named beside a word that holds them against each other.
pub(super) fn several(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let mut products: Vec<String> = Vec::new();
    for name in named(words) {
        if !products.iter().any(|p| p == name) {
            products.push(name.to_owned());
        }
    }
    if products.len() < 2 || find_any(words, &AGAINST).is_none() {
        return None;
    }
    let rest: Vec<PlainWord> = words.iter().filter(|w| !is_name(w)).cloned().collect();
    Some(Form {
        kind: QuestionKind::Compare,
        products,
        fact: compared(&rest, vocabulary),
        sure: 0.95,
        ..Form::default()
    })
}

/// What a comparison is asked to be decided by: "which has the longer warranty", "by battery life".
pub(super) fn compared(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<String> {
    const DECIDING: [&str; 24] = [
        "sort",
        "rank",
        "order",
        "the",
        "beide",
        "which",
        "than",
        "by",
        "more",
        "less",
        "does",
        "is",
        "difference",
        "longer",
        "has",
        "what",
        "fewer",
        "better",
        "both",
        "are",
        "do",
        "can",
        "same",
        "have",
    ];
    /// What every catalogue states, as a comparison speaks of it.
    const PLAIN: [(&str, &[&str]); 2] = [
        ("rating", &["reviews", "review", "rated", "rating", "ratings", "stars"]),
        ("price", &["price", "prices", "cost", "costs", "expensive", "dearer", "pricier"]),
    ];
    find_any(words, &DECIDING)?;
    let plain = || PLAIN.iter().find(|(_, said)| find_any(words, said).is_some()).map(|(name, _)| (*name).to_owned());
    // "which is best" names no aspect.
    let known = |phrase: &str| {
        aspect_name(phrase, vocabulary)
            .filter(|name| name != "rating" && name != "warranty" || phrase.contains(name.as_str()))
    };
    property(words, &known)
        .map(|(fact, _)| fact)
        .or_else(|| by_degree(words).map(|(aspect, _)| aspect))
        .or_else(plain)
        .or_else(|| comparative(words))
}

/// The aspect that a comparative or superlative of the table speaks of, with its direction: "tallest", "less water".
fn by_degree(words: &[PlainWord]) -> Option<(String, Direction)> {
    let said = |list: &[String]| list.iter().any(|phrase| find_any(words, &[phrase.as_str()]).is_some());
    crate::answer::aspect::all().iter().find_map(|a| {
        let direction = if said(&a.lower) || said(&a.lowest) {
            Direction::Lower
        } else if said(&a.higher) || said(&a.highest) {
            Direction::Higher
        } else {
            return None;
        };
        Some((a.name.clone(), direction))
    })
}

/// A comparative that no list knows, before "than": what it compares cannot be told.
fn comparative(words: &[PlainWord]) -> Option<String> {
    const UTILITY: [&str; 4] = ["better", "rather", "other", "nicer"];
    let than = words.iter().position(|w| w.text == "than")?;
    let word = &words.get(than.checked_sub(1)?)?.text;
    (word.len() > 4 && word.ends_with("er") && !UTILITY.contains(&word.as_str())).then(|| word.clone())
}

/// The wish that an aspect compared by comes to, as the question's words direct it.
pub(super) fn wish(fact: &str, words: &[PlainWord], vocabulary: &Vocabulary) -> Want {
    use crate::answer::aspect;
    let name = fact.replace(' ', "_");
    let flag = vocabulary.attribute_units(&name).is_some_and(|units| units.iter().any(|(unit, _)| unit == "flag"));
    let said = |list: &[&str]| words.iter().any(|w| list.contains(&w.text.as_str()));
    let direction = match aspect::better(fact) {
        _ if flag => Direction::Yes,
        _ if by_degree(words).is_some_and(|(a, _)| aspect::same(&a, fact)) => {
            by_degree(words).map_or(Direction::Higher, |(_, direction)| direction)
        }
        _ if said(&LESS) => Direction::Lower,
        _ if said(&MORE) => Direction::Higher,
        better => better.unwrap_or(Direction::Higher),
    };
    Want { aspect: name, direction, said: fact.to_owned(), weight: 1.0 }
}

/// The longest property that a list or the catalogue knows, and where it stands.
pub(super) fn property(
    words: &[PlainWord],
    known: &dyn Fn(&str) -> Option<String>,
) -> Option<(String, (usize, usize))> {
    let run = |from: usize, to: usize| words[from..to].iter().all(|w| !is_mark(w) && !is_name(w));
    (1..=words.len().min(5)).rev().find_map(|length| {
        (0..=words.len() - length).filter(|from| run(*from, from + length)).find_map(|from| {
            let phrase = text(&words[from..from + length]);
            let small = length == 1 && (is_stop_word(&phrase) || phrase.chars().count() < 2);
            let fact = known(&phrase).filter(|_| !small)?;
            Some((fact, (from, from + length)))
        })
    })
}

/// "is X any good?", "has anyone had problems with X leaking?"
pub(super) fn opinion(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let product = named(words).next()?.to_owned();
    let first = words.first()?.text.as_str();
    if !(ASKING.contains(&first) || OPENING.contains(&first)) || find_any(words, &OPINION).is_none() {
        return None;
    }
    let troubled = find_any(words, &["problem", "problems", "issues"]).is_some();
    let fact = troubled.then(|| review_aspect(words, vocabulary)).flatten();
    Some(Form { kind: QuestionKind::Reviews, products: vec![product], fact, sure: 0.85, ..Form::default() })
}

/// The product in whose place another is wanted: "anything cheaper than X", "headphones like X".
pub(super) fn in_place_of(words: &[PlainWord]) -> Option<String> {
    const PLACE: [&str; 10] = [
        "like",
        "similar",
        "alternative",
        "alternatives",
        "instead of",
        "replacement",
        "substitute",
        "cheaper than",
        "better than",
        "quieter than",
    ];
    let mut names = named(words);
    let product = names.next().filter(|_| names.all(|_| false))?;
    find_any(words, &PLACE)?;
    // "what do people like about X" and "is X cheaper than Y" were read before.
    Some(product.to_owned())
}

/// One product named in a question that no narrower form has read.
pub(super) fn one(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let mut names = named(words);
    let product = names.next().filter(|_| names.all(|_| false))?.to_owned();
    let first = words.first()?.text.as_str();
    let asks = ASKING.contains(&first) || OPENING.contains(&first) || words.iter().any(|w| w.text == "?");
    if !asks || find_any(words, &BESIDE).is_some() {
        return None;
    }
    let rest: Vec<PlainWord> = words.iter().filter(|w| !is_name(w)).cloned().collect();
    let own = |phrases: &[&str]| find_any(&rest, phrases).is_some();
    let fact = if own(&["who"]) && own(&["makes", "made", "make", "manufactures", "from", "brand"]) {
        Some("brand".to_owned())
    } else if own(&["made of", "made from", "made out of"]) {
        Some("material".to_owned())
    } else if own(&["where can", "where do", "which shop", "which shops", "which store", "who sells", "what shops"]) {
        Some("shops".to_owned())
    } else if own(&["sold out"]) {
        Some("sold out".to_owned())
    } else if own(&["in stock"]) || own(&["available"]) && !own(&["used", "refurbished", "available in"]) {
        Some("in stock".to_owned())
    } else if own(&["shipping", "delivery", "delivered", "postage"]) && own(&["cost", "much", "price", "free", "pay"]) {
        Some("shipping".to_owned())
    } else if let Some((fact, _)) = property(&rest, &|phrase| fact_name(phrase, vocabulary)) {
        Some(fact)
    } else if own(&["cost", "costs", "price"]) {
        Some("price".to_owned())
    } else {
        left(&rest)
    };
    Some(Form { kind: QuestionKind::ProductFact, products: vec![product], fact, sure: 0.8, ..Form::default() })
}

/// The aspect that reviewers are asked about, by the catalogue's name, the one that reviews are counted by, or its own.
pub(super) fn review_aspect(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<String> {
    const PEOPLE: [&str; 40] = [
        "most",
        "common",
        "main",
        "biggest",
        "usual",
        "frequent",
        "typical",
        "people",
        "owners",
        "owner",
        "buyers",
        "customers",
        "guests",
        "users",
        "reviewers",
        "reviews",
        "review",
        "others",
        "anyone",
        "anybody",
        "say",
        "says",
        "saying",
        "said",
        "think",
        "complain",
        "complaints",
        "complaint",
        "like",
        "had",
        "problem",
        "problems",
        "issues",
        "about",
        "according",
        "ever",
        "they",
        "fake",
        "any",
        "worth",
    ];
    // "Reviews of the X headphones" asks after no headset.
    let of_kind = |i: usize| {
        let near = i.saturating_sub(2)..=i;
        near.into_iter()
            .any(|from| (i + 1..=words.len().min(from + 3)).any(|to| names_a_kind(&words[from..to], vocabulary)))
    };
    let told = |i: &usize| !is_name(&words[*i]) && !PEOPLE.contains(&words[*i].text.as_str()) && !of_kind(*i);
    let words: Vec<PlainWord> = (0..words.len()).filter(told).map(|i| words[i].clone()).collect();
    let known = |phrase: &str| {
        let name = aspect_name(phrase, vocabulary).filter(|n| n != "rating");
        name.or_else(|| crate::answer::reviews::canonical(phrase))
    };
    property(&words, &known).map(|(aspect, _)| aspect).or_else(|| left(&words))
}

/// What is left of a question when its grammar is taken off.
pub(super) fn left(words: &[PlainWord]) -> Option<String> {
    let around = |w: &&PlainWord| {
        is_mark(w) || is_stop_word(&w.text) || AROUND.contains(&w.text.as_str()) || w.text.chars().count() < 2
    };
    let kept: Vec<PlainWord> = words.iter().filter(|w| !around(w)).cloned().collect();
    (!kept.is_empty()).then(|| text(&kept))
}
