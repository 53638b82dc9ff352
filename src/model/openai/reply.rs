//! Chunks of a streamed answer -> text, end and counts. Unknown fields are passed over, errors in mid-stream are not.
//!
//! What a model thinks aloud (`reasoning_content`) is not its answer and is left out.

use super::{Finish, Generation};
use serde_json::Value;

/// What one event brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Nothing,
}

/// What the events so far said besides the text.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub finish: Option<Finish>,
    /// `[DONE]` has come.
    pub done: bool,
    prompt_tokens: Option<usize>,
    cached_tokens: Option<usize>,
    generated_tokens: Option<usize>,
}

impl Reply {
    /// Reads the data of one event.
    ///
    /// # Errors
    /// The server's own error, or data that are no JSON, in one line.
    pub fn read(&mut self, data: &str) -> Result<Piece, String> {
        if data.trim() == "[DONE]" {
            self.done = true;
            return Ok(Piece::Nothing);
        }
        let chunk: Value =
            serde_json::from_str(data).map_err(|_| "the server sent something that is no JSON".to_owned())?;
        if let Some(message) = message_of(&chunk) {
            return Err(one_line(&message));
        }
        self.count(&chunk);
        let Some(choice) = chunk.pointer("/choices/0") else { return Ok(Piece::Nothing) };
        match choice.get("finish_reason").and_then(Value::as_str) {
            Some("length") => self.finish = Some(Finish::Length),
            Some(_) => self.finish = Some(Finish::Stop),
            None => {}
        }
        let text = choice.pointer("/delta/content").and_then(Value::as_str).filter(|text| !text.is_empty());
        Ok(text.map_or(Piece::Nothing, |text| Piece::Text(text.to_owned())))
    }

    fn count(&mut self, chunk: &Value) {
        let number = |path: &str| chunk.pointer(path).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        self.prompt_tokens = number("/usage/prompt_tokens").or(self.prompt_tokens);
        self.generated_tokens = number("/usage/completion_tokens").or(self.generated_tokens);
        self.cached_tokens = number("/usage/prompt_tokens_details/cached_tokens")
            .or_else(|| number("/timings/cache_n"))
            .or(self.cached_tokens);
    }

    /// Puts end and counts into the account; the server's counts are better than ours.
    pub fn fill(&self, account: &mut Generation) {
        account.finish = self.finish.unwrap_or(account.finish);
        account.prompt_tokens = self.prompt_tokens.unwrap_or(account.prompt_tokens);
        account.cached_tokens = self.cached_tokens.unwrap_or(account.cached_tokens);
        account.generated_tokens = self.generated_tokens.unwrap_or(account.generated_tokens);
    }
}

fn message_of(value: &Value) -> Option<String> {
    let error = value.get("error").filter(|error| !error.is_null())?;
    let message = error.get("message").or(Some(error)).and_then(Value::as_str);
    Some(message.map_or_else(|| error.to_string(), str::to_owned))
}

/// The message in the body of a refusal.
pub(super) fn error_message(body: &str) -> Option<String> {
    message_of(&serde_json::from_str(body).ok()?).map(|message| one_line(&message))
}

/// Whether a refusal says that the prompt does not fit the context, in the words of the servers known.
pub(super) fn is_too_long(body: &str) -> bool {
    let body = body.to_lowercase();
    ["context_length_exceeded", "exceed_context_size", "exceeds the available context", "maximum context length"]
        .iter()
        .any(|words| body.contains(words))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(200).collect()
}
