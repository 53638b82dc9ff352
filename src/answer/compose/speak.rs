//! What a model is asked for and what it answers: all at once where it had time to read it, else in two steps, so that
//! the first sentence need not wait until all of the facts are read; then what did not hold once more.
//!
//! Never shows a sentence: the [`Teller`] judges each.

use super::{Teller, open, prompt, sentence_end};
use crate::answer::event::AnswerEvent;
use crate::model::{ChatModel, ChatRequest, Finish, Generation};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

/// Sentences said again in one answer at most: each costs as much time as the first word did.
const MOST_AGAIN: usize = 2;
/// A progress mark after this many pieces of text.
const DRAFT_EVERY: u32 = 4;

/// Lets the model word the claims that were not told; what it generated, `None` where it failed.
pub(super) fn speak(model: &dyn ChatModel, teller: &mut Teller, cancel: &CancellationToken) -> Option<Generation> {
    let composer = teller.composer;
    let material = composer.material(model);
    let claims = open(&teller.told);
    (teller.emit)(AnswerEvent::Draft { tokens: 0 });
    let Some(lead) = claims.first().filter(|_| !composer.read_ahead && model.reads_slowly()) else {
        return listen(model, &material.whole(&claims), composer.most(), teller, cancel).map(|heard| heard.0);
    };
    let request = material.first(*lead);
    let (first, said) = listen(model, &request, 1, teller, cancel)?;
    let rest: Vec<usize> = open(&teller.told).into_iter().filter(|at| at != lead).collect();
    if rest.is_empty() || first.finish == Finish::Cancelled {
        return Some(first);
    }
    // The model goes on from its own words where they hold: it has them in its memory.
    let said = if teller.failed.is_empty() { said.trim() } else { composer.lead[*lead].text.as_str() };
    let request = material.rest(request, said, &rest);
    let then = listen(model, &request, composer.most() - 1, teller, cancel);
    Some(match then {
        Some((then, _)) => first.followed_by(&then),
        None => first,
    })
}

/// Lets a model answer one request and hears at most so many of its sentences; what it generated and the text of them.
fn listen(
    model: &dyn ChatModel,
    request: &ChatRequest,
    most: usize,
    teller: &mut Teller,
    cancel: &CancellationToken,
) -> Option<(Generation, String)> {
    let (mut pending, mut heard, mut sentences) = (String::new(), String::new(), 0);
    let result = model.generate(request, cancel, &mut |piece| {
        teller.pieces += 1;
        if teller.pieces.is_multiple_of(DRAFT_EVERY) {
            (teller.emit)(AnswerEvent::Draft { tokens: teller.pieces });
        }
        pending.push_str(piece);
        while let Some(end) = sentence_end(&pending) {
            let rest = pending.split_off(end);
            let sentence = std::mem::replace(&mut pending, rest);
            teller.hear(&sentence);
            heard.push_str(&sentence);
            sentences += usize::from(!sentence.trim().is_empty());
            if sentences >= most {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    match result {
        Ok(generation) => {
            // What was cut off by the limit is no sentence.
            if generation.finish == Finish::Stop && sentences < most && !cancel.is_cancelled() {
                teller.hear(&pending);
                heard.push_str(&pending);
            }
            Some((generation, heard))
        }
        Err(error) => {
            (teller.emit)(AnswerEvent::ModelFailed { reason: error.to_string() });
            None
        }
    }
}

/// What did not hold is asked for once more, with no words but those of its claims; what does not hold then either is
/// told in the claim's words or struck.
pub(super) fn say_again(
    model: &dyn ChatModel,
    teller: &mut Teller,
    cancel: &CancellationToken,
    mut sum: Option<&mut Generation>,
) {
    let composer = teller.composer;
    let mut asked = 0;
    for failed in std::mem::take(&mut teller.failed) {
        if cancel.is_cancelled() {
            return;
        }
        let open: Vec<usize> = failed.claims.iter().copied().filter(|at| !teller.told[*at]).collect();
        let next = || (0..teller.told.len()).find(|at| !teller.told[*at]).into_iter().collect();
        let claims: Vec<usize> = if open.is_empty() { next() } else { open };
        if claims.is_empty() || asked >= MOST_AGAIN || sum.is_none() {
            teller.give_up(failed);
            continue;
        }
        asked += 1;
        let request = prompt::again(composer.lead, &composer.literals, &claims);
        let mut said = String::new();
        let result = model.generate(&request, cancel, &mut |piece| {
            said.push_str(piece);
            if sentence_end(&said).is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let (Ok(more), Some(sum)) = (&result, sum.as_deref_mut()) {
            *sum = sum.clone().followed_by(more);
        }
        let end = sentence_end(&said).unwrap_or(said.len());
        let whole = result.is_ok_and(|g| g.finish == Finish::Stop || end < said.len());
        if cancel.is_cancelled() {
            return;
        }
        if !whole || !teller.accept(&said[..end]) {
            teller.give_up(failed);
        }
    }
}
