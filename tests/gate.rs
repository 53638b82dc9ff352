//! The number gate over a set of sentences of all kinds: nothing unsupported may pass, little that is true may be struck.

use emptor::answer::event::{ReviewAspect, ReviewFindings};
use emptor::answer::evidence;
use emptor::answer::verify::{Gate, Verdict};
use emptor::domain::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Scenes {
    scene: Vec<Scene>,
}

#[derive(Deserialize)]
struct Scene {
    name: String,
    question: String,
    max_price: Option<(i64, Currency)>,
    pick: u32,
    product: Vec<Made>,
    sentences: Sentences,
}

#[derive(Deserialize)]
struct Sentences {
    supported: Vec<String>,
    unsupported: Vec<String>,
}

type Price = (f64, Currency);
type Counts = (String, u32, u32, u32);

#[derive(Deserialize)]
struct Made {
    brand: String,
    model: String,
    title: String,
    category: String,
    price: Price,
    list: Option<Price>,
    unit_price: Option<(f64, Currency, String)>,
    shipping: Option<Price>,
    shop: String,
    #[serde(default)]
    stars: f64,
    #[serde(default)]
    ratings: u32,
    #[serde(default)]
    out_of_stock: bool,
    #[serde(default)]
    numbers: Vec<(String, f64, String)>,
    #[serde(default)]
    flags: Vec<(String, bool)>,
    #[serde(default)]
    texts: Vec<(String, String)>,
    lowest: Option<(f64, String)>,
    highest: Option<(f64, String)>,
    #[serde(default)]
    median: f64,
    #[serde(default)]
    days: u32,
    /// Total, then aspects: mentions, praise, complaints.
    reviews: Option<(u32, Counts, Counts)>,
}

fn scenes() -> Vec<Scene> {
    toml::from_str::<Scenes>(include_str!("gate/scenes.toml")).unwrap().scene
}

fn money(price: &Price) -> Money {
    Money::new((price.0 * 100.0).round() as i64, price.1)
}

fn day(text: &str) -> Timestamp {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn product(id: i64, made: &Made) -> Product {
    let number = |(name, value, unit): &(String, f64, String)| {
        Attribute::new(name.clone(), AttributeValue::Number { value: *value, unit: unit.clone() })
    };
    let flag = |(name, yes): &(String, bool)| Attribute::new(name.clone(), AttributeValue::Flag(*yes));
    let text = |(name, text): &(String, String)| Attribute::new(name.clone(), AttributeValue::Text(text.clone()));
    Product {
        id: ProductId(id),
        invented: true,
        facts: ProductFacts {
            title: made.title.clone(),
            brand: Some(made.brand.clone()),
            model: Some(made.model.clone()),
            category: Some(made.category.clone()),
            attributes: made
                .numbers
                .iter()
                .map(number)
                .chain(made.flags.iter().map(flag))
                .chain(made.texts.iter().map(text))
                .collect(),
            rating: (made.ratings > 0).then_some(Rating { stars: made.stars, count: made.ratings }),
            ..ProductFacts::default()
        },
    }
}

fn offer(id: i64, made: &Made) -> Offer {
    Offer {
        id: OfferId(id),
        product: ProductId(id),
        shop: Shop { id: ShopId(1), name: made.shop.clone(), domain: None, invented: true },
        variant: None,
        sku: None,
        url: None,
        seller: None,
        condition: Condition::New,
        availability: if made.out_of_stock { Availability::OutOfStock } else { Availability::InStock },
        price: Some(money(&made.price)),
        list_price: made.list.as_ref().map(money),
        unit_price: made.unit_price.as_ref().map(|(major, currency, unit)| UnitPrice {
            money: money(&(*major, *currency)),
            per: 1.0,
            unit: unit.clone(),
        }),
        shipping: made.shipping.as_ref().map(money),
        shipping_included: None,
        tax_included: None,
        observed_at: Some(day("2026-11-20")),
        attempted_at: Some(day("2026-11-20")),
        last_outcome: Outcome::Ok,
    }
}

fn history(card: &mut Card, made: &Made) {
    let (Some(lowest), Some(highest)) = (&made.lowest, &made.highest) else { return };
    let of = |major: f64| money(&(major, made.price.1));
    let summary = PriceSummary {
        current: money(&made.price),
        current_shop: made.shop.clone(),
        current_at: day("2026-11-20"),
        current_state: CurrentState::Available,
        lowest: of(lowest.0),
        lowest_at: day(&lowest.1),
        lowest_shop: made.shop.clone(),
        highest: of(highest.0),
        highest_at: day(&highest.1),
        median: of(made.median),
        first_at: day("2026-01-20"),
        last_at: day("2026-11-20"),
        days_observed: made.days,
        days_with_price: made.days - 10,
        gaps: 2,
        observations: made.days - 10,
        failures: 1,
    };
    evidence::add_history(card, &summary);
}

fn cards(scene: &Scene) -> Vec<Card> {
    let mut cards = Vec::new();
    for (made, number) in scene.product.iter().zip(1_u32..) {
        let product = product(number.into(), made);
        let mut card = evidence::card(number, CardKind::Offer, &product, Some(&offer(number.into(), made)));
        history(&mut card, made);
        if let Some((total, first, second)) = &made.reviews {
            let aspect = |(aspect, mentions, positive, negative): &Counts| ReviewAspect {
                aspect: aspect.clone(),
                mentions: *mentions,
                positive: *positive,
                negative: *negative,
                ..ReviewAspect::default()
            };
            let aspects = vec![aspect(first), aspect(second)];
            let findings =
                ReviewFindings { number, product, total: *total, stars: [0; 5], aspects, suspicious: Vec::new() };
            evidence::add_reviews(&mut card, &findings);
        }
        cards.push(card);
    }
    evidence::tell_apart(&mut cards);
    cards
}

fn gate(scene: &Scene) -> Gate {
    let mut need = Need { question: scene.question.clone(), ..Need::default() };
    need.must.max_price =
        scene.max_price.map(|(major, currency)| PriceLimit { milli: major * 1000, currency: Some(currency) });
    // Without the claims: every sentence has to stand on the cards alone.
    Gate::new(&cards(scene), &[], &need, Some(scene.pick))
}

#[test]
fn nothing_unsupported_passes_and_little_that_is_true_is_struck() {
    let (mut sentences, mut true_ones, mut struck, mut through) = (0, 0, Vec::new(), Vec::new());
    for scene in scenes() {
        let gate = gate(&scene);
        for said in &scene.sentences.supported {
            true_ones += 1;
            match gate.check(said, Some(scene.pick)) {
                Verdict::Supported { .. } => {}
                Verdict::Empty => struck.push(format!("{}: {said} (says nothing)", scene.name)),
                Verdict::Unsupported { reason } => struck.push(format!("{}: {said} ({reason})", scene.name)),
            }
        }
        let passes = |said: &&String| gate.check(said, Some(scene.pick)).is_supported();
        through.extend(scene.sentences.unsupported.iter().filter(passes).map(|s| format!("{}: {s}", scene.name)));
        sentences += scene.sentences.supported.len() + scene.sentences.unsupported.len();
    }
    println!(
        "{sentences} sentences: {} wrongly let through, {} of {true_ones} wrongly struck",
        through.len(),
        struck.len()
    );
    println!("{}", struck.join("\n"));
    assert!(sentences >= 150, "{sentences}");
    assert!(through.is_empty(), "{} let through:\n{}", through.len(), through.join("\n"));
    assert!(struck.len() * 20 <= true_ones, "{} of {true_ones} struck:\n{}", struck.len(), struck.join("\n"));
}

/// The same cards under other names: what is judged is the cards, not the words of this set.
#[test]
fn a_figure_moved_to_another_product_never_passes() {
    for scene in scenes() {
        let gate = gate(&scene);
        let names: Vec<String> = scene.product.iter().map(|m| format!("{} {}", m.brand, m.model)).collect();
        for (at, made) in scene.product.iter().enumerate() {
            for (name, value, unit) in &made.numbers {
                let label = name.replace('_', " ");
                for (other, stranger) in names.iter().zip(&scene.product) {
                    let same = stranger.numbers.iter().any(|(n, v, u)| n == name && v == value && u == unit);
                    let said = format!("The {label} of {other} is {value} {unit}.");
                    assert_eq!(gate.check(&said, None).is_supported(), same, "{at} {said}");
                }
            }
        }
    }
}
