//! The number gate over a set of sentences of all kinds: nothing unsupported may pass, little that is true may be struck.

use emptor::answer::event::{AnswerEvent, ReviewAspect, ReviewFindings};
use emptor::answer::evidence::CardFacts;
use emptor::answer::verify::{Gate, Verdict};
use emptor::answer::{AskOptions, Session, evidence};
use emptor::domain::*;
use emptor::store::Store;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

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

const DEMO_QUESTIONS: [&str; 16] = [
    "quiet dishwasher under 700 euros",
    "wireless headphones for flights",
    "light vacuum cleaner",
    "kettle for a small kitchen",
    "olive oil under 15",
    "coffee machine with milk froth",
    "winter jacket",
    "desk lamp",
    "backpack for hiking",
    "monitor for photo editing",
    "toy for a child of 4",
    "running shoes",
    "cheapest espresso machine",
    "flat by the sea with a kitchen",
    "best rated air fryer",
    "washing machine with low water use",
];

/// The claims of code over the demo catalogue: the gate must be able to check them by itself, and must see it where one
/// of their figures is changed.
#[test]
fn claims_over_the_demo_catalogue_pass_and_changed_figures_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("demo.db")).unwrap();
    let observations = emptor::sources::demo::observations(day("2026-11-20"));
    store.writer().ingest(observations).unwrap();
    let mut session = Session::new(store, None, None);
    let options = AskOptions { now: Some(day("2026-11-21")), ..AskOptions::default() };
    let (mut checked, mut changed, mut struck, mut through) = (0, 0, Vec::new(), Vec::new());
    for asked in DEMO_QUESTIONS {
        let (mut need, mut evidence, mut pick) = (Need::default(), None, None);
        session
            .ask(asked, &options, &CancellationToken::new(), &mut |event| match event {
                AnswerEvent::Planned { need: planned } => need = planned,
                AnswerEvent::Evidence { cards, claims } => evidence = Some((cards, claims)),
                AnswerEvent::Picked { pick: picked } => pick = Some(picked.number),
                _ => {}
            })
            .unwrap();
        let Some((cards, claims)) = evidence else { continue };
        let gate = Gate::new(&cards, &[], &need, pick.or_else(|| cards.first().map(|c| c.number)));
        for claim in &claims {
            checked += 1;
            if !gate.check(&claim.text, None).is_supported() {
                struck.push(format!("{} {:?}", claim.text, gate.check(&claim.text, None)));
                continue;
            }
            for wrong in with_other_figures(&claim.text, &cards) {
                changed += 1;
                if gate.check(&wrong, None).is_supported() {
                    through.push(format!("{wrong}  (of: {})", claim.text));
                }
            }
        }
    }
    println!("{checked} claims, {} struck; {changed} changed, {} let through", struck.len(), through.len());
    println!("{}\n{}", struck.join("\n"), through.join("\n"));
    assert!(checked > 300 && changed > 200, "{checked}, {changed}");
    assert!(through.is_empty(), "{}", through.join("\n"));
    assert!(struck.len() * 20 <= checked, "{} of {checked}:\n{}", struck.len(), struck.join("\n"));
}

/// The claim with one of its figures outside names changed in its last digit, for each of them.
fn with_other_figures(text: &str, cards: &[Card]) -> Vec<String> {
    let mut masked = text.to_owned();
    let mut names: Vec<&str> = cards.iter().flat_map(|c| [c.name(), c.title.as_str()]).collect();
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    for name in names {
        masked = masked.replace(name, &"x".repeat(name.len()));
    }
    let bytes = masked.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let more = |i: usize| digit(i + 1) || bytes.get(i + 1).is_some_and(|b| matches!(b, b'.' | b',')) && digit(i + 2);
    (0..bytes.len())
        .filter(|i| digit(*i) && !more(*i))
        .map(|at| {
            let mut out = text.to_owned();
            out.replace_range(at..=at, &((bytes[at] - b'0' + 7) % 10).to_string());
            out
        })
        .collect()
}
