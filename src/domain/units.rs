//! Units of measure: how people write them, what they measure, and conversion between them.
//!
//! Symbols follow SI and trade use as the catalogue stores them. Never touches money.

/// What a unit measures. Only units of one dimension convert into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    Mass,
    Volume,
    Length,
    Power,
    Energy,
    Charge,
    Time,
    Age,
    Sound,
    Temperature,
    Frequency,
    Data,
    Share,
    Pressure,
    Area,
    Speed,
    Voltage,
    Lumen,
    Torque,
    /// Of air.
    Flow,
}

/// A unit: symbol, what it measures, its size in the dimension's base unit, and other spellings (folded).
struct Unit {
    symbol: &'static str,
    dimension: Dimension,
    factor: f64,
    spellings: &'static [&'static str],
}

const fn unit(symbol: &'static str, dimension: Dimension, factor: f64, spellings: &'static [&'static str]) -> Unit {
    Unit { symbol, dimension, factor, spellings }
}

/// Factors: SI brochure, 9th edition; inch, foot, mile, pound and ounce by the 1959 international yard and pound
/// agreement; US gallon and fluid ounce of NIST Handbook 44, appendix C.
const UNITS: &[Unit] = &[
    unit("mg", Dimension::Mass, 0.001, &["mg", "milligram", "milligrams"]),
    unit("g", Dimension::Mass, 1.0, &["g", "gr", "gram", "grams", "gramm", "gramme", "grammes", "gramos"]),
    unit("kg", Dimension::Mass, 1000.0, &["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm"]),
    unit("oz", Dimension::Mass, 28.349_523_125, &["oz", "ounce", "ounces"]),
    unit("lb", Dimension::Mass, 453.592_37, &["lb", "lbs"]),
    unit("ml", Dimension::Volume, 0.001, &["ml", "millilitre", "millilitres", "milliliter", "milliliters"]),
    unit("cl", Dimension::Volume, 0.01, &["cl"]),
    unit("dl", Dimension::Volume, 0.1, &["dl"]),
    unit(
        "l",
        Dimension::Volume,
        1.0,
        &["l", "lt", "ltr", "litre", "litres", "liter", "liters", "litro", "litros", "litern"],
    ),
    unit("gal", Dimension::Volume, 3.785_411_784, &["gal", "gallon", "gallons"]),
    unit("fl oz", Dimension::Volume, 0.029_573_529_562_5, &["floz"]),
    unit("mm", Dimension::Length, 0.001, &["mm", "millimetre", "millimetres", "millimeter", "millimeters"]),
    unit(
        "cm",
        Dimension::Length,
        0.01,
        &["cm", "centimetre", "centimetres", "centimeter", "centimeters", "zentimeter"],
    ),
    unit("m", Dimension::Length, 1.0, &["m", "metre", "metres", "meter", "meters", "mtr", "metros"]),
    unit("km", Dimension::Length, 1000.0, &["km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"]),
    unit("in", Dimension::Length, 0.0254, &["inch", "inches", "zoll"]),
    unit("ft", Dimension::Length, 0.3048, &["ft", "foot", "feet"]),
    unit("mi", Dimension::Length, 1609.344, &["mile", "miles"]),
    unit("W", Dimension::Power, 1.0, &["w", "watt", "watts"]),
    unit("kW", Dimension::Power, 1000.0, &["kw", "kilowatt", "kilowatts"]),
    unit("hp", Dimension::Power, 745.699_871_582_27, &["hp", "horsepower"]),
    unit("Wh", Dimension::Energy, 1.0, &["wh"]),
    unit("kWh", Dimension::Energy, 1000.0, &["kwh"]),
    unit("mAh", Dimension::Charge, 0.001, &["mah"]),
    unit("Ah", Dimension::Charge, 1.0, &["ah"]),
    unit("s", Dimension::Time, 1.0, &["sec", "secs", "second", "seconds", "sekunden", "secondes", "segundos"]),
    unit("min", Dimension::Time, 60.0, &["min", "mins", "minute", "minutes", "minuten", "minutos"]),
    unit(
        "h",
        Dimension::Time,
        3600.0,
        &["h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "heure", "heures", "horas"],
    ),
    unit("days", Dimension::Time, 86_400.0, &["day", "days"]),
    unit("months", Dimension::Age, 1.0, &["month", "months"]),
    unit("years", Dimension::Age, 12.0, &["year", "years", "yr", "yrs"]),
    unit("dB", Dimension::Sound, 1.0, &["db", "dba", "decibel", "decibels", "dezibel"]),
    unit("°C", Dimension::Temperature, 1.0, &["°c", "c", "celsius", "degrees", "degree"]),
    unit("Hz", Dimension::Frequency, 1.0, &["hz", "hertz"]),
    unit("kHz", Dimension::Frequency, 1000.0, &["khz"]),
    unit("GHz", Dimension::Frequency, 1e9, &["ghz"]),
    unit("MB", Dimension::Data, 1e-3, &["mb"]),
    unit("GB", Dimension::Data, 1.0, &["gb", "gigabyte", "gigabytes"]),
    unit("TB", Dimension::Data, 1e3, &["tb", "terabyte", "terabytes"]),
    unit("%", Dimension::Share, 1.0, &["%", "percent"]),
    unit("bar", Dimension::Pressure, 1.0, &["bar", "bars"]),
    unit("m²", Dimension::Area, 1.0, &["m²", "m2", "sqm"]),
    unit("km/h", Dimension::Speed, 1.0, &["kmh", "kph"]),
    unit("V", Dimension::Voltage, 1.0, &["v", "volt", "volts"]),
    unit("Nm", Dimension::Torque, 1.0, &["nm", "newtonmeter", "newtonmetre", "newtonmetres"]),
    unit("m³/h", Dimension::Flow, 1.0, &["m³", "m3", "cbm"]),
    unit("lm", Dimension::Lumen, 1.0, &["lm", "lumen", "lumens"]),
];

fn find(written: &str) -> Option<&'static Unit> {
    let folded = written.trim().to_lowercase();
    UNITS
        .iter()
        .find(|u| u.spellings.contains(&folded.as_str()))
        .or_else(|| UNITS.iter().find(|u| u.symbol.eq_ignore_ascii_case(&folded) || u.symbol.to_lowercase() == folded))
}

/// The catalogue's symbol for a unit as somebody wrote it; `None` where it is no unit known here.
/// `in` is left out: it is a preposition far more often.
pub fn symbol(written: &str) -> Option<&'static str> {
    let folded = written.trim().to_lowercase();
    UNITS.iter().find(|u| u.spellings.contains(&folded.as_str())).map(|u| u.symbol)
}

/// What a unit measures.
pub fn dimension(written: &str) -> Option<Dimension> {
    find(written).map(|u| u.dimension)
}

/// `value` of unit `from` in unit `to`; `None` where they do not measure the same.
pub fn convert(value: f64, from: &str, to: &str) -> Option<f64> {
    if from == to {
        return Some(value);
    }
    let (from, to) = (find(from)?, find(to)?);
    (from.dimension == to.dimension).then(|| tidy(value * from.factor / to.factor))
}

/// Rounds away the noise of binary fractions, at nine significant places.
fn tidy(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10_f64.powi(8 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// Other ways to write one measure, for the full-text index: `500 ml` -> `500ml`, `500 ml`, `50cl`, `0.5 l`, ...
pub fn spellings(number: &str, written: &str) -> Vec<String> {
    let number = number.replace(',', ".");
    let mut all = vec![format!("{number}{written}"), format!("{number} {written}")];
    if let (Some(from), Ok(value)) = (find(written), number.parse::<f64>()) {
        for to in UNITS.iter().filter(|u| u.dimension == from.dimension && metric_kin(from.symbol, u.symbol)) {
            let converted = tidy(value * from.factor / to.factor);
            if (0.01..100_000.0).contains(&converted) && (converted * 100.0).fract().abs() < 1e-9 {
                for form in [format!("{converted}{}", to.symbol), format!("{converted} {}", to.symbol)] {
                    all.push(form.to_lowercase());
                }
            }
        }
        if from.symbol == "in" {
            all.extend([format!("{number} inch"), format!("{number} inches"), format!("{number}in")]);
        }
        if let (Dimension::Volume, true) = (from.dimension, from.symbol == "l") {
            all.extend([format!("{number} litre"), format!("{number} liter"), format!("{number}lt")]);
        }
    }
    all.sort();
    all.dedup();
    all
}

fn metric_kin(a: &str, b: &str) -> bool {
    const FAMILIES: &[&[&str]] = &[
        &["mg", "g", "kg"],
        &["ml", "cl", "l"],
        &["mm", "cm", "m"],
        &["W", "kW"],
        &["Wh", "kWh"],
        &["mAh", "Ah"],
        &["in", "ft"],
        &["GB", "TB"],
        &["oz", "lb"],
    ];
    a == b || FAMILIES.iter().any(|family| family.contains(&a) && family.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_within_a_dimension_only() {
        assert_eq!(convert(500.0, "ml", "l"), Some(0.5));
        assert_eq!(convert(60.0, "cm", "mm"), Some(600.0));
        assert_eq!(convert(5.0, "ft", "in"), Some(60.0));
        assert_eq!(convert(90.0, "minutes", "h"), Some(1.5));
        assert_eq!(convert(1.0, "kg", "l"), None);
        assert_eq!(convert(1.0, "parsec", "m"), None);
    }

    #[test]
    fn one_measure_in_its_usual_spellings() {
        let all = spellings("500", "ml");
        for form in ["500ml", "500 ml", "50cl", "0.5l", "0.5 l"] {
            assert!(all.iter().any(|s| s == form), "{form} not among {all:?}");
        }
        assert!(spellings("5", "ft").contains(&"60 in".to_owned()));
    }
}
