//! Which sort of answer a question calls for, by its form: comparison, fact, price history, reviews, advice or search.
//!
//! Works on English words (translated where needed). Everything that fits no pattern is a search.

use super::mention::{find, find_any, is_mark, is_specific, name, name_outside, named};
use super::{about, advice as table, fact, gift, list, price, set, why};
use crate::domain::{Period, QuestionKind};
use crate::retrieval::{PlainWord, Vocabulary, aspect_name, is_stop_word, is_thing};

/// What the form of a question tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Form {
    pub kind: QuestionKind,
    pub products: Vec<String>,
    pub fact: Option<String>,
    /// The time that a question on prices speaks of.
    pub period: Option<Period>,
    /// Words of the occasion, for advice.
    pub occasion: Vec<String>,
    /// The things themselves, where they are told or known already.
    pub parts: Vec<String>,
    /// Of the parts one is wanted.
    pub either: bool,
    /// A trouble was told: what cannot be ("I cannot sleep") is no condition on things.
    pub trouble: bool,
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

const REVIEWS: [&str; 53] = [
    "what is wrong with",
    "whats wrong with",
    "what s wrong with",
    "wrong with",
    "reviews mention",
    "reviewers mention",
    "people mention",
    "owners mention",
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

const ADVICE: [&str; 39] = [
    "what should we buy",
    "what should we get",
    "what should we take",
    "what will we need",
    "what would we need",
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
    let found = why::why(words, context)
        .or_else(|| about::several(words, vocabulary))
        .or_else(|| comparison(words, context))
        .or_else(|| either(words, vocabulary))
        .or_else(|| price::past(words, context))
        .or_else(|| history(words, context))
        .or_else(|| past_price(words, vocabulary))
        .or_else(|| bargain(words, vocabulary))
        .or_else(|| reviews(words, vocabulary, context))
        .or_else(|| about::opinion(words, vocabulary))
        .or_else(|| set::together(advice(words, vocabulary), words, vocabulary))
        .or_else(|| list::list(words, vocabulary))
        .or_else(|| gift::gift(words, vocabulary))
        .or_else(|| fact::fact(words, vocabulary, context))
        .or_else(|| fact::fact(last_sentence(words)?, vocabulary, context))
        .or_else(|| about::one(words, vocabulary))
        .or_else(|| trouble(words, vocabulary))
        .unwrap_or_default();
    match found.kind {
        QuestionKind::PriceHistory => Form { fact: found.fact.or_else(|| price::asked(words)), ..found },
        QuestionKind::Compare => Form { fact: found.fact.or_else(|| about::compared(words, vocabulary)), ..found },
        _ => found,
    }
}

/// "my flat is dusty and I have asthma": what helps, where no kind of thing is named.
fn trouble(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let said: Vec<String> = words.iter().filter(|w| !is_mark(w)).map(|w| w.text.clone()).collect();
    let parts = table::trouble(&said);
    (!parts.is_empty() && !names_a_kind(words, vocabulary)).then(|| Form {
        kind: QuestionKind::OpenAdvice,
        parts,
        trouble: true,
        sure: 0.8,
        ..Form::default()
    })
}

/// Whether a kind of thing of this catalogue is named.
pub(super) fn names_a_kind(words: &[PlainWord], vocabulary: &Vocabulary) -> bool {
    let leaf = |phrase: &str| vocabulary.category_paths(&singular_phrase(phrase)).iter().any(|path| path.contains('>'));
    (1..=3).any(|n| words.windows(n).any(|w| leaf(&super::mention::text(w))))
}

fn singular_phrase(phrase: &str) -> String {
    phrase.replace('-', " ").split(' ').map(|w| w.strip_suffix('s').unwrap_or(w)).collect::<Vec<_>>().join(" ")
}

/// What stands behind the last full stop: "I have read about it. What does the Bosk cost?"
fn last_sentence(words: &[PlainWord]) -> Option<&[PlainWord]> {
    let ends = words.iter().rposition(|w| !is_mark(w))?;
    let stop = words[..ends].iter().rposition(|w| [".", "!", ";"].contains(&w.text.as_str()))?;
    Some(&words[stop + 1..])
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
    let of_two = ["which of the two", "which of them", "which of these", "which of those", "which one of"];
    if let (Some(_), [first, second, ..]) = (find_any(words, &of_two), named(words).collect::<Vec<_>>().as_slice()) {
        return Some(form(vec![(*first).to_owned(), (*second).to_owned()]));
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
pub(super) fn has_brand(phrase: &str, vocabulary: &Vocabulary) -> bool {
    let words: Vec<&str> = phrase.split([' ', '-']).collect();
    (1..=words.len().min(3)).any(|n| words.windows(n).any(|w| vocabulary.has_brand(&w.join(" "))))
}

/// Words that ask how a price was, and words that speak of one; both around a product ask for its history.
const PAST: [&str; 8] = ["was", "were", "been", "had", "ever", "usually", "normally", "typically"];
const PRICED: [&str; 8] = ["price", "cost", "costs", "cheapest", "cheaper", "expensive", "lowest", "highest"];

/// What a price is called that may be a good one, of a product that is named.
const BARGAIN: [&str; 9] =
    ["on sale", "on offer", "discounted", "reduced", "discount", "list price", "good price", "good deal", "overpriced"];

/// "is X on sale?", "is the list price of X real?": the price held against what it was.
fn bargain(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    words.first().filter(|w| ["is", "are", "does", "has"].contains(&w.text.as_str()))?;
    let trigger = find_any(words, &BARGAIN)?;
    let cut = |i: &usize| {
        let word = words[*i].text.as_str();
        word.starts_with(|c: char| c.is_ascii_digit()) && words.get(i + 1).is_some_and(|w| w.text == "euros")
            || ["euros", "real", "really", "genuine", "true", "for", "of"].contains(&word)
    };
    let cuts: Vec<(usize, usize)> =
        std::iter::once(trigger).chain((0..words.len()).filter(cut).map(|i| (i, i + 1))).collect();
    let product = name_outside(words, &cuts).filter(|p| has_brand(p, vocabulary))?;
    Some(Form { kind: QuestionKind::PriceHistory, products: vec![product], sure: 0.8, ..Form::default() })
}

/// "what was the lowest price of X?", "what does X usually cost?"
fn past_price(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let is = |list: &[&str], w: &PlainWord| list.contains(&w.text.as_str());
    if !(words.iter().any(|w| is(&PAST, w)) && words.iter().any(|w| is(&PRICED, w))) {
        return None;
    }
    let cut = |w: &PlainWord| is(&PAST, w) || is(&PRICED, w) || is(&["when", "what", "how", "much", "its", "at"], w);
    let cuts: Vec<(usize, usize)> = (0..words.len()).filter(|i| cut(&words[*i])).map(|i| (i, i + 1)).collect();
    // "which headphones cost less than they usually do": a kind of thing, no product.
    let kind = words.iter().any(|w| !vocabulary.category_paths(w.text.trim_end_matches('s')).is_empty());
    let product =
        name_outside(words, &cuts).filter(|p| has_brand(p, vocabulary) || is_specific(p, vocabulary) && !kind)?;
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
    if let Some((at, to)) = find_any(words, &REVIEWS).or_else(|| people_say(words))
        && let Some(product) = named(words).next()
    {
        // A name in full parts itself from what is said of it.
        let around: Vec<PlainWord> =
            words[..at].iter().chain(&words[to..]).filter(|w| w.text != product).cloned().collect();
        let fact = about::review_aspect(&around, vocabulary);
        return Some(Form {
            kind: QuestionKind::Reviews,
            products: vec![product.to_owned()],
            fact,
            sure: 0.9,
            ..Form::default()
        });
    }
    let mut form = Form { kind: QuestionKind::Reviews, sure: 0.9, ..Form::default() };
    if let Some(trigger) = find_any(words, &REVIEWS).or_else(|| people_say(words)) {
        let rest = &words[trigger.1..];
        let complains = words[trigger.0..trigger.1].iter().any(|w| ["complain", "mention"].contains(&w.text.as_str()));
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
    let counts = at > 0 && words[at - 1].text == "many";
    (!praised && specific).then(|| {
        match named(words).next().filter(|_| !counts) {
            Some(whole) => {
                let around: Vec<PlainWord> =
                    words[..at].iter().chain(&words[to..]).filter(|w| w.text != whole).cloned().collect();
                form.products.push(whole.to_owned());
                form.fact = about::review_aspect(&around, vocabulary);
            }
            None => form.products.extend(product),
        }
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

/// What asks for advice only where an occasion follows: "what do you recommend for a picnic?"
const RECOMMEND: [&str; 5] = [
    "what do you recommend for",
    "what would you recommend for",
    "what do you suggest for",
    "what would you suggest for",
    "what is good for",
];

fn advice(words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let (from, to) = find_any(words, &ADVICE).or_else(|| {
        let said: Vec<String> = words.iter().map(|w| w.text.clone()).collect();
        find_any(words, &RECOMMEND).filter(|_| !names_a_kind(words, vocabulary) && !table::parts(&said).is_empty())
    })?;
    // "what should i buy, the Bosk or the Tidewell" is a comparison and was read above.
    let rest = words[to..].iter().chain(&words[..from]);
    let occasion: Vec<String> = rest.filter(|w| !is_mark(w)).map(|w| w.text.clone()).collect();
    let told = occasion.iter().any(|w| !is_stop_word(w));
    // "My old vacuum died. What should I get?" asks for a vacuum cleaner.
    let open: Vec<&str> = occasion.iter().map(String::as_str).filter(|w| !is_stop_word(w)).collect();
    let for_something = words[to..].iter().any(|w| ["for", "to", "when", "in", "on"].contains(&w.text.as_str()));
    let a_thing = !for_something && is_thing(&open.join(" "));
    (told && !a_thing).then(|| Form { kind: QuestionKind::OpenAdvice, occasion, sure: 0.9, ..Form::default() })
}
