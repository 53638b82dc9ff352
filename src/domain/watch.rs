//! A wish to be told about a price or about stock, and how far it has come. Never fires by itself: `refresh` and
//! `watch check` compare it to the store.

use super::{Currency, Money, ProductId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Row id of a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WatchId(pub i64);

/// A share in hundredths of a percent: 12.5 % is 1250. Serialises as the number of percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(pub u32);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{whole}%"),
            (_, 0) => write!(f, "{whole}.{}%", rest / 10),
            _ => write!(f, "{whole}.{rest:02}%"),
        }
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u32(self.0 / 100)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 100.0)
        }
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = f64::deserialize(deserializer)?;
        if (0.0..=1e6).contains(&percent) {
            Ok(Self((percent * 100.0).round() as u32))
        } else {
            Err(serde::de::Error::custom("a percentage from 0 to 1000000"))
        }
    }
}

/// What a watch waits for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WatchKind {
    /// The price is below a bound.
    Below { below: Money },
    /// The price is that much lower than when the watch was added or last told.
    Drop { percent: Percent },
    /// The price is lower than any that was observed.
    NewLow,
    /// It can be bought after it could not.
    BackInStock,
    /// The price is that much higher than when the watch was added or last told.
    Rise { percent: Percent },
}

impl WatchKind {
    /// The stable word in JSON and in the database.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Below { .. } => "below",
            Self::Drop { .. } => "drop",
            Self::NewLow => "new_low",
            Self::BackInStock => "back_in_stock",
            Self::Rise { .. } => "rise",
        }
    }

    /// What it waits for in a few words: `below €40.00`, `10% drop`.
    pub fn label(&self) -> String {
        match self {
            Self::Below { below } => format!("below {below}"),
            Self::Drop { percent } => format!("{percent} drop"),
            Self::NewLow => "a new low".to_owned(),
            Self::BackInStock => "back in stock".to_owned(),
            Self::Rise { percent } => format!("{percent} rise"),
        }
    }
}

/// "Tell me when this happens to that product", with what has happened so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    pub id: WatchId,
    pub product: ProductId,
    #[serde(flatten)]
    pub kind: WatchKind,
    /// Compares price and shipping together; offers whose shipping is not known take no part.
    pub with_shipping: bool,
    /// Prices in other currencies take no part; `None` until a price was seen.
    pub currency: Option<Currency>,
    /// Drop and rise: the price when the watch was added. New low: the lowest price known. Else unused.
    pub base: Option<Money>,
    /// The price last told, while the crossing lasts.
    pub told: Option<Money>,
    /// Whether the next crossing is told.
    pub armed: bool,
    pub created_at: Timestamp,
    /// When the crossing that lasts was told; `None` while armed.
    pub crossed_at: Option<Timestamp>,
    /// Counts the changes of this row, so that two checks at once cannot both tell one crossing.
    #[serde(skip)]
    pub revision: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_reads_back_from_its_json_and_a_bound_keeps_its_place() {
        let watch = Watch {
            id: WatchId(3),
            product: ProductId(7),
            kind: WatchKind::Below { below: Money::new(4000, Currency::EUR) },
            with_shipping: false,
            currency: Some(Currency::EUR),
            base: None,
            told: None,
            armed: true,
            created_at: Timestamp::UNIX_EPOCH,
            crossed_at: None,
            revision: 0,
        };
        let kinds = [
            watch.kind,
            WatchKind::Drop { percent: Percent(1250) },
            WatchKind::Rise { percent: Percent(1000) },
            WatchKind::NewLow,
            WatchKind::BackInStock,
        ];
        for kind in kinds {
            let watch = Watch { kind, ..watch.clone() };
            let json = serde_json::to_value(&watch).unwrap();
            assert_eq!(json["kind"], kind.word());
            assert_eq!(serde_json::from_value::<Watch>(json).unwrap(), watch);
        }
        assert_eq!(serde_json::to_value(&watch).unwrap()["below"]["minor"], 4000);
    }

    #[test]
    fn percentages_print_without_needless_digits() {
        let texts: Vec<String> = [1000, 1250, 1205, 50].map(|n| Percent(n).to_string()).into();
        assert_eq!(texts, ["10%", "12.5%", "12.05%", "0.5%"]);
    }
}
