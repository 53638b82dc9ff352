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

#[test]
fn a_clock_that_went_back_by_hours_does_not_silence_a_source() {
    let mut source = source(1, Some(at(30 * 3600)));
    source.last_attempt_at = Some(at(24 * 3600));
    assert_eq!(due(std::slice::from_ref(&source), at(0), HOUR * 6), [SourceId(1)]);
    assert!(due(&[source], at(24 * 3600), HOUR * 6).is_empty());
}

#[test]
fn a_rest_of_a_day_is_kept_however_short_the_interval() {
    let minute = Duration::from_secs(60);
    let next = next_due(SourceId(1), Outcome::Blocked, 1, true, Some(LONGEST_REST), at(0), minute);
    assert!(due(&[source(1, Some(next))], at(86_000), minute).is_empty());
    assert_eq!(due(&[source(1, Some(next))], at(86_400), minute), [SourceId(1)]);
}

fn page(looks: u32, changes: u32, failures: u32, outcome: Outcome) -> SourcePage {
    let url = "https://shop.example/p".to_owned();
    SourcePage { url, looks, changes, failures, last_outcome: Some(outcome), ..SourcePage::default() }
}

proptest::proptest! {
    #[test]
    fn volatile_and_watched_pages_come_sooner_and_failing_ones_later(
        looks in 4..500_u32, one in 0..500_u32, other in 0..500_u32, failures in 1..40_u32, minutes in 1..10_000_u64,
        retry in 0..86_400_u64,
    ) {
        let interval = Duration::from_secs(minutes * 60);
        let wait = |page: &SourcePage, watched, retry| {
            page_due(page, watched, retry, at(0), interval).duration_since(at(0)).as_secs()
        };
        let good = |changes: u32| page(looks, changes.min(looks), 0, Outcome::Ok);
        proptest::prop_assert!(wait(&good(one.max(other)), false, None) <= wait(&good(one.min(other)), false, None));
        proptest::prop_assert!(wait(&good(one), true, None) <= wait(&good(one), false, None));
        let failing = |failures| page(looks, one.min(looks), failures, Outcome::Error);
        proptest::prop_assert!(wait(&failing(failures), false, None) <= wait(&failing(failures + 1), false, None));
        let obeyed = wait(&failing(failures), true, Some(Duration::from_secs(retry)));
        proptest::prop_assert!(obeyed >= retry.cast_signed());
        // Never at once, never later than the longest back-off.
        let usual = interval.as_secs().cast_signed();
        for outcome in [Outcome::Ok, Outcome::Gone] {
            let waited = wait(&page(looks, one.min(looks), 0, outcome), true, None);
            proptest::prop_assert!(waited >= usual / 5 && waited <= usual * 18, "{}", waited);
        }
    }
}
