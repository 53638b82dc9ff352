//! Whether two products of different shops are one and the same item: a score with its reasons, and vetoes.
//!
//! Pure. Precision over recall: a wrong join mixes two histories, a missed one is only a suggestion. A figure, pack,
//! colour or edition that differs is a veto whatever the words say. GTINs are compared before, not here.

use super::quantity::{Measure, Parts, Quantity};
use super::{AttributeValue, ProductFacts, variant};
use serde::Serialize;
use std::collections::BTreeSet;

/// From this score on, with hard evidence, two products are joined without asking.
pub const JOIN: f64 = 0.9;
/// The same where brand and model number are the same: the words matter less then.
pub const JOIN_BY_CODE: f64 = 0.75;
/// From this score on a pair is worth showing to the user.
pub const SUGGEST: f64 = 0.62;

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Likeness {
    /// 0 to 1; 0 where something speaks against it.
    pub score: f64,
    /// Whether it is sure enough to join without asking.
    pub sure: bool,
    /// Why, in plain words; the vetoes where there are any.
    pub reasons: Vec<String>,
    /// Something that cannot be true of one item.
    pub vetoed: bool,
}

/// Words that set one model of a family apart from another.
const EDITIONS: [&str; 39] = [
    "pro",
    "max",
    "plus",
    "mini",
    "lite",
    "ultra",
    "air",
    "se",
    "slim",
    "xl",
    "fe",
    "gen",
    "ii",
    "iii",
    "iv",
    "v2",
    "v3",
    "mk2",
    "mk3",
    "1st",
    "2nd",
    "3rd",
    "4th",
    "5th",
    "deluxe",
    "premium",
    "digital",
    "disc",
    "oled",
    "lcd",
    "light",
    "zero",
    "diet",
    "decaf",
    "organic",
    "sugarfree",
    "kids",
    "unsalted",
    "salted",
];

/// Goods that go with a thing and name it: a case for a phone is no phone.
const ACCESSORIES: [&str; 24] = [
    "case",
    "cover",
    "protector",
    "charger",
    "cable",
    "strap",
    "stand",
    "mount",
    "holder",
    "adapter",
    "sleeve",
    "skin",
    "refill",
    "replacement",
    "spare",
    "kit",
    "filter",
    "filters",
    "battery",
    "hülle",
    "earpads",
    "lid",
    "bundle",
    "cartridge",
];

/// Words that say nothing about which thing it is.
const STOP: [&str; 34] = [
    "the", "a", "an", "and", "with", "for", "of", "in", "by", "new", "neu", "der", "die", "das", "und", "mit", "für",
    "de", "la", "le", "et", "pour", "con", "y", "original", "genuine", "official", "brand", "size", "colour", "color",
    "to", "from", "x",
];

/// Attributes that are part of what a thing is; two shops that measure them agree.
const DEFINING: [&str; 13] = [
    "capacity",
    "volume",
    "storage",
    "memory",
    "ram",
    "screen_size",
    "display_size",
    "net_weight",
    "pack_size",
    "pieces",
    "wattage",
    "diameter",
    "battery_capacity",
];

/// A product's features, taken out of its facts once.
#[derive(Debug, Clone)]
pub struct Traits {
    brand: Option<String>,
    model: Option<String>,
    title: String,
    parts: Parts,
    words: BTreeSet<String>,
    colours: BTreeSet<String>,
    editions: BTreeSet<String>,
    accessories: BTreeSet<String>,
    category: BTreeSet<String>,
    defining: Vec<(String, f64)>,
    variant: Option<String>,
}

/// Lower case without spaces, dashes and underscores: how brands and model numbers are compared.
pub fn fold(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| !c.is_whitespace() && !"-_‐‑–".contains(*c)).collect()
}

impl Traits {
    /// The features of these facts.
    pub fn of(facts: &ProductFacts) -> Self {
        let mut text = facts.title.clone();
        if let Some(named) = &facts.variant {
            text = variant::titled(&text, named);
        }
        let mut parts = Parts::of(&text);
        let model = facts.model.as_deref().map(fold).filter(|m| !m.is_empty());
        if let Some(model) = model.as_deref().filter(|m| fold(&text).contains(*m)) {
            // `KD 450` in the title is the model number, not a word and a number.
            parts.numbers.retain(|number| !model.contains(number.as_str()));
            parts.words.retain(|word| !(word.chars().count() <= 3 && model.starts_with(word.as_str())));
        }
        let brand = facts.brand.as_deref().map(fold).filter(|b| !b.is_empty());
        let brand_words: BTreeSet<String> = facts.brand.iter().flat_map(|b| Parts::of(b).words).collect();
        let all: BTreeSet<String> = parts.words.iter().map(|w| variant::spelt(w).to_owned()).collect();
        let pick = |list: &[&str]| all.iter().filter(|w| list.contains(&w.as_str())).cloned().collect();
        let (editions, accessories): (BTreeSet<String>, BTreeSet<String>) = (pick(&EDITIONS), pick(&ACCESSORIES));
        let colours: BTreeSet<String> =
            all.iter().filter(|w| variant::is_colour(w) || variant::is_size(w)).cloned().collect();
        let words = all
            .iter()
            .filter(|w| !STOP.contains(&w.as_str()) && !brand_words.contains(*w) && !colours.contains(*w))
            .map(|w| singular(w))
            .collect();
        let leaf = facts.category.as_deref().and_then(|c| c.rsplit('>').next()).unwrap_or_default();
        let category = Parts::of(leaf).words.iter().map(|w| singular(w)).collect();
        let defining = facts.attributes.iter().filter_map(|a| match &a.value {
            AttributeValue::Number { value, unit } if DEFINING.contains(&a.name.as_str()) => {
                Some((format!("{} {unit}", a.name), *value))
            }
            _ => None,
        });
        Self {
            brand,
            model,
            title: fold(&text),
            words,
            colours,
            editions,
            accessories,
            category,
            defining: defining.collect(),
            variant: facts.variant.as_deref().and_then(variant::key),
            parts,
        }
    }

    /// Keys under which a product of another shop that could be joined to this one surely stands too: its model
    /// numbers, and its title's words and figures in any order.
    pub fn blocking_keys(&self) -> Vec<String> {
        let mut keys: Vec<String> =
            self.parts.codes.iter().filter(|c| c.chars().count() >= 5).map(|c| format!("c:{c}")).collect();
        keys.extend(self.model.iter().filter(|m| m.chars().count() >= 4).map(|m| format!("c:{m}")));
        let mut bag: Vec<String> = self.words.iter().cloned().collect();
        bag.extend(self.parts.numbers.iter().cloned());
        bag.extend(self.parts.quantities.iter().map(|q| format!("{:?}{}", q.measure, q.thousandths)));
        if self.words.len() >= 2 {
            bag.sort_unstable();
            keys.push(format!("t:{}", bag.join(" ")));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The words worth a full-text search for others like it, the longest first.
    pub fn search_words(&self) -> Vec<&str> {
        let mut words: Vec<&str> =
            self.parts.codes.iter().map(String::as_str).chain(self.words.iter().map(String::as_str)).collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
        words.truncate(6);
        words
    }
}

/// Plural endings that shops differ in.
fn singular(word: &str) -> String {
    let long = word.chars().count() > 3 && !word.ends_with("ss");
    word.strip_suffix('s').filter(|_| long).unwrap_or(word).to_owned()
}

/// Compares two products; GTINs are not looked at.
pub fn judge(a: &Traits, b: &Traits) -> Likeness {
    let against = vetoes(a, b);
    if !against.is_empty() {
        return Likeness { score: 0.0, sure: false, reasons: against, vetoed: true };
    }
    let mut sum = Sum::default();
    let common = a.words.intersection(&b.words).count();
    let union = a.words.union(&b.words).count().max(1);
    let shorter = a.words.len().min(b.words.len()).max(1);
    let jaccard = common as f64 / union as f64;
    sum.add(5.0, 0.6 * jaccard + 0.4 * common as f64 / shorter as f64, || {
        format!("{common} of {union} title words in common")
    });
    let brand = same_brand(a, b);
    if let Some(brand) = brand {
        sum.add(2.0, if brand { 1.0 } else { 0.4 }, || {
            if brand { "same brand" } else { "brand known of one only" }.into()
        });
    }
    let code = shared_code(a, b);
    match &code {
        Some(code) => sum.add(3.0, 1.0, || format!("same model number {code}")),
        None if a.model.is_some() || b.model.is_some() || !a.parts.codes.is_empty() || !b.parts.codes.is_empty() => {
            sum.add(3.0, 0.3, || "model number known of one only".into());
        }
        None => {}
    }
    let goods = |t: &Traits| (t.parts.quantities.clone(), t.parts.pack);
    let amounts = !a.parts.quantities.is_empty() || !b.parts.quantities.is_empty();
    let equal_amounts = goods(a) == goods(b);
    if amounts {
        let shown = || shown(&a.parts.quantities, a.parts.pack);
        sum.add(2.0, if equal_amounts { 1.0 } else { 0.2 }, || {
            if equal_amounts { format!("same amounts ({})", shown()) } else { "amounts stated by one only".into() }
        });
    }
    for (left, right, word) in [(&a.colours, &b.colours, "colour"), (&a.category, &b.category, "category")] {
        match (left.is_empty(), right.is_empty()) {
            (true, true) => {}
            (false, false) => {
                let shared = left.intersection(right).next().is_some();
                sum.add(1.0, if shared { 1.0 } else { 0.3 }, || {
                    if shared { format!("same {word}") } else { format!("{word} worded otherwise") }
                });
            }
            _ if word == "colour" => sum.add(1.0, 0.2, || "colour stated by one only".into()),
            _ => {}
        }
    }
    let numbers: (BTreeSet<_>, BTreeSet<_>) = (a.parts.numbers.iter().collect(), b.parts.numbers.iter().collect());
    if !(numbers.0.is_empty() && numbers.1.is_empty()) {
        let equal = numbers.0 == numbers.1;
        sum.add(1.5, if equal { 1.0 } else { 0.2 }, || {
            if equal { "same numbers" } else { "numbers stated by one only" }.into()
        });
    }
    let score = sum.score();
    // Words alone make no item: it takes the model number, or every word with brand and amount.
    let told_apart = numbers.0 == numbers.1 && (!amounts || equal_amounts) && a.colours == b.colours;
    let all_words = jaccard >= 1.0 && a.words.len() >= 2 && brand == Some(true) && amounts;
    let by_code = code.is_some() && brand == Some(true) && (jaccard >= 0.4 || common == shorter);
    let enough = (by_code && score >= JOIN_BY_CODE) || (all_words && score >= JOIN);
    let sure = enough && told_apart && a.variant == b.variant;
    Likeness { score, sure, reasons: sum.reasons, vetoed: false }
}

/// Weighted mean of what can be said, with the reasons in words.
#[derive(Default)]
struct Sum {
    weight: f64,
    total: f64,
    reasons: Vec<String>,
}

impl Sum {
    fn add(&mut self, weight: f64, value: f64, reason: impl FnOnce() -> String) {
        self.weight += weight;
        self.total += weight * value;
        self.reasons.push(reason());
    }

    fn score(&self) -> f64 {
        if self.weight > 0.0 { self.total / self.weight } else { 0.0 }
    }
}

fn shown(quantities: &[Quantity], pack: Option<u32>) -> String {
    let mut all: Vec<String> = quantities.iter().map(ToString::to_string).collect();
    all.extend(pack.map(|n| format!("pack of {n}")));
    all.join(", ")
}

/// `None`: nothing known of either; `Some(false)`: one lacks it and does not name the other's.
fn same_brand(a: &Traits, b: &Traits) -> Option<bool> {
    match (&a.brand, &b.brand) {
        (Some(_), Some(_)) => Some(true),
        (Some(brand), None) => Some(b.title.contains(brand.as_str())),
        (None, Some(brand)) => Some(a.title.contains(brand.as_str())),
        (None, None) => None,
    }
}

/// A model number that both carry, in the field or in the title.
fn shared_code<'t>(a: &'t Traits, b: &'t Traits) -> Option<&'t str> {
    if let (Some(left), Some(right)) = (&a.model, &b.model)
        && left == right
    {
        return Some(left);
    }
    let named = |model: &Option<String>, other: &Traits| {
        let long = |m: &&String| m.chars().count() >= 4 && m.chars().any(|c| c.is_ascii_digit());
        model.as_ref().filter(long).is_some_and(|m| other.parts.codes.contains(m) || other.title.contains(m.as_str()))
    };
    if named(&a.model, b) {
        return a.model.as_deref();
    }
    if named(&b.model, a) {
        return b.model.as_deref();
    }
    a.parts.codes.iter().find(|c| b.parts.codes.contains(c)).map(String::as_str)
}

/// What cannot be true of one item.
pub fn vetoes(a: &Traits, b: &Traits) -> Vec<String> {
    let mut against = Vec::new();
    if let (Some(left), Some(right)) = (&a.brand, &b.brand)
        && !(left.starts_with(right.as_str()) || right.starts_with(left.as_str()))
    {
        against.push("other brand".to_owned());
    }
    match (&a.model, &b.model) {
        (Some(left), Some(right)) if left != right => against.push("other model number".to_owned()),
        _ if shared_code(a, b).is_none() && !a.parts.codes.is_empty() && !b.parts.codes.is_empty() => {
            against.push("other model number in the title".to_owned());
        }
        _ => {}
    }
    if a.parts.pack.unwrap_or(1) != b.parts.pack.unwrap_or(1) {
        let say = |pack: Option<u32>| pack.map_or("single".to_owned(), |n| format!("pack of {n}"));
        against.push(format!("{} against {}", say(a.parts.pack), say(b.parts.pack)));
    }
    against.extend(amounts_against(&a.parts.quantities, &b.parts.quantities));
    let left: BTreeSet<_> = a.parts.numbers.iter().collect();
    let right: BTreeSet<_> = b.parts.numbers.iter().collect();
    if !left.is_subset(&right) && !right.is_subset(&left) {
        against.push("other numbers in the title".to_owned());
    }
    if !a.colours.is_empty() && !b.colours.is_empty() && a.colours != b.colours {
        against.push("other colour or size".to_owned());
    }
    if a.editions != b.editions {
        let differ: Vec<&str> = a.editions.symmetric_difference(&b.editions).map(String::as_str).collect();
        against.push(format!("only one is \"{}\"", differ.join(" ")));
    }
    if a.accessories != b.accessories {
        let differ: Vec<&str> = a.accessories.symmetric_difference(&b.accessories).map(String::as_str).collect();
        against.push(format!("only one is a \"{}\"", differ.join(" ")));
    }
    for (name, value) in &a.defining {
        let other = b.defining.iter().find(|(n, _)| n == name);
        if other.is_some_and(|(_, v)| (v - value).abs() > 0.03 * value.abs().max(v.abs())) {
            against.push(format!("other {}", name.replace('_', " ")));
        }
    }
    against
}

/// Amounts of one measure that differ; one may state more than the other (inches beside centimetres).
fn amounts_against(a: &[Quantity], b: &[Quantity]) -> Option<String> {
    let near = |p: &Quantity, q: &Quantity| {
        let slack = if p.measure == Measure::Length { p.thousandths / 100 } else { p.thousandths / 1000 };
        (p.thousandths - q.thousandths).abs() <= slack
    };
    let measures: BTreeSet<Measure> = a.iter().map(|q| q.measure).collect();
    measures.into_iter().find_map(|measure| {
        let of = |all: &[Quantity]| all.iter().filter(|q| q.measure == measure).copied().collect::<Vec<_>>();
        let (left, right) = (of(a), of(b));
        let within = |few: &[Quantity], many: &[Quantity]| few.iter().all(|p| many.iter().any(|q| near(p, q)));
        let differ = !right.is_empty() && !within(&left, &right) && !within(&right, &left);
        differ.then(|| format!("{} against {}", shown(&left, None), shown(&right, None)))
    })
}
