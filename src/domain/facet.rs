//! Facets: what the products of a result differ in, with counts, and the condition that each value stands for.
//!
//! Plain data and the narrowing of constraints by one value. Never counts: that is retrieval's.

use super::{AttributeFilter, AttributeValue, Constraints, Currency, Money, Op, PriceLimit, StatedFilter};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a facet is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// The next level of the category path below the one that all share.
    Category,
    Brand,
    Price,
    Rating,
    Availability,
    Shop,
    /// The attribute of that name.
    Attribute(String),
}

/// One condition more, as the choice of a facet's value makes it. Ranges hold from `from`, inclusive, to below `below`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Narrowing {
    Category {
        path: String,
    },
    Brand {
        brand: String,
    },
    Price {
        from: Option<Money>,
        below: Option<Money>,
    },
    /// At least so many.
    Stars {
        least: f64,
    },
    InStock,
    Shop {
        shop: String,
    },
    Range {
        name: String,
        unit: String,
        from: Option<f64>,
        below: Option<f64>,
    },
    Number {
        name: String,
        unit: String,
        value: f64,
    },
    Stated {
        name: String,
        value: AttributeValue,
    },
}

/// A value of a facet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FacetValue {
    /// As a person reads it: `€50 to €100`, `45 cm`, `4 stars or better`.
    pub label: String,
    /// Products left when [`FacetValue::narrowing`] is applied.
    pub count: usize,
    /// How many of those stand among the first [`Facet::LEADING`] of the result.
    pub leading: usize,
    pub narrowing: Narrowing,
}

/// Something the products of a result differ in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facet {
    pub aspect: Aspect,
    /// `brand`, `price`, `energy class`.
    pub label: String,
    /// Ranges and sizes from the low to the high, everything else the commonest first.
    pub values: Vec<FacetValue>,
    /// Products that state a value which is not among `values`.
    pub other: usize,
    /// Products that state none.
    pub unstated: usize,
    /// For prices: products priced in another currency only, which no rate brings into that of `values`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub foreign: BTreeMap<Currency, usize>,
    /// Products in the result.
    pub of: usize,
    /// Entropy of the values in bits times the share of products that state it, less where hardly anybody chooses by
    /// it; higher splits better.
    pub score: f64,
    /// The need speaks of it already.
    pub settled: bool,
}

impl Facet {
    /// How many products count as the top of a result.
    pub const LEADING: usize = 5;

    /// A value of it in words that say what it is of: `noise under 45 dB`, `Bosk`.
    pub fn told(&self, value: &FacetValue) -> String {
        match self.aspect {
            Aspect::Attribute(_) => format!("{} {}", self.label, value.label),
            _ => value.label.clone(),
        }
    }
}

impl Constraints {
    /// These constraints and one condition more.
    pub fn narrowed(&self, by: &Narrowing) -> Self {
        let mut must = self.clone();
        match by {
            Narrowing::Category { path } => must.category = Some(path.clone()),
            Narrowing::Brand { brand } => must.brands = vec![brand.clone()],
            Narrowing::Price { from, below } => must.narrow_price(from.as_ref(), below.as_ref()),
            Narrowing::Stars { least } => {
                must.min_stars = Some(must.min_stars.map_or(*least, |held| held.max(*least)));
            }
            Narrowing::InStock => must.in_stock = true,
            Narrowing::Shop { shop } => must.shops = vec![shop.clone()],
            Narrowing::Range { name, unit, from, below } => {
                let filter = |op, value| AttributeFilter { name: name.clone(), op, value, unit: unit.clone() };
                must.attributes.extend(from.map(|value| filter(Op::AtLeast, value)));
                must.attributes.extend(below.map(|value| filter(Op::Below, value)));
            }
            Narrowing::Number { name, unit, value } => must.attributes.push(AttributeFilter {
                name: name.clone(),
                op: Op::Equal,
                value: *value,
                unit: unit.clone(),
            }),
            Narrowing::Stated { name, value } => {
                must.stated.push(StatedFilter { name: name.clone(), value: value.clone() });
            }
        }
        must
    }

    /// The currency that prices are compared in: `None` where there is no limit, `Some(None)` where each offer is
    /// held against the limit in its own.
    pub fn limit_currency(&self) -> Option<Option<Currency>> {
        let limits = [&self.max_price, &self.min_price].into_iter().flatten();
        limits.map(|limit| limit.currency).reduce(Option::or)
    }

    /// The tighter of the limits held and those of a price band. A limit without a currency stays one, since another
    /// would let in what it keeps out.
    fn narrow_price(&mut self, from: Option<&Money>, below: Option<&Money>) {
        let held = self.limit_currency();
        let currency = |money: &Money| held.unwrap_or(Some(money.currency));
        if let Some(from) = from {
            let milli = milli(from.milli());
            let milli = self.min_price.map_or(milli, |held| held.milli.max(milli));
            self.min_price = Some(PriceLimit { milli, currency: currency(from) });
        }
        if let Some(below) = below {
            // The dearest amount below it: a limit holds inclusively.
            let last = below.minor.checked_sub(1).map_or(*below, |minor| Money::new(minor, below.currency));
            let milli = milli(last.milli());
            let milli = self.max_price.map_or(milli, |held| held.milli.min(milli));
            self.max_price = Some(PriceLimit { milli, currency: currency(below) });
        }
    }
}

/// Saturated to what a limit holds.
fn milli(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(minor: i64) -> Option<Money> {
        Some(Money::new(minor, Currency::EUR))
    }

    #[test]
    fn a_price_band_keeps_the_tighter_limit() {
        let limit = |milli| Some(PriceLimit { milli, currency: Some(Currency::EUR) });
        let must = Constraints { max_price: limit(80_000), ..Constraints::default() };
        let wide = must.narrowed(&Narrowing::Price { from: euros(5_000), below: euros(10_000) });
        assert_eq!((wide.min_price, wide.max_price), (limit(50_000), limit(80_000)));
        let tight = must.narrowed(&Narrowing::Price { from: None, below: euros(5_000) });
        assert_eq!((tight.min_price, tight.max_price), (None, limit(49_990)));
    }

    #[test]
    fn a_limit_without_a_currency_stays_one() {
        let bare = PriceLimit { milli: 80_000, currency: None };
        let must = Constraints { max_price: Some(bare), ..Constraints::default() };
        let narrowed = must.narrowed(&Narrowing::Price { from: euros(5_000), below: None });
        assert_eq!(narrowed.min_price, Some(PriceLimit { milli: 50_000, currency: None }));
    }

    #[test]
    fn a_range_of_a_size_is_two_conditions() {
        let by = Narrowing::Range { name: "width".into(), unit: "cm".into(), from: Some(45.0), below: Some(60.0) };
        let must = Constraints::default().narrowed(&by);
        let ops: Vec<(Op, f64)> = must.attributes.iter().map(|f| (f.op, f.value)).collect();
        assert_eq!(ops, [(Op::AtLeast, 45.0), (Op::Below, 60.0)]);
    }
}
