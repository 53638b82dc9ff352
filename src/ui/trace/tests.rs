use super::*;
use crate::domain::*;
use crate::ui::TurnId;
use crate::ui::testing::{NOW, at, rows};

fn fact(field: &str, text: &str, value: FactValue, row: &str) -> Fact {
    let shop = row.starts_with("offer").then(|| "Halden".to_owned());
    let observed_at = shop.is_some().then(|| at(NOW - 3600));
    Fact { field: field.into(), value, text: text.into(), row: row.into(), shop, observed_at }
}

fn turn(text: &str) -> Turn {
    let mut turn = Turn::new(TurnId(1), "q".into(), at(NOW));
    let number = |value: f64, unit: &str| FactValue::Number { value, unit: unit.to_owned() };
    turn.cards = vec![Card {
        number: 1,
        kind: CardKind::Offer,
        product: ProductId(1),
        title: "NordWash Slim 45 Silent".into(),
        offer: Some(OfferId(1)),
        facts: vec![
            fact("name", "NordWash Slim 45", FactValue::Text("NordWash Slim 45".into()), "product:1"),
            fact("price", "€549.00", FactValue::Money(Money::new(54_900, Currency::EUR)), "offer:1"),
            fact("noise", "42 dB", number(42.0, "dB"), "product:1"),
            fact("place_settings", "9", number(9.0, ""), "product:1"),
            fact("programmes", "9", number(9.0, ""), "product:1"),
            fact("rating", "4.4 of 5", number(4.4, "stars"), "product:1"),
        ],
        reviews: Vec::new(),
        invented: true,
    }];
    turn.found.push(crate::answer::event::Found::Results { rows: rows(), near_misses: Vec::new(), notes: Vec::new() });
    turn.sentences.push(Sentence::Verified { text: text.to_owned() });
    turn
}

fn traced(text: &str) -> (Vec<(String, String)>, bool) {
    let told = statements(&turn(text)).remove(0);
    (told.traces.into_iter().map(|t| (t.text, t.field)).collect(), told.computed)
}

#[test]
fn a_price_leads_to_its_offer_shop_time_and_page() {
    let told = statements(&turn("NordWash Slim 45 costs €549.00 at Halden, €51.00 under your limit of €600.00 [1]."))
        .remove(0);
    assert_eq!(told.text, "NordWash Slim 45 costs €549.00 at Halden, €51.00 under your limit of €600.00.");
    let [price] = told.traces.as_slice() else { panic!("{:?}", told.traces) };
    assert_eq!(
        (price.text.as_str(), price.row.as_str(), price.shop.as_deref()),
        ("€549.00", "offer:1", Some("Halden"))
    );
    assert_eq!(price.observed_at, Some(at(NOW - 3600)));
    assert_eq!(price.page.as_deref(), Some("https://halden.example/p/1"));
    assert!(told.computed, "€51.00 stands in no row");
}

#[test]
fn figures_are_whole_and_those_in_names_are_none() {
    assert_eq!(traced("NordWash Slim 45 runs at 42 dB [1]."), (vec![("42 dB".into(), "noise".into())], false));
    assert_eq!(traced("NordWash Slim 45 runs at 142 dB [1]."), (vec![], true));
    assert_eq!(traced("NordWash Slim 45 is fine [1]."), (vec![], false));
    assert_eq!(traced("Seen on 2026-11-9, 1.9 or 9.5 [1].").0, [], "part of another figure");
}

#[test]
fn a_bare_count_is_evidence_only_where_it_is_named() {
    let told = |text: &str| {
        let mut turn = turn(text);
        turn.cards[0].facts.push(fact("gaps", "5", FactValue::Count(5), "product:1"));
        turn.cards[0].facts.push(fact("ratings", "32", FactValue::Count(32), "product:1"));
        statements(&turn).remove(0).traces.into_iter().map(|t| t.field).collect::<Vec<_>>()
    };
    assert_eq!(told("NordWash Slim 45 is the quietest of the 5 shown, at 42 dB [1]."), ["noise"]);
    assert_eq!(told("NordWash Slim 45 is rated 4.4 of 5 in 32 ratings [1]."), ["rating", "ratings"]);
    assert_eq!(told("In the 41 days observed there were 5 gaps [1]."), ["gaps"]);
}

#[test]
fn in_other_languages_the_figure_alone_is_enough() {
    let german = traced("NordWash Slim 45 hat 4.4 von 5 Sternen [1].").0;
    assert_eq!(german, [("4.4".into(), "rating".into())]);
}

#[test]
fn of_equal_figures_the_one_of_the_aspect_is_meant() {
    let mut turn = turn("");
    let claim = Claim {
        id: "c1".into(),
        kind: ClaimKind::Attribute,
        aspect: "programmes".into(),
        text: "The programmes of NordWash Slim 45 is 9.".into(),
        cards: vec![1],
        score: 1.0,
    };
    let events = crate::ui::testing::search_events();
    let pick = events.into_iter().find_map(|event| match event {
        crate::answer::event::AnswerEvent::Picked { pick } => Some(pick),
        _ => None,
    });
    turn.pick = pick.map(|pick| crate::answer::event::Pick { reasons: vec![claim], drawback: None, ..pick });
    let told = statements(&turn).remove(0);
    assert_eq!(told.traces.iter().map(|t| t.field.as_str()).collect::<Vec<_>>(), ["programmes"]);
    assert_eq!(told.product(&turn), Some(ProductId(1)));
}
