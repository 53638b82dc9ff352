//! The search for the engine's fastest settings on this machine: one setting after the other, the best kept.
//!
//! Knows no engine and no clock of its own: a [`Measure`] runs the settings, so that the search can be tried on numbers.

#[cfg(feature = "llama")]
mod probe;

#[cfg(feature = "llama")]
pub use probe::Probe;

use super::ModelError;
use crate::config::KvType;
use serde::Serialize;
use std::time::Duration;

/// A change must be so much faster to be taken: less is the noise of the machine.
const CLEARLY: f64 = 0.97;

/// What the machine has: cores, and threads that they run at once.
#[derive(Debug, Clone, Copy)]
pub struct Cores {
    pub physical: usize,
    pub logical: usize,
}

/// What is tuned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settings {
    pub threads: usize,
    /// Prompt tokens computed at once.
    pub batch: usize,
    /// `None`: llama.cpp decides.
    pub flash_attention: Option<bool>,
    pub draft_tokens: usize,
    pub kv_type: KvType,
}

/// One setting of [`Settings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Knob {
    Threads,
    Batch,
    FlashAttention,
    DraftTokens,
    KvType,
}

impl Knob {
    /// In the order in which they are tried.
    pub const ALL: [Self; 5] = [Self::Threads, Self::Batch, Self::FlashAttention, Self::DraftTokens, Self::KvType];

    /// Those in which two settings differ.
    pub fn changed(before: &Settings, after: &Settings) -> Vec<Self> {
        Self::ALL.into_iter().filter(|knob| knob.value(before) != knob.value(after)).collect()
    }

    /// Its key in the config file, below `model`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Batch => "batch",
            Self::FlashAttention => "flash_attention",
            Self::DraftTokens => "draft_tokens",
            Self::KvType => "kv_type",
        }
    }

    /// Its value, as the config file writes it; `None`: not set.
    pub fn value(self, settings: &Settings) -> Option<toml::Value> {
        let number = |n: usize| i64::try_from(n).ok().map(toml::Value::Integer);
        match self {
            Self::Threads => number(settings.threads),
            Self::Batch => number(settings.batch),
            Self::FlashAttention => settings.flash_attention.map(toml::Value::Boolean),
            Self::DraftTokens => number(settings.draft_tokens),
            Self::KvType => Some(settings.kv_type.word().into()),
        }
    }

    /// Its value as it is told: `auto` where it is not set.
    pub fn word(self, settings: &Settings) -> String {
        self.value(settings).map_or_else(|| "auto".to_owned(), |value| value.to_string().replace('"', ""))
    }

    /// What is tried in the place of the best so far.
    fn candidates(self, best: &Settings, cores: Cores) -> Vec<Settings> {
        let mut all: Vec<Settings> = match self {
            Self::Threads => {
                let Cores { physical, logical } = cores;
                let mut counts = vec![physical.saturating_sub(1), physical, physical.div_ceil(2), logical];
                counts.retain(|n| (1..=logical).contains(n));
                counts.sort_unstable();
                counts.dedup();
                counts.into_iter().rev().map(|threads| Settings { threads, ..*best }).collect()
            }
            // A cancellation is heard between two batches: more than this would be felt.
            Self::Batch => [64, 256].into_iter().map(|batch| Settings { batch, ..*best }).collect(),
            Self::FlashAttention => {
                [true, false].into_iter().map(|on| Settings { flash_attention: Some(on), ..*best }).collect()
            }
            Self::DraftTokens => {
                [0, 3, 7, 15].into_iter().map(|draft_tokens| Settings { draft_tokens, ..*best }).collect()
            }
            // llama.cpp reads a quantised cache only with flash attention.
            Self::KvType if best.flash_attention == Some(false) => Vec::new(),
            Self::KvType => vec![Settings { kv_type: KvType::Q8_0, ..*best }],
        };
        all.retain(|settings| settings != best);
        all
    }
}

/// What some settings came to over the sample.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Run {
    /// Of the whole sample: reading and writing.
    pub seconds: f64,
    /// Tokens a second.
    pub reading: f64,
    pub writing: f64,
    #[serde(skip)]
    pub text: String,
}

/// Runs settings over a sample and knows the time.
pub trait Measure {
    /// # Errors
    /// The engine failed with these settings, or was interrupted.
    fn run(&mut self, settings: &Settings) -> Result<Run, ModelError>;

    /// Since the search began.
    fn elapsed(&self) -> Duration;

    /// Whether the user wants no more.
    fn interrupted(&self) -> bool;
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Taken,
    /// Not clearly faster than the best before it.
    NoGain,
    /// Faster, but the model said something else.
    OtherText,
    Failed,
}

/// A candidate that was tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trial {
    pub knob: Knob,
    pub settings: Settings,
    /// `None` where it failed.
    pub run: Option<Run>,
    pub verdict: Verdict,
}

/// The outcome of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tuned {
    pub before: Settings,
    pub before_run: Run,
    pub after: Settings,
    pub after_run: Run,
    pub trials: Vec<Trial>,
    /// What there was no time for.
    pub untried: Vec<(Knob, Settings)>,
    /// Ended by the user: nothing of it counts.
    pub interrupted: bool,
}

/// Tries each setting's candidates in turn until the budget is used up; `tell` hears of each.
///
/// # Errors
/// The settings to begin with do not run.
pub fn tune(
    start: Settings,
    cores: Cores,
    budget: Duration,
    measure: &mut dyn Measure,
    tell: &mut dyn FnMut(&Trial),
) -> Result<Tuned, ModelError> {
    // The first run reads the weights from the disk.
    let began = measure.elapsed();
    measure.run(&start)?;
    let before_run = measure.run(&start)?;
    let mut each = (measure.elapsed() - began) / 2;
    let mut best = (start, before_run.clone());
    let (mut trials, mut untried) = (Vec::new(), Vec::new());
    for knob in Knob::ALL {
        for settings in knob.candidates(&best.0, cores) {
            if measure.interrupted() || measure.elapsed() + each > budget {
                untried.push((knob, settings));
                continue;
            }
            let began = measure.elapsed();
            let (run, verdict) = try_one(&settings, &mut best, measure);
            each = each.max(measure.elapsed() - began);
            let trial = Trial { knob, settings, run, verdict };
            tell(&trial);
            trials.push(trial);
        }
    }
    let interrupted = measure.interrupted();
    Ok(Tuned { before: start, before_run, after: best.0, after_run: best.1, trials, untried, interrupted })
}

/// Runs a candidate. What looks faster is run once more, by turns with the best before it; the faster run of each counts,
/// since a busy machine only ever slows one down.
fn try_one(settings: &Settings, best: &mut (Settings, Run), measure: &mut dyn Measure) -> (Option<Run>, Verdict) {
    let faster = |a: &Run, b: &Run| a.seconds < b.seconds * CLEARLY;
    let quickest = |a: Run, b: Run| if b.seconds < a.seconds { b } else { a };
    let Ok(run) = measure.run(settings) else { return (None, Verdict::Failed) };
    if !faster(&run, &best.1) {
        return (Some(run), Verdict::NoGain);
    }
    if settings.kv_type != best.0.kv_type && run.text != best.1.text {
        return (Some(run), Verdict::OtherText);
    }
    let (Ok(again), Ok(repeat)) = (measure.run(&best.0), measure.run(settings)) else {
        return (Some(run), Verdict::Failed);
    };
    best.1 = quickest(best.1.clone(), again);
    let run = quickest(run, repeat);
    if !faster(&run, &best.1) {
        return (Some(run), Verdict::NoGain);
    }
    *best = (*settings, run.clone());
    (Some(run), Verdict::Taken)
}

#[cfg(test)]
mod tests;
