use super::*;
use crate::store::Store;

fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + n * 86_400).unwrap()
}

fn look(n: i64, minor: i64, outcome: Outcome) -> Observation {
    let shop = ShopRef { name: "Lumen".into(), domain: None, invented: false };
    let facts = ProductFacts { title: "Lamp".into(), ..ProductFacts::default() };
    let mut look = Observation::new(shop, "1", facts, at(n));
    look.outcome = outcome;
    look.price = outcome.is_good().then(|| Money::new(minor, Currency::EUR));
    look
}

#[test]
fn one_crossing_is_told_once_and_again_only_after_a_rise() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("e.db")).unwrap();
    let (reader, writer) = (store.reader().unwrap(), store.writer());
    let mut fired = Vec::new();
    let days = [
        (5000, Outcome::Ok),
        (3900, Outcome::Ok),
        (3800, Outcome::Ok),
        (0, Outcome::Error),
        (3800, Outcome::Ok),
        (4000, Outcome::Ok),
        (3999, Outcome::Ok),
    ];
    for (n, (minor, outcome)) in (0_i64..).zip(days) {
        writer.ingest(vec![look(n, minor, outcome)]).unwrap();
        if n == 0 {
            let id = reader.product_ids(None, 1).unwrap()[0];
            writer.add_watch(id, Money::new(4000, Currency::EUR), at(0)).unwrap();
        }
        let checked = check(&reader, &writer, at(n)).unwrap();
        if checked[0].fired {
            fired.push((n, checked[0].line()));
        }
    }
    let told = |price: &str| format!("Lamp: {price} at Lumen, below €40.00");
    assert_eq!(fired, [(1, told("€39.00")), (6, told("€39.99"))]);
}

#[test]
fn a_price_in_another_currency_or_out_of_stock_does_not_fire() {
    let watch = Watch {
        id: WatchId(1),
        product: ProductId(1),
        below: Money::new(4000, Currency::EUR),
        created_at: at(0),
        crossed_at: None,
    };
    let offer = |price: Money, availability| Offer {
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
    };
    let cheap = Money::new(100, Currency::EUR);
    assert!(judge(&watch, "Lamp", &[offer(cheap, Availability::Unknown)]).fired);
    assert!(!judge(&watch, "Lamp", &[offer(cheap, Availability::OutOfStock)]).fired);
    assert!(!judge(&watch, "Lamp", &[offer(Money::new(100, Currency::USD), Availability::InStock)]).fired);
}
