//! Amounts in titles and variants: `6 x 330 ml`, `0,5 kg`, `128GB`, `pack of 4`, and a title taken apart into them.
//!
//! Whole numbers in small base units, so that equal amounts are equal however they are written. Never guesses a unit.

/// What an amount measures; amounts of different measures are never compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    Mass,
    Volume,
    Length,
    Data,
    Power,
    Energy,
    Charge,
    Voltage,
    Frequency,
}

/// An amount in thousandths of the measure's small unit: mg, ml, mm, MB, W, Wh, mAh, V, Hz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quantity {
    pub measure: Measure,
    pub thousandths: i64,
}

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Amounts with a unit, each once, smallest first within a measure.
    pub quantities: Vec<Quantity>,
    /// How many come in one pack, where that is said and more than one.
    pub pack: Option<u32>,
    /// Bare numbers as written: generations, years, model numbers.
    pub numbers: Vec<String>,
    /// Words with letters and digits both and four characters or more: model numbers, without dashes.
    pub codes: Vec<String>,
    /// Everything else in lower case, in the order written.
    pub words: Vec<String>,
}

/// Spelling, measure, thousandths of its small unit. Inch, pound and ounce by the 1959 agreement; fluid ounce US.
const UNITS: &[(&str, Measure, i64)] = &[
    ("mg", Measure::Mass, 1_000),
    ("g", Measure::Mass, 1_000_000),
    ("gr", Measure::Mass, 1_000_000),
    ("gram", Measure::Mass, 1_000_000),
    ("grams", Measure::Mass, 1_000_000),
    ("gramm", Measure::Mass, 1_000_000),
    ("kg", Measure::Mass, 1_000_000_000),
    ("kgs", Measure::Mass, 1_000_000_000),
    ("kilo", Measure::Mass, 1_000_000_000),
    ("oz", Measure::Mass, 28_349_523),
    ("lb", Measure::Mass, 453_592_370),
    ("lbs", Measure::Mass, 453_592_370),
    ("ml", Measure::Volume, 1_000),
    ("cl", Measure::Volume, 10_000),
    ("dl", Measure::Volume, 100_000),
    ("l", Measure::Volume, 1_000_000),
    ("lt", Measure::Volume, 1_000_000),
    ("ltr", Measure::Volume, 1_000_000),
    ("litre", Measure::Volume, 1_000_000),
    ("litres", Measure::Volume, 1_000_000),
    ("liter", Measure::Volume, 1_000_000),
    ("floz", Measure::Volume, 29_574),
    ("mm", Measure::Length, 1_000),
    ("cm", Measure::Length, 10_000),
    ("m", Measure::Length, 1_000_000),
    ("inch", Measure::Length, 25_400),
    ("inches", Measure::Length, 25_400),
    ("zoll", Measure::Length, 25_400),
    ("\"", Measure::Length, 25_400),
    ("″", Measure::Length, 25_400),
    ("ft", Measure::Length, 304_800),
    ("mb", Measure::Data, 1_000),
    ("gb", Measure::Data, 1_000_000),
    ("tb", Measure::Data, 1_000_000_000),
    ("w", Measure::Power, 1_000),
    ("watt", Measure::Power, 1_000),
    ("watts", Measure::Power, 1_000),
    ("kw", Measure::Power, 1_000_000),
    ("wh", Measure::Energy, 1_000),
    ("kwh", Measure::Energy, 1_000_000),
    ("mah", Measure::Charge, 1_000),
    ("ah", Measure::Charge, 1_000_000),
    ("v", Measure::Voltage, 1_000),
    ("volt", Measure::Voltage, 1_000),
    ("hz", Measure::Frequency, 1_000),
];

/// Words after a number that count pieces in a pack.
const PIECES: [&str; 19] = [
    "pack", "packs", "pk", "er", "pcs", "pc", "pieces", "piece", "stück", "stk", "ct", "count", "cans", "bottles",
    "bags", "rolls", "sachets", "tablets", "capsules",
];

impl Parts {
    /// Takes a title or a variant apart.
    pub fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let mut parts = Self::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += parts.take(token, &tokens, at);
        }
        parts.quantities.sort_unstable();
        parts.quantities.dedup();
        parts.pack = parts.pack.filter(|n| *n > 1);
        parts
    }

    /// Reads what begins at `at`; how many tokens that took.
    fn take(&mut self, token: &str, tokens: &[String], at: usize) -> usize {
        let next = |n: usize| tokens.get(at + n).map(String::as_str).unwrap_or_default();
        if let Some(value) = milli(token) {
            if let Some(found) = quantity(value, next(1)) {
                self.quantities.push(found);
                return 2;
            }
            if next(1) == "fl" && next(2) == "oz" {
                self.quantities.extend(quantity(value, "floz"));
                return 3;
            }
            if is_times(next(1)) {
                return self.times(value, tokens, at);
            }
            if PIECES.contains(&next(1)) {
                self.pack_of(value);
                return 2;
            }
            self.numbers.push(token.trim_start_matches('0').to_owned());
            return 1;
        }
        if let Some(value) = milli(next(1)).filter(|_| is_times(token)) {
            self.pack_of(value);
            return 2;
        }
        let counted = matches!(token, "pack" | "set" | "box" | "case" | "bundle") && next(1) == "of";
        if let Some(value) = milli(next(2)).filter(|_| counted) {
            self.pack_of(value);
            return 3;
        }
        match token {
            "twin" | "duo" if matches!(next(1), "pack" | "packs") => {
                self.pack = Some(2);
                return 2;
            }
            _ => {}
        }
        let digits = token.chars().any(|c| c.is_ascii_digit());
        let compact: String = token.chars().filter(|c| c.is_alphanumeric()).collect();
        if digits && compact.chars().any(char::is_alphabetic) && compact.chars().count() >= 4 {
            self.codes.push(compact);
        } else if digits {
            self.numbers.push(compact);
        } else {
            self.words.extend(token.split('-').filter(|w| !w.is_empty()).map(str::to_owned));
        }
        1
    }

    /// `24 x 300 ml` is a pack; `45 x 60 cm` are two lengths.
    fn times(&mut self, value: i64, tokens: &[String], at: usize) -> usize {
        let next = |n: usize| tokens.get(at + n).map(String::as_str).unwrap_or_default();
        let Some(second) = milli(next(2)) else {
            self.pack_of(value);
            return 2;
        };
        match quantity(second, next(3)) {
            Some(each) if each.measure != Measure::Length => {
                self.pack_of(value);
                2
            }
            Some(each) => {
                self.quantities.push(each);
                self.quantities.extend(quantity(value, next(3)));
                4
            }
            None if is_times(next(3)) => {
                // Three lengths: the last one says the unit, and the next turn reads the other two.
                let unit = tokens.get(at + 5).map(String::as_str).unwrap_or_default();
                self.quantities.extend(quantity(value, unit).filter(|q| q.measure == Measure::Length));
                2
            }
            None => {
                self.pack_of(value);
                2
            }
        }
    }

    fn pack_of(&mut self, milli: i64) {
        let count = u32::try_from(milli / 1000).ok().filter(|n| milli % 1000 == 0 && (1..=10_000).contains(n));
        self.pack = count.map(|n| n.saturating_mul(self.pack.unwrap_or(1))).or(self.pack);
    }

    /// What a buyer gets of the goods: pack times the one amount of mass or volume; `None` where none or several are
    /// said.
    pub fn content(&self) -> Option<Quantity> {
        let mut goods = self.quantities.iter().filter(|q| matches!(q.measure, Measure::Mass | Measure::Volume));
        let (one, more) = (goods.next()?, goods.next());
        if more.is_some() {
            return None;
        }
        let total = one.thousandths.checked_mul(i64::from(self.pack.unwrap_or(1)))?;
        Some(Quantity { measure: one.measure, thousandths: total })
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (unit, size, big, many) = match self.measure {
            Measure::Mass => ("g", 1_000_000, "kg", 1_000_000_000),
            Measure::Volume => ("ml", 1_000, "l", 1_000_000),
            Measure::Length => ("cm", 10_000, "m", 1_000_000),
            Measure::Data => ("GB", 1_000_000, "TB", 1_000_000_000),
            Measure::Power => ("W", 1_000, "kW", 1_000_000),
            Measure::Energy => ("Wh", 1_000, "kWh", 1_000_000),
            Measure::Charge => ("mAh", 1_000, "Ah", 1_000_000),
            Measure::Voltage => ("V", 1_000, "kV", 1_000_000),
            Measure::Frequency => ("Hz", 1_000, "kHz", 1_000_000),
        };
        let (unit, size) = if self.thousandths >= many { (big, many) } else { (unit, size) };
        let text = format!("{}.{:03}", self.thousandths / size, self.thousandths % size * 1000 / size);
        write!(f, "{} {unit}", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn is_times(token: &str) -> bool {
    matches!(token, "x" | "×" | "*")
}

fn quantity(milli: i64, unit: &str) -> Option<Quantity> {
    if unit.is_empty() {
        return None;
    }
    let (_, measure, size) = UNITS.iter().find(|(name, ..)| *name == unit)?;
    let thousandths = i128::from(milli) * i128::from(*size) / 1000;
    Some(Quantity { measure: *measure, thousandths: i64::try_from(thousandths).ok()? })
}

/// A plain number in thousandths. A comma or point before exactly three digits groups thousands unless the whole part
/// is zero: `1,000 ml`, but `0,125 l`.
fn milli(token: &str) -> Option<i64> {
    if !token.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (whole, fraction) = match token.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, fraction),
        None => (token, ""),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || whole.len() + fraction.len() > 9 {
        return None;
    }
    if fraction.len() == 3 && whole != "0" && token.contains(',') {
        return format!("{whole}{fraction}").parse::<i64>().ok()?.checked_mul(1000);
    }
    let kept: String = fraction.chars().chain("000".chars()).take(3).collect();
    whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(kept.parse().ok()?)
}

/// Lower-case tokens; numbers stand apart from the unit or the `x` that follows them without a space, and nothing else
/// is taken apart.
fn tokens(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut out = Vec::new();
    let separates = |c: char| match c {
        'a'..='z' | '0'..='9' => false,
        '(' | ')' | '[' | ']' | '{' | '}' | ';' | ':' | '|' | '/' | '+' | '&' | '!' | '?' | '\'' | '_' => true,
        '®' | '™' | '’' | '„' | '“' | '”' => true,
        other => other.is_whitespace(),
    };
    for chunk in lower.split(separates) {
        let chunk = chunk.trim_matches(|c: char| matches!(c, '.' | ',' | '-' | '–' | '—'));
        // A comma between digits belongs to the number.
        let mut rest = chunk;
        while let Some(at) = rest.char_indices().position(|(i, c)| c == ',' && !between_digits(rest, i)) {
            let (head, tail) = rest.split_at(rest.char_indices().nth(at).map_or(rest.len(), |(i, _)| i));
            split_number(head, &mut out);
            rest = tail.trim_start_matches(',');
        }
        split_number(rest, &mut out);
    }
    out
}

fn between_digits(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let after = text.get(at + 1..).and_then(|t| t.chars().next());
    [before, after].into_iter().all(|c| c.is_some_and(|c| c.is_ascii_digit()))
}

/// `500ml` and `6x330ml` become numbers and units; a code such as `wh-1000xm5` stays whole.
fn split_number(chunk: &str, out: &mut Vec<String>) {
    if !chunk.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | 'x' | '×')) {
        // Most words.
        out.extend(Some(chunk.to_owned()).filter(|word| !word.is_empty()));
        return;
    }
    let end = chunk.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(chunk.len());
    let (number, rest) = chunk.split_at(end);
    let number = number.trim_end_matches(['.', ',']);
    let unit = rest.trim_start_matches('-');
    let unit_known = UNITS.iter().any(|(name, ..)| *name == unit) || PIECES.contains(&unit) || is_times(unit);
    if milli(number).is_some() && !rest.is_empty() {
        if unit_known {
            out.extend([number.to_owned(), unit.to_owned()]);
            return;
        }
        let after = rest.strip_prefix(['x', '×']).filter(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(tail) = after {
            out.extend([number.to_owned(), "x".to_owned()]);
            return split_number(tail, out);
        }
    }
    if let Some(tail) = chunk.strip_prefix(['x', '×']).filter(|tail| milli(tail).is_some()) {
        // `300 ml x24`.
        out.extend(["x".to_owned(), tail.to_owned()]);
    } else if !chunk.is_empty() {
        out.push(chunk.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_the_same_however_they_are_written() {
        let content = |text: &str| Parts::of(text).content().map(|q| q.to_string());
        for (text, wanted) in [
            ("Cola 500ml", Some("500 ml")),
            ("Cola 0,5 l", Some("500 ml")),
            ("Cola (24 x 300 ml)", Some("7.2 l")),
            ("Cola 6x33cl", Some("1.98 l")),
            ("Oats 1,000 g", Some("1 kg")),
            ("Butter 2er Pack à 250g", Some("500 g")),
            ("Butter, pack of 4, 250 g", Some("1 kg")),
            ("Shelf 45 x 60 cm", None),
            ("Phone 128GB", None),
        ] {
            assert_eq!(content(text).as_deref(), wanted, "{text}: {:?}", Parts::of(text));
        }
    }

    #[test]
    fn codes_stay_whole_and_numbers_stay_apart() {
        let parts = Parts::of("Sonora WH-1000XM5 headphones, gen 2, 55\" TV");
        assert_eq!(parts.codes, ["wh1000xm5"]);
        assert_eq!(parts.numbers, ["2"]);
        assert_eq!(parts.quantities.len(), 1, "{parts:?}");
        assert_eq!(Parts::of("Phone 15 Pro 256 GB").numbers, ["15"]);
        assert_eq!(Parts::of("Box 10 x 20 x 30 cm").quantities.len(), 3);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken_apart(text in ".{0,200}") {
            let _ = Parts::of(&text).content();
        }
    }
}
