//! How many threads compute: all that may, while the machine is quiet; fewer while others hold its cores.
//!
//! Threads of llama.cpp wait for each other at each step of a computation. Where another program holds one of their
//! cores, all wait for the one that is kept waiting, and a call can take ten times as long: then fewer threads are
//! faster. Pure: times in, numbers of threads out.

use std::time::Duration;

/// Calls are alike that differ by less than a doubling of their tokens.
const CLASSES: usize = 12;
/// What each token beyond the first adds to a call of one: reading computes more and fetches the weights as often.
const EACH_MORE: f64 = 0.375;
/// A call is slow that takes so many times what it should, and so many in a row tell of a busy machine.
const SLOW: f64 = 2.5;
const IN_A_ROW: u32 = 3;
/// So much slower tells of it at once.
const VERY_SLOW: f64 = 5.0;
/// Another number of threads is better that needs at most so much of the time.
const BETTER: f64 = 0.85;
/// Calls before one more thread is tried again: first, and at most, where trying it did not help.
const PATIENCE: u32 = 8;
const MOST_PATIENCE: u32 = 256;
/// The call at which one thread fewer is tried, once: the machine may have been busy from the start.
const DOUBT_AT: u32 = 6;

/// Decides the number of threads from how long calls take.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    most: usize,
    now: usize,
    /// What a call of each class takes with all threads on a quiet machine, in seconds for a call's weight of one.
    quiet: [Option<f64>; CLASSES],
    /// How many times as long as with all threads on a quiet machine calls took of late with the present number.
    recent: Option<f64>,
    slow: u32,
    calls: u32,
    patience: u32,
    /// What `recent` was before the trial that is under way, and of how many threads.
    trial: Option<(usize, f64)>,
}

impl Pace {
    /// Begins with all `most` threads.
    pub fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            most,
            now: most,
            quiet: [None; CLASSES],
            recent: None,
            slow: 0,
            calls: 0,
            patience: PATIENCE,
            trial: None,
        }
    }

    /// A call of so many tokens took so long; how many threads the next one should use.
    pub fn took(&mut self, tokens: usize, time: Duration) -> usize {
        if self.most == 1 || tokens == 0 {
            return self.now;
        }
        let factor = self.factor(tokens, time.as_secs_f64());
        self.calls += 1;
        if let Some((before, was)) = self.trial.take() {
            self.judge(before, was, factor);
        } else {
            self.recent = Some(self.recent.map_or(factor, |recent| (recent + factor) / 2.0));
            self.look(factor);
        }
        self.now
    }

    /// How many times as long the call took as it would with all threads on a quiet machine.
    fn factor(&mut self, tokens: usize, seconds: f64) -> f64 {
        let cost = seconds / (1.0 + EACH_MORE * (tokens - 1) as f64);
        let class = (tokens.ilog2() as usize).min(CLASSES - 1);
        // What fewer threads need longer is their share of the work.
        let with_all = cost * self.now as f64 / self.most as f64;
        let Some(quiet) = self.quiet.get_mut(class) else { return 1.0 };
        let best = quiet.get_or_insert(with_all);
        *best = best.min(with_all);
        if *best > 0.0 { cost / *best } else { 1.0 }
    }

    fn look(&mut self, factor: f64) {
        let expected = self.most as f64 / self.now as f64;
        self.slow = if factor > SLOW * expected { self.slow + 1 } else { 0 };
        let busy = self.slow >= IN_A_ROW || factor > VERY_SLOW * expected;
        let doubtful = self.calls == DOUBT_AT && self.now == self.most;
        let recent = self.recent.unwrap_or(factor);
        if (busy || doubtful) && self.now > 1 {
            self.begin(self.now - 1, recent);
        } else if self.now < self.most && self.calls >= self.patience {
            self.begin(self.now + 1, recent);
        }
    }

    fn begin(&mut self, threads: usize, recent: f64) {
        self.trial = Some((self.now, recent));
        (self.now, self.slow, self.calls) = (threads, 0, 0);
    }

    /// Keeps the number of threads that was tried where it is better; fewer also where it is no worse, since the others
    /// need the cores.
    fn judge(&mut self, before: usize, was: f64, factor: f64) {
        let fewer = self.now < before;
        let better = factor < was * if fewer { 1.0 } else { BETTER };
        if better {
            self.patience = PATIENCE;
            self.recent = Some(factor);
        } else {
            if !fewer {
                self.patience = (self.patience * 2).min(MOST_PATIENCE);
            }
            (self.now, self.recent) = (before, Some(was));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds that a call takes with so many threads where so many cores are free of two.
    fn call(tokens: usize, threads: usize, free: usize) -> Duration {
        let work = 0.1 * (1.0 + 0.3 * (tokens - 1) as f64);
        let waiting = if threads > free { 8.0 } else { 1.0 };
        Duration::from_secs_f64(work / threads as f64 * waiting)
    }

    /// Runs calls; the whole time, and the number of threads at the end.
    fn run(pace: &mut Pace, free: usize, calls: impl IntoIterator<Item = usize>) -> (f64, usize) {
        let sum = calls.into_iter().map(|tokens| {
            let took = call(tokens, pace.now, free);
            pace.took(tokens, took);
            took.as_secs_f64()
        });
        (sum.sum(), pace.now)
    }

    #[test]
    fn a_quiet_machine_gives_all_its_threads() {
        let mut pace = Pace::new(2);
        let calls: Vec<usize> = (0..400).map(|n| [1, 1, 3, 1, 8, 64][n % 6]).collect();
        let ideal: f64 = calls.iter().map(|tokens| call(*tokens, 2, 2).as_secs_f64()).sum();
        let (took, threads) = run(&mut pace, 2, calls);
        assert_eq!(threads, 2);
        assert!(took < 1.05 * ideal, "{took} for {ideal}");
    }

    #[test]
    fn when_a_core_is_taken_one_thread_fewer_computes_until_it_is_free_again() {
        let mut pace = Pace::new(2);
        run(&mut pace, 2, [1; 50]);
        let (took, threads) = run(&mut pace, 1, [1; 300]);
        assert_eq!(threads, 1);
        let (one, two) = (call(1, 1, 1).as_secs_f64() * 300.0, call(1, 2, 1).as_secs_f64() * 300.0);
        assert!(took < 1.3 * one && took < two / 3.0, "{took}: {one} with one thread, {two} with two");
        let (_, threads) = run(&mut pace, 2, [1; 300]);
        assert_eq!(threads, 2);
    }

    #[test]
    fn a_machine_that_was_busy_from_the_start_is_found_out() {
        let mut pace = Pace::new(2);
        assert_eq!(run(&mut pace, 1, [1; 30]).1, 1);
    }

    #[test]
    fn a_long_prompt_on_a_busy_machine_is_noticed_at_once() {
        let mut pace = Pace::new(2);
        run(&mut pace, 2, [64, 64, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(run(&mut pace, 1, [64, 64]).1, 1);
    }

    #[test]
    fn any_times_give_a_number_of_threads_within_bounds() {
        let mut pace = Pace::new(4);
        for n in 0..2_000_u64 {
            let tokens = (n * 7919 % 600) as usize;
            let threads = pace.took(tokens, Duration::from_micros(n * 104_729 % 1_000_003));
            assert!((1..=4).contains(&threads));
        }
        assert_eq!(Pace::new(0).took(1, Duration::ZERO), 1);
    }
}
