//! The sentences that emptor says of computed facts, in each language that questions come in.
//!
//! The sentences are data in `assets/phrases`; here they are read and filled in. Never computes a figure, never words
//! anything by a model.

mod screens;
mod summary;

use super::aspect;
use crate::domain::Language;
use crate::retrieval::fold;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The sentences of one language, see the head of `assets/phrases/en.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    #[serde(skip)]
    language: Language,
    sentences: BTreeMap<String, String>,
    /// Names of aspects and attributes by their English labels.
    aspects: BTreeMap<String, String>,
    /// Values, and the words after a figure, by the English ones.
    values: BTreeMap<String, String>,
    /// Kinds of thing by their English names.
    #[serde(default)]
    kinds: BTreeMap<String, String>,
}

static BOOKS: LazyLock<[Phrases; 5]> = LazyLock::new(|| {
    [
        (Language::En, include_str!("../../assets/phrases/en.toml")),
        (Language::He, include_str!("../../assets/phrases/he.toml")),
        (Language::De, include_str!("../../assets/phrases/de.toml")),
        (Language::Fr, include_str!("../../assets/phrases/fr.toml")),
        (Language::Es, include_str!("../../assets/phrases/es.toml")),
    ]
    .map(|(language, text)| {
        let phrases: Phrases = toml::from_str(text).expect("the embedded sentences parse, see the tests below");
        Phrases { language, ..phrases }
    })
});

impl Phrases {
    /// The sentences of a language.
    pub fn of(language: Language) -> &'static Self {
        let [english, ..] = &*BOOKS;
        BOOKS.iter().find(|book| book.language == language).unwrap_or(english)
    }

    pub fn is_english(&self) -> bool {
        self.language == Language::En
    }

    /// A sentence with its parts filled in.
    pub fn say(&self, sentence: &str, parts: &[(&str, &str)]) -> String {
        fill(self.sentences.get(sentence).map_or(sentence, String::as_str), parts)
    }

    /// The sentence for one, or the one for any other count; `{count}` is filled in beside the parts given.
    pub fn counted(&self, sentence: &str, count: u64, parts: &[(&str, &str)]) -> String {
        let number = count.to_string();
        let parts: Vec<(&str, &str)> = parts.iter().copied().chain([("count", number.as_str())]).collect();
        match count {
            1 => self.say(&format!("{sentence}_one"), &parts),
            _ => self.say(sentence, &parts),
        }
    }

    /// An aspect or attribute by its name in this language; the catalogue's own word where none is known.
    pub fn aspect(&self, field: &str) -> String {
        let label = aspect::of(field).map_or_else(|| aspect::label(field), |a| a.name.clone());
        let own = || self.aspects.get(&aspect::label(field).to_lowercase());
        let known = self.aspects.get(&label).or_else(own).cloned();
        // The table of fields is in English too, where the catalogue's own word stands.
        let field = || self.field_word(&aspect::label(field).to_lowercase()).map(str::to_owned);
        known.or_else(|| field().filter(|_| !self.is_english())).unwrap_or(label)
    }

    /// The language in which an aspect or attribute goes by a name, with its English label; `None` where the name is
    /// English too: "material" tells no language.
    pub fn aspect_named(name: &str) -> Option<(Language, &'static str)> {
        let key = fold(name);
        if BOOKS.iter().any(|book| book.aspects.contains_key(&key)) {
            return None;
        }
        BOOKS.iter().find_map(|book| {
            let (label, _) = book.aspects.iter().find(|(_, own)| fold(own) == key)?;
            Some((book.language, label.as_str()))
        })
    }

    /// A kind of thing in this language; as it is where none is known.
    pub fn part(&self, name: &str) -> String {
        self.kinds.get(&name.to_lowercase()).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// A category: its path in English, the kind of thing alone elsewhere, where its name is known.
    pub fn category(&self, path: &str) -> String {
        let last = path.rsplit('>').next().unwrap_or_default().trim().to_lowercase();
        let names = [last.clone(), crate::retrieval::name_key(&last)];
        let known = names.iter().find_map(|name| self.kinds.get(name)).filter(|_| !self.is_english());
        known.cloned().unwrap_or_else(|| path.to_owned())
    }

    /// A value as shown with its words in this language: `3 Jahre`, `4.4 von 5`, `auf Lager`.
    pub fn value(&self, text: &str) -> String {
        if let Some(value) = self.values.get(text) {
            return value.clone();
        }
        if let Some(word) = self.field_word(text).filter(|_| !self.is_english()) {
            return word.to_owned();
        }
        let figure = |figure: &&str| figure.chars().all(|c| c.is_ascii_digit() || ".,-".contains(c));
        match text
            .split_once(' ')
            .filter(|(first, _)| figure(first))
            .map(|(first, rest)| (first, self.values.get(rest)))
        {
            Some((first, Some(rest))) => format!("{first} {rest}"),
            _ => text.to_owned(),
        }
    }
}

/// A template with its parts filled in, in one pass: braces inside a part are text of the part.
fn fill(template: &str, parts: &[(&str, &str)]) -> String {
    let mut rest = template;
    let mut said = String::with_capacity(rest.len() + 80);
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        let Some((part, after)) = after.split_once('}') else { break };
        let value = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        match value(part) {
            Some(value) => said.push_str(value),
            None => said.push_str(&capitalised(value(&part.to_lowercase()).unwrap_or_default())),
        }
        rest = after;
    }
    said.push_str(rest);
    said
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn parts(sentence: &str) -> BTreeSet<String> {
        sentence.split('{').skip(1).filter_map(|s| s.split_once('}')).map(|(part, _)| part.to_lowercase()).collect()
    }

    #[test]
    fn every_language_has_every_sentence_with_every_part() {
        let english = Phrases::of(Language::En);
        for book in BOOKS.iter() {
            let keys = |p: &Phrases| p.sentences.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(book), keys(english), "{:?}", book.language);
            for (key, sentence) in &book.sentences {
                assert_eq!(parts(sentence), parts(&english.sentences[key]), "{:?} {key}", book.language);
            }
        }
    }

    #[test]
    fn every_aspect_has_a_name_in_every_language_but_english() {
        for book in BOOKS.iter().filter(|book| !book.is_english()) {
            for aspect in aspect::all() {
                assert!(book.aspects.contains_key(&aspect.name), "{:?}: {}", book.language, aspect.name);
            }
        }
    }

    #[test]
    fn parts_are_filled_in_once() {
        let german = Phrases::of(Language::De);
        let said = german.say("price", &[("name", "{price} {shop}"), ("price", "€5.00"), ("shop", "A")]);
        assert_eq!(said, "{price} {shop} kostet €5.00 bei A.");
        let said = Phrases::of(Language::Fr).say("missing", &[("aspect", "énergie"), ("name", "A")]);
        assert_eq!(said, "Énergie de A : non indiqué.");
    }

    #[test]
    fn values_keep_their_figures() {
        let german = Phrases::of(Language::De);
        assert_eq!(german.value("3 years"), "3 Jahre");
        assert_eq!(german.value("4.4 of 5"), "4.4 von 5");
        assert_eq!(german.value("in stock"), "auf Lager");
        assert_eq!(german.value("42 dB"), "42 dB");
        assert_eq!(german.value("two years"), "two years");
        assert_eq!(german.aspect("battery_life"), "Akkulaufzeit");
        assert_eq!(german.aspect("blade_steel"), "blade steel");
    }
}
