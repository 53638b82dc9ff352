//! The search over made-up machines: what is faster is found, noise and other words are not taken.

use super::*;

const START: Settings =
    Settings { threads: 4, batch: 128, flash_attention: None, draft_tokens: 3, kv_type: KvType::F16 };

const CORES: Cores = Cores { physical: 4, logical: 8 };

/// Seconds and text for settings, with a time that every run takes.
struct Made<F> {
    seconds: F,
    /// Added to the runs in order, as a busy machine does.
    noise: Vec<f64>,
    runs: usize,
    passed: Duration,
    interrupted_after: usize,
}

impl<F: Fn(&Settings) -> (f64, &'static str)> Made<F> {
    fn new(seconds: F) -> Self {
        Self { seconds, noise: Vec::new(), runs: 0, passed: Duration::ZERO, interrupted_after: usize::MAX }
    }
}

impl<F: Fn(&Settings) -> (f64, &'static str)> Measure for Made<F> {
    fn run(&mut self, settings: &Settings) -> Result<Run, ModelError> {
        let (seconds, text) = (self.seconds)(settings);
        let noise = self.noise.get(self.runs).copied().unwrap_or(0.0);
        self.runs += 1;
        self.passed += Duration::from_secs(1);
        if seconds.is_nan() {
            return Err(ModelError::Engine("no memory".to_owned()));
        }
        Ok(Run { seconds: seconds + noise, reading: 1.0, writing: 1.0, text: text.to_owned() })
    }

    fn elapsed(&self) -> Duration {
        self.passed
    }

    fn interrupted(&self) -> bool {
        self.runs >= self.interrupted_after
    }
}

fn search(measure: &mut dyn Measure, seconds: u64) -> Tuned {
    let mut told = 0;
    let tuned = tune(START, CORES, Duration::from_secs(seconds), measure, &mut |_| told += 1).unwrap();
    assert_eq!(told, tuned.trials.len());
    tuned
}

#[test]
fn each_setting_that_helps_is_taken_and_the_next_builds_on_it() {
    let cost = |s: &Settings| {
        let threads = if s.threads == 3 { 0.8 } else { 1.0 };
        let batch = if s.batch == 256 && s.threads == 3 { 0.9 } else { 1.0 };
        let drafts = match s.draft_tokens {
            0 => 1.3,
            15 => 0.9,
            _ => 1.0,
        };
        (10.0 * threads * batch * drafts, "same")
    };
    let tuned = search(&mut Made::new(cost), 1000);
    assert_eq!(tuned.after, Settings { threads: 3, batch: 256, draft_tokens: 15, ..START });
    assert!(tuned.after_run.seconds < tuned.before_run.seconds * 0.7);
    assert!(tuned.untried.is_empty());
    let taken = tuned.trials.iter().filter(|t| t.verdict == Verdict::Taken).map(|t| t.knob);
    assert_eq!(taken.collect::<Vec<_>>(), [Knob::Threads, Knob::Batch, Knob::DraftTokens]);
}

#[test]
fn where_nothing_helps_nothing_changes() {
    let tuned = search(&mut Made::new(|_| (5.0, "same")), 1000);
    assert_eq!(tuned.after, START);
    assert!(tuned.trials.iter().all(|t| t.verdict == Verdict::NoGain) && tuned.trials.len() >= 8);
}

#[test]
fn a_busy_moment_of_the_machine_is_not_taken_for_a_gain() {
    // Both runs of the start are disturbed: every candidate looks faster until the start is run again.
    let mut measure = Made { noise: vec![4.0, 4.0], ..Made::new(|_| (5.0, "same")) };
    assert_eq!(search(&mut measure, 1000).after, START);
}

#[test]
fn a_smaller_cache_is_only_taken_where_the_words_stay() {
    let cost =
        |words: &'static str| move |s: &Settings| if s.kv_type == KvType::Q8_0 { (4.0, words) } else { (5.0, "same") };
    let kept = search(&mut Made::new(cost("same")), 1000);
    assert_eq!(kept.after.kv_type, KvType::Q8_0);
    let other = search(&mut Made::new(cost("other")), 1000);
    assert_eq!(other.after, START);
    assert_eq!(other.trials.last().unwrap().verdict, Verdict::OtherText);
}

#[test]
fn a_used_up_budget_ends_it_and_says_what_was_left() {
    let tuned = search(&mut Made::new(|s| (if s.threads == 3 { 4.0 } else { 5.0 }, "same")), 9);
    assert_eq!(tuned.after.threads, 3);
    assert!(tuned.untried.iter().any(|(knob, _)| *knob == Knob::KvType) && !tuned.interrupted);
}

#[test]
fn settings_that_do_not_run_are_passed_over_and_an_interruption_is_told() {
    let cost = |s: &Settings| (if s.threads == 8 { f64::NAN } else { 5.0 }, "same");
    let tuned = search(&mut Made::new(cost), 1000);
    assert!(tuned.trials.iter().any(|t| t.verdict == Verdict::Failed && t.run.is_none()));
    assert!(tune(START, CORES, Duration::MAX, &mut Made::new(|_| (f64::NAN, "")), &mut |_| ()).is_err());
    let mut stopped = Made { interrupted_after: 4, ..Made::new(|_| (5.0, "same")) };
    let tuned = search(&mut stopped, 1000);
    assert!(tuned.interrupted && tuned.trials.len() < 4 && !tuned.untried.is_empty());
}
