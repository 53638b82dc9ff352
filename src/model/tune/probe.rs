//! Runs settings on the real engine: loads the model with them and asks the sample of a fresh engine, nothing cached.
//!
//! Never writes a file; judges nothing.

use super::{Measure, Run, Settings};
use crate::config::Config;
use crate::model::engine::{Engine, EngineOptions};
use crate::model::registry::Choice;
use crate::model::{ChatModel, ChatRequest, Finish, ModelError, open};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Longest wait for the weights.
const LOADING: Duration = Duration::from_secs(600);

/// A model and what it is asked.
pub struct Probe {
    options: EngineOptions,
    sample: Vec<ChatRequest>,
    cancel: CancellationToken,
    started: Instant,
}

impl Probe {
    /// # Errors
    /// The model's file cannot be read.
    pub fn new(
        choice: &Choice,
        config: &Config,
        sample: Vec<ChatRequest>,
        cancel: CancellationToken,
    ) -> Result<Self, ModelError> {
        let options = EngineOptions { cache: None, ..open::engine_options(choice, config)? };
        Ok(Self { options, sample, cancel, started: Instant::now() })
    }

    /// The settings that the config asks for.
    pub fn settings(&self) -> Settings {
        Settings {
            threads: self.options.threads.unwrap_or_else(crate::model::physical_cores),
            batch: self.options.batch.unwrap_or(crate::model::engine::USUAL_BATCH),
            flash_attention: self.options.flash_attention,
            draft_tokens: self.options.draft_tokens,
            kv_type: self.options.kv_type,
        }
    }
}

impl Measure for Probe {
    fn run(&mut self, settings: &Settings) -> Result<Run, ModelError> {
        let engine = Engine::open(EngineOptions {
            threads: Some(settings.threads),
            batch: Some(settings.batch),
            flash_attention: settings.flash_attention,
            draft_tokens: settings.draft_tokens,
            kv_type: settings.kv_type,
            ..self.options.clone()
        })?;
        engine.wait_ready(LOADING)?;
        let (mut run, mut read, mut written) = (Run::default(), (0, 0.0), (0, 0.0));
        for request in &self.sample {
            let made = engine.generate(request, &self.cancel, &mut |_| ControlFlow::Continue(()))?;
            if made.finish == Finish::Cancelled {
                return Err(ModelError::Engine("interrupted".to_owned()));
            }
            read = (read.0 + made.prompt_tokens - made.cached_tokens, read.1 + made.prompt_seconds);
            written = (written.0 + made.generated_tokens, written.1 + made.generate_seconds);
            run.text.push_str(&made.text);
        }
        let rate = |(tokens, seconds): (usize, f64)| tokens as f64 / seconds.max(f64::MIN_POSITIVE);
        (run.reading, run.writing, run.seconds) = (rate(read), rate(written), read.1 + written.1);
        Ok(run)
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn interrupted(&self) -> bool {
        self.cancel.is_cancelled()
    }
}
