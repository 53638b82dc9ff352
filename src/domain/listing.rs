//! A listing that changed: what a shop said before and says now, and what that means for the price of an amount.
//!
//! Pure. Rounds only where a price is shown.

use super::quantity::Parts;
use super::{Money, OfferId, Timestamp};
use serde::{Deserialize, Serialize};

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedField {
    Title,
    Variant,
    Seller,
    /// How much is in the pack.
    Content,
    Condition,
    /// An attribute, by its name.
    Specification(String),
}

impl ChangedField {
    /// What stands before an attribute's name in the database.
    pub const SPECIFICATION: &'static str = "spec:";

    /// The stable word in the database; a specification has its name behind it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Variant => "variant",
            Self::Seller => "seller",
            Self::Content => "content",
            Self::Condition => "condition",
            Self::Specification(_) => Self::SPECIFICATION,
        }
    }

    /// The field of a stored word.
    pub fn from_stored(word: &str) -> Self {
        let plain = [Self::Title, Self::Variant, Self::Seller, Self::Content, Self::Condition];
        plain
            .into_iter()
            .find(|field| field.word() == word)
            .unwrap_or_else(|| Self::Specification(word.strip_prefix(Self::SPECIFICATION).unwrap_or(word).to_owned()))
    }
}

/// One change of one listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListingChange {
    pub offer: OfferId,
    pub shop: String,
    /// When the new state was first seen.
    pub at: Timestamp,
    pub field: ChangedField,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The price on both sides of a change of content, where both were in one currency.
    pub price_before: Option<Money>,
    pub price_after: Option<Money>,
}

impl ListingChange {
    /// The unit prices before and after a change of content, with the unit they are for (`kg`, `l`).
    pub fn unit_prices(&self) -> Option<(Money, Money, &'static str)> {
        let (before, unit) = per_unit(self.price_before?, self.before.as_deref()?)?;
        let (after, _) = per_unit(self.price_after?, self.after.as_deref()?)?;
        Some((before, after, unit))
    }

    /// Whether the pack got smaller while the price did not fall with it.
    pub fn is_shrinkflation(&self) -> bool {
        let content = |text: &Option<String>| Parts::of(text.as_deref()?).content();
        let smaller = content(&self.after).zip(content(&self.before)).is_some_and(|(after, before)| after < before);
        smaller && self.unit_prices().is_some_and(|(before, after, _)| after.minor > before.minor)
    }

    /// In plain words: `pack 500 g -> 450 g at the same price: €4.00 -> €4.44 per kg`.
    pub fn told(&self) -> String {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        let (before, after) = (side(&self.before), side(&self.after));
        match &self.field {
            ChangedField::Content => {
                let lead = if self.is_shrinkflation() { "smaller pack: " } else { "pack: " };
                let price = match (self.price_before, self.price_after) {
                    (Some(old), Some(new)) if old == new => format!(" at the same price of {new}"),
                    (Some(old), Some(new)) => format!(", price {old} -> {new}"),
                    _ => String::new(),
                };
                let unit = self.unit_prices().map(|(old, new, unit)| format!("; per {unit} {old} -> {new}"));
                format!("{lead}{before} -> {after}{price}{}", unit.unwrap_or_default())
            }
            ChangedField::Specification(name) => format!("{}: {before} -> {after}", name.replace('_', " ")),
            field => format!("{}: {before} -> {after}", field.word()),
        }
    }
}

/// Price per kg or l, rounded half up.
fn per_unit(price: Money, content: &str) -> Option<(Money, &'static str)> {
    let content = Parts::of(content).content()?;
    let (whole, unit) = match content.measure {
        super::quantity::Measure::Mass => (1_000_000_000_i128, "kg"),
        _ => (1_000_000, "l"),
    };
    let each = i128::from(content.thousandths);
    if each <= 0 {
        return None;
    }
    let minor = (i128::from(price.minor) * whole * 2 + each).div_euclid(each * 2);
    Some((Money::new(i64::try_from(minor).ok()?, price.currency), unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn a_smaller_pack_at_the_same_price_is_told_with_its_unit_prices() {
        let price = Some(Money::new(200, Currency::EUR));
        let mut change = ListingChange {
            offer: OfferId(1),
            shop: "A".into(),
            at: Timestamp::UNIX_EPOCH,
            field: ChangedField::Content,
            before: Some("500 g".into()),
            after: Some("450 g".into()),
            price_before: price,
            price_after: price,
        };
        assert!(change.is_shrinkflation());
        assert_eq!(change.told(), "smaller pack: 500 g -> 450 g at the same price of €2.00; per kg €4.00 -> €4.44");
        change.price_after = Some(Money::new(180, Currency::EUR));
        assert!(!change.is_shrinkflation(), "the price fell with the pack");
        assert_eq!(ChangedField::from_stored("spec:noise"), ChangedField::Specification("noise".into()));
    }
}
