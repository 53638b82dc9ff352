//! Judges what was understood and what the answer had to hold: the plan, expected products, facts, ending.
//!
//! Compares with the question's file alone.

use super::Verdict;
use super::parts::Answer;
use super::question::{Ending, Plan, Question};
use emptor::answer::event::{AnswerEvent, Outcome, Sentence};
use emptor::domain::*;
use std::collections::BTreeSet;

pub fn judge_plan(plan: &Plan, answer: &Answer<'_>, verdict: &mut Verdict) {
    let need = &answer.need;
    let mut wrong = |what: String| verdict.plan.push(what);
    if plan.kind.is_some_and(|k| k != need.kind) {
        wrong(format!("kind {:?}", need.kind));
    }
    if plan.language.is_some_and(|l| l != need.language) {
        wrong(format!("language {:?}", need.language));
    }
    let euros = |limit: Option<PriceLimit>| limit.map(|l| l.milli as f64 / 1000.0);
    for (name, wanted, got) in [
        ("max price", plan.max_price, euros(need.must.max_price)),
        ("min price", plan.min_price, euros(need.must.min_price)),
    ] {
        // A bound that nobody set is as wrong as one that was missed.
        if wanted.map(|w| w as f64) != got {
            wrong(format!("{name} {got:?}"));
        }
    }
    if plan.min_stars != need.must.min_stars {
        wrong(format!("min stars {:?}", need.must.min_stars));
    }
    let set = |list: &[String]| list.iter().map(|s| s.to_lowercase()).collect::<BTreeSet<_>>();
    for (name, wanted, got) in
        [("brands", &plan.brands, &need.must.brands), ("not brands", &plan.not_brands, &need.must.not_brands)]
    {
        if set(wanted) != set(got) {
            wrong(format!("{name} {got:?}"));
        }
    }
    let stem = |word: &str| word.to_lowercase().trim_end_matches('s').to_owned();
    let without: BTreeSet<String> = need.must.without.iter().map(|w| stem(w)).collect();
    if plan.without.iter().map(|w| stem(w)).collect::<BTreeSet<_>>() != without {
        wrong(format!("without {:?}", need.must.without));
    }
    if plan.in_stock.is_some_and(|s| s != need.must.in_stock) {
        wrong(format!("in stock {}", need.must.in_stock));
    }
    if let Some(category) = &plan.category
        && !need.must.category.as_ref().is_some_and(|c| c.starts_with(category.as_str()))
    {
        wrong(format!("category {:?}", need.must.category));
    }
    let place =
        format!("{} {} {}", need.words.join(" "), need.parts.join(" "), need.must.category.as_deref().unwrap_or(""));
    for word in &plan.words {
        if !place.to_lowercase().contains(&stem(word)) {
            wrong(format!("words {:?} without {word}", need.words));
        }
    }
    for want in &plan.wants {
        if !need.wants.iter().any(|w| w.aspect == *want) {
            wrong(format!("wants {:?} without {want}", need.wants.iter().map(|w| &w.aspect).collect::<Vec<_>>()));
        }
    }
    if plan.products.is_some_and(|n| n != need.products.len()) {
        wrong(format!("products {:?}", need.products));
    }
    if let Some(fact) = &plan.fact
        && !need.fact.as_ref().is_some_and(|f| f.to_lowercase().contains(fact.as_str()))
    {
        wrong(format!("fact {:?}", need.fact));
    }
}

pub fn judge_expected(question: &Question, answer: &Answer<'_>, events: &[AnswerEvent], verdict: &mut Verdict) {
    let titles = answer.titles();
    let mut missing = |what: String| verdict.expected.push(what);
    for title in &question.include {
        if !titles.contains(&title.as_str()) {
            missing(format!("{title} is not shown"));
        }
    }
    if !question.include_any.is_empty() && !question.include_any.iter().any(|t| titles.contains(&t.as_str())) {
        missing(format!("none of {:?} is shown, but {titles:?}", question.include_any));
    }
    for title in &question.exclude {
        if titles.contains(&title.as_str()) {
            missing(format!("{title} is shown"));
        }
    }
    let told = serde_json::to_string(events).expect("events serialise");
    for fact in &question.facts {
        if !told.contains(fact.as_str()) {
            missing(format!("no \"{fact}\""));
        }
    }
    let outcome = match answer.outcome {
        Some(Outcome::Answered) => Some(Ending::Answered),
        Some(Outcome::Nothing) => Some(Ending::Nothing),
        Some(Outcome::NotEnough) => Some(Ending::NotEnough),
        Some(Outcome::Ambiguous) => Some(Ending::Ambiguous),
        Some(Outcome::Cancelled) | None => None,
    };
    let ended_right = outcome.is_some_and(|o| question.outcome.contains(&o));
    if !ended_right {
        missing(format!("outcome {outcome:?}"));
    }
    verdict.ended_right = ended_right;
    verdict.ndcg = (!question.relevant.is_empty()).then(|| ndcg(&titles, &question.relevant));
    verdict.sentences = answer.sentences.len();
    verdict.fell_back = answer.sentences.iter().filter(|s| matches!(s, Sentence::FellBack { .. })).count();
    verdict.struck = answer.sentences.iter().filter(|s| matches!(s, Sentence::Struck { .. })).count();
    verdict.facts_after = answer.timings.facts;
    verdict.first_word_after = answer.timings.first_word;
    verdict.total = answer.timings.total;
}

/// Järvelin and Kekäläinen 2002, binary gains, cut at ten.
fn ndcg(shown: &[&str], relevant: &[String]) -> f64 {
    let discount = |at: usize| 1.0 / ((at + 2) as f64).log2();
    let gain: f64 = shown
        .iter()
        .take(10)
        .enumerate()
        .filter(|(_, title)| relevant.iter().any(|r| r == *title))
        .map(|(at, _)| discount(at))
        .sum();
    let best: f64 = (0..relevant.len().min(10)).map(discount).sum();
    gain / best
}
