//! How a follow-up question begins and what it takes back: "no, I meant ...", "forget the budget", "any brand is fine".
//!
//! Works on English words. Never looks at a product.

use crate::answer::plan::mention::{find, find_any, is_mark};
use crate::domain::Constraints;
use crate::retrieval::PlainWord;

/// Openings that put right what was said before.
const CORRECTIONS: [&str; 27] = [
    "no",
    "nope",
    "not that",
    "sorry",
    "oops",
    "actually",
    "rather",
    "i meant",
    "i mean",
    "meant",
    "make that",
    "make it",
    "scratch that",
    "correction",
    "instead of that",
    "wait",
    "oh",
    "hm",
    "hmm",
    "i wanted",
    "i said",
    "let us say",
    "lets say",
    "let s say",
    "better",
    "say",
    "well",
];

/// Openings that go on with the search before.
const GOING_ON: [&str; 25] = [
    "from",
    "and",
    "what about",
    "how about",
    "or",
    "but",
    "only",
    "also",
    "instead",
    "in",
    "with",
    "without",
    "show me",
    "any",
    "ok",
    "okay",
    "not",
    "something",
    "anything",
    "then",
    "just",
    "is there",
    "are there",
    "do you have",
    "got",
];

/// The words behind an opening that corrects, and whether there was one.
pub(in crate::answer::plan) fn corrected(words: &[PlainWord]) -> (bool, &[PlainWord]) {
    let mut rest = words;
    let mut corrects = false;
    loop {
        let marks = rest.iter().take_while(|w| is_mark(w) && w.text != "#").count();
        let bare = &rest[marks..];
        let opening = CORRECTIONS
            .iter()
            .filter_map(|o| find(bare, o).filter(|(at, _)| *at == 0).map(|(_, to)| (to, *o)))
            .max_by_key(|(to, _)| *to);
        // "no 2" and "no nuts" say a number and a wish; "no, the second" corrects.
        let next = |to: usize| bare.get(to).map_or("", |w| w.text.as_str());
        let opening = opening.filter(|(to, said)| {
            let parted =
                next(*to) == "," || CORRECTIONS.iter().any(|o| find(&bare[*to..], o).is_some_and(|(at, _)| at == 0));
            match *said {
                "no" | "better" | "say" | "well" | "rather" => parted,
                _ => true,
            }
        });
        match opening {
            Some((to, _)) if to < bare.len() => {
                corrects = true;
                rest = &bare[to..];
            }
            _ => return (corrects, if corrects { bare } else { words }),
        }
    }
}

/// Whether a question opens as one that goes on with the search before.
pub(super) fn goes_on(words: &[PlainWord]) -> bool {
    GOING_ON.iter().any(|o| find(words, o).is_some_and(|(at, _)| at == 0))
}

/// Words with which a condition is taken back.
const TAKING_BACK: [&str; 16] = [
    "forget",
    "ignore",
    "drop",
    "remove",
    "any",
    "no matter",
    "does not matter",
    "doesnt matter",
    "doesn t matter",
    "don t care",
    "dont care",
    "do not care",
    "not important",
    "never mind",
    "whatever",
    "without a limit",
];

/// Takes back the conditions that a question says no longer hold; whether there were any.
pub(super) fn take_back(words: &[PlainWord], must: &mut Constraints) -> bool {
    let unlimited =
        find_any(words, &["no limit", "no budget", "money is no object", "without a limit", "no price limit"]);
    let said = |names: &[&str]| find_any(words, names).is_some();
    if unlimited.is_none() && !said(&TAKING_BACK) {
        return false;
    }
    let before = must.clone();
    if unlimited.is_some() || said(&["budget", "price", "prices", "limit", "money", "cost"]) {
        (must.max_price, must.min_price) = (None, None);
    }
    if said(&["brand", "brands", "maker", "make"]) {
        must.brands.clear();
        must.not_brands.clear();
    }
    if said(&["shop", "shops", "store", "seller"]) {
        must.shops.clear();
        must.not_shops.clear();
    }
    if said(&["rating", "ratings", "stars", "reviews"]) {
        must.min_stars = None;
    }
    if said(&["size", "width", "height", "dimensions"]) {
        must.attributes.retain(|f| !["width", "height", "depth", "size", "length"].contains(&f.name.as_str()));
    }
    *must != before
}

/// The amount of "make that 350", "for 700": the only number of a short correction that says no unit but money.
pub(super) fn amount(words: &[PlainWord]) -> Option<i64> {
    let small = |w: &PlainWord| {
        is_mark(w)
            || [
                "for", "of", "to", "the", "budget", "is", "euro", "euros", "eur", "dollars", "usd", "shekels",
                "please", "then", "my",
            ]
            .contains(&w.text.as_str())
    };
    let mut rest = words.iter().filter(|w| !small(w));
    let amount = rest.next()?.text.replace(',', "").parse::<i64>().ok()?;
    (rest.next().is_none() && (10..=10_000_000).contains(&amount)).then_some(amount)
}
