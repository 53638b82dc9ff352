//! Puts products on the shelves of the invented shops: which shop has what, at what price, in what state.
//!
//! Brings products, histories and reviews together into observations; draws no words of its own.

use super::history::{self, Look, Temper};
use super::lists::{Lists, ShopList};
use super::product::Made;
use super::random::Random;
use super::reviews::expected_stars;
use crate::domain::*;

/// Average of the written reviews, pulled towards what the many silent buyers would have given.
pub fn rating(made: &Made<'_>, reviews: &[NewReview], random: &mut Random) -> Option<Rating> {
    let written: f64 = reviews.iter().filter_map(|r| r.stars).sum();
    let silent = 6.0;
    if reviews.is_empty() && random.chance(0.5) {
        return None;
    }
    let stars = (written + silent * expected_stars(made.quality)) / (reviews.len() as f64 + silent);
    let count = reviews.len() as f64 * random.between(1.5, 14.0) + random.between(2.0, 12.0);
    Some(Rating { stars: (stars * 10.0).round().clamp(10.0, 50.0) / 10.0, count: count as u32 })
}

/// One thing on one shelf.
struct Shelf<'a> {
    shop: &'a ShopList,
    variant: Option<String>,
    condition: Condition,
    temper: Temper,
}

/// All observations of one product over all shops.
pub fn observe(
    lists: &Lists,
    made: &Made<'_>,
    serial: usize,
    until: Timestamp,
    said: (Vec<NewReview>, Vec<NewQuestion>),
    random: &mut Random,
) -> Vec<Observation> {
    let mut out = Vec::new();
    let shelves = shelves(lists, made, random);
    let mut newest_of_shop: Vec<usize> = Vec::new();
    for shelf in &shelves {
        // A stream of its own: how many weeks there are must not move what the next shelf draws.
        let looks = history::looks(&shelf.temper, until, &mut Random::new(random.next()));
        if looks.is_empty() {
            continue;
        }
        let from = out.len();
        let last = looks.len() - 1;
        let stock = availability(shelf.shop, random);
        for (at, look) in looks.iter().enumerate() {
            // The full description stands on the first and the newest look; between them the names suffice.
            let facts = if at == 0 || at == last { made.facts.clone() } else { names_of(&made.facts) };
            let availability = if at == last { stock } else { Availability::InStock };
            out.push(observation(shelf, made, serial, facts, look, availability));
        }
        if shelf.condition == Condition::New {
            newest_of_shop.push(from + last);
        }
    }
    spread(&mut out, &newest_of_shop, said, random);
    out
}

/// Hands the reviews to the shops that carry the product, on their newest look.
fn spread(
    out: &mut [Observation],
    places: &[usize],
    (reviews, questions): (Vec<NewReview>, Vec<NewQuestion>),
    random: &mut Random,
) {
    for review in reviews {
        if let Some(observation) = random.pick(places).and_then(|at| out.get_mut(*at)) {
            observation.reviews.push(review);
        }
    }
    for question in questions {
        if let Some(observation) = random.pick(places).and_then(|at| out.get_mut(*at)) {
            observation.questions.push(question);
        }
    }
}

fn shelves<'a>(lists: &'a Lists, made: &Made<'_>, random: &mut Random) -> Vec<Shelf<'a>> {
    let department = made.kind.category.split(" > ").next().unwrap_or_default();
    let able: Vec<&ShopList> = lists
        .shops
        .iter()
        .filter(|s| s.only.is_empty() || s.only.iter().any(|d| d == department))
        .filter(|s| !made.kind.not_at.contains(&s.name))
        .collect();
    let mut carrying: Vec<&ShopList> = able
        .iter()
        .filter(|s| random.chance(s.carries[0] + (s.carries[1] - s.carries[0]) * made.quality))
        .copied()
        .collect();
    if carrying.is_empty() {
        carrying.extend(random.pick(&able).copied());
    }
    let mut shelves = Vec::new();
    for shop in carrying {
        // Shops reorder, so one may have begun later than another.
        let first = made.weeks_on_sale.min(if random.chance(0.8) { 10_000 } else { random.between(8.0, 60.0) as i64 });
        let temper = Temper {
            base: made.price * shop.price * (1.0 + random.normal() * shop.spread),
            fails: shop.fails,
            fakes: random.chance(shop.fakes),
            sales: random.chance(0.6),
            seasonal: department == "travel",
            first,
            lost: (random.chance(shop.vanishes)).then(|| random.below(30) as i64),
        };
        // Each variant is a product of its own, and the invented ones are sold in their first.
        shelves.push(Shelf { shop, variant: made.colours.first().cloned(), condition: Condition::New, temper });
        if department != "groceries" && department != "travel" && random.chance(shop.used) {
            let condition = if random.chance(0.6) { Condition::Used } else { Condition::Refurbished };
            let temper = Temper {
                base: temper.base * random.between(0.55, 0.78),
                fakes: false,
                sales: false,
                first: temper.first.min(20),
                ..temper
            };
            shelves.push(Shelf { shop, variant: None, condition, temper });
        }
    }
    shelves
}

fn availability(shop: &ShopList, random: &mut Random) -> Availability {
    let draw = random.unit();
    if draw < shop.out_of_stock {
        Availability::OutOfStock
    } else if draw < shop.out_of_stock + 0.05 {
        Availability::Limited
    } else if draw < shop.out_of_stock + 0.07 {
        Availability::Unknown
    } else {
        Availability::InStock
    }
}

fn names_of(facts: &ProductFacts) -> ProductFacts {
    ProductFacts {
        title: facts.title.clone(),
        brand: facts.brand.clone(),
        model: facts.model.clone(),
        gtin: facts.gtin.clone(),
        category: facts.category.clone(),
        ..ProductFacts::default()
    }
}

fn observation(
    shelf: &Shelf<'_>,
    made: &Made<'_>,
    serial: usize,
    facts: ProductFacts,
    look: &Look,
    availability: Availability,
) -> Observation {
    let shop = ShopRef { name: shelf.shop.name.clone(), domain: Some(shelf.shop.domain.clone()), invented: true };
    let suffix = match (&shelf.variant, shelf.condition) {
        (_, Condition::Used) => "-used".to_owned(),
        (_, Condition::Refurbished) => "-open-box".to_owned(),
        (Some(variant), _) => format!("-{}", variant.replace(' ', "-")),
        (None, _) => String::new(),
    };
    let sku = format!("{}{:05}{suffix}", shelf.shop.code, serial + 10_000);
    let mut observation = Observation::new(shop, sku.clone(), facts, look.at);
    observation.url = Some(format!("https://{}/p/{sku}", shelf.shop.domain));
    observation.sku = Some(sku);
    observation.condition = shelf.condition;
    observation.outcome = look.outcome;
    observation.detail = match look.outcome {
        Outcome::Blocked => Some("the shop answered 403".to_owned()),
        Outcome::Error => Some("no answer within 15 seconds".to_owned()),
        Outcome::NoPrice => Some("the page was read and names no price".to_owned()),
        Outcome::Gone => Some("404: the offer is no longer listed".to_owned()),
        _ => None,
    };
    let Some(minor) = look.price else { return observation };
    let price = Money::new(minor, Currency::EUR);
    observation.availability = availability;
    observation.price = Some(price);
    observation.list_price = look.list_price.map(|l| Money::new(l, Currency::EUR));
    observation.unit_price = unit_price(made, price);
    let ships = made.facts.brand.is_some();
    observation.shipping = ships.then(|| {
        let free = minor as f64 / 100.0 >= shelf.shop.free_from;
        Money::new(if free { 0 } else { (shelf.shop.shipping * 100.0).round() as i64 }, Currency::EUR)
    });
    // Between the first and the newest look, only where there was more than the one price to see.
    if observation.product.description.is_some() || observation.list_price.is_some() {
        observation.candidates = candidates(&observation, price);
    }
    observation
}

fn candidates(observation: &Observation, price: Money) -> Vec<PriceCandidate> {
    let candidate = |money: Money, kind, place: &str| PriceCandidate {
        money,
        kind,
        raw: money.decimal(),
        place: format!("demo {place}"),
    };
    let kind = match (observation.condition, observation.list_price.is_some()) {
        (Condition::Used | Condition::Refurbished, _) => PriceKind::OpenBox,
        (_, true) => PriceKind::Sale,
        _ => PriceKind::Current,
    };
    let mut all = vec![candidate(price, kind, "price")];
    all.extend(observation.list_price.map(|l| candidate(l, PriceKind::List, "list price")));
    all.extend(observation.unit_price.as_ref().map(|u| candidate(u.money, PriceKind::Unit, "unit price")));
    all.extend(observation.shipping.map(|s| candidate(s, PriceKind::Shipping, "shipping")));
    all
}

/// Price per 100 g, per kg and so on, rounded half up to the minor unit.
fn unit_price(made: &Made<'_>, price: Money) -> Option<UnitPrice> {
    let per = made.kind.unit_price.as_ref()?;
    let (amount, _) = made.facts.number(&per.attribute)?;
    if amount <= 0.0 {
        return None;
    }
    let minor = (price.minor as f64 * per.per / amount).round() as i64;
    // Per 1000 g is said as per 1 kg.
    let said = if per.unit == "kg" { 1.0 } else { per.per };
    Some(UnitPrice { money: Money::new(minor, price.currency), per: said, unit: per.unit.clone() })
}
