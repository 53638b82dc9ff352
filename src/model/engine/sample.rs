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
