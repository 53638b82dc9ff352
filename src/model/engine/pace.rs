//! How many threads compute: all that may while the machine is quiet, fewer while others hold its cores.
//!
//! Threads of llama.cpp wait for each other, spinning, at each step of a computation. Where another program holds one
//! of their cores, all wait for the one that was put aside, and a call takes many times as long; fewer threads are
//! faster then. Judged by the processor time that the process really got, which no kind of call changes: threads that
//! compute or spin take all of it. Pure: times in, numbers of threads out; [`Times::now`] alone asks the system.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Shorter stretches say nothing.
const WINDOW: Duration = Duration::from_millis(60);
/// Below this share of what the threads could take the next call has fewer.
const ENOUGH: f64 = 0.8;
/// Below this one a call is broken off and begun again with fewer.
const STARVED: f64 = 0.6;
/// What a core may lack to count as one.
const NEARLY: f64 = 0.25;
/// How long fewer threads stay at least, and at most where more did not last.
const PATIENCE: Duration = Duration::from_secs(1);
const MOST_PATIENCE: Duration = Duration::from_mins(1);
/// More threads that lasted so long were no mistake.
const LASTED: Duration = Duration::from_secs(5);
/// How often is looked whether cores have become idle.
const LOOK: Duration = Duration::from_millis(300);

/// Clocks at one moment, each counted from some start of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Times {
    pub wall: Duration,
    /// Processor time of all threads of this process.
    pub cpu: Duration,
}

impl Times {
    /// `None` where the system does not tell.
    pub fn now() -> Option<Self> {
        Some(Self { wall: wall_time(), cpu: processor_time()? })
    }

    /// Cores that the process had from `earlier` until now, on average.
    fn cores_since(self, earlier: Self) -> f64 {
        let wall = self.wall.saturating_sub(earlier.wall).as_secs_f64();
        self.cpu.saturating_sub(earlier.cpu).as_secs_f64() / wall.max(f64::MIN_POSITIVE)
    }
}

/// Since it was asked for first.
fn wall_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one timespec that lives through the call.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    let seconds = u64::try_from(time.tv_sec).ok().filter(|_| status == 0)?;
    Some(Duration::new(seconds, u32::try_from(time.tv_nsec).ok()?))
}

#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
    None
}

/// Time that all cores together had nothing to do, since the system started; `None` where it does not tell (proc(5)).
fn idle_time() -> Option<Duration> {
    #[cfg(target_os = "linux")]
    {
        let text = std::fs::read_to_string("/proc/stat").ok()?;
        let mut fields = text.lines().next()?.split_whitespace().skip(4);
        let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        // SAFETY: no preconditions.
        let a_second = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).ok().filter(|n| *n > 0)?;
        Some(Duration::from_millis(ticks * 1000 / a_second))
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Decides the number of threads.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    most: usize,
    now: usize,
    /// Of the calls since the last verdict: how long, and the processor time in them.
    wall: Duration,
    cpu: Duration,
    begun: Option<Times>,
    /// Clocks and idle time when they were looked at last.
    looked: Option<(Times, Option<Duration>)>,
    /// When there were made fewer and more threads last.
    fewer_at: Duration,
    more_at: Option<Duration>,
    patience: Duration,
}

impl Pace {
    /// Begins with all `most` threads.
    pub fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            most,
            now: most,
            wall: Duration::ZERO,
            cpu: Duration::ZERO,
            begun: None,
            looked: None,
            fewer_at: Duration::ZERO,
            more_at: None,
            patience: PATIENCE,
        }
    }

    /// Threads of the next call, which begins now.
    pub fn begin(&mut self) -> usize {
        if self.most > 1
            && let Some(now) = Times::now()
        {
            let due = self.looked.is_none_or(|(then, _)| now.wall.saturating_sub(then.wall) >= LOOK);
            self.begin_at(now, due.then(idle_time));
        }
        self.now
    }

    /// `idle`: looked at now, if it was.
    fn begin_at(&mut self, now: Times, idle: Option<Option<Duration>>) {
        self.begun = Some(now);
        let Some(idle) = idle else { return };
        let before = self.looked.replace((now, idle));
        let waited = now.wall.saturating_sub(self.fewer_at) >= self.patience;
        let Some((then, idle_then)) = before.filter(|_| waited && self.now < self.most) else { return };
        let more = match (idle_then, idle) {
            (Some(was), Some(is)) => whole(available(then, was, now, is)),
            // Nothing tells of idle cores: trying does.
            _ => self.now + 1,
        };
        if more > self.now {
            self.now = more.min(self.most);
            self.more_at = Some(now.wall);
        }
    }

    /// Whether the call that is under way gets so little of the machine that it should be begun again with fewer threads.
    pub fn starved(&self) -> bool {
        let Some(begun) = self.begun.filter(|_| self.now > 1) else { return false };
        // Asked at each step of a computation: the processor time is a call into the system, the time of day is not.
        let long = wall_time().saturating_sub(begun.wall) >= WINDOW;
        long && Times::now().is_some_and(|now| self.starved_at(begun, now, idle_time))
    }

    fn starved_at(&self, begun: Times, now: Times, idle: impl FnOnce() -> Option<Duration>) -> bool {
        let long = now.wall.saturating_sub(begun.wall) >= WINDOW;
        long && self.lacks(now.cores_since(begun), STARVED, now, idle)
    }

    /// Whether so few cores are less than this share of the threads, and no others were idle: threads that wait asleep
    /// take no time either, as they do where a process has more of them than there are cores.
    fn lacks(&self, cores: f64, share: f64, now: Times, idle: impl FnOnce() -> Option<Duration>) -> bool {
        let least = share * self.now as f64;
        if cores >= least {
            return false;
        }
        let Some((then, Some(was))) = self.looked else { return true };
        idle().is_none_or(|is| available(then, was, now, is) < least)
    }

    /// The call is over.
    pub fn end(&mut self) {
        if let (Some(begun), Some(now)) = (self.begun.take(), Times::now()) {
            self.end_at(begun, now, idle_time);
        }
    }

    fn end_at(&mut self, begun: Times, now: Times, idle: impl FnOnce() -> Option<Duration>) {
        self.wall += now.wall.saturating_sub(begun.wall);
        self.cpu += now.cpu.saturating_sub(begun.cpu);
        if self.wall < WINDOW {
            return;
        }
        let cores = self.cpu.as_secs_f64() / self.wall.as_secs_f64();
        (self.wall, self.cpu) = (Duration::ZERO, Duration::ZERO);
        if self.now == 1 || !self.lacks(cores, ENOUGH, now, idle) {
            return;
        }
        let mistaken = self.more_at.take().is_some_and(|more| now.wall.saturating_sub(more) < LASTED);
        self.patience = if mistaken { (self.patience * 2).min(MOST_PATIENCE) } else { PATIENCE };
        self.now = whole(cores).clamp(1, self.now - 1);
        self.fewer_at = now.wall;
        tracing::debug!(threads = self.now, cores, "the machine is busy: fewer threads");
    }
}

/// Cores that the process had or could have had between two looks, on average.
fn available(then: Times, idle_then: Duration, now: Times, idle: Duration) -> f64 {
    let wall = now.wall.saturating_sub(then.wall).as_secs_f64();
    now.cores_since(then) + idle.saturating_sub(idle_then).as_secs_f64() / wall.max(f64::MIN_POSITIVE)
}

/// Whole cores of so much.
fn whole(cores: f64) -> usize {
    // Small and not negative.
    (cores + NEARLY).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine of `cores` cores of which others want `others`, and what it does to calls.
    struct Machine {
        cores: f64,
        others: f64,
        at: Times,
        idle: Duration,
        tells: bool,
    }

    impl Machine {
        fn new(cores: usize, others: usize) -> Self {
            let (cores, others) = (cores as f64, others as f64);
            Self { cores, others, at: Times::default(), idle: Duration::ZERO, tells: true }
        }

        /// Time passes while `threads` of ours want a core each: all get the same share.
        fn pass(&mut self, seconds: f64, threads: usize) {
            let wanted = threads as f64 + self.others;
            let share = (self.cores / wanted.max(f64::MIN_POSITIVE)).min(1.0);
            self.at.wall += Duration::from_secs_f64(seconds);
            self.at.cpu += Duration::from_secs_f64(seconds * threads as f64 * share);
            self.idle += Duration::from_secs_f64(seconds * (self.cores - wanted).max(0.0));
        }

        /// Calls of 50 ms for so long; the number of threads after each.
        fn calls(&mut self, pace: &mut Pace, seconds: f64) -> Vec<usize> {
            let after = |machine: &mut Self, pace: &mut Pace| {
                let due = pace.looked.is_none_or(|(then, _)| machine.at.wall - then.wall >= LOOK);
                pace.begin_at(machine.at, due.then_some(Some(machine.idle).filter(|_| machine.tells)));
                let begun = machine.at;
                machine.pass(0.05, pace.now);
                let idle = Some(machine.idle).filter(|_| machine.tells);
                pace.end_at(begun, machine.at, || idle);
                machine.pass(0.002, 0);
                pace.now
            };
            (0..(seconds / 0.052) as usize).map(|_| after(self, pace)).collect()
        }
    }

    #[test]
    fn a_quiet_machine_gives_all_its_threads() {
        let mut pace = Pace::new(4);
        assert!(Machine::new(4, 0).calls(&mut pace, 20.0).iter().all(|threads| *threads == 4));
    }

    #[test]
    fn a_busy_one_gives_what_is_left_and_all_again_when_it_is_free() {
        for (cores, others, left) in [(2, 1, 1), (2, 2, 1), (4, 1, 3), (8, 2, 6), (4, 9, 1)] {
            let (mut pace, mut machine) = (Pace::new(cores), Machine::new(cores, others));
            let threads = machine.calls(&mut pace, 1.0);
            assert!(threads[2..].iter().all(|n| *n <= left), "{cores} cores, {others} others: {threads:?}");
            machine.others = 0.0;
            let threads = machine.calls(&mut pace, 2.5);
            assert_eq!(threads.last(), Some(&cores), "{cores} cores, {others} others: {threads:?}");
        }
    }

    #[test]
    fn a_busy_one_is_not_tried_again_and_again() {
        let (mut pace, mut machine) = (Pace::new(2), Machine { tells: false, ..Machine::new(2, 2) });
        let threads = machine.calls(&mut pace, 120.0);
        let spent = threads.iter().filter(|n| **n == 2).count();
        assert!(spent * 50 < threads.len(), "{spent} of {} calls with too many", threads.len());
        // What tells of idle cores needs no trials.
        let (mut pace, mut machine) = (Pace::new(2), Machine::new(2, 2));
        assert_eq!(machine.calls(&mut pace, 60.0).iter().filter(|n| **n == 2).count(), 1);
    }

    #[test]
    fn a_starved_call_is_seen_while_it_runs() {
        let pace = Pace::new(2);
        let times = |wall: u64, cpu: u64| Times { wall: Duration::from_millis(wall), cpu: Duration::from_millis(cpu) };
        assert!(!pace.starved_at(times(0, 0), times(50, 10), || None), "too early to say");
        assert!(pace.starved_at(times(0, 0), times(100, 110), || None));
        assert!(!pace.starved_at(times(0, 0), times(100, 130), || None));
    }

    #[test]
    fn threads_that_wait_asleep_on_an_idle_machine_are_no_want() {
        let times = |wall: u64, cpu: u64| Times { wall: Duration::from_millis(wall), cpu: Duration::from_millis(cpu) };
        let idle = |millis| move || Some(Duration::from_millis(millis));
        let pace = Pace { looked: Some((times(0, 0), Some(Duration::ZERO))), ..Pace::new(2) };
        assert!(!pace.starved_at(times(0, 0), times(100, 110), idle(80)));
        assert!(pace.starved_at(times(0, 0), times(100, 110), idle(5)), "others hold the cores");
        for (idle_for, threads) in [(80, 2), (5, 1)] {
            let mut pace = pace.clone();
            pace.end_at(times(0, 0), times(100, 110), idle(idle_for));
            assert_eq!(pace.now, threads);
        }
    }

    #[test]
    fn the_system_tells_the_time() {
        let before = Times::now().unwrap();
        let mut sum = 0_u64;
        while Times::now().unwrap().cpu < before.cpu + Duration::from_millis(2) {
            sum = sum.wrapping_mul(3).wrapping_add(1);
        }
        assert!(Times::now().unwrap().wall > before.wall, "{sum}");
    }
}
