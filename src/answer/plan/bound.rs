//! What a question on a property holds it against: "quieter than 45 dB", "under 800 euros", "an 8 kg cat".
//!
//! Conditions here leave nothing out: they are what is asked, and the answer is yes or no. Never looks at a product.

use super::about::{LESS, MORE, property};
use super::mention::{find_any, is_name};
use crate::domain::units::{self, Dimension};
use crate::domain::*;
use crate::retrieval::{Place, PlainWord, Vocabulary, aspect_name, place};

/// Words that say how much a thing can bear or hold.
const BEARING: [&str; 19] = [
    "person", "use", "sit", "stand", "hold", "holds", "carry", "carries", "support", "supports", "bear", "bears",
    "take", "takes", "handle", "load", "for", "fit", "suitable",
];
/// Words that a length without a named side may be a width by.
const WIDE: [&str; 14] = [
    "width", "wide", "wider", "narrower", "narrow", "slim", "slimmer", "thin", "gap", "space", "opening", "niche",
    "recess", "alcove",
];
const SIDES: [&str; 4] = ["width", "length", "height", "depth"];

/// The conditions of a question that its answer has to judge. `words`: with its names in one word each.
pub(super) fn asked(
    said: &Constraints,
    words: &[PlainWord],
    fact: Option<&str>,
    vocabulary: &Vocabulary,
) -> Constraints {
    let money = words.iter().any(|w| ["euros", "euro", "€", "$", "£", "₪"].contains(&w.text.as_str()));
    let priced = money || find_any(words, &["cost", "costs", "price", "priced"]).is_some();
    let mut must = Constraints {
        min_price: said.min_price.filter(|_| priced),
        max_price: said.max_price.filter(|_| priced),
        min_stars: said.min_stars,
        attributes: said.attributes.iter().filter_map(|f| sided(f, words, vocabulary)).collect(),
        without: said.without.clone(),
        shops: said.shops.clone(),
        ..Constraints::default()
    };
    if must.attributes.is_empty() {
        must.attributes.extend(measured(words, fact, vocabulary));
    }
    must
}

/// A length whose side nobody named is that of what it has to fit: "under an 82 cm worktop" bounds the height.
fn sided(filter: &AttributeFilter, words: &[PlainWord], vocabulary: &Vocabulary) -> Option<AttributeFilter> {
    let said = |list: &[&str]| words.iter().any(|w| list.contains(&w.text.as_str()));
    let named = words.iter().any(|w| aspect_name(&w.text, vocabulary).as_deref() == Some(filter.name.as_str()));
    if !SIDES.contains(&filter.name.as_str()) || named || filter.name == "width" && said(&WIDE) {
        return Some(filter.clone());
    }
    let under = words.iter().any(|w| place(&w.text) == Some(Place::Under));
    under.then(|| AttributeFilter { name: "height".to_owned(), op: Op::AtMost, ..filter.clone() })
}

/// A bare measure of what the thing is to hold, whom it is for, or what is said of it.
fn measured(words: &[PlainWord], fact: Option<&str>, vocabulary: &Vocabulary) -> Option<AttributeFilter> {
    let said = |list: &[&str]| words.iter().any(|w| list.contains(&w.text.as_str()));
    let (value, unit, behind) = (0..words.len()).find_map(|i| {
        let value: f64 = words[i].text.parse().ok().filter(|_| !is_name(&words[i]))?;
        let unit = units::symbol(&words.get(i + 1)?.text)?;
        Some((value, unit, i + 2))
    })?;
    let filter = |name: &str, op: Op| {
        let own = vocabulary.attribute_units(name)?;
        let (own, _) = own.iter().find(|(u, _)| units::dimension(u) == units::dimension(unit))?;
        let value = units::convert(value, unit, own)?;
        Some(AttributeFilter { name: name.to_owned(), op, value, unit: own.clone() })
    };
    let dimension = units::dimension(unit)?;
    // "55 cm wide", "weighs 3 kg", "a longer battery life than 50 hours".
    let side = words.get(behind).and_then(|w| aspect_name(&w.text, vocabulary));
    let named = || property(words, &|phrase| aspect_name(phrase, vocabulary)).map(|(name, _)| name);
    let of_fact = side.or_else(named).or_else(|| fact.map(str::to_owned)).map(|name| name.replace(' ', "_"));
    let op = match said(&["than"]) {
        true if said(&MORE) => Op::Above,
        true if said(&LESS) => Op::Below,
        _ => Op::Equal,
    };
    // "Can it carry 35 kg?" is yes for what carries 40.
    let bears = |name: &str| ["max_load", "load_capacity"].contains(&name) && op == Op::Equal && said(&BEARING);
    if let Some(found) = of_fact.and_then(|name| filter(&name, if bears(&name) { Op::AtLeast } else { op })) {
        return Some(found);
    }
    match dimension {
        Dimension::Age if said(&["old", "age", "aged"]) => {
            ["age_from", "min_age", "minimum_age"].iter().find_map(|name| filter(name, Op::AtMost))
        }
        Dimension::Mass if said(&["weigh", "weighs", "weight"]) => filter("weight", Op::Equal),
        Dimension::Mass if said(&BEARING) => {
            ["max_load", "load_capacity"].iter().find_map(|name| filter(name, Op::AtLeast))
        }
        Dimension::Time if said(&["last", "lasts", "run", "runs", "battery", "charge"]) => {
            ["battery_life", "runtime", "playtime"].iter().find_map(|name| filter(name, Op::AtLeast))
        }
        Dimension::Volume if said(&BEARING) || said(&["boil", "boils", "blend"]) => {
            ["capacity", "volume"].iter().find_map(|name| filter(name, Op::AtLeast))
        }
        _ => None,
    }
}

/// A property without the shops that it is asked of: "in stock at Blue Door"; the price where nothing else is left.
pub(super) fn without_shops(fact: &str, shops: &[String]) -> String {
    let mut left = fact.to_lowercase();
    for shop in shops {
        left = left.replace(&shop.to_lowercase().replace('&', "and"), " ").replace(&shop.to_lowercase(), " ");
    }
    let words: Vec<&str> = left.split_whitespace().collect();
    let end = words.iter().rposition(|w| !["at", "from", "in", "by", "with", "on"].contains(w)).map_or(0, |at| at + 1);
    match (shops.is_empty(), end) {
        (true, _) => fact.to_owned(),
        (false, 0) => "price".to_owned(),
        (false, 1) if ["cheaper", "cheapest", "sell", "sells"].contains(&words[0]) => "shops".to_owned(),
        (false, end) => words[..end].join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::{Parts, plain_words};

    fn vocabulary() -> Vocabulary {
        let attributes =
            [("width", "cm"), ("height", "cm"), ("max_load", "kg"), ("weight", "kg"), ("age_from", "years")];
        Vocabulary::from_parts(Parts {
            attributes: attributes.iter().map(|(n, u)| ((*n).to_owned(), (*u).to_owned(), 9)).collect(),
            ..Parts::default()
        })
    }

    fn read(question: &str) -> Vec<(String, Op, f64)> {
        let vocabulary = vocabulary();
        let said = crate::retrieval::understand(question, &vocabulary).must;
        let words = plain_words(question, &vocabulary);
        let must = asked(&said, &words, None, &vocabulary);
        must.attributes.into_iter().map(|f| (f.name, f.op, f.value)).collect()
    }

    #[test]
    fn measures_bound_what_the_question_is_about() {
        let one = |name: &str, op, value| vec![(name.to_owned(), op, value)];
        assert_eq!(read("will it hold an 8 kg cat?"), one("max_load", Op::AtLeast, 8.0));
        assert_eq!(read("is it suitable for a 4 year old?"), one("age_from", Op::AtMost, 4.0));
        assert_eq!(read("does it fit under an 82 cm worktop?"), one("height", Op::AtMost, 82.0));
        assert_eq!(read("is it narrower than 50 cm?"), one("width", Op::Below, 50.0));
        assert_eq!(read("is it 55 cm wide?"), one("width", Op::Equal, 55.0));
        assert_eq!(read("does it weigh 3 kg?"), one("weight", Op::Equal, 3.0));
        assert_eq!(read("does it come with a 2 m cable?"), Vec::new());
    }

    #[test]
    fn a_shop_is_no_part_of_the_property() {
        let shops = ["Blue Door".to_owned()];
        assert_eq!(without_shops("in stock at blue door", &shops), "in stock");
        assert_eq!(without_shops("at blue door", &shops), "price");
        assert_eq!(without_shops("in stock", &[]), "in stock");
    }
}
