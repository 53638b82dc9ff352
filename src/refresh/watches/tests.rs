use super::*;
use crate::store::Store;
use proptest::prelude::*;

fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + n * 86_400).unwrap()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn look(n: i64, minor: i64, outcome: Outcome) -> Observation {
    let shop = ShopRef { name: "Lumen".into(), domain: None, invented: false };
    let facts = ProductFacts { title: "Lamp".into(), ..ProductFacts::default() };
    let mut look = Observation::new(shop, "1", facts, at(n));
    look.outcome = outcome;
    look.availability = if outcome.is_good() { Availability::InStock } else { Availability::Unknown };
    look.price = outcome.is_good().then(|| eur(minor));
    look
}

fn watch(kind: WatchKind) -> Watch {
    Watch {
        id: WatchId(1),
        product: ProductId(1),
        kind,
        with_shipping: false,
        currency: Some(Currency::EUR),
        base: None,
        told: None,
        armed: true,
        created_at: at(0),
        crossed_at: None,
        revision: 0,
    }
}

fn below(minor: i64) -> Watch {
    watch(WatchKind::Below { below: eur(minor) })
}

fn offer(price: Money, availability: Availability) -> Offer {
    Offer {
        id: OfferId(1),
        product: ProductId(1),
        shop: Shop { id: ShopId(1), name: "Lumen".into(), domain: None, invented: false },
        variant: None,
        sku: None,
        url: None,
        seller: None,
        condition: Condition::New,
        availability,
        price: Some(price),
        list_price: None,
        unit_price: None,
        shipping: None,
        shipping_included: None,
        tax_included: None,
        observed_at: Some(at(0)),
        attempted_at: Some(at(0)),
        last_outcome: Outcome::Ok,
    }
}

fn fires(watch: &Watch, offers: &[Offer]) -> bool {
    judge(watch, &see(watch, offers), at(1)).fired
}

/// Judges a series of prices, `None` a failed look at the only shop; on which steps the watch fired.
fn fired_on(mut watch: Watch, series: &[Option<i64>]) -> Vec<usize> {
    let mut fired = Vec::new();
    let mut last = None;
    let mut lowest: Option<i64> = None;
    for (step, minor) in series.iter().enumerate() {
        last = minor.or(last);
        lowest = [*minor, lowest].into_iter().flatten().min();
        let Some(known) = last else { continue };
        let outcome = if minor.is_some() { Outcome::Ok } else { Outcome::Error };
        let shown = Offer { last_outcome: outcome, ..offer(eur(known), Availability::InStock) };
        let seen = Seen { lowest: lowest.map(eur), ..see(&watch, &[shown]) };
        let judged = judge(&watch, &seen, at(1));
        if judged.fired {
            fired.push(step);
        }
        // As after a restart: only what is saved is known.
        watch = serde_json::from_value(serde_json::to_value(&judged.next).unwrap()).unwrap();
    }
    fired
}

fn steps(minors: &[i64]) -> Vec<Option<i64>> {
    minors.iter().map(|m| (*m > 0).then_some(*m)).collect()
}

#[test]
fn one_crossing_is_told_once_and_again_only_after_the_price_moved_back_by_a_margin() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("e.db");
    let mut fired = Vec::new();
    let days = [
        (5000, Outcome::Ok),
        (3900, Outcome::Ok),
        (3800, Outcome::Ok),
        (0, Outcome::Error),
        (3800, Outcome::Ok),
        (4039, Outcome::Ok),
        (3999, Outcome::Ok),
        (4040, Outcome::Ok),
        (0, Outcome::Blocked),
        (3999, Outcome::Ok),
    ];
    for (n, (minor, outcome)) in (0_i64..).zip(days) {
        // Each day is a start of its own: all state is in the file.
        let store = Store::open(&path).unwrap();
        let (reader, writer) = (store.reader().unwrap(), store.writer());
        writer.ingest(vec![look(n, minor, outcome)]).unwrap();
        if n == 0 {
            let id = reader.product_ids(None, 1).unwrap()[0];
            writer.add_watch(NewWatch::below(id, eur(4000), at(0))).unwrap();
        }
        let checked = check(&reader, &writer, &[], at(n)).unwrap();
        if checked[0].fired {
            fired.push((n, checked[0].line()));
        }
    }
    let told = |price: &str| format!("Lamp: {price} at Lumen, below €40.00");
    assert_eq!(fired, [(1, told("€39.00")), (9, told("€39.99"))]);
}

#[test]
fn a_price_in_another_currency_or_out_of_stock_or_used_does_not_fire() {
    let watch = below(4000);
    let cheap = eur(100);
    assert!(fires(&watch, &[offer(cheap, Availability::Unknown)]));
    assert!(!fires(&watch, &[offer(cheap, Availability::OutOfStock)]));
    assert!(!fires(&watch, &[offer(Money::new(100, Currency::USD), Availability::InStock)]));
    assert!(!fires(&watch, &[Offer { condition: Condition::Used, ..offer(cheap, Availability::InStock) }]));
    assert!(!fires(&watch, &[Offer { last_outcome: Outcome::Gone, ..offer(cheap, Availability::Unknown) }]));
}

#[test]
fn a_change_of_currency_is_no_crossing() {
    let kinds =
        [WatchKind::Drop { percent: Percent(1000) }, WatchKind::Rise { percent: Percent(1000) }, WatchKind::NewLow];
    for kind in kinds {
        let watch = Watch { base: Some(eur(4000)), ..watch(kind) };
        for minor in [1, 40, 400_000] {
            let judged =
                judge(&watch, &see(&watch, &[offer(Money::new(minor, Currency::USD), Availability::InStock)]), at(1));
            assert!(!judged.fired && judged.next == watch, "{kind:?}");
        }
    }
}

#[test]
fn with_shipping_only_offers_whose_shipping_is_known_are_compared() {
    let watch = Watch { with_shipping: true, ..below(4000) };
    let cheap = offer(eur(3800), Availability::InStock);
    assert!(!fires(&watch, std::slice::from_ref(&cheap)), "not known");
    assert!(!fires(&watch, &[Offer { shipping: Some(eur(200)), ..cheap.clone() }]), "40.00 is not below");
    assert!(fires(&watch, &[Offer { shipping: Some(eur(199)), ..cheap.clone() }]));
    assert!(fires(&watch, &[Offer { shipping_included: Some(true), ..cheap.clone() }]));
    assert!(!fires(&watch, &[Offer { shipping: Some(Money::new(0, Currency::USD)), ..cheap }]));
}

#[test]
fn a_cheaper_shop_that_cannot_be_reached_neither_arms_nor_counts_as_a_rise() {
    let near = |outcome| Offer { last_outcome: outcome, ..offer(eur(3900), Availability::InStock) };
    let far = Offer { id: OfferId(2), ..offer(eur(5000), Availability::InStock) };
    let told = Watch { armed: false, told: Some(eur(3900)), crossed_at: Some(at(0)), ..below(4000) };
    let judged = judge(&told, &see(&told, &[near(Outcome::Error), far.clone()]), at(1));
    assert_eq!(judged.next, told, "the shop may still ask 39.00");
    let judged = judge(&told, &see(&told, &[near(Outcome::Gone), far.clone()]), at(1));
    assert!(judged.next.armed, "what is gone is known to be gone");
    let rise = Watch { base: Some(eur(3900)), ..watch(WatchKind::Rise { percent: Percent(1000) }) };
    assert!(!fires(&rise, &[near(Outcome::Blocked), far.clone()]));
    assert!(fires(&rise, &[near(Outcome::Gone), far]));
}

#[test]
fn a_drop_is_told_against_the_first_price_and_then_against_the_last_told() {
    let drop = watch(WatchKind::Drop { percent: Percent(1000) });
    // 100 sets the base; 90 is a tenth off; 81 is a tenth off 90; back above 91 the first bound counts again.
    let series = steps(&[10_000, 9_001, 9_000, 8_950, 8_101, 8_100, 9_099, 9_000, 9_100, 9_000]);
    assert_eq!(fired_on(drop, &series), [2, 5, 9]);
    let rise = watch(WatchKind::Rise { percent: Percent(1000) });
    let series = steps(&[10_000, 10_999, 11_000, 11_500, 12_100, 10_901, 11_000, 10_900, 11_000]);
    assert_eq!(fired_on(rise, &series), [2, 4, 8]);
}

#[test]
fn a_new_low_is_below_all_that_was_observed() {
    let low = watch(WatchKind::NewLow);
    // A cent below is a new low; further cents are not told until it moved on by one percent.
    let series = steps(&[10_000, 10_500, 9_999, 9_998, 9_899, 9_998, 9_999, 9_898]);
    assert_eq!(fired_on(low.clone(), &series), [2, 4, 7]);
    let known = Watch { base: Some(eur(10_000)), ..low };
    let seen = Seen { lowest: Some(eur(5_000)), ..see(&known, &[offer(eur(9_000), Availability::InStock)]) };
    assert!(!judge(&known, &seen, at(1)).fired, "a history that was imported since knows a lower one");
}

#[test]
fn stock_is_told_once_after_it_was_seen_out() {
    let shelf = |availability, outcome| Offer { last_outcome: outcome, ..offer(eur(3900), availability) };
    let (yes, no, unsaid) = (Availability::InStock, Availability::OutOfStock, Availability::Unknown);
    let days = [
        (shelf(yes, Outcome::Ok), false),
        (shelf(no, Outcome::Ok), false),
        (shelf(no, Outcome::Error), false),
        (shelf(unsaid, Outcome::Ok), false),
        (shelf(yes, Outcome::Ok), true),
        (shelf(yes, Outcome::Ok), false),
        (shelf(yes, Outcome::Blocked), false),
        (shelf(yes, Outcome::Ok), false),
        (shelf(no, Outcome::Blocked), false),
        (shelf(yes, Outcome::Ok), false),
        (shelf(no, Outcome::NoPrice), false),
        (shelf(yes, Outcome::NotModified), true),
    ];
    let mut watch = Watch { armed: false, ..watch(WatchKind::BackInStock) };
    for (day, (offer, fires)) in days.into_iter().enumerate() {
        let judged = judge(&watch, &see(&watch, &[offer]), at(1));
        assert_eq!(judged.fired, fires, "day {day}");
        assert!(day > 0 || !judged.holds, "what was always there has not come back");
        watch = judged.next;
    }
}

#[test]
fn a_watch_begins_with_what_is_known_and_says_its_window() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("e.db")).unwrap();
    let (reader, writer) = (store.reader().unwrap(), store.writer());
    writer.ingest(vec![look(0, 3000, Outcome::Ok), look(9, 5000, Outcome::Ok)]).unwrap();
    let product = reader.product_ids(None, 1).unwrap()[0];
    let kinds = [WatchKind::NewLow, WatchKind::Drop { percent: Percent(2000) }, WatchKind::BackInStock];
    for kind in kinds {
        let new = NewWatch { kind, ..NewWatch::below(product, eur(1), at(9)) };
        add(&reader, &writer, new).unwrap();
    }
    let begun: Vec<_> = reader.watches().unwrap().into_iter().map(|w| (w.base, w.armed)).collect();
    assert_eq!(begun, [(Some(eur(3000)), true), (Some(eur(5000)), true), (None, false)]);
    let lines = |n: i64, minor| {
        writer.ingest(vec![look(n, minor, Outcome::Ok)]).unwrap();
        let checked = check(&reader, &writer, &[], at(n)).unwrap();
        checked.into_iter().filter(|c| c.fired).map(|c| c.line()).collect::<Vec<_>>()
    };
    assert_eq!(lines(10, 3950), ["Lamp: €39.50 at Lumen, 21% below €50.00"]);
    assert_eq!(
        lines(19, 2900),
        [
            "Lamp: €29.00 at Lumen, the lowest in the 20 days observed; before it was €30.00",
            "Lamp: €29.00 at Lumen, 26.5% below €39.50"
        ]
    );
}

#[test]
fn two_checks_at_once_tell_one_crossing_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("e.db")).unwrap();
    store.writer().ingest(vec![look(0, 3900, Outcome::Ok)]).unwrap();
    let product = store.reader().unwrap().product_ids(None, 1).unwrap()[0];
    let watch = store.writer().add_watch(NewWatch::below(product, eur(4000), at(0))).unwrap();
    let checks: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            std::thread::spawn(move || {
                let checked = check(&store.reader().unwrap(), &store.writer(), &[Way::Screen], at(1)).unwrap();
                checked.into_iter().filter(|c| c.fired).count()
            })
        })
        .collect();
    let fired: usize = checks.into_iter().map(|c| c.join().unwrap()).sum();
    assert_eq!((fired, store.reader().unwrap().deliveries(watch.id).unwrap().len()), (1, 1));
}

/// Prices around the bounds of all kinds, one look in four failed.
fn series() -> impl Strategy<Value = Vec<Option<i64>>> {
    let price = prop_oneof![3 => 8_000_i64..12_500, 2 => 8_950_i64..9_150, 2 => 10_880_i64..11_020];
    prop::collection::vec(prop_oneof![3 => price.prop_map(Some), 1 => Just(None)], 1..60)
}

proptest! {
    /// The rule said in another way: of the good prices leave out those within the margin; each run of low ones that
    /// is left is one crossing. Every judgement starts from what was saved, as after a restart.
    #[test]
    fn below_fires_exactly_once_for_each_crossing(series in series()) {
        let bound = 9_000;
        let mut low = false;
        let mut crossings = Vec::new();
        for (step, minor) in series.iter().enumerate().filter_map(|(step, minor)| Some((step, (*minor)?))) {
            if minor < bound && !low {
                crossings.push(step);
            }
            low = minor < bound || (low && minor < bound + margin(bound));
        }
        prop_assert_eq!(fired_on(below(bound), &series), crossings);
    }

    /// Between two alerts a drop has either fallen as much again, or come back above the bound by the margin.
    #[test]
    fn a_drop_fires_once_for_each_crossing_and_loses_none(series in series()) {
        let fired = fired_on(Watch { base: Some(eur(10_000)), ..watch(WatchKind::Drop { percent: Percent(1000) }) }, &series);
        let (bound, back) = (9_000, 9_100);
        let mut told: Option<i64> = None;
        for (step, minor) in series.iter().enumerate() {
            let due = minor.is_some_and(|m| m <= told.map_or(bound, |told| told * 9 / 10));
            prop_assert_eq!(fired.contains(&step), due, "step {} of {:?}", step, &series);
            told = if due { *minor } else { told.filter(|_| minor.is_none_or(|m| m < back)) };
        }
    }

    #[test]
    fn a_rise_fires_once_for_each_crossing_and_loses_none(series in series()) {
        let fired = fired_on(Watch { base: Some(eur(10_000)), ..watch(WatchKind::Rise { percent: Percent(1000) }) }, &series);
        let (bound, back) = (11_000, 10_900);
        let mut told: Option<i64> = None;
        for (step, minor) in series.iter().enumerate() {
            let due = minor.is_some_and(|m| m >= told.map_or(bound, |told| (told * 11 + 9) / 10));
            prop_assert_eq!(fired.contains(&step), due, "step {} of {:?}", step, &series);
            told = if due { *minor } else { told.filter(|_| minor.is_none_or(|m| m > back)) };
        }
    }

    /// Whatever is told as a new low is lower than everything before; what is lower by more than the margin is told.
    #[test]
    fn a_new_low_is_never_untrue_and_never_lost(series in series()) {
        let fired = fired_on(watch(WatchKind::NewLow), &series);
        let mut lowest: Option<i64> = None;
        let mut told: Option<i64> = None;
        for (step, minor) in series.iter().enumerate().filter_map(|(step, minor)| Some((step, (*minor)?))) {
            let lower = lowest.is_some_and(|l| minor < l);
            if fired.contains(&step) {
                prop_assert!(lower);
                told = Some(minor);
            } else if lower {
                prop_assert!(told.is_some_and(|t| minor > t - margin(t)), "step {} of {:?}", step, &series);
            }
            lowest = Some(lowest.map_or(minor, |l| l.min(minor)));
        }
    }

    #[test]
    fn stock_fires_once_for_each_time_it_comes_back(days in prop::collection::vec(0_u8..4, 1..40)) {
        let mut watch = Watch { armed: false, ..watch(WatchKind::BackInStock) };
        let (mut out, mut last) = (false, Availability::Unknown);
        for day in days {
            // 0 in stock, 1 out of stock, 2 a failed look, 3 a look that cannot tell.
            let due = day == 0 && out;
            out = match day { 0 => false, 1 => true, _ => out };
            last = match day { 0 => Availability::InStock, 1 => Availability::OutOfStock, 2 => last, _ => Availability::Unknown };
            let outcome = if day == 2 { Outcome::Error } else { Outcome::Ok };
            let offer = Offer { last_outcome: outcome, ..offer(eur(1), last) };
            let judged = judge(&watch, &see(&watch, &[offer]), at(1));
            prop_assert_eq!(judged.fired, due);
            watch = serde_json::from_value(serde_json::to_value(&judged.next).unwrap()).unwrap();
        }
    }
}
