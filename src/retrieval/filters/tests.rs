use super::*;
use crate::domain::rate::DatedRate;
use crate::retrieval::testing::sold;
use proptest::prelude::*;

fn offer(id: i64, minor: Option<i64>, currency: Currency) -> Offer {
    sold(1, id, id % 3, minor, currency)
}

fn facts() -> ProductFacts {
    ProductFacts {
        title: "Bosk Quiet 45 dishwasher".into(),
        brand: Some("Bosk".into()),
        category: Some("kitchen > dishwashers".into()),
        attributes: vec![Attribute::new("noise", AttributeValue::Number { value: 47.0, unit: "dB".into() })],
        rating: Some(Rating { stars: 4.2, count: 10 }),
        ..ProductFacts::default()
    }
}

fn budget(milli: i64) -> Constraints {
    let limit = PriceLimit { milli, currency: Some(Currency::EUR) };
    Constraints { max_price: Some(limit), ..Constraints::default() }
}

fn missed(verdict: Verdict) -> String {
    match verdict {
        Verdict::Misses(_, words) => words,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_budget_holds_for_each_offer_and_the_cheapest_miss_is_told() {
    let offers = vec![offer(1, Some(68_900), Currency::EUR), offer(2, Some(54_900), Currency::EUR)];
    let Verdict::Fits(kept) = judge(&facts(), offers.clone(), &budget(600_000), &Rates::default()) else { panic!() };
    assert_eq!(kept.iter().map(|o| o.id.0).collect::<Vec<_>>(), [2]);
    assert_eq!(missed(judge(&facts(), offers, &budget(500_000), &Rates::default())), "€549.00, €49.00 over the budget");
}

#[test]
fn another_currency_never_passes_a_limit() {
    let words = missed(judge(&facts(), vec![offer(1, Some(100), Currency::ZAR)], &budget(500_000), &Rates::default()));
    assert_eq!(words, "R 1.00, not comparable: the limit is in EUR and no rate is known");
    assert_eq!(
        missed(judge(&facts(), vec![offer(1, None, Currency::EUR)], &budget(500_000), &Rates::default())),
        "no price known"
    );
}

#[test]
fn what_is_not_stated_does_not_pass() {
    let quiet = |name: &str, value: f64| Constraints {
        attributes: vec![AttributeFilter { name: name.into(), op: Op::AtMost, value, unit: "dB".into() }],
        ..Constraints::default()
    };
    assert_eq!(
        missed(judge(&facts(), vec![], &quiet("noise", 45.0), &Rates::default())),
        "noise 47 dB, at most 45 dB asked for"
    );
    assert!(matches!(judge(&facts(), vec![], &quiet("noise", 47.0), &Rates::default()), Verdict::Fits(_)));
    assert_eq!(missed(judge(&facts(), vec![], &quiet("width", 47.0), &Rates::default())), "width not stated");
}

#[test]
fn a_property_asked_for_must_not_be_denied() {
    let with = |flags: &[(&str, bool)]| {
        let mut facts = facts();
        facts.attributes.extend(flags.iter().map(|(name, flag)| Attribute::new(*name, AttributeValue::Flag(*flag))));
        facts
    };
    let must = Constraints { features: vec![vec!["wireless".into(), "bluetooth".into()]], ..Constraints::default() };
    let judged = |flags: &[(&str, bool)]| judge(&with(flags), vec![], &must, &Rates::default());
    assert!(matches!(judged(&[]), Verdict::Fits(_)), "what is not stated is no miss");
    assert!(
        matches!(judged(&[("wireless", true), ("bluetooth", false)]), Verdict::Fits(_)),
        "by another name it has it"
    );
    assert_eq!(missed(judged(&[("wireless", false)])), "wireless: no");
}

#[test]
fn units_are_converted_before_they_are_compared() {
    let mut facts = facts();
    facts.attributes.push(Attribute::new("width", AttributeValue::Number { value: 448.0, unit: "mm".into() }));
    let filter = |value| Constraints {
        attributes: vec![AttributeFilter { name: "width".into(), op: Op::AtMost, value, unit: "cm".into() }],
        ..Constraints::default()
    };
    assert!(matches!(judge(&facts, vec![], &filter(45.0), &Rates::default()), Verdict::Fits(_)));
    assert_eq!(
        missed(judge(&facts, vec![], &filter(44.0), &Rates::default())),
        "width 448 mm, at most 44 cm asked for"
    );
}

#[test]
fn stock_condition_rating_and_brand() {
    let mut gone = offer(1, Some(100), Currency::EUR);
    gone.availability = Availability::OutOfStock;
    let stock = Constraints { in_stock: true, ..Constraints::default() };
    assert_eq!(missed(judge(&facts(), vec![gone.clone()], &stock, &Rates::default())), "out of stock");
    assert!(matches!(judge(&facts(), vec![gone], &Constraints::default(), &Rates::default()), Verdict::Fits(_)));
    let mut used = offer(1, Some(100), Currency::EUR);
    used.condition = Condition::Used;
    assert_eq!(missed(judge(&facts(), vec![used.clone()], &Constraints::default(), &Rates::default())), "used only");
    let wanted = Constraints { conditions: vec![Condition::Used], ..Constraints::default() };
    assert!(matches!(judge(&facts(), vec![used], &wanted, &Rates::default()), Verdict::Fits(_)));
    let stars = Constraints { min_stars: Some(4.5), ..Constraints::default() };
    assert_eq!(missed(judge(&facts(), vec![], &stars, &Rates::default())), "4.2 stars, 4.5 asked for");
    let not = Constraints { not_brands: vec!["bosk".into()], ..Constraints::default() };
    assert_eq!(judge(&facts(), vec![], &not, &Rates::default()), Verdict::Out);
    let elsewhere =
        Constraints { not_shops: vec![offer(1, Some(100), Currency::EUR).shop.name], ..Constraints::default() };
    assert_eq!(judge(&facts(), vec![offer(1, Some(100), Currency::EUR)], &elsewhere, &Rates::default()), Verdict::Out);
    let other = Constraints { brands: vec!["Tidewell".into()], ..Constraints::default() };
    assert_eq!(missed(judge(&facts(), vec![], &other, &Rates::default())), "made by Bosk");
}

#[test]
fn two_misses_are_no_near_miss() {
    let must = Constraints { min_stars: Some(4.5), ..budget(1_000) };
    assert_eq!(judge(&facts(), vec![offer(1, Some(10_000), Currency::EUR)], &must, &Rates::default()), Verdict::Out);
}

#[test]
fn a_filter_on_something_nobody_states_is_named_and_dropped() {
    let must = Constraints {
        attributes: vec![AttributeFilter { name: "boil_time".into(), op: Op::AtMost, value: 3.0, unit: "min".into() }],
        ..Constraints::default()
    };
    let (kept, notes) = applicable(&must, &Vocabulary::default());
    assert!(kept.attributes.is_empty());
    assert_eq!(notes, ["no product here states its boil time, so that condition was not applied"]);
}

prop_compose! {
    fn any_offer()(
        id in 1_i64..9,
        minor in proptest::option::of(0_i64..100_000),
        currency in prop_oneof![Just(Currency::EUR), Just(Currency::USD), Just("JPY".parse::<Currency>().unwrap())],
        stock in 0_usize..4,
        condition in 0_usize..3,
    ) -> Offer {
        let mut made = offer(id, minor, currency);
        made.availability = [Availability::InStock, Availability::OutOfStock, Availability::Unknown, Availability::PreOrder][stock];
        made.condition = [Condition::New, Condition::Used, Condition::Refurbished][condition];
        made
    }
}

prop_compose! {
    fn any_constraints()(
        low in proptest::option::of(0_i64..900_000),
        high in proptest::option::of(0_i64..900_000),
        currency in proptest::option::of(prop_oneof![Just(Currency::EUR), Just(Currency::USD)]),
        stars in proptest::option::of(0.0_f64..5.0),
        in_stock: bool,
        shop in proptest::option::of(0_i64..3),
        used: bool,
        noise in proptest::option::of(30.0_f64..60.0),
        without: bool,
        not_brand: bool,
    ) -> Constraints {
        let limit = |milli| PriceLimit { milli, currency };
        Constraints {
            min_price: low.map(limit),
            max_price: high.map(limit),
            min_stars: stars,
            in_stock,
            shops: shop.map(|s| format!("Shop {s}")).into_iter().collect(),
            conditions: if used { vec![Condition::Used] } else { vec![] },
            attributes: noise.map(|value| AttributeFilter { name: "noise".into(), op: Op::AtMost, value, unit: "dB".into() }).into_iter().collect(),
            without: if without { vec!["nuts".into()] } else { vec![] },
            not_brands: if not_brand { vec!["Bosk".into()] } else { vec![] },
            ..Constraints::default()
        }
    }
}

proptest! {
    #[test]
    fn no_violating_offer_ever_passes(
        offers in proptest::collection::vec(any_offer(), 0..6),
        must in any_constraints(),
        noise in proptest::option::of(30.0_f64..60.0),
        stars in proptest::option::of(0.0_f64..5.0),
        nuts: bool,
    ) {
        let mut facts = ProductFacts { title: "Thing".into(), brand: Some("Bosk".into()), ..ProductFacts::default() };
        facts.rating = stars.map(|stars| Rating { stars, count: 3 });
        facts.attributes.extend(noise.map(|value| Attribute::new("noise", AttributeValue::Number { value, unit: "dB".into() })));
        facts.description = nuts.then(|| "with hazelnuts".to_owned());
        let verdict = judge(&facts, offers.clone(), &must, &Rates::default());
        if let Verdict::Fits(kept) = &verdict {
            prop_assert!(must.min_stars.is_none_or(|least| stars.is_some_and(|s| s >= least)));
            prop_assert!(must.attributes.iter().all(|f| noise.is_some_and(|n| n <= f.value)));
            prop_assert!(must.without.is_empty() || !nuts);
            prop_assert!(must.not_brands.is_empty());
            for offer in kept {
                // Said anew and independently of the code under test.
                let in_limits = |limit: Option<PriceLimit>, ok: fn(i128, i128) -> bool| limit.is_none_or(|l| {
                    offer.price.is_some_and(|p| l.currency.is_none_or(|c| c == p.currency)
                        && ok(i128::from(p.minor) * if p.currency.exponent() == 0 { 1000 } else { 10 }, i128::from(l.milli)))
                });
                prop_assert!(in_limits(must.max_price, |price, limit| price <= limit));
                prop_assert!(in_limits(must.min_price, |price, limit| price >= limit));
                prop_assert!(!must.in_stock || offer.availability == Availability::InStock);
                prop_assert!(must.shops.is_empty() || must.shops.contains(&offer.shop.name));
                prop_assert_eq!(offer.condition, if must.conditions.is_empty() { Condition::New } else { Condition::Used });
            }
            let constrained = must.max_price.is_some() || must.min_price.is_some() || must.in_stock || !must.shops.is_empty();
            prop_assert!(!constrained || !kept.is_empty());
        }
        if let Verdict::Misses(_, words) = &verdict {
            prop_assert!(!words.is_empty());
        }
    }
}

#[test]
fn a_bound_in_another_currency_is_held_against_the_converted_price() {
    let rate = DatedRate { currency: Currency::USD, day: "2026-11-20".parse().unwrap(), rate: "1.25".parse().unwrap() };
    let rates = Rates::new([rate]);
    // 500 dollars are 400 euros.
    let dollars = || vec![offer(1, Some(50_000), Currency::USD)];
    assert!(matches!(judge(&facts(), dollars(), &budget(400_000), &rates), Verdict::Fits(_)));
    assert_eq!(missed(judge(&facts(), dollars(), &budget(399_000), &rates)), "€400.00, €1.00 over the budget");
    let both = vec![offer(1, Some(41_000), Currency::EUR), offer(2, Some(50_000), Currency::USD)];
    let Verdict::Fits(sorted) = judge(&facts(), both, &Constraints::default(), &rates) else { panic!() };
    assert_eq!(sorted[0].id, OfferId(2), "€400 before €410");
}

#[test]
fn what_states_its_people_must_do_for_all_of_them() {
    let tent = |name: &str, value: f64| ProductFacts {
        attributes: vec![Attribute::new(name, AttributeValue::Number { value, unit: String::new() })],
        ..facts()
    };
    let must = Constraints { people: Some(5), ..Constraints::default() };
    let held = |facts: &ProductFacts| judge(facts, Vec::new(), &must, &Rates::default());
    assert_eq!(missed(held(&tent("sleeps", 4.0))), "sleeps 4, for 5 asked for");
    assert_eq!(missed(held(&tent("players_max", 2.0))), "players max 2, for 5 asked for");
    assert!(matches!(held(&tent("sleeps", 6.0)), Verdict::Fits(_)));
    // A headlamp states nothing of the kind and misses nothing.
    assert!(matches!(held(&facts()), Verdict::Fits(_)));
}
