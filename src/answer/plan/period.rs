//! The time that a question on prices speaks of: "in June", "since March", "a year ago", "on 2026-09-01".
//!
//! Reads English words. Told apart from a product's name only where the caller has cut that out; never reads a clock.

use super::mention::is_mark;
use crate::domain::{Period, Reach, Time};
use crate::retrieval::PlainWord;

const MONTHS: [(&str, &str); 12] = [
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may", "may"),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
];

const SEASONS: [(&str, i8, i8); 5] =
    [("spring", 3, 5), ("summer", 6, 8), ("autumn", 9, 11), ("fall", 9, 11), ("winter", 12, 2)];

/// Words before a time with what they make of it.
const REACHES: [(&str, Reach); 18] = [
    ("between", Reach::Within),
    ("in", Reach::Within),
    ("on", Reach::Within),
    ("during", Reach::Within),
    ("of", Reach::Within),
    ("at", Reach::Within),
    ("for", Reach::Within),
    ("over", Reach::Within),
    ("within", Reach::Within),
    ("than", Reach::Within),
    ("back", Reach::Within),
    ("since", Reach::Since),
    ("from", Reach::Since),
    ("after", Reach::After),
    ("before", Reach::Before),
    ("until", Reach::Before),
    ("till", Reach::Before),
    ("by", Reach::Before),
];

const COUNTS: [(&str, u16); 14] = [
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("two", 2),
    ("couple", 2),
    ("three", 3),
    ("few", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("twelve", 12),
];

/// The first time that is named, with the stretch of words it takes, the word before it included.
pub(super) fn period(words: &[PlainWord]) -> Option<(Period, (usize, usize))> {
    (0..words.len()).find_map(|at| {
        let (time, end) = time_at(words, at)?;
        let mut from = at;
        let mut reach = None;
        // "back in the last month", "in the June of".
        while let Some(before) = from.checked_sub(1).map(|i| words[i].text.as_str()) {
            let told = REACHES.iter().find(|(word, _)| *word == before).map(|(_, reach)| *reach);
            if told.is_none() && !["the", "early", "late", "mid", "end", "beginning", "start"].contains(&before) {
                break;
            }
            reach = reach.or(told);
            from -= 1;
        }
        // A bare "may" is a verb, and a bare number no year.
        let bare =
            reach.is_none() && matches!(time, Time::Month { year: None, .. } | Time::Months { .. } | Time::Year(_));
        // "from June to August" is a stretch with an end.
        let last = reach == Some(Reach::Since)
            && (matches!(time, Time::LastDays(_)) || matches!(time, Time::Months { .. }) && words[from].text == "from");
        let reach = if last { Reach::Within } else { reach.unwrap_or(Reach::Within) };
        (!bare).then_some((Period { reach, time }, (from, end)))
    })
}

/// The time whose first word stands at `at`, and where it ends.
fn time_at(words: &[PlainWord], at: usize) -> Option<(Time, usize)> {
    let text = |i: usize| words.get(i).map_or("", |w| w.text.as_str());
    let number = |i: usize| text(i).trim_end_matches(|c: char| c.is_alphabetic()).parse::<u32>().ok();
    let year = |i: usize| number(i).filter(|n| (1990..2100).contains(n) && text(i).len() == 4).map(|n| n as i16);
    let month =
        |i: usize| MONTHS.iter().position(|(long, short)| [*long, *short].contains(&text(i))).map(|m| m as i8 + 1);
    // 2026-09-01, in one word or parted.
    if let Some(day) = iso_day(text(at)) {
        return Some((day, at + 1));
    }
    if let Some(found) = parted_day(words, at) {
        return Some(found);
    }
    if let (Some(day), Some(month)) = (number(at).filter(|d| (1..=31).contains(d)), month(at + 1)) {
        let end = at + 2 + usize::from(year(at + 2).is_some());
        return Some((day_or_month(day, month, year(at + 2)), end));
    }
    let ranges = at > 0 && ["between", "from"].contains(&text(at - 1));
    if let (true, Some(first), Some(last)) =
        (ranges && ["and", "to", "until"].contains(&text(at + 1)), month(at), month(at + 2))
    {
        return Some((Time::Months { first, last }, at + 3));
    }
    if let Some((_, first, last)) = SEASONS.iter().find(|(name, ..)| *name == text(at)) {
        return Some((Time::Months { first: *first, last: *last }, at + 1));
    }
    if let Some(month) = month(at) {
        let skip = usize::from(["of", ","].contains(&text(at + 1)));
        let day = number(at + 1).filter(|d| (1..=31).contains(d) && text(at + 1).len() <= 4);
        if let Some(day) = day {
            let comma = usize::from(text(at + 2) == ",");
            let end = at + 2 + year(at + 2 + comma).map_or(0, |_| comma + 1);
            return Some((day_or_month(day, month, year(at + 2 + comma)), end));
        }
        let year = year(at + 1 + skip);
        return Some((Time::Month { month, year }, at + 1 + year.map_or(0, |_| skip + 1)));
    }
    if let Some(year) = year(at).filter(|_| at > 0 && REACHES.iter().any(|(word, _)| *word == text(at - 1))) {
        return Some((Time::Year(year), at + 1));
    }
    if text(at) == "yesterday" {
        return Some((Time::DaysAgo(1), at + 1));
    }
    if let "last" | "past" | "previous" | "this" = text(at) {
        let this = text(at) == "this";
        let count = number(at + 1).or_else(|| counted(text(at + 1)).map(u32::from)).filter(|_| !this);
        let unit = text(at + 1 + usize::from(count.is_some()));
        let end = at + 2 + usize::from(count.is_some());
        let back = u16::from(!this);
        let days = |each: u32, n: u32| Time::LastDays(u16::try_from(each * n).unwrap_or(u16::MAX));
        let time = match (unit, count) {
            ("day" | "days", Some(n)) => days(1, n),
            ("week" | "weeks", n) => days(7, n.unwrap_or(1)),
            ("months", Some(n)) => days(30, n),
            ("years", Some(n)) => days(365, n),
            ("month", None) => Time::CalendarMonth(back),
            ("year", None) => Time::CalendarYear(back),
            _ => return None,
        };
        return Some((time, end));
    }
    // "two months ago", "a year ago".
    let count = number(at).or_else(|| counted(text(at)).map(u32::from))?;
    let skip = usize::from(text(at + 1) == "of") + usize::from(["couple", "few"].contains(&text(at + 1)));
    let count = if skip > 0 { counted(text(at + skip)).map_or(count, u32::from) } else { count };
    if text(at + skip + 2) != "ago" {
        return None;
    }
    let many = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
    let time = match text(at + skip + 1) {
        "day" | "days" => Time::DaysAgo(many(count)),
        "week" | "weeks" => Time::DaysAgo(many(count.saturating_mul(7))),
        "month" | "months" => Time::MonthsAgo(many(count)),
        "year" | "years" => Time::YearsAgo(many(count)),
        _ => return None,
    };
    Some((time, at + skip + 3))
}

fn counted(word: &str) -> Option<u16> {
    COUNTS.iter().find(|(name, _)| *name == word).map(|(_, n)| *n)
}

fn day_or_month(day: u32, month: i8, year: Option<i16>) -> Time {
    match (year, i8::try_from(day)) {
        (Some(year), Ok(day)) => Time::Day { year, month, day },
        // The day of a year that nobody said: the whole month is meant near enough.
        (year, _) => Time::Month { month, year },
    }
}

fn iso_day(word: &str) -> Option<Time> {
    let date: jiff::civil::Date = word.parse().ok().filter(|_| word.len() == 10)?;
    Some(Time::Day { year: date.year(), month: date.month(), day: date.day() })
}

/// Year, month and day as words of their own with hyphens, slashes or nothing between.
fn parted_day(words: &[PlainWord], at: usize) -> Option<(Time, usize)> {
    let mut parts = [0_i16; 3];
    let mut i = at;
    for (n, part) in parts.iter_mut().enumerate() {
        while n > 0 && words.get(i).is_some_and(|w| is_mark(w) && ["-", "/", "."].contains(&w.text.as_str())) {
            i += 1;
        }
        let word = words.get(i).filter(|w| n == 0 || w.joined || is_mark(&words[i - 1]))?;
        *part = word.text.parse().ok()?;
        i += 1;
    }
    let [year, month, day] = parts;
    let exists = (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    exists.then_some((Time::Day { year, month: month as i8, day: day as i8 }, i))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::{Vocabulary, plain_words};

    fn read(text: &str) -> Option<(Reach, Time)> {
        period(&plain_words(text, &Vocabulary::default())).map(|(p, _)| (p.reach, p.time))
    }

    #[test]
    fn times_are_read_with_their_reach() {
        let month = |month, year| Time::Month { month, year };
        let table = [
            ("what did it cost in June", Some((Reach::Within, month(6, None)))),
            ("what did it cost in June 2025", Some((Reach::Within, month(6, Some(2025))))),
            ("did it drop after March?", Some((Reach::After, month(3, None)))),
            ("has it gone up since September", Some((Reach::Since, month(9, None)))),
            ("the price before May 2026", Some((Reach::Before, month(5, Some(2026))))),
            ("what was the price on 2026-09-01?", Some((Reach::Within, Time::Day { year: 2026, month: 9, day: 1 }))),
            ("price on September 1, 2026", Some((Reach::Within, Time::Day { year: 2026, month: 9, day: 1 }))),
            ("price on 1 September 2026", Some((Reach::Within, Time::Day { year: 2026, month: 9, day: 1 }))),
            ("how much was it last month", Some((Reach::Within, Time::CalendarMonth(1)))),
            ("the lowest price this year", Some((Reach::Within, Time::CalendarYear(0)))),
            ("what did it cost a year ago?", Some((Reach::Within, Time::YearsAgo(1)))),
            ("what did it cost two weeks ago?", Some((Reach::Within, Time::DaysAgo(14)))),
            ("lowest price in the last 30 days", Some((Reach::Within, Time::LastDays(30)))),
            ("the price in 2025", Some((Reach::Within, Time::Year(2025)))),
            ("the price between June and August", Some((Reach::Within, Time::Months { first: 6, last: 8 }))),
            ("has it risen since summer", Some((Reach::Since, Time::Months { first: 6, last: 8 }))),
            ("it may cost more", None),
            ("the first one", None),
            ("is it under 600 euros", None),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
