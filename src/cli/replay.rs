//! `emptor replay`: the last answers, or one of them worded again from the evidence kept with it.
//!
//! Says plainly whether it comes out the same; never searches again.

use super::ask::View;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::Role;
use super::table::{Table, cell};
use crate::answer::event::{AnswerEvent, Sentence, Timings};
use crate::answer::replay::{self, Kept, Match};
use crate::domain::Timestamp;
use crate::model;
use crate::store::ChatTurn;
use serde::Serialize;

/// Answers listed.
const LISTED: usize = 20;

#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    asked_at: Timestamp,
    question: &'a str,
    model: Option<String>,
    /// Whether enough was kept to word it again.
    replayable: bool,
}

#[derive(Serialize)]
struct Whole<'a> {
    id: i64,
    asked_at: Timestamp,
    question: &'a str,
    kept: &'a Kept,
    prose: &'a [Sentence],
    verdict: &'a Match,
}

/// Runs the command.
pub fn run(context: &mut Context, id: Option<i64>) -> Result<Exit, Failure> {
    match id {
        None => list(context),
        Some(id) => one(context, id),
    }
}

fn list(context: &mut Context) -> Result<Exit, Failure> {
    let turns = context.store()?.reader()?.chats(LISTED)?;
    let kept: Vec<Option<Kept>> = turns.iter().map(replay::read).collect();
    if context.out.json {
        let line = |(turn, kept): (&ChatTurn, &Option<Kept>)| {
            let model = kept.as_ref().and_then(|k| Some(k.model.as_ref()?.name.clone()));
            serde_json::to_value(Line {
                id: turn.id,
                asked_at: turn.asked_at,
                question: &turn.question,
                model,
                replayable: kept.is_some(),
            })
        };
        let lines: Vec<serde_json::Value> =
            turns.iter().zip(&kept).map(line).collect::<Result<_, _>>().map_err(|e| Failure::failed(e.to_string()))?;
        context.out.object("replay", serde_json::json!({ "answers": lines }))?;
        return Ok(if turns.is_empty() { Exit::Nothing } else { Exit::Ok });
    }
    if turns.is_empty() {
        context.out.note("no answer is kept yet; ask something with `emptor --ask QUESTION`");
        return Ok(Exit::Nothing);
    }
    let mut table = Table::new().right("Id").left("Asked").left("Model").flexible("Question", 20);
    for (turn, kept) in turns.iter().zip(&kept) {
        let model = match kept {
            Some(kept) => kept.model.as_ref().map_or("none".to_owned(), |m| m.name.clone()),
            None => "too little kept".to_owned(),
        };
        let asked = turn.asked_at.strftime("%Y-%m-%d %H:%M").to_string();
        table.row(vec![
            cell(Role::Accent, turn.id.to_string()),
            cell(Role::Dim, asked),
            cell(Role::Dim, model),
            cell(Role::Text, turn.question.clone()),
        ]);
    }
    for line in table.lines(&context.out) {
        context.out.line(&line)?;
    }
    Ok(Exit::Ok)
}

fn one(context: &mut Context, id: i64) -> Result<Exit, Failure> {
    let Some(turn) = context.store()?.reader()?.chat(id)? else {
        return Err(Failure::Told {
            exit: Exit::Nothing,
            message: format!("no answer {id} is kept; `emptor replay` lists them"),
        });
    };
    let Some(kept) = replay::read(&turn) else {
        let message = format!("answer {id} was kept without what wording it again takes; ask it anew");
        return Err(Failure::Told { exit: Exit::NotEnough, message });
    };
    let chat = match kept.model {
        None => None,
        Some(_) => model::open(&context.config).unwrap_or_else(|error| {
            context.out.note(&error.to_string());
            None
        }),
    };
    let cancel = context.cancel.clone();
    let (sentences, verdict) = replay::again(&kept, chat.as_deref(), &cancel);
    // What cannot be worded again is shown as it was kept.
    let shown = if matches!(verdict, Match::Same | Match::Differs) { &sentences } else { &kept.prose };
    if context.out.json {
        let whole = Whole {
            id,
            asked_at: turn.asked_at,
            question: &turn.question,
            kept: &kept,
            prose: shown,
            verdict: &verdict,
        };
        context.out.object("replay", &whole)?;
    } else {
        let mut view = View::new(&mut context.out, &turn.question, false);
        view.event(AnswerEvent::Planned { need: kept.need.clone() })?;
        if let Some(pick) = kept.pick.clone() {
            view.event(AnswerEvent::Picked { pick })?;
        }
        for sentence in shown.iter().cloned() {
            view.event(AnswerEvent::Prose { sentence })?;
        }
        view.event(AnswerEvent::Suggested { questions: kept.suggested.clone() })?;
        view.event(AnswerEvent::Covered { coverage: kept.coverage.clone() })?;
        view.event(AnswerEvent::Done { outcome: kept.outcome, timings: Timings::default() })?;
        view.finish()?;
        told(context, &verdict)?;
    }
    Ok(match verdict {
        Match::Same => Exit::Ok,
        Match::Differs => Exit::Nothing,
        Match::OtherModel { .. } | Match::NoModel { .. } => Exit::NotEnough,
        Match::Failed { .. } => Exit::Failed,
    })
}

fn told(context: &mut Context, verdict: &Match) -> Result<(), Failure> {
    let (role, text) = match verdict {
        Match::Same => (Role::Good, "Worded again: the same, byte for byte.".to_owned()),
        Match::Differs => (Role::Warn, "Worded again: not the same words as were kept.".to_owned()),
        Match::OtherModel { kept, here } => {
            (Role::Warn, format!("Not worded again: it was worded by {kept}, and here is {here}. Shown as kept."))
        }
        Match::NoModel { kept } => (Role::Warn, format!("Not worded again: {kept} is not here. Shown as kept.")),
        Match::Failed { reason } => (Role::Warn, format!("The model failed ({reason}). Shown as kept.")),
    };
    context.out.line("")?;
    context.out.say(role, &text)
}
