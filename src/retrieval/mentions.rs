//! Whether a product's own words mention something, and whether they say that it is *not* there.
//!
//! "Nut free", "without nuts" and `nuts: no` are no mention of nuts; "may contain nuts" is one.

use super::fold::{fold, singular};
use super::lexicon::lexicon;
use crate::domain::{AttributeValue, ProductFacts};

/// Words that, shortly before, turn a mention round.
const DENIALS: [&str; 12] =
    ["no", "not", "without", "non", "zero", "free", "never", "faux", "vegan", "artificial", "imitation", "ללא"];

/// What a list of allergens names where it is in, in the singular.
const ALLERGENS: [&str; 14] = [
    "gluten", "wheat", "nut", "peanut", "almond", "hazelnut", "milk", "lactose", "dairy", "egg", "soy", "soya", "fish",
    "sesame",
];

/// Endings of one word that hold another: hazelnut, but not coconut.
const NO_NUTS: [&str; 6] = ["coconut", "doughnut", "donut", "butternut", "nutmeg", "chestnut"];

/// Whether the product describes itself as having `phrase`.
pub fn mentions(facts: &ProductFacts, phrase: &str) -> bool {
    let wanted: Vec<String> = words(phrase);
    if wanted.is_empty() {
        return false;
    }
    match stated(facts, &wanted) {
        Some(answer) => answer,
        None => texts(facts).iter().any(|text| text_mentions(text, &wanted)),
    }
}

/// Whether the product states that it is without `phrase`: by an attribute, by its list of allergens, or in so many words.
pub fn states_free(facts: &ProductFacts, phrase: &str) -> bool {
    let wanted = words(phrase);
    if wanted.is_empty() || mentions(facts, phrase) {
        return false;
    }
    let allergen = wanted.iter().any(|word| ALLERGENS.contains(&word.as_str()));
    let lists = |name: &str| name == "ingredients" || name == "allergens" && allergen;
    let listed = facts.attributes.iter().any(|a| lists(&a.name));
    let said = |text: &String| {
        let text = words(text);
        (0..text.len()).any(|at| text[at..].starts_with(&wanted))
    };
    stated(facts, &wanted) == Some(false) || listed || texts(facts).iter().any(said)
}

/// What a yes-or-no attribute says: `gluten_free: yes` -> no mention, `contains_nuts: yes` -> a mention.
fn stated(facts: &ProductFacts, wanted: &[String]) -> Option<bool> {
    for attribute in &facts.attributes {
        let AttributeValue::Flag(flag) = attribute.value else { continue };
        let name = words(&attribute.label());
        let Some(at) = find(&name, wanted) else { continue };
        let rest: Vec<&str> = name[..at].iter().chain(&name[at + wanted.len()..]).map(String::as_str).collect();
        let denies = rest.iter().any(|w| DENIALS.contains(w));
        if rest.iter().all(|w| DENIALS.contains(w) || ["contain", "with", "has", "added", "contains"].contains(w)) {
            return Some(flag != denies);
        }
    }
    None
}

fn texts(facts: &ProductFacts) -> Vec<String> {
    let mut all = vec![facts.title.clone()];
    all.extend(facts.category.clone());
    all.extend(facts.description.clone());
    for attribute in &facts.attributes {
        if let AttributeValue::Text(text) = &attribute.value {
            all.push(text.clone());
        }
    }
    all
}

fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(singular).collect()
}

/// Words with commas between them, each a word of its own.
fn words_and_commas(text: &str) -> Vec<String> {
    let parts: Vec<Vec<String>> = text.split(',').map(words).collect();
    parts.join(&[",".to_owned()][..])
}

fn find(among: &[String], wanted: &[String]) -> Option<usize> {
    (!wanted.is_empty() && wanted.len() <= among.len())
        .then(|| among.windows(wanted.len()).position(|w| w == wanted))
        .flatten()
}

/// Whether a text mentions the words, or one word that implies them, without denying it.
fn text_mentions(text: &str, wanted: &[String]) -> bool {
    // Sentences apart, so that a denial reaches no further than its own.
    text.split(['.', ';', '!', '?', '\n']).any(|sentence| {
        let said = words_and_commas(sentence);
        let hit = |i: usize| {
            if wanted.len() > 1 {
                return said[i..].starts_with(wanted);
            }
            said[i] == wanted[0] || implies(&said[i], &wanted[0])
        };
        (0..said.len()).any(|i| hit(i) && !denied(&said, i, wanted.len()))
    })
}

fn implies(said: &str, wanted: &str) -> bool {
    let nut = wanted == "nut" && said.ends_with("nut") && !NO_NUTS.contains(&said);
    nut || lexicon().implied_by(wanted).iter().any(|w| w == said)
}

/// Whether a denial reaches the mention: "no gluten, milk or nuts", "without any whole nuts", "nut free".
///
/// It reaches over a comma or "and" only where the list's items are single words, and never over "but" or "contains":
/// rather one product too few than nuts for somebody who asked for none.
fn denied(said: &[String], at: usize, length: usize) -> bool {
    if said.get(at + length).is_some_and(|w| w == "free") {
        return true;
    }
    let mut words_between = 0;
    // The item that is mentioned stands alone; those before it may be one word each.
    let mut most = 0;
    for i in (0..at).rev() {
        let word = said[i].as_str();
        let before = |n: usize| i.checked_sub(n).and_then(|k| said.get(k)).map(String::as_str);
        match word {
            _ if DENIALS.contains(&word) => return true,
            "," | "or" | "nor" | "and" if words_between > most => return false,
            "," | "or" | "nor" | "and" => (words_between, most) = (0, 1),
            "trace" if !before(1).is_some_and(|w| DENIALS.contains(&w)) && before(1) != Some("a") => return false,
            "but" | "with" | "contain" | "however" | "only" | "just" => return false,
            "any" | "a" | "of" | "the" | "trace" => {}
            _ if words_between >= 3 => return false,
            _ => words_between += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Attribute;

    fn said(description: &str) -> ProductFacts {
        ProductFacts { title: "Bar".into(), description: Some(description.into()), ..ProductFacts::default() }
    }

    #[test]
    fn a_denied_mention_is_none() {
        for fine in [
            "Made without nuts.",
            "Nut free kitchen",
            "nut-free",
            "No gluten, no nuts.",
            "Contains neither milk nor sugar. Free from nuts",
            "Coconut and dates",
            "not a trace of any nuts",
            "No gluten, milk or nuts",
        ] {
            assert!(!mentions(&said(fine), "nuts"), "{fine}");
        }
        for bad in [
            "With nuts",
            "May contain nuts",
            "roasted hazelnuts",
            "No sugar, but with nuts",
            "Almond paste",
            "No sugar. Nuts.",
            "No sugar, traces of nuts",
            "Without sugar, crunchy roasted hazelnuts",
            "No sugar and lots of hazelnuts",
        ] {
            assert!(mentions(&said(bad), "nuts"), "{bad}");
        }
        assert!(!mentions(&said("faux leather"), "leather") && mentions(&said("soft leather"), "leather"));
    }

    #[test]
    fn silence_is_no_statement() {
        assert!(states_free(&said("Made without nuts."), "nuts") && !states_free(&said("Oats and dates"), "nuts"));
        assert!(!states_free(&said("With nuts"), "nuts"));
        let flag = vec![Attribute::new("gluten_free", AttributeValue::Flag(true))];
        assert!(states_free(&ProductFacts { attributes: flag, ..said("pasta") }, "gluten"));
        let listed = vec![Attribute::new("allergens", AttributeValue::Text("milk".into()))];
        assert!(states_free(&ProductFacts { attributes: listed, ..said("bar") }, "nuts"));
    }

    #[test]
    fn a_stated_flag_settles_it() {
        let with = |name: &str, flag: bool| ProductFacts {
            attributes: vec![Attribute::new(name, AttributeValue::Flag(flag))],
            ..said("pasta of wheat")
        };
        assert!(!mentions(&with("gluten_free", true), "gluten"));
        assert!(mentions(&with("gluten_free", false), "gluten"));
        assert!(mentions(&with("contains_nuts", true), "nuts"));
        assert!(!mentions(&with("contains_nuts", false), "nuts"));
        assert!(mentions(&with("organic", true), "gluten"));
    }
}
