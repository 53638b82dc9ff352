//! Every follow-up question that emptor offers is one that it answers itself, in each language that it offers it in.

use emptor::answer::event::{AnswerEvent, Found, Outcome};
use emptor::answer::{AskOptions, Session};
use emptor::domain::{Language, Timestamp};
use emptor::store::Store;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Questions of several kinds in each language.
const ASKED: [(Language, [&str; 4]); 5] = [
    (
        Language::En,
        [
            "quiet dishwasher under 600",
            "compare the Norrvik Plates 45 slim dishwasher and the Quellhof Hush 60 dishwasher",
            "what do reviews say about the Quellhof Hush 60 dishwasher?",
            "is now a good time to buy the Wavelow Hermit headphones?",
        ],
    ),
    (
        Language::He,
        [
            "מדיח כלים שקט עד 600",
            "השווה בין Norrvik Plates 45 slim dishwasher לבין Quellhof Hush 60 dishwasher",
            "מה אומרות הביקורות על Quellhof Hush 60 dishwasher?",
            "האם עכשיו זמן טוב לקנות Wavelow Hermit headphones?",
        ],
    ),
    (
        Language::De,
        [
            "leiser Geschirrspüler unter 600 Euro",
            "vergleiche Norrvik Plates 45 slim dishwasher und Quellhof Hush 60 dishwasher",
            "was sagen Bewertungen über Quellhof Hush 60 dishwasher?",
            "ist jetzt ein guter Zeitpunkt, Wavelow Hermit headphones zu kaufen?",
        ],
    ),
    (
        Language::Fr,
        [
            "lave-vaisselle silencieux moins de 600 euros",
            "compare Norrvik Plates 45 slim dishwasher et Quellhof Hush 60 dishwasher",
            "que disent les avis sur Quellhof Hush 60 dishwasher ?",
            "est-ce le bon moment pour acheter Wavelow Hermit headphones ?",
        ],
    ),
    (
        Language::Es,
        [
            "lavavajillas silencioso por menos de 600 euros",
            "compara Norrvik Plates 45 slim dishwasher y Quellhof Hush 60 dishwasher",
            "¿qué dicen las opiniones sobre Quellhof Hush 60 dishwasher?",
            "¿es buen momento para comprar Wavelow Hermit headphones?",
        ],
    ),
];

/// What came of a question.
#[derive(Debug, Default)]
struct Answer {
    language: Language,
    kind: &'static str,
    outcome: Outcome,
    chips: Vec<String>,
}

fn ask(store: &Store, now: Timestamp, questions: &[&str]) -> Answer {
    let mut session = Session::new(store.clone(), None, None);
    let options = AskOptions { no_model: true, now: Some(now), stale_after: Duration::MAX, ..AskOptions::default() };
    let mut answer = Answer::default();
    for question in questions {
        answer = Answer::default();
        let take = &mut |event| match event {
            AnswerEvent::Planned { need } => answer.language = need.language,
            AnswerEvent::Found { found } => {
                answer.kind = match found {
                    Found::Results { .. } => "results",
                    Found::Comparison(_) => "comparison",
                    Found::History { .. } => "history",
                    Found::Reviews(_) => "reviews",
                    Found::Fact { .. } => "fact",
                    Found::Advice { .. } => "advice",
                    Found::Ambiguous { .. } => "ambiguous",
                    Found::Nothing { .. } => "nothing",
                }
            }
            AnswerEvent::Suggested { questions } => answer.chips = questions,
            AnswerEvent::Done { outcome, .. } => answer.outcome = outcome,
            _ => {}
        };
        session.ask(question, &options, &CancellationToken::new(), take).unwrap();
    }
    answer
}

#[test]
fn what_emptor_offers_to_ask_it_answers() {
    let folder = tempfile::tempdir().unwrap();
    let store = emptor::app::compose::open_store(&emptor::config::Config::under(folder.path())).unwrap();
    let now: Timestamp = "2026-11-22T14:00:00Z".parse().unwrap();
    store.writer().ingest(emptor::sources::demo::observations(now)).unwrap();
    let (mut wrong, mut kinds) = (Vec::new(), std::collections::BTreeSet::new());
    for (language, questions) in ASKED {
        for question in questions {
            let first = ask(&store, now, &[question]);
            assert_eq!(first.language, language, "{question}");
            assert!(!first.chips.is_empty(), "{question}: {first:?}");
            for chip in &first.chips {
                let then = ask(&store, now, &[question, chip]);
                kinds.insert((language.code(), then.kind));
                let refused = matches!(then.outcome, Outcome::NotEnough | Outcome::Ambiguous);
                if then.language != language || refused || matches!(then.kind, "nothing" | "ambiguous") {
                    wrong.push(format!("{question} -> {chip}: {} {:?} {:?}", then.kind, then.outcome, then.language));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Each language offers the same kinds of question, so none fell back to a plain search.
    for (language, _) in ASKED {
        for kind in ["comparison", "history", "reviews", "results"] {
            assert!(kinds.contains(&(language.code(), kind)), "{language:?} has no {kind}: {kinds:?}");
        }
    }
}
