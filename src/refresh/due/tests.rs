use super::*;
use crate::domain::SourceKind;

const HOUR: Duration = Duration::from_secs(3600);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn source(id: i64, next: Option<Timestamp>) -> Source {
    Source {
        id: SourceId(id),
        name: id.to_string(),
        kind: SourceKind::Page,
        location: String::new(),
        added_at: at(0),
        last_attempt_at: None,
        last_outcome: None,
        last_detail: None,
        failures: 0,
        next_due_at: next,
        etag: None,
        last_modified: None,
        state: serde_json::Value::Null,
    }
}

#[test]
fn the_longest_waiting_comes_first_and_the_future_waits() {
    let sources = [source(1, Some(at(-10))), source(2, Some(at(-500))), source(3, Some(at(60))), source(4, None)];
    assert_eq!(due(&sources, at(0), HOUR), [SourceId(2), SourceId(1), SourceId(4)]);
    assert_eq!(next_wake(&sources[2..3], at(0), HOUR), Some(at(60)));
}

#[test]
fn a_clock_that_was_years_ahead_does_not_silence_a_source() {
    let sources = [source(1, Some(at(10 * 365 * 86_400)))];
    assert_eq!(due(&sources, at(0), HOUR), [SourceId(1)]);
}

#[test]
fn failures_wait_longer_watched_ones_shorter_and_the_server_is_obeyed() {
    let wait = |outcome, failures, watched, retry| {
        let next = next_due(SourceId(1), outcome, failures, watched, retry, at(0), HOUR);
        next.as_second() - at(0).as_second()
    };
    let usual = wait(Outcome::Ok, 0, false, None);
    assert!((3240..=3960).contains(&usual), "{usual}");
    assert!((810..=990).contains(&wait(Outcome::Ok, 0, true, None)));
    assert!((4 * 3240..=4 * 3960).contains(&wait(Outcome::Error, 2, false, None)));
    assert!(wait(Outcome::Error, 40, false, None) <= 16 * 3960);
    assert_eq!(wait(Outcome::Blocked, 1, false, Some(HOUR * 30)), 30 * 3600);
}
