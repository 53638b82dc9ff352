//! One rule of a selectors file: a field, where it stands, and how its text is read. Checked when it is loaded, so that
//! a page can never make it fail.

use crate::domain::Currency;
use crate::sources::price;
use regex::Regex;
use scraper::Selector;
use toml::Value;

/// What a rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Title,
    Price,
    ListPrice,
    MemberPrice,
    UnitPrice,
    Currency,
    Availability,
    Sku,
    Gtin,
    Brand,
    Rating,
    Image,
}

impl Field {
    /// All fields in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::Title,
        Self::Price,
        Self::ListPrice,
        Self::MemberPrice,
        Self::UnitPrice,
        Self::Currency,
        Self::Availability,
        Self::Sku,
        Self::Gtin,
        Self::Brand,
        Self::Rating,
        Self::Image,
    ];

    /// Its name in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Price => "price",
            Self::ListPrice => "list_price",
            Self::MemberPrice => "member_price",
            Self::UnitPrice => "unit_price",
            Self::Currency => "currency",
            Self::Availability => "availability",
            Self::Sku => "sku",
            Self::Gtin => "gtin",
            Self::Brand => "brand",
            Self::Rating => "rating",
            Self::Image => "image",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.word() == word)
    }
}

/// Which of several elements counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pick {
    /// Each that is read; two different prices are then ambiguous.
    #[default]
    All,
    First,
    Last,
}

/// Where the text of a field comes from.
#[derive(Debug, Clone)]
pub enum Find {
    /// Elements of the page.
    Css { selector: Selector, text: String },
    /// The same for every page of the shop.
    Value(String),
}

/// One way to read one field.
#[derive(Debug, Clone)]
pub struct Rule {
    pub field: Field,
    pub find: Find,
    /// Read this attribute instead of the text.
    pub attribute: Option<String>,
    /// Keep what the first group, or else the whole expression, matches.
    pub regex: Option<Regex>,
    pub pick: Pick,
    /// The mark before decimals, where the rule's locale differs from the shop's.
    pub decimal_mark: Option<char>,
    /// Words of the shop for having it, and for having it not.
    pub in_stock: Vec<String>,
    pub out_of_stock: Vec<String>,
}

impl Rule {
    /// How the rule finds its text, as the user wrote it.
    pub fn written(&self) -> String {
        match &self.find {
            Find::Css { text, .. } => match &self.attribute {
                Some(attribute) => format!("{text} @{attribute}"),
                None => text.clone(),
            },
            Find::Value(value) => format!("value \"{value}\""),
        }
    }

    /// The part of a text that the rule keeps; `None` where its expression matches nothing.
    pub fn keep<'a>(&self, text: &'a str) -> Option<&'a str> {
        let Some(regex) = &self.regex else { return Some(text) };
        let found = regex.captures(text)?;
        found.get(1).or_else(|| found.get(0)).map(|m| m.as_str())
    }
}

/// The rules of one line of `[select]`: a selector, a table, or an array of them that are tried in turn.
pub(super) fn read(name: &str, value: &Value) -> Result<Vec<Rule>, String> {
    let field = Field::from_word(name).ok_or_else(|| {
        let known: Vec<&str> = Field::ALL.iter().map(|f| f.word()).collect();
        format!("select: there is no field \"{name}\"; there are {}", known.join(", "))
    })?;
    match value {
        Value::Array(list) => list.iter().map(|one| rule(field, one)).collect(),
        one => rule(field, one).map(|rule| vec![rule]),
    }
}

const SETTINGS: [&str; 8] = ["css", "value", "attribute", "regex", "pick", "locale", "in_stock", "out_of_stock"];

fn rule(field: Field, value: &Value) -> Result<Rule, String> {
    let at = |setting: &str| format!("select.{}.{setting}", field.word());
    let empty = toml::Table::new();
    let table = match value {
        Value::String(_) => &empty,
        Value::Table(table) => table,
        _ => return Err(format!("select.{} must be a CSS selector in quotes or a table", field.word())),
    };
    if let Some(key) = table.keys().find(|key| !SETTINGS.contains(&key.as_str())) {
        return Err(format!("{}: there is no such setting; there are {}", at(key), SETTINGS.join(", ")));
    }
    let css = match value {
        Value::String(css) => Some(css.clone()),
        _ => text(table.get("css"), &at("css"))?,
    };
    let find = match (css, text(table.get("value"), &at("value"))?) {
        (Some(css), None) => Find::Css { selector: selector(&css, &at("css"))?, text: css },
        (None, Some(value)) => Find::Value(checked(field, value, &at("value"))?),
        _ => return Err(format!("select.{} needs either css or value", field.word())),
    };
    let pick = match text(table.get("pick"), &at("pick"))?.as_deref() {
        None | Some("all") => Pick::All,
        Some("first") => Pick::First,
        Some("last") => Pick::Last,
        Some(other) => return Err(format!("{}: \"{other}\" is none of all, first, last", at("pick"))),
    };
    let decimal_mark = match text(table.get("locale"), &at("locale"))? {
        None => None,
        Some(locale) => Some(price::decimal_mark(&locale).ok_or_else(|| {
            format!("{}: \"{locale}\" is not known; write for example \"de-DE\" or \"en-GB\"", at("locale"))
        })?),
    };
    let (in_stock, out_of_stock) =
        (texts(table.get("in_stock"), &at("in_stock"))?, texts(table.get("out_of_stock"), &at("out_of_stock"))?);
    if field != Field::Availability && !(in_stock.is_empty() && out_of_stock.is_empty()) {
        return Err(format!("select.{}: in_stock and out_of_stock belong to availability", field.word()));
    }
    Ok(Rule {
        field,
        find,
        attribute: text(table.get("attribute"), &at("attribute"))?,
        regex: text(table.get("regex"), &at("regex"))?.map(|source| regex(&source, &at("regex"))).transpose()?,
        pick,
        decimal_mark,
        in_stock: in_stock.iter().map(|w| w.to_lowercase()).collect(),
        out_of_stock: out_of_stock.iter().map(|w| w.to_lowercase()).collect(),
    })
}

/// A fixed value that its field can hold.
fn checked(field: Field, value: String, at: &str) -> Result<String, String> {
    match field {
        Field::Currency => match value.parse::<Currency>() {
            Ok(currency) => Ok(currency.code().to_owned()),
            Err(error) => Err(format!("{at}: {error}; write for example \"EUR\"")),
        },
        Field::Price | Field::ListPrice | Field::MemberPrice | Field::UnitPrice => {
            Err(format!("{at}: a price is read from the page, never fixed; give css instead"))
        }
        _ => Ok(value),
    }
}

fn selector(css: &str, at: &str) -> Result<Selector, String> {
    let wrong = || format!("{at}: \"{css}\" is not a CSS selector that can be used here");
    if css.len() > 2_000 {
        return Err(wrong());
    }
    Selector::parse(css).map_err(|_| wrong())
}

fn regex(source: &str, at: &str) -> Result<Regex, String> {
    regex::RegexBuilder::new(source).size_limit(1 << 20).build().map_err(|error| {
        let what = error.to_string();
        let what = what.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
        format!("{at}: \"{source}\" is not a regular expression: {what}")
    })
}

/// A setting that is a text.
pub(super) fn text(value: Option<&Value>, at: &str) -> Result<Option<String>, String> {
    match value {
        None => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
        Some(_) => Err(format!("{at} must be a text in quotes that is not empty")),
    }
}

/// A setting that is a text or an array of texts.
pub(super) fn texts(value: Option<&Value>, at: &str) -> Result<Vec<String>, String> {
    match value {
        Some(Value::Array(list)) => {
            let wrong = || format!("{at} must be a list of texts in quotes");
            list.iter().map(|one| text(Some(one), at)?.ok_or_else(wrong)).collect()
        }
        other => Ok(text(other, at)?.into_iter().collect()),
    }
}
