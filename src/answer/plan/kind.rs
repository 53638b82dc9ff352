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

const REVIEWS: [&str; 45] = [
    "speaks against",
    "downsides of",
    "drawbacks of",
    "disadvantages of",
    "weaknesses of",
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
        .or_else(|| either(words, vocabulary))
        .or_else(|| history(words, context))
        .or_else(|| past_price(words, vocabulary))
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

/// "which is quieter, the Norrvik Basin or the Quellhof Hush?", "A or B, which one is lighter?": two products around an
/// "or", beside a word that asks for one of them.
fn either(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    find_any(words, &["which", "what", "better"])?;
    let (at, to) = find(words, "or")?;
    let named = |piece: &[PlainWord]| name(piece).filter(|n| has_brand(n, vocabulary));
    let opens = words[..at].iter().rposition(is_mark).map_or(0, |i| i + 1);
    // Without a comma the name begins with its brand: "which is quieter Bosk Plates or Tidewell Hush".
    let opens = (opens..at).find(|i| has_brand(&words[*i].text, vocabulary)).unwrap_or(opens);
    let ends = words[to..].iter().position(is_mark).map_or(words.len(), |i| to + i);
    let products = vec![named(&words[opens..at])?, named(&words[to..ends])?];
    Some(Form { kind: QuestionKind::Compare, products, sure: 0.9, ..Form::default() })
}

/// Whether a brand of the catalogue is in a phrase.
fn has_brand(phrase: &str, vocabulary: &Vocabulary) -> bool {
    let words: Vec<&str> = phrase.split([' ', '-']).collect();
    (1..=words.len().min(3)).any(|n| words.windows(n).any(|w| vocabulary.brand(&w.join(" ")).is_some()))
}

/// Words that ask how a price was, and words that speak of one; both around a product ask for its history.
const PAST: [&str; 8] = ["was", "were", "been", "had", "ever", "usually", "normally", "typically"];
const PRICED: [&str; 9] =
    ["price", "cost", "costs", "cheapest", "cheaper", "expensive", "lowest", "highest", "sold"];

/// "what was the lowest price of X?", "what does X usually cost?"
fn past_price(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let is = |list: &[&str], w: &PlainWord| list.contains(&w.text.as_str());
    if !(words.iter().any(|w| is(&PAST, w)) && words.iter().any(|w| is(&PRICED, w))) {
        return None;
    }
    let cut = |w: &PlainWord| is(&PAST, w) || is(&PRICED, w) || is(&["when", "what", "how", "much", "its", "at"], w);
    let cuts: Vec<(usize, usize)> = (0..words.len()).filter(|i| cut(&words[*i])).map(|i| (i, i + 1)).collect();
    let product = name_outside(words, &cuts).filter(|p| is_specific(p, vocabulary))?;
    Some(Form { kind: QuestionKind::PriceHistory, products: vec![product], sure: 0.85, ..Form::default() })
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
    if let Some(trigger) = find_any(words, &REVIEWS).or_else(|| people_say(words)) {
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

/// "what do guests say about", "are owners happy with": whoever it is that is asked after.
fn people_say(words: &[PlainWord]) -> Option<(usize, usize)> {
    let is = |i: usize, list: &[&str]| words.get(i).is_some_and(|w| list.contains(&w.text.as_str()));
    let of = ["about", "of", "with"];
    let said = (0..words.len()).find(|i| {
        is(*i, &["what", "how"])
            && is(i + 1, &["do", "are", "did"])
            && is(i + 3, &["say", "saying", "think", "write", "like", "dislike", "complain", "report"])
    });
    if let Some(at) = said {
        let to = if is(at + 4, &of) { at + 5 } else { at + 4 };
        return Some((at, to));
    }
    let pleased = (0..words.len())
        .find(|i| is(*i, &["are", "is", "were"]) && is(i + 2, &["happy", "satisfied", "pleased", "content"]))?;
    is(pleased + 3, &of).then_some((pleased, pleased + 4))
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
    let told = at_product(words, vocabulary).or_else(|| leading(words, vocabulary));
    if told.is_none() && SEEKING.iter().any(|s| find(words, s).is_some_and(|(at, _)| at == 0)) {
        return None;
    }
    let (fact, product) = match first {
        _ if told.is_some() => told?,
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

/// "is there a pool at X?", "are pets allowed at X?": a property that the catalogue knows, at a named product.
fn at_product(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<FactOf> {
    let asks = |w: &PlainWord| ["is", "are", "do", "does"].contains(&w.text.as_str());
    let skip = words.first().filter(|w| asks(w)).map(|_| 1)?;
    let small = |w: &&PlainWord| ["there", "a", "an", "any"].contains(&w.text.as_str());
    let from = skip + words[skip..].iter().take_while(small).count();
    let at = (from + 1..words.len()).find(|i| ["at", "in", "on"].contains(&words[*i].text.as_str()))?;
    let fact = aspect_name(&text(&words[from..at]), vocabulary)?;
    name(&words[at + 1..]).filter(|n| is_specific(n, vocabulary))?;
    Some((fact, words[at + 1..].to_vec()))
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
        _ => aspect_name(&rest, vocabulary).unwrap_or(rest),
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
    let fact = match asked.as_str() {
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
        "far" => aspect_name("from the sea", vocabulary)?,
        _ => {
            let many = asked.strip_prefix("many ").or_else(|| asked.strip_prefix("much ")).unwrap_or(&asked).to_owned();
            aspect_name(&many, vocabulary).unwrap_or(many)
        }
    };
    let verbs = [
        "weigh", "hold", "last", "run", "cost", "have", "use", "go", "take", "battery", "the", "from", "sea", "beach",
        "draw", "carry", "bear", "support",
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
    // "is X a dark roast?"
    if let Some(at) = body.iter().rposition(|w| w.text == "a" || w.text == "an")
        && name(&body[..at]).is_some_and(|n| has_brand(&n, vocabulary))
        && at + 1 < body.len()
    {
        return Some((text(&body[at + 1..]), body[..at].to_vec()));
    }
    // A property that no list knows: what follows the name. Names end with their last brand, number or rare word.
    let named = (0..body.len())
        .rev()
        .find(|i| is_specific(&body[*i].text, vocabulary) || PRONOUNS.contains(&body[*i].text.as_str()))?;
    let rest = text(&body[named + 1..]);
    (!rest.is_empty() && named + 1 < body.len()).then(|| (rest, body[..=named].to_vec()))
}
