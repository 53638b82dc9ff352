//! Attributes as sources write them -> name in snake case and a value with its unit: `"42 dB"`, `"Yes"`, `45 CMT`.
//!
//! Converts no units, guesses no meaning: text that is no number with a unit stays text.

use crate::domain::{Attribute, AttributeValue};

/// Longer values are cut (chars).
const MOST_CHARS: usize = 200;

/// An attribute of the given name and value; `None` where either is empty. `unit` is a unit given apart.
pub fn read(name: &str, value: &str, unit: Option<&str>) -> Option<Attribute> {
    let name = name_of(name);
    let value = value.trim();
    if name.is_empty() || value.is_empty() {
        return None;
    }
    Some(Attribute::new(name, value_of(value, unit)))
}

/// `Noise level (dB)` -> `noise_level`.
pub fn name_of(label: &str) -> String {
    let label = label.split(['(', '[']).next().unwrap_or_default();
    let mut name = String::new();
    let mut before = ' ';
    for c in label.trim().chars().take(60) {
        if c.is_alphanumeric() {
            if c.is_uppercase() && before.is_lowercase() {
                name.push('_');
            }
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
        before = c;
    }
    name.trim_end_matches('_').to_owned()
}

fn value_of(value: &str, unit: Option<&str>) -> AttributeValue {
    match value.to_lowercase().as_str() {
        "yes" | "true" | "ja" | "oui" | "sí" | "כן" => return AttributeValue::Flag(true),
        "no" | "false" | "nein" | "non" | "לא" => return AttributeValue::Flag(false),
        _ => {}
    }
    number(value, unit).unwrap_or_else(|| AttributeValue::Text(value.chars().take(MOST_CHARS).collect()))
}

/// A number with at most one short word after it.
fn number(value: &str, unit: Option<&str>) -> Option<AttributeValue> {
    let end = value.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-')).unwrap_or(value.len());
    let (digits, rest) = value.split_at(end);
    let negative = digits.starts_with('-');
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let plain = match (digits.matches(',').count(), digits.contains('.')) {
        (0, _) => digits.to_owned(),
        (1, false) => digits.replace(',', "."),
        _ => return None,
    };
    // Numbers with leading zeros are codes, not amounts.
    if plain.starts_with('0') && plain.len() > 1 && !plain.starts_with("0.") {
        return None;
    }
    let parsed: f64 = plain.parse().ok().filter(|n: &f64| n.is_finite())?;
    let word = unit.map(str::trim).filter(|u| !u.is_empty()).unwrap_or_else(|| rest.trim());
    let symbol = unit_symbol(word)?;
    Some(AttributeValue::Number { value: if negative { -parsed } else { parsed }, unit: symbol })
}

/// The short symbol of a unit: UN/CEFACT codes and words folded, other short words kept; `None` for prose.
pub fn unit_symbol(word: &str) -> Option<String> {
    const CODES: [(&str, &str); 34] = [
        ("CMT", "cm"),
        ("MMT", "mm"),
        ("MTR", "m"),
        ("INH", "in"),
        ("FOT", "ft"),
        ("KGM", "kg"),
        ("GRM", "g"),
        ("LBR", "lb"),
        ("ONZ", "oz"),
        ("LTR", "l"),
        ("MLT", "ml"),
        ("CLT", "cl"),
        ("WTT", "W"),
        ("KWT", "kW"),
        ("KWH", "kWh"),
        ("VLT", "V"),
        ("HTZ", "Hz"),
        ("C62", ""),
        ("H87", ""),
        ("CEL", "°C"),
        ("DAY", "days"),
        ("MON", "months"),
        ("HUR", "h"),
        ("MIN", "min"),
        ("E34", "GB"),
        ("4L", "MB"),
        ("2N", "dB"),
        ("dB(A)", "dB"),
        ("dba", "dB"),
        ("litres", "l"),
        ("liters", "l"),
        ("L", "l"),
        ("watts", "W"),
        ("inches", "in"),
    ];
    if let Some((_, symbol)) = CODES.iter().find(|(code, _)| *code == word) {
        return Some((*symbol).to_owned());
    }
    let short = word.chars().count() <= 10
        && !word.contains(char::is_whitespace)
        && !word.contains(|c: char| c.is_ascii_digit());
    short.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_flags_and_text_are_told_apart() {
        let number = |value: f64, unit: &str| AttributeValue::Number { value, unit: unit.into() };
        for (value, unit, wanted) in [
            ("42 dB", None, number(42.0, "dB")),
            ("42dB(A)", None, number(42.0, "dB")),
            ("44,8", Some("CMT"), number(44.8, "cm")),
            ("9", Some("C62"), number(9.0, "")),
            ("Yes", None, AttributeValue::Flag(true)),
            ("0012", None, AttributeValue::Text("0012".into())),
            ("10 to 12 cm", None, AttributeValue::Text("10 to 12 cm".into())),
            ("stainless steel", None, AttributeValue::Text("stainless steel".into())),
        ] {
            assert_eq!(read("x", value, unit).map(|a| a.value), Some(wanted), "{value}");
        }
        assert_eq!(name_of("Noise level (dB)"), "noise_level");
        assert_eq!(name_of("netWeight"), "net_weight");
    }
}
