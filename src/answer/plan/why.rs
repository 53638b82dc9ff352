//! Questions after the reason of a choice: "why not the Norrvik?", "what is wrong with the second one?"
//!
//! Only reads the form; which product is meant and what speaks against it is for others.

use super::fact::ASKING;
use super::kind::Form;
use super::mention::{find_any, name_outside, text};
use crate::domain::QuestionKind;
use crate::retrieval::PlainWord;

const WHY: [&str; 14] = [
    "why not",
    "why isnt",
    "why isn t",
    "why is not",
    "why no",
    "whats wrong with",
    "what is wrong with",
    "what s wrong with",
    "what speaks against",
    "why did you",
    "why do you",
    "why",
    "how come",
    "reason against",
];

/// Words around the product that are no part of its name.
const AROUND: [&str; 15] = [
    "pick",
    "picked",
    "choose",
    "chose",
    "recommend",
    "recommended",
    "take",
    "show",
    "did",
    "you",
    "not",
    "rather",
    "than",
    "suggest",
    "get",
];

/// `context`: the last answer showed products.
pub(super) fn why(words: &[PlainWord], context: bool) -> Option<Form> {
    let (from, to) = find_any(words, &WHY).filter(|(at, _)| context && *at <= 1)?;
    let rest = &words[to..];
    // "why is it so expensive?" asks for no choice.
    let of_a_fact = text(&words[from..to]) == "why" && rest.first().is_some_and(|w| ASKING.contains(&w.text.as_str()));
    if of_a_fact {
        return None;
    }
    let cut = |i: &usize| AROUND.contains(&rest[*i].text.as_str());
    let cuts: Vec<(usize, usize)> = (0..rest.len()).filter(cut).map(|i| (i, i + 1)).collect();
    let products = name_outside(rest, &cuts).into_iter().collect();
    Some(Form { kind: QuestionKind::WhyNot, products, sure: 0.85, ..Form::default() })
}
