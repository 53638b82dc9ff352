//! Same item across shops, on a labelled set of invented pairs: how many joins are right, how many are found.
//!
//! A wrong join mixes two histories, so none is let through; what is only suggested may be wrong now and then.

use emptor::domain::ProductFacts;
use emptor::domain::same::{self, SUGGEST, Traits};

fn traits(text: &str) -> Traits {
    let mut parts = text.split('|').map(|part| Some(part.trim().to_owned()).filter(|p| !p.is_empty()));
    let mut next = || parts.next().flatten();
    Traits::of(&ProductFacts {
        title: next().unwrap_or_default(),
        brand: next(),
        model: next(),
        ..ProductFacts::default()
    })
}

#[test]
fn no_wrong_join_and_most_same_items_found() {
    let text = include_str!("same_item/pairs.tsv");
    let (mut same, mut different) = (0, 0);
    let (mut joined, mut joined_wrong, mut suggested, mut suggested_wrong) = (0, 0, 0, 0);
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let mut cells = line.split('\t');
        let (verdict, a, b) = (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap());
        let truly = verdict == "same";
        if truly {
            same += 1
        } else {
            different += 1
        }
        let (left, right) = (traits(a), traits(b));
        let found = same::judge(&left, &right);
        assert_eq!(found.score, same::judge(&right, &left).score, "the order must not matter: {line}");
        let may = found.score >= SUGGEST;
        joined += usize::from(found.sure && truly);
        joined_wrong += usize::from(found.sure && !truly);
        suggested += usize::from(may && truly);
        suggested_wrong += usize::from(may && !truly);
        if found.sure != truly || may != truly {
            println!(
                "{verdict}: sure {} score {:.2} {a} <> {b}: {}",
                found.sure,
                found.score,
                found.reasons.join(", ")
            );
        }
        // What is joined must have been a candidate: the two share a key.
        let names = |text: &str| text.split('|').skip(1).map(same::fold).collect::<Vec<_>>();
        let by_model = names(a) == names(b) && names(a).iter().all(|name| !name.is_empty());
        let shared = by_model || left.blocking_keys().iter().any(|key| right.blocking_keys().contains(key));
        assert!(!found.sure || shared, "sure, but never looked up: {line}");
    }
    let percent = |part: usize, whole: usize| part * 100 / whole.max(1);
    println!(
        "{same} same, {different} different. Joined: precision {} %, recall {} %. Suggested: precision {} %, recall {} %",
        percent(joined, joined + joined_wrong),
        percent(joined, same),
        percent(suggested, suggested + suggested_wrong),
        percent(suggested, same)
    );
    assert!(same >= 50 && different >= 70);
    assert_eq!(joined_wrong, 0, "wrong joins");
    assert!(percent(joined, same) >= 60, "joined {joined} of {same}");
    assert!(percent(suggested, same) >= 90, "suggested {suggested} of {same}");
    assert!(percent(suggested, suggested + suggested_wrong) >= 80, "{suggested_wrong} suggestions are wrong");
}
