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
    if all(&["brand", "maker", "manufacturer", "made"]) {
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
    let offers: Vec<&Offer> = row.offer.iter().chain(&row.other_offers).filter(|o| counts(o, shops)).collect();
    of_offers(&offers, &all)
}

fn counts(offer: &Offer, shops: &[String]) -> bool {
    shops.is_empty() || shops.iter().any(|s| s.eq_ignore_ascii_case(&offer.shop.name))
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
    let money = |offer: &Offer, field: &str, money: Money| fact(offer, field, FactValue::Money(money), money.to_string());
    if all(&["price", "cost", "current"]) {
        return Some(stated("price", vec![money(first, "price", first.price?)]));
    }
    if all(&["shipping", "deliver", "delivery", "postage", "cost", "price", "free", "ship", "shipped", "charge"]) {
        let shipping = first.shipping?;
        let mut facts = vec![money(first, "shipping", shipping)];
        facts.extend(first.total().map(|total| money(first, "price with shipping", total)));
        return Some(stated("shipping", facts));
    }
    if all(&["shop", "shops", "store", "seller", "sell", "buy", "where", "cheapest"]) {
        let had: Vec<&&Offer> = offers.iter().filter(|o| o.price.is_some()).collect();
        let facts: Vec<Fact> =
            had.iter().take(SHOPS).filter_map(|o| Some(money(o, "price", o.price?))).collect();
        return (!facts.is_empty()).then(|| Property {
            said: Said::Listed(facts.iter().map(|f| (f.shop.clone().unwrap_or_default(), f.text.clone())).collect()),
            ..stated("shops", facts)
        });
    }
    if all(&["stock", "available", "availabilit", "buyable", "sold", "out"]) {
        let had = |o: &&Offer| o.availability.buyable();
        let yes = offers.iter().any(|o| had(o) == Some(true));
        if !yes && !offers.iter().all(|o| had(o) == Some(false)) {
            return None;
        }
        let told = offers.iter().find(|o| had(o) == Some(yes))?;
        let facts = vec![fact(told, "in stock", FactValue::Flag(yes), told.availability.label().to_owned())];
        let verdict = if yes { Verdict::Yes } else { Verdict::No };
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
        assert_eq!(found("price", &["Elsewhere"]), None);
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
