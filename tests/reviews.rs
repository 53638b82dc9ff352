//! Review mining held against sentences marked by hand: aspect with polarity, English and Hebrew, with floors under
//! precision and recall; and the command that shows it, line by line.

mod home;

use emptor::answer::reviews::{self, AspectMention, Miner, Polarity};
use emptor::domain::*;
use emptor::store::Store;
use home::Home;

const ENGLISH: &str = include_str!("reviews/english.txt");
const HEBREW: &str = include_str!("reviews/hebrew.txt");
const DEVICES: &str = include_str!("reviews/devices.txt");
const UNSEEN: &str = include_str!("reviews/unseen.txt");

type Mark = (String, bool);

fn sentences(text: &str) -> Vec<(Vec<Mark>, &str)> {
    let mark = |m: &str| {
        let name = m.trim().trim_end_matches(['+', '-']);
        (!name.is_empty()).then(|| (name.to_owned(), m.trim().ends_with('+')))
    };
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once('|'))
        .map(|(marks, said)| (marks.split(',').filter_map(mark).collect(), said.trim()))
        .collect()
}

/// Whether a reviewer's own name for an aspect is the miner's group, or its own name but for words more or less.
fn loosely(mined: &AspectMention, mark: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        name.split([' ', '-']).map(|w| w.trim_end_matches('s').to_owned()).filter(|w| !w.is_empty()).collect()
    };
    let (a, b) = (words(&mined.aspect), words(mark));
    let within = |a: &[String], b: &[String]| a.iter().all(|w| b.contains(w));
    mined.group == mark
        || reviews::canonical(mark).is_some_and(|name| name == mined.group)
        || within(&a, &b)
        || within(&b, &a)
}

/// Precision, recall and what went wrong, where an aspect found is a mark's if `same` says so.
fn measure(text: &str, same: fn(&AspectMention, &str) -> bool) -> (f64, f64, usize, String) {
    let (mut marked, mut found, mut met, mut wrong) = (0, 0, 0, String::new());
    let all = sentences(text);
    for (marks, said) in &all {
        let mined = reviews::aspects(said);
        let is = |m: &AspectMention, mark: &Mark| same(m, &mark.0) && (m.polarity == Polarity::Positive) == mark.1;
        let hits = marks.iter().filter(|mark| mined.iter().any(|m| is(m, mark))).count();
        marked += marks.len();
        found += mined.len();
        met += hits;
        if hits < marks.len() || hits < mined.len() {
            wrong.push_str(&format!("{said}: marked {marks:?}, mined {mined:?}\n"));
        }
    }
    (met as f64 / found.max(1) as f64, met as f64 / marked.max(1) as f64, all.len(), wrong)
}

#[test]
fn english_sentences_are_read_as_marked() {
    let (precision, recall, sentences, wrong) = measure(ENGLISH, |m, mark| m.group == mark);
    println!("English: {sentences} sentences, precision {precision:.3}, recall {recall:.3}\n{wrong}");
    assert!(sentences >= 80);
    assert!(precision >= 0.90 && recall >= 0.85, "precision {precision:.3}, recall {recall:.3}\n{wrong}");
}

#[test]
fn hebrew_sentences_are_read_as_marked() {
    let (precision, recall, sentences, wrong) = measure(HEBREW, |m, mark| m.group == mark);
    println!("Hebrew: {sentences} sentences, precision {precision:.3}, recall {recall:.3}\n{wrong}");
    assert!(sentences >= 20);
    assert!(precision >= 0.90 && recall >= 0.85, "precision {precision:.3}, recall {recall:.3}\n{wrong}");
}

#[test]
fn things_that_no_list_was_made_for_are_read() {
    let (precision, recall, sentences, wrong) = measure(DEVICES, loosely);
    println!("Devices: {sentences} sentences, precision {precision:.3}, recall {recall:.3}\n{wrong}");
    assert!(sentences >= 100);
    assert!(precision >= 0.88 && recall >= 0.75, "precision {precision:.3}, recall {recall:.3}\n{wrong}");
}

/// What goes wrong here is not printed, so that nobody tunes on it.
#[test]
fn sentences_held_back_are_read_nearly_as_well() {
    let (precision, recall, sentences, _) = measure(UNSEEN, loosely);
    println!("Unseen: {sentences} sentences, precision {precision:.3}, recall {recall:.3}");
    assert!(sentences >= 90);
    assert!(precision >= 0.78 && recall >= 0.55, "precision {precision:.3}, recall {recall:.3}");
}

#[test]
fn it_is_the_product_that_the_reviews_name() {
    let opinion = |miner: &mut Miner, text: &str| -> Vec<(String, Polarity)> {
        miner.aspects(text).into_iter().map(|m| (m.aspect, m.polarity)).collect()
    };
    let mut miner = Miner::default();
    assert_eq!(opinion(&mut miner, "I love it."), [], "nothing has been named yet");
    let own = opinion(&mut miner, "This kettle is red. I am very happy with it.");
    assert_eq!(own, [("kettle".to_owned(), Polarity::Positive)], "named in the same text");
    for text in ["The kettle came on Monday.", "We bought the kettle in May.", "My kettle is red."] {
        opinion(&mut miner, text);
    }
    assert_eq!(opinion(&mut miner, "I highly recommend it."), [("kettle".to_owned(), Polarity::Positive)]);
    assert_eq!(opinion(&mut miner, "It broke in a week."), [("kettle".to_owned(), Polarity::Negative)]);
}

#[test]
fn inspect_reviews_answers_every_line_with_one_of_json() {
    let lines =
        ["The photos are beautiful but the \u{1b}[31mmenu is clumsy.", "", "הסוללה חלשה", "I bought it in March."];
    let run = Home::empty().run_with(["inspect", "reviews"], lines.join("\n").as_bytes()).expect(0);
    let answers: Vec<serde_json::Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), lines.len());
    assert_eq!(answers[0][0]["aspect"], "photo");
    assert_eq!(answers[0][0]["group"], "picture");
    assert_eq!(answers[0][0]["polarity"], "positive");
    assert_eq!(answers[0][1]["polarity"], "negative");
    let quote = answers[0][1]["quote"].as_str().unwrap();
    assert!(quote.contains("menu is clumsy") && !quote.contains('\u{1b}'), "{quote}");
    assert_eq!(answers[1], serde_json::json!([]));
    assert_eq!(answers[2][0]["polarity"], "negative");
    assert_eq!(answers[3], serde_json::json!([]));
}

#[test]
fn bursts_copies_and_conflicts_of_reviews_are_shown() {
    let home = Home::empty();
    let review = |key: usize, on: &str, stars: f64, body: &str| NewReview {
        key: format!("r{key}"),
        stars: Some(stars),
        body: body.into(),
        written_at: Some(format!("{on}T09:00:00Z").parse().unwrap()),
        ..NewReview::default()
    };
    let shop = ShopRef { name: "Kontor".into(), domain: None, invented: true };
    let facts = ProductFacts { title: "Brass kettle".into(), ..ProductFacts::default() };
    let mut seen = Observation::new(shop, "k1", facts, "2026-11-20T09:00:00Z".parse().unwrap());
    seen.price = Some(Money::new(3000, Currency::EUR));
    for month in 1..=9 {
        let body = if month % 2 == 0 { "Very quiet." } else { "Far too loud." };
        seen.reviews.push(review(month, &format!("2026-{month:02}-03"), 3.0, body));
    }
    let copy = "The kettle that I had always wanted for my kitchen and I will buy it again for all of my friends";
    seen.reviews.extend((20..28).map(|key| review(key, "2026-06-14", 5.0, copy)));
    Store::open(&home.database()).unwrap().writer().ingest(vec![seen]).unwrap();
    let run = home.run(["reviews", "Brass kettle"]).expect(0);
    let shown = [
        "17 reviews",
        "8 of 8 five-star reviews came within 3 days",
        "8 reviews share 60%",
        "opinions differ",
        "9 of 17",
        "53%",
    ];
    for text in shown {
        assert!(run.stdout.contains(text), "{text} is not in:\n{}", run.stdout);
    }
}
