//! Which column of a table holds what: given by the user as pairs, or guessed from the header.
//!
//! Never reads a row's values; a guess is always shown to the user.

use super::import::ImportError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column can hold, with the words that headers use for it (English, German, French, Spanish, Hebrew,
/// Google Merchant and the exports of trackers), the commonest first.
const FIELDS: [(&str, &[&str]); 20] = [
    (
        "title",
        &[
            "title",
            "name",
            "product",
            "product name",
            "product title",
            "item",
            "item name",
            "titel",
            "bezeichnung",
            "artikel",
            "produkt",
            "produktname",
            "nom",
            "titre",
            "nombre",
            "producto",
            "שם",
            "מוצר",
        ],
    ),
    (
        "price",
        &[
            "price",
            "current price",
            "sale price",
            "amount",
            "preis",
            "aktueller preis",
            "prix",
            "precio",
            "price eur",
            "price usd",
            "מחיר",
        ],
    ),
    ("date", &["date", "at", "observed at", "timestamp", "time", "checked at", "day", "datum", "fecha", "תאריך"]),
    (
        "shop",
        &[
            "shop", "store", "seller", "merchant", "retailer", "vendor", "haendler", "händler", "laden", "boutique",
            "magasin", "tienda", "חנות",
        ],
    ),
    ("currency", &["currency", "currency code", "price currency", "währung", "waehrung", "devise", "moneda", "מטבע"]),
    (
        "list",
        &[
            "list",
            "list price",
            "old price",
            "regular price",
            "was price",
            "was",
            "rrp",
            "msrp",
            "compare at price",
            "original price",
            "uvp",
            "listenpreis",
            "alter preis",
            "prix barré",
            "precio anterior",
        ],
    ),
    (
        "sku",
        &[
            "sku",
            "item id",
            "product id",
            "id",
            "asin",
            "article number",
            "artikelnummer",
            "art nr",
            "référence",
            "referencia",
            "code",
        ],
    ),
    ("gtin", &["gtin", "ean", "upc", "barcode", "gtin13", "ean13", "isbn", "ברקוד"]),
    ("brand", &["brand", "manufacturer", "marke", "hersteller", "marque", "marca", "מותג"]),
    ("model", &["model", "mpn", "model number", "modell", "modèle", "modelo", "דגם"]),
    (
        "category",
        &[
            "category",
            "product type",
            "product category",
            "google product category",
            "kategorie",
            "catégorie",
            "categoría",
            "קטגוריה",
        ],
    ),
    ("description", &["description", "product description", "beschreibung", "descripción", "תיאור"]),
    ("url", &["url", "link", "product url", "address", "adresse", "קישור"]),
    ("image", &["image", "image link", "image url", "picture", "bild", "imagen", "photo"]),
    (
        "availability",
        &[
            "availability",
            "stock",
            "in stock",
            "stock status",
            "verfügbarkeit",
            "disponibilité",
            "disponibilidad",
            "מלאי",
        ],
    ),
    ("condition", &["condition", "item condition", "zustand", "état", "estado", "מצב"]),
    ("variant", &["variant", "option", "size", "colour", "color", "variante", "größe", "farbe", "taille", "talla"]),
    ("promotion", &["promotion", "promo", "offer", "deal", "coupon", "aktion", "angebot"]),
    ("rating", &["rating", "stars", "average rating", "star rating", "bewertung", "note", "דירוג"]),
    ("ratings", &["ratings", "rating count", "review count", "reviews", "number of reviews", "bewertungen", "avis"]),
];

/// Fields that may be given as a literal when no column is called so. Every field may with a second `=`.
const LITERAL: [&str; 3] = ["currency", "shop", "category"];
/// Columns that are a price series of their own in files that have one column for each.
const SERIES: [&str; 22] = [
    "amazon",
    "new",
    "used",
    "new 3rd party",
    "3rd party new",
    "3rd party used",
    "third party new",
    "third party used",
    "marketplace new",
    "marketplace used",
    "refurbished",
    "renewed",
    "warehouse",
    "warehouse deals",
    "amazon warehouse",
    "buy box",
    "new buy box",
    "lowest new",
    "lowest used",
    "new fba",
    "new fbm",
    "collectible",
];
/// How `--map` names what is no field: the columns of a wide file, and how dates are written.
const OPTIONS: [&str; 2] = ["series", "dates"];

/// How a column writes its moments, where its cells alone cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    DayFirst,
    MonthFirst,
    /// Minutes since 2011-01-01, as Keepa counts.
    KeepaMinutes,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum From {
    Column(usize),
    Literal(String),
}

/// Whether a word names a column that could be told.
pub(super) fn is_known(word: &str) -> bool {
    let word = folded(word);
    SERIES.contains(&word.as_str()) || FIELDS.iter().any(|(_, words)| words.contains(&word.as_str()))
}

/// Field -> column or literal, for one header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    fields: BTreeMap<&'static str, From>,
    pairs: Vec<Pair>,
    /// Columns that each hold a price series of their own, with its name.
    series: Vec<(usize, String)>,
    dates: Option<Dates>,
}

/// One line of the mapping as it is shown and remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub field: String,
    /// Header of the column, or the literal.
    pub from: String,
}

impl Mapping {
    /// The mapping that the user gave, held against the header.
    ///
    /// # Errors
    /// An unknown field, a column that is not there, or no title among them. A price is not needed: a list of things is
    /// worth searching before their prices are known.
    pub fn given(pairs: &[(String, String)], header: &[String]) -> Result<Self, ImportError> {
        let mut mapping = Self::default();
        for (name, from) in pairs {
            let name = name.trim().to_lowercase();
            if OPTIONS.contains(&name.as_str()) {
                mapping.option(&name, from, header)?;
                continue;
            }
            let Some(field) = FIELDS.iter().map(|(field, _)| *field).find(|field| *field == name) else {
                let known: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).chain(OPTIONS).collect();
                let known = known.join(", ");
                return Err(ImportError::UnknownField { field: name, known });
            };
            if let Some(literal) = from.trim().strip_prefix('=') {
                mapping.set(field, From::Literal(literal.trim().to_owned()), header);
                continue;
            }
            match header.iter().position(|h| folded(h) == folded(from)) {
                Some(column) => mapping.set(field, From::Column(column), header),
                None if LITERAL.contains(&field) => mapping.set(field, From::Literal(from.trim().to_owned()), header),
                None => return Err(ImportError::NoColumn { column: from.clone(), header: header.join(", ") }),
            }
        }
        mapping.complete(header, &["title"])
    }

    /// A guess from the header's words; each column serves one field.
    ///
    /// # Errors
    /// Where no title or no price column can be told.
    pub fn guess(header: &[String]) -> Result<Self, ImportError> {
        let mut mapping = Self::default();
        let mut taken = vec![false; header.len()];
        for (field, words) in FIELDS {
            let found = words.iter().find_map(|word| {
                header
                    .iter()
                    .enumerate()
                    .position(|(n, h)| !taken.get(n).copied().unwrap_or(true) && folded(h) == *word)
            });
            if let Some(column) = found {
                if let Some(mark) = taken.get_mut(column) {
                    *mark = true;
                }
                mapping.set(field, From::Column(column), header);
            }
        }
        if !mapping.fields.contains_key("price") {
            let columns = header.iter().enumerate().filter(|(_, h)| SERIES.contains(&folded(h).as_str()));
            let columns: Vec<(usize, String)> = columns.map(|(n, h)| (n, h.trim().to_owned())).collect();
            mapping.set_series(columns);
        }
        mapping.complete(header, &["title", "price"])
    }

    /// The mapping of a table without a header, from what its cells look like: a column of moments, one of amounts,
    /// and the wordiest one for the title. `shapes` says of each column: moments, amounts, mean length in characters.
    ///
    /// # Errors
    /// Where there is no such title or price column.
    pub fn shaped(shapes: &[(bool, bool, usize)], header: &[String]) -> Result<Self, ImportError> {
        let mut mapping = Self::default();
        if let Some(column) = shapes.iter().position(|(moments, _, _)| *moments) {
            mapping.set("date", From::Column(column), header);
        }
        let mut amounts = shapes.iter().enumerate().filter(|(_, (moments, amounts, _))| *amounts && !moments);
        if let Some((column, _)) = amounts.next_back() {
            mapping.set("price", From::Column(column), header);
        }
        let words =
            shapes.iter().enumerate().filter(|(_, (moments, amounts, length))| !amounts && !moments && *length > 3);
        if let Some((column, _)) = words.max_by_key(|(n, (_, _, length))| (*length, std::cmp::Reverse(*n))) {
            mapping.set("title", From::Column(column), header);
        }
        mapping.complete(header, &["title", "price"])
    }

    fn option(&mut self, name: &str, from: &str, header: &[String]) -> Result<(), ImportError> {
        if name == "dates" {
            self.dates = Some(match from.trim().to_lowercase().as_str() {
                "dmy" => Dates::DayFirst,
                "mdy" => Dates::MonthFirst,
                "keepa" => Dates::KeepaMinutes,
                _ => return Err(ImportError::DatesWord { word: from.to_owned() }),
            });
            self.pairs.push(Pair { field: name.to_owned(), from: from.trim().to_owned() });
            return Ok(());
        }
        let mut columns = Vec::new();
        for column in from.split('|') {
            let found = header.iter().position(|h| folded(h) == folded(column));
            let missing = || ImportError::NoColumn { column: column.to_owned(), header: header.join(", ") };
            columns.push((found.ok_or_else(missing)?, column.trim().to_owned()));
        }
        self.set_series(columns);
        Ok(())
    }

    fn set_series(&mut self, columns: Vec<(usize, String)>) {
        if !columns.is_empty() {
            let names: Vec<&str> = columns.iter().map(|(_, name)| name.as_str()).collect();
            self.pairs.push(Pair { field: "series".to_owned(), from: names.join("|") });
            self.series = columns;
        }
    }

    /// The columns that each hold a series of their own.
    pub fn series(&self) -> &[(usize, String)] {
        &self.series
    }

    /// How moments are written, where the user said so.
    pub fn dates(&self) -> Option<Dates> {
        self.dates
    }

    fn set(&mut self, field: &'static str, from: From, header: &[String]) {
        let shown = match &from {
            From::Column(column) => header.get(*column).cloned().unwrap_or_default(),
            From::Literal(text) if LITERAL.contains(&field) => text.clone(),
            From::Literal(text) => format!("={text}"),
        };
        self.fields.insert(field, from);
        self.pairs.push(Pair { field: field.to_owned(), from: shown });
    }

    fn complete(self, header: &[String], needed: &[&'static str]) -> Result<Self, ImportError> {
        // A wide file has a column for each series and is often about one thing, named by the file.
        let needed = if self.series.is_empty() { needed } else { &[] };
        for needed in needed {
            if !self.fields.contains_key(needed) {
                return Err(ImportError::Unmapped { field: needed, header: header.join(", ") });
            }
        }
        Ok(self)
    }

    /// The value of a field in a row, trimmed; `None` where it is not mapped or empty.
    pub fn get<'a>(&'a self, field: &str, row: &'a [String]) -> Option<&'a str> {
        let text = match self.fields.get(field)? {
            From::Column(column) => row.get(*column)?.trim(),
            From::Literal(text) => text.as_str(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// The mapping as it is shown and remembered.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }
}

/// Letter case, underscores and dashes aside.
pub(super) fn folded(text: &str) -> String {
    let spaced: String = text.trim().chars().map(|c| if matches!(c, '_' | '-' | '.') { ' ' } else { c }).collect();
    spaced.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn headers_of_several_makes_are_recognised() {
        let row = header("2026-01-01,Lumen,Lamp,12.50,15.00");
        let mapping = Mapping::guess(&header("date,store,name,price,old_price")).unwrap();
        let got = ["date", "shop", "title", "price", "list"].map(|f| mapping.get(f, &row).unwrap());
        assert_eq!(got, ["2026-01-01", "Lumen", "Lamp", "12.50", "15.00"]);
        let german = Mapping::guess(&header("Artikelnummer,Bezeichnung,Preis,Währung")).unwrap();
        assert_eq!(german.pairs().len(), 4);
    }

    #[test]
    fn a_column_serves_one_field_and_a_literal_needs_no_column() {
        let pairs =
            [("title", "name"), ("price", "cost"), ("currency", "ZAR")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let mapping = Mapping::given(&pairs, &header("name,cost")).unwrap();
        assert_eq!(mapping.get("currency", &header("Mug,5")), Some("ZAR"));
        assert_eq!(mapping.get("shop", &header("Mug,5")), None);
    }

    #[test]
    fn what_cannot_be_mapped_is_named() {
        let pair = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
        let told = |r: Result<Mapping, ImportError>| r.unwrap_err().to_string();
        assert!(told(Mapping::given(&pair("colour_of_box", "x"), &header("x"))).contains("colour_of_box"));
        assert!(told(Mapping::given(&pair("title", "nome"), &header("name,price"))).contains("nome"));
        assert!(told(Mapping::guess(&header("a,b"))).contains("title"));
        assert!(told(Mapping::guess(&header("title,sku"))).contains("price"), "a guess may have missed it");
        assert!(Mapping::given(&pair("title", "name"), &header("name,sku")).is_ok(), "who maps by hand has none");
    }
}
