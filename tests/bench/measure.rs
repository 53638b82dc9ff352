//! Times, quantiles and one line for each figure.

use std::time::{Duration, Instant};

/// How long `work` took.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// The value below which this share of the sorted values lies (nearest rank).
pub fn quantile(values: &mut [Duration], share: f64) -> Duration {
    values.sort_unstable();
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Milliseconds with the digits that matter.
pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.2} ms") } else { format!("{ms:.0} ms") }
}

/// The head of the table.
pub fn head() {
    println!("{:<52} {:>12} {:>12} {:>6}  beside", "figure", "p50", "p99 or max", "n");
}

/// One figure: p50 and p99 of its times, and what it is held against.
pub fn line(name: &str, times: &mut [Duration], beside: &str) {
    let (half, most) = (quantile(times, 0.5), quantile(times, 0.99));
    println!("{name:<52} {:>12} {:>12} {:>6}  {beside}", ms(half), ms(most), times.len());
}

/// One figure that is not a time.
pub fn value(name: &str, value: &str, beside: &str) {
    println!("{name:<52} {value:>12} {:>12} {:>6}  {beside}", "", "");
}
