//! Conversations over the demo catalogue without a model: references, corrections, changes of topic.
//!
//! What each turn must show stands in `eval/dialogues.toml`; with `EMPTOR_DIALOGUES` set to an id or `all` they are printed,
//! with `EMPTOR_DIALOGUES_FILE` those of another file are taken.

use emptor::answer::event::{AnswerEvent, Found, Outcome, Pick, ResultRow, Sentence};
use emptor::answer::{AskOptions, Session};
use emptor::domain::*;
use emptor::sources::demo;
use emptor::store::Store;
use serde::Deserialize;
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;

const NOW: &str = "2026-11-22T20:00:00Z";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dialogue: Vec<Dialogue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dialogue {
    id: String,
    turn: Vec<Turn>,
}

/// One question with what its answer must have; the head of `dialogues.toml` says what each field means.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Turn {
    ask: String,
    kind: Option<QuestionKind>,
    max_price: Option<f64>,
    min_price: Option<f64>,
    total: Option<f64>,
    brands: Option<Vec<String>>,
    not_brands: Option<Vec<String>>,
    category: Option<String>,
    words: Vec<String>,
    no_words: Vec<String>,
    wants: Vec<String>,
    fact: Option<String>,
    /// Numbers of the list in hand; `[]` is not judged.
    rows: Vec<usize>,
    shown: Vec<String>,
    hidden: Vec<String>,
    first: Option<String>,
    /// In euros, of every row shown.
    cheaper_than_row: Option<usize>,
    picked: Option<bool>,
    says: Vec<String>,
    outcome: Option<Ended>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ended {
    Answered,
    Nothing,
    NotEnough,
    Ambiguous,
}

fn dialogues() -> Vec<Dialogue> {
    let own = include_str!("eval/dialogues.toml");
    // Others may be tried without a new build.
    let text = std::env::var("EMPTOR_DIALOGUES_FILE").map(|path| std::fs::read_to_string(path).unwrap());
    toml::from_str::<File>(&text.unwrap_or_else(|_| own.to_owned())).unwrap().dialogue
}

fn store(folder: &std::path::Path) -> Store {
    let store = Store::open(&folder.join("talk.db")).unwrap();
    store.writer().ingest(demo::observations(NOW.parse().unwrap())).unwrap();
    store
}

/// What one answer showed.
#[derive(Default)]
struct Answer {
    need: Need,
    rows: Vec<ResultRow>,
    /// Products that the answer is about, rows included.
    products: Vec<ProductId>,
    titles: Vec<String>,
    said: Vec<String>,
    pick: Option<Pick>,
    suggested: Vec<String>,
    outcome: Option<Outcome>,
}

fn ask(session: &mut Session, question: &str) -> Answer {
    let options = AskOptions { no_model: true, now: Some(NOW.parse().unwrap()), ..AskOptions::default() };
    let mut answer = Answer::default();
    let show = |answer: &mut Answer, product: &Product| {
        answer.products.push(product.id);
        answer.titles.push(product.facts.title.clone());
    };
    session
        .ask(question, &options, &CancellationToken::new(), &mut |event| match event {
            AnswerEvent::Planned { need } => answer.need = need,
            AnswerEvent::Found { found } => match found {
                Found::Results { rows, .. } => {
                    rows.iter().for_each(|r| show(&mut answer, &r.product));
                    answer.rows = rows;
                }
                Found::Comparison(table) => {
                    table.products.iter().for_each(|r| show(&mut answer, &r.product));
                    answer.rows = table.products;
                }
                Found::Advice { parts, missing, .. } => {
                    answer.said.extend(missing.iter().map(|m| format!("missing {m}")));
                    answer.rows = parts.into_iter().flat_map(|(_, rows)| rows).collect();
                    let products: Vec<Product> = answer.rows.iter().map(|r| r.product.clone()).collect();
                    products.iter().for_each(|p| show(&mut answer, p));
                }
                Found::History { product, .. } | Found::Fact { product, .. } => show(&mut answer, &product),
                Found::Reviews(findings) => show(&mut answer, &findings.product),
                Found::Ambiguous { candidates, .. } => candidates.iter().for_each(|p| show(&mut answer, p)),
                Found::Nothing { reason, .. } => answer.said.push(reason),
            },
            AnswerEvent::Picked { pick } => {
                answer.said.extend(pick.reasons.iter().chain(&pick.drawback).map(|c| c.text.clone()));
                answer.pick = Some(pick);
            }
            AnswerEvent::Prose { sentence } => match sentence {
                Sentence::Verified { text } | Sentence::FellBack { text, .. } => answer.said.push(text),
                Sentence::Struck { .. } => {}
            },
            AnswerEvent::Suggested { questions } => answer.suggested = questions,
            AnswerEvent::Done { outcome, .. } => answer.outcome = Some(outcome),
            _ => {}
        })
        .unwrap();
    answer
}

/// What is wrong with an answer; `list`: the rows of the last answer that showed several.
fn judge(turn: &Turn, answer: &Answer, list: &[ResultRow]) -> Vec<String> {
    let mut wrong = Vec::new();
    let need = &answer.need;
    let euros = |limit: Option<PriceLimit>| limit.map(|l| l.milli as f64 / 1000.0);
    if turn.kind.is_some_and(|k| k != need.kind) {
        wrong.push(format!("kind {:?}", need.kind));
    }
    for (name, wanted, got) in [
        ("max price", turn.max_price, euros(need.must.max_price)),
        ("min price", turn.min_price, euros(need.must.min_price)),
    ] {
        let judged = wanted.is_some() || need.kind == QuestionKind::Search && turn.cheaper_than_row.is_none();
        if judged && wanted != got {
            wrong.push(format!("{name} {got:?}"));
        }
    }
    for (name, wanted, got) in
        [("brands", &turn.brands, &need.must.brands), ("not brands", &turn.not_brands, &need.must.not_brands)]
    {
        if wanted.as_ref().is_some_and(|w| w != got) {
            wrong.push(format!("{name} {got:?}"));
        }
    }
    if let Some(category) = &turn.category
        && !need.must.category.as_ref().is_some_and(|c| c.to_lowercase().contains(&category.to_lowercase()))
    {
        wrong.push(format!("category {:?}", need.must.category));
    }
    let place = format!("{} {}", need.words.join(" "), need.parts.join(" ")).to_lowercase();
    wrong.extend(turn.words.iter().filter(|w| !place.contains(w.as_str())).map(|w| format!("no {w} in {place:?}")));
    wrong.extend(turn.no_words.iter().filter(|w| place.contains(w.as_str())).map(|w| format!("{w} in {place:?}")));
    for want in &turn.wants {
        if !need.wants.iter().any(|w| w.aspect == *want) {
            wrong.push(format!("wants {:?}", need.wants));
        }
    }
    if let Some(fact) = &turn.fact
        && !need.fact.as_ref().is_some_and(|f| f.to_lowercase().contains(fact.as_str()))
    {
        wrong.push(format!("fact {:?}", need.fact));
    }
    if !turn.rows.is_empty() {
        let wanted: Vec<Option<ProductId>> =
            turn.rows.iter().map(|n| list.get(n.wrapping_sub(1)).map(|r| r.product.id)).collect();
        if wanted != answer.products.iter().map(|p| Some(*p)).collect::<Vec<_>>() {
            wrong.push(format!("not rows {:?}: {:?}", turn.rows, answer.titles));
        }
    }
    wrong.extend(
        turn.shown.iter().filter(|t| !answer.titles.contains(t)).map(|t| format!("{t} not in {:?}", answer.titles)),
    );
    wrong.extend(turn.hidden.iter().filter(|t| answer.titles.contains(t)).map(|t| format!("{t} shown")));
    if turn.first.is_some() && turn.first.as_ref() != answer.titles.first() {
        wrong.push(format!("first {:?}", answer.titles.first()));
    }
    if let Some(row) = turn.cheaper_than_row {
        let minor = |r: &ResultRow| r.offer.as_ref().and_then(|o| o.price).map(|p| p.minor);
        let bound = list.get(row - 1).and_then(minor);
        if answer.rows.is_empty() || answer.rows.iter().any(|r| minor(r) >= bound) {
            wrong.push(format!("not cheaper than row {row}: {:?}", answer.titles));
        }
    }
    if turn.picked.is_some_and(|p| p != answer.pick.is_some()) {
        wrong.push(format!("pick {:?}", answer.pick));
    }
    let said = answer.said.join("\n").to_lowercase();
    wrong.extend(
        turn.says.iter().filter(|s| !said.contains(&s.to_lowercase())).map(|s| format!("{s:?} not in {said:?}")),
    );
    let ended = match answer.outcome {
        Some(Outcome::Answered) => Some(Ended::Answered),
        Some(Outcome::Nothing) => Some(Ended::Nothing),
        Some(Outcome::NotEnough) => Some(Ended::NotEnough),
        Some(Outcome::Ambiguous) => Some(Ended::Ambiguous),
        _ => None,
    };
    if ended != Some(turn.outcome.unwrap_or(Ended::Answered)) {
        wrong.push(format!("outcome {ended:?}"));
    }
    wrong
}

fn print(turn: &Turn, answer: &Answer) {
    println!("> {}", turn.ask);
    let mut need = serde_json::to_value(&answer.need).unwrap();
    need.as_object_mut().unwrap().retain(|k, v| k != "question" && !v.is_null() && *v != serde_json::json!([]));
    need["must"].as_object_mut().unwrap().retain(|_, v| !v.is_null() && *v != serde_json::json!([]) && *v != false);
    println!("  {need}");
    for (at, title) in answer.titles.iter().enumerate() {
        let price = answer.rows.get(at).and_then(|r| r.offer.as_ref()?.price).map_or(String::new(), |p| p.to_string());
        println!("  {} {title} {price}", at + 1);
    }
    answer.said.iter().for_each(|s| println!("  . {s}"));
    answer.suggested.iter().for_each(|s| println!("  ? {s}"));
    println!("  {:?}", answer.outcome);
}

#[test]
fn conversations_keep_their_thread() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let shown = std::env::var("EMPTOR_DIALOGUES").unwrap_or_default();
    let mut failed = Vec::new();
    for dialogue in &dialogues() {
        if !shown.is_empty() && shown != "all" && !dialogue.id.contains(&shown) {
            continue;
        }
        let mut session = Session::new(store.clone(), None, None);
        let mut list: Vec<ResultRow> = Vec::new();
        for (turn, n) in dialogue.turn.iter().zip(1..) {
            let answer = ask(&mut session, &turn.ask);
            if !shown.is_empty() {
                print(turn, &answer);
            }
            failed.extend(
                judge(turn, &answer, &list).into_iter().map(|w| format!("{} {n} {:?}: {w}", dialogue.id, turn.ask)),
            );
            if answer.rows.len() > 1 {
                list = answer.rows;
            }
        }
    }
    assert!(failed.is_empty(), "{} wrong:\n{}", failed.len(), failed.join("\n"));
}

/// Questions of the evaluation and what the answers suggest to ask next: every suggestion is answered.
#[test]
fn every_suggested_question_has_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let file: toml::Table = include_str!("eval/questions.toml").parse().unwrap();
    let questions = file["question"].as_array().unwrap().iter().map(|q| q["ask"].as_str().unwrap());
    let (mut failed, mut asked, mut full) = (Vec::new(), BTreeSet::new(), 0);
    // A few dozen, from all over the file.
    let apart = (questions.len() / 32).max(1);
    for question in questions.step_by(apart) {
        let suggested = ask(&mut Session::new(store.clone(), None, None), question).suggested;
        full += usize::from(suggested.len() == 3);
        for chip in suggested {
            if !asked.insert(chip.clone()) {
                continue;
            }
            let mut session = Session::new(store.clone(), None, None);
            ask(&mut session, question);
            let answer = ask(&mut session, &chip);
            // "No" is an answer to "does it have".
            let no = answer.outcome == Some(Outcome::Nothing)
                && answer.need.kind == QuestionKind::ProductFact
                && !answer.products.is_empty();
            if answer.outcome != Some(Outcome::Answered) && !no || answer.titles.is_empty() {
                failed.push(format!("{question:?} -> {chip:?}: {:?} {:?}", answer.outcome, answer.said));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), asked.len(), failed.join("\n"));
    assert!(asked.len() >= 40 && full >= 15, "{} asked, {full} full", asked.len());
}

#[test]
fn the_set_is_large_and_varied() {
    let all = dialogues();
    assert!(all.len() >= 40, "{}", all.len());
    assert_eq!(all.iter().map(|d| &d.id).collect::<BTreeSet<_>>().len(), all.len(), "ids are unique");
    assert!(all.iter().all(|d| d.turn.len() >= 2), "every dialogue has several turns");
    let hebrew = |d: &&Dialogue| d.turn.iter().any(|t| t.ask.chars().any(|c| ('\u{5d0}'..='\u{5ea}').contains(&c)));
    assert!(all.iter().filter(hebrew).count() >= 4);
}
