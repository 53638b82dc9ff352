//! Sets of things that are bought together: "desk setup for 400", "everything for a small kitchen under 900".
//!
//! Only reads the form; what the set consists of stands in the table of occasions.

use super::advice;
use super::kind::{Form, names_a_kind};
use super::mention::{find_any, is_mark};
use crate::domain::{PriceLimit, QuestionKind};
use crate::retrieval::{PlainWord, Vocabulary};

const SETS: [&str; 12] = [
    "setup",
    "set up",
    "everything",
    "bundle",
    "starter kit",
    "starter set",
    "complete set",
    "complete kit",
    "equip",
    "furnish",
    "kit out",
    "outfit",
];
/// Words for a set that names of single things have too ("screwdriver set").
const WEAK: [&str; 10] =
    ["set", "kit", "system", "corner", "equipment", "gear", "package", "student room", "dorm room", "basics"];
const TOGETHER: [&str; 11] = [
    "i have",
    "we have",
    "together",
    "in total",
    "total",
    "altogether",
    "all in",
    "budget",
    "in all",
    "everything",
    "all i need",
];
pub(super) const EACH: [&str; 4] = ["each", "apiece", "per item", "per piece"];

/// The amount of "starter kit for a puppy for 150": a number behind "for" or "budget" that ends the question or has a
/// currency behind it. In the currency of the offers.
pub(super) fn amount(words: &[PlainWord]) -> Option<PriceLimit> {
    let at = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
    let ends = |i: usize| at(i).is_empty() || ["?", ".", "!", "please", "in"].contains(&at(i));
    (0..words.len()).rev().find_map(|i| {
        let before = ["for", "budget", "of", "with"].contains(&at(i));
        let amount =
            at(i + 1).replace(',', "").parse::<i64>().ok().filter(|n| before && (20..=1_000_000).contains(n))?;
        ends(i + 2).then_some(PriceLimit { milli: amount * 1000, currency: None })
    })
}

/// The advice asked for, or the set: a limit on the price is then one on the sum, unless it is said to hold for each.
pub(super) fn together(advice: Option<Form>, words: &[PlainWord], vocabulary: &Vocabulary) -> Option<Form> {
    let each = find_any(words, &EACH).is_some();
    let weak = || find_any(words, &WEAK).is_some() && !names_a_kind(words, vocabulary);
    let set = find_any(words, &SETS).is_some() || weak();
    if let Some(form) = advice {
        let whole = set || find_any(words, &TOGETHER).is_some() || with_an_amount(words);
        return Some(Form { total: !each && whole, ..form });
    }
    let occasion: Vec<String> = words.iter().filter(|w| !is_mark(w)).map(|w| w.text.clone()).collect();
    let known = set && !advice::parts(&occasion).is_empty();
    known.then(|| Form { kind: QuestionKind::OpenAdvice, occasion, total: !each, sure: 0.85, ..Form::default() })
}

/// "what should I buy with 300 euros?"
fn with_an_amount(words: &[PlainWord]) -> bool {
    let number = |w: &PlainWord| w.text.replace(',', "").parse::<u32>().is_ok_and(|n| n >= 20);
    words.windows(2).any(|pair| pair[0].text == "with" && number(&pair[1]))
}
