//! A small catalogue in a real database, for the tests of search and of naming.

use super::Vocabulary;
use crate::domain::*;
use crate::store::{Reader, Store};

pub struct Shelf {
    pub reader: Reader,
    pub vocabulary: Vocabulary,
    _store: Store,
    _folder: tempfile::TempDir,
}

/// One product: title, brand, category, description, numeric attributes, price in cents, stars.
pub struct Thing<'a>(
    pub &'a str,
    pub &'a str,
    pub &'a str,
    pub &'a str,
    pub &'a [(&'a str, f64, &'a str)],
    pub i64,
    pub Option<(f64, u32)>,
);

pub fn observation(thing: &Thing, at: i64) -> Observation {
    let Thing(title, brand, category, description, attributes, minor, rating) = thing;
    let facts = ProductFacts {
        title: (*title).to_owned(),
        brand: (!brand.is_empty()).then(|| (*brand).to_owned()),
        category: (!category.is_empty()).then(|| (*category).to_owned()),
        description: Some((*description).to_owned()),
        attributes: attributes
            .iter()
            .map(|(name, value, unit)| {
                Attribute::new(*name, AttributeValue::Number { value: *value, unit: (*unit).to_owned() })
            })
            .collect(),
        rating: rating.map(|(stars, count)| Rating { stars, count }),
        ..ProductFacts::default()
    };
    let shop = ShopRef { name: "Blue Door".into(), domain: None, invented: true };
    let mut made = Observation::new(shop, *title, facts, Timestamp::from_second(at).unwrap());
    made.price = Some(Money::new(*minor, Currency::EUR));
    made.availability = Availability::InStock;
    made
}

pub const THINGS: [Thing; 12] = [
    Thing(
        "Bosk Hush 45 dishwasher",
        "Bosk",
        "kitchen > dishwashers",
        "Quiet and narrow.",
        &[("noise", 42.0, "dB"), ("width", 45.0, "cm")],
        54_900,
        Some((4.5, 80)),
    ),
    Thing(
        "Bosk Roar 60 dishwasher",
        "Bosk",
        "kitchen > dishwashers",
        "Wide.",
        &[("noise", 50.0, "dB"), ("width", 60.0, "cm")],
        39_900,
        Some((4.1, 30)),
    ),
    Thing(
        "Tidewell Calm dishwasher",
        "Tidewell",
        "kitchen > dishwashers",
        "Calm.",
        &[("noise", 40.0, "dB")],
        68_900,
        Some((4.8, 12)),
    ),
    Thing(
        "Kitchen pan for a small kitchen",
        "Tidewell",
        "kitchen > frying pans",
        "A quiet pan for the kitchen.",
        &[],
        2_900,
        Some((4.9, 900)),
    ),
    Thing("Dishwasher tablets 40", "Foam", "groceries > detergents", "For every dishwasher.", &[], 900, None),
    Thing(
        "Hazelnut bar",
        "Kako",
        "groceries > chocolate",
        "Dark chocolate with roasted hazelnuts.",
        &[],
        300,
        Some((4.4, 20)),
    ),
    Thing("Plain bar", "Kako", "groceries > chocolate", "Dark chocolate made without nuts.", &[], 290, Some((4.0, 20))),
    Thing("Oak chair black", "Sitwell", "home > chairs", "A chair.", &[], 9_900, None),
    Thing("Oak chair white", "Sitwell", "home > chairs", "A chair.", &[], 9_900, None),
    Thing("Pine chair", "Sitwell", "home > chairs", "A chair.", &[], 7_900, None),
    Thing("Cola 24 x 300 ml", "Fizz", "groceries > drinks", "Sweet.", &[], 1_500, None),
    Thing("Cola 500ml", "Fizz", "groceries > drinks", "Sweet.", &[], 100, None),
];

/// A new thing in stock at a shop.
pub fn sold(product: i64, id: i64, shop: i64, minor: Option<i64>, currency: Currency) -> Offer {
    Offer {
        id: OfferId(id),
        product: ProductId(product),
        shop: Shop { id: ShopId(shop), name: format!("Shop {shop}"), domain: None, invented: true },
        variant: None,
        sku: None,
        url: None,
        seller: None,
        condition: Condition::New,
        availability: Availability::InStock,
        price: minor.map(|minor| Money::new(minor, currency)),
        list_price: None,
        unit_price: None,
        shipping: None,
        shipping_included: None,
        tax_included: None,
        observed_at: None,
        attempted_at: None,
        last_outcome: Outcome::Ok,
    }
}

/// A shelf with these things, seen once.
pub fn shelf(things: &[Thing]) -> Shelf {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("shelf.db")).unwrap();
    store.writer().ingest(things.iter().map(|t| observation(t, 1_000_000)).collect()).unwrap();
    stocked(store, folder)
}

/// A shelf over a store that is filled already.
pub fn stocked(store: Store, folder: tempfile::TempDir) -> Shelf {
    let reader = store.reader().unwrap();
    let vocabulary = Vocabulary::load(&reader).unwrap();
    Shelf { reader, vocabulary, _store: store, _folder: folder }
}
