//! One item of a feed as named values, whatever the format: XML elements, a table's cells, a JSON object's keys.
//!
//! Knows every attribute's name and the other names it goes by. Never reads what a value means.

/// Attributes that are read, by Google's names, sorted.
const KNOWN: [&str; 59] = [
    "additional_image_link",
    "age_group",
    "auto_pricing_min_price",
    "availability",
    "availability_date",
    "brand",
    "color",
    "condition",
    "description",
    "energy_efficiency_class",
    "expiration_date",
    "external_seller_id",
    "gender",
    "google_product_category",
    "gtin",
    "id",
    "identifier_exists",
    "image_link",
    "inventory_quantity",
    "installment",
    "is_bundle",
    "is_eligible_search",
    "item_group_id",
    "item_weight_unit",
    "link",
    "loyalty_program",
    "material",
    "maximum_retail_price",
    "mpn",
    "multipack",
    "pattern",
    "price",
    "product_detail",
    "product_height",
    "product_highlight",
    "product_length",
    "product_type",
    "product_weight",
    "product_width",
    "review_count",
    "sale_price",
    "sale_price_effective_date",
    "sale_price_end_date",
    "sale_price_start_date",
    "seller_name",
    "shipping",
    "shipping_price",
    "shipping_weight",
    "size",
    "star_rating",
    "subscription_cost",
    "target_country",
    "title",
    "unit_pricing_base_measure",
    "unit_pricing_measure",
    "variant_dict",
    "weight",
    "dimensions",
    "dimensions_unit",
];

/// Other names of attributes: those of the Agentic Commerce columns, of older feeds, of Atom and of common slips.
const ALIASES: [(&str, &str); 33] = [
    ("item_id", "id"),
    ("product_id", "id"),
    ("offer_id", "id"),
    ("url", "link"),
    ("product_url", "link"),
    ("name", "title"),
    ("product_name", "title"),
    ("content", "description"),
    ("summary", "description"),
    ("body", "description"),
    ("image_url", "image_link"),
    ("image", "image_link"),
    ("additional_image_urls", "additional_image_link"),
    ("additional_image_links", "additional_image_link"),
    ("product_category", "product_type"),
    ("category", "product_type"),
    ("group_id", "item_group_id"),
    ("item_group", "item_group_id"),
    ("ean", "gtin"),
    ("upc", "gtin"),
    ("isbn", "gtin"),
    ("barcode", "gtin"),
    ("manufacturer", "brand"),
    ("colour", "color"),
    ("instalment", "installment"),
    ("sale_price_dates", "sale_price_effective_date"),
    ("unit_pricing_base", "unit_pricing_base_measure"),
    ("product_review_count", "review_count"),
    ("product_review_rating", "star_rating"),
    ("average_review_rating", "star_rating"),
    ("enable_search", "is_eligible_search"),
    ("seller", "seller_name"),
    ("store_country", "target_country"),
];

/// Attributes with parts of their own.
pub const GROUPED: [&str; 5] = ["shipping", "loyalty_program", "installment", "subscription_cost", "product_detail"];

/// Values of one attribute kept; further ones say nothing new.
const MOST_VALUES: usize = 400;

/// An attribute that has parts: `shipping` with country, service, price.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    pub name: &'static str,
    /// Part and value; parts without a name of a table's `US:Ground:5.99 USD` are empty.
    pub parts: Vec<(String, String)>,
}

impl Group {
    /// The part of that name.
    pub fn part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(part, _)| part == name).map(|(_, value)| value.as_str())
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    values: Vec<(&'static str, String)>,
    pub groups: Vec<Group>,
}

impl Row {
    /// Adds a value under its attribute; empty ones and placeholders are none.
    pub fn add(&mut self, name: &'static str, value: &str) {
        let value = value.trim();
        if !value.is_empty() && !is_placeholder(value) && self.values.len() < MOST_VALUES {
            self.values.push((name, value.to_owned()));
        }
    }

    /// Puts a value before those that are there.
    pub fn add_first(&mut self, name: &'static str, value: &str) {
        self.add(name, value);
        let at = self.values.iter().position(|(n, _)| *n == name);
        if let (Some(at), Some((last, _))) = (at, self.values.last())
            && *last == name
            && let Some(value) = self.values.pop()
        {
            self.values.insert(at.min(self.values.len()), value);
        }
    }

    /// The first value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// All values of an attribute.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// The groups of an attribute.
    pub fn groups<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(move |g| g.name == name)
    }
}

/// The attribute that a name stands for: `g:Image Link` and `image_link` alike.
pub fn attribute(name: &str) -> Option<&'static str> {
    if let Some(known) = KNOWN.iter().find(|known| **known == name) {
        return Some(known);
    }
    let name = name.trim();
    let name = name.strip_prefix("g:").or_else(|| name.strip_prefix("g_")).unwrap_or(name);
    let folded: String =
        name.chars().map(|c| if matches!(c, ' ' | '-') { '_' } else { c.to_ascii_lowercase() }).collect();
    let alias = |name: &str| ALIASES.iter().find(|(other, _)| *other == name).map(|(_, known)| *known);
    KNOWN.iter().find(|known| **known == folded).copied().or_else(|| alias(&folded))
}

/// Whether an alias, not the attribute's own name, was written: the own name wins where both stand there.
pub fn is_own_name(name: &str, attribute: &str) -> bool {
    name.trim().trim_start_matches("g:").replace([' ', '-'], "_").eq_ignore_ascii_case(attribute)
}

fn is_placeholder(value: &str) -> bool {
    value.len() <= 4 && matches!(value.to_ascii_lowercase().as_str(), "n/a" | "na" | "null" | "none" | "-" | "--")
}
