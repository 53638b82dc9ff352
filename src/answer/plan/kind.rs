//! Which sort of answer a question calls for, by its form: comparison, fact, price history, reviews, advice or search.
//!
//! Works on English words (translated where needed). Everything that fits no pattern is a search.

use super::mention::{PRONOUNS, find, find_any, is_mark, is_specific, name, name_outside, text};
use super::{gift, set, why};
use crate::domain::QuestionKind;
use crate::retrieval::{PlainWord, Vocabulary, aspect_name, is_stop_word};

/// What the form of a question tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Form {
    pub kind: QuestionKind,
    pub products: Vec<String>,
    pub fact: Option<String>,
    /// Words of the occasion, for advice.
    pub occasion: Vec<String>,
    /// A limit on the price holds for all things together.
    pub total: bool,
    pub sure: f64,
}

const HISTORY: [&str; 34] = [
    "price history",
    "history of the price",
    "history of prices",
    "price trend",
    "price development",
    "price chart",
    "price graph",
    "price over time",
    "prices over time",
    "over time",
    "ever cheaper",
    "ever been cheaper",
    "been cheaper",
    "ever cost less",
    "lowest price ever",
    "lowest ever price",
    "cheapest ever",
    "all time low",
    "historical low",
    "good time to buy",
    "right time to buy",
    "best time to buy",
    "buy now or wait",
    "now or wait",
    "wait for a sale",
    "wait to buy",
    "gone up",
    "gone down",
    "price drop",
    "price dropped",
    "price changed",
    "ever on sale",
    "been on sale",
    "history prices",
];

/// Words around a price history that belong to no name.
const HISTORY_WORDS: [&str; 20] = [
    "price", "prices", "priced", "history", "cheaper", "cheapest", "lowest", "changed", "change", "buy", "buying",
    "wait", "time", "sale", "cost", "show", "good", "month", "months", "year",
];

const REVIEWS: [&str; 40] = [
    "what do people say about",
    "what do people think of",
    "what do people think about",
    "what do buyers say about",
    "what do buyers think of",
    "what do customers say about",
    "what do customers think of",
    "what do reviewers say about",
    "what do reviewers think of",
    "what do owners say about",
    "what do owners think of",
    "what do users say about",
    "what do users think of",
    "what are people saying about",
    "what do others say about",
    "what do reviews say about",
    "what do the reviews say about",
    "customer reviews of",
    "customer reviews for",
    "reviews of",
    "reviews for",
    "reviews on",
    "reviews about",
    "review of",
    "opinions on",
    "opinions about",
    "opinions of",
    "feedback on",
    "experiences with",
    "pros and cons of",
    "complaints about",
    "complaints on",
    "complaints with",
    "summarize reviews",
    "summarise reviews",
    "people complain about",
    "reviewers complain about",
    "customers complain about",
    "buyers complain about",
    "complain about",
];

const ADVICE: [&str; 34] = [
    "what do i need",
    "what do we need",
    "what will i need",
    "what would i need",
    "what else do i need",
    "what should i buy",
    "what should i get",
    "what should i bring",
    "what should i pack",
    "what should i take",
    "what should we bring",
    "what should we pack",
    "what to pack",
    "what to bring",
    "what to buy",
    "what to take",
    "what to get",
    "packing list",
    "checklist",
    "shopping list",
    "everything i need",
    "everything we need",
    "all i need",
    "essentials",
    "must haves",
    "get ready for",
    "getting ready for",
    "prepare for",
    "preparing for",
    "gear for",
    "equipment for",
    "equip",
    "stuff for",
    "what need",
];

/// Decides the kind of a question. `context`: the last answer showed products that pronouns can mean.
pub(super) fn kind_of(words: &[PlainWord], vocabulary: &Vocabulary, context: bool) -> Form {
    why::why(words, context)
        .or_else(|| comparison(words, context))
        .or_else(|| history(words, context))
        .or_else(|| reviews(words, vocabulary, context))
        .or_else(|| set::together(advice(words), words))
        .or_else(|| gift::gift(words))
        .or_else(|| fact(words, vocabulary, context))
        .unwrap_or_default()
}

fn comparison(words: &[PlainWord], context: bool) -> Option<Form> {
    let form = |products: Vec<String>| Form { kind: QuestionKind::Compare, products, sure: 0.95, ..Form::default() };
    let split = |from: usize, to: usize, parts: &[&str]| -> Vec<String> {
        let pieces = words[from..to].split(|w| parts.contains(&w.text.as_str()) || w.text == "," || w.text == "?");
        pieces
            .filter_map(name)
            .filter(|n| !["which", "difference", "compare", "better"].contains(&n.as_str()))
            .collect()
    };
    if let Some((at, _)) = find_any(words, &["vs", "versus"]) {
        let opening = find_any(&words[..at], &["compare", "comparison of", "comparison", "difference between"]);
        let from = opening.map_or(0, |(_, to)| to);
        let products = split(from, words.len(), &["vs", "versus", "or"]);
        return (products.len() >= 2).then(|| form(products));
    }
    let between = find_any(
        words,
        &[
            "difference between",
            "differences between",
            "comparison between",
            "comparison of",
            "choose between",
            "decide between",
        ],
    );
    if let Some((_, from)) = between {
        // "for" is a Hebrew "and" after "between".
        return Some(form(split(from, words.len(), &["and", "or", "for", "to"])));
    }
    if let Some((_, from)) = find_any(words, &["compare", "comparing"]) {
        let products = split(from, words.len(), &["and", "with", "to", "against", "or"]);
        let named = products.len() >= 2;
        return Some(if named { form(products) } else { Form { sure: 0.8, ..form(Vec::new()) } });
    }
    if let Some((from, to)) = find_any(words, &["compared to", "compared with", "better than", "or rather"]) {
        let (left, right) = (name(&words[..from]), name(&words[to..]));
        return left.zip(right).filter(|(l, _)| context || l.contains(' ')).map(|(l, r)| form(vec![l, r]));
    }
    let which = find_any(
        words,
        &[
            "which is better",
            "which one is better",
            "which should i buy",
            "which one should i",
            "should i get",
            "should i buy",
        ],
    );
    if let (Some((from, to)), Some(_)) = (which, find(words, "or")) {
        let wait = find_any(words, &["wait", "now"]).is_some();
        let rest: Vec<PlainWord> = words[..from].iter().chain(&words[to..]).cloned().collect();
        let pieces: Vec<String> =
            rest.split(|w| ["or", ",", "?", ":"].contains(&w.text.as_str())).filter_map(name).collect();
        return (pieces.len() == 2 && !wait).then(|| form(pieces));
    }
    None
}

fn history(words: &[PlainWord], context: bool) -> Option<Form> {
    let trigger = find_any(words, &HISTORY)?;
    // "cheapest ever" needs nothing more; "over time" alone says nothing of prices.
    let speaks_of_price = words.iter().any(|w| HISTORY_WORDS.contains(&w.text.as_str()));
    if !speaks_of_price {
        return None;
    }
    let mut cuts = vec![trigger];
    cuts.extend(
        words.iter().enumerate().filter(|(_, w)| HISTORY_WORDS.contains(&w.text.as_str())).map(|(i, _)| (i, i + 1)),
    );
    let tails = ["this year", "last year", "last month", "at the moment", "right now"];
    cuts.extend(tails.iter().filter_map(|t| find(words, t)));
    let products: Vec<String> = name_outside(words, &cuts).into_iter().collect();
    let sure = if products.is_empty() && !context { 0.45 } else { 0.9 };
    Some(Form { kind: QuestionKind::PriceHistory, products, sure, ..Form::default() })
}

fn reviews(words: &[PlainWord], vocabulary: &Vocabulary, context: bool) -> Option<Form> {
    let mut form = Form { kind: QuestionKind::Reviews, sure: 0.9, ..Form::default() };
    if let Some(trigger) = find_any(words, &REVIEWS) {
        let rest = &words[trigger.1..];
        let complains = words[trigger.0..trigger.1].iter().any(|w| w.text == "complain");
        let about = rest.iter().position(|w| ["on", "with", "of", "in", "for", "at"].contains(&w.text.as_str()));
        let aspect = about.filter(|at| *at <= 4).and_then(|at| Some((name(&rest[..at])?, name(&rest[at + 1..]))));
        match aspect {
            Some((aspect, product)) if complains || aspect_name(&aspect, vocabulary).is_some() => {
                form.fact = Some(aspect_name(&aspect, vocabulary).unwrap_or(aspect));
                form.products.extend(product);
            }
            _ => {
                let product = name(rest);
                match product {
                    Some(aspect) if complains && context && !is_specific(&aspect, vocabulary) => {
                        form.fact = Some(aspect_name(&aspect, vocabulary).unwrap_or(aspect));
                    }
                    product => form.products.extend(product),
                }
            }
        }
        return Some(form);
    }
    // "Bosk Quiet 45 reviews", but not "headphones with good reviews".
    let (at, to) = find_any(words, &["reviews", "review"])?;
    let praised = at > 0
        && ["good", "great", "best", "better", "positive", "high", "top", "excellent", "many", "with", "well", "bad"]
            .contains(&words[at - 1].text.as_str());
    let product = name_outside(words, &[(at, to)]);
    let specific = product.as_ref().is_some_and(|p| is_specific(p, vocabulary)) || (product.is_none() && context);
    (!praised && specific).then(|| {
        form.products.extend(product);
        form
    })
}

fn advice(words: &[PlainWord]) -> Option<Form> {
    let (from, to) = find_any(words, &ADVICE)?;
    // "what should i buy, the Bosk or the Tidewell" is a comparison and was read above.
    let rest = words[to..].iter().chain(&words[..from]);
    let occasion: Vec<String> = rest.filter(|w| !is_mark(w)).map(|w| w.text.clone()).collect();
    let told = occasion.iter().any(|w| !is_stop_word(w));
    told.then(|| Form { kind: QuestionKind::OpenAdvice, occasion, sure: 0.9, ..Form::default() })
}

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
const HAVING: [&str; 12] = [
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
];

fn fact(words: &[PlainWord], vocabulary: &Vocabulary, context: bool) -> Option<Form> {
    let words: &[PlainWord] = match words.iter().rposition(|w| !is_mark(w)) {
        Some(last) => &words[..=last],
        None => return None,
    };
    let first = words.first()?.text.as_str();
    if SEEKING.iter().any(|s| find(words, s).is_some_and(|(at, _)| at == 0)) {
        return None;
    }
    let (fact, product) = match first {
        "how" => how(words, vocabulary)?,
        "what" | "whats" | "which" | "tell" | "show" => what(words, vocabulary)?,
        _ if ASKING.contains(&first) => asked(words, vocabulary)?,
        _ => return None,
    };
    let points = |w: &PlainWord| PRONOUNS.contains(&w.text.as_str()) || POINTERS.contains(&w.text.as_str());
    let pronoun =
        product.iter().all(|w| is_mark(w) || is_stop_word(&w.text) || points(w)) && product.iter().any(points);
    let product = name(&product);
    let specific = product.as_ref().is_some_and(|p| is_specific(p, vocabulary));
    if !specific && !(context && (pronoun || product.is_none())) {
        return None;
    }
    let products = if specific { product.into_iter().collect() } else { Vec::new() };
    Some(Form { kind: QuestionKind::ProductFact, products, fact: Some(fact), sure: 0.85, ..Form::default() })
}

type FactOf = (String, Vec<PlainWord>);

/// "how wide is X", "how much does X weigh", "how many place settings does X have".
fn how(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<FactOf> {
    let verb =
        words.iter().position(|w| ["is", "are", "does", "do", "can", "was", "has"].contains(&w.text.as_str()))?;
    let asked = text(&words[1..verb]);
    let rest = &words[verb + 1..];
    let last = rest.last().map_or("", |w| w.text.as_str());
    let fact = match asked.as_str() {
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
        "far" => aspect_name("from the sea", vocabulary)?,
        _ => {
            let many = asked.strip_prefix("many ").or_else(|| asked.strip_prefix("much ")).unwrap_or(&asked).to_owned();
            aspect_name(&many, vocabulary).unwrap_or(many)
        }
    };
    let verbs = [
        "weigh", "hold", "last", "run", "cost", "have", "use", "go", "take", "battery", "the", "from", "sea", "beach",
        "draw",
    ];
    let product: Vec<PlainWord> = rest.iter().filter(|w| !verbs.contains(&w.text.as_str())).cloned().collect();
    Some((fact, product))
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
        if let Some(fact) = aspect_name(&phrase, vocabulary) {
            return Some((fact, words[of + 1..].to_vec()));
        }
    }
    // "what colour is X", "which ports does X have".
    let verb =
        words.iter().position(|w| ["is", "are", "does", "do", "has"].contains(&w.text.as_str())).filter(|v| *v > 1)?;
    let verbs = ["have", "made", "use", "come", "need", "of"];
    let product: Vec<PlainWord> =
        words[verb + 1..].iter().filter(|w| !verbs.contains(&w.text.as_str())).cloned().collect();
    let phrase = text(&words[1..verb]);
    Some((aspect_name(&phrase, vocabulary).unwrap_or(phrase), product))
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
        if !phrase.is_empty() {
            return Some((aspect_name(&phrase, vocabulary).unwrap_or(phrase), body[..at].to_vec()));
        }
    }
    // The longest known property at the end: "... dishwasher safe".
    for from in 1..body.len() {
        let phrase = text(&body[from..]);
        if let Some(fact) = aspect_name(&phrase, vocabulary) {
            return Some((fact, body[..from].to_vec()));
        }
    }
    // A property that no list knows: what follows the name. Names end with their last brand, number or rare word.
    let named = (0..body.len())
        .rev()
        .find(|i| is_specific(&body[*i].text, vocabulary) || PRONOUNS.contains(&body[*i].text.as_str()))?;
    let rest = text(&body[named + 1..]);
    (!rest.is_empty() && named + 1 < body.len()).then(|| (rest, body[..=named].to_vec()))
}
