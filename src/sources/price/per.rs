//! What a unit price is for: "/ 100 g", "per kg", "1 l = ". Never reads the price itself.

use super::role::unit;
use serde::Serialize;

/// The amount of goods that a unit price is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Per {
    /// Plain decimal: `100`, `0.75`.
    pub quantity: String,
    /// Short symbol: `g`, `kg`, `ml`.
    pub unit: String,
}

/// The quantity and unit written after an amount, or before it with an equals sign.
pub fn of(before: &str, after: &str) -> Option<Per> {
    of_after(&after.to_lowercase()).or_else(|| of_equation(&before.to_lowercase()))
}

/// Words that lead from a price to what it is for.
pub const LEADS: [&str; 13] =
    ["/", "per ", "pro ", "je ", "par ", "por ", "al ", "a ", "le ", "za ", "за ", "each ", "ל"];

fn of_after(after: &str) -> Option<Per> {
    let rest = after.trim_start().trim_start_matches(['*', ')', ' ']);
    let rest = LEADS.iter().find_map(|lead| rest.strip_prefix(lead))?;
    read(rest)
}

/// "1 kg = ", "(100 ml = ", as German shelf labels have it.
fn of_equation(before: &str) -> Option<Per> {
    let text = before.trim_end().strip_suffix(['=', ':'])?.trim_end();
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, ' ' | ',' | '.' | '²' | '³')));
    let text = text.get(start.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))..)?.trim_start();
    let from = text.find(|c: char| c.is_ascii_digit())?;
    read(text.get(from..)?)
}

/// Whether the words before an amount name a quantity that it is for: "1 kg = ".
pub fn equation(before: &str) -> bool {
    before.trim_end().ends_with('=') && of_equation(before).is_some()
}

/// "100 g", "kg", "0,75 l".
fn read(text: &str) -> Option<Per> {
    let text = text.trim_start();
    let number: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let rest = text.get(number.len()..)?.trim_start();
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '²' | '³')).collect();
    let unit = unit(&word)?.to_owned();
    let number = number.replace(',', ".");
    let quantity = match number.trim_matches('.') {
        "" => "1".to_owned(),
        number if number.matches('.').count() > 1 => return None,
        number => number.to_owned(),
    };
    Some(Per { quantity, unit })
}
