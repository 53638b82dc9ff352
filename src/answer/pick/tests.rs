use super::*;
use crate::answer::testing::{self, cards, need};

#[test]
fn the_want_decides() {
    let choice = choose(&cards(), &need(), &|_| 1.0);
    assert_eq!(choice.pick(), Some(1));
    assert_eq!(choice.close_to, None);
    let cheap = Need {
        wants: vec![Want { aspect: "price".into(), direction: Direction::Lower, said: "cheap".into(), weight: 1.0 }],
        ..Need::default()
    };
    assert_eq!(choose(&cards(), &cheap, &|_| 1.0).pick(), Some(3));
}

#[test]
fn what_is_wished_for_outweighs_the_price() {
    let wish = |aspect: &str, direction| Need {
        wants: vec![Want { aspect: aspect.into(), direction, said: aspect.into(), weight: 1.0 }],
        ..Need::default()
    };
    assert_eq!(choose(&cards(), &wish("rating", Direction::Higher), &|_| 1.0).pick(), Some(1));
    // Only the second states its energy: silence does not win.
    assert_eq!(choose(&cards(), &wish("energy", Direction::Lower), &|_| 1.0).pick(), Some(2));
}

#[test]
fn what_is_out_of_stock_stands_back() {
    let mut offer = testing::offer(&testing::NORDWASH);
    offer.availability = Availability::OutOfStock;
    let product = testing::product(&testing::NORDWASH);
    let mut cards = cards();
    cards[0] = crate::answer::evidence::card(1, CardKind::Offer, &product, Some(&offer));
    assert_ne!(choose(&cards, &need(), &|_| 1.0).pick(), Some(1));
}

#[test]
fn the_order_of_the_cards_changes_nothing() {
    let mut cards = cards();
    let wanted: Vec<ProductId> = choose(&cards, &need(), &|p| p.0 as f64).ranking.iter().map(|s| s.product).collect();
    for _ in 0..6 {
        cards.rotate_left(1);
        cards.swap(0, 1);
        let ranking = choose(&cards, &need(), &|p| p.0 as f64).ranking;
        assert_eq!(ranking.iter().map(|s| s.product).collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn equals_are_close_and_the_lower_id_wins() {
    let mut twin = cards().remove(0);
    twin.number = 2;
    twin.product = ProductId(3);
    let cards = vec![cards().remove(0), twin];
    let choice = choose(&cards, &need(), &|_| 1.0);
    assert_eq!(choice.ranking[0].product, ProductId(3));
    assert_eq!(choice.close_to, Some(1));
}

#[test]
fn few_votes_are_drawn_to_the_mean() {
    assert!(shrunk_stars(5.0, 2) < shrunk_stars(4.6, 400));
    assert!((shrunk_stars(4.4, 0) - 3.8).abs() < 1e-9);
}

#[test]
fn not_stated_is_no_merit() {
    let mut silent = testing::product(&testing::NORDWASH);
    silent.facts.attributes.retain(|a| a.name != "noise");
    let mut cards = cards();
    cards[0] = crate::answer::evidence::card(1, CardKind::Offer, &silent, Some(&testing::offer(&testing::NORDWASH)));
    assert_ne!(choose(&cards, &need(), &|_| 1.0).pick(), Some(1));
}

#[test]
fn a_cheaper_and_a_dearer_choice_stand_beside_the_pick() {
    use crate::answer::claims;
    let mut dear = testing::NORDWASH;
    (dear.id, dear.model, dear.euros, dear.stars) = (20, "Royal", 749, 4.9);
    let mut near = testing::NORDWASH;
    (near.id, near.model, near.euros, near.stars) = (21, "Basic", 399, 4.2);
    let made = [&testing::NORDWASH, &dear, &near];
    let cards: Vec<Card> = made
        .iter()
        .zip(1..)
        .map(|(m, n)| crate::answer::evidence::card(n, CardKind::Offer, &testing::product(m), Some(&testing::offer(m))))
        .collect();
    let need = Need { words: vec!["dishwasher".into()], ..Need::default() };
    // Relevance makes the middle one the pick.
    let choice = choose(&cards, &need, &|id| if id.0 == 7 { 10.0 } else { 0.0 });
    assert_eq!(choice.pick(), Some(1));
    let claims = claims::build(&cards, &need, Some(&choice));
    let pick = with_reasons(&choice, &cards, &claims, &need).unwrap();
    let budget = pick.budget.unwrap();
    assert_eq!((budget.number, budget.reason.cards), (3, vec![3, 1]));
    assert!(budget.reason.text.contains("€150.00 cheaper than"), "{}", budget.reason.text);
    let upgrade = pick.upgrade.unwrap();
    assert_eq!((upgrade.number, upgrade.reason.aspect.as_str()), (2, "rating"));
    assert!(upgrade.reason.text.ends_with("for €200.00 more."), "{}", upgrade.reason.text);
    // Alone there is nothing beside it.
    let alone = &cards[..1];
    let choice = choose(alone, &need, &|_| 1.0);
    let pick = with_reasons(&choice, alone, &[], &need).unwrap();
    assert!(pick.budget.is_none() && pick.upgrade.is_none());
}

fn rated(id: i64, euros: i64, stars: f64, ratings: u32) -> testing::Made {
    testing::Made { id, euros, stars, ratings, ..testing::NORDWASH }
}

fn shown(made: &[testing::Made]) -> Vec<Card> {
    let card = |(m, n): (&testing::Made, u32)| {
        crate::answer::evidence::card(n, CardKind::Offer, &testing::product(m), Some(&testing::offer(m)))
    };
    made.iter().zip(1..).map(card).collect()
}

fn wish(aspect: &str, direction: Direction, said: &str) -> Need {
    Need { wants: vec![Want { aspect: aspect.into(), direction, said: said.into(), weight: 1.0 }], ..Need::default() }
}

#[test]
fn what_many_were_sorry_for_is_no_tip_however_cheap() {
    let cards = shown(&[rated(1, 72, 2.6, 40), rated(2, 110, 4.1, 60), rated(3, 300, 4.2, 90)]);
    assert_eq!(choose(&cards, &Need::default(), &|_| 1.0).pick(), Some(2));
    let thrifty = wish("price", Direction::Lower, "not too expensive");
    assert_eq!(choose(&cards, &thrifty, &|_| 1.0).pick(), Some(2));
    // Who asks for the cheapest gets it.
    let cheapest = wish("price", Direction::Lower, "cheapest");
    assert_eq!(choose(&cards, &cheapest, &|_| 1.0).pick(), Some(1));
}

#[test]
fn noise_between_texts_decides_nothing() {
    let cards = shown(&[rated(1, 100, 3.1, 50), rated(2, 100, 4.4, 50)]);
    let scores = |id: ProductId| if id.0 == 1 { 11.3 } else { 11.1 };
    assert_eq!(choose(&cards, &Need::default(), &scores).pick(), Some(2));
    // A word more of what was asked for does.
    let scores = |id: ProductId| if id.0 == 1 { 11.3 } else { 3.0 };
    assert_eq!(choose(&cards, &Need::default(), &scores).pick(), Some(1));
}

#[test]
fn the_utmost_asked_for_is_given() {
    let cards = shown(&[rated(1, 400, 4.7, 100), rated(2, 120, 3.9, 300)]);
    let best = wish("rating", Direction::Higher, "best rated");
    assert_eq!(choose(&cards, &best, &|_| 1.0).pick(), Some(1));
    let cheaper = Need { kind: QuestionKind::Compare, ..wish("price", Direction::Lower, "cheaper") };
    assert_eq!(choose(&cards, &cheaper, &|_| 1.0).pick(), Some(2));
    assert!(best.wants[0].is_superlative() && !wish("price", Direction::Lower, "best value").wants[0].is_superlative());
}

#[test]
fn just_enough_room_is_worth_more_than_twice_as_much() {
    let mut snug = rated(1, 100, 4.0, 50);
    snug.numbers = &[("sleeps", 4.0, "")];
    let mut vast = rated(2, 100, 4.0, 50);
    vast.numbers = &[("sleeps", 10.0, "")];
    let mut need = wish("sleeps", Direction::Higher, "family");
    need.must.people = Some(4);
    assert_eq!(choose(&shown(&[snug, vast]), &need, &|_| 1.0).pick(), Some(1));
}
