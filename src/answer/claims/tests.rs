use super::*;
use crate::answer::evidence;
use crate::answer::pick;
use crate::answer::testing::{at, cards, need};

fn texts(cards: &[Card], need: &Need) -> Vec<(ClaimKind, String)> {
    let choice = pick::choose(cards, need, &|_| 1.0);
    build(cards, need, Some(&choice)).into_iter().map(|c| (c.kind, c.text)).collect()
}

#[track_caller]
fn says(cards: &[Card], need: &Need, kind: ClaimKind, text: &str) {
    let texts = texts(cards, need);
    assert!(texts.iter().any(|(k, t)| *k == kind && t == text), "{text} is not among\n{texts:#?}");
}

#[test]
fn fit_comparison_superlative_and_missing() {
    let (cards, need) = (cards(), need());
    let limit = "NordWash 45 Slim costs €549.00 at NordShop, €51.00 under your limit of €600.00.";
    says(&cards, &need, ClaimKind::Fit, limit);
    let quieter = "NordWash 45 Slim is 7 dB quieter than Kalthaus Pro 60 (42 dB against 49 dB).";
    says(&cards, &need, ClaimKind::Comparison, quieter);
    says(&cards, &need, ClaimKind::Superlative, "NordWash 45 Slim is the quietest of the 3 shown, at 42 dB.");
    says(&cards, &need, ClaimKind::Drawback, "Brisa Compact is the loudest of the 3 shown, at 52 dB.");
    let rated = "NordWash 45 Slim is rated 4.4 of 5 in 312 ratings, and you asked for 4 stars or better.";
    says(&cards, &need, ClaimKind::Fit, rated);
    says(&cards, &need, ClaimKind::Attribute, "Kalthaus Pro 60 uses 0.7 kWh.");
    let wifi = Want { aspect: "energy".into(), direction: Direction::Lower, said: "thrifty".into(), weight: 1.0 };
    let need = Need { wants: vec![wifi], ..need };
    says(&cards, &need, ClaimKind::Missing, "The energy of NordWash 45 Slim is not stated.");
}

#[test]
fn the_first_reasons_are_of_the_wish_and_the_conditions() {
    let (cards, need) = (cards(), need());
    let choice = pick::choose(&cards, &need, &|_| 1.0);
    let claims = build(&cards, &need, Some(&choice));
    let pick = pick::with_reasons(&choice, &cards, &claims, &need).unwrap();
    let aspects: Vec<&str> = pick.reasons.iter().map(|r| r.aspect.as_str()).collect();
    assert_eq!(aspects, ["noise", "price", "rating"]);
    let drawback = pick.drawback.unwrap();
    assert_eq!(drawback.kind, ClaimKind::Drawback);
    assert_eq!(drawback.cards[0], pick.number);
}

#[test]
fn claims_do_not_depend_on_card_order() {
    let need = need();
    let forward = texts(&cards(), &need);
    let mut turned = cards();
    turned.reverse();
    assert_eq!(texts(&turned, &need), forward);
}

#[test]
fn a_window_is_never_longer_than_observed() {
    let mut cards = cards();
    let euros = |n: i64| Money::new(n * 100, Currency::EUR);
    let mut summary = PriceSummary {
        current: euros(549),
        current_shop: "NordShop".into(),
        current_at: at("2026-11-20"),
        current_state: CurrentState::Available,
        lowest: euros(509),
        lowest_at: at("2026-07-14"),
        lowest_shop: "NordShop".into(),
        highest: euros(649),
        highest_at: at("2026-05-01"),
        median: euros(579),
        first_at: at("2026-04-20"),
        last_at: at("2026-11-19"),
        days_observed: 214,
        days_with_price: 180,
        gaps: 3,
        observations: 180,
        failures: 4,
    };
    evidence::add_history(&mut cards[0], &summary);
    let need = Need { kind: QuestionKind::PriceHistory, ..Need::default() };
    let above = "At €549.00, NordWash 45 Slim is €40.00 above the lowest seen, €509.00 on 2026-07-14.";
    says(&cards, &need, ClaimKind::Drawback, above);
    let window =
        "The lowest price of NordWash 45 Slim in the 214 days observed, with 3 gaps was €509.00 on 2026-07-14.";
    says(&cards, &need, ClaimKind::Price, window);
    summary.current = summary.lowest;
    summary.days_observed = 3;
    summary.gaps = 0;
    let mut cards = self::cards();
    evidence::add_history(&mut cards[0], &summary);
    says(&cards, &need, ClaimKind::Price, "€509.00 is the lowest price of NordWash 45 Slim in the 3 days observed.");
    says(&cards, &need, ClaimKind::Missing, "Prices of NordWash 45 Slim were observed for only 3 days.");
}

#[test]
fn review_shares_read_well() {
    let english = Phrases::of(Language::En);
    assert_eq!(
        reviews::share_text(english, "A", "noise", [48, 12, 3, 9]),
        "12 of 48 reviews of A mention noise: 3 praise it and 9 complain."
    );
    assert_eq!(
        reviews::share_text(english, "A", "rust", [3012, 16, 0, 16]),
        "16 of 3012 reviews (0.5%) of A mention rust: all complain."
    );
    assert_eq!(
        reviews::share_text(english, "A", "taste", [1, 1, 1, 0]),
        "1 of 1 review of A mentions taste: 1 praises it."
    );
    assert_eq!(
        reviews::share_text(english, "A", "fit", [9, 2, 0, 2]),
        "2 of 9 reviews of A mention fit: all complain."
    );
}

#[test]
fn claims_are_in_the_language_of_the_question() {
    let sentences = [
        (
            Language::He,
            [
                "NordWash 45 Slim: המחיר €549.00 ב-NordShop, €51.00 מתחת לתקרה שלך של €600.00.",
                "רעש של NordWash 45 Slim: 42 dB, 7 dB פחות מאשר Kalthaus Pro 60 (49 dB).",
                "רעש של Brisa Compact: 52 dB, הערך הגבוה ביותר מבין 3 שמוצגים.",
            ],
        ),
        (
            Language::De,
            [
                "NordWash 45 Slim kostet €549.00 bei NordShop, €51.00 unter deiner Grenze von €600.00.",
                "Geräuschpegel von NordWash 45 Slim: 42 dB, 7 dB weniger als bei Kalthaus Pro 60 (49 dB).",
                "Geräuschpegel von Brisa Compact: 52 dB, der höchste Wert unter den 3 gezeigten.",
            ],
        ),
        (
            Language::Fr,
            [
                "NordWash 45 Slim coûte €549.00 chez NordShop, €51.00 sous votre limite de €600.00.",
                "Niveau sonore de NordWash 45 Slim : 42 dB, soit 7 dB de moins que Kalthaus Pro 60 (49 dB).",
                "Niveau sonore de Brisa Compact : 52 dB, la valeur la plus haute des 3 affichés.",
            ],
        ),
        (
            Language::Es,
            [
                "NordWash 45 Slim cuesta €549.00 en NordShop, €51.00 por debajo de tu límite de €600.00.",
                "Nivel de ruido de NordWash 45 Slim: 42 dB, 7 dB menos que Kalthaus Pro 60 (49 dB).",
                "Nivel de ruido de Brisa Compact: 52 dB, el valor más alto de los 3 mostrados.",
            ],
        ),
    ];
    for (language, expected) in sentences {
        let need = Need { language, ..need() };
        let texts = texts(&cards(), &need);
        for sentence in expected {
            assert!(texts.iter().any(|(_, text)| text == sentence), "{sentence}\n{texts:#?}");
        }
        let english = [" is ", " the ", " costs ", " of "];
        let foreign = texts.iter().find(|(_, text)| english.iter().any(|word| text.contains(word)));
        assert_eq!(foreign, None, "{language:?}");
    }
}

#[test]
fn a_list_price_never_charged_is_said() {
    let mut cards = cards();
    let euros = |n: i64| Money::new(n * 100, Currency::EUR);
    let list = euros(699);
    cards[0].facts.push(Fact {
        field: "list price".into(),
        value: FactValue::Money(list),
        text: list.to_string(),
        row: "offer:70".into(),
        shop: Some("NordShop".into()),
        observed_at: None,
    });
    for (field, value) in [("highest price", FactValue::Money(euros(649))), ("days observed", FactValue::Count(214))] {
        cards[0].facts.push(Fact {
            field: field.into(),
            text: String::new(),
            value,
            row: "product:7".into(),
            shop: None,
            observed_at: None,
        });
    }
    let text = "The list price of NordWash 45 Slim, €699.00, was never charged in the 214 days observed; \
                the highest price seen is €649.00.";
    says(&cards, &Need::default(), ClaimKind::Drawback, text);
}

#[test]
fn the_aspect_that_was_asked_for_is_answered_first() {
    let cheaper = Want { aspect: "price".into(), direction: Direction::Lower, said: "cheaper".into(), weight: 1.0 };
    let need = Need { kind: QuestionKind::Compare, wants: vec![cheaper], ..Need::default() };
    let two = &cards()[..2];
    let choice = pick::choose(two, &need, &|_| 1.0);
    let claims = build(two, &need, Some(&choice));
    let pick = pick::with_reasons(&choice, two, &claims, &need).unwrap();
    assert_eq!((pick.reasons[0].kind, pick.reasons[0].aspect.as_str()), (ClaimKind::Comparison, "price"));
}

#[test]
fn silence_on_another_reading_of_a_wish_is_no_drawback() {
    let small = |aspect: &str, weight| Want {
        aspect: aspect.into(),
        direction: Direction::Lower,
        said: "small".into(),
        weight,
    };
    let need = Need { wants: vec![small("width", 1.0), small("packed_length", 1.0)], ..Need::default() };
    let told = texts(&cards(), &need);
    assert!(!told.iter().any(|(kind, text)| *kind == ClaimKind::Missing && text.contains("packed")), "{told:#?}");
}
