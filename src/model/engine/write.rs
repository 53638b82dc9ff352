//! Writing after a prompt: token by token, and several at once where they are foreseen: copied from the prompt and
//! checked by the model in one batch, or the only ones that a grammar allows.
//!
//! What is drafted is never shown before the model itself chose it.

use super::context::Decoded;
use super::lookup::{self, DraftLength};
use super::sample::{Forced, Sampler};
use super::worker::Worker;
use super::{Event, GenerateJob};
use crate::model::stream::{StopFilter, Utf8Joiner};
use crate::model::{Finish, Generation, ModelError};
use llama_cpp_2::token::LlamaToken;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Text on its way to the caller.
struct Out<'job> {
    job: &'job GenerateJob,
    joiner: Utf8Joiner,
    stops: StopFilter,
}

impl Out<'_> {
    fn say(&self, text: String) {
        if !text.is_empty() && self.job.out.send(Event::Text(text)).is_err() {
            tracing::debug!("nobody waits for this answer any more");
        }
    }
}

/// The tokens that were computed beyond the last one chosen and wait for the model's verdict.
#[derive(Default)]
struct Draft {
    tokens: Vec<LlamaToken>,
    accepted: usize,
    /// Row of logits that says what comes next, counted from the last one, which is -1.
    row: i32,
}

impl Worker<'_> {
    /// The tokens that an answer must begin with; none where they would be all of it.
    pub(super) fn opening(&self, sampler: &Sampler, most: usize) -> Vec<LlamaToken> {
        let (tokens, end) = self.forced(sampler);
        if end || tokens.len() >= most { Vec::new() } else { tokens }
    }

    /// Generates after a prompt that was read into `slot` together with the `opening` of the answer.
    pub(super) fn write(
        &mut self,
        job: &GenerateJob,
        slot: usize,
        opening: &[LlamaToken],
        sampler: &mut Sampler,
        account: &mut Generation,
    ) -> Result<(), ModelError> {
        let stops = StopFilter::new(&job.request.stop);
        let mut out = Out { job, joiner: Utf8Joiner::default(), stops };
        let mut first: Option<Instant> = None;
        let mut text = self.held(slot).to_vec();
        let mut length = DraftLength::new(if sampler.is_greedy() { self.draft_tokens } else { 0 });
        let mut draft = Draft { row: -1, ..Draft::default() };
        let mut finish = None;
        for token in opening {
            finish = finish.or(self.take(*token, sampler, &mut out, account));
            account.forced_tokens += 1;
        }
        account.finish = loop {
            if let Some(finish) = finish.or(self.ended(job, text.len())) {
                break finish;
            }
            let token = sampler.pick(self.context.logits(draft.row)?)?;
            if first.is_none() {
                first = Some(Instant::now());
                account.prompt_seconds = job.asked.elapsed().as_secs_f64();
            }
            if let Some(finish) = self.take(token, sampler, &mut out, account) {
                break finish;
            }
            text.push(token);
            if draft.tokens.get(draft.accepted) == Some(&token) {
                draft.accepted += 1;
                draft.row += 1;
                account.accepted_tokens += 1;
                continue;
            }
            length.learn(draft.tokens.len(), draft.accepted);
            // What was drafted and not chosen is forgotten.
            self.cut(slot, text.len() - 1);
            let (forced, end) = self.forced(sampler);
            for token in &forced {
                finish = self.take(*token, sampler, &mut out, account);
                if finish.is_some() {
                    break;
                }
                text.push(*token);
                account.forced_tokens += 1;
            }
            if let Some(finish) = finish.or(end.then_some(Finish::Stop)) {
                break finish;
            }
            draft.tokens = self.draft(&text, length.now(), sampler, job.request.max_tokens - account.generated_tokens);
            account.drafted_tokens += draft.tokens.len();
            draft.accepted = 0;
            let mut batch = vec![token];
            batch.extend(forced);
            let outputs = draft.tokens.len() + 1;
            draft.row = i32::try_from(outputs).map_or(-1, |outputs| -outputs);
            batch.extend(&draft.tokens);
            if batch.len() > self.context_tokens.saturating_sub(self.held(slot).len()) {
                break Finish::Length;
            }
            if self.append(slot, &batch, outputs)? == Decoded::Aborted {
                break Finish::Cancelled;
            }
        };
        self.cut(slot, text.len());
        account.generate_seconds = first.map_or(Duration::ZERO, |first| first.elapsed()).as_secs_f64();
        let mut rest = out.stops.push(&out.joiner.finish());
        rest.push_str(&out.stops.finish());
        if account.finish != Finish::Cancelled {
            out.say(rest);
        }
        Ok(())
    }

    /// Why nothing more may be written, before a token is chosen.
    fn ended(&self, job: &GenerateJob, held: usize) -> Option<Finish> {
        if job.cancel.is_cancelled() {
            return Some(Finish::Cancelled);
        }
        if job.stop.load(Ordering::SeqCst) {
            return Some(Finish::Stop);
        }
        (job.request.max_tokens == 0 || held >= self.context_tokens).then_some(Finish::Length)
    }

    /// Takes a chosen token: tells the grammar and the caller. The reason where it was the last one.
    fn take(
        &self,
        token: LlamaToken,
        sampler: &mut Sampler,
        out: &mut Out,
        account: &mut Generation,
    ) -> Option<Finish> {
        let vocab = self.model.vocab();
        if vocab.is_eog(token) {
            return Some(Finish::Stop);
        }
        sampler.accept(token);
        account.generated_tokens += 1;
        let text = out.stops.push(&out.joiner.push(&vocab.token_to_piece(token, false, None)));
        out.say(text);
        if out.stops.stopped() {
            return Some(Finish::Stop);
        }
        (account.generated_tokens >= out.job.request.max_tokens).then_some(Finish::Length)
    }

    /// The tokens of the only text that the grammar allows from here, and whether the answer ends after it.
    fn forced(&self, sampler: &Sampler) -> (Vec<LlamaToken>, bool) {
        if !self.jump {
            return (Vec::new(), false);
        }
        let Forced { text, end } = sampler.forced(&self.probes);
        let vocab = self.model.vocab();
        let mut tokens = vocab.tokenize(text.as_bytes(), false, false);
        // A vocabulary that puts a space before every text cannot be told to go on in the middle of one.
        let spelt: Vec<u8> = tokens.iter().flat_map(|token| vocab.token_to_piece(*token, false, None)).collect();
        if spelt != text.as_bytes() {
            return (Vec::new(), end && text.is_empty());
        }
        // The last token may be the beginning of a longer one of the model's choice: after `[` alone a model that knows
        // `["` as one token takes the list to be empty.
        if !end {
            tokens.pop();
        }
        (tokens, end)
    }

    /// A draft of at most `most` tokens that the grammar would allow.
    fn draft(&self, text: &[LlamaToken], most: usize, sampler: &Sampler, left: usize) -> Vec<LlamaToken> {
        let room = self.context_tokens.saturating_sub(text.len() + 1);
        let copied = lookup::draft(text, most.min(left.saturating_sub(1)).min(room));
        let vocab = self.model.vocab();
        let spoken = copied.iter().take_while(|token| !vocab.is_eog(**token) && !vocab.is_control(**token)).count();
        let copied = copied.get(..spoken).unwrap_or_default();
        copied.get(..sampler.allowed(copied)).unwrap_or_default().to_vec()
    }
}
