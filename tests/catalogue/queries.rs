//! What shoppers would type to find things in a made catalogue: other names, units written otherwise, typos, words
//! joined and split; with the grade of every product for each query.
//!
//! Grades: 3 the thing with all that was asked, 2 the thing with at least half of it, 1 the thing without it.

use super::{Item, Random, Words, lines};

/// A query with what it asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub text: String,
    /// Kinds of which the name that was used is a name.
    pub kinds: Vec<usize>,
    pub properties: Vec<(usize, usize)>,
    pub brand: Option<String>,
    /// Kinds that come near: better than nothing.
    pub related: Vec<usize>,
    /// A maker's number that was typed alone: nothing else is meant.
    pub model: Option<String>,
    /// What was done to it: `other name`, `typo`, `units`, `joined`, `split`.
    pub slips: Vec<&'static str>,
}

impl Asked {
    /// The query of that number.
    pub fn make(words: &Words, seed: u64, number: usize) -> Self {
        let mut random = Random::new(seed ^ (number as u64).wrapping_mul(0x9E6D_62D0_6F6A_9A9B));
        random.next();
        let wanted = words.item(seed ^ 0x51, number);
        let kind = &words.kinds[wanted.kind];
        let mut slips = Vec::new();
        let other = !kind.others.is_empty() && random.chance(0.4);
        let name = if other { *random.of(&kind.others) } else { kind.name };
        if other {
            slips.push("other name");
        }
        let kinds = words.kinds.iter().enumerate();
        let kinds = kinds.filter(|(_, k)| k.name == name || k.others.contains(&name)).map(|(i, _)| i).collect();
        let most = *random.of(&[0, 1, 1, 1, 2, 2]);
        let mut properties = wanted.properties.clone();
        while properties.len() > most {
            properties.remove(random.below(properties.len()));
        }
        let brand = random.chance(0.12).then(|| wanted.brand.clone());
        let mut before: Vec<String> = brand.iter().map(|b| b.to_lowercase()).collect();
        let mut behind = Vec::new();
        for (family, value) in &properties {
            let family = &words.families[*family];
            let text = as_asked(&mut random, family.unit, family.name, family.values[*value]);
            if !family.unit.is_empty() {
                slips.push("units");
            }
            if random.chance(0.75) { before.push(text) } else { behind.push(text) }
        }
        let name = slip(&mut random, &name.to_lowercase(), &mut slips);
        let text = before.into_iter().chain([name]).chain(behind).collect::<Vec<_>>().join(" ");
        Self { text, kinds, properties, brand, related: Vec::new(), model: None, slips }
    }

    /// The queries written by hand, in the order of the file.
    pub fn by_hand(words: &Words) -> Vec<Self> {
        let kind = |name: &str| {
            words.kinds.iter().position(|k| k.name == name).unwrap_or_else(|| panic!("no kind is called {name}"))
        };
        let property = |text: &str| {
            let (name, value) = text.split_once(':').expect("family:value");
            let family = words.families.iter().position(|f| f.name == name).expect("a known family");
            let value = words.families[family].values.iter().position(|v| *v == value);
            (family, value.unwrap_or_else(|| panic!("no value {text}")))
        };
        let list = |part: &'static str| part.split(';').map(str::trim).filter(|name| !name.is_empty());
        let query = |line: &'static str| {
            let parts: Vec<&'static str> = line.split('|').map(str::trim).collect();
            let [text, kinds, related, properties] = parts[..] else { panic!("four parts: {line}") };
            Self {
                text: text.to_owned(),
                kinds: list(kinds).map(kind).collect(),
                properties: list(properties).map(property).collect(),
                brand: None,
                related: list(related).map(kind).collect(),
                model: None,
                slips: vec!["by hand"],
            }
        };
        lines(include_str!("words/asked.txt")).map(query).collect()
    }

    /// Makers' numbers of some items, as they stand, without their hyphen, in small letters, or in two parts.
    pub fn by_number(items: &[Item], count: usize) -> Vec<Self> {
        let with = items.iter().filter_map(|item| item.model.as_deref());
        let with = with.step_by(29).take(count).enumerate();
        let query = |(at, model): (usize, &str)| Self {
            text: match at % 4 {
                0 => model.to_owned(),
                1 => model.to_lowercase(),
                2 => model.replace('-', ""),
                _ => model.replace('-', " ").to_lowercase(),
            },
            kinds: Vec::new(),
            properties: Vec::new(),
            brand: None,
            related: Vec::new(),
            model: Some(model.to_owned()),
            slips: vec!["part number"],
        };
        with.map(query).collect()
    }

    /// The grade of a product.
    pub fn grade(&self, item: &Item) -> u8 {
        if let Some(model) = &self.model {
            return if item.model.as_ref() == Some(model) { 3 } else { 0 };
        }
        if !self.kinds.contains(&item.kind) {
            return u8::from(self.related.contains(&item.kind));
        }
        let asked = self.properties.len() + usize::from(self.brand.is_some());
        let met = self.properties.iter().filter(|p| item.properties.contains(p)).count()
            + usize::from(self.brand.as_ref().is_some_and(|b| *b == item.brand));
        match met {
            met if met == asked => 3,
            met if met * 2 >= asked => 2,
            _ => 1,
        }
    }
}

/// A property as shoppers type it.
fn as_asked(random: &mut Random, unit: &str, family: &str, value: &str) -> String {
    let whole: Option<u32> = value.parse().ok();
    let forms: Vec<String> = match unit {
        _ if family == "feet_rug" || family == "lumber" => {
            let (a, b) = value.split_once('x').unwrap_or((value, value));
            vec![value.to_owned(), format!("{a} x {b}"), format!("{a} by {b}")]
        }
        "in" => {
            let mut forms =
                vec![format!("{value} inch"), format!("{value} in"), format!("{value}\""), format!("{value}in")];
            if let Some(n) = whole.filter(|n| n % 12 == 0 && *n >= 36) {
                forms.extend([format!("{} ft", n / 12), format!("{}'", n / 12)]);
            }
            forms
        }
        "ft" => {
            let mut forms =
                vec![format!("{value} ft"), format!("{value} foot"), format!("{value}'"), format!("{value}ft")];
            forms.extend(whole.filter(|n| *n <= 8).map(|n| format!("{} inch", n * 12)));
            forms
        }
        "gal" => vec![format!("{value} gallon"), format!("{value} gal"), format!("{value}gal")],
        "oz" => vec![format!("{value} oz"), format!("{value} ounce"), format!("{value}oz")],
        "lb" => vec![format!("{value} lb"), format!("{value} pound"), format!("{value}lbs")],
        "w" => vec![format!("{value} watt"), format!("{value}w"), format!("{value} w")],
        "v" => vec![format!("{value} volt"), format!("{value}v"), format!("{value} v")],
        "hp" => vec![format!("{value} hp"), format!("{value}hp"), format!("{value} horsepower")],
        "l" => {
            let mut forms = vec![format!("{value} liter"), format!("{value}l"), format!("{value} litre")];
            forms.extend(value.parse::<f64>().ok().filter(|v| *v < 1.0).map(|v| format!("{}ml", v * 1000.0)));
            forms
        }
        "pack" => vec![format!("{value} pack"), format!("pack of {value}"), format!("{value}-pack")],
        "btu" | "psi" => vec![format!("{value} {unit}"), format!("{}{unit}", value.replace(',', ""))],
        "" => vec![value.to_lowercase()],
        unit => vec![format!("{value} {unit}"), format!("{value}-{unit}")],
    };
    random.of(&forms).clone()
}

/// The slips of a shopper's fingers.
fn slip(random: &mut Random, name: &str, slips: &mut Vec<&'static str>) -> String {
    let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
    if words.len() > 1 && random.chance(0.08) {
        let at = random.below(words.len() - 1);
        let tail = words.remove(at + 1);
        words[at].push_str(&tail);
        slips.push("joined");
    }
    if random.chance(0.15) {
        let last = words.len() - 1;
        let word = &mut words[last];
        match word.strip_suffix('s') {
            Some(one) => *word = one.to_owned(),
            None => word.push('s'),
        }
    }
    for word in &mut words {
        if word.len() >= 5 && word.is_ascii() && random.chance(0.08) {
            slips.push("typo");
            let at = 1 + random.below(word.len() - 2);
            match random.below(4) {
                0 => drop(word.remove(at)),
                1 => {
                    let letter = word.as_bytes()[at] as char;
                    word.insert(at, letter);
                }
                2 => {
                    let letter = word.remove(at);
                    word.insert(at - 1, letter);
                }
                _ => {
                    word.remove(at);
                    word.insert(at, (b'a' + random.below(26) as u8) as char);
                }
            }
        }
    }
    words.join(" ")
}
