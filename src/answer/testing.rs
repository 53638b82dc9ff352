//! Made-up cards for the tests of this folder.

use super::evidence::{self, CardFacts};
use crate::domain::*;

/// A product with numeric attributes, a rating and an offer at `NordShop`.
pub struct Made {
    pub id: i64,
    pub brand: &'static str,
    pub model: &'static str,
    pub euros: i64,
    pub stars: f64,
    pub ratings: u32,
    pub numbers: &'static [(&'static str, f64, &'static str)],
    pub flags: &'static [(&'static str, bool)],
}

pub fn at(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}

pub fn shop(id: i64, name: &str) -> Shop {
    Shop { id: ShopId(id), name: name.to_owned(), domain: None, invented: true }
}

pub fn product(made: &Made) -> Product {
    let number = |(name, value, unit): &(&str, f64, &str)| {
        Attribute::new(*name, AttributeValue::Number { value: *value, unit: (*unit).to_owned() })
    };
    let flag = |(name, yes): &(&str, bool)| Attribute::new(*name, AttributeValue::Flag(*yes));
    Product {
        id: ProductId(made.id),
        invented: true,
        facts: ProductFacts {
            title: format!("{} {} dishwasher, white", made.brand, made.model),
            brand: Some(made.brand.to_owned()),
            model: Some(made.model.to_owned()),
            category: Some("kitchen > dishwashers".to_owned()),
            attributes: made.numbers.iter().map(number).chain(made.flags.iter().map(flag)).collect(),
            rating: (made.ratings > 0).then_some(Rating { stars: made.stars, count: made.ratings }),
            ..ProductFacts::default()
        },
    }
}

pub fn offer(made: &Made) -> Offer {
    Offer {
        id: OfferId(made.id * 10),
        product: ProductId(made.id),
        shop: shop(1, "NordShop"),
        variant: None,
        sku: None,
        url: None,
        seller: None,
        condition: Condition::New,
        availability: Availability::InStock,
        price: Some(Money::new(made.euros * 100, Currency::EUR)),
        list_price: None,
        unit_price: None,
        shipping: None,
        shipping_included: None,
        tax_included: None,
        observed_at: Some(at("2026-11-20")),
        attempted_at: Some(at("2026-11-20")),
        last_outcome: Outcome::Ok,
    }
}

pub const NORDWASH: Made = Made {
    id: 7,
    brand: "NordWash",
    model: "45 Slim",
    euros: 549,
    stars: 4.4,
    ratings: 312,
    numbers: &[("noise", 42.0, "dB"), ("width", 45.0, "cm"), ("water_use", 9.0, "l")],
    flags: &[("half_load", true), ("wifi", false)],
};
pub const KALTHAUS: Made = Made {
    id: 9,
    brand: "Kalthaus",
    model: "Pro 60",
    euros: 579,
    stars: 4.1,
    ratings: 95,
    numbers: &[("noise", 49.0, "dB"), ("width", 60.0, "cm"), ("water_use", 8.0, "l"), ("energy", 0.7, "kWh")],
    flags: &[("wifi", true)],
};
pub const BRISA: Made = Made {
    id: 12,
    brand: "Brisa",
    model: "Compact",
    euros: 399,
    stars: 3.9,
    ratings: 48,
    numbers: &[("noise", 52.0, "dB"), ("width", 55.0, "cm")],
    flags: &[("half_load", false)],
};

pub fn cards() -> Vec<Card> {
    let mut cards: Vec<Card> = [NORDWASH, KALTHAUS, BRISA]
        .iter()
        .zip(1..)
        .map(|(made, number)| evidence::card(number, CardKind::Offer, &product(made), Some(&offer(made))))
        .collect();
    evidence::tell_apart(&mut cards);
    assert_eq!(cards[0].name(), "NordWash 45 Slim");
    cards
}

/// "quiet dishwasher for a small kitchen, at most 600 euros, 4 stars or better"
pub fn need() -> Need {
    Need {
        question: "quiet dishwasher for a small kitchen, at most 600 euros, 4 stars or better".to_owned(),
        words: vec!["dishwasher".to_owned(), "small kitchen".to_owned()],
        must: Constraints {
            max_price: Some(PriceLimit { milli: 600_000, currency: Some(Currency::EUR) }),
            min_stars: Some(4.0),
            ..Constraints::default()
        },
        wants: vec![Want {
            aspect: "noise".to_owned(),
            direction: Direction::Lower,
            said: "quiet".to_owned(),
            weight: 1.0,
        }],
        sure: 1.0,
        ..Need::default()
    }
}
