//! Questions that lean on the answer before: "the second one", "cheaper", "and in blue?", "under 400".
//!
//! Changes a plan only where the question has no subject of its own.

use super::mention::{PRONOUNS, find, find_any, is_mark, is_specific};
use super::{Previous, PreviousRow};
use crate::domain::*;
use crate::retrieval::{PlainWord, Vocabulary, is_stop_word};

const ORDINALS: [(&str, usize); 16] = [
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
    ("one", 0),
    ("two", 1),
    ("three", 2),
];

/// Openings that go on with the search before.
const GOING_ON: [&str; 17] = [
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
    "not",
    "something",
    "anything",
];

/// Makes a follow-up question whole.
pub(super) fn resolve(need: &mut Need, words: &[PlainWord], previous: &Previous, vocabulary: &Vocabulary) {
    let rows = chosen(words, &previous.rows);
    match need.kind {
        QuestionKind::Search => {
            if !rows.is_empty() && words.iter().filter(|w| !is_mark(w)).count() <= 7 {
                about_rows(need, &rows);
            } else if leans(need, words, vocabulary) {
                go_on(need, words, previous);
            }
        }
        QuestionKind::OpenAdvice => {}
        QuestionKind::Compare => compare(need, words, &rows, &previous.rows, vocabulary),
        _ => {
            let own = need.products.iter().any(|p| is_specific(p, vocabulary));
            if !rows.is_empty() && !own {
                need.products = rows.iter().take(1).map(|r| key(r)).collect();
            } else if need.products.is_empty()
                && let Some(first) = previous.rows.first()
            {
                need.products = vec![key(first)];
            }
        }
    }
}

/// A row as `retrieval::resolve_product` reads it: by id, so that no second look at words is needed.
fn key(row: &PreviousRow) -> String {
    format!("product:{}", row.product)
}

/// Rows that the question points at: "the second one", "number 3", "the cheapest", "the last one".
fn chosen<'r>(words: &[PlainWord], rows: &'r [PreviousRow]) -> Vec<&'r PreviousRow> {
    let mut found: Vec<&PreviousRow> = Vec::new();
    let mut add = |row: Option<&'r PreviousRow>| {
        if let Some(row) = row.filter(|r| !found.contains(r)) {
            found.push(row);
        }
    };
    let at = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
    for i in 0..words.len() {
        let after = at(i + 1);
        let pointed = i > 0 && ["the", "that", "number", "no", "option", "and", "or", "with"].contains(&at(i - 1));
        let ordinal = ORDINALS.iter().find(|(word, _)| *word == at(i)).map(|(_, n)| *n);
        let counted = ["one", "two", "three"].contains(&at(i));
        match ordinal {
            Some(_) if at(i) == "first" && ["two", "three"].contains(&after) => {
                (0..if after == "two" { 2 } else { 3 }).for_each(|n| add(rows.get(n)));
            }
            Some(n)
                if !counted
                    && pointed
                    && (after == "one"
                        || after.is_empty()
                        || !after.chars().any(char::is_alphanumeric)
                        || ["and", "or", "is", "with"].contains(&after)) =>
            {
                add(rows.get(n));
            }
            Some(n) if counted && i > 0 && ["number", "no", "option"].contains(&at(i - 1)) => add(rows.get(n)),
            _ => {}
        }
        if i > 0 && ["number", "no", "option", "#"].contains(&at(i - 1)) {
            add(at(i).parse::<u32>().ok().and_then(|n| rows.iter().find(|r| r.number == n)));
        }
    }
    if find_any(words, &["the last one", "last one"]).is_some() {
        add(rows.last());
    }
    if find_any(words, &["the cheapest one", "the cheaper one", "cheapest of them", "the cheapest of these"]).is_some()
    {
        let priced = rows.iter().filter_map(|r| Some((r.price?.milli(), r)));
        add(priced.min_by_key(|(milli, _)| *milli).map(|(_, r)| r));
    }
    found
}

/// "the second one": a product named without a question is a question about its facts.
fn about_rows(need: &mut Need, rows: &[&PreviousRow]) {
    need.kind = if rows.len() > 1 { QuestionKind::Compare } else { QuestionKind::ProductFact };
    need.products = rows.iter().map(|r| key(r)).collect();
    need.must = Constraints::default();
    need.sure = 0.8;
}

fn compare(need: &mut Need, words: &[PlainWord], rows: &[&PreviousRow], all: &[PreviousRow], vocabulary: &Vocabulary) {
    let named = need.products.iter().filter(|p| is_specific(p, vocabulary)).count();
    if named >= 2 || all.len() < 2 {
        return;
    }
    if rows.len() >= 2 {
        need.products = rows.iter().map(|r| key(r)).collect();
        return;
    }
    let numbers: Vec<u32> = words.iter().filter_map(|w| w.text.parse().ok()).collect();
    let by_number: Vec<&PreviousRow> = numbers.iter().filter_map(|n| all.iter().find(|r| r.number == *n)).collect();
    let pronoun = words.iter().any(|w| PRONOUNS.contains(&w.text.as_str()));
    if by_number.len() >= 2 {
        need.products = by_number.iter().map(|r| key(r)).collect();
    } else if (pronoun && need.must.category.is_none()) || words.iter().filter(|w| !is_mark(w)).count() == 1 {
        need.products = all.iter().take(3).map(key).collect();
    }
}

/// Whether a search has no subject of its own.
fn leans(need: &Need, words: &[PlainWord], vocabulary: &Vocabulary) -> bool {
    let count = words.iter().filter(|w| !is_mark(w)).count();
    let opens = GOING_ON.iter().any(|o| find(words, o).is_some_and(|(at, _)| at == 0));
    let subject = need.must.category.is_some() || !need.must.brands.is_empty() && count > 4;
    let thing =
        need.words.first().is_some_and(|w| w.split(' ').any(|part| !is_stop_word(part) && vocabulary.knows(part)));
    let bare = need.words.iter().all(|w| w.split(' ').all(is_stop_word));
    !subject && count <= 10 && ((opens && count <= 7) || bare || (count <= 3 && !thing))
}

/// Adds the question's conditions and words to the search before.
fn go_on(need: &mut Need, words: &[PlainWord], previous: &Previous) {
    let cheaper = words.iter().any(|w| w.text == "cheaper");
    let mut whole = previous.need.clone();
    whole.kind = QuestionKind::Search;
    whole.products.clear();
    whole.question.clone_from(&need.question);
    whole.language = need.language;
    whole.planner = Planner::Rules;
    merge_constraints(&mut whole.must, std::mem::take(&mut need.must));
    for want in need.wants.drain(..) {
        whole.wants.retain(|w| w.aspect != want.aspect);
        whole.wants.push(want);
    }
    if cheaper && let Some(least) = previous.rows.first().and_then(|r| r.price) {
        // Below the price of what stood first.
        let milli = i64::try_from(least.milli() - 1).unwrap_or(i64::MAX);
        whole.must.max_price = Some(PriceLimit { milli, currency: Some(least.currency) });
    }
    let known: Vec<String> = whole.words.clone();
    whole.words.extend(need.words.drain(..).filter(|w| !known.contains(w) && w != "cheaper"));
    whole.sure = previous.need.sure.max(0.7);
    *need = whole;
}

fn merge_constraints(old: &mut Constraints, new: Constraints) {
    old.min_price = new.min_price.or(old.min_price);
    old.max_price = new.max_price.or(old.max_price);
    if let (Some(low), Some(high)) = (old.min_price, old.max_price)
        && low.milli > high.milli
    {
        // The newer of two limits that exclude each other counts.
        if new.max_price.is_some() { old.min_price = None } else { old.max_price = None }
    }
    old.min_stars = new.min_stars.or(old.min_stars);
    if !new.brands.is_empty() {
        old.brands = new.brands;
    }
    old.brands.retain(|b| !new.not_brands.contains(b));
    old.not_brands.extend(new.not_brands);
    old.without.extend(new.without);
    old.in_stock |= new.in_stock;
    if !new.shops.is_empty() {
        old.shops = new.shops;
    }
    old.shops.retain(|s| !new.not_shops.contains(s));
    old.not_shops.extend(new.not_shops);
    if !new.conditions.is_empty() {
        old.conditions = new.conditions;
    }
    old.category = new.category.or(old.category.take());
    for filter in new.attributes {
        old.attributes.retain(|f| f.name != filter.name);
        old.attributes.push(filter);
    }
}
