//! Answers from an earlier moment, answers kept for replay, and how much is told.

use super::*;
use crate::answer::event::Pick;
use crate::answer::replay::{self, Match};

fn then(day: &str) -> AskOptions {
    AskOptions { as_of: Some(at(day)), ..options() }
}

fn ask_then(session: &mut Session, need: &Need, day: &str) -> Vec<AnswerEvent> {
    let mut events = Vec::new();
    session.ask_planned(need, &then(day), &CancellationToken::new(), &mut |e| events.push(e)).unwrap();
    events
}

fn pick(events: &[AnswerEvent]) -> Option<&Pick> {
    events.iter().find_map(|e| if let AnswerEvent::Picked { pick } = e { Some(pick) } else { None })
}

#[test]
fn an_earlier_moment_knows_no_later_price_review_or_rating() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session::new(catalogue(&folder), None, None);
    let events = ask(&mut session, "dishwasher", &then("2026-10-15"));
    let Found::Results { rows, .. } = found(&events) else { panic!("{events:#?}") };
    let nordwash = rows.iter().find(|r| r.product.facts.brand.as_deref() == Some("NordWash")).unwrap();
    // The price of 10 October; the mean of the three reviews of 1 October, not the 312 ratings of now.
    assert_eq!(nordwash.offer.as_ref().unwrap().price, Some(Money::new(50_900, Currency::EUR)));
    assert_eq!(nordwash.product.facts.rating.map(|r| r.count), Some(3));
    assert!(rows.iter().filter(|r| r.product.id != nordwash.product.id).all(|r| r.product.facts.rating.is_none()));
    assert!(coverage(&events).notes.iter().any(|n| n.contains("as known on 2026-10-15")));

    // Before the reviews were written there are none, and a limit on stars admits nothing.
    let none = ask_then(&mut session, &need(QuestionKind::Reviews, "NordWash 45 Slim"), "2026-09-25");
    assert_eq!(outcome(&none), Outcome::NotEnough);
    let starred = ask(&mut session, "dishwasher with 4 stars or better", &then("2026-09-25"));
    assert_eq!(outcome(&starred), Outcome::Nothing, "{starred:#?}");
    assert_eq!(outcome(&ask(&mut session, "dishwasher with 4 stars or better", &options())), Outcome::Answered);
}

#[test]
fn before_anything_was_seen_nothing_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session::new(catalogue(&folder), None, None);
    for kind in [QuestionKind::ProductFact, QuestionKind::PriceHistory, QuestionKind::Reviews] {
        let asked = Need { fact: Some("noise".into()), ..need(kind, "NordWash 45 Slim") };
        let events = ask_then(&mut session, &asked, "2026-09-01");
        assert!(
            matches!(found(&events), Found::Nothing { reason, .. } if reason.contains("2026-09-01")),
            "{events:#?}"
        );
    }
    let mut compared = need(QuestionKind::Compare, "NordWash 45 Slim");
    compared.products.push("Kalthaus Pro 60".into());
    assert_eq!(outcome(&ask_then(&mut session, &compared, "2026-09-01")), Outcome::Nothing);
    assert_eq!(outcome(&ask(&mut session, "dishwasher", &then("2026-09-01"))), Outcome::Nothing);
}

/// The sentences that a fake model of some identity says, whatever it is asked.
fn model(says: &str) -> Arc<FakeModel> {
    Arc::new(FakeModel::new([Step::Say(says.to_owned())]))
}

#[test]
fn a_kept_answer_is_worded_again_byte_for_byte_by_the_same_model_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = catalogue(&folder);
    let says = "NordWash 45 Slim runs at 42 dB. It costs €549.00 at NordShop. It was made on the moon.";
    let mut session = Session::new(store.clone(), Some(model(says)), None);
    ask(&mut session, QUESTION, &options());
    // A price seen later changes nothing.
    store.writer().ingest(vec![observation(&NORDWASH, "2026-11-22", 111)]).unwrap();
    let reader = store.reader().unwrap();
    let turn = reader.chats(1).unwrap().remove(0);
    assert_eq!(reader.chat(turn.id).unwrap().unwrap(), turn);
    assert!(reader.chat(turn.id + 1).unwrap().is_none());
    let kept = replay::read(&turn).unwrap();
    assert!(!kept.prose.is_empty() && kept.model.is_some());
    let none = CancellationToken::new();
    let (sentences, verdict) = replay::again(&kept, Some(model(says).as_ref()), &none);
    assert_eq!((verdict, &sentences), (Match::Same, &kept.prose));
    let (_, verdict) = replay::again(&kept, Some(model("Something else.").as_ref()), &none);
    assert_eq!(verdict, Match::Differs);
    let other = FakeModel::with_level(2, [Step::Say(says.to_owned())]);
    assert!(matches!(replay::again(&kept, Some(&other), &none).1, Match::OtherModel { .. }));
    assert!(matches!(replay::again(&kept, None, &none).1, Match::NoModel { .. }));
    let failing = FakeModel::new([Step::Fail("gone".to_owned())]);
    assert!(matches!(replay::again(&kept, Some(&failing), &none).1, Match::Failed { .. }));

    let mut alone = Session::new(store.clone(), None, None);
    planned(&mut alone, &need(QuestionKind::PriceHistory, "NordWash 45 Slim"));
    let kept = replay::read(&store.reader().unwrap().chats(1).unwrap()[0]).unwrap();
    assert!(kept.prose.len() > 1);
    assert_eq!(replay::again(&kept, None, &none).1, Match::Same);
}

#[test]
fn answers_hold_two_to_five_sentences_and_long_ones_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = catalogue(&folder);
    let told = |need: &Need, long: bool| {
        let mut events = Vec::new();
        let options = AskOptions { long, ..options() };
        let mut session = Session::new(store.clone(), None, None);
        session.ask_planned(need, &options, &CancellationToken::new(), &mut |e| events.push(e)).unwrap();
        let beside = pick(&events).map_or(0, |p| p.reasons.len() + usize::from(p.drawback.is_some()));
        beside + events.iter().filter(|e| matches!(e, AnswerEvent::Prose { .. })).count()
    };
    let search = Need { kind: QuestionKind::Search, words: vec!["dishwasher".into()], ..Need::default() };
    let fact = Need { fact: Some("noise".into()), ..need(QuestionKind::ProductFact, "NordWash 45 Slim") };
    let asked = [
        search,
        fact,
        need(QuestionKind::PriceHistory, "NordWash 45 Slim"),
        need(QuestionKind::Reviews, "NordWash 45 Slim"),
    ];
    for need in &asked {
        let (usual, long) = (told(need, false), told(need, true));
        // A question on one property is answered by what there is on it: another fact would answer nothing.
        let fewest = if need.kind == QuestionKind::ProductFact { 1 } else { 2 };
        assert!((fewest..=5).contains(&usual), "{:?}: {usual}", need.kind);
        assert!(long > usual, "{:?}: {long} against {usual}", need.kind);
    }
}

#[test]
fn a_pick_is_chosen_again_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session::new(catalogue(&folder), None, None);
    let events = ask(&mut session, QUESTION, &AskOptions { flip: 10, ..options() });
    let stability = pick(&events).unwrap().stability.clone().unwrap();
    assert_eq!((stability.runs, stability.same, stability.model_same), (10, 10, None));
    assert_eq!(stability.text(crate::answer::phrases::Phrases::of(Language::En)), "same pick in 10 of 10 orders");
    assert_eq!(pick(&ask(&mut session, QUESTION, &options())).unwrap().stability, None);
    let utilities = &pick(&events).unwrap().utilities;
    assert!(
        utilities.windows(2).all(|w| w[0].total >= w[1].total) && utilities[0].terms.iter().any(|t| t.name == "noise")
    );
}
