//! Which products of the last answer a question points at: "the second one", "number 3", "the cheapest", "the Norrvik".
//!
//! Looks at what was shown and nothing else. Never searches.

use crate::answer::plan::mention::{find, find_any, is_mark};
use crate::answer::plan::{Previous, PreviousRow};
use crate::retrieval::{PlainWord, is_stop_word};

const ORDINALS: [(&str, usize); 17] = [
    ("first", 0),
    ("1st", 0),
    ("second", 1),
    ("2nd", 1),
    ("third", 2),
    ("3rd", 2),
    ("fourth", 3),
    ("4th", 3),
    ("fifth", 4),
    ("5th", 4),
    ("sixth", 5),
    ("seventh", 6),
    ("eighth", 7),
    ("former", 0),
    ("one", 0),
    ("two", 1),
    ("three", 2),
];

/// Words in front of an ordinal that make it one.
const POINTING: [&str; 14] =
    ["the", "that", "number", "no", "option", "and", "or", "with", "about", "not", "why", "of", "than", "item"];
/// Words behind an ordinal that leave it one.
const BEHIND: [&str; 15] = [
    "and", "or", "is", "with", "has", "have", "does", "to", "against", "please", "then", "in", "product", "result",
    "instead",
];

/// Rows that the question points at by number, place or price, in the order in which it does.
pub(super) fn numbered<'p>(words: &[PlainWord], previous: &'p Previous) -> Vec<&'p PreviousRow> {
    let rows = previous.rows.as_slice();
    let mut found: Vec<&PreviousRow> = Vec::new();
    let mut add = |row: Option<&'p PreviousRow>| {
        if let Some(row) = row.filter(|r| !found.contains(r)) {
            found.push(row);
        }
    };
    let at = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
    let alone = words.iter().filter(|w| !is_mark(w)).count() == 1;
    for i in 0..words.len() {
        let (before, after) = (i.checked_sub(1).map_or("", at), at(i + 1));
        let counted = ["one", "two", "three"].contains(&at(i));
        let ends =
            after.is_empty() || !after.chars().any(char::is_alphanumeric) || after == "one" || BEHIND.contains(&after);
        match ORDINALS.iter().find(|(word, _)| *word == at(i)).map(|(_, n)| *n) {
            Some(_) if at(i) == "first" && ["two", "2", "three", "3"].contains(&after) => {
                (0..if ["two", "2"].contains(&after) { 2 } else { 3 }).for_each(|n| add(rows.get(n)));
            }
            Some(n) if !counted && ends && (alone || after == "one" || POINTING.contains(&before)) => add(rows.get(n)),
            Some(n) if counted && ["number", "no", "option"].contains(&before) => add(rows.get(n)),
            _ => {}
        }
        let number = || at(i).parse::<u32>().ok().and_then(|n| rows.iter().find(|r| r.number == n));
        if ["number", "no", "option", "#", "nr", "item"].contains(&before) || (alone && at(i).len() == 1) {
            add(number());
        }
    }
    if find_any(words, &["the last one", "last one", "the last", "the latter"]).is_some_and(|(_, to)| {
        to == words.len() || !words[to].text.starts_with(char::is_alphabetic) || BEHIND.contains(&at(to))
    }) {
        add(rows.last());
    }
    let cheapest = ["the cheapest one", "the cheaper one", "cheapest of them", "cheapest of these", "the cheapest"];
    if find_any(words, &cheapest).is_some() {
        let priced = rows.iter().filter_map(|r| Some((r.price?.milli(), r)));
        add(priced.min_by_key(|(milli, _)| *milli).map(|(_, r)| r));
    }
    if find_any(words, &["the dearest", "the priciest", "the most expensive"]).is_some() {
        let priced = rows.iter().filter_map(|r| Some((r.price?.milli(), r)));
        add(priced.max_by_key(|(milli, _)| *milli).map(|(_, r)| r));
    }
    if find_any(words, &["the other one", "the other", "other one"]).is_some_and(|(_, to)| {
        to == words.len() || !words[to].text.starts_with(char::is_alphabetic) || BEHIND.contains(&at(to))
    }) {
        add(other(previous));
    }
    if find_any(words, &["your pick", "the pick", "your choice", "your recommendation"]).is_some() {
        add(rows.iter().find(|r| Some(r.product) == previous.pick));
    }
    found
}

/// "The other one": the one talked of before the last, else of the list the first that was not talked of last.
fn other(previous: &Previous) -> Option<&PreviousRow> {
    let last = previous.focus.first().or(previous.rows.first())?;
    previous.focus.get(1).or_else(|| previous.rows.iter().find(|r| r.product != last.product))
}

/// The row that a phrase names: every word of it stands in the row's title or brand. What was talked of last goes
/// before the list, and the list goes in order.
pub(super) fn named<'p>(phrase: &str, previous: &'p Previous) -> Option<&'p PreviousRow> {
    let words: Vec<String> =
        phrase.split(|c: char| !c.is_alphanumeric()).filter(|w| !is_stop_word(w)).map(one).collect();
    let words: Vec<&String> = words.iter().filter(|w| !w.is_empty()).collect();
    let fits = |row: &&PreviousRow| {
        let own = format!("{} {}", row.title, row.brand.as_deref().unwrap_or("")).to_lowercase();
        let own: Vec<String> = own.split(|c: char| !c.is_alphanumeric()).map(one).collect();
        words.iter().all(|w| own.contains(w))
    };
    if words.is_empty() {
        return None;
    }
    previous.focus.iter().chain(&previous.rows).find(fits)
}

/// Rows whose brand the question says, each once.
pub(super) fn branded<'p>(words: &[PlainWord], previous: &'p Previous) -> Vec<&'p PreviousRow> {
    let mut found: Vec<&PreviousRow> = Vec::new();
    let mut brands: Vec<String> = Vec::new();
    for row in previous.focus.iter().chain(&previous.rows) {
        let Some(brand) = row.brand.as_deref().map(str::to_lowercase) else { continue };
        let spoken: Vec<&str> = brand.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        if !brands.contains(&brand) && !spoken.is_empty() && find(words, &spoken.join(" ")).is_some() {
            found.push(row);
            brands.push(brand);
        }
    }
    found
}

/// Whether a phrase says nothing but a place in a list: a catalogue may have a "Second Ridge".
pub(super) fn only_points(phrase: &str) -> bool {
    let points = |w: &str| {
        is_stop_word(w)
            || ["last", "ones", "cheapest", "latter", "than", "other"].contains(&w)
            || ORDINALS.iter().any(|(o, _)| *o == w)
    };
    phrase.split([' ', '-']).all(points)
}

/// A rough singular.
fn one(word: &str) -> String {
    let word = word.to_lowercase();
    if word.len() > 3 && !word.ends_with("ss") { word.trim_end_matches('s').to_owned() } else { word }
}
