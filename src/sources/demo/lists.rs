//! The word lists and templates of the demo catalogue, read from `assets/demo/*.toml`.
//!
//! Only their form: what is made of them stands in the neighbouring files.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything the generator draws from.
pub struct Lists {
    pub kinds: Vec<Kind>,
    pub shops: Vec<ShopList>,
    pub units: BTreeMap<String, String>,
    pub talk: Talk,
}

/// A subcategory: what its products are called, what they measure, what is said of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub category: String,
    /// What reviewers call it: `dishwasher`, `boots`.
    pub noun: String,
    /// The end of a title, where it is not the noun: `dishwasher`, `pair of boots`.
    #[serde(default)]
    pub title: Option<String>,
    pub count: usize,
    /// Price in major units of the worst and of the best.
    pub price: [f64; 2],
    /// Empty for stays, which have a name of their own.
    #[serde(default)]
    pub brands: Vec<String>,
    /// Names of model series, or of houses for stays.
    pub series: Vec<String>,
    /// First letters of model numbers.
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub sizes: Vec<Size>,
    #[serde(default)]
    pub attributes: Vec<AttributeList>,
    /// Colours that are separate offers of one product.
    #[serde(default)]
    pub colours: Vec<String>,
    /// Names in `talk.aspects` that its reviews are about.
    pub aspects: Vec<String>,
    /// First sentences of a description.
    pub pitch: Vec<String>,
    /// Sentences that state attributes; `[flag]` and `[!flag]` in front make them conditional.
    #[serde(default)]
    pub says: Vec<String>,
    /// Attributes that one series settles: the hazelnut bar contains nuts, whatever its quality.
    #[serde(default)]
    pub series_set: BTreeMap<String, BTreeMap<String, toml::Value>>,
    /// A sentence that fits one series only.
    #[serde(default)]
    pub series_says: BTreeMap<String, String>,
    /// Question and answer; an empty answer is a question that nobody answered.
    #[serde(default)]
    pub asks: Vec<[String; 2]>,
    /// Groceries: what the pack size is measured in, for the unit price.
    #[serde(default)]
    pub unit_price: Option<PerUnit>,
    /// Shops that never carry it.
    #[serde(default)]
    pub not_at: Vec<String>,
}

/// A size or form that a product of a kind comes in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Stands in the title.
    pub label: String,
    /// Factor on the price.
    #[serde(default = "one")]
    pub price: f64,
    /// Attributes that the size settles.
    #[serde(default)]
    pub set: BTreeMap<String, toml::Value>,
    /// A sentence of the description.
    #[serde(default)]
    pub says: Vec<String>,
}

/// How an attribute's value comes about. Exactly one of the ways is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeList {
    pub name: String,
    /// Number: value of the worst and of the best product.
    #[serde(default)]
    pub grade: Option<[f64; 2]>,
    /// Number: anywhere between, quality aside.
    #[serde(default)]
    pub range: Option<[f64; 2]>,
    /// Text: from the worst product's to the best one's.
    #[serde(default)]
    pub ladder: Vec<String>,
    /// Text: any of these.
    #[serde(default)]
    pub any: Vec<String>,
    /// Number: any of these.
    #[serde(default)]
    pub of: Vec<f64>,
    /// Flag: chance that it holds.
    #[serde(default)]
    pub flag: Option<f64>,
    /// Rounded to multiples of this.
    #[serde(default = "one")]
    pub step: f64,
    /// Chance that the maker states it at all.
    #[serde(default = "usually")]
    pub stated: f64,
}

/// Pack size attribute and the amount that a unit price is given for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerUnit {
    pub attribute: String,
    pub per: f64,
    pub unit: String,
}

/// One of the invented shops.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopList {
    pub name: String,
    pub domain: String,
    /// First letters of its article numbers.
    pub code: String,
    /// Factor on the price.
    pub price: f64,
    /// How far its prices stray from one another.
    pub spread: f64,
    /// Chance that it carries a product of the poorest and of the best quality.
    pub carries: [f64; 2],
    /// Departments it keeps to; empty: all.
    #[serde(default)]
    pub only: Vec<String>,
    pub out_of_stock: f64,
    /// Chance that an attempt brings no price.
    pub fails: f64,
    /// Chance that a reference price is raised before a sale.
    pub fakes: f64,
    pub shipping: f64,
    /// No shipping asked from this amount on.
    pub free_from: f64,
    /// Chance of a used or open-box offer beside the new one.
    pub used: f64,
    /// Chance that a seller vanished and the offer was no longer seen.
    pub vanishes: f64,
}

/// What shoppers say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    /// English, by aspect.
    pub aspects: BTreeMap<String, Voices>,
    pub hebrew: BTreeMap<String, Voices>,
    pub german: BTreeMap<String, Voices>,
    /// First and last sentences for `things`, `stays` and `food`.
    pub openers: BTreeMap<String, Voices>,
    pub closers: BTreeMap<String, Voices>,
    pub titles: BTreeMap<String, Vec<String>>,
    /// Whole reviews that mean the opposite of what they say.
    pub sarcasm: Vec<String>,
    /// Five stars over a complaint.
    pub high_stars_low_words: Vec<String>,
    /// One star over praise, or for something that is not the product's fault.
    pub low_stars_high_words: Vec<String>,
    /// Suspicious praise.
    pub gush: Vec<String>,
    pub names: BTreeMap<String, Vec<String>>,
    /// Words for `{who}`, `{when}` and so on.
    pub slots: BTreeMap<String, Vec<String>>,
}

/// Sentences for and against.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voices {
    pub good: Vec<String>,
    pub bad: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    kind: Vec<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopFile {
    shop: Vec<ShopList>,
    units: BTreeMap<String, String>,
}

fn one() -> f64 {
    1.0
}

fn usually() -> f64 {
    0.93
}

const KIND_FILES: [&str; 11] = [
    include_str!("../../../assets/demo/kitchen.toml"),
    include_str!("../../../assets/demo/audio.toml"),
    include_str!("../../../assets/demo/outdoors.toml"),
    include_str!("../../../assets/demo/home.toml"),
    include_str!("../../../assets/demo/office.toml"),
    include_str!("../../../assets/demo/toys.toml"),
    include_str!("../../../assets/demo/tools.toml"),
    include_str!("../../../assets/demo/baby.toml"),
    include_str!("../../../assets/demo/pets.toml"),
    include_str!("../../../assets/demo/groceries.toml"),
    include_str!("../../../assets/demo/travel.toml"),
];

impl Lists {
    /// Reads the lists that are built into the program.
    ///
    /// # Errors
    /// Where one of them is not in the form above: a fault of the build, which the tests catch.
    pub fn load() -> Result<Self, toml::de::Error> {
        let mut kinds = Vec::new();
        for text in KIND_FILES {
            kinds.extend(toml::from_str::<KindFile>(text)?.kind);
        }
        let shops: ShopFile = toml::from_str(include_str!("../../../assets/demo/shops.toml"))?;
        let talk = toml::from_str(include_str!("../../../assets/demo/talk.toml"))?;
        Ok(Self { kinds, shops: shops.shop, units: shops.units, talk })
    }
}
