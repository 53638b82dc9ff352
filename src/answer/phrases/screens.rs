//! What stands around an answer on the screen: labels, notes of other parts in the answer's language, short attributes.
//!
//! The words are data in `assets/phrases/screens.toml`. Never computes a figure, never decides what is shown.

use super::{Phrases, fill};
use crate::answer::aspect;
use crate::answer::claims::is_adjective;
use crate::domain::Language;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One text in every language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    en: String,
    he: String,
    de: String,
    fr: String,
    es: String,
}

impl Text {
    fn of(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::He => &self.he,
            Language::De => &self.de,
            Language::Fr => &self.fr,
            Language::Es => &self.es,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Screens {
    labels: BTreeMap<String, Text>,
    notes: Vec<Text>,
    fields: BTreeMap<String, Text>,
    short: BTreeMap<String, Text>,
}

static SCREENS: LazyLock<Screens> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../assets/phrases/screens.toml"))
        .expect("the embedded labels parse, see the tests below")
});

impl Phrases {
    /// A label by its name.
    pub fn label(&self, name: &str) -> &'static str {
        SCREENS.labels.get(name).map_or("", |text| text.of(self.language))
    }

    /// A label at the beginning of a line.
    pub fn heading(&self, name: &str) -> String {
        super::capitalised(self.label(name))
    }

    /// A label with its parts filled in.
    pub fn labelled(&self, name: &str, parts: &[(&str, &str)]) -> String {
        fill(self.label(name), parts)
    }

    /// The label for one, or the one for any other count, with `{count}` filled in.
    pub fn count_of(&self, name: &str, count: u64) -> String {
        let one = format!("{name}_one");
        let label = if count == 1 && SCREENS.labels.contains_key(&one) { one.as_str() } else { name };
        self.labelled(label, &[("count", &count.to_string())])
    }

    /// Whether it can be had, as in a list: shorter than in a sentence.
    pub fn stock(&self, label: &str) -> String {
        if self.is_english() { label.to_owned() } else { self.told(label) }
    }

    /// `16 of 30`.
    pub fn out_of(&self, count: u32, total: u32) -> String {
        self.labelled("of", &[("count", &count.to_string()), ("total", &total.to_string())])
    }

    /// The name of a row: of an attribute, of something known of an offer, of a count.
    pub fn row_label(&self, label: &str) -> String {
        if self.is_english() {
            return label.to_owned();
        }
        if let Some(field) = self.field_word(label) {
            return field.to_owned();
        }
        match self.told(label) {
            same if same == label => self.aspect(label),
            told => told,
        }
    }

    /// What stands in a cell of a table: `4,4 von 5 (312)`, `ja`.
    pub fn cell(&self, text: &str) -> String {
        match text.rsplit_once(" (") {
            Some((value, rest)) if !self.is_english() => format!("{} ({rest}", self.value(value)),
            _ => self.value(text),
        }
    }

    /// A word of the table of fields.
    pub(super) fn field_word(&self, english: &str) -> Option<&'static str> {
        SCREENS.fields.get(english).map(|text| text.of(self.language))
    }

    /// What another part of the program tells in English, in this language; as it is where it is not known.
    pub fn told(&self, note: &str) -> String {
        if self.is_english() {
            return note.to_owned();
        }
        let read = |text: &Text| Some((text.of(self.language).to_owned(), parts_of(&text.en, note)?));
        let Some((template, parts)) = SCREENS.notes.iter().find_map(read) else { return self.value(note) };
        let said: Vec<(String, String)> = parts
            .into_iter()
            .map(|(name, part)| {
                let part = match name.as_str() {
                    "aspect" => self.aspect(part),
                    "value" => self.value(part),
                    "stated" => self.stated(part),
                    _ => part.to_owned(),
                };
                (name, part)
            })
            .collect();
        let parts: Vec<(&str, &str)> = said.iter().map(|(name, part)| (name.as_str(), part.as_str())).collect();
        fill(&template, &parts)
    }

    /// `battery life 34 h` in this language.
    fn stated(&self, text: &str) -> String {
        let mut cuts = text.match_indices(' ').map(|(at, _)| (&text[..at], &text[at + 1..]));
        let figure = |(_, value): &(&str, &str)| value.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let known = |(name, _): &(&str, &str)| self.aspects.contains_key(*name);
        let cut = cuts.clone().find(figure).or_else(|| cuts.clone().rfind(known)).or_else(|| cuts.next());
        match cut {
            Some((name, value)) => format!("{} {}", self.aspect(name), self.value(value)),
            None => text.to_owned(),
        }
    }

    /// An attribute among others, so that it says what it is: `battery 34 h`, `foldable`, `no microphone`,
    /// `830 m to the beach`.
    pub fn short(&self, name: &str, value: &str) -> String {
        let english = aspect::label(name).to_lowercase();
        let label = if self.is_english() { english.clone() } else { self.aspect(name) };
        match (value, self.is_english()) {
            ("yes", _) => return self.short_form("flag", &[("aspect", &label)]).unwrap_or(label),
            ("no", true) => return denied(&english),
            ("no", false) => return self.short_form("no_flag", &[("aspect", &label)]).unwrap_or(label),
            _ => {}
        }
        let shown = self.value(value);
        let aspect = aspect::of(name).map(|a| a.name.as_str());
        let keys = std::iter::once(english.as_str()).chain(aspect);
        let many = if value == "1" { "_one" } else { "" };
        let formed = keys.flat_map(|key| [format!("{key}{many}"), key.to_owned()]);
        // A form takes a figure for granted, except where it adds nothing of its own.
        let figure = value.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let form = formed
            .into_iter()
            .filter_map(|key| SCREENS.short.get(&key))
            .find(|form| figure || form.en == "{v}")
            .map(|form| fill(form.of(self.language), &[("v", &shown)]));
        match form {
            Some(said) => said,
            // "steel blade" needs no "blade" before it.
            None if shown.to_lowercase().contains(&label.to_lowercase()) => shown,
            None => format!("{label} {shown}"),
        }
    }

    fn short_form(&self, key: &str, parts: &[(&str, &str)]) -> Option<String> {
        SCREENS.short.get(key).map(|form| fill(form.of(self.language), parts))
    }
}

/// An English property that is not there: `not foldable`, `no microphone`, `pets not allowed`, `contains no nuts`.
fn denied(label: &str) -> String {
    if let Some(other) = label.strip_prefix("no ") {
        return other.to_owned();
    }
    if let Some((first, rest)) = label.split_once(' ')
        && ["contains", "needs", "has", "includes", "requires"].contains(&first)
    {
        return format!("{first} no {rest}");
    }
    if let Some((rest, last)) = label.rsplit_once(' ')
        && ["allowed", "needed", "included", "required", "supported"].contains(&last)
    {
        return format!("{rest} not {last}");
    }
    if is_adjective(label) { format!("not {label}") } else { format!("no {label}") }
}

/// The parts of a text that has the form of a template, with their names; `None` where it has another.
fn parts_of<'t>(template: &str, text: &'t str) -> Option<Vec<(String, &'t str)>> {
    let mut parts = Vec::new();
    let (lead, mut rest) = template.split_once('{').unwrap_or((template, ""));
    let mut text = text.strip_prefix(lead)?;
    while !rest.is_empty() {
        let (name, after) = rest.split_once('}')?;
        let (literal, next) = after.split_once('{').unwrap_or((after, ""));
        let end = match (literal.is_empty(), next.is_empty()) {
            (true, _) => text.len(),
            (false, true) => text.len().checked_sub(literal.len()).filter(|_| text.ends_with(literal))?,
            (false, false) => text.find(literal)?,
        };
        let (part, left) = (text.get(..end)?, text.get(end + literal.len()..)?);
        if part.is_empty() {
            return None;
        }
        parts.push((name.to_owned(), part));
        (text, rest) = (left, next);
    }
    text.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests;
