//! What may be asked of any product: price, shops, shipping, stock, rating, reviews, brand, model, number, dimensions.
//!
//! Of the offers as they stand; never of an attribute.

use super::{Property, Said};
use crate::answer::event::{ResultRow, Verdict};
use crate::answer::evidence::{attribute_fact, stars_text};
use crate::domain::*;
use std::collections::BTreeSet;

/// Offers told at most.
const SHOPS: usize = 5;

/// The answer where the words ask for one of these and for nothing else. `shops`: only offers of these count.
pub fn look_up(row: &ResultRow, words: &BTreeSet<String>, shops: &[String]) -> Option<Property> {
    let all = |known: &[&str]| !words.is_empty() && words.iter().all(|w| known.contains(&w.as_str()));
    let facts = &row.product.facts;
    let own = format!("product:{}", row.product.id);
    let text = |field: &str, value: &str| Fact {
        field: field.to_owned(),
        value: FactValue::Text(value.to_owned()),
        text: value.to_owned(),
        row: own.clone(),
        shop: None,
        observed_at: None,
    };
    if all(&["brand", "maker", "manufacturer"]) {
        return Some(stated("brand", vec![text("brand", facts.brand.as_deref()?)]));
    }
    if all(&["model", "number", "name"]) && words.contains("model") {
        return Some(stated("model", vec![text("model", facts.model.as_deref()?)]));
    }
    if all(&["gtin", "ean", "barcode", "upc", "code", "bar", "number"]) && !all(&["code", "bar", "number"]) {
        return Some(stated("GTIN", vec![text("GTIN", facts.gtin.as_deref()?)]));
    }
    if all(&["dimension", "measurement", "measure"]) {
        let sides = ["width", "height", "depth", "length", "thickness", "diameter", "packed_length", "pack_size"];
        let found: Vec<Fact> = sides
            .iter()
            .filter_map(|side| facts.attributes.iter().find(|a| a.name == *side))
            .map(|a| attribute_fact(a, &own))
            .collect();
        return (!found.is_empty()).then(|| Property {
            said: Said::Listed(found.iter().map(|f| (f.field.clone(), f.text.clone())).collect()),
            ..stated("dimensions", found)
        });
    }
    if all(&["rating", "star", "rated"]) {
        let rating = facts.rating?;
        let value = FactValue::Number { value: rating.stars, unit: "stars".to_owned() };
        return Some(stated("rating", vec![Fact { value, ..text("rating", &stars_text(rating.stars)) }]));
    }
    if let Some(found) = in_condition(row, words) {
        return Some(found);
    }
    let offers: Vec<&Offer> = row.offer.iter().chain(&row.other_offers).filter(|o| counts(o, shops)).collect();
    let of_an_offer = of_offers(&offers, &all);
    // A shop was named that does not sell it, as far as is known.
    let sold =
        all(&["price", "cost", "shop", "sell", "buy", "stock", "available", "cheaper", "cheapest", "sold", "out"]);
    match shops.first() {
        Some(shop) if offers.is_empty() && sold => {
            let said = Said::NotAt { shop: shop.clone() };
            Some(Property { verdict: Verdict::No, facts: Vec::new(), said, near: Vec::new() })
        }
        _ => of_an_offer,
    }
}

fn counts(offer: &Offer, shops: &[String]) -> bool {
    shops.is_empty() || shops.iter().any(|s| s.eq_ignore_ascii_case(&offer.shop.name))
}

/// Whether it is offered in a condition other than new: "available used".
fn in_condition(row: &ResultRow, words: &BTreeSet<String>) -> Option<Property> {
    const ASKED: [(&str, Condition); 6] = [
        ("used", Condition::Used),
        ("second", Condition::Used),
        ("secondhand", Condition::Used),
        ("refurbished", Condition::Refurbished),
        ("renewed", Condition::Refurbished),
        ("open", Condition::OpenBox),
    ];
    let around = ["available", "hand", "box", "buy", "stock", "offer"];
    let (_, condition) = ASKED.iter().find(|(word, _)| words.contains(*word))?;
    if !words.iter().all(|w| around.contains(&w.as_str()) || ASKED.iter().any(|(word, _)| word == w)) {
        return None;
    }
    let own = row.offer.iter().chain(&row.other_offers).filter(|o| o.condition == *condition && o.price.is_some());
    let facts: Vec<Fact> = own
        .filter_map(|o| {
            Some(Fact {
                field: condition.label()?.to_owned(),
                value: FactValue::Money(o.price?),
                text: o.price?.to_string(),
                row: format!("offer:{}", o.id.0),
                shop: Some(o.shop.name.clone()),
                observed_at: o.observed_at,
            })
        })
        .collect();
    let listed = facts.iter().map(|f| (f.shop.clone().unwrap_or_default(), format!("{} ({})", f.text, f.field)));
    let none = || Said::Flag { label: format!("{} offer", condition.label().unwrap_or_default()), yes: false };
    let said = if facts.is_empty() { none() } else { Said::Listed(listed.collect()) };
    let verdict = if facts.is_empty() { Verdict::No } else { Verdict::Yes };
    Some(Property { verdict, facts, said, near: Vec::new() })
}

fn of_offers(offers: &[&Offer], all: &dyn Fn(&[&str]) -> bool) -> Option<Property> {
    let first = *offers.first()?;
    let fact = |offer: &Offer, field: &str, value: FactValue, text: String| Fact {
        field: field.to_owned(),
        value,
        text,
        row: format!("offer:{}", offer.id.0),
        shop: Some(offer.shop.name.clone()),
        observed_at: offer.observed_at,
    };
    let money =
        |offer: &Offer, field: &str, money: Money| fact(offer, field, FactValue::Money(money), money.to_string());
    if all(&["price", "cost", "current"]) {
        return Some(stated("price", vec![money(first, "price", first.price?)]));
    }
    if all(&["shipping", "deliver", "delivery", "postage", "cost", "price", "free", "ship", "shipped", "charge"]) {
        let shipping = first.shipping?;
        let mut facts = vec![money(first, "shipping", shipping)];
        facts.extend(first.total().map(|total| money(first, "price with shipping", total)));
        return Some(stated("shipping", facts));
    }
    if all(&["shop", "shops", "store", "seller", "sell", "buy", "where", "cheapest", "cheaper"]) {
        let had: Vec<&&Offer> = offers.iter().filter(|o| o.price.is_some()).collect();
        let facts: Vec<Fact> = had.iter().take(SHOPS).filter_map(|o| Some(money(o, "price", o.price?))).collect();
        let told = |o: &&&Offer| {
            let gone = (o.availability.buyable() == Some(false)).then(|| o.availability.label());
            let marks: Vec<&str> = o.condition.label().into_iter().chain(gone).collect();
            let price = o.price.map(|p| p.to_string()).unwrap_or_default();
            let text = if marks.is_empty() { price } else { format!("{price} ({})", marks.join(", ")) };
            (o.shop.name.clone(), text)
        };
        return (!facts.is_empty()).then(|| Property {
            said: Said::Listed(had.iter().take(SHOPS).map(told).collect()),
            ..stated("shops", facts)
        });
    }
    if all(&["stock", "available", "availabilit", "buyable", "sold", "out", "unavailable"]) {
        let all_out = !all(&["stock", "available", "availabilit", "buyable"]);
        let had = |o: &&Offer| o.availability.buyable();
        let yes = offers.iter().any(|o| had(o) == Some(true));
        if !yes && !offers.iter().all(|o| had(o) == Some(false)) {
            return None;
        }
        let told = offers.iter().find(|o| had(o) == Some(yes))?;
        let facts = vec![fact(told, "in stock", FactValue::Flag(yes), told.availability.label().to_owned())];
        // "Is it sold out?" is answered the other way round.
        let verdict = if yes != all_out { Verdict::Yes } else { Verdict::No };
        let said = Said::Stock { shop: told.shop.name.clone(), text: told.availability.label().to_owned() };
        return Some(Property { verdict, facts, said, near: Vec::new() });
    }
    None
}

/// One value, stated by the first fact.
fn stated(label: &str, facts: Vec<Fact>) -> Property {
    let (text, shop) = facts.first().map_or_else(Default::default, |f| (f.text.clone(), f.shop.clone()));
    let said = Said::Value { label: label.to_owned(), text, shop };
    Property { verdict: Verdict::Stated, facts, said, near: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::property::content_words;
    use crate::answer::rows;
    use crate::answer::testing::{NORDWASH, need, offer, product, shop};

    fn row() -> ResultRow {
        let dear = Offer {
            id: OfferId(71),
            shop: shop(2, "Kiosk"),
            price: Some(Money::new(60_000, Currency::EUR)),
            shipping: Some(Money::new(495, Currency::EUR)),
            availability: Availability::OutOfStock,
            ..offer(&NORDWASH)
        };
        rows::row(1, product(&NORDWASH), vec![offer(&NORDWASH), dear], &need(), Vec::new())
    }

    fn found(asked: &str, shops: &[&str]) -> Option<Property> {
        let shops: Vec<String> = shops.iter().map(|s| (*s).to_owned()).collect();
        look_up(&row(), &content_words(asked), &shops)
    }

    #[test]
    fn offers_answer_by_shop() {
        assert_eq!(found("price", &[]).unwrap().facts[0].text, "€549.00");
        assert_eq!(found("price", &["Kiosk"]).unwrap().facts[0].text, "€600.00");
        assert_eq!(found("in stock", &[]).unwrap().verdict, Verdict::Yes);
        assert_eq!(found("in stock", &["kiosk"]).unwrap().verdict, Verdict::No);
        assert_eq!(found("shipping", &["Kiosk"]).unwrap().facts[0].text, "€4.95");
        assert_eq!(found("shipping", &[]), None, "the first offer does not state it");
        assert_eq!(found("shops", &[]).unwrap().facts.len(), 2);
        assert_eq!(found("price", &["Elsewhere"]).unwrap().verdict, Verdict::No);
        assert_eq!(found("sold out", &["Kiosk"]).unwrap().verdict, Verdict::Yes);
        assert_eq!(found("sold out", &[]).unwrap().verdict, Verdict::No);
        assert_eq!(found("available used", &[]).unwrap().verdict, Verdict::No);
    }

    #[test]
    fn brand_model_and_sides_are_told() {
        assert_eq!(found("brand", &[]).unwrap().facts[0].text, "NordWash");
        assert_eq!(found("model number", &[]).unwrap().facts[0].text, "45 Slim");
        let Said::Listed(sides) = found("dimensions", &[]).unwrap().said else { panic!("a list of sides") };
        assert_eq!(sides, [("width".to_owned(), "45 cm".to_owned())]);
        assert_eq!(found("brand of battery", &[]), None);
    }
}
