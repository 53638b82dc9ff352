//! Times as people write them in the file: `90s`, `6h`, `1h 30min`, `3d`. Exact to the
//! millisecond.

use std::time::Duration;

/// In milliseconds.
const UNITS: [(&str, u64); 9] = [
    ("ms", 1),
    ("s", 1_000),
    ("sec", 1_000),
    ("m", 60_000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("day", 86_400_000),
    ("w", 604_800_000),
];

/// Longest time accepted: ten years.
const MOST: u64 = 10 * 366 * 86_400_000;

/// Reads `6h`, `90 s`, `1h30m`; `None` where a number, a unit or the order of sizes is wrong.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, after) = after.split_at(letters);
        let is = |name: &str| name == unit || name.len() > 1 && !name.ends_with('s') && format!("{name}s") == unit;
        let (_, size) = UNITS.into_iter().find(|(name, _)| is(name))?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(size)?)?;
        rest = after.trim_start();
    }
    (total <= MOST).then(|| Duration::from_millis(total))
}

/// The shortest form that reads back to the same time.
pub fn format(time: Duration) -> String {
    if time.subsec_millis() > 0 {
        return format!("{}ms", time.as_millis());
    }
    let seconds = time.as_secs();
    let (unit, name) = [(86_400, "d"), (3_600, "h"), (60, "min")]
        .into_iter()
        .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit))
        .unwrap_or((1, "s"));
    format!("{}{name}", seconds / unit)
}
