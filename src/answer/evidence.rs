//! Cards: the numbered evidence of one answer, each fact with its typed value, its text, its row, shop and time.
//!
//! Text from outside is cleaned on its way onto a card. Never ranks, never words a sentence.

use super::event::{ResultRow, ReviewFindings};
use super::{aspect, clean};
use crate::domain::*;

/// How a number with its unit is shown: `42 dB`, `1.5 kWh`, `12` for a bare count.
pub fn number_text(value: f64, unit: &str) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    match unit {
        "" => format!("{rounded}"),
        "%" => format!("{rounded}%"),
        "years" | "year" if (rounded - 1.0).abs() < f64::EPSILON => format!("{rounded} year"),
        "year" => format!("{rounded} years"),
        "stars" if (rounded - 1.0).abs() < f64::EPSILON => format!("{rounded} star"),
        _ => format!("{rounded} {unit}"),
    }
}

/// Stars as shown: `4.4 of 5`.
pub fn stars_text(stars: f64) -> String {
    format!("{} of 5", (stars * 10.0).round() / 10.0)
}

/// A day as shown: `2026-07-14` (UTC).
pub fn day_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// A product with its texts made safe to show.
pub fn clean_product(mut product: Product) -> Product {
    let facts = &mut product.facts;
    facts.title = clean::quoted(&facts.title, clean::TITLE);
    for text in [&mut facts.brand, &mut facts.model, &mut facts.category].into_iter().flatten() {
        *text = clean::quoted(text, clean::TITLE);
    }
    if let Some(text) = &mut facts.description {
        *text = clean::line(text, clean::BODY);
    }
    for attribute in &mut facts.attributes {
        attribute.name = clean::quoted(&attribute.name, 60);
        match &mut attribute.value {
            AttributeValue::Text(text) => *text = clean::quoted(text, clean::TITLE),
            AttributeValue::Number { unit, .. } => *unit = clean::quoted(unit, 20),
            AttributeValue::Flag(_) => {}
        }
    }
    product
}

/// An offer with its texts made safe to show.
pub fn clean_offer(mut offer: Offer) -> Offer {
    offer.shop.name = clean::quoted(&offer.shop.name, 60);
    if let Some(variant) = &mut offer.variant {
        *variant = clean::quoted(variant, 80);
    }
    offer
}

/// The name used in sentences: brand and model where both are known, else the title up to its first comma.
pub fn short_name(product: &ProductFacts) -> String {
    let title = product.title.trim();
    if let (Some(brand), Some(model)) = (&product.brand, &product.model) {
        let holds = |part: &str| title.to_lowercase().contains(&part.to_lowercase());
        let name = if model.to_lowercase().starts_with(&brand.to_lowercase()) {
            model.clone()
        } else {
            format!("{brand} {model}")
        };
        if holds(model) && name.chars().count() <= 40 {
            return name;
        }
    }
    let head = title.split([',', ';', '(', '|']).next().unwrap_or(title).trim();
    let head = head.split(" - ").next().unwrap_or(head).split(" – ").next().unwrap_or(head).trim();
    let head = without_figures(head);
    let name = if head.chars().count() < 3 { title } else { head };
    let name = without_kind(name, product.category.as_deref());
    let mut short = String::new();
    for word in name.split(' ') {
        if !short.is_empty() && short.chars().count() + word.chars().count() > 48 {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short
}

/// The name up to an amount of money or a percentage, which are no part of one.
fn without_figures(name: &str) -> &str {
    let Some(at) = name.find(['€', '$', '£', '₪', '¥', '₹', '%']) else { return name };
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ');
    let head = name[..at].trim_end_matches(digits).trim();
    if head.chars().count() < 3 { name } else { head }
}

/// "Larkbone Cloister headphones" of the category headphones is "Larkbone Cloister", where two words are left.
fn without_kind<'n>(name: &'n str, category: Option<&str>) -> &'n str {
    let singular = |word: &str| word.to_lowercase().trim_end_matches('s').to_owned();
    let Some(leaf) = category.and_then(|c| c.rsplit('>').next()) else { return name };
    let kind: Vec<String> = leaf.split_whitespace().map(singular).collect();
    let mut left = name;
    while let Some((head, last)) = left.rsplit_once(' ')
        && kind.contains(&singular(last))
        && head.contains(' ')
    {
        left = head;
    }
    left
}

fn fact(field: &str, value: FactValue, text: String, row: &str) -> Fact {
    Fact { field: field.to_owned(), value, text, row: row.to_owned(), shop: None, observed_at: None }
}

/// The card of a product with its best fitting offer.
pub fn card(number: u32, kind: CardKind, product: &Product, offer: Option<&Offer>) -> Card {
    let row = format!("product:{}", product.id);
    let known = &product.facts;
    let mut facts = vec![fact("name", FactValue::Text(short_name(known)), short_name(known), &row)];
    if let Some(brand) = &known.brand {
        facts.push(fact("brand", FactValue::Text(brand.clone()), brand.clone(), &row));
    }
    if let Some(category) = &known.category {
        facts.push(fact("category", FactValue::Text(category.clone()), category.clone(), &row));
    }
    if let Some(offer) = offer {
        facts.extend(offer_facts(offer));
    }
    if let Some(rating) = known.rating {
        let value = FactValue::Number { value: rating.stars, unit: "stars".to_owned() };
        facts.push(fact("rating", value, stars_text(rating.stars), &row));
        facts.push(fact("ratings", FactValue::Count(u64::from(rating.count)), rating.count.to_string(), &row));
    }
    for attribute in &known.attributes {
        facts.push(attribute_fact(attribute, &row));
    }
    Card {
        number,
        kind,
        product: product.id,
        title: known.title.clone(),
        offer: offer.map(|o| o.id),
        facts,
        reviews: Vec::new(),
        invented: product.invented,
    }
}

/// Fields that code fills: an attribute of that name is only what a seller states.
const OWN_FIELDS: [&str; 31] = [
    "name",
    "brand",
    "category",
    "price",
    "shop",
    "list_price",
    "earlier_list_price",
    "unit_price",
    "shipping",
    "in_stock",
    "condition",
    "variant",
    "rating",
    "ratings",
    "reviews",
    "current_price",
    "last_price",
    "lowest_price",
    "lowest_on",
    "highest_price",
    "highest_on",
    "median_price",
    "first_observed",
    "last_observed",
    "days_observed",
    "days_with_a_price",
    "gaps",
    "observations",
    "stars",
    "review_count",
    "rating_count",
];

/// The label of an attribute; one that bears the name of a field of code's, or praises,
/// is marked as stated by the seller.
fn attribute_label(attribute: &Attribute) -> String {
    let label = attribute.label();
    let key = aspect::key(&label);
    let counts = ["mentions_of_", "praise_of_", "complaints_about_"].iter().any(|head| key.starts_with(head));
    let praises = matches!(attribute.value, AttributeValue::Flag(_)) && !super::verify::is_label(&label);
    if counts || praises || OWN_FIELDS.contains(&key.as_str()) { format!("stated {label}") } else { label }
}

/// The fact of one attribute.
pub fn attribute_fact(attribute: &Attribute, row: &str) -> Fact {
    let (value, text) = match &attribute.value {
        AttributeValue::Flag(flag) => (FactValue::Flag(*flag), attribute.value.to_string()),
        AttributeValue::Number { value, unit } if unit == "%" => (FactValue::Percent(*value), number_text(*value, "%")),
        AttributeValue::Number { value, unit } => {
            (FactValue::Number { value: *value, unit: unit.clone() }, number_text(*value, unit))
        }
        AttributeValue::Text(text) => (FactValue::Text(text.clone()), text.clone()),
    };
    fact(&attribute_label(attribute), value, text, row)
}

/// The facts of one offer, each with shop and time.
pub fn offer_facts(offer: &Offer) -> Vec<Fact> {
    let row = format!("offer:{}", offer.id.0);
    let mut facts = Vec::new();
    let mut add = |field: &str, value: FactValue, text: String| {
        facts.push(Fact {
            shop: Some(offer.shop.name.clone()),
            observed_at: offer.observed_at,
            ..fact(field, value, text, &row)
        });
    };
    if let Some(price) = offer.price {
        add("price", FactValue::Money(price), price.to_string());
        add("shop", FactValue::Text(offer.shop.name.clone()), offer.shop.name.clone());
        if let Some(list) = offer.list_price.filter(|l| l.compare(&price) == Some(std::cmp::Ordering::Greater)) {
            add("list price", FactValue::Money(list), list.to_string());
        }
    }
    if let Some(unit) = &offer.unit_price {
        let per = if (unit.per - 1.0).abs() < 1e-9 { unit.unit.clone() } else { number_text(unit.per, &unit.unit) };
        add("unit price", FactValue::Money(unit.money), format!("{} per {per}", unit.money));
    }
    if let Some(shipping) = offer.shipping {
        let text = if shipping.minor == 0 { "free".to_owned() } else { shipping.to_string() };
        add("shipping", FactValue::Money(shipping), text);
    }
    if let Some(buyable) = offer.availability.buyable() {
        add("in stock", FactValue::Flag(buyable), offer.availability.label().to_owned());
    }
    if offer.condition != Condition::New {
        let word = match offer.condition {
            Condition::New => "new",
            Condition::Used => "used",
            Condition::Refurbished => "refurbished",
            Condition::OpenBox => "open box",
            Condition::Damaged => "damaged",
        };
        add("condition", FactValue::Text(word.to_owned()), word.to_owned());
    }
    if let Some(variant) = &offer.variant {
        add("variant", FactValue::Text(variant.clone()), variant.clone());
    }
    facts
}

/// Puts what may be said of the prices observed onto a card.
pub fn add_history(card: &mut Card, summary: &PriceSummary) {
    let row = format!("product:{}", card.product);
    let mut add = |field: &str, value: FactValue, text: String, shop: Option<&str>, at: Option<Timestamp>| {
        card.facts.push(Fact { shop: shop.map(str::to_owned), observed_at: at, ..fact(field, value, text, &row) });
    };
    let money = |m: Money| (FactValue::Money(m), m.to_string());
    let day = |at: Timestamp| (FactValue::Date(at), day_text(at));
    let count = |n: u32| (FactValue::Count(u64::from(n)), n.to_string());
    let (v, t) = money(summary.current);
    let now = if summary.current_state == CurrentState::Available { "current price" } else { "last price" };
    add(now, v, t, Some(&summary.current_shop), Some(summary.current_at));
    let (v, t) = money(summary.lowest);
    add("lowest price", v, t, Some(&summary.lowest_shop), Some(summary.lowest_at));
    let (v, t) = day(summary.lowest_at);
    add("lowest on", v, t, Some(&summary.lowest_shop), Some(summary.lowest_at));
    let (v, t) = money(summary.highest);
    add("highest price", v, t, None, Some(summary.highest_at));
    let (v, t) = day(summary.highest_at);
    add("highest on", v, t, None, Some(summary.highest_at));
    let (v, t) = money(summary.median);
    add("median price", v, t, None, None);
    let (v, t) = day(summary.first_at);
    add("first observed", v, t, None, Some(summary.first_at));
    let (v, t) = day(summary.last_at);
    add("last observed", v, t, None, Some(summary.last_at));
    for (field, n) in [
        ("days observed", summary.days_observed),
        ("days with a price", summary.days_with_price),
        ("gaps", summary.gaps),
        ("observations", summary.observations),
    ] {
        let (v, t) = count(n);
        add(field, v, t, None, None);
    }
}

/// Puts the counts of a product's reviews onto its card.
pub fn add_reviews(card: &mut Card, findings: &ReviewFindings) {
    let row = format!("product:{}", card.product);
    let mut add = |field: String, n: u32, row: &str| {
        card.facts.push(fact(&field, FactValue::Count(u64::from(n)), n.to_string(), row));
    };
    add("reviews".to_owned(), findings.total, &row);
    for aspect in &findings.aspects {
        add(format!("mentions of {}", aspect.aspect), aspect.mentions, &row);
        let quoted = |quote: &Option<(ReviewId, String)>| {
            quote.as_ref().map_or_else(|| row.clone(), |(id, _)| format!("review:{}", id.0))
        };
        add(format!("praise of {}", aspect.aspect), aspect.positive, &quoted(&aspect.praise));
        add(format!("complaints about {}", aspect.aspect), aspect.negative, &quoted(&aspect.complaint));
        for (id, _) in [&aspect.praise, &aspect.complaint].into_iter().flatten() {
            if !card.reviews.contains(id) {
                card.reviews.push(*id);
            }
        }
    }
}

/// The card of a result row.
pub fn row_card(row: &ResultRow, kind: CardKind) -> Card {
    card(row.number, kind, &row.product, row.offer.as_ref())
}

/// Reading a card.
pub trait CardFacts {
    /// The first fact of that field or aspect.
    fn fact(&self, field: &str) -> Option<&Fact>;
    /// Value of a numeric fact with its unit; money in minor units, its unit `EUR` or `EUR per kg`.
    fn number(&self, field: &str) -> Option<(f64, String)>;
    fn money(&self, field: &str) -> Option<Money>;
    fn count(&self, field: &str) -> Option<u64>;
    /// The name used in sentences.
    fn name(&self) -> &str;
}

impl CardFacts for Card {
    fn fact(&self, field: &str) -> Option<&Fact> {
        self.facts
            .iter()
            .find(|f| aspect::key(&f.field) == aspect::key(field))
            .or_else(|| self.facts.iter().find(|f| aspect::same(&f.field, field)))
    }

    fn number(&self, field: &str) -> Option<(f64, String)> {
        let fact = self.fact(field)?;
        match &fact.value {
            FactValue::Number { value, unit } => Some((*value, unit.clone())),
            FactValue::Money(m) => {
                let per = fact.text.split_once(" per ").map_or_else(String::new, |(_, per)| format!(" per {per}"));
                Some((m.minor as f64, format!("{}{per}", m.currency)))
            }
            FactValue::Percent(p) => Some((*p, "%".to_owned())),
            FactValue::Count(n) => Some((*n as f64, String::new())),
            _ => None,
        }
    }

    fn money(&self, field: &str) -> Option<Money> {
        match self.fact(field)?.value {
            FactValue::Money(money) => Some(money),
            _ => None,
        }
    }

    fn count(&self, field: &str) -> Option<u64> {
        match self.fact(field)?.value {
            FactValue::Count(n) => Some(n),
            _ => None,
        }
    }

    fn name(&self) -> &str {
        match self.facts.iter().find(|f| f.field == "name") {
            Some(fact) => &fact.text,
            None => &self.title,
        }
    }
}

/// Gives cards whose short names are alike their full titles as names, and numbers them apart where even those are.
pub fn tell_apart(cards: &mut [Card]) {
    let names: Vec<String> = cards.iter().map(|c| c.name().to_lowercase()).collect();
    let titles: Vec<String> = cards.iter().map(|c| c.title.to_lowercase()).collect();
    for (at, card) in cards.iter_mut().enumerate() {
        if names.iter().filter(|n| **n == names[at]).count() < 2 {
            continue;
        }
        let twin = titles.iter().filter(|t| **t == titles[at]).count() > 1;
        let name = if twin { format!("{} (number {})", card.title, card.number) } else { card.title.clone() };
        if let Some(fact) = card.facts.iter_mut().find(|f| f.field == "name") {
            fact.text.clone_from(&name);
            fact.value = FactValue::Text(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(title: &str, category: &str) -> String {
        let category = Some(category.to_owned());
        short_name(&ProductFacts { title: title.to_owned(), category, ..ProductFacts::default() })
    }

    #[test]
    fn short_names_leave_out_the_kind_of_thing_and_what_follows_a_comma() {
        assert_eq!(named("Larkbone Cloister headphones, black", "audio > headphones"), "Larkbone Cloister");
        assert_eq!(named("Quellhof Tide 45 slim dishwasher", "kitchen > dishwashers"), "Quellhof Tide 45 slim");
        assert_eq!(named("Brass kettle", "kitchen > kettles"), "Brass kettle");
        assert_eq!(named("First Shake 1 l olive oil", "groceries > olive oil"), "First Shake 1 l");
        assert_eq!(named("Lamp", "home"), "Lamp");
    }
}
