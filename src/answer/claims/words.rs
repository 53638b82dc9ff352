//! The sentences of claims about one field of a card: what it states, what was asked, how two compare.
//!
//! English has its own words for each aspect of the table, other languages and fields outside it one wording for all.
//! Never computes a figure.

use super::super::aspect::{self, Aspect};
use super::super::phrases::Phrases;

/// The product and the field that a sentence is about, with the value as shown.
#[derive(Clone, Copy)]
pub struct Stated<'a> {
    pub name: &'a str,
    pub field: &'a str,
    pub value: &'a str,
}

impl Phrases {
    /// "A runs at 42 dB."
    pub fn states(&self, stated: Stated) -> String {
        match self.table(stated.field) {
            Some(aspect) => format!("{}.", predicate(aspect, stated)),
            None => self.field("states", stated, &[]),
        }
    }

    /// "The material of A is wool."
    pub fn states_text(&self, stated: Stated) -> String {
        self.field("states", stated, &[])
    }

    /// "A is 45 cm wide, and you asked for at most 60 cm."
    pub fn meets(&self, stated: Stated, bound: &str) -> String {
        match self.table(stated.field) {
            Some(aspect) => format!("{}, and you asked for {bound}.", predicate(aspect, stated)),
            None => self.field("meets", stated, &[("bound", bound)]),
        }
    }

    pub fn missing(&self, name: &str, field: &str) -> String {
        self.say("missing", &[("name", name), ("aspect", &self.aspect(field))])
    }

    /// "dishwasher safe: yes" as a sentence.
    pub fn flag(&self, name: &str, field: &str, yes: bool) -> String {
        let label = aspect::label(field);
        if let Some(text) = self.is_english().then(|| worded_flag(name, &label, yes)).flatten() {
            return text;
        }
        match (self.is_english() && is_adjective(&label), yes) {
            (true, true) => format!("{name} is {label}."),
            (true, false) => format!("{name} is not {label}."),
            (false, true) => self.say("flag_yes", &[("name", name), ("aspect", &self.named(field))]),
            (false, false) => self.say("flag_no", &[("name", name), ("aspect", &self.named(field))]),
        }
    }

    /// "A is 7 dB quieter than B (42 dB against 49 dB)."
    pub fn compares(&self, lower: bool, one: Stated, other: Stated, difference: &str) -> String {
        match self.table(one.field) {
            Some(aspect) => {
                let phrase = if lower { &aspect.lower_than } else { &aspect.higher_than };
                let phrase = if difference == "1" { phrase.replace("{d} stars", "{d} star") } else { phrase.clone() };
                let phrase = phrase.replace("{d}", difference);
                format!("{} {phrase} {} ({} against {}).", one.name, other.name, one.value, other.value)
            }
            None => {
                let (difference, value) = (self.value(difference), self.value(other.value));
                let parts =
                    [("difference", difference.as_str()), ("other", other.name), ("other_value", value.as_str())];
                self.field(if lower { "lower_than" } else { "higher_than" }, one, &parts)
            }
        }
    }

    /// "A is the quietest of the 3 shown, at 42 dB."; `all`: every card shown states the field.
    pub fn extreme(&self, lowest: bool, stated: Stated, count: usize, all: bool) -> String {
        let count = count.to_string();
        let scope = self.say(if all { "of_shown" } else { "of_stated" }, &[("count", &count)]);
        match self.table(stated.field) {
            Some(aspect) => {
                let phrase = if lowest { &aspect.is_lowest } else { &aspect.is_highest };
                format!("{} {phrase} {scope}, at {}.", stated.name, stated.value)
            }
            None => self.field(if lowest { "lowest" } else { "highest" }, stated, &[("scope", &scope)]),
        }
    }

    /// The aspect's own words, where there are any in this language.
    fn table(&self, field: &str) -> Option<&'static Aspect> {
        aspect::of(field).filter(|_| self.is_english())
    }

    fn field(&self, sentence: &str, stated: Stated, more: &[(&str, &str)]) -> String {
        let (aspect, value) = (self.named(stated.field), self.value(stated.value));
        let mut parts = vec![("name", stated.name), ("aspect", aspect.as_str()), ("value", value.as_str())];
        parts.extend(more);
        self.say(sentence, &parts)
    }

    /// The field's own label in English, the aspect's name elsewhere.
    fn named(&self, field: &str) -> String {
        if self.is_english() { aspect::label(field) } else { self.aspect(field) }
    }
}

/// "NordWash 45 Slim runs at 42 dB", without the full stop.
fn predicate(aspect: &Aspect, stated: Stated) -> String {
    format!("{} {}", stated.name, aspect.state.replace("{v}", stated.value))
}

/// Labels that are neither a thing to have nor a quality: "contains nuts", "pets allowed", "batteries needed".
fn worded_flag(name: &str, label: &str, yes: bool) -> Option<String> {
    let (first, rest) = label.split_once(' ')?;
    let (head, last) = label.rsplit_once(' ')?;
    const VERBS: [(&str, &str); 7] = [
        ("contains", "contain"),
        ("crushes", "crush"),
        ("needs", "need"),
        ("includes", "include"),
        ("supports", "support"),
        ("fits", "fit"),
        ("requires", "require"),
    ];
    let verb = VERBS.iter().find(|(third, _)| *third == first);
    Some(match (verb, last, yes) {
        (Some(_), _, true) => format!("{name} {label}."),
        (Some((_, base)), _, false) => format!("{name} does not {base} {rest}."),
        (None, "allowed", true) => format!("{name} allows {head}."),
        (None, "allowed", false) => format!("{name} does not allow {head}."),
        (None, "included" | "needed" | "required", _) => {
            format!("{name}, {label}: {}.", if yes { "yes" } else { "no" })
        }
        (None, _, false) if first == "no" => format!("{name}, {label}: no."),
        _ => return None,
    })
}

/// Things whose names end as qualities do, and what is said otherwise.
const NOUNS: [&str; 9] =
    ["charging", "conditioning", "parking", "heating", "lighting", "cooking", "bedding", "needed", "allowed"];

/// Whether an English label reads as "is LABEL" rather than "has LABEL".
pub(in crate::answer) fn is_adjective(label: &str) -> bool {
    let adjective = [
        "safe",
        "free",
        "proof",
        "able",
        "ible",
        "less",
        "ing",
        "resistant",
        "friendly",
        "vegan",
        "vegetarian",
        "kosher",
        "ic",
        "virgin",
        "grain",
        "ed",
    ];
    let ends = |all: &[&str]| all.iter().any(|end| label.ends_with(end));
    ends(&adjective) && !ends(&NOUNS)
}
