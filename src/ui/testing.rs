//! A small invented catalogue and hand-made answers for tests of the interface.

use super::*;
use crate::answer::event::*;
use crate::domain::*;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

pub const DAY: i64 = 86_400;
/// 22 November 2026, 14:00 UTC.
pub const NOW: i64 = 1_795_356_000;

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub fn setup(columns: u16, rows: u16) -> Setup {
    Setup {
        columns,
        rows,
        now: at(NOW),
        zone: TimeZone::UTC,
        theme: Theme::named("default", true).unwrap(),
        reorder: true,
        offline: false,
        model: ModelState::Ready("qwen2.5-coder-1.5b".to_owned()),
    }
}

/// An interface with the demo catalogue behind it.
pub fn stocked(columns: u16, rows: u16) -> State {
    let mut state = State::new(setup(columns, rows));
    update(&mut state, Msg::Catalogue(Counts { products: 320, invented: 320, shops: 4, sources: 1 }));
    state
}

pub fn key(code: KeyCode) -> Msg {
    Msg::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

pub fn ctrl(c: char) -> Msg {
    Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL))
}

pub fn type_text(state: &mut State, text: &str) {
    for c in text.chars() {
        update(state, key(KeyCode::Char(c)));
    }
}

/// Types and sends a question; its turn.
pub fn ask(state: &mut State, question: &str) -> TurnId {
    type_text(state, question);
    update(state, key(KeyCode::Enter));
    state.turns.last().unwrap().id
}

pub fn answer(state: &mut State, turn: TurnId, events: Vec<AnswerEvent>) -> Vec<Effect> {
    events.into_iter().flat_map(|event| update(state, Msg::Answer { turn, event })).collect()
}

pub fn product(id: i64, title: &str, noise: f64, width: f64, stars: f64) -> Product {
    let number = |name: &str, value: f64, unit: &str| {
        Attribute::new(name, AttributeValue::Number { value, unit: unit.to_owned() })
    };
    Product {
        id: ProductId(id),
        invented: true,
        facts: ProductFacts {
            title: title.to_owned(),
            brand: title.split(' ').next().map(str::to_owned),
            model: Some(format!("DW-{id}")),
            category: Some("kitchen > dishwashers".to_owned()),
            description: Some("A slim dishwasher with a cutlery tray and a delayed start.".to_owned()),
            attributes: vec![
                number("noise", noise, "dB"),
                number("width", width, "cm"),
                Attribute::new("delayed_start", AttributeValue::Flag(true)),
            ],
            rating: Some(Rating { stars, count: 132 }),
            ..ProductFacts::default()
        },
    }
}

pub fn offer(id: i64, product: i64, shop: &str, minor: i64) -> Offer {
    Offer {
        id: OfferId(id),
        product: ProductId(product),
        shop: Shop { id: ShopId(id), name: shop.to_owned(), domain: None, invented: true },
        variant: None,
        sku: None,
        url: Some(format!("https://{}.example/p/{product}", shop.to_lowercase())),
        seller: None,
        condition: Condition::New,
        availability: if id == 3 { Availability::Limited } else { Availability::InStock },
        price: Some(Money::new(minor, Currency::EUR)),
        list_price: (id == 1).then(|| Money::new(62_900, Currency::EUR)),
        unit_price: None,
        shipping: Some(Money::new(490, Currency::EUR)),
        shipping_included: None,
        tax_included: None,
        observed_at: Some(at(NOW - 3600)),
        attempted_at: Some(at(NOW - 3600)),
        last_outcome: crate::domain::Outcome::Ok,
    }
}

pub fn row(number: u32, product: Product, offer: Offer) -> ResultRow {
    let (noise, width) = (product.facts.number("noise").unwrap().0, product.facts.number("width").unwrap().0);
    ResultRow {
        number,
        offer: Some(offer),
        other_offers: Vec::new(),
        highlights: vec![("noise".to_owned(), format!("{noise} dB")), ("width".to_owned(), format!("{width} cm"))],
        why: vec!["quiet".to_owned()],
        variants: Default::default(),
        product,
    }
}

pub fn rows() -> Vec<ResultRow> {
    let mut first = row(1, product(1, "NordWash Slim 45 Silent", 42.0, 45.0, 4.4), offer(1, 1, "Halden", 54_900));
    first.other_offers.push(offer(4, 1, "Kubik", 57_900));
    vec![
        first,
        row(
            2,
            product(2, "Aquila Compacta 450 with a cutlery drawer and a very long name", 44.0, 44.8, 4.6),
            offer(2, 2, "Kubik", 59_900),
        ),
        row(3, product(3, "Brisa Mini 45", 49.0, 45.0, 4.1), offer(3, 3, "Marlow", 39_900)),
    ]
}

pub fn claim(kind: ClaimKind, text: &str, cards: &[u32]) -> Claim {
    Claim {
        id: "c1".to_owned(),
        kind,
        aspect: "noise".to_owned(),
        text: text.to_owned(),
        cards: cards.to_vec(),
        score: 1.0,
    }
}

/// The cards of the rows: price and noise.
pub fn cards() -> Vec<Card> {
    let fact = |field: &str, value: FactValue, text: String, row: String| {
        let (shop, observed_at) = (None, None);
        Fact { field: field.to_owned(), value, text, row, shop, observed_at }
    };
    let card = |row: ResultRow| {
        let (product, offer) = (row.product, row.offer.unwrap());
        let (noise, price) = (product.facts.number("noise").unwrap().0, offer.price.unwrap());
        let number = FactValue::Number { value: noise, unit: "dB".to_owned() };
        let of_product = format!("product:{}", product.id.0);
        let of_offer = fact("price", FactValue::Money(price), price.to_string(), format!("offer:{}", offer.id.0));
        let name = fact("name", FactValue::Text(String::new()), product.facts.title.clone(), of_product.clone());
        Card {
            number: row.number,
            kind: CardKind::Offer,
            product: product.id,
            title: product.facts.title.clone(),
            offer: Some(offer.id),
            facts: vec![
                name,
                Fact { shop: Some(offer.shop.name.clone()), observed_at: offer.observed_at, ..of_offer },
                fact("noise", number, format!("{noise} dB"), of_product),
            ],
            reviews: Vec::new(),
            invented: true,
        }
    };
    rows().into_iter().map(card).collect()
}

pub fn comparison() -> Comparison {
    let line = |label: &str, cells: [&str; 3], best: Option<usize>, differs: bool| CompareRow {
        label: label.to_owned(),
        cells: cells.iter().map(|c| (!c.is_empty()).then(|| (*c).to_owned())).collect(),
        best,
        differs,
    };
    Comparison {
        products: rows(),
        rows: vec![
            line("best price", ["€549.00", "€599.00", "€399.00"], Some(2), true),
            line("noise", ["42 dB", "44 dB", "49 dB"], Some(0), true),
            line("rating", ["4.4 of 5 (132)", "4.6 of 5 (80)", "4.1 of 5 (12)"], Some(1), true),
            line("water per cycle", ["9 l", "8.5 l", ""], Some(1), true),
            line("delayed start", ["yes", "yes", "yes"], None, false),
        ],
    }
}

pub fn history(product: i64) -> PriceHistory {
    let mut points = Vec::new();
    for (index, (shop, base)) in [("Halden", 59_900), ("Kubik", 61_900), ("Marlow", 57_500)].into_iter().enumerate() {
        for week in 0..31_i64 {
            // Nobody looked in weeks 12 to 15.
            if (12..16).contains(&week) {
                continue;
            }
            let sale = if (20..23).contains(&(week + index as i64)) { -8_000 } else { (week % 5) * 600 };
            let failed = index == 1 && week % 9 == 4;
            points.push(PricePoint {
                offer: OfferId(index as i64 + 1),
                shop: shop.to_owned(),
                at: at(NOW - (30 - week) * 7 * DAY - index as i64 * 3600),
                outcome: if failed { crate::domain::Outcome::Blocked } else { crate::domain::Outcome::Ok },
                price: (!failed).then(|| Money::new(base + sale, Currency::EUR)),
                list_price: None,
                shipping_included: None,
                availability: None,
            });
        }
    }
    points.sort_by_key(|p| p.at);
    PriceHistory { product: ProductId(product), points, repacked: Vec::new() }
}

pub fn look() -> Look {
    let history = history(1);
    let summary = history.summary(None, None);
    Look {
        product: rows()[0].product.clone(),
        offers: vec![offer(1, 1, "Halden", 54_900), offer(2, 1, "Kubik", 57_900), offer(3, 1, "Marlow", 57_500)],
        history,
        summary,
    }
}

pub fn coverage() -> Coverage {
    Coverage {
        shops: ["Halden", "Kubik", "Marlow"].map(str::to_owned).to_vec(),
        skipped: vec!["Ostby: blocked since 20 Nov".to_owned()],
        products_considered: 24,
        stale_offers: 2,
        newest_observation: Some(at(NOW - 3600)),
        oldest_observation: Some(at(NOW - 30 * DAY)),
        search: "lexical and semantic".to_owned(),
        invented: true,
        ..Coverage::default()
    }
}

/// A whole search answer up to its end.
pub fn search_events() -> Vec<AnswerEvent> {
    let mut near = row(4, product(4, "Vesta Whisper", 40.0, 45.0, 4.7), offer(5, 4, "Kubik", 68_900));
    near.number = 0;
    vec![
        AnswerEvent::Planned { need: Need::default() },
        AnswerEvent::Found {
            found: Found::Results {
                rows: rows(),
                near_misses: vec![(near, "€89.00 over your budget".to_owned())],
                notes: vec!["3 products meet every condition".to_owned()],
            },
        },
        AnswerEvent::Evidence { cards: cards(), claims: Vec::new() },
        AnswerEvent::Picked {
            pick: Pick {
                number: 1,
                product: ProductId(1),
                title: "NordWash Slim 45 Silent".to_owned(),
                reasons: vec![
                    claim(
                        ClaimKind::Comparison,
                        "It is 7 dB quieter than the Brisa Mini 45 (42 dB against 49 dB).",
                        &[1, 3],
                    ),
                    claim(ClaimKind::Attribute, "It is 45 cm wide.", &[1]),
                ],
                drawback: Some(claim(ClaimKind::Drawback, "It costs €150.00 more than the cheapest.", &[1, 3])),
                close_to: Some(2),
                budget: None,
                upgrade: None,
                utilities: Vec::new(),
                stability: None,
            },
        },
        AnswerEvent::Draft { tokens: 12 },
        AnswerEvent::Prose {
            sentence: Sentence::Verified {
                text: "For a small kitchen the NordWash is the quiet choice at 42 dB [1].".to_owned(),
            },
        },
        AnswerEvent::Prose {
            sentence: Sentence::Struck {
                said: "It is the cheapest of all.".to_owned(),
                reason: "the Brisa costs less".to_owned(),
            },
        },
        AnswerEvent::Prose {
            sentence: Sentence::FellBack {
                text: "The Aquila is rated 4.6 against 4.4 [2][1].".to_owned(),
                said: "The Aquila is better.".to_owned(),
                reason: "adds a comparison".to_owned(),
            },
        },
        AnswerEvent::Suggested {
            questions: vec![
                "Is the NordWash Slim 45 often cheaper?".to_owned(),
                "What do reviews say about noise?".to_owned(),
            ],
        },
        AnswerEvent::Covered { coverage: coverage() },
        AnswerEvent::Done { outcome: crate::answer::event::Outcome::Answered, timings: Timings::default() },
    ]
}

/// What a result of 24 dishwashers differs in.
pub fn facets() -> Vec<Facet> {
    let facet = |aspect: Aspect, label: &str, values: Vec<(&str, usize, Narrowing)>| Facet {
        aspect,
        label: label.to_owned(),
        values: values
            .into_iter()
            .map(|(label, count, narrowing)| FacetValue { label: label.to_owned(), count, leading: 1, narrowing })
            .collect(),
        other: 0,
        unstated: 0,
        foreign: Default::default(),
        of: 24,
        score: 1.0,
        settled: false,
    };
    let euros = |major: i64| Some(Money::new(major * 100, Currency::EUR));
    let brand = |brand: &str| Narrowing::Brand { brand: brand.to_owned() };
    let noise = |from, below| Narrowing::Range { name: "noise".to_owned(), unit: "dB".to_owned(), from, below };
    let class = |class: &str| {
        let value = AttributeValue::Text(class.to_owned());
        Narrowing::Stated { name: "energy_class".to_owned(), value }
    };
    vec![
        facet(
            Aspect::Price,
            "price",
            vec![
                ("under €400", 6, Narrowing::Price { from: None, below: euros(400) }),
                ("€400 to €500", 8, Narrowing::Price { from: euros(400), below: euros(500) }),
                ("€500 or more", 10, Narrowing::Price { from: euros(500), below: None }),
            ],
        ),
        facet(
            Aspect::Brand,
            "brand",
            ["NordWash", "Aquila", "Brisa", "Vesta", "Kärn & Söhne Hausgeräte"]
                .into_iter()
                .zip([9, 6, 4, 3, 2])
                .map(|(name, count)| (name, count, brand(name)))
                .collect(),
        ),
        facet(
            Aspect::Attribute("noise".to_owned()),
            "noise",
            vec![
                ("under 42 dB", 5, noise(None, Some(42.0))),
                ("42 to 45 dB", 11, noise(Some(42.0), Some(45.0))),
                ("45 dB or more", 8, noise(Some(45.0), None)),
            ],
        ),
        facet(
            Aspect::Attribute("energy_class".to_owned()),
            "energy class",
            ["C", "A", "D", "B", "E", "F"]
                .into_iter()
                .zip([7, 6, 5, 3, 2, 1])
                .map(|(name, count)| (name, count, class(name)))
                .collect(),
        ),
        facet(Aspect::Rating, "rating", vec![("3 stars or better", 24, Narrowing::Stars { least: 3.0 })]),
    ]
}

/// A search asked and answered, with what it can be narrowed down by, and a result chosen.
pub fn narrowable(columns: u16, rows: u16) -> State {
    let mut state = stocked(columns, rows);
    let turn = ask(&mut state, "quiet dishwasher for a small kitchen");
    let mut events = search_events();
    events.insert(2, AnswerEvent::Facets { facets: facets(), telling: Some(Aspect::Attribute("noise".to_owned())) });
    let effects = answer(&mut state, turn, events);
    reply(&mut state, effects);
    update(&mut state, key(KeyCode::Down));
    state
}

/// Answers the requests of panes.
pub fn reply(state: &mut State, effects: Vec<Effect>) {
    for effect in effects {
        match effect {
            Effect::Look { query, .. } => {
                update(state, Msg::Looked { query, result: Ok(Box::new(look())) });
            }
            Effect::Compare { query, .. } => {
                update(state, Msg::Compared { query, result: Ok(comparison()) });
            }
            _ => {}
        }
    }
}

/// A search asked and answered, panes filled.
pub fn answered(columns: u16, rows: u16) -> State {
    let mut state = stocked(columns, rows);
    let turn = ask(&mut state, "quiet dishwasher for a small kitchen, at most 600 euros");
    let effects = answer(&mut state, turn, search_events());
    reply(&mut state, effects);
    state
}

/// The screen as text.
pub fn screen(state: &State) -> String {
    let mut terminal = Terminal::new(TestBackend::new(state.columns, state.rows)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    terminal.backend().to_string()
}
