//! Chooses the next token: greedy or by temperature, held to a grammar where there is one.
//!
//! Asks the grammar about the likeliest token first: most often it agrees, and the whole vocabulary need not be tried.

use crate::model::ModelError;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;

const TOP_K: i32 = 40;
const TOP_P: f32 = 0.95;

/// Bytes of forced text looked for at once.
const MOST_FORCED: usize = 96;

/// The tokens that ask a grammar about the next byte: those of a single byte, and the end.
pub(super) struct Probes {
    bytes: Vec<(u8, LlamaToken)>,
    end: Option<LlamaToken>,
}

impl Probes {
    pub fn new(model: &LlamaModel) -> Self {
        let vocab = model.vocab();
        let mut bytes: Vec<(u8, LlamaToken)> = Vec::new();
        for token in (0..vocab.n_tokens()).map(LlamaToken) {
            if let [byte] = vocab.token_to_piece(token, false, None).as_slice()
                && !vocab.is_control(token)
                && !bytes.iter().any(|(known, _)| known == byte)
            {
                bytes.push((*byte, token));
            }
        }
        let end = Some(vocab.eos()).filter(|token| vocab.is_eog(*token));
        // Without all of ASCII nothing is certain: then nothing is ever forced.
        let whole = (0x20..0x7F).all(|byte: u8| bytes.iter().any(|(known, _)| *known == byte));
        if whole { Self { bytes, end } } else { Self { bytes: Vec::new(), end: None } }
    }
}

/// Text that comes next whatever the model says, and whether the answer ends with it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Forced {
    pub text: String,
    pub end: bool,
}

/// Those of the tokens that a grammar lets through now.
fn passing(
    grammar: &mut LlamaSampler,
    tokens: impl IntoIterator<Item = LlamaToken>,
) -> impl Iterator<Item = LlamaToken> {
    let entries = tokens.into_iter().map(|token| LlamaTokenData::new(token, 1.0, 0.0)).collect();
    let mut entries = LlamaTokenDataArray::new(entries, false);
    grammar.apply(&mut entries);
    entries.data.into_iter().filter(|entry| entry.logit().is_finite()).map(|entry| entry.id())
}

pub(super) struct Sampler {
    grammar: Option<LlamaSampler>,
    /// `None`: greedy.
    chance: Option<LlamaSampler>,
    /// Kept between tokens: a vocabulary is some 150,000 entries.
    candidates: LlamaTokenDataArray,
}

impl Sampler {
    /// # Errors
    /// A grammar that llama.cpp does not accept.
    pub fn new(model: &LlamaModel, grammar: Option<&str>, temperature: f32, seed: u32) -> Result<Self, ModelError> {
        let grammar = grammar
            .map(|text| LlamaSampler::grammar(model, text, "root"))
            .transpose()
            .map_err(|error| ModelError::Grammar(error.to_string()))?;
        let chance = (temperature > 0.0).then(|| {
            LlamaSampler::chain_simple([
                LlamaSampler::top_k(TOP_K),
                LlamaSampler::top_p(TOP_P, 1),
                LlamaSampler::temp(temperature),
                LlamaSampler::dist(seed),
            ])
        });
        Ok(Self { grammar, chance, candidates: LlamaTokenDataArray::new(Vec::new(), false) })
    }

    /// The next token; it is not accepted yet, see [`Sampler::accept`].
    pub fn pick(&mut self, logits: &[f32]) -> Result<LlamaToken, ModelError> {
        let free = match &mut self.chance {
            None => likeliest(logits),
            Some(chance) => {
                fill(&mut self.candidates, logits);
                self.candidates.apply_sampler(chance);
                self.candidates.selected_token()
            }
        };
        let none = || ModelError::Engine("no token could be chosen".to_owned());
        let free = free.ok_or_else(none)?;
        let Some(grammar) = &mut self.grammar else { return Ok(free) };
        let mut single = LlamaTokenDataArray::new(vec![LlamaTokenData::new(free, 1.0, 0.0)], false);
        grammar.apply(&mut single);
        if single.data.first().is_some_and(|only| only.logit().is_finite()) {
            return Ok(free);
        }
        fill(&mut self.candidates, logits);
        grammar.apply(&mut self.candidates);
        self.candidates.data.retain(|candidate| candidate.logit().is_finite());
        if let Some(chance) = &mut self.chance {
            self.candidates.apply_sampler(chance);
            return self.candidates.selected_token().ok_or_else(none);
        }
        let best = self.candidates.data.iter().max_by(|a, b| a.logit().total_cmp(&b.logit()));
        best.map(LlamaTokenData::id).ok_or_else(none)
    }

    pub fn is_greedy(&self) -> bool {
        self.chance.is_none()
    }

    /// How many of these tokens the grammar would allow one after the other.
    pub fn allowed(&self, tokens: &[LlamaToken]) -> usize {
        let Some(grammar) = self.grammar.as_ref().filter(|_| !tokens.is_empty()) else { return tokens.len() };
        let mut ahead = grammar.clone();
        let allows = |token: &&LlamaToken| {
            let allowed = passing(&mut ahead, [**token]).next().is_some();
            if allowed {
                ahead.accept(**token);
            }
            allowed
        };
        tokens.iter().take_while(allows).count()
    }

    /// The text that the grammar forces from here: as far as one byte after the other is the only one possible.
    pub fn forced(&self, probes: &Probes) -> Forced {
        let mut forced = Forced::default();
        let Some(grammar) = &self.grammar else { return forced };
        let mut ahead = grammar.clone();
        while forced.text.len() < MOST_FORCED {
            let mut open = passing(&mut ahead, probes.bytes.iter().map(|(_, token)| *token).chain(probes.end));
            let (Some(only), None) = (open.next(), open.next()) else { break };
            drop(open);
            if Some(only) == probes.end {
                forced.end = true;
                break;
            }
            let byte = probes.bytes.iter().find(|(_, token)| *token == only).map(|(byte, _)| *byte);
            // Beyond ASCII a byte is part of a character; which one is left to the model.
            let Some(byte) = byte.filter(u8::is_ascii) else { break };
            forced.text.push(char::from(byte));
            ahead.accept(only);
        }
        forced
    }

    /// Tells the grammar which token was taken. Never call it with a token that ends the generation.
    pub fn accept(&mut self, token: LlamaToken) {
        if let Some(grammar) = &mut self.grammar {
            grammar.accept(token);
        }
    }
}

fn fill(candidates: &mut LlamaTokenDataArray, logits: &[f32]) {
    candidates.data.clear();
    candidates.data.extend((0..).zip(logits).map(|(id, logit)| LlamaTokenData::new(LlamaToken(id), *logit, 0.0)));
    candidates.selected = None;
    candidates.sorted = false;
}

fn likeliest(logits: &[f32]) -> Option<LlamaToken> {
    let mut best: Option<(usize, f32)> = None;
    for (id, &logit) in logits.iter().enumerate() {
        if best.is_none_or(|(_, highest)| logit > highest) {
            best = Some((id, logit));
        }
    }
    best.and_then(|(id, _)| i32::try_from(id).ok()).map(LlamaToken)
}
