//! Questions on what a named product cost, costs usually or came to cost: "what did X cost in June?", "did it drop?"
//!
//! Only reads the form: which price is asked for and of what time; what it was is for others.

use super::kind::Form;
use super::mention::{PRONOUNS, find_any, is_mark, named};
use super::period::period;
use crate::domain::QuestionKind;
use crate::retrieval::{PlainWord, is_stop_word};

/// Words that speak of a price.
const SPEAKS: [&str; 18] = [
    "price",
    "prices",
    "priced",
    "pricing",
    "cost",
    "costs",
    "costing",
    "pay",
    "paid",
    "cheap",
    "cheaper",
    "cheapest",
    "expensive",
    "dearer",
    "pricier",
    "sale",
    "euros",
    "€",
];
/// Words that ask how a price was, or how it moves.
const PAST: [&str; 12] =
    ["was", "were", "been", "had", "ever", "usually", "normally", "typically", "did", "trend", "historically", "used"];

/// Which price is asked for, and the phrases that say so; the first that is found counts.
const ASKED: [(&str, &[&str]); 8] = [
    (
        FORECAST,
        &["will", "going to", "wait", "black friday", "next week", "next month", "next year", "tomorrow", "soon"],
    ),
    (SALE, &["on sale", "on offer", "discounted", "reduced", "discount", "list price", "overpriced", "good deal"]),
    (AVERAGE, &["average", "mean price", "median", "typical", "typically", "usual", "usually", "normal", "normally"]),
    (
        DROP,
        &[
            "drop",
            "dropped",
            "drops",
            "dropping",
            "fell",
            "fall",
            "fallen",
            "decrease",
            "decreased",
            "gone down",
            "went down",
            "go down",
            "come down",
            "came down",
            "got cheaper",
            "become cheaper",
            "get cheaper",
        ],
    ),
    (
        RISE,
        &[
            "rise",
            "rose",
            "risen",
            "increase",
            "increased",
            "gone up",
            "went up",
            "go up",
            "got dearer",
            "got more expensive",
            "become more expensive",
            "get more expensive",
        ],
    ),
    (HIGHEST, &["highest", "most expensive", "dearest", "priciest", "maximum", "peak"]),
    (CHEAPER, &["cheaper", "cost less", "costs less", "less expensive", "under", "below", "less than"]),
    (LOWEST, &["lowest", "cheapest", "minimum", "all time low", "historical low", "best price"]),
];

/// What is asked of a price, as `Need::fact` names it.
pub const LOWEST: &str = "lowest price";
pub const HIGHEST: &str = "highest price";
pub const AVERAGE: &str = "usual price";
pub const DROP: &str = "price drop";
pub const RISE: &str = "price rise";
pub const CHEAPER: &str = "cheaper before";
pub const CHEAPER_NOW: &str = "cheaper now";
pub const SALE: &str = "on sale";
pub const FORECAST: &str = "price to come";

/// What is asked of the price; `None` for the history as a whole.
pub(super) fn asked(words: &[PlainWord]) -> Option<String> {
    let said = |phrases: &[&str]| find_any(words, phrases).is_some();
    let better = said(&["now or wait", "buy now or", "good time", "right time", "best time"]);
    let found = ASKED.iter().find(|(_, phrases)| said(phrases)).map(|(asked, _)| *asked)?;
    // "buy now or wait" is answered by what the price is beside what it was.
    (!(better && found == FORECAST)).then(|| found.to_owned())
}

/// A question on a past, usual or coming price of a product that is named or was talked of (`context`).
pub(super) fn past(words: &[PlainWord], context: bool) -> Option<Form> {
    let timed = period(words);
    let rest: Vec<PlainWord> = match timed {
        Some((_, (from, to))) => words[..from].iter().chain(&words[to..]).cloned().collect(),
        None => words.to_vec(),
    };
    let is = |list: &[&str], w: &PlainWord| list.contains(&w.text.as_str());
    // "is it cheaper than in June": now beside then.
    let than = timed.is_some_and(|(_, (from, _))| words[from].text == "than");
    let asked = asked(&rest).map(|a| if than && a == CHEAPER { CHEAPER_NOW.to_owned() } else { a });
    let how_much = timed.is_some() && find_any(&rest, &["how much"]).is_some();
    let moves = asked.as_deref().is_some_and(|a| [DROP, RISE].contains(&a));
    let waits = find_any(&rest, &["wait", "black friday"]).is_some();
    let speaks = how_much || moves || waits || rest.iter().any(|w| is(&SPEAKS, w));
    let looks_back = rest.iter().any(|w| is(&PAST, w))
        || asked.as_deref().is_some_and(|a| [DROP, RISE, AVERAGE, HIGHEST, LOWEST, FORECAST, SALE].contains(&a));
    if !(speaks && (timed.is_some() || looks_back)) {
        return None;
    }
    let product = named(&rest).next();
    if product.is_none() && !(context && bare(&rest, timed.is_some())) {
        return None;
    }
    // "which shop is cheapest for X", "is X the cheapest": of now, and not of its past.
    let of_now = timed.is_none() && !rest.iter().any(|w| is(&PAST, w) || is(&["price", "prices"], w));
    if of_now && asked.as_deref().is_some_and(|a| [LOWEST, HIGHEST].contains(&a)) {
        return None;
    }
    Some(Form {
        kind: QuestionKind::PriceHistory,
        products: product.map(str::to_owned).into_iter().collect(),
        fact: asked,
        period: timed.map(|(period, _)| period),
        sure: 0.9,
        ..Form::default()
    })
}

/// Whether nothing but grammar and words of prices is left: the product is one that was talked of.
fn bare(words: &[PlainWord], timed: bool) -> bool {
    let pronoun = words.iter().any(|w| PRONOUNS.contains(&w.text.as_str()));
    let known = |w: &PlainWord| {
        let text = w.text.as_str();
        is_mark(w)
            || is_stop_word(text)
            || SPEAKS.contains(&text)
            || PAST.contains(&text)
            || PRONOUNS.contains(&text)
            || ASKED.iter().any(|(_, phrases)| phrases.iter().any(|p| p.split(' ').any(|part| part == text)))
            || [
                "real", "really", "genuine", "how", "much", "when", "will", "has", "first", "second", "third", "last",
                "get", "now",
            ]
            .contains(&text)
            || text.chars().all(|c| c.is_ascii_digit())
    };
    let listed = find_any(words, &["list price", "on sale", "overpriced"]).is_some();
    (pronoun || timed || listed) && words.iter().all(known)
}
