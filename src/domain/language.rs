//! The languages that questions and reviews come in, told apart by script and small words. Never translates.

use serde::{Deserialize, Serialize};

/// A language that question understanding or the claim templates know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    He,
    De,
    Fr,
    Es,
}

impl Language {
    /// ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::He => "he",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
        }
    }

    /// The likeliest language of a short text: Hebrew by script, the others by their commonest small words.
    pub fn of(text: &str) -> Self {
        if text.chars().filter(|c| ('\u{0590}'..='\u{05FF}').contains(c)).count() >= 2 {
            return Self::He;
        }
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
        let count = |list: &[&str]| words.iter().filter(|w| list.contains(w)).count();
        let scored = [
            (
                Self::De,
                count(&[
                    "und",
                    "der",
                    "die",
                    "das",
                    "ein",
                    "eine",
                    "einen",
                    "für",
                    "mit",
                    "ohne",
                    "bis",
                    "unter",
                    "nicht",
                    "ist",
                    "welche",
                    "welcher",
                    "ich",
                    "suche",
                    "höchstens",
                    "kein",
                    "keine",
                    "leise",
                    "leiser",
                    "mein",
                    "meine",
                    "wir",
                    "habe",
                    "sind",
                    "auf",
                    "von",
                    "mir",
                    "euro",
                ]),
            ),
            (
                Self::Fr,
                count(&[
                    "et", "le", "les", "un", "une", "pour", "avec", "sans", "moins", "pas", "est", "quel", "quelle",
                    "je", "cherche", "du", "des", "au", "euros", "jusqu", "en", "mon", "ma", "mes", "nous", "vous",
                    "que", "qui", "dans", "sur", "elle", "plus", "lequel",
                ]),
            ),
            (
                Self::Es,
                count(&[
                    "y", "el", "los", "las", "una", "para", "con", "sin", "menos", "es", "cuál", "qué", "busco", "del",
                    "hasta", "por", "un", "en", "más", "quiero", "necesito", "tengo", "mi", "euros", "que", "está",
                    "hay", "muy", "nuestra", "nuestro", "cómo", "se",
                ]),
            ),
        ];
        match scored.into_iter().max_by_key(|(_, n)| *n) {
            Some((language, n))
                if n >= 2
                    || (n == 1
                        && words.len() <= 4
                        && count(&["the", "a", "for", "with", "and", "under", "without"]) == 0
                        && lower.chars().any(|c| "äöüßéèêñç".contains(c))) =>
            {
                language
            }
            _ => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn script_and_small_words_tell() {
        assert_eq!(Language::of("מדיח כלים שקט עד 600 יורו"), Language::He);
        assert_eq!(Language::of("leiser Geschirrspüler für eine kleine Küche"), Language::De);
        assert_eq!(Language::of("lave-vaisselle silencieux pour une petite cuisine"), Language::Fr);
        assert_eq!(Language::of("lavavajillas para una cocina pequeña"), Language::Es);
        assert_eq!(Language::of("quiet dishwasher, at most 600 euros"), Language::En);
        assert_eq!(Language::of(""), Language::En);
    }
}
