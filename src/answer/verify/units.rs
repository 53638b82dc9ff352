//! Units as they are written and what they measure, so that `120 min` and `2 h` can be held against each other.
//!
//! Never reads a sentence.

/// A unit's dimension and its size in the dimension's base unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub dimension: String,
    pub factor: f64,
}

/// Spellings, dimension, factor to the dimension's base.
const UNITS: &[(&[&str], &str, f64)] = &[
    (&["mm", "millimetre", "millimetres", "millimeter", "millimeters"], "length", 0.1),
    (&["cm", "centimetre", "centimetres", "centimeter", "centimeters"], "length", 1.0),
    (&["m", "metre", "metres", "meter", "meters"], "length", 100.0),
    (&["km", "kilometre", "kilometres", "kilometer", "kilometers"], "length", 100_000.0),
    (&["in", "inch", "inches"], "length", 2.54),
    (&["m²", "sqm"], "area", 1.0),
    (&["cm²"], "area", 0.0001),
    (&["m³"], "space", 1.0),
    (&["mg", "milligram", "milligrams"], "mass", 0.001),
    (&["g", "gram", "grams", "gramme", "grammes"], "mass", 1.0),
    (&["kg", "kilogram", "kilograms", "kilo", "kilos"], "mass", 1000.0),
    (&["ml", "millilitre", "millilitres", "milliliter", "milliliters"], "volume", 0.001),
    (&["cl", "centilitre", "centilitres"], "volume", 0.01),
    (&["l", "litre", "litres", "liter", "liters"], "volume", 1.0),
    (&["s", "sec", "second", "seconds"], "clock", 1.0),
    (&["min", "mins", "minute", "minutes"], "clock", 60.0),
    (&["h", "hr", "hrs", "hour", "hours"], "clock", 3600.0),
    (&["d", "day", "days"], "clock", 86_400.0),
    (&["week", "weeks"], "clock", 604_800.0),
    (&["month", "months"], "calendar", 1.0),
    (&["y", "yr", "yrs", "year", "years"], "calendar", 12.0),
    (&["db", "dba", "decibel", "decibels"], "sound", 1.0),
    (&["w", "watt", "watts"], "power", 1.0),
    (&["kw", "kilowatt", "kilowatts"], "power", 1000.0),
    (&["wh"], "energy", 0.001),
    (&["kwh"], "energy", 1.0),
    (&["mah"], "charge", 1.0),
    (&["ah"], "charge", 1000.0),
    (&["v", "volt", "volts"], "voltage", 1.0),
    (&["hz", "hertz"], "frequency", 1.0),
    (&["khz"], "frequency", 1000.0),
    (&["rpm"], "rotation", 1.0),
    (&["lm", "lumen", "lumens"], "light", 1.0),
    (&["lux"], "lux", 1.0),
    (&["pa"], "pressure", 1.0),
    (&["kpa"], "pressure", 1000.0),
    (&["bar"], "pressure", 100_000.0),
    (&["nm"], "torque", 1.0),
    (&["n"], "force", 1.0),
    (&["mb"], "bytes", 1.0),
    (&["gb"], "bytes", 1000.0),
    (&["tb"], "bytes", 1_000_000.0),
    (&["°c", "c", "celsius", "degrees", "degree"], "temperature", 1.0),
    (&["kcal"], "food energy", 1.0),
    (&["kj"], "food energy", 1.0 / 4.184),
    (&["mp", "megapixel", "megapixels"], "pixels", 1.0),
    (&["km/h"], "velocity", 1.0),
];

/// The unit of a spelling that prose may use.
pub fn of(word: &str) -> Option<Unit> {
    let lower = word.to_lowercase();
    let (_, dimension, factor) = UNITS.iter().find(|(names, _, _)| names.contains(&lower.as_str()))?;
    Some(Unit { dimension: (*dimension).to_owned(), factor: *factor })
}

/// The unit of a fact: as [`of`], and a dimension of its own where the table does not know it.
pub fn of_fact(unit: &str) -> Unit {
    of(unit).unwrap_or_else(|| Unit { dimension: unit.to_lowercase(), factor: 1.0 })
}

/// "100 ml" or "kg": so much of a unit, as a unit of its own size.
pub fn amount(text: &str) -> Option<Unit> {
    let text = text.trim();
    match text.split_once(' ') {
        Some((number, unit)) => {
            let unit = of(unit)?;
            Some(Unit { factor: unit.factor * number.parse::<f64>().ok()?, ..unit })
        }
        None => of(text),
    }
}

/// A card's number in the base of its dimension, so that millilitres and litres can be compared.
pub fn based(number: Option<(f64, String)>) -> Option<(f64, String)> {
    let (value, unit) = number?;
    let known = of_fact(&unit);
    Some((value * known.factor, known.dimension))
}

/// Whether two values are the same but for decimal noise of conversion.
pub fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}
