//! Messages -> tokens, within the context: template around them, oldest droppable ones left out where it is full.
//!
//! What a message says is never read as template: a shop's text that spells `<|im_end|>` stays text.

use crate::model::{Message, ModelError, Role};
use llama_cpp_2::model::{LlamaChatMessage, LlamaChatTemplate, LlamaModel};
use llama_cpp_2::token::LlamaToken;

/// Around a message's number while the template is applied; no message can contain it, since texts are put in later.
const MARK: char = '\u{2}';

/// Turns messages into tokens for one model.
pub(super) struct Prompter<'model> {
    model: &'model LlamaModel,
    template: LlamaChatTemplate,
    reply_prefix: String,
}

/// A prompt that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    pub tokens: Vec<LlamaToken>,
    /// Length of the system messages at the head: what most prompts share.
    pub head: usize,
    /// Droppable messages left out.
    pub dropped: usize,
}

impl<'model> Prompter<'model> {
    /// The model's own template, else `fallback`, else ChatML.
    pub fn new(model: &'model LlamaModel, fallback: Option<&str>, reply_prefix: &str) -> Result<Self, ModelError> {
        let template = model.chat_template(None).or_else(|_| {
            tracing::info!(?fallback, "the model has no chat template of its own");
            LlamaChatTemplate::new(fallback.unwrap_or("chatml"))
        });
        let template = template.map_err(|error| ModelError::Engine(format!("chat template: {error}")))?;
        let mut prompter = Self { model, template, reply_prefix: reply_prefix.to_owned() };
        if prompter.frame(&[Role::User], true).is_err() {
            tracing::warn!("llama.cpp does not know the model's chat template, ChatML is used");
            prompter.template = LlamaChatTemplate::new("chatml")
                .map_err(|error| ModelError::Engine(format!("chat template: {error}")))?;
        }
        Ok(prompter)
    }

    /// Tokens of `messages` with the beginning of an answer, leaving out the oldest droppable ones until they fit
    /// `context` together with `reserve` tokens of answer.
    ///
    /// # Errors
    /// `TooLong` where nothing more can be left out.
    pub fn fit(&self, messages: &[Message], context: usize, reserve: usize) -> Result<Prompt, ModelError> {
        let mut kept: Vec<(&Message, Vec<LlamaToken>)> =
            messages.iter().map(|message| (message, self.text(&message.text))).collect();
        let mut dropped = 0;
        loop {
            let prompt = self.assemble(&kept, true)?;
            let needed = prompt.tokens.len() + reserve;
            if needed <= context {
                return Ok(Prompt { dropped, ..prompt });
            }
            let Some(oldest) = kept.iter().position(|(message, _)| message.droppable) else {
                return Err(ModelError::TooLong { needed, context });
            };
            kept.remove(oldest);
            dropped += 1;
        }
    }

    /// Tokens of `messages` as the beginning of a longer prompt.
    pub fn beginning(&self, messages: &[Message]) -> Result<Prompt, ModelError> {
        let kept: Vec<_> = messages.iter().map(|message| (message, self.text(&message.text))).collect();
        self.assemble(&kept, false)
    }

    fn text(&self, text: &str) -> Vec<LlamaToken> {
        self.model.vocab().tokenize(text.as_bytes(), false, false)
    }

    fn assemble(&self, kept: &[(&Message, Vec<LlamaToken>)], reply: bool) -> Result<Prompt, ModelError> {
        let roles: Vec<Role> = kept.iter().map(|(message, _)| message.role).collect();
        let frame = self.frame(&roles, reply)?;
        let heads = roles.iter().take_while(|role| **role == Role::System).count();
        let vocab = self.model.vocab();
        let mut tokens = Vec::new();
        let mut head = 0;
        for (part, piece) in frame.split(MARK).enumerate() {
            // Even parts are template, odd ones the number of a message.
            if part % 2 == 0 {
                tokens.extend(vocab.tokenize(piece.as_bytes(), part == 0, true));
                continue;
            }
            let index = piece.parse::<usize>().ok().filter(|index| *index < kept.len());
            let (_, text) = index
                .and_then(|index| kept.get(index))
                .ok_or_else(|| ModelError::Engine("the chat template lost a message".to_owned()))?;
            tokens.extend_from_slice(text);
            if index.is_some_and(|index| index < heads) {
                head = tokens.len();
            }
        }
        if reply {
            tokens.extend(vocab.tokenize(self.reply_prefix.as_bytes(), false, true));
        }
        Ok(Prompt { tokens, head, dropped: 0 })
    }

    /// The template's text with each message as its number between marks.
    fn frame(&self, roles: &[Role], reply: bool) -> Result<String, ModelError> {
        let failed = |detail: String| ModelError::Engine(format!("chat template: {detail}"));
        let chat: Result<Vec<LlamaChatMessage>, _> = roles
            .iter()
            .enumerate()
            .map(|(index, role)| {
                let role = match role {
                    Role::System => "system",
                    Role::User => "user",
                    Role::Assistant => "assistant",
                };
                LlamaChatMessage::new(role.to_owned(), format!("{MARK}{index}{MARK}"))
            })
            .collect();
        let chat = chat.map_err(|error| failed(error.to_string()))?;
        self.model.apply_chat_template(&self.template, &chat, reply).map_err(|error| failed(error.to_string()))
    }
}
