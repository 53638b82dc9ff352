//! The sentences of claims: English for all of them, Hebrew for pick, fit, price, rating and missing.
//!
//! Names and figures are put in as they are. Never computes a figure.

use super::super::aspect;
use crate::domain::Language;

/// A language that claims are worded in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    En,
    He,
}

impl Lang {
    /// Hebrew for Hebrew questions, else English.
    pub fn of(language: Language) -> Self {
        if language == Language::He { Self::He } else { Self::En }
    }

    pub fn price(self, name: &str, price: &str, shop: &str) -> String {
        match self {
            Self::En => format!("{name} costs {price} at {shop}."),
            Self::He => format!("{name} עולה {price} ב-{shop}."),
        }
    }

    pub fn under_limit(self, name: &str, price: &str, shop: &str, spare: &str, limit: &str) -> String {
        match self {
            Self::En => format!("{name} costs {price} at {shop}, {spare} under your limit of {limit}."),
            Self::He => format!("{name} עולה {price} ב-{shop}, {spare} מתחת לתקרה שלך של {limit}."),
        }
    }

    pub fn at_limit(self, name: &str, price: &str, shop: &str) -> String {
        match self {
            Self::En => format!("{name} costs {price} at {shop}, exactly your limit."),
            Self::He => format!("{name} עולה {price} ב-{shop}, בדיוק התקרה שלך."),
        }
    }

    pub fn rated(self, name: &str, stars: &str, count: Option<&str>) -> String {
        match (self, count) {
            (Self::En, Some(n)) => format!("{name} is rated {stars} in {n} ratings."),
            (Self::En, None) => format!("{name} is rated {stars}."),
            (Self::He, Some(n)) => {
                format!("{name} מדורג {} מתוך 5 לפי {n} דירוגים.", stars.trim_end_matches(" of 5"))
            }
            (Self::He, None) => format!("{name} מדורג {} מתוך 5.", stars.trim_end_matches(" of 5")),
        }
    }

    pub fn rated_enough(self, name: &str, stars: &str, count: Option<&str>, least: &str) -> String {
        match (self, count) {
            (Self::En, Some(n)) => {
                format!("{name} is rated {stars} in {n} ratings, and you asked for {least} stars or better.")
            }
            (Self::En, None) => format!("{name} is rated {stars}, and you asked for {least} stars or better."),
            (Self::He, _) => format!("{} ביקשת {least} לפחות.", self.rated(name, stars, count)),
        }
    }

    /// "A is 45 cm wide, and you asked for at most 60 cm."
    pub fn meets(self, name: &str, field: &str, value: &str, bound: &str) -> String {
        match self {
            Self::En => format!("{}, and you asked for {bound}.", state(name, field, value)),
            Self::He => format!("{name}: {} {value}, וביקשת {bound}.", he_label(field)),
        }
    }

    pub fn states(self, name: &str, field: &str, value: &str) -> String {
        match self {
            Self::En => format!("{}.", state(name, field, value)),
            Self::He => format!("{name}: {} {value}.", he_label(field)),
        }
    }

    pub fn missing(self, name: &str, field: &str) -> String {
        match self {
            Self::En => format!("The {} of {name} is not stated.", label(field)),
            Self::He => format!("{}: לא צוין לגבי {name}.", he_label(field)),
        }
    }

    pub fn no_rating(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} has no ratings in the data."),
            Self::He => format!("אין בנתונים דירוגים של {name}."),
        }
    }
}

/// The aspect's name in a sentence.
pub fn label(field: &str) -> String {
    aspect::of(field).map_or_else(|| aspect::label(field), |a| a.name.clone())
}

fn he_label(field: &str) -> String {
    aspect::of(field).map_or_else(|| aspect::label(field), |a| a.he.clone())
}

/// "NordWash 45 Slim runs at 42 dB", without the full stop.
fn state(name: &str, field: &str, value: &str) -> String {
    match aspect::of(field) {
        Some(aspect) => format!("{name} {}", aspect.state.replace("{v}", value)),
        None => format!("The {} of {name} is {value}", aspect::label(field)),
    }
}

/// "1 gap", "3 gaps".
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
