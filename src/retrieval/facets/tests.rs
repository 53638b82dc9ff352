use super::*;
use crate::domain::rate::DatedRate;
use crate::retrieval::Variants;
use crate::retrieval::filters::{Verdict, judge};
use crate::retrieval::testing::sold;
use proptest::prelude::*;

fn offer(product: i64, shop: i64, minor: Option<i64>, currency: Currency) -> Offer {
    sold(product, product * 10 + shop, shop, minor, currency)
}

fn product(id: i64, facts: ProductFacts) -> Product {
    Product { id: ProductId(id), invented: true, facts }
}

/// A hit at its rank, with one offer in euro cents.
fn hit(id: i64, minor: i64, facts: ProductFacts) -> Hit {
    let offers = vec![offer(id, 1, Some(minor), Currency::EUR)];
    Hit { product: product(id, facts), offers, score: 0.0, why: Vec::new(), variants: Variants::default() }
}

fn text(name: &str, value: &str) -> Attribute {
    Attribute::new(name, AttributeValue::Text(value.into()))
}

fn number(name: &str, value: f64, unit: &str) -> Attribute {
    Attribute::new(name, AttributeValue::Number { value, unit: unit.into() })
}

fn found(hits: &[Hit], need: &Need) -> Vec<Facet> {
    facets(hits, need, &Rates::default())
}

fn of(hits: &[Hit], aspect: Aspect) -> Option<Facet> {
    found(hits, &Need::default()).into_iter().find(|facet| facet.aspect == aspect)
}

fn shown(facet: &Facet) -> String {
    let values: Vec<String> = facet.values.iter().map(|v| format!("{} ({})", v.label, v.count)).collect();
    format!("{}; other {}, not stated {}", values.join(", "), facet.other, facet.unstated)
}

fn attribute(name: &str) -> Aspect {
    Aspect::Attribute(name.to_owned())
}

#[test]
fn prices_stand_in_bands_with_round_bounds() {
    let hits: Vec<Hit> = (0..40).map(|n| hit(n, 999 + n * 730, ProductFacts::default())).collect();
    let facet = of(&hits, Aspect::Price).unwrap();
    assert_eq!(
        shown(&facet),
        "under €50 (6), €50 to €100 (7), €100 to €200 (14), €200 to €250 (6), €250 or more (7); other 0, not stated 0"
    );
}

#[test]
fn prices_of_other_currencies_are_brought_in_by_rates_or_counted_apart() {
    let mut hits: Vec<Hit> = (0..10).map(|n| hit(n, 1_000 * (n + 1), ProductFacts::default())).collect();
    hits.push(Hit { offers: vec![offer(10, 1, Some(1_250), Currency::USD)], ..hits[0].clone() });
    hits.push(Hit { offers: vec![offer(11, 1, None, Currency::USD)], ..hits[0].clone() });
    let apart = of(&hits, Aspect::Price).unwrap();
    assert_eq!(apart.foreign, BTreeMap::from([(Currency::USD, 1)]));
    assert_eq!((apart.unstated, apart.values.iter().map(|v| v.count).sum::<usize>()), (1, 10));
    let rate = DatedRate { currency: Currency::USD, day: "2026-11-20".parse().unwrap(), rate: "1.25".parse().unwrap() };
    let brought = facets(&hits, &Need::default(), &Rates::new([rate]));
    let price = brought.iter().find(|f| f.aspect == Aspect::Price).unwrap();
    assert!(price.foreign.is_empty());
    assert_eq!(price.values.iter().map(|v| v.count).sum::<usize>(), 11);
    let bare = PriceLimit { milli: 1_000_000, currency: None };
    let must = Constraints { max_price: Some(bare), ..Constraints::default() };
    let need = Need { must, ..Need::default() };
    assert!(found(&hits, &need).iter().all(|f| f.aspect != Aspect::Price), "several currencies under one bare limit");
    assert!(found(&hits[..10], &need).iter().any(|f| f.aspect == Aspect::Price));
}

#[test]
fn brands_are_counted_under_their_commonest_spelling_and_by_titles_without_one() {
    let brands = ["Bosk", "BOSK", "Bosk", "Tidewell", "Tidewell", " "];
    let hits: Vec<Hit> = (0..)
        .zip(brands)
        .map(|(n, brand)| {
            let title = if brand == " " { "Bosk-style lamp" } else { "Lamp" };
            hit(n, 100, ProductFacts { title: title.into(), brand: Some(brand.into()), ..ProductFacts::default() })
        })
        .collect();
    assert_eq!(shown(&of(&hits, Aspect::Brand).unwrap()), "Bosk (4), Tidewell (2); other 0, not stated 0");
}

#[test]
fn values_beyond_the_eighth_are_counted_together() {
    let hits: Vec<Hit> = (0..30)
        .map(|n| hit(n, 100, ProductFacts { brand: Some(format!("Brand {}", n % 12)), ..ProductFacts::default() }))
        .collect();
    let facet = of(&hits, Aspect::Brand).unwrap();
    assert_eq!((facet.values.len(), facet.other), (8, 8));
    assert_eq!(facet.values.iter().map(|v| v.count).sum::<usize>() + facet.other, 30);
}

#[test]
fn sizes_stand_one_by_one_where_few_and_in_bands_where_many() {
    let sized = |values: &[(f64, &str)]| -> Vec<Hit> {
        (0..)
            .zip(values)
            .map(|(n, (value, unit))| {
                hit(n, 100, ProductFacts { attributes: vec![number("width", *value, unit)], ..ProductFacts::default() })
            })
            .collect()
    };
    let few = sized(&[(45.0, "cm"), (600.0, "mm"), (60.0, "cm"), (45.0, "cm"), (3.0, "kg")]);
    assert_eq!(shown(&of(&few, attribute("width")).unwrap()), "45 cm (2), 60 cm (2); other 1, not stated 0");
    let many: Vec<(f64, &str)> = (0..24).map(|n| (38.0 + f64::from(n), "cm")).collect();
    assert_eq!(
        shown(&of(&sized(&many), attribute("width")).unwrap()),
        "under 40 cm (2), 40 to 50 cm (10), 50 to 55 cm (5), 55 cm or more (7); other 0, not stated 0"
    );
}

#[test]
fn words_and_flags_are_facets_and_texts_are_not() {
    let hits: Vec<Hit> = (0..8)
        .map(|n| {
            let mut attributes = vec![
                text("energy_class", if n % 2 == 0 { "A" } else { " a" }),
                text("blurb", &format!("no other is like number {n}")),
                Attribute::new("wifi", AttributeValue::Flag(n < 3)),
            ];
            if n == 7 {
                attributes[0] = text("energy_class", "B");
            }
            hit(n, 100, ProductFacts { attributes, ..ProductFacts::default() })
        })
        .collect();
    assert_eq!(shown(&of(&hits, attribute("energy_class")).unwrap()), "A (7), B (1); other 0, not stated 0");
    assert_eq!(shown(&of(&hits, attribute("wifi")).unwrap()), "yes (3), no (5); other 0, not stated 0");
    assert_eq!(of(&hits, attribute("blurb")), None);
}

#[test]
fn categories_split_below_what_all_share() {
    let paths = ["home > kitchen > pans", "Home > Kitchen > Pans > steel", "home > kitchen > pots", "home > kitchen"];
    let hits: Vec<Hit> = (0..)
        .zip(paths)
        .map(|(n, path)| hit(n, 100, ProductFacts { category: Some(path.into()), ..ProductFacts::default() }))
        .collect();
    let kitchen = of(&hits[..3], Aspect::Category).unwrap();
    assert_eq!(kitchen.values.iter().map(|v| v.count).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(kitchen.values[1].narrowing, Narrowing::Category { path: "home > kitchen > pots".into() });
    assert_eq!(of(&hits, Aspect::Category).unwrap().other, 1);
}

#[test]
fn stars_and_stock_are_facets_only_where_they_split() {
    let rated = |stars: &[f64]| -> Vec<Hit> {
        (0..)
            .zip(stars)
            .map(|(n, stars)| {
                let rating = Some(Rating { stars: *stars, count: 9 });
                hit(n, 100, ProductFacts { rating, ..ProductFacts::default() })
            })
            .collect()
    };
    let mut hits = rated(&[4.9, 4.7, 4.1, 3.9, 2.0]);
    assert_eq!(
        shown(&of(&hits, Aspect::Rating).unwrap()),
        "4.5 stars or better (2), 4 stars or better (3), 3.5 stars or better (4); other 1, not stated 0"
    );
    assert_eq!(of(&rated(&[4.9, 4.8]), Aspect::Rating), None);
    assert_eq!(of(&hits, Aspect::Availability), None);
    hits[1].offers[0].availability = Availability::OutOfStock;
    hits[2].offers[0].availability = Availability::Unknown;
    assert_eq!(shown(&of(&hits, Aspect::Availability).unwrap()), "in stock (3); other 1, not stated 1");
    assert_eq!(of(&hits, Aspect::Shop), None, "one shop sells them all");
    assert_eq!(found(&[], &Need::default()), []);
}

#[test]
fn the_facet_that_splits_better_and_is_stated_more_stands_first() {
    let hits: Vec<Hit> = (0..12)
        .map(|n| {
            let mut attributes = vec![text("colour", ["black", "white", "red", "blue"][n as usize % 4])];
            attributes.push(Attribute::new("wifi", AttributeValue::Flag(n == 0)));
            if n % 3 == 0 {
                attributes.push(text("finish", ["matt", "gloss"][n as usize % 2]));
            }
            hit(n, 100, ProductFacts { attributes, ..ProductFacts::default() })
        })
        .collect();
    let found = found(&hits, &Need::default());
    assert_eq!(found.iter().map(|f| f.label.as_str()).collect::<Vec<_>>(), ["colour", "wifi", "finish"]);
    assert!((found[0].score - 2.0).abs() < 1e-9, "four equal values are two bits");
    assert!((found[2].score - 1.0 / 3.0).abs() < 1e-9, "one bit, stated by a third");
}

/// Charging times may differ more than battery lives; nobody begins with them.
#[test]
fn what_hardly_anybody_chooses_by_stands_behind() {
    let number = |name: &str, value: f64, unit: &str| {
        Attribute::new(name, AttributeValue::Number { value, unit: unit.to_owned() })
    };
    let hits: Vec<Hit> = (0..24)
        .map(|n| {
            let battery = number("battery_life", f64::from(10 + (n as u32 % 3) * 10), "h");
            let charging = number("charging_time", f64::from(1 + n as u32 % 4), "h");
            hit(n, 100, ProductFacts { attributes: vec![charging, battery], ..ProductFacts::default() })
        })
        .collect();
    let labels: Vec<String> = found(&hits, &Need::default()).iter().map(|f| f.label.clone()).collect();
    assert_eq!(labels, ["battery life", "charging time"]);
}

#[test]
fn classes_and_sizes_stand_in_their_own_order_not_by_count() {
    let of_values = |name: &str, values: &[&str]| {
        let hits: Vec<Hit> = (0..24)
            .map(|n| {
                let attributes = vec![text(name, values[n as usize % values.len()])];
                hit(n, 100, ProductFacts { attributes, ..ProductFacts::default() })
            })
            .collect();
        let found = found(&hits, &Need::default());
        let facet = found.into_iter().find(|facet| facet.aspect == Aspect::Attribute(name.to_owned())).unwrap();
        facet.values.into_iter().map(|value| value.label).collect::<Vec<_>>()
    };
    let classes = ["B", "B", "A+++", "G", "A", "A", "A", "a+"];
    assert_eq!(of_values("energy_class", &classes), ["A+++", "a+", "A", "B", "G"]);
    assert_eq!(of_values("size", &["XL", "M", "M", "M", "S"]), ["S", "M", "XL"]);
    assert_eq!(of_values("material", &["oak", "steel", "steel"]), ["steel", "oak"], "what is no scale goes by count");
}

/// Twelve products, dearer towards the end; `mixed`: of both colours on top.
fn coloured(mixed: bool) -> Vec<Hit> {
    (0..12)
        .map(|n| {
            let red = if mixed { n % 2 == 0 } else { n < 6 };
            let attributes = vec![text("colour", if red { "red" } else { "blue" })];
            hit(n, 100, ProductFacts { attributes, ..ProductFacts::default() })
        })
        .collect()
}

#[test]
fn a_question_is_asked_only_where_the_answer_changes_the_top() {
    let mixed = found(&coloured(true), &Need::default());
    let question = best_question(&mixed).unwrap();
    assert_eq!(question.facet.label, "colour");
    assert_eq!(question.answers.iter().map(|v| v.label.as_str()).collect::<Vec<_>>(), ["blue", "red"]);
    // All five on top are red: whoever wants red sees the same.
    assert_eq!(best_question(&found(&coloured(false), &Need::default())), None);
    // Few enough to see at a glance.
    assert_eq!(best_question(&found(&coloured(true)[..5], &Need::default())), None);
}

#[test]
fn what_the_shopper_said_is_not_asked_again() {
    let want = Want { aspect: "colour".into(), direction: Direction::Yes, said: "colourful".into(), weight: 1.0 };
    let need = Need { wants: vec![want], ..Need::default() };
    assert_eq!(best_question(&found(&coloured(true), &need)), None);
    let stated = StatedFilter { name: "colour".into(), value: AttributeValue::Text("red".into()) };
    let must = Constraints { stated: vec![stated], ..Constraints::default() };
    assert_eq!(best_question(&found(&coloured(true), &Need { must, ..Need::default() })), None);
}

#[test]
fn stars_stock_and_rare_statements_are_not_asked_about() {
    let mut hits = coloured(true);
    hits.iter_mut().skip(5).for_each(|hit| hit.product.facts.attributes.clear());
    for (rank, hit) in hits.iter_mut().enumerate() {
        hit.product.facts.rating = Some(Rating { stars: 3.2 + (rank % 3) as f64 * 0.8, count: 5 });
        hit.offers[0].availability = if rank % 2 == 0 { Availability::InStock } else { Availability::OutOfStock };
    }
    let found = found(&hits, &Need::default());
    assert!(found.len() >= 3, "{found:?}");
    assert_eq!(best_question(&found), None);
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (0_i32..40).prop_map(|n| f64::from(n) / 4.0),
        4 => -1e3_f64..1e4,
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(1e300), Just(1e-300)],
    ]
}

prop_compose! {
    fn any_attribute()(
        name in prop_oneof![Just("width"), Just("colour"), Just("wifi"), Just("")],
        value in prop_oneof![
            (any_number(), prop_oneof![Just("cm"), Just("mm"), Just("kg"), Just("")])
                .prop_map(|(value, unit)| AttributeValue::Number { value, unit: unit.into() }),
            prop_oneof!["(red|Red | RED|blue|off  white|off white|)", ".{0,40}"].prop_map(AttributeValue::Text),
            any::<bool>().prop_map(AttributeValue::Flag),
        ],
    ) -> Attribute {
        Attribute::new(name, value)
    }
}

prop_compose! {
    fn any_offer(id: i64)(
        shop in 1_i64..4,
        minor in proptest::option::of(prop_oneof![0_i64..20_000, Just(i64::MAX), Just(1_000)]),
        currency in prop_oneof![
            6 => Just(Currency::EUR),
            2 => Just(Currency::USD),
            1 => Just(Currency::ZAR),
            1 => Just("JPY".parse::<Currency>().unwrap()),
        ],
        stock in 0_usize..4,
        used in proptest::bool::weighted(0.1),
    ) -> Offer {
        let mut made = offer(id, shop, minor, currency);
        made.availability =
            [Availability::InStock, Availability::OutOfStock, Availability::Unknown, Availability::PreOrder][stock];
        made.condition = if used { Condition::Used } else { Condition::New };
        made
    }
}

prop_compose! {
    fn any_product()(
        title in "(Bosk |Tide-well |lamp |red ){0,3}",
        brand in proptest::option::of("(Bosk|BOSK|Tide-well|Kako|!!!| )"),
        category in proptest::option::of("(home|Home)( > (kitchen|Kitchen|lights|)( > pans)?)?"),
        attributes in proptest::collection::vec(any_attribute(), 0..5),
        stars in proptest::option::of(prop_oneof![9 => 2.0_f64..5.0, 1 => Just(f64::NAN)]),
        offers in proptest::collection::vec(any_offer(1), 0..4),
    ) -> (ProductFacts, Vec<Offer>) {
        let rating = stars.map(|stars| Rating { stars, count: 3 });
        (ProductFacts { title, brand, category, attributes, rating, ..ProductFacts::default() }, offers)
    }
}

prop_compose! {
    fn any_need()(
        low in proptest::option::weighted(0.2, 0_i64..100_000),
        high in proptest::option::weighted(0.3, 0_i64..200_000),
        currency in proptest::option::of(prop_oneof![Just(Currency::EUR), Just(Currency::USD)]),
        in_stock in proptest::bool::weighted(0.2),
        used in proptest::bool::weighted(0.1),
        brand in proptest::bool::weighted(0.1),
        shops in proptest::bool::weighted(0.1),
    ) -> Need {
        let limit = |milli| PriceLimit { milli, currency };
        let must = Constraints {
            min_price: low.map(limit),
            max_price: high.map(limit),
            in_stock,
            conditions: if used { vec![Condition::Used] } else { Vec::new() },
            brands: if brand { vec!["Bosk".into(), "tide well".into()] } else { Vec::new() },
            shops: if shops { vec!["shop 1".into(), "Shop 2".into()] } else { Vec::new() },
            ..Constraints::default()
        };
        Need { must, ..Need::default() }
    }
}

/// The hits of a search over these products under the constraints.
fn judged(products: &[(ProductFacts, Vec<Offer>)], must: &Constraints, rates: &Rates) -> Vec<Hit> {
    (1..)
        .zip(products)
        .filter_map(|(id, (facts, offers))| match judge(facts, offers.clone(), must, rates) {
            Verdict::Fits(offers) => Some(Hit {
                product: product(id, facts.clone()),
                offers,
                score: 0.0,
                why: Vec::new(),
                variants: Variants::default(),
            }),
            _ => None,
        })
        .collect()
}

proptest! {
    #[test]
    fn every_value_counts_exactly_what_its_narrowing_leaves(
        products in proptest::collection::vec(any_product(), 0..60),
        need in any_need(),
        rated: bool,
    ) {
        let day = "2026-11-20".parse().unwrap();
        let rate = DatedRate { currency: Currency::USD, day, rate: "1.25".parse().unwrap() };
        let rates = if rated { Rates::new([rate]) } else { Rates::default() };
        let hits = judged(&products, &need.must, &rates);
        let found = facets(&hits, &need, &rates);
        for facet in &found {
            prop_assert!(facet.score.is_finite() && facet.score > 0.0);
            prop_assert!(facet.values.len() <= MOST_VALUES && facet.of == hits.len());
            for value in &facet.values {
                let must = need.must.narrowed(&value.narrowing);
                // Over the result, and over all that the search saw.
                let left = judged(&products, &must, &rates);
                prop_assert_eq!(left.len(), value.count, "{:?} {:?}", &facet, value);
                let leading = hits.iter().take(Facet::LEADING).filter(|hit| left.iter().any(|l| l.product.id == hit.product.id));
                prop_assert_eq!(leading.count(), value.leading);
                prop_assert!(left.iter().all(|l| hits.iter().any(|hit| hit.product.id == l.product.id)));
            }
            // What counts once is all there.
            if matches!(facet.aspect, Aspect::Category | Aspect::Attribute(_)) {
                let counted: usize = facet.values.iter().map(|v| v.count).sum();
                prop_assert_eq!(counted + facet.other + facet.unstated, hits.len(), "{:?}", facet);
            }
        }
        prop_assert_eq!(&facets(&hits, &need, &rates), &found);
        prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
        if let Some(question) = best_question(&found) {
            prop_assert!((2..=4).contains(&question.answers.len()));
            prop_assert!(question.answers.iter().all(|answer| answer.leading + 2 <= Facet::LEADING));
        }
    }
}
