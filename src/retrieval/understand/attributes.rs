//! Filters on measurable attributes: which attribute a bound with a unit or a named aspect means.
//!
//! Only attributes that the catalogue states; never a price or a rating.

use super::Reading;
use super::amounts::Amount;
use crate::domain::*;
use crate::retrieval::fold::singular;
use crate::retrieval::lexicon::lexicon;
use crate::retrieval::money_words;
use crate::retrieval::units::{self, Dimension};

impl Reading<'_> {
    pub(super) fn push_attribute(&mut self, filter: AttributeFilter, near: bool) {
        if near {
            let (low, high) = (filter.value * 0.9, filter.value * 1.1);
            self.need.must.attributes.push(AttributeFilter { op: Op::AtLeast, value: low, ..filter.clone() });
            self.need.must.attributes.push(AttributeFilter { op: Op::AtMost, value: high, ..filter });
        } else {
            self.need.must.attributes.push(filter);
        }
    }

    /// A filter on the attribute that cue, neighbouring words or the unit mean, with the tokens it takes.
    pub(super) fn attribute_filter(
        &self,
        amount: &Amount,
        unit: Option<&str>,
        op: Op,
        names: Option<&'static [&'static str]>,
        first: usize,
        last: usize,
    ) -> Option<(AttributeFilter, usize, usize)> {
        let value = money_words::measure(&amount.text, self.language)?;
        let (mut from, mut to) = (first, last);
        let mut candidates: Vec<String> = names.map_or_else(Vec::new, |n| n.iter().map(|s| (*s).to_owned()).collect());
        let mut named = true;
        if let Some((skip, found)) = self.aspect_at(amount.last + 1) {
            candidates = found;
            to = to.max(amount.last + skip);
        } else if let Some((_, found)) = self.aspect_before(amount.first).filter(|(start, _)| *start >= first) {
            candidates = found;
        } else if let Some((start, found)) = self.aspect_before(first) {
            candidates = found;
            from = start;
        } else {
            named = false;
        }
        let Some(unit) = unit else {
            let name = self.first_known(&candidates, None)?;
            let unit =
                self.vocabulary.attribute_units(&name).and_then(|u| u.first()).map_or(String::new(), |u| u.0.clone());
            return Some((AttributeFilter { name, op, value, unit }, from, to));
        };
        let dimension = units::dimension(unit)?;
        // A screen's inches are its diagonal, unless a side is named.
        let screen = unit == "in" && self.tokens.iter().any(|t| SCREENS.contains(&singular(&t.text).as_str()));
        let diagonal = screen && !named && names.is_none_or(|names| names.len() > 1);
        if diagonal {
            candidates = DIAGONALS.iter().map(|s| (*s).to_owned()).collect();
        } else if candidates.is_empty() {
            candidates = usual_attributes(dimension, unit).iter().map(|s| (*s).to_owned()).collect();
            if dimension == Dimension::Data && units::convert(value, unit, "GB").is_some_and(|gb| gb <= LARGEST_MEMORY)
            {
                candidates.reverse();
            }
        }
        // "lighter than 2 kg storage 512 GB": the storage is stated, and not in kilograms.
        let stated = candidates.iter().any(|name| self.vocabulary.has_attribute(name));
        if named && stated && self.first_known(&candidates, Some(dimension)).is_none() {
            (named, from, to) = (false, first, last);
        }
        // "5000 mAh or bigger": what the cue speaks of is measured in something else.
        let usual = if named || diagonal { &[] } else { usual_attributes(dimension, unit) };
        let usual: Vec<String> = usual.iter().map(|s| (*s).to_owned()).collect();
        let known =
            self.first_known(&candidates, Some(dimension)).or_else(|| self.first_known(&usual, Some(dimension)));
        let name = known.or_else(|| candidates.first().cloned())?;
        let units = self.vocabulary.attribute_units(&name).unwrap_or(&[]);
        let own = units.iter().find(|(u, _)| units::dimension(u) == Some(dimension)).map_or(unit, |(u, _)| u.as_str());
        let value = units::convert(value, unit, own).unwrap_or(value);
        Some((AttributeFilter { name, op, value, unit: own.to_owned() }, from, to))
    }

    /// The attributes that a phrase names: by the list of aspects, or a counted or measured one of the catalogue by its
    /// own name.
    fn aspect(&self, phrase: &str) -> Option<Vec<String>> {
        if let Some(names) = lexicon().aspects.get(phrase) {
            return Some(names.clone());
        }
        let label = phrase.replace(' ', "_");
        let units = self.vocabulary.attribute_units(&label)?;
        let counted = |unit: &str| unit.is_empty() || units::dimension(unit).is_some();
        units.iter().any(|(unit, _)| counted(unit)).then(|| vec![label])
    }

    fn first_known(&self, candidates: &[String], dimension: Option<Dimension>) -> Option<String> {
        let fits = |name: &&String| {
            let Some(units) = self.vocabulary.attribute_units(name) else { return false };
            dimension.is_none_or(|d| units.iter().any(|(u, _)| units::dimension(u) == Some(d)))
        };
        candidates.iter().find(fits).cloned()
    }

    /// The aspect named right behind an amount ("10 hours of battery"), with the tokens it takes.
    pub(super) fn aspect_at(&self, at: usize) -> Option<(usize, Vec<String>)> {
        let skip =
            (0..2).take_while(|n| self.free_word(at + n).is_some_and(|w| ["of", "in", "for"].contains(&w))).count();
        let known = |p: &str| self.aspect(p);
        let (n, names) =
            self.longest(at + skip, 4, known).or_else(|| self.longest(at, 4, known).filter(|_| skip > 0))?;
        Some((skip + n, names))
    }

    /// The aspect named right before a bound ("width under 50 cm"), with its first token.
    pub(super) fn aspect_before(&self, first: usize) -> Option<(usize, Vec<String>)> {
        let mut end = first.checked_sub(1)?;
        // "for 4 people under 600": what is counted already has no second number.
        if end.checked_sub(1).is_some_and(|before| self.tokens[before].is_number()) && self.need.must.people.is_some() {
            return None;
        }
        while ["of", "is", "a", "with", "has", "be"].iter().any(|w| self.tokens[end].is(w)) {
            end = end.checked_sub(1)?;
        }
        (end.saturating_sub(2)..=end).find_map(|start| {
            let phrase: Option<Vec<&str>> = (start..=end).map(|i| self.free_word(i)).collect();
            Some((start, self.aspect(&phrase?.join(" "))?))
        })
    }
}

/// Gigabytes up to which a bare amount of data is a memory; storage is sold larger.
const LARGEST_MEMORY: f64 = 32.0;

/// Things whose inches are those of the diagonal.
const SCREENS: [&str; 8] = ["monitor", "screen", "tv", "television", "laptop", "tablet", "display", "projector"];
const DIAGONALS: [&str; 4] = ["screen_size", "display_size", "diagonal", "screen"];

/// The attributes that a bare unit usually speaks of.
fn usual_attributes(dimension: Dimension, unit: &str) -> &'static [&'static str] {
    match dimension {
        Dimension::Sound => &["noise", "noise_level", "loudness"],
        Dimension::Mass => &["weight", "net_weight"],
        Dimension::Power => &["power", "motor_power"],
        Dimension::Charge => &["battery_capacity", "battery"],
        Dimension::Energy => &["energy_per_year", "energy_use", "energy"],
        Dimension::Time if unit == "h" => &["battery_life", "runtime", "playtime"],
        Dimension::Volume => &["capacity", "volume", "net_volume"],
        Dimension::Data => &["storage", "memory"],
        Dimension::Length if ["mm", "cm", "in"].contains(&unit) => &["width", "length", "height"],
        Dimension::Temperature => &["temperature_limit", "comfort_temperature", "temperature"],
        Dimension::Age => &["age_from", "age"],
        Dimension::Lumen => &["brightness", "lumens"],
        Dimension::Pressure => &["pressure"],
        Dimension::Frequency => &["refresh_rate", "frequency"],
        Dimension::Voltage => &["voltage"],
        Dimension::Torque => &["torque"],
        Dimension::Area => &["room_size", "area", "coverage", "floor_area"],
        Dimension::Flow => &["airflow"],
        _ => &[],
    }
}
