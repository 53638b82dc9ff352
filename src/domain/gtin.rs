//! GTINs: barcode numbers of 8, 12, 13 or 14 digits, normalised to 14 with their check digit verified.
//!
//! Never repairs a number: one that does not check is no GTIN.

/// The 14-digit form of a GTIN, `None` where the text is none, is a placeholder, or names a code that is valid in
/// one shop only (variable measure, in-store).
///
/// A number that lost its leading zeros (a JSON number) is padded to the next length that exists.
pub fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let text = ["ean:", "gtin:", "upc:", "isbn:", "urn:gtin:"]
        .iter()
        .find_map(|p| text.get(..p.len()).filter(|t| t.eq_ignore_ascii_case(p)).map(|t| &text[t.len()..]))
        .unwrap_or(text);
    let mut digits = String::with_capacity(14);
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '\u{a0}' => {}
            _ => return None,
        }
    }
    if !(7..=14).contains(&digits.len()) {
        return None;
    }
    let padded = format!("{digits:0>14}");
    is_global(&padded).then_some(padded)
}

/// GS1 General Specifications, section 7.9: weights 3, 1, 3, 1 from the left of 14 digits, sum divisible by ten.
fn check_digit(digits: &str) -> bool {
    let sum: u32 = digits.bytes().enumerate().map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 }).sum();
    sum.is_multiple_of(10)
}

/// Whether a number of 14 digits checks, is no placeholder and counts in every shop.
pub fn is_global(digits: &str) -> bool {
    digits.len() == 14
        && digits.bytes().all(|b| b.is_ascii_digit())
        && check_digit(digits)
        && !is_placeholder(digits)
        && !is_restricted(digits)
}

fn is_placeholder(digits: &str) -> bool {
    let significant = digits.trim_start_matches('0');
    significant.len() < 5
        || significant.bytes().all(|b| Some(b) == significant.bytes().next())
        || matches!(significant, "1234567890128" | "123456789012" | "12345670" | "12345678901231")
}

/// Prefixes 02 and 20 to 29 of a 13-digit code mean something within one shop only.
fn is_restricted(digits: &str) -> bool {
    digits.starts_with("002") && !digits.starts_with("00000") || digits.starts_with("02")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lengths_come_out_as_fourteen_digits() {
        for (text, wanted) in [
            ("9520000123451", Some("09520000123451")),
            ("012345678905", Some("00012345678905")),
            ("12345678905", Some("00012345678905")),
            ("96385074", Some("00000096385074")),
            ("19520000123458", Some("19520000123458")),
            ("ean:952-0000-12345-1", Some("09520000123451")),
            ("9520000123452", None),
            ("SKU-9520000123451", None),
            ("1234567890128", None),
            ("0000000000000", None),
            ("2012345000004", None),
            ("", None),
        ] {
            assert_eq!(normalise(text).as_deref(), wanted, "{text}");
        }
    }
}
