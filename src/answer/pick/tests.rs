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
