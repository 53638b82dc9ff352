use super::*;
use crate::answer::testing::{cards, need};
use crate::model::fake::{FakeModel, Step};

fn none() -> CancellationToken {
    CancellationToken::new()
}

#[test]
fn codes_pick_does_not_depend_on_order_or_names() {
    let stability = measure(&cards(), &need(), &BTreeMap::new(), 20, None, &none());
    assert_eq!((stability.runs, stability.same, stability.instead), (20, 20, None));
    assert_eq!(stability.model_same, None);
}

#[test]
fn what_is_equal_flips_and_is_told() {
    let mut cards = cards();
    let twin = Card { number: 2, product: ProductId(99), ..cards[0].clone() };
    cards = vec![cards[0].clone(), twin];
    let stability = measure(&cards, &need(), &BTreeMap::new(), 20, None, &none());
    assert!(stability.same > 0 && stability.same < 20, "{stability:?}");
    assert!(stability.instead.is_some());
}

#[test]
fn a_model_that_takes_the_first_is_found_out() {
    let steps: Vec<Step> = (0..12).map(|_| Step::Say("A".to_owned())).collect();
    let model = FakeModel::new(steps);
    let stability = measure(&cards(), &need(), &BTreeMap::new(), 12, Some(&model), &none());
    assert_eq!(stability.same, 12);
    assert!(stability.model_same.is_some_and(|n| n > 0 && n < 12), "{stability:?}");
}

proptest::proptest! {
    #[test]
    fn any_order_of_any_prices_gives_the_same_pick(prices in proptest::collection::vec(1_000_i64..90_000, 3), by in 0_usize..6) {
        let mut cards = cards();
        for (card, price) in cards.iter_mut().zip(&prices) {
            for fact in card.facts.iter_mut().filter(|f| f.field == "price") {
                fact.value = FactValue::Money(Money::new(*price, Currency::EUR));
            }
        }
        let first = pick::choose(&cards, &need(), &|id| id.0 as f64);
        cards.rotate_left(by % 3);
        if by >= 3 {
            cards.reverse();
        }
        let again = pick::choose(&cards, &need(), &|id| id.0 as f64);
        proptest::prop_assert_eq!(first.pick(), again.pick());
        proptest::prop_assert_eq!(first.close_to, again.close_to);
        let totals = |c: &pick::Choice| c.ranking.iter().map(|s| (s.product, s.utility)).collect::<Vec<_>>();
        proptest::prop_assert_eq!(totals(&first), totals(&again));
    }
}
