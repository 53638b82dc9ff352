//! A catalogue of any size that reads like a real one, made from words: kinds of things with the names that shops and
//! shoppers use, properties as titles and as shoppers write them, Zipf-shaped frequencies. Seeded: equal seeds, equal
//! catalogues. `queries` asks for things in it with the slips that shoppers make, and knows what is relevant.
#![allow(dead_code, reason = "each user needs its own part")]

pub mod judge;
pub mod queries;

use std::fmt::Write;

/// A kind of thing.
#[derive(Debug)]
pub struct Kind {
    pub department: &'static str,
    /// As titles name it.
    pub name: &'static str,
    /// Other names that shoppers use.
    pub others: Vec<&'static str>,
    /// Indices of the families of properties that it has.
    pub families: Vec<usize>,
}

/// A family of properties; `unit` is empty for words.
#[derive(Debug)]
pub struct Family {
    pub name: &'static str,
    pub unit: &'static str,
    pub values: Vec<&'static str>,
}

/// The words that catalogues are made of.
pub struct Words {
    pub kinds: Vec<Kind>,
    pub families: Vec<Family>,
}

/// One product.
#[derive(Debug, Clone)]
pub struct Item {
    pub sku: String,
    pub kind: usize,
    pub brand: String,
    /// Family and value indices.
    pub properties: Vec<(usize, usize)>,
    /// The maker's number, where the title has it.
    pub model: Option<String>,
    pub title: String,
    pub price_cents: i64,
}

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `n`, which is not zero.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn chance(&mut self, share: f64) -> bool {
        ((self.next() >> 11) as f64 / (1_u64 << 53) as f64) < share
    }

    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A rank below `n`, the first the likeliest: Zipf's law by the inverse of its continuous distribution.
    pub fn zipf(&mut self, n: usize) -> usize {
        let u = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (((n as f64 + 1.0).powf(u)) as usize).saturating_sub(1).min(n - 1)
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

impl Words {
    /// Reads the two word lists.
    pub fn load() -> Self {
        let mut families = Vec::new();
        for line in lines(include_str!("words/families.txt")) {
            let (name, values) = line.split_once('=').expect("a family has values");
            let (name, unit) = name.trim().split_once('(').map_or((name.trim(), ""), |(n, u)| (n, u));
            families.push(Family {
                name: name.trim(),
                unit: unit.trim_end_matches(')').trim(),
                values: values.split(" ; ").map(str::trim).collect(),
            });
        }
        let family = |name: &str| families.iter().position(|f| f.name == name).expect("a known family");
        let kinds = lines(include_str!("words/types.txt")).map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let [department, name, others, of] = parts[..] else { panic!("four parts: {line}") };
            let others = others.split(';').map(str::trim).filter(|o| !o.is_empty()).collect();
            Kind { department, name, others, families: of.split_whitespace().map(family).collect() }
        });
        let kinds = kinds.collect();
        Self { kinds, families }
    }

    /// The product of that number: always the same for the same seed.
    pub fn item(&self, seed: u64, number: usize) -> Item {
        let mut random = Random::new(seed ^ (number as u64).wrapping_mul(0xD134_2543_DE82_EF95));
        random.next();
        // Mixed with an even share, or the first kind would be a fifth of the shop.
        let kind = if random.chance(0.5) { random.zipf(self.kinds.len()) } else { random.below(self.kinds.len()) };
        let of = &self.kinds[kind];
        let mut brand = brand(random.zipf(900));
        // A maker of hinges makes no lamps: a brand that looks like a slip is one of few departments.
        if let Some(at) = LOOKALIKES.iter().position(|name| *name == brand)
            && !(of.department.len() + at).is_multiple_of(5)
        {
            brand = self::brand(random.below(17));
        }
        let mut properties = Vec::new();
        for family in &of.families {
            if random.chance(0.75) {
                properties.push((*family, random.below(self.families[*family].values.len())));
            }
        }
        let model = random.chance(0.12).then(|| model(&mut random));
        let mut title = self.title(&mut random, of, &brand, &properties);
        if random.chance(0.06) {
            write!(title, " for {}", headline(random.of(&self.kinds).name)).expect("to a string");
        }
        if let Some(model) = &model {
            write!(title, " {model}").expect("to a string");
        }
        let price_cents = 299 + (random.below(400) * random.below(400)) as i64;
        Item { sku: format!("K{number:07}"), kind, brand, properties, model, title, price_cents }
    }

    fn title(&self, random: &mut Random, kind: &Kind, brand: &str, properties: &[(usize, usize)]) -> String {
        let mut title = brand.to_owned();
        if random.chance(0.45) {
            write!(title, " {}", capital(&syllables(random, 2))).expect("to a string");
        }
        let (mut behind, mut before) = (String::new(), "");
        for (family, value) in properties {
            let family = &self.families[*family];
            let text = as_titled(random, family, family.values[*value]);
            // "1/2 in. x 10 ft."
            let sized = family.name == "feet" && matches!(before, "lumber" | "inch_small");
            before = family.name;
            match family.name {
                _ if sized => write!(title, " x {text}").expect("to a string"),
                "pack" | "piece" => write!(behind, " ({text})").expect("to a string"),
                "finish" | "colour" if random.chance(0.4) => write!(behind, " in {text}").expect("to a string"),
                "paint_name" => {
                    write!(title, " #{}-{} {text}", initials(random), random.below(900)).expect("to a string")
                }
                _ => write!(title, " {text}").expect("to a string"),
            }
        }
        if random.chance(0.25) {
            title.push_str(random.of::<&str>(&[
                " Heavy Duty",
                " Premium",
                " Classic",
                " Pro",
                " Series 2",
                " Contractor Grade",
            ]));
        }
        write!(title, " {}", headline(kind.name)).expect("to a string");
        if random.chance(0.2) {
            title.push_str(random.of::<&str>(&[
                " with Mounting Hardware",
                " with Remote Control",
                " and Installation Kit",
                " with Soft Close",
                " for Home Use",
            ]));
        }
        title + &behind
    }
}

fn headline(words: &str) -> String {
    words
        .split(' ')
        .map(|w| if matches!(w, "and" | "with" | "of") { w.to_owned() } else { capital(w) })
        .collect::<Vec<_>>()
        .join(" ")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|c| c.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn initials(random: &mut Random) -> String {
    (0..2).map(|_| char::from(b'A' + random.below(26) as u8)).collect()
}

/// A maker's number: `DW2402`, `SC-141B`, `2420-20`.
fn model(random: &mut Random) -> String {
    let number = 100 + random.below(9_900);
    match random.below(3) {
        0 => format!("{}{number}", initials(random)),
        1 => format!("{}-{number}{}", initials(random), random.of(&["", "B", "C2", "LX"])),
        _ => format!("{number}-{}", 10 + random.below(90)),
    }
}

fn syllables(random: &mut Random, count: usize) -> String {
    const BEGIN: [&str; 16] = ["br", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v"];
    const MIDDLE: [&str; 8] = ["a", "e", "i", "o", "u", "ea", "ai", "o"];
    const END: [&str; 10] = ["", "n", "r", "l", "x", "s", "ton", "m", "ck", "nd"];
    (0..count).map(|_| format!("{}{}{}", random.of(&BEGIN), random.of(&MIDDLE), random.of(&END))).collect()
}

/// Brands that a misspelt word may look like.
const LOOKALIKES: [&str; 16] = [
    "Hines", "Fawcett", "Locke", "Hoes", "Tyle", "Lite", "Draine", "Vanety", "Stane", "Raike", "Celing", "Faset",
    "Bolte", "Calk", "Toliet", "Shave",
];

/// The brand of that rank.
pub fn brand(rank: usize) -> String {
    if rank % 20 == 17 {
        return LOOKALIKES[rank / 20 % LOOKALIKES.len()].to_owned();
    }
    let mut random = Random::new(0xB7A4D ^ (rank as u64).wrapping_mul(0x2545_F491_4F6C_DD1D));
    random.next();
    let count = 1 + random.below(2);
    let first = capital(&syllables(&mut random, count + 1));
    match random.below(6) {
        0 => format!("{first} {}", random.of(&["Works", "Home", "Bay", "Tools", "Lighting"])),
        1 => first.to_uppercase(),
        _ => first,
    }
}

/// A property as titles write it.
fn as_titled(random: &mut Random, family: &Family, value: &str) -> String {
    let hyphen = random.chance(0.4);
    let join = if hyphen { "-" } else { " " };
    match (family.name, family.unit) {
        ("feet_rug", _) => {
            let (a, b) = value.split_once('x').unwrap_or((value, value));
            format!("{a} ft. x {b} ft.")
        }
        ("lumber", _) => {
            let (a, b) = value.split_once('x').unwrap_or((value, value));
            format!("{a} in. x {b} in.")
        }
        (_, "") => headline(value),
        (_, unit @ ("in" | "ft" | "gal" | "oz" | "lb")) => format!("{value}{join}{unit}."),
        (_, "hp") => format!("{value} HP"),
        (_, unit @ ("btu" | "gpm" | "psi")) => format!("{value}{join}{}", unit.to_uppercase()),
        (_, "w") => format!("{value}-Watt"),
        (_, "v") => format!("{value}-Volt"),
        (_, "l") => format!("{value} {}", random.of(&["l", "L", "Liter"])),
        (_, unit) => format!("{value}-{}", capital(unit)),
    }
}
